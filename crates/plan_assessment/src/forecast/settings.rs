//! What is forecast how: `rules/assessment/forecast.toml`.

use std::sync::LazyLock;

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::Deserialize;

use super::{Method, Recipe, Slower, spread::HalfWidths};
use crate::rule_set::{RuleSetError, exact};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindEntry {
    method: Method,
    seasonal: bool,
    #[serde(deserialize_with = "exact")]
    widen: Decimal,
    least_points: usize,
    why: String,
    /// Rules that were kept before there were slower methods have none.
    on_request: Option<RequestEntry>,
}

/// By how much the intervals of the slower methods are widened or drawn together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestEntry {
    #[serde(deserialize_with = "exact")]
    combination: Decimal,
    #[serde(deserialize_with = "exact")]
    resampling: Decimal,
    why: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutlookEntry {
    #[serde(deserialize_with = "exact")]
    hopeful_from: Decimal,
    #[serde(deserialize_with = "exact")]
    doubtful_under: Decimal,
    why: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    title: String,
    title_en: String,
    explanation: String,
    #[serde(deserialize_with = "exact")]
    inside: Decimal,
    outlook: OutlookEntry,
    yearly: KindEntry,
    yearly_rates: KindEntry,
    quarterly: KindEntry,
    monthly: KindEntry,
}

/// What sort of history is carried on; each has its own method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Yearly levels and amounts.
    Yearly,
    /// Yearly rates in percent.
    YearlyRates,
    /// Quarterly levels and amounts.
    Quarterly,
    /// Monthly levels and amounts.
    Monthly,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 4] = [Kind::Yearly, Kind::YearlyRates, Kind::Quarterly, Kind::Monthly];

    /// The name of its section in the file.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Yearly => "yearly",
            Kind::YearlyRates => "yearly_rates",
            Kind::Quarterly => "quarterly",
            Kind::Monthly => "monthly",
        }
    }

    /// How many numbers make a year.
    pub fn in_a_year(self) -> usize {
        match self {
            Kind::Yearly | Kind::YearlyRates => 1,
            Kind::Quarterly => 4,
            Kind::Monthly => 12,
        }
    }
}

/// How forecasts are made (前景测算).
#[derive(Debug, Clone)]
pub struct ForecastRules {
    /// Raised with every change that can change a forecast.
    pub version: String,
    /// What it does, in Chinese.
    pub explanation: String,
    /// The text it was read from.
    pub text: String,
    /// The share of outcomes an interval is to hold, between 0 and 1.
    pub inside: Decimal,
    /// From this chance on the target counts as within reach.
    pub(crate) hopeful_from: Decimal,
    /// Under this chance it does not.
    pub(crate) doubtful_under: Decimal,
    pub(super) half_widths: HalfWidths,
    kinds: [KindEntry; 4],
}

impl ForecastRules {
    /// Reads the file and checks it.
    pub fn parse(text: &str) -> Result<Self, RuleSetError> {
        let file: File = toml::from_str(text).map_err(|error| RuleSetError::Form(format!("{error}；")))?;
        let refuse = |what: &str| RuleSetError::Incomplete { name: "forecast".to_owned(), what: what.to_owned() };
        let share = |value: Decimal| value > Decimal::ZERO && value < Decimal::ONE;
        if !share(file.inside) || !share(file.outlook.hopeful_from) || !share(file.outlook.doubtful_under) {
            return Err(refuse("inside、hopeful_from、doubtful_under 要在 0 与 1 之间"));
        }
        if file.outlook.doubtful_under >= file.outlook.hopeful_from {
            return Err(refuse("doubtful_under 要小于 hopeful_from"));
        }
        let kinds = [file.yearly, file.yearly_rates, file.quarterly, file.monthly];
        let texts = [&file.version, &file.title, &file.title_en, &file.explanation, &file.outlook.why];
        if texts.into_iter().chain(kinds.iter().map(|kind| &kind.why)).any(|text| text.trim().is_empty()) {
            return Err(refuse("版本、标题、说明和每一处 why 都要填写"));
        }
        if kinds.iter().any(|kind| kind.least_points < 3 || kind.widen < Decimal::ONE || kind.widen > Decimal::TEN) {
            return Err(refuse("least_points 不能小于 3，widen 要在 1 到 10 之间"));
        }
        let asked: Vec<&RequestEntry> = kinds.iter().filter_map(|kind| kind.on_request.as_ref()).collect();
        if asked.iter().any(|asked| asked.why.trim().is_empty()) {
            return Err(refuse("版本、标题、说明和每一处 why 都要填写"));
        }
        let widths = asked.iter().flat_map(|asked| [asked.combination, asked.resampling]);
        if widths.into_iter().any(|width| width < Decimal::new(5, 1) || width > Decimal::TEN) {
            return Err(refuse("on_request 中的数要在 0.5 到 10 之间"));
        }
        Ok(Self {
            version: file.version,
            explanation: file.explanation,
            text: text.to_owned(),
            inside: file.inside,
            hopeful_from: file.outlook.hopeful_from,
            doubtful_under: file.outlook.doubtful_under,
            half_widths: HalfWidths::of(file.inside.to_f64().unwrap_or(0.8)),
            kinds,
        })
    }

    fn entry(&self, kind: Kind) -> &KindEntry {
        let [yearly, rates, quarterly, monthly] = &self.kinds;
        match kind {
            Kind::Yearly => yearly,
            Kind::YearlyRates => rates,
            Kind::Quarterly => quarterly,
            Kind::Monthly => monthly,
        }
    }

    /// The method of a kind of history.
    pub fn recipe(&self, kind: Kind) -> Recipe {
        let entry = self.entry(kind);
        let (in_a_year, widen) = (kind.in_a_year(), entry.widen.to_f64().unwrap_or(1.0));
        Recipe { method: entry.method, in_a_year, seasonal: entry.seasonal, widen, least_error: 0.0 }
    }

    /// The recipe of a slower method: that of the default one, with its own width.
    /// Nothing where the rules know of none.
    pub fn slower(&self, kind: Kind, slower: Slower) -> Option<Recipe> {
        let asked = self.entry(kind).on_request.as_ref()?;
        let widen = match slower {
            Slower::Combination => asked.combination,
            Slower::Resampling => asked.resampling,
        };
        Some(Recipe { widen: widen.to_f64()?, ..self.recipe(kind) })
    }

    /// How many numbers a history of a kind needs.
    pub fn least_points(&self, kind: Kind) -> usize {
        self.entry(kind).least_points
    }
}

const READY: &str = include_str!("../../../../rules/assessment/forecast.toml");

// A test proves that the file parses.
static RULES: LazyLock<Option<ForecastRules>> = LazyLock::new(|| ForecastRules::parse(READY).ok());

/// The rules that come with Lantu.
pub fn ready_forecast_rules() -> Option<&'static ForecastRules> {
    RULES.as_ref()
}
