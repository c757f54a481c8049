//! A weighted index of a chapter or a plan: how much of the way is done against
//! how much of the time has passed. Weights are somebody's choice, so they come
//! from a file with a name and a reason; what has no way to go is left out and
//! named, and where too much is left out there is no index.

use std::collections::{BTreeMap, BTreeSet};

use plan_model::{Decimal, Indicator, Measure, Message, Met, Outlook, Verdict, plain};
use serde::Deserialize;

use crate::{
    exact::Num,
    message::Say,
    rule_set::{RuleSetError, exact},
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WeightEntry {
    indicator: String,
    #[serde(deserialize_with = "exact")]
    weight: Decimal,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    version: String,
    title: String,
    explanation: String,
    origin: String,
    #[serde(deserialize_with = "exact")]
    least_share: Decimal,
    weight: Vec<WeightEntry>,
}

/// Weights of indicators (权重), by id or exact name.
#[derive(Debug, Clone)]
pub struct Weights {
    /// Its name.
    pub name: String,
    /// Raised with every change.
    pub version: String,
    /// Its Chinese title.
    pub title: String,
    /// What is weighed why, in Chinese.
    pub explanation: String,
    /// Who set the weights, in Chinese.
    pub origin: String,
    /// The share of all weight that must be averaged for the index to mean anything.
    pub least_share: Decimal,
    weights: BTreeMap<String, Decimal>,
}

impl Weights {
    /// Reads a file of weights and checks it.
    pub fn parse(text: &str) -> Result<Self, RuleSetError> {
        let file: File = toml::from_str(text).map_err(|error| RuleSetError::Form(format!("{error}；")))?;
        let refuse = |what: String| Err(RuleSetError::Incomplete { name: file.name.clone(), what });
        let texts = [&file.name, &file.version, &file.title, &file.explanation, &file.origin];
        if texts.iter().any(|text| text.trim().is_empty()) {
            return refuse("名称、版本、标题、说明和来源都要填写".to_owned());
        }
        if file.least_share <= Decimal::ZERO || file.least_share > Decimal::ONE {
            return refuse("least_share 要大于 0，不超过 1".to_owned());
        }
        if file.weight.is_empty() {
            return refuse("至少要有一个权重（weight）".to_owned());
        }
        let mut weights = BTreeMap::new();
        for entry in &file.weight {
            if entry.weight <= Decimal::ZERO || entry.indicator.trim().is_empty() {
                return refuse(format!("“{}”的权重要大于 0，指标要填写", entry.indicator));
            }
            if weights.insert(entry.indicator.trim().to_owned(), entry.weight).is_some() {
                return refuse(format!("“{}”写了两次权重", entry.indicator));
            }
        }
        let File { name, version, title, explanation, origin, least_share, .. } = file;
        Ok(Self { name, version, title, explanation, origin, least_share, weights })
    }

    fn of(&self, indicator: &Indicator) -> Option<(&str, Decimal)> {
        let found = self.weights.get_key_value(&indicator.id).or_else(|| self.weights.get_key_value(&indicator.name));
        found.map(|(key, weight)| (key.as_str(), *weight))
    }
}

/// One indicator in an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexPart {
    /// Its id.
    pub indicator: String,
    /// Its weight.
    pub weight: Decimal,
    /// The share of its way that is done, from 0 to 1.
    pub way: Decimal,
    /// The share of its time that has passed, where it has one.
    pub time: Option<Decimal>,
}

/// A weighted index (加权完成指数) with everything it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightedIndex {
    /// The weighted mean share of the way, from 0 to 1; absent where refused.
    pub way: Option<Decimal>,
    /// The weighted mean share of the time of the same indicators, to compare with.
    pub time: Option<Decimal>,
    /// What was averaged.
    pub parts: Vec<IndexPart>,
    /// What was left out: id (or the weights' own word where nothing is called so), weight, reason.
    pub left_out: Vec<(String, Decimal, Message)>,
    /// Why there is no index, where there is none.
    pub refused: Option<Message>,
    /// Name and version of the weights.
    pub weights: (String, String),
}

/// The weighted index of verdicts; indicators without a weight do not belong to it.
pub fn weighted_index<'v>(
    judged: impl IntoIterator<Item = (&'v Indicator, &'v Verdict)>,
    weights: &Weights,
) -> WeightedIndex {
    let (mut parts, mut left_out, mut found) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (indicator, verdict) in judged {
        let Some((key, weight)) = weights.of(indicator) else { continue };
        found.insert(key);
        match share_of_way(indicator, verdict) {
            Ok((way, time)) => parts.push(IndexPart { indicator: indicator.id.clone(), weight, way, time }),
            Err(reason) => left_out.push((indicator.id.clone(), weight, reason)),
        }
    }
    for (key, weight) in weights.weights.iter().filter(|(key, _)| !found.contains(key.as_str())) {
        left_out.push((key.clone(), *weight, Say::IndexNotInRegister.with([("name", key.clone())])));
    }
    let sum = |numbers: &mut dyn Iterator<Item = Num>| numbers.fold(Num::from(0), |sum, number| sum + number);
    let used = sum(&mut parts.iter().map(|part| Num::from(part.weight)));
    let all = used + sum(&mut left_out.iter().map(|(_, weight, _)| Num::from(*weight)));
    let share = (used / all).0.unwrap_or_default();
    let enough = share >= weights.least_share && !parts.is_empty();
    let way = sum(&mut parts.iter().map(|part| Num::from(part.weight) * Num::from(part.way))) / used;
    let timed = || parts.iter().filter_map(|part| Some((Num::from(part.weight), Num::from(part.time?))));
    let time = sum(&mut timed().map(|(weight, time)| weight * time)) / sum(&mut timed().map(|(weight, _)| weight));
    let percent = |share: Decimal| plain((Num::from(share) * Num::HUNDRED).0.unwrap_or_default().round_dp(1));
    WeightedIndex {
        way: way.0.filter(|_| enough),
        time: time.0.filter(|_| enough),
        parts,
        left_out,
        refused: (!enough)
            .then(|| Say::IndexRefused.with([("share", percent(share)), ("least", percent(weights.least_share))])),
        weights: (weights.name.clone(), weights.version.clone()),
    }
}

/// The share of the way and of the time of one indicator, or why it has none.
fn share_of_way(indicator: &Indicator, verdict: &Verdict) -> Result<(Decimal, Option<Decimal>), Message> {
    let whole = |met: bool| if met { Decimal::ONE } else { Decimal::ZERO };
    match (&indicator.measure, verdict.way) {
        (Measure::Rank, _) => Err(Say::IndexRank.with([])),
        (Measure::YesNo, _) if verdict.met != Met::Unknown => Ok((whole(verdict.met == Met::Yes), verdict.time)),
        (_, Some(way)) => Ok((way.clamp(Decimal::ZERO, Decimal::ONE), verdict.time)),
        (_, None) if !verdict.status.judged => Err(verdict.trail.reason.clone()),
        // Reached for good, without a base to measure the way from.
        (_, None) if verdict.outlook == Outlook::Reached => Ok((Decimal::ONE, verdict.time)),
        (_, None) => Err(Say::IndexNoWay.with([])),
    }
}
