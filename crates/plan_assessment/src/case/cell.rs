//! The cells of official tables as people write them: 约75%, 20左右, ≥4.5, 32以下,
//! [14], 3个百分点, 36-38, 第3, 2025年底. What the words are is data
//! (`rules/assessment/figures.toml`).

use plan_model::{Comparison, Decimal, DueYear, Period, parse_decimal};

use crate::conventions::conventions;

/// A number with what its words say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount {
    /// The number, or the lower end of a range.
    pub(super) value: Decimal,
    /// The upper end of a range.
    pub(super) high: Option<Decimal>,
    /// What the words beside the number say.
    pub(super) comparison: Option<Comparison>,
    /// The number is one of percentage points.
    pub(super) points: bool,
}

/// Reads a cell with a number; `unit` is that of the row and may stand behind it.
pub(super) fn amount(cell: &str, unit: &str) -> Option<Amount> {
    let words = &conventions().cells;
    let mut rest = cell.trim();
    for (open, close) in [('[', ']'), ('〔', '〕'), ('［', '］'), ('【', '】'), ('(', ')'), ('（', '）')] {
        rest = rest.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).unwrap_or(rest).trim();
    }
    let (mut comparison, mut points) = (None, false);
    let mut said = |found: Comparison| _ = comparison.get_or_insert(found);
    while let Some((code, tail)) = words.comparisons().find_map(|(code, word)| Some((code, rest.strip_prefix(word)?))) {
        said(code);
        rest = tail.trim();
    }
    rest = words.before.iter().find_map(|word| rest.strip_prefix(word.as_str())).unwrap_or(rest).trim();
    loop {
        let compared = words.comparisons().find_map(|(code, word)| Some((code, rest.strip_suffix(word)?)));
        let measured = words.points.iter().find_map(|word| rest.strip_suffix(word.as_str()));
        let own = || [unit, "%", "％"].into_iter().filter(|unit| !unit.is_empty()).find_map(|u| rest.strip_suffix(u));
        rest = match (compared, measured) {
            (Some((code, tail)), _) => {
                said(code);
                tail
            }
            (None, Some(tail)) => {
                points = true;
                tail
            }
            (None, None) => match own() {
                Some(tail) => tail,
                None => break,
            },
        }
        .trim();
    }
    if let Ok(value) = parse_decimal(rest) {
        return Some(Amount { value, high: None, comparison, points });
    }
    let (low, high) = range(rest, unit)?;
    Some(Amount { value: low, high: Some(high), comparison, points })
}

/// Two numbers with a word between them, the smaller one first.
fn range(text: &str, unit: &str) -> Option<(Decimal, Decimal)> {
    let number = |text: &str| {
        let text = text.trim();
        parse_decimal(text.strip_suffix(['%', '％']).or_else(|| text.strip_suffix(unit)).unwrap_or(text)).ok()
    };
    // A sign stands at the start, never between.
    let between = conventions().since_start.through().flat_map(|word| text.match_indices(word));
    let mut pairs = between.filter_map(|(at, word)| {
        let (low, high) = (text.get(..at)?, text.get(at + word.len()..)?);
        number(low).zip(number(high))
    });
    pairs.find(|(low, high)| low <= high)
}

/// Reads a comparison: the code word, or as tables and texts write it.
pub(super) fn comparison(cell: &str) -> Option<Comparison> {
    let known = || conventions().cells.comparisons().find(|(_, word)| *word == cell.trim()).map(|(code, _)| code);
    cell.parse().ok().or_else(known)
}

/// Reads a period: as everywhere, also 2022年底, 2022.12, 2022-12-31 (the last day of a month).
pub(super) fn period(cell: &str) -> Option<Period> {
    let text = cell.trim().trim_end_matches(['底', '末']);
    if let Ok(day) = text.parse::<jiff::civil::Date>() {
        let month = Period::Month(day.year(), day.month());
        let year = Period::Year(day.year());
        return [year, month].into_iter().find(|period| period.last_day() == day);
    }
    text.parse().or_else(|_| text.replace(['.', '/'], "-").parse()).ok()
}

/// Reads the year a target is due: also 2025年, 2025年底, 2025年末.
pub(super) fn due(cell: &str) -> Option<DueYear> {
    let text = cell.trim().trim_end_matches(['底', '末']).trim_end_matches('年');
    text.parse().ok()
}
