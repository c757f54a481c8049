//! A document as a Word file (Office Open XML), packed.

mod blocks;
pub mod page;
mod parts;
mod runs;
mod tables;
#[cfg(test)]
mod tests;

use std::io::{Cursor, Write as _};

use plan_model::ReportNumbers;
use sm3::{Digest as _, Sm3};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use self::blocks::Body;
use crate::{Document, ReportError};

/// A report as issued: the file, and what its numbers are.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The Word file.
    pub bytes: Vec<u8>,
    /// Its bound numbers, to be kept: a returned file is compared with them.
    pub numbers: ReportNumbers,
}

/// Writes a document as a Word file. The same document gives the same bytes.
///
/// # Errors
/// A table whose rows do not fit its columns; nothing is written then.
pub fn write_docx(document: &Document) -> Result<Issued, ReportError> {
    let body = Body::write(document)?;
    let digest = digest(&serde_json::to_vec(&(&body.numbers, &body.words, &body.passages))?);
    let names: Vec<String> = body.pictures.iter().map(|(name, _)| name.clone()).collect();
    let main = format!("{}<w:document {}><w:body>{}</w:body></w:document>", parts::HEAD, parts::NAMESPACES, body.xml);
    let texts = [
        ("[Content_Types].xml", parts::content_types()),
        ("_rels/.rels", parts::package_relations()),
        ("word/document.xml", main),
        ("word/_rels/document.xml.rels", parts::document_relations(&names)),
        ("word/styles.xml", parts::styles()),
        ("word/settings.xml", parts::settings()),
        ("word/fontTable.xml", parts::font_table()),
        ("word/footer1.xml", parts::footer(true)),
        ("word/footer2.xml", parts::footer(false)),
        ("docProps/core.xml", parts::core_properties(&document.title)),
        ("docProps/app.xml", parts::app_properties()),
        ("docProps/custom.xml", parts::custom_properties(&document.assessment, &digest)),
    ];
    // Without a time of day in it, the same report is the same file.
    let packed = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in &texts {
        zip.start_file(*name, packed)?;
        zip.write_all(text.as_bytes())?;
    }
    for (name, bytes) in &body.pictures {
        zip.start_file(format!("word/media/{name}"), packed)?;
        zip.write_all(bytes)?;
    }
    let bytes = zip.finish()?.into_inner();
    let numbers = ReportNumbers {
        assessment: document.assessment.clone(),
        digest,
        numbers: body.numbers,
        words: body.words,
        passages: body.passages,
        literals: Vec::new(),
    };
    Ok(Issued { bytes, numbers })
}

/// SM3 in hexadecimal.
fn digest(bytes: &[u8]) -> String {
    Sm3::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
