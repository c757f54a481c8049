//! 健康: is the work on a plan alive? Diagnostics for who runs it, not marks for
//! anybody: what has no owner, what was never reported, what is old, who is silent,
//! and how much is asked of whom.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::civil::Date;
use serde::Deserialize;

use crate::assignments::Activity;

/// A class of ages; a row of `rules/health.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Age {
    /// Up to how many whole months; the last row has none and takes the rest.
    pub months: Option<u16>,
    /// Its name in Chinese.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// Whether such a figure counts as stale.
    pub stale: bool,
}

/// The bounds of the page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthRules {
    age: Vec<Age>,
}

impl HealthRules {
    /// Reads a table; the rows must rise and the last one be open.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let rules: Self = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        let bounds: Vec<Option<u16>> = rules.age.iter().map(|age| age.months).collect();
        let closed: Vec<u16> = bounds.iter().flatten().copied().collect();
        if bounds.last() != Some(&None) || closed.len() + 1 != bounds.len() || !closed.is_sorted_by(|a, b| a < b) {
            return Err("健康页的界限应按月数从小到大排列，只有最后一档不写 months；请改正".to_owned());
        }
        Ok(rules)
    }

    /// The table that comes with the program.
    #[expect(clippy::expect_used, reason = "the shipped table is read by a test")]
    pub fn standard() -> &'static Self {
        static RULES: LazyLock<HealthRules> = LazyLock::new(|| {
            HealthRules::from_toml(include_str!("../../../rules/health.toml")).expect("rules/health.toml")
        });
        &RULES
    }

    /// The place of the class of an age.
    fn class(&self, months: i32) -> usize {
        let fits = |age: &Age| age.months.is_none_or(|most| months <= i32::from(most));
        self.age.iter().position(fits).unwrap_or_default()
    }
}

/// A commitment as far as this page asks: an indicator, or a piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// Its id: I012, W7.
    pub id: String,
    /// Its name in the plan.
    pub name: String,
    /// Whether somebody has it in hand.
    pub activity: Activity,
    /// The name of the unit that leads; `None` where none holds it.
    pub lead: Option<String>,
    /// The last day of the latest period anything was reported of; `None` for never.
    pub last: Option<Date>,
}

/// Fields asked of a unit in a month: what collection, and whatever else asks,
/// tells this page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// The name of the unit.
    pub unit: String,
    /// The month, as `2026-09`.
    pub month: String,
    /// How many fields.
    pub fields: u32,
}

/// Units and how many commitments they lead.
pub type Silent<'a> = Vec<(&'a str, usize)>;

/// How alive the work on a plan is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health<'a> {
    /// How many commitments there are.
    pub total: usize,
    /// Those that nobody has in hand, in the order of the plan; must be none.
    pub without_owner: Vec<&'a Followed>,
    /// How many count as in hand.
    pub active: usize,
    /// Those of them that no unit leads all the same; none, unless a rule is broken.
    pub unheld: Vec<&'a Followed>,
    /// Those of which nothing was ever reported.
    pub never: Vec<&'a Followed>,
    /// Those of which something was, by the age of the latest; the oldest first.
    pub ages: Vec<(&'a Age, Vec<&'a Followed>)>,
    /// Units that lead commitments and never reported of any; most commitments first.
    pub silent: Silent<'a>,
    /// Fields asked by unit and month; the unit that is asked most first.
    pub burden: Vec<(&'a str, BTreeMap<&'a str, u32>)>,
}

/// Looks at the commitments of a plan on a day.
pub fn examine<'a>(followed: &'a [Followed], asked: &'a [Asked], rules: &'a HealthRules, day: Date) -> Health<'a> {
    let mut ages: Vec<(&Age, Vec<&Followed>)> = rules.age.iter().map(|age| (age, Vec::new())).collect();
    for one in followed {
        if let Some(last) = one.last
            && let Some((_, found)) = ages.get_mut(rules.class(months(last, day)))
        {
            found.push(one);
        }
    }
    ages.reverse();
    for (_, found) in &mut ages {
        found.sort_by_key(|one| one.last);
    }
    let active = |one: &&Followed| one.activity == Activity::Active;
    Health {
        total: followed.len(),
        without_owner: followed.iter().filter(|one| one.activity != Activity::Active).collect(),
        active: followed.iter().filter(active).count(),
        unheld: followed.iter().filter(active).filter(|one| one.lead.is_none()).collect(),
        never: followed.iter().filter(|one| one.last.is_none()).collect(),
        ages,
        silent: silent(followed),
        burden: burden(asked),
    }
}

/// Whole months from a day to a later one; 0 where it is not later.
fn months(from: Date, until: Date) -> i32 {
    let months =
        (i32::from(until.year()) - i32::from(from.year())) * 12 + i32::from(until.month()) - i32::from(from.month());
    // The last day of a month is whole at the last day of any other.
    let whole = until.day() >= from.day() || until == until.last_of_month();
    (if whole { months } else { months - 1 }).max(0)
}

fn silent(followed: &[Followed]) -> Silent<'_> {
    let mut units: BTreeMap<&str, (usize, bool)> = BTreeMap::new();
    for one in followed {
        if let Some(lead) = &one.lead {
            let (count, spoke) = units.entry(lead.as_str()).or_default();
            *count += 1;
            *spoke |= one.last.is_some();
        }
    }
    let mut silent: Silent<'_> =
        units.into_iter().filter(|(_, (_, spoke))| !spoke).map(|(unit, (count, _))| (unit, count)).collect();
    silent.sort_by_key(|(unit, count)| (std::cmp::Reverse(*count), *unit));
    silent
}

fn burden(asked: &[Asked]) -> Vec<(&str, BTreeMap<&str, u32>)> {
    let mut units: BTreeMap<&str, BTreeMap<&str, u32>> = BTreeMap::new();
    for one in asked {
        let fields = units.entry(one.unit.as_str()).or_default().entry(one.month.as_str()).or_default();
        *fields = fields.saturating_add(one.fields);
    }
    let mut units: Vec<_> = units.into_iter().collect();
    let sum = |months: &BTreeMap<&str, u32>| months.values().map(|fields| u64::from(*fields)).sum::<u64>();
    units.sort_by_key(|(unit, months)| (std::cmp::Reverse(sum(months)), *unit));
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn one(id: &str, activity: Activity, lead: &str, last: &str) -> Followed {
        Followed {
            id: id.to_owned(),
            name: id.to_owned(),
            activity,
            lead: (!lead.is_empty()).then(|| lead.to_owned()),
            last: (!last.is_empty()).then(|| day(last)),
        }
    }

    fn ids(found: &[&Followed]) -> Vec<String> {
        found.iter().map(|one| one.id.clone()).collect()
    }

    #[test]
    fn what_is_not_alive_is_named() {
        let followed = [
            one("I001", Activity::Active, "甲局", "2025-12-31"),
            one("I002", Activity::Active, "甲局", "2022-12-31"),
            one("I003", Activity::Waiting, "", "2025-09-30"),
            one("I004", Activity::Active, "乙局", ""),
            one("W1", Activity::Active, "乙局", ""),
            one("W2", Activity::NotOffered, "", ""),
            one("I005", Activity::TwoLeads, "丙局", "2023-12-31"),
            one("I006", Activity::Active, "丙局", "2024-12-31"),
        ];
        let asked = [("甲局", "2026-01", 4), ("乙局", "2026-01", 2), ("乙局", "2026-01", 3), ("乙局", "2026-02", 1)];
        let asked = asked.map(|(unit, month, fields)| Asked { unit: unit.to_owned(), month: month.to_owned(), fields });
        let health = examine(&followed, &asked, HealthRules::standard(), day("2026-01-31"));
        assert_eq!(health.total, 8);
        assert_eq!(ids(&health.without_owner), ["I003", "W2", "I005"]);
        assert_eq!((health.active, ids(&health.unheld)), (5, vec![]));
        assert_eq!(ids(&health.never), ["I004", "W1", "W2"]);
        let ages: Vec<_> = health.ages.iter().map(|(age, found)| (age.name.as_str(), ids(found))).collect();
        let text = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            ages,
            [
                ("两年以上", text(&["I002", "I005"])),
                ("一年至两年", text(&["I006"])),
                ("三个月至一年", text(&["I003"])),
                ("三个月以内", text(&["I001"]))
            ]
        );
        assert_eq!(health.silent, [("乙局", 2)]);
        let burden: Vec<_> = health.burden.iter().map(|(u, m)| (*u, m.values().sum::<u32>(), m.len())).collect();
        assert_eq!(burden, [("乙局", 6, 2), ("甲局", 4, 1)]);
        let broken = [one("I007", Activity::Active, "", "")];
        let health = examine(&broken, &[], HealthRules::standard(), day("2026-01-31"));
        assert_eq!((health.active, ids(&health.unheld)), (1, vec!["I007".to_owned()]));
    }

    #[test]
    fn ages_are_whole_months() {
        let cases = [
            ("2025-12-31", "2026-01-31", 1),
            ("2025-12-31", "2026-02-28", 2),
            ("2025-12-31", "2026-03-30", 2),
            ("2025-12-31", "2025-12-31", 0),
            ("2026-12-31", "2025-12-31", 0),
            ("2024-02-29", "2025-02-28", 12),
        ];
        for (from, until, expected) in cases {
            assert_eq!(months(day(from), day(until)), expected, "{from} {until}");
        }
    }

    #[test]
    fn a_table_with_a_fault_is_refused() {
        let whole = include_str!("../../../rules/health.toml");
        assert!(HealthRules::from_toml(whole).is_ok());
        for (from, to) in [("months = 3\n", "months = 30\n"), ("months = 24\n", ""), ("stale = true", "stale = 1")] {
            assert!(HealthRules::from_toml(&whole.replacen(from, to, 1)).is_err(), "{to}");
        }
        assert!(HealthRules::from_toml("age = []").is_err());
    }
}
