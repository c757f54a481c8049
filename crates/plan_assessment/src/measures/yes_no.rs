//! Done or not done: a figure of 1 says done, with its evidence; 0 says not yet.
//! Before its date, what is not done is judged by agreed nodes, which this crate
//! does not have yet: 未排节点.

use plan_model::{Decimal, InputRole, Message, Met};

use super::Context;
use crate::{
    aim::Aim,
    figures::{self, end_month, months_ended},
    finding::{Course, Finding, Judged},
    message::Say,
};

pub(super) fn find(context: &Context<'_>, aim: &Aim) -> Result<Finding, Message> {
    let today = months_ended(context.as_of);
    let figure = context.series.latest(today).ok_or_else(|| context.no_figure())?;
    let mut finding = Finding::unknown(&context.indicator.unit, Say::NoNodes.with([]));
    finding.inputs.push(figures::input(InputRole::Figure, figure, &context.indicator.unit));
    finding.notes.extend(aim.notes.iter().cloned());
    finding.judged = Some(Judged { value: figure.value, period: figure.period, standing: figure.standing });
    finding.expected = Some(Decimal::ONE);
    finding.due = aim.due;
    let done = figure.value >= Decimal::ONE;
    finding.met = if done { Met::Yes } else { Met::No };
    let due = aim.due_month();
    finding.finished = due.is_some_and(|due| today >= due);
    // The first figure that says done is the date of completion.
    let first_done = context.series.between(None, today).find(|f| f.value >= Decimal::ONE);
    let early = first_done.zip(due).is_some_and(|(first, due)| end_month(first.period) < due);
    finding.reached_early = done && early;
    if done || finding.finished {
        finding.course = Course::Point;
    }
    Ok(finding)
}
