//! Text inside a paragraph: words and bound numbers.

use plan_model::MARK_PREFIX;

use super::blocks::Body;
use crate::{
    document::{Number, Run},
    xml::escape,
};

/// Word cuts the title of a content control here.
const TITLE_CHARS: usize = 60;

impl Body {
    /// The XML of these runs; `properties` are those of their characters.
    pub(super) fn runs(&mut self, runs: &[Run], properties: &str) -> String {
        runs.iter()
            .map(|run| match run {
                Run::Text(text) => text_run(text, properties),
                Run::Strong(text) => text_run(text, &format!("{properties}<w:b/>")),
                Run::Number(number) => self.number(number, properties),
            })
            .collect()
    }

    /// A bound number: a content control, which Word keeps when its words are
    /// typed over, inside a bookmark, which every other program keeps.
    fn number(&mut self, number: &Number, properties: &str) -> String {
        let count = self.numbers.len() + 1;
        let mark = format!("{MARK_PREFIX}{count:05}");
        let words = number.words();
        let period = number.period.map(|p| format!(" {p}")).unwrap_or_default();
        let source = if number.source.is_empty() { String::new() } else { format!(" {}", number.source) };
        let title: String = format!("{}{period}{source}", number.name).chars().take(TITLE_CHARS).collect();
        self.numbers.push(number.bound(mark.clone(), self.part()));
        format!(
            r#"<w:bookmarkStart w:id="{count}" w:name="{mark}"/><w:sdt><w:sdtPr><w:alias w:val="{}"/><w:tag w:val="{mark}"/><w:id w:val="{}"/><w:lock w:val="sdtLocked"/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt><w:bookmarkEnd w:id="{count}"/>"#,
            escape(&title),
            1_000_000 + count,
            text_run(&words, properties)
        )
    }
}

/// A run of one look.
pub(super) fn text_run(text: &str, properties: &str) -> String {
    let look = if properties.is_empty() { String::new() } else { format!("<w:rPr>{properties}</w:rPr>") };
    format!(r#"<w:r>{look}<w:t xml:space="preserve">{}</w:t></w:r>"#, escape(text))
}
