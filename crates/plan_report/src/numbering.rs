//! The numbers that the writers put before headings, tables, drawings and
//! annexes: counted here alone, so that every format of a report has the same.

use crate::document::{Block, Level, Run};

/// What was counted so far.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    /// How many headings of each level there were since the one above.
    headings: [usize; 4],
    tables: usize,
    figures: usize,
    annexes: usize,
}

impl Numbering {
    /// Counts a heading and gives the number before its words.
    pub(crate) fn heading(&mut self, level: Level) -> String {
        let depth = level as usize;
        let mut number = 0;
        for (at, count) in self.headings.iter_mut().enumerate() {
            if at == depth {
                *count += 1;
                number = *count;
            } else if at > depth {
                *count = 0;
            }
        }
        match level {
            Level::One => format!("{}、", numeral(number)),
            Level::Two => format!("（{}）", numeral(number)),
            Level::Three => format!("{number}."),
            Level::Four => format!("（{number}）"),
        }
    }

    /// 表1　… ; a table without a caption is not counted.
    pub(crate) fn table(&mut self, caption: &str) -> Option<String> {
        if caption.is_empty() {
            return None;
        }
        self.tables += 1;
        Some(format!("表{}　{caption}", self.tables))
    }

    /// The number of a drawing, and 图1　….
    pub(crate) fn figure(&mut self, caption: &str) -> (usize, String) {
        self.figures += 1;
        (self.figures, format!("图{}　{caption}", self.figures))
    }

    /// 附件1; headings count anew.
    pub(crate) fn annex(&mut self) -> String {
        self.annexes += 1;
        self.headings = [0; 4];
        format!("附件{}", self.annexes)
    }

    /// Whether an annex has begun.
    pub(crate) fn in_annex(&self) -> bool {
        self.annexes > 0
    }
}

/// A line of the contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// 1 for headings of the first level and annexes, 2 for the second.
    pub(crate) depth: u8,
    pub(crate) words: String,
    /// Which of all headings and annexes it is, counted from 1.
    pub(crate) mark: usize,
}

/// The contents: the headings of the first two levels of the report itself, and
/// the annexes.
pub(crate) fn contents(blocks: &[Block]) -> Vec<Entry> {
    let mut numbering = Numbering::default();
    let mut entries = Vec::new();
    let mut mark = 0;
    for block in blocks {
        match block {
            Block::Heading(level, words) => {
                mark += 1;
                let label = numbering.heading(*level);
                if *level <= Level::Two && !numbering.in_annex() {
                    let words = format!("{label}{}", plain_words(words));
                    entries.push(Entry { depth: *level as u8 + 1, words, mark });
                }
            }
            Block::Annex(annex) => {
                mark += 1;
                let words = format!("{}　{}", numbering.annex(), annex.title);
                entries.push(Entry { depth: 1, words, mark });
            }
            _ => {}
        }
    }
    entries
}

/// The words of runs without their marks.
pub(crate) fn plain_words(runs: &[Run]) -> String {
    runs.iter().map(Run::words).collect()
}

/// 1 → 一, 12 → 十二, 30 → 三十; in digits from 100 on.
fn numeral(number: usize) -> String {
    let digit = |n: usize| "零一二三四五六七八九".chars().nth(n).unwrap_or('零').to_string();
    match number {
        0..10 => digit(number),
        10 => "十".to_owned(),
        11..20 => format!("十{}", digit(number % 10)),
        20..100 if number.is_multiple_of(10) => format!("{}十", digit(number / 10)),
        20..100 => format!("{}十{}", digit(number / 10), digit(number % 10)),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_count_under_the_one_above() {
        let mut numbering = Numbering::default();
        let levels = [Level::One, Level::Two, Level::Two, Level::Three, Level::Four, Level::One, Level::Two];
        let labels: Vec<String> = levels.into_iter().map(|level| numbering.heading(level)).collect();
        assert_eq!(labels, ["一、", "（一）", "（二）", "1.", "（1）", "二、", "（一）"]);
        assert_eq!(numbering.annex(), "附件1");
        assert_eq!(numbering.heading(Level::One), "一、");
        assert_eq!([1, 10, 12, 20, 35, 100].map(numeral), ["一", "十", "十二", "二十", "三十五", "100"]);
    }
}
