//! The figures of a plan in memory.

use std::{collections::BTreeMap, sync::Arc};

use plan_model::{Period, Standing};

use crate::records::FigureRecord;

/// Figures with all their vintages, by indicator. Cheap to clone: the two share
/// what is in both, and only indicators that get figures are copied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures(BTreeMap<Arc<str>, Arc<Vec<Arc<FigureRecord>>>>);

impl Figures {
    /// Those of one indicator, by period, standing and vintage.
    pub fn of(&self, indicator: &str) -> &[Arc<FigureRecord>] {
        self.0.get(indicator).map(|own| own.as_slice()).unwrap_or_default()
    }

    /// All vintages of one figure, the oldest first.
    pub fn vintages(&self, indicator: &str, period: Period, standing: Standing) -> &[Arc<FigureRecord>] {
        let key = |record: &FigureRecord| (record.observation.period, record.observation.standing);
        let own = self.of(indicator);
        let first = own.partition_point(|record| key(record) < (period, standing));
        let rest = own.get(first..).unwrap_or_default();
        rest.get(..rest.partition_point(|record| key(record) == (period, standing))).unwrap_or_default()
    }

    /// Those of the indicators that are wanted, by indicator, period, standing and vintage.
    pub fn all(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = &FigureRecord> {
        let of_wanted = self.0.iter().filter(move |(indicator, _)| wanted(indicator));
        of_wanted.flat_map(|(_, own)| own.iter().map(Arc::as_ref))
    }

    /// Takes in figures; one that is there already is not taken twice.
    pub(crate) fn take_in(&mut self, new: Vec<FigureRecord>) {
        let mut coming: BTreeMap<Arc<str>, Vec<Arc<FigureRecord>>> = BTreeMap::new();
        for record in new {
            match coming.get_mut(record.observation.indicator.as_str()) {
                Some(own) => own.push(Arc::new(record)),
                None => drop(coming.insert(record.observation.indicator.as_str().into(), vec![Arc::new(record)])),
            }
        }
        for (indicator, coming) in coming {
            let own = Arc::make_mut(self.0.entry(indicator).or_default());
            own.extend(coming);
            // Runs that are sorted already cost little.
            own.sort_by(|a, b| place(a).cmp(&place(b)));
            own.dedup_by(|a, b| place(a) == place(b));
        }
    }
}

/// What names a figure of an indicator, in the order in which figures are given.
fn place(record: &FigureRecord) -> (Period, Standing, u32) {
    let observation = &record.observation;
    (observation.period, observation.standing, observation.vintage)
}
