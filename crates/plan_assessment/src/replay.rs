//! Replay: everything verdicts were made from, kept as one value, gives the same
//! verdicts again, or says exactly which input is another now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use plan_model::{Baseline, Indicator, Node, Observation, PlanPeriod, Target, Verdict, plain};
use serde::{Deserialize, Serialize};

use crate::{
    aim::AgreedTarget,
    assess::{Question, Rules, assess_with},
    breaks::SeriesBreak,
    forecast::ForecastRules,
    nodes::NodeRules,
    rule_set::{RuleSet, RuleSetError},
};

/// Everything verdicts depend on, as it was known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The indicators judged, in their order.
    pub indicators: Vec<Indicator>,
    /// Their figures.
    pub observations: Vec<Observation>,
    /// Known changes of definition.
    pub breaks: Vec<SeriesBreak>,
    /// Yearly targets agreed outside of the plan's own text.
    #[serde(default)]
    pub agreed: Vec<AgreedTarget>,
    /// Agreed nodes.
    pub nodes: Vec<Node>,
    /// The years of the plan.
    pub period: Option<PlanPeriod>,
    /// The day as of which was judged.
    pub as_of: Date,
    /// The text of the rule set.
    pub rule_set: String,
    /// The text of the forecast rules; empty where none were used.
    pub forecast_rules: String,
    /// The text of the node rules; empty where none were used.
    pub node_rules: String,
}

impl Snapshot {
    /// Keeps a question and the rules it is judged by.
    pub fn of(question: &Question<'_>, rules: &Rules<'_>) -> Self {
        Self {
            indicators: question.indicators.to_vec(),
            observations: question.observations.to_vec(),
            breaks: question.breaks.to_vec(),
            agreed: question.agreed.to_vec(),
            nodes: question.nodes.to_vec(),
            period: question.period,
            as_of: question.as_of,
            rule_set: rules.verdicts.text.clone(),
            forecast_rules: rules.forecasts.map(|rules| rules.text.clone()).unwrap_or_default(),
            node_rules: rules.nodes.map(|rules| rules.text.clone()).unwrap_or_default(),
        }
    }

    /// The verdicts that follow from it, by the rules it keeps.
    pub fn verdicts(&self) -> Result<Vec<Verdict>, RuleSetError> {
        let verdicts = RuleSet::parse(&self.rule_set)?;
        let kept = |text: &String| !text.is_empty();
        let forecasts = Some(&self.forecast_rules).filter(|text| kept(text));
        let forecasts = forecasts.map(|text| ForecastRules::parse(text)).transpose()?;
        let nodes = Some(&self.node_rules).filter(|text| kept(text));
        let nodes = nodes.map(|text| NodeRules::parse(text)).transpose()?;
        let question = Question {
            indicators: &self.indicators,
            observations: &self.observations,
            breaks: &self.breaks,
            agreed: &self.agreed,
            nodes: &self.nodes,
            period: self.period,
            as_of: self.as_of,
        };
        let rules = Rules { verdicts: &verdicts, forecasts: forecasts.as_ref(), nodes: nodes.as_ref() };
        Ok(assess_with(&question, &rules))
    }
}

/// One input that is another now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InputChange {
    /// What sort of input: `indicator`, `figure`, `break`, `node`, `period`, `as_of`,
    /// `rule_set`, `forecast_rules`, `node_rules`.
    pub sort: String,
    /// Which one: the indicator's id, with period, standing and vintage of a figure
    /// or day and deliverable of a node; empty where there is only one.
    pub which: String,
    /// What about it is another: the field's name, or empty for the whole.
    pub field: String,
    /// As it was; absent where it was not there.
    pub before: Option<String>,
    /// As it is; absent where it is gone.
    pub after: Option<String>,
}

/// An input's fields by name, as text.
type Fields = BTreeMap<&'static str, String>;

/// Exactly what differs between two snapshots, in a fixed order. Nothing where
/// they are the same up to the order of figures, breaks, yearly targets and nodes.
pub fn changes(before: &Snapshot, after: &Snapshot) -> Vec<InputChange> {
    let mut found = Vec::new();
    let mut one = |sort: &str, before: String, after: String| {
        if before != after {
            let (before, after) = (Some(before).filter(|b| !b.is_empty()), Some(after).filter(|a| !a.is_empty()));
            let (sort, which, field) = (sort.to_owned(), String::new(), String::new());
            found.push(InputChange { sort, which, field, before, after });
        }
    };
    one("as_of", before.as_of.to_string(), after.as_of.to_string());
    let years = |period: Option<PlanPeriod>| period.map(|period| period.to_string()).unwrap_or_default();
    one("period", years(before.period), years(after.period));
    one("rule_set", before.rule_set.clone(), after.rule_set.clone());
    one("forecast_rules", before.forecast_rules.clone(), after.forecast_rules.clone());
    one("node_rules", before.node_rules.clone(), after.node_rules.clone());
    let ids = |snapshot: &Snapshot| snapshot.indicators.iter().map(|i| i.id.clone()).collect::<Vec<_>>();
    let (old, new) = (ids(before), ids(after));
    if old.iter().collect::<BTreeSet<_>>() == new.iter().collect() {
        one("order", old.join(" "), new.join(" "));
    }
    differ("indicator", &before.indicators, &after.indicators, indicator, &mut found);
    differ("figure", &before.observations, &after.observations, figure, &mut found);
    differ("break", &before.breaks, &after.breaks, series_break, &mut found);
    differ("yearly_target", &before.agreed, &after.agreed, yearly_target, &mut found);
    differ("node", &before.nodes, &after.nodes, node, &mut found);
    found
}

/// Compares two lists by the names of their elements. Elements of one name are
/// told apart by their place among them.
fn differ<T>(sort: &str, before: &[T], after: &[T], read: fn(&T) -> (String, Fields), found: &mut Vec<InputChange>) {
    let named = |list: &[T]| {
        let mut all: BTreeMap<String, Vec<Fields>> = BTreeMap::new();
        for (name, fields) in list.iter().map(read) {
            all.entry(name).or_default().push(fields);
        }
        // Figures come in any order: so do twins.
        all.values_mut().for_each(|twins| twins.sort());
        all
    };
    let (before, after) = (named(before), named(after));
    let none = Vec::new();
    for name in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let (old, new) = (before.get(name).unwrap_or(&none), after.get(name).unwrap_or(&none));
        let mut say = |field: &str, before: Option<String>, after: Option<String>| {
            let (sort, which, field) = (sort.to_owned(), name.clone(), field.to_owned());
            found.push(InputChange { sort, which, field, before, after });
        };
        for place in 0..old.len().max(new.len()) {
            let whole = |fields: &Fields| {
                let said = fields.iter().filter(|(_, value)| !value.is_empty());
                said.map(|(field, value)| format!("{field}: {value}")).collect::<Vec<_>>().join("; ")
            };
            match (old.get(place), new.get(place)) {
                (Some(old), Some(new)) => {
                    for (field, value) in old.iter().filter(|(field, value)| new.get(*field) != Some(value)) {
                        say(field, Some(value.clone()), new.get(field).cloned());
                    }
                }
                (old, new) => say("", old.map(whole), new.map(whole)),
            }
        }
    }
}

fn indicator(of: &Indicator) -> (String, Fields) {
    let base = |base: &Baseline| match base.period {
        Some(period) => format!("{period}: {}", plain(base.value)),
        None => plain(base.value),
    };
    let target = |t: &Target| {
        let value = [t.value, t.value_high].into_iter().flatten().map(plain).collect::<Vec<_>>().join("–");
        let soft = if t.soft { "力争 " } else { "" };
        format!("{soft}{} {value}{} @{}", t.comparison, t.unit, t.due)
    };
    let fields = Fields::from([
        ("name", of.name.clone()),
        ("group", of.group.clone()),
        ("unit", of.unit.clone()),
        ("kind", of.kind.to_string()),
        ("measure", of.measure.to_string()),
        ("direction", of.direction.map(|direction| direction.to_string()).unwrap_or_default()),
        ("base", of.baseline.as_ref().map(base).unwrap_or_default()),
        ("targets", of.targets.iter().map(target).collect::<Vec<_>>().join("; ")),
    ]);
    (of.id.clone(), fields)
}

fn figure(of: &Observation) -> (String, Fields) {
    let name = format!("{} {} {} v{}", of.indicator, of.period, of.standing, of.vintage);
    // As written, so that 1.0 for 1 is seen: rounding is judged by the digits.
    let fields =
        Fields::from([("value", of.value.to_string()), ("source", of.source.clone()), ("note", of.note.clone())]);
    (name, fields)
}

fn series_break(of: &SeriesBreak) -> (String, Fields) {
    let overlap = of.overlap.map(|(old, new)| format!("{}→{}", plain(old), plain(new))).unwrap_or_default();
    (format!("{} {}", of.indicator, of.from), Fields::from([("overlap", overlap)]))
}

fn yearly_target(of: &AgreedTarget) -> (String, Fields) {
    let value = format!("{}{}", plain(of.value), of.unit);
    let by_month = of.by_month.iter().map(|share| plain(*share)).collect::<Vec<_>>().join(" ");
    let fields = Fields::from([("value", value), ("source", of.source.clone()), ("by_month", by_month)]);
    (format!("{} {}", of.indicator, of.year), fields)
}

fn node(of: &Node) -> (String, Fields) {
    let fields = Fields::from([
        ("done_on", of.done_on.map(|day| day.to_string()).unwrap_or_default()),
        ("evidence", of.evidence.clone()),
        ("verified", of.verified.to_string()),
    ]);
    (format!("{} {} {}", of.of, of.due, of.deliverable), fields)
}

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replayed {
    /// The stored inputs give the stored verdicts again.
    Identical,
    /// They do not, although nothing of them is another: the program judges
    /// otherwise than when the verdicts were stored. The ids that differ.
    ProgramDiffers(Vec<String>),
}

/// Judges a stored snapshot again and compares with the verdicts stored with it.
pub fn replay(stored: &Snapshot, verdicts: &[Verdict]) -> Result<Replayed, RuleSetError> {
    let again = stored.verdicts()?;
    let known: BTreeMap<&str, &Verdict> = verdicts.iter().map(|v| (v.indicator.as_str(), v)).collect();
    let mut other: BTreeSet<String> = BTreeSet::new();
    for verdict in &again {
        if known.get(verdict.indicator.as_str()) != Some(&verdict) {
            other.insert(verdict.indicator.clone());
        }
    }
    let ids: BTreeSet<&str> = again.iter().map(|v| v.indicator.as_str()).collect();
    other.extend(known.keys().filter(|id| !ids.contains(**id)).map(|id| (*id).to_owned()));
    Ok(if other.is_empty() { Replayed::Identical } else { Replayed::ProgramDiffers(other.into_iter().collect()) })
}
