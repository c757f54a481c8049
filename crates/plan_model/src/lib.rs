//! The words of plan implementation as types with their invariants.
//!
//! This crate is the glossary in code (`docs/glossary.md`). It does not know
//! how anything is found in a text, judged, stored or shown, reads no file and
//! no clock, and depends on no other crate of the workspace.

mod commitment;
mod credit_code;
mod decimal;
mod indicator;
mod node;
mod observation;
mod peers;
mod period;
mod problem;
mod region;
mod report_number;
mod reporting;
mod reporting_template;
mod target;
mod unit;
mod verdict;
mod work_item;

pub use commitment::{Anchor, Commitment, CommitmentClass, Fact, Intent};
pub use credit_code::{CreditCode, CreditCodeError};
pub use decimal::{DecimalError, half_up, parse_decimal, plain};
pub use indicator::{Baseline, Direction, Indicator, IndicatorKind, Measure, MeasureError};
pub use node::Node;
pub use observation::{Observation, Standing};
pub use peers::{PeerChange, PeerComparison, PeerFigure, PeerNote, PeerPlace, PeerRow, PeerValue};
pub use period::{Period, PeriodError, PlanPeriod};
pub use problem::{Place, Problem};
pub use region::{RegionCode, RegionLevel};
pub use report_number::{
    ASSESSMENT_PROPERTY, BOUND, DIGEST_PROPERTY, MARK_PREFIX, PASSAGE_PREFIX, ReportLiteral, ReportNumber,
    ReportNumbers, ReportPart, ReportPassage, ReportWord,
};
pub use reporting::{Answer, AnswerKind, WorkReport, WorkState};
pub use reporting_template::{
    DueNode, ExpectedRange, FIGURES_SHEET, FigureColumn, FigureRow, IDENTITY_SHEET, LastFigure, ReportingTemplate,
    TEMPLATE_LAYOUT, WORK_SHEET, WorkColumn, WorkRow,
};
pub use rust_decimal::Decimal;
pub use target::{Comparison, DueYear, Target, UnknownWord};
pub use unit::{Unit, UnitId, UnitKind};
pub use verdict::{
    Forecast, ForecastPoint, Input, InputRole, JudgedValue, Made, Message, Met, NeededPace, Origin, Outlook, Prospect,
    Status, Trail, Verdict,
};
pub use work_item::{Amount, Confidence, Stage, WorkItem, WorkKind};
