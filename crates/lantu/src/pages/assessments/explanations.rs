//! What units have to explain on the page of an assessment, and its forms.

use maud::{Markup, html};
use plan_workflow::{
    assessments::{Explanation, ExplanationState, Stage},
    permissions::Action,
};

use super::one::View;
use crate::{messages::Language, ui::form::Field};

fn explained(of: ExplanationState, language: Language) -> Markup {
    let (shape, words) = match of {
        ExplanationState::Asked => ("○", language.say("explain-asked")),
        ExplanationState::Written => ("◐", language.say("explain-written")),
        ExplanationState::Approved => ("◑", language.say("explain-approved")),
        ExplanationState::Accepted => ("●", language.say("explain-accepted")),
        ExplanationState::Returned => ("■", language.say("explain-returned")),
    };
    html! { span.light { span.shape aria-hidden="true" { (shape) } span.word { (words) } } }
}

impl View<'_> {
    /// What has to be explained, binding indicators first.
    pub(super) fn explanations(&self) -> Markup {
        let of = self.of();
        let done = of.explanations.iter().filter(|e| e.state == ExplanationState::Accepted).count();
        html! {
            section aria-labelledby="explanations" {
                h2 #explanations { (self.say("explanations-title")) }
                @if of.explanations.is_empty() { p { (self.say("explanations-none")) } }
                @else {
                    p { (self.visit.language.say_with("explanations-done", &[("done", done.into()), ("all", of.explanations.len().into())])) }
                    div.table.cards { table {
                        thead { tr {
                            th scope="col" { (self.say("explain-subject")) }
                            th scope="col" { (self.say("explain-unit")) }
                            th scope="col" { (self.say("explain-why")) }
                            th scope="col" { (self.say("explain-state")) }
                            th scope="col" { (self.say("explain-said")) }
                        } }
                        tbody { @for one in &of.explanations { (self.explanation(one)) } }
                    } }
                }
            }
        }
    }

    /// Where a commitment is looked at: on its own page, by the third party in what was frozen.
    pub(super) fn href_of(&self, subject: &str) -> String {
        if !self.visit.may(Action::ReadPlans) {
            return format!("#v-{subject}");
        }
        let place = if subject.starts_with('I') { "indicators" } else { "work" };
        self.visit.href(&format!("/plans/{}/{place}/{subject}", self.whole.plan.id), &[])
    }

    fn explanation(&self, one: &Explanation) -> Markup {
        let href = self.href_of(&one.subject);
        html! {
            tr id=(one.subject) {
                th scope="row" {
                    a href=(href) { (one.name) }
                    @if one.binding { " " span.second.small { (self.say("explain-binding")) } }
                }
                td data-label=(self.say("explain-unit")) {
                    @match &one.unit {
                        Some(unit) => (self.directory.unit_name(unit)),
                        None => span.second { (self.say("explain-no-unit")) },
                    }
                }
                td data-label=(self.say("explain-why")) { (one.why) }
                td data-label=(self.say("explain-state")) {
                    (explained(one.state, self.visit.language))
                    div.small.second { (self.visit.language.say_with("explain-by", &[("due", one.due.to_string().into())])) }
                    @if one.chased > 0 { div.small.second { (self.visit.language.say_with("explain-chased", &[("count", one.chased.into())])) } }
                }
                td data-label=(self.say("explain-said")) {
                    @if let Some((reason, by)) = &one.returned { div.small.wrong { (self.say("explain-back")) (reason) "（" (by) "）" } }
                    @if !one.cause.is_empty() { p.small { (self.say("explain-cause")) (one.cause) } p.small { (self.say("explain-measures")) (one.measures) } }
                    @if !one.basis.is_empty() { p.small.second { (self.visit.language.say_with("explain-for", &[("who", one.by.clone().into()), ("basis", one.basis.clone().into())])) } }
                    (self.explanation_forms(one))
                }
            }
        }
    }

    fn explanation_forms(&self, one: &Explanation) -> Markup {
        use ExplanationState as S;
        if self.of().stage != Stage::Explaining {
            return html! {};
        }
        let for_unit = |action: Action| match &one.unit {
            Some(unit) => self.visit.actor.reach(action).holds(unit),
            None => self.manages(),
        };
        let writes = for_unit(Action::ReportForUnit) || for_unit(Action::ApproveForUnit);
        let subject = html! { input type="hidden" name="subject" value=(one.subject); };
        let key = ("subject", one.subject.as_str());
        let at = self.at("explain", &[key]);
        // What a unit said on paper is written down for it, and marked.
        let for_it = !writes && self.manages();
        let basis = Field {
            name: "basis",
            label: self.say("explain-basis"),
            value: at.value("basis", &one.basis),
            hint: self.say("explain-basis-hint"),
            wrong: at.wrong("basis"),
            required: true,
            ..Field::default()
        };
        let areas = html! {
            (subject)
            div.field { label { (self.say("explain-cause-label")) textarea name="cause" rows="3" required { (at.value("cause", &one.cause)) } } }
            div.field { label { (self.say("explain-measures-label")) textarea name="measures" rows="3" required { (at.value("measures", &one.measures)) } } }
            @if for_it { (basis.draw()) }
        };
        let back = |desk: &str| {
            let reason = self.at("return", &[key, ("desk", desk)]);
            html! {
                (subject) input type="hidden" name="desk" value=(desk);
                div.field { label { (self.say("explain-reason")) input name="reason" value=(reason.value("reason", "")) required autocomplete="off"; } }
            }
        };
        let desk = |desk: &str| html! { (subject) input type="hidden" name="desk" value=(desk); };
        html! {
            @if (writes || for_it) && matches!(one.state, S::Asked | S::Written | S::Returned) {
                details open[(writes && one.state != S::Written) || at.is_sent()] {
                    summary.small { (self.say(if for_it { "explain-write-for" } else { "explain-write" })) }
                    (self.step("explain", &areas, "explain-send"))
                }
            }
            @if for_unit(Action::ApproveForUnit) && one.state == S::Written {
                (self.step("approve", &desk("unit"), "explain-approve"))
                details { summary.small { (self.say("explain-return")) } (self.step("return", &back("unit"), "explain-return")) }
            }
            @if self.manages() && matches!(one.state, S::Written | S::Approved) {
                (self.step("approve", &desk("planning"), "explain-accept"))
                details { summary.small { (self.say("explain-return")) } (self.step("return", &back("planning"), "explain-return")) }
            }
            @if self.manages() && one.unit.is_some() && matches!(one.state, S::Asked | S::Returned) { (self.step("chase", &subject, "explain-chase")) }
        }
    }
}
