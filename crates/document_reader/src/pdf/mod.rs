//! PDF: the text layer, put back into paragraphs and rows.
//!
//! A page that is a picture has no text layer; it is reported with its number.
//! Where fonts do not tell which characters they show, poppler's `pdftotext` is
//! asked if it is installed.

mod cmap;
mod content;
mod fonts;
mod poppler;

use lopdf::{Document, Error, LoadOptions};
use plan_model::{Place, Problem};

use self::content::Interpreter;
use crate::{
    ReadError,
    layout::{self, Page},
    source::{Format, Source},
    structure,
};

/// More pages than this are not a plan.
const MAX_PAGES: usize = 3_000;
/// The most bytes a part may take unpacked.
const MAX_PART: usize = 64 * 1024 * 1024;

/// Reads a PDF.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadError> {
    let mut problems = Vec::new();
    let pages = match read_pages(bytes, &mut problems) {
        Ok(pages) => pages,
        Err(ReadError::Damaged { detail }) => match poppler::pages(bytes) {
            Ok(pages) => {
                problems.push(Problem::new(
                    "pdf-repaired",
                    Place::Whole,
                    format!("文件结构有误（{detail}），已由 pdftotext 读取"),
                    "请核对文字有无缺漏",
                ));
                pages
            }
            Err(_) => return Err(ReadError::Damaged { detail }),
        },
        Err(other) => return Err(other),
    };
    for (number, page) in (1..).zip(&pages) {
        if page.runs.is_empty() && problems.len() < 200 {
            problems.push(Problem::new(
                "page-without-text",
                Place::Page(number),
                format!("第 {number} 页没有文字层，可能是扫描图片"),
                "请对这一页做文字识别（OCR）后重新导入，或补录其内容；如是空白页可不处理",
            ));
        }
    }
    let lines = layout::lines(&pages, &mut problems);
    Ok(structure::assemble(Format::Pdf, "UTF-8".to_owned(), lines, problems))
}

/// What stands on each page, read by ourselves or, where the fonts are silent,
/// by poppler.
fn read_pages(bytes: &[u8], problems: &mut Vec<Problem>) -> Result<Vec<Page>, ReadError> {
    let options = LoadOptions { max_decompressed_size: Some(MAX_PART), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(|e| read_error(&e))?;
    if document.is_encrypted() {
        return Err(ReadError::Encrypted);
    }
    let ids: Vec<_> = document.page_iter().take(MAX_PAGES + 1).collect();
    if ids.is_empty() {
        return Err(ReadError::Damaged { detail: "文件里没有页面".to_owned() });
    }
    if ids.len() > MAX_PAGES {
        return Err(ReadError::Bomb { detail: format!("超过 {MAX_PAGES} 页") });
    }
    let mut interpreter = Interpreter::new(&document);
    let mut pages = Vec::with_capacity(ids.len());
    for (number, id) in (1..).zip(ids) {
        pages.push(interpreter.page(id).unwrap_or_else(|| {
            problems.push(Problem::new(
                "page-damaged",
                Place::Page(number),
                format!("第 {number} 页的内容无法读取"),
                "请重新导出 PDF 后再导入",
            ));
            Page::default()
        }));
    }
    // A few signs without text are bullets and ornaments; more are words.
    if interpreter.unmapped * 50 > interpreter.shown {
        match poppler::pages(bytes) {
            Ok(other) if characters(&other) >= characters(&pages) => return Ok(other),
            Ok(_) => {}
            Err(why) => problems.push(Problem::new(
                "fonts-without-text",
                Place::Whole,
                format!("有 {} 个字符的字体没有说明对应的文字（{why}）", interpreter.unmapped),
                "请用原编辑软件另存为 docx 后导入；或安装 poppler-utils（apt install poppler-utils）后重试",
            )),
        }
    }
    Ok(pages)
}

fn characters(pages: &[Page]) -> usize {
    let count =
        |text: &str| text.chars().filter(|c| !('\u{e000}'..='\u{f8ff}').contains(c) && *c != '\u{fffd}').count();
    pages.iter().flat_map(|p| &p.runs).map(|r| count(&r.text)).sum()
}

fn read_error(error: &Error) -> ReadError {
    match error {
        Error::InvalidPassword | Error::Decryption(_) | Error::UnsupportedSecurityHandler(_) => ReadError::Encrypted,
        Error::Decompress(e) => ReadError::Bomb { detail: e.to_string() },
        other => ReadError::Damaged { detail: format!("PDF 结构无法读取（{other}）") },
    }
}

#[cfg(test)]
mod tests;
