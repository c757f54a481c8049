//! A finding and a rule set make a verdict.

use jiff::civil::Date;
use plan_model::{Decimal, JudgedValue, Made, Message, Met, NeededPace, Outlook, Prospect, Trail, Verdict, plain};

use crate::{
    assess::Rules,
    exact::{Num, shown},
    figures::{end_month, months_ended},
    finding::{Bound, Course, Finding, Goal, Path},
    forecast::ForecastRules,
    gauge,
    message::Say,
    rule_set::{Band, Edge, Gauge, RuleSet},
};

/// A band with the sentence that says why, and the number it was read from.
struct Place<'r> {
    band: &'r Band,
    reason: Message,
    number: Option<Decimal>,
}

/// The verdict of a rule set on a finding.
pub(crate) fn judge(
    indicator: &str,
    as_of: Date,
    (mut finding, prospect): (Finding, Prospect),
    Rules { verdicts: rules, forecasts, .. }: &Rules<'_>,
) -> Option<Verdict> {
    let place = place(&mut finding, rules)?;
    let stale = age_in_months(&finding, as_of).is_some_and(|(age, period)| {
        let fresh = Num::from(period) * Num::from(rules.stale_after_periods);
        !finding.finished && fresh.0.is_some_and(|fresh| Decimal::from(age) > fresh)
    });
    if stale && let Some((age, _)) = age_in_months(&finding, as_of) {
        finding.notes.push(Say::NoteStale.with([("months", age.to_string())]));
    }
    let (way, time) = match &finding.course {
        Course::Path(path) => (
            ((path.here.value - path.here.start) / (path.here.end - path.here.start)).0,
            path.total.and_then(|total| Num::share(path.elapsed, total).0),
        ),
        _ => (None, None),
    };
    let outlook = foreseen(outlook(&finding, rules), &prospect, *forecasts);
    let needed_pace = needed(&finding);
    let to_green = to_green(&finding, &place, rules, needed_pace.as_ref());
    let unit = finding.unit;
    Some(Verdict {
        indicator: indicator.to_owned(),
        as_of,
        status: place.band.status.clone(),
        value: finding.judged.map(|j| JudgedValue {
            value: j.value,
            unit,
            period: j.period,
            standing: j.standing,
            made: j.made,
        }),
        expected: finding.expected,
        ratio: place.number,
        way,
        time,
        met: finding.met,
        outlook,
        prospect,
        needed_pace,
        stale,
        trail: Trail {
            inputs: finding.inputs,
            formula: finding.formula,
            rule_set: rules.name.clone(),
            rule_set_version: rules.version.clone(),
            reason: place.reason,
            notes: finding.notes,
            to_green,
        },
    })
}

fn age_in_months(finding: &Finding, as_of: Date) -> Option<(i32, i32)> {
    let period = finding.judged.as_ref()?.period;
    Some((months_ended(as_of) - end_month(period), i32::from(period.months())))
}

/// What a sentence about a finding may say.
fn words(finding: &Finding) -> [(&'static str, String); 6] {
    let judged = finding.judged.as_ref();
    let (made, made_en) = match judged.map(|j| j.made).unwrap_or_default() {
        Made::Figure => ("", ""),
        made @ Made::Sum => (made.word(), " in all"),
        made @ Made::Mean => (made.word(), " a year on average"),
    };
    [
        ("made", made.to_owned()),
        ("made_en", made_en.to_owned()),
        ("period", judged.map(|j| j.period.to_string()).unwrap_or_default()),
        ("value", judged.map(|j| short(j.value)).unwrap_or_default()),
        ("unit", beside_a_number(&finding.unit)),
        ("target", finding.target.clone()),
    ]
}

/// A unit as it stands after a number: one that begins with a digit (1/10万) not at once.
fn beside_a_number(unit: &str) -> String {
    if unit.starts_with(|c: char| c.is_ascii_digit()) { format!(" {unit}") } else { unit.to_owned() }
}

/// A printed figure stays as printed; a computed one is shown with two decimals, as
/// the reports print it, or with four where it is smaller than one.
fn short(value: Decimal) -> String {
    match value.scale() {
        0..=4 => plain(value),
        _ if value.abs() >= Decimal::ONE => plain(value.round_dp(2)),
        _ => shown(value),
    }
}

fn place<'r>(finding: &mut Finding, rules: &'r RuleSet) -> Option<Place<'r>> {
    let placing = &rules.placing;
    let placed = |code: &str, reason| rules.band(code).map(|band| Place { band, reason, number: None });
    if let Course::Unknown(reason) = &finding.course {
        return Some(Place { band: rules.bands.last()?, reason: reason.clone(), number: None });
    }
    let number = match &finding.course {
        Course::Path(path) => gauge::reading(rules.gauge, path, &path.here).0,
        _ => None,
    };
    if finding.reached_early {
        let [made, made_en, period, value, unit, target] = words(finding);
        let due = finding.due.map(|due| due.to_string()).unwrap_or_default();
        let reason = match (&finding.course, &finding.judged) {
            // Done by its nodes: there is no figure to speak of.
            (Course::Bound(_, reason), None) => reason.clone(),
            _ => Say::ReachedEarly.with([made, made_en, period, value, unit, target, ("due", due)]),
        };
        return Some(Place { number, ..placed(&placing.reached_early, reason)? });
    }
    match finding.course.clone() {
        Course::Unknown(_) => None,
        Course::Bound(bound, reason) => placed(
            match bound {
                Bound::Kept => &placing.bound_kept,
                Bound::Slipped => &placing.bound_slipped,
                Bound::Broken => &placing.bound_broken,
            },
            reason,
        ),
        Course::Point => point(finding, rules),
        Course::Path(path) => on_path(finding, &path, number, rules),
    }
}

/// Met or finished, without a path to measure.
fn point<'r>(finding: &Finding, rules: &'r RuleSet) -> Option<Place<'r>> {
    let (code, say) = match (finding.met, finding.finished) {
        (Met::Yes, true) => (&rules.placing.met_without_path, Say::FinalMet),
        (Met::Yes, false) => (&rules.placing.met_without_path, Say::MetWithoutPath),
        _ => (&rules.placing.final_unmet, Say::FinalUnmet),
    };
    Some(Place { band: rules.band(code)?, reason: say.with(words(finding)), number: None })
}

fn on_path<'r>(finding: &mut Finding, path: &Path, number: Option<Decimal>, rules: &'r RuleSet) -> Option<Place<'r>> {
    let unknown = |reason| rules.bands.last().map(|band| Place { band, reason, number: None });
    let too_soon = Num::from(path.elapsed).0 < (Num::from(rules.least_years) * Num::from(12)).0;
    if too_soon && !finding.finished {
        return unknown(Say::TooShort.with([("years", plain(rules.least_years))]));
    }
    let Some(number) = number else {
        return match rules.gauge {
            _ if finding.met == Met::Yes || finding.finished => point(finding, rules),
            Gauge::GrowthPace => unknown(Say::NoGrowthRate.with([])),
            Gauge::PointsBehind if path.total.is_none() => unknown(Say::DueMissing.with([])),
            Gauge::ShareOfPace | Gauge::PointsBehind => unknown(Say::OutOfRange.with([])),
        };
    };
    let band = band(finding, path, number, rules)?;
    let [made, made_en, period, value, unit, target] = words(finding);
    if finding.finished {
        let (met, unmet) = (rules.band(&rules.placing.met_without_path)?, rules.band(&rules.placing.final_unmet)?);
        let order = |band: &&Band| band.status.order;
        let (band, say) = match finding.met {
            Met::Yes => (std::cmp::min_by_key(band, met, order), Say::FinalMet),
            Met::No | Met::Unknown => (std::cmp::max_by_key(band, unmet, order), Say::FinalUnmet),
        };
        return Some(Place {
            band,
            reason: say.with([made, made_en, period, value, unit, target]),
            number: Some(number),
        });
    }
    let expected = finding.expected.map(short).unwrap_or_default();
    let (say, text) = match rules.gauge {
        Gauge::ShareOfPace => (Say::ShareOfPace, shown(number)),
        Gauge::GrowthPace => (Say::GrowthPace, shown(number)),
        Gauge::PointsBehind if number > Decimal::ZERO => (Say::PointsBehind, shown(number)),
        Gauge::PointsBehind => (Say::PointsAhead, shown(number.abs())),
    };
    let limits = gauge::limits(rules, band);
    let (expected, read, limits) = (("expected", expected), ("number", text), ("limits", limits));
    let reason = say.with([made, made_en, period, value, unit, expected, read, limits]);
    Some(Place { band, reason, number: Some(number) })
}

/// The band of a number. Where figures printed the same would fall into other
/// bands, the one nearest to the rule set's calm band is taken: rounding makes
/// nobody late and nobody early.
fn band<'r>(finding: &mut Finding, path: &Path, number: Decimal, rules: &'r RuleSet) -> Option<&'r Band> {
    let nominal = gauge::band(rules, number)?;
    let Some((worst, best)) = path.printed_the_same else { return Some(nominal) };
    let calm = rules.band(&rules.placing.rounding_doubt)?.status.order;
    let read = |scale| gauge::reading(rules.gauge, path, &scale).0.and_then(|number| gauge::band(rules, number));
    let (Some(worst), Some(best)) = (read(worst), read(best)) else { return Some(nominal) };
    let (low, high) = (best.status.order.min(nominal.status.order), worst.status.order.max(nominal.status.order));
    let order = calm.clamp(low, high);
    if order == nominal.status.order {
        return Some(nominal);
    }
    let chosen = rules.bands.iter().find(|band| band.status.order == order)?;
    let places = [("word", nominal.status.word.clone()), ("word_en", nominal.status.word_en.clone())];
    finding.notes.push(Say::NoteRounding.with(places));
    Some(chosen)
}

fn outlook(finding: &Finding, rules: &RuleSet) -> Outlook {
    match (&finding.course, finding.met) {
        _ if finding.lost => Outlook::OutOfReach,
        (_, Met::Yes) if finding.finished || !finding.can_be_lost => Outlook::Reached,
        (Course::Bound(Bound::Kept | Bound::Slipped, _), _) => Outlook::OnCourse,
        (_, Met::No) if finding.finished => Outlook::OutOfReach,
        (Course::Bound(Bound::Broken, _), _) => Outlook::NeedsPace,
        (Course::Path(_), _) => by_pace(finding, rules),
        (Course::Unknown(_) | Course::Point, _) => Outlook::Unknown,
    }
}

/// What a forecast changes about the outlook that the pace gives, where it clearly says otherwise.
fn foreseen(by_pace: Outlook, prospect: &Prospect, rules: Option<&ForecastRules>) -> Outlook {
    let Some((forecast, rules)) = prospect.forecast().zip(rules) else { return by_pace };
    let (hopeful, doubtful) = (forecast.chance >= rules.hopeful_from, forecast.chance < rules.doubtful_under);
    match by_pace {
        Outlook::Reached => Outlook::Reached,
        _ if hopeful => Outlook::OnCourse,
        Outlook::OnCourse if doubtful => Outlook::NeedsPace,
        Outlook::OutOfReach if !doubtful => Outlook::NeedsPace,
        Outlook::Unknown if forecast.chance >= Decimal::new(5, 1) => Outlook::OnCourse,
        Outlook::Unknown => Outlook::NeedsPace,
        same => same,
    }
}

fn by_pace(finding: &Finding, rules: &RuleSet) -> Outlook {
    let numbers = finding.pace.as_ref().and_then(|pace| Some((pace.needed.0?, pace.so_far.0?, pace.more_is_better)));
    let Some((needed, so_far, more_is_better)) = numbers else {
        return if finding.met == Met::Yes { Outlook::OnCourse } else { Outlook::Unknown };
    };
    let enough = if more_is_better { so_far >= needed } else { so_far <= needed };
    let times = (Num::from(needed) / Num::from(so_far)).0;
    match times {
        _ if enough => Outlook::OnCourse,
        Some(times) if times > rules.out_of_reach_times => Outlook::OutOfReach,
        _ => Outlook::NeedsPace,
    }
}

fn needed(finding: &Finding) -> Option<NeededPace> {
    if finding.finished || finding.lost || (finding.met == Met::Yes && !finding.can_be_lost) {
        return None;
    }
    let pace = finding.pace.as_ref()?;
    Some(NeededPace { per_year: pace.needed.0?, unit: pace.unit.clone() })
}

/// What would have been in line at the figure's date, and what is needed from now on.
fn to_green(finding: &Finding, place: &Place<'_>, rules: &RuleSet, pace: Option<&NeededPace>) -> Option<Message> {
    let green = rules.band(&rules.placing.bound_kept)?;
    if !place.band.status.judged || place.band.status.order <= green.status.order || finding.finished || finding.lost {
        return None;
    }
    let [_, _, period, _, unit, target] = words(finding);
    let word = [("word", green.status.word.clone()), ("word_en", green.status.word_en.clone())];
    let Course::Path(path) = &finding.course else {
        // What keeps the bound now and broke it before has nothing to come back to.
        let within = |value: Decimal, goal: &Goal| {
            goal.least.is_none_or(|least| value >= least) && goal.most.is_none_or(|most| value <= most)
        };
        if finding.judged.as_ref().zip(finding.goal.as_ref()).is_some_and(|(judged, goal)| within(judged.value, goal)) {
            return None;
        }
        let [zh, en] = word;
        return Some(Say::ToGreenBound.with([unit, target, zh, en]));
    };
    let edge = match green.edge {
        Edge::AtLeast(edge) | Edge::Under(edge) | Edge::UpTo(edge) => edge,
        Edge::Rest | Edge::Placed => return None,
    };
    let enough = path.reading.of(gauge::value_at(rules.gauge, path, edge))?;
    let [zh, en] = word;
    let enough = ("enough", shown(enough));
    Some(match pace {
        Some(pace) => {
            // A step down is told as one, not as a number below zero.
            let down = pace.per_year.is_sign_negative();
            let [way, way_en] = if down { ["降低", "a fall of "] } else { ["", ""] };
            Say::ToGreenPace.with([
                period,
                unit,
                zh,
                en,
                enough,
                ("way", way.to_owned()),
                ("way_en", way_en.to_owned()),
                ("pace", short(pace.per_year.abs())),
                ("pace_unit", pace.unit.clone()),
            ])
        }
        None => Say::ToGreen.with([period, unit, zh, en, enough]),
    })
}
