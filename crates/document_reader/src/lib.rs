//! Bytes of a document → its lines, headings, boxes and tables, with positions.
//!
//! This crate does not know what a plan or a target is. It turns a file into a
//! [`Source`]: the text as written, line by line (a paragraph of a Word file is
//! a line), what part each line plays, and the problems met on the way. An odd
//! document is read as far as it goes; only a file that cannot be read at all
//! is an error.

mod detect;
mod doc;
mod docx;
mod flow_table;
mod html;
mod layout;
mod md;
mod odt;
mod ofd;
mod package;
mod pdf;
mod recognise;
mod source;
mod structure;
mod txt;
mod xlsx;
mod xml;

pub use docx::{Mark, MarkKind};
pub use recognise::{FileType, NotEvidence, recognise};
pub use source::{CellPlace, Format, Heading, HeadingStyle, Line, Role, Source, Table};
pub use structure::Hint;
pub use xlsx::cells::{CellKind, WorkbookCell, WorkbookSheet};

use std::collections::BTreeMap;

/// The largest file that is read, in bytes. A five-year plan is under 1 MB of
/// text; what is larger is not one, or carries pictures that are not needed.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What is read, for messages.
const SUPPORTED: &str = "请导入 txt、md、html、docx、doc、odt、ofd、pdf 或 xlsx 文件";

/// Why a file could not be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is nothing in it.
    #[error("文件是空的；请检查是否选错了文件")]
    Empty,
    /// It is larger than [`MAX_BYTES`].
    #[error("文件有 {bytes} 字节，超过上限 {limit} 字节；请去掉图片或拆分后再导入")]
    TooLarge {
        /// The size met.
        bytes: usize,
        /// The size allowed.
        limit: usize,
    },
    /// It is of a kind that is not read.
    #[error("不认识的文件格式（{found}）；{hint}")]
    UnknownFormat {
        /// What it seems to be.
        found: String,
        /// What to do.
        hint: String,
    },
    /// It claims a format but is damaged.
    #[error("文件已损坏：{detail}；请重新导出后再导入")]
    Damaged {
        /// What is wrong.
        detail: String,
    },
    /// It would grow beyond all measure when read.
    #[error("文件展开后过大，已停止读取：{detail}；请确认文件来源，用办公软件打开后另存再导入")]
    Bomb {
        /// What was met.
        detail: String,
    },
    /// It can only be opened with a password.
    #[error("文件设有打开密码；请在办公软件中输入密码打开，取消密码后另存再导入")]
    Encrypted,
}

/// Reads a document. The format is told by the content, and by the ending of
/// `name` only where the content leaves it open.
///
/// # Errors
/// A file that is empty, too large, damaged, encrypted or of a kind that is not
/// read. What is odd about a readable file is in [`Source::problems`].
pub fn read(name: &str, bytes: &[u8]) -> Result<Source, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES });
    }
    match detect::kind(name, bytes) {
        detect::Kind::Zip => read_zip(bytes),
        detect::Kind::Cfb => read_cfb(bytes),
        detect::Kind::Html => html::read(bytes),
        detect::Kind::Pdf => pdf::read(bytes),
        detect::Kind::Text if named(name, &[".md", ".markdown"]) => md::read(bytes),
        detect::Kind::Text => txt::read(bytes),
        detect::Kind::Other(found, hint) => {
            Err(ReadError::UnknownFormat { found: found.to_owned(), hint: hint.to_owned() })
        }
    }
}

/// A Word document with its named places and properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The document, as [`read`] gives it.
    pub source: Source,
    /// The places, in the order of the text.
    pub marks: Vec<Mark>,
    /// The properties that its writer gave it, by their names.
    pub properties: BTreeMap<String, String>,
}

/// Reads a Word document with the content controls and bookmarks whose names
/// begin with `prefix`, and its custom properties.
///
/// # Errors
/// As [`read`]; also a file that is no Word document (docx).
pub fn read_marked(bytes: &[u8], prefix: &str) -> Result<Marked, ReadError> {
    let unknown = |found: &str| ReadError::UnknownFormat {
        found: found.to_owned(),
        hint: "请用办公软件另存为 docx 后再交回".to_owned(),
    };
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES });
    }
    match detect::kind("", bytes) {
        detect::Kind::Zip => {}
        detect::Kind::Cfb if detect::cfb_holds(bytes, "EncryptedPackage") => return Err(ReadError::Encrypted),
        _ => return Err(unknown("不是 docx 文件")),
    }
    let mut package = package::Package::open(bytes)?;
    let main = main_part(&mut package)?;
    let Some(main) = main.filter(|m| package.has(m) && m.starts_with("word/") && m.ends_with(".xml")) else {
        return Err(unknown("不是 Word 文档"));
    };
    let (source, marks) = docx::read_marked(&mut package, &main, Some(prefix))?;
    Ok(Marked { source, marks, properties: properties(&mut package)? })
}

/// Reads every cell of a workbook, hidden sheets included: for a form that comes
/// back filled. [`read`] is for what people wrote as a document.
///
/// # Errors
/// As [`read`]; also a file that is no workbook (xlsx).
pub fn read_workbook(bytes: &[u8]) -> Result<Vec<WorkbookSheet>, ReadError> {
    let unknown = |found: &str| ReadError::UnknownFormat {
        found: found.to_owned(),
        hint: "请用办公软件另存为 xlsx 后再上传".to_owned(),
    };
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES });
    }
    match detect::kind("", bytes) {
        detect::Kind::Zip if package::Package::open(bytes)?.has("xl/workbook.xml") => {
            xlsx::cells::read(bytes, xlsx::cells::MAX_CELLS)
        }
        detect::Kind::Cfb if detect::cfb_holds(bytes, "EncryptedPackage") => Err(ReadError::Encrypted),
        detect::Kind::Cfb => Err(unknown("Excel 97-2003 工作簿（xls）或其他旧格式")),
        _ => Err(unknown("不是 xlsx 工作簿")),
    }
}

/// The custom properties of a file: what a program or a person wrote about it.
fn properties(package: &mut package::Package<'_>) -> Result<BTreeMap<String, String>, ReadError> {
    let mut found = BTreeMap::new();
    if let Some(text) = package.text("docProps/custom.xml")? {
        let mut open: Option<(String, String)> = None;
        xml::walk(&text, "docProps/custom.xml", |node| {
            match node {
                xml::Node::Open("property", start) => {
                    open = xml::attribute(start, "name").map(|name| (name, String::new()));
                }
                xml::Node::Text(text) => open.iter_mut().for_each(|(_, value)| value.push_str(text)),
                xml::Node::Close("property") => found.extend(open.take()),
                _ => {}
            }
            Ok(())
        })?;
    }
    Ok(found)
}

fn named(name: &str, ends: &[&str]) -> bool {
    let name = name.to_lowercase();
    ends.iter().any(|end| name.ends_with(end))
}

/// A zip container is told by the parts in it.
fn read_zip(bytes: &[u8]) -> Result<Source, ReadError> {
    let mut package = package::Package::open(bytes)?;
    if package.has("xl/workbook.xml") {
        return xlsx::read(bytes);
    }
    if package.has("OFD.xml") {
        return ofd::read(&mut package);
    }
    let kind = package.text("mimetype")?.unwrap_or_default();
    if kind.trim().starts_with("application/vnd.oasis.opendocument.text") {
        return odt::read(&mut package);
    }
    // Some writers give the main part another name; the file's relations tell it.
    let main = main_part(&mut package)?;
    if let Some(main) = main.filter(|m| package.has(m) && m.ends_with(".xml") && !m.starts_with("ppt/")) {
        return docx::read(&mut package, &main);
    }
    let (found, hint) = if package.has("ppt/presentation.xml") {
        ("演示文稿", "请把需要的文字另存为 docx 后导入")
    } else if kind.contains("opendocument.spreadsheet") {
        ("OpenDocument 表格（ods）", "请用办公软件另存为 xlsx 后导入")
    } else if package.has("[Content_Types].xml") {
        return Err(ReadError::Damaged { detail: "容器里没有文档正文".to_owned() });
    } else {
        ("zip 压缩包", "请解压后逐个导入里面的文件")
    };
    Err(ReadError::UnknownFormat { found: found.to_owned(), hint: hint.to_owned() })
}

/// The main part as the package's relations name it, else where Word puts it.
fn main_part(package: &mut package::Package<'_>) -> Result<Option<String>, ReadError> {
    let mut target = None;
    if let Some(relations) = package.text("_rels/.rels")? {
        xml::walk(&relations, "_rels/.rels", |node| {
            if let xml::Node::Open("Relationship", start) = node {
                let kind = xml::attribute(start, "Type").unwrap_or_default();
                if kind.ends_with("/officeDocument") {
                    target = xml::attribute(start, "Target").map(|t| t.trim_start_matches('/').to_owned());
                }
            }
            Ok(())
        })?;
    }
    Ok(target.or_else(|| package.has("word/document.xml").then(|| "word/document.xml".to_owned())))
}

/// The container of old office files.
fn read_cfb(bytes: &[u8]) -> Result<Source, ReadError> {
    let unknown =
        |found: &str, hint: &str| Err(ReadError::UnknownFormat { found: found.to_owned(), hint: hint.to_owned() });
    if detect::cfb_holds(bytes, "EncryptedPackage") {
        Err(ReadError::Encrypted)
    } else if detect::cfb_holds(bytes, "WordDocument") {
        doc::read(bytes)
    } else if detect::cfb_holds(bytes, "Workbook") || detect::cfb_holds(bytes, "Book") {
        unknown("Excel 97-2003 工作簿（xls）", "请用办公软件另存为 xlsx 后导入")
    } else {
        unknown("OLE 复合文件", SUPPORTED)
    }
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
