//! From what was found in a text to the register of indicators.
//!
//! Mentions of the same measure (same name, unit and class, or names that the
//! dictionary knows to be one indicator) become one indicator with every distinct
//! target. Contradictions are listed, not resolved; a kind or a baseline is there
//! only where the text gives it, a direction also where the dictionary does.

mod beside;
pub mod dictionary;
mod kinds;
mod links;
mod measures;
mod rebuild;

use std::collections::HashMap;

use document_reader::Source;
use plan_assessment::is_points;
use plan_extraction::Extraction;
use plan_model::{
    Baseline, Commitment, CommitmentClass, Comparison, Direction, DueYear, Indicator, IndicatorKind, Intent, Measure,
    Place, PlanPeriod, Problem, Target, plain,
};

pub use measures::measure_of;
pub use rebuild::Rebuilder;

use self::{
    dictionary::{Dictionary, DictionaryLink, Found},
    links::{Group, same_target},
    measures::Arithmetic,
};
use crate::{
    confirm::WorkItemRecord,
    records::{CommitmentRecord, FactRecord, NewIndicator, Register},
};

/// Two names are the same when nothing but spacing, quotation marks, brackets
/// or the width of characters tells them apart.
pub fn name_key(name: &str) -> String {
    let folded = name.chars().filter(|c| !c.is_whitespace()).map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '“' | '”' | '„' | '‟' => '"',
        other => other,
    });
    folded.filter(|c| *c != '"').flat_map(char::to_lowercase).collect()
}

/// What tells measures apart where the dictionary knows of nothing: mentions with
/// the same key are one indicator.
pub type MeasureKey = (String, String, CommitmentClass);

/// The key of the measure a commitment speaks of.
pub fn measure_key(found: &Commitment) -> MeasureKey {
    (name_key(&found.name), found.target.unit.clone(), found.class)
}

/// The id of the indicator with this number.
pub fn indicator_id(number: usize) -> String {
    format!("I{number:03}")
}

/// What a register is made with, beside the text.
#[derive(Debug, Clone, Copy)]
pub struct Making<'a> {
    /// The plan's years: they order the targets and pick the base year.
    pub period: PlanPeriod,
    /// The plan's title: 全区 in the plan of a district is the plan's own scope.
    pub title: &'a str,
    /// The indicators that are known.
    pub dictionary: &'a Dictionary,
    /// The line of the heading under which an attached indicator table stands.
    pub attached: Option<u32>,
}

/// Builds the register of a plan.
pub fn build(source: &Source, found: Extraction, making: Making<'_>) -> Register {
    let mut problems: Vec<Problem> = source.problems.clone();
    problems.extend(found.problems.into_iter().filter(|problem| !source.problems.contains(problem)));
    let stated_kinds = kinds::stated(source, &found.kinds);
    let mut bases: HashMap<usize, Vec<u32>> = HashMap::new();
    for (commitment, fact) in &found.bases {
        bases.entry(*commitment).or_default().push(number(*fact));
    }
    let facts: Vec<FactRecord> = (1..).zip(found.facts).map(|(number, fact)| FactRecord { number, fact }).collect();

    let mentions: Vec<&Commitment> = found.commitments.iter().collect();
    let groups = links::groups(&mentions, making.dictionary, making.dictionary.own_level(making.title));
    let mut indicator_of: HashMap<usize, String> = HashMap::new();
    for (place, group) in groups.iter().enumerate() {
        indicator_of.extend(group.members.iter().map(|index| (*index, indicator_id(place + 1))));
    }
    let mut commitments = Vec::with_capacity(found.commitments.len());
    for (index, commitment) in found.commitments.into_iter().enumerate() {
        let chapter = source.chapter(commitment.anchor.line).map(|h| h.title.clone()).unwrap_or_default();
        let bases = bases.remove(&index).unwrap_or_default();
        let indicator = indicator_of.remove(&index).unwrap_or_default();
        commitments.push(CommitmentRecord { number: number(index), indicator, chapter, bases, commitment });
    }
    let indicators = groups.iter().enumerate().filter_map(|(place, group)| {
        let members: Vec<&CommitmentRecord> = group.members.iter().filter_map(|i| commitments.get(*i)).collect();
        let id = indicator_id(place + 1);
        let period = making.period;
        let maker = Maker { id: &id, members: &members, group, facts: &facts, period, kinds: &stated_kinds };
        maker.indicator(&mut problems)
    });
    let indicators = indicators.collect();
    problems.extend(beside::contradictions(source, &commitments, (making.dictionary, making.attached)));
    let work = (1..).zip(found.work).map(|(number, item)| {
        let chapter = source.chapter(item.anchor.line).map(|h| h.title.clone()).unwrap_or_default();
        WorkItemRecord { number, chapter, item }
    });
    Register { indicators, commitments, work: work.collect(), facts, quantities: found.quantities, problems }
}

/// The number people see for the index of a row.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}

/// Makes one indicator of its mentions.
struct Maker<'a> {
    id: &'a str,
    members: &'a [&'a CommitmentRecord],
    group: &'a Group<'a>,
    facts: &'a [FactRecord],
    period: PlanPeriod,
    kinds: &'a kinds::Stated,
}

impl Maker<'_> {
    fn indicator(&self, problems: &mut Vec<Problem>) -> Option<NewIndicator> {
        let first = self.members.first()?;
        let targets = self.targets(problems);
        let (measure, measure_supplied) = self.measure(targets.last(), problems);
        let unit = self.unit(&first.commitment, &measure);
        let (baseline, base_fact) = self.baseline(&unit, problems);
        let (direction, direction_supplied) = self.direction(baseline.as_ref(), problems);
        let dictionary = self.link().map(|found| DictionaryLink {
            entry: found.entry.name.clone(),
            strength: found.strength,
            direction_supplied,
            measure_supplied,
            also: self.other_names(),
        });
        let indicator = Indicator {
            id: self.id.to_owned(),
            name: first.commitment.name.clone(),
            group: first.chapter.clone(),
            unit,
            kind: self.kind(problems),
            measure,
            direction,
            baseline,
            targets,
        };
        let mentions = self.members.iter().map(|m| m.number).collect();
        Some(NewIndicator { indicator, mentions, base_fact, dictionary })
    }

    fn link(&self) -> Option<&Found<'_>> {
        self.group.link.as_ref()
    }

    /// The names of the mentions but the first one's, each once.
    fn other_names(&self) -> Vec<String> {
        let mut known: Vec<String> = self.commitments().take(1).map(|c| name_key(&c.name)).collect();
        let mut others = Vec::new();
        for name in self.commitments().map(|c| &c.name) {
            let key = name_key(name);
            if !known.contains(&key) {
                known.push(key);
                others.push(name.clone());
            }
        }
        others
    }

    fn commitments(&self) -> impl Iterator<Item = &Commitment> {
        self.members.iter().map(|member| &member.commitment)
    }

    fn problem(&self, code: &str, what: String, hint: &str) -> Problem {
        let line = self.members.first().map_or(1, |m| m.commitment.anchor.line);
        let name = self.commitments().next().map_or("", |c| c.name.as_str());
        let message = format!("指标 {}“{name}”（第 {} 行）{what}", self.id, self.lines());
        Problem::new(code, Place::Line(line), message, hint)
    }

    fn lines(&self) -> String {
        let mut lines: Vec<u32> = self.commitments().map(|c| c.anchor.line).collect();
        lines.dedup();
        lines.iter().map(u32::to_string).collect::<Vec<_>>().join("、")
    }

    /// The mentions, each with its arithmetic.
    fn told(&self) -> impl Iterator<Item = (&Commitment, &Arithmetic)> {
        self.commitments().zip(&self.group.measures)
    }

    /// Every distinct target, the final one last. A mention without a year is
    /// the same target as a dated one with the same value.
    fn targets(&self, problems: &mut Vec<Problem>) -> Vec<Target> {
        let mut targets: Vec<Target> = Vec::new();
        for target in self.told().map(|(commitment, arithmetic)| arithmetic.target(commitment)) {
            if !targets.iter().any(|known| same_target(known, &target)) {
                targets.push(target);
            }
        }
        let dated = targets.clone();
        targets.retain(|target| {
            let same = |other: &Target| same_target(other, &Target { due: other.due, ..target.clone() });
            target.due != DueYear::NotStated
                || !dated.iter().any(|other| matches!(other.due, DueYear::Year(_)) && same(other))
        });
        targets.sort_by_key(|target| match target.due {
            DueYear::EveryYear => (i16::MIN, 0),
            DueYear::NotStated => (self.period.last_year(), 0),
            DueYear::Year(year) => (year, 1),
        });
        let mut said: Vec<DueYear> = Vec::new();
        for due in targets.iter().map(|t| t.due) {
            let same_time: Vec<&Target> = targets.iter().filter(|t| t.due == due).collect();
            if same_time.len() > 1 && !said.contains(&due) {
                said.push(due);
                let values: Vec<String> = same_time.iter().map(|t| written(t)).collect();
                let what = format!("同一时点有不同的目标：{}", values.join("、"));
                problems.push(self.problem("targets-differ", what, "均已保留；请核对原文，以哪一处为准"));
            }
        }
        targets
    }

    /// The arithmetic of the mention that gives the final target, and whether it
    /// is only the dictionary's.
    fn measure(&self, last: Option<&Target>, problems: &mut Vec<Problem>) -> (Measure, bool) {
        let measures = &self.group.measures;
        let chosen = self.told().find(|(commitment, arithmetic)| Some(&arithmetic.target(commitment)) == last);
        let chosen = chosen.map_or(Measure::Level, |(_, arithmetic)| arithmetic.measure.clone());
        if let Some(other) = measures.iter().find(|other| other.measure != chosen) {
            let what = format!("各处说法的算法不同：{} 与 {}", chosen.word(), other.measure.word());
            problems.push(self.problem("measures-differ", what, "已按最终目标的说法；如不妥请在指标页面改正"));
        }
        if let Some(found) = self.link()
            && self.commitments().any(|c| links::measure_differs(found, c))
        {
            let what = format!("的算法与指标词典中“{}”通常的不同：{}", found.entry.name, chosen.word());
            problems.push(self.problem("dictionary-measure-differs", what, "已按原文；请核对说的是不是同一个指标"));
        }
        let supplied = measures.iter().all(|arithmetic| arithmetic.supplied);
        (chosen, supplied)
    }

    fn kind(&self, problems: &mut Vec<Problem>) -> IndicatorKind {
        let kind = self.kinds.kind_of(self.members);
        if kind.is_none() {
            let what = "有的地方是约束性、有的是预期性".to_owned();
            problems.push(self.problem("kinds-differ", what, "按未注明处理；请核对后在指标页面选定"));
        }
        kind.unwrap_or_default()
    }

    /// Which way is better by the text, else by the dictionary, and whether it is
    /// the dictionary's. 达到 alone says less than the dictionary: 达到35微克 of
    /// what should be low is reached from above.
    fn direction(&self, base: Option<&Baseline>, problems: &mut Vec<Problem>) -> (Option<Direction>, bool) {
        let mut stated: Vec<Direction> =
            self.told().filter_map(|(c, arithmetic)| direction_of(c, arithmetic)).collect();
        stated.dedup();
        let class = self.commitments().next().map_or(CommitmentClass::Numeric, |c| c.class);
        let usual = links::direction(self.link(), class);
        match stated.as_slice() {
            [] => {
                let held_down = self.commitments().any(is_held_down).then_some(Direction::Lower);
                let said = held_down.or_else(|| self.reached_from_below(base).then_some(Direction::Higher));
                (usual.or(said), usual.is_some() && usual != said)
            }
            [one] => {
                // What is taken away is no contradiction to the level that should be low.
                let of_level = self.group.measures.iter().all(|arithmetic| arithmetic.direction.is_none());
                if let Some((usual, found)) = usual.filter(|usual| of_level && usual != one).zip(self.link()) {
                    let word = |direction| if direction == Direction::Higher { "越高越好" } else { "越低越好" };
                    let what = format!("按原文{}，指标词典中“{}”通常{}", word(*one), found.entry.name, word(usual));
                    problems.push(self.problem("dictionary-direction-differs", what, "已按原文；请核对原文和指标"));
                }
                (Some(*one), false)
            }
            _ => {
                let what = "的方向有的越高越好、有的越低越好".to_owned();
                problems.push(self.problem("directions-differ", what, "未设方向；请在指标页面选定"));
                (None, false)
            }
        }
    }

    /// 达到75%: a level to be reached, so more is better (rulebook, section 2), unless
    /// the text's own base already lies above it.
    fn reached_from_below(&self, base: Option<&Baseline>) -> bool {
        self.commitments().all(|c| {
            let level = c.class == CommitmentClass::Numeric
                && c.intent == Intent::Reach
                && c.target.comparison == Comparison::Equal;
            let below = base.zip(c.target.value).is_none_or(|(base, value)| base.value <= value);
            level && below && c.quote.contains('达')
        })
    }

    /// The unit of its figures: that of the target, but a level's where the target is a
    /// change of it (提高2个百分点 of a share in percent, 翻一番 of an amount in 亿元).
    fn unit(&self, first: &Commitment, measure: &Measure) -> String {
        let said = first.target.unit.clone();
        let usual = || self.link().and_then(|found| found.entry.units.first().cloned());
        match measure {
            Measure::CumulativeFall | Measure::CumulativeRise if is_points(&said) => "%".to_owned(),
            Measure::Multiple => self.unit_of_bases().or_else(usual).unwrap_or(said),
            // 零增长 of what comes in tons; of money only a rate can be compared.
            Measure::YearlyGrowth if first.class == CommitmentClass::Zero => {
                usual().filter(|unit| !unit.ends_with('元')).unwrap_or_else(|| "%".to_owned())
            }
            // 全部淘汰 counts what is left.
            Measure::Zero if first.class == CommitmentClass::Coverage => String::new(),
            _ => said,
        }
    }

    /// The facts that the text gives as bases of its mentions.
    fn bases(&self) -> impl Iterator<Item = &FactRecord> {
        let numbers = self.members.iter().flat_map(|m| &m.bases);
        numbers.filter_map(|n| self.facts.iter().find(|f| f.number == *n))
    }

    /// The one unit of these facts.
    fn unit_of_bases(&self) -> Option<String> {
        let mut units = self.bases().map(|base| base.fact.value.unit.as_str());
        let first = units.next()?;
        units.all(|other| other == first).then(|| first.to_owned())
    }

    /// The base the text gives: of the latest time up to the year before the plan.
    fn baseline(&self, unit: &str, problems: &mut Vec<Problem>) -> (Option<Baseline>, Option<u32>) {
        let (fitting, others): (Vec<&FactRecord>, Vec<&FactRecord>) =
            self.bases().partition(|f| same_unit(&f.fact.value.unit, unit) && f.fact.value.value.is_some());
        if let (true, Some(other)) = (fitting.is_empty(), others.first()) {
            let what = format!("的现状“{}”单位与目标不同", other.fact.quote);
            problems.push(self.problem("base-unit-differs", what, "未设基期；请在指标页面填写基期值"));
        }
        let year = |f: &FactRecord| f.fact.period.map_or(self.period.base_year(), |p| p.year());
        let usable = || fitting.iter().filter(|f| year(f) <= self.period.base_year());
        let Some(latest) = usable().map(|f| year(f)).max() else { return (None, None) };
        let candidates: Vec<&&FactRecord> = usable().filter(|f| year(f) == latest).collect();
        let Some(first) = candidates.first() else { return (None, None) };
        if candidates.iter().any(|f| f.fact.value.value != first.fact.value.value) {
            let values: Vec<String> = candidates.iter().map(|f| written(&f.fact.value)).collect();
            let what = format!("的现状有不同的数：{}", values.join("、"));
            problems.push(self.problem("bases-differ", what, "未设基期；请核对后在指标页面填写基期值"));
            return (None, None);
        }
        let baseline = first.fact.value.value.map(|value| Baseline { value, period: first.fact.period });
        (baseline, Some(first.number))
    }
}

/// Which way is better, where the words say it. What is done to an amount says more
/// than the level: 减排 is the more the better, unless a bound from above makes the
/// total an allowance.
fn direction_of(found: &Commitment, arithmetic: &Arithmetic) -> Option<Direction> {
    let bounded = matches!(found.target.comparison, Comparison::AtMost | Comparison::LessThan);
    if let Some(direction) = arithmetic.direction.filter(|_| !bounded) {
        return Some(direction);
    }
    if found.class != CommitmentClass::Numeric {
        return None;
    }
    match (found.target.comparison, found.intent) {
        _ if bounded => Some(Direction::Lower),
        (_, Intent::LowerTo | Intent::FallBy) => Some(Direction::Lower),
        (Comparison::AtLeast | Comparison::MoreThan, _) => Some(Direction::Higher),
        (_, Intent::RaiseTo | Intent::RiseBy | Intent::Grow) => Some(Direction::Higher),
        _ => None,
    }
}

/// 控制在3%左右: bounded from above, where nothing else says which way is better.
/// 保持在3%左右 is not.
fn is_held_down(found: &Commitment) -> bool {
    let held = found.class == CommitmentClass::Numeric && found.intent == Intent::Hold;
    held && found.target.comparison == Comparison::About && ["控制", "限制"].iter().any(|w| found.quote.contains(w))
}

/// 迈上1000亿台阶 and 653亿元 are in one unit: money is often written without its 元.
fn same_unit(a: &str, b: &str) -> bool {
    let bare = |unit: &str| unit.strip_suffix('元').unwrap_or(unit).to_owned();
    a == b || bare(a) == bare(b)
}

/// A target as people write it: `>= 80 %（2025 年）`.
fn written(target: &Target) -> String {
    let value = match (target.value, target.value_high) {
        (Some(low), Some(high)) => format!("{}至{}", plain(low), plain(high)),
        (Some(value), None) => plain(value),
        (None, _) => "未写数值".to_owned(),
    };
    let soft = if target.soft { "（力争）" } else { "" };
    format!("{} {value}{}{soft}", target.comparison, target.unit)
}

#[cfg(test)]
mod tests;
