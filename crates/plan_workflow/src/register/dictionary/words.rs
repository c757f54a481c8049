//! How names are compared, and which words may be left out of them.

use serde::Deserialize;

/// Words with one meaning.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    words: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scope {
    level: char,
    words: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filler {
    before: Vec<String>,
    after: Vec<String>,
}

/// Units that the dictionary uses beside those that the extraction reads.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoreUnits {
    #[cfg_attr(not(test), expect(dead_code, reason = "the test of the entries' units reads it"))]
    pub(super) more: Vec<String>,
}

/// `rules/indicators/words.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    fold: Vec<(String, String)>,
    scope: Vec<Scope>,
    rank: List,
    sum: List,
    average: List,
    filler: Filler,
    growth: List,
    rise: List,
    fall: List,
    #[cfg_attr(not(test), expect(dead_code, reason = "the test of the entries' units reads it"))]
    pub(super) units: MoreUnits,
}

/// How a measure is said to change by words behind its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::register) enum Change {
    /// 年均增长, 增速.
    Growth,
    /// 累计提高.
    Rise,
    /// 降低, 累计下降.
    Fall,
}

/// What was left out of a name to find it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::register) struct Reading {
    /// How many words.
    pub(super) left_out: usize,
    /// Words that narrow it: 全市, 省级. In their order.
    within: Vec<(Option<char>, String)>,
    /// 累计.
    pub(in crate::register) summed: bool,
    /// 年均: an average year.
    pub(in crate::register) averaged: bool,
    /// 年均增长, 降低.
    pub(in crate::register) change: Option<Change>,
}

impl Reading {
    /// The words that narrow the name, without those that only name the plan's
    /// own jurisdiction.
    pub(in crate::register) fn within(&self, own: Option<char>) -> Vec<&str> {
        let narrows = |level: &Option<char>| level.is_none() || *level != own;
        self.within.iter().filter(|(level, _)| narrows(level)).map(|(_, word)| word.as_str()).collect()
    }
}

/// What stands behind the place in the title of a plan.
const AFTER_PLACE: [&str; 11] =
    ["国民经济", "“十", "\"十", "第十", "十四五", "十五五", "人民政府", "政府", "关于", "规划", "二〇"];

impl Words {
    /// A key in the one way of writing in which keys are compared.
    pub(super) fn fold(&self, key: &str) -> String {
        let mut key = key.to_owned();
        for (from, to) in &self.fold {
            if key.contains(from.as_str()) {
                key = key.replace(from.as_str(), to);
            }
        }
        key
    }

    /// The key with one word less, in every way there is.
    pub(super) fn shorter(&self, key: &str, reading: &Reading) -> Vec<(String, Reading)> {
        let mut found = Vec::new();
        let mut keep = |rest: Option<&str>, change: &dyn Fn(&mut Reading)| {
            let Some(rest) = rest.filter(|rest| rest.chars().count() >= 2) else { return };
            let mut reading = reading.clone();
            reading.left_out += 1;
            change(&mut reading);
            found.push((rest.to_owned(), reading));
        };
        for scope in &self.scope {
            for word in &scope.words {
                keep(key.strip_prefix(word.as_str()), &|r| r.within.push((Some(scope.level), word.clone())));
            }
        }
        for word in &self.rank.words {
            keep(key.strip_prefix(word.as_str()), &|r| r.within.push((None, word.clone())));
        }
        for word in &self.sum.words {
            keep(key.strip_prefix(word.as_str()), &|r| r.summed = true);
            keep(key.strip_suffix(word.as_str()), &|r| r.summed = true);
        }
        for word in &self.average.words {
            keep(key.strip_prefix(word.as_str()), &|r| r.averaged = true);
        }
        for word in &self.filler.before {
            keep(key.strip_prefix(word.as_str()), &|_| {});
        }
        for word in &self.filler.after {
            keep(key.strip_suffix(word.as_str()), &|_| {});
        }
        let changes = [(&self.growth, Change::Growth), (&self.rise, Change::Rise), (&self.fall, Change::Fall)];
        for (list, change) in changes.into_iter().filter(|_| reading.change.is_none()) {
            for word in &list.words {
                keep(key.strip_suffix(word.as_str()), &|r| r.change = Some(change));
            }
        }
        found
    }

    /// The last character of the place in a title: 区 of 某区国民经济和社会发展….
    pub(super) fn level_of(&self, title: &str) -> Option<char> {
        let end = AFTER_PLACE.iter().filter_map(|word| title.find(word)).min()?;
        let last = title.get(..end)?.chars().next_back()?;
        self.scope.iter().any(|scope| scope.level == last && last != '国').then_some(last)
    }
}
