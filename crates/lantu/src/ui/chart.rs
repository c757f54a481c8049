//! The trajectory of an indicator as SVG: base ○, dashed even pace, target band,
//! figures ●. Drawn on the server, coloured by the style sheet, so that it
//! follows dark mode and prints; no chart script reaches the browser.
//!
//! Coordinates are binary floats: they place ink, they are not figures. Every
//! number that is shown is written from the exact decimal.

use maud::{Markup, html};
use plan_model::{Comparison, Decimal, Period, plain};

/// A value at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    /// When: the end of the year 2023 is 2023.0, the end of June 2023 is 2022.5.
    pub(crate) at: f64,
    /// How much.
    pub(crate) value: Decimal,
}

impl Point {
    /// The value of a period, placed where the period ends.
    pub(crate) fn new(period: Period, value: Decimal) -> Self {
        Self { at: end_of(period), value }
    }
}

/// Where on the axis a period ends.
pub(crate) fn end_of(period: Period) -> f64 {
    f64::from(period.year()) - 1.0 + f64::from(period.last_month()) / 12.0
}

/// What is promised: a line with the good side shaded.
#[derive(Debug, Clone)]
pub(crate) struct Goal {
    /// When it is due; without it the line runs across (每年).
    pub(crate) at: Option<f64>,
    /// The value, or the lower end of a range.
    pub(crate) value: Decimal,
    /// The upper end of a range.
    pub(crate) high: Option<Decimal>,
    /// Which side is good.
    pub(crate) comparison: Comparison,
    /// Whether lower is better, where the comparison leaves it open.
    pub(crate) lower_is_better: bool,
    /// An aim rather than a promise.
    pub(crate) soft: bool,
    /// Its words beside the line.
    pub(crate) label: String,
}

/// A figure on the chart.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    /// Its place.
    pub(crate) point: Point,
    /// Whether a later vintage or another standing is used in its place.
    pub(crate) superseded: bool,
    /// What a pointer resting on it is told.
    pub(crate) words: String,
}

/// Everything on one chart.
#[derive(Debug, Clone)]
pub(crate) struct Chart {
    /// The first year on the axis, the base year of the plan.
    pub(crate) first_year: i16,
    /// The last year on the axis.
    pub(crate) last_year: i16,
    /// The unit, above the axis.
    pub(crate) unit: String,
    /// Where it started, and the words beside it.
    pub(crate) base: Option<(Point, String)>,
    /// The expected values.
    pub(crate) path: Vec<Point>,
    /// The targets.
    pub(crate) goals: Vec<Goal>,
    /// The figures in order of time.
    pub(crate) marks: Vec<Mark>,
    /// The date of judgement on the axis, and its words.
    pub(crate) as_of: Option<(f64, String)>,
    /// What the picture shows, in words.
    pub(crate) title: String,
    /// The same in a sentence, for those who do not see it.
    pub(crate) description: String,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 290.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 34.0;

/// A decimal as a coordinate.
fn ink(value: Decimal) -> f64 {
    // Every `Decimal` lies within the range of a double.
    f64::try_from(value).unwrap_or(0.0)
}

/// A coordinate as written in the drawing.
fn n(value: f64) -> String {
    format!("{value:.1}")
}

/// Where values and times lie on the sheet.
struct Scale {
    first: f64,
    last: f64,
    low: f64,
    high: f64,
    step: f64,
}

impl Scale {
    fn of(chart: &Chart) -> Self {
        let mut first = f64::from(chart.first_year);
        let mut last = f64::from(chart.last_year);
        let mut values: Vec<f64> = Vec::new();
        for goal in &chart.goals {
            values.push(ink(goal.value));
            values.extend(goal.high.map(ink));
            last = last.max(goal.at.unwrap_or(last).min(last + 15.0));
        }
        let base = chart.base.iter().map(|(point, _)| *point);
        for point in base.chain(chart.path.iter().copied()).chain(chart.marks.iter().map(|m| m.point)) {
            values.push(ink(point.value));
            first = first.min(point.at.floor()).max(f64::from(chart.first_year) - 10.0);
            last = last.max(point.at.ceil().min(last + 10.0));
        }
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (low, high) = if low.is_finite() && high.is_finite() { (low, high) } else { (0.0, 1.0) };
        // A single value still needs a scale around it.
        let spread =
            if high - low > f64::EPSILON * high.abs().max(1.0) { high - low } else { high.abs().max(1.0) * 0.2 };
        let step = nice_step(spread * 1.2 / 4.0);
        // Amounts that cannot be negative are not drawn on a negative scale.
        let below = ((low - spread * 0.1) / step).floor() * step;
        let low_end = if low >= 0.0 { below.max(0.0) } else { below };
        let high_end = ((high + spread * 0.1) / step).ceil() * step;
        Self { first, last: last.max(first + 1.0), low: low_end, high: high_end, step }
    }

    fn x(&self, at: f64) -> f64 {
        let share = ((at - self.first) / (self.last - self.first)).clamp(0.0, 1.0);
        LEFT + share * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low);
        HEIGHT - BOTTOM - share.clamp(-0.05, 1.05) * (HEIGHT - TOP - BOTTOM)
    }

    fn place(&self, point: Point) -> (f64, f64) {
        (self.x(point.at), self.y(ink(point.value)))
    }

    /// The values at which the axis is labelled, and how many digits they need.
    fn ticks(&self) -> (Vec<f64>, usize) {
        let count = ((self.high - self.low) / self.step).round().clamp(1.0, 12.0) as u32;
        let digits = (-self.step.log10().floor()).clamp(0.0, 6.0) as usize;
        ((0..=count).map(|i| self.low + f64::from(i) * self.step).collect(), digits)
    }

    fn line(&self, points: impl IntoIterator<Item = Point>) -> String {
        let mut out = String::new();
        for (index, point) in points.into_iter().enumerate() {
            let (x, y) = self.place(point);
            out += if index == 0 { "M" } else { "L" };
            out += &format!("{x:.1} {y:.1}");
        }
        out
    }
}

/// The next of 1, 2, 2.5, 5, 10, … that is not below `rough`.
fn nice_step(rough: f64) -> f64 {
    let power = 10f64.powf(rough.abs().max(1e-9).log10().floor());
    let share = rough / power;
    let nice = [1.0, 2.0, 2.5, 5.0].into_iter().find(|s| share <= *s + 1e-9).unwrap_or(10.0);
    nice * power
}

impl Chart {
    /// Draws it.
    pub(crate) fn draw(&self) -> Markup {
        let scale = Scale::of(self);
        let bottom = HEIGHT - BOTTOM;
        html! {
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(self.title) xmlns="http://www.w3.org/2000/svg" {
                title { (self.title) }
                desc { (self.description) }
                (axes(self, &scale))
                @for goal in &self.goals { (goal.draw(&scale)) }
                @if let Some((at, words)) = &self.as_of {
                    @let x = scale.x(*at);
                    line class="today" x1=(n(x)) x2=(n(x)) y1=(n(TOP - 6.0)) y2=(n(bottom)) {}
                    text x=(n(x)) y=(n(TOP - 11.0)) text-anchor=(if x > WIDTH - 120.0 { "end" } else { "middle" }) { (words) }
                }
                @if self.path.len() > 1 { path class="path" d=(scale.line(self.path.iter().copied())) {} }
                @let current: Vec<&Mark> = self.marks.iter().filter(|m| !m.superseded).collect();
                @if current.len() > 1 { path class="run" d=(scale.line(current.iter().map(|m| m.point))) {} }
                @for mark in self.marks.iter().filter(|m| m.superseded).chain(current.iter().copied()) {
                    @let (x, y) = scale.place(mark.point);
                    circle class=(if mark.superseded { "figure-mark old" } else { "figure-mark" }) cx=(n(x)) cy=(n(y)) r=(if current.len() > 24 { "3" } else { "4.5" }) { title { (mark.words) } }
                }
                @if let Some(last) = current.last() {
                    @let (x, y) = scale.place(last.point);
                    text class="label" x=(n(x)) y=(n(y - 10.0)) text-anchor="middle" { (plain(last.point.value)) }
                }
                @if let Some((point, words)) = &self.base {
                    @let (x, y) = scale.place(*point);
                    circle class="base" cx=(n(x)) cy=(n(y)) r="5" { title { (words) } }
                    text class="label" x=(n(x + 9.0)) y=(n(y + if y > bottom - 16.0 { -9.0 } else { 17.0 })) { (plain(point.value)) }
                }
            }
        }
    }
}

fn axes(chart: &Chart, scale: &Scale) -> Markup {
    let (ticks, digits) = scale.ticks();
    let bottom = HEIGHT - BOTTOM;
    let years = (scale.last - scale.first).round().clamp(1.0, 40.0) as u32;
    let every = if years > 12 { 5 } else { 1 };
    html! {
        @for tick in ticks {
            @let y = scale.y(tick);
            line class="grid" x1=(n(LEFT)) x2=(n(WIDTH - RIGHT)) y1=(n(y)) y2=(n(y)) {}
            text x=(n(LEFT - 8.0)) y=(n(y + 4.0)) text-anchor="end" { (format!("{tick:.digits$}")) }
        }
        text x=(n(LEFT - 8.0)) y=(n(TOP - 11.0)) text-anchor="end" { (chart.unit) }
        line class="axis" x1=(n(LEFT)) x2=(n(WIDTH - RIGHT)) y1=(n(bottom)) y2=(n(bottom)) {}
        @for offset in (0..=years).filter(|o| o % every == 0) {
            @let year = scale.first + f64::from(offset);
            @let x = scale.x(year);
            line class="axis" x1=(n(x)) x2=(n(x)) y1=(n(bottom)) y2=(n(bottom + 4.0)) {}
            text x=(n(x)) y=(n(bottom + 19.0)) text-anchor="middle" { (format!("{year:.0}")) }
        }
    }
}

impl Goal {
    fn draw(&self, scale: &Scale) -> Markup {
        let right = WIDTH - RIGHT;
        // A target with a year is drawn around that year, one that holds every year across.
        let (left, right) = match self.at {
            Some(at) => ((scale.x(at - 0.5)).max(LEFT), (scale.x(at) + 12.0).min(right + 12.0)),
            None => (LEFT, right),
        };
        let line = scale.y(ink(self.value));
        let good = match (self.high, self.comparison) {
            (Some(high), _) => Some((scale.y(ink(high)), line)),
            (None, Comparison::AtLeast | Comparison::MoreThan) => Some((TOP, line)),
            (None, Comparison::AtMost | Comparison::LessThan) => Some((line, HEIGHT - BOTTOM)),
            (None, Comparison::Equal | Comparison::About) if self.lower_is_better => Some((line, HEIGHT - BOTTOM)),
            (None, Comparison::Equal | Comparison::About) => Some((TOP, line)),
        };
        html! {
            @if let Some((top, bottom)) = good {
                rect class="band" x=(n(left)) y=(n(top)) width=(n(right - left)) height=(n((bottom - top).max(0.0))) {}
            }
            line class=(if self.soft { "goal soft" } else { "goal" }) x1=(n(left)) x2=(n(right)) y1=(n(line)) y2=(n(line)) {}
            text class="goal-label" x=(n((left - 5.0).max(LEFT + 4.0))) y=(n(line - 5.0)) text-anchor=(if left > LEFT + 60.0 { "end" } else { "start" }) { (self.label) }
        }
    }
}

/// The figures of an indicator as a line the size of a word, with the last one
/// as a dot; empty for fewer than two figures, because one figure has no course.
pub(crate) fn sparkline(values: &[Decimal], description: &str) -> Markup {
    const WIDE: f64 = 84.0;
    const HIGH: f64 = 22.0;
    if values.len() < 2 {
        return html! {};
    }
    let drawn: Vec<f64> = values.iter().copied().map(ink).collect();
    let low = drawn.iter().copied().fold(f64::INFINITY, f64::min);
    let high = drawn.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let spread = if high > low { high - low } else { 1.0 };
    let step = (WIDE - 8.0) / (drawn.len() - 1) as f64;
    let place = |index: usize, value: f64| {
        let share = if high > low { (value - low) / spread } else { 0.5 };
        (4.0 + index as f64 * step, HIGH - 4.0 - share * (HIGH - 8.0))
    };
    let mut path = String::new();
    let mut end = (0.0, 0.0);
    for (index, value) in drawn.iter().enumerate() {
        end = place(index, *value);
        path += &format!("{}{:.1} {:.1}", if index == 0 { "M" } else { "L" }, end.0, end.1);
    }
    html! {
        svg.spark width=(WIDE) height=(HIGH) viewBox=(format!("0 0 {WIDE} {HIGH}")) role="img" aria-label=(description) {
            path class="run" d=(path) {}
            circle class="figure-mark" cx=(n(end.0)) cy=(n(end.1)) r="2.75" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[(&str, &str)]) -> Chart {
        let marks = values
            .iter()
            .map(|(period, value)| Mark {
                point: Point::new(period.parse().unwrap(), value.parse().unwrap()),
                superseded: false,
                words: (*period).to_owned(),
            })
            .collect();
        Chart {
            first_year: 2020,
            last_year: 2025,
            unit: "%".to_owned(),
            base: None,
            path: Vec::new(),
            goals: Vec::new(),
            marks,
            as_of: None,
            title: "t".to_owned(),
            description: "d".to_owned(),
        }
    }

    #[test]
    fn a_chart_is_drawn_within_its_sheet_whatever_the_figures() {
        let cases: [&[(&str, &str)]; 6] = [
            &[],
            &[("2021", "0")],
            &[("2021", "5"), ("2022", "5")],
            &[("2021", "-3.5"), ("2022-06", "12345678901234567890")],
            &[("1950", "1"), ("2099", "2")],
            &[("2021", "0.0000001"), ("2022", "0.0000002")],
        ];
        for case in cases {
            let svg = chart(case).draw().into_string();
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{case:?}: {svg}");
            for part in svg.split("cx=\"").skip(1) {
                let x: f64 = part.split('"').next().unwrap().parse().unwrap();
                assert!((LEFT..=WIDTH - RIGHT).contains(&x), "{case:?}: {x}");
            }
        }
    }

    #[test]
    fn a_period_stands_where_it_ends() {
        let at = |text: &str| end_of(text.parse().unwrap());
        assert!((at("2023") - 2023.0).abs() < 1e-9);
        assert!((at("2023-06") - 2022.5).abs() < 1e-9);
        assert!((at("2023Q4") - 2023.0).abs() < 1e-9);
    }

    #[test]
    fn steps_are_round() {
        for (rough, step) in [(0.9, 1.0), (1.2, 2.0), (2.2, 2.5), (30.0, 50.0), (700.0, 1000.0)] {
            assert!((nice_step(rough) - step).abs() < 1e-9, "{rough}");
        }
    }
}
