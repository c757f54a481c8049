//! A clause as the kinds of work see it: where its verb of intent stands, what is
//! dropped before it, and what makes the clause no row.

use plan_model::{Confidence, Stage, WorkKind};

use super::words::{Verb, WorkWords};
use crate::{lexicon::Lexicon, naming, sieve::Kinds, view::View};

/// A stretch of the view.
pub(crate) type Span = (usize, usize);

/// An empty stretch.
pub(crate) const NOTHING: Span = (0, 0);

/// The least characters of an object: 办好大赛 has two.
const LEAST_OBJECT: usize = 2;
/// The longest subject of a clause that is looked for.
const LONGEST_SUBJECT: usize = 40;

/// A clause that is to be read, with the lists.
#[derive(Clone, Copy)]
pub(crate) struct Phrase<'a> {
    pub(crate) view: &'a View<'a>,
    pub(crate) words: &'static WorkWords,
    /// Where reading begins: behind what was dropped.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// What a rule found, before it is written out. Nothing in it is allocated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    pub(crate) kind: WorkKind,
    pub(crate) rule: &'static str,
    pub(crate) confidence: Confidence,
    pub(crate) verb: Span,
    /// The pieces of the name in order.
    pub(crate) name: [Span; 3],
    pub(crate) lead: Span,
    pub(crate) place: Span,
    pub(crate) stage: Option<Stage>,
    /// The number that is its amount, by its index in the line.
    pub(crate) amount: Option<usize>,
    /// The commitment of the extraction whose name goes in front, by its index.
    pub(crate) subject: Option<usize>,
    /// Where it stands, for the quote and the year.
    pub(crate) quote: Span,
}

impl Item {
    pub(crate) fn new(kind: WorkKind, rule: &'static str, verb: Span, name: Span, from: usize) -> Self {
        Item {
            kind,
            rule,
            confidence: Confidence::Certain,
            verb,
            name: [name, NOTHING, NOTHING],
            lead: NOTHING,
            place: NOTHING,
            stage: None,
            amount: None,
            subject: None,
            quote: (from, name.1.max(verb.1)),
        }
    }
}

/// What stands before the verb of a clause.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Opening {
    /// The clause is no row: a principle, a prohibition, a purpose, an adjunct.
    NoRow,
    /// Reading begins here.
    At {
        at: usize,
        /// An adjunct (围绕…, 在…) was passed over.
        adjunct: Span,
        /// Where the subject begins if there is no verb at `at`: 全市, 重点 belong to it.
        subject: usize,
    },
}

impl<'a> Phrase<'a> {
    pub(crate) fn rest(&self, at: usize) -> &'a [char] {
        self.view.slice(at, self.end)
    }

    pub(crate) fn text(&self) -> &'a [char] {
        self.rest(self.start)
    }

    /// Passes over times, adverbs, connectors and adjuncts.
    pub(crate) fn open(&self) -> Opening {
        let words = self.words;
        let mut at = self.start;
        let (mut skipped_verb, mut attribute) = (None, None);
        loop {
            let rest = self.rest(at);
            let adverb = words.skipped.at_start(rest).filter(|_| words.not_adverbs.at_start(rest).is_none());
            if let Some((length, ())) = adverb {
                match words.verbs.at_start(rest) {
                    Some((verb, _)) if verb > length => break,
                    Some((verb, _)) if verb == length => skipped_verb = Some(at),
                    _ => {}
                }
                if words.attributes.at_start(rest).is_some_and(|(word, ())| word == length) {
                    attribute = attribute.or(Some(at));
                }
                // 全方位、多渠道宣传: adverbs joined by 、.
                let joined =
                    self.view.at(at + length) == '、' && words.skipped.at_start(self.rest(at + length + 1)).is_some();
                at += length + usize::from(joined);
                continue;
            }
            let time = naming::time_at_start(rest);
            if time == 0 {
                break;
            }
            (at, attribute) = (at + time, None);
        }
        // “一企一策”帮助企业上市: a manner in quotation marks.
        if self.view.at(at) == '“'
            && let Some(close) = (at..self.end).find(|i| self.view.at(*i) == '”')
            && self.verb_at(close + 1).is_some()
        {
            at = close + 1;
        }
        let rest = self.rest(at);
        let verb = self.verb_at(at);
        if let (Some(verb), None) = (skipped_verb, verb) {
            // 统筹电力、通信…管线入廊: the adverb is the verb itself.
            return Opening::At { at: verb, adjunct: NOTHING, subject: verb };
        }
        if words.never.at_start(rest).is_some() && self.longer_than(&words.never, at) {
            return Opening::NoRow;
        }
        let adjunct = words.adjuncts.at_start(rest).filter(|_| words.not_adjuncts.at_start(rest).is_none());
        let Some((length, ())) = adjunct.filter(|_| self.longer_than(&words.adjuncts, at)) else {
            // 重点领域改革取得突破: without a verb behind it the adverb belongs to the subject.
            let subject = attribute.unwrap_or(at);
            let at = if self.verbs_at(at).is_some() { at } else { subject };
            return Opening::At { at, adjunct: NOTHING, subject };
        };
        // 以…为重点开展…; without 为 the clause only says by what means.
        let from = match self.view.at(at) {
            '以' => (at..self.end).find(|i| self.view.at(*i) == '为'),
            _ => Some(at + length),
        };
        let verb = from.and_then(|from| self.find_verb(from + 1, |verb| verb.joined && !verb.title));
        match verb {
            Some((verb, _)) => {
                let end = self.strip_adverbs_before(at + length, verb);
                Opening::At { at: verb, adjunct: (at, end), subject: verb }
            }
            None => Opening::NoRow,
        }
    }

    /// Whether the word of the list at this place is longer than any verb there.
    fn longer_than(&self, list: &Lexicon, at: usize) -> bool {
        let rest = self.rest(at);
        let word = list.at_start(rest).map_or(0, |(length, ())| length);
        let verb = self.words.verbs.at_start(rest).map_or(0, |(length, _)| length);
        word >= verb
    }

    /// 在园区率先|打造: the adverbs before the verb are no part of the adjunct.
    fn strip_adverbs_before(&self, from: usize, verb: usize) -> usize {
        let mut end = verb;
        while let Some((length, ())) = self.words.skipped.at_end(self.view.slice(from, end)) {
            end -= length;
        }
        end
    }

    /// The verb of intent at a place: (its end, how it is used). A noun that begins
    /// with a verb (建设用地) is none.
    pub(crate) fn verb_at(&self, at: usize) -> Option<(usize, Verb)> {
        let rest = self.rest(at);
        let (length, verb) = self.words.verbs.at_start(rest)?;
        let noun = self.words.verb_nouns.at_start(rest).is_some_and(|(noun, ())| noun > length);
        // 落实好: 好 belongs to the verb.
        let well = length > 1
            && rest.get(length) == Some(&'好')
            && !matches!(rest.get(length + 1), Some('转' | '评' | '友' | '人'));
        (!noun).then_some((at + length + usize::from(well), *verb))
    }

    /// The joined verbs at a place and where their object begins: 加快推进|…,
    /// 引进、培育|….
    pub(crate) fn verbs_at(&self, at: usize) -> Option<(usize, Verb)> {
        let (mut end, mut verb) = self.verb_at(at)?;
        while let Some((next, then)) = self.joined_verb(end, verb) {
            end = next;
            verb = Verb { pivot: verb.pivot || then.pivot, ..then };
        }
        let object = self.rest(end);
        let open =
            object.len() >= LEAST_OBJECT && !matches!(object.first(), Some('的' | '、' | '和' | '及' | ')' | '”'));
        open.then_some((end, verb))
    }

    fn joined_verb(&self, end: usize, verb: Verb) -> Option<(usize, Verb)> {
        let mark = self.view.at(end);
        let joined = matches!(mark, '、' | '和' | '并');
        if !joined && !verb.light {
            return None;
        }
        let at = end + usize::from(joined);
        let (next, then) = self.verb_at(at).filter(|(_, then)| joined || then.joined)?;
        let object = self.rest(next);
        let least = if joined { LEAST_OBJECT } else { LEAST_OBJECT + 1 };
        let goes_on = object.len() >= least
            && !matches!(object.first(), Some('的' | '和' | '及' | '与' | ')' | '”'))
            // 加强监测、预警: the second is the object. 引进、培育、壮大…: a third verb.
            && (object.first() != Some(&'、') || joined && self.verb_at(next + 1).is_some());
        goes_on.then_some((next, then))
    }

    /// The first verb of intent from a place on that has an object and is no part
    /// of a noun: (its start, its use).
    pub(crate) fn find_verb(&self, from: usize, wanted: impl Fn(&Verb) -> bool) -> Option<(usize, Verb)> {
        let last = self.end.checked_sub(LEAST_OBJECT + 2)?.min(from + LONGEST_SUBJECT);
        let mut from = from;
        while let Some(at) = self.view.next(Kinds::WORK_VERB, from, last + 1) {
            from = at + 1;
            if self.view.is_quoted(at) || self.view.is_bracketed(at) {
                continue;
            }
            if let Some((length, ())) = self.words.verb_nouns.at_start(self.rest(at)) {
                from = at + length;
                continue;
            }
            if let Some((end, verb)) = self.verb_at(at) {
                let before = self.view.slice(self.start, at);
                // Most verbs are not wanted, so that is asked first.
                let adverb = || self.words.skipped.at_end(before).is_some_and(|(length, ())| length > 1);
                let noun = || {
                    self.words.verb_ends.at_end(self.view.slice(self.start, end)).is_some()
                    || matches!(before.last(), Some('的' | '、' | '和' | '与' | '及'))
                    // 按照总体布局|整合…: of two verbs that are not joined the first is a noun.
                    || !verb.light && !verb.subject && self.verb_at(end).is_some()
                };
                if end - at >= 2 && (wanted(&verb) || adverb()) && !noun() && self.verbs_at(at).is_some() {
                    return Some((at, verb));
                }
                from = end;
            }
        }
        None
    }

    /// The first word of a list from a place on, whose words begin at places of a kind:
    /// where it stands.
    pub(crate) fn find(&self, list: &Lexicon, kind: Kinds, from: usize) -> Option<usize> {
        self.view.find(list, kind, from, self.end).map(|(at, ..)| at)
    }

    /// The members of a list in a stretch, cut at 、 和 及 与 outside quotation
    /// marks and brackets.
    pub(crate) fn members(&self, span: Span) -> Members<'a> {
        Members { view: self.view, at: span.0, end: span.1 }
    }
}

/// See [`Phrase::members`].
#[derive(Clone)]
pub(crate) struct Members<'a> {
    view: &'a View<'a>,
    at: usize,
    end: usize,
}

impl Iterator for Members<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        if self.at >= self.end {
            return None;
        }
        let start = self.at;
        let cut = self.view.places(Kinds::JOINT, start, self.end).find_map(|at| {
            let length = joins(self.view, at)?;
            Some((at, length))
        });
        let (end, next) = cut.map_or((self.end, self.end), |(at, length)| (at, at + length));
        self.at = next;
        Some((start, end))
    }
}

/// The length of the mark or word at a place that joins members of a list.
fn joins(view: &View, at: usize) -> Option<usize> {
    let c = view.at(at);
    if !matches!(c, '、' | '和' | '及' | '与' | '以') || view.is_quoted(at) || view.is_bracketed(at) {
        return None;
    }
    let (before, after) = (view.at(at.wrapping_sub(1)), view.at(at + 1));
    match c {
        '、' => Some(1),
        '以' => (after == '及').then_some(2),
        '及' if matches!(before, '普' | '涉' | '触' | '危' | '波' | '惠')
            || matches!(after, '以' | '时' | '格' | '早') =>
        {
            None
        }
        '与' if matches!(before, '参' | '赠' | '究' | '授') || after == '度' => None,
        '和' if matches!(before, '饱' | '总' | '缓' | '温' | '共' | '调')
            || matches!(after, '谐' | '平' | '睦' | '美') =>
        {
            None
        }
        _ => Some(1),
    }
}
