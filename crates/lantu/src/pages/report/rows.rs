//! One sheet as a form: a row for each figure and each piece of work, with the
//! last value, the range in which the next is expected, and what is known already.

use jiff::civil::Date;
use maud::{Markup, html};
use plan_assessment::quality::QualityFinding;
use plan_model::{AnswerKind, ExpectedRange, WorkState};
use plan_workflow::{
    collection::template::{AnswerDraft, WorkDraft},
    collection::{Asking, DueFigure, Entry, Known, RoundState, Row, RowState, SavedEntry, Stage},
    directory::Directory,
    permissions::Action,
};

use super::{
    Came, anchor,
    draft::{Draft, Trouble},
    mine::{Mine, again, waits},
};
use crate::{
    messages::Language,
    server::visit::Visit,
    ui::{figure, form},
};

/// What a section is drawn from.
pub(super) struct Section<'a> {
    pub(super) visit: &'a Visit,
    pub(super) today: Date,
    pub(super) directory: &'a Directory,
    pub(super) mine: &'a Mine,
    pub(super) asking: &'a Asking,
    pub(super) came: &'a Came,
    pub(super) findings: &'a [QualityFinding],
}

/// How a row stands, in words.
pub(super) fn state_words(row: Option<&Row>, language: Language) -> String {
    language.say(match row.map(|row| row.state) {
        None => "row-open",
        Some(RowState::Saved) => "row-saved",
        Some(RowState::Returned) => "row-returned",
        Some(RowState::Submitted) => "row-submitted",
        Some(RowState::Approved) => "row-approved",
        Some(RowState::Accepted) => "row-accepted",
    })
}

/// What a row says, in words.
pub(super) fn entry_words(entry: &Entry, unit: &str, visit: &Visit) -> Markup {
    match entry {
        Entry::Figure(answer) => html! {
            @match answer.value() {
                Some(value) => (figure::amount(value, unit)),
                None => { (answer_words(answer.kind(), visit)) },
            }
            @if let plan_model::Answer::Figure { proxy, source, .. } = answer {
                @if *proxy { " " span.kind { (visit.say("report-proxy")) } }
                @if !source.is_empty() { div.second.small { (source) } }
            }
            @if let Some(reason) = answer.reason() { div.second.small { (reason) } }
            @if let Some(day) = answer.expected() {
                div.second.small { (visit.language.say_with("report-expected-on", &[("date", day.to_string().into())])) }
            }
        },
        Entry::Work(report) => html! {
            (work_words(report.state, visit))
            @if let Some(share) = report.share_done { " " (share) "%" }
            @for (key, text) in [("fill-progress", &report.progress), ("work-problems", &report.problems), ("work-next", &report.next_steps), ("work-evidence", &report.evidence)] {
                @if !text.is_empty() { div.second.small { (visit.say(key)) "：" (text) } }
            }
        },
    }
}

fn answer_words(kind: AnswerKind, visit: &Visit) -> String {
    visit.say(&format!("answer-{}", kind.code()))
}

fn work_words(state: WorkState, visit: &Visit) -> String {
    visit.say(&format!("workstate-{}", state.code()))
}

/// Whether a figure lies outside the range in which it is expected.
pub(super) fn is_outside(due: &DueFigure) -> bool {
    let value = due.row.answer.as_ref().and_then(plan_model::Answer::value);
    let outside = |value: plan_model::Decimal, range: &ExpectedRange| {
        range.low.is_some_and(|low| value < low) || range.high.is_some_and(|high| value > high)
    };
    value.zip(due.row.expected.as_ref()).is_some_and(|(value, range)| outside(value, range))
}

/// How late a row is, in words; empty in time.
pub(super) fn late_words(days: u16, visit: &Visit) -> Markup {
    html! { @if days > 0 { span.age { (visit.language.say_with("report-late", &[("days", days.into())])) } } }
}

/// The dates of a round and how it stands today.
pub(in crate::pages) fn dates(state: &RoundState, today: Date, visit: &Visit) -> Markup {
    let round = &state.round;
    let fillings = [("due", round.due.to_string().into()), ("closes", round.closes.to_string().into())];
    html! {
        (visit.language.say_with("report-dates", &fillings))
        @if round.provisional { " " span.kind { (visit.say("report-provisional")) } }
        @if state.is_locked() {
            " " span.kind { (visit.say("round-locked")) }
        } @else if today > round.closes {
            " " span.kind { (visit.say("round-closed")) }
        } @else if today > round.due {
            " " (late_words(plan_workflow::calendar::WorkingDays::shipped().between(round.due, today), visit))
        }
    }
}

/// The sheet as a section of the page.
pub(super) fn section(part: &Section<'_>) -> Markup {
    let Section { visit, today, directory, mine, .. } = part;
    let Some(state) = mine.state() else { return html! {} };
    let say = |key: &str| visit.say(key);
    let may_fill = visit.actor.reach(Action::ReportForUnit).holds(&mine.holder);
    let mut asked: Vec<&str> = state.asked_of(&mine.unit).collect();
    asked.sort_by_key(|subject| !waits(mine.sheet.row(subject), *today));
    let (figures, work): (Vec<&str>, Vec<&str>) = asked.into_iter().partition(|subject| subject.starts_with('I'));
    let path = mine.path();
    let sheet = format!("{path}/{}", mine.unit);
    html! {
        section {
            h2 { (directory.unit_name(&mine.holder)) " · " (state.round.title) }
            p.second.small {
                a href=(visit.href(&format!("/plans/{}", mine.plan.id), &[])) { (mine.plan.head.title) } " · " (dates(state, *today, visit))
                @if mine.unit != mine.holder {
                    " · " (visit.language.say_with("report-from-merged", &[("unit", directory.unit_name(&mine.unit).into())]))
                }
                " · " a href=(sheet) { (say("report-look")) }
                @if may_fill { " · " a href={ (sheet) "/template.xlsx" } { (say("report-template")) } }
            }
            form method="post" action=(path) {
                (form::token(&visit.session.csrf))
                fieldset.bare disabled[!may_fill || state.is_locked()] {
                    @if !figures.is_empty() {
                        div.table.cards { table.fill {
                            thead { tr {
                                th scope="col" { (say("report-indicator")) }
                                th.number scope="col" { (say("report-last")) }
                                th scope="col" { (say("report-range")) }
                                th scope="col" { (say("report-value")) }
                                th scope="col" { (say("report-state")) }
                            } }
                            tbody { @for subject in &figures { (part.figure(state, subject)) } }
                        } }
                    }
                    @if !work.is_empty() {
                        div.table.cards { table.fill {
                            thead { tr {
                                th scope="col" { (say("work-item")) }
                                th scope="col" { (say("report-work")) }
                                th scope="col" { (say("report-state")) }
                            } }
                            tbody { @for subject in &work { (part.work(state, subject)) } }
                        } }
                    }
                    div.actions {
                        button type="submit" name="do" value="save" { (say("report-save-all")) }
                        button.main type="submit" name="do" value="submit" { (say("report-submit")) }
                    }
                }
            }
            @if may_fill && !state.is_locked() { (upload(part, &sheet)) }
        }
    }
}

/// The form that takes the filled workbook.
fn upload(part: &Section<'_>, sheet: &str) -> Markup {
    let visit = part.visit;
    let id = format!("workbook-{}", part.mine.unit);
    let fields = html! {
        div.filters {
            div.field {
                label for=(id) { (visit.say("report-upload")) }
                input type="file" id=(id) name="file" required accept=".xlsx";
            }
            div.actions {
                button type="submit" name="do" value="save" { (visit.say("report-upload-save")) }
                button type="submit" name="do" value="submit" { (visit.say("report-upload-submit")) }
            }
        }
    };
    form::upload(visit, &format!("{sheet}/workbook"), &fields)
}

impl Section<'_> {
    fn say(&self, key: &str) -> String {
        self.visit.say(key)
    }

    fn typed(&self, subject: &str, row: Option<&Row>) -> (Draft, Option<&Trouble>) {
        match self.came.troubles.get(subject) {
            Some(trouble) => (trouble.typed.clone(), Some(trouble)),
            None => (Draft::of(row.and_then(Row::now).map(|saved| &saved.entry), subject), None),
        }
    }

    fn figure(&self, state: &RoundState, subject: &str) -> Markup {
        let row = self.mine.sheet.row(subject);
        let Some(due) = self.asking.figure(&state.round, subject, row) else { return html! {} };
        let (Draft::Figure(typed), trouble) = self.typed(subject, row) else { return html! {} };
        let indicator = self.visit.href(&format!("/plans/{}/indicators/{subject}", self.mine.plan.id), &[]);
        let reads = self.visit.may(Action::ReadPlans);
        let name = format!("value.{subject}");
        let wrong = wrong(trouble, "value");
        html! {
            tr.here[self.came.at == subject] {
                th scope="row" {
                    label for=(anchor(subject)) { (due.row.name) }
                    div.second.small { @if reads { a href=(indicator) { (subject) } } @else { (subject) } " · " (due.row.period) }
                }
                td.number data-label=(self.say("report-last")) {
                    @match &due.row.last {
                        Some(last) => (figure::figure(last.value, &due.row.unit, last.period, "")),
                        None => (figure::missing(&self.say("report-last-none"))),
                    }
                }
                td data-label=(self.say("report-range")) {
                    @match &due.row.expected {
                        Some(range) => (range_words(range, self.visit)),
                        None => (figure::missing(&self.say("report-range-none"))),
                    }
                }
                td data-label=(self.say("report-value")) {
                    input type="hidden" name={ "seen." (subject) } value=(row.map_or(0, Row::number));
                    span.nowrap {
                        input id=(anchor(subject)) name=(name) value=(typed.value) inputmode="decimal" autocomplete="off" size="10"
                            aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| format!("wrong-{}", anchor(subject)))];
                        " " (due.row.unit) " "
                        button type="submit" name="do" value="save" { (self.say("fill-save")) }
                    }
                    @if let Some(words) = wrong { div.wrong id={ "wrong-" (anchor(subject)) } { (words) } }
                    @if trouble.is_none() && is_outside(&due) { div.age { (self.say("report-outside")) } }
                    @if trouble.is_none() {
                        @for finding in self.findings.iter().filter(|finding| finding.indicator == subject) {
                            div.age { (figure::sentence(&finding.message, self.visit.language)) "；" (figure::sentence(&finding.advice, self.visit.language)) }
                        }
                    }
                    @if let Some(theirs) = trouble.and_then(|trouble| trouble.theirs.as_ref()) { (self.theirs(theirs, &due.row.unit)) }
                    @for (place, known) in due.known.iter().enumerate() { (self.known(&due, (subject, place), known)) }
                    (self.more(subject, &typed, trouble))
                }
                (self.state(state, subject, row))
            }
        }
    }

    /// Why there is no figure, and where a figure comes from.
    fn more(&self, subject: &str, typed: &AnswerDraft, trouble: Option<&Trouble>) -> Markup {
        let fields = ["answer", "reason", "expected", "proxy", "source"];
        let open = !typed.answer.is_empty() || fields.iter().any(|field| wrong(trouble, field).is_some());
        let id = |field: &str| format!("{field}-{}", anchor(subject));
        html! {
            details.more open[open] {
                summary.small { (self.say("report-more")) }
                div.field {
                    label for=(id("answer")) { (self.say("report-answer")) }
                    select id=(id("answer")) name={ "answer." (subject) } {
                        option value="" { (self.say("answer-figure")) }
                        @for kind in AnswerKind::ALL.iter().filter(|kind| **kind != AnswerKind::Figure) {
                            option value=(kind.word()) selected[typed.answer == kind.word()] { (answer_words(*kind, self.visit)) }
                        }
                    }
                    (wrong_line(trouble, "answer"))
                }
                @for (field, value, key) in [("reason", &typed.reason, "report-reason"), ("expected", &typed.expected, "report-expected"), ("source", &typed.source, "report-source")] {
                    div.field {
                        label for=(id(field)) { (self.say(key)) }
                        input id=(id(field)) name={ (field) "." (subject) } value=(value) type=(if field == "expected" { "date" } else { "text" });
                        (wrong_line(trouble, field))
                    }
                }
                label { input type="checkbox" name={ "proxy." (subject) } value="是" checked[!typed.proxy.is_empty()]; " " (self.say("report-proxy-mark")) }
                (wrong_line(trouble, "proxy"))
            }
        }
    }

    fn known(&self, due: &DueFigure, (subject, place): (&str, usize), known: &Known) -> Markup {
        let taken = due.row.answer.as_ref().and_then(plan_model::Answer::value) == Some(known.value);
        let day = known.at.strftime("%F").to_string();
        let fillings = [
            ("date", day.into()),
            ("standing", figure::standing(known.standing, self.visit.language).into()),
            ("value", figure::number(known.value).into()),
        ];
        html! {
            div.second.small {
                @if let Some(plan) = &known.plan { (plan) "：" }
                (self.visit.language.say_with("report-known", &fillings))
                @if !known.source.is_empty() { "（" (known.source) "）" }
                @if !taken { " " button.plain type="submit" name="take" value={ (subject) "/" (place) } { (self.say("report-take")) } }
            }
        }
    }

    /// What somebody else wrote in the meantime, beside what was typed.
    fn theirs(&self, theirs: &SavedEntry, unit: &str) -> Markup {
        html! {
            div.notice.warn role="alert" {
                p { (self.visit.language.say_with("report-theirs", &[("actor", theirs.actor.as_str().into())])) " " (entry_words(&theirs.entry, unit, self.visit)) }
                p.small { (self.say("report-theirs-hint")) }
            }
        }
    }

    fn work(&self, state: &RoundState, subject: &str) -> Markup {
        let row = self.mine.sheet.row(subject);
        let Some(due) = self.asking.work(&state.round, subject, row) else { return html! {} };
        let (Draft::Work(typed), trouble) = self.typed(subject, row) else { return html! {} };
        html! {
            tr.here[self.came.at == subject] {
                th scope="row" {
                    label for=(anchor(subject)) { (due.title) }
                    div.second.small { (subject) " · " (self.say(&format!("workkind-{}", due.kind.code()))) }
                    @for node in &due.nodes {
                        div.small { (self.visit.language.say_with("report-node", &[("date", node.due.to_string().into())])) " " (node.deliverable) }
                    }
                }
                td data-label=(self.say("report-work")) {
                    input type="hidden" name={ "seen." (subject) } value=(row.map_or(0, Row::number));
                    @if let Some(theirs) = trouble.and_then(|trouble| trouble.theirs.as_ref()) { (self.theirs(theirs, "")) }
                    (self.work_fields(subject, &typed, trouble))
                    button type="submit" name="do" value="save" { (self.say("fill-save")) }
                }
                (self.state(state, subject, row))
            }
        }
    }

    fn work_fields(&self, subject: &str, typed: &WorkDraft, trouble: Option<&Trouble>) -> Markup {
        let id = |field: &str| format!("{field}-{}", anchor(subject));
        let long = [
            ("progress", &typed.progress, "fill-progress"),
            ("problems", &typed.problems, "work-problems"),
            ("next", &typed.next_steps, "work-next"),
        ];
        let short = [("share", &typed.share_done, "work-share"), ("evidence", &typed.evidence, "work-evidence")];
        html! {
            div.fields {
                div.field {
                    label for=(anchor(subject)) { (self.say("work-state")) }
                    select id=(anchor(subject)) name={ "state." (subject) } {
                        option value="" { "—" }
                        @for state in WorkState::ALL {
                            option value=(state.word()) selected[typed.state == state.word()] { (work_words(*state, self.visit)) }
                        }
                    }
                    (wrong_line(trouble, "state"))
                }
                @for (field, value, key) in short {
                    div.field {
                        label for=(id(field)) { (self.say(key)) }
                        input id=(id(field)) name={ (field) "." (subject) } value=(value) autocomplete="off";
                        (wrong_line(trouble, field))
                    }
                }
                @for (field, value, key) in long {
                    div.field {
                        label for=(id(field)) { (self.say(key)) }
                        textarea id=(id(field)) name={ (field) "." (subject) } rows="2" { (value) }
                        (wrong_line(trouble, field))
                    }
                }
            }
        }
    }

    fn state(&self, state: &RoundState, subject: &str, row: Option<&Row>) -> Markup {
        let late = self.mine.sheet.late(subject, state.round.due, self.today);
        let returned = row.filter(|row| row.state == RowState::Returned).and_then(|row| row.returned.as_ref());
        html! {
            td data-label=(self.say("report-state")) {
                (state_words(row, self.visit.language)) " " (late_words(late, self.visit))
                @if again(row, self.today) { div.age { (self.say("report-again")) } }
                @if let Some(saved) = row.and_then(Row::now) { div.second.small { (saved.actor) } }
                @if let Some(returned) = returned {
                    div.wrong { (stage_words(returned.stage, self.visit)) " " (returned.actor) "：" (returned.reason) }
                }
                @if let Some(before) = row.and_then(Row::revises) {
                    div.second.small { (self.say("report-revises")) " " (entry_words(&before.entry, "", self.visit)) }
                }
            }
        }
    }
}

fn range_words(range: &ExpectedRange, visit: &Visit) -> String {
    let number = |value: plan_model::Decimal| figure::number(value);
    match (range.low, range.high) {
        (Some(low), Some(high)) => format!("{} – {}", number(low), number(high)),
        (Some(low), None) => format!("≥ {}", number(low)),
        (None, Some(high)) => format!("≤ {}", number(high)),
        (None, None) => visit.say("report-range-none"),
    }
}

/// Who returned a row.
fn stage_words(stage: Stage, visit: &Visit) -> String {
    visit.say(match stage {
        Stage::Unit => "report-returned-unit",
        Stage::Planning => "report-returned-planning",
    })
}

fn wrong<'a>(trouble: Option<&'a Trouble>, field: &str) -> Option<&'a str> {
    trouble?.wrong.iter().find(|(name, _)| *name == field).map(|(_, words)| words.as_str())
}

fn wrong_line(trouble: Option<&Trouble>, field: &str) -> Markup {
    html! { @if let Some(words) = wrong(trouble, field) { span.wrong { (words) } } }
}
