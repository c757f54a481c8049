//! The list as a workbook or CSV: the rows on the screen, all pages of them.

use axum::{
    extract::{Path, State},
    http::header,
    response::IntoResponse,
};
use plan_model::{Decimal, InputRole, plain};
use plan_report::{Sheet, SheetCell, write_xlsx};
use plan_workflow::permissions::Action;

use super::query::Query;
use crate::{
    messages::Language,
    pages::{dictionary, plans::plan_id},
    server::{
        App,
        judged::{Judged, JudgedPlan},
        refusal::{Answer, Refusal},
        visit::Visit,
    },
    ui::{figure, light},
};

/// The columns: message key, and whether they hold numbers.
const COLUMNS: [(&str, bool); 20] = [
    ("export-id", false),
    ("indicator", false),
    ("indicator-chapter", false),
    ("indicator-kind", false),
    ("export-measure", false),
    ("correct-direction", false),
    ("export-unit", false),
    ("export-base", true),
    ("export-base-period", false),
    ("indicator-target", true),
    ("export-target-year", false),
    ("indicator-value", true),
    ("export-value-period", false),
    ("indicator-expected", true),
    ("indicator-ratio", true),
    ("indicator-status", false),
    ("indicator-why", false),
    ("export-line", false),
    ("dictionary-standard", false),
    ("dictionary-supplied", false),
];

/// A cell: a number kept exact, or words.
enum Cell {
    Number(Option<Decimal>),
    Words(String),
}

impl Cell {
    fn text(&self) -> String {
        match self {
            Cell::Number(number) => number.map(plain).unwrap_or_default(),
            Cell::Words(words) => words.clone(),
        }
    }
}

fn row(plan: &JudgedPlan, judged: &Judged, language: Language) -> Vec<Cell> {
    let indicator = &judged.record.indicator;
    let verdict = &judged.verdict;
    // The target it is judged by; where it is not judged, the last one of the text.
    let used = verdict.trail.inputs.iter().find(|input| input.role == InputRole::Target);
    let last = indicator.targets.last();
    let (target, due) = match used {
        Some(input) => (Some(input.value), input.period.map(|period| period.to_string())),
        None => (last.and_then(|t| t.value), last.map(|t| t.due.to_string())),
    };
    let words = |text: &str| Cell::Words(text.to_owned());
    let kind = match indicator.kind {
        plan_model::IndicatorKind::Binding => language.say("kind-binding"),
        plan_model::IndicatorKind::Expected => language.say("kind-expected"),
        plan_model::IndicatorKind::NotStated => language.say("kind-not-stated"),
    };
    let link = judged.record.dictionary.as_ref();
    let supplied = [
        link.filter(|link| link.direction_supplied).map(|_| "correct-direction"),
        link.filter(|link| link.measure_supplied).map(|_| "export-measure"),
    ];
    let supplied = supplied.into_iter().flatten();
    let base = indicator.baseline.as_ref();
    let period = |period: Option<plan_model::Period>| Cell::Words(period.map(|p| p.to_string()).unwrap_or_default());
    vec![
        words(&indicator.id),
        words(&indicator.name),
        words(&indicator.group),
        Cell::Words(kind),
        Cell::Words(indicator.measure.to_string()),
        Cell::Words(dictionary::direction(indicator.direction, false, language)),
        words(&indicator.unit),
        Cell::Number(base.map(|b| b.value)),
        period(base.and_then(|b| b.period)),
        Cell::Number(target),
        Cell::Words(due.unwrap_or_default()),
        Cell::Number(verdict.value.as_ref().map(|v| v.value)),
        period(verdict.value.as_ref().map(|v| v.period)),
        Cell::Number(verdict.expected),
        Cell::Number(verdict.ratio),
        words(light::word(&verdict.status, language)),
        words(figure::sentence(&verdict.trail.reason, language)),
        Cell::Words(plan.lines(judged).map(|c| c.commitment.anchor.line.to_string()).collect::<Vec<_>>().join(" ")),
        words(link.map_or("", |link| link.entry.as_str())),
        Cell::Words(supplied.into_iter().map(|key| language.say(key)).collect::<Vec<_>>().join("、")),
    ]
}

/// What stands above the table: plan, day, rule set, and whether it is a sample.
fn heading(app: &App, visit: &Visit, plan: &JudgedPlan) -> String {
    let rules = app.rule_set(Some(&visit.rules)).map_or("", |rules| match visit.language {
        Language::Zh => rules.title.as_str(),
        Language::En => rules.title_en.as_str(),
    });
    let mut words = visit.language.say_with(
        "export-heading",
        &[
            ("plan", plan.plan.head.title.as_str().into()),
            ("date", visit.as_of.to_string().into()),
            ("rules", rules.into()),
        ],
    );
    if app.settings.sample.is_some() {
        words.push_str(&visit.say("export-sample"));
    }
    words
}

async fn asked(app: &App, plan: &str, visit: &Visit) -> Answer<(std::sync::Arc<JudgedPlan>, Query)> {
    visit.require(Action::ReadPlans)?;
    let judged = app.judged(plan_id(plan)?, visit.as_of, &visit.rules).await?;
    Ok((judged, Query::read(&visit.query())))
}

/// GET /plans/{plan}/indicators.csv
pub(crate) async fn csv(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    let (judged, query) = asked(&app, &plan, &visit).await?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let broken = |error: csv::Error| {
        tracing::error!(%error, "the list could not be written as CSV");
        Refusal::broken()
    };
    writer.write_record(COLUMNS.map(|(key, _)| visit.say(key))).map_err(broken)?;
    for listed in query.apply(&judged) {
        let cells = row(&judged, listed, visit.language);
        writer.write_record(cells.iter().map(unformula)).map_err(broken)?;
    }
    let table = writer.into_inner().map_err(|_| Refusal::broken())?;
    // Excel takes a CSV without this mark for GBK and shows Chinese as rubbish.
    let bytes = [b"\xef\xbb\xbf".as_slice(), &table].concat();
    Ok(download("text/csv; charset=utf-8", &judged, &visit, "csv", bytes))
}

/// A spreadsheet takes words that begin like this for a formula; text from a
/// document must not be able to become one.
fn unformula(cell: &Cell) -> String {
    let text = cell.text();
    let risky = matches!(cell, Cell::Words(_)) && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if risky { format!("'{text}") } else { text }
}

/// GET /plans/{plan}/indicators.xlsx
pub(crate) async fn xlsx(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    let (judged, query) = asked(&app, &plan, &visit).await?;
    let sheet = sheet(heading(&app, &visit, &judged), (&judged, &query.apply(&judged)), visit.language);
    let bytes = write_xlsx(&sheet).map_err(|error| {
        tracing::error!(%error, "the list could not be written as a workbook");
        Refusal::broken()
    })?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(download(kind, &judged, &visit, "xlsx", bytes))
}

fn sheet(heading: String, (plan, rows): (&JudgedPlan, &[&Judged]), language: Language) -> Sheet {
    let width = |at: usize, number: bool| match at {
        1 => 36.0,
        16 => 60.0,
        _ if number => 12.0,
        _ => 16.0,
    };
    let columns = COLUMNS.iter().enumerate().map(|(at, (key, number))| (language.say(key), width(at, *number)));
    // Workbooks hold binary floats; CSV and the API carry the exact decimal.
    let cell = |cell: Cell| match cell {
        Cell::Number(Some(number)) => SheetCell::Number(number),
        Cell::Number(None) => SheetCell::Empty,
        Cell::Words(words) => SheetCell::Words(words),
    };
    Sheet {
        name: language.say("place-indicators"),
        heading: vec![heading],
        columns: columns.collect(),
        rows: rows.iter().map(|judged| row(plan, judged, language).into_iter().map(cell).collect()).collect(),
        frozen_columns: 2,
        printed: false,
    }
}

fn download(
    kind: &'static str,
    plan: &JudgedPlan,
    visit: &Visit,
    ending: &str,
    bytes: Vec<u8>,
) -> axum::response::Response {
    let name = format!("lantu-plan{}-{}.{ending}", plan.plan.id, visit.as_of);
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, bytes).into_response()
}
