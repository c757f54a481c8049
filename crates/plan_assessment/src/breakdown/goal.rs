//! What the yearly targets of an indicator are held against, by its measure type.

use plan_model::{Comparison, Decimal, Direction, Indicator, Measure, PlanPeriod};

use super::{Arithmetic, Unsplit};
use crate::{
    aim::{self, Aim},
    exact::Num,
    units,
};

/// How the years make up the whole.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// The years add up.
    Sum,
    /// Each year has the same number: a bound, or a rate of growth.
    Same,
    /// Yearly falls in percent chain.
    Chain,
    /// A level moves from the base to the target.
    Arrive { base: Decimal },
    /// A level multiplies from the base to the target.
    Multiply { base: Decimal },
}

/// What the years are held against.
pub(super) struct Goal {
    pub(super) value: Decimal,
    pub(super) last: i16,
    pub(super) kind: Kind,
    /// Rates of growth: the years are held against the compound of the whole.
    pub(super) compounds: bool,
    pub(super) direction: Option<Direction>,
    pub(super) comparison: Comparison,
    pub(super) unit: String,
    /// Decimal places of the target.
    pub(super) scale: u32,
}

impl Goal {
    pub(super) fn of(indicator: &Indicator, period: PlanPeriod) -> Result<Self, Unsplit> {
        let mut aim = aim::choose(indicator, Some(period)).map_err(Unsplit::Target)?;
        let base = indicator.baseline.as_ref().map(|base| base.value);
        let level = |aim: &mut Aim| aim.in_unit_of(indicator).map_err(Unsplit::Target);
        let needed = || base.ok_or(Unsplit::BaseMissing);
        let points = units::is_points(&aim.unit);
        let mut value = aim.value;
        let kind = match &indicator.measure {
            // 每年新增 100 个: each year has the same number.
            Measure::Cumulative | Measure::CumulativeRise | Measure::CumulativeFall if aim.every_year => Kind::Same,
            Measure::Cumulative | Measure::CumulativeRise => Kind::Sum,
            Measure::CumulativeFall if points || !units::is_percent(&aim.unit) => Kind::Sum,
            Measure::CumulativeFall => Kind::Chain,
            Measure::YearlyGrowth | Measure::HoldEachYear => Kind::Same,
            Measure::Level => {
                level(&mut aim)?;
                value = aim.value;
                Kind::Arrive { base: needed()? }
            }
            Measure::Coverage => {
                value = value.or(Some(Decimal::ONE_HUNDRED));
                Kind::Arrive { base: needed()? }
            }
            Measure::Zero => {
                value = Some(Decimal::ZERO);
                Kind::Arrive { base: needed()? }
            }
            Measure::Multiple => {
                let base = needed()?;
                value = (Num::from(base) * Num(value)).0;
                Kind::Multiply { base }
            }
            Measure::FasterThan(_)
            | Measure::InStepWith(_)
            | Measure::Rank
            | Measure::YesNo
            | Measure::GrowthUnstated => return Err(Unsplit::NoArithmetic),
        };
        let value = value.ok_or(Unsplit::NoNumber)?;
        let direction = match &indicator.measure {
            Measure::Zero => Some(Direction::Lower),
            Measure::Coverage | Measure::Multiple | Measure::YearlyGrowth => Some(Direction::Higher),
            // A fall is an amount, too: more of it does what the target asks.
            Measure::CumulativeRise | Measure::CumulativeFall => Some(Direction::Higher),
            Measure::Cumulative => aim::of_amount(indicator, &aim),
            _ => aim::direction(indicator, &aim, base),
        };
        Ok(Self {
            value,
            last: aim.due.filter(|year| period.contains(*year)).unwrap_or(period.last_year()),
            compounds: indicator.measure == Measure::YearlyGrowth,
            kind,
            direction,
            comparison: aim.comparison,
            unit: if indicator.measure == Measure::Multiple { indicator.unit.clone() } else { aim.unit.clone() },
            scale: value.normalize().scale(),
        })
    }

    pub(super) fn arithmetic(&self) -> Arithmetic {
        match self.kind {
            Kind::Sum => Arithmetic::Sum,
            Kind::Same if self.compounds => Arithmetic::Compound,
            Kind::Same => Arithmetic::Same,
            Kind::Chain => Arithmetic::Chain,
            Kind::Arrive { .. } => Arithmetic::Arrive,
            Kind::Multiply { .. } => Arithmetic::Multiply,
        }
    }

    /// Whether a sum, rate or level does what the target asks; without a direction
    /// only the very value does.
    pub(super) fn met_by(&self, planned: Decimal) -> bool {
        match self.direction.or_else(|| aim::compared(self.comparison)) {
            Some(direction) => aim::meets(planned, self.value, self.comparison, direction),
            None => planned == self.value,
        }
    }
}
