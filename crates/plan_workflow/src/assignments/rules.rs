//! Who is to be asked: a file of keywords and chapters that an office keeps, and
//! the units the text itself names.

use serde::{Deserialize, Serialize};

use super::Part;

/// A rule: commitments with these words go to this unit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The unit: its code, name or short name.
    pub unit: String,
    /// The part it takes.
    #[serde(default = "lead")]
    pub part: Part,
    /// Words of the commitment's name or sentence; one is enough.
    #[serde(default)]
    pub words: Vec<String>,
    /// Words of the chapter's title; one is enough. With `words`, both must fit.
    #[serde(default)]
    pub chapters: Vec<String>,
    /// Where one of these occurs in the name the rule does not apply.
    #[serde(default)]
    pub not: Vec<String>,
}

fn lead() -> Part {
    Part::Lead
}

/// A file of rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules(Vec<Rule>);

/// Why a file of rules is refused; says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// It is not TOML of the expected keys.
    #[error("分办规则读不懂：{0}；每条写作 [[rule]]，含 unit 和 words 或 chapters")]
    Malformed(String),
    /// A rule that fits everything, or names no unit.
    #[error("第 {number} 条分办规则{fault}；请补充")]
    Rule {
        /// Which, from 1.
        number: usize,
        /// What is wrong, in Chinese.
        fault: &'static str,
    },
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The commitment's name.
    pub name: &'a str,
    /// Its sentence.
    pub quote: &'a str,
    /// The chapter it stands in.
    pub chapter: &'a str,
    /// The unit the text names, empty where it names none.
    pub named: &'a str,
}

/// A unit that might be asked, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The unit, as the rule or the text names it.
    pub unit: String,
    /// The part.
    pub part: Part,
    /// Why, in Chinese.
    pub because: String,
}

impl Rules {
    /// Reads a file.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(default)]
            rule: Vec<Rule>,
        }
        let file: File = toml::from_str(text).map_err(|error| RulesError::Malformed(error.message().to_owned()))?;
        for (number, rule) in (1..).zip(&file.rule) {
            let fault = if rule.unit.trim().is_empty() {
                Some("没有写明单位")
            } else if rule.words.is_empty() && rule.chapters.is_empty() {
                Some("没有关键词，也没有章节")
            } else if rule.words.iter().chain(&rule.chapters).chain(&rule.not).any(|w| w.trim().is_empty()) {
                Some("有空的关键词")
            } else {
                None
            };
            if let Some(fault) = fault {
                return Err(RulesError::Rule { number, fault });
            }
        }
        Ok(Self(file.rule))
    }

    /// The rules in order.
    pub fn rules(&self) -> &[Rule] {
        &self.0
    }

    /// Who might be asked. A unit that the text names goes first and alone as lead;
    /// else of the rules the one whose word is longest, of equals the earlier one.
    /// Cooperating units are all that fit and are not the lead.
    pub fn suggest(&self, asked: Asked<'_>) -> Vec<Suggestion> {
        let mut found: Vec<Suggestion> = Vec::new();
        for unit in super::ledger::units(asked.named) {
            let because = format!("原文写明“{unit}”");
            let part = if found.is_empty() { Part::Lead } else { Part::Cooperating };
            found.push(Suggestion { unit, part, because });
        }
        if found.is_empty() {
            let mut best: Option<(usize, Suggestion)> = None;
            for rule in self.0.iter().filter(|rule| rule.part == Part::Lead) {
                let Some((length, because)) = fits(rule, asked) else { continue };
                if best.as_ref().is_none_or(|(longest, _)| length > *longest) {
                    best = Some((length, Suggestion { unit: rule.unit.clone(), part: Part::Lead, because }));
                }
            }
            found.extend(best.map(|(_, suggestion)| suggestion));
        }
        for rule in self.0.iter().filter(|rule| rule.part == Part::Cooperating) {
            let Some((_, because)) = fits(rule, asked) else { continue };
            if !found.iter().any(|known| known.unit == rule.unit) {
                found.push(Suggestion { unit: rule.unit.clone(), part: Part::Cooperating, because });
            }
        }
        found
    }
}

/// How long the word is by which a rule fits, and the reason in words.
fn fits(rule: &Rule, asked: Asked<'_>) -> Option<(usize, String)> {
    if rule.not.iter().any(|word| asked.name.contains(word.as_str())) {
        return None;
    }
    let longest = |words: &'_ [String], within: &dyn Fn(&str) -> bool| {
        words.iter().filter(|w| within(w)).max_by_key(|w| w.chars().count()).cloned()
    };
    let word = longest(&rule.words, &|w| asked.name.contains(w) || asked.quote.contains(w));
    let chapter = longest(&rule.chapters, &|w| asked.chapter.contains(w));
    if (!rule.words.is_empty() && word.is_none()) || (!rule.chapters.is_empty() && chapter.is_none()) {
        return None;
    }
    // A word of the commitment itself says more than the chapter it stands in.
    let length =
        word.as_ref().map_or(0, |w| 100 + w.chars().count()) + chapter.as_ref().map_or(0, |w| w.chars().count());
    let because = match (word, chapter) {
        (Some(word), Some(chapter)) => format!("含“{word}”，所在章含“{chapter}”"),
        (Some(word), None) => format!("含“{word}”"),
        (None, chapter) => format!("所在章含“{}”", chapter.unwrap_or_default()),
    };
    Some((length, because))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = r#"
        [[rule]]
        unit = "QZ02"
        words = ["工业", "制造业"]
        not = ["工业固废"]
        [[rule]]
        unit = "QZ03"
        words = ["工业互联网"]
        [[rule]]
        unit = "QZ05"
        chapters = ["民生"]
        [[rule]]
        unit = "QZ10"
        part = "cooperating"
        words = ["工业"]
    "#;

    #[test]
    fn the_nearest_rule_wins_and_the_text_before_all() {
        let rules = Rules::parse(RULES).unwrap();
        let cases = [
            (("规模以上工业增加值", "", "产业", ""), "QZ02 lead 含“工业”; QZ10 cooperating 含“工业”"),
            (("工业互联网平台", "", "产业", ""), "QZ03 lead 含“工业互联网”; QZ10 cooperating 含“工业”"),
            (("工业固废综合利用率", "", "民生", ""), "QZ05 lead 所在章含“民生”; QZ10 cooperating 含“工业”"),
            (("养老床位", "", "增进民生福祉", ""), "QZ05 lead 所在章含“民生”"),
            (
                ("养老床位", "", "民生", "区民政局、区卫健局"),
                "区民政局 lead 原文写明“区民政局”; 区卫健局 cooperating 原文写明“区卫健局”",
            ),
            (("森林覆盖率", "", "生态", ""), ""),
        ];
        for ((name, quote, chapter, named), expected) in cases {
            let found = rules.suggest(Asked { name, quote, chapter, named });
            let part = |p: Part| if p == Part::Lead { "lead" } else { "cooperating" };
            let shown: Vec<String> =
                found.iter().map(|s| format!("{} {} {}", s.unit, part(s.part), s.because)).collect();
            assert_eq!(shown.join("; "), expected, "{name}");
        }
    }

    #[test]
    fn a_file_with_a_fault_is_refused() {
        let cases = [
            ("[[rule]]\nunit = \"QZ01\"", "没有关键词，也没有章节"),
            ("[[rule]]\nunit = \"\"\nwords = [\"工业\"]", "没有写明单位"),
            ("[[rule]]\nunit = \"QZ01\"\nwords = [\" \"]", "有空的关键词"),
            ("[[rule]]\nunit = \"QZ01\"\nword = [\"工业\"]", "读不懂"),
        ];
        for (text, said) in cases {
            let error = Rules::parse(text).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        assert_eq!(Rules::parse("").unwrap().rules().len(), 0);
    }
}
