//! Invented series: families of what planning indicators look like, with noise
//! from a generator of our own, so that every run gives the same numbers.

/// A generator of random numbers (splitmix64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x1234_5678))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Evenly between two numbers.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Normally distributed with mean 0 and deviation 1.
    pub fn noise(&mut self) -> f64 {
        (0..12).map(|_| self.between(0.0, 1.0)).sum::<f64>() - 6.0
    }
}

/// A family: its name and how a series of so many numbers is made.
pub struct Family {
    pub name: &'static str,
    pub make: fn(&mut Random, usize) -> Vec<f64>,
}

fn accumulate(
    random: &mut Random,
    count: usize,
    start: f64,
    mut step: impl FnMut(&mut Random, usize) -> f64,
) -> Vec<f64> {
    let mut value = start;
    (0..count)
        .map(|at| {
            if at > 0 {
                value += step(random, at);
            }
            value
        })
        .collect()
}

/// Yearly levels and amounts.
pub const YEARLY: &[Family] = &[
    Family {
        name: "steady way with noise",
        make: |r, n| {
            let (slope, noise) = (r.between(0.4, 2.0), r.between(0.1, 0.8));
            (0..n).map(|at| 60.0 + slope * at as f64 + noise * r.noise()).collect()
        },
    },
    Family {
        name: "walk with drift",
        make: |r, n| {
            let (drift, noise) = (r.between(-0.5, 1.5), r.between(0.5, 1.5));
            accumulate(r, n, 60.0, |r, _| drift + noise * r.noise())
        },
    },
    Family {
        name: "growth in percent",
        make: |r, n| {
            let (growth, noise) = (r.between(0.03, 0.1), r.between(0.01, 0.03));
            let logs = accumulate(r, n, 6.0, |r, _| growth + noise * r.noise());
            logs.into_iter().map(f64::exp).collect()
        },
    },
    Family {
        name: "filling up to a ceiling",
        make: |r, n| {
            let (rate, start, noise) = (r.between(0.15, 0.5), r.between(40.0, 80.0), r.between(0.1, 0.8));
            (0..n).map(|at| 100.0 - (100.0 - start) * (-rate * at as f64).exp() + noise * r.noise()).collect()
        },
    },
    Family {
        name: "falling to a floor",
        make: |r, n| {
            let (rate, start, noise) = (r.between(0.1, 0.4), r.between(30.0, 60.0), r.between(0.2, 1.0));
            (0..n).map(|at| 20.0 + (start - 20.0) * (-rate * at as f64).exp() + noise * r.noise()).collect()
        },
    },
    Family {
        name: "bend half-way",
        make: |r, n| {
            let (first, second, noise) = (r.between(0.5, 2.0), r.between(-0.5, 2.5), r.between(0.1, 0.6));
            accumulate(r, n, 60.0, |r, at| if at < n / 2 { first } else { second } + noise * r.noise())
        },
    },
    Family {
        name: "one odd year",
        make: |r, n| {
            let (slope, noise, odd) =
                (r.between(0.4, 2.0), r.between(0.1, 0.5), r.between(2.0, n as f64 - 2.0) as usize);
            (0..n)
                .map(|at| 60.0 + slope * at as f64 + noise * r.noise() - if at == odd { 6.0 * slope } else { 0.0 })
                .collect()
        },
    },
    Family {
        name: "around a mean",
        make: |r, n| {
            let noise = r.between(0.3, 1.5);
            let mut value = 0.0;
            (0..n)
                .map(|_| {
                    value = 0.3 * value + noise * r.noise();
                    50.0 + value
                })
                .collect()
        },
    },
    Family {
        name: "counts of a year",
        make: |r, n| {
            let (mean, trend) = (r.between(8.0, 40.0), r.between(-0.5, 1.5));
            (0..n)
                .map(|at| {
                    let m = mean + trend * at as f64;
                    (m + m.sqrt() * r.noise()).round().max(0.0)
                })
                .collect()
        },
    },
];

/// Yearly rates in percent.
pub const RATES: &[Family] = &[
    Family {
        name: "rates around a mean",
        make: |r, n| {
            let (mean, noise) = (r.between(3.0, 8.0), r.between(0.5, 2.0));
            let mut off = 0.0;
            (0..n)
                .map(|_| {
                    off = 0.4 * off + noise * r.noise();
                    mean + off
                })
                .collect()
        },
    },
    Family {
        name: "rates that slow down",
        make: |r, n| {
            let (first, fall, noise) = (r.between(7.0, 11.0), r.between(0.1, 0.6), r.between(0.3, 1.0));
            (0..n).map(|at| first - fall * at as f64 + noise * r.noise()).collect()
        },
    },
    Family {
        name: "rates with a shock and a rebound",
        make: |r, n| {
            let (mean, noise, odd) =
                (r.between(4.0, 8.0), r.between(0.3, 1.0), r.between(1.0, n as f64 - 2.0) as usize);
            (0..n)
                .map(|at| {
                    let shock = if at == odd {
                        -4.0
                    } else if at == odd + 1 {
                        3.0
                    } else {
                        0.0
                    };
                    mean + shock + noise * r.noise()
                })
                .collect()
        },
    },
    Family {
        name: "rates that wander",
        make: |r, n| {
            let noise = r.between(0.4, 1.2);
            accumulate(r, n, 5.0, |r, _| noise * r.noise())
        },
    },
];

fn season(at: usize, in_a_year: usize, phase: f64) -> f64 {
    let turn = (at % in_a_year) as f64 / in_a_year as f64;
    (std::f64::consts::TAU * (turn + phase)).sin() + 0.5 * (2.0 * std::f64::consts::TAU * (turn + 2.0 * phase)).sin()
}

fn within_a_year(in_a_year: usize) -> [fn(&mut Random, usize, usize) -> Vec<f64>; 7] {
    let _ = in_a_year;
    [
        // Trend and season.
        |r, n, m| {
            let (slope, size, noise, phase) =
                (r.between(0.5, 3.0) / m as f64, r.between(1.0, 6.0), r.between(0.3, 1.5), r.between(0.0, 1.0));
            (0..n).map(|at| 60.0 + slope * at as f64 + size * season(at, m, phase) + noise * r.noise()).collect()
        },
        // Growing amounts whose season grows with them.
        |r, n, m| {
            let (growth, size, noise, phase) =
                (r.between(0.02, 0.1) / m as f64, r.between(0.05, 0.25), r.between(0.02, 0.06), r.between(0.0, 1.0));
            (0..n)
                .map(|at| {
                    30.0 * (growth * at as f64).exp() * (1.0 + size * season(at, m, phase)) * (1.0 + noise * r.noise())
                })
                .collect()
        },
        // A season and no trend (air, water).
        |r, n, m| {
            let (size, noise, phase) = (r.between(4.0, 15.0), r.between(1.0, 4.0), r.between(0.0, 1.0));
            (0..n).map(|at| 35.0 + size * season(at, m, phase) + noise * r.noise()).collect()
        },
        // A walk with drift and no season.
        |r, n, m| {
            let (drift, noise) = (r.between(-0.5, 2.0) / m as f64, r.between(0.1, 0.5));
            accumulate(r, n, 60.0, |r, _| drift + noise * r.noise())
        },
        // A steady stock with noise.
        |r, n, m| {
            let (slope, noise) = (r.between(0.5, 4.0) / m as f64, r.between(0.1, 0.5));
            (0..n).map(|at| 60.0 + slope * at as f64 + noise * r.noise()).collect()
        },
        // Around a mean, slowly.
        |r, n, _| {
            let noise = r.between(0.1, 0.5);
            let mut off = 0.0;
            (0..n)
                .map(|_| {
                    off = 0.7 * off + noise * r.noise();
                    5.0 + off
                })
                .collect()
        },
        // Filling up, with a little season.
        |r, n, m| {
            let (rate, noise, phase) = (r.between(0.15, 0.5) / m as f64, r.between(0.1, 0.5), r.between(0.0, 1.0));
            (0..n)
                .map(|at| 100.0 - 40.0 * (-rate * at as f64).exp() + 0.6 * season(at, m, phase) + noise * r.noise())
                .collect()
        },
    ]
}

pub const WITHIN_NAMES: [&str; 7] = [
    "trend and season",
    "growing amounts with season",
    "season without trend",
    "walk with drift",
    "steady stock with noise",
    "around a mean, slowly",
    "filling up, little season",
];

/// A series of the family `place`, so many numbers a year.
pub fn within(place: usize, in_a_year: usize, random: &mut Random, count: usize) -> Vec<f64> {
    within_a_year(in_a_year)[place](random, count, in_a_year)
}
