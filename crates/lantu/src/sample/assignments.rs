//! Who does what in the sample: every suggestion was offered, most is accepted,
//! some waits, one part was returned and one is before the leader.

use jiff::{Timestamp, civil::date};
use plan_model::UnitId;
use plan_store::Store;
use plan_workflow::{
    WorkflowError,
    assignments::{self, Ask, Assignment, Book, Desk, Part, PartKey, Wish, suggest},
    directory::{self, Directory},
    permissions::Actor,
    records::PlanId,
};

use super::AS_OF;

/// One part in so many waits for an answer.
const WAITS: usize = 9;
/// The account before which the dispute is.
const ARBITER: &str = "leader";

/// Assigns a plan that was just imported.
pub(super) async fn load(store: &Store, planner: &Actor, now: Timestamp, plan: PlanId) -> Result<(), WorkflowError> {
    let directory = directory::read(store, None).await?;
    let subjects = assignments::read_subjects(store, plan).await?;
    let desk = Desk { plan, subjects: &subjects, directory: &directory, today: AS_OF };
    let empty = Book::default();
    let ground = suggest::Ground { subjects: &subjects, book: &empty, directory: &directory, today: AS_OF };
    let mut offers: Vec<Wish> = Vec::new();
    for one in ground.by_rules(&[]) {
        for unit in one.unit.units() {
            let key = PartKey { subject: one.subject.clone(), unit: unit.clone() };
            if offers.iter().all(|known| known.key != key) {
                let ask =
                    Ask::Offer { part: one.part, due: date(2024, 3, 31), joint: false, reason: one.because.clone() };
                offers.push(Wish { key, seen: None, ask });
            }
        }
    }
    let book = assignments::act(store, planner, now, desk, &offers).await?;
    let disputed = accept(store, (desk, &directory), now, &book).await?;
    dispute(store, planner, (desk, &directory), now, &disputed).await
}

/// The approver of a unit who can log in.
fn approver(directory: &Directory, unit: &UnitId) -> Option<Actor> {
    let mut holders = directory.holders(unit, "approver", AS_OF).into_iter();
    let account = holders.find_map(|(person, _)| person.account.clone())?;
    let posts = directory.posts(&account, AS_OF);
    Some(Actor::new(account, "staff").with_posts(posts))
}

/// Each unit's approver takes what the unit was asked, but for what waits. Answers
/// two lead parts of different units that are left for a dispute.
async fn accept(
    store: &Store,
    (desk, directory): (Desk<'_>, &Directory),
    now: Timestamp,
    book: &Book,
) -> Result<Vec<PartKey>, WorkflowError> {
    let mut disputed = Vec::new();
    for unit in directory.units() {
        let Some(actor) = approver(directory, &unit.id) else { continue };
        let asked: Vec<&Assignment> = book.of_unit(&unit.id).collect();
        let mut rest = asked.iter().enumerate().filter(|(at, _)| at % WAITS != WAITS - 1).map(|(_, part)| part);
        if disputed.len() < 2
            && let Some(part) = rest.find(|part| part.part == Part::Lead)
        {
            disputed.push(part.key.clone());
        }
        let take = |part: &&Assignment| Wish { key: part.key.clone(), seen: Some(part.events), ask: Ask::Accept };
        let taken: Vec<Wish> = rest.map(take).collect();
        assignments::act(store, &actor, now, desk, &taken).await?;
    }
    Ok(disputed)
}

/// Both parts are returned; the second goes before the leader.
async fn dispute(
    store: &Store,
    planner: &Actor,
    (desk, directory): (Desk<'_>, &Directory),
    now: Timestamp,
    disputed: &[PartKey],
) -> Result<(), WorkflowError> {
    for key in disputed {
        let Some(actor) = approver(directory, &key.unit) else { continue };
        let ask = Ask::Return {
            reason: "按三定方案不属于本单位职责，建议由业务主管部门牵头".to_owned()
        };
        assignments::act(store, &actor, now, desk, &[Wish { key: key.clone(), seen: Some(1), ask }]).await?;
    }
    if let Some(key) = disputed.get(1) {
        let ask = Ask::Refer {
            arbiter: ARBITER.to_owned(),
            by: date(2024, 1, 15),
            reason: "单位意见与分办依据不一致，请裁定由谁牵头".to_owned(),
        };
        assignments::act(store, planner, now, desk, &[Wish { key: key.clone(), seen: Some(2), ask }]).await?;
    }
    Ok(())
}
