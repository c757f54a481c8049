//! What is taken as evidence and what is not.

use document_reader::{FileType, NotEvidence, recognise};

/// The most characters of a file's name.
const MOST_NAME: usize = 120;

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusedFile {
    /// Its content is of no kind that is taken.
    #[error("{}", words(*.0))]
    Content(NotEvidence),
    /// It is larger than is taken.
    #[error("文件超过 {limit_mb} MB；请压缩图片或分成几份")]
    TooLarge {
        /// The most, in megabytes.
        limit_mb: u32,
    },
    /// It is called something that it is not.
    #[error("文件名以“.{named}”结尾，内容却是{is}；请核对是否选错了文件，或改正文件名")]
    Misnamed {
        /// The ending of its name.
        named: String,
        /// What it is, in Chinese.
        is: &'static str,
    },
}

fn words(why: NotEvidence) -> &'static str {
    match why {
        NotEvidence::Empty => "文件是空的；请检查是否选错了文件",
        NotEvidence::Program => "这是程序或脚本；佐证材料只收文档、表格和图片",
        NotEvidence::Page => "这是网页或可能含有脚本；请打印为 PDF 后再传",
        NotEvidence::Svg => "SVG 图片可能含有脚本；请另存为 PNG 或 PDF 后再传",
        NotEvidence::Macros => "文件含有宏或其他可执行内容；请另存为不含宏的文件后再传",
        NotEvidence::Archive => "这是压缩包；请解压后逐个上传",
        NotEvidence::Locked => "文件有打开密码；请去掉密码后再传",
        NotEvidence::Damaged => "文件不完整或已损坏；请重新导出后再传",
        NotEvidence::Unknown => "不收这种文件；请用 pdf、png、jpg、docx、xlsx、ofd、odt、doc、xls、txt、csv",
    }
}

impl RefusedFile {
    /// The stable code word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "evidence-too-large",
            Self::Misnamed { .. } => "evidence-misnamed",
            Self::Content(why) => match why {
                NotEvidence::Empty => "evidence-empty",
                NotEvidence::Program => "evidence-program",
                NotEvidence::Page => "evidence-page",
                NotEvidence::Svg => "evidence-svg",
                NotEvidence::Macros => "evidence-macros",
                NotEvidence::Archive => "evidence-archive",
                NotEvidence::Locked => "evidence-locked",
                NotEvidence::Damaged => "evidence-damaged",
                NotEvidence::Unknown => "evidence-unknown",
            },
        }
    }
}

/// What a kind of file is called, the endings its name may have (the usual one
/// first), and its media type.
fn kind(of: FileType) -> (&'static str, &'static [&'static str], &'static str) {
    match of {
        FileType::Pdf => ("PDF", &["pdf"], "application/pdf"),
        FileType::Png => ("PNG 图片", &["png"], "image/png"),
        FileType::Jpeg => ("JPEG 图片", &["jpg", "jpeg"], "image/jpeg"),
        FileType::Docx => {
            let media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
            ("Word 文档（docx）", &["docx"], media)
        }
        FileType::Xlsx => {
            ("Excel 表格（xlsx）", &["xlsx"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        }
        FileType::Ofd => ("OFD 版式文档", &["ofd"], "application/ofd"),
        FileType::Odt => ("ODT 文档", &["odt"], "application/vnd.oasis.opendocument.text"),
        FileType::Doc => ("Word 文档（doc）", &["doc", "wps"], "application/msword"),
        FileType::Xls => ("Excel 表格（xls）", &["xls", "et"], "application/vnd.ms-excel"),
        FileType::Text => ("文本", &["txt", "csv"], "text/plain"),
    }
}

/// A file as it was sent.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

/// A file that is taken: its cleaned name, and its media type by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The name, with the ending its content has.
    pub name: String,
    /// The media type.
    pub media_type: &'static str,
}

/// Looks at a file: what it is says its content, and its name must not say otherwise.
pub fn look(sent: Sent<'_>, limit_mb: u32) -> Result<Taken, RefusedFile> {
    let limit = usize::try_from(limit_mb).unwrap_or(usize::MAX).saturating_mul(1024 * 1024);
    if sent.bytes.len() > limit {
        return Err(RefusedFile::TooLarge { limit_mb });
    }
    let (is, endings, media_type) = kind(recognise(sent.bytes).map_err(RefusedFile::Content)?);
    let name = clean(sent.name);
    let usual = endings.first().copied().unwrap_or_default();
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem, ending.to_lowercase()),
        _ => (name.as_str(), usual.to_owned()),
    };
    if !endings.contains(&ending.as_str()) {
        return Err(RefusedFile::Misnamed { named: ending, is });
    }
    let stem: String = stem.chars().take(MOST_NAME).collect();
    let stem = if stem.is_empty() { "佐证材料" } else { stem.as_str() };
    let media_type = if ending == "csv" { "text/csv" } else { media_type };
    Ok(Taken { name: format!("{stem}.{ending}"), media_type })
}

/// A name without folders, control characters and marks that turn the direction of
/// writing, by which `fdp.exe` can be made to look like a PDF.
fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns = |c: &char| matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
    let kept: String = last.chars().filter(|c| !c.is_control() && !turns(c) && !matches!(c, '"' | '<' | '>')).collect();
    kept.trim().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_cleaned_and_must_not_claim_another_type() {
        let pdf = b"%PDF-1.7\n%%EOF".as_slice();
        let text = "期间,数值\n".as_bytes();
        let name = |name: &str, bytes: &[u8]| look(Sent { name, bytes }, 1).map(|taken| taken.name);
        for (sent, bytes, kept) in [
            ("a.pdf", pdf, "a.pdf"),
            ("C:\\资料\\验收报告.PDF", pdf, "验收报告.pdf"),
            ("扫描件", pdf, "扫描件.pdf"),
            ("\u{202E}说明\r\n.txt", text, "说明.txt"),
            ("", text, "佐证材料.txt"),
            ("表.csv", text, "表.csv"),
        ] {
            assert_eq!(name(sent, bytes).as_deref(), Ok(kept), "{sent}");
        }
        for (sent, bytes) in [("a.png", pdf), ("a.exe", pdf), ("run.bat", text), ("页.html", text)] {
            assert_eq!(name(sent, bytes).unwrap_err().code(), "evidence-misnamed", "{sent}");
        }
        let large = [pdf, &[b' '; 1024 * 1024]].concat();
        assert_eq!(name("a.pdf", &large).unwrap_err().code(), "evidence-too-large");
        assert_eq!(look(Sent { name: "表.csv", bytes: text }, 1).unwrap().media_type, "text/csv");
    }
}
