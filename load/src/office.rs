//! What stands in the database before the load: invented plans with figures.

use document_reader::{Format, Line, Role, Source};
use jiff::{Span, civil::Date};
use plan_model::{
    Anchor, Baseline, Commitment, CommitmentClass, Comparison, Confidence, DueYear, Indicator, IndicatorKind, Intent,
    Measure, Period, Standing, Target, Unit, UnitId, UnitKind,
};
use plan_store::Store;
use plan_workflow::{
    Timestamp,
    accounts::{self, NewUser},
    collection::{Asked, Frequency, Round, RoundEvent, Rounds},
    directory::{self, DirectoryEvent, Person, Place},
    events::{Append, EventBatch, EventStore as _},
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
/// Units of each plan: 20 × 10 = 200, each leading ten indicators.
pub const UNITS: usize = 10;
/// Rounds of each plan: a unit is asked for ten figures in each, fifty in all.
pub const ROUNDS: usize = 5;
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

/// What an indicator came to in the m-th month: a few percent more each year.
pub fn level(m: usize) -> String {
    (1000 + 5 * m).to_string()
}

/// The account of the unit with this number, from 0.
pub fn reporter(unit: usize) -> String {
    format!("load-unit-{unit}")
}

/// The id of the unit with this number, from 0.
pub fn unit_id(unit: usize) -> String {
    format!("U{}", unit + 1)
}

/// The indicators a unit of a plan leads, from 1.
pub fn led(unit: usize) -> std::ops::RangeInclusive<usize> {
    let each = INDICATORS / UNITS;
    let place = unit % UNITS;
    place * each + 1..=(place + 1) * each
}

/// Units with a reporter each, and the rounds in which they are asked.
async fn people(store: &Store, plans: &[PlanId], now: Timestamp, today: Date) -> Result<(), Failure> {
    let stamp = Stamp { actor: "load".to_owned(), at: now };
    let mut events = Vec::new();
    for unit in 0..plans.len() * UNITS {
        let (id, person, duty) = (UnitId(unit_id(unit)), format!("P{}", unit + 1), format!("D{}", unit + 1));
        events.push(DirectoryEvent::SetUnit(Unit {
            id: id.clone(),
            name: format!("虚构单位{}", unit + 1),
            aliases: Vec::new(),
            unit_kind: UnitKind::Department,
            region: None,
            credit_code: None,
        }));
        let account = Some(reporter(unit));
        let name = format!("虚构人员{}", unit + 1);
        events.push(DirectoryEvent::SetPerson(Person {
            id: person.clone(),
            name,
            unit: id.clone(),
            account,
            email: None,
            phone: None,
        }));
        events.push(DirectoryEvent::Give {
            duty: duty.clone(),
            unit: id,
            role: "reporter".to_owned(),
            place: Place::First,
            person,
            from: "2021-01-01".parse()?,
            until: None,
        });
        events.push(DirectoryEvent::Accept { duty });
    }
    let empty = directory::read(store, None).await?;
    directory::store(store, stamp.clone(), (&empty, &events), "directory.change").await?;
    for (at, plan) in plans.iter().enumerate() {
        let mut rounds = Vec::new();
        for round in 0..ROUNDS {
            let period: Period = month(MONTHS + round).parse()?;
            let asked = (0..UNITS).flat_map(|place| {
                let unit = at * UNITS + place;
                led(unit).map(move |n| Asked { subject: indicator_id(n), unit: UnitId(unit_id(unit)) })
            });
            rounds.push(RoundEvent::Open(Round {
                id: period.to_string(),
                title: format!("{period}月报"),
                period,
                frequency: Frequency::Monthly,
                opens: today.saturating_sub(Span::new().days(5)),
                due: today.saturating_add(Span::new().days(5)),
                closes: today.saturating_add(Span::new().days(10)),
                provisional: false,
                asked: asked.collect(),
            }));
        }
        let appends = vec![Append::to(Rounds::stream(*plan), 0, &rounds)?];
        let batch = EventBatch { action: "rounds.open", object: format!("plan:{plan}"), appends, ..EventBatch::default() };
        store.append(stamp.clone(), batch).await?;
    }
    let admin = Actor::console("load");
    for unit in 0..plans.len() * UNITS {
        let password = LOGIN.1.to_owned();
        let user = NewUser { name: reporter(unit), role: "staff".to_owned(), password };
        accounts::add_user(store, &admin, now, user, [u8::try_from(unit % 251)?; 32]).await?;
    }
    Ok(())
}

/// Fills an empty database; answers the plans.
pub async fn furnish(url: &str, (now, today): (Timestamp, Date)) -> Result<Vec<PlanId>, Failure> {
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
                    value: level(m).parse()?,
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
    accounts::add_user(&store, &Actor::console("load"), now, user, [7; 32]).await?;
    people(&store, &plans, now, today).await?;
    store.close().await;
    Ok(plans)
}
