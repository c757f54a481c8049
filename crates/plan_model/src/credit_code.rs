//! The unified social credit code of a unit (GB 32100): 18 characters, the last
//! one a check character.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The characters a code is made of, each with its place as its value. I, O, S, V
/// and Z are left out because they look like others.
const CHARACTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// The length of a code.
const LENGTH: usize = 18;

/// A unified social credit code in its written form: 18 of the characters that
/// the standard allows, in capitals.
///
/// The check character need not fit: registered codes that fail the check exist
/// (rulebook, section 4), so [`CreditCode::check`] is a warning, not a refusal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode(String);

/// Why a text is not a credit code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// It has another length.
    #[error("统一社会信用代码应为 18 位，这里是 {0} 位；请核对登记证书")]
    Length(usize),
    /// It has a character that no code has.
    #[error("统一社会信用代码不含“{0}”；请核对登记证书（不用字母 I、O、S、V、Z）")]
    Character(char),
}

impl CreditCode {
    /// Reads a code; spaces around it, small letters and full-width characters are
    /// put right.
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        let narrow = |c: char| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        };
        let code: String = text.trim().chars().map(|c| narrow(c).to_ascii_uppercase()).collect();
        if let Some(odd) = code.chars().find(|c| !CHARACTERS.contains(*c)) {
            return Err(CreditCodeError::Character(odd));
        }
        match code.chars().count() {
            LENGTH => Ok(Self(code)),
            other => Err(CreditCodeError::Length(other)),
        }
    }

    /// The code as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The check character that the first 17 characters ask for, where it is another
    /// than the one written.
    pub fn check(&self) -> Option<char> {
        let value = |c: char| CHARACTERS.chars().position(|known| known == c).unwrap_or(0);
        let mut weight = 1;
        let mut sum = 0;
        for c in self.0.chars().take(LENGTH - 1) {
            sum += weight * value(c);
            weight = weight * 3 % 31;
        }
        let expected = CHARACTERS.chars().nth((31 - sum % 31) % 31);
        expected.filter(|c| !self.0.ends_with(*c))
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CreditCode {
    type Error = CreditCodeError;
    fn try_from(text: String) -> Result<Self, CreditCodeError> {
        Self::parse(&text)
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_and_checked() {
        // The examples of the rulebook: remainder neither, 0 and 1.
        let cases = [
            ("91350100M000100Y43", Ok(None)),
            ("113301040000000260", Ok(None)),
            ("11330104000000016Y", Ok(None)),
            (" 11330104000000016y ", Ok(None)),
            ("１１330104000000016Y", Ok(None)),
            ("91350100M000100Y44", Ok(Some('3'))),
            ("91350100M000100Y4", Err(CreditCodeError::Length(17))),
            ("", Err(CreditCodeError::Length(0))),
            ("91350100O000100Y43", Err(CreditCodeError::Character('O'))),
            ("甲1350100M000100Y43", Err(CreditCodeError::Character('甲'))),
        ];
        for (text, expected) in cases {
            assert_eq!(CreditCode::parse(text).map(|code| code.check()), expected, "{text}");
        }
    }
}
