//! The report of an assessment as Word and PDF, and the check of one that comes back.

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::html;
use plan_report::{
    Document, Issued,
    compose::{Explanation, ReportData, ReportKind, Template, compose},
    write_docx,
};
use plan_workflow::{
    assess::Situation,
    assessments::{Assessment, ExplanationState, Kinds},
    number_check,
    permissions::Action,
};

use super::one::{self, Whole};
use crate::{
    pages::{export, plans::plan_id},
    pdf, report,
    server::{
        App,
        posted::Posted,
        refusal::{Answer, Refusal, Spoken},
        visit::Visit,
    },
};

/// The kind of report an assessment ends in.
pub(super) fn kind(of: &Assessment) -> ReportKind {
    let report = Kinds::standard().kind(&of.kind).and_then(|kind| kind.report.parse().ok());
    report.unwrap_or(ReportKind::Annual)
}

/// The sections of its report that people write: name and prompt. A brief has none
/// that are written here.
pub(super) fn sections(of: &Assessment) -> Vec<(String, String)> {
    let kind = kind(of);
    let template = Template::parse(kind.ready_template()).ok().filter(|_| kind != ReportKind::Brief);
    template.map(|template| template.free_texts()).unwrap_or_default()
}

/// Makes the report from what was frozen and what people wrote: the same however
/// often and whenever it is made.
async fn prepare(app: &App, whole: &Whole) -> Answer<Document> {
    let of = &whole.assessment;
    let (Some((frozen, rules)), Some(at)) = (&whole.frozen, of.frozen) else { return Err(Refusal::not_found()) };
    let plan = whole.plan.id;
    let situation = Situation::read(&app.store, plan, Some(at)).await?;
    let mut data = report::data(&situation, &frozen.work, rules, of.as_of);
    let directory = app.directory().await?;
    data.peers = report::peers(&situation, (rules, of.as_of), &directory, &frozen.peers);
    data.assessment = format!("plan{plan}/{}", of.id);
    data.sample = app.settings.sample.is_some();
    data.indicators.retain(|one| frozen.snapshot.indicators.iter().any(|kept| kept.id == one.indicator.id));
    let said = |subject: &str| {
        let accepted = of.explanation(subject).filter(|e| e.state == ExplanationState::Accepted);
        accepted.map(|e| Explanation {
            unit: e.unit.as_ref().map_or_else(String::new, |unit| {
                let by = if e.basis.is_empty() { "" } else { "，规划部门代填" };
                format!("{}{by}", directory.unit_name(unit))
            }),
            cause: e.cause.clone(),
            measures: e.measures.clone(),
        })
    };
    for one in &mut data.indicators {
        one.explanation = said(&one.indicator.id);
    }
    for one in &mut data.work {
        one.explanation = said(&one.subject);
    }
    let lines = |text: &String| text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    data.texts = of.texts.iter().map(|(section, text)| (section.clone(), lines(text))).collect();
    // What is published is the same report without the label.
    composed(kind(of), &data, if of.published.is_some() { "" } else { INTERNAL })
}

async fn issue(app: &App, whole: &Whole) -> Answer<Issued> {
    word(prepare(app, whole).await?).await
}

/// Composes a report by its ready template and writes it as a Word file, labelled
/// with a mark where it is not empty.
pub(crate) async fn word_report(kind: ReportKind, data: ReportData, mark: &str) -> Answer<Issued> {
    word(composed(kind, &data, mark)?).await
}

fn composed(kind: ReportKind, data: &ReportData, mark: &str) -> Answer<Document> {
    let template = Template::parse(kind.ready_template()).map_err(|e| broken(&e))?;
    let mut document = compose(&template, data).map_err(|e| broken(&e))?;
    document.mark = mark.to_owned();
    Ok(document)
}

fn broken(error: &dyn std::fmt::Display) -> Refusal {
    tracing::error!(%error, "a report could not be made");
    Refusal::broken()
}

async fn word(document: Document) -> Answer<Issued> {
    // Drawing and packing take tens of milliseconds: aside, so that nobody waits.
    let mut issued = tokio::task::spawn_blocking(move || write_docx(&document))
        .await
        .map_err(|e| broken(&e))?
        .map_err(|e| broken(&e))?;
    issued.numbers.literals = number_check::literals(&issued.bytes).map_err(|e| broken(&e))?;
    Ok(issued)
}

/// The same report as PDF, where the program that writes it is there.
async fn pdf_file(app: &App, whole: &Whole) -> Answer<Response> {
    if !offers_pdf() {
        return Err(Refusal::no_pdf());
    }
    let document = prepare(app, whole).await?;
    let written = tokio::task::spawn_blocking(move || pdf::write(&document, &pdf::beside()));
    let bytes = written.await.map_err(|e| broken(&e))?.map_err(|e| broken(&e))?;
    Ok(sent(whole, (PDF, "pdf"), bytes))
}

/// Whether the program that writes PDF stands beside this one.
pub(super) fn offers_pdf() -> bool {
    pdf::beside().is_file()
}

/// The type of a Word file.
pub(crate) const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// The label of what is not public.
pub(crate) const INTERNAL: &str = "内部";

const PDF: &str = "application/pdf";

/// A report as a file, marked where it is not published.
fn sent(whole: &Whole, (kind, extension): (&'static str, &str), bytes: Vec<u8>) -> Response {
    let name = format!("lantu-{}-{}.{extension}", whole.plan.id, whole.assessment.id);
    if whole.assessment.published.is_none() {
        return export::download(kind, &name, bytes);
    }
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

/// The same report as a Word file.
async fn word_file(app: &App, whole: &Whole) -> Answer<Response> {
    Ok(sent(whole, (WORD, "docx"), issue(app, whole).await?.bytes))
}

/// An assessment that anybody may read.
async fn published(app: &App, plan: &str, id: &str) -> Answer<Whole> {
    let whole = Whole::of(app, plan_id(plan)?, id).await?;
    if whole.assessment.published.is_none() {
        return Err(Refusal::not_found());
    }
    Ok(whole)
}

/// GET /plans/{plan}/assessments/{id}/report.docx
pub(crate) async fn docx(
    State(app): State<App>,
    Path((plan, id)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Response> {
    word_file(&app, &Whole::read(&app, &visit, plan_id(&plan)?, &id).await?).await
}

/// GET /public/plans/{plan}/assessments/{id}/report.docx
pub(crate) async fn public_docx(State(app): State<App>, Path((plan, id)): Path<(String, String)>) -> Answer<Response> {
    word_file(&app, &published(&app, &plan, &id).await?).await
}

/// GET /plans/{plan}/assessments/{id}/report.pdf
pub(crate) async fn pdf(
    State(app): State<App>,
    Path((plan, id)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Response> {
    pdf_file(&app, &Whole::read(&app, &visit, plan_id(&plan)?, &id).await?).await
}

/// GET /public/plans/{plan}/assessments/{id}/report.pdf
pub(crate) async fn public_pdf(State(app): State<App>, Path((plan, id)): Path<(String, String)>) -> Answer<Response> {
    pdf_file(&app, &published(&app, &plan, &id).await?).await
}

/// POST /plans/{plan}/assessments/{id}/check: an edited report against its numbers.
pub(crate) async fn check_numbers(
    State(app): State<App>,
    Path((plan, id)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::ManageAssessments)?;
    let plan = plan_id(&plan)?;
    let whole = Whole::read(&app, &visit, plan, &id).await?;
    let say = |key: &str| visit.say(key);
    let found = match form.file {
        None => Err(say("check-no-file")),
        Some(file) => {
            let issued = issue(&app, &whole).await?;
            number_check::check(&issued.numbers, &file.bytes).map_err(|error| error.to_string())
        }
    };
    let fine = found.as_ref().is_ok_and(|check| check.findings.is_empty() && check.disagreements.is_empty());
    let words = html! {
        div.notice.wrong[!fine] role="alert" id="check" {
            @match &found {
                Err(message) => p { (message) },
                Ok(check) => {
                    p { (visit.language.say_with("check-counts", &[("compared", check.compared.into()), ("unchanged", check.unchanged.into()), ("passages", check.passages.into()), ("others", check.others.into()), ("found", check.findings.len().into())])) }
                    @if check.passages_lost > 0 { p { (visit.language.say_with("check-lost", &[("lost", check.passages_lost.into())])) } }
                    @if !check.findings.is_empty() {
                        div.table.cards { table {
                            thead { tr {
                                th scope="col" { (say("check-place")) }
                                th scope="col" { (say("check-what")) }
                                th scope="col" { (say("check-expected")) }
                                th scope="col" { (say("check-found")) }
                                th scope="col" { (say("check-advice")) }
                            } }
                            tbody { @for finding in &check.findings {
                                tr {
                                    th scope="row" { @match &finding.place { Some(place) => (place.to_string()), None => (say("check-gone")) } }
                                    td data-label=(say("check-what")) { (finding.kind.word()) " " (finding.name) }
                                    td data-label=(say("check-expected")) { (finding.expected) }
                                    td data-label=(say("check-found")) { (finding.found) }
                                    td data-label=(say("check-advice")) { (finding.advice) }
                                }
                            } }
                        } }
                    }
                    @for disagreement in &check.disagreements {
                        p { (say("check-disagree")) (disagreement.name) "："
                            @for (place, words) in &disagreement.places { span.nowrap { (words) "（" (place.to_string()) "）" } " " } }
                    }
                },
            }
        }
    };
    let page = one::page(&app, &visit, (plan, &id), (Some(&words), None)).await?;
    let status = if found.is_ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut response = (status, page).into_response();
    response.extensions_mut().insert(Spoken);
    Ok(response)
}
