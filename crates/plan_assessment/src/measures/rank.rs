//! A place among peers: a smaller number is better, and a place can be lost again,
//! so it is never reached early. Before its date, a place not yet reached is
//! judged by the way from a known starting place, if there is one.

use plan_model::{Direction, Message, Met};

use super::{
    Context,
    bound::{self, Compared},
    level,
};
use crate::{
    aim::Aim,
    finding::{Bound, Course, Finding},
    message::Say,
};

pub(super) fn find(context: &Context<'_>, mut aim: Aim) -> Result<Finding, Message> {
    if aim.value.is_none() {
        return Err(Say::RankByPerson.with([]));
    }
    // 位, 名 and 第 all count places.
    aim.unit.clone_from(&context.indicator.unit);
    let mut finding = level::toward_nature(context, aim, Direction::Lower)?;
    finding.reached_early = false;
    finding.can_be_lost = true;
    match (&finding.course, finding.met) {
        (Course::Path(_) | Course::Point, Met::Yes) => {
            finding.course = Course::Bound(Bound::Kept, bound::one(Say::BoundKept, Compared::Latest, &finding));
        }
        (Course::Unknown(reason), Met::No) if reason.code == Say::BaseMissing.code() => {
            finding.course = Course::Unknown(Say::RankWithoutPath.with([]));
        }
        _ => {}
    }
    Ok(finding)
}
