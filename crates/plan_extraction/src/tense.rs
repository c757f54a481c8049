//! Past, present or plan: which sentences speak of facts and which of commitments.

use document_reader::{Role, Source};
use plan_model::PlanPeriod;

use crate::{
    due::{YearMark, year_at},
    sieve::Kinds,
    view::{View, Views},
    words::words,
};

/// Signs of time in a stretch of text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Signs {
    pub(crate) past: bool,
    pub(crate) future: bool,
    /// A year of the plan is said, not only a word of will.
    pub(crate) plan_year: bool,
}

/// What was learnt of a line before its sentences are read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LineTense {
    /// It speaks of the past as a whole.
    pub(crate) past: bool,
    /// Its whole section does.
    pub(crate) section: bool,
    /// All signs in it; without one of the past its sentences need no look.
    pub(crate) signs: Signs,
}

impl LineTense {
    /// Whether a sentence of the line speaks of the past.
    pub(crate) fn sentence_is_past(self, view: &View, span: (usize, usize), period: Option<PlanPeriod>) -> bool {
        if !self.past && !self.signs.past {
            return false;
        }
        let signs = signs(view, span.0, span.1, period);
        if self.past { !signs.plan_year || signs.past } else { signs.past && !signs.future }
    }

    /// The same without what the other sentences of the line say: in a paragraph of
    /// tasks one sentence may tell how things stood.
    pub(crate) fn sentence_alone_is_past(self, view: &View, span: (usize, usize), period: Option<PlanPeriod>) -> bool {
        if self.section {
            return self.sentence_is_past(view, span, period);
        }
        self.signs.past && {
            let signs = signs(view, span.0, span.1, period);
            signs.past && !signs.future
        }
    }
}

/// The signs of a stretch. A year before the plan or an earlier planning period is
/// past, unless something is compared with it (比2020年下降); a year of the plan with
/// words of a goal is future.
pub(crate) fn signs(view: &View, start: usize, end: usize, period: Option<PlanPeriod>) -> Signs {
    let words = words();
    let mut signs = Signs::default();
    let mut from = start;
    while let Some(at) = view.next(Kinds::TENSE, from, end) {
        let c = view.at(at);
        // 五年累计… says only how long: in a review it is past, in a plan it is not.
        if let Some(mark) = year_at(view, at, period).filter(|_| !matches!(c, '五' | '规' | '到' | '未' | '今')) {
            let compared = is_compared(view, &mark);
            let until = view.at(at.wrapping_sub(1)) == '至' && view.at(at.wrapping_sub(2)) == '截';
            match period {
                _ if until => signs.past = true,
                Some(plan) if mark.year < plan.first_year() => {
                    signs.past |= !compared && !bounds_the_thing(view, mark.end)
                }
                Some(_) => {
                    signs.future = true;
                    signs.plan_year = true;
                }
                None => {}
            }
            from = mark.end;
            continue;
        }
        if c == '“' || c == '十' {
            let name_at = if c == '“' { at + 1 } else { at };
            if let (Some((length, years)), Some(plan)) =
                (words.periods.at_start(view.slice(name_at, name_at + 8)), period)
            {
                let compared = matches!(view.at(at.wrapping_sub(1)), '比' | '较');
                if years.last_year() < plan.first_year() && !compared {
                    signs.past = true;
                }
                from = name_at + length;
                continue;
            }
        }
        let rest = view.slice(at, end);
        // 项目前期经费: no 目前.
        let inside_word = c == '目' && matches!(view.at(at.wrapping_sub(1)), '项' | '题' | '节' | '数');
        match words.tense.at_start(rest).filter(|_| !inside_word) {
            Some((_, true)) => signs.past = true,
            Some((_, false)) => signs.future = true,
            None => {}
        }
        from = at + 1;
    }
    signs
}

/// Something is compared with the year (比2020年, 是2015年的1.5倍, 在2020年基础上): it is
/// not the year the sentence speaks of.
pub(crate) fn is_compared(view: &View, mark: &YearMark) -> bool {
    let rest = view.slice(mark.end, mark.end + 3);
    let basis =
        rest.starts_with(&['基', '础']) || rest.starts_with(&['的', '基', '础']) || rest.starts_with(&['水', '平']);
    let multiple = view.at(mark.end) == '的' && view.at(mark.end + 1).is_ascii_digit();
    let before = match view.at(mark.start.wrapping_sub(1)) {
        '“' => view.at(mark.start.wrapping_sub(2)),
        other => other,
    };
    basis || multiple || matches!(before, '比' | '较' | '年' | '由' | '从' | '自' | '是')
}

/// 2000年之前建成的…: the year bounds the thing measured.
fn bounds_the_thing(view: &View, end: usize) -> bool {
    matches!(view.at(end), '建' | '以' | '及' | '之' | '前')
        || view.slice(end.saturating_sub(2), end + 2).ends_with(&['建', '成'])
        || matches!(view.at(end.wrapping_sub(1)), '前')
}

/// The tense of every line: whether it speaks of the past as a whole. A section under a
/// heading such as 发展基础 does, and one whose paragraphs carry signs of the past
/// and none of the plan.
pub(crate) fn of_lines(source: &Source, views: &Views, period: Option<PlanPeriod>) -> Vec<LineTense> {
    let mut past = vec![LineTense::default(); source.lines.len()];
    let mut section: Vec<(usize, Signs)> = Vec::new();
    let mut heading_past: Option<bool> = None;
    let mut deeper_than = u8::MAX;
    let mut headings = source.headings.iter().filter(|h| !h.run_in).peekable();
    for (index, line) in source.lines.iter().enumerate() {
        if line.role == Role::Heading {
            settle(&mut past, &mut section, heading_past);
            while let Some(heading) = headings.next_if(|h| h.line as usize <= index + 1) {
                let title: Vec<char> = heading.title.chars().collect();
                let own = title_tense(&title);
                if own.is_some() || heading.level <= deeper_than {
                    heading_past = own;
                    deeper_than = heading.level;
                }
            }
        } else if matches!(line.role, Role::Body | Role::BoxItem) {
            let view = views.line(index);
            let opening = signs(&view, 0, view.chars.len(), period);
            section.push((index, opening));
        }
    }
    settle(&mut past, &mut section, heading_past);
    past
}

/// What the words of a heading say: past, plan, or nothing.
fn title_tense(title: &[char]) -> Option<bool> {
    let words = words();
    if words.past_headings.within(title) && !words.future_headings.within(title) {
        return Some(true);
    }
    (words.future_headings.within(title)).then_some(false)
}

fn settle(lines: &mut [LineTense], section: &mut Vec<(usize, Signs)>, heading: Option<bool>) {
    let with_past = section.iter().filter(|(_, s)| s.past).count();
    let with_plan_year = section.iter().filter(|(_, s)| s.plan_year && !s.past).count();
    let with_future = section.iter().filter(|(_, s)| s.future).count();
    let whole = match heading {
        Some(said) => said && with_plan_year * 2 <= section.len(),
        None => with_past * 2 >= section.len() && with_past > 0 && with_future == 0,
    };
    for (index, signs) in section.drain(..) {
        if let Some(slot) = lines.get_mut(index) {
            slot.signs = signs;
            slot.section = whole && (signs.past || !signs.plan_year);
            slot.past = (whole && (signs.past || !signs.plan_year)) || (signs.past && !signs.future);
        }
    }
}
