//! One assessment: what it found, who still has to say what, and what follows.

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_assessment::{InputChange, Replayed, RuleSet, changes, conclude};
use plan_model::{Status, Verdict};
use plan_workflow::{
    assessments::{self, Assessment, ExplanationState, Frozen, Matter, Stage},
    directory::Directory,
    permissions::Action,
    records::{Plan, PlanId},
    storage::Storage as _,
};

use super::{
    kind_name, may_see,
    sent::{At, Sent},
};
use crate::{
    messages::Language,
    pages::plans::{moment, plan_id},
    server::{
        App,
        refusal::{Answer, Refusal},
        visit::{Visit, field},
    },
    ui::{
        form::{self, Field},
        layout::{self, Frame, Place},
        light,
    },
};

/// So many changed inputs are shown.
const MOST_CHANGES: usize = 200;

/// The name of a stage.
pub(super) fn stage(of: Stage, language: Language) -> String {
    match of {
        Stage::Preparing => language.say("stage-preparing"),
        Stage::Explaining => language.say("stage-explaining"),
        Stage::Finished => language.say("stage-finished"),
        Stage::Sent => language.say("stage-sent"),
        Stage::Published => language.say("stage-published"),
        Stage::Withdrawn => language.say("stage-withdrawn"),
    }
}

/// What an assessment waits for, in a word.
pub(super) fn waiting(of: &Assessment, language: Language) -> String {
    let open = of.explanations.iter().filter(|e| e.state != ExplanationState::Accepted).count();
    let unanswered = of.opinions.iter().filter(|o| o.reply.is_none()).count();
    match of.stage {
        Stage::Explaining if open > 0 => language.say_with("waiting-explanations", &[("count", open.into())]),
        Stage::Sent if unanswered > 0 => language.say_with("waiting-replies", &[("count", unanswered.into())]),
        Stage::Published | Stage::Withdrawn => "—".to_owned(),
        Stage::Preparing => language.say("waiting-freeze"),
        Stage::Explaining => language.say("waiting-finish"),
        Stage::Finished => language.say("waiting-send"),
        Stage::Sent => language.say("waiting-publish"),
    }
}

/// An assessment with what it judges.
pub(super) struct Whole {
    pub(super) plan: Plan,
    pub(super) assessment: Assessment,
    /// What is frozen, with the rules it was judged by.
    pub(super) frozen: Option<(Frozen, RuleSet)>,
}

impl Whole {
    /// Reads it, for somebody who may see it; for others it is not there.
    pub(super) async fn read(app: &App, visit: &Visit, plan: PlanId, id: &str) -> Answer<Self> {
        let whole = Self::of(app, plan, id).await?;
        if may_see(visit, &whole.assessment) { Ok(whole) } else { Err(Refusal::not_found()) }
    }

    /// Reads it, whoever asks.
    pub(super) async fn of(app: &App, plan: PlanId, id: &str) -> Answer<Self> {
        let assessment = assessments::read(&app.store, plan, id).await?;
        let frozen = match assessment.frozen {
            Some(_) => {
                let frozen = assessments::frozen(&app.store, plan, id).await?;
                let rules = RuleSet::parse(&frozen.snapshot.rule_set).map_err(|_| Refusal::broken())?;
                Some((frozen, rules))
            }
            None => None,
        };
        Ok(Self { plan: app.store.plan(plan).await?, assessment, frozen })
    }
}

/// GET /plans/{plan}/assessments/{id}
pub(crate) async fn assessment(
    State(app): State<App>,
    Path((plan, id)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Markup> {
    page(&app, &visit, (plan_id(&plan)?, &id), (None, None)).await
}

/// The page, with words of its own over it, and with what was sent and refused.
pub(super) async fn page(
    app: &App,
    visit: &Visit,
    (plan, id): (PlanId, &str),
    (words, sent): (Option<&Markup>, Option<&Sent>),
) -> Answer<Markup> {
    let whole = Whole::read(app, visit, plan, id).await?;
    let directory = app.directory().await?;
    let due = plan_workflow::assessments::explanations_due(app.today());
    let asked = field(&visit.query(), "replay").is_some();
    let changed = match (&whole.frozen, asked) {
        (Some((frozen, rules)), true) => {
            let matter = Matter::read(&app.store, plan, app.today()).await?;
            let now = matter.snapshot(rules, whole.assessment.as_of, &whole.assessment.chapters);
            let mut changed = changes(&frozen.snapshot, &now);
            changed.extend(frozen.peer_changes(&matter.peers));
            Some(changed)
        }
        _ => None,
    };
    let content = View { app, visit, whole: &whole, directory: &directory, due, changed, sent }.content(words);
    let title = whole.assessment.title.clone();
    let frame = Frame { visit, place: Place::Assessments, plan: Some(&whole.plan), title: &title };
    Ok(layout::page(app, &frame, &content))
}

pub(super) struct View<'a> {
    pub(super) app: &'a App,
    pub(super) visit: &'a Visit,
    pub(super) whole: &'a Whole,
    pub(super) directory: &'a Directory,
    pub(super) due: jiff::civil::Date,
    /// Which inputs are others now, where that was asked.
    changed: Option<Vec<InputChange>>,
    /// The form that was sent and refused.
    sent: Option<&'a Sent>,
}

impl<'a> View<'a> {
    pub(super) fn say(&self, key: &str) -> String {
        self.visit.say(key)
    }

    pub(super) fn of(&self) -> &'a Assessment {
        &self.whole.assessment
    }

    fn base(&self) -> String {
        format!("/plans/{}/assessments/{}", self.whole.plan.id, self.of().id)
    }

    /// The form of a step, with what was sent of it.
    pub(super) fn at(&self, what: &str, key: &[(&str, &str)]) -> At<'a> {
        At::step(self.sent, what, key)
    }

    pub(super) fn manages(&self) -> bool {
        self.visit.may(Action::ManageAssessments)
    }

    fn content(&self, wrong: Option<&Markup>) -> Markup {
        let (of, frozen) = (self.of(), self.whole.frozen.as_ref());
        html! {
            @if let Some(words) = wrong { (words) }
            @if let Some(sent) = self.sent { (sent.notice(self.visit.language)) }
            (self.head())
            @match frozen {
                None => @if of.withdrawn.is_none() { (self.prepare()) },
                Some((frozen, rules)) => {
                    (self.results(frozen, rules))
                    (self.explanations())
                    (self.outside(frozen, rules))
                    (self.problems())
                    (self.report())
                    (self.congress())
                },
            }
            (self.withdrawal())
        }
    }

    /// The stages, and what was set.
    fn head(&self) -> Markup {
        let of = self.of();
        html! {
            @if let Some(how) = &of.withdrawn {
                div.notice #withdrawn role="note" { p { (self.visit.language.say_with("withdrawn-line", &[("who", how.by.clone().into()), ("when", moment(how.at).into()), ("why", how.reason.clone().into())])) } }
            } @else {
                ol.steps aria-label=(self.say("assessment-stage")) {
                    @for one in Stage::ALL {
                        li aria-current=[(one == of.stage).then_some("step")] class=[(one < of.stage).then_some("done")] { (stage(one, self.visit.language)) }
                    }
                }
            }
            dl.facts {
                dt { (self.say("assessment-kind")) } dd { (kind_name(&of.kind, self.visit.language)) }
                dt { (self.say("assessment-as-of")) } dd { (of.as_of) }
                dt { (self.say("assessment-rules")) } dd { (self.rules_title()) }
                @if let Some(at) = of.frozen { dt { (self.say("assessment-frozen")) } dd { (moment(at)) } }
                @if !of.chapters.is_empty() { dt { (self.say("assessment-chapters")) } dd { (of.chapters.join("、")) } }
                @if !of.evaluators.is_empty() { dt { (self.say("assessment-evaluators")) } dd { (of.evaluators.join("、")) } }
            }
        }
    }

    /// What the rule set is called; its code word where it is no longer there.
    fn rules_title(&self) -> String {
        let kept = self.whole.frozen.as_ref().map(|(_, rules)| rules);
        let rules = kept.or_else(|| self.app.rule_set(Some(&self.of().rule_set)));
        let title = rules.map(|rules| match self.visit.language {
            Language::Zh => rules.title.clone(),
            Language::En => rules.title_en.clone(),
        });
        title.unwrap_or_else(|| self.of().rule_set.clone())
    }

    /// A form of one step; its fields, and the word of its button.
    pub(super) fn step(&self, what: &str, fields: &Markup, button: &str) -> Markup {
        html! {
            form.rows method="post" action=(self.visit.href(&self.base(), &[])) {
                (form::token(&self.visit.session.csrf))
                input type="hidden" name="do" value=(what);
                input type="hidden" name="seen" value=(self.of().events);
                (fields)
                div.actions { button type="submit" { (self.say(button)) } }
            }
        }
    }

    fn prepare(&self) -> Markup {
        let (due, at) = (self.due.to_string(), self.at("freeze", &[]));
        let fields = html! {
            (Field { name: "due", label: self.say("explain-due"), value: at.value("due", &due), wrong: at.wrong("due"), kind: "date", hint: self.say("explain-due-hint"), required: true, ..Field::default() }.draw())
        };
        html! {
            section aria-labelledby="freeze" {
                h2 #freeze { (self.say("freeze-title")) }
                p { (self.say("freeze-intro")) }
                @if self.manages() { (self.step("freeze", &fields, "freeze-do")) }
            }
        }
    }

    /// How many stand how, and whether it can be computed again.
    fn results(&self, frozen: &Frozen, rules: &RuleSet) -> Markup {
        let whole = conclude(&frozen.verdicts, rules);
        html! {
            section aria-labelledby="results" {
                h2 #results { (self.say("results-title")) }
                ul.tally {
                    @for count in &whole.counts { li { span.big { (count.count) } (light::light(&count.status, self.visit.language)) } }
                }
                (work_tally(frozen, self.visit.language))
                p {
                    (self.visit.language.say_with("results-met", &[("met", whole.met.into()), ("all", whole.all.into())]))
                    " " a href=(self.visit.href(&self.base(), &[("replay", "1")])) { (self.say("replay")) }
                }
                @if let Some(changed) = &self.changed { (self.replayed(frozen, changed)) }
                (self.judged(frozen))
            }
        }
    }

    /// Whether the same inputs give the same verdicts, and which inputs are others now.
    fn replayed(&self, frozen: &Frozen, changed: &[InputChange]) -> Markup {
        let (fine, words) = match frozen.replay() {
            Ok(Replayed::Identical) => (true, self.say("replay-same")),
            Ok(Replayed::ProgramDiffers(ids)) => (false, format!("{} {}", self.say("replay-differs"), ids.join("、"))),
            Err(error) => (false, error.to_string()),
        };
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "—".to_owned());
        html! {
            div.notice.wrong[!fine] role="status" { p { (words) } }
            @if changed.is_empty() { p { (self.say("replay-unchanged")) } }
            @else {
                p { (self.visit.language.say_with("replay-changed", &[("count", changed.len().into())])) }
                div.table.cards { table {
                    thead { tr {
                        th scope="col" { (self.say("replay-input")) }
                        th scope="col" { (self.say("replay-before")) }
                        th scope="col" { (self.say("replay-after")) }
                    } }
                    tbody { @for change in changed.iter().take(MOST_CHANGES) {
                        tr {
                            th scope="row" { (change.sort) " " (change.which) @if !change.field.is_empty() { " " (change.field) } }
                            td data-label=(self.say("replay-before")) { (or_none(&change.before)) }
                            td data-label=(self.say("replay-after")) { (or_none(&change.after)) }
                        }
                    } }
                } }
            }
        }
    }

    fn problems(&self) -> Markup {
        let of = self.of();
        let at = self.at("problem", &[]);
        let field = |name: &'static str, label: &str, kind: &'static str| {
            let hint = if name == "unit" { self.say("problem-unit-hint") } else { String::new() };
            let (value, wrong) = (at.value(name, ""), at.wrong(name));
            Field { name, label: self.say(label), value, wrong, hint, kind, ..Field::default() }.draw()
        };
        let fields = html! {
            div.field { label { (self.say("problem-text")) textarea name="text" rows="2" required { (at.value("text", "")) } } }
            (field("subject", "problem-subject", ""))
            (field("unit", "problem-unit", ""))
            (field("due", "problem-due", "date"))
        };
        html! {
            section aria-labelledby="problems" {
                h2 #problems { (self.say("problems-title")) }
                @if of.problems.is_empty() { p.second { (self.say("problems-none")) } }
                @else { ol { @for (number, problem) in (1_u32..).zip(&of.problems) {
                    li {
                        (problem.text)
                        @if let Some(unit) = &problem.unit { "（" (self.directory.unit_name(unit)) @if let Some(due) = problem.due { "，" (due) } "）" }
                        @match &problem.solved {
                            Some(how) => div.small { span.light { span.shape aria-hidden="true" { "✓" } (self.say("problem-solved")) } " " (how) },
                            None => @if self.manages() && of.withdrawn.is_none() {
                                details { summary.small { (self.say("problem-solve")) }
                                    (self.step("solve", &html! { input type="hidden" name="number" value=(number); div.field { label { (self.say("problem-how")) input name="how" required autocomplete="off"; } } }, "problem-solve")) }
                            },
                        }
                    }
                } } }
                @if self.manages() && of.stage < Stage::Published { details open[at.is_sent()] { summary { (self.say("problem-add")) } (self.step("problem", &fields, "problem-add")) } }
            }
        }
    }

    /// The free sections, the file, the check of its numbers, the end of it.
    fn report(&self) -> Markup {
        let of = self.of();
        let sections = super::report::sections(of);
        let open = of.stage == Stage::Explaining;
        html! {
            section aria-labelledby="report" {
                h2 #report { (self.say("report-title")) }
                p {
                    a.button href=(format!("{}/report.docx", self.base())) { (self.say("report-word")) }
                    @if super::report::offers_pdf() { " " a.button href=(format!("{}/report.pdf", self.base())) { (self.say("report-pdf")) } }
                    " " span.second.small { (self.say("report-hint")) }
                }
                @for (name, prompt) in &sections {
                    @let kept = of.texts.get(name).map_or("", String::as_str);
                    @let text = self.at("write", &[("section", name)]).value("text", kept);
                    details open[text.is_empty() && open && self.manages()] {
                        summary { (name) @if text.is_empty() { " " span.second.small { (self.say("report-empty")) } } }
                        @if self.manages() && open {
                            (self.step("write", &html! {
                                input type="hidden" name="section" value=(name);
                                div.field { label { (prompt) textarea name="text" rows="5" { (text) } } }
                            }, "report-save"))
                        } @else { p { (text) } }
                    }
                }
                (form::upload(self.visit, &self.visit.href(&format!("{}/check", self.base()), &[]), &html! {
                    div.field { label for="returned" { (self.say("check-file")) } input #returned type="file" name="file" accept=".docx" required; span.hint { (self.say("check-hint")) } }
                    div.actions { button.plain type="submit" { (self.say("check-do")) } }
                }))
                @if self.manages() && open { (self.step("finish", &html! { p { (self.say("finish-intro")) } }, "finish-do")) }
                @if self.manages() && of.stage == Stage::Finished {
                    details { summary { (self.say("reopen-do")) } (self.step("reopen", &html! { div.field { label { (self.say("explain-reason")) input name="reason" required autocomplete="off"; } } }, "reopen-do")) }
                }
            }
        }
    }
}

/// How many tasks and projects stand how by their nodes.
pub(super) fn work_tally(frozen: &Frozen, language: Language) -> Markup {
    let mut tallies: Vec<(&Status, usize)> = Vec::new();
    for one in &frozen.work {
        match tallies.iter_mut().find(|(status, _)| status.code == one.verdict.status.code) {
            Some((_, count)) => *count += 1,
            None => tallies.push((&one.verdict.status, 1)),
        }
    }
    tallies.sort_by_key(|(status, _)| (!status.judged, status.order));
    html! {
        @if !frozen.work.is_empty() {
            p { (language.say_with("results-work", &[("count", frozen.work.len().into())])) }
            ul.tally { @for (status, count) in tallies { li { span.big { (count) } (light::light(status, language)) } } }
        }
    }
}

/// The rows of a table of verdicts for readers without an account.
pub(super) fn verdict_rows(frozen: &Frozen, verdicts: &[Verdict], language: Language) -> Markup {
    html! {
        @for (indicator, verdict) in frozen.snapshot.indicators.iter().zip(verdicts) {
            tr { th scope="row" { (indicator.name) } td { (light::light(&verdict.status, language)) } }
        }
    }
}
