//! Templates: what stands in a report, as a text file that an office can change.
//!
//! A line is a part of the report; `{{…}}` is a field that is filled in. A block
//! field stands alone on its line. `rules/reports/README.md` explains the signs.

use crate::document::{Level, Orientation};

/// A template as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its parts with their lines, counted from 1.
    pub(super) parts: Vec<(u32, Part)>,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Title(Vec<Piece>),
    Subtitle(Vec<Piece>),
    Heading(Level, Vec<Piece>),
    Paragraph(Vec<Piece>),
    /// 主送机关
    Addressee(Vec<Piece>),
    /// The organ that reports; the date below it is written by people.
    Signature(Vec<Piece>),
    Note(Vec<Piece>),
    /// Title and prompt.
    FreeText(String, String),
    Annex(String, Orientation),
    PageBreak,
    Contents,
    Block(String),
}

/// A stretch of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Words(String),
    Field(String),
}

/// Why a template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("模板第 {line} 行：{message}")]
pub struct TemplateError {
    /// The line, counted from 1.
    pub line: u32,
    /// What is wrong and what to do.
    pub message: String,
}

impl TemplateError {
    pub(super) fn new(line: u32, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

impl Template {
    /// The free sections, each with its title and what is to be written there.
    pub fn free_texts(&self) -> Vec<(String, String)> {
        let free = self.parts.iter().filter_map(|(_, part)| match part {
            Part::FreeText(title, prompt) => Some((title.clone(), prompt.clone())),
            _ => None,
        });
        free.collect()
    }

    /// The titles of its annexes.
    pub(super) fn annexes(&self) -> Vec<&str> {
        let titles = self.parts.iter().filter_map(|(_, part)| match part {
            Part::Annex(title, _) => Some(title.as_str()),
            _ => None,
        });
        titles.collect()
    }

    /// Reads a template. Whether its fields are known is checked when it is filled.
    ///
    /// # Errors
    /// The first line that cannot be read.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1_u32..) {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with("//") {
                parts.push((number, part(line, number)?));
            }
        }
        match parts.first() {
            Some((_, Part::Title(_))) => Ok(Self { parts }),
            Some((line, _)) => Err(TemplateError::new(*line, "第一行应是标题；请写成“# 标题”")),
            None => Err(TemplateError::new(1, "模板是空的；请至少写出标题“# 标题”")),
        }
    }
}

fn part(line: &str, number: u32) -> Result<Part, TemplateError> {
    let marks = line.chars().take_while(|c| *c == '#').count();
    if marks > 0 {
        let words = pieces(line.trim_start_matches('#').trim(), number)?;
        return match marks {
            1 => Ok(Part::Title(words)),
            2 => Ok(Part::Heading(Level::One, words)),
            3 => Ok(Part::Heading(Level::Two, words)),
            4 => Ok(Part::Heading(Level::Three, words)),
            5 => Ok(Part::Heading(Level::Four, words)),
            _ => Err(TemplateError::new(number, "标题最多五个“#”：一个是文件标题，二到五个是四级标题")),
        };
    }
    if line.chars().all(|c| c == '-') && line.chars().nth(2).is_some() {
        return Ok(Part::PageBreak);
    }
    if let Some(words) = line.strip_prefix('>') {
        return Ok(Part::Subtitle(pieces(words.trim(), number)?));
    }
    if let Some(words) = line.strip_prefix("【附注】") {
        return Ok(Part::Note(pieces(words.trim(), number)?));
    }
    if let Some(words) = line.strip_prefix("【主送】") {
        return Ok(Part::Addressee(pieces(words.trim(), number)?));
    }
    if let Some(words) = line.strip_prefix("【署名】") {
        return Ok(Part::Signature(pieces(words.trim(), number)?));
    }
    if let Some(title) = line.strip_prefix("【附件】") {
        return Ok(Part::Annex(title.trim().to_owned(), Orientation::Portrait));
    }
    if let Some(title) = line.strip_prefix("【附件横排】") {
        return Ok(Part::Annex(title.trim().to_owned(), Orientation::Landscape));
    }
    if let Some(rest) = line.strip_prefix("【待填：") {
        let (title, prompt) = rest
            .split_once('】')
            .ok_or_else(|| TemplateError::new(number, "“【待填：”没有结束；请写成“【待填：名称】提示”"))?;
        return Ok(Part::FreeText(title.trim().to_owned(), prompt.trim().to_owned()));
    }
    if line == "【目录】" {
        return Ok(Part::Contents);
    }
    let words = pieces(line, number)?;
    match words.as_slice() {
        [Piece::Field(name)] if super::fields::BLOCKS.contains(&name.as_str()) => Ok(Part::Block(name.clone())),
        _ => Ok(Part::Paragraph(words)),
    }
}

fn pieces(text: &str, number: u32) -> Result<Vec<Piece>, TemplateError> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once("{{") {
        let (field, tail) = after
            .split_once("}}")
            .ok_or_else(|| TemplateError::new(number, format!("“{{{{{after}”没有结束；请补上“}}}}”")))?;
        if !words.is_empty() {
            pieces.push(Piece::Words(words.to_owned()));
        }
        pieces.push(Piece::Field(field.trim().to_owned()));
        rest = tail;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest.to_owned()));
    }
    Ok(pieces)
}
