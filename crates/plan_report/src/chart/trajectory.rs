//! The trajectory of an indicator: base ○, dashed even pace, target band,
//! figures ●, forecast band. Every number that is shown is written from the
//! exact decimal.

use plan_model::{Comparison, Decimal, Direction, Measure, Period, plain};

use super::{
    DataTable, Drawing,
    canvas::{Anchor, Canvas, Place, fitting, width},
    ink, label_digits, nice_step,
};

/// A value at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When: the end of the year 2023 is 2023.0, the end of June 2023 is 2022.5.
    pub at: f64,
    /// How much.
    pub value: Decimal,
}

impl Point {
    /// The value of a period, placed where the period ends.
    pub fn new(period: Period, value: Decimal) -> Self {
        Self { at: end_of(period), value }
    }
}

/// Where on the axis a period ends.
pub fn end_of(period: Period) -> f64 {
    f64::from(period.year()) - 1.0 + f64::from(period.last_month()) / 12.0
}

/// What is promised: a line with the good side shaded.
#[derive(Debug, Clone)]
pub struct Goal {
    /// When it is due; without it the line runs across (每年).
    pub at: Option<f64>,
    /// The value, or the lower end of a range.
    pub value: Decimal,
    /// The upper end of a range.
    pub high: Option<Decimal>,
    /// Whether its good side lies below, see [`good_below`].
    pub good_below: bool,
    /// An aim rather than a promise.
    pub soft: bool,
    /// Its words beside the line.
    pub label: String,
}

/// Whether the good side of a target lies below it: as its comparison says, else
/// as the measure does. More of a fall is better, though what falls is better lower.
pub fn good_below(measure: &Measure, direction: Option<Direction>, comparison: Comparison) -> bool {
    match comparison {
        Comparison::AtMost | Comparison::LessThan => true,
        Comparison::AtLeast | Comparison::MoreThan => false,
        Comparison::Equal | Comparison::About => match measure {
            Measure::Zero | Measure::Rank => true,
            Measure::CumulativeFall => false,
            _ => direction == Some(Direction::Lower),
        },
    }
}

/// A figure on the chart.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Its place.
    pub point: Point,
    /// Whether a later vintage or another standing is used in its place.
    pub superseded: bool,
    /// What a pointer resting on it is told.
    pub words: String,
}

/// What is likely at a time, computed from the indicator's own history.
#[derive(Debug, Clone, Copy)]
pub struct Forecast {
    /// When, as for [`Point::at`].
    pub at: f64,
    /// The lower end of the interval.
    pub low: Decimal,
    /// The middle.
    pub middle: Decimal,
    /// The upper end of the interval.
    pub high: Decimal,
}

/// Everything on one chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// The first year on the axis, the base year of the plan.
    pub first_year: i16,
    /// The last year on the axis.
    pub last_year: i16,
    /// The unit, above the axis.
    pub unit: String,
    /// Where it started, and the words beside it.
    pub base: Option<(Point, String)>,
    /// The expected values.
    pub path: Vec<Point>,
    /// The targets.
    pub goals: Vec<Goal>,
    /// The figures in order of time.
    pub marks: Vec<Mark>,
    /// What is forecast, in order of time; empty for none.
    pub forecast: Vec<Forecast>,
    /// What a forecast is called beside its band, such as 测算.
    pub forecast_word: String,
    /// The date of judgement on the axis, and its words.
    pub as_of: Option<(f64, String)>,
    /// What the picture shows, in words.
    pub title: String,
    /// The same in a sentence, for those who do not see it.
    pub description: String,
    /// Its numbers; empty where a table of its own stands beside it.
    pub table: DataTable,
}

pub(super) const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 290.0;
pub(super) const LEFT: f64 = 62.0;
/// Words on targets and forecasts stand here, beside the lines.
pub(super) const RIGHT: f64 = 150.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 34.0;
/// How far the strokes of a forecast band are apart.
const STROKES: f64 = 9.0;
/// How far two lines of words are apart.
const LINE: f64 = 15.0;

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
        for likely in &chart.forecast {
            values.extend([ink(likely.low), ink(likely.high)]);
            last = last.max(likely.at.ceil().min(last + 10.0));
        }
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
        ((0..=count).map(|i| self.low + f64::from(i) * self.step).collect(), label_digits(self.step))
    }

    fn line(&self, points: impl IntoIterator<Item = Point>) -> Vec<Place> {
        points.into_iter().map(|point| self.place(point)).collect()
    }
}

impl Chart {
    /// Draws it.
    pub fn draw(&self) -> Drawing {
        Drawing {
            width: WIDTH,
            height: HEIGHT,
            title: self.title.clone(),
            description: self.description.clone(),
            table: self.table.clone(),
            canvas: self.canvas(),
        }
    }

    fn canvas(&self) -> Canvas {
        let scale = Scale::of(self);
        let bottom = HEIGHT - BOTTOM;
        let mut canvas = Canvas::default();
        // Areas first: a metafile knows no transparency.
        self.goals.iter().for_each(|goal| goal.draw_band(&mut canvas, &scale));
        draw_forecast(&mut canvas, self, &scale);
        draw_axes(&mut canvas, self, &scale);
        self.goals.iter().for_each(|goal| goal.draw_line(&mut canvas, &scale));
        if let Some((at, words)) = &self.as_of {
            let x = scale.x(*at);
            canvas.line("today", (x, TOP - 6.0), (x, bottom));
            // Not over the unit of the axis.
            let x = x.max(width(&self.unit) + width(words) / 2.0 + 12.0);
            canvas.words("", (x, TOP - 11.0), Anchor::Middle, words.as_str());
        }
        if self.path.len() > 1 {
            canvas.path("path", scale.line(self.path.iter().copied()));
        }
        self.draw_figures(&mut canvas, &scale);
        if let Some((point, words)) = &self.base {
            let (x, y) = scale.place(*point);
            canvas.disc("base", (x, y), 5.0);
            canvas.hinted(words);
            let below = if y > bottom - 16.0 || !self.rises() { -9.0 } else { 17.0 };
            canvas.backed_words("label", (x + 9.0, y + below), Anchor::Start, &label(point.value));
        }
        self.draw_words(&mut canvas, &scale);
        canvas
    }

    /// Whether it is to go up from its base: the words of the base stand on the other side.
    fn rises(&self) -> bool {
        let last = self.path.last().or(self.marks.last().map(|mark| &mark.point));
        self.base.as_ref().zip(last).is_none_or(|((base, _), last)| base.value <= last.value)
    }

    /// The words on targets and the forecast, beside the sheet where they reach
    /// its edge, none over another.
    fn draw_words(&self, canvas: &mut Canvas, scale: &Scale) {
        let edge = WIDTH - RIGHT;
        let mut beside: Vec<(f64, &'static str, String)> = Vec::new();
        for goal in &self.goals {
            let (left, right) = goal.reach(scale);
            let y = scale.y(ink(goal.value));
            if right >= edge {
                beside.push((y + 4.0, "goal-label", goal.label.clone()));
            } else {
                let from = (left - 5.0).max(LEFT + width(&goal.label));
                canvas.backed_words("goal-label", (from, y - 5.0), Anchor::End, &goal.label);
            }
        }
        if let Some(last) = self.forecast.last().filter(|_| self.forecast.len() > 1) {
            let words = format!("{} {}—{}", self.forecast_word, label(last.low), label(last.high));
            let (x, y) = scale.place(Point { at: last.at, value: last.middle });
            if x >= edge - 1.0 {
                beside.push((y + 4.0, "forecast-label", words));
            } else {
                let below = scale.y(ink(last.low)) + 16.0;
                canvas.backed_words("forecast-label", (x + 4.0, below), Anchor::Start, &words);
            }
        }
        beside.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Each below the one before, and all above the foot of the sheet.
        let mut least = TOP + 4.0;
        let count = beside.len();
        for (at, (y, class, words)) in beside.into_iter().enumerate() {
            let most = HEIGHT - BOTTOM - LINE * (count - 1 - at) as f64;
            let y = y.clamp(least, most.max(least));
            least = y + LINE;
            // The unit stands above the axis too.
            let room = RIGHT - 19.0;
            let bare = words.strip_suffix(&self.unit).filter(|_| width(&words) > room).unwrap_or(&words);
            canvas.words(class, (edge + 17.0, y), Anchor::Start, fitting(bare, room));
        }
    }

    fn draw_figures(&self, canvas: &mut Canvas, scale: &Scale) {
        let current: Vec<&Mark> = self.marks.iter().filter(|m| !m.superseded).collect();
        if current.len() > 1 {
            canvas.path("run", scale.line(current.iter().map(|m| m.point)));
        }
        let radius = if current.len() > 24 { 3.0 } else { 4.5 };
        for mark in self.marks.iter().filter(|m| m.superseded).chain(current.iter().copied()) {
            let class = if mark.superseded { "figure-mark old" } else { "figure-mark" };
            canvas.disc(class, scale.place(mark.point), radius);
            canvas.hinted(&mark.words);
        }
        if let Some(last) = current.last() {
            let (x, y) = scale.place(last.point);
            // On the other side of the mark than the even pace.
            let under = self.pace(last.point.at).is_some_and(|pace| (0.0..26.0).contains(&(y - scale.y(pace))));
            let away = if under && y + 24.0 < HEIGHT - BOTTOM { 19.0 } else { -10.0 };
            canvas.backed_words("label", (x, y + away), Anchor::Middle, &label(last.point.value));
        }
    }
}

impl Chart {
    /// The even pace at a time.
    fn pace(&self, at: f64) -> Option<f64> {
        let (from, to) = self.path.iter().zip(self.path.iter().skip(1)).find(|(a, b)| a.at <= at && at <= b.at)?;
        let share = if to.at > from.at { (at - from.at) / (to.at - from.at) } else { 0.0 };
        Some(ink(from.value) + share * (ink(to.value) - ink(from.value)))
    }
}

/// The interval of a forecast as a band with its middle dotted. Thin strokes across
/// it tell it from the band of a target where there is no colour.
fn draw_forecast(canvas: &mut Canvas, chart: &Chart, scale: &Scale) {
    let forecast = chart.forecast.as_slice();
    if forecast.len() < 2 {
        return;
    }
    let point = |at: f64, value: Decimal| Point { at, value };
    let above = scale.line(forecast.iter().map(|f| point(f.at, f.high)));
    let below = scale.line(forecast.iter().map(|f| point(f.at, f.low)));
    canvas.area("forecast", above.iter().chain(below.iter().rev()).copied().collect());
    let sides = above.iter().zip(above.iter().skip(1)).zip(below.iter().zip(below.iter().skip(1)));
    for ((left_high, right_high), (left_low, right_low)) in sides {
        let wide = right_high.0 - left_high.0;
        let count = (wide / STROKES).floor().clamp(0.0, 200.0) as u32;
        for stroke in 1..=count {
            let share = f64::from(stroke) / f64::from(count);
            let x = left_high.0 + wide * share;
            let high = left_high.1 + (right_high.1 - left_high.1) * share;
            let low = left_low.1 + (right_low.1 - left_low.1) * share;
            canvas.line("forecast-stroke", (x, high), (x, low));
        }
    }
    canvas.path("forecast-line", scale.line(forecast.iter().map(|f| point(f.at, f.middle))));
}

fn draw_axes(canvas: &mut Canvas, chart: &Chart, scale: &Scale) {
    let (ticks, digits) = scale.ticks();
    let bottom = HEIGHT - BOTTOM;
    for tick in ticks {
        let y = scale.y(tick);
        canvas.line("grid", (LEFT, y), (WIDTH - RIGHT, y));
        canvas.words("", (LEFT - 8.0, y + 4.0), Anchor::End, format!("{tick:.digits$}"));
    }
    canvas.words("", (4.0, TOP - 11.0), Anchor::Start, chart.unit.as_str());
    canvas.line("axis", (LEFT, bottom), (WIDTH - RIGHT, bottom));
    let years = (scale.last - scale.first).round().clamp(1.0, 40.0) as u32;
    let every = if years > 12 { 5 } else { 1 };
    for offset in (0..=years).filter(|o| o % every == 0) {
        let year = scale.first + f64::from(offset);
        let x = scale.x(year);
        canvas.line("axis", (x, bottom), (x, bottom + 4.0));
        canvas.words("", (x, bottom + 19.0), Anchor::Middle, format!("{year:.0}"));
    }
}

impl Goal {
    /// A target with a year is drawn around that year, one that holds every year across.
    fn reach(&self, scale: &Scale) -> (f64, f64) {
        let right = WIDTH - RIGHT;
        match self.at {
            Some(at) => ((scale.x(at - 0.5)).max(LEFT), (scale.x(at) + 12.0).min(right + 12.0)),
            None => (LEFT, right),
        }
    }

    fn draw_band(&self, canvas: &mut Canvas, scale: &Scale) {
        let (left, right) = self.reach(scale);
        let line = scale.y(ink(self.value));
        let (top, bottom) = match self.high {
            Some(high) => (scale.y(ink(high)), line),
            None if self.good_below => (line, HEIGHT - BOTTOM),
            None => (TOP, line),
        };
        canvas.rectangle("band", (left, top), (right - left, (bottom - top).max(0.0)));
    }

    fn draw_line(&self, canvas: &mut Canvas, scale: &Scale) {
        let (left, right) = self.reach(scale);
        let line = scale.y(ink(self.value));
        canvas.line(if self.soft { "goal soft" } else { "goal" }, (left, line), (right, line));
    }
}

/// The figures of an indicator as a line the size of a word, with the last one
/// as a dot; nothing for fewer than two figures, because one figure has no course.
pub fn sparkline(values: &[Decimal], description: &str) -> Option<Drawing> {
    const WIDE: f64 = 84.0;
    const HIGH: f64 = 22.0;
    if values.len() < 2 {
        return None;
    }
    let drawn: Vec<f64> = values.iter().copied().map(ink).collect();
    let low = drawn.iter().copied().fold(f64::INFINITY, f64::min);
    let high = drawn.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let spread = if high > low { high - low } else { 1.0 };
    let step = (WIDE - 8.0) / (drawn.len() - 1) as f64;
    let place = |(index, value): (usize, &f64)| {
        let share = if high > low { (value - low) / spread } else { 0.5 };
        (4.0 + index as f64 * step, HIGH - 4.0 - share * (HIGH - 8.0))
    };
    let places: Vec<Place> = drawn.iter().enumerate().map(place).collect();
    let end = places.last().copied()?;
    let mut canvas = Canvas::default();
    canvas.path("run", places);
    canvas.disc("figure-mark", end, 2.75);
    Some(Drawing {
        width: WIDE,
        height: HIGH,
        title: description.to_owned(),
        description: String::new(),
        table: DataTable::default(),
        canvas,
    })
}

/// A figure as a label has room for it: a computed one is rounded, and says so.
pub fn label(value: Decimal) -> String {
    const PLACES: u32 = 4;
    match value.normalize().scale() > PLACES {
        true => format!("≈{}", plain(value.round_dp(2))),
        false => plain(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_computed_figure_is_rounded_and_says_so() {
        for (value, words) in [("6.6502", "6.6502"), ("12.50", "12.5"), ("7.123456789", "≈7.12")] {
            assert_eq!(label(value.parse().unwrap()), words);
        }
    }
}
