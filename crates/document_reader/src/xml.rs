//! A walk over XML, one event after the other, without recursion and without
//! expanding entities that the file itself defines.

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use crate::ReadError;

/// Deeper than this no office program nests.
const MAX_DEPTH: usize = 2_000;

/// A step of the walk.
pub(crate) enum Node<'a> {
    /// An element begins; an empty one begins and ends.
    Open(&'a str, &'a BytesStart<'a>),
    /// An element ends.
    Close(&'a str),
    /// Text, with character references resolved.
    Text(&'a str),
    /// An entity that is not one of XML's own five: not expanded.
    Entity(&'a str),
}

/// Walks over `xml`; `part` is its name in the file, for the message when it is
/// damaged. Names are given without their namespace prefix.
pub(crate) fn walk(
    xml: &str,
    part: &str,
    mut each: impl FnMut(Node<'_>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().allow_dangling_amp = true;
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event().map_err(|e| ReadError::Damaged {
            detail: format!("部件 {part} 在第 {} 字节处不是合格的 XML（{e}）", reader.error_position()),
        })?;
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(ReadError::Bomb { detail: format!("部件 {part} 的嵌套超过 {MAX_DEPTH} 层") });
                }
                each(Node::Open(start.local_name().as_ref(), &start))?;
            }
            Event::Empty(start) => {
                each(Node::Open(start.local_name().as_ref(), &start))?;
                each(Node::Close(start.local_name().as_ref()))?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                each(Node::Close(end.local_name().as_ref()))?;
            }
            Event::Text(text) => each(Node::Text(&text.xml10_content()))?,
            Event::CData(text) => each(Node::Text(&text))?,
            Event::GeneralRef(reference) => {
                let named = match &*reference {
                    "amp" => Some("&"),
                    "lt" => Some("<"),
                    "gt" => Some(">"),
                    "quot" => Some("\""),
                    "apos" => Some("'"),
                    _ => None,
                };
                if let Some(text) = named {
                    each(Node::Text(text))?;
                } else if reference.is_char_ref() {
                    let c = reference.resolve_char_ref().ok().flatten().unwrap_or('\u{fffd}');
                    each(Node::Text(c.encode_utf8(&mut [0; 4])))?;
                } else {
                    each(Node::Entity(&reference))?;
                }
            }
            Event::Eof if depth > 0 => {
                return Err(ReadError::Damaged {
                    detail: format!("部件 {part} 不完整，还有 {depth} 层没有结束")
                });
            }
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// The value of an attribute, by its name without prefix.
pub(crate) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let found = attributes.with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name)?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).map(std::borrow::Cow::into_owned);
    Some(value.unwrap_or_else(|_| found.value.into_owned()))
}

/// The value of an attribute as a number.
pub(crate) fn number<T: std::str::FromStr>(start: &BytesStart<'_>, name: &str) -> Option<T> {
    attribute(start, name)?.trim().parse().ok()
}

/// Whether an on/off element such as `<w:vanish/>` is on.
pub(crate) fn is_on(start: &BytesStart<'_>) -> bool {
    !attribute(start, "val").is_some_and(|v| matches!(v.as_str(), "0" | "false" | "off" | "none"))
}
