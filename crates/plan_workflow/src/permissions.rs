//! Who may do what: the table `rules/permissions.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use plan_model::{RegionCode, UnitId};
use serde::Deserialize;

use crate::{WorkflowError, directory::Post};

/// What a person may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// See plans, text, indicators, figures, verdicts.
    ReadPlans,
    /// Import a plan.
    ImportPlan,
    /// Confirm what was found in a plan's text.
    ConfirmRegister,
    /// Mark what of a plan everybody may see.
    MarkPublic,
    /// Link an annual plan with the plan it carries out.
    LinkPlans,
    /// Break a plan down: yearly targets, shares, budget lines, nodes.
    BreakDown,
    /// Correct an indicator.
    ReviseIndicator,
    /// Enter figures or import a file of them.
    RecordFigures,
    /// See units, people, who holds which duty and how to reach them.
    ReadDirectory,
    /// Keep units and people.
    ManageDirectory,
    /// Give duties, hand them over, have somebody stand in, end them.
    AssignDuties,
    /// Open rounds of collecting, accept or return what units report.
    CollectReports,
    /// Fill in what a unit is asked for.
    ReportForUnit,
    /// Approve what a unit reports, take or return its duties and parts.
    ApproveForUnit,
    /// Attach evidence to figures and reports of work, and take it back.
    AttachEvidence,
    /// See evidence of what a unit reports before it is accepted.
    ReadEvidence,
    /// Ask units to take parts in commitments, hand disputes to an arbiter.
    AssignParts,
    /// Decide whether a unit takes a part, where one is named to.
    ArbitrateParts,
    /// Carry an assessment through its steps.
    ManageAssessments,
    /// See the snapshots one was named for, and lay one's own verdicts beside.
    Evaluate,
    /// Record opinions of the standing committee.
    RecordOpinions,
    /// Add accounts, switch them off, reset passwords.
    ManageAccounts,
    /// Grant others their role and their region, and take them back.
    GrantRoles,
    /// See and check the audit chain.
    ReadAudit,
}

impl Action {
    /// Every action.
    pub const ALL: &[Self] = &[
        Self::ReadPlans,
        Self::ImportPlan,
        Self::ConfirmRegister,
        Self::MarkPublic,
        Self::LinkPlans,
        Self::BreakDown,
        Self::ReviseIndicator,
        Self::RecordFigures,
        Self::ReadDirectory,
        Self::ManageDirectory,
        Self::AssignDuties,
        Self::CollectReports,
        Self::ReportForUnit,
        Self::ApproveForUnit,
        Self::AttachEvidence,
        Self::ReadEvidence,
        Self::AssignParts,
        Self::ArbitrateParts,
        Self::ManageAssessments,
        Self::Evaluate,
        Self::RecordOpinions,
        Self::ManageAccounts,
        Self::GrantRoles,
        Self::ReadAudit,
    ];

    /// Whether it only looks: what may also be done while looking back at a past day.
    pub fn reads(self) -> bool {
        matches!(self, Self::ReadPlans | Self::ReadDirectory | Self::ReadEvidence | Self::ReadAudit)
    }

    /// The code word in the table.
    pub fn code(self) -> &'static str {
        match self {
            Self::ReadPlans => "plan.read",
            Self::ImportPlan => "plan.import",
            Self::ConfirmRegister => "register.confirm",
            Self::MarkPublic => "plan.mark",
            Self::LinkPlans => "plan.link",
            Self::BreakDown => "plan.breakdown",
            Self::ReviseIndicator => "indicator.revise",
            Self::RecordFigures => "figures.record",
            Self::ReadDirectory => "directory.read",
            Self::ManageDirectory => "directory.manage",
            Self::AssignDuties => "duties.assign",
            Self::CollectReports => "rounds.manage",
            Self::ReportForUnit => "unit.report",
            Self::ApproveForUnit => "unit.approve",
            Self::AttachEvidence => "evidence.attach",
            Self::ReadEvidence => "evidence.read",
            Self::AssignParts => "assignment.assign",
            Self::ArbitrateParts => "assignment.arbitrate",
            Self::ManageAssessments => "assessment.manage",
            Self::Evaluate => "assessment.evaluate",
            Self::RecordOpinions => "assessment.opine",
            Self::ManageAccounts => "account.manage",
            Self::GrantRoles => "role.grant",
            Self::ReadAudit => "audit.read",
        }
    }

    /// Whether it is one of the three that administer the installation (三员),
    /// each of which is another person's.
    pub fn administers(self) -> bool {
        matches!(self, Self::ManageAccounts | Self::GrantRoles | Self::ReadAudit)
    }
}

/// A role of the table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The code word stored with a person.
    pub code: String,
    /// Its name in Chinese.
    pub name: String,
    /// What it is for, in Chinese.
    pub meaning: String,
    /// Whether it counts only in the unit in which a person has a duty; an account
    /// itself cannot have such a role.
    #[serde(default)]
    pub in_unit: bool,
    /// Whether it is that of an administrator (三员): one thing to do, none of it
    /// with data of plans.
    #[serde(default)]
    pub administers: bool,
    /// Whether it is nobody's account but the commands on the server.
    #[serde(default)]
    pub console: bool,
}

impl Role {
    /// Whether an account can have it.
    pub fn of_account(&self) -> bool {
        !self.in_unit && !self.console
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionRow {
    code: String,
    meaning: String,
    roles: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    role: Vec<Role>,
    action: Vec<ActionRow>,
}

/// The table of permissions.
#[derive(Debug, Clone)]
pub struct Permissions {
    roles: Vec<Role>,
    allowed: BTreeMap<Action, Vec<String>>,
    meanings: BTreeMap<String, String>,
}

impl Permissions {
    /// Reads a table; every action must be in it, and every role it names.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let tables: Tables = toml::from_str(text).map_err(|error| error.to_string())?;
        let (mut allowed, mut meanings) = (BTreeMap::new(), BTreeMap::new());
        for row in tables.action {
            let Some(action) = Action::ALL.iter().copied().find(|a| a.code() == row.code) else {
                return Err(format!("权限表中的操作“{}”不存在", row.code));
            };
            if let Some(role) = row.roles.iter().find(|name| !tables.role.iter().any(|r| r.code == **name)) {
                return Err(format!("操作“{}”的角色“{role}”没有定义", row.code));
            }
            if row.meaning.is_empty() || allowed.insert(action, row.roles).is_some() {
                return Err(format!("操作“{}”重复或没有说明", row.code));
            }
            meanings.insert(row.code, row.meaning);
        }
        if let Some(missing) = Action::ALL.iter().find(|action| !allowed.contains_key(action)) {
            return Err(format!("权限表缺少操作“{}”", missing.code()));
        }
        let table = Self { roles: tables.role, allowed, meanings };
        match table.roles.iter().find(|role| !table.keeps_apart(role)) {
            Some(role) => Err(format!("角色“{}”违反三员分立：三员各有一项操作，其他角色没有", role.code)),
            None => Ok(table),
        }
    }

    /// Whether a role keeps to one side: an administrator's one action and no
    /// other, or none of theirs. Who holds the database itself is not kept out by
    /// a table.
    fn keeps_apart(&self, role: &Role) -> bool {
        let (theirs, business): (Vec<Action>, Vec<Action>) =
            Action::ALL.iter().filter(|action| self.allows(&role.code, **action)).partition(|a| a.administers());
        match (role.administers, role.console) {
            (true, _) => theirs.len() == 1 && business.is_empty() && role.of_account(),
            (false, true) => business.is_empty(),
            (false, false) => theirs.is_empty(),
        }
    }

    /// The table that comes with the program.
    pub fn standard() -> &'static Self {
        #[expect(clippy::expect_used, reason = "the embedded file is read by a test of this module")]
        static STANDARD: LazyLock<Permissions> = LazyLock::new(|| {
            Permissions::from_toml(include_str!("../../../rules/permissions.toml")).expect("rules/permissions.toml")
        });
        &STANDARD
    }

    /// The roles, in the order of the table.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The roles that an account can have.
    pub fn of_accounts(&self) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(|role| role.of_account())
    }

    /// The role with this code word.
    pub fn role(&self, code: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.code == code)
    }

    /// What an action is, in Chinese, by its code word; the code word where it is not known.
    pub fn meaning<'a>(&'a self, action: &'a str) -> &'a str {
        self.meanings.get(action).map_or(action, String::as_str)
    }

    /// Whether a role may do it. What the table does not say is not allowed.
    pub fn allows(&self, role: &str, action: Action) -> bool {
        self.allowed.get(&action).is_some_and(|roles| roles.iter().any(|r| r == role))
    }
}

/// For whom somebody may do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// For every unit.
    All,
    /// For these units; for none where it is empty.
    Units(Vec<UnitId>),
}

impl Reach {
    /// Whether a unit is among them.
    pub fn holds(&self, unit: &UnitId) -> bool {
        match self {
            Self::All => true,
            Self::Units(units) => units.contains(unit),
        }
    }
}

/// Who acts: a person's name and role, and the duties held, as of now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The name that is put beside every change.
    pub name: String,
    /// The role's code word.
    pub role: String,
    /// For which units the person acts, in which roles.
    pub posts: Vec<Post>,
    /// The region to which the account is held, with all that lies in it; plans,
    /// units and people of others are not there for it. `None` for no bounds.
    pub region: Option<RegionCode>,
}

/// Whether an account held to a region, if to any, sees the plans of a jurisdiction.
pub fn sees_plans_of(region: Option<RegionCode>, jurisdiction: &str) -> bool {
    region.is_none_or(|region| jurisdiction.trim().parse().is_ok_and(|of_plan| region.holds(of_plan)))
}

impl Actor {
    /// A person with a role and no duties.
    pub fn new(name: impl Into<String>, role: impl Into<String>) -> Self {
        Self { name: name.into(), role: role.into(), posts: Vec::new(), region: None }
    }

    /// The same person with these duties.
    pub fn with_posts(self, posts: Vec<Post>) -> Self {
        Self { posts, ..self }
    }

    /// The same person, held to a region.
    pub fn held_to(self, region: Option<RegionCode>) -> Self {
        Self { region, ..self }
    }

    /// Whoever works at the command line of the server.
    pub fn console(name: impl Into<String>) -> Self {
        Self::new(name, "console")
    }

    /// For whom the actor may do it, by the standard table. The duties of somebody
    /// without a role, or of an administrator, count for nothing.
    pub fn reach(&self, action: Action) -> Reach {
        let table = Permissions::standard();
        let Some(role) = table.role(&self.role).filter(|role| !role.in_unit) else {
            return Reach::Units(Vec::new());
        };
        if table.allows(&self.role, action) {
            return Reach::All;
        }
        if role.administers || role.console {
            return Reach::Units(Vec::new());
        }
        let posts = self.posts.iter().filter(|post| table.allows(&post.role, action));
        Reach::Units(posts.map(|post| post.unit.clone()).collect())
    }

    /// Whether the actor may do it for anybody at all.
    pub fn may(&self, action: Action) -> bool {
        self.reach(action) != Reach::Units(Vec::new())
    }

    /// Refuses what the standard table does not allow the actor for anybody.
    pub fn require(&self, action: Action) -> Result<(), WorkflowError> {
        if self.may(action) { Ok(()) } else { Err(self.forbidden(action)) }
    }

    /// Refuses what the standard table does not allow the actor for this unit.
    pub fn require_for(&self, action: Action, unit: &UnitId) -> Result<(), WorkflowError> {
        if self.reach(action).holds(unit) { Ok(()) } else { Err(self.forbidden(action)) }
    }

    fn forbidden(&self, action: Action) -> WorkflowError {
        WorkflowError::Forbidden { actor: self.name.clone(), role: self.role.clone(), action: action.code() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_and_action_is_decided() {
        let table = Permissions::standard();
        let may = |role: &str| -> Vec<&str> {
            Action::ALL.iter().filter(|a| table.allows(role, **a)).map(|a| a.code()).collect()
        };
        assert_eq!(may("reader"), ["plan.read", "directory.read"]);
        assert!(may("nobody").is_empty() && may("").is_empty());
        let refused = Actor::new("甲", "congress").require(Action::ManageAssessments).unwrap_err().to_string();
        assert!(refused.starts_with("“甲”（人大查阅）不能办理：发起评估，冻结快照"), "no code words: {refused}");
        assert!(Actor::new("甲", "reader").require(Action::RecordFigures).is_err());
    }

    #[test]
    fn a_duty_counts_in_its_unit_and_nowhere_else() {
        let post = |unit: &str, role: &str| Post { unit: unit.into(), role: role.to_owned(), deputy: false };
        let staff = Actor::new("甲", "staff").with_posts(vec![post("U1", "reporter")]);
        let (own, other): (UnitId, UnitId) = ("U1".into(), "U2".into());
        assert!(staff.require_for(Action::ReportForUnit, &own).is_ok());
        assert!(staff.require_for(Action::ReportForUnit, &other).is_err());
        assert!(staff.require_for(Action::ApproveForUnit, &own).is_err());
        assert!(staff.may(Action::ReportForUnit) && !staff.may(Action::ImportPlan));
        // The role of a unit is none of an account.
        assert!(Actor::new("乙", "reporter").require(Action::ReportForUnit).is_err());
        assert!(Actor::new("丙", "planner").require_for(Action::ManageDirectory, &other).is_ok());
    }

    #[test]
    fn administrators_have_one_thing_to_do_each_and_no_duties() {
        let table = Permissions::standard();
        let post = Post { unit: "U1".into(), role: "approver".to_owned(), deputy: false };
        for (role, action) in [
            ("system_admin", Some(Action::ManageAccounts)),
            ("security_admin", Some(Action::GrantRoles)),
            ("audit_admin", Some(Action::ReadAudit)),
            ("", None),
        ] {
            let actor = Actor::new("甲", role).with_posts(vec![post.clone()]);
            let may: Vec<Action> = Action::ALL.iter().copied().filter(|a| actor.may(*a)).collect();
            assert_eq!(may, Vec::from_iter(action), "{role}");
        }
        assert_eq!(table.of_accounts().filter(|role| role.administers).count(), 3);
        let whole = include_str!("../../../rules/permissions.toml");
        for (from, to) in [
            ("[\"security_admin\", \"console\"]", "[\"security_admin\", \"system_admin\"]"),
            ("[\"audit_admin\"]", "[\"audit_admin\", \"planner\"]"),
            ("[\"audit_admin\"]", "[\"audit_admin\", \"console\", \"approver\"]"),
            ("roles = [\"planner\"]", "roles = [\"planner\", \"audit_admin\"]"),
        ] {
            let refused = Permissions::from_toml(&whole.replacen(from, to, 1)).unwrap_err();
            assert!(refused.contains("三员分立"), "{to}: {refused}");
        }
    }

    #[test]
    fn a_table_with_a_gap_is_refused() {
        let whole = include_str!("../../../rules/permissions.toml");
        for (from, to) in [
            ("plan.import", "plan.imports"),
            ("roles = [\"planner\"]", "roles = [\"clerk\"]"),
            ("code = \"audit.read\"", "code = \"plan.read\""),
        ] {
            assert!(Permissions::from_toml(&whole.replace(from, to)).is_err(), "{to}");
        }
        assert!(Permissions::from_toml("role = []\naction = []").is_err());
    }
}
