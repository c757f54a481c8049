//! The use cases: a planner asks units and hands disputes to a named person, a
//! unit takes or returns what it was asked, that person decides.

use jiff::{Timestamp, civil::Date};
use plan_model::UnitId;

use super::{Book, Event, Move, Part, PartEvent, PartKey, StepError, Steps, Subject, read, step, stream};
use crate::{
    WorkflowError,
    directory::Directory,
    events::{Append, EventBatch},
    nodes,
    permissions::{Action, Actor, Permissions, sees_plans_of},
    records::{PlanId, User},
    storage::{Stamp, Storage, StorageError},
};

/// Others may act on other parts at the same moment; then it is tried again so
/// many times upon what they left.
const TRIES: usize = 20;
/// A reason is no longer, in characters.
const LONGEST_REASON: usize = 500;

/// What somebody wants done with a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Which part.
    pub key: PartKey,
    /// What the person saw: for an offer [`Book::last_of`] the commitment, else
    /// [`Assignment::events`](super::Assignment::events) of the part. `None` where
    /// the person did not look at it.
    pub seen: Option<u32>,
    /// What is to be done.
    pub ask: Ask,
}

/// What is to be done with a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// The planner asks the unit.
    Offer {
        /// To take what part.
        part: Part,
        /// The first date something is due; not before today.
        due: Date,
        /// Whether an office's own table names several units to lead together.
        joint: bool,
        /// What suggested it; may be empty.
        reason: String,
    },
    /// The unit takes it.
    Accept,
    /// The unit does not.
    Return {
        /// Why.
        reason: String,
    },
    /// The planner hands the question to a named person.
    Refer {
        /// The name of the account that decides.
        arbiter: String,
        /// By when; not before today.
        by: Date,
        /// What is asked.
        reason: String,
    },
    /// That person says the unit takes it.
    Impose {
        /// Why.
        reason: String,
    },
    /// That person says it does not.
    Release {
        /// Why.
        reason: String,
    },
    /// The planner takes the part back.
    Withdraw {
        /// Why.
        reason: String,
    },
}

impl Ask {
    /// Which step it is.
    pub fn action(&self) -> Move {
        match self {
            Self::Offer { .. } => Move::Offer,
            Self::Accept => Move::Accept,
            Self::Return { .. } => Move::Return,
            Self::Refer { .. } => Move::Refer,
            Self::Impose { .. } => Move::Impose,
            Self::Release { .. } => Move::Release,
            Self::Withdraw { .. } => Move::Withdraw,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Accept => "",
            Self::Offer { reason, .. }
            | Self::Return { reason }
            | Self::Refer { reason, .. }
            | Self::Impose { reason }
            | Self::Release { reason }
            | Self::Withdraw { reason } => reason.trim(),
        }
    }
}

/// What the wishes are about.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The plan.
    pub plan: PlanId,
    /// What can be assigned of it.
    pub subjects: &'a [Subject],
    /// The units.
    pub directory: &'a Directory,
    /// The day on which it is done.
    pub today: Date,
}

impl Desk<'_> {
    /// The part in words: 森林覆盖率（区农业农村局）.
    fn words(&self, key: &PartKey) -> String {
        format!("“{}”（{}）", self.subject_name(&key.subject), self.directory.unit_name(&key.unit))
    }

    /// Whether the text itself names several units for a commitment.
    fn names_several(&self, id: &str) -> bool {
        let subject = self.subjects.iter().find(|subject| subject.id == id);
        subject.is_some_and(|subject| {
            subject.named.split(['、', '，', ',', '；', ';']).filter(|n| !n.trim().is_empty()).count() > 1
        })
    }

    fn subject_name<'b>(&'b self, id: &'b str) -> &'b str {
        self.subjects.iter().find(|subject| subject.id == id).map_or(id, |subject| subject.name.as_str())
    }
}

/// Whether an account may be named to arbitrate in a plan of a jurisdiction.
pub fn may_arbitrate(user: &User, jurisdiction: &str) -> bool {
    let sees = sees_plans_of(user.region, jurisdiction);
    user.active && sees && Permissions::standard().allows(&user.role, Action::ArbitrateParts)
}

/// Does what is wished, all of it or nothing. Refused where a part, or for an
/// offer the commitment, is not as the person saw it; what others do with other
/// parts at the same moment does not hinder. Answers the book as it is then.
pub async fn act<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    desk: Desk<'_>,
    wishes: &[Wish],
) -> Result<Book, WorkflowError> {
    act_with(storage, actor, now, desk, (wishes, Vec::new())).await
}

/// [`act`], with what is stored in other streams together with it.
pub(super) async fn act_with<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    desk: Desk<'_>,
    (wishes, with): (&[Wish], Vec<Append>),
) -> Result<Book, WorkflowError> {
    let Some(first) = wishes.first() else { return Ok(read(storage, desk.plan, None).await?) };
    for wish in wishes {
        allowed(storage, actor, desk, wish).await?;
    }
    let stamp = Stamp { actor: actor.name.clone(), at: now };
    let mut tries = 0;
    loop {
        tries += 1;
        let book = read(storage, desk.plan, None).await?;
        let events = prepare(&book, desk, (actor, now), wishes)?;
        let after = book.version();
        let what: Vec<PartEvent> = events.iter().map(|event| event.what.clone()).collect();
        let batch = EventBatch {
            action: audit_word(first.ask.action()),
            object: format!("plan:{}", desk.plan),
            appends: [vec![Append::to(stream(desk.plan), after, &what)?], with.clone()].concat(),
            touches: with.iter().any(|append| append.stream == nodes::stream(desk.plan)).then_some(desk.plan),
            ..EventBatch::default()
        };
        match storage.append(stamp.clone(), batch).await {
            Ok(_) => return Ok(Book::of(book.events().iter().cloned().chain(events).collect())),
            Err(StorageError::Conflict { .. }) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// The code word under which it stands in the audit chain.
fn audit_word(action: Move) -> &'static str {
    match action {
        Move::Offer => "assignments.offer",
        Move::Accept => "assignments.accept",
        Move::Return => "assignments.return",
        Move::Refer => "assignments.refer",
        Move::Impose => "assignments.impose",
        Move::Release => "assignments.release",
        Move::Withdraw => "assignments.withdraw",
    }
}

fn bad(field: &'static str, message: impl Into<String>) -> WorkflowError {
    WorkflowError::BadInput { field, message: message.into() }
}

/// Refuses what the actor may not do, and what makes no sense whatever stands in
/// the book.
async fn allowed<S: Storage>(storage: &S, actor: &Actor, desk: Desk<'_>, wish: &Wish) -> Result<(), WorkflowError> {
    let reason = wish.ask.reason();
    if reason.chars().count() > LONGEST_REASON || reason.chars().any(|c| c.is_control() && c != '\n' && c != '\r') {
        return Err(bad("理由", format!("最多 {LONGEST_REASON} 个字，请缩短")));
    }
    match &wish.ask {
        Ask::Accept | Ask::Return { .. } => {
            actor.require_for(Action::ApproveForUnit, desk.directory.unit_on(&wish.key.unit, desk.today))
        }
        Ask::Impose { .. } | Ask::Release { .. } => actor.require(Action::ArbitrateParts),
        Ask::Withdraw { .. } => actor.require(Action::AssignParts),
        Ask::Offer { due, .. } => {
            actor.require(Action::AssignParts)?;
            offered(desk, actor, &wish.key)?;
            not_past("首个期限", *due, desk.today)
        }
        Ask::Refer { arbiter, by, .. } => {
            actor.require(Action::AssignParts)?;
            not_past("裁定期限", *by, desk.today)?;
            if *arbiter == actor.name {
                return Err(bad("仲裁人", "提请的人不能自己裁定；请指定另一人"));
            }
            match storage.user(arbiter).await? {
                Some(user) if may_arbitrate(&user, &storage.plan(desk.plan).await?.head.jurisdiction) => Ok(()),
                _ => {
                    let message = format!("“{arbiter}”没有账号，或其角色、辖区不能裁定；请从列表中选择");
                    Err(bad("仲裁人", message))
                }
            }
        }
    }
}

fn offered(desk: Desk<'_>, actor: &Actor, key: &PartKey) -> Result<(), WorkflowError> {
    if !desk.subjects.iter().any(|subject| subject.id == key.subject) {
        return Err(StorageError::NotFound { what: "目标任务", id: key.subject.clone() }.into());
    }
    if desk.directory.unit_for(actor, &key.unit, desk.today).is_none() {
        return Err(StorageError::NotFound { what: "单位", id: key.unit.to_string() }.into());
    }
    let now: &UnitId = desk.directory.unit_on(&key.unit, desk.today);
    if *now != key.unit {
        let (unit, into) = (desk.directory.unit_name(&key.unit), desk.directory.unit_name(now));
        return Err(bad("单位", format!("“{unit}”已并入“{into}”；请改选“{into}”")));
    }
    Ok(())
}

fn not_past(field: &'static str, date: Date, today: Date) -> Result<(), WorkflowError> {
    if date < today { Err(bad(field, format!("{date} 已过；请填 {today} 或以后的日期"))) } else { Ok(()) }
}

/// The events of the wishes upon a book; the pure part of [`act`].
fn prepare(
    book: &Book,
    desk: Desk<'_>,
    (actor, now): (&Actor, Timestamp),
    wishes: &[Wish],
) -> Result<Vec<Event>, WorkflowError> {
    let mut events: Vec<Event> = Vec::new();
    for (number, wish) in (book.version().saturating_add(1)..).zip(wishes) {
        let known = book.part(&wish.key);
        seen(book, desk, wish)?;
        if wishes.iter().filter(|other| other.key == wish.key).count() > 1 {
            return Err(bad("责任分工", format!("{}重复出现；请只保留一项", desk.words(&wish.key))));
        }
        if let (Ask::Impose { .. } | Ask::Release { .. }, Some(part)) = (&wish.ask, known)
            && let Some((arbiter, _)) = &part.arbitration
            && *arbiter != actor.name
        {
            let action = Action::ArbitrateParts.code();
            return Err(WorkflowError::Forbidden { actor: actor.name.clone(), role: actor.role.clone(), action });
        }
        let several = desk.names_several(&wish.key.subject);
        one_lead(book, desk, wishes, (wish, several))?;
        let event = Event { number, what: what(known, wish, several), at: now, actor: actor.name.clone() };
        step(known, &event).map_err(|error| named(desk, &wish.key, error))?;
        events.push(event);
    }
    Ok(events)
}

/// Refuses a second lead unit (rulebook: a commitment has one lead unit), unless
/// the text itself or an office's own table names several.
fn one_lead(book: &Book, desk: Desk<'_>, wishes: &[Wish], (wish, several): (&Wish, bool)) -> Result<(), WorkflowError> {
    fn now<'u>(desk: Desk<'u>, unit: &'u UnitId) -> &'u UnitId {
        desk.directory.unit_on(unit, desk.today)
    }
    let own = now(desk, &wish.key.unit);
    let other = |key: &PartKey| key.subject == wish.key.subject && now(desk, &key.unit) != own;
    let leads = || book.parts_of(&wish.key.subject).filter(|part| part.part == Part::Lead && other(&part.key));
    let standing = match &wish.ask {
        Ask::Offer { part: Part::Lead, joint: false, .. } if !several => {
            let asked = |one: &&Wish| other(&one.key) && matches!(one.ask, Ask::Offer { part: Part::Lead, .. });
            let live = leads().find(|part| part.state.is_live()).map(|part| &part.key.unit);
            live.or_else(|| wishes.iter().find(asked).map(|one| &one.key.unit))
        }
        Ask::Accept | Ask::Impose { .. } => {
            let alone = book.part(&wish.key).is_some_and(|part| part.part == Part::Lead && !part.joint);
            leads().find(|part| alone && !several && part.is_held()).map(|part| &part.key.unit)
        }
        _ => None,
    };
    let Some(unit) = standing else { return Ok(()) };
    let (subject, unit) = (desk.subject_name(&wish.key.subject), desk.directory.unit_name(now(desk, unit)));
    let message = format!(
        "“{subject}”已有牵头单位“{unit}”，一项目标任务只有一个牵头单位；请改为配合，或由规划管理先撤回“{unit}”。\
         原文写明并列牵头的，请用任务分工表导入并勾选并列牵头"
    );
    Err(WorkflowError::NotNow(message))
}

fn what(known: Option<&super::Assignment>, wish: &Wish, several: bool) -> PartEvent {
    let joint = matches!(wish.ask, Ask::Offer { part: Part::Lead, joint, .. } if joint || several);
    let (part, due, arbiter) = match &wish.ask {
        Ask::Offer { part, due, .. } => (*part, Some(*due), None),
        Ask::Refer { arbiter, by, .. } => (known.map_or(Part::Lead, |k| k.part), Some(*by), Some(arbiter.clone())),
        _ => (known.map_or(Part::Lead, |k| k.part), None, None),
    };
    let reason = wish.ask.reason().to_owned();
    PartEvent { key: wish.key.clone(), action: wish.ask.action(), part, due, arbiter, joint, reason }
}

/// Refuses a wish made upon something that is no longer so.
fn seen(book: &Book, desk: Desk<'_>, wish: &Wish) -> Result<(), WorkflowError> {
    let Some(seen) = wish.seen else { return Ok(()) };
    let known = book.part(&wish.key);
    let offer = matches!(wish.ask, Ask::Offer { .. });
    let now = if offer { book.last_of(&wish.key.subject) } else { known.map_or(0, |part| part.events) };
    if now == seen {
        return Ok(());
    }
    let last = book.history(&wish.key.subject).rfind(|event| offer || event.what.key == wish.key);
    let (part, actor) = match last {
        Some(last) => (last.what.key.clone(), last.actor.clone()),
        None => (wish.key.clone(), String::new()),
    };
    let state = book.part(&part).map_or("未分办", super::Assignment::state_word).to_owned();
    Err(WorkflowError::PartChanged { part: desk.words(&part), state, actor })
}

/// The refusal of a step with the names that people know.
fn named(desk: Desk<'_>, key: &PartKey, error: StepError) -> WorkflowError {
    match error {
        StepError::NotNow { state, action, .. } => {
            let (subject, unit) = (desk.subject_name(&key.subject), desk.directory.unit_name(&key.unit));
            let (subject, unit) = (subject.to_owned(), unit.to_owned());
            WorkflowError::NotNow(StepError::NotNow { subject, unit, state, action }.to_string())
        }
        StepError::Missing { action, what } => bad("责任分工", StepError::Missing { action, what }.to_string()),
    }
}

/// The word of a step on pages.
pub fn step_word(action: Move) -> &'static str {
    Steps::standard().step.iter().find(|row| row.action == action).map_or("", |row| row.name.as_str())
}
