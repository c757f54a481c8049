//! Figures of peer regions (同类地区) and a comparison with them (横向比较). They
//! stand beside our own figures and never among them: no verdict and no forecast
//! knows of them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Period, Standing};

/// A figure of another region for an indicator of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerFigure {
    /// The indicator's id within the plan.
    pub indicator: String,
    /// The name of the region.
    pub region: String,
    /// The time the figure speaks of.
    pub period: Period,
    /// The figure in `unit`.
    pub value: Decimal,
    /// The unit of the indicator when the figure was recorded.
    pub unit: String,
    /// Where it was published; never empty.
    pub source: String,
    /// In what the region counts otherwise than this plan (口径差异); empty where it
    /// counts the same.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub definition: String,
    /// A remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Number and unit as published, where that was another unit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub given: String,
}

/// A region's own region and peers beside each other, for one indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerComparison {
    /// The indicator's id.
    pub indicator: String,
    /// The unit of all values.
    pub unit: String,
    /// Where the change is counted from; `None` where no earlier period is common.
    pub from: Option<Period>,
    /// The period in which the regions are compared.
    pub to: Period,
    /// The regions that have a figure for `to`: the best first; where no direction is
    /// better the own region first, then the others by name.
    pub rows: Vec<PeerRow>,
    /// The own place; `None` where no direction is better, or nobody else counts the
    /// same way.
    pub place: Option<PeerPlace>,
    /// The median of the peers that count the same way, at `to`.
    pub median: Option<Decimal>,
    /// The own change beside that of the peers.
    pub change: Option<PeerChange>,
    /// What a reader must know before comparing.
    pub notes: Vec<PeerNote>,
}

/// A region of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerRow {
    /// Its name.
    pub region: String,
    /// Whether it is the plan's own.
    pub own: bool,
    /// Its figure at the beginning, where there is one.
    pub from: Option<PeerValue>,
    /// Its figure for the period compared.
    pub to: PeerValue,
    /// Whether its figure for the period compared follows another definition: it is
    /// shown, and counts neither for places nor for the median.
    pub other_definition: bool,
}

/// A figure of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerValue {
    /// In the unit of the comparison.
    pub value: Decimal,
    /// Where it comes from.
    pub source: String,
    /// On whose word it stands; only of own figures.
    pub standing: Option<Standing>,
}

/// A place among regions that count the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerPlace {
    /// The place, 1 for the best.
    pub place: usize,
    /// Among how many, the own region included.
    pub of: usize,
    /// Whether another region has the same figure.
    pub tied: bool,
}

/// A change from the beginning to the period compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerChange {
    /// The own change.
    pub own: Decimal,
    /// The median of the changes of the peers.
    pub median: Decimal,
    /// How many peers it is the median of.
    pub peers: usize,
    /// The unit of both: 百分点 for shares, % of the beginning for amounts, else the
    /// unit of the figures.
    pub unit: String,
    /// Whether it is a percentage of the figure at the beginning.
    pub relative: bool,
}

/// What a reader must know of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerNote {
    /// A region counts otherwise.
    OtherDefinition {
        /// Which one.
        region: String,
        /// In what.
        words: String,
    },
    /// A region has no figure for the period compared.
    NotThen {
        /// Which one.
        region: String,
        /// For when its latest one is.
        latest: Period,
    },
    /// A region's figures cannot be put on the scale of the indicator.
    OtherUnit {
        /// Which one.
        region: String,
        /// Their unit.
        unit: String,
    },
    /// The own definition changed between the two periods: the own change is left out.
    Redefined {
        /// From when the new one holds.
        from: Period,
    },
}
