//! The use case: somebody decides.

use std::collections::BTreeSet;

use jiff::Timestamp;
use plan_model::Anchor;

use super::{
    candidate::{CandidateKey, Content, Ground},
    decision::{Act, DecisionBatch, DecisionRecord, NewDecision, Piece, RejectReason, Take},
    effect::{self, Placing},
    state::{Fate, Item, State},
};
use crate::{
    WorkflowError,
    permissions::{Action, Actor},
    records::IndicatorRecord,
    storage::{Stamp, Storage, StorageError},
};

/// Others may decide on other candidates at the same moment; then it is tried
/// again so many times upon what they left.
const TRIES: usize = 20;
/// A candidate is split into at most so many.
const PIECES: usize = 20;

/// What a person wants decided. `seen` is the number of the last decision that
/// had touched the candidate when the person looked ([`Item::last`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// It is right as it stands.
    Accept {
        /// The candidate.
        key: CandidateKey,
        /// What was seen of it.
        seen: u32,
    },
    /// It is right with these fields.
    Correct {
        /// The candidate.
        key: CandidateKey,
        /// What was seen of it.
        seen: u32,
        /// What it says.
        content: Box<Content>,
    },
    /// It is several.
    Split {
        /// The candidate.
        key: CandidateKey,
        /// What was seen of it.
        seen: u32,
        /// What its parts say, two or more.
        pieces: Vec<Content>,
    },
    /// Another one is the same.
    Merge {
        /// The candidate that stays.
        key: CandidateKey,
        /// What was seen of it.
        seen: u32,
        /// The one that goes, and what was seen of it.
        other: (CandidateKey, u32),
    },
    /// It is none.
    Reject {
        /// The candidate.
        key: CandidateKey,
        /// What was seen of it.
        seen: u32,
        /// Why.
        reason: RejectReason,
        /// In the person's words; needed where the reason is another one.
        words: String,
    },
    /// A person found one more. With a reason: a place that was looked at and is
    /// no commitment.
    Add {
        /// What it says, with its place.
        content: Box<Content>,
        /// Why it is none.
        rejected: Option<(RejectReason, String)>,
    },
    /// Every open candidate of a chapter that the rules are certain of is right.
    AcceptCertain {
        /// The chapter.
        chapter: String,
    },
    /// What the person decided last is taken back, all of the same press.
    UndoLast,
    /// The last decision on a candidate is taken back, whoever made it.
    Undo {
        /// The candidate.
        key: CandidateKey,
        /// What was seen of it.
        seen: u32,
    },
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Decided {
    /// What holds now.
    pub state: State,
    /// The candidates that were changed, the first one the one meant.
    pub touched: Vec<CandidateKey>,
    /// The indicators that got a further version.
    pub indicators: Vec<String>,
}

/// Decides, and brings the register after it. Refused where somebody else
/// decided on the same candidate since the person looked; decisions on different
/// candidates never hinder each other.
pub async fn decide<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    ground: &Ground,
    wish: Wish,
) -> Result<Decided, WorkflowError> {
    actor.require(Action::ConfirmRegister)?;
    let plan = ground.plan.id;
    let stamp = Stamp { actor: actor.name.clone(), at: now };
    let mut tries = 0;
    loop {
        tries += 1;
        let before = State::fold(ground, storage.decisions(plan).await?);
        let stored = storage.indicators(plan, None).await?;
        let with_figures = with_figures(storage, ground, &before, &wish).await?;
        let prepared = prepare((ground, &before), &stored, &stamp, with_figures, &wish)?;
        let Prepared { decided, batch } = prepared;
        match storage.record_decisions(stamp.clone(), plan, batch).await {
            Ok(_) => return Ok(decided),
            Err(StorageError::Conflict { .. }) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// A wish that may be stored, and what holds once it is.
pub(super) struct Prepared {
    pub(super) decided: Decided,
    pub(super) batch: DecisionBatch,
}

/// What a wish comes to, upon what is stored; the pure part of [`decide`].
pub(super) fn prepare(
    (ground, before): (&Ground, &State),
    stored: &[IndicatorRecord],
    stamp: &Stamp,
    with_figures: BTreeSet<String>,
    wish: &Wish,
) -> Result<Prepared, WorkflowError> {
    let splitting = matches!(wish, Wish::Split { .. });
    let mut placing = Placing::new(ground, before, stored, (with_figures, splitting));
    let decisions = Deciding { before, actor: &stamp.actor, placing: &mut placing }.decisions(wish)?;
    let (state, touched) = after(ground, before, &decisions, stamp);
    let versions = versions(ground, (before, &state), stored, &decisions);
    let indicators = versions.iter().map(|version| version.new.indicator.id.clone()).collect();
    let batch = DecisionBatch { after: before.last(), decisions, versions };
    Ok(Prepared { decided: Decided { state, touched, indicators }, batch })
}

/// The state with these decisions, and the candidates they touch.
fn after(ground: &Ground, before: &State, decisions: &[NewDecision], stamp: &Stamp) -> (State, Vec<CandidateKey>) {
    let first = before.last().saturating_add(1);
    let mut all = before.decisions().to_vec();
    let mut touched: Vec<CandidateKey> = Vec::new();
    for (number, decision) in (first..).zip(decisions.iter().cloned()) {
        let NewDecision { candidate, act, reason } = decision;
        let record =
            DecisionRecord { number, batch: first, candidate, act, reason, at: stamp.at, actor: stamp.actor.clone() };
        touched.push(candidate);
        all.push(record);
    }
    (State::fold(ground, all), touched)
}

fn versions(
    ground: &Ground,
    states: (&State, &State),
    stored: &[IndicatorRecord],
    decisions: &[NewDecision],
) -> Vec<super::decision::NewVersion> {
    // Accepting what stands as found changes nothing of the register.
    let Some(first) = decisions.first() else { return Vec::new() };
    let verb = match first.act {
        Act::Accept => "采纳",
        Act::Correct(_) => "改正",
        Act::Split(_) => "拆分",
        Act::Merge { .. } => "合并",
        Act::Reject(_) => "否决",
        Act::Add(_) => "补充",
        Act::Undo(_) => "撤销决定",
    };
    effect::versions(ground, states, stored, &format!("确认：{verb} {}", first.candidate))
}

/// Which of the indicators that may change their unit or be split have figures.
async fn with_figures<S: Storage>(
    storage: &S,
    ground: &Ground,
    state: &State,
    wish: &Wish,
) -> Result<BTreeSet<String>, WorkflowError> {
    let (Wish::Correct { key, .. } | Wish::Split { key, .. }) = wish else { return Ok(BTreeSet::new()) };
    let Some(indicator) = state.item(*key).and_then(|item| item.indicator.clone()) else { return Ok(BTreeSet::new()) };
    let figures = storage.figures(ground.plan.id, Some(&indicator), None).await?;
    Ok(if figures.is_empty() { BTreeSet::new() } else { BTreeSet::from([indicator]) })
}

fn bad(field: &'static str, message: impl Into<String>) -> WorkflowError {
    WorkflowError::BadInput { field, message: message.into() }
}

struct Deciding<'a, 'b> {
    before: &'a State,
    actor: &'a str,
    placing: &'a mut Placing<'b>,
}

impl Deciding<'_, '_> {
    fn decisions(mut self, wish: &Wish) -> Result<Vec<NewDecision>, WorkflowError> {
        let one = |candidate, act| Ok(vec![NewDecision { candidate, act, reason: String::new() }]);
        match wish {
            Wish::Accept { key, seen } => {
                self.decidable(*key, *seen)?;
                one(*key, Act::Accept)
            }
            Wish::Correct { key, seen, content } => {
                self.decidable(*key, *seen)?;
                let take = self.take(content, &[*key])?;
                one(*key, Act::Correct(take))
            }
            Wish::Split { key, seen, pieces } => self.split(*key, *seen, pieces),
            Wish::Merge { key, seen, other } => self.merge((*key, *seen), *other),
            Wish::Reject { key, seen, reason, words } => {
                self.decidable(*key, *seen)?;
                let reason_words = self::words(*reason, words)?;
                Ok(vec![NewDecision { candidate: *key, act: Act::Reject(*reason), reason: reason_words }])
            }
            Wish::Add { content, rejected } => self.add(content, rejected.as_ref()),
            Wish::AcceptCertain { chapter } => self.accept_certain(chapter),
            Wish::UndoLast => self.undo_last(),
            Wish::Undo { key, seen } => {
                self.seen(*key, *seen)?;
                let last = self.before.history(*key).filter(|d| self.before.holds(d)).last();
                let last = last.ok_or_else(|| bad("撤销", format!("{key} 没有可撤销的决定")))?;
                let of = vec![last.number];
                self.undo(of)
            }
        }
    }

    /// The candidate, if nobody decided on it since it was seen.
    fn seen(&self, key: CandidateKey, seen: u32) -> Result<&Item, WorkflowError> {
        let item = self.before.item(key).filter(|item| item.fate != Fate::Withdrawn);
        let item = item.ok_or_else(|| StorageError::NotFound { what: "候选", id: key.to_string() })?;
        if item.last != seen {
            let actor = item.by.as_ref().map(|(name, _)| name.clone()).unwrap_or_default();
            return Err(WorkflowError::DecidedMeanwhile { candidate: key, actor });
        }
        Ok(item)
    }

    /// The candidate, if it may be decided upon: what was split or merged first
    /// has to be put together again.
    fn decidable(&self, key: CandidateKey, seen: u32) -> Result<&Item, WorkflowError> {
        let item = self.seen(key, seen)?;
        let done = match &item.fate {
            Fate::Split { .. } => "已拆分",
            Fate::Merged { .. } => "已并入另一条",
            _ => return Ok(item),
        };
        Err(bad("候选", format!("{key} {done}；如需改动，请先撤销该决定")))
    }

    fn take(&mut self, content: &Content, instead_of: &[CandidateKey]) -> Result<Take, WorkflowError> {
        let mut content = content.clone();
        check(&content)?;
        let anchor = content.anchor();
        let quote = self.placing.ground.words(anchor);
        let quote = quote.ok_or_else(|| bad("位置", format!("原文第 {} 行没有这一段，请重新选取", anchor.line)))?;
        content.put_at(anchor, quote);
        let indicator = self.placing.indicator(&content, instead_of);
        Ok(Take { content, indicator })
    }

    fn split(&mut self, key: CandidateKey, seen: u32, pieces: &[Content]) -> Result<Vec<NewDecision>, WorkflowError> {
        self.decidable(key, seen)?;
        if !(2..=PIECES).contains(&pieces.len()) {
            return Err(bad("拆分", format!("须拆为 2 至 {PIECES} 条，请以“/”隔开名称")));
        }
        let first = self.before.next_added();
        let mut parts = Vec::with_capacity(pieces.len());
        for (number, content) in (first..).zip(pieces) {
            let take = self.take(content, &[key])?;
            parts.push(Piece { key: CandidateKey::Added(number), take });
        }
        Ok(vec![NewDecision { candidate: key, act: Act::Split(parts), reason: String::new() }])
    }

    fn merge(
        &mut self,
        (key, seen): (CandidateKey, u32),
        (other, other_seen): (CandidateKey, u32),
    ) -> Result<Vec<NewDecision>, WorkflowError> {
        let stays = self.decidable(key, seen)?.clone();
        let goes = self.decidable(other, other_seen)?.clone();
        let same_sort = matches!(
            (&stays.content, &goes.content),
            (Content::Measure(_), Content::Measure(_)) | (Content::Work(_), Content::Work(_))
        );
        if key == other || !same_sort {
            return Err(bad("合并", "只能合并两条同为目标或同为任务的候选，请核对"));
        }
        let mut content = stays.content;
        content.put_at(together(content.anchor(), goes.content.anchor()), String::new());
        let take = self.take(&content, &[key, other])?;
        Ok(vec![NewDecision { candidate: key, act: Act::Merge { other, take }, reason: String::new() }])
    }

    fn add(
        &mut self,
        content: &Content,
        rejected: Option<&(RejectReason, String)>,
    ) -> Result<Vec<NewDecision>, WorkflowError> {
        let candidate = CandidateKey::Added(self.before.next_added());
        let take = match rejected {
            // What is none must not make an indicator on its way.
            Some(_) => Take { indicator: None, ..self.take(content, &[])? },
            None => self.take(content, &[])?,
        };
        let same = |item: &&Item| item.content == take.content && item.fate.counts();
        if let Some(same) = self.before.items().find(same) {
            return Err(bad("补充", format!("这一条已有，即 {}；无需重复补充", same.key)));
        }
        let mut decisions = vec![NewDecision { candidate, act: Act::Add(take), reason: String::new() }];
        if let Some((reason, said)) = rejected {
            let reason_words = words(*reason, said)?;
            decisions.push(NewDecision { candidate, act: Act::Reject(*reason), reason: reason_words });
        }
        Ok(decisions)
    }

    fn accept_certain(&self, chapter: &str) -> Result<Vec<NewDecision>, WorkflowError> {
        let open = self.before.items().filter(|i| i.chapter == chapter && i.fate == Fate::Open && i.is_certain());
        let accept = |item: &Item| NewDecision { candidate: item.key, act: Act::Accept, reason: String::new() };
        let decisions: Vec<NewDecision> = open.map(accept).collect();
        if decisions.is_empty() {
            return Err(bad("采纳", format!("“{chapter}”中没有待确认且把握为“确定”的候选")));
        }
        Ok(decisions)
    }

    fn undo_last(&self) -> Result<Vec<NewDecision>, WorkflowError> {
        let mut own = self.before.decisions().iter().filter(|d| d.actor == self.actor && self.before.holds(d));
        let last = own.next_back().map(|decision| decision.batch);
        let batch = last.ok_or_else(|| bad("撤销", "您没有可撤销的决定"))?;
        let of = self.before.decisions().iter().filter(|d| d.batch == batch && self.before.holds(d));
        let of: Vec<u32> = of.map(|decision| decision.number).collect();
        self.undo(of)
    }

    /// Takes decisions back, unless somebody built on one of them since.
    fn undo(&self, of: Vec<u32>) -> Result<Vec<NewDecision>, WorkflowError> {
        let all = self.before.decisions();
        let mut first = None;
        for decision in all.iter().filter(|decision| of.contains(&decision.number)) {
            let touched = decision.touched();
            first = first.or(touched.first().copied());
            let later = all.iter().find(|later| {
                later.number > decision.number
                    && self.before.holds(later)
                    && !of.contains(&later.number)
                    && later.touched().iter().any(|key| touched.contains(key))
            });
            if let Some(later) = later {
                let message = format!("之后{}又处理了 {}；请先撤销那一决定", later.actor, later.candidate);
                return Err(bad("撤销", message));
            }
        }
        let candidate = first.ok_or_else(|| bad("撤销", "没有可撤销的决定"))?;
        Ok(vec![NewDecision { candidate, act: Act::Undo(of), reason: String::new() }])
    }
}

/// The place of two candidates together, where they stand in one line.
fn together(a: Anchor, b: Anchor) -> Anchor {
    if a.line != b.line {
        return a;
    }
    Anchor { line: a.line, start: a.start.min(b.start), end: a.end.max(b.end) }
}

/// What a person wrote to a reason.
fn words(reason: RejectReason, said: &str) -> Result<String, WorkflowError> {
    let said = said.trim();
    if said.chars().count() > 200 || said.chars().any(char::is_control) {
        return Err(bad("理由", "至多 200 个字，不含换行，请缩短"));
    }
    if reason == RejectReason::Other && said.is_empty() {
        return Err(bad("理由", "选“其他”时请写明理由"));
    }
    Ok(said.to_owned())
}

/// Whether fields hold what they may.
fn check(content: &Content) -> Result<(), WorkflowError> {
    let plain = |text: &str, most: usize| text.chars().count() <= most && !text.chars().any(char::is_control);
    let name = content.name();
    if name.trim().is_empty() || !plain(name, 200) {
        return Err(bad("名称", "须为 1 至 200 个字，不含换行，请改正"));
    }
    match content {
        Content::Measure(found) => {
            let target = &found.target;
            if !plain(&target.unit, 20) {
                return Err(bad("单位", "至多 20 个字，请改正"));
            }
            match (target.value, target.value_high) {
                (None, Some(_)) => Err(bad("目标值", "有上限而没有下限，请填写下限或去掉上限")),
                (Some(low), Some(high)) if high < low => Err(bad("目标值", "上限小于下限，请核对")),
                _ => Ok(()),
            }
        }
        Content::Work(found) => {
            let texts = [Some(&found.verb), found.lead.as_ref(), found.place.as_ref()];
            let unit = found.amount.as_ref().map(|amount| amount.unit.as_str()).unwrap_or_default();
            if texts.into_iter().flatten().any(|text| !plain(text, 100)) || !plain(unit, 20) {
                return Err(bad("任务", "动词、责任单位、地点至多 100 个字，单位至多 20 个字，请缩短"));
            }
            Ok(())
        }
    }
}
