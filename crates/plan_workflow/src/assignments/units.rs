//! Which unit of the directory a text means.

use jiff::civil::Date;
use plan_model::{Unit, UnitId, UnitKind};

use super::ledger;
use crate::directory::Directory;

/// What a name in a text or a table means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The name or another name of this unit.
    Exact(UnitId),
    /// One unit alone has a name that ends with it, or that it ends with.
    Likely(UnitId),
    /// All towns together (各镇街).
    Towns(Vec<UnitId>),
    /// None, or several that it could be.
    Unknown,
}

impl Found {
    /// The units meant; none where that is unknown.
    pub fn units(&self) -> &[UnitId] {
        match self {
            Self::Exact(unit) | Self::Likely(unit) => std::slice::from_ref(unit),
            Self::Towns(units) => units,
            Self::Unknown => &[],
        }
    }
}

/// A name of fewer characters than this says too little to be the end of one.
const SHORTEST: usize = 3;

/// Finds the unit that a text means on a day. A unit that was merged is the one
/// it was merged into.
pub fn find(directory: &Directory, day: Date, text: &str) -> Found {
    let tight = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let text = tight(text);
    if text.is_empty() {
        return Found::Unknown;
    }
    if ledger::names_all_towns(&text) {
        let towns = directory.units_on(day).filter(|unit| unit.unit_kind == UnitKind::Town);
        let towns: Vec<UnitId> = towns.map(|unit| unit.id.clone()).collect();
        return if towns.is_empty() { Found::Unknown } else { Found::Towns(towns) };
    }
    let names = |unit: &Unit| std::iter::once(&unit.name).chain(&unit.aliases).map(|n| tight(n)).collect::<Vec<_>>();
    let those = |fits: &dyn Fn(&str) -> bool| -> Vec<UnitId> {
        let mut found: Vec<UnitId> = Vec::new();
        for unit in directory.units().filter(|unit| names(unit).iter().any(|name| fits(name))) {
            let now = directory.unit_on(&unit.id, day);
            if !found.contains(now) {
                found.push(now.clone());
            }
        }
        found
    };
    match those(&|name| name == text).as_slice() {
        [unit] => return Found::Exact(unit.clone()),
        [] => {}
        _ => return Found::Unknown,
    }
    let ends = |name: &str| {
        let shorter = name.chars().count().min(text.chars().count());
        shorter >= SHORTEST && (name.ends_with(&text) || text.ends_with(name))
    };
    match those(&ends).as_slice() {
        [unit] => Found::Likely(unit.clone()),
        _ => Found::Unknown,
    }
}
