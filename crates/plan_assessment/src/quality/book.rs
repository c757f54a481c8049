//! The figures that are looked at, by indicator, standing and length of period.

use std::collections::{BTreeMap, HashMap, HashSet};

use plan_model::{Observation, Period, Standing};

use super::{Look, Subject};
use crate::breaks::SeriesBreak;

/// The latest vintages of one standing, in order of time, all as long.
pub(super) type Series<'a> = Vec<&'a Observation>;

/// The figures of one indicator.
pub(super) struct Page<'a> {
    pub(super) subject: &'a Subject<'a>,
    /// The latest vintage of each period and standing.
    pub(super) latest: BTreeMap<(Period, Standing), &'a Observation>,
    breaks: Vec<&'a SeriesBreak>,
}

impl<'a> Page<'a> {
    /// The series of each standing and length, each in order of time.
    pub(super) fn series(&self) -> Vec<Series<'a>> {
        let mut all: BTreeMap<(Standing, i8), Series<'a>> = BTreeMap::new();
        for figure in self.latest.values() {
            all.entry((figure.standing, figure.period.months())).or_default().push(figure);
        }
        all.into_values().collect()
    }

    /// The figure of a period: of this standing, else of the best there is.
    pub(super) fn at(&self, period: Period, standing: Standing) -> Option<&'a Observation> {
        let of = |standing: Standing| self.latest.get(&(period, standing)).copied();
        of(standing).or_else(|| Standing::ALL.iter().rev().find_map(|other| of(*other)))
    }

    /// Whether the definition changed after `from` and by `to`.
    pub(super) fn broken(&self, from: Period, to: Period) -> bool {
        let (early, late) = if from.last_day() <= to.last_day() { (from, to) } else { (to, from) };
        self.breaks.iter().any(|b| early.last_day() < b.from.last_day() && b.from.last_day() <= late.last_day())
    }
}

/// All figures that are looked at.
pub(super) struct Book<'a> {
    /// By indicator, in the order of the register; those without figures too.
    pub(super) pages: Vec<Page<'a>>,
    pub(super) plan: &'a str,
    asked: Option<&'a HashSet<(&'a str, Period)>>,
}

impl<'a> Book<'a> {
    /// Whether findings about a figure are asked for.
    pub(super) fn asked(&self, figure: &Observation) -> bool {
        self.asked.is_none_or(|asked| asked.contains(&(figure.indicator.as_str(), figure.period)))
    }

    pub(super) fn new(look: &Look<'a>) -> Self {
        let mut pages: Vec<Page<'a>> = Vec::with_capacity(look.subjects.len());
        let mut places: HashMap<&str, usize> = HashMap::new();
        for subject in look.subjects {
            places.entry(&subject.indicator.id).or_insert(pages.len());
            let breaks = look.breaks.iter().filter(|b| b.indicator == subject.indicator.id).collect();
            pages.push(Page { subject, latest: BTreeMap::new(), breaks });
        }
        for figure in look.figures.iter().copied().filter(|f| f.period.last_day() <= look.as_of) {
            let Some(page) = places.get(figure.indicator.as_str()).and_then(|at| pages.get_mut(*at)) else { continue };
            let kept = page.latest.entry((figure.period, figure.standing)).or_insert(figure);
            if figure.vintage > kept.vintage {
                *kept = figure;
            }
        }
        Self { pages, plan: look.plan, asked: look.asked }
    }
}

/// The same stretch of the year before.
pub(super) fn year_before(period: Period) -> Period {
    match period {
        Period::Year(year) => Period::Year(year.saturating_sub(1)),
        Period::Quarter(year, quarter) => Period::Quarter(year.saturating_sub(1), quarter),
        Period::Month(year, month) => Period::Month(year.saturating_sub(1), month),
    }
}
