//! What is aimed at: which of the targets of an indicator counts, which way is
//! better, and whether a figure meets it.

use plan_model::{
    Comparison, Decimal, Direction, DueYear, Indicator, Input, InputRole, Measure, Message, Origin, Period, PlanPeriod,
    Target, plain,
};

use serde::{Deserialize, Serialize};

use crate::{conventions::conventions, exact::shown, figures::year_end, message::Say, rule_set::Tolerance, units};

/// The target an indicator is judged by.
#[derive(Debug, Clone)]
pub(crate) struct Aim {
    /// In the unit of `unit`; a range has its lower end here.
    pub(crate) value: Option<Decimal>,
    /// The upper end of a range.
    pub(crate) high: Option<Decimal>,
    pub(crate) comparison: Comparison,
    /// The year it is due: the target's own, or the plan's last year as the
    /// horizon of judgement (then a note says so).
    pub(crate) due: Option<i16>,
    /// Due again every year.
    pub(crate) every_year: bool,
    /// Agreed targets for years on the way, in order.
    pub(crate) interim: Vec<(i16, Decimal)>,
    pub(crate) unit: String,
    pub(crate) notes: Vec<Message>,
    /// Which of them come from outside of the plan's text, and from where.
    pub(crate) agreed: Vec<(i16, AgreedBy, String)>,
}

/// Who agreed on a target for one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreedBy {
    /// The yearly plan or work report of that year.
    #[default]
    YearlyPlan,
    /// The breakdown of the plan over its years.
    Breakdown,
}

/// A target for one year that was agreed outside of the plan's own text, by the
/// yearly plan or work report of that year, or when the plan was broken down.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AgreedTarget {
    /// The id of the indicator.
    pub indicator: String,
    /// The year it is for.
    pub year: i16,
    /// The value in `unit`; of the same kind as the indicator's own target (a
    /// level for a level, a rate for a rate, a total since the plan's start for a
    /// total; [`by_year_end`](crate::by_year_end)).
    pub value: Decimal,
    /// Its unit, as written.
    pub unit: String,
    /// Where it was agreed, for people.
    pub source: String,
    /// Who agreed on it.
    #[serde(default)]
    pub by: AgreedBy,
    /// The agreed course within the year: twelve shares of the year, in percent,
    /// covered by the end of each month. Empty where none is agreed; then amounts of
    /// part of a year wait for the whole one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_month: Vec<Decimal>,
}

impl AgreedTarget {
    /// Whether it is said in the terms of an indicator of this measure type. What an
    /// annual plan says of a total is the year's own amount, and does not count.
    pub(crate) fn speaks_of(&self, measure: &Measure) -> bool {
        match measure {
            Measure::Level | Measure::YearlyGrowth => true,
            Measure::Multiple => false,
            _ => self.by == AgreedBy::Breakdown,
        }
    }
}

/// Chooses among the targets: the last one due within the plan, a firm one
/// before a soft one. Two different ones for the same year contradict each other.
pub(crate) fn choose(indicator: &Indicator, period: Option<PlanPeriod>) -> Result<Aim, Message> {
    let within = |target: &&Target| match (target.due, period) {
        (DueYear::Year(year), Some(period)) => year <= period.last_year(),
        _ => true,
    };
    let mut targets: Vec<&Target> = indicator.targets.iter().filter(within).collect();
    if targets.is_empty() {
        targets = indicator.targets.iter().collect();
    }
    let rank = |target: &Target| match target.due {
        DueYear::Year(year) => Some(year),
        DueYear::NotStated | DueYear::EveryYear => None,
    };
    // A target with a year is more definite than one without.
    let last = targets.iter().map(|t| rank(t)).max().ok_or_else(|| Say::NoTarget.with([]))?;
    let mut finals: Vec<&Target> = targets.iter().copied().filter(|t| rank(t) == last).collect();
    if finals.iter().any(|t| !t.soft) {
        finals.retain(|t| !t.soft);
    }
    let chosen = *finals.first().ok_or_else(|| Say::NoTarget.with([]))?;
    if let Some(other) = finals.iter().find(|t| (t.value, t.value_high) != (chosen.value, chosen.value_high)) {
        let text = |t: &Target| t.value.map_or_else(|| "—".to_owned(), |value| format!("{}{}", plain(value), t.unit));
        return Err(Say::TargetsContradict.with([("first", text(chosen)), ("second", text(other))]));
    }
    let mut notes = Vec::new();
    if chosen.soft {
        notes.push(Say::NoteSoft.with([]));
    }
    let mut due = last;
    if due.is_none()
        && chosen.due == DueYear::NotStated
        && indicator.measure != Measure::Multiple
        && let Some(period) = period
    {
        due = Some(period.last_year());
        notes.push(Say::NotePlanYear.with([("year", period.last_year().to_string())]));
    }
    let mut interim: Vec<(i16, Decimal)> = targets
        .iter()
        .filter(|t| t.unit == chosen.unit)
        .filter_map(|t| rank(t).zip(t.value))
        .filter(|(year, _)| last.is_some_and(|last| *year < last))
        .collect();
    interim.sort_unstable();
    interim.dedup_by_key(|(year, _)| *year);
    Ok(Aim {
        value: chosen.value,
        high: chosen.value_high,
        comparison: chosen.comparison,
        due,
        every_year: chosen.due == DueYear::EveryYear,
        interim,
        unit: chosen.unit.clone(),
        notes,
        agreed: Vec::new(),
    })
}

impl Aim {
    /// With yearly targets that were agreed elsewhere, where they can be put on
    /// the target's scale exactly. What the plan's own text says of a year stays.
    pub(crate) fn with_agreed(mut self, agreed: &[&AgreedTarget]) -> Self {
        let Some(due) = self.due.filter(|_| !self.every_year) else { return self };
        let mut taken = Vec::new();
        for target in agreed.iter().filter(|t| t.year < due && !self.interim.iter().any(|(year, _)| *year == t.year)) {
            if let Some(value) = units::convert(target.value, &target.unit, &self.unit) {
                taken.push(((target.year, value), *target));
            }
        }
        self.interim.extend(taken.iter().map(|(point, _)| *point));
        self.interim.sort_unstable();
        let taken: Vec<&AgreedTarget> = taken.into_iter().map(|(_, target)| target).collect();
        self.note_agreed(&taken);
        self
    }

    /// Says of each yearly target that was agreed elsewhere where it comes from.
    pub(crate) fn note_agreed(&mut self, taken: &[&AgreedTarget]) {
        for target in taken.iter().filter(|t| self.interim.iter().any(|(year, _)| *year == t.year)) {
            let value = format!("{}{}", plain(target.value), target.unit);
            let (year, source) = (target.year.to_string(), target.source.clone());
            self.notes.push(Say::NoteAgreed.with([("year", year), ("value", value), ("source", source)]));
            self.agreed.push((target.year, target.by, target.source.clone()));
        }
    }

    /// Puts the target into the unit of the figures where that is exact.
    pub(crate) fn in_unit_of(&mut self, indicator: &Indicator) -> Result<(), Message> {
        let refuse =
            || Say::UnitMismatch.with([("target_unit", self.unit.clone()), ("figure_unit", indicator.unit.clone())]);
        if units::same(&self.unit, &indicator.unit) {
            return Ok(());
        }
        let scaled = |value: Decimal| units::convert(value, &self.unit, &indicator.unit).ok_or_else(refuse);
        scaled(Decimal::ZERO)?;
        let value = self.value.map(scaled).transpose()?;
        let high = self.high.map(scaled).transpose()?;
        let interim = self.interim.iter().map(|(y, v)| Ok((*y, scaled(*v)?))).collect::<Result<_, Message>>()?;
        let note = Say::NoteUnitConverted.with([
            ("from", format!("{}{}", self.value.map(plain).unwrap_or_default(), self.unit)),
            ("to", format!("{}{}", value.map(plain).unwrap_or_default(), indicator.unit)),
        ]);
        self.notes.push(note);
        (self.value, self.high, self.interim) = (value, high, interim);
        self.unit.clone_from(&indicator.unit);
        Ok(())
    }

    /// Turns what is due every year into what that makes by the end of the plan.
    pub(crate) fn for_the_plan(&mut self, period: PlanPeriod, whole: Decimal) {
        let yearly = self.words();
        (self.value, self.high) = (Some(whole), None);
        (self.due, self.every_year) = (Some(period.last_year()), false);
        let year = period.last_year().to_string();
        let whole = format!("{}{}", shown(whole), self.unit);
        self.notes.push(Say::NoteEveryYear.with([("yearly", yearly), ("year", year), ("whole", whole)]));
    }

    /// The month in which the target is due.
    pub(crate) fn due_month(&self) -> Option<i32> {
        self.due.map(year_end)
    }

    /// The target as an input of the trail, the agreed ones on the way before it.
    pub(crate) fn inputs(&self) -> Vec<Input> {
        let one = |role, value, year: Option<i16>| Input {
            role,
            value,
            unit: self.unit.clone(),
            period: year.map(Period::Year),
            origin: match self.agreed.iter().find(|(agreed, ..)| role == InputRole::Interim && year == Some(*agreed)) {
                Some((_, AgreedBy::YearlyPlan, source)) => Origin::YearlyPlan { source: source.clone() },
                Some((_, AgreedBy::Breakdown, source)) => Origin::Breakdown { source: source.clone() },
                None => Origin::Register,
            },
        };
        let interim = self.interim.iter().map(|(year, value)| one(InputRole::Interim, *value, Some(*year)));
        let ends = self.value.into_iter().chain(self.high).map(|value| one(InputRole::Target, value, self.due));
        interim.chain(ends).collect()
    }

    /// The target as a sentence shows it: comparison, value, unit.
    pub(crate) fn words(&self) -> String {
        let Some(value) = self.value else { return String::new() };
        let value = match self.high {
            Some(high) if high != value => format!("{}–{}", plain(value), plain(high)),
            _ => plain(value),
        };
        let sign = match self.comparison {
            Comparison::AtLeast => "≥ ",
            Comparison::MoreThan => "> ",
            Comparison::AtMost => "≤ ",
            Comparison::LessThan => "< ",
            Comparison::About => "≈ ",
            Comparison::Equal => "",
        };
        format!("{sign}{value}{}", self.unit)
    }
}

/// Which way is better: as stated, else as the comparison says, else from base to
/// target. Where nothing tells, nothing is guessed.
pub(crate) fn direction(indicator: &Indicator, aim: &Aim, base: Option<Decimal>) -> Option<Direction> {
    let said = indicator.direction.or_else(|| compared(aim.comparison));
    said.or_else(|| {
        let (value, base) = (aim.value?, base?);
        match value.cmp(&base) {
            std::cmp::Ordering::Greater => Some(Direction::Higher),
            std::cmp::Ordering::Less => Some(Direction::Lower),
            std::cmp::Ordering::Equal => None,
        }
    })
}

/// Which way is better for an amount that adds up. What the text says of the amount
/// comes before a stated direction, which may be that of the level the amount is
/// taken from (减排 2000 吨 of something that should be low).
pub(crate) fn of_amount(indicator: &Indicator, aim: &Aim) -> Option<Direction> {
    let taken_away = || conventions().falls.takes_away(&indicator.name).then_some(Direction::Higher);
    compared(aim.comparison).or_else(taken_away).or(indicator.direction)
}

/// What the comparison alone says of the direction.
pub(crate) fn compared(comparison: Comparison) -> Option<Direction> {
    match comparison {
        Comparison::AtLeast | Comparison::MoreThan => Some(Direction::Higher),
        Comparison::AtMost | Comparison::LessThan => Some(Direction::Lower),
        Comparison::About | Comparison::Equal => None,
    }
}

/// A note where the stated direction and the comparison say opposite things.
pub(crate) fn conflict(indicator: &Indicator, aim: &Aim) -> Option<Message> {
    let (stated, compared) = (indicator.direction?, compared(aim.comparison)?);
    (stated != compared).then(|| Say::NoteDirectionConflict.with([("comparison", aim.comparison.code().to_owned())]))
}

/// The number a figure must reach in this direction: of a range the easier end,
/// of 左右 the value less its tolerance.
pub(crate) fn bar(aim: &Aim, direction: Direction, about: &Tolerance) -> Option<Decimal> {
    let value = match direction {
        Direction::Higher => aim.value?,
        Direction::Lower => aim.high.or(aim.value)?,
    };
    if aim.comparison != Comparison::About {
        return Some(value);
    }
    let slack = margin(value, &aim.unit, about)?;
    match direction {
        Direction::Higher => value.checked_sub(slack),
        Direction::Lower => value.checked_add(slack),
    }
}

/// Whether a figure meets the bar. Compared unrounded; 高于 and 低于 are strict.
pub(crate) fn meets(figure: Decimal, bar: Decimal, comparison: Comparison, direction: Direction) -> bool {
    match (direction, comparison) {
        (Direction::Higher, Comparison::MoreThan) => figure > bar,
        (Direction::Higher, _) => figure >= bar,
        (Direction::Lower, Comparison::LessThan) => figure < bar,
        (Direction::Lower, _) => figure <= bar,
    }
}

/// How wide a tolerance is around a value: points for percentages, else a share.
pub(crate) fn margin(value: Decimal, unit: &str, tolerance: &Tolerance) -> Option<Decimal> {
    let share = value.abs().checked_mul(tolerance.share)?;
    Some(if units::is_percent(unit) && !tolerance.points.is_zero() { tolerance.points } else { share })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strictness_follows_the_words() {
        let five = Decimal::from(5);
        let table = [
            (Comparison::MoreThan, Direction::Higher, false),
            (Comparison::AtLeast, Direction::Higher, true),
            (Comparison::Equal, Direction::Higher, true),
            (Comparison::LessThan, Direction::Lower, false),
            (Comparison::AtMost, Direction::Lower, true),
        ];
        for (comparison, direction, met) in table {
            assert_eq!(meets(five, five, comparison, direction), met, "{comparison} {direction}");
        }
    }
}
