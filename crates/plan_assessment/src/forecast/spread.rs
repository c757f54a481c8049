//! How far off a forecast may be: Student's t, because a history of a few
//! numbers tells little about its own noise.

use std::f64::consts::PI;

/// More degrees of freedom than these change nothing that is shown.
const MOST: u32 = 200;

/// The chance that a t-distributed number stays below `t`.
pub(super) fn chance_below(t: f64, freedom: u32) -> f64 {
    if t.is_infinite() {
        return if t > 0.0 { 1.0 } else { 0.0 };
    }
    let freedom = freedom.clamp(1, MOST);
    let angle = (t / f64::from(freedom).sqrt()).atan();
    let (sine, cosine) = (angle.sin(), angle.cos());
    // The finite sums for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4).
    let mut sum = 0.0;
    let two_sided = if freedom % 2 == 1 {
        let mut term = cosine;
        for step in (3..=freedom).step_by(2) {
            sum += term;
            term *= f64::from(step - 1) / f64::from(step) * cosine * cosine;
        }
        (angle + sine * sum) * 2.0 / PI
    } else {
        let mut term = 1.0;
        for step in (2..=freedom).step_by(2) {
            sum += term;
            term *= f64::from(step - 1) / f64::from(step) * cosine * cosine;
        }
        sine * sum
    };
    (0.5 + two_sided / 2.0).clamp(0.0, 1.0)
}

/// The `t` inside which `share` of a t-distribution lies, on both sides together.
fn find_half_width(share: f64, freedom: u32) -> f64 {
    let wanted = 0.5 + share / 2.0;
    let (mut low, mut high) = (0.0, 700.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if chance_below(middle, freedom) < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// The half widths of intervals of one share, by degrees of freedom.
#[derive(Debug, Clone)]
pub struct HalfWidths {
    share: f64,
    widths: Vec<f64>,
}

impl HalfWidths {
    /// For intervals that are to hold this share of the outcomes, between 0 and 1.
    pub fn of(share: f64) -> Self {
        Self { share, widths: (1..=MOST).map(|freedom| find_half_width(share, freedom)).collect() }
    }

    /// The share of the outcomes.
    pub(super) fn share(&self) -> f64 {
        self.share
    }

    /// Half the width of the interval, in standard errors.
    pub(super) fn at(&self, freedom: u32) -> f64 {
        let place = usize::try_from(freedom.clamp(1, MOST) - 1).unwrap_or(0);
        self.widths.get(place).copied().unwrap_or(f64::INFINITY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distribution_is_that_of_the_tables() {
        for (t, freedom, chance) in
            [(3.078, 1, 0.9), (1.886, 2, 0.9), (1.638, 3, 0.9), (1.533, 4, 0.9), (2.228, 10, 0.975), (1.311, 29, 0.9)]
        {
            assert!((chance_below(t, freedom) - chance).abs() < 2e-4, "{t} {freedom}");
            assert!((chance_below(-t, freedom) - (1.0 - chance)).abs() < 2e-4, "{t} {freedom}");
        }
        let eighty = HalfWidths::of(0.8);
        for (freedom, width) in [(1, 3.078), (2, 1.886), (4, 1.533), (29, 1.311), (10_000, 1.286)] {
            assert!((eighty.at(freedom) - width).abs() < 1e-3, "{freedom}");
        }
        assert!((chance_below(f64::INFINITY, 3) - 1.0).abs() < 1e-12);
    }
}
