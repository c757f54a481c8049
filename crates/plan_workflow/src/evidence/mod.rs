//! 佐证材料: files that show that a figure or a report of work is true.
//!
//! A file is kept once, under the SM3 hash of its content; that it belongs to a
//! figure or a report is an event of its plan. Taking it back is an event too:
//! who attached what, and why it was taken back, stays (`docs/decisions/0032-evidence.md`).

mod file;
mod storage;

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use plan_model::{Period, Standing, UnitId};
use serde::{Deserialize, Serialize};
use sm3::{Digest as _, Sm3};

use crate::{
    WorkflowError, assignments,
    collection::{RoundState, Rounds, RowState, Sheet},
    directory::Directory,
    events::{Append, EventBatch, EventStore, Happening, Stream},
    permissions::{Action, Actor, Reach},
    records::PlanId,
    storage::{Stamp, Storage, StorageError, Stored},
};

pub use document_reader::NotEvidence;
pub use file::{RefusedFile, Sent, Taken, look};
pub use storage::{Content, EvidenceStore, NewFile};

/// The most megabytes of a file where an installation sets nothing else.
pub const LIMIT_MB: u32 = 20;
/// The most characters of a note or a reason.
const MOST_WORDS: usize = 500;

/// What a file belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The commitment: an indicator (I012) or a piece of work (W7, A3).
    pub subject: String,
    /// The unit whose figure or report it shows, as it was asked; none where the
    /// planning department attached it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The round of collecting, where it belongs to a unit's sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<String>,
    /// The period of the figure or report, where one is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// The standing of the figure, where one is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// Its vintage, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vintage: Option<u32>,
    /// What the file shows; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What happens to the evidence of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EvidenceEvent {
    /// A file is attached.
    Attach {
        /// The SM3 hash of its content.
        hash: String,
        /// What it is called.
        name: String,
        /// Its media type, as its content says.
        media_type: String,
        /// How many bytes it has.
        size: u64,
        /// What it belongs to.
        #[serde(flatten)]
        about: About,
    },
    /// 撤下: it is taken back.
    Detach {
        /// The number of the event that attached it.
        number: u32,
        /// To what it belonged.
        subject: String,
        /// Why.
        reason: String,
    },
}

impl Happening for EvidenceEvent {
    fn kind(&self) -> &'static str {
        match self {
            Self::Attach { .. } => "attach",
            Self::Detach { .. } => "detach",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Attach { about, .. } => about.subject.clone(),
            Self::Detach { subject, .. } => subject.clone(),
        }
    }
}

/// A file that was attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The number of the event that attached it: its id in the plan.
    pub number: u32,
    /// The SM3 hash of its content.
    pub hash: String,
    /// What it is called.
    pub name: String,
    /// Its media type, as its content says.
    pub media_type: String,
    /// How many bytes it has.
    pub size: u64,
    /// What it belongs to.
    pub about: About,
    /// When it was attached.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
    /// Why, when and by whom it was taken back.
    pub detached: Option<(String, Timestamp, String)>,
}

/// The evidence of a plan: the fold of its events, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    all: Vec<Attachment>,
}

impl Evidence {
    /// The stream of a plan's evidence.
    pub fn stream(plan: PlanId) -> Stream {
        Stream::of_plan(plan, "evidence")
    }

    /// As stored; as known at a moment, where one is given.
    pub async fn read<S: EventStore>(storage: &S, plan: PlanId, known_at: Option<Timestamp>) -> Stored<Self> {
        let mut evidence = Self::default();
        for record in storage.events(&Self::stream(plan), known_at).await? {
            evidence.apply(record.read()?, (record.number, record.at, record.actor));
        }
        Ok(evidence)
    }

    fn apply(&mut self, event: EvidenceEvent, (number, at, actor): (u32, Timestamp, String)) {
        match event {
            EvidenceEvent::Attach { hash, name, media_type, size, about } => {
                self.all.push(Attachment { number, hash, name, media_type, size, about, at, actor, detached: None });
            }
            EvidenceEvent::Detach { number, reason, .. } => {
                let known = self.all.iter_mut().find(|one| one.number == number && one.detached.is_none());
                if let Some(one) = known {
                    one.detached = Some((reason, at, actor));
                }
            }
        }
    }

    /// Everything that was ever attached.
    pub fn all(&self) -> &[Attachment] {
        &self.all
    }
}

/// Who does something with evidence, when, and with what at hand.
#[derive(Debug, Clone, Copy)]
pub struct Cabinet<'a, S> {
    /// The store.
    pub storage: &'a S,
    /// Who acts.
    pub actor: &'a Actor,
    /// The moment.
    pub now: Timestamp,
    /// The day where the office is.
    pub today: Date,
    /// Units, people and duties.
    pub directory: &'a Directory,
}

impl<S: Storage> Cabinet<'_, S> {
    fn stamp(&self) -> Stamp {
        Stamp { actor: self.actor.name.clone(), at: self.now }
    }

    /// Attaches a file. Whoever acts for a unit attaches for it what the unit takes
    /// part in or was asked to report; the planning department attaches anywhere.
    /// Answers the attachment's number.
    pub async fn attach(
        &self,
        plan: PlanId,
        about: About,
        (sent, limit_mb): (Sent<'_>, u32),
    ) -> Result<u32, WorkflowError> {
        self.actor.require(Action::AttachEvidence)?;
        self.storage.plan(plan).await?;
        let about = self.placed(plan, about).await?;
        let name = sent.name.to_owned();
        let Taken { name, media_type } =
            look(sent, limit_mb).map_err(|why| WorkflowError::RefusedFile { name, why })?;
        let attach = EvidenceEvent::Attach {
            hash: hash_of(sent.bytes),
            name: name.clone(),
            media_type: media_type.to_owned(),
            size: u64::try_from(sent.bytes.len()).unwrap_or(u64::MAX),
            about,
        };
        let batch = batch(plan, "evidence.attach", attach)?;
        let file = NewFile { media_type: media_type.to_owned(), name, bytes: sent.bytes.to_vec() };
        let numbers = self.storage.store_evidence(self.stamp(), file, batch).await?;
        Ok(numbers.first().copied().unwrap_or_default())
    }

    /// Where a file may be put: an existing commitment, and for a unit one of its own.
    async fn placed(&self, plan: PlanId, about: About) -> Result<About, WorkflowError> {
        let reach = self.actor.reach(Action::AttachEvidence);
        let about = About { note: words("说明", &about.note, false)?, ..about };
        if let Some(round) = &about.round {
            let rounds = Rounds::read(self.storage, plan, None).await?;
            let state = rounds.round(round).ok_or_else(|| not_found("采集", round))?;
            return self.on_sheet(&reach, state, about);
        }
        let subjects = assignments::read_subjects(self.storage, plan).await?;
        if !subjects.iter().any(|subject| subject.id == about.subject) {
            return Err(not_found("目标任务", &about.subject));
        }
        let about = self.of_figure(plan, about).await?;
        if reach == Reach::All {
            return Ok(about);
        }
        let book = assignments::read(self.storage, plan, None).await?.on(self.directory, self.today);
        let asked = |unit: &UnitId| about.unit.as_ref().is_none_or(|asked| asked == unit);
        let own =
            |part: &&assignments::Assignment| part.state.is_live() && reach.holds(&part.unit) && asked(&part.unit);
        let unit = book.parts_of(&about.subject).find(own).map(|part| part.unit.clone());
        // What is none of the unit's business does not exist for it.
        let unit = unit.ok_or_else(|| not_found("目标任务", &about.subject))?;
        Ok(About { unit: Some(unit), ..about })
    }

    /// With the vintage of the figure that is meant: the one named, else the latest.
    async fn of_figure(&self, plan: PlanId, about: About) -> Result<About, WorkflowError> {
        let (Some(period), Some(standing)) = (about.period, about.standing) else {
            return Ok(About { standing: None, vintage: None, ..about });
        };
        let figures = self.storage.figures(plan, Some(&about.subject), None).await?;
        let seen = figures.iter().map(|figure| &figure.observation);
        let vintages = seen.filter(|o| o.period == period && o.standing == standing).map(|o| o.vintage);
        let vintage = vintages.filter(|vintage| about.vintage.is_none_or(|asked| asked == *vintage)).max();
        let id = || format!("{} {period} {}", about.subject, standing.code());
        let vintage = vintage.ok_or_else(|| not_found("监测值", &id()))?;
        Ok(About { vintage: Some(vintage), ..about })
    }

    /// A row of a unit's sheet, while the round is not locked.
    fn on_sheet(&self, reach: &Reach, state: &RoundState, about: About) -> Result<About, WorkflowError> {
        let asked = state.unit_of(&about.subject).filter(|unit| reach.holds(self.directory.unit_on(unit, self.today)));
        let unit = asked.ok_or_else(|| not_found("填报事项", &about.subject))?.clone();
        if state.is_locked() {
            let message = format!("“{}”已锁定，不能再附佐证材料；请联系规划管理人员重新开放", state.round.title);
            return Err(WorkflowError::NotNow(message));
        }
        Ok(About { unit: Some(unit), period: Some(state.round.period), ..about })
    }

    /// Takes an attachment back, with the reason. The file is no longer given out;
    /// that it was there stays. A unit takes back its own, and only what the
    /// planning department has not accepted.
    pub async fn detach(&self, plan: PlanId, number: u32, reason: &str) -> Result<(), WorkflowError> {
        self.actor.require(Action::AttachEvidence)?;
        let evidence = Evidence::read(self.storage, plan, None).await?;
        let found = evidence.all().iter().find(|one| one.number == number && one.detached.is_none());
        let found = found.ok_or_else(|| not_found("佐证材料", &number.to_string()))?;
        let reach = self.actor.reach(Action::AttachEvidence);
        if !self.reaches(&reach, found) {
            return Err(not_found("佐证材料", &number.to_string()));
        }
        if reach != Reach::All && self.accepted(plan, &[found]).await?.contains(&number) {
            let message = "已核收，不能撤下；请联系规划管理人员".to_owned();
            return Err(WorkflowError::NotNow(message));
        }
        let reason = words("撤下理由", reason, true)?;
        let subject = found.about.subject.clone();
        let batch = batch(plan, "evidence.detach", EvidenceEvent::Detach { number, subject, reason })?;
        self.storage.append(self.stamp(), batch).await?;
        Ok(())
    }

    fn reaches(&self, reach: &Reach, one: &Attachment) -> bool {
        let holder = |unit| reach.holds(self.directory.unit_on(unit, self.today));
        one.about.unit.as_ref().map_or(*reach == Reach::All, holder)
    }

    /// Which of these belong to a row that the planning department has accepted.
    async fn accepted(&self, plan: PlanId, of: &[&Attachment]) -> Stored<BTreeSet<u32>> {
        let place = |one: &Attachment| Some((one.about.round.clone()?, one.about.unit.clone()?));
        let places: BTreeSet<(String, UnitId)> = of.iter().filter_map(|one| place(one)).collect();
        let mut accepted = BTreeSet::new();
        for (round, unit) in places {
            let sheet = Sheet::read(self.storage, plan, &round, &unit).await?;
            let on = of.iter().filter(|one| place(one).is_some_and(|(r, u)| r == round && u == unit));
            let done =
                |one: &&&Attachment| sheet.row(&one.about.subject).is_some_and(|row| row.state == RowState::Accepted);
            accepted.extend(on.filter(done).map(|one| one.number));
        }
        Ok(accepted)
    }

    /// The evidence of a plan the actor may see, as known at a moment where one is
    /// given: what the planning department attached or accepted, and what is their
    /// own unit's or their role may see before. Taken back is only what they may
    /// take back themselves.
    pub async fn readable(&self, plan: PlanId, known_at: Option<Timestamp>) -> Result<Vec<Attachment>, WorkflowError> {
        self.actor.require(Action::ReadPlans)?;
        let evidence = Evidence::read(self.storage, plan, known_at).await?;
        let (read, write) = (self.actor.reach(Action::ReadEvidence), self.actor.reach(Action::AttachEvidence));
        let hidden: Vec<&Attachment> = evidence.all().iter().filter(|one| !self.reaches(&read, one)).collect();
        let accepted = self.accepted(plan, &hidden).await?;
        let open =
            |one: &Attachment| one.about.unit.is_none() || self.reaches(&read, one) || accepted.contains(&one.number);
        let seen = |one: &Attachment| open(one) && (one.detached.is_none() || self.reaches(&write, one));
        Ok(evidence.all.iter().filter(|one| seen(one)).cloned().collect())
    }

    /// The file under a hash and what it is called in this plan; not found where the
    /// actor may see no attachment of the plan that has it.
    pub async fn open(&self, plan: PlanId, hash: &str) -> Result<(Attachment, Vec<u8>), WorkflowError> {
        let mut readable = self.readable(plan, None).await?;
        readable.retain(|one| one.hash == hash && one.detached.is_none());
        let found = readable.pop().ok_or_else(|| not_found("佐证材料", hash))?;
        let content = self.storage.evidence(hash).await?.ok_or_else(|| StorageError::Damaged {
            place: format!("evidence_contents hash={hash}"),
            detail: "内容不在库中".to_owned(),
        })?;
        Ok((found, content.bytes))
    }

    /// Whether the actor may attach something to a commitment outside of a sheet.
    pub fn may_attach(&self, book: &assignments::Book, subject: &str) -> bool {
        match self.actor.reach(Action::AttachEvidence) {
            Reach::All => true,
            reach => book.parts_of(subject).any(|part| part.state.is_live() && reach.holds(&part.unit)),
        }
    }
}

fn batch(plan: PlanId, action: &'static str, event: EvidenceEvent) -> Stored<EventBatch> {
    let object = format!("plan:{plan} {}", event.subject());
    // Two attachments cannot contradict each other, and a second taking back changes nothing.
    let appends = vec![Append::to(Evidence::stream(plan), None, &[event])?];
    Ok(EventBatch { action, object, appends, ..EventBatch::default() })
}

fn not_found(what: &'static str, id: &str) -> WorkflowError {
    StorageError::NotFound { what, id: id.to_owned() }.into()
}

/// Words that are not too long, and there where they are needed.
fn words(field: &'static str, text: &str, needed: bool) -> Result<String, WorkflowError> {
    let text = text.trim();
    let message = match text.chars().count() {
        0 if needed => "须写明；请补充后再提交".to_owned(),
        0..=MOST_WORDS => return Ok(text.to_owned()),
        length => format!("有 {length} 个字，超过 {MOST_WORDS} 个字；请精简"),
    };
    Err(WorkflowError::BadInput { field, message })
}

/// The SM3 hash of a content, 64 hexadecimal digits.
pub fn hash_of(bytes: &[u8]) -> String {
    Sm3::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
