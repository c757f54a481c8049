//! Which figures count: ended by the as-of date, one for each period, the
//! preferred standing and the latest vintage first.

use std::collections::BTreeMap;

use jiff::civil::Date;
use plan_model::{Decimal, Indicator, Input, InputRole, Message, Observation, Origin, Period, plain};

use crate::{
    conventions::{Since, conventions},
    exact::Num,
    message::Say,
    rule_set::RuleSet,
    units,
};

/// Months since year 0 at the end of a period: differences of it are times.
pub(crate) fn end_month(period: Period) -> i32 {
    i32::from(period.year()) * 12 + i32::from(period.last_month())
}

/// The same for the end of a year.
pub(crate) fn year_end(year: i16) -> i32 {
    i32::from(year) * 12 + 12
}

/// The year at whose end a month stands; nothing for a month within a year.
fn base_year(month: i32) -> Option<i16> {
    (month % 12 == 0).then(|| i16::try_from(month / 12 - 1).ok()).flatten()
}

/// The last month that has ended by a day.
pub(crate) fn months_ended(day: Date) -> i32 {
    let whole = i32::from(day.year()) * 12 + i32::from(day.month());
    if day == day.last_of_month() { whole } else { whole - 1 }
}

/// The figure of one year.
#[derive(Debug, Clone, Copy)]
pub(crate) struct YearFigure<'a> {
    pub(crate) year: i16,
    /// 12, or how many months of the year the figure covers (year to date), or
    /// all months since the start.
    pub(crate) months: i32,
    /// Where it speaks of all months since the start: what it says of them.
    pub(crate) since: Option<Since>,
    pub(crate) figure: &'a Observation,
}

/// The figures of several years, with what is missing among them.
#[derive(Debug, Clone)]
pub(crate) struct Years<'a> {
    pub(crate) figures: Vec<YearFigure<'a>>,
    /// Months covered by figures.
    pub(crate) covered: i32,
    /// Months from the start to the end of the last figure.
    pub(crate) elapsed: i32,
    /// Whole years without a figure before the last one.
    pub(crate) missing: Vec<i16>,
}

/// The figures of one indicator, in order of time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Series<'a> {
    figures: Vec<&'a Observation>,
    notes: Vec<(Period, Message)>,
}

impl<'a> Series<'a> {
    /// Chooses among the figures; the order in which they come does not matter.
    pub(crate) fn new(all: &[&'a Observation], as_of: Date, rules: &RuleSet) -> Self {
        let until = months_ended(as_of);
        let ended = all.iter().map(|o| (end_month(o.period), *o)).filter(|(end, _)| *end <= until);
        let mut known: Vec<(i32, &Observation)> = ended.collect();
        known.sort_unstable_by(|(a_end, a), (b_end, b)| {
            let shorter_first = || a.period.months().cmp(&b.period.months());
            let preferred = || rules.preference(a.standing).cmp(&rules.preference(b.standing));
            let rest = || b.vintage.cmp(&a.vintage).then(a.value.cmp(&b.value)).then_with(|| a.source.cmp(&b.source));
            a_end.cmp(b_end).then_with(shorter_first).then_with(preferred).then_with(rest)
        });
        let mut series = Series::default();
        for group in known.chunk_by(|(_, a), (_, b)| a.period == b.period) {
            let Some((_, first)) = group.first() else { continue };
            series.figures.push(first);
            let others = || group.iter().skip(1).map(|(_, o)| o);
            let twin =
                others().find(|o| (o.standing, o.vintage) == (first.standing, first.vintage) && o.value != first.value);
            if let Some(twin) = twin {
                let note = Say::NoteFiguresContradict.with([
                    ("period", first.period.to_string()),
                    ("value", plain(first.value)),
                    ("other", plain(twin.value)),
                ]);
                series.notes.push((first.period, note));
            }
            let differs = others().find(|o| o.standing != first.standing && o.value != first.value);
            if let Some(other) = differs {
                let note = Say::NoteStandingsDiffer.with([
                    ("period", first.period.to_string()),
                    ("value", plain(first.value)),
                    ("other", plain(other.value)),
                ]);
                series.notes.push((first.period, note));
            }
        }
        series
    }

    /// What is odd about the figures of these periods.
    pub(crate) fn notes_on(&self, inputs: &[Input]) -> impl Iterator<Item = Message> {
        let used = |period: &Period| inputs.iter().any(|input| input.period == Some(*period));
        self.notes.iter().filter(move |(period, _)| used(period)).map(|(_, note)| note.clone())
    }

    /// A note where figures that were used are provisional by their remarks.
    pub(crate) fn provisional(&self, inputs: &[Input]) -> Option<Message> {
        let says_so = |o: &&&Observation| conventions().provisional.is(o);
        let used = |o: &&&Observation| {
            inputs
                .iter()
                .any(|i| i.period == Some(o.period) && i.value == o.value && matches!(i.origin, Origin::Figure { .. }))
        };
        let periods: Vec<String> =
            self.figures.iter().filter(says_so).filter(used).map(|o| o.period.to_string()).collect();
        (!periods.is_empty()).then(|| Say::NoteProvisional.with([("periods", periods.join("、"))]))
    }

    /// The last figure that ended by this month; a yearly one before a monthly one
    /// that ends on the same day.
    pub(crate) fn latest(&self, until: i32) -> Option<&'a Observation> {
        let last = self.figures.iter().rev().find(|o| end_month(o.period) <= until)?;
        self.at(end_month(last.period))
    }

    /// The figure that ends in this month, the longest period first.
    pub(crate) fn at(&self, month: i32) -> Option<&'a Observation> {
        self.figures.iter().rev().find(|o| end_month(o.period) == month).copied()
    }

    /// All figures that ended after `from` and by `until`.
    pub(crate) fn between(&self, from: Option<i32>, until: i32) -> impl Iterator<Item = &'a Observation> {
        self.figures.iter().copied().filter(move |o| {
            let end = end_month(o.period);
            from.is_none_or(|from| end > from) && end <= until
        })
    }

    /// Whether quarters and months are amounts of the year to date (本年累计), by
    /// what their remarks say or by what they look like; see
    /// `rules/assessment/figures.toml`. Percentages never are.
    pub(crate) fn to_date(&self, indicator: &Indicator) -> bool {
        if units::is_percent(&indicator.unit) {
            return false;
        }
        let parts = || self.figures.iter().filter(|o| o.period.months() < 12);
        let rule = &conventions().year_to_date;
        parts().any(|part| rule.says_so(&part.note)) || {
            let (mut resets, mut broken) = (0, false);
            for (before, part) in parts().zip(parts().skip(1)) {
                if before.period.year() == part.period.year() {
                    broken |= part.value < before.value;
                } else {
                    let reset = part.value.checked_mul(Decimal::TWO).is_some_and(|twice| twice < before.value);
                    resets += usize::from(reset);
                    broken |= !reset;
                }
            }
            resets > 0 && !broken
        }
    }

    /// Whether quarters and months speak of the year so far: amounts, or by their
    /// remarks means and shares of the year to date.
    pub(crate) fn year_so_far(&self, indicator: &Indicator) -> bool {
        let rule = &conventions().year_to_date;
        let parts = || self.figures.iter().filter(|o| o.period.months() < 12);
        parts().any(|part| rule.speaks_of_the_year(&part.note)) || self.to_date(indicator)
    }

    /// The last figure of a whole year that ended by this month: its own, or the
    /// last part of it.
    pub(crate) fn latest_whole_year(&self, until: i32) -> Option<&'a Observation> {
        let last = self.figures.iter().rev().find(|o| o.period.last_month() == 12 && end_month(o.period) <= until)?;
        self.at(end_month(last.period))
    }

    /// One figure a year. A year without a figure of its own is spoken for by its
    /// last quarter or month, which by the convention of statistics is the figure
    /// of the year to date (本年累计): quarters and months are never added up.
    pub(crate) fn years(&self, from: Option<i32>, until: i32) -> Option<Years<'a>> {
        let mut by_year: BTreeMap<i16, &'a Observation> = BTreeMap::new();
        for figure in self.between(from, until) {
            let kept = by_year.entry(figure.period.year()).or_insert(figure);
            let rank = |o: &Observation| (end_month(o.period), o.period.months());
            if rank(figure) > rank(kept) {
                *kept = figure;
            }
        }
        let figures: Vec<YearFigure<'a>> = by_year
            .into_iter()
            .map(|(year, figure)| YearFigure {
                year,
                months: i32::from(figure.period.last_month()),
                since: None,
                figure,
            })
            .collect();
        let (first, last) = (figures.first()?, figures.last()?);
        let start = from.unwrap_or_else(|| year_end(first.year) - 12);
        let covered = figures.iter().map(|f| f.months).sum();
        let end = end_month(last.figure.period);
        let first_year = i16::try_from((start + 11).div_euclid(12)).unwrap_or(first.year);
        let missing = (first_year..last.year).filter(|year| figures.iter().all(|f| f.year != *year)).collect();
        Some(Years { covered, elapsed: end - start, missing, figures })
    }
}

impl<'a> Series<'a> {
    /// Whether a figure speaks of all years since the plan's start by its remark.
    pub(crate) fn speaks_of_all_years(&self, start: Option<i32>) -> bool {
        let base = start.and_then(base_year);
        self.figures.iter().any(|o| conventions().since_start.of(o, base).is_some())
    }

    /// One figure a year, or one for all years since the start where its remark
    /// says so (三年累计, 年均); it takes the place of the years it speaks of.
    pub(crate) fn years_since(&self, from: Option<i32>, until: i32) -> Option<Years<'a>> {
        let mut years = self.years(from, until)?;
        let Some(start) = from else { return Some(years) };
        let of = |year: &YearFigure<'_>| conventions().since_start.of(year.figure, base_year(start));
        if let Some(place) = years.figures.iter().rposition(|year| of(year).is_some()) {
            let later = years.figures.split_off(place + 1);
            let mut all = years.figures.pop()?;
            all.months = end_month(all.figure.period) - start;
            all.since = of(&all);
            years.missing.retain(|year| *year > all.year);
            years.figures = std::iter::once(all).chain(later).collect();
            years.covered = years.figures.iter().map(|year| year.months).sum();
        }
        Some(years)
    }
}

impl Years<'_> {
    /// The same years, only those that are wanted; nothing counts as missing.
    pub(crate) fn only(mut self, wanted: impl Fn(i16) -> bool) -> Self {
        self.figures.retain(|year| wanted(year.year));
        self.covered = self.figures.iter().map(|year| year.months).sum();
        (self.elapsed, self.missing) = (self.covered, Vec::new());
        self
    }

    /// The same years without those that are not over; what these cover does not count.
    pub(crate) fn whole(mut self) -> Self {
        while let Some(part) = self.figures.pop_if(|year| year.months < 12) {
            self.covered -= part.months;
            self.elapsed -= part.months;
        }
        self
    }

    /// The same years without the last one.
    pub(crate) fn before_last(&self) -> Self {
        let mut years = self.clone();
        if let Some(last) = years.figures.pop() {
            years.covered -= last.months;
            years.elapsed -= last.months;
        }
        years
    }

    /// Notes on missing and partial years.
    pub(crate) fn notes(&self) -> Vec<Message> {
        let mut notes = Vec::new();
        if !self.missing.is_empty() {
            let years: Vec<String> = self.missing.iter().map(i16::to_string).collect();
            notes.push(
                Say::NoteMissingYears.with([("years", years.join("、")), ("count", self.figures.len().to_string())]),
            );
        }
        for all in self.figures.iter().filter(|f| f.since.is_some()) {
            notes.push(Say::NoteSinceStart.with([
                ("period", all.figure.period.to_string()),
                ("value", plain(all.figure.value)),
                ("months", all.months.to_string()),
                ("note", all.figure.note.clone()),
            ]));
        }
        for part in self.figures.iter().filter(|f| f.months < 12) {
            notes.push(
                Say::NotePartialYear
                    .with([("period", part.figure.period.to_string()), ("months", part.months.to_string())]),
            );
        }
        notes
    }

    /// The compound index of yearly rates in percent: ∏(1 ± rate)^(months/12).
    pub(crate) fn compound(&self, falls: bool) -> Num {
        self.figures.iter().fold(Num::ONE, |index, year| {
            let rate = Num::from(year.figure.value) / Num::HUNDRED;
            let step = if falls { Num::ONE - rate } else { Num::ONE + rate };
            index * if year.since == Some(Since::Total) { step } else { step.power(year.months, 12) }
        })
    }
}

/// A figure as an input of a trail.
pub(crate) fn input(role: InputRole, figure: &Observation, unit: &str) -> Input {
    Input {
        role,
        value: figure.value,
        unit: unit.to_owned(),
        period: Some(figure.period),
        origin: Origin::Figure { standing: figure.standing, vintage: figure.vintage, source: figure.source.clone() },
    }
}
