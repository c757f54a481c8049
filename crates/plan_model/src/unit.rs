//! Units: the departments, towns and others that take part in carrying out a plan.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{CreditCode, RegionCode, target::code_words};

/// The id of a unit within an installation, such as `U12`. It stays when the unit
/// is renamed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitId(pub String);

impl UnitId {
    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for UnitId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnitKind {
    /// 部门: a department of a government.
    Department,
    /// 乡镇、街道: a town, whose share of an additive indicator adds up to the whole.
    Town,
    /// 区县: the government of a region below.
    Region,
    /// 企业、院校、园区 and others.
    Other,
}

code_words!(UnitKind, "单位类别", {
    Department => "department", Town => "town", Region => "region", Other => "other",
});

/// A unit (单位).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Its full name.
    pub name: String,
    /// Other names it goes by in texts and tables (区发改局, 发改局).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What it is.
    pub unit_kind: UnitKind,
    /// The region it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<RegionCode>,
    /// Its unified social credit code; a code whose check character does not fit is
    /// kept, with a warning where it is entered (rulebook, section 4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_code: Option<CreditCode>,
}
