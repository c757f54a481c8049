//! The same by workbook: the locked template of a sheet, and the filled one.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use maud::html;
use plan_model::{Problem, UnitId};
use plan_workflow::{
    WorkflowError,
    collection::{Asking, Entry, Filled, RoundState, Saved, Sheet, SheetPlace, template as reading},
    permissions::Action,
    records::Plan,
    storage::Storage as _,
};

use crate::{
    pages::{plans::plan_id, problems},
    server::{
        App,
        posted::Posted,
        refusal::{Answer, Refusal, Spoken},
        visit::{Visit, address},
    },
    ui::layout::{self, Frame, Place},
};

/// A sheet with everything its workbook is made of.
struct Book {
    plan: Plan,
    state: RoundState,
    unit: UnitId,
    asking: Asking,
    sheet: Sheet,
    unit_name: String,
}

impl Book {
    async fn read(app: &App, visit: &Visit, (plan, round, unit): &(String, String, String)) -> Answer<Self> {
        let plan = app.store.plan(plan_id(plan)?).await?;
        let rounds = app.rounds_of(plan.id).await?;
        let state = rounds.round(round).ok_or_else(Refusal::not_found)?.clone();
        let (directory, unit) = (app.directory().await?, UnitId(unit.clone()));
        let holder = directory.unit_on(&unit, app.today());
        if !visit.actor.reach(Action::ReportForUnit).holds(holder) {
            return Err(Refusal::not_allowed());
        }
        let with_work = state.asked_of(&unit).any(|subject| !subject.starts_with('I'));
        let asking = app.asking(plan.id, with_work).await?;
        let sheet = Sheet::read(&app.store, plan.id, round, &unit).await?;
        let unit_name = directory.unit_name(holder).to_owned();
        Ok(Self { plan, state, unit, asking, sheet, unit_name })
    }

    fn place(&self) -> SheetPlace<'_> {
        SheetPlace { plan: self.plan.id, round: &self.state, unit: &self.unit }
    }

    fn template(&self, app: &App, visit: &Visit) -> plan_model::ReportingTemplate {
        let notes = app.settings.sample.iter().map(|_| visit.say("sample-notice")).collect();
        self.asking.template(self.place(), &self.sheet, &self.unit_name, notes)
    }
}

/// GET /report/{plan}/{round}/{unit}/template.xlsx
pub(crate) async fn template(
    State(app): State<App>,
    Path(path): Path<(String, String, String)>,
    visit: Visit,
) -> Answer {
    let book = Book::read(&app, &visit, &path).await?;
    let bytes = plan_report::write_template(&book.template(&app, &visit)).map_err(|error| {
        tracing::error!(%error, "a template could not be written");
        Refusal::broken()
    })?;
    let name = format!("{}-{}.xlsx", book.state.round.id, book.unit);
    Ok(crate::pages::export::download(crate::pages::export::WORKBOOK, &name, bytes))
}

/// POST /report/{plan}/{round}/{unit}/workbook
pub(crate) async fn upload(
    State(app): State<App>,
    Path(path): Path<(String, String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { visit, form } = posted;
    let book = Book::read(&app, &visit, &path).await?;
    let Some(file) = &form.file else {
        return refused(&app, &visit, &book, &[], &visit.say("report-upload-none"));
    };
    let returned = match reading::read(&file.bytes, &book.template(&app, &visit)) {
        Ok(returned) => returned,
        Err(reading::TemplateError::Faults(faults)) => {
            let count = faults.len();
            let words = visit.language.say_with("upload-wrong", &[("count", count.into())]);
            return refused(&app, &visit, &book, &faults, &words);
        }
        Err(error) => return refused(&app, &visit, &book, &[], &error.to_string()),
    };
    let unsound: Vec<Problem> = returned
        .figures
        .iter()
        .filter(|row| !row.unchanged)
        .filter_map(|row| {
            let entry = Entry::Figure(row.answer.clone());
            let words = book.asking.refuses(&book.state.round, (&row.indicator, &entry), &app.quality)?;
            let (message, hint) = words.split_once('；').unwrap_or((&words, ""));
            Some(Problem::new("cannot-be-right", row.place.clone(), message, hint))
        })
        .collect();
    if !unsound.is_empty() {
        let words = visit.language.say_with("upload-wrong", &[("count", unsound.len().into())]);
        return refused(&app, &visit, &book, &unsound, &words);
    }
    let seen = |subject: &str| Some(book.sheet.row(subject).map_or(0, plan_workflow::collection::Row::number));
    let figures = returned.figures.into_iter().filter(|row| !row.unchanged);
    let mut filled: Vec<Filled> = figures
        .map(|row| Filled { seen: seen(&row.indicator), subject: row.indicator, entry: Entry::Figure(row.answer) })
        .collect();
    let work = returned.work.into_iter().filter(|row| !row.unchanged);
    filled.extend(work.map(|row| Filled { seen: seen(&row.item), subject: row.item, entry: Entry::Work(row.report) }));
    let directory = app.directory().await?;
    let desk = app.desk(&visit, &directory);
    let submit = form.get("do") == "submit";
    let saved = match desk.save(book.place(), &filled, (true, false)).await {
        Ok(saved) => saved,
        Err(WorkflowError::BadInput { message, .. }) => return refused(&app, &visit, &book, &[], &message),
        Err(error) => return Err(error.into()),
    };
    if saved.iter().any(|one| matches!(one, Saved::Changed(_))) {
        return refused(&app, &visit, &book, &[], &visit.say("report-upload-changed"));
    }
    let stored = saved.iter().filter(|one| matches!(one, Saved::Stored(_))).count();
    let handed = if submit {
        let asked: Vec<String> = book.state.asked_of(&book.unit).map(str::to_owned).collect();
        desk.submit(book.place(), &asked).await?.len().to_string()
    } else {
        String::new()
    };
    let stored = stored.to_string();
    let fields: Vec<_> = [("saved", stored.as_str()), ("submitted", &handed)]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    Ok(Redirect::to(&address(&format!("/report/{}/{}", book.plan.id, book.state.round.id), &fields)).into_response())
}

fn refused(app: &App, visit: &Visit, book: &Book, faults: &[Problem], words: &str) -> Answer {
    let content = html! {
        div.notice.wrong role="alert" { p { (words) } }
        (problems::table(faults, visit.language))
        p { a href=(format!("/report/{}/{}", book.plan.id, book.state.round.id)) { (visit.say("report-back")) } }
    };
    let title = format!("{} · {}", book.unit_name, book.state.round.title);
    let frame = Frame { visit, place: Place::Report, plan: Some(&book.plan), title: &title };
    let mut response = (StatusCode::UNPROCESSABLE_ENTITY, layout::page(app, &frame, &content)).into_response();
    response.extensions_mut().insert(Spoken);
    Ok(response)
}
