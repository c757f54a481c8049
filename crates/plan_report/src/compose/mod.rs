//! Reports composed from values and a template: pure functions, so the same
//! values and the same template give the same report.

mod blocks;
mod data;
mod drawings;
mod fields;
mod peers;
mod sentences;
mod tables;
mod template;
#[cfg(test)]
mod tests;
mod tidy;

use std::{fmt, str::FromStr};

use plan_model::UnknownWord;

pub use data::{Explanation, HistoryPoint, IndicatorStanding, ReportData, WorkGroup, WorkStanding};
pub use template::{Template, TemplateError};

use self::template::Part;
use crate::document::{Annex, Block, Document, FreeText, Run, SetLine};

/// What kind of report it is: which ready template it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportKind {
    /// 年度监测报告
    Annual,
    /// 中期评估报告
    MidTerm,
    /// 总结评估报告
    Final,
    /// 年度计划执行情况报告
    YearlyPlan,
    /// 一页简报
    Brief,
}

impl ReportKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Annual, Self::MidTerm, Self::Final, Self::YearlyPlan, Self::Brief];

    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Annual => "annual",
            Self::MidTerm => "midterm",
            Self::Final => "final",
            Self::YearlyPlan => "yearly-plan",
            Self::Brief => "brief",
        }
    }

    /// The text of the template that comes with Lantu, in `rules/reports/`.
    pub fn ready_template(self) -> &'static str {
        match self {
            Self::Annual => include_str!("../../../../rules/reports/annual.md"),
            Self::MidTerm => include_str!("../../../../rules/reports/midterm.md"),
            Self::Final => include_str!("../../../../rules/reports/final.md"),
            Self::YearlyPlan => include_str!("../../../../rules/reports/yearly-plan.md"),
            Self::Brief => include_str!("../../../../rules/reports/brief.md"),
        }
    }
}

impl fmt::Display for ReportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for ReportKind {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().copied().find(|kind| kind.code() == word.trim()).ok_or_else(|| UnknownWord {
            what: "报告种类",
            word: word.to_owned(),
            known: Self::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>().join("、"),
        })
    }
}

/// Fills a template.
///
/// # Errors
/// A field that is not known, with its line and those that are.
pub fn compose(template: &Template, data: &ReportData) -> Result<Document, TemplateError> {
    let mut document = Document { assessment: data.assessment.clone(), ..Document::default() };
    for (line, part) in &template.parts {
        let line = *line;
        match part {
            Part::Title(words) => document.title = fields::words(words, data, line)?,
            Part::Subtitle(words) => {
                let words = fields::words(words, data, line)?;
                if !words.is_empty() {
                    document.subtitle.push(words);
                }
            }
            Part::Heading(level, words) => {
                document.blocks.push(Block::Heading(*level, fields::runs(words, data, line)?));
            }
            Part::Paragraph(words) => document.blocks.push(Block::Paragraph(fields::runs(words, data, line)?)),
            Part::Addressee(words) => document.blocks.push(Block::Addressee(fields::runs(words, data, line)?)),
            Part::Signature(words) => {
                let organ = fields::words(words, data, line)?;
                document.blocks.push(Block::Closing(SetLine::signature(&organ, DATE)));
            }
            Part::Block(name) if name == fields::ANNEXES => document.blocks.extend(annexes(template)),
            Part::Note(words) => document.blocks.push(Block::Note(fields::runs(words, data, line)?)),
            Part::FreeText(title, prompt) => document.blocks.push(Block::FreeText(FreeText {
                name: title.clone(),
                title: title.clone(),
                prompt: prompt.clone(),
                paragraphs: data.texts.get(title).cloned().unwrap_or_default(),
            })),
            Part::Annex(title, orientation) => {
                document.blocks.push(Block::Annex(Annex { title: title.clone(), orientation: *orientation }));
            }
            Part::PageBreak => document.blocks.push(Block::PageBreak),
            Part::Contents => document.blocks.push(Block::Contents),
            Part::Block(name) => {
                let filled =
                    blocks::fill_after(name, data, &document.blocks).unwrap_or_else(|| blocks::fill(name, data));
                document.blocks.extend(filled);
            }
        }
    }
    Ok(document)
}

/// Where people write the day of the document: the program knows no such day.
const DATE: &str = "　　　　年　　月　　日";

/// The annexes as they are named below the text.
fn annexes(template: &Template) -> Option<Block> {
    let titles = template.annexes();
    (!titles.is_empty()).then(|| Block::Closing(SetLine::annexes(&titles)))
}

/// A paragraph of plain words.
fn plain_paragraph(words: impl Into<String>) -> Block {
    Block::Paragraph(vec![Run::Text(words.into())])
}
