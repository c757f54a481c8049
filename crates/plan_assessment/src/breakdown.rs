//! Splitting a target: over the years of the plan, and over towns or units.
//!
//! Each measure type has its own arithmetic (rulebook, section 2): amounts add
//! up, rates of growth compound, falls chain, levels arrive, bounds repeat.
//! Every gap is named with its amount; nothing is put right silently.

use plan_model::{Comparison, Decimal, Direction, Indicator, Measure, Message, Place, PlanPeriod, Problem, plain};

use crate::{
    aim::{self, Aim},
    exact::{Num, shown},
    units,
};

/// A yearly target: the year and its value in the unit of the target (for growth
/// and falls the year's own rate).
pub type YearShare = (i16, Decimal);

/// Why a target cannot be split over the years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsplit {
    /// Its measure type has no amount for a year (rank, yes/no, comparison).
    NoArithmetic,
    /// The path needs a base and there is none.
    BaseMissing,
    /// The target itself cannot be used; the message of a verdict says why.
    Target(Message),
    /// It gives no number, or the arithmetic has no result for it.
    NoNumber,
}

/// Yearly targets that do not fit their whole, or each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What does not fit, by how much, and what to do.
    pub problem: Problem,
    /// By how much, never negative; nothing where no amount can be named (a year
    /// without a target).
    pub amount: Option<Decimal>,
    /// The unit of the amount: percentage points between two shares.
    pub unit: String,
}

/// How the years of an indicator make up its whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// Amounts of the years add up to the whole.
    Sum,
    /// The same bound, or the same amount, every year.
    Same,
    /// Yearly rates of growth compound to a mean.
    Compound,
    /// Yearly falls in percent chain to the whole fall.
    Chain,
    /// A level moves from the base to the target.
    Arrive,
    /// A level multiplies from the base to the target.
    Multiply,
}

/// What the yearly targets of an indicator are held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The whole, rate, bound or level in `unit`.
    pub value: Decimal,
    /// The unit of the yearly targets.
    pub unit: String,
    /// The last year of the way.
    pub last: i16,
    /// The arithmetic.
    pub arithmetic: Arithmetic,
}

/// What the yearly targets of an indicator are held against.
pub fn whole(indicator: &Indicator, period: PlanPeriod) -> Result<Whole, Unsplit> {
    let goal = Goal::of(indicator, period)?;
    let arithmetic = goal.arithmetic();
    Ok(Whole { value: goal.value, unit: goal.unit, last: goal.last, arithmetic })
}

/// The yearly targets said as the plan's own text would say them of each year: what
/// is to be there by its end. Amounts are totals since the plan's start, falls the
/// whole fall so far; levels, rates and bounds stay as they are. A year after one
/// that is missing has no total.
pub fn by_year_end(indicator: &Indicator, period: PlanPeriod, years: &[YearShare]) -> Result<Vec<YearShare>, Unsplit> {
    let goal = Goal::of(indicator, period)?;
    let mut years: Vec<YearShare> = years.iter().copied().filter(|(year, _)| period.contains(*year)).collect();
    years.sort_unstable();
    let adds = match goal.kind {
        Kind::Sum => true,
        Kind::Chain => false,
        Kind::Same | Kind::Arrive { .. } | Kind::Multiply { .. } => return Ok(years),
    };
    let unbroken = (period.first_year()..).zip(years).take_while(|(due, (year, _))| due == year);
    let (mut sum, mut left) = (Num::from(0), Num::ONE);
    let so_far = unbroken.map(|(_, (year, value))| {
        sum = sum + Num::from(value);
        left = left * (Num::ONE - Num::from(value) / Num::HUNDRED);
        let total = if adds { sum } else { (Num::ONE - left) * Num::HUNDRED };
        Some((year, total.0?))
    });
    so_far.collect::<Option<_>>().ok_or(Unsplit::NoNumber)
}

/// A split that follows a course: `course` gives for each year of the way the share
/// of it, in percent, that is covered by the year's end, rising to 100. Bounds and
/// rates of growth stay even. It passes [`check_years`].
pub fn curved_years(
    indicator: &Indicator,
    period: PlanPeriod,
    course: impl Fn(usize, usize) -> Option<Decimal>,
) -> Result<Vec<YearShare>, Unsplit> {
    let goal = Goal::of(indicator, period)?;
    let years: Vec<i16> = (period.first_year()..=goal.last).collect();
    let count = years.len();
    let share = |at: usize| if at == count { Some(Decimal::ONE_HUNDRED) } else { course(at, count) };
    let scale = goal.scale;
    let values: Option<Vec<Decimal>> = match goal.kind {
        Kind::Same => return even_years(indicator, period),
        Kind::Sum => {
            let until =
                |at: usize| Some((Num::from(goal.value) * Num::from(share(at)?) / Num::HUNDRED).0?.round_dp(scale));
            (1..=count).map(|at| until(at)?.checked_sub(if at == 1 { Decimal::ZERO } else { until(at - 1)? })).collect()
        }
        Kind::Chain => {
            let left = Num::ONE - Num::from(goal.value) / Num::HUNDRED;
            let by = |at: usize| -> Option<Num> { Some(left.hundredths(share(at)?)) };
            let rate = |at: usize| {
                let before = if at == 1 { Num::ONE } else { by(at - 1)? };
                ((Num::ONE - by(at)? / before) * Num::HUNDRED).0.map(|rate| up(rate, scale + 1))
            };
            (1..=count).map(rate).collect()
        }
        Kind::Arrive { base } => (1..=count)
            .map(|at| {
                let way = Num::from(goal.value) - Num::from(base);
                let value = (Num::from(base) + way * Num::from(share(at)?) / Num::HUNDRED).0?;
                Some(if at == count { goal.value } else { value.round_dp(scale.max(base.scale())) })
            })
            .collect(),
        Kind::Multiply { base } => (1..=count)
            .map(|at| {
                let factor = (Num::from(goal.value) / Num::from(base)).hundredths(share(at)?);
                let value = (Num::from(base) * factor).0?;
                Some(if at == count { goal.value } else { value.round_dp(scale.max(1)) })
            })
            .collect(),
    };
    Ok(years.into_iter().zip(values.ok_or(Unsplit::NoNumber)?).collect())
}

/// An even split over the years of the plan: what a planner starts from. It
/// passes [`check_years`].
pub fn even_years(indicator: &Indicator, period: PlanPeriod) -> Result<Vec<YearShare>, Unsplit> {
    let goal = Goal::of(indicator, period)?;
    let years: Vec<i16> = (period.first_year()..=goal.last).collect();
    let count = i32::from(goal.last - period.base_year());
    let values: Option<Vec<Decimal>> = match goal.kind {
        Kind::Sum => parts(goal.value, years.len(), goal.scale),
        Kind::Same => Some(vec![goal.value; years.len()]),
        Kind::Chain => {
            let left = (Num::ONE - Num::from(goal.value) / Num::HUNDRED).power(1, count);
            let rate = ((Num::ONE - left) * Num::HUNDRED).0.map(|rate| up(rate, goal.scale + 1));
            rate.map(|rate| vec![rate; years.len()])
        }
        Kind::Arrive { base } => (1..=count)
            .map(|t| {
                let way = Num::from(goal.value) - Num::from(base);
                let value = (Num::from(base) + way * Num::share(t, count)).0?;
                Some(if t == count { goal.value } else { value.round_dp(goal.scale.max(base.scale())) })
            })
            .collect(),
        Kind::Multiply { base } => (1..=count)
            .map(|t| {
                let value = (Num::from(base) * (Num::from(goal.value) / Num::from(base)).power(t, count)).0?;
                Some(if t == count { goal.value } else { value.round_dp(goal.scale.max(1)) })
            })
            .collect(),
    };
    Ok(years.into_iter().zip(values.ok_or(Unsplit::NoNumber)?).collect())
}

/// Compares yearly targets with the whole; each gap is named with its amount.
pub fn check_years(indicator: &Indicator, period: PlanPeriod, years: &[YearShare]) -> Result<Vec<Gap>, Unsplit> {
    let goal = Goal::of(indicator, period)?;
    let mut gaps = Vec::new();
    let missing: Vec<String> = (period.first_year()..=goal.last)
        .filter(|year| !years.iter().any(|(given, _)| given == year))
        .map(|year| year.to_string())
        .collect();
    if !missing.is_empty() {
        let what = format!("{} 年没有年度目标", missing.join("、"));
        gaps.push(gap("breakdown-year-missing", what, "请补上，或说明当年不安排", None));
    }
    for (year, _) in years.iter().filter(|(year, _)| !period.contains(*year)) {
        let what = format!("{year} 年不在规划期 {period} 内");
        gaps.push(gap("breakdown-year-outside", what, "请删去或改正年份", None));
    }
    let within: Vec<YearShare> = years.iter().copied().filter(|(year, _)| period.contains(*year)).collect();
    let whole = missing.is_empty();
    match goal.kind {
        Kind::Sum => gaps.extend(whole.then(|| goal.sum_gap(&within)).flatten()),
        Kind::Same if goal.compounds => gaps.extend(whole.then(|| goal.growth_gap(&within)).flatten()),
        Kind::Same => gaps.extend(goal.bound_gaps(&within)),
        Kind::Chain => gaps.extend(whole.then(|| goal.chain_gap(&within)).flatten()),
        Kind::Arrive { base } | Kind::Multiply { base } => gaps.extend(goal.path_gaps(base, &within)),
    }
    Ok(gaps)
}

/// Compares the shares of towns or units with what they are to make together.
/// `Err` says why such shares do not add up at all.
pub fn check_shares(
    indicator: &Indicator,
    whole: Decimal,
    shares: &[(String, Decimal)],
) -> Result<Option<Gap>, Problem> {
    if !is_additive(indicator) {
        let what = format!("“{}”（{}）是比率、强度或位次，各单位的数不能相加", indicator.name, indicator.unit);
        return Err(refused("breakdown-not-additive", what, "请给各单位分别定目标，不要求合计"));
    }
    let sum = shares.iter().try_fold(Decimal::ZERO, |sum, (_, share)| sum.checked_add(*share));
    let Some(sum) = sum else {
        return Err(refused("breakdown-too-large", "各单位之和太大，无法计算".to_owned(), "请核对单位"));
    };
    let names: Vec<&str> = shares.iter().map(|(name, _)| name.as_str()).collect();
    Ok((sum != whole).then(|| {
        let what = format!(
            "{} 个单位（{}）合计 {}{}，{}",
            shares.len(),
            names.join("、"),
            plain(sum),
            indicator.unit,
            difference(sum, whole, &indicator.unit)
        );
        let apart = Some((sum - whole, indicator.unit.as_str()));
        gap("breakdown-shares", what, "请调整各单位的数，或注明留给本级的部分", apart)
    }))
}

/// Whether the values of towns or units can be added to one for all: counts and
/// amounts can, shares, ratios, ranks and averages cannot.
pub fn is_additive(indicator: &Indicator) -> bool {
    let unit = indicator.unit.trim();
    let counted = !unit.is_empty()
        && !units::is_percent(unit)
        && !unit.contains('/')
        && !["倍", "位", "名次", "岁", "年", "天", "小时", "分钟", "工作日", "年一遇", "级", "分"].contains(&unit);
    let average = ["人均", "平均", "户均", "亩均", "每"].iter().any(|word| indicator.name.contains(word));
    let adds =
        matches!(indicator.measure, Measure::Level | Measure::Cumulative | Measure::Zero | Measure::HoldEachYear);
    counted && adds && !average
}

/// How the years make up the whole.
#[derive(Debug, Clone, Copy)]
enum Kind {
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
struct Goal {
    value: Decimal,
    last: i16,
    kind: Kind,
    /// Rates of growth: the years are held against the compound of the whole.
    compounds: bool,
    direction: Option<Direction>,
    comparison: Comparison,
    unit: String,
    /// Decimal places of the target.
    scale: u32,
}

impl Goal {
    fn of(indicator: &Indicator, period: PlanPeriod) -> Result<Self, Unsplit> {
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

    fn arithmetic(&self) -> Arithmetic {
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
    fn met_by(&self, planned: Decimal) -> bool {
        match self.direction.or_else(|| aim::compared(self.comparison)) {
            Some(direction) => aim::meets(planned, self.value, self.comparison, direction),
            None => planned == self.value,
        }
    }

    fn sum_gap(&self, years: &[YearShare]) -> Option<Gap> {
        let sum = years.iter().try_fold(Decimal::ZERO, |sum, (_, value)| sum.checked_add(*value))?;
        let enough = match self.direction.or_else(|| aim::compared(self.comparison)) {
            Some(Direction::Lower) if self.kind_is_allowance() => sum <= self.value,
            _ => sum == self.value || (sum > self.value && self.comparison != Comparison::Equal),
        };
        (!enough).then(|| {
            let what = format!("各年合计 {}{}，{}", plain(sum), self.unit, difference(sum, self.value, &self.unit));
            gap("breakdown-sum", what, "请调整年度目标，使各年之和与总目标一致", Some((sum - self.value, &self.unit)))
        })
    }

    /// 不超过…: an allowance may stay unused.
    fn kind_is_allowance(&self) -> bool {
        matches!(self.comparison, Comparison::AtMost | Comparison::LessThan)
    }

    fn growth_gap(&self, years: &[YearShare]) -> Option<Gap> {
        let count = i32::try_from(years.len()).ok()?;
        let one = |rate: Decimal| Num::ONE + Num::from(rate) / Num::HUNDRED;
        let product = years.iter().fold(Num::ONE, |product, (_, rate)| product * one(*rate));
        let whole = one(self.value).power(count, 1);
        let average = ((product.power(1, count) - Num::ONE) * Num::HUNDRED).0?;
        (product.0? < whole.0?).then(|| {
            let what = format!(
                "各年增速连乘后年均 {}%，比目标 {}% 低 {} 个百分点",
                shown(average),
                plain(self.value),
                shown(self.value - average)
            );
            gap(
                "breakdown-growth",
                what,
                "增速按连乘计算，不能相加平均；请提高部分年份的目标",
                Some((self.value - average, "个百分点")),
            )
        })
    }

    fn chain_gap(&self, years: &[YearShare]) -> Option<Gap> {
        let left = |rate: Decimal| Num::ONE - Num::from(rate) / Num::HUNDRED;
        let product = years.iter().fold(Num::ONE, |product, (_, rate)| product * left(*rate));
        let fallen = ((Num::ONE - product) * Num::HUNDRED).0?;
        (product.0? > left(self.value).0?).then(|| {
            let what = format!(
                "各年降幅连乘后累计下降 {}%，比目标 {}% 少 {} 个百分点",
                shown(fallen),
                plain(self.value),
                shown(self.value - fallen)
            );
            gap(
                "breakdown-fall",
                what,
                "累计降幅按连乘计算，不能相加；请加大部分年份的降幅",
                Some((self.value - fallen, "个百分点")),
            )
        })
    }

    fn bound_gaps(&self, years: &[YearShare]) -> Vec<Gap> {
        let broken = years.iter().filter(|(_, value)| !self.met_by(*value));
        let said = broken.map(|(year, value)| {
            let what = format!(
                "{year} 年的目标 {}{} 没有守住每年都要达到的 {}{}，相差 {}",
                plain(*value),
                self.unit,
                plain(self.value),
                self.unit,
                apart(*value, self.value, &self.unit)
            );
            gap("breakdown-bound", what, "这是每年都要守住的数；请改正", Some((*value - self.value, &self.unit)))
        });
        said.collect()
    }

    fn path_gaps(&self, base: Decimal, years: &[YearShare]) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let mut years = years.to_vec();
        years.sort_unstable();
        if let Some((_, planned)) = years.iter().find(|(year, _)| *year == self.last).filter(|(_, v)| !self.met_by(*v))
        {
            let what = format!(
                "{} 年的目标 {}{}，{}",
                self.last,
                plain(*planned),
                self.unit,
                difference(*planned, self.value, &self.unit)
            );
            gaps.push(gap(
                "breakdown-end",
                what,
                "最后一年的年度目标应与总目标一致；请改正",
                Some((*planned - self.value, &self.unit)),
            ));
        }
        let rising = self.value >= base;
        let mut before = (None, base);
        for (year, value) in years {
            if (rising && value < before.1) || (!rising && value > before.1) {
                let earlier = before.0.map_or_else(|| "基期".to_owned(), |year: i16| format!("{year} 年"));
                let what = format!(
                    "{year} 年的目标 {}{} 比{earlier}的 {}{} 倒退 {}",
                    plain(value),
                    self.unit,
                    plain(before.1),
                    self.unit,
                    apart(value, before.1, &self.unit)
                );
                gaps.push(gap(
                    "breakdown-backwards",
                    what,
                    "请核对；确有安排的请注明原因",
                    Some((value - before.1, &self.unit)),
                ));
            }
            before = (Some(year), value);
        }
        gaps
    }
}

/// A whole in `count` parts of `scale` places that add up to it; what does not
/// divide goes to the last years.
fn parts(whole: Decimal, count: usize, scale: u32) -> Option<Vec<Decimal>> {
    let divisor = Decimal::from(count);
    let step = Decimal::try_new(1, scale).ok()?;
    let each = whole.checked_div(divisor)?.trunc_with_scale(scale);
    let mut rest = whole.checked_sub(each.checked_mul(divisor)?)?;
    let mut parts = vec![each; count];
    let step = if rest.is_sign_negative() { -step } else { step };
    for part in parts.iter_mut().rev() {
        if rest.is_zero() {
            break;
        }
        *part += step;
        rest -= step;
    }
    Some(parts)
}

/// Rounds away from zero, so that rounded parts never fall short.
fn up(value: Decimal, scale: u32) -> Decimal {
    value.round_dp_with_strategy(scale, rust_decimal::RoundingStrategy::AwayFromZero)
}

fn difference(planned: Decimal, whole: Decimal, unit: &str) -> String {
    let word = if planned < whole { "少" } else { "多" };
    format!("比目标 {}{unit} {word} {}", plain(whole), apart(planned, whole, unit))
}

/// How far two values lie apart: two shares by percentage points, never by “%”.
fn apart(left: Decimal, right: Decimal, unit: &str) -> String {
    let unit = if units::is_percent(unit) { "个百分点" } else { unit };
    format!("{}{unit}", plain((left - right).abs()))
}

/// A gap of so much in a unit.
fn gap(code: &str, what: String, hint: &str, apart: Option<(Decimal, &str)>) -> Gap {
    let unit = apart.map_or("", |(_, unit)| if units::is_percent(unit) { "个百分点" } else { unit }).to_owned();
    Gap { problem: refused(code, what, hint), amount: apart.map(|(amount, _)| amount.abs()), unit }
}

fn refused(code: &str, what: String, hint: &str) -> Problem {
    Problem::new(code, Place::Whole, what, hint)
}

#[cfg(test)]
mod tests {
    use plan_model::{Baseline, DueYear, IndicatorKind, Target};

    use super::*;

    fn period() -> PlanPeriod {
        "2021-2025".parse().unwrap()
    }

    /// `measure unit base target`, such as `cumulative 家 _ =100`.
    fn indicator(row: &str) -> Indicator {
        let parts: Vec<&str> = row.split(' ').collect();
        let [measure, unit, base, target] = parts[..] else { panic!("{row}") };
        let split = target.find(|c: char| c.is_ascii_digit()).unwrap();
        let (comparison, value) = target.split_at(split);
        let target = Target {
            comparison: comparison.parse().unwrap(),
            value: Some(value.parse().unwrap()),
            value_high: None,
            unit: if measure == "multiple" { "倍" } else { unit }.to_owned(),
            due: DueYear::Year(2025),
            soft: false,
        };
        let baseline = (base != "_").then(|| Baseline { value: base.parse().unwrap(), period: None });
        Indicator {
            id: "I001".to_owned(),
            name: "虚构指标".to_owned(),
            group: String::new(),
            unit: unit.to_owned(),
            kind: IndicatorKind::NotStated,
            measure: measure.parse().unwrap(),
            direction: None,
            baseline,
            targets: vec![target],
        }
    }

    fn years(values: &str) -> Vec<YearShare> {
        (2021..).zip(values.split(' ')).filter(|(_, v)| *v != "_").map(|(y, v)| (y, v.parse().unwrap())).collect()
    }

    #[test]
    fn an_even_split_adds_up_and_passes_its_own_check() {
        let cases = [
            ("cumulative 家 _ =100", "20 20 20 20 20"),
            ("cumulative 家 _ =103", "20 20 21 21 21"),
            ("cumulative 亿元 _ =0.7", "0.1 0.1 0.1 0.2 0.2"),
            ("level % 60 =75", "63 66 69 72 75"),
            ("level % 1.92 <=1.75", "1.89 1.85 1.82 1.78 1.75"),
            ("yearly_growth % _ =7.5", "7.5 7.5 7.5 7.5 7.5"),
            ("cumulative_fall % _ =14.5", "3.09 3.09 3.09 3.09 3.09"),
            ("cumulative_rise 个百分点 _ =5", "1 1 1 1 1"),
            ("hold_each_year % _ <=5.5", "5.5 5.5 5.5 5.5 5.5"),
            ("multiple 亿元 100 =2", "114.9 132 151.6 174.1 200"),
            ("coverage % 40 =100", "52 64 76 88 100"),
            ("zero 个 10 =0", "8 6 4 2 0"),
        ];
        for (row, expected) in cases {
            let indicator = indicator(row);
            let split = even_years(&indicator, period()).unwrap_or_else(|e| panic!("{row}: {e:?}"));
            assert_eq!(split, years(expected), "{row}");
            assert_eq!(check_years(&indicator, period(), &split), Ok(vec![]), "{row}");
        }
    }

    #[test]
    fn a_course_shifts_the_way_and_keeps_the_whole() {
        // Four fifths by the middle of the way.
        let front = |at: usize, count: usize| {
            let points = [0, 30, 55, 75, 90, 100];
            (count == 5).then(|| Decimal::from(points[at]))
        };
        let cases = [
            ("cumulative 家 _ =100", "30 25 20 15 10"),
            ("cumulative 家 _ =7", "2 2 1 1 1"),
            ("level % 60 =75", "64 68 71 74 75"),
            ("cumulative_fall % _ =14.5", "4.6 3.85 3.09 2.33 1.56"),
            ("yearly_growth % _ =7.5", "7.5 7.5 7.5 7.5 7.5"),
            ("multiple 亿元 100 =2", "123.1 146.4 168.2 186.6 200"),
        ];
        for (row, expected) in cases {
            let indicator = indicator(row);
            let split = curved_years(&indicator, period(), front).unwrap_or_else(|e| panic!("{row}: {e:?}"));
            assert_eq!(split, years(expected), "{row}");
            assert_eq!(check_years(&indicator, period(), &split), Ok(vec![]), "{row}");
        }
    }

    #[test]
    fn what_is_due_every_year_is_no_sum() {
        let mut yearly = indicator("cumulative 家 _ =100");
        yearly.targets[0].due = DueYear::EveryYear;
        assert_eq!(even_years(&yearly, period()).unwrap(), years("100 100 100 100 100"));
        let gaps = check_years(&yearly, period(), &years("100 100 90 100 100")).unwrap();
        assert!(gaps[0].problem.message.contains("2023 年的目标 90家 没有守住"), "{gaps:?}");
    }

    #[test]
    fn yearly_targets_are_totals_by_the_end_of_each_year() {
        let cases = [
            ("cumulative 家 _ =100", "20 20 20 20 20", "20 40 60 80 100"),
            ("cumulative 家 _ =100", "20 _ 20 20 20", "20"),
            ("cumulative_fall % _ =19", "10 10", "10 19"),
            ("level % 60 =75", "63 _ 69", "63 _ 69"),
            ("yearly_growth % _ =7.5", "7 8", "7 8"),
        ];
        for (row, given, expected) in cases {
            assert_eq!(by_year_end(&indicator(row), period(), &years(given)), Ok(years(expected)), "{row}");
        }
    }

    #[test]
    fn every_gap_is_named_with_its_amount() {
        let cases = [
            ("cumulative 家 _ =100", "20 20 20 20 15", "各年合计 95家，比目标 100家 少 5家"),
            ("cumulative 家 _ =100", "20 20 20 20 25", "各年合计 105家，比目标 100家 多 5家"),
            ("cumulative 家 _ <=100", "30 30 30 30 30", "各年合计 150家，比目标 100家 多 50家"),
            ("cumulative 家 _ =100", "20 _ 20 20 20", "2022 年没有年度目标"),
            ("yearly_growth % _ =7", "7 7 7 7 6", "连乘后年均 6.799%，比目标 7% 低 0.2008 个百分点"),
            ("cumulative_fall % _ =13.5", "2.7 2.7 2.7 2.7 2.7", "累计下降 12.79%，比目标 13.5% 少 0.7096 个百分点"),
            (
                "hold_each_year % _ <=5.5",
                "5.5 5.6 5.5 5.5 5.5",
                "2022 年的目标 5.6% 没有守住每年都要达到的 5.5%，相差 0.1个百分点",
            ),
            ("level % 60 =75", "63 66 69 72 74", "2025 年的目标 74%，比目标 75% 少 1个百分点"),
            ("level % 60 =75", "63 62 69 72 75", "2022 年的目标 62% 比2021 年的 63% 倒退 1个百分点"),
            ("level % 60 =75", "59 66 69 72 75", "2021 年的目标 59% 比基期的 60% 倒退 1个百分点"),
        ];
        for (row, values, said) in cases {
            let gaps = check_years(&indicator(row), period(), &years(values)).unwrap();
            assert_eq!(gaps.len(), 1, "{row}: {gaps:?}");
            assert!(gaps[0].problem.message.contains(said), "{row}: {}", gaps[0].problem.message);
        }
        let outside = check_years(&indicator("level % 60 =75"), period(), &[(2026, Decimal::from(80))]).unwrap();
        assert!(outside.iter().any(|gap| gap.problem.code == "breakdown-year-outside"), "{outside:?}");
    }

    #[test]
    fn what_cannot_be_split_says_why() {
        let cases = [
            ("rank 位 _ =10", Unsplit::NoArithmetic),
            ("yes_no 项 _ =1", Unsplit::NoArithmetic),
            ("level % _ =75", Unsplit::BaseMissing),
            ("multiple 亿元 _ =2", Unsplit::BaseMissing),
            ("multiple 亿元 0 =2", Unsplit::NoNumber),
        ];
        for (row, why) in cases {
            assert_eq!(even_years(&indicator(row), period()), Err(why), "{row}");
        }
    }

    #[test]
    fn only_counts_and_amounts_are_shared_out() {
        let shares = |values: &[i64]| -> Vec<(String, Decimal)> {
            values.iter().enumerate().map(|(n, v)| (format!("{n}镇"), Decimal::from(*v))).collect()
        };
        let count = indicator("cumulative 家 _ =100");
        let whole = Decimal::from(30);
        assert_eq!(check_shares(&count, whole, &shares(&[10, 20])), Ok(None));
        let gap = check_shares(&count, whole, &shares(&[10, 12])).unwrap().unwrap();
        assert!(
            gap.problem.message.contains("2 个单位（0镇、1镇）合计 22家，比目标 30家 少 8家"),
            "{}",
            gap.problem.message
        );
        for row in
            ["level % 60 =75", "level 万元/人 14 =20", "rank 位 _ =10", "yearly_growth % _ =7", "level 岁 79 =81"]
        {
            assert!(!is_additive(&indicator(row)), "{row}");
            assert!(check_shares(&indicator(row), whole, &shares(&[10, 20])).is_err(), "{row}");
        }
        assert!(is_additive(&indicator("level 亿元 400 =600")));
    }
}
