//! Automatic numbers: `第一章` and `（一）` are often not in a paragraph's text
//! but computed by the word processor. They are part of what the reader of the
//! paper sees, so they are computed here too.

use std::collections::{HashMap, HashSet};

use crate::{
    ReadError,
    xml::{self, Node},
};

/// Word knows nine levels.
const LEVELS: usize = 9;

/// A level of a list.
#[derive(Debug, Clone)]
struct Level {
    start: u32,
    format: String,
    /// Such as `第%1章`.
    text: String,
    /// What follows the number: `tab`, `space` or `nothing`.
    suffix: String,
    /// All numbers in it are shown as plain digits.
    legal: bool,
}

impl Default for Level {
    fn default() -> Self {
        let tab = "tab".to_owned();
        Self { start: 1, format: "decimal".to_owned(), text: String::new(), suffix: tab, legal: false }
    }
}

#[derive(Debug, Default, Clone)]
struct List {
    levels: HashMap<u8, Level>,
    /// The numbering style it defines, and the one it borrows.
    defines: Option<String>,
    borrows: Option<String>,
}

#[derive(Debug, Default)]
struct Use {
    list: String,
    /// Levels that begin anew at their first use under this number.
    restarts: HashMap<u8, u32>,
    /// Levels that look otherwise under this number.
    levels: HashMap<u8, Level>,
}

/// The lists of a document and how far each has counted.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    lists: HashMap<String, List>,
    uses: HashMap<String, Use>,
    /// The level a paragraph style is tied to.
    style_levels: HashMap<String, u8>,
    counters: HashMap<String, [Option<u32>; LEVELS]>,
    restarted: HashSet<(String, u8)>,
}

impl Numbering {
    /// Reads `word/numbering.xml`.
    pub(crate) fn read(text: &str) -> Result<Self, ReadError> {
        let mut numbering = Self::default();
        let mut list: Option<(String, List)> = None;
        let mut number: Option<(String, Use)> = None;
        let mut level: Option<(u8, Level)> = None;
        let mut overridden = 0_u8;
        xml::walk(text, "word/numbering.xml", |node| {
            match node {
                Node::Open("abstractNum", start) => {
                    list = Some((xml::attribute(start, "abstractNumId").unwrap_or_default(), List::default()));
                }
                Node::Open("num", start) => {
                    number = Some((xml::attribute(start, "numId").unwrap_or_default(), Use::default()));
                }
                Node::Open("lvl", start) => level = Some((xml::number(start, "ilvl").unwrap_or(0), Level::default())),
                Node::Open("lvlOverride", start) => overridden = xml::number(start, "ilvl").unwrap_or(0),
                Node::Open(name, start) => {
                    let val = || xml::attribute(start, "val").unwrap_or_default();
                    match (name, &mut level, &mut number, &mut list) {
                        ("startOverride", _, Some((_, number)), _) => {
                            number.restarts.insert(overridden, val().parse().unwrap_or(1));
                        }
                        ("abstractNumId", _, Some((_, number)), _) => number.list = val(),
                        ("styleLink", _, _, Some((_, list))) => list.defines = Some(val()),
                        ("numStyleLink", _, _, Some((_, list))) => list.borrows = Some(val()),
                        ("start", Some((_, level)), ..) => level.start = val().parse().unwrap_or(1),
                        ("numFmt", Some((_, level)), ..) => level.format = val(),
                        ("lvlText", Some((_, level)), ..) => level.text = val(),
                        ("suff", Some((_, level)), ..) => level.suffix = val(),
                        ("isLgl", Some((_, level)), ..) => level.legal = xml::is_on(start),
                        ("pStyle", Some((depth, _)), ..) => {
                            numbering.style_levels.insert(val(), *depth);
                        }
                        _ => {}
                    }
                }
                Node::Close("lvl") => match (&mut number, &mut list) {
                    (Some((_, number)), _) => number.levels.extend(level.take()),
                    (_, Some((_, list))) => list.levels.extend(level.take()),
                    _ => {}
                },
                Node::Close("abstractNum") => numbering.lists.extend(list.take()),
                Node::Close("num") => numbering.uses.extend(number.take()),
                _ => {}
            }
            Ok(())
        })?;
        numbering.follow_links();
        Ok(numbering)
    }

    /// Lists that borrow the levels of a numbering style get them.
    fn follow_links(&mut self) {
        let defined: HashMap<String, HashMap<u8, Level>> =
            self.lists.values().filter_map(|l| Some((l.defines.clone()?, l.levels.clone()))).collect();
        for list in self.lists.values_mut().filter(|l| l.levels.is_empty()) {
            if let Some(levels) = list.borrows.as_ref().and_then(|style| defined.get(style)) {
                list.levels.clone_from(levels);
            }
        }
    }

    /// The level a paragraph style is tied to, from 0.
    pub(crate) fn level_of_style(&self, style: &str) -> Option<u8> {
        self.style_levels.get(style).copied()
    }

    /// Counts on and gives the number as the reader of the paper sees it, what
    /// separates it from the text included. Empty for bullets.
    pub(crate) fn next(&mut self, id: &str, depth: u8) -> String {
        let (Some(number), true) = (self.uses.get(id), usize::from(depth) < LEVELS) else { return String::new() };
        let Some(list) = self.lists.get(&number.list) else { return String::new() };
        let level = |depth: u8| number.levels.get(&depth).or_else(|| list.levels.get(&depth));
        let counters = self.counters.entry(number.list.clone()).or_default();
        let restart = number.restarts.get(&depth).filter(|_| self.restarted.insert((id.to_owned(), depth)));
        for (at, counter) in counters.iter_mut().enumerate().skip(usize::from(depth)) {
            let start = level(depth).map_or(1, |l| l.start);
            *counter = match (at == usize::from(depth), restart, *counter) {
                (false, ..) => None,
                (true, Some(restart), _) => Some(*restart),
                (true, None, Some(count)) => Some(count.saturating_add(1)),
                (true, None, None) => Some(start),
            };
        }
        let Some(own) = level(depth) else { return String::new() };
        if own.format == "bullet" || own.format == "none" && own.text.is_empty() {
            return String::new();
        }
        let shown = |at: u8| {
            let other = level(at);
            let count = counters.get(usize::from(at)).copied().flatten().or(other.map(|l| l.start)).unwrap_or(1);
            let format = if own.legal { "decimal" } else { other.map_or("decimal", |l| &l.format) };
            format_count(count, format)
        };
        let mut text = String::new();
        let mut chars = own.text.chars().peekable();
        while let Some(c) = chars.next() {
            match (c, chars.peek().and_then(|d| d.to_digit(10))) {
                ('%', Some(digit @ 1..=9)) => {
                    chars.next();
                    text.push_str(&shown(digit as u8 - 1));
                }
                _ => text.push(c),
            }
        }
        // `一、` and `（一）` stand close to the text, `第一章` stands off.
        let close = text.ends_with(['、', '）', ')', '．', '.', '，', '：']) || text.trim().is_empty();
        if own.suffix != "nothing" && !close {
            text.push(' ');
        }
        text
    }
}

/// A count in one of the formats of the file. What is not known is shown in digits.
pub(crate) fn format_count(count: u32, format: &str) -> String {
    let nth = |from: char, of: u32| {
        let c = (1..=of).contains(&count).then(|| char::from_u32(from as u32 + count - 1)).flatten();
        c.map_or_else(|| count.to_string(), String::from)
    };
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "japaneseCounting"
        | "ideographDigital"
        | "taiwaneseDigital"
        | "japaneseDigitalTenThousand" => cjk(count),
        "ideographTraditional" => pick(count, "甲乙丙丁戊己庚辛壬癸"),
        "ideographZodiac" => pick(count, "子丑寅卯辰巳午未申酉戌亥"),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => nth('①', 20),
        "decimalEnclosedParen" => nth('⑴', 20),
        "decimalEnclosedFullstop" => nth('⒈', 20),
        "decimalFullWidth" | "decimalFullWidth2" => {
            count.to_string().chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap_or(c)).collect()
        }
        "decimalZero" => format!("{count:02}"),
        "lowerLetter" => nth('a', 26),
        "upperLetter" => nth('A', 26),
        "upperRoman" => roman(count),
        "lowerRoman" => roman(count).to_lowercase(),
        "none" => String::new(),
        _ => count.to_string(),
    }
}

fn pick(count: u32, of: &str) -> String {
    let index = (count as usize).wrapping_sub(1);
    of.chars().nth(index).map_or_else(|| count.to_string(), String::from)
}

/// 1 → 一, 10 → 十, 21 → 二十一, 105 → 一百零五.
fn cjk(count: u32) -> String {
    if count == 0 || count > 9_999 {
        return count.to_string();
    }
    let mut text = String::new();
    let mut zero = false;
    for (unit, name) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = count / unit % 10;
        if digit == 0 {
            zero = !text.is_empty();
            continue;
        }
        if zero {
            text.push('零');
            zero = false;
        }
        if !(digit == 1 && unit == 10 && text.is_empty()) {
            text.push_str(&pick(digit, "一二三四五六七八九"));
        }
        text.push_str(name);
    }
    text
}

fn roman(count: u32) -> String {
    if count > 3_999 {
        return count.to_string();
    }
    let mut rest = count;
    let mut text = String::new();
    let steps = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")];
    for (value, letters) in steps.into_iter().chain([(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]) {
        while rest >= value {
            text.push_str(letters);
            rest -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_as_the_file_asks() {
        let cases = [
            (1, "chineseCounting", "一"),
            (10, "chineseCountingThousand", "十"),
            (11, "chineseCounting", "十一"),
            (20, "japaneseCounting", "二十"),
            (105, "chineseCounting", "一百零五"),
            (1010, "chineseCounting", "一千零一十"),
            (3, "decimalEnclosedCircle", "③"),
            (21, "decimalEnclosedCircle", "21"),
            (2, "ideographTraditional", "乙"),
            (4, "lowerRoman", "iv"),
            (2, "upperLetter", "B"),
            (12, "decimalFullWidth", "１２"),
            (0, "upperRoman", ""),
            (7, "something new", "7"),
        ];
        for (count, format, text) in cases {
            assert_eq!(format_count(count, format), text, "{count} {format}");
        }
    }
}
