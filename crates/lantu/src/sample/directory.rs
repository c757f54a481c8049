//! Units, people and duties of the sample: a file as an office would import it,
//! and what happened since.

use jiff::{Timestamp, civil::date};
use plan_store::Store;
use plan_workflow::{
    WorkflowError,
    directory::{self, DirectoryFile, Wish},
    permissions::Actor,
};

use super::AS_OF;

const FILE: DirectoryFile<'_> = DirectoryFile { name: "directory.csv", bytes: super::sample!("directory.csv") };

/// Imports the directory into a store that has none. Everybody has accepted the
/// duties given, and three things have happened since.
pub(super) async fn load(store: &Store, planner: &Actor, now: Timestamp) -> Result<(), WorkflowError> {
    if directory::read(store, None).await?.version() > 0 {
        return Ok(());
    }
    directory::import(store, (planner, AS_OF), now, FILE).await?;
    let imported = directory::read(store, None).await?;
    for duty in imported.duties() {
        let person = duty.offer.as_ref().and_then(|offer| imported.person(&offer.person));
        let Some(account) = person.and_then(|person| person.account.clone()) else { continue };
        let accept = Wish::Accept { duty: duty.id.clone() };
        directory::change(store, (&Actor::new(account, "staff"), AS_OF), now, None, &accept).await?;
    }
    // 样晓舟 leaves in January; 样拾穗 was asked to follow and has not answered.
    // 样南星 of the education bureau is away, 样砚秋 stands in.
    let person = |account: &str| imported.person_of(account).map(|person| person.id.clone()).unwrap_or_default();
    let duty_of = |account: &str| {
        let person = person(account);
        imported.duties().find(|duty| duty.current() == Some(person.as_str())).map(|duty| duty.id.clone())
    };
    let (Some(leaving), Some(away)) = (duty_of("xiaozhou"), duty_of("approver")) else {
        return Err(WorkflowError::Internal("samples/directory.csv".to_owned()));
    };
    let wishes = [
        Wish::HandOver { duty: leaving, person: person("successor"), from: date(2024, 1, 16) },
        Wish::Depute {
            duty: away,
            person: person("yanqiu"),
            from: date(2023, 12, 11),
            until: date(2024, 1, 31),
            reason: "参加培训".to_owned(),
        },
    ];
    for wish in &wishes {
        directory::change(store, (planner, AS_OF), now, None, wish).await?;
    }
    Ok(())
}
