//! Rule sets: data files that say how a finding becomes a status.
//!
//! The three that come with Lantu are in `rules/assessment/`, each with its
//! explanation; a place adds its own as a file of the same form
//! ([`RuleSet::parse`]).

use std::{collections::BTreeMap, sync::LazyLock};

use plan_model::{Standing, Status};
use rust_decimal::Decimal;
use serde::Deserialize;

/// What the bands of a rule set are applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gauge {
    /// Progress made over progress expected by then; 1 is on the even path.
    ShareOfPace,
    /// Percentage points of the whole way by which the even path is ahead.
    PointsBehind,
    /// Yearly rate of change so far over the rate needed from base to target.
    GrowthPace,
}

/// Where findings that no gauge measures are placed, by band code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Placing {
    /// The target was reached before its date and still is.
    pub(crate) reached_early: String,
    /// The target is met, but there is no date or path to measure against.
    pub(crate) met_without_path: String,
    /// The date has come and the target is not met.
    pub(crate) final_unmet: String,
    /// A bound or a comparison holds.
    pub(crate) bound_kept: String,
    /// A bound or a comparison is missed within the named tolerance, or a bound
    /// was broken in one year and holds again.
    pub(crate) bound_slipped: String,
    /// A bound or a comparison is broken.
    pub(crate) bound_broken: String,
    /// Where the rounding of printed figures leaves several bands open, the one
    /// nearest to this is taken.
    pub(crate) rounding_doubt: String,
}

impl Placing {
    fn codes(&self) -> [(&'static str, &str); 7] {
        [
            ("reached_early", &self.reached_early),
            ("met_without_path", &self.met_without_path),
            ("final_unmet", &self.final_unmet),
            ("bound_kept", &self.bound_kept),
            ("bound_slipped", &self.bound_slipped),
            ("bound_broken", &self.bound_broken),
            ("rounding_doubt", &self.rounding_doubt),
        ]
    }
}

/// A margin inside which a miss is shown but not judged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tolerance {
    /// For figures in percent: so many percentage points.
    #[serde(deserialize_with = "exact")]
    pub(crate) points: Decimal,
    /// For figures in other units: such a share of the target's value.
    #[serde(deserialize_with = "exact")]
    pub(crate) share: Decimal,
    /// Where it comes from, in Chinese.
    pub(crate) why: String,
}

/// The tolerances a rule set names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tolerances {
    /// For 同步 and 快于.
    pub(crate) in_step_with: Tolerance,
    /// For bounds that hold every year.
    pub(crate) hold: Tolerance,
    /// For amounts that must not be used up too fast.
    pub(crate) allowance: Tolerance,
    /// For 左右.
    pub(crate) about: Tolerance,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct BandEntry {
    code: String,
    word: String,
    word_en: String,
    shape: String,
    colour: String,
    why: String,
    #[serde(default = "yes")]
    judged: bool,
    at_least: Option<Exact>,
    under: Option<Exact>,
    up_to: Option<Exact>,
}

fn yes() -> bool {
    true
}

/// A number written as text (`"0.8"`), so that no binary fraction comes between.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Exact(Decimal);

impl TryFrom<String> for Exact {
    type Error = plan_model::DecimalError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        plan_model::parse_decimal(&text).map(Self)
    }
}

pub(crate) fn exact<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    Exact::deserialize(deserializer).map(|exact| exact.0)
}

/// From where on a band applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    AtLeast(Decimal),
    Under(Decimal),
    UpTo(Decimal),
    /// What the bands before it leave over.
    Rest,
    /// Only by placing (提前实现, 无法判断).
    Placed,
}

/// A band with its edge.
#[derive(Debug, Clone)]
pub struct Band {
    /// Word, shape and colour.
    pub status: Status,
    /// What it means and where it comes from, in Chinese.
    pub why: String,
    pub(crate) edge: Edge,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Freshness {
    #[serde(deserialize_with = "exact")]
    stale_after_periods: Decimal,
    why: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Figures {
    standings: Vec<Standing>,
    #[serde(deserialize_with = "exact")]
    least_share_of_time: Decimal,
    #[serde(deserialize_with = "exact")]
    least_years: Decimal,
    why: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutlookEntry {
    #[serde(deserialize_with = "exact")]
    out_of_reach_times: Decimal,
    why: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    version: String,
    title: String,
    title_en: String,
    explanation: String,
    origin: String,
    gauge: Gauge,
    figures: Figures,
    freshness: Freshness,
    outlook: OutlookEntry,
    tolerance: Tolerances,
    placing: Placing,
    band: Vec<BandEntry>,
    #[serde(default)]
    official_words: BTreeMap<String, Codes>,
}

/// One band, or several that a coarser scale does not tell apart.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Codes {
    One(String),
    Several(Vec<String>),
}

impl Codes {
    fn all(&self) -> &[String] {
        match self {
            Self::One(code) => std::slice::from_ref(code),
            Self::Several(codes) => codes,
        }
    }
}

/// Why a text is not a rule set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleSetError {
    /// Not TOML, a key that is unknown, missing or of the wrong kind.
    #[error("规则文件读不通：{0}请对照 rules/assessment/ 中的现成规则改正")]
    Form(String),
    /// Readable, but it cannot judge.
    #[error("规则文件“{name}”不完整：{what}")]
    Incomplete {
        /// The rule set's name.
        name: String,
        /// What is missing and what to do.
        what: String,
    },
}

/// How a finding becomes a status (进展判断规则).
#[derive(Debug, Clone)]
pub struct RuleSet {
    /// Its name on the command line.
    pub name: String,
    /// Raised with every change that can change a verdict.
    pub version: String,
    /// Its Chinese title.
    pub title: String,
    /// Its English title.
    pub title_en: String,
    /// What it does, in Chinese, for the people it judges.
    pub explanation: String,
    /// Where its bands come from, in Chinese.
    pub origin: String,
    /// The text it was read from.
    pub text: String,
    /// What the bands are applied to.
    pub gauge: Gauge,
    /// From best to worst; the last one is 无法判断.
    pub bands: Vec<Band>,
    pub(crate) standings: Vec<Standing>,
    pub(crate) least_share_of_time: Decimal,
    pub(crate) least_years: Decimal,
    pub(crate) stale_after_periods: Decimal,
    pub(crate) out_of_reach_times: Decimal,
    pub(crate) tolerance: Tolerances,
    pub(crate) placing: Placing,
    official_words: BTreeMap<String, Codes>,
}

impl RuleSet {
    /// Reads a rule set and checks that it can judge everything.
    pub fn parse(text: &str) -> Result<Self, RuleSetError> {
        let file: File = toml::from_str(text).map_err(|error| RuleSetError::Form(format!("{error}；")))?;
        check(&file)?;
        let last = file.band.len();
        let bands = (0u8..).zip(file.band).map(|(order, entry)| band(order, entry, last)).collect();
        Ok(Self {
            name: file.name,
            version: file.version,
            title: file.title,
            title_en: file.title_en,
            explanation: file.explanation,
            origin: file.origin,
            text: text.to_owned(),
            gauge: file.gauge,
            bands,
            standings: file.figures.standings,
            least_share_of_time: file.figures.least_share_of_time,
            least_years: file.figures.least_years,
            stale_after_periods: file.freshness.stale_after_periods,
            out_of_reach_times: file.outlook.out_of_reach_times,
            tolerance: file.tolerance,
            placing: file.placing,
            official_words: file.official_words,
        })
    }

    /// Whether a status is worse than in line: than what a kept bound is called.
    pub fn is_behind(&self, status: &Status) -> bool {
        let line = self.band(&self.placing.bound_kept).map(|band| band.status.order);
        status.judged && line.is_some_and(|line| status.order > line)
    }

    /// The band of this code.
    pub fn band(&self, code: &str) -> Option<&Band> {
        self.bands.iter().find(|band| band.status.code == code)
    }

    /// The bands an official word stands for: that of the rule set's own words, else
    /// those listed as meaning the same (提前完成, 相对滞后); several where the word
    /// comes from a scale that does not tell them apart (达到预期进度); none for a
    /// word that is unknown.
    pub fn bands_of_official_word(&self, word: &str) -> Vec<&Band> {
        let word = word.trim();
        if let Some(own) = self.bands.iter().find(|band| band.status.word == word) {
            return vec![own];
        }
        let codes = self.official_words.get(word).map(Codes::all).unwrap_or_default();
        codes.iter().filter_map(|code| self.band(code)).collect()
    }

    /// Whose figure is used where several standings have one for the same period:
    /// the first of these that has.
    pub fn standings(&self) -> &[Standing] {
        &self.standings
    }

    /// How a standing ranks among several for the same period; 0 is used first.
    pub(crate) fn preference(&self, standing: Standing) -> usize {
        self.standings.iter().position(|s| *s == standing).unwrap_or(self.standings.len())
    }
}

fn band(order: u8, entry: BandEntry, count: usize) -> Band {
    let edge = match (entry.at_least, entry.under, entry.up_to) {
        (Some(value), _, _) => Edge::AtLeast(value.0),
        (_, Some(value), _) => Edge::Under(value.0),
        (_, _, Some(value)) => Edge::UpTo(value.0),
        _ if usize::from(order) + 2 == count => Edge::Rest,
        _ => Edge::Placed,
    };
    let BandEntry { code, word, word_en, shape, colour, why, judged, .. } = entry;
    Band { status: Status { code, word, word_en, shape, colour, order, judged }, why, edge }
}

fn check(file: &File) -> Result<(), RuleSetError> {
    let refuse = |what: String| Err(RuleSetError::Incomplete { name: file.name.clone(), what });
    let texts = [&file.name, &file.version, &file.title, &file.title_en, &file.explanation, &file.origin];
    let reasons = [&file.figures.why, &file.freshness.why, &file.outlook.why];
    let named = &file.tolerance;
    let tolerances = [&named.in_step_with, &named.hold, &named.allowance, &named.about];
    let tolerance_reasons = tolerances.map(|tolerance| &tolerance.why);
    if texts.into_iter().chain(reasons).chain(tolerance_reasons).any(|text| text.trim().is_empty()) {
        return refuse("名称、版本、标题、说明、来源和每一处 why 都要填写".to_owned());
    }
    if tolerances.iter().any(|t| t.points.is_sign_negative() || t.share.is_sign_negative()) {
        return refuse("容差不能是负数".to_owned());
    }
    if Standing::ALL.iter().any(|standing| !file.figures.standings.contains(standing))
        || file.figures.standings.len() != 3
    {
        return refuse("figures.standings 要把 verified、statistical、reported 各列一次".to_owned());
    }
    if file.band.len() > 20 || file.band.iter().filter(|band| band.judged).count() < 2 {
        return refuse("至少要有两档判断（band），至多二十档".to_owned());
    }
    if file.band.last().is_none_or(|last| last.judged) || file.band.iter().rev().skip(1).any(|band| !band.judged) {
        return refuse("最后一档、也只有最后一档是无法判断（judged = false）".to_owned());
    }
    check_bands(file).or_else(refuse)?;
    let known = |code: &str| file.band.iter().any(|band| band.judged && band.code == code);
    for (key, code) in file.placing.codes() {
        if !known(code) {
            return refuse(format!("placing.{key} 指向的“{code}”不是已有的判断档"));
        }
    }
    for (word, codes) in &file.official_words {
        if codes.all().is_empty() {
            return refuse(format!("official_words 中“{word}”没有写判断档"));
        }
        if let Some(code) = codes.all().iter().find(|code| !known(code)) {
            return refuse(format!("official_words 中“{word}”指向的“{code}”不是已有的判断档"));
        }
    }
    Ok(())
}

/// Every band has a word, shape and colour of its own, and the edges run one way.
fn check_bands(file: &File) -> Result<(), String> {
    for (place, band) in file.band.iter().enumerate() {
        let texts = [&band.code, &band.word, &band.word_en, &band.why];
        if texts.iter().any(|text| text.trim().is_empty()) || band.shape.chars().count() != 1 {
            return Err(format!("档“{}”要有 code、word、word_en、why 和一个字符的 shape", band.code));
        }
        let hex = band.colour.strip_prefix('#').unwrap_or_default();
        if hex.len() != 6 || !hex.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(format!("档“{}”的 colour 要写成 #rrggbb", band.code));
        }
        let same = |other: &BandEntry| other.code == band.code || other.word == band.word || other.shape == band.shape;
        if file.band.iter().skip(place + 1).any(same) {
            return Err(format!("档“{}”的 code、word 或 shape 与另一档相同", band.code));
        }
    }
    let edges: Vec<Decimal> = match file.gauge {
        Gauge::PointsBehind => {
            if file.band.iter().any(|band| band.at_least.is_some()) {
                return Err("points_behind 的档用 under 或 up_to，不用 at_least".to_owned());
            }
            file.band.iter().filter_map(|band| band.under.or(band.up_to).map(|edge| edge.0)).collect()
        }
        Gauge::ShareOfPace | Gauge::GrowthPace => {
            if file.band.iter().any(|band| band.under.is_some() || band.up_to.is_some()) {
                return Err("share_of_pace 和 growth_pace 的档用 at_least，不用 under 或 up_to".to_owned());
            }
            file.band.iter().filter_map(|band| band.at_least.map(|edge| -edge.0)).collect()
        }
    };
    let lowest = file.band.iter().rev().nth(1);
    if lowest.is_some_and(|band| band.at_least.or(band.under).or(band.up_to).is_some()) {
        return Err("最差的判断档不设界限，它收下其余所有情况".to_owned());
    }
    if edges.is_empty() || !edges.is_sorted_by(|left, right| left < right) {
        return Err("各档界限要从好到差依次排列，不能相同".to_owned());
    }
    Ok(())
}

/// The rule set used where none is named.
pub const DEFAULT_RULE_SET: &str = "share-of-pace";

static READY: LazyLock<Vec<RuleSet>> = LazyLock::new(|| {
    let texts = [
        include_str!("../../../rules/assessment/share-of-pace.toml"),
        include_str!("../../../rules/assessment/points-behind.toml"),
        include_str!("../../../rules/assessment/growth-pace.toml"),
    ];
    // A test proves that each of them parses, so none is lost here.
    texts.iter().filter_map(|text| RuleSet::parse(text).ok()).collect()
});

/// The rule sets that come with Lantu, the default one first.
pub fn ready_rule_sets() -> &'static [RuleSet] {
    &READY
}

/// The ready rule set of this name.
pub fn ready_rule_set(name: &str) -> Option<&'static RuleSet> {
    READY.iter().find(|rules| rules.name == name)
}
