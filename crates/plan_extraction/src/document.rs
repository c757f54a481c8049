//! The whole text: which lines are read, what carries from line to line, and the
//! rows placed in the document.

use document_reader::{Line, Role, Source};
use plan_model::{Anchor, Commitment, Confidence, DueYear, Fact, Period, Place, PlanPeriod, Problem, Target};

use crate::{
    Extraction, Options, Part, Quantity, classify, confidence,
    due::year_at,
    naming,
    quantity::{self, Number},
    sentence::{Clause, LineView, Row, Sentence, numbers_in, sentences},
    shapes,
    sieve::Kinds,
    tense::{self, LineTense},
    view::{View, Views, Written, text_of},
    words::words,
    work::{LineContext, WorkReader},
};

/// The longest quote of a commitment, in characters.
const QUOTE_CHARS: usize = 60;
/// In a plan one work item stands in about so many characters.
const CHARACTERS_PER_ITEM: usize = 64;
/// The title of a plan stands in the first lines.
const TITLE_LINES: usize = 12;

/// Finds the commitments and facts of a text.
pub fn extract(source: &Source, options: &Options) -> Extraction {
    let title = title(source);
    let period = options.plan_period.or_else(|| period_of(source));
    let views = Views::of(source.lines.iter().map(|line| line.text.as_str()));
    let mut found = Extraction {
        title,
        period,
        commitments: Vec::new(),
        kinds: Vec::new(),
        work: Vec::with_capacity(views.characters() / CHARACTERS_PER_ITEM),
        facts: Vec::new(),
        bases: Vec::new(),
        quantities: Vec::new(),
        problems: source.problems.clone(),
    };
    if period.is_none() {
        found.problems.push(Problem::new(
            "period-unknown",
            Place::Whole,
            "标题里没有写明规划期",
            "请指明规划期（如 2021-2025），否则“十四五”末等说法定不了年份",
        ));
    }
    let tenses = tense::of_lines(source, &views, period);
    let mut reader = Reader { period, numbers: Vec::new(), parts: Vec::new(), lead: None };
    let mut work = WorkReader::new(source);
    for (index, line) in source.lines.iter().enumerate() {
        let placed = PlacedLine { line, number: index as u32 + 1, view: views.line(index) };
        let tense = tenses.get(index).copied().unwrap_or_default();
        let first_commitment = found.commitments.len();
        reader.read_line(placed, tense, &mut found);
        let (view, numbers, parts) = (&placed.view, &reader.numbers, &reader.parts);
        let number = placed.number;
        work.read_line(LineContext { line, number, view, numbers, parts, tense, period, first_commitment }, &mut found);
    }
    crate::tables::read(source, period, &mut found);
    in_text_order(&mut found);
    found.bases = crate::bases::pair(&found.commitments, &found.facts);
    found
}

/// Puts commitments and facts in the order of the text; tables are read last.
fn in_text_order(found: &mut Extraction) {
    let place = |anchor: &Anchor| (anchor.line, anchor.end);
    if found.commitments.is_sorted_by_key(|c| place(&c.anchor))
        && found.facts.is_sorted_by_key(|f| place(&f.anchor))
        && found.quantities.is_sorted_by_key(|q| place(&q.anchor))
        && found.kinds.is_sorted()
    {
        return;
    }
    let mut order: Vec<usize> = (0..found.commitments.len()).collect();
    order.sort_by_key(|i| found.commitments.get(*i).map(|c| place(&c.anchor)));
    let mut moved = vec![0; order.len()];
    for (to, from) in order.iter().enumerate() {
        if let Some(slot) = moved.get_mut(*from) {
            *slot = to;
        }
    }
    for (index, _) in &mut found.kinds {
        *index = moved.get(*index).copied().unwrap_or(*index);
    }
    found.kinds.sort_unstable();
    found.commitments.sort_by_key(|c| place(&c.anchor));
    found.facts.sort_by_key(|f| place(&f.anchor));
    found.quantities.sort_by_key(|q| place(&q.anchor));
}

/// The first line that names itself a plan, a scheme or a report.
fn title(source: &Source) -> Option<String> {
    source.lines.iter().take(TITLE_LINES).find_map(|line| {
        let text: String = line.text.chars().filter(|c| !c.is_whitespace()).collect();
        let short = text.chars().count() <= 60;
        (short && line.role != Role::Blank && words().plan_kinds.within(&text.chars().collect::<Vec<_>>()))
            .then_some(text)
    })
}

/// The years of the plan as the first lines state them.
fn period_of(source: &Source) -> Option<PlanPeriod> {
    let words = words();
    let mut named = None;
    let mut report = false;
    for line in source.lines.iter().take(TITLE_LINES) {
        if line.text.chars().count() > 200 {
            continue;
        }
        let views = Views::of([line.text.as_str()]);
        let view = views.line(0);
        for at in 0..view.chars.len() {
            let rest = view.slice(at, view.chars.len());
            if let Some((_, years)) = words.periods.at_start(rest) {
                named = named.or(Some(*years));
            }
            if let Some(years) = year_range(rest) {
                return Some(years);
            }
            // 2023年政府工作报告, 2023年度计划
            let yearly = words.yearly.within(rest);
            if let Some(mark) = year_at(&view, at, None).filter(|_| yearly && named.is_none()) {
                named = PlanPeriod::new(mark.year, mark.year).ok();
            }
            report |= words.yearly.at_start(rest).is_some();
            if let Some(year) = dated(rest).filter(|_| report && named.is_none()) {
                named = PlanPeriod::new(year, year).ok();
            }
        }
        if named.is_some() {
            return named;
        }
    }
    named
}

/// The year of a report's date: 2023年1月9日.
fn dated(text: &[char]) -> Option<i16> {
    let digits: String = text.iter().take_while(|c| c.is_ascii_digit()).collect();
    let month = text.get(5).is_some_and(char::is_ascii_digit);
    let date = text.get(4) == Some(&'年') && month && text.iter().take(9).any(|c| *c == '月');
    (digits.len() == 4 && date).then(|| digits.parse().ok()).flatten()
}

/// `2021-2025`, `2023—2027年` at the start of a stretch.
fn year_range(text: &[char]) -> Option<PlanPeriod> {
    let digits: String = text.iter().take_while(|c| c.is_ascii_digit()).collect();
    let rest = text.get(digits.chars().count()..)?;
    let rest = rest.strip_prefix(&['年']).unwrap_or(rest);
    let dash = rest.iter().take_while(|c| matches!(c, '-' | '—' | '~' | '至')).count();
    let second: String = rest.get(dash..)?.iter().take_while(|c| c.is_ascii_digit()).collect();
    if digits.len() != 4 || second.len() != 4 || dash == 0 {
        return None;
    }
    PlanPeriod::new(digits.parse().ok()?, second.parse().ok()?).ok().filter(|p| p.years() > 1)
}

/// What reading goes on with from line to line; the buffers are used again.
struct Reader {
    period: Option<PlanPeriod>,
    numbers: Vec<Number>,
    parts: Vec<Part>,
    /// The year of a lead paragraph, which reaches over the —— items after it.
    lead: Option<i16>,
}

/// A line with its number, counted from 1, and its view.
#[derive(Debug, Clone, Copy)]
struct PlacedLine<'a> {
    line: &'a Line,
    number: u32,
    view: View<'a>,
}

impl Reader {
    fn read_line(&mut self, placed: PlacedLine<'_>, tense: LineTense, found: &mut Extraction) {
        let PlacedLine { line, view, .. } = placed;
        // A short item (3. 新建冷库5座) looks like a heading; one with a count is read too.
        let readable = matches!(line.role, Role::Body | Role::BoxItem | Role::Heading);
        if line.role == Role::Blank {
            return;
        }
        quantity::numbers(&view, &mut self.numbers);
        // Most numerals in Chinese are no counts (一批, 三大); dropping them here lets
        // the sentences they stand in be passed over.
        self.numbers.retain(|n| !n.chinese || classify::chinese_counts(&view, n) || classify::is_place(&view, n));
        let lead = self.lead_of_line(&view, readable);
        let markers = shapes::has_marker(&view, 0, view.chars.len());
        self.parts.clear();
        if self.numbers.is_empty() && !markers {
            return;
        }
        self.parts.extend(self.numbers.iter().map(|n| match line.role {
            Role::Boilerplate => Part::Boilerplate,
            _ => classify::by_look(&view, n),
        }));
        if readable {
            self.read_sentences(placed, (tense, markers), lead, found);
        }
        self.note_quantities(placed, readable, found);
    }

    /// The year that reaches over a line: the one it opens with, or for a —— item
    /// that of the lead paragraph before it.
    fn lead_of_line(&mut self, view: &View, readable: bool) -> Option<i16> {
        let dash_item = view.chars.starts_with(&['—', '—']);
        let inherited = self.lead.take().filter(|_| dash_item && readable);
        let opening = opening_year(view, self.period).filter(|_| readable);
        self.lead = if dash_item { inherited } else { opening };
        opening.or(inherited)
    }

    fn read_sentences(
        &mut self,
        placed: PlacedLine<'_>,
        (tense, markers): (LineTense, bool),
        lead: Option<i16>,
        found: &mut Extraction,
    ) {
        let PlacedLine { line, number, view } = placed;
        let mut written = Written::new(&line.text);
        let title = item_title(&view);
        let spans = sentences(&view);
        let mut topic = heading_topic(&view, spans.first().copied(), line.role);
        let line_view = LineView { view: &view, numbers: &self.numbers, period: self.period, title };
        for (start, end) in spans {
            let marked = markers && shapes::has_marker(&view, start, end);
            let worth = marked || !numbers_in(&self.numbers, start, end).is_empty();
            if !worth {
                continue;
            }
            written.mark(view.place(start, end).0);
            let speaks_of_past = tense.sentence_is_past(&view, (start, end), self.period);
            let mut sentence = Sentence::new(line_view, start, end, &mut self.parts, speaks_of_past);
            sentence.carry.earlier_topic = std::mem::take(&mut topic);
            shapes::read(&mut sentence, marked);
            topic = std::mem::take(&mut sentence.carry.earlier_topic);
            let clauses = sentence.clauses;
            let dues = sentence.dues;
            for row in sentence.rows {
                let due = match row.year {
                    _ if row.own_period => DueYear::NotStated,
                    Some(year) => DueYear::Year(year),
                    None => dues.due(row.at, lead),
                };
                let soft = dues.is_soft(row.at);
                if speaks_of_past || tense.signs.past && looks_back(&view, &clauses, row.at, self.period) {
                    let taken = self.numbers.iter().zip(self.parts.iter_mut()).find(|(n, _)| n.start == row.at);
                    if let Some((_, part)) = taken {
                        *part = Part::Baseline;
                    }
                    found.facts.push(fact(&placed, &written, row, self.period));
                } else {
                    let confidence = confidence::of(&view, &clauses, &row);
                    let found_row = commitment(&placed, &written, row, due, soft);
                    found.commitments.push(Commitment { confidence, ..found_row });
                }
            }
        }
        one_row_each(found, number);
    }

    fn note_quantities(&self, placed: PlacedLine<'_>, readable: bool, found: &mut Extraction) {
        let PlacedLine { view, number: line, .. } = placed;
        for (number, part) in self.numbers.iter().zip(&self.parts) {
            if number.chinese && *part != Part::Target && *part != Part::Baseline {
                continue;
            }
            let (start, end) = view.place(number.start, number.digits_end);
            let part = match part {
                Part::Open if !readable => Part::Ordinal,
                part => *part,
            };
            found.quantities.push(Quantity {
                anchor: Anchor { line, start, end },
                text: text_of(view.slice(number.start, number.digits_end)),
                part,
            });
        }
    }
}

/// The year in the words that open a paragraph (到2025年,…), which reaches over
/// all of it; also a year in a lead that ends in a colon.
pub(crate) fn opening_year(view: &View, period: Option<PlanPeriod>) -> Option<i16> {
    let first = period.map_or(2000, PlanPeriod::first_year);
    // A year after a run-in heading opens a sentence, not the paragraph.
    let mut at = 0;
    while let Some((length, ())) = words().paragraph.at_start(view.slice(at, at + 3)) {
        at += length;
    }
    let named =
        |mark: &crate::due::YearMark| words().not_due_after.at_start(view.slice(mark.end, mark.end + 6)).is_some();
    if let Some(mark) = year_at(view, at, period).filter(|m| m.year >= first && !named(m)) {
        return Some(mark.year);
    }
    // …,2035年…的远景目标是: a lead that ends in a colon, whatever stands before it.
    let colon = match view.chars.last() {
        Some(':') => view.chars.len() - 1,
        _ => view.places(Kinds::CLAUSE_END, 0, view.chars.len()).find(|at| matches!(view.at(*at), ':' | '。'))?,
    };
    if view.at(colon) != ':' {
        return None;
    }
    let mark_at = |at| {
        let mark = year_at(view, at, period).filter(|m| m.year >= first && m.end <= colon)?;
        let period_name =
            view.slice(mark.start, mark.end).contains(&'期') && !view.slice(mark.start, mark.end).contains(&'末');
        (!named(&mark) && !period_name).then_some(mark.year)
    };
    view.places(Kinds::DUE, 0, colon).filter_map(mark_at).last()
}

/// A commitment stated twice in a line is one row, with the year where one is stated.
fn one_row_each(found: &mut Extraction, line: u32) {
    let first = found.commitments.partition_point(|c| c.anchor.line < line);
    let rows = found.commitments.split_off(first);
    for row in rows {
        let same = |c: &&mut Commitment| {
            let (a, b) = (&c.target, &row.target);
            let due = a.due == b.due || a.due == DueYear::NotStated || b.due == DueYear::NotStated;
            c.name == row.name && c.class == row.class && a.value == b.value && a.unit == b.unit && due
        };
        match found.commitments.iter_mut().skip(first).find(same) {
            Some(known) if known.target.due == DueYear::NotStated => known.target.due = row.target.due,
            Some(_) => {}
            None => found.commitments.push(row),
        }
    }
}

/// “十三五”期间已淘汰锅炉47台;“十四五”…: a part of the sentence up to `;` that
/// speaks of the past only.
fn looks_back(view: &View, clauses: &[Clause], at: usize, period: Option<PlanPeriod>) -> bool {
    if !clauses.iter().any(|c| c.stop == ';') {
        return false;
    }
    let this = clauses.iter().position(|c| at >= c.start && at <= c.end).unwrap_or(0);
    let parts = |c: &&Clause| c.stop == ';';
    let first = clauses.iter().take(this).rposition(|c| parts(&c)).map_or(0, |i| i + 1);
    let last = clauses.iter().skip(this).position(|c| parts(&c)).map_or(clauses.len(), |i| this + i + 1);
    let (Some(from), Some(to)) = (clauses.get(first), clauses.get(last.saturating_sub(1))) else { return false };
    let whole = first == 0 && last == clauses.len();
    let signs = tense::signs(view, from.start, to.end, period);
    !whole && signs.past && !signs.future
}

/// 做强新型显示产业。…: the field that a run-in heading names is the subject of what
/// the paragraph leaves without one; so is the project that an item of a box opens with.
fn heading_topic(view: &View, first: Option<(usize, usize)>, role: Role) -> Vec<char> {
    const LONGEST: usize = 20;
    let Some((start, end)) = first.filter(|(start, end)| end - start <= LONGEST) else { return Vec::new() };
    let text = view.slice(start, end.saturating_sub(1));
    let named = role == Role::BoxItem || words().topics.at_end(text).is_some();
    if !named || text.iter().any(|c| matches!(c, ',' | '、' | ';' | ':')) {
        return Vec::new();
    }
    naming::bare(text, naming::Front::Counted).to_vec()
}

/// The words before the first `:` of an item: 农旅融合工程.
fn item_title(view: &View) -> (usize, usize) {
    let colon = view.chars.iter().take(40).position(|c| matches!(c, ':' | ',' | '。'));
    let Some(end) = colon.filter(|at| view.at(*at) == ':') else { return (0, 0) };
    let digits = view.chars.iter().take_while(|c| c.is_ascii_digit()).count();
    let start = if digits > 0 && matches!(view.at(digits), '.' | '、') { digits + 1 } else { 0 };
    (start, end)
}

fn anchor_and_quote(placed: &PlacedLine<'_>, written: &Written<'_>, row: &Row) -> (Anchor, String) {
    let (mut start, end) = placed.view.place(row.start, row.end);
    if (end - start) as usize > QUOTE_CHARS {
        start = end - QUOTE_CHARS as u32;
    }
    let text = written.part(start, end);
    let trimmed = text.trim_start_matches([' ', ',', '，', '、', ';', '；', '\u{3000}']);
    let cut = text.strip_suffix(trimmed).map_or(0, |cut| cut.chars().count());
    (Anchor { line: placed.number, start: start + cut as u32, end }, trimmed.trim_end().to_owned())
}

/// The name with the brackets and signs the line uses.
fn as_written(name: &[char], line: &Line) -> String {
    if !name.iter().any(|c| matches!(c, '(' | ')' | '%')) {
        return text_of(name);
    }
    let full = |wide: char, narrow: char| line.text.contains(wide) && !line.text.contains(narrow);
    let (open, close, percent) = (full('（', '('), full('）', ')'), full('％', '%'));
    let written = |c: &char| match c {
        '(' if open => '（',
        ')' if close => '）',
        '%' if percent => '％',
        other => *other,
    };
    name.iter().map(written).collect()
}

/// 万头（只）: a unit with the brackets the line uses.
fn unit_as_written(unit: String, line: &Line) -> String {
    match unit.contains('(') {
        true => as_written(&unit.chars().collect::<Vec<_>>(), line),
        false => unit,
    }
}

fn commitment(placed: &PlacedLine<'_>, written: &Written<'_>, row: Row, due: DueYear, soft: bool) -> Commitment {
    let (anchor, quote) = anchor_and_quote(placed, written, &row);
    Commitment {
        name: as_written(&row.name, placed.line),
        class: row.class,
        target: Target {
            comparison: row.compare,
            value: row.value,
            value_high: row.high,
            unit: unit_as_written(row.unit, placed.line),
            due,
            soft,
        },
        intent: row.intent,
        anchor,
        quote,
        rule: row.rule.to_owned(),
        confidence: Confidence::default(),
    }
}

fn fact(placed: &PlacedLine<'_>, written: &Written<'_>, row: Row, period: Option<PlanPeriod>) -> Fact {
    let view = &placed.view;
    let (anchor, quote) = anchor_and_quote(placed, written, &row);
    let before = || {
        let said = |at| year_at(view, at, period).filter(|mark| !tense::is_compared(view, mark));
        (0..row.at).rev().find_map(said).map(|mark| mark.year)
    };
    let said = row.year.or_else(before).map(Period::Year);
    Fact {
        name: as_written(&row.name, placed.line),
        value: Target {
            comparison: row.compare,
            value: row.value,
            value_high: row.high,
            unit: unit_as_written(row.unit, placed.line),
            due: DueYear::NotStated,
            soft: false,
        },
        period: said,
        anchor,
        quote,
        rule: row.rule.to_owned(),
    }
}
