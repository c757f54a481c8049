//! What a row of a round shows: the last figure, the range in which the next is
//! expected, what is known already, the nodes that are due, and the answer so far.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use plan_assessment::quality::{Look, QualityFinding, QualityRules, Severity};
use plan_model::{
    Decimal, DueNode, DueYear, ExpectedRange, FigureRow, Indicator, LastFigure, Measure, Node, Observation, Period,
    ReportingTemplate, Standing, WorkItem, WorkRow,
};
use sm3::{Digest, Sm3};

use super::{Entry, Round, Row, Sheet, SheetPlace};
use crate::{
    assess::Situation,
    quality::subjects,
    records::{FigureRecord, PlanId},
    storage::{Storage, Stored},
};

/// Everything the rows of a plan's rounds are made of.
#[derive(Debug, Clone)]
pub struct Asking {
    /// The register and the figures.
    pub situation: Arc<Situation>,
    /// The work of the register, by id.
    pub work: BTreeMap<String, WorkItem>,
    /// The nodes agreed for it.
    pub nodes: Vec<Node>,
    /// Figures of indicators of other plans that are the same.
    pub linked: Vec<LinkedFigure>,
}

/// An indicator of another plan that is the same as one of this plan, by a link
/// that is sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// The indicator of this plan.
    pub subject: String,
    /// The other plan.
    pub plan: PlanId,
    /// Its indicator.
    pub other: String,
}

/// A figure of a twin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedFigure {
    /// The indicator of this plan.
    pub subject: String,
    /// The title of the other plan.
    pub plan: String,
    /// The figure.
    pub record: FigureRecord,
}

/// A figure that is there already for what is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The figure in the indicator's unit.
    pub value: Decimal,
    /// On whose word.
    pub standing: Standing,
    /// Where it comes from; may be empty.
    pub source: String,
    /// When it was recorded.
    pub at: Timestamp,
    /// The title of the other plan, where it was reported for another.
    pub plan: Option<String>,
}

/// A figure that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueFigure {
    /// What is asked, with the answer so far.
    pub row: FigureRow,
    /// What is known already; what was reported comes first.
    pub known: Vec<Known>,
}

/// The indicators of other plans that are the same as one of this plan.
pub async fn twins<S: Storage>(storage: &S, plan: PlanId) -> Stored<Vec<Twin>> {
    let mut twins = Vec::new();
    for record in storage.links(plan, None).await?.into_iter().filter(|record| record.link.state.is_sure()) {
        if let Some(other) = record.link.other {
            twins.push(Twin { subject: record.link.item, plan: record.parent, other });
        }
    }
    for record in storage.links_to(plan, None).await?.into_iter().filter(|record| record.link.state.is_sure()) {
        if let Some(subject) = record.link.other {
            twins.push(Twin { subject, plan: record.plan, other: record.link.item });
        }
    }
    Ok(twins)
}

impl Asking {
    /// The indicator of a row.
    pub fn indicator(&self, subject: &str) -> Option<&Indicator> {
        self.situation.records.iter().map(|record| &record.indicator).find(|indicator| indicator.id == subject)
    }

    /// What a row is called; `None` where the register does not follow it any more.
    pub fn name(&self, subject: &str) -> Option<&str> {
        let work = || self.work.get(subject).map(|work| work.name.as_str());
        self.indicator(subject).map(|indicator| indicator.name.as_str()).or_else(work)
    }

    /// A row that asks for a figure.
    pub fn figure(&self, round: &Round, subject: &str, row: Option<&Row>) -> Option<DueFigure> {
        let indicator = self.indicator(subject)?;
        let figures: Vec<&FigureRecord> = self.situation.figures_of(subject).collect();
        let answer = match row.and_then(Row::now).map(|saved| &saved.entry) {
            Some(Entry::Figure(answer)) => Some(answer.clone()),
            _ => None,
        };
        let course = course(figures.iter().map(|record| &record.observation), round.period);
        let before = course.range(..round.period).next_back();
        let row = FigureRow {
            indicator: subject.to_owned(),
            name: indicator.name.clone(),
            unit: indicator.unit.clone(),
            period: round.period,
            last: before
                .map(|(period, value)| LastFigure { value: *value, period: *period })
                .or_else(|| last_of_all(figures.iter().map(|record| &record.observation), round.period)),
            expected: expected(indicator, &course, round.period),
            answer,
        };
        Some(DueFigure { row, known: self.known(indicator, round.period, &figures) })
    }

    fn known(&self, indicator: &Indicator, period: Period, figures: &[&FigureRecord]) -> Vec<Known> {
        let own = figures.iter().map(|record| (*record, None));
        let linked = self.linked.iter().filter(|linked| linked.subject == indicator.id);
        let all = own.chain(linked.map(|linked| (&linked.record, Some(&linked.plan))));
        let mut latest: BTreeMap<(Option<&String>, Standing), &FigureRecord> = BTreeMap::new();
        for (record, plan) in all.filter(|(record, _)| record.observation.period == period) {
            let place = latest.entry((plan, record.observation.standing)).or_insert(record);
            if record.observation.vintage > place.observation.vintage {
                *place = record;
            }
        }
        let known = latest.into_iter().map(|((plan, standing), record)| Known {
            value: record.observation.value,
            standing,
            source: record.observation.source.clone(),
            at: record.at,
            plan: plan.cloned(),
        });
        known.collect()
    }

    /// What does not fit in figures that are not of record yet, beside those that
    /// are: the findings that speak of one of them.
    pub fn findings<'f>(
        &self,
        round: &Round,
        figures: impl IntoIterator<Item = (&'f str, Decimal)>,
        rules: &QualityRules,
    ) -> Vec<QualityFinding> {
        let new = |(subject, value): (&str, Decimal)| Observation {
            indicator: subject.to_owned(),
            period: round.period,
            value,
            standing: Standing::Reported,
            // Later than every vintage that is stored.
            vintage: u32::MAX,
            source: String::new(),
            note: String::new(),
        };
        let new: Vec<Observation> = figures.into_iter().map(new).collect();
        let touched: BTreeSet<&str> = new.iter().map(|seen| seen.indicator.as_str()).collect();
        if touched.is_empty() {
            return Vec::new();
        }
        let subjects = subjects(&self.situation.records, &touched, rules);
        let stored = subjects.iter().flat_map(|one| self.situation.figures_of(&one.indicator.id));
        let figures: Vec<&Observation> = stored.map(|record| &record.observation).chain(&new).collect();
        let (plan, as_of) = (self.situation.plan.head.title.as_str(), round.period.last_day());
        let asked = touched.iter().map(|id| (*id, round.period)).collect();
        let look = Look {
            subjects: &subjects,
            figures: &figures,
            breaks: self.situation.breaks(),
            plan,
            as_of,
            asked: Some(&asked),
        };
        let mut findings = rules.check(&look);
        findings.retain(|finding| touched.iter().any(|id| finding.touches(id, round.period, Standing::Reported)));
        findings
    }

    /// What cannot be right in an answer, in words; such an answer is not taken.
    pub fn refuses(&self, round: &Round, (subject, entry): (&str, &Entry), rules: &QualityRules) -> Option<String> {
        let Entry::Figure(answer) = entry else { return None };
        let value = answer.value()?;
        if self.indicator(subject)?.measure == Measure::YesNo && value != Decimal::ZERO && value != Decimal::ONE {
            return Some("只有建成（1）和未建成（0）；请填 1 或 0".to_owned());
        }
        let findings = self.findings(round, [(subject, value)], rules);
        let error = |finding: &&QualityFinding| finding.severity == Severity::Error && finding.indicator == subject;
        findings.iter().find(error).map(|finding| format!("{}；{}", finding.message.zh, finding.advice.zh))
    }

    /// A row that asks for a report on work.
    pub fn work(&self, round: &Round, subject: &str, row: Option<&Row>) -> Option<WorkRow> {
        let work = self.work.get(subject)?;
        let due = |node: &&Node| node.of == subject && node.due <= round.period.last_day() && node.done_on.is_none();
        let report = match row.and_then(Row::now).map(|saved| &saved.entry) {
            Some(Entry::Work(report)) => Some(report.clone()),
            _ => None,
        };
        let nodes = self.nodes.iter().filter(due);
        Some(WorkRow {
            item: subject.to_owned(),
            kind: work.kind,
            title: work.name.clone(),
            nodes: nodes.map(|node| DueNode { due: node.due, deliverable: node.deliverable.clone() }).collect(),
            report,
        })
    }

    /// The template of a sheet, with what was answered so far.
    pub fn template(
        &self,
        place: SheetPlace<'_>,
        sheet: &Sheet,
        unit_name: &str,
        notes: Vec<String>,
    ) -> ReportingTemplate {
        let round = &place.round.round;
        let asked: Vec<&str> = place.round.asked_of(place.unit).collect();
        let figures = asked.iter().filter_map(|id| Some(self.figure(round, id, sheet.row(id))?.row));
        let work = asked.iter().filter_map(|id| self.work(round, id, sheet.row(id)));
        let mut template = ReportingTemplate {
            round: round.id.clone(),
            round_title: round.title.clone(),
            unit: place.unit.to_string(),
            unit_name: unit_name.to_owned(),
            plan: place.plan.to_string(),
            plan_title: self.situation.plan.head.title.clone(),
            opens: round.opens,
            due: round.due,
            closes: round.closes,
            digest: String::new(),
            notes,
            figures: figures.collect(),
            work: work.collect(),
        };
        let digest = Sm3::digest(template.asked().as_bytes());
        template.digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        template
    }
}

/// The figure that stands for each period of the same length: the best standing,
/// then the latest vintage.
fn course<'a>(figures: impl Iterator<Item = &'a Observation>, like: Period) -> BTreeMap<Period, Decimal> {
    let mut best: BTreeMap<Period, &Observation> = BTreeMap::new();
    for seen in figures.filter(|seen| seen.period.months() == like.months()) {
        let place = best.entry(seen.period).or_insert(seen);
        if (seen.standing, seen.vintage) > (place.standing, place.vintage) {
            *place = seen;
        }
    }
    best.into_iter().map(|(period, seen)| (period, seen.value)).collect()
}

/// Where no figure of a period of the same length is there, the last of any: a month
/// is asked beside what is known of the year. It names its period.
fn last_of_all<'a>(figures: impl Iterator<Item = &'a Observation>, before: Period) -> Option<LastFigure> {
    let earlier = figures.filter(|seen| seen.period.last_day() < before.last_day());
    let last = earlier.max_by_key(|seen| (seen.period.last_day(), seen.standing, seen.vintage))?;
    Some(LastFigure { value: last.value, period: last.period })
}

/// The same period a year before: figures of months and quarters start again
/// each year or have their season, so that they are compared with nothing else.
fn year_before(period: Period) -> Period {
    match period {
        Period::Year(year) => Period::Year(year - 1),
        Period::Quarter(year, quarter) => Period::Quarter(year - 1, quarter),
        Period::Month(year, month) => Period::Month(year - 1, month),
    }
}

/// Within which bounds a figure is expected: the figure of a year before, moved by
/// the smallest and the largest step it ever took in a year, and half of the
/// largest step beyond. With fewer than two steps the even path of a level to its
/// target takes their place; where there is none, nothing is expected.
fn expected(indicator: &Indicator, course: &BTreeMap<Period, Decimal>, period: Period) -> Option<ExpectedRange> {
    if matches!(indicator.measure, Measure::YesNo | Measure::Rank) {
        return None;
    }
    let earlier = || course.range(..period);
    let steps: Vec<Decimal> =
        earlier().filter_map(|(at, value)| value.checked_sub(*course.get(&year_before(*at))?)).collect();
    let base = course.get(&year_before(period)).copied();
    let (middle_low, middle_high, beyond) = match (base, steps.iter().min(), steps.iter().max()) {
        (Some(base), Some(low), Some(high)) if steps.len() > 1 => {
            (base.checked_add(*low)?, base.checked_add(*high)?, low.abs().max(high.abs()))
        }
        _ => {
            let (path, step) = on_path(indicator, period)?;
            (path, path, step)
        }
    };
    let beyond = beyond.checked_div(Decimal::TWO)?;
    let places = earlier().map(|(_, value)| value.scale()).max().unwrap_or(2);
    let (low, high) =
        (middle_low.checked_sub(beyond)?.round_dp(places), middle_high.checked_add(beyond)?.round_dp(places));
    // What was never below zero is not expected there.
    let positive = earlier().all(|(_, value)| !value.is_sign_negative());
    let low = if positive { low.max(Decimal::ZERO) } else { low };
    Some(ExpectedRange { low: Some(low), high: Some(high) })
}

/// Where the even path from the base to the last target is in a year, and its
/// step of a year; for levels alone.
fn on_path(indicator: &Indicator, period: Period) -> Option<(Decimal, Decimal)> {
    let Period::Year(year) = period else { return None };
    if indicator.measure != Measure::Level {
        return None;
    }
    let baseline = indicator.baseline.as_ref()?;
    let from = baseline.period?.year();
    let targets = indicator.targets.iter().filter_map(|target| match target.due {
        DueYear::Year(due) => Some((due, target.value?)),
        _ => None,
    });
    let (due, value) = targets.max_by_key(|(due, _)| *due).filter(|(due, _)| *due > from && year > from)?;
    let step = value.checked_sub(baseline.value)?.checked_div(Decimal::from(due - from))?;
    let path = step.checked_mul(Decimal::from(year - from))?.checked_add(baseline.value)?;
    Some((path, step.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course_of(figures: &[(&str, &str)]) -> BTreeMap<Period, Decimal> {
        figures.iter().map(|(period, value)| (period.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_last_figure_of_another_length_is_better_than_none() {
        let seen = |period: &str, value: &str| Observation {
            indicator: "I001".to_owned(),
            period: period.parse().unwrap(),
            value: value.parse().unwrap(),
            standing: Standing::Reported,
            vintage: 1,
            source: String::new(),
            note: String::new(),
        };
        let figures = [seen("2022", "87.6"), seen("2021", "85.2"), seen("2023Q2", "88.1"), seen("2023", "89.7")];
        // before, the last: its value and its period
        let cases = [("2023-11", "88.1 2023Q2"), ("2023-05", "87.6 2022"), ("2024Q1", "89.7 2023"), ("2021-12", "")];
        for (before, expected) in cases {
            let last = last_of_all(figures.iter(), before.parse().unwrap());
            let said = last.map(|last| format!("{} {}", last.value, last.period)).unwrap_or_default();
            assert_eq!(said, expected, "{before}");
        }
    }

    #[test]
    fn a_figure_is_expected_from_its_steps_else_on_its_path() {
        let mut level: Indicator = serde_json::from_value(serde_json::json!({
            "id": "I001", "name": "示例率", "unit": "%", "kind": "not_stated", "group": "",
            "measure": "level", "direction": "higher",
            "baseline": {"value": "60", "period": "2020"},
            "targets": [{"comparison": ">=", "value": "70", "value_high": null, "unit": "%", "due": "2025",
                "soft": false}]
        }))
        .unwrap();
        let range = |indicator: &Indicator, figures: &[(&str, &str)], period: &str| {
            let found = expected(indicator, &course_of(figures), period.parse().unwrap());
            found.map(|range| range.words()).unwrap_or_default()
        };
        let years = [("2020", "60"), ("2021", "62.0"), ("2022", "63.0")];
        // indicator, figures, period, range
        assert_eq!(range(&level, &years, "2023"), "63 至 66");
        assert_eq!(range(&level, &years[..2], "2022"), "63 至 65");
        assert_eq!(range(&level, &[], "2022"), "63 至 65");
        assert_eq!(range(&level, &[], "2022Q1"), "");
        // A month is compared with the same month of the year before; the steps of all months count.
        let months = [("2021-01", "5"), ("2021-12", "99"), ("2022-01", "6"), ("2022-12", "99"), ("2023-01", "8")];
        assert_eq!(range(&level, &months, "2024-01"), "7 至 11");
        level.measure = Measure::YesNo;
        assert_eq!(range(&level, &years, "2023"), "");
    }
}
