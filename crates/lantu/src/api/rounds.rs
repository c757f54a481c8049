//! `/api/v1/plans/{plan}/rounds`: what units are asked for, and their answers.

use axum::{
    Json,
    extract::{Path, Request, State},
    http::StatusCode,
};
use plan_model::{Answer as Answered, UnitId, WorkReport};
use plan_workflow::{
    collection::{Asking, Entry, Filled, RoundState, Row, Saved, Sheet, SheetPlace},
    permissions::Action,
    storage::Storage as _,
};
use serde::{Deserialize, Serialize};

use super::{check_proof, observations::json};
use crate::{
    pages::{plans::plan_id, report::checked},
    server::{
        App,
        refusal::{Answer, Refusal, Wrong},
        visit::{Visit, field},
    },
};

/// A round as the API says it.
#[derive(Serialize)]
pub(crate) struct RoundJson {
    id: String,
    title: String,
    period: String,
    frequency: &'static str,
    opens: String,
    due: String,
    closes: String,
    provisional: bool,
    locked: bool,
    units: Vec<String>,
    rows: usize,
}

/// The rounds of a plan.
#[derive(Serialize)]
pub(crate) struct RoundsJson {
    rounds: Vec<RoundJson>,
}

/// GET /api/v1/plans/{plan}/rounds
pub(crate) async fn rounds(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Json<RoundsJson>> {
    visit.require(Action::ReadPlans)?;
    let plan = app.store.plan(plan_id(&plan)?).await?;
    let rounds = app.rounds_of(plan.id).await?;
    let said = |state: &RoundState| RoundJson {
        id: state.round.id.clone(),
        title: state.round.title.clone(),
        period: state.round.period.to_string(),
        frequency: state.round.frequency.code(),
        opens: state.round.opens.to_string(),
        due: state.round.due.to_string(),
        closes: state.round.closes.to_string(),
        provisional: state.round.provisional,
        locked: state.is_locked(),
        units: state.units().map(UnitId::to_string).collect(),
        rows: state.round.asked.len(),
    };
    Ok(Json(RoundsJson { rounds: rounds.all().map(said).collect() }))
}

/// A row of a unit as the API says it.
#[derive(Serialize)]
pub(crate) struct RowJson {
    subject: String,
    name: String,
    unit: String,
    period: String,
    state: Option<&'static str>,
    version: u32,
    late_days: u16,
    last: Option<LastJson>,
    expected: Option<RangeJson>,
    known: Vec<KnownJson>,
    answer: Option<Answered>,
    report: Option<WorkReport>,
}

#[derive(Serialize)]
struct LastJson {
    value: String,
    period: String,
}

#[derive(Serialize)]
struct RangeJson {
    low: Option<String>,
    high: Option<String>,
}

#[derive(Serialize)]
struct KnownJson {
    value: String,
    standing: &'static str,
    source: String,
    plan: Option<String>,
}

/// The rows of a unit.
#[derive(Serialize)]
pub(crate) struct RowsJson {
    round: String,
    unit: String,
    rows: Vec<RowJson>,
}

/// GET /api/v1/plans/{plan}/rounds/{round}/rows?unit=U1
pub(crate) async fn rows(
    State(app): State<App>,
    Path((plan, round)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Json<RowsJson>> {
    let plan = app.store.plan(plan_id(&plan)?).await?;
    let rounds = app.rounds_of(plan.id).await?;
    let state = rounds.round(&round).ok_or_else(Refusal::not_found)?;
    let fields = visit.query();
    let unit = UnitId(field(&fields, "unit").unwrap_or_default().to_owned());
    let directory = app.directory().await?;
    let holder = directory.unit_on(&unit, app.today());
    let own = |action| visit.actor.reach(action).holds(holder);
    if !(own(Action::ReportForUnit) || own(Action::ApproveForUnit) || visit.may(Action::CollectReports)) {
        return Err(Refusal::not_allowed());
    }
    let asking = app.asking(plan.id, state.asked_of(&unit).any(|subject| !subject.starts_with('I'))).await?;
    let sheet = Sheet::read(&app.store, plan.id, &round, &unit).await?;
    let rows = state.asked_of(&unit).filter_map(|subject| {
        let late = sheet.late(subject, state.round.due, app.today());
        row_json(&asking, state, (subject, sheet.row(subject)), late)
    });
    Ok(Json(RowsJson { rows: rows.collect(), round, unit: unit.to_string() }))
}

fn row_json(
    asking: &Asking,
    state: &RoundState,
    (subject, row): (&str, Option<&Row>),
    late_days: u16,
) -> Option<RowJson> {
    let due = asking.figure(&state.round, subject, row);
    let work = asking.work(&state.round, subject, row);
    let plain = plan_model::plain;
    let figure = due.as_ref().map(|due| &due.row);
    let known = due.iter().flat_map(|due| &due.known).map(|known| KnownJson {
        value: plain(known.value),
        standing: known.standing.code(),
        source: known.source.clone(),
        plan: known.plan.clone(),
    });
    Some(RowJson {
        subject: subject.to_owned(),
        name: asking.name(subject)?.to_owned(),
        unit: figure.map(|figure| figure.unit.clone()).unwrap_or_default(),
        period: state.round.period.to_string(),
        state: row.map(|row| row.state.code()),
        version: row.map_or(0, Row::number),
        late_days,
        last: figure.and_then(|figure| {
            figure.last.as_ref().map(|last| LastJson { value: plain(last.value), period: last.period.to_string() })
        }),
        expected: figure.and_then(|figure| {
            figure.expected.as_ref().map(|range| RangeJson { low: range.low.map(plain), high: range.high.map(plain) })
        }),
        known: known.collect(),
        answer: figure.and_then(|figure| figure.answer.clone()),
        report: work.and_then(|work| work.report),
    })
}

/// Answers as a program sends them: a figure or a report on work for each row.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentRows {
    unit: String,
    #[serde(default)]
    submit: bool,
    rows: Vec<SentRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentRow {
    subject: String,
    seen: Option<u32>,
    answer: Option<Answered>,
    report: Option<WorkReport>,
}

/// What became of the answers.
#[derive(Serialize)]
pub(crate) struct TakenJson {
    stored: usize,
    unchanged: usize,
    submitted: bool,
}

/// POST /api/v1/plans/{plan}/rounds/{round}/rows: all rows or none.
pub(crate) async fn answer(
    State(app): State<App>,
    Path((plan, round)): Path<(String, String)>,
    visit: Visit,
    request: Request,
) -> Answer<(StatusCode, Json<TakenJson>)> {
    check_proof(&visit, request.headers())?;
    let sent: SentRows = json(request, &app).await?;
    let plan = plan_id(&plan)?;
    let rounds = app.rounds_of(plan).await?;
    let state = rounds.round(&round).ok_or_else(Refusal::not_found)?;
    let unit = UnitId(sent.unit);
    let situation = app.situations.of(plan).await?;
    let asking = Asking {
        situation: std::sync::Arc::clone(&situation),
        work: Default::default(),
        nodes: Vec::new(),
        linked: Vec::new(),
    };
    let mut wrongs = Vec::new();
    let mut filled = Vec::with_capacity(sent.rows.len());
    let units: std::collections::HashMap<&str, &str> =
        situation.records.iter().map(|r| (r.indicator.id.as_str(), r.indicator.unit.as_str())).collect();
    for (at, row) in sent.rows.into_iter().enumerate() {
        let entry = match (row.answer, row.report) {
            (Some(answer), None) => Some(Entry::Figure(answer)),
            (None, Some(report)) => Some(Entry::Work(report)),
            _ => None,
        };
        let measure = units.get(row.subject.as_str()).copied().unwrap_or_default();
        let read = entry.as_ref().map(|entry| checked(entry, (&row.subject, measure), state.round.opens));
        match read {
            Some(Ok(Some(entry))) => match asking.refuses(&state.round, (&row.subject, &entry), &app.quality) {
                None => filled.push(Filled { subject: row.subject, entry, seen: row.seen }),
                Some(message) => wrongs.push(Wrong {
                    code: "cannot-be-right".to_owned(),
                    message,
                    place: format!("rows[{at}].value"),
                    hint: String::new(),
                }),
            },
            Some(Err(faults)) => wrongs.extend(faults.into_iter().map(|(field, message)| Wrong {
                code: "bad-answer".to_owned(),
                message,
                place: format!("rows[{at}].{field}"),
                hint: String::new(),
            })),
            _ => wrongs.push(Wrong {
                code: "bad-answer".to_owned(),
                message: "须有 answer 或 report 其中一项".to_owned(),
                place: format!("rows[{at}]"),
                hint: "请对照接口说明改正".to_owned(),
            }),
        }
    }
    if !wrongs.is_empty() {
        return Err(Refusal { wrongs, ..Refusal::of_status(StatusCode::UNPROCESSABLE_ENTITY) });
    }
    let directory = app.directory().await?;
    let place = SheetPlace { plan, round: state, unit: &unit };
    let saved = app.desk(&visit, &directory).save(place, &filled, (true, sent.submit)).await?;
    let changed = filled.iter().zip(&saved).filter_map(|(one, saved)| match saved {
        Saved::Changed(theirs) => Some((one, theirs)),
        _ => None,
    });
    let wrongs: Vec<Wrong> = changed
        .map(|(one, theirs)| Wrong {
            code: "changed-meanwhile".to_owned(),
            message: format!("“{}”已由{}改动（第 {} 版）", one.subject, theirs.actor, theirs.number),
            place: one.subject.clone(),
            hint: "请重新读取该行，核对后再提交".to_owned(),
        })
        .collect();
    if !wrongs.is_empty() {
        return Err(Refusal { wrongs, ..Refusal::of_status(StatusCode::CONFLICT) });
    }
    let stored = saved.iter().filter(|one| matches!(one, Saved::Stored(_))).count();
    let status = if stored > 0 { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(TakenJson { stored, unchanged: saved.len() - stored, submitted: sent.submit })))
}
