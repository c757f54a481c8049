//! What must hold of whatever is read, and containers around random parts.

use std::io::{Cursor, Write};

use document_reader::Source;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Reads a file and checks what comes out of it.
pub fn read(name: &str, bytes: &[u8]) {
    if let Ok(source) = document_reader::read(name, bytes) {
        check(&source);
    }
}

/// Every place a source names is in it.
fn check(source: &Source) {
    let count = source.lines.len() as u32;
    let mut last = 0;
    for heading in &source.headings {
        assert!(heading.line > last && heading.line <= count, "{heading:?} of {count} lines");
        assert!(heading.level > 0, "{heading:?}");
        last = heading.line;
    }
    for table in &source.tables {
        assert!(table.first_line > 0 && table.first_line + table.rows.len() as u32 - 1 <= count, "{table:?}");
    }
    for line in &source.lines {
        let chars = line.text.chars().count() as u32;
        assert!(line.body_start <= chars, "{line:?}");
        assert!(line.glued_box.is_none_or(|at| at < chars), "{line:?}");
        assert!(!line.text.contains('\n'), "{line:?}");
        for (start, cell) in line.cells() {
            let found: String = line.text.chars().skip(start as usize).take(cell.chars().count()).collect();
            assert_eq!(found, cell, "{line:?}");
        }
    }
}

/// A container of these parts, random bytes cut at their `\0\0` between them.
pub fn container(fixed: &[(&str, &[u8])], names: &[&str], data: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut add = |name: &str, bytes: &[u8]| {
        zip.start_file(name, options).expect("a new part");
        zip.write_all(bytes).expect("memory");
    };
    for (name, bytes) in fixed {
        add(name, bytes);
    }
    let mut rest = data;
    for name in names {
        let cut = rest.windows(2).position(|w| w == [0, 0]);
        let (part, after) = rest.split_at(cut.unwrap_or(rest.len()));
        add(name, part);
        rest = after.get(2..).unwrap_or_default();
    }
    zip.finish().expect("a container").into_inner()
}
