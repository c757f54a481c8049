//! The role of an account and where it counts: granted and taken back by the
//! security administrator, never to oneself (三员分立).

use jiff::Timestamp;
use plan_model::RegionCode;

use crate::{
    WorkflowError,
    permissions::{Action, Actor, Permissions},
    records::User,
    storage::{Stamp, Storage},
};

/// The role of an account to which none was granted, or from which it was taken back.
pub const NO_ROLE: &str = "";

/// What an account is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The role's code word, or [`NO_ROLE`] to take it back. An account has one role.
    pub role: String,
    /// The region to whose plans the account is held; `None` for the whole
    /// installation. An administrator has none, for there are no plans to see.
    pub region: Option<RegionCode>,
}

/// Grants somebody else a role in the place of the one they have, or takes it back.
pub async fn grant<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    name: &str,
    grant: Grant,
) -> Result<User, WorkflowError> {
    actor.require(Action::GrantRoles)?;
    if actor.name == name {
        let message = "不能给自己授予或收回角色；请由另一位安全管理员办理，或在服务器上运行 lantu user role".to_owned();
        return Err(WorkflowError::BadInput { field: "用户名", message });
    }
    if grant.role != NO_ROLE {
        check_role(&grant.role)?;
    }
    if grant.region.is_some() && (grant.role == NO_ROLE || administers(&grant.role)) {
        let message = "三员和没有角色的账号不看规划，不设辖区；请留空".to_owned();
        return Err(WorkflowError::BadInput { field: "辖区", message });
    }
    let user = super::found(storage, name).await?;
    let user = User { role: grant.role, region: grant.region, at: now, actor: actor.name.clone(), ..user };
    storage.put_user(Stamp { actor: actor.name.clone(), at: now }, user.clone(), true).await?;
    Ok(user)
}

/// Whether a role is that of one of the three administrators.
pub(super) fn administers(role: &str) -> bool {
    Permissions::standard().role(role).is_some_and(|role| role.administers)
}

pub(super) fn check_role(role: &str) -> Result<(), WorkflowError> {
    let table = Permissions::standard();
    if table.role(role).is_some_and(|role| role.of_account()) {
        return Ok(());
    }
    let known: Vec<String> = table.of_accounts().map(|role| format!("{}（{}）", role.code, role.name)).collect();
    let message = format!("没有角色“{role}”；请从 {} 中选择", known.join("、"));
    Err(WorkflowError::BadInput { field: "角色", message })
}
