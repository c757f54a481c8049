//! What tells two names apart and what does not: the table `rules/matching.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::register::name_key;

/// Where in a name a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum At {
    Start,
    End,
    Any,
}

/// A line of the table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordRule {
    words: Vec<String>,
    at: At,
    /// What the word is replaced by.
    #[serde(default)]
    becomes: String,
    /// What the word says of the measure; it is taken out but remembered.
    #[serde(default)]
    mark: String,
    /// Why, for the planner who reads the table.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by people, and by the test of the table"))]
    why: String,
}

/// The bars and words by which two commitments are found to be about the same.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    /// From which closeness on, in thousandths, a pair is worth showing.
    pub(super) likely_from: u32,
    /// How close a name of four characters and more is to one that ends with it.
    pub(super) as_ending: u32,
    /// How close a name is to one of the same characters in another order.
    pub(super) as_reordered: u32,
    /// What another qualification, unit or class takes off, in thousandths.
    pub(super) less_for_mark: u32,
    pub(super) less_for_unit: u32,
    pub(super) less_for_class: u32,
    word: Vec<WordRule>,
}

/// The table that comes with the program.
pub(super) fn rules() -> &'static Rules {
    #[expect(clippy::expect_used, reason = "the embedded file is read by a test of this module")]
    static RULES: LazyLock<Rules> =
        LazyLock::new(|| toml::from_str(include_str!("../../../../rules/matching.toml")).expect("rules/matching.toml"));
    &RULES
}

/// A name as it is compared: what is measured, and what qualifies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bare {
    pub(super) core: String,
    /// In the order of the table, each once.
    pub(super) marks: Vec<&'static str>,
}

/// Takes from a name what does not tell it apart.
pub(super) fn bare(name: &str) -> Bare {
    let mut core = without_brackets(&name_key(name));
    let mut marks: Vec<&'static str> = Vec::new();
    for rule in &rules().word {
        let Some(changed) = rule.words.iter().find_map(|word| replaced(&core, word, rule.at, &rule.becomes)) else {
            continue;
        };
        // 增长 alone is a name, not a qualification of nothing.
        if changed.chars().count() < 2 {
            continue;
        }
        core = changed;
        if !rule.mark.is_empty() && !marks.contains(&rule.mark.as_str()) {
            marks.push(&rule.mark);
        }
    }
    Bare { core, marks }
}

fn replaced(name: &str, word: &str, at: At, by: &str) -> Option<String> {
    match at {
        At::Start => name.strip_prefix(word).map(|rest| format!("{by}{rest}")),
        At::End => name.strip_suffix(word).map(|rest| format!("{rest}{by}")),
        At::Any => name.split_once(word).map(|(before, after)| format!("{before}{by}{after}")),
    }
}

/// The name without what stands in brackets, unless nothing else is left.
fn without_brackets(name: &str) -> String {
    let (mut depth, mut kept) = (0_u32, String::with_capacity(name.len()));
    for c in name.chars() {
        match c {
            '(' | '[' | '〔' | '【' => depth += 1,
            ')' | ']' | '〕' | '】' => depth = depth.saturating_sub(1),
            c if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    if depth > 0 || kept.is_empty() { name.to_owned() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_every_line_has_a_reason() {
        let rules = rules();
        assert!((1..1000).contains(&rules.likely_from));
        for rule in &rules.word {
            assert!(!rule.why.is_empty() && !rule.words.is_empty(), "{rule:?}");
            assert!(rule.mark.is_empty() || rule.becomes.is_empty(), "{rule:?}");
            // A word that begins another one would hide it.
            for (at, word) in rule.words.iter().enumerate() {
                let hidden = rule.words.iter().skip(at + 1).any(|later| match rule.at {
                    At::Start => later.starts_with(word.as_str()),
                    At::End => later.ends_with(word.as_str()),
                    At::Any => later.contains(word.as_str()),
                });
                assert!(!hidden, "{word} hides a later word of its line");
            }
        }
    }

    #[test]
    fn what_does_not_tell_names_apart_is_taken_out() {
        for (name, core, marks) in [
            ("地区生产总值 年均增长", "地区生产总值", vec!["增速"]),
            ("城镇新增就业", "城镇就业", vec!["增量"]),
            ("全区进出口总额", "进出口总额", vec![]),
            ("增长", "增长", vec![]),
            ("（暂定名", "(暂定名", vec![]),
            ("（合计）", "(合计)", vec![]),
            ("单位地区生产总值能耗累计降低", "单位地区生产总值能耗", vec!["降幅"]),
        ] {
            assert_eq!(bare(name), Bare { core: core.to_owned(), marks }, "{name}");
        }
    }
}
