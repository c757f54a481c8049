//! What a sentence says that must not be changed unseen: years and months,
//! quantities, directions. Everything else in it may be edited.

use plan_assessment::{convert_unit, is_points};
use plan_extraction::numbers_in;
use plan_model::{BOUND, Decimal};

use super::{FindingKind, free::counts};

/// A fact, with where it stands.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub(super) what: What,
    /// Its first character, counted from 0, and one past its last.
    pub(super) start: usize,
    pub(super) end: usize,
    /// As written.
    pub(super) words: String,
}

/// What sort of fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A bound number or word, by its mark: compared by itself.
    Bound(String),
    Year(u32),
    Month(u32),
    Quantity {
        value: Decimal,
        high: Option<Decimal>,
        unit: String,
    },
    /// A word of direction: which pair of opposites, and whether it is the first of them.
    Direction(usize, bool),
}

/// Words and their opposites. A word with 不, 未, 没有 before it is its own opposite.
/// The longest word counts, so that 提高 and 提前 are not mixed up.
const OPPOSITES: [(&[&str], &[&str]); 3] = [
    (
        &[
            "增长", "增加", "提高", "提升", "上升", "升高", "上涨", "扩大", "高于", "超过", "超出", "多于", "快于",
            "加快", "回升", "好于", "优于",
        ],
        &[
            "下降", "减少", "降低", "缩小", "下滑", "下跌", "回落", "低于", "少于", "不足", "慢于", "放缓", "差于",
            "劣于",
        ],
    ),
    (&["达到", "完成", "实现", "达标", "符合", "守住"], &["失守"]),
    (&["提前", "领先", "超前"], &["滞后", "落后", "推迟", "延后", "逾期"]),
];

/// What turns a word into its opposite when it stands right before it.
const NOT: [&str; 9] = ["不", "未", "没有", "没", "未能", "不能", "尚未", "并未", "未曾"];

/// The facts of a text in order. `bound` are the places of bound numbers and words
/// in it; what stands there is not looked at.
pub(super) fn facts(text: &str, bound: &[(usize, usize, String)]) -> Vec<Fact> {
    let covered = |at: usize| bound.iter().any(|(start, end, _)| (*start..*end).contains(&at));
    let chars: Vec<char> = text.chars().enumerate().map(|(at, c)| if covered(at) { BOUND } else { c }).collect();
    let cut = |start: usize, end: usize| chars.iter().take(end).skip(start).collect::<String>();
    let fact = |what: What, start: usize, end: usize| Fact { what, start, end, words: cut(start, end) };
    let mut found: Vec<Fact> =
        bound.iter().map(|(start, end, mark)| fact(What::Bound(mark.clone()), *start, *end)).collect();
    found.extend(times(&chars).into_iter().map(|(what, start, end)| fact(what, start, end)));
    found.extend(directions(&chars).into_iter().map(|(what, start, end)| fact(what, start, end)));
    let blank: String = chars.iter().collect();
    for seen in numbers_in(&blank).into_iter().filter(counts) {
        let (start, end) = (seen.start as usize, seen.end as usize);
        let high = seen.high.map(|high| high.normalize());
        let what = What::Quantity { value: seen.value.normalize(), high, unit: seen.unit };
        if !found.iter().any(|f| f.start < end && start < f.end && !matches!(f.what, What::Bound(_))) {
            found.push(fact(what, start, end));
        }
    }
    found.sort_by_key(|f| (f.start, f.end));
    found
}

/// 2023年, 2021—2025年, 6月: years and months that are written as such.
fn times(chars: &[char]) -> Vec<(What, usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let digits = chars.iter().skip(at).take_while(|c| digit(**c).is_some()).count();
        if digits == 0 {
            at += 1;
            continue;
        }
        let end = at + digits;
        let value = chars.iter().skip(at).take(digits.min(5)).fold(0, |sum, c| sum * 10 + digit(*c).unwrap_or(0));
        let after: String = chars.iter().skip(end).filter(|c| !c.is_whitespace()).take(6).collect();
        // 2021 in 2021—2025年.
        let spans = |after: &str| {
            let rest: String = after.trim_start_matches(['—', '–', '－', '-', '~', '～', '至', '到']).chars().collect();
            rest.len() < after.len() && rest.chars().take(4).filter(|c| digit(*c).is_some()).count() == 4
        };
        let follows = |word: char| chars.get(end) == Some(&word);
        if digits == 4 && (1900..=2100).contains(&value) && (after.starts_with('年') || spans(&after)) {
            found.push((What::Year(value), at, end + usize::from(follows('年'))));
        } else if digits <= 2 && after.starts_with('月') {
            found.push((What::Month(value), at, end + usize::from(follows('月'))));
        }
        at = end;
    }
    found
}

fn digit(c: char) -> Option<u32> {
    match c {
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => c.to_digit(10),
    }
}

fn directions(chars: &[char]) -> Vec<(What, usize, usize)> {
    let mut found = Vec::new();
    for at in 0..chars.len() {
        let Some(pair) = chars.get(at..at + 2) else { break };
        let is = |words: &[&str]| words.iter().any(|word| word.chars().eq(pair.iter().copied()));
        for (which, (first, second)) in OPPOSITES.iter().enumerate() {
            let (first, second) = (is(first), is(second));
            if !first && !second {
                continue;
            }
            let before: String = chars.iter().take(at).skip(at.saturating_sub(2)).collect();
            let not = NOT.iter().filter(|not| before.ends_with(**not)).map(|not| not.chars().count()).max();
            found.push((What::Direction(which, first == not.is_none()), at - not.unwrap_or(0), at + 2));
        }
    }
    found
}

/// What was put in the place of what, at the least expense: a fact that stands
/// where another one was. What was only added or only taken out is none.
pub(super) fn replaced<'a>(issued: &'a [Fact], returned: &'a [Fact]) -> Vec<(&'a Fact, &'a Fact, FindingKind)> {
    let alike = issued.iter().zip(returned).take_while(|(a, b)| a.what == b.what).count();
    let (Some(issued), Some(returned)) = (issued.get(alike..), returned.get(alike..)) else { return Vec::new() };
    if issued.len().saturating_mul(returned.len()) > MOST_PAIRS {
        return Vec::new();
    }
    let width = returned.len() + 1;
    // How much it costs to go on from the nth and mth fact to the ends.
    let mut cost = vec![0_u32; (issued.len() + 1) * width];
    let at = |n: usize, m: usize| n * width + m;
    let get = |cost: &[u32], n: usize, m: usize| cost.get(at(n, m)).copied().unwrap_or(u32::MAX / 2);
    for n in (0..=issued.len()).rev() {
        for m in (0..=returned.len()).rev() {
            let here = match (issued.get(n), returned.get(m)) {
                (None, _) => (returned.len() - m) as u32,
                (_, None) => (issued.len() - n) as u32,
                (Some(a), Some(b)) if a.what == b.what => get(&cost, n + 1, m + 1),
                (Some(a), Some(b)) => {
                    let either = 1 + get(&cost, n + 1, m).min(get(&cost, n, m + 1));
                    let instead = turned(&a.what, &b.what).map(|_| 1 + get(&cost, n + 1, m + 1));
                    instead.map_or(either, |instead| instead.min(either))
                }
            };
            if let Some(cell) = cost.get_mut(at(n, m)) {
                *cell = here;
            }
        }
    }
    let (mut n, mut m) = (0, 0);
    let mut found = Vec::new();
    while let (Some(a), Some(b)) = (issued.get(n), returned.get(m)) {
        if a.what == b.what {
            (n, m) = (n + 1, m + 1);
            continue;
        }
        let here = get(&cost, n, m);
        match turned(&a.what, &b.what) {
            Some(kind) if here == 1 + get(&cost, n + 1, m + 1) => {
                found.push((a, b, kind));
                (n, m) = (n + 1, m + 1);
            }
            _ if here == 1 + get(&cost, n + 1, m) => n += 1,
            _ => m += 1,
        }
    }
    found
}

/// A passage with more pairs than this is not compared; no computed one comes near.
const MOST_PAIRS: usize = 4_000_000;

/// What it is when the second stands in the place of the first; `None` where they
/// have nothing to do with each other, or are the same in other words.
fn turned(a: &What, b: &What) -> Option<FindingKind> {
    match (a, b) {
        (What::Year(a), What::Year(b)) | (What::Month(a), What::Month(b)) => (a != b).then_some(FindingKind::Date),
        (What::Direction(a, first), What::Direction(b, other)) => {
            (a == b && first != other).then_some(FindingKind::Turned)
        }
        (What::Quantity { value, high, unit }, What::Quantity { value: new, high: new_high, unit: new_unit }) => {
            let same = value == new && high == new_high;
            let convertible = || !unit.is_empty() && !new_unit.is_empty() && is_points(unit) == is_points(new_unit);
            if unit == new_unit {
                return Some(FindingKind::Changed);
            }
            if same {
                let points = is_points(unit) && new_unit == "%";
                return Some(if points { FindingKind::PointsAsPercent } else { FindingKind::WrongUnit });
            }
            let converted = convert_unit(*new, new_unit, unit).filter(|_| convertible())?;
            (converted != *value || high.is_some()).then_some(FindingKind::Changed)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What replaced what, with `□` for a bound number.
    fn found(issued: &str, returned: &str) -> Vec<String> {
        let read = |text: &str| {
            let bound = text.chars().enumerate().filter(|(_, c)| *c == '□').enumerate();
            let bound: Vec<_> = bound.map(|(count, (at, _))| (at, at + 1, format!("m{count}"))).collect();
            facts(text, &bound)
        };
        let (issued, returned) = (read(issued), read(returned));
        let words = replaced(&issued, &returned).into_iter();
        words.map(|(a, b, kind)| format!("{} → {} {kind:?}", a.words, b.words)).collect()
    }

    #[test]
    fn years_directions_and_quantities_are_found_where_they_were_replaced() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("截至2023年，实际为□。", "截至2022年，实际为□。", &["2023年 → 2022年 Date"]),
            ("2021年为□，2022年为□。", "2022年为□，2022年为□。", &["2021年 → 2022年 Date"]),
            ("2021—2025年共□", "2020—2025年共□", &["2021 → 2020 Date"]),
            ("截至2023年6月，", "截至2023年9月，", &["6月 → 9月 Date"]),
            ("比上年下降□，", "比上年增长□，", &["下降 → 增长 Turned"]),
            ("已达到目标，", "未达到目标，", &["达到 → 未达到 Turned"]),
            ("没有守住界限。", "守住界限。", &["没有守住 → 守住 Turned"]),
            ("不低于□", "低于□", &["不低于 → 低于 Turned"]),
            ("实际86.9%，应为88.5%", "实际88.5%，应为88.5%", &["86.9% → 88.5% Changed"]),
            ("提高1.2个百分点。", "提高1.2%。", &["1.2个百分点 → 1.2% PointsAsPercent"]),
            ("投资3亿元。", "投资3万元。", &["3亿元 → 3万元 WrongUnit"]),
            // What may be edited.
            ("截至2023年12月31日，为□。", "到2023年底，达到□。", &[]),
            ("比上年增长□。", "比上年提高□。", &[]),
            ("比上年增长□。", "增速□。", &[]),
            ("投资3亿元。", "投资30000万元。", &[]),
            ("截至2023年为□，共12项。", "截至2023年为□，共12项；2024年再增加5项。", &[]),
            ("截至2023年，□，目标□。2025年完成。", "目标□，截至2023年，□。", &[]),
            ("2023年为□，应为88.5%。", "2023年为□，低于序时进度1.6个百分点。", &[]),
            ("“十四五”期间，第2章、5G基站", "“十四五”期间，第3章、4G基站", &[]),
        ];
        for (issued, returned, expected) in cases {
            assert_eq!(found(issued, returned), *expected, "{issued} became {returned}");
            assert!(found(issued, issued).is_empty(), "{issued}");
        }
    }
}
