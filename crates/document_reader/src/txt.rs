//! Plain text: the physical lines, in whatever encoding they come.

use std::borrow::Cow;

use plan_model::{Place, Problem};

use crate::{
    ReadError, SUPPORTED,
    source::{Format, Source},
    structure::{self, Hint},
};

/// Reads plain text in UTF-8, UTF-16 (with its mark), GB18030 (with GBK and
/// GB2312 in it) or Big5.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadError> {
    let Decoded { text, encoding, damaged } = decode(bytes)?;
    let problems = if damaged { vec![bad_characters(&text, &encoding)] } else { Vec::new() };
    let body = text.strip_suffix('\n').unwrap_or(&text);
    let lines = body.split('\n').map(|l| (l.strip_suffix('\r').unwrap_or(l).to_owned(), Hint::None)).collect();
    Ok(structure::assemble(Format::Txt, encoding, lines, problems))
}

/// The problem of bytes that had to be replaced.
pub(crate) fn bad_characters(text: &str, encoding: &str) -> Problem {
    let before = text.split('\u{fffd}').next().unwrap_or_default();
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    Problem::new(
        "bad-characters",
        Place::Line(line as u32),
        format!("有不能按 {encoding} 解读的字节，已用“\u{fffd}”代替"),
        "请在原编辑器中另存为 UTF-8 后重新导入",
    )
}

/// Bytes as text.
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    /// The name of the encoding.
    pub(crate) encoding: String,
    /// Some bytes had to be replaced.
    pub(crate) damaged: bool,
}

/// The text, the name of its encoding, and whether some bytes had to be replaced.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, ReadError> {
    let decoded = |text, encoding: &str, damaged| Ok(Decoded { text, encoding: encoding.to_owned(), damaged });
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, damaged) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        return decoded(text, encoding.name(), damaged);
    }
    if memchr::memchr(0, bytes).is_some() {
        return Err(binary());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return decoded(Cow::Borrowed(text), "UTF-8", false);
    }
    // Chinese offices write GBK or GB18030 where they do not write UTF-8, so these
    // are tried before a detector that also knows the rest of the world. Two
    // damaged bytes in a long text are damage; more mean another encoding.
    let (chinese, _) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
    let broken = chinese.chars().filter(|c| *c == '\u{fffd}').count();
    let utf8 = String::from_utf8_lossy(bytes);
    let broken_utf8 = utf8.chars().filter(|c| *c == '\u{fffd}').count();
    if broken_utf8 <= broken && broken_utf8 * 50 <= bytes.len() {
        return decoded(utf8, "UTF-8", true);
    }
    if is_big5(bytes, &chinese) {
        let (text, damaged) = encoding_rs::BIG5.decode_without_bom_handling(bytes);
        return decoded(text, "Big5", damaged);
    }
    if broken * 50 <= bytes.len() {
        return decoded(chinese, "gb18030", broken > 0);
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, chardetng::Utf8Detection::Deny);
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    decoded(text, encoding.name(), damaged)
}

/// Whether bytes that could be GB18030 are the Big5 of a text in traditional
/// characters: read as GB18030, its punctuation falls on codes of private use,
/// which no text has one in fifty of.
fn is_big5(bytes: &[u8], chinese: &str) -> bool {
    let head = || chinese.chars().take(20_000).filter(|c| !c.is_ascii());
    let private = head().filter(|c| ('\u{e000}'..='\u{f8ff}').contains(c)).count();
    private * 50 > head().count() && !encoding_rs::BIG5.decode_without_bom_handling(bytes).1
}

fn binary() -> ReadError {
    ReadError::UnknownFormat { found: "二进制文件".to_owned(), hint: SUPPORTED.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "一、发展目标\n到2025年，渔港达到10座。";
        let gb = encoding_rs::GB18030.encode(text).0.into_owned();
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked = ["\u{feff}", text].concat().into_bytes();
        for bytes in [text.as_bytes().to_vec(), gb, utf16, marked] {
            let source = read(&bytes).unwrap();
            let lines: Vec<&str> = source.lines.iter().map(|l| l.text.as_str()).collect();
            assert_eq!(lines, text.split('\n').collect::<Vec<_>>(), "{}", source.encoding);
            assert!(source.problems.is_empty());
        }
    }

    #[test]
    fn traditional_characters_come_through_in_every_encoding() {
        let text = "一、發展目標\n到2025年，漁港達到10座，居民人均可支配收入穩步提高，生態環境持續改善。臺灣、裡面、群眾、髮絲。";
        let mixed = "到2025年，渔港達到10座；國家级示范區、堃鑫产业园，镕、喆、㙍、𠮷。";
        let big5 = encoding_rs::BIG5.encode(text).0.into_owned();
        let gb = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
        for (bytes, text) in [
            (big5, text),
            (gb(text), text),
            (gb(mixed), mixed),
            (text.as_bytes().to_vec(), text),
            (mixed.as_bytes().to_vec(), mixed),
        ] {
            let source = read(&bytes).unwrap();
            let found: Vec<&str> = source.lines.iter().map(|l| l.text.as_str()).collect();
            assert_eq!(found.join("\n"), text, "{}", source.encoding);
            assert!(source.problems.is_empty(), "{}", source.encoding);
        }
    }

    #[test]
    fn damaged_bytes_are_reported_with_their_line() {
        let mut bytes = "一、目标\n到2025年，渔港达到10座，冷库达到3座，码头达到5座。".as_bytes().to_vec();
        bytes.insert("一、目标\n".len(), 0xFF);
        let source = read(&bytes).unwrap();
        let problem = source.problems.first().unwrap();
        assert_eq!((problem.code.as_str(), &problem.place), ("bad-characters", &Place::Line(2)));
    }

    #[test]
    fn a_million_characters_in_one_line_are_a_line() {
        let text = "到2025年，渔港达到10座。".repeat(70_000);
        let source = read(text.as_bytes()).unwrap();
        assert_eq!((source.lines.len(), source.characters()), (1, text.chars().count()));
    }
}
