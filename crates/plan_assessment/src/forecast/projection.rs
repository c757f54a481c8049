//! What follows a history, and how far off it may be.

use super::{
    method::median,
    spread::{HalfWidths, chance_below},
};

/// What follows a history, by one method.
#[derive(Debug, Clone)]
pub struct Projection {
    /// The numbers after the history, the next one first.
    pub values: Vec<f64>,
    off: Off,
    pub(super) widen: f64,
}

/// How far off a projection may be.
#[derive(Debug, Clone)]
enum Off {
    Estimated(Estimated),
    /// Several projections with their shares, which make 1.
    Mixed(Vec<(f64, Projection)>),
    /// So many ways in which it could come out, each as long as the values.
    Simulated(Vec<Vec<f64>>),
}

/// Standard errors from the errors within the history.
#[derive(Debug, Clone)]
struct Estimated {
    /// The usual size of an error one step ahead.
    error: f64,
    /// From how many independent changes that size was estimated; at least 1.
    freedom: u32,
    /// The share of an error that stays in the level: 1 for a random walk, 0 around a fixed line.
    memory: f64,
    /// How much each step ahead suffers from an error of the slope (or of the mean).
    pull: Vec<f64>,
    /// The size of that error.
    slope_error: f64,
}

impl Estimated {
    fn error_of(&self, weights: &[f64]) -> f64 {
        let (mut later, mut noise) = (0.0, 0.0);
        for weight in weights.iter().rev() {
            let carried = weight + self.memory * later;
            noise += carried * carried;
            later += weight;
        }
        let pulled: f64 = weights.iter().zip(&self.pull).map(|(weight, pull)| weight * pull).sum();
        (noise * self.error * self.error + (pulled * self.slope_error).powi(2)).sqrt()
    }
}

/// What a method is made of before its errors are reckoned.
pub(super) struct Parts {
    pub(super) values: Vec<f64>,
    /// Errors one step ahead within the history.
    pub(super) errors: Vec<f64>,
    pub(super) used_up: usize,
    pub(super) memory: f64,
    pub(super) pull: Vec<f64>,
    /// The slope's error as a share of the error of one step.
    pub(super) slope_share: f64,
}

impl Parts {
    pub(super) fn build(self, least_error: f64) -> Projection {
        let freedom = self.errors.len().saturating_sub(self.used_up).max(1);
        let squares: f64 = self.errors.iter().map(|error| error * error).sum();
        let error = (squares / freedom as f64).sqrt().max(least_error);
        let estimated = Estimated {
            error,
            freedom: u32::try_from(freedom).unwrap_or(u32::MAX),
            memory: self.memory,
            pull: self.pull,
            slope_error: error * self.slope_share,
        };
        Projection { values: self.values, off: Off::Estimated(estimated), widen: 1.0 }
    }
}

impl Projection {
    /// Several projections as one, each with its share; together the shares make 1.
    pub(super) fn mixed(parts: Vec<(f64, Projection)>, widen: f64) -> Option<Self> {
        let steps = parts.first()?.1.values.len();
        let mut values = vec![0.0; steps];
        for (share, part) in &parts {
            values.iter_mut().zip(&part.values).for_each(|(sum, value)| *sum += share * value);
        }
        Some(Self { values, off: Off::Mixed(parts), widen })
    }

    /// From ways in which it could come out, around the medians of several forecasts.
    pub(super) fn simulated(forecasts: &[Vec<f64>], ways: Vec<Vec<f64>>, widen: f64) -> Option<Self> {
        let steps = forecasts.first()?.len();
        let at =
            |step: usize| median(&mut forecasts.iter().filter_map(|one| one.get(step).copied()).collect::<Vec<_>>());
        let values = (0..steps).map(at).collect::<Option<_>>()?;
        Some(Self { values, off: Off::Simulated(ways), widen })
    }

    /// A weighted sum of the steps (the value of one step has the weight 1 at its
    /// place, a sum over steps a 1 at each of them) with how far off it may be.
    pub fn outcome(&self, weights: &[f64]) -> Outcome {
        let sum = |values: &[f64]| weights.iter().zip(values).map(|(weight, value)| weight * value).sum::<f64>();
        match &self.off {
            Off::Estimated(estimated) => {
                let error = self.widen * estimated.error_of(weights);
                Outcome { middle: sum(&self.values), off: Doubt::Student { error, freedom: estimated.freedom } }
            }
            Off::Mixed(parts) => {
                let middle = sum(&self.values);
                // They look at the same numbers, so their errors do not make up for each other.
                let (mut error, mut least) = (0.0, u32::MAX);
                for (share, part) in parts {
                    if let Doubt::Student { error: own, freedom } = part.outcome(weights).off {
                        error += share * own;
                        least = least.min(freedom);
                    }
                }
                Outcome { middle, off: Doubt::Student { error: self.widen * error, freedom: least } }
            }
            Off::Simulated(ways) => {
                let mut sums: Vec<f64> = ways.iter().map(|way| sum(way)).collect();
                sums.sort_unstable_by(f64::total_cmp);
                let middle = sum(&self.values);
                sums.iter_mut().for_each(|sum| *sum = middle + self.widen * (*sum - middle));
                Outcome { middle, off: Doubt::Sorted(sums) }
            }
        }
    }

    /// The value so many steps ahead (1 for the next one).
    pub fn at(&self, step: usize) -> Outcome {
        let mut weights = vec![0.0; step];
        if let Some(last) = weights.last_mut() {
            *last = 1.0;
        }
        self.outcome(&weights)
    }
}

/// Where something is expected, and how far off that may be.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The middle.
    pub middle: f64,
    off: Doubt,
}

#[derive(Debug, Clone)]
enum Doubt {
    Student {
        error: f64,
        freedom: u32,
    },
    /// Simulated outcomes in their order.
    Sorted(Vec<f64>),
}

impl Outcome {
    /// The same with a known amount added.
    pub(super) fn beyond(mut self, known: f64) -> Self {
        self.middle += known;
        if let Doubt::Sorted(sums) = &mut self.off {
            sums.iter_mut().for_each(|sum| *sum += known);
        }
        self
    }

    /// The lower and the upper end of the interval that is to hold the share of `widths`.
    pub fn interval(&self, widths: &HalfWidths) -> [f64; 2] {
        match &self.off {
            Doubt::Student { error, freedom } => {
                let half = widths.at(*freedom) * error;
                [self.middle - half, self.middle + half]
            }
            Doubt::Sorted(sums) => {
                let outside = (1.0 - widths.share()) / 2.0;
                [quantile(sums, outside), quantile(sums, 1.0 - outside)]
            }
        }
    }

    /// The chance that it stays below `limit`.
    pub fn chance_below(&self, limit: f64) -> f64 {
        match &self.off {
            Doubt::Student { error, freedom } => {
                chance_below((limit - self.middle) / error.max(f64::MIN_POSITIVE), *freedom)
            }
            Doubt::Sorted(sums) => {
                // What lies on the limit counts for half.
                let below = sums.partition_point(|sum| *sum < limit);
                let until = sums.partition_point(|sum| *sum <= limit);
                (below + until) as f64 / 2.0 / sums.len().max(1) as f64
            }
        }
    }
}

/// The number under which a share of sorted numbers lies.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len().max(1) - 1) as f64;
    let below = sorted.get(place.floor() as usize).copied().unwrap_or(f64::NAN);
    let above = sorted.get(place.ceil() as usize).copied().unwrap_or(below);
    below + (above - below) * (place - place.floor())
}
