//! Done or not done: a figure of 1 says done, with its evidence; 0 says not yet.
//! Before its date, what is not done is judged by its agreed nodes; without any
//! it cannot be judged (未排节点).

use plan_model::{Decimal, InputRole, Made, Message, Met, Period};

use super::Context;
use crate::{
    aim::Aim,
    figures::{self, end_month, months_ended},
    finding::{Bound, Course, Finding, Judged},
    message::Say,
    nodes::{NodeVerdict, judge_nodes},
};

pub(super) fn find(context: &Context<'_>, aim: &Aim) -> Result<Finding, Message> {
    let today = months_ended(context.as_of);
    let nodes = context.node_rules.filter(|_| !context.nodes.is_empty());
    let nodes = nodes.map(|rules| judge_nodes(context.nodes, context.as_of, rules));
    let figure = context.series.latest(today);
    if figure.is_none() && nodes.is_none() {
        return Err(context.no_figure());
    }
    let mut finding = Finding::unknown(&context.indicator.unit, Say::NoNodes.with([]));
    finding.notes.extend(aim.notes.iter().cloned());
    finding.target = "建成".to_owned();
    finding.expected = Some(Decimal::ONE);
    finding.due = aim.due;
    let due = aim.due_month();
    finding.finished = due.is_some_and(|due| today >= due);
    let mut done = false;
    if let Some(figure) = figure {
        finding.inputs.push(figures::input(InputRole::Figure, figure, &context.indicator.unit));
        finding.judged =
            Some(Judged { value: figure.value, period: figure.period, standing: figure.standing, made: Made::Figure });
        done = figure.value >= Decimal::ONE;
        // The first figure that says done is the date of completion.
        let first_done = context.series.between(None, today).find(|f| f.value >= Decimal::ONE);
        let early = first_done.zip(due).is_some_and(|(first, due)| end_month(first.period) < due);
        finding.reached_early = done && early;
    }
    finding.met = if done { Met::Yes } else { Met::No };
    if done || (finding.finished && nodes.is_none()) {
        finding.course = Course::Point;
    } else if let Some(nodes) = nodes {
        by_nodes(nodes, due, &mut finding);
    }
    Ok(finding)
}

/// What the nodes say of something that no figure calls done.
fn by_nodes(nodes: NodeVerdict, due: Option<i32>, finding: &mut Finding) {
    finding.notes.extend(nodes.notes);
    if nodes.completed {
        let month = |day: jiff::civil::Date| end_month(Period::Month(day.year(), day.month()));
        finding.met = Met::Yes;
        finding.reached_early = nodes.finished_on.zip(due).is_some_and(|(day, due)| month(day) < due);
    }
    let bound = match (nodes.days_behind, finding.finished && !nodes.completed) {
        (0, false) => Bound::Kept,
        _ => Bound::Broken,
    };
    finding.course = Course::Bound(bound, nodes.reason);
}
