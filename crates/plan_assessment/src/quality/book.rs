//! The figures that are looked at, by indicator, standing and length of period.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use plan_model::{Observation, Period, Standing};

use super::{Look, Subject};
use crate::breaks::SeriesBreak;

/// The latest vintages of one standing, in order of time, all as long.
pub(super) type Series<'a> = Vec<&'a Observation>;

/// The figures of one indicator.
pub(super) struct Page<'a> {
    pub(super) subject: &'a Subject<'a>,
    /// The latest vintage of each period and standing, in their order.
    pub(super) latest: Vec<&'a Observation>,
    /// Those of them that findings are asked for.
    pub(super) asked: Vec<&'a Observation>,
    /// The series of each standing and length, each in order of time.
    pub(super) series: Vec<Series<'a>>,
    breaks: Vec<&'a SeriesBreak>,
}

impl<'a> Page<'a> {
    /// A page with these figures, all vintages, in any order.
    fn new(look: &Look<'a>, subject: &'a Subject<'a>, mut figures: Vec<&'a Observation>) -> Self {
        let key = |figure: &Observation| (figure.period, figure.standing);
        figures.sort_by_key(|figure| (key(figure), Reverse(figure.vintage)));
        figures.dedup_by_key(|figure| key(figure));
        let mut series: BTreeMap<(Standing, i8), Series<'a>> = BTreeMap::new();
        for figure in &figures {
            series.entry((figure.standing, figure.period.months())).or_default().push(figure);
        }
        let id = subject.indicator.id.as_str();
        let asked = |figure: &&&Observation| look.asked.is_none_or(|asked| asked.contains(&(id, figure.period)));
        Self {
            subject,
            asked: figures.iter().filter(asked).copied().collect(),
            series: series.into_values().collect(),
            breaks: look.breaks.iter().filter(|b| b.indicator == subject.indicator.id).collect(),
            latest: figures,
        }
    }

    /// The series a figure stands in.
    pub(super) fn beside(&self, figure: &Observation) -> impl Iterator<Item = &'a Observation> {
        let alike =
            |first: &Observation| first.standing == figure.standing && first.period.months() == figure.period.months();
        let own = self.series.iter().find(|series| series.first().is_some_and(|first| alike(first)));
        own.into_iter().flatten().copied()
    }

    /// The figure of this period and standing.
    pub(super) fn get(&self, period: Period, standing: Standing) -> Option<&'a Observation> {
        let found = self.latest.binary_search_by_key(&(period, standing), |figure| (figure.period, figure.standing));
        self.latest.get(found.ok()?).copied()
    }

    /// The figure of a period: of this standing, else of the best there is.
    pub(super) fn at(&self, period: Period, standing: Standing) -> Option<&'a Observation> {
        let of = |standing: Standing| self.get(period, standing);
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
}

impl<'a> Book<'a> {
    pub(super) fn new(look: &Look<'a>) -> Self {
        let ids = look.subjects.iter().map(|subject| subject.indicator.id.as_str());
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (at, id) in ids.enumerate() {
            places.entry(id).or_insert(at);
        }
        let mut figures: Vec<Vec<&'a Observation>> = vec![Vec::new(); look.subjects.len()];
        // Figures mostly come by indicator: its place is looked up once.
        let mut last = None;
        for figure in look.figures.iter().copied().filter(|f| f.period.last_day() <= look.as_of) {
            let same = last.filter(|(id, _)| *id == figure.indicator.as_str());
            let place = same.or_else(|| Some((figure.indicator.as_str(), *places.get(figure.indicator.as_str())?)));
            if let Some(own) = place.and_then(|(_, at)| figures.get_mut(at)) {
                own.push(figure);
            }
            last = place;
        }
        let pages = look.subjects.iter().zip(figures).map(|(subject, figures)| Page::new(look, subject, figures));
        Self { pages: pages.collect(), plan: look.plan }
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
