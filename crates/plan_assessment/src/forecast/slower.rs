//! Methods that cost hundreds of times what the default one does: made only for a
//! page or a command that asks for them, never for a verdict.

use super::{Projection, Recipe, combination, resampling};

/// A slower method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slower {
    /// All methods together, each with the weight its errors on the indicator's own
    /// past give it (组合).
    Combination,
    /// The default method, refitted to hundreds of histories that could have led to
    /// where the indicator stands (重抽样).
    Resampling,
}

impl Slower {
    /// Every slower method.
    pub const ALL: [Slower; 2] = [Slower::Combination, Slower::Resampling];

    /// The stable code word, and the name of its section in the rules.
    pub fn code(self) -> &'static str {
        match self {
            Slower::Combination => "combination",
            Slower::Resampling => "resampling",
        }
    }
}

/// Carries a history on by a slower method. `recipe` is that of the default method,
/// on which both rest, with the widening of the slower one. The same history gives
/// the same projection; nothing for fewer than three numbers.
pub fn project_slower(history: &[f64], slower: Slower, recipe: Recipe, steps: usize) -> Option<Projection> {
    if history.len() < 3 || history.iter().any(|value| !value.is_finite()) {
        return None;
    }
    match slower {
        Slower::Combination => combination::project(history, recipe, steps),
        Slower::Resampling => resampling::project(history, recipe, steps),
    }
}
