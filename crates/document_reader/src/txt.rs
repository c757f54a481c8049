//! Plain text: the physical lines, in whatever encoding they come.

use plan_model::{Place, Problem};

use crate::{
    ReadError,
    source::{Format, Source},
    structure::{self, Hint},
};

/// Reads plain text in UTF-8, UTF-16 (with its mark) or GB18030 (with GBK and
/// GB2312 in it).
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadError> {
    let (text, encoding, damaged) = decode(bytes)?;
    let mut problems = Vec::new();
    if damaged {
        let line = text.split('\n').position(|l| l.contains('\u{fffd}')).unwrap_or(0) + 1;
        problems.push(Problem::new(
            "bad-characters",
            Place::Line(line as u32),
            format!("有不能按 {encoding} 解读的字节，已用“\u{fffd}”代替"),
            "请在原编辑器中另存为 UTF-8 后重新导入",
        ));
    }
    let body = text.strip_suffix('\n').unwrap_or(&text);
    let lines = body.split('\n').map(|l| (l.strip_suffix('\r').unwrap_or(l).to_owned(), Hint::None)).collect();
    Ok(structure::assemble(Format::Txt, encoding, lines, problems))
}

/// The text, the name of its encoding, and whether some bytes had to be replaced.
pub(crate) fn decode(bytes: &[u8]) -> Result<(String, String, bool), ReadError> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, damaged) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        return Ok((text.into_owned(), encoding.name().to_owned(), damaged));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return if text.contains('\0') { Err(binary()) } else { Ok((text.to_owned(), "UTF-8".to_owned(), false)) };
    }
    if bytes.contains(&0) {
        return Err(binary());
    }
    // Chinese offices write GBK or GB18030 where they do not write UTF-8, so these
    // are tried before a detector that also knows the rest of the world. Two
    // damaged bytes in a long text are damage; more mean another encoding.
    let (chinese, _) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
    let broken = chinese.chars().filter(|c| *c == '\u{fffd}').count();
    let utf8 = String::from_utf8_lossy(bytes);
    let broken_utf8 = utf8.chars().filter(|c| *c == '\u{fffd}').count();
    if broken_utf8 <= broken && broken_utf8 * 50 <= bytes.len() {
        return Ok((utf8.into_owned(), "UTF-8".to_owned(), true));
    }
    if broken * 50 <= bytes.len() {
        return Ok((chinese.into_owned(), "gb18030".to_owned(), broken > 0));
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, chardetng::Utf8Detection::Deny);
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    Ok((text.into_owned(), encoding.name().to_owned(), damaged))
}

fn binary() -> ReadError {
    ReadError::UnknownFormat {
        found: "二进制文件".to_owned(), hint: "请导入 txt、html、docx 或 xlsx 文件".to_owned()
    }
}
