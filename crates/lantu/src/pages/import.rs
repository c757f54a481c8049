//! 导入: what was read and found in this file, and shall it be stored?
//! Upload, look, accept; nothing is stored before the last step.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use document_reader::Source;
use maud::{Markup, html};
use plan_model::{CommitmentClass, PlanPeriod, plain};
use plan_workflow::{
    Sheet, WorkflowError,
    import::{self, ImportRequest, Preview},
    permissions::{Action, sees_plans_of},
    records::{NewIndicator, PlanKind},
    slice::{self, LinkCounts, NewLink},
};

use super::{plans, problems};
use crate::{
    server::{
        App,
        posted::{Form, Posted, SentFile},
        refusal::{Answer, Refusal, Spoken},
        tokens,
        visit::Visit,
    },
    ui::{
        figure,
        form::{self, Field, choice},
        layout::{self, Frame, Place},
    },
};

/// Indicators shown in a preview; the rest is counted.
const SHOWN: usize = 400;

/// GET /plans/import
pub(crate) async fn import_form(State(app): State<App>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ImportPlan)?;
    upload(&app, &visit, &Form::default(), None).await
}

/// POST /plans/import
pub(crate) async fn upload_plan(State(app): State<App>, posted: Posted) -> Answer {
    let Posted { visit, mut form } = posted;
    visit.require(Action::ImportPlan)?;
    let files = (form.file.take(), form.table.take());
    let looked = match look(&app, &form, files).await? {
        Ok(preview) => within(&app, &visit, preview).await?,
        wrong => wrong,
    };
    match looked {
        Ok(preview) => {
            let token = tokens::fresh()?;
            app.drafts.keep(token.clone(), &visit.actor.name, preview, app.clock.now());
            Ok(Redirect::to(&format!("/plans/import/{token}")).into_response())
        }
        Err(wrong) => {
            let refusal = Refusal::from(wrong);
            let words = refusal.words(visit.language);
            let page = upload(&app, &visit, &form, Some(&format!("{}{}", words.0, words.1))).await?;
            let mut response = (refusal.status, page).into_response();
            response.extensions_mut().insert(Spoken);
            Ok(response)
        }
    }
}

/// Whether a plan lies where the person may import, below a plan they see.
async fn within(app: &App, visit: &Visit, preview: Preview) -> Answer<Result<Preview, WorkflowError>> {
    let outside = |field, message: &str| Ok(Err(WorkflowError::BadInput { field, message: message.to_owned() }));
    if !sees_plans_of(visit.actor.region, &preview.head.jurisdiction) {
        return outside("行政区划", "不在您的辖区内；请核对代码，或联系安全管理员调整辖区");
    }
    match preview.head.parent {
        Some(parent) if app.visible(visit.actor.region, parent).await.is_err() => {
            outside("上级规划", "没有这份规划；请另选")
        }
        _ => Ok(Ok(preview)),
    }
}

/// Reads and extracts, away from other requests.
async fn look(
    app: &App,
    form: &Form,
    (file, table): (Option<SentFile>, Option<SentFile>),
) -> Answer<Result<Preview, WorkflowError>> {
    let bad = |field: &'static str, message: String| Ok(Err(WorkflowError::BadInput { field, message }));
    let Some(file) = file else {
        return bad("文件", "没有选择文件，请选择要导入的规划文本".to_owned());
    };
    let period = match form.get("period") {
        "" => None,
        text => match text.parse::<PlanPeriod>() {
            Ok(period) => Some(period),
            Err(error) => return bad("规划期", format!("{error}，如 2021-2025")),
        },
    };
    let request = ImportRequest {
        title: Some(form.get("title").to_owned()),
        jurisdiction: form.get("jurisdiction").to_owned(),
        period,
        kind: form.get("kind").parse().unwrap_or_default(),
        parent: form.get("parent").parse().ok(),
    };
    let dictionary = app.dictionary.clone();
    let work = move || {
        let sheet = table.as_ref().map(|table| Sheet { name: &table.name, bytes: &table.bytes });
        import::preview_with(request, (&file.name, &file.bytes), sheet, &dictionary)
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "reading an uploaded plan failed");
        Refusal::broken()
    })
}

async fn upload(app: &App, visit: &Visit, sent: &Form, wrong: Option<&str>) -> Answer<Markup> {
    let say = |key: &str| visit.say(key);
    let kinds: Vec<_> =
        PlanKind::ALL.iter().map(|kind| (kind.code().to_owned(), plans::kind(*kind, visit.language))).collect();
    let mut parents = vec![(String::new(), say("plan-parent-none"))];
    parents.extend(app.plans(visit).await?.into_iter().map(|p| (p.plan.id.to_string(), p.plan.head.title)));
    let fields = html! {
        div.field {
            label for="field-file" { (say("import-file")) }
            input type="file" id="field-file" name="file" required aria-describedby="field-file-hint" accept=".txt,.html,.htm,.docx,.xlsx";
            span.hint id="field-file-hint" { (say("import-file-hint")) }
        }
        div.field {
            label for="field-table" { (say("import-table")) }
            input type="file" id="field-table" name="table" aria-describedby="field-table-hint" accept=".xlsx,.docx,.html,.htm";
            span.hint id="field-table-hint" { (say("import-table-hint")) }
        }
        (Field { name: "title", label: say("plan-title"), value: sent.get("title"), hint: say("import-title-hint"), ..Field::default() }.draw())
        (Field { name: "jurisdiction", label: say("plan-jurisdiction"), value: sent.get("jurisdiction"), hint: say("import-jurisdiction-hint"), required: true, ..Field::default() }.draw())
        (Field { name: "period", label: say("plan-period"), value: sent.get("period"), hint: say("import-period-hint"), ..Field::default() }.draw())
        (choice("kind", &say("plan-kind"), sent.get("kind"), &kinds))
        (choice("parent", &say("plan-parent"), sent.get("parent"), &parents))
        div.actions { button.main type="submit" { (say("import-look")) } a href="/plans" { (say("cancel")) } }
    };
    let content = html! {
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        p { (say("import-intro")) }
        (form::upload(visit, "/plans/import", &fields))
    };
    let title = say("import-title");
    Ok(layout::page(app, &Frame { visit, place: Place::Plans, plan: None, title: &title }, &content))
}

/// The draft of this visitor, or the advice to upload again.
fn draft(app: &App, visit: &Visit, token: &str) -> Answer<Arc<Preview>> {
    visit.require(Action::ImportPlan)?;
    app.drafts.find(token, &visit.actor.name, app.clock.now()).ok_or_else(Refusal::draft_gone)
}

/// GET /plans/import/{draft}
pub(crate) async fn preview(State(app): State<App>, Path(token): Path<String>, visit: Visit) -> Answer<Markup> {
    let draft = draft(&app, &visit, &token)?;
    let links = links(&app, &draft).await?;
    Ok(preview_page(&app, &visit, (&token, &draft), (&links, None)))
}

/// POST /plans/import/{draft}
pub(crate) async fn accept(State(app): State<App>, Path(token): Path<String>, posted: Posted) -> Answer {
    let visit = posted.visit;
    let draft = draft(&app, &visit, &token)?;
    let force = posted.form.get("force") == "yes";
    match import::import(&app.store, &visit.actor, app.clock.now(), draft.as_ref().clone(), force).await {
        Ok(imported) => {
            app.drafts.forget(&token);
            Ok(Redirect::to(&format!("/plans/{}?imported=yes", imported.plan)).into_response())
        }
        Err(error @ (WorkflowError::AlreadyImported { .. } | WorkflowError::NothingFound(_))) => {
            let refusal = Refusal::from(error);
            let links = links(&app, &draft).await?;
            let wrong = refusal.words(visit.language).0;
            let page = preview_page(&app, &visit, (&token, &draft), (&links, Some(&wrong)));
            let mut response = (StatusCode::CONFLICT, page).into_response();
            response.extensions_mut().insert(Spoken);
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// How the items of an annual plan would be linked with the plan above.
async fn links(app: &App, draft: &Preview) -> Answer<Vec<NewLink>> {
    match slice::sliced(&draft.head) {
        Some(parent) => Ok(slice::proposed(&app.store, parent, &draft.register).await?),
        None => Ok(Vec::new()),
    }
}

fn preview_page(
    app: &App,
    visit: &Visit,
    (token, draft): (&str, &Preview),
    (links, wrong): (&[NewLink], Option<&str>),
) -> Markup {
    let say = |key: &str| visit.say(key);
    let head = &draft.head;
    let nothing = draft.register.commitments.is_empty();
    let found = &draft.register.problems;
    let content = html! {
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        @else if nothing { div.notice.warn { p { (say("import-nothing")) } } }
        div.columns {
            section {
                h2 { (say("import-read")) }
                dl.facts {
                    dt { (say("plan-title")) } dd { (head.title) }
                    dt { (say("plan-jurisdiction")) } dd { (head.jurisdiction) }
                    dt { (say("plan-period")) } dd { (head.period) }
                    dt { (say("plan-kind")) } dd { (plans::kind(head.kind, visit.language)) }
                    dt { (say("import-file")) } dd { (draft.file_name) }
                    dt { (say("import-size")) } dd { (size(visit, &draft.source)) }
                }
            }
            section {
                h2 { (say("import-found")) }
                (classes(visit, draft))
                @if !links.is_empty() {
                    dl.facts { dt { (say("import-links")) } dd { (link_words(visit, links)) } }
                }
            }
        }
        form.actions method="post" action=(format!("/plans/import/{token}")) {
            (form::token(&visit.session.csrf))
            @if wrong.is_some() || nothing {
                label { input type="checkbox" name="force" value="yes"; " " (say("import-force")) }
            }
            button.main type="submit" { (say("import-accept")) }
            a href="/plans/import" { (say("import-again")) }
        }
        @if !found.is_empty() {
            section id="problems" {
                h2 { (visit.language.say_with("import-problems", &[("count", found.len().into())])) }
                (problems::table(found, visit.language))
            }
        }
        section {
            h2 { (visit.language.say_with("import-indicators", &[("count", draft.register.indicators.len().into())])) }
            (indicators(visit, draft))
        }
    };
    let title = say("import-preview-title");
    layout::page(app, &Frame { visit, place: Place::Plans, plan: None, title: &title }, &content)
}

fn link_words(visit: &Visit, links: &[NewLink]) -> String {
    let counts = LinkCounts::of(links.iter().map(|link| link.state));
    let fillings = [("exact", counts.exact.into()), ("likely", counts.likely.into()), ("new", counts.new.into())];
    visit.language.say_with("import-links-words", &fillings)
}

fn size(visit: &Visit, source: &Source) -> String {
    visit.language.say_with(
        "import-size-words",
        &[
            ("lines", source.lines.len().into()),
            ("characters", source.characters().into()),
            ("headings", source.headings.len().into()),
            ("tables", source.tables.len().into()),
            ("encoding", source.encoding.as_str().into()),
        ],
    )
}

/// How many commitments of each class, facts and numbers were found.
fn classes(visit: &Visit, draft: &Preview) -> Markup {
    let register = &draft.register;
    let count = |class: CommitmentClass| register.commitments.iter().filter(|c| c.commitment.class == class).count();
    let with_base = register.indicators.iter().filter(|i| i.indicator.baseline.is_some()).count();
    let open = register.quantities.iter().filter(|q| q.part == plan_extraction::Part::Open).count();
    html! {
        dl.facts {
            dt { (visit.say("plan-commitments")) }
            dd {
                strong { (register.commitments.len()) }
                @for (class, key) in [
                    (CommitmentClass::Numeric, "class-numeric"),
                    (CommitmentClass::Coverage, "class-coverage"),
                    (CommitmentClass::Zero, "class-zero"),
                    (CommitmentClass::Multiple, "class-multiple"),
                    (CommitmentClass::Rank, "class-rank"),
                ] { span.second.small { " · " (visit.say(key)) " " (count(class)) } }
            }
            dt { (visit.say("plan-indicators")) } dd { (register.indicators.len()) " " span.second.small { (visit.language.say_with("import-with-base", &[("count", with_base.into())])) } }
            dt { (visit.say("import-facts")) } dd { (register.facts.len()) }
            dt { (visit.say("part-open")) } dd { (open) }
        }
    }
}

fn indicators(visit: &Visit, draft: &Preview) -> Markup {
    let say = |key: &str| visit.say(key);
    let all = &draft.register.indicators;
    html! {
        div.table.cards { table {
            thead { tr {
                th scope="col" { (say("indicator")) }
                th scope="col" { (say("indicator-kind")) }
                th scope="col" { (say("indicator-base")) }
                th scope="col" { (say("indicator-target")) }
                th scope="col" { (say("export-measure")) }
                th scope="col" { (say("import-quote")) }
            } }
            tbody { @for new in all.iter().take(SHOWN) { (indicator(visit, draft, new)) } }
        } }
        @if all.len() > SHOWN { p.second { (visit.language.say_with("problem-more", &[("count", (all.len() - SHOWN).into())])) } }
    }
}

fn indicator(visit: &Visit, draft: &Preview, new: &NewIndicator) -> Markup {
    let say = |key: &str| visit.say(key);
    let language = visit.language;
    let indicator = &new.indicator;
    let first = new.mentions.first().and_then(|n| draft.register.commitments.iter().find(|c| c.number == *n));
    html! {
        tr {
            th scope="row" {
                (indicator.name)
                @if let Some(link) = &new.dictionary {
                    @if !link.also.is_empty() { div.second.small { (say("dictionary-also")) "：" (link.also.join("、")) } }
                }
            }
            td data-label=(say("indicator-kind")) { (figure::kind(indicator.kind, language)) }
            td data-label=(say("indicator-base")) {
                @match &indicator.baseline {
                    Some(base) => span.figure { (plain(base.value)) @if let Some(period) = base.period { span.period { (period) } } },
                    None => (figure::missing(&say("base-not-stated"))),
                }
            }
            td data-label=(say("indicator-target")) { @for target in &indicator.targets { div { (figure::target(target, language)) } } }
            td.small.nowrap data-label=(say("export-measure")) { (super::indicator::measure(&indicator.measure, language)) (super::dictionary::mark(new.dictionary.as_ref().is_some_and(|link| link.measure_supplied), language)) }
            td.small data-label=(say("import-quote")) {
                @if let Some(found) = first { span.second.nowrap { (visit.language.say_with("place-line", &[("line", found.commitment.anchor.line.to_string().into())])) } " " (found.commitment.quote) }
            }
        }
    }
}
