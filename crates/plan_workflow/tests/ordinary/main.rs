//! The sentences that plans are made of, from their words to their verdicts: what is
//! clearly ahead must never be called behind, and what is clearly behind never in line.
//!
//! Every row of `sentences.tsv` is an invented promise of a plan from 2021 to 2025 with
//! the figure of 2020 where one is needed, figures of 2021 and 2022 that are clearly
//! ahead and others that are clearly behind, all in the unit that the indicator must
//! have. Each is imported as a plan of its own and judged at the end of 2022.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use plan_assessment::{DEFAULT_RULE_SET, Question, ready_rule_set};
use plan_model::{Indicator, Observation, Period, PlanPeriod, Standing, Status};
use plan_workflow::import::{ImportRequest, preview};

const TITLE: &str = "云岭县国民经济和社会发展第十四个五年规划纲要";

fn period() -> PlanPeriod {
    "2021-2025".parse().unwrap()
}

/// The one indicator that the sentence becomes.
fn indicator(sentence: &str) -> Result<Indicator, String> {
    let text = format!("{TITLE}\n第一章 主要目标\n到2025年，{sentence}。\n");
    let request = ImportRequest {
        title: None,
        jurisdiction: "云岭县".to_owned(),
        period: Some(period()),
        kind: plan_workflow::records::PlanKind::Outline,
        parent: None,
    };
    let register = preview(request, "plan.txt", text.as_bytes()).unwrap().register;
    match register.indicators.as_slice() {
        [one] => Ok(one.indicator.clone()),
        others => Err(format!("{} indicators", others.len())),
    }
}

/// Its status at the end of 2022, and why.
fn status(indicator: &Indicator, figures: &[(i16, &str)]) -> (Status, String) {
    let observation = |(year, value): &(i16, &str)| Observation {
        indicator: indicator.id.clone(),
        period: Period::Year(*year),
        value: value.parse().unwrap(),
        standing: Standing::Statistical,
        vintage: 1,
        source: "统计公报".to_owned(),
        note: String::new(),
    };
    let observations: Vec<Observation> = figures.iter().map(observation).collect();
    let question = Question {
        indicators: std::slice::from_ref(indicator),
        observations: &observations,
        breaks: &[],
        agreed: &[],
        nodes: &[],
        period: Some(period()),
        as_of: "2022-12-31".parse().unwrap(),
    };
    let rules = ready_rule_set(DEFAULT_RULE_SET).unwrap();
    let verdict = plan_assessment::assess(&question, rules).pop().unwrap();
    (verdict.status, verdict.trail.reason.zh)
}

/// The figures of a row: that of 2020, where there is one, and those of the two years after.
fn figures<'a>(base: &'a str, years: &'a str) -> Vec<(i16, &'a str)> {
    let base = (!base.is_empty()).then_some((2020, base));
    base.into_iter().chain((2021..).zip(years.split(' '))).collect()
}

/// What is wrong with a row.
fn wrong(row: &str) -> Vec<String> {
    let [sentence, measure, unit, base, ahead, behind] = row.split('\t').collect::<Vec<_>>()[..] else {
        panic!("six cells: {row}")
    };
    let found = match indicator(sentence) {
        Ok(found) => found,
        Err(what) => return vec![format!("{sentence}: {what}")],
    };
    let mut wrong = Vec::new();
    if (found.measure.to_string().as_str(), found.unit.as_str()) != (measure, unit) {
        wrong.push(format!("{sentence}: {} in “{}”, not {measure} in “{unit}”", found.measure, found.unit));
    }
    for (what, years, fits) in
        [("ahead", ahead, &["reached_early", "faster", "in_line"][..]), ("behind", behind, &["behind"][..])]
    {
        let (status, reason) = status(&found, &figures(base, years));
        if !fits.contains(&status.code.as_str()) {
            wrong.push(format!("{sentence}: {what} is {} ({})：{reason}", status.word, status.code));
        }
    }
    wrong
}

#[test]
fn ahead_is_never_behind_and_behind_never_in_line() {
    let rows = include_str!("sentences.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let wrong: Vec<String> = rows.flat_map(wrong).collect();
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
}
