//! A verdict as one row of a table, in the columns of `lantu assess --format csv`.

use plan_model::{Decimal, Indicator, IndicatorKind, Verdict, plain};
use serde::Serialize;

use crate::message::Say;

/// One row; the order of the fields is the order of the columns. Computed numbers
/// are rounded to four decimals for reading; no verdict was made from these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssessRow {
    /// The indicator's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its measure type, without the indicator it is compared with.
    #[serde(rename = "type")]
    pub measure: String,
    /// 约束性, 预期性 or empty.
    pub kind: String,
    /// The base used, or empty.
    pub base: String,
    /// The target's value, or empty.
    pub target: String,
    /// The year by which was judged, or empty.
    pub target_year: String,
    /// What was judged, or empty.
    pub value: String,
    /// Its (last) period, or empty.
    pub value_period: String,
    /// What was expected by then, or empty.
    pub expected: String,
    /// What the bands were applied to, or empty.
    pub ratio: String,
    /// The word of the status.
    pub status: String,
    /// The code of the outlook.
    pub outlook: String,
    /// The rule set's name.
    pub rule_set: String,
    /// The reason, in Chinese.
    pub reason: String,
}

impl AssessRow {
    /// The names of the columns.
    pub const COLUMNS: [&str; 15] = [
        "id",
        "name",
        "type",
        "kind",
        "base",
        "target",
        "target_year",
        "value",
        "value_period",
        "expected",
        "ratio",
        "status",
        "outlook",
        "rule_set",
        "reason",
    ];

    /// The row of a verdict on an indicator.
    pub fn new(indicator: &Indicator, verdict: &Verdict) -> Self {
        use plan_model::InputRole::{Base, Target};
        let input = |role| verdict.trail.inputs.iter().find(|input| input.role == role);
        let kind = match indicator.kind {
            IndicatorKind::Binding => "约束性",
            IndicatorKind::Expected => "预期性",
            IndicatorKind::NotStated => "",
        };
        Self {
            id: indicator.id.clone(),
            name: indicator.name.clone(),
            measure: indicator.measure.word().to_owned(),
            kind: kind.to_owned(),
            base: input(Base).map(|input| plain(input.value)).unwrap_or_default(),
            target: input(Target).map(|input| plain(input.value)).unwrap_or_default(),
            target_year: input(Target).and_then(|input| input.period).map(|p| p.to_string()).unwrap_or_default(),
            value: verdict.value.as_ref().map(|judged| short(judged.value)).unwrap_or_default(),
            value_period: verdict.value.as_ref().map(|judged| judged.period.to_string()).unwrap_or_default(),
            expected: verdict.expected.map(short).unwrap_or_default(),
            ratio: verdict.ratio.map(short).unwrap_or_default(),
            status: verdict.status.word.clone(),
            outlook: verdict.outlook.code().to_owned(),
            rule_set: verdict.trail.rule_set.clone(),
            reason: reason(verdict),
        }
    }

    /// The cells in the order of [`AssessRow::COLUMNS`].
    pub fn cells(&self) -> [&str; 15] {
        [
            &self.id,
            &self.name,
            &self.measure,
            &self.kind,
            &self.base,
            &self.target,
            &self.target_year,
            &self.value,
            &self.value_period,
            &self.expected,
            &self.ratio,
            &self.status,
            &self.outlook,
            &self.rule_set,
            &self.reason,
        ]
    }
}

/// What a row that is read alone must say beside its reason.
const TOLD: [Say; 6] = [
    Say::NoteRounding,
    Say::NoteSinceStart,
    Say::NoteFallInPoints,
    Say::NoteMissingYears,
    Say::NoteDuePassed,
    Say::NoteUnverified,
];

/// The reason, with those of the notes without which it would mislead.
fn reason(verdict: &Verdict) -> String {
    let trail = &verdict.trail;
    let told = TOLD.iter().flat_map(|say| trail.notes.iter().filter(|note| note.code == say.code()));
    std::iter::once(&trail.reason).chain(told).map(|message| message.zh.as_str()).collect::<Vec<_>>().join("；")
}

fn short(value: Decimal) -> String {
    plain(value.round_dp(4))
}
