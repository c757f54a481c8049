//! When a commitment is due and how firmly it is promised: the marks in a
//! sentence and how far each reaches.

use plan_model::{DueYear, PlanPeriod};

use crate::{
    lexicon::Lexicon,
    sentence::Clause,
    sieve::Kinds,
    view::View,
    words::{Words, words},
};

/// Years later than this in a plan are names (《2060》), not due years.
const LATEST_YEAR: i16 = 2060;

/// A year said at a place of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct YearMark {
    /// Where it is said.
    pub(crate) start: usize,
    /// One past its words (底, 末, 期间 included).
    pub(crate) end: usize,
    /// The year it says.
    pub(crate) year: i16,
}

/// The year said at this place, if one is: `到2025年底`, `二〇三五年`, `“十四五”末`.
/// Says nothing about past or future.
#[inline]
pub(crate) fn year_at(view: &View, at: usize, period: Option<PlanPeriod>) -> Option<YearMark> {
    // Asked for every character of a text: most cannot begin a year.
    match view.at(at) {
        '1' | '2' | '二' | '“' | '十' | '五' | '规' | '到' | '未' | '今' => year_from(view, at, period),
        _ => None,
    }
}

/// How the marks of years begin that need no plan around them. Digits are of years
/// from 1949 to [`LATEST_YEAR`].
pub(crate) fn beginnings(periods: &Lexicon<PlanPeriod>) -> impl Iterator<Item = (char, Option<char>)> {
    let digits = [('1', '9'), ('2', '0'), ('二', '〇'), ('二', '零'), ('二', '○')];
    let quoted = periods.beginnings().map(|(first, _)| ('“', Some(first)));
    digits.into_iter().map(|(first, second)| (first, Some(second))).chain(periods.beginnings()).chain(quoted)
}

fn year_from(view: &View, at: usize, period: Option<PlanPeriod>) -> Option<YearMark> {
    let words = words();
    let before = view.at(at.wrapping_sub(1));
    let (year, mut end) = match view.at(at) {
        '1' | '2' => {
            let digits = view.slice(at, at + 5);
            let four = digits.iter().take_while(|c| c.is_ascii_digit()).count() == 4 && view.at(at + 4) == '年';
            if !four || before.is_ascii_digit() || matches!(before, '-' | '—' | '~' | '.') {
                return None;
            }
            (digits.iter().take(4).filter_map(|c| c.to_digit(10)).fold(0, |year, d| year * 10 + d as i16), at + 5)
        }
        '二' => (chinese_year(view.slice(at, at + 5))?, at + 5),
        '“' | '十' => {
            let name_at = if view.at(at) == '“' { at + 1 } else { at };
            let (length, years) = words.periods.at_start(view.slice(name_at, name_at + 8))?;
            let mut end = name_at + length;
            if view.at(end) == '”' {
                end += 1;
            }
            let (tail, ()) = words.end_of_period.at_start(view.slice(end, end + 6))?;
            return Some(YearMark { start: at, end: end + tail, year: years.last_year() });
        }
        '五' if view.at(at + 1) == '年' && five_years_from_here(view, at) => {
            return Some(YearMark { start: at, end: at + 2, year: period?.last_year() });
        }
        '五' | '规' | '到' | '未' | '今' => {
            let (length, ()) = words.end_of_plan.at_start(view.slice(at, at + 6))?;
            return Some(YearMark { start: at, end: at + length, year: period?.last_year() });
        }
        _ => return None,
    };
    if !(1949..=LATEST_YEAR).contains(&year) {
        return None;
    }
    if let Some((length, ())) = words.due_after.at_start(view.slice(end, end + 6)) {
        end += length;
    }
    Some(YearMark { start: at, end, year })
}

/// 五年累计营造林…, 五年新增…: at the start of a clause, before a verb.
fn five_years_from_here(view: &View, at: usize) -> bool {
    if view.slice(at + 2, at + 4) == ['累', '计'] {
        return true;
    }
    let opens = at == 0 || matches!(view.at(at - 1), ',' | ';' | ':' | '。' | '、' | '”');
    let rest = view.slice(at + 2, at + 8);
    let named = matches!(view.at(at + 2), '计' | '规' | '行' | '来' | '以' | '制');
    if opens && !named && view.at(at + 2) != ',' {
        return true;
    }
    opens && (words().verbs.at_start(rest).is_some() || rest.starts_with(&['共']) || rest.starts_with(&['内']))
}

/// `二〇三五年` → 2035.
fn chinese_year(chars: &[char]) -> Option<i16> {
    let mut year = 0_i16;
    for c in chars.get(..4)? {
        let digit = "〇一二三四五六七八九"
            .chars()
            .position(|d| d == *c || (*c == '零' && d == '〇') || (*c == '○' && d == '〇'))?;
        year = year.checked_mul(10)?.checked_add(i16::try_from(digit).ok()?)?;
    }
    (chars.get(4) == Some(&'年')).then_some(year)
}

/// What a sentence says about time and firmness, looked up by place.
#[derive(Debug, Default)]
pub(crate) struct Dues {
    years: Vec<YearMark>,
    /// 每年 reaches to the end of its clause.
    yearly: Vec<(usize, usize)>,
    soft: Vec<(usize, usize)>,
}

impl Dues {
    /// The marks of the sentence `start..end` with these clauses.
    pub(crate) fn of(view: &View, start: usize, end: usize, clauses: &[Clause], period: Option<PlanPeriod>) -> Self {
        let words = words();
        let mut dues = Dues::default();
        let mut soft_from: Option<usize> = None;
        let mut from = start;
        while let Some(at) = view.next(Kinds::DUE, from, end) {
            from = at + 1;
            if let Some(mark) = due_mark(view, at, period) {
                from = mark.end;
                dues.years.push(mark);
                continue;
            }
            let rest = view.slice(at, end);
            if let Some((length, ())) = words.every_year.at_start(rest) {
                let clause_end = clauses.iter().map(|c| c.end).find(|place| *place > at).unwrap_or(end);
                dues.yearly.push((at, clause_end));
                from = at + length;
            } else if let Some((length, ())) = soft_at(view, at, end, words) {
                soft_from.get_or_insert(at);
                from = at + length;
            } else if words.firm.at_start(rest).is_some() || view.at(at) == ';' {
                dues.soft.extend(soft_from.take().map(|from| (from, at)));
            }
        }
        dues.soft.extend(soft_from.map(|from| (from, end)));
        dues
    }

    /// Keeps a soft word that stands right before its value to that value:
    /// `覆盖率力争达到100%、健康村…` does not reach 健康村.
    pub(crate) fn limit_soft(&mut self, from: usize, to: usize) {
        for span in &mut self.soft {
            if span.0 == from {
                span.1 = span.1.min(to);
            }
        }
    }

    /// Where the soft word begins that governs this place.
    pub(crate) fn soft_start(&self, at: usize) -> Option<usize> {
        self.soft.iter().find(|(from, to)| (*from..*to).contains(&at)).map(|(from, _)| *from)
    }

    pub(crate) fn is_soft(&self, at: usize) -> bool {
        self.soft_start(at).is_some()
    }

    /// When a value at this place is due; `lead` is the year of the paragraph.
    pub(crate) fn due(&self, at: usize, lead: Option<i16>) -> DueYear {
        if self.yearly.iter().any(|(from, to)| (*from..*to).contains(&at)) {
            return DueYear::EveryYear;
        }
        let said = self.years.iter().rev().find(|mark| mark.end <= at).map(|mark| mark.year);
        said.or(lead).map_or(DueYear::NotStated, DueYear::Year)
    }

    /// The years said in a span, in order.
    pub(crate) fn years_in(&self, start: usize, end: usize) -> Vec<YearMark> {
        self.years.iter().copied().filter(|m| m.start >= start && m.end <= end).collect()
    }
}

/// A year mark that can be a due year: in the plan or after it, and not part of a name.
pub(crate) fn due_mark(view: &View, at: usize, period: Option<PlanPeriod>) -> Option<YearMark> {
    if view.is_quoted(at) && view.at(at) != '“' {
        return None;
    }
    let mark = year_at(view, at, period)?;
    let first = period.map_or(2000, PlanPeriod::first_year);
    let named = words().not_due_after.at_start(view.slice(mark.end, mark.end + 6)).is_some();
    let compared = matches!(view.at(at.wrapping_sub(1)), '比' | '较');
    (mark.year >= first && !named && !compared).then_some(mark)
}

fn soft_at<'a>(view: &View, at: usize, end: usize, words: &'a Words) -> Option<(usize, &'a ())> {
    let found = words.soft.at_start(view.slice(at, end))?;
    let noun = words.soft_noun_before.at_end(view.slice(at.saturating_sub(4), at)).is_some();
    (!noun).then_some(found)
}
