//! Units, people and duties in and out of the program as a workbook.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_report::{Sheet, SheetCell, write_workbook};
use plan_workflow::{
    WorkflowError,
    directory::{self, Directory, DirectoryFile, ImportRow, Outcome, Preview, SheetText, TableKind},
    permissions::Action,
};

use super::words::spoken;
use crate::{
    pages::{export, problems},
    server::{
        App,
        posted::Posted,
        refusal::{Answer, Refusal},
        tokens,
        visit::Visit,
    },
    ui::{
        form,
        layout::{self, Frame, Place},
    },
};

/// Rows shown of a preview; the others are counted.
const SHOWN: usize = 200;

/// GET /units/import
pub(crate) async fn import_form(State(app): State<App>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ManageDirectory)?;
    Ok(upload_page(&app, &visit, None))
}

fn upload_page(app: &App, visit: &Visit, wrong: Option<&str>) -> Markup {
    let fields = html! {
        div.field {
            label for="field-file" { (visit.say("upload-file")) }
            input type="file" id="field-file" name="file" required aria-describedby="field-file-hint" accept=".xlsx,.csv";
            span.hint id="field-file-hint" { (visit.say("units-import-hint")) }
        }
        div.actions { button.main type="submit" { (visit.say("import-look")) } }
    };
    let content = html! {
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        p { (visit.say("units-import-intro")) }
        p.actions { a.button href="/units/template.xlsx" { (visit.say("units-template")) } a href="/units.xlsx" { (visit.say("units-export")) } }
        (form::upload(visit, "/units/import", &fields))
    };
    let title = visit.say("units-import-title");
    layout::page(app, &Frame { visit, place: Place::Units, plan: None, title: &title }, &content)
}

/// POST /units/import
pub(crate) async fn upload(State(app): State<App>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::ManageDirectory)?;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(file) = form.file else {
        return Ok(spoken(unprocessable, upload_page(&app, &visit, Some(&visit.say("units-no-file")))));
    };
    let read = {
        let directory = app.directory().await?;
        let file = DirectoryFile { name: &file.name, bytes: &file.bytes };
        directory::preview(&directory, (&visit.actor, app.today()), file)
    };
    match read {
        Ok(_) => {
            let token = tokens::fresh()?;
            app.directory_files.keep(token.clone(), &visit.actor.name, file, app.clock.now());
            Ok(Redirect::to(&format!("/units/import/{token}")).into_response())
        }
        Err(error @ WorkflowError::Unreadable(_)) => {
            let refusal = Refusal::from(error);
            Ok(spoken(refusal.status, upload_page(&app, &visit, Some(&refusal.words(visit.language).0))))
        }
        Err(error) => Err(error.into()),
    }
}

/// GET /units/import/{draft}
pub(crate) async fn preview(State(app): State<App>, Path(draft): Path<String>, visit: Visit) -> Answer {
    visit.require(Action::ManageDirectory)?;
    let kept = app.directory_files.find(&draft, &visit.actor.name, app.clock.now()).ok_or_else(Refusal::draft_gone)?;
    let directory = app.directory().await?;
    let file = DirectoryFile { name: &kept.name, bytes: &kept.bytes };
    let preview = directory::preview(&directory, (&visit.actor, app.today()), file)?;
    let status = if preview.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(spoken(status, preview_page(&app, &visit, (&draft, &kept.name), &preview)))
}

fn preview_page(app: &App, visit: &Visit, (draft, file): (&str, &str), preview: &Preview) -> Markup {
    let changing: Vec<&ImportRow> = preview.rows.iter().filter(|row| row.outcome != Outcome::Unchanged).collect();
    let content = html! {
        p.second { (file) }
        (counts(visit, preview))
        @if !preview.errors.is_empty() {
            div.notice.wrong role="alert" { p { (visit.language.say_with("upload-wrong", &[("count", preview.errors.len().into())])) } }
            (problems::table(&preview.errors, visit.language))
        } @else if preview.changes() {
            form.actions method="post" action=(format!("/units/import/{draft}")) {
                (form::token(&visit.session.csrf))
                button.main type="submit" { (visit.say("import-accept")) }
                a href="/units/import" { (visit.say("import-again")) }
            }
        } @else {
            div.notice role="status" { p { (visit.say("units-import-nothing")) } }
        }
        @if !preview.errors.is_empty() { p.actions { a.button href="/units/import" { (visit.say("import-again")) } } }
        @if !preview.warnings.is_empty() {
            h2 { (visit.language.say_with("import-problems", &[("count", preview.warnings.len().into())])) }
            (problems::table(&preview.warnings, visit.language))
        }
        @if !changing.is_empty() { (rows(visit, &changing)) }
    };
    let title = visit.say("import-preview-title");
    layout::page(app, &Frame { visit, place: Place::Units, plan: None, title: &title }, &content)
}

fn table_name(visit: &Visit, table: TableKind) -> String {
    visit.say(match table {
        TableKind::Regions => "plan-jurisdiction",
        TableKind::Units => "unit",
        TableKind::People => "person",
        TableKind::Duties => "duty",
    })
}

const OUTCOMES: [(Outcome, &str); 4] = [
    (Outcome::New, "outcome-new"),
    (Outcome::Changed, "outcome-changed"),
    (Outcome::Unchanged, "outcome-unchanged"),
    (Outcome::Wrong, "outcome-wrong"),
];

fn counts(visit: &Visit, preview: &Preview) -> Markup {
    html! {
        div.table { table.counts {
            thead { tr { th scope="col" {} @for (_, key) in OUTCOMES { th.number scope="col" { (visit.say(key)) } } } }
            tbody { @for table in TableKind::ALL {
                tr {
                    th scope="row" { (table_name(visit, table)) }
                    @for (outcome, _) in OUTCOMES { td.number { (preview.count(Some(table), outcome)) } }
                }
            } }
        } }
    }
}

fn rows(visit: &Visit, rows: &[&ImportRow]) -> Markup {
    html! {
        h2 { (visit.say("units-import-rows")) }
        div.table.cards { table {
            thead { tr {
                th scope="col" { (visit.say("problem-place")) } th scope="col" { (visit.say("units-import-table")) }
                th scope="col" { (visit.say("units-import-what")) } th scope="col" { (visit.say("units-import-outcome")) }
            } }
            tbody { @for row in rows.iter().take(SHOWN) {
                tr {
                    td.small.nowrap data-label=(visit.say("problem-place")) { (problems::place(&row.place, visit.language)) }
                    td data-label=(visit.say("units-import-table")) { (table_name(visit, row.table)) }
                    th scope="row" data-label=(visit.say("units-import-what")) { (row.name) }
                    td data-label=(visit.say("units-import-outcome")) {
                        @for (outcome, key) in OUTCOMES { @if outcome == row.outcome { (visit.say(key)) } }
                        @for difference in &row.differences {
                            div.small { (difference.column) "：" span.second { (if difference.before.is_empty() { "—" } else { &difference.before }) } " → " (difference.after) }
                        }
                    }
                }
            } }
        } }
        @if rows.len() > SHOWN { p.second { (visit.language.say_with("problem-more", &[("count", (rows.len() - SHOWN).into())])) } }
    }
}

/// POST /units/import/{draft}
pub(crate) async fn accept(State(app): State<App>, Path(draft): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, .. } = posted;
    visit.require(Action::ManageDirectory)?;
    let now = app.clock.now();
    let kept = app.directory_files.find(&draft, &visit.actor.name, now).ok_or_else(Refusal::draft_gone)?;
    let file = DirectoryFile { name: &kept.name, bytes: &kept.bytes };
    match directory::import(&app.store, (&visit.actor, app.today()), now, file).await {
        Ok(_) => {
            app.directory_files.forget(&draft);
            Ok(Redirect::to("/units").into_response())
        }
        // Somebody changed the directory meanwhile: the preview says what is wrong now.
        Err(WorkflowError::BadDirectory(_) | WorkflowError::Storage(_)) => {
            Ok(Redirect::to(&format!("/units/import/{draft}")).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// GET /units.xlsx: the directory as it stands, in the form in which it is imported.
pub(crate) async fn export(State(app): State<App>, visit: Visit) -> Answer {
    visit.require(Action::ReadDirectory)?;
    let directory = app.directory_of(&visit).await?;
    let sample = app.settings.sample.iter().map(|_| visit.say("units-sample")).collect::<String>();
    let heading = visit.say("export-internal") + &visit.say("units-title") + &sample;
    workbook(of(&directory, app.today()), &[heading], "lantu-units.xlsx")
}

fn of(directory: &Directory, day: jiff::civil::Date) -> Vec<SheetText> {
    directory::sheets(directory, day)
}

/// GET /units/template.xlsx
pub(crate) async fn template(visit: Visit) -> Answer {
    visit.require(Action::ManageDirectory)?;
    workbook(directory::template(), &[], "lantu-units-template.xlsx")
}

fn workbook(sheets: Vec<SheetText>, heading: &[String], name: &str) -> Answer {
    let sheet = |sheet: SheetText| Sheet {
        name: sheet.name,
        heading: if sheet.columns.is_empty() { Vec::new() } else { heading.to_vec() },
        columns: match sheet.columns.is_empty() {
            true => vec![(String::new(), 100.0)],
            false => sheet.columns.into_iter().map(|head| (head, 20.0)).collect(),
        },
        rows: sheet.rows.into_iter().map(|row| row.into_iter().map(SheetCell::Words).collect()).collect(),
        frozen_columns: 1,
        printed: false,
    };
    let sheets: Vec<Sheet> = sheets.into_iter().map(sheet).collect();
    let bytes = write_workbook(&sheets).map_err(|error| {
        tracing::error!(%error, "the directory could not be written as a workbook");
        Refusal::broken()
    })?;
    Ok(export::download(export::WORKBOOK, name, bytes))
}
