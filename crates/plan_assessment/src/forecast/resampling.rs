//! The default method refitted to histories that could have led to where the series
//! stands (重抽样): season and trend are taken out, what is left is drawn again in
//! blocks, backwards from the present level, and each such history is carried on with
//! errors drawn from the same store. Where hundreds of them end is the forecast.

use super::{
    Method, Projection, Recipe,
    method::{self, median_slope, smooth, window},
    season,
};

/// So many histories.
const ROUNDS: usize = 300;

/// The same for every series and every run: a forecast can be made again.
const SEED: u64 = 20_250_101;

pub(super) fn project(history: &[f64], recipe: Recipe, steps: usize) -> Option<Projection> {
    let bones = Bones::of(history, recipe, steps)?;
    let flat = Recipe { seasonal: false, ..recipe };
    let mut random = Random(SEED);
    let (mut refitted, mut ways) = (Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS));
    for _ in 0..ROUNDS {
        let size = bones.size_again(&mut random);
        let mut ahead = method::project(&bones.history_again(size, &mut random), flat, steps)?.values;
        ahead.iter_mut().zip(&bones.season).for_each(|(value, season)| *value += season);
        ways.push(bones.way(ahead.clone(), size, &mut random));
        refitted.push(ahead);
    }
    Projection::simulated(&refitted, ways, recipe.widen)
}

/// What a history is made of.
struct Bones {
    /// The numbers that the default method does not look at, without season.
    before: Vec<f64>,
    /// The season of the steps ahead.
    season: Vec<f64>,
    slope: f64,
    /// The level now, without season.
    level: f64,
    /// The share of an error that stays in the level.
    memory: f64,
    /// Errors one step ahead around their mean, of the mean size 1; none where there are none.
    errors: Vec<f64>,
    size: f64,
    freedom: usize,
    count: usize,
}

impl Bones {
    fn of(history: &[f64], recipe: Recipe, steps: usize) -> Option<Self> {
        let pattern = season::of(history, recipe);
        let flat: Vec<f64> = history.iter().zip(pattern.iter().cycle()).map(|(value, season)| value - season).collect();
        let season = pattern.iter().cycle().skip(history.len() % pattern.len()).take(steps).copied().collect();
        let recent = if recipe.method == Method::EvidentTrend { window(recipe.in_a_year) } else { flat.len() };
        let (before, recent) = flat.split_at(flat.len().saturating_sub(recent));
        let level_only = matches!(recipe.method, Method::Smoothing | Method::Naive | Method::Mean);
        let slope = if level_only { 0.0 } else { median_slope(recent)? };
        let (level, errors, memory) = smooth(recent.iter().zip(0..).map(|(value, at)| value - slope * f64::from(at)));
        let freedom = errors.len().saturating_sub(1 + usize::from(!level_only)).max(1);
        let squares: f64 = errors.iter().map(|error| error * error).sum();
        let mean = errors.iter().sum::<f64>() / errors.len() as f64;
        let centred: Vec<f64> = errors.iter().map(|error| error - mean).collect();
        let usual = (centred.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64).sqrt();
        let size = (squares / freedom as f64).sqrt();
        // A way without noise still has figures that were rounded, up or down.
        let errors = if usual > size * 1e-6 { centred.iter().map(|error| error / usual).collect() } else { Vec::new() };
        Some(Self {
            before: before.to_vec(),
            season,
            slope,
            level: level + slope * (recent.len() as f64 - 1.0),
            memory,
            errors,
            size: size.max(recipe.least_error),
            freedom,
            count: recent.len(),
        })
    }

    /// How large errors are: with few of them that is not well known either.
    fn size_again(&self, random: &mut Random) -> f64 {
        let squares: f64 = (0..self.freedom).map(|_| random.noise().powi(2)).sum();
        self.size * (self.freedom as f64 / squares.max(f64::MIN_POSITIVE)).sqrt()
    }

    /// So many errors, in blocks of the cube root of their count.
    fn errors_again(&self, count: usize, size: f64, random: &mut Random) -> Vec<f64> {
        if self.errors.is_empty() {
            return (0..count).map(|_| if random.below(2) == 0 { size } else { -size }).collect();
        }
        let block = (self.errors.len() as f64).cbrt().round().max(1.0) as usize;
        let mut drawn = Vec::with_capacity(count + block);
        while drawn.len() < count {
            let from = random.below(self.errors.len());
            drawn.extend(self.errors.iter().cycle().skip(from).take(block).map(|error| error * size));
        }
        drawn.truncate(count);
        drawn
    }

    /// A history that could have led to the present level.
    fn history_again(&self, size: f64, random: &mut Random) -> Vec<f64> {
        let errors = self.errors_again(self.count, size, random);
        let mut level = self.level;
        let mut recent: Vec<f64> = errors
            .iter()
            .map(|error| {
                // The level before: a number is that level, one step of the slope and an error.
                level -= self.slope + self.memory * error;
                level + self.slope + error
            })
            .collect();
        recent.reverse();
        self.before.iter().copied().chain(recent).collect()
    }

    /// One way in which a forecast comes out.
    fn way(&self, mut values: Vec<f64>, size: f64, random: &mut Random) -> Vec<f64> {
        let errors = self.errors_again(values.len(), size, random);
        let mut carried = 0.0;
        for (value, error) in values.iter_mut().zip(errors) {
            *value += carried + error;
            carried += self.memory * error;
        }
        values
    }
}

/// A generator of random numbers (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Evenly from 0 to under 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number under `limit`.
    fn below(&mut self, limit: usize) -> usize {
        ((self.share() * limit as f64) as usize).min(limit.saturating_sub(1))
    }

    /// Normally distributed with mean 0 and deviation 1.
    fn noise(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}
