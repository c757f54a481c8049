//! Markdown: headings, tables and lists by their marks, which are left out of
//! the text.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::{
    ReadError,
    source::{Format, Source},
    structure::{self, Hint, Raw},
    txt,
};

/// Reads Markdown.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadError> {
    let decoded = txt::decode(bytes)?;
    let problems =
        if decoded.damaged { vec![txt::bad_characters(&decoded.text, &decoded.encoding)] } else { Vec::new() };
    let mut walk = Walk::default();
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    for event in Parser::new_ext(&decoded.text, options) {
        walk.step(event);
    }
    walk.flush(Hint::None);
    Ok(structure::assemble(Format::Md, decoded.encoding, walk.lines, problems))
}

#[derive(Default)]
struct Walk {
    lines: Vec<Raw>,
    line: String,
    /// The cells of the open row.
    cells: Option<Vec<String>>,
    /// The next numbers of the open lists; `None` for bullets.
    lists: Vec<Option<u64>>,
    in_note: bool,
    in_code: bool,
}

impl Walk {
    fn flush(&mut self, hint: Hint) {
        let text = std::mem::take(&mut self.line);
        let text = text.trim();
        if !text.is_empty() {
            let hint = if self.in_note { Hint::Footnote } else { hint };
            self.lines.push((text.to_owned(), hint));
        }
    }

    fn step(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) if self.in_code => {
                for line in text.split('\n') {
                    self.line.push_str(line);
                    self.flush(Hint::None);
                }
            }
            Event::Text(text) | Event::Code(text) => self.line.push_str(&text),
            Event::InlineHtml(tag) if tag.starts_with("<br") => self.new_line(),
            Event::HardBreak => self.new_line(),
            Event::SoftBreak
                // A wrapped line of Chinese goes on without a space.
                if self.line.ends_with(|c: char| c.is_ascii_alphanumeric()) => {
                    self.line.push(' ');
                }
            Event::Start(tag) => self.open(&tag),
            Event::End(tag) => self.close(tag),
            _ => {}
        }
    }

    fn new_line(&mut self) {
        if self.cells.is_none() { self.flush(Hint::None) } else { self.line.push(' ') }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::List(first) => {
                self.flush(Hint::None);
                self.lists.push(*first);
            }
            Tag::Item => {
                self.flush(Hint::None);
                if let Some(Some(number)) = self.lists.last_mut() {
                    self.line = format!("{number}. ");
                    *number = number.saturating_add(1);
                }
            }
            Tag::TableHead | Tag::TableRow => self.cells = Some(Vec::new()),
            Tag::FootnoteDefinition(_) => self.in_note = true,
            Tag::CodeBlock(_) => self.in_code = true,
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.flush(Hint::Heading(depth(level))),
            TagEnd::Paragraph | TagEnd::Item => self.flush(Hint::None),
            TagEnd::List(_) => {
                self.flush(Hint::None);
                self.lists.pop();
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.line).replace('\t', " ").trim().to_owned();
                if let Some(cells) = &mut self.cells {
                    cells.push(cell);
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                if let Some(cells) = self.cells.take() {
                    self.lines.push((cells.join("\t"), Hint::TableRow));
                }
            }
            TagEnd::FootnoteDefinition => {
                self.flush(Hint::None);
                self.in_note = false;
            }
            TagEnd::CodeBlock => self.in_code = false,
            _ => {}
        }
    }
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::shown;

    #[test]
    fn marks_become_parts() {
        let cases: &[(&str, &[&str])] = &[
            ("# 规划\n\n## 一、目标\n\n到2025年，\n建成**渔港**。", &["h1 规划", "h2 目标", "p: 到2025年，建成渔港。"]),
            ("| 指标 | 单位 |\n|---|---|\n| 渔港 | 座 |", &["TableRow: 指标 | 单位", "TableRow: 渔港 | 座"]),
            (
                "3. 建港，扩容。\n4. 建库，扩容。\n\n- 其他，事项",
                &["p: 3. 建港，扩容。", "p: 4. 建库，扩容。", "p: 其他，事项"],
            ),
            ("甲[链接](x)`码`  \n乙&amp;\n", &["p: 甲链接码", "p: 乙&"]),
            ("产值[^1]。\n\n[^1]: 现价。", &["p: 产值。", "Footnote: 现价。"]),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(&crate::read("a.md", text.as_bytes()).unwrap()), *expected, "{text}");
        }
    }
}
