//! What an indicator's own history tells: another unit, a jump, a sum that falls.

use plan_model::{Decimal, Measure, Observation, Period, plain};

use super::{
    Report,
    book::{Book, Page, Series, year_before},
    rules::{Jump, Monotone, Stretch, Unit},
};
use crate::{
    conventions::{Since, conventions},
    units,
};

/// The middle one; of two middle ones their mean.
pub(super) fn median(mut values: Vec<Decimal>) -> Option<Decimal> {
    if values.is_empty() {
        return None;
    }
    let (half, odd) = (values.len() / 2, values.len() % 2 == 1);
    let (below, upper, _) = values.select_nth_unstable(half);
    if odd {
        return Some(*upper);
    }
    below.iter().max()?.checked_add(*upper)?.checked_div(Decimal::TWO)
}

/// Figures that look as if they were given in another unit: about ten, a hundred
/// or ten thousand times what is usual, or that part of it.
pub(super) fn unit(unit: &Unit, book: &Book<'_>, report: &mut Report<'_>) {
    for page in &book.pages {
        if !report.rule.applies.to(page.subject.indicator) {
            continue;
        }
        for figure in page.asked.iter().filter(|figure| !figure.value.is_zero()) {
            let others = comparable(page, figure);
            let Some(usual) = median(others.clone()).filter(|usual| !usual.is_zero()) else { continue };
            // What itself changes by such factors tells nothing about units.
            let (least, most) = (others.iter().min().copied(), others.iter().max().copied());
            let steady =
                least.zip(most).is_some_and(|(least, most)| least.checked_mul(unit.steady).is_none_or(|l| most <= l));
            if !steady {
                continue;
            }
            let hit = unit.factors.iter().find_map(|factor| {
                let enough = others.len() >= factor.least;
                let times = [
                    (factor.times, plain(factor.times)),
                    (Decimal::ONE.checked_div(factor.times)?, format!("1/{}", plain(factor.times))),
                ];
                times
                    .into_iter()
                    .find(|(times, _)| enough && near(figure.value.abs(), usual.checked_mul(*times), unit.within))
            });
            if let Some((_, times)) = hit {
                report.add(page.subject, figure, &[("times", times), ("reference", plain(usual.round_dp(4)))]);
            }
        }
    }
}

/// The other figures as long as this one (for parts of a year those of the same
/// part), of any standing, without their sign; for years also the baseline.
fn comparable(page: &Page<'_>, figure: &Observation) -> Vec<Decimal> {
    let same_part =
        |period: Period| period.months() == figure.period.months() && period.last_month() == figure.period.last_month();
    let mut periods: Vec<Period> = page.latest.iter().map(|figure| figure.period).collect();
    periods.dedup();
    let others =
        periods.into_iter().filter(|p| same_part(*p) && *p != figure.period && !page.broken(*p, figure.period));
    let mut values: Vec<(Period, Decimal)> =
        others.filter_map(|p| Some((p, page.at(p, figure.standing)?.value.abs()))).collect();
    let indicator = page.subject.indicator;
    let rate = matches!(indicator.measure, Measure::YearlyGrowth | Measure::FasterThan(_) | Measure::InStepWith(_));
    if let Some(base) = indicator.baseline.as_ref().filter(|_| !rate) {
        let period = base.period.filter(|p| p.months() == 12);
        let known = period.is_some_and(|p| {
            p == figure.period || values.iter().any(|(other, _)| *other == p) || page.broken(p, figure.period)
        });
        if figure.period.months() == 12 && period.is_some() && !known {
            values.push((figure.period, base.value.abs()));
        }
    }
    values.into_iter().map(|(_, value)| value).filter(|value| !value.is_zero()).collect()
}

fn near(value: Decimal, wanted: Option<Decimal>, within: Decimal) -> bool {
    let Some(wanted) = wanted else { return false };
    let (low, high) = (wanted.checked_div(within), wanted.checked_mul(within));
    low.is_some_and(|low| value >= low) && high.is_some_and(|high| value <= high)
}

/// Changes that are large beside the indicator's own earlier ones.
pub(super) fn jump(jump: &Jump, book: &Book<'_>, report: &mut Report<'_>) {
    for page in &book.pages {
        let indicator = page.subject.indicator;
        if !report.rule.applies.to(indicator) {
            continue;
        }
        for series in &page.series {
            // Amounts change by a share, percentages by points; a series with a
            // figure of zero or below has no shares.
            let by_points = units::is_percent(&indicator.unit) || series.iter().any(|f| f.value <= Decimal::ZERO);
            let scale = Scale { by_points, of_percent: units::is_percent(&indicator.unit) };
            jumps_of(jump, scale, series, page, report);
        }
    }
}

#[derive(Clone, Copy)]
struct Scale {
    by_points: bool,
    of_percent: bool,
}

impl Scale {
    fn change(self, from: Decimal, to: Decimal) -> Option<Decimal> {
        let difference = to.checked_sub(from)?;
        if self.by_points {
            return Some(difference);
        }
        difference.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(from)
    }

    /// Smaller changes are never a jump.
    fn least(self, jump: &Jump, usual: Decimal) -> Option<Decimal> {
        match (self.by_points, self.of_percent) {
            (true, true) => Some(jump.least_points),
            (true, false) => usual.abs().checked_mul(jump.least_share)?.checked_div(Decimal::ONE_HUNDRED),
            (false, _) => Some(jump.least_share),
        }
    }
}

fn jumps_of(jump: &Jump, scale: Scale, series: &Series<'_>, page: &Page<'_>, report: &mut Report<'_>) {
    // A series is in order of time.
    let before = |period: Period| {
        let at = series.binary_search_by_key(&year_before(period), |f| f.period).ok()?;
        series.get(at).copied().filter(|f| !page.broken(f.period, period))
    };
    let size = median(series.iter().map(|f| f.value.abs()).collect()).unwrap_or_default();
    let mut earlier = Earlier::default();
    let mut jumped: Vec<Period> = Vec::new();
    for figure in series {
        let Some(last) = before(figure.period) else { continue };
        let Some(change) = scale.change(last.value, figure.value) else { continue };
        let far = |change: Decimal| beyond(jump, scale.least(jump, size)?, &earlier, change);
        let after_jump = jumped.contains(&last.period);
        // After a figure that jumped, coming back to what was before is no jump.
        let back = || {
            let older = before(last.period)?;
            let change = scale.change(older.value, figure.value)?;
            Some(far(change).is_none())
        };
        match far(change) {
            Some(usual) if !(after_jump && back().unwrap_or(true)) => {
                jumped.push(figure.period);
                let sign = if scale.by_points { String::new() } else { "%".to_owned() };
                let show = |value: Decimal| format!("{}{sign}", plain(value.round_dp(2)));
                let params = [
                    ("before", last.period.to_string()),
                    ("last", plain(last.value)),
                    ("change", show(change)),
                    ("usual", show(usual)),
                ];
                report.add(page.subject, figure, &params);
            }
            Some(_) => {}
            None if after_jump => {}
            None => earlier.add(change),
        }
    }
}

/// Earlier changes, the smallest first.
#[derive(Default)]
struct Earlier(Vec<Decimal>);

impl Earlier {
    fn add(&mut self, change: Decimal) {
        let at = self.0.partition_point(|other| *other <= change);
        self.0.insert(at, change);
    }

    fn median(&self) -> Option<Decimal> {
        let upper = *self.0.get(self.0.len() / 2)?;
        if self.0.len() % 2 == 1 {
            return Some(upper);
        }
        let lower = *self.0.get(self.0.len() / 2 - 1)?;
        lower.checked_add(upper)?.checked_div(Decimal::TWO)
    }
}

/// The usual change, where this one lies far from it: robust, by the median of
/// the earlier changes and the median distance from it.
fn beyond(jump: &Jump, least: Decimal, earlier: &Earlier, change: Decimal) -> Option<Decimal> {
    if earlier.0.len() < jump.least_changes {
        return None;
    }
    let usual = earlier.median()?;
    let distance = change.checked_sub(usual)?.abs();
    // At least so much is always allowed: most changes need no look at the spread.
    if distance <= least {
        return None;
    }
    let distances =
        earlier.0.iter().map(|other| other.checked_sub(usual).map(|d| d.abs())).collect::<Option<Vec<_>>>()?;
    // 1.4826 makes the median distance comparable with a standard deviation.
    let spread = median(distances)?.checked_mul(Decimal::new(14826, 4))?;
    (distance > spread.checked_mul(jump.times)?.max(least)).then_some(usual)
}

/// Sums that fall: within a year, or since the start.
pub(super) fn monotone(monotone: &Monotone, book: &Book<'_>, report: &mut Report<'_>) {
    for page in &book.pages {
        let indicator = page.subject.indicator;
        if !report.rule.applies.to(indicator) || units::is_percent(&indicator.unit) {
            continue;
        }
        for series in &page.series {
            let falls = match monotone.stretch {
                Stretch::YearToDate => falls_in_year(monotone, &indicator.measure, series),
                Stretch::SinceStart => {
                    falls_since_start(series, monotone.names.iter().any(|word| indicator.name.contains(word.as_str())))
                }
            };
            for (last, figure) in falls {
                let fall = last.value.checked_sub(figure.value).unwrap_or_default();
                let params = [("before", last.period.to_string()), ("last", plain(last.value)), ("fall", plain(fall))];
                report.add(page.subject, figure, &params);
            }
        }
    }
}

type Fall<'a> = (&'a Observation, &'a Observation);

/// Figures of the year to date that are lower than those of an earlier part of
/// the same year. Whether they are of the year to date is said by their remarks,
/// or seen: nearly all rise within the year and fall back at its turn.
fn falls_in_year<'a>(monotone: &Monotone, measure: &Measure, series: &Series<'a>) -> Vec<Fall<'a>> {
    let rule = &conventions().year_to_date;
    let parts: Vec<&'a Observation> = series.iter().copied().filter(|f| f.period.months() < 12).collect();
    let pairs = || parts.iter().copied().zip(parts.iter().copied().skip(1));
    let (within, turns): (Vec<Fall<'a>>, Vec<Fall<'a>>) =
        pairs().partition(|(a, b)| a.period.year() == b.period.year());
    let fallen: Vec<Fall<'a>> = within.iter().copied().filter(|(a, b)| b.value < a.value).collect();
    if fallen.is_empty() {
        return fallen;
    }
    let said = |figure: &Observation| rule.says_so(&figure.note);
    if parts.iter().any(|part| said(part)) {
        return fallen.into_iter().filter(|(a, b)| said(a) && said(b)).collect();
    }
    let halves = |(a, b): &Fall<'a>| b.value.checked_mul(Decimal::TWO).is_some_and(|twice| twice < a.value);
    let resets = !turns.is_empty() && turns.iter().all(halves);
    let share = Decimal::from(fallen.len()).checked_div(Decimal::from(within.len())).unwrap_or(Decimal::ONE);
    let looks = within.len() >= monotone.least_steps && share <= monotone.falls_at_most;
    if looks && (resets || *measure == Measure::Cumulative) { fallen } else { Vec::new() }
}

/// Sums since the plan's start that are lower than an earlier one.
fn falls_since_start<'a>(series: &Series<'a>, named: bool) -> Vec<Fall<'a>> {
    if series.is_sorted_by_key(|figure| figure.value) {
        return Vec::new();
    }
    let total = |figure: &&&'a Observation| named || conventions().since_start.of(figure, None) == Some(Since::Total);
    let totals: Vec<&'a Observation> = series.iter().filter(total).copied().collect();
    let pairs = totals.iter().copied().zip(totals.iter().copied().skip(1));
    pairs.filter(|(a, b)| b.value < a.value).collect()
}
