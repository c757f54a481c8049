//! Numbers with their units: `65 亿元`, `1-2个`, `2000 余路`, `百名`, `三分之二`.

use plan_model::{Comparison, Decimal};

use crate::{
    sieve::Kinds,
    view::{View, text_of},
    words::{UnitUse, Words, words},
};

/// A number as it stands in a line, with the words that belong to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Number {
    /// Where its digits begin.
    pub(crate) start: usize,
    /// One past the digits of the value (of the upper value in a range).
    pub(crate) digits_end: usize,
    /// One past its unit.
    pub(crate) unit_end: usize,
    /// One past a comparison after it (以上).
    pub(crate) end: usize,
    pub(crate) value: Decimal,
    pub(crate) high: Option<Decimal>,
    /// As written, spaces removed; empty without one.
    pub(crate) unit: String,
    pub(crate) unit_use: Option<UnitUse>,
    /// What stands after it (以上) or inside it (余) says so.
    pub(crate) compare: Option<Comparison>,
    /// Written in Chinese numerals.
    pub(crate) chinese: bool,
}

/// Every number of the view that is written in digits, and those in Chinese
/// numerals that have a unit.
pub(crate) fn numbers(view: &View, found: &mut Vec<Number>) {
    found.clear();
    let mut from = 0;
    while let Some(at) = view.next(Kinds::NUMBER, from, view.chars.len()) {
        let c = view.at(at);
        let number = if c.is_ascii_digit() {
            digits(view, at)
        } else if is_numeral(c) {
            numeral(view, at)
        } else {
            None
        };
        from = number.as_ref().map_or(0, |n| n.end).max(at + 1);
        found.extend(number);
    }
}

/// How a number may begin: a Chinese numeral counts only where another follows, or
/// what [`numeral`] reads after it (进一步, 一体化 are none).
pub(crate) fn beginnings(words: &Words) -> impl Iterator<Item = (char, Option<char>)> {
    let digits = ('0'..='9').chain("万亿".chars()).map(|c| (c, None));
    let units = words.units.beginnings().chain(words.inside.beginnings()).map(|(first, _)| first);
    let goes_on: Vec<char> = NUMERALS.chars().chain("分成/".chars()).chain(units).collect();
    digits.chain(NUMERALS.chars().flat_map(move |numeral| goes_on.clone().into_iter().map(move |c| (numeral, Some(c)))))
}

/// The end of a run of digits with at most one decimal point inside.
fn run_end(view: &View, start: usize) -> usize {
    let digits =
        |from: usize| from + view.slice(from, view.chars.len()).iter().take_while(|c| c.is_ascii_digit()).count();
    let whole = digits(start);
    // 1. 100个渔港: a blank after the point of an item's number, not a decimal.
    let item = start == 0 && whole <= 2 && view.place(whole, whole + 1).1 < view.place(whole + 1, whole + 2).0;
    if !item && view.at(whole) == '.' && view.at(whole + 1).is_ascii_digit() { digits(whole + 1) } else { whole }
}

/// `1,234` where the commas can only separate thousands.
fn thousands_end(view: &View, start: usize) -> Option<usize> {
    let first = run_end(view, start);
    if first - start > 3 || view.slice(start, first).contains(&'.') {
        return None;
    }
    let mut end = first;
    while view.at(end) == ','
        && (1..=3).all(|i| view.at(end + i).is_ascii_digit())
        && !view.at(end + 4).is_ascii_digit()
    {
        end += 4;
    }
    // One group of exactly three could be two numbers; a comma between clauses is
    // followed by a noun, so digits on both sides are one number.
    (end > first).then_some(end)
}

fn value_of(view: &View, start: usize, end: usize) -> Option<Decimal> {
    let digits = view.slice(start, end);
    if digits.len() > LONGEST_FIGURE {
        let text: String = digits.iter().filter(|c| **c != ',').collect();
        return text.parse().ok();
    }
    let value = digits.iter().filter_map(|c| c.to_digit(10)).fold(0, |value, digit| value * 10 + i64::from(digit));
    let decimals = digits.iter().rev().position(|c| *c == '.').unwrap_or(0);
    Some(Decimal::new(value, decimals as u32))
}

/// So many characters of a figure always fit into 64 bits.
const LONGEST_FIGURE: usize = 18;

fn digits(view: &View, start: usize) -> Option<Number> {
    let mut end = thousands_end(view, start).unwrap_or_else(|| run_end(view, start));
    let value = value_of(view, start, end)?;
    let mut high = None;
    // 10—12座, 3%-5%: a range, if the other side is a number too.
    let (dash, unit_before) = match unit(view, end) {
        Some((unit_end, _)) if range_mark(view, unit_end) > 0 => (unit_end, unit_end - end),
        _ => (end, 0),
    };
    let mark = range_mark(view, dash);
    if mark > 0 && view.at(dash + mark).is_ascii_digit() && !is_code(view, start, dash + mark) {
        let second = dash + mark;
        let second_end = run_end(view, second);
        let same_unit =
            unit(view, second_end).is_some_and(|(to, _)| unit_before == 0 || to - second_end == unit_before);
        if same_unit {
            high = value_of(view, second, second_end).filter(|h| *h > value);
            if high.is_some() {
                end = second_end;
            }
        }
    }
    Some(finish(view, Number { start, digits_end: end, value, high, chinese: false, ..blank() }))
}

/// A year range (2018-2022年) or a code (5-10-15) is not a range of values.
fn is_code(view: &View, start: usize, second: usize) -> bool {
    let second_end = run_end(view, second);
    let year = |from: usize, to: usize| to - from == 4 && matches!(view.at(from), '1' | '2') && view.at(to) == '年';
    year(second, second_end)
        || (second_end - second == 4
            && second - start >= 5
            && matches!(view.at(second), '1' | '2')
            && matches!(view.at(start), '1' | '2')
            && view.at(second_end) == '年')
        || (matches!(view.at(second_end), '-' | '—' | '+') && view.at(second_end + 1).is_ascii_digit())
        || (start > 0 && matches!(view.at(start - 1), '-' | '+'))
}

/// How many characters at this place mean “to” between two numbers.
fn range_mark(view: &View, at: usize) -> usize {
    match (view.at(at), view.at(at + 1)) {
        ('—', '—') => 2,
        ('-' | '—' | '~' | '至', _) => 1,
        _ => 0,
    }
}

/// Reads what follows the digits: 余, unit, 以上.
fn finish(view: &View, mut number: Number) -> Number {
    let words = words();
    let mut at = number.digits_end;
    // 2000余路: the comparison stands between digits and unit.
    if let Some((length, compare)) = words.inside.at_start(view.slice(at, at + 2))
        && unit(view, at + length).is_some()
    {
        number.compare = Some(*compare);
        at += length;
    }
    number.unit_end = at;
    if let Some((end, use_)) = unit(view, at) {
        number.unit = text_of(view.slice(at, end));
        number.unit_use = Some(use_);
        number.unit_end = end;
        if number.compare.is_none() && view.at(end) == '余' {
            number.compare = Some(Comparison::MoreThan);
            number.unit_end = end;
            number.end = end + 1;
            return number;
        }
        // 10万多吨, 2亿余元: the comparison stands inside the unit.
        if number.compare.is_none()
            && matches!(view.at(end), '多')
            && let Some((longer, use_)) = unit(view, end + 1)
        {
            number.compare = Some(Comparison::MoreThan);
            number.unit.extend(view.slice(end + 1, longer));
            number.unit_use = Some(use_);
            number.unit_end = longer;
        }
    }
    number.end = number.unit_end;
    if let Some((length, compare)) = words.after.at_start(view.slice(number.end, number.end + 6)) {
        number.compare = number.compare.or(Some(*compare));
        number.end += length;
    }
    number
}

/// A unit at this place: an optional magnitude, the unit, an optional `/…`.
fn unit(view: &View, start: usize) -> Option<(usize, UnitUse)> {
    let words = words();
    let rest = |from: usize| view.slice(from, from + 12);
    // 孕产妇死亡率8/10万
    if view.slice(start, start + 4) == ['/', '1', '0', '万'] {
        return Some((start + 4, UnitUse::Measure));
    }
    let (mut end, mut use_) = base_unit(view, start)?;
    while view.at(end) == '/' {
        let tail = rest(end + 1);
        let plain_tail = words.unit_tails.at_start(tail).map(|(length, ())| length);
        let unit_tail = base_unit(view, end + 1).map(|(to, _)| to - end - 1);
        match plain_tail.max(unit_tail) {
            Some(length) => {
                end += 1 + length;
                use_ = UnitUse::Measure;
            }
            None => break,
        }
    }
    Some((end, use_))
}

/// A unit without `/…`: an optional magnitude and the unit.
fn base_unit(view: &View, start: usize) -> Option<(usize, UnitUse)> {
    let words = words();
    let rest = |from: usize| view.slice(from, from + 12);
    let scale = rest(start).iter().take_while(|c| matches!(c, '十' | '百' | '千' | '万' | '亿')).count();
    // 亿千瓦时: the 千 belongs to the unit, so every split is tried and the longest wins.
    let found = (start..=start + scale).filter_map(|at| {
        let (length, use_) = words.units.at_start(rest(at))?;
        let end = at + length;
        words.not_unit_before.at_start(rest(end)).is_none().then_some((end, *use_))
    });
    let longest = found.max_by_key(|(end, _)| *end);
    // 1.2亿棒,: after a magnitude one unknown character before a stop is the unit.
    let end = start + scale;
    let unknown = !matches!(view.at(end), ' ' | ',' | ';' | '。' | '、' | ')' | '以' | '左' | '余' | '多' | '的')
        && !view.at(end).is_ascii();
    let stops =
        matches!(view.at(end + 1), ' ' | ',' | ';' | '。' | '、') || view.slice(end + 1, end + 3) == ['以', '上'];
    let odd = usize::from(scale > 0 && unknown && stops);
    longest.or((scale > 0).then_some((end + odd, UnitUse::Measure)))
}

fn blank() -> Number {
    Number {
        start: 0,
        digits_end: 0,
        unit_end: 0,
        end: 0,
        value: Decimal::ZERO,
        high: None,
        unit: String::new(),
        unit_use: None,
        compare: None,
        chinese: false,
    }
}

/// The characters that numbers begin with.
pub(crate) fn characters() -> impl Iterator<Item = char> {
    ('0'..='9').chain(NUMERALS.chars())
}

/// Whether a number may begin with the character.
pub(crate) fn may_begin(c: char) -> bool {
    c.is_ascii_digit() || is_numeral(c)
}

/// The characters of Chinese numerals, and 半.
const NUMERALS: &str = "半一二两三四五六七八九十百千万亿";

fn is_numeral(c: char) -> bool {
    matches!(
        c,
        '半' | '一'
            | '二'
            | '两'
            | '三'
            | '四'
            | '五'
            | '六'
            | '七'
            | '八'
            | '九'
            | '十'
            | '百'
            | '千'
            | '万'
            | '亿'
    )
}

/// A number in Chinese numerals with a unit: 百名, 三分之二, 两座. Where the
/// numeral ends in 万 or 亿 these stay with the unit, as they do after digits.
fn numeral(view: &View, start: usize) -> Option<Number> {
    // 半个工作日
    if view.at(start) == '半' {
        let number =
            finish(view, Number { start, digits_end: start + 1, value: Decimal::new(5, 1), chinese: true, ..blank() });
        return matches!(number.unit.as_str(), "个工作日" | "个月" | "小时" | "天" | "年").then_some(number);
    }
    let length = view.slice(start, start + 10).iter().take_while(|c| is_numeral(**c)).count();
    let mut end = start + length;
    // 三分之二
    if view.slice(end, end + 2) == ['分', '之'] {
        let parts = chinese_value(view.slice(start, end))?;
        let top = end + 2;
        let top_length = view.slice(top, top + 6).iter().take_while(|c| is_numeral(**c)).count();
        let share = chinese_value(view.slice(top, top + top_length))?;
        if top_length == 0 || parts.is_zero() {
            return None;
        }
        let hundredths = parts == Decimal::ONE_HUNDRED;
        let value = if hundredths { share } else { (share / parts).round_dp(4) };
        let unit = if hundredths { "%".to_owned() } else { String::new() };
        let number = Number { start, digits_end: top + top_length, value, chinese: true, ..blank() };
        let mut number = finish(view, number);
        number.unit = unit;
        number.unit_use = Some(UnitUse::Measure);
        return Some(number);
    }
    while end > start && matches!(view.at(end - 1), '万' | '亿') {
        end -= 1;
    }
    let value = if end == start { Decimal::ONE } else { chinese_value(view.slice(start, end))? };
    // 六成 is 60 %.
    if view.at(end) == '成' && end == start + length && length == 1 {
        let mut number =
            finish(view, Number { start, digits_end: end, value: value * Decimal::TEN, chinese: true, ..blank() });
        number.unit = "%".to_owned();
        number.unit_use = Some(UnitUse::Measure);
        return Some(number);
    }
    let number = finish(view, Number { start, digits_end: end, value, chinese: true, ..blank() });
    (number.unit_use.is_some()).then_some(number)
}

/// 一 to 九千九百九十九; also 百 (100) and 千 (1000) alone.
fn chinese_value(chars: &[char]) -> Option<Decimal> {
    let mut total = 0_i64;
    let mut digit = None;
    for c in chars {
        let scale = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            _ => {
                if digit.is_some() {
                    return None;
                }
                digit = Some(match c {
                    '一' => 1,
                    '二' | '两' => 2,
                    '三' => 3,
                    '四' => 4,
                    '五' => 5,
                    '六' => 6,
                    '七' => 7,
                    '八' => 8,
                    '九' => 9,
                    _ => return None,
                });
                continue;
            }
        };
        total += digit.take().unwrap_or(1) * scale;
    }
    let value = total + digit.unwrap_or(0);
    (value > 0).then(|| Decimal::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Views;

    fn read(text: &str) -> Vec<String> {
        let views = Views::of([text]);
        let mut found = Vec::new();
        numbers(&views.line(0), &mut found);
        let shown = |n: &Number| {
            let high = n.high.map(|h| format!("-{h}")).unwrap_or_default();
            let compare = n.compare.map(|c| c.code().to_owned()).unwrap_or_default();
            format!("{compare}{}{high} {}", n.value, n.unit)
        };
        found.iter().map(shown).collect()
    }

    #[test]
    fn numbers_are_read_with_unit_and_comparison() {
        let cases = [
            ("产值达到 1,200 亿元", "1200 亿元"),
            ("视频监控 2000 余路", ">2000 路"),
            ("创作 1-2 个精品", "1-2 个"),
            ("增速3%-5%", "3-5 %"),
            ("建设10—12座", "10-12 座"),
            ("税收 1000 元/ m 2", "1000 元/m2"),
            ("浓度38微克/立方米以下", "<=38 微克/立方米"),
            ("产能3000吨/日", "3000 吨/日"),
            ("平均200万吨/年", "200 万吨/年"),
            ("迈上1000亿台阶", "1000 亿"),
            ("百名教师", "100 名"),
            ("超百亿元", "100 亿元"),
            ("占三分之二以上", ">=0.6667 "),
            ("提高百分之十五", "15 %"),
            ("新建两座水厂", "2 座"),
            ("投资10万多吨", ">10 万吨"),
            ("提高2.5个百分点左右", "~2.5 个百分点"),
            ("下降到1.8", "1.8 "),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), [expected], "{text}");
        }
        assert_eq!(read("到2025年建成5G基站"), ["2025 年", "5 "]);
        assert_eq!(read("1. 100个渔港建设"), ["1 ", "100 个"]);
        assert_eq!(read("产值1. 5亿元"), ["1.5 亿元"]);
    }
}
