//! 填报: figures from a file. All of them are stored or none.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
};
use maud::{Markup, html};
use plan_model::Problem;
use plan_workflow::{
    WorkflowError,
    figures::{self, FiguresFile, FiguresReport, Taking},
    permissions::Action,
    records::Plan,
    storage::Storage as _,
};

use super::{plans::plan_id, problems};
use crate::{
    server::{
        App,
        posted::Posted,
        refusal::{Answer, Refusal, Spoken},
        visit::Visit,
    },
    ui::{
        form,
        layout::{self, Frame, Place},
    },
};

/// A few rows of a figures file, in its two forms.
const EXAMPLES: [&str; 2] = [
    "indicator,period,value,standing,source,note\nI001,2023,69.9,statistical,2023年统计公报,\nI001,2024Q2,70.4,reported,,快报数\n",
    "indicator,2022,2023\nI001,68.8,69.9\n",
];

/// What came of an upload.
enum Came<'a> {
    Taken(&'a FiguresReport),
    Refused(&'a [Problem]),
    Wrong(&'a str),
}

/// GET /plans/{plan}/figures
pub(crate) async fn figures(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::RecordFigures)?;
    let plan = app.store.plan(plan_id(&plan)?).await?;
    Ok(page(&app, &visit, &plan, None))
}

/// POST /plans/{plan}/figures
pub(crate) async fn upload_figures(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::RecordFigures)?;
    let plan = app.store.plan(plan_id(&plan)?).await?;
    let answer = |status: StatusCode, came: Came<'_>| {
        let mut response = (status, page(&app, &visit, &plan, Some(came))).into_response();
        response.extensions_mut().insert(Spoken);
        Ok(response)
    };
    let Some(file) = &form.file else {
        return answer(StatusCode::UNPROCESSABLE_ENTITY, Came::Wrong(&visit.say("upload-no-file")));
    };
    let taking = Taking { dry_run: form.get("do") == "check", ..app.taking() };
    let file = FiguresFile { name: &file.name, bytes: &file.bytes };
    match figures::import_file(&app.store, &visit.actor, app.clock.now(), plan.id, file, taking).await {
        Ok(report) => answer(StatusCode::OK, Came::Taken(&report)),
        Err(WorkflowError::BadFigures(wrong)) => answer(StatusCode::UNPROCESSABLE_ENTITY, Came::Refused(&wrong)),
        Err(error @ (WorkflowError::Unreadable(_) | WorkflowError::BadInput { .. })) => {
            let refusal = Refusal::from(error);
            answer(refusal.status, Came::Wrong(&refusal.words(visit.language).0))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(app: &App, visit: &Visit, plan: &Plan, came: Option<Came<'_>>) -> Markup {
    let say = |key: &str| visit.say(key);
    let fields = html! {
        div.field {
            label for="field-file" { (say("upload-file")) }
            input type="file" id="field-file" name="file" required aria-describedby="field-file-hint" accept=".csv,.xlsx";
            span.hint id="field-file-hint" { (say("upload-file-hint")) }
        }
        div.actions {
            button.main type="submit" name="do" value="import" { (say("upload-import")) }
            button type="submit" name="do" value="check" { (say("upload-check")) }
        }
    };
    let content = html! {
        @if let Some(came) = came { (result(visit, &came)) }
        p { (say("upload-intro")) " " a href=(format!("/plans/{}/peers", plan.id)) { (say("peers-open")) } }
        (form::upload(visit, &format!("/plans/{}/figures", plan.id), &fields))
        h2 { (say("upload-example")) }
        @for example in EXAMPLES { pre.formula { (example) } }
    };
    let title = say("upload-title");
    layout::page(app, &Frame { visit, place: Place::Figures, plan: Some(plan), title: &title }, &content)
}

fn result(visit: &Visit, came: &Came<'_>) -> Markup {
    let language = visit.language;
    match came {
        Came::Wrong(words) => html! { div.notice.wrong role="alert" { p { (words) } } },
        Came::Refused(wrong) => html! {
            div.notice.wrong role="alert" { p { (language.say_with("upload-wrong", &[("count", wrong.len().into())])) } }
            (problems::table(wrong, language))
        },
        Came::Taken(report) => {
            let key = if report.dry_run { "upload-checked" } else { "upload-done" };
            let fillings = [
                ("new", report.new.into()),
                ("revised", report.revised.into()),
                ("unchanged", report.unchanged.into()),
            ];
            html! {
                div.notice role="status" { p { (language.say_with(key, &fillings)) } }
                (problems::table(&report.warnings, language))
            }
        }
    }
}
