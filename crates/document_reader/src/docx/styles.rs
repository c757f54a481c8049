//! Paragraph styles: which are headings, contents entries or numbered.

use std::collections::HashMap;

use crate::{
    ReadError,
    xml::{self, Node},
};

/// What matters of a paragraph style.
#[derive(Debug, Clone, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    numbering: Option<String>,
    numbering_level: Option<u8>,
}

/// The styles of a document by their ids.
#[derive(Debug, Default)]
pub(crate) struct Styles(HashMap<String, Style>);

/// What a style says of its paragraphs, its ancestors' word included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// Depth as a heading from 1; `None` for body text.
    pub(crate) heading: Option<u8>,
    /// An entry of the table of contents.
    pub(crate) contents: bool,
    /// The numbering it uses.
    pub(crate) numbering: Option<String>,
    /// The level of the numbering, from 0.
    pub(crate) numbering_level: Option<u8>,
}

impl Styles {
    /// Reads `word/styles.xml`.
    pub(crate) fn read(text: &str) -> Result<Self, ReadError> {
        let mut styles = HashMap::new();
        let mut current: Option<(String, Style)> = None;
        xml::walk(text, "word/styles.xml", |node| {
            match node {
                Node::Open("style", start) => {
                    let id = xml::attribute(start, "styleId").unwrap_or_default();
                    current = Some((id, Style::default()));
                }
                Node::Open(name, start) => {
                    if let Some((_, style)) = &mut current {
                        let val = || xml::attribute(start, "val");
                        match name {
                            "name" => style.name = val().unwrap_or_default().to_lowercase(),
                            "basedOn" => style.based_on = val(),
                            "outlineLvl" => style.outline = xml::number(start, "val"),
                            "numId" => style.numbering = val(),
                            "ilvl" => style.numbering_level = xml::number(start, "val"),
                            _ => {}
                        }
                    }
                }
                Node::Close("style") => styles.extend(current.take()),
                _ => {}
            }
            Ok(())
        })?;
        Ok(Self(styles))
    }

    /// What the style with this id says. A chain of ancestors longer than any
    /// office program builds is cut.
    pub(crate) fn look(&self, id: &str) -> Look {
        let mut look = Look::default();
        let mut outline = None;
        let mut next = self.0.get(id);
        for _ in 0..16 {
            let Some(style) = next else { break };
            look.contents |= style.name.starts_with("toc") || style.name.starts_with("目录");
            outline = outline.or(style.outline).or_else(|| heading_name(&style.name));
            look.numbering = look.numbering.or_else(|| style.numbering.clone());
            look.numbering_level = look.numbering_level.or(style.numbering_level);
            next = style.based_on.as_ref().and_then(|id| self.0.get(id));
        }
        look.heading = outline.filter(|level| *level < 9).map(|level| level + 1);
        look
    }
}

/// The outline level in names such as `heading 2` or `标题 2`, from 0.
fn heading_name(name: &str) -> Option<u8> {
    let rest = name.strip_prefix("heading").or_else(|| name.strip_prefix("标题"))?;
    rest.trim().parse::<u8>().ok()?.checked_sub(1)
}
