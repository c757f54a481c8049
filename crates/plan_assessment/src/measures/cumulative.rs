//! Yearly amounts that add up to a total (新增 20 家, 累计 800 亿元), or to an
//! allowance that must not be used up too fast (不超过…).

use plan_model::{Decimal, Direction, Made, Message, Met, plain};

use super::{Context, year_inputs};
use crate::{
    aim::{self, Aim},
    breaks::under_old_definition,
    exact::{Num, shown},
    figures::{Years, end_month, year_end},
    finding::{Bound, Course, Finding, Judged, Pace, Path, Quantity, Reading, Scale},
    message::Say,
};

pub(super) fn find(context: &Context<'_>, mut aim: Aim) -> Result<Finding, Message> {
    aim.in_unit_of(context.indicator)?;
    let direction = aim::of_amount(context.indicator, &aim).unwrap_or(Direction::Higher);
    let bar =
        aim::bar(&aim, direction, &context.rules.tolerance.about).ok_or_else(|| Say::TargetWithoutNumber.with([]))?;
    let unit = context.indicator.unit.clone();
    let mut finding = Finding::unknown(&unit, Say::NoFigure.with([]));
    (finding.target, finding.due) = (aim.words(), aim.due);
    finding.inputs = aim.inputs();
    finding.notes = aim.notes.clone();
    let start = context.start();
    let plan_end = || context.period.map(|period| year_end(period.last_year()));
    finding.goal = match (aim.every_year, start) {
        (true, _) => {
            plan_end().map(|due| crate::finding::Goal::toward(Quantity::Level { amounts: true }, bar, direction, due))
        }
        (false, Some(from)) => {
            aim.due_month().map(|due| crate::finding::Goal::toward(Quantity::Total { from }, bar, direction, due))
        }
        (false, None) => None,
    };
    let Some(years) = context.series.years_since(start, context.until(&aim)) else {
        finding.course = Course::Unknown(context.no_figure());
        return Ok(finding);
    };
    finding.inputs.extend(year_inputs(&years, &unit));
    finding.notes.extend(years.notes());
    let sum = match add_up(context, &years, start, &mut finding) {
        Ok(sum) => sum,
        Err(reason) => {
            finding.course = Course::Unknown(reason);
            return Ok(finding);
        }
    };
    let Some(last) = years.figures.last().map(|year| year.figure) else { return Err(context.no_figure()) };
    finding.judged = Some(Judged { value: sum, period: last.period, standing: last.standing, made: Made::Sum });
    finding.finished = aim.due_month().is_some_and(|due| end_month(last.period) >= due);
    let goal = Goal { aim: &aim, direction, bar, start };
    goal.meet(&years, sum, &mut finding);
    finding.course = match context.too_few(&years) {
        Some(reason) if finding.met != Met::Yes => Course::Unknown(reason),
        _ => goal.course(context, &years, sum, &mut finding),
    };
    Ok(finding)
}

fn add_up(
    context: &Context<'_>,
    years: &Years<'_>,
    start: Option<i32>,
    finding: &mut Finding,
) -> Result<Decimal, Message> {
    let mut sum = Num::from(0);
    for year in &years.figures {
        let (value, note) = under_old_definition(year.figure, start, context.breaks)?;
        finding.notes.extend(note);
        sum = sum + Num::from(value);
    }
    sum.0.ok_or_else(|| Say::OutOfRange.with([]))
}

struct Goal<'a> {
    aim: &'a Aim,
    direction: Direction,
    bar: Decimal,
    start: Option<i32>,
}

impl Goal<'_> {
    fn meet(&self, years: &Years<'_>, sum: Decimal, finding: &mut Finding) {
        let meets = |value| aim::meets(value, self.bar, self.aim.comparison, self.direction);
        let met = if self.aim.every_year {
            let whole: Vec<bool> =
                years.figures.iter().filter(|y| y.months == 12).map(|y| meets(y.figure.value)).collect();
            (!whole.is_empty()).then(|| whole.iter().all(|met| *met))
        } else {
            Some(meets(sum))
        };
        finding.met = met.map_or(Met::Unknown, |met| if met { Met::Yes } else { Met::No });
        let allowance = self.direction == Direction::Lower;
        finding.can_be_lost = self.aim.every_year || allowance;
        finding.lost = allowance && !self.aim.every_year && met == Some(false);
        // At the end it was early only if it was so already a year before.
        let counted = if finding.finished { years.before_last() } else { years.clone() };
        let before_last = counted.figures.iter().fold(Num::from(0), |sum, year| sum + Num::from(year.figure.value));
        let in_time = before_last.0.is_some_and(meets);
        finding.reached_early = met == Some(true) && !finding.can_be_lost && self.aim.due.is_some() && in_time;
    }

    /// What should have been added up over the months that figures cover.
    fn expected(&self, context: &Context<'_>, covered: i32, total: i32) -> Num {
        let Some(start) = self.start else { return Num(None) };
        let amount = Num::from(self.aim.value.unwrap_or(self.bar));
        let month = start + covered;
        let mut before = (start, Num::from(0));
        let nodes = self.aim.interim.iter().map(|(year, value)| (year_end(*year), Num::from(*value)));
        for node in nodes.filter(|(node, _)| *node > start).chain([(start + total, amount)]) {
            if month <= node.0 {
                let clock = |month| context.clock(month);
                let passed = (clock(month) - clock(before.0)) / (clock(node.0) - clock(before.0));
                return before.1 + (node.1 - before.1) * passed;
            }
            before = node;
        }
        amount
    }

    fn course(&self, context: &Context<'_>, years: &Years<'_>, sum: Decimal, finding: &mut Finding) -> Course {
        let amount = Num::from(self.aim.value.unwrap_or(self.bar));
        let (expected, total) = if self.aim.every_year {
            (amount * Num::share(years.covered, 12), None)
        } else {
            match self.span() {
                Ok(total) => {
                    let month = self.start.unwrap_or_default() + years.covered;
                    let share = context.share_by(month).filter(|_| month.rem_euclid(12) != 0);
                    finding.notes.extend(share.map(|share| Say::NoteCourse.with([("share", plain(share))])));
                    (self.expected(context, years.covered, total), Some(total))
                }
                Err(_) if finding.met == Met::Yes && self.direction == Direction::Higher => return Course::Point,
                Err(reason) => return Course::Unknown(reason),
            }
        };
        finding.expected = expected.0;
        finding.formula = Some(Say::FormulaCumulative.with([
            ("sum", plain(sum)),
            ("months", years.covered.to_string()),
            ("total", total.map_or_else(|| "12".to_owned(), |total| total.to_string())),
            ("expected", expected.0.map(shown).unwrap_or_default()),
        ]));
        finding.pace = total.and_then(|total| self.pace(years, sum, total));
        if self.direction == Direction::Lower {
            return allowance(context, sum, expected, finding);
        }
        let end = if self.aim.every_year { Num(None) } else { amount };
        let here = Scale { start: Num::from(0), end, value: Num::from(sum), expected };
        let (elapsed, reading) = (years.covered, Reading::Plain);
        Course::Path(Path { here, printed_the_same: None, elapsed, total, additive: true, reading })
    }

    fn span(&self) -> Result<i32, Message> {
        let start = self.start.ok_or_else(|| Say::PeriodMissing.with([]))?;
        let due = self.aim.due_month().ok_or_else(|| Say::DueMissing.with([]))?;
        if due > start { Ok(due - start) } else { Err(Say::DueNotAfterBase.with([])) }
    }

    fn pace(&self, years: &Years<'_>, sum: Decimal, total: i32) -> Option<Pace> {
        let left = total - years.elapsed;
        let yearly = |amount: Num, months: i32| amount * Num::from(12) / Num::from(months);
        let amount = Num::from(self.aim.value.unwrap_or(self.bar));
        let (needed, so_far) = (yearly(amount - Num::from(sum), left), yearly(Num::from(sum), years.covered));
        let more_is_better = self.direction == Direction::Higher;
        (left > 0).then(|| Pace { needed, so_far, unit: self.aim.unit.clone(), more_is_better })
    }
}

/// An allowance is kept as long as no more is used than the even path allows.
fn allowance(context: &Context<'_>, sum: Decimal, expected: Num, finding: &Finding) -> Course {
    let eased = expected * (Num::ONE + Num::from(context.rules.tolerance.allowance.share));
    let (bound, say) = match (expected.0, eased.0) {
        _ if finding.lost => (Bound::Broken, Say::AllowanceBroken),
        (Some(expected), _) if sum <= expected => (Bound::Kept, Say::AllowanceKept),
        (_, Some(eased)) if sum <= eased => (Bound::Slipped, Say::AllowanceSlipped),
        (Some(_), Some(_)) => (Bound::Broken, Say::AllowanceBroken),
        _ => return Course::Unknown(Say::OutOfRange.with([])),
    };
    let period = finding.judged.as_ref().map(|j| j.period.to_string()).unwrap_or_default();
    Course::Bound(
        bound,
        say.with([
            ("period", period),
            ("value", plain(sum)),
            ("unit", finding.unit.clone()),
            ("expected", expected.0.map(shown).unwrap_or_default()),
            ("target", finding.target.clone()),
        ]),
    )
}
