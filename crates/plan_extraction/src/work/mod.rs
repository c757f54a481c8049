//! What a plan promises to do without saying how much: tasks, projects, milestones,
//! directions, platforms and lists. `samples/gold/WORK-ITEMS.md` says what a row is;
//! the codes of the rules are listed in `rules/shapes.toml`, the words are data in
//! `rules/words/work/`. One file per kind; this one goes through the lines.
//!
//! Every sentence of a plan passes through here, so nothing is allocated until a row
//! is certain: clauses are stretches of the view, rules answer with stretches.

mod clause;
mod direction;
mod heads;
mod lead;
mod milestone;
mod project;
mod sections;
mod task;
mod words;
mod written;

use document_reader::{Line, Role, Source};
use plan_model::{Confidence, DueYear, PlanPeriod, WorkItem, WorkKind};

use crate::{
    Extraction, Part, due,
    quantity::Number,
    sentence::{Clause, numbers_in},
    sieve::Kinds,
    tense::LineTense,
    view::{View, Written},
    words::words as shared_words,
};
use clause::{Item, Opening, Phrase, Span};
use project::Figures;
use sections::Sections;
use words::{WorkWords, work_words};
use written::Time;

pub(crate) use words::add_kinds;

/// A shorter clause says nothing that could be asked for later.
const SHORTEST_CLAUSE: usize = 4;

/// A line as the sentences before it were read.
#[derive(Clone, Copy)]
pub(crate) struct LineContext<'a> {
    pub(crate) line: &'a Line,
    /// Counted from 1.
    pub(crate) number: u32,
    pub(crate) view: &'a View<'a>,
    pub(crate) numbers: &'a [Number],
    pub(crate) parts: &'a [Part],
    pub(crate) tense: LineTense,
    pub(crate) period: Option<PlanPeriod>,
    /// Where the commitments of this line begin in the extraction.
    pub(crate) first_commitment: usize,
}

impl<'a> LineContext<'a> {
    fn figures(&self) -> Figures<'a> {
        Figures { numbers: self.numbers, parts: self.parts }
    }
}

/// Reads the work items of a text, line by line. The buffers are used again.
pub(crate) struct WorkReader<'a> {
    words: &'static WorkWords,
    sections: Sections<'a>,
    /// The year of a lead paragraph, which reaches over the —— items after it.
    lead_year: Option<i16>,
    /// That paragraph ends in a colon.
    lead_lists: bool,
    clauses: Vec<Clause>,
    times: Vec<Time>,
    items: Vec<Item>,
    /// The unit that leads the sentence.
    unit: Span,
}

impl<'a> WorkReader<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        WorkReader {
            words: work_words(),
            sections: Sections::new(source),
            lead_year: None,
            lead_lists: false,
            clauses: Vec::new(),
            times: Vec::new(),
            items: Vec::new(),
            unit: clause::NOTHING,
        }
    }

    /// Reads a line. Its view is filled and its commitments are found already.
    pub(crate) fn read_line(&mut self, at: LineContext<'_>, found: &mut Extraction) {
        let readable = self.sections.pass(at.number, self.words) && self.sections.reads(at.view);
        if !matches!(at.line.role, Role::Body | Role::BoxItem) {
            if at.line.role != Role::Blank {
                self.lead_year = None;
            }
            return;
        }
        let end = at.line.glued_box.map_or(at.view.chars.len(), |glued| at.view.index_of(glued));
        self.scan(at.view, end, at.period);
        let lead_year = self.paragraph_year(&at);
        if !readable {
            return;
        }
        self.items.clear();
        let start = at.view.index_of(at.line.body_start);
        if at.line.role == Role::BoxItem {
            self.read_box(&at, end);
        } else {
            self.read_sentences(&at, start, found);
            lead::from_notes(&at, self.words, &mut self.items);
        }
        self.write(&at, lead_year, found);
    }

    /// Cuts the line into clauses and finds the years said in it.
    fn scan(&mut self, view: &View, end: usize, period: Option<PlanPeriod>) {
        self.clauses.clear();
        self.times.clear();
        let (mut from, mut next) = (0, 0);
        while let Some(at) = view.next(Kinds::CLAUSE_END, next, end) {
            next = at + 1;
            let stop = view.at(at);
            let ratio = stop == ':' && view.at(at + 1).is_ascii_digit();
            if is_stop(stop) && !ratio && !view.is_quoted(at) && !view.is_bracketed(at) {
                self.clauses.push(Clause { start: from, end: at, stop });
                from = at + 1;
            }
        }
        if from < end {
            self.clauses.push(Clause { start: from, end, stop: ' ' });
        }
        next = 0;
        while let Some(at) = view.next(Kinds::DUE, next, end) {
            next = at + 1;
            if let Some(mark) = due::due_mark(view, at, period) {
                next = mark.end;
                // …,五年累计…: inside a sentence it says only how long its own clause takes.
                let opens = at == 0 || view.at(at - 1) == '。';
                let to = if view.at(at) == '五' && !opens { self.clause_end(at) } else { usize::MAX };
                self.times.push(Time { start: at, end: mark.end, to, due: DueYear::Year(mark.year) });
            } else if let Some((length, ())) = shared_words().every_year.at_start(view.slice(at, end)) {
                let to = self.reach_of_time_alone(at);
                self.times.push(Time { start: at, end: at + length, to, due: DueYear::EveryYear });
            }
        }
        for clause in &self.clauses {
            if let Some((length, ())) = self.words.own_periods.at_start(view.slice(clause.start, clause.end)) {
                let (start, to) = (clause.start, self.reach_of_time_alone(clause.start));
                self.times.push(Time { start, end: start + length, to, due: DueYear::NotStated });
            }
        }
    }

    fn clause_end(&self, at: usize) -> usize {
        self.clauses.iter().find(|c| c.end > at).map_or(usize::MAX, |c| c.end)
    }

    /// 每年开展演练: a time reaches to the end of its clause. 每年一季度,…: one that is a
    /// clause of its own reaches over the next ones up to `;` or the end of the sentence.
    fn reach_of_time_alone(&self, at: usize) -> usize {
        let Some(index) = self.clauses.iter().position(|c| c.end > at) else { return usize::MAX };
        let alone = self.clauses.get(index).filter(|c| c.start == at && c.end < at + SHORTEST_CLAUSE * 2);
        let stops = |c: &&Clause| alone.is_none() || c.stop != ',';
        self.clauses.iter().skip(index).find(stops).map_or(usize::MAX, |c| c.end)
    }

    /// The year that reaches over the whole paragraph, and over the —— items after it.
    fn paragraph_year(&mut self, at: &LineContext<'_>) -> Option<i16> {
        let dash_item = at.view.chars.starts_with(&['—', '—']);
        // 主要目标如下: reaches over numbered items too.
        let numbered = self.lead_lists && marker(at.view, 0) > 0;
        let inherited = self.lead_year.take().filter(|_| dash_item || numbered);
        let opening = if self.times.is_empty() { None } else { crate::document::opening_year(at.view, at.period) };
        // 2021年为启动之年: a year that is spoken of, not one that things are due in.
        let spoken_of = self.times.first().is_some_and(|time| {
            let opens = time.start < 4 && opening.map(DueYear::Year) == Some(time.due);
            opens && !matches!(at.view.at(time.end), ',' | ':')
        });
        let opening = opening.filter(|_| !spoken_of);
        if inherited.is_none() {
            self.lead_lists = at.view.chars.last() == Some(&':');
        }
        self.lead_year = if dash_item || numbered { inherited } else { opening };
        opening.or(inherited)
    }

    /// Reads the items of a box that stand in a line: one, or several that are numbered
    /// (（1）甲工程。…（2）乙工程。…).
    fn read_box(&mut self, at: &LineContext<'_>, end: usize) {
        let mut start = 0;
        while start < end {
            let next = self.clauses.iter().find(|c| {
                let after = c.end + 1;
                c.stop == '。' && after > start && after < end && marker(at.view, after) > after
            });
            let stop = next.map_or(end, |c| c.end);
            let phrase = Phrase { view: at.view, words: self.words, start: marker(at.view, start), end: stop };
            self.items.extend(project::box_item(&phrase, at.figures()));
            start = stop + 1;
        }
    }

    fn read_sentences(&mut self, at: &LineContext<'_>, start: usize, found: &Extraction) {
        let clauses = std::mem::take(&mut self.clauses);
        let mut first = 0;
        for (index, clause) in clauses.iter().enumerate() {
            let ends = matches!(clause.stop, '。' | '!' | '?' | ' ');
            if !ends && index + 1 < clauses.len() {
                continue;
            }
            let sentence = clauses.get(first..=index).unwrap_or_default();
            first = index + 1;
            let span = (sentence.first().map_or(0, |c| c.start), clause.end);
            if span.1 <= start {
                continue;
            }
            let sentence = match at.tense.sentence_alone_is_past(at.view, span, at.period) {
                true => self.turned_forward(at.view, sentence),
                false => sentence,
            };
            if sections::tells_the_situation(at.view, sentence) {
                break;
            }
            self.unit = clause::NOTHING;
            let before = self.items.len();
            for clause in sentence.iter().filter(|c| c.end > start) {
                // 本纲要与…相衔接: from here on the sentence is about the document.
                if sections::is_about_document(at.view.slice(clause.start, clause.end), self.words) {
                    break;
                }
                self.read_clause(at, *clause, start, before, found);
            }
            if sentence.iter().any(|c| sections::makes_document(at.view.slice(c.start, c.end), self.words)) {
                self.items.truncate(before);
            }
        }
        self.clauses = clauses;
    }

    /// 全区已有养老机构9家,今后要推动…: the part of a sentence on the past that is not.
    fn turned_forward<'c>(&self, view: &View, sentence: &'c [Clause]) -> &'c [Clause] {
        let turns = |c: &Clause| self.words.from_now_on.at_start(view.slice(c.start, c.end)).is_some();
        let from = sentence.iter().position(turns).unwrap_or(sentence.len());
        sentence.get(from..).unwrap_or_default()
    }

    fn read_clause(
        &mut self,
        at: &LineContext<'_>,
        clause: Clause,
        start: usize,
        sentence_items: usize,
        found: &Extraction,
    ) {
        let from = clause.start.max(start);
        let from = if from == 0 { marker(at.view, 0) } else { from };
        if clause.end < from + SHORTEST_CLAUSE {
            return;
        }
        let mut phrase = Phrase { view: at.view, words: self.words, start: from, end: clause.end };
        lead::cut_note(&mut phrase);
        if let Some((unit, behind)) = lead::of_clause(&phrase) {
            self.unit = unit;
            phrase.start = behind;
        }
        let numeric = self.promises_a_number(at, clause, found);
        let before = self.items.len();
        if numeric {
            self.read_numeric(&phrase, at, sentence_items);
        } else {
            self.read_phrase(&phrase, at);
        }
        let unit = self.unit;
        for item in self.items.iter_mut().skip(before) {
            item.lead = unit;
            item.subject = direction::missing_subject(&phrase, item, at, found);
        }
    }

    /// A clause whose promise is a number: only a particular project is a row too.
    fn read_numeric(&mut self, phrase: &Phrase<'_>, at: &LineContext<'_>, sentence_items: usize) {
        self.items.extend(direction::behind_number(phrase));
        let Opening::At { at: verb_at, .. } = phrase.open() else { return };
        let phrase = &Phrase { start: verb_at, ..*phrase };
        let Some((object, verb)) = phrase.verbs_at(verb_at) else { return };
        if project::read(phrase, ((verb_at, object), verb), at.figures(), &mut self.items) {
            return;
        }
        let known =
            self.items.get(sentence_items..).and_then(|items| items.iter().rfind(|i| i.kind == WorkKind::Project));
        if let Some(item) =
            known.and_then(|known| project::phase(phrase, ((verb_at, object), verb), at.figures(), known))
        {
            self.items.push(item);
        }
    }

    fn read_phrase(&mut self, phrase: &Phrase<'_>, at: &LineContext<'_>) {
        let first = self.items.len();
        // 与经济增长同步: no adjunct, but a direction whose subject stands before.
        if phrase.view.at(phrase.start) == '与'
            && let Some(item) = direction::of_subject(phrase)
        {
            self.items.push(item);
            return;
        }
        let Opening::At { at: begin, adjunct, subject } = phrase.open() else { return };
        let phrase = &Phrase { start: begin, ..*phrase };
        if phrase.end < begin + SHORTEST_CLAUSE || sections::speaks_of_document(phrase) {
            return;
        }
        if let Some((object, verb)) = phrase.verbs_at(begin) {
            // 保护意识明显增强: what looks like a verb is part of the subject.
            let stated = !verb.joined || self.words.copulas.at_start(phrase.rest(object)).is_some();
            let changed =
                stated && !verb.pivot && !verb.light && direction::changed(phrase).is_some_and(|(at, _)| at > object);
            let whole = Phrase { start: subject, ..*phrase };
            match changed.then(|| direction::of_subject(&whole)).flatten() {
                Some(item) => self.items.push(item),
                None => task::verb_object(phrase, (begin, object, verb), at.figures(), &mut self.items),
            }
        } else if task::fronts(phrase, begin) {
            self.items.extend(task::fronted(phrase, begin));
        } else if let Some(item) = None
            .or_else(|| milestone::of_subject(phrase))
            .or_else(|| direction::of_subject(phrase))
            .or_else(|| task::own_subject(phrase))
        {
            self.items.push(item);
        }
        if self.items.len() > first && phrase.find(&self.words.slogans, Kinds::SLOGAN, phrase.start).is_some() {
            self.items.truncate(first);
        }
        for item in self.items.iter_mut().skip(first) {
            if adjunct != clause::NOTHING {
                item.confidence = item.confidence.max(Confidence::Likely);
                let located = matches!(at.view.at(adjunct.0), '在' | '沿') && item.kind == WorkKind::Project;
                item.place = if located { (adjunct.0 + 1, adjunct.1) } else { item.place };
            }
        }
    }

    /// Whether the clause holds a commitment with a measure.
    fn promises_a_number(&self, at: &LineContext<'_>, clause: Clause, found: &Extraction) -> bool {
        // 给予最高500万元奖励: the terms of a policy are no promise.
        let terms = || shared_words().terms.within(at.view.slice(clause.start, clause.end));
        let value = |part: Part| part == Part::Target || part == Part::Baseline && !terms();
        let figure = |index| at.parts.get(index).is_some_and(|part| value(*part));
        if numbers_in(at.numbers, clause.start, clause.end).any(figure) {
            return true;
        }
        let rows = found.commitments.get(at.first_commitment..).unwrap_or_default();
        if rows.is_empty() {
            return false;
        }
        let (start, end) = at.view.place(clause.start, clause.end);
        rows.iter().any(|c| c.anchor.end > start && c.anchor.end <= end + 1)
    }

    fn write(&mut self, at: &LineContext<'_>, lead_year: Option<i16>, found: &mut Extraction) {
        let first = found.work.len();
        let mut line = Written::new(&at.line.text);
        for item in &self.items {
            let due = written::due(item, &self.times, &self.clauses, lead_year);
            line.mark(at.view.place(item.quote.0, item.quote.1).0);
            let row = written::item(at, &line, item, due, &found.commitments);
            let twice = |known: &WorkItem| known.name == row.name && known.kind == row.kind;
            if !found.work.iter().skip(first).any(twice) {
                found.work.push(row);
            }
        }
    }
}

/// The marks that end a clause.
fn is_stop(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '。' | '!' | '?')
}

/// Where the words of a paragraph begin behind its number: 1. （2） ① —— ●.
fn marker(view: &View, start: usize) -> usize {
    let text = view.slice(start, view.chars.len());
    let dashes = text.iter().take_while(|c| matches!(c, '—' | '-' | '●' | '·' | '■' | '◆' | '★' | '*' | '•')).count();
    let open = usize::from(text.get(dashes) == Some(&'('));
    let numeral = |c: &&char| c.is_ascii_digit() || "一二三四五六七八九十".contains(**c);
    let digits = text.iter().skip(dashes + open).take_while(numeral).count();
    let circled = text.get(dashes).is_some_and(|c| ('①'..='⑳').contains(c));
    let closed = matches!(text.get(dashes + open + digits), Some('.' | '、' | ')'));
    start
        + match (circled, digits > 0 && closed) {
            (true, _) => dashes + 1,
            (false, true) => dashes + open + digits + 1,
            _ => dashes,
        }
}
