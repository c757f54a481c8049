//! Where an indicator started: what the plan prints, or the figure of that time.

use plan_model::{Decimal, Indicator, Input, InputRole, Message, Origin, Period, PlanPeriod, plain};

use crate::{
    exact::rounding,
    figures::{self, Series, end_month},
    message::Say,
};

/// A base with its time.
#[derive(Debug, Clone)]
pub(crate) struct Base {
    pub(crate) value: Decimal,
    /// The month at whose end it holds, where known.
    pub(crate) month: Option<i32>,
    pub(crate) input: Input,
    pub(crate) notes: Vec<Message>,
}

/// The base of an indicator. What the plan prints is the base; a figure for the
/// same time that is printed the same when rounded is the same base with more
/// digits; any other figure for that time is shown, and the printed base stays,
/// because it is what was approved. Without a printed base the figure of the year
/// before the plan is the base.
pub(crate) fn choose(indicator: &Indicator, series: &Series<'_>, period: Option<PlanPeriod>) -> Option<Base> {
    let plan_start = period.map(|p| Period::Year(p.base_year()));
    let Some(printed) = &indicator.baseline else {
        let figure = series.at(end_month(plan_start?))?;
        let note =
            Say::NoteBaseFromFigure.with([("period", figure.period.to_string()), ("value", plain(figure.value))]);
        return Some(Base {
            value: figure.value,
            month: Some(end_month(figure.period)),
            input: figures::input(InputRole::Base, figure, &indicator.unit),
            notes: vec![note],
        });
    };
    let when = printed.period.or(plan_start);
    let mut base = Base {
        value: printed.value,
        month: when.map(end_month),
        input: Input {
            role: InputRole::Base,
            value: printed.value,
            unit: indicator.unit.clone(),
            period: when,
            origin: Origin::Register,
        },
        notes: Vec::new(),
    };
    if printed.period.is_none()
        && let Some(start) = plan_start
    {
        base.notes.push(Say::NotePlanBase.with([("year", start.to_string())]));
    }
    if let Some(figure) = when.and_then(|when| series.at(end_month(when)))
        && figure.value != printed.value
    {
        let params =
            [("period", figure.period.to_string()), ("value", plain(figure.value)), ("printed", plain(printed.value))];
        let off = figure.value.checked_sub(printed.value).map(|d| d.abs());
        if figure.value.scale() > printed.value.scale() && off.is_some_and(|off| off <= half_unit(printed.value)) {
            base.value = figure.value;
            base.input = figures::input(InputRole::Base, figure, &indicator.unit);
            base.notes.push(Say::NoteBaseFiner.with(params));
        } else {
            base.notes.push(Say::NoteBaseRevised.with(params));
        }
    }
    Some(base)
}

/// The base of what rises over the whole period: counted from the start of the
/// plan, so a figure for that time comes before a base printed for an earlier one.
pub(crate) fn of_the_plan(indicator: &Indicator, series: &Series<'_>, period: Option<PlanPeriod>) -> Option<Base> {
    let printed = choose(indicator, series, period);
    let start = period.map(|p| Period::Year(p.base_year()));
    let older =
        printed.as_ref().and_then(|b| b.month).zip(start).is_some_and(|(month, start)| month < end_month(start));
    if !older {
        return printed;
    }
    let unprinted = Indicator { baseline: None, ..indicator.clone() };
    choose(&unprinted, series, period).or(printed)
}

/// Half a unit of the last printed digit, for whole numbers too.
fn half_unit(printed: Decimal) -> Decimal {
    match printed.scale() {
        0 => Decimal::new(5, 1),
        _ => rounding(printed),
    }
}
