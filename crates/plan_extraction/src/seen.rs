//! The numbers of one stretch of text, read without the document around it.

use plan_model::Decimal;

use crate::{Part, classify, quantity, view::Views};

/// A number with its unit, as it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenNumber {
    /// Its first character, counted from 0.
    pub start: u32,
    /// One past its last character, the unit included.
    pub end: u32,
    /// Its value, or the lower end of a range.
    pub value: Decimal,
    /// The upper end of a range.
    pub high: Option<Decimal>,
    /// Its unit as written, without white space; empty where it has none.
    pub unit: String,
    /// What its look says it is; [`Part::Open`] where only its sentence could tell.
    pub part: Part,
    /// Written in Chinese numerals.
    pub chinese: bool,
}

/// The numbers of a text: a paragraph, a sentence, a cell. Numbers in Chinese
/// numerals are among them only where they have a unit.
pub fn numbers_in(text: &str) -> Vec<SeenNumber> {
    let views = Views::of([text]);
    let view = views.line(0);
    let mut found = Vec::new();
    quantity::numbers(&view, &mut found);
    let seen = |number: &quantity::Number| {
        let (start, end) = view.place(number.start, number.unit_end);
        SeenNumber {
            start,
            end,
            value: number.value,
            high: number.high,
            unit: number.unit.clone(),
            part: classify::by_look(&view, number),
            chinese: number.chinese,
        }
    };
    found.iter().map(seen).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_seen_with_place_unit_and_look() {
        let text = "到2025年，第3项：产值 1,200 亿元，提高2.5个百分点，约两座。";
        let shown = |n: &SeenNumber| {
            let cut: String = text.chars().take(n.end as usize).skip(n.start as usize).collect();
            format!("{cut}|{} {}|{:?}", n.value, n.unit, n.part)
        };
        let seen: Vec<String> = numbers_in(text).iter().map(shown).collect();
        assert_eq!(
            seen,
            [
                "2025年|2025 年|Date",
                "3项|3 项|Ordinal",
                "1,200 亿元|1200 亿元|Open",
                "2.5个百分点|2.5 个百分点|Open",
                "两座|2 座|Open"
            ]
        );
    }
}
