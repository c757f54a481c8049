//! ToUnicode tables: from the codes of a font to text.

use std::collections::HashMap;

/// The longest run of codes that one line of a table may name.
const MAX_RANGE: u32 = 65_535;

/// A table from codes to text.
#[derive(Debug, Default)]
pub(super) struct CMap {
    single: HashMap<u32, String>,
    /// First and last code, and the UTF-16 text of the first.
    ranges: Vec<(u32, u32, Vec<u16>)>,
}

#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    Hex(Vec<u8>),
    Open,
    Close,
    Word(&'a [u8]),
}

impl CMap {
    /// Reads a table as far as it can be understood.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let mut cmap = Self::default();
        let mut tokens = Tokens(bytes);
        while let Some(token) = tokens.next() {
            match token {
                Token::Word(b"beginbfchar") => cmap.read_chars(&mut tokens),
                Token::Word(b"beginbfrange") => cmap.read_ranges(&mut tokens),
                _ => {}
            }
        }
        cmap.ranges.sort_by_key(|(first, ..)| *first);
        cmap
    }

    fn read_chars(&mut self, tokens: &mut Tokens<'_>) {
        while let (Some(Token::Hex(code)), Some(Token::Hex(text))) = (tokens.next(), tokens.next()) {
            self.single.insert(number(&code), utf16(&units(&text)));
            if tokens.ends_section() {
                break;
            }
        }
    }

    fn read_ranges(&mut self, tokens: &mut Tokens<'_>) {
        while let (Some(Token::Hex(first)), Some(Token::Hex(last))) = (tokens.next(), tokens.next()) {
            let (first, last) = (number(&first), number(&last));
            match tokens.next() {
                Some(Token::Hex(text)) if last >= first && last - first <= MAX_RANGE => {
                    self.ranges.push((first, last, units(&text)));
                }
                Some(Token::Open) => {
                    for code in first.. {
                        match tokens.next() {
                            Some(Token::Hex(text)) => self.single.insert(code, utf16(&units(&text))),
                            _ => break,
                        };
                    }
                }
                Some(Token::Hex(_)) => {}
                _ => break,
            }
            if tokens.ends_section() {
                break;
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.single.is_empty() && self.ranges.is_empty()
    }

    /// The text of a code.
    pub(super) fn text(&self, code: u32) -> Option<String> {
        if let Some(text) = self.single.get(&code) {
            return Some(text.clone());
        }
        let at = self.ranges.partition_point(|(first, ..)| *first <= code);
        let (first, _, text) = self.ranges.get(..at)?.iter().rev().take(8).find(|(_, last, _)| code <= *last)?;
        let mut text = text.clone();
        if let Some(unit) = text.last_mut() {
            *unit = unit.wrapping_add((code - first) as u16);
        }
        Some(utf16(&text))
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |n, b| n << 8 | u32::from(*b))
}

fn units(bytes: &[u8]) -> Vec<u16> {
    let pair = |pair: &[u8]| pair.iter().fold(0_u16, |n, b| n << 8 | u16::from(*b));
    bytes.chunks(2).map(pair).collect()
}

fn utf16(units: &[u16]) -> String {
    String::from_utf16_lossy(units).replace('\0', "")
}

/// The tokens of a table; comments and what is not needed are passed over.
struct Tokens<'a>(&'a [u8]);

impl<'a> Tokens<'a> {
    fn skip(&mut self, count: usize) {
        self.0 = self.0.get(count..).unwrap_or_default();
    }

    /// Whether the section ends here: a word follows.
    fn ends_section(&mut self) -> bool {
        let blanks = self.0.iter().take_while(|b| b.is_ascii_whitespace() || **b == 0).count();
        self.skip(blanks);
        self.0.first().is_none_or(u8::is_ascii_alphabetic)
    }

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let first = *self.0.first()?;
            match first {
                b'%' => {
                    let line = self.0.iter().take_while(|b| !matches!(b, b'\n' | b'\r')).count();
                    self.skip(line);
                }
                b'<' if self.0.get(1) == Some(&b'<') => self.skip(2),
                b'<' => {
                    let end = self.0.iter().position(|b| *b == b'>').unwrap_or(self.0.len());
                    let digits = self.0.get(1..end).unwrap_or_default().iter();
                    let digits: Vec<u8> = digits.filter_map(|b| char::from(*b).to_digit(16)).map(|d| d as u8).collect();
                    self.skip(end + 1);
                    let byte = |pair: &[u8]| pair.iter().fold(0_u8, |n, d| n << 4 | d);
                    return Some(Token::Hex(digits.chunks(2).map(byte).collect()));
                }
                b'[' => {
                    self.skip(1);
                    return Some(Token::Open);
                }
                b']' => {
                    self.skip(1);
                    return Some(Token::Close);
                }
                c if c.is_ascii_alphabetic() => {
                    let length = self.0.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
                    let word = self.0.get(..length).unwrap_or_default();
                    self.skip(length);
                    return Some(Token::Word(word));
                }
                _ => self.skip(1),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_in_characters_and_ranges() {
        let table = b"/CIDInit begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
            2 beginbfchar <0001> <6E14> <0002> <D840DC0B> endbfchar % note\n\
            3 beginbfrange <0010> <0012> <0041><0020> <0021> [<6E2F> <53E3>]\n<0030> <0010> <0041> endbfrange endcmap";
        let cmap = CMap::parse(table);
        let cases = [
            (1, Some("渔")),
            (2, Some("𠀋")),
            (0x10, Some("A")),
            (0x12, Some("C")),
            (0x21, Some("口")),
            (0x13, None),
            (0x30, None),
        ];
        for (code, text) in cases {
            assert_eq!(cmap.text(code).as_deref(), text, "{code:x}");
        }
        assert!(CMap::parse(b"beginbfchar <00").is_empty());
    }
}
