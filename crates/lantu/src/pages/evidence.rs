//! 佐证材料: the files that show that a figure or a report of work is true, listed
//! beside it, with the form that takes another one.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_model::{Period, Standing, UnitId};
use plan_workflow::{
    WorkflowError, assignments,
    directory::Directory,
    evidence::{About, Attachment, Cabinet, RefusedFile, Sent},
    permissions::Action,
    records::{FigureRecord, Plan, PlanId},
};

use super::plans::{moment, plan_id};
use crate::{
    server::{
        App,
        posted::{Posted, SentFile},
        refusal::{Answer, Refusal},
        visit::{Visit, address},
    },
    ui::{
        figure,
        form::{self, Field, choice},
    },
};

impl App {
    /// The cabinet of files as a visitor may use it.
    pub(crate) fn cabinet<'a>(&'a self, visit: &'a Visit, directory: &'a Directory) -> Cabinet<'a, plan_store::Store> {
        let now = self.clock.now();
        Cabinet { storage: &self.store, actor: &visit.actor, now, today: self.today(), directory }
    }

    /// What a visitor may see of a plan's evidence, as known on the day looked back to.
    pub(crate) async fn evidence(&self, visit: &Visit, plan: PlanId) -> Answer<Vec<Attachment>> {
        if !visit.may(Action::ReadPlans) {
            return Ok(Vec::new());
        }
        let directory = self.directory().await?;
        Ok(self.cabinet(visit, &directory).readable(plan, visit.known_at).await?)
    }

    /// Attaches a file that a visitor sent.
    pub(crate) async fn attach(&self, visit: &Visit, plan: PlanId, about: About, file: &SentFile) -> Answer<u32> {
        let directory = self.directory().await?;
        let sent = Sent { name: &file.name, bytes: &file.bytes };
        let limit = self.settings.evidence_mb;
        Ok(self.cabinet(visit, &directory).attach(plan, about, (sent, limit)).await?)
    }

    /// A file to be taken along, never to be shown within a page.
    pub(crate) async fn evidence_file(&self, visit: &Visit, plan: PlanId, hash: &str) -> Answer {
        let directory = self.directory().await?;
        let (found, bytes) = self.cabinet(visit, &directory).open(plan, hash).await?;
        let ending = found.name.rsplit('.').next().filter(|end| end.bytes().all(|b| b.is_ascii_alphanumeric()));
        let plain = format!("evidence-{}.{}", found.number, ending.unwrap_or("bin"));
        // RFC 6266 with the encoding of RFC 8187: the name for old programs, and the real one.
        let kept = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        let real: String = found
            .name
            .bytes()
            .map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect();
        let headers = [
            (header::CONTENT_TYPE, found.media_type),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{real}")),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        ];
        Ok((headers, bytes).into_response())
    }
}

/// What the form that takes a file offers.
#[derive(Debug, Default)]
pub(super) struct Form<'a> {
    /// The commitments to choose from: id and words; one is not asked.
    pub(super) subjects: Vec<(String, String)>,
    /// The round, on a unit's sheet.
    pub(super) round: &'a str,
    /// The figures to choose from.
    pub(super) figures: Vec<(String, String)>,
}

/// The evidence of a page.
pub(super) struct Shelf {
    plan: PlanId,
    all: Vec<Attachment>,
    may_attach: bool,
    may_detach: bool,
}

impl Shelf {
    /// What belongs to a commitment.
    pub(super) async fn of_subject(app: &App, visit: &Visit, plan: PlanId, subject: &str) -> Answer<Self> {
        let mut all = app.evidence(visit, plan).await?;
        all.retain(|one| one.about.subject == subject);
        let directory = app.directory().await?;
        let mut may_attach = visit.may(Action::AttachEvidence);
        if may_attach {
            let book = assignments::read(&app.store, plan, None).await?.on(&directory, app.today());
            may_attach = app.cabinet(visit, &directory).may_attach(&book, subject);
        }
        Ok(Self { plan, all, may_attach, may_detach: visit.may(Action::AttachEvidence) })
    }

    /// What belongs to a unit's sheet.
    pub(super) async fn of_sheet(
        app: &App,
        visit: &Visit,
        plan: &Plan,
        (round, unit): (&str, &UnitId),
    ) -> Answer<Self> {
        let mut all = app.evidence(visit, plan.id).await?;
        all.retain(|one| one.about.round.as_deref() == Some(round) && one.about.unit.as_ref() == Some(unit));
        let directory = app.directory().await?;
        let reach = visit.actor.reach(Action::AttachEvidence);
        let may = visit.may(Action::AttachEvidence) && reach.holds(directory.unit_on(unit, app.today()));
        Ok(Self { plan: plan.id, all, may_attach: may, may_detach: may })
    }

    /// The files that stand beside something: name, size, who, when.
    pub(super) fn beside(&self, visit: &Visit, of: impl Fn(&About) -> bool) -> Markup {
        let here = || self.all.iter().filter(|one| one.detached.is_none() && of(&one.about));
        html! {
            @if here().next().is_some() {
                ul.small { @for one in here() { li { (self.link(visit, one)) } } }
            }
        }
    }

    /// The files that belong to a figure: attached to it, or to the sheet it came from.
    pub(super) fn beside_figure(&self, visit: &Visit, record: &FigureRecord) -> Markup {
        let o = &record.observation;
        self.beside(visit, |about| {
            let same = (about.standing, about.vintage) == (Some(o.standing), Some(o.vintage));
            let reported = about.round.is_some() && o.standing == Standing::Reported;
            about.period == Some(o.period) && (same || reported)
        })
    }

    fn link(&self, visit: &Visit, one: &Attachment) -> Markup {
        let file = format!("/plans/{}/evidence/{}", self.plan, one.hash);
        html! {
            @if one.detached.is_none() { a href=(file) { (one.name) } } @else { s { (one.name) } }
            " " span.second { (size(one.size)) " · " (one.actor) " · " (moment(one.at)) }
            @if !one.about.note.is_empty() { " " (one.about.note) }
            @if let Some((why, at, who)) = &one.detached {
                div.second { (visit.say("evidence-detached")) " " (who) " · " (moment(*at)) "：" (why) }
            }
        }
    }

    /// Everything there is, with the form that takes another file where the visitor may.
    pub(super) fn section(&self, app: &App, visit: &Visit, form: Option<Form<'_>>) -> Markup {
        let say = |key: &str| visit.say(key);
        html! {
            section id="evidence" {
                h2 { (visit.language.say_with("evidence-title", &[("count", self.all.iter().filter(|one| one.detached.is_none()).count().into())])) }
                @if self.all.is_empty() { p.second { (say("evidence-none")) } }
                @if !self.all.is_empty() {
                    ul { @for one in &self.all {
                        li {
                            span.kind { (belongs(visit, &one.about)) } " " (self.link(visit, one))
                            @if self.may_detach && one.detached.is_none() { (self.detach_form(visit, one)) }
                        }
                    } }
                }
                @if let Some(form) = form.filter(|_| self.may_attach) { (self.form(app, visit, &form)) }
            }
        }
    }

    fn detach_form(&self, visit: &Visit, one: &Attachment) -> Markup {
        let id = format!("detach-{}", one.number);
        html! {
            details {
                summary.small { (visit.say("evidence-detach")) }
                form.filters method="post" action={ "/plans/" (self.plan) "/evidence/" (one.number) } {
                    (form::token(&visit.session.csrf))
                    div.field {
                        label for=(id) { (visit.say("evidence-reason")) }
                        input id=(id) name="reason" required autocomplete="off";
                    }
                    div.actions { button type="submit" { (visit.say("evidence-detach")) } }
                }
            }
        }
    }

    fn form(&self, app: &App, visit: &Visit, form: &Form<'_>) -> Markup {
        let say = |key: &str| visit.say(key);
        let limit = visit.language.say_with("evidence-hint", &[("mb", app.settings.evidence_mb.into())]);
        let content = html! {
            input type="hidden" name="round" value=(form.round);
            @match form.subjects.as_slice() {
                [(only, _)] => input type="hidden" name="subject" value=(only);,
                several => (choice("subject", &say("evidence-subject"), "", several)),
            }
            @if !form.figures.is_empty() { (choice("figure", &say("evidence-figure"), "", &form.figures)) }
            div.field {
                label for="field-evidence" { (say("evidence-file")) }
                input type="file" id="field-evidence" name="file" required aria-describedby="field-evidence-hint"
                    accept=".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.ofd,.odt,.doc,.xls,.txt,.csv";
                span.hint id="field-evidence-hint" { (limit) }
            }
            (Field { name: "about", label: say("evidence-note"), ..Field::default() }.draw())
            div.actions { button type="submit" { (say("evidence-attach")) } }
        };
        form::upload(visit, &format!("/plans/{}/evidence", self.plan), &content)
    }
}

/// The figures of an indicator to choose from, the latest period first.
pub(super) fn figures(visit: &Visit, all: &[Arc<FigureRecord>]) -> Vec<(String, String)> {
    let mut all: Vec<_> = all.iter().map(|record| &record.observation).collect();
    all.sort_by_key(|o| (std::cmp::Reverse(o.period.last_day()), o.standing, std::cmp::Reverse(o.vintage)));
    let named = |o: &&plan_model::Observation| {
        let standing = figure::standing(o.standing, visit.language);
        let value = format!("{}/{}/{}", o.period, o.standing.code(), o.vintage);
        (value, format!("{} · {standing} · {} · v{}", o.period, figure::number(o.value), o.vintage))
    };
    let none = (String::new(), visit.say("evidence-no-figure"));
    std::iter::once(none).chain(all.iter().take(60).map(named)).collect()
}

/// To what a file belongs, in few words.
fn belongs(visit: &Visit, about: &About) -> String {
    let mut words = about.subject.clone();
    if let Some(period) = about.period {
        words.push_str(&format!(" {period}"));
    }
    if let Some(standing) = about.standing {
        words.push_str(&format!(" {}", figure::standing(standing, visit.language)));
    }
    if let Some(vintage) = about.vintage {
        words.push_str(&format!(" v{vintage}"));
    }
    words
}

/// A size as people say it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes.div_ceil(1024)),
        _ => format!("{}.{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

/// POST /plans/{plan}/evidence
pub(crate) async fn attach(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer<Redirect> {
    let Posted { visit, form } = posted;
    visit.require(Action::AttachEvidence)?;
    let id = plan_id(&plan)?;
    let given = |name: &str| Some(form.get(name).to_owned()).filter(|text| !text.is_empty());
    let figure = form.get("figure");
    let parts: Vec<&str> = figure.split('/').collect();
    let (period, standing, vintage) = match parts.as_slice() {
        [""] => (None, None, None),
        [period, standing, vintage] => {
            let wrong = || Refusal::wrong_field("figure", figure);
            let period: Period = period.parse().map_err(|_| wrong())?;
            let standing: Standing = standing.parse().map_err(|_| wrong())?;
            (Some(period), Some(standing), Some(vintage.parse().map_err(|_| wrong())?))
        }
        _ => return Err(Refusal::wrong_field("figure", figure)),
    };
    let subject = form.get("subject").to_owned();
    let note = form.get("about").to_owned();
    let about = About { subject, round: given("round"), period, standing, vintage, note, unit: None };
    let Some(file) = &form.file else {
        let why = RefusedFile::Content(plan_workflow::evidence::NotEvidence::Empty);
        return Err(WorkflowError::RefusedFile { name: String::new(), why }.into());
    };
    let number = app.attach(&visit, id, about, file).await?;
    back(&app, &visit, id, number).await
}

/// POST /plans/{plan}/evidence/{number}: takes it back.
pub(crate) async fn detach(
    State(app): State<App>,
    Path((plan, number)): Path<(String, String)>,
    posted: Posted,
) -> Answer<Redirect> {
    let Posted { visit, form } = posted;
    visit.require(Action::AttachEvidence)?;
    let plan = plan_id(&plan)?;
    let number: u32 = number.parse().map_err(|_| Refusal::not_found())?;
    let directory = app.directory().await?;
    app.cabinet(&visit, &directory).detach(plan, number, form.get("reason")).await?;
    back(&app, &visit, plan, number).await
}

/// The page on which an attachment is listed.
async fn back(app: &App, visit: &Visit, plan: PlanId, number: u32) -> Answer<Redirect> {
    let all = app.evidence(visit, plan).await?;
    let about = all.into_iter().find(|one| one.number == number).map(|one| one.about).unwrap_or_default();
    let path = match (about.round, about.unit) {
        (Some(round), Some(unit)) => address(&format!("/report/{plan}/{round}/{unit}"), &[]),
        _ if about.subject.starts_with('I') => visit.href(&format!("/plans/{plan}/indicators/{}", about.subject), &[]),
        _ => visit.href(&format!("/plans/{plan}/work/{}", about.subject), &[]),
    };
    Ok(Redirect::to(&(path + "#evidence")))
}

/// GET /plans/{plan}/evidence/{hash}
pub(crate) async fn download(
    State(app): State<App>,
    Path((plan, hash)): Path<(String, String)>,
    visit: Visit,
) -> Answer {
    visit.require(Action::ReadPlans)?;
    app.evidence_file(&visit, plan_id(&plan)?, &hash).await
}
