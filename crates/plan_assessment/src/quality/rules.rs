//! The rules of quality: a data file, read and checked whole.

use std::sync::{Arc, LazyLock};

use plan_model::{Decimal, Indicator, Measure};
use serde::Deserialize;

use super::Severity;
use crate::{rule_set::exact, units};

/// Which indicators a rule is for; what is left empty does not narrow it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Applies {
    percent: Option<bool>,
    units: Vec<String>,
    not_units: Vec<String>,
    measures: Vec<String>,
    not_measures: Vec<String>,
    words: Vec<String>,
    not_words: Vec<String>,
}

impl Applies {
    pub(super) fn to(&self, indicator: &Indicator) -> bool {
        let has = |words: &[String]| words.iter().any(|word| indicator.name.contains(word.as_str()));
        let measured = |measures: &[String]| measures.iter().any(|word| word == indicator.measure.word());
        self.percent.is_none_or(|percent| percent == units::is_percent(&indicator.unit))
            && (self.units.is_empty() || self.units.contains(&indicator.unit))
            && !self.not_units.contains(&indicator.unit)
            && (self.measures.is_empty() || measured(&self.measures))
            && !measured(&self.not_measures)
            && (self.words.is_empty() || has(&self.words))
            && !has(&self.not_words)
    }
}

/// Limits of a figure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Range {
    #[serde(deserialize_with = "perhaps")]
    pub(super) at_least: Option<Decimal>,
    #[serde(deserialize_with = "perhaps")]
    pub(super) at_most: Option<Decimal>,
    /// Only whole numbers.
    pub(super) whole: bool,
    /// Not where the plan's own targets or base lie beyond the limit.
    pub(super) unless_planned: bool,
}

/// A sign that cannot be; with `against_history` one that no other figure has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Sign {
    pub(super) against_history: Option<AgainstHistory>,
}

/// At least so many others, and as large as they usually are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AgainstHistory {
    pub(super) least: usize,
    #[serde(deserialize_with = "exact")]
    pub(super) within: Decimal,
}

/// A figure in another unit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unit {
    /// So near to the factor, as a factor.
    #[serde(deserialize_with = "exact")]
    pub(super) within: Decimal,
    /// The largest of the others is at most so many times the smallest.
    #[serde(deserialize_with = "exact")]
    pub(super) steady: Decimal,
    pub(super) factors: Vec<Factor>,
}

/// A factor between units, and how many other figures it takes to suspect it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Factor {
    #[serde(deserialize_with = "exact")]
    pub(super) times: Decimal,
    pub(super) least: usize,
}

/// A change far from the usual one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Jump {
    /// With fewer earlier changes nothing is said.
    pub(super) least_changes: usize,
    /// So many times the usual spread.
    #[serde(deserialize_with = "exact")]
    pub(super) times: Decimal,
    /// For amounts: never below so many percent.
    #[serde(deserialize_with = "exact")]
    pub(super) least_share: Decimal,
    /// For percentages: never below so many points.
    #[serde(deserialize_with = "exact")]
    pub(super) least_points: Decimal,
}

/// What a sum is counted over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stretch {
    /// From the beginning of the year.
    YearToDate,
    /// From the beginning of the plan or for good.
    SinceStart,
}

/// A sum that may only grow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Monotone {
    pub(super) stretch: Stretch,
    #[serde(default)]
    pub(super) least_steps: usize,
    #[serde(default, deserialize_with = "exact")]
    pub(super) falls_at_most: Decimal,
    /// Names with one of these words are sums since the start.
    #[serde(default)]
    pub(super) names: Vec<String>,
}

/// What a rule tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    Range(Range),
    Sign(Sign),
    Unit(Unit),
    Jump(Jump),
    Monotone(Monotone),
    Sum,
    Within,
    Growth,
}

/// A whole and its parts, by names of the dictionary or of a plan, or ids.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sum {
    pub(super) whole: Option<String>,
    #[serde(default, deserialize_with = "perhaps")]
    pub(super) total: Option<Decimal>,
    pub(super) parts: Vec<String>,
    /// So much of the whole may be missing or too much, as a share of it.
    #[serde(deserialize_with = "exact")]
    pub(super) share: Decimal,
    /// The title of the one plan it holds for.
    pub(super) plan: Option<String>,
    why: String,
}

/// A part that is never larger than a whole.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Within {
    pub(super) part: String,
    pub(super) whole: String,
    pub(super) plan: Option<String>,
    why: String,
}

/// An amount whose yearly growth is an indicator of its own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GrowthOf {
    pub(super) name: String,
    /// The id of the indicator with the rate, where it does not go by the same name.
    pub(super) rate: Option<String>,
    #[serde(deserialize_with = "exact")]
    pub(super) points: Decimal,
    pub(super) plan: Option<String>,
    why: String,
}

/// How much two standings of a figure may differ.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tolerance {
    #[serde(default)]
    pub(super) units: Vec<String>,
    pub(super) percent: Option<bool>,
    /// Only for two whole numbers: a count, not a mean of counts.
    #[serde(default)]
    pub(super) whole: bool,
    #[serde(default, deserialize_with = "exact")]
    pub(super) points: Decimal,
    #[serde(default, deserialize_with = "exact")]
    pub(super) share: Decimal,
    pub(super) why: String,
}

fn perhaps<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    exact(deserializer).map(Some)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleEntry {
    code: String,
    kind: String,
    name: String,
    name_en: String,
    meaning: String,
    severity: Severity,
    message: String,
    message_en: String,
    advice: String,
    advice_en: String,
    origin: String,
    #[serde(default)]
    instead_of: Vec<String>,
    #[serde(default)]
    applies: Applies,
    #[serde(default)]
    parameters: toml::Table,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    off: Vec<String>,
    rule: Vec<RuleEntry>,
    sum: Vec<Sum>,
    within: Vec<Within>,
    growth: Vec<GrowthOf>,
    tolerance: Vec<Tolerance>,
}

/// A rule of quality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualityRule {
    /// Its stable code.
    pub code: String,
    /// What sort of test it is: `range`, `sign`, `unit`, `jump`, `monotone`,
    /// `sum`, `within`, `growth`.
    pub kind: String,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// What it means, in Chinese.
    pub meaning: String,
    /// How much a finding weighs.
    pub severity: Severity,
    /// Where it comes from, in Chinese.
    pub origin: String,
    pub(super) message: String,
    pub(super) message_en: String,
    pub(super) advice: String,
    pub(super) advice_en: String,
    pub(super) instead_of: Vec<String>,
    pub(super) applies: Applies,
    pub(super) test: Test,
}

/// Why a file of rules cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}；请对照 rules/quality.toml 改正")]
pub struct QualityRulesError(String);

/// The rules of quality, with relations between indicators and tolerances
/// between standings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QualityRules {
    /// The rules, in the order of the file.
    pub rules: Vec<QualityRule>,
    pub(super) sums: Vec<Sum>,
    pub(super) within: Vec<Within>,
    pub(super) growth: Vec<GrowthOf>,
    pub(super) tolerances: Vec<Tolerance>,
}

const FILE: &str = include_str!("../../../../rules/quality.toml");

// A test proves that the file parses.
static STANDARD: LazyLock<Arc<QualityRules>> =
    LazyLock::new(|| Arc::new(QualityRules::default().with_local(FILE).unwrap_or_default()));

impl QualityRules {
    /// The rules that come with Lantu.
    pub fn standard() -> &'static Arc<Self> {
        &STANDARD
    }

    /// These rules with those of a file: a rule of the same code takes the place
    /// of ours, codes in `off` are left out, relations are added, and its
    /// tolerances come before ours.
    pub fn with_local(&self, text: &str) -> Result<Self, QualityRulesError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1);
            QualityRulesError(format!("第 {line} 行：{}", error.message()))
        })?;
        check(&file)?;
        let mut all = self.clone();
        for entry in file.rule {
            let rule = rule(entry)?;
            match all.rules.iter_mut().find(|known| known.code == rule.code) {
                Some(known) => *known = rule,
                None => all.rules.push(rule),
            }
        }
        for code in &file.off {
            if !all.rules.iter().any(|rule| rule.code == *code) {
                return Err(QualityRulesError(format!("off 中的“{code}”不是已有的规则")));
            }
        }
        all.rules.retain(|rule| !file.off.contains(&rule.code));
        all.sums.extend(file.sum);
        all.within.extend(file.within);
        all.growth.extend(file.growth);
        all.tolerances.splice(0..0, file.tolerance);
        Ok(all)
    }

    /// The rule of this code.
    pub fn rule(&self, code: &str) -> Option<&QualityRule> {
        self.rules.iter().find(|rule| rule.code == code)
    }

    /// The names of indicators whose figures are looked at together with those of
    /// an indicator that goes by one of these names.
    pub fn related(&self, names: &[&str]) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for sum in &self.sums {
            let all: Vec<&str> = sum.parts.iter().chain(&sum.whole).map(String::as_str).collect();
            if all.iter().any(|name| names.contains(name)) {
                found.extend(all);
            }
        }
        for pair in
            self.within.iter().filter(|pair| [&pair.part, &pair.whole].iter().any(|n| names.contains(&n.as_str())))
        {
            found.extend([pair.part.as_str(), pair.whole.as_str()]);
        }
        for growth in &self.growth {
            let all: Vec<&str> = growth.rate.iter().chain([&growth.name]).map(String::as_str).collect();
            if all.iter().any(|name| names.contains(name)) {
                found.extend(all);
            }
        }
        found
    }
}

fn rule(entry: RuleEntry) -> Result<QualityRule, QualityRulesError> {
    let RuleEntry { code, kind, parameters, .. } = entry;
    let parameters = toml::Value::Table(parameters);
    let refuse =
        |error: &toml::de::Error| QualityRulesError(format!("规则“{code}”的 parameters 有误：{}", error.message()));
    let none = |test: Test| match &parameters {
        toml::Value::Table(table) if table.is_empty() => Ok(test),
        _ => Err(QualityRulesError(format!("规则“{code}”没有 parameters"))),
    };
    let given = parameters.clone();
    let test = match kind.as_str() {
        "range" => given.try_into().map(Test::Range).map_err(|e| refuse(&e))?,
        "sign" => given.try_into().map(Test::Sign).map_err(|e| refuse(&e))?,
        "unit" => given.try_into().map(Test::Unit).map_err(|e| refuse(&e))?,
        "jump" => given.try_into().map(Test::Jump).map_err(|e| refuse(&e))?,
        "monotone" => given.try_into().map(Test::Monotone).map_err(|e| refuse(&e))?,
        "sum" => none(Test::Sum)?,
        "within" => none(Test::Within)?,
        "growth" => none(Test::Growth)?,
        other => {
            let known = "range、sign、unit、jump、monotone、sum、within、growth";
            return Err(QualityRulesError(format!("规则“{code}”的 kind“{other}”不认得，可用 {known}")));
        }
    };
    if let Some(wrong) = unusable(&test) {
        return Err(QualityRulesError(format!("规则“{code}”的 {wrong}")));
    }
    Ok(QualityRule {
        code,
        kind,
        name: entry.name,
        name_en: entry.name_en,
        meaning: entry.meaning,
        severity: entry.severity,
        origin: entry.origin,
        message: entry.message,
        message_en: entry.message_en,
        advice: entry.advice,
        advice_en: entry.advice_en,
        instead_of: entry.instead_of,
        applies: entry.applies,
        test,
    })
}

/// What parameters cannot be.
fn unusable(test: &Test) -> Option<&'static str> {
    let below_one = |value: &Decimal| *value < Decimal::ONE;
    match test {
        Test::Range(range) if range.at_least.is_none() && range.at_most.is_none() && !range.whole => {
            Some("at_least、at_most、whole 至少要写一项")
        }
        Test::Sign(Sign { against_history: Some(history) }) if below_one(&history.within) => Some("within 不能小于 1"),
        Test::Unit(unit) if below_one(&unit.within) || below_one(&unit.steady) => Some("within、steady 不能小于 1"),
        Test::Unit(unit) if unit.factors.iter().any(|factor| factor.times <= Decimal::ONE || factor.least == 0) => {
            Some("factors 的 times 要大于 1，least 至少为 1")
        }
        Test::Jump(jump)
            if jump.least_changes == 0
                || [jump.times, jump.least_share, jump.least_points].iter().any(Decimal::is_sign_negative) =>
        {
            Some("least_changes 至少为 1，其余不能是负数")
        }
        _ => None,
    }
}

fn check(file: &File) -> Result<(), QualityRulesError> {
    let refuse = |what: String| Err(QualityRulesError(what));
    for (place, entry) in file.rule.iter().enumerate() {
        let texts = [
            &entry.code,
            &entry.name,
            &entry.name_en,
            &entry.meaning,
            &entry.message,
            &entry.message_en,
            &entry.advice,
            &entry.advice_en,
            &entry.origin,
        ];
        if texts.iter().any(|text| text.trim().is_empty()) {
            return refuse(format!("规则“{}”的名称、含义、提示语、办法、来源都要填写", entry.code));
        }
        if file.rule.iter().skip(place + 1).any(|other| other.code == entry.code) {
            return refuse(format!("规则“{}”写了两次", entry.code));
        }
        let measures = entry.applies.measures.iter().chain(&entry.applies.not_measures);
        if let Some(wrong) = measures.into_iter().find(|word| !Measure::WORDS.contains(&word.as_str())) {
            return refuse(format!("规则“{}”中的“{wrong}”不是指标类型", entry.code));
        }
    }
    for sum in &file.sum {
        if sum.parts.len() < 2 || sum.whole.is_some() == sum.total.is_some() || sum.share.is_sign_negative() {
            return refuse(format!(
                "分项（{}）：至少两项，whole 与 total 写且只写一个，share 不能是负数",
                sum.parts.join("、")
            ));
        }
    }
    let whys = file.sum.iter().map(|s| &s.why).chain(file.within.iter().map(|w| &w.why));
    let mut whys = whys.chain(file.growth.iter().map(|g| &g.why)).chain(file.tolerance.iter().map(|t| &t.why));
    if whys.any(|why| why.trim().is_empty()) {
        return refuse("每一条分项、包含、增速、容差都要写明 why".to_owned());
    }
    let negative = |value: &Decimal| value.is_sign_negative() && !value.is_zero();
    if file.tolerance.iter().any(|t| negative(&t.points) || negative(&t.share))
        || file.growth.iter().any(|g| negative(&g.points))
    {
        return refuse("容差不能是负数".to_owned());
    }
    Ok(())
}
