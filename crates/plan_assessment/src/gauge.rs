//! What the bands of a rule set are applied to, and back: from a band's edge to
//! the figure that would have reached it.

use plan_model::Decimal;

use crate::{
    exact::Num,
    finding::{Path, Scale},
    rule_set::{Band, Edge, Gauge, RuleSet},
};

/// The number a rule set judges a place on a path by.
pub(crate) fn reading(gauge: Gauge, path: &Path, scale: &Scale) -> Num {
    match gauge {
        Gauge::ShareOfPace => (scale.value - scale.start) / (scale.expected - scale.start),
        Gauge::PointsBehind => (scale.expected - scale.value) / (scale.end - scale.start) * Num::HUNDRED,
        Gauge::GrowthPace if path.additive => scale.value / scale.expected,
        Gauge::GrowthPace => rate(scale.value, scale.start, path.elapsed) / required(path, scale),
    }
}

/// The value at which `reading` is `number`.
pub(crate) fn value_at(gauge: Gauge, path: &Path, number: Decimal) -> Num {
    let Scale { start, end, expected, .. } = path.here;
    let number = Num::from(number);
    match gauge {
        Gauge::ShareOfPace => start + number * (expected - start),
        Gauge::PointsBehind => expected - number / Num::HUNDRED * (end - start),
        Gauge::GrowthPace if path.additive => number * expected,
        Gauge::GrowthPace => start * (Num::ONE + number * required(path, &path.here)).power(path.elapsed, 12),
    }
}

/// The yearly rate that leads from the start to the end, or, where no end is
/// known, to what is expected by now.
fn required(path: &Path, scale: &Scale) -> Num {
    match path.total.filter(|_| scale.end.0.is_some()) {
        Some(total) => rate(scale.end, scale.start, total),
        None => rate(scale.expected, scale.start, path.elapsed),
    }
}

fn rate(value: Num, start: Num, months: i32) -> Num {
    // A start of zero or less has no rate; nothing is put in its place.
    let positive = Num(start.0.filter(|start| *start > Decimal::ZERO));
    (value / positive).power(12, months) - Num::ONE
}

/// The band a number falls into.
pub(crate) fn band(rules: &RuleSet, number: Decimal) -> Option<&Band> {
    rules.bands.iter().find(|band| match band.edge {
        Edge::AtLeast(edge) => number >= edge,
        Edge::Under(edge) => number < edge,
        Edge::UpTo(edge) => number <= edge,
        Edge::Rest => true,
        Edge::Placed => false,
    })
}

/// The limits of a band, as a sentence shows them: `≥ 0.8, < 1.2`.
pub(crate) fn limits(rules: &RuleSet, band: &Band) -> String {
    let place = usize::from(band.status.order);
    let better = place.checked_sub(1).and_then(|place| rules.bands.get(place)).map(|band| band.edge);
    let own = match band.edge {
        Edge::AtLeast(edge) => Some(format!("≥ {}", plan_model::plain(edge))),
        Edge::Under(edge) => Some(format!("< {}", plan_model::plain(edge))),
        Edge::UpTo(edge) => Some(format!("≤ {}", plan_model::plain(edge))),
        Edge::Rest | Edge::Placed => None,
    };
    let other = match better {
        Some(Edge::AtLeast(edge)) => Some(format!("< {}", plan_model::plain(edge))),
        Some(Edge::Under(edge)) => Some(format!("≥ {}", plan_model::plain(edge))),
        Some(Edge::UpTo(edge)) => Some(format!("> {}", plan_model::plain(edge))),
        _ => None,
    };
    own.into_iter().chain(other).collect::<Vec<_>>().join(", ")
}
