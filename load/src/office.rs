//! What stands in the database before the load: invented plans with figures.

use document_reader::{Format, Line, Role, Source};
use plan_model::{
    Anchor, Baseline, Commitment, CommitmentClass, Comparison, Confidence, DueYear, Indicator, IndicatorKind, Intent,
    Measure, Period, Standing, Target,
};
use plan_store::Store;
use plan_workflow::{
    Timestamp,
    accounts::{self, NewUser},
    permissions::Actor,
    records::{
        CommitmentRecord, FigureBatch, NewFigure, NewIndicator, NewPlan, PlanHead, PlanId, PlanKind, Register, Repeat,
    },
    storage::{Stamp, Storage as _},
};

use crate::http::Failure;

/// Plans stored.
pub const PLANS: usize = 20;
/// Indicators of each.
pub const INDICATORS: usize = 100;
/// Months with figures of each indicator before the load: 20 × 100 × 100 = 200,000.
pub const MONTHS: usize = 100;
/// The account that all connections use.
pub const LOGIN: (&str, &str) = ("load-planner", "虚构的负载密码-2026");

/// The id of the n-th indicator, from 1.
pub fn indicator_id(n: usize) -> String {
    format!("I{n:03}")
}

/// The m-th month, from 0.
pub fn month(m: usize) -> String {
    format!("{}-{:02}", 2021 + m / 12, m % 12 + 1)
}

fn target() -> Target {
    Target {
        comparison: Comparison::AtLeast,
        value: Some(100.into()),
        value_high: None,
        unit: "家".to_owned(),
        due: DueYear::Year(2030),
        soft: false,
    }
}

fn indicator(n: usize) -> Result<NewIndicator, Failure> {
    Ok(NewIndicator {
        indicator: Indicator {
            id: indicator_id(n),
            name: format!("虚构指标{n}"),
            group: format!("第{}章", n / 20 + 1),
            unit: "家".to_owned(),
            kind: IndicatorKind::Expected,
            measure: Measure::Level,
            direction: None,
            baseline: Some(Baseline { value: 10.into(), period: Some("2020".parse()?) }),
            targets: vec![target()],
        },
        mentions: vec![u32::try_from(n)?],
        base_fact: None,
        dictionary: None,
    })
}

fn commitment(n: usize) -> Result<CommitmentRecord, Failure> {
    Ok(CommitmentRecord {
        number: u32::try_from(n)?,
        indicator: indicator_id(n),
        chapter: format!("第{}章", n / 20 + 1),
        bases: vec![],
        commitment: Commitment {
            name: format!("虚构指标{n}"),
            class: CommitmentClass::Numeric,
            target: target(),
            intent: Intent::Reach,
            anchor: Anchor { line: 1, start: 0, end: 3 },
            quote: format!("虚构指标{n}达到100家"),
            rule: "load".to_owned(),
            confidence: Confidence::Certain,
        },
    })
}

fn plan(number: usize) -> Result<NewPlan, Failure> {
    let line = Line { text: "虚构的一行。".repeat(10), role: Role::Body, body_start: 0, glued_box: None };
    Ok(NewPlan {
        head: PlanHead {
            title: format!("虚构规划{number}"),
            jurisdiction: format!("9901{:02}", number + 1),
            period: "2021-2030".parse()?,
            kind: PlanKind::Outline,
            parent: None,
        },
        file_name: "load.txt".to_owned(),
        text_digest: number.to_string(),
        source: Source {
            format: Format::Txt,
            encoding: "UTF-8".to_owned(),
            lines: vec![line; 300],
            headings: vec![],
            tables: vec![],
            problems: vec![],
        },
        register: Register {
            work: Vec::new(),
            indicators: (1..=INDICATORS).map(indicator).collect::<Result<_, Failure>>()?,
            commitments: (1..=INDICATORS).map(commitment).collect::<Result<_, Failure>>()?,
            facts: vec![],
            quantities: vec![],
            problems: vec![],
        },
        links: vec![],
        again: false,
    })
}

/// Fills an empty database; answers the plans.
pub async fn furnish(url: &str, now: Timestamp) -> Result<Vec<PlanId>, Failure> {
    let store = Store::connect(url, now).await?;
    let stamp = Stamp { actor: "load".to_owned(), at: now };
    let mut plans = Vec::new();
    for number in 0..PLANS {
        let plan = store.create_plan(stamp.clone(), plan(number)?).await?;
        let mut figures = Vec::with_capacity(INDICATORS * MONTHS);
        for m in 0..MONTHS {
            let period: Period = month(m).parse()?;
            for n in 1..=INDICATORS {
                figures.push(NewFigure {
                    indicator: indicator_id(n),
                    period,
                    value: i64::try_from(10 + m)?.into(),
                    standing: Standing::Reported,
                    source: "月报".to_owned(),
                    note: String::new(),
                    seen: None,
                });
            }
        }
        let batch = FigureBatch { plan, figures, repeat: Repeat::AnyVintage, origin: String::new(), dry_run: false };
        store.record_figures(stamp.clone(), batch).await?;
        plans.push(plan);
    }
    let (name, password) = LOGIN;
    let user = NewUser { name: name.to_owned(), role: "planner".to_owned(), password: password.to_owned() };
    accounts::add_user(&store, &Actor::new("load", "planner"), now, user, [7; 32]).await?;
    store.close().await;
    Ok(plans)
}
