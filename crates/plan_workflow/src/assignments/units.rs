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
    // 区住房城乡建设局 is 区住房和城乡建设局.
    let loose = |name: &str| name.replace(['和', '与', '及'], "");
    let text = loose(&text);
    let ends = |name: &str| {
        let name = loose(name);
        let shorter = name.chars().count().min(text.chars().count());
        shorter >= SHORTEST && (name.ends_with(&text) || text.ends_with(&name))
    };
    match those(&ends).as_slice() {
        [unit] => Found::Likely(unit.clone()),
        _ => Found::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::DirectoryEvent;

    #[test]
    fn a_name_written_otherwise_is_likely_and_an_unclear_one_unknown() {
        let mut directory = Directory::default();
        for (id, name) in [("U1", "区住房和城乡建设局"), ("U2", "区教育局"), ("U3", "市教育局")] {
            directory.apply(&DirectoryEvent::SetUnit(Unit {
                id: id.into(),
                name: name.to_owned(),
                aliases: Vec::new(),
                unit_kind: UnitKind::Department,
                region: None,
                credit_code: None,
            }));
        }
        let likely = |id: &str| Found::Likely(id.into());
        for (text, expected) in [
            ("区住房和城乡建设局", Found::Exact("U1".into())),
            ("区住房城乡建设局", likely("U1")),
            ("住房与城乡建设局", likely("U1")),
            ("青渚区教育局", likely("U2")),
            ("教育局", Found::Unknown),
            ("区林业局", Found::Unknown),
            ("各镇街", Found::Unknown),
        ] {
            assert_eq!(find(&directory, "2024-01-01".parse().unwrap(), text), expected, "{text}");
        }
    }
}
