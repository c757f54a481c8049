//! Everything in a breakdown that does not fit, with its amount.

use plan_assessment::{Arithmetic, Gap, by_year_end, check_shares, check_years, convert_unit, is_points, whole};
use plan_model::{Decimal, DueYear, Indicator, Period, PlanPeriod, plain};

use super::{Breakdown, Yearly, verdicts::amount};
use crate::{assess::Situation, directory::Directory, nodes::Schedules, slice::Use};

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inconsistency {
    /// The commitment: an indicator's id or a work item's.
    pub subject: String,
    /// What it is called.
    pub name: String,
    /// The stable code of the kind of gap.
    pub code: String,
    /// What does not fit, in Chinese, with the amount.
    pub what: String,
    /// What to do, in Chinese.
    pub hint: String,
    /// By how much, where an amount can be named; never negative.
    pub amount: Option<Decimal>,
    /// Its unit.
    pub unit: String,
}

impl Inconsistency {
    fn of(indicator: &Indicator, gap: Gap) -> Self {
        let Gap { problem, amount, unit } = gap;
        let (subject, name) = (indicator.id.clone(), indicator.name.clone());
        Self { subject, name, code: problem.code, what: problem.message, hint: problem.hint, amount, unit }
    }
}

/// What the shares of a year must add up to, in the indicator's unit: the agreed
/// target of the year, else the plan's own where it says it of the year.
pub fn whole_of(indicator: &Indicator, yearly: Option<&Yearly>, period: PlanPeriod, year: i16) -> Option<Decimal> {
    if let Some((value, unit)) = yearly.and_then(|yearly| Some((yearly.of(year)?, yearly.unit.as_str()))) {
        return convert_unit(value, unit, &indicator.unit);
    }
    let goal = whole(indicator, period).ok()?;
    let said = match goal.arithmetic {
        Arithmetic::Same => year <= goal.last,
        Arithmetic::Arrive | Arithmetic::Multiply => year == goal.last,
        Arithmetic::Sum | Arithmetic::Compound | Arithmetic::Chain => false,
    };
    convert_unit(goal.value, &goal.unit, &indicator.unit).filter(|_| said)
}

/// Every gap of a plan's indicators, in the order of the register.
pub fn gaps(situation: &Situation, directory: &Directory) -> Vec<Inconsistency> {
    let mut all = Vec::new();
    for record in situation.records.iter() {
        let looking = Looking { situation, directory, indicator: &record.indicator, breakdown: &situation.breakdown };
        all.extend(looking.gaps());
    }
    all
}

/// Work whose nodes end after the year that its own text names: the commitment,
/// what it is called, and that year.
pub fn late_nodes<'a>(
    schedules: &Schedules,
    work: impl Iterator<Item = (String, &'a str, DueYear)>,
) -> Vec<Inconsistency> {
    let late = work.filter_map(|(subject, name, due)| {
        let DueYear::Year(year) = due else { return None };
        let end = Period::Year(year).last_day();
        let last = schedules.of(&subject)?.agreed.iter().max_by_key(|node| node.planned.due.last_day())?;
        let days = (last.planned.due.last_day() - end).get_days();
        let what =
            format!("节点“{}”（{}）晚于原文时限 {year} 年底 {days} 天", last.planned.deliverable, last.planned.due);
        (days > 0).then(|| Inconsistency {
            subject,
            name: name.to_owned(),
            code: "nodes-late".to_owned(),
            what,
            hint: "请把最后一个节点提前到原文时限以内，或按程序调整规划".to_owned(),
            amount: Some(Decimal::from(days)),
            unit: "天".to_owned(),
        })
    });
    late.collect()
}

struct Looking<'a> {
    situation: &'a Situation,
    directory: &'a Directory,
    indicator: &'a Indicator,
    breakdown: &'a Breakdown,
}

impl Looking<'_> {
    fn gaps(&self) -> Vec<Inconsistency> {
        let (indicator, period) = (self.indicator, self.situation.plan.head.period);
        let mut all = Vec::new();
        if let Some(yearly) = self.breakdown.years(&indicator.id) {
            match check_years(indicator, period, &yearly.years) {
                Ok(gaps) => all.extend(gaps.into_iter().map(|gap| Inconsistency::of(indicator, gap))),
                Err(unsplit) => all.push(self.inconsistency(
                    "breakdown-unsplit",
                    super::why(&unsplit),
                    "指标改动后原有年度目标不再适用；请核对",
                    None,
                )),
            }
            all.extend(self.beside_annual_plans(yearly));
            all.extend(self.beside_the_text(yearly, period));
        }
        all.extend(self.shares(period));
        all
    }

    fn inconsistency(&self, code: &str, what: String, hint: &str, apart: Option<(Decimal, &str)>) -> Inconsistency {
        let (subject, name) = (self.indicator.id.clone(), self.indicator.name.clone());
        let unit = apart.map(|(_, unit)| points(unit)).unwrap_or_default().to_owned();
        let amount = apart.map(|(amount, _)| amount.abs());
        Inconsistency { subject, name, code: code.to_owned(), what, hint: hint.to_owned(), amount, unit }
    }

    /// Annual plans that say otherwise of their year.
    fn beside_annual_plans(&self, yearly: &Yearly) -> Vec<Inconsistency> {
        let goal = whole(self.indicator, self.situation.plan.head.period);
        let sums = goal.is_ok_and(|goal| goal.arithmetic == Arithmetic::Sum);
        let of_this = self.situation.yearly.iter().filter(|target| target.indicator == self.indicator.id);
        let speaks = |used: Use| used == Use::Counts || (sums && used == Use::OtherMeasure);
        let differ = of_this.filter(|target| speaks(target.used)).filter_map(|target| {
            let (value, planned) = (amount(target, &yearly.unit)?, yearly.of(target.year)?);
            let unit = &yearly.unit;
            let what = format!(
                "{} 年的年度分解为 {}{unit}，《{}》第 {} 行为 {}{unit}，相差 {}{}",
                target.year,
                plain(planned),
                target.title,
                target.found.commitment.anchor.line,
                plain(value),
                plain((planned - value).abs()),
                points(unit)
            );
            let hint = "判断时以年度计划为准；请调整年度分解，或核对年度计划";
            (planned != value)
                .then(|| self.inconsistency("breakdown-annual", what, hint, Some((planned - value, unit))))
        });
        differ.collect()
    }

    /// What the plan's own text says otherwise of a year on the way.
    fn beside_the_text(&self, yearly: &Yearly, period: PlanPeriod) -> Vec<Inconsistency> {
        let Ok((goal, by_end)) = whole(self.indicator, period)
            .and_then(|goal| Ok((goal, by_year_end(self.indicator, period, &yearly.years)?)))
        else {
            return Vec::new();
        };
        let differ = self.indicator.targets.iter().filter_map(|target| {
            let DueYear::Year(year) = target.due else { return None };
            let value = convert_unit(
                target.value.filter(|_| target.value_high.is_none() && !target.soft)?,
                &target.unit,
                &yearly.unit,
            )?;
            let (_, planned) = by_end.iter().find(|(of, _)| *of == year && year < goal.last)?;
            let unit = &yearly.unit;
            let what = format!(
                "规划原文到 {year} 年为 {}{unit}，按年度分解为 {}{unit}，相差 {}{}",
                plain(value),
                plain(*planned),
                plain((*planned - value).abs()),
                points(unit)
            );
            let hint = "判断时以规划原文为准；请调整年度分解";
            (*planned != value)
                .then(|| self.inconsistency("breakdown-text", what, hint, Some((*planned - value, unit))))
        });
        differ.collect()
    }

    /// Shares that do not make up their year.
    fn shares(&self, period: PlanPeriod) -> Vec<Inconsistency> {
        let Some(shared) = self.breakdown.shares(&self.indicator.id) else { return Vec::new() };
        let yearly = self.breakdown.years(&self.indicator.id);
        let mut all = Vec::new();
        for year in period.first_year()..=period.last_year() {
            let of_year = shared.shares.iter().filter(|share| share.year == year);
            let named = of_year.map(|share| (self.directory.unit_name(&share.unit).to_owned(), share.value));
            let named: Vec<(String, Decimal)> = named.collect();
            if named.is_empty() {
                continue;
            }
            let Some(whole) = whole_of(self.indicator, yearly, period, year) else {
                let what = format!("{year} 年已分到 {} 个单位，但没有年度目标，无法核对合计", named.len());
                all.push(self.inconsistency("breakdown-shares-alone", what, "请先约定当年的年度目标", None));
                continue;
            };
            match check_shares(self.indicator, whole, &named) {
                Ok(gap) => all.extend(gap.map(|mut gap| {
                    gap.problem.message = format!("{year} 年：{}", gap.problem.message);
                    Inconsistency::of(self.indicator, gap)
                })),
                Err(problem) => all.push(self.inconsistency(&problem.code, problem.message, &problem.hint, None)),
            }
        }
        all
    }
}

/// Between two shares lie percentage points, never percent.
fn points(unit: &str) -> &str {
    if plan_assessment::is_percent(unit) && !is_points(unit) { "个百分点" } else { unit }
}
