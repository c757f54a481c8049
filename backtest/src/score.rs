//! Errors of a candidate, rolled through series.

use std::collections::BTreeMap;

use plan_assessment::forecast::{Kind, Method};

use crate::{Candidate, Series, origins, recipe};

/// Errors added up.
#[derive(Default, Clone)]
pub struct Score {
    count: f64,
    scaled: f64,
    percent: f64,
    inside: f64,
    width: f64,
    far_inside: f64,
    far: f64,
    /// Errors as multiples of the interval on their side.
    ratios: Vec<f64>,
    /// Histories the candidate refused; the last number stood in.
    pub refused: usize,
}

impl Score {
    /// The mean error, in mean changes from one number to the next.
    pub fn scaled(&self) -> f64 {
        self.scaled / self.count
    }

    /// The symmetric mean error in percent.
    pub fn percent(&self) -> f64 {
        self.percent / self.count
    }

    /// The share of outcomes inside the intervals, in percent.
    pub fn inside(&self) -> f64 {
        100.0 * self.inside / self.count
    }

    /// The same for the farthest step.
    pub fn far_inside(&self) -> f64 {
        100.0 * self.far_inside / self.far
    }

    /// The mean half width, in mean changes.
    pub fn width(&self) -> f64 {
        self.width / self.count
    }

    /// By how much intervals must be widened to hold 80 %.
    pub fn needed_width(&self) -> f64 {
        let mut ratios = self.ratios.clone();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() * 4 / 5).copied().unwrap_or(1.0)
    }

    fn add(&mut self, other: &Score) {
        self.count += other.count;
        self.scaled += other.scaled;
        self.percent += other.percent;
        self.inside += other.inside;
        self.width += other.width;
        self.far_inside += other.far_inside;
        self.far += other.far;
        self.ratios.extend(&other.ratios);
        self.refused += other.refused;
    }
}

/// The score over all series, and by family.
pub fn all(candidate: Candidate, kind: Kind, series: &[Series]) -> (Score, BTreeMap<String, Score>) {
    let (mut whole, mut families) = (Score::default(), BTreeMap::<String, Score>::new());
    for one in series {
        let score = roll(candidate, kind, origins(kind).0, &one.values);
        whole.add(&score);
        families.entry(one.family.clone()).or_default().add(&score);
    }
    (whole, families)
}

/// The score over the histories that another candidate answers.
pub fn where_answered(candidate: Candidate, by: Candidate, kind: Kind, series: &[Series]) -> Score {
    let mut whole = Score::default();
    for one in series {
        let (starts, _) = origins(kind);
        let answered = |start: &usize| one.values.get(..*start).is_some_and(|h| by.forecast(h, 1).is_some());
        let starts: Vec<usize> = starts.iter().copied().filter(answered).collect();
        whole.add(&roll(candidate, kind, &starts, &one.values));
    }
    whole
}

/// Rolls the origin through one series.
fn roll(candidate: Candidate, kind: Kind, starts: &[usize], values: &[f64]) -> Score {
    let changes: Vec<f64> = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    let scale = (changes.iter().sum::<f64>() / changes.len() as f64).max(1e-9);
    let (_, horizon) = origins(kind);
    let last = Candidate::Ours(recipe(kind, Method::Naive, false));
    let mut score = Score::default();
    for start in starts.iter().copied().filter(|start| *start < values.len()) {
        let steps = horizon.min(values.len() - start);
        let answer = candidate.forecast(&values[..start], steps);
        score.refused += usize::from(answer.is_none());
        let Some(answer) = answer.or_else(|| last.forecast(&values[..start], steps)) else { continue };
        for (step, (actual, told)) in values[start..].iter().zip(&answer).enumerate() {
            let off = (actual - told.value).abs();
            let side = if *actual < told.value { told.value - told.low } else { told.high - told.value };
            let inside = f64::from(u8::from((told.low..=told.high).contains(actual)));
            score.count += 1.0;
            score.scaled += off / scale;
            score.percent += 200.0 * off / (actual.abs() + told.value.abs()).max(1e-9);
            score.inside += inside;
            score.width += (told.high - told.low) / 2.0 / scale;
            score.ratios.push(off / side.max(1e-12));
            if step + 1 == steps {
                score.far += 1.0;
                score.far_inside += inside;
            }
        }
    }
    score
}
