//! Running heads, page numbers and footnotes.

use std::collections::HashMap;

use super::{Block, Page, TextLine, quantile};
use crate::structure::Hint;

/// The share of a page's height, from above or below, where they stand.
const MARGIN: f64 = 0.12;

/// Marks lines that the printer put around the text.
pub(super) fn mark(pages: &[Page], blocks: &mut [Vec<Block>]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let texts = |blocks: &[Vec<Block>]| -> Vec<(String, bool)> {
        blocks.iter().flatten().filter_map(as_line).map(|l| (shape(&l.text), in_margin(pages, l))).collect()
    };
    for (shape, _) in texts(blocks).into_iter().filter(|(_, margin)| *margin) {
        *seen.entry(shape).or_default() += 1;
    }
    let mut sizes: Vec<f64> = blocks.iter().flatten().filter_map(as_line).map(|l| l.size).collect();
    let body = quantile(&mut sizes, 0.5).unwrap_or(10.0);
    // The same head on three pages, or on both of two.
    let often = |shape: &str| seen.get(shape).is_some_and(|count| *count >= 3 || pages.len() == 2 && *count == 2);
    for page in blocks.iter_mut() {
        for block in page.iter_mut() {
            let Block::Line(line) = block else { continue };
            if line.frame.is_none()
                && in_margin(pages, line)
                && (is_page_number(&line.text) || often(&shape(&line.text)))
            {
                line.hint = Hint::PageMark;
            }
        }
        mark_footnotes(pages, page, body);
    }
}

/// Small print at the foot of a column, from the first line that begins with a mark.
fn mark_footnotes(pages: &[Page], page: &mut [Block], body: f64) {
    let height = page.iter().find_map(as_line).and_then(|l| pages.get(l.page)).map_or(0.0, |p| p.height);
    // Where the small print begins, by column.
    let mut from: HashMap<usize, usize> = HashMap::new();
    for (index, block) in page.iter().enumerate() {
        match block {
            Block::Line(line) if line.hint == Hint::PageMark || line.frame.is_some() => {}
            Block::Line(line) if line.size < body * 0.92 && line.y > height * 0.5 => {
                let marked = line.text.starts_with(|c: char| {
                    ('①'..='⑳').contains(&c) || c.is_ascii_digit() || matches!(c, '*' | '[' | '〔' | '注')
                });
                if marked {
                    from.entry(line.column).or_insert(index);
                }
            }
            Block::Line(line) => {
                from.remove(&line.column);
            }
            Block::Row(_) | Block::Loose(_) => from.clear(),
        }
    }
    for (index, block) in page.iter_mut().enumerate() {
        if let Block::Line(line) = block
            && line.hint == Hint::None
            && line.frame.is_none()
            && from.get(&line.column).is_some_and(|from| *from <= index)
        {
            line.hint = Hint::Footnote;
        }
    }
}

fn as_line(block: &Block) -> Option<&TextLine> {
    match block {
        Block::Line(line) => Some(line),
        Block::Row(_) | Block::Loose(_) => None,
    }
}

fn in_margin(pages: &[Page], line: &TextLine) -> bool {
    let height = pages.get(line.page).map_or(0.0, |p| p.height);
    line.y < height * MARGIN || line.y > height * (1.0 - MARGIN)
}

/// The text with its figures alike, so that page numbers do not tell heads apart.
fn shape(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

/// `12`, `- 12 -`, `第12页`, `12 / 30`.
fn is_page_number(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let rest = plain.trim_matches(|c: char| matches!(c, '-' | '—' | '–' | '－' | '―' | '·' | '~' | '第' | '页' | '/'));
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    let roman = rest.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'i' | 'v' | 'x' | 'Ⅰ'..='Ⅻ'));
    let known = rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '/' | '共' | '页' | '第' | '，'));
    !rest.is_empty() && rest.chars().count() <= 10 && (known && digits > 0 || roman)
}
