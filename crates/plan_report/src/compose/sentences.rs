//! Sentences computed from verdicts, every number in them bound.

use plan_model::{
    Comparison, Decimal, DueYear, IndicatorKind, Input, InputRole, Measure, Met, Origin, Standing, Status, Target,
};

use super::data::{IndicatorStanding, ReportData, WorkGroup, WorkStanding};
use crate::document::{Number, Run, Word};

/// Digits after the point that a computed number is printed with.
const PLACES: u32 = 2;

/// A share of one as a percentage.
pub(super) fn share(subject: &str, name: &str, part: Decimal) -> Number {
    Number {
        subject: subject.to_owned(),
        name: name.to_owned(),
        value: part.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(part),
        places: Some(1),
        unit: "%".to_owned(),
        unit_shown: true,
        period: None,
        source: "由本报告所列判断计算".to_owned(),
    }
}

/// The share of two counts; none of nothing.
fn ratio(part: usize, all: usize) -> Option<Decimal> {
    Decimal::from(part).checked_div(Decimal::from(all))
}

/// The statuses that occur with their counts, in the order of the rule set.
pub(super) fn tally<'a>(statuses: impl Iterator<Item = &'a Status>) -> Vec<(&'a Status, usize)> {
    let mut found: Vec<(&Status, usize)> = Vec::new();
    for status in statuses {
        match found.iter_mut().find(|(seen, _)| seen.code == status.code) {
            Some((_, count)) => *count += 1,
            None => found.push((status, 1)),
        }
    }
    found.sort_by_key(|(status, _)| (!status.judged, status.order));
    found
}

/// The word of a verdict on something.
pub(super) fn judged(of: &str, status: &Status) -> Run {
    Word { name: format!("{of}（判断）"), words: status.word.clone() }.into()
}

/// 提前实现3项、快于预期5项…; `scope` tells the counts of one chapter from those of another.
pub(super) fn counts<'a>(scope: &str, what: &str, statuses: impl Iterator<Item = &'a Status>) -> Vec<Run> {
    let mut runs = Vec::new();
    for (status, count) in tally(statuses) {
        if !runs.is_empty() {
            runs.push("、".into());
        }
        runs.push(judged(what, status));
        let (subject, name) = (format!("count/{scope}/{}", status.code), format!("{what}{}", status.word));
        runs.push(Number::counted(&subject, &name, count, "项").into());
    }
    runs
}

/// Whether it is a plan of one year, as yearly plans and work reports are.
pub(super) fn of_a_year(data: &ReportData) -> bool {
    data.period.first_year() == data.period.last_year()
}

/// 规划期已过60%, 计划年度已过66.6%。
fn time_passed(data: &ReportData) -> [Run; 2] {
    let span = if of_a_year(data) { "计划年度" } else { "规划期" };
    let name = format!("{span}已过时间");
    [format!("{span}已过").into(), share("time", &name, data.time_passed).into()]
}

/// The paragraphs on the plan as a whole: what is watched, the main indicators, all of them.
pub(super) fn whole(data: &ReportData) -> Vec<Vec<Run>> {
    let (all, main) = (data.indicators.iter().collect::<Vec<_>>(), data.main());
    if all.is_empty() {
        return vec![vec![format!("《{}》没有列入监测的指标。", data.plan).into()]];
    }
    let mut out = vec![watched(data)];
    let stated = all.iter().any(|i| i.indicator.kind != IndicatorKind::NotStated);
    if stated && main.len() < all.len() {
        out.push(conclusion(&main, ("main", "主要指标")));
    }
    out.push(conclusion(&all, ("all", "列入监测的指标")));
    if all.iter().all(|i| !i.verdict.status.judged) {
        return out;
    }
    out.push(vec![format!("以上判断由系统按“{}”规则计算，不是官方评估结论。", data.rule_set).into()]);
    out
}

/// How many indicators of which kind are watched, and how much time has passed.
fn watched(data: &ReportData) -> Vec<Run> {
    let all = &data.indicators;
    let of_kind = |kind| all.iter().filter(|i| i.indicator.kind == kind).count();
    let mut runs: Vec<Run> = vec![
        format!("《{}》列入监测的指标共", data.plan).into(),
        Number::counted("count/indicators", "监测指标", all.len(), "项").into(),
    ];
    let count = |kind: IndicatorKind, word: &str| -> Run {
        Number::counted(&format!("count/kind/{kind}"), &format!("{word}指标"), of_kind(kind), "项").into()
    };
    let stated = [(IndicatorKind::Binding, "约束性"), (IndicatorKind::Expected, "预期性")];
    let stated: Vec<_> = stated.into_iter().filter(|(kind, _)| of_kind(*kind) > 0).collect();
    let rest = of_kind(IndicatorKind::NotStated);
    for (at, (kind, word)) in stated.iter().enumerate() {
        runs.push(if at == 0 { "，其中".into() } else { "、".into() });
        runs.push((*word).into());
        runs.push(count(*kind, word));
    }
    // Where no indicator has a kind there is nothing to tell apart.
    if !stated.is_empty() && rest > 0 {
        runs.push("（以下称主要指标），其余".into());
        runs.push(count(IndicatorKind::NotStated, "未注明属性的"));
        runs.push("未注明属性".into());
    }
    runs.push(format!("。截至{}，", date(data.as_of)).into());
    runs.extend(time_passed(data));
    runs.push("。".into());
    runs
}

/// How some indicators stand: those that can be judged by their verdicts, the others counted.
fn conclusion(all: &[&IndicatorStanding], (scope, what): (&str, &str)) -> Vec<Run> {
    let judged: Vec<&&IndicatorStanding> = all.iter().filter(|i| i.verdict.status.judged).collect();
    let sound = judged.iter().filter(|i| !i.behind).count();
    let met = judged.iter().filter(|i| i.verdict.met == Met::Yes).count();
    let count = |name: &str, word: &str, count: usize| -> Run {
        // The same subject for all indicators as elsewhere in a report.
        let subject = if scope == "all" { format!("count/{name}") } else { format!("count/{scope}/{name}") };
        Number::counted(&subject, &format!("{what}：{word}"), count, "项").into()
    };
    let named = if scope == "all" { "count/indicators".to_owned() } else { format!("count/{scope}") };
    let mut runs: Vec<Run> = vec![what.into(), Number::counted(&named, what, all.len(), "项").into()];
    let (Some(sound_share), Some(met_share)) = (ratio(sound, judged.len()), ratio(met, judged.len())) else {
        runs.push("，目前都无法判断，原因见附件。".into());
        return runs;
    };
    runs.push("，能够判断的".into());
    runs.push(count("judged", "能够判断", judged.len()));
    runs.push("：".into());
    runs.extend(counts(scope, what, judged.iter().map(|i| &i.verdict.status)));
    runs.push("。符合进度要求的".into());
    runs.push(count("sound", "符合进度", sound));
    runs.push("，占".into());
    runs.push(share(&format!("share/{scope}/sound"), &format!("{what}符合进度的比例"), sound_share).into());
    if met > 0 {
        runs.push("；已达到规划目标值的".into());
        runs.push(count("met", "已达目标", met));
        runs.push("，占".into());
        runs.push(share(&format!("share/{scope}/met"), &format!("{what}已达目标的比例"), met_share).into());
    } else {
        runs.push("；尚无达到规划目标值的".into());
    }
    if judged.len() < all.len() {
        runs.push("。其余".into());
        runs.push(count("unjudged", "无法判断", all.len() - judged.len()));
        runs.push("数据不全，无法判断".into());
    }
    runs.push("。".into());
    runs
}

/// 简要结论: the plan as a whole in one paragraph, for a brief of one page.
pub(super) fn brief(data: &ReportData) -> Vec<Run> {
    let all = &data.indicators;
    let judged: Vec<&IndicatorStanding> = all.iter().filter(|i| i.verdict.status.judged).collect();
    let sound = judged.iter().filter(|i| !i.behind).count();
    let mut runs: Vec<Run> = vec![format!("截至{}，《{}》的", date(data.as_of), data.plan).into()];
    runs.extend(time_passed(data));
    runs.extend(["。列入监测的".into(), Number::counted("count/indicators", "监测指标", all.len(), "项").into()]);
    match ratio(sound, judged.len()) {
        Some(sound_share) => {
            runs.push("指标中，能够判断的".into());
            runs.push(Number::counted("count/judged", "能够判断的指标", judged.len(), "项").into());
            runs.push("：".into());
            runs.extend(counts("all", "指标", judged.iter().map(|i| &i.verdict.status)));
            runs.push("；符合进度要求的占".into());
            runs.push(share("share/all/sound", "符合进度的比例", sound_share).into());
        }
        None => runs.push("指标目前都无法判断".into()),
    }
    runs.push("。".into());
    for (group, scope, what) in [(WorkGroup::Task, "tasks", "重点任务"), (WorkGroup::Project, "projects", "重大项目")]
    {
        let works: Vec<&WorkStanding> = data.work.iter().filter(|w| w.group == group).collect();
        let judged = works.iter().filter(|w| w.status.judged);
        if works.is_empty() {
            continue;
        }
        runs.push(what.into());
        runs.push(Number::counted(&format!("count/{scope}"), what, works.len(), "项").into());
        if judged.clone().next().is_some() {
            runs.push("，其中".into());
            runs.extend(counts(scope, what, judged.map(|w| &w.status)));
        } else {
            runs.push("，目前都无法判断".into());
        }
        runs.push("。".into());
    }
    runs.push("以上判断由系统按规则计算，不是官方结论。".into());
    runs
}

/// One sentence on one indicator: value, base, target, verdict.
pub(super) fn indicator(standing: &IndicatorStanding) -> Vec<Run> {
    let verdict = &standing.verdict;
    let mut runs: Vec<Run> = vec![standing.indicator.name.as_str().into()];
    match value(standing, true) {
        Some(number) => {
            let period = number.period.map(|p| period_words(&p.to_string())).unwrap_or_default();
            // A total or a mean is not the figure of its last year.
            let made = verdict.value.as_ref().map(|judged| judged.made).unwrap_or_default();
            runs.push(
                if made.is_figure() { format!("{period}为") } else { format!("截至{period}{}", made.word()) }.into(),
            );
            runs.push(number.into());
        }
        None => runs.push("尚无可用的监测值".into()),
    }
    if let Some(base) = base(standing, true).filter(|_| starts_from_base(standing)) {
        let period = base.period.map(|p| period_words(&p.to_string())).unwrap_or_default();
        runs.push(format!("（{period}基期").into());
        runs.push(base.into());
        runs.push("）".into());
    }
    let target = spoken_target(standing);
    if !target.is_empty() {
        runs.push("，目标".into());
        runs.extend(target);
    }
    let said = if verdict.status.judged { "判断为" } else { "" };
    runs.push(format!("，{said}").into());
    runs.push(judged(&standing.indicator.name, &verdict.status));
    runs.push("。".into());
    runs
}

/// Whether the way to the target starts at the base. A running total or a fall
/// begins at nothing: the sum of the years before is no start of it.
pub(super) fn starts_from_base(standing: &IndicatorStanding) -> bool {
    let used = standing.verdict.trail.inputs.iter().any(|i| i.role == InputRole::Base);
    used || matches!(standing.indicator.measure, Measure::Level | Measure::Coverage | Measure::Zero | Measure::Multiple)
}

/// 2023 → 2023年, 2023Q2 → 2023年二季度, 2023-06 → 2023年6月.
pub(super) fn period_words(period: &str) -> String {
    if let Some((year, quarter)) = period.split_once('Q') {
        let quarter = match quarter {
            "1" => "一",
            "2" => "二",
            "3" => "三",
            _ => "四",
        };
        return format!("{year}年{quarter}季度");
    }
    match period.split_once('-') {
        Some((year, month)) => format!("{year}年{}月", month.trim_start_matches('0')),
        None => format!("{period}年"),
    }
}

/// 2023-12-31 → 2023年12月31日.
pub(super) fn date(date: jiff::civil::Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// On whose word an input stands, in words.
fn source_of(input: Option<&Input>) -> String {
    match input.map(|i| &i.origin) {
        Some(Origin::Figure { standing, vintage, source }) => {
            let vintage = if *vintage > 1 { format!("（第{vintage}版）") } else { String::new() };
            let colon = if source.is_empty() { "" } else { "：" };
            format!("{}{colon}{source}{vintage}", standing_word(*standing))
        }
        Some(Origin::YearlyPlan { source }) => format!("年度计划：{source}"),
        Some(Origin::Breakdown { source }) => format!("年度分解：{source}"),
        Some(Origin::Register) => "规划文本".to_owned(),
        Some(Origin::RuleSet) => "判断规则".to_owned(),
        None => String::new(),
    }
}

/// The Chinese word of a standing.
pub(super) fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Reported => "自报",
        Standing::Statistical => "统计",
        Standing::Verified => "核查",
    }
}

fn bound(standing: &IndicatorStanding, what: &str, value: Decimal, unit: &str) -> Number {
    // Years of a fall are chained; what else was reckoned has no end.
    let chained = standing.indicator.measure == Measure::CumulativeFall;
    let computed = value.normalize().scale() > if chained { PLACES } else { PLACES + 2 };
    Number {
        subject: format!("I{}/{what}", standing.indicator.id),
        name: standing.indicator.name.clone(),
        value,
        places: computed.then_some(PLACES),
        unit: unit.to_owned(),
        unit_shown: true,
        period: None,
        source: String::new(),
    }
}

/// The figure that was judged.
pub(super) fn value(standing: &IndicatorStanding, unit_shown: bool) -> Option<Number> {
    let judged = standing.verdict.value.as_ref()?;
    let figure = standing.verdict.trail.inputs.iter().rev().find(|i| i.role == InputRole::Figure);
    let number = bound(standing, &format!("value/{}", judged.period), judged.value, &judged.unit);
    Some(Number { unit_shown, period: Some(judged.period), source: source_of(figure), ..number })
}

/// The base that was used, or the one of the register.
pub(super) fn base(standing: &IndicatorStanding, unit_shown: bool) -> Option<Number> {
    let used = standing.verdict.trail.inputs.iter().find(|i| i.role == InputRole::Base);
    let (value, unit, period) = match (used, &standing.indicator.baseline) {
        (Some(input), _) => (input.value, input.unit.as_str(), input.period),
        (None, Some(base)) => (base.value, standing.indicator.unit.as_str(), base.period),
        (None, None) => return None,
    };
    let number = bound(standing, "base", value, unit);
    Some(Number {
        name: format!("{}（基期）", standing.indicator.name),
        unit_shown,
        period,
        source: if used.is_some() { source_of(used) } else { "规划文本".to_owned() },
        ..number
    })
}

/// The target that counts, else the last one of the text, as a table has it: ≥75%, 1—2个.
pub(super) fn target(standing: &IndicatorStanding, unit_shown: bool) -> Vec<Run> {
    counting(standing)
        .map(|target| target_runs(standing, target, (sign(target.comparison), unit_shown)))
        .unwrap_or_default()
}

/// The same in a sentence: 不低于75%.
pub(super) fn spoken_target(standing: &IndicatorStanding) -> Vec<Run> {
    let word = |comparison| match comparison {
        Comparison::AtLeast => "不低于",
        Comparison::MoreThan => "高于",
        Comparison::AtMost => "不高于",
        Comparison::LessThan => "低于",
        Comparison::About => "约",
        Comparison::Equal => "",
    };
    counting(standing).map(|target| target_runs(standing, target, (word(target.comparison), true))).unwrap_or_default()
}

fn counting(standing: &IndicatorStanding) -> Option<&Target> {
    let used = standing.verdict.trail.inputs.iter().find(|i| i.role == InputRole::Target);
    let by_value = |input: &Input| standing.indicator.targets.iter().rev().find(|t| t.value == Some(input.value));
    used.and_then(by_value).or(standing.indicator.targets.last())
}

/// What stands before a target in a table.
pub(super) fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::AtLeast => "≥",
        Comparison::MoreThan => ">",
        Comparison::AtMost => "≤",
        Comparison::LessThan => "<",
        Comparison::About => "约",
        Comparison::Equal => "",
    }
}

fn target_runs(standing: &IndicatorStanding, target: &Target, (sign, unit_shown): (&str, bool)) -> Vec<Run> {
    let unit = if target.unit.is_empty() { &standing.indicator.unit } else { &target.unit };
    let Some(value) = target.value else { return vec!["未量化".into()] };
    let number = |value: Decimal, end: &str, unit_shown: bool| {
        let due = match target.due {
            DueYear::Year(year) => year.to_string(),
            DueYear::EveryYear => "annual".to_owned(),
            DueYear::NotStated => String::new(),
        };
        let number = bound(standing, &format!("target/{due}{end}"), value, unit);
        let period = match target.due {
            DueYear::Year(year) => year.to_string().parse().ok(),
            _ => None,
        };
        let name = format!("{}（目标）", standing.indicator.name);
        Number { name, unit_shown, period, source: "规划文本".to_owned(), places: None, ..number }
    };
    let mut runs: Vec<Run> = Vec::new();
    if !sign.is_empty() {
        runs.push(sign.into());
    }
    match target.value_high {
        Some(high) => {
            runs.push(number(value, "/low", false).into());
            runs.push("—".into());
            runs.push(number(high, "/high", unit_shown).into());
        }
        None => runs.push(number(value, "", unit_shown).into()),
    }
    runs
}
