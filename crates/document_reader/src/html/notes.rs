//! Footnotes of web pages as office programs write them: a link in the text, and
//! the note at the end of the page.

use html5gum::StartTag;

/// Beginnings of the names that Word, WPS and LibreOffice give to notes.
const NAMES: [&str; 8] = ["sdfootnote", "sdendnote", "ftn", "_ftn", "edn", "_edn", "footnote", "endnote"];

/// Whether an element is the note itself.
pub(super) fn is_note(tag: &StartTag<()>) -> bool {
    let class = value(tag, "class").to_lowercase();
    is_name(&value(tag, "id")) || class.contains("msofootnotetext") || class.contains("msoendnotetext")
}

/// Whether a link leads to a note.
pub(super) fn is_reference(tag: &StartTag<()>) -> bool {
    value(tag, "href").strip_prefix('#').is_some_and(is_name)
}

/// Whether a text is the mark of a note: `1`, `[1]`, `①`, `*`.
pub(super) fn is_mark(text: &str) -> bool {
    let text = text.trim();
    let sign = |c: char| c.is_ascii_digit() || ('①'..='⑳').contains(&c) || matches!(c, '[' | ']' | '*' | '(' | ')');
    let roman = |c: char| matches!(c, 'i' | 'v' | 'x');
    text.chars().count() <= 6 && (text.chars().all(sign) || text.chars().all(roman))
}

/// `sdfootnote1`, `_ftn12`.
fn is_name(name: &str) -> bool {
    let rest = NAMES.iter().find_map(|start| name.strip_prefix(start));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn value(tag: &StartTag<()>, name: &str) -> String {
    tag.attributes.get(name.as_bytes()).map(|v| String::from_utf8_lossy(v).into_owned()).unwrap_or_default()
}
