//! Codes of regions (GB/T 2260): six digits, two each for province, city, county.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{UnknownWord, target::code_words};

/// How high a region stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegionLevel {
    /// 省、自治区、直辖市.
    Province,
    /// 设区的市、自治州.
    City,
    /// 县、县级市、区.
    County,
}

code_words!(RegionLevel, "行政区划层级", { Province => "province", City => "city", County => "county" });

/// The code of a region; its place in the tree is in its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegionCode(u32);

impl RegionCode {
    /// How high the region stands.
    pub fn level(self) -> RegionLevel {
        match (self.0 / 100 % 100, self.0 % 100) {
            (0, 0) => RegionLevel::Province,
            (_, 0) => RegionLevel::City,
            _ => RegionLevel::County,
        }
    }

    /// The region it lies in by the code; none for a province. A county that a
    /// province governs directly (省直辖县, …9001 and up) has its 90 as the city.
    pub fn parent(self) -> Option<Self> {
        match self.level() {
            RegionLevel::Province => None,
            RegionLevel::City => Some(Self(self.0 / 10_000 * 10_000)),
            RegionLevel::County => Some(Self(self.0 / 100 * 100)),
        }
    }

    /// Whether a region is this one or lies in it.
    pub fn holds(self, other: Self) -> bool {
        let above = |code: &Self| code.parent();
        std::iter::successors(Some(other), above).any(|code| code == self)
    }
}

impl FromStr for RegionCode {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let text = text.trim();
        let digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
        let code = text.parse().ok().filter(|code| digits && *code >= 110_000);
        // A county below no city (330002) is no code.
        let code = code.filter(|code| code % 100 == 0 || code / 100 % 100 > 0);
        code.map(Self).ok_or_else(|| UnknownWord {
            what: "行政区划代码",
            word: text.to_owned(),
            known: "六位数字：前两位省，中间两位市，后两位县，如 330902".to_owned(),
        })
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl TryFrom<String> for RegionCode {
    type Error = UnknownWord;
    fn try_from(text: String) -> Result<Self, UnknownWord> {
        text.parse()
    }
}

impl From<RegionCode> for String {
    fn from(code: RegionCode) -> Self {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_knows_its_level_and_what_it_lies_in() {
        let cases = [
            ("990102", RegionLevel::County, Some("990100")),
            ("990100", RegionLevel::City, Some("990000")),
            ("990000", RegionLevel::Province, None),
            ("999001", RegionLevel::County, Some("999000")),
        ];
        for (code, level, parent) in cases {
            let code: RegionCode = code.parse().unwrap();
            assert_eq!((code.level(), code.parent().map(|p| p.to_string()).as_deref()), (level, parent));
        }
        let region = |code: &str| code.parse::<RegionCode>().unwrap();
        assert!(region("990000").holds(region("990102")) && region("990102").holds(region("990102")));
        assert!(!region("990102").holds(region("990100")) && !region("990200").holds(region("990102")));
        for odd in ["", "33090", "3309021", "33090a", "000000", "330002", "青渚区"] {
            assert!(odd.parse::<RegionCode>().is_err(), "{odd}");
        }
    }
}
