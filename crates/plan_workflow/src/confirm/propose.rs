//! What a selected stretch of the text may say: a first filling for the form.

use plan_extraction::{Options, extract};
use plan_model::{
    Anchor, Commitment, CommitmentClass, Comparison, Confidence, DueYear, Intent, Target, WorkItem, WorkKind,
};

use super::candidate::{Content, Ground};

/// The rule code of what a person added.
pub const BY_HAND: &str = "hand";

/// What the rules find in the stretch when they read it by itself; where they
/// find nothing, a piece of work with the words as its name. `None` where the
/// text has no such place.
pub fn propose(ground: &Ground, anchor: Anchor) -> Option<Content> {
    let quote = ground.words(anchor)?;
    let line = ground.source.line(anchor.line)?;
    let wanted = anchor.end.saturating_sub(anchor.start) as usize;
    let text: String = line.text.chars().skip(anchor.start as usize).take(wanted).collect();
    let found = document_reader::read("selection.txt", text.as_bytes())
        .ok()
        .map(|source| extract(&source, &Options { plan_period: Some(ground.plan.head.period) }));
    let measure = found.as_ref().and_then(|found| found.commitments.first().cloned()).map(Content::Measure);
    let work = || found.as_ref().and_then(|found| found.work.first().cloned()).map(Content::Work);
    let mut content = measure.or_else(work).unwrap_or_else(|| Content::Work(blank_work(&quote)));
    match &mut content {
        Content::Measure(found) => by_hand(&mut found.rule, &mut found.confidence),
        Content::Work(found) => by_hand(&mut found.rule, &mut found.confidence),
    }
    content.put_at(anchor, quote);
    Some(content)
}

fn by_hand(rule: &mut String, confidence: &mut Confidence) {
    BY_HAND.clone_into(rule);
    *confidence = Confidence::Certain;
}

const NOWHERE: Anchor = Anchor { line: 1, start: 0, end: 1 };

/// A piece of work that says nothing but its name.
pub fn blank_work(name: &str) -> WorkItem {
    WorkItem {
        kind: WorkKind::Task,
        verb: String::new(),
        name: name.trim().to_owned(),
        lead: None,
        place: None,
        stage: None,
        amount: None,
        due: DueYear::NotStated,
        anchor: NOWHERE,
        quote: String::new(),
        rule: BY_HAND.to_owned(),
        confidence: Confidence::Certain,
    }
}

/// A promise with a measure that says nothing but its name.
pub fn blank_measure(name: &str) -> Commitment {
    Commitment {
        name: name.trim().to_owned(),
        class: CommitmentClass::Numeric,
        target: Target {
            comparison: Comparison::Equal,
            value: None,
            value_high: None,
            unit: String::new(),
            due: DueYear::NotStated,
            soft: false,
        },
        intent: Intent::Reach,
        anchor: NOWHERE,
        quote: String::new(),
        rule: BY_HAND.to_owned(),
        confidence: Confidence::Certain,
    }
}
