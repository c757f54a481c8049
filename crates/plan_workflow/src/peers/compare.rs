//! Our own region beside its peers, for one indicator: only figures of one and the
//! same period are ranked, and whoever counts otherwise is shown and not ranked.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::civil::Date;
use plan_assessment::{RuleSet, SeriesBreak, convert_unit, is_percent};
use plan_model::{
    Decimal, Direction, Indicator, Measure, Observation, PeerChange, PeerComparison, PeerFigure, PeerNote, PeerPlace,
    PeerRow, PeerValue, Period, Standing,
};
use serde::Deserialize;

use crate::{assess::Situation, register::name_key};

/// `rules/peers.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PeerRules {
    difference_units: Vec<String>,
}

impl PeerRules {
    fn standard() -> &'static Self {
        #[expect(clippy::expect_used, reason = "the embedded file is read by a test of this module")]
        static RULES: LazyLock<PeerRules> =
            LazyLock::new(|| toml::from_str(include_str!("../../../../rules/peers.toml")).expect("rules/peers.toml"));
        &RULES
    }
}

/// The comparisons of the indicators that have peers, in the order of the register:
/// our own figures as a rule set prefers them, of periods that are over on a day.
pub fn comparisons(
    situation: &Situation,
    (rules, as_of): (&RuleSet, Date),
    own: &str,
    peers: &[PeerFigure],
) -> Vec<PeerComparison> {
    let mut by_indicator: BTreeMap<&str, Vec<&PeerFigure>> = BTreeMap::new();
    for figure in peers.iter().filter(|figure| figure.period.last_day() <= as_of) {
        by_indicator.entry(&figure.indicator).or_default().push(figure);
    }
    let base_year = situation.plan.head.period.base_year();
    let one = |indicator: &Indicator| {
        let peers = by_indicator.get(indicator.id.as_str())?;
        let observations = situation.figures_of(&indicator.id).map(|record| &record.observation);
        let figures = own_figures(indicator, observations, (rules.standings(), as_of), base_year);
        let breaks = situation.breaks().iter().filter(|change| change.indicator == indicator.id);
        compare(&Own { name: own, indicator, figures, breaks: breaks.collect() }, peers)
    };
    situation.records.iter().filter_map(|record| one(&record.indicator)).collect()
}

/// Our own side of a comparison.
pub(super) struct Own<'a> {
    pub(super) name: &'a str,
    pub(super) indicator: &'a Indicator,
    pub(super) figures: BTreeMap<Period, PeerValue>,
    pub(super) breaks: Vec<&'a SeriesBreak>,
}

/// Our figure for each period, of the standing that is preferred; the base of the
/// text stands for the base year where no figure does and it is of the same scale.
pub(super) fn own_figures<'a>(
    indicator: &Indicator,
    observations: impl Iterator<Item = &'a Observation>,
    (preferred, as_of): (&[Standing], Date),
    base_year: i16,
) -> BTreeMap<Period, PeerValue> {
    let rank = |standing| preferred.iter().position(|known| *known == standing).unwrap_or(preferred.len());
    let mut best: BTreeMap<Period, &Observation> = BTreeMap::new();
    for seen in observations.filter(|seen| seen.period.last_day() <= as_of) {
        let kept = best.entry(seen.period).or_insert(seen);
        let (old, new) = (rank(kept.standing), rank(seen.standing));
        if new < old || (new == old && seen.vintage > kept.vintage) {
            *kept = seen;
        }
    }
    let value = |seen: &Observation| PeerValue {
        value: seen.value,
        source: seen.source.clone(),
        standing: Some(seen.standing),
    };
    let mut figures: BTreeMap<Period, PeerValue> =
        best.into_iter().map(|(period, seen)| (period, value(seen))).collect();
    let level = matches!(indicator.measure, Measure::Level | Measure::Coverage | Measure::Zero);
    if let Some(base) = indicator.baseline.as_ref().filter(|_| level) {
        let period = base.period.unwrap_or(Period::Year(base_year));
        let stated = || PeerValue { value: base.value, source: "规划文本".to_owned(), standing: None };
        figures.entry(period).or_insert_with(stated);
    }
    figures
}

/// A peer's figures on our scale.
struct Peer<'a> {
    name: &'a str,
    figures: BTreeMap<Period, (Decimal, &'a PeerFigure)>,
}

/// Compares; `None` where we and no peer have a figure of the same period.
pub(super) fn compare(own: &Own<'_>, peers: &[&PeerFigure]) -> Option<PeerComparison> {
    let unit = own.indicator.unit.as_str();
    let mut notes = Vec::new();
    let regions = by_region(peers, unit, &mut notes);
    let to = common_period(own, &regions)?;
    let (then, without): (Vec<&Peer<'_>>, Vec<_>) = regions.iter().partition(|peer| peer.figures.contains_key(&to));
    let from = first_period(own, &then, to);
    let mut rows: Vec<PeerRow> = then.iter().filter_map(|peer| peer.row(from, to)).collect();
    rows.push(own.row(from, to)?);
    for peer in without {
        let latest = peer.figures.keys().copied().max_by_key(|period| period.last_day());
        notes.extend(latest.map(|latest| PeerNote::NotThen { region: peer.name.to_owned(), latest }));
    }
    for peer in &then {
        let words = peer.figures.get(&to).map(|(_, figure)| figure.definition.clone()).unwrap_or_default();
        if !words.is_empty() {
            notes.push(PeerNote::OtherDefinition { region: peer.name.to_owned(), words });
        }
    }
    let redefined = own.breaks.iter().map(|change| change.from).filter(|at| {
        let day = at.last_day();
        from.is_some_and(|from| from.last_day() < day) && day <= to.last_day()
    });
    let redefined: Vec<Period> = redefined.collect();
    notes.extend(redefined.iter().map(|from| PeerNote::Redefined { from: *from }));
    sort(&mut rows, own.direction());
    let same = |row: &&PeerRow| !row.own && !row.other_definition;
    let values: Vec<Decimal> = rows.iter().filter(same).map(|row| row.to.value).collect();
    Some(PeerComparison {
        indicator: own.indicator.id.clone(),
        unit: unit.to_owned(),
        from,
        to,
        place: own.direction().and_then(|direction| place(&rows, direction)),
        median: median(values),
        change: redefined.is_empty().then(|| change(&rows, unit, &peers_with_other_beginning(&then, from))).flatten(),
        rows,
        notes,
    })
}

impl Own<'_> {
    /// Which way is better, where that is known.
    fn direction(&self) -> Option<Direction> {
        let lower = matches!(self.indicator.measure, Measure::Zero | Measure::Rank);
        self.indicator.direction.or_else(|| lower.then_some(Direction::Lower))
    }

    fn row(&self, from: Option<Period>, to: Period) -> Option<PeerRow> {
        Some(PeerRow {
            region: self.name.to_owned(),
            own: true,
            from: from.and_then(|from| self.figures.get(&from).cloned()),
            to: self.figures.get(&to)?.clone(),
            other_definition: false,
        })
    }
}

impl Peer<'_> {
    fn value(&self, at: Period) -> Option<PeerValue> {
        let (value, figure) = self.figures.get(&at)?;
        Some(PeerValue { value: *value, source: figure.source.clone(), standing: None })
    }

    fn row(&self, from: Option<Period>, to: Period) -> Option<PeerRow> {
        let (_, figure) = self.figures.get(&to)?;
        Some(PeerRow {
            region: self.name.to_owned(),
            own: false,
            from: from.and_then(|from| self.value(from)),
            to: self.value(to)?,
            other_definition: !figure.definition.is_empty(),
        })
    }
}

fn by_region<'a>(peers: &[&'a PeerFigure], unit: &str, notes: &mut Vec<PeerNote>) -> Vec<Peer<'a>> {
    let mut regions: BTreeMap<String, Peer<'a>> = BTreeMap::new();
    for figure in peers {
        let name = figure.region.as_str();
        let peer = regions.entry(name_key(name)).or_insert_with(|| Peer { name, figures: BTreeMap::new() });
        // The indicator may have got another unit since the figure was recorded.
        if let Some(value) = convert_unit(figure.value, &figure.unit, unit) {
            peer.figures.insert(figure.period, (value, figure));
            continue;
        }
        let note = PeerNote::OtherUnit { region: name.to_owned(), unit: figure.unit.clone() };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    regions.into_values().filter(|peer| !peer.figures.is_empty()).collect()
}

/// The latest period for which we and more than half of the peers have a figure;
/// where there is none, the one with most peers. Years before quarters and months.
fn common_period(own: &Own<'_>, regions: &[Peer<'_>]) -> Option<Period> {
    let with = |period: &Period| regions.iter().filter(|peer| peer.figures.contains_key(period)).count();
    let common = |months: i8| -> Vec<(Period, usize)> {
        let ours = own.figures.keys().filter(|period| period.months() == months);
        ours.map(|period| (*period, with(period))).filter(|(_, count)| *count > 0).collect()
    };
    let common = [12, 3, 1].into_iter().map(common).find(|common| !common.is_empty())?;
    let most = common.iter().map(|(_, count)| *count).max()?;
    let least = if most * 2 > regions.len() { regions.len() / 2 + 1 } else { most };
    let wanted = common.iter().filter(|(_, count)| *count >= least);
    wanted.map(|(period, _)| *period).max_by_key(|period| period.last_day())
}

/// The base year, or the earliest period before `to`, for which we and more than half
/// of the peers compared have a figure; where there is none, that with most of them.
fn first_period(own: &Own<'_>, then: &[&Peer<'_>], to: Period) -> Option<Period> {
    let with = |period: &Period| then.iter().filter(|peer| peer.figures.contains_key(period)).count();
    let before = |period: &&Period| period.months() == to.months() && period.last_day() < to.last_day();
    let common: Vec<(Period, usize)> = own
        .figures
        .keys()
        .filter(before)
        .map(|period| (*period, with(period)))
        .filter(|(_, count)| *count > 0)
        .collect();
    let most = common.iter().map(|(_, count)| *count).max()?;
    let least = if most * 2 > then.len() { then.len() / 2 + 1 } else { most };
    let wanted = common.iter().filter(|(_, count)| *count >= least);
    wanted.map(|(period, _)| *period).min_by_key(|period| period.last_day())
}

/// Names of peers whose figure at the beginning follows another definition: their
/// change is none.
fn peers_with_other_beginning<'a>(then: &[&Peer<'a>], from: Option<Period>) -> Vec<&'a str> {
    let other = |peer: &&&Peer<'a>| {
        let first = from.and_then(|from| peer.figures.get(&from));
        first.is_some_and(|(_, figure)| !figure.definition.is_empty())
    };
    then.iter().filter(other).map(|peer| peer.name).collect()
}

fn sort(rows: &mut [PeerRow], direction: Option<Direction>) {
    rows.sort_by(|a, b| match direction {
        Some(Direction::Higher) => b.to.value.cmp(&a.to.value).then(b.own.cmp(&a.own)),
        Some(Direction::Lower) => a.to.value.cmp(&b.to.value).then(b.own.cmp(&a.own)),
        None => b.own.cmp(&a.own).then_with(|| a.region.cmp(&b.region)),
    });
}

fn place(rows: &[PeerRow], direction: Direction) -> Option<PeerPlace> {
    let own = rows.iter().find(|row| row.own)?.to.value;
    let others: Vec<Decimal> =
        rows.iter().filter(|row| !row.own && !row.other_definition).map(|row| row.to.value).collect();
    if others.is_empty() {
        return None;
    }
    let better = |value: &&Decimal| match direction {
        Direction::Higher => **value > own,
        Direction::Lower => **value < own,
    };
    let place = others.iter().filter(better).count() + 1;
    Some(PeerPlace { place, of: others.len() + 1, tied: others.contains(&own) })
}

/// The value in the middle; between two of them, half way.
fn median(mut values: Vec<Decimal>) -> Option<Decimal> {
    values.sort_unstable();
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *values.get(middle.checked_sub(1)?)?;
    lower.checked_add(upper)?.checked_div(Decimal::TWO)
}

/// Our change beside the median of the peers' changes.
fn change(rows: &[PeerRow], unit: &str, other_beginning: &[&str]) -> Option<PeerChange> {
    let differs = PeerRules::standard().difference_units.iter().any(|known| known == unit);
    let (relative, change_unit) = match (is_percent(unit), differs) {
        (true, _) => (false, "百分点"),
        (false, true) => (false, unit),
        (false, false) => (true, "%"),
    };
    let of = |row: &PeerRow| -> Option<Decimal> {
        let from = row.from.as_ref()?.value;
        let difference = row.to.value.checked_sub(from)?;
        if !relative {
            return Some(difference);
        }
        // A percentage of nothing, or of a loss, says nothing.
        Some(from).filter(|from| *from > Decimal::ZERO)?;
        difference.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(from)
    };
    let counts = |row: &&PeerRow| !row.own && !row.other_definition && !other_beginning.contains(&row.region.as_str());
    let changes: Vec<Decimal> = rows.iter().filter(counts).filter_map(of).collect();
    let peers = changes.len();
    let own = rows.iter().find(|row| row.own).and_then(of)?;
    Some(PeerChange { own, median: median(changes)?, peers, unit: change_unit.to_owned(), relative })
}
