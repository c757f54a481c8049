//! What a file is, told by its content. Names lie: a web page saved as `.doc`
//! and a workbook renamed to `.docx` are daily business.

use memchr::memmem;

/// What a file seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A zip container: docx, xlsx, odt, ofd or an archive.
    Zip,
    /// The container of old office files and of encrypted new ones.
    Cfb,
    /// A web page.
    Html,
    /// A PDF.
    Pdf,
    /// Anything else that may be text.
    Text,
    /// A kind that is not read: its name and what to do.
    Other(&'static str, &'static str),
}

/// Beginnings of files that are not read, with their names and what to do.
const OTHERS: [(&[u8], &str, &str); 11] = [
    (b"{\\rtf", "RTF", "请用办公软件另存为 docx 后导入"),
    (b"\x89PNG", "PNG 图片", OCR),
    (b"\xFF\xD8\xFF", "JPEG 图片", OCR),
    (b"GIF8", "GIF 图片", OCR),
    (b"II*\0", "TIFF 图片", OCR),
    (b"MM\0*", "TIFF 图片", OCR),
    (b"Rar!", "RAR 压缩包", UNPACK),
    (b"7z\xBC\xAF", "7z 压缩包", UNPACK),
    (b"\x1F\x8B", "gzip 压缩包", UNPACK),
    (b"MIME-Version:", "单一文件网页（mht）", "请在浏览器中另存为 html，或复制正文另存为 docx 后导入"),
    (b"\x7FELF", "程序文件", "请检查是否选错了文件"),
];
const OCR: &str = "图片里没有文字，请先做文字识别（OCR），再导入识别出的文字";
const UNPACK: &str = "请解压后逐个导入里面的文件";

/// Tells the kind of a file.
pub(crate) fn kind(name: &str, bytes: &[u8]) -> Kind {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Kind::Zip;
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Kind::Cfb;
    }
    if let Some((_, found, hint)) = OTHERS.iter().find(|(mark, ..)| bytes.starts_with(mark)) {
        return Kind::Other(found, hint);
    }
    let head = bytes.get(..bytes.len().min(2048)).unwrap_or_default();
    // Some writers put a few bytes in front.
    if memmem::find(head.get(..head.len().min(1024)).unwrap_or_default(), b"%PDF-").is_some() {
        return Kind::Pdf;
    }
    // UTF-16 pages show their tags when the zero bytes are left out.
    let head: Vec<u8> = head.iter().filter(|b| **b != 0).map(u8::to_ascii_lowercase).collect();
    if memmem::find(&head, b"progid=\"word.document\"").is_some() || memmem::find(&head, b"<w:worddocument").is_some() {
        return Kind::Other("Word 2003 XML", "请用办公软件另存为 docx 后导入");
    }
    let tags: [&[u8]; 5] = [b"<!doctype html", b"<html", b"<head", b"<body", b"<meta "];
    let tagged = tags.iter().any(|tag| memmem::find(&head, tag).is_some());
    let named = [".html", ".htm", ".shtml"].iter().any(|end| name.to_lowercase().ends_with(end));
    let block_tags: [&[u8]; 4] = [b"<p", b"<div", b"<table", b"<br"];
    if tagged || named && block_tags.iter().any(|tag| memmem::find(&head, tag).is_some()) {
        return Kind::Html;
    }
    Kind::Text
}

/// What an old container holds: `EncryptedPackage` for a docx or xlsx with a
/// password, `WordDocument` for doc, `Workbook` for xls. Its names are UTF-16.
pub(crate) fn cfb_holds(bytes: &[u8], stream: &str) -> bool {
    let wide: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
    memmem::find(bytes, &wide).is_some()
}
