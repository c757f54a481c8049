//! Which kind of file somebody hands in as evidence, told by its content alone:
//! what it is called and what its sender says of it are claims. What could carry
//! a program into an office is told apart as well, so that it can be refused by name.

use crate::{ReadError, package::Package};

/// A kind of file that holds evidence and runs nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileType {
    /// A PDF.
    Pdf,
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// Word since 2007.
    Docx,
    /// Excel since 2007.
    Xlsx,
    /// 版式文档 (GB/T 33190).
    Ofd,
    /// An OpenDocument text.
    Odt,
    /// Word 97 to 2003.
    Doc,
    /// Excel 97 to 2003.
    Xls,
    /// Plain text in UTF-8 or GBK, such as txt and csv.
    Text,
}

/// Why a file is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotEvidence {
    /// There is nothing in it.
    Empty,
    /// A program or a script.
    Program,
    /// A web page, which may hold scripts.
    Page,
    /// An SVG picture, which may hold scripts.
    Svg,
    /// An office file with macros or other active content.
    Macros,
    /// An archive: what is in it cannot be seen.
    Archive,
    /// An office file with a password: what is in it cannot be seen.
    Locked,
    /// It begins like a known kind and is not whole.
    Damaged,
    /// Anything else.
    Unknown,
}

/// The beginnings of files that are refused by name.
const REFUSED: [(&[u8], NotEvidence); 17] = [
    (b"MZ", NotEvidence::Program),
    (b"\x7FELF", NotEvidence::Program),
    (b"#!", NotEvidence::Program),
    (b"\xCA\xFE\xBA\xBE", NotEvidence::Program),
    (b"\xCF\xFA\xED\xFE", NotEvidence::Program),
    (b"\xCE\xFA\xED\xFE", NotEvidence::Program),
    (b"\xFE\xED\xFA\xCE", NotEvidence::Program),
    (b"\xFE\xED\xFA\xCF", NotEvidence::Program),
    (b"\x4C\x00\x00\x00\x01\x14\x02\x00", NotEvidence::Program), // a shortcut of Windows
    (b"Rar!", NotEvidence::Archive),
    (b"7z\xBC\xAF", NotEvidence::Archive),
    (b"\x1F\x8B", NotEvidence::Archive),
    (b"BZh", NotEvidence::Archive),
    (b"\xFD7zXZ\0", NotEvidence::Archive),
    (b"MSCF", NotEvidence::Archive),
    (b"MIME-Version:", NotEvidence::Page),
    (b"{\\rtf", NotEvidence::Unknown), // may carry objects that run
];

/// Tells the kind of a file.
pub fn recognise(bytes: &[u8]) -> Result<FileType, NotEvidence> {
    if bytes.is_empty() {
        return Err(NotEvidence::Empty);
    }
    let refused = REFUSED.iter().find(|(mark, _)| bytes.starts_with(mark));
    if let Some((_, why)) = refused {
        return Err(*why);
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Err(NotEvidence::Archive);
    }
    if bytes.starts_with(b"%PDF-") {
        return whole(ends_with_within(bytes, b"%%EOF", 2048), FileType::Pdf);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
        return whole(bytes.get(12..16) == Some(b"IHDR") && ends_with_within(bytes, b"IEND", 64), FileType::Png);
    }
    if bytes.starts_with(b"\xFF\xD8\xFF") {
        return whole(ends_with_within(bytes, b"\xFF\xD9", 64 * 1024), FileType::Jpeg);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return container(bytes);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return old_office(bytes);
    }
    text(bytes)
}

fn whole(is: bool, kind: FileType) -> Result<FileType, NotEvidence> {
    if is { Ok(kind) } else { Err(NotEvidence::Damaged) }
}

/// Whether the mark stands in the last bytes.
fn ends_with_within(bytes: &[u8], mark: &[u8], within: usize) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(within)..).unwrap_or_default();
    memchr::memmem::find(tail, mark).is_some()
}

/// docx, xlsx, odt and ofd are containers with parts of known names.
fn container(bytes: &[u8]) -> Result<FileType, NotEvidence> {
    let told = |error: ReadError| match error {
        ReadError::Encrypted => NotEvidence::Locked,
        _ => NotEvidence::Damaged,
    };
    let mut package = Package::open(bytes).map_err(told)?;
    let names: Vec<String> = package.names().iter().map(|name| name.to_lowercase().replace('\\', "/")).collect();
    // Parts that hold programs: VBA, Excel 4 macros, ActiveX, and the scripts of OpenDocument.
    let active = |name: &String| {
        name.ends_with("vbaproject.bin")
            || ["xl/macrosheets/", "word/activex/", "xl/activex/", "basic/", "scripts/"]
                .iter()
                .any(|p| name.starts_with(p))
            || [".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".hta", ".jar"]
                .iter()
                .any(|end| name.ends_with(end))
    };
    let office = package.has("[Content_Types].xml");
    let kinds = package.text("[Content_Types].xml").map_err(told)?.unwrap_or_default();
    let mimetype = package.text("mimetype").map_err(told)?.unwrap_or_default();
    let kind = match () {
        () if office && package.has("word/document.xml") => FileType::Docx,
        () if office && package.has("xl/workbook.xml") => FileType::Xlsx,
        () if package.has("OFD.xml") => FileType::Ofd,
        () if mimetype.trim() == "application/vnd.oasis.opendocument.text" && package.has("content.xml") => {
            FileType::Odt
        }
        () if office || mimetype.starts_with("application/vnd.oasis.") => return Err(NotEvidence::Unknown),
        () => return Err(NotEvidence::Archive),
    };
    if names.iter().any(active) || kinds.to_lowercase().contains("macroenabled") {
        return Err(NotEvidence::Macros);
    }
    Ok(kind)
}

/// doc and xls, by the names in the directory of the old container: each entry is
/// 128 bytes at a multiple of 128 and begins with its name in UTF-16.
fn old_office(bytes: &[u8]) -> Result<FileType, NotEvidence> {
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        bytes.chunks_exact(128).any(|entry| entry.starts_with(&wide))
    };
    match () {
        () if holds("EncryptedPackage") => Err(NotEvidence::Locked),
        () if holds("_VBA_PROJECT") || holds("_VBA_PROJECT_CUR") || holds("Macros") => Err(NotEvidence::Macros),
        () if holds("WordDocument") => Ok(FileType::Doc),
        () if holds("Workbook") || holds("Book") => Ok(FileType::Xls),
        () => Err(NotEvidence::Unknown),
    }
}

/// Text in UTF-8 or GBK without control characters, that is no page or script.
fn text(bytes: &[u8]) -> Result<FileType, NotEvidence> {
    let plain = |text: &str| !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n' | '\x0C'));
    let read = match std::str::from_utf8(bytes) {
        Ok(text) => std::borrow::Cow::Borrowed(text),
        Err(_) => {
            encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(bytes).ok_or(NotEvidence::Unknown)?
        }
    };
    if !plain(&read) {
        return Err(NotEvidence::Unknown);
    }
    let head: String = read.chars().take(4096).collect::<String>().to_lowercase();
    if head.contains("<svg") {
        return Err(NotEvidence::Svg);
    }
    let tags = ["<!doctype", "<html", "<head", "<body", "<script", "<iframe", "<?xml", "<?php"];
    if tags.iter().any(|tag| head.contains(tag)) {
        return Err(NotEvidence::Page);
    }
    Ok(FileType::Text)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// An old container whose directory has these names.
    fn old(names: &[&str]) -> Vec<u8> {
        let mut bytes = vec![0; 512];
        bytes.splice(0..8, *b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
        for name in names {
            let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            entry.resize(128, 0);
            bytes.extend(entry);
        }
        bytes
    }

    #[test]
    fn the_content_says_what_a_file_is() {
        const TYPES: &str = "[Content_Types].xml";
        let odt = "application/vnd.oasis.opendocument.text";
        let gbk = encoding_rs::GBK.encode("现场照片说明").0.into_owned();
        let utf16: Vec<u8> = "\u{FEFF}说明".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let cases: Vec<(Vec<u8>, Result<FileType, NotEvidence>)> = vec![
            (b"%PDF-1.7\n...\n%%EOF\n".to_vec(), Ok(FileType::Pdf)),
            (b"%PDF-1.7\n... cut".to_vec(), Err(NotEvidence::Damaged)),
            (b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR....IEND\xAEB`\x82".to_vec(), Ok(FileType::Png)),
            (b"\xFF\xD8\xFF\xE0....\xFF\xD9".to_vec(), Ok(FileType::Jpeg)),
            (packed(&[(TYPES, "<Types/>"), ("word/document.xml", "")]), Ok(FileType::Docx)),
            (packed(&[(TYPES, "<Types/>"), ("xl/workbook.xml", "")]), Ok(FileType::Xlsx)),
            (packed(&[("OFD.xml", "<ofd:OFD/>")]), Ok(FileType::Ofd)),
            (packed(&[("mimetype", odt), ("content.xml", "")]), Ok(FileType::Odt)),
            (packed(&[(TYPES, "<Types/>"), ("ppt/presentation.xml", "")]), Err(NotEvidence::Unknown)),
            (packed(&[("a.txt", "x")]), Err(NotEvidence::Archive)),
            (packed(&[(TYPES, ""), ("word/document.xml", ""), ("word/vbaProject.bin", "")]), Err(NotEvidence::Macros)),
            (
                packed(&[(TYPES, "application/vnd.ms-excel.sheet.macroEnabled.main+xml"), ("xl/workbook.xml", "")]),
                Err(NotEvidence::Macros),
            ),
            (packed(&[("mimetype", odt), ("content.xml", ""), ("Basic/a.xml", "")]), Err(NotEvidence::Macros)),
            (packed(&[(TYPES, ""), ("word/document.xml", "")]).split_at(60).0.to_vec(), Err(NotEvidence::Damaged)),
            (old(&["Root Entry", "WordDocument"]), Ok(FileType::Doc)),
            (old(&["Root Entry", "Workbook"]), Ok(FileType::Xls)),
            (old(&["WordDocument", "Macros"]), Err(NotEvidence::Macros)),
            (old(&["EncryptedPackage"]), Err(NotEvidence::Locked)),
            (old(&["Root Entry"]), Err(NotEvidence::Unknown)),
            ("期间,数值\n2023,12.5\n".as_bytes().to_vec(), Ok(FileType::Text)),
            (gbk, Ok(FileType::Text)),
            (utf16, Err(NotEvidence::Unknown)),
            (Vec::new(), Err(NotEvidence::Empty)),
            (b"MZ\x90\0".to_vec(), Err(NotEvidence::Program)),
            (b"\x7FELF".to_vec(), Err(NotEvidence::Program)),
            (b"#!/bin/sh\n".to_vec(), Err(NotEvidence::Program)),
            (b"<!DOCTYPE html><p>".to_vec(), Err(NotEvidence::Page)),
            (b"words <script>1</script>".to_vec(), Err(NotEvidence::Page)),
            (b"<svg xmlns='x'/>".to_vec(), Err(NotEvidence::Svg)),
            (b"<?xml version='1.0'?><svg/>".to_vec(), Err(NotEvidence::Svg)),
            (b"Rar!\x1A\x07".to_vec(), Err(NotEvidence::Archive)),
            (b"\x1F\x8B\x08".to_vec(), Err(NotEvidence::Archive)),
            (b"{\\rtf1}".to_vec(), Err(NotEvidence::Unknown)),
            (b"\0\x01\x02".to_vec(), Err(NotEvidence::Unknown)),
        ];
        for (bytes, expected) in cases {
            let shown = String::from_utf8_lossy(&bytes).chars().take(40).collect::<String>();
            assert_eq!(recognise(&bytes), expected, "{shown}");
        }
    }
}
