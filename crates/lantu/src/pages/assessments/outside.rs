//! The frozen verdicts on the page of an assessment, and those of others beside them.

use maud::{Markup, html};
use plan_assessment::{Likeness, RuleSet, agreements};
use plan_model::{Decimal, plain};
use plan_workflow::{
    assessments::{Frozen, Stage},
    permissions::Action,
};

use super::one::View;
use crate::{
    messages::Language,
    ui::{
        form::{self, Field},
        light,
    },
};

impl View<'_> {
    /// Verdicts of others beside ours.
    pub(super) fn outside(&self, frozen: &Frozen, rules: &RuleSet) -> Markup {
        let of = self.of();
        let all: Vec<_> = of.outside.iter().map(|(verdict, _)| verdict.clone()).collect();
        let named = of.evaluators.contains(&self.visit.actor.name) && self.visit.may(Action::Evaluate);
        html! {
            section aria-labelledby="outside" {
                h2 #outside { (self.say("outside-title")) }
                @for (by, agreement) in agreements(&frozen.verdicts, &all, rules) {
                    h3 { (by) }
                    p { (self.visit.language.say_with("outside-agree", &[("same", agreement.same.into()), ("judged", agreement.judged.into())])) }
                    div.table.cards { table {
                        thead { tr {
                            th scope="col" { (self.say("explain-subject")) }
                            th scope="col" { (self.say("outside-ours")) }
                            th scope="col" { (self.say("outside-theirs")) }
                            th scope="col" { (self.say("outside-likeness")) }
                        } }
                        tbody { @for row in &agreement.rows {
                            tr {
                                th scope="row" { a href=(self.href_of(&row.id)) { (self.name_of(frozen, &row.id)) } }
                                td data-label=(self.say("outside-ours")) { (row.ours) }
                                td data-label=(self.say("outside-theirs")) { (row.official) @for (verdict, comment) in &of.outside { @if verdict.indicator == row.id && verdict.by == by && !comment.is_empty() { div.small { (comment) } } } }
                                td data-label=(self.say("outside-likeness")) { (self.likeness(row.likeness)) }
                            }
                        } }
                    } }
                }
                @if of.stage == Stage::Explaining && (named || self.manages()) { (self.outside_form(frozen, rules, named)) }
                @else if all.is_empty() { p.second { (self.say("outside-none")) } }
            }
        }
    }

    fn likeness(&self, of: Likeness) -> String {
        match of {
            Likeness::Same => self.say("likeness-same"),
            Likeness::Apart(classes) => {
                self.visit.language.say_with("likeness-apart", &[("count", u32::from(classes).into())])
            }
            Likeness::NotJudged => self.say("likeness-not-judged"),
            Likeness::UnknownWord => self.say("likeness-unknown"),
        }
    }

    /// What was frozen of everything: how it stands, where it should be, and why.
    pub(super) fn judged(&self, frozen: &Frozen) -> Markup {
        let number = |value: Option<Decimal>| value.map_or_else(|| "—".to_owned(), |value| plain(value.round_dp(2)));
        let language = self.visit.language;
        html! {
            details {
                summary { (self.say("judged-all")) }
                div.table.cards { table {
                    thead { tr {
                        th scope="col" { (self.say("explain-subject")) }
                        th scope="col" { (self.say("explain-why")) }
                        th.number scope="col" { (self.say("judged-actual")) }
                        th.number scope="col" { (self.say("judged-expected")) }
                        th scope="col" { (self.say("judged-reason")) }
                    } }
                    tbody {
                        @for (indicator, verdict) in frozen.snapshot.indicators.iter().zip(&frozen.verdicts) {
                            tr id=(format!("v-{}", indicator.id)) {
                                th scope="row" { span.second.small { (indicator.id) } " " (indicator.name) @if !indicator.unit.to_string().is_empty() { span.second.small { "（" (indicator.unit) "）" } } }
                                td data-label=(self.say("explain-why")) { (light::light(&verdict.status, language)) }
                                td.number data-label=(self.say("judged-actual")) { (number(verdict.value.as_ref().map(|judged| judged.value))) @if let Some(judged) = &verdict.value { " " span.second.small { (judged.period) } } }
                                td.number data-label=(self.say("judged-expected")) { (number(verdict.expected)) }
                                td.small data-label=(self.say("judged-reason")) { (if language == Language::Zh { &verdict.trail.reason.zh } else { &verdict.trail.reason.en }) }
                            }
                        }
                        @for work in &frozen.work {
                            tr id=(format!("v-{}", work.id)) {
                                th scope="row" { span.second.small { (work.id) } " " (work.name) }
                                td data-label=(self.say("explain-why")) { (light::light(&work.verdict.status, language)) }
                                td.number data-label=(self.say("judged-actual")) { "—" }
                                td.number data-label=(self.say("judged-expected")) { "—" }
                                td.small data-label=(self.say("judged-reason")) { (if language == Language::Zh { &work.verdict.reason.zh } else { &work.verdict.reason.en }) }
                            }
                        }
                    }
                } }
            }
        }
    }

    fn name_of<'f>(&self, frozen: &'f Frozen, id: &'f str) -> &'f str {
        frozen.snapshot.indicators.iter().find(|i| i.id == id).map_or(id, |i| i.name.as_str())
    }

    fn outside_form(&self, frozen: &Frozen, rules: &RuleSet, named: bool) -> Markup {
        let at = self.at("outside", &[]);
        let subjects: Vec<(String, String)> =
            frozen.snapshot.indicators.iter().map(|i| (i.id.clone(), format!("{} {}", i.id, i.name))).collect();
        let mut words: Vec<(String, String)> = Vec::new();
        for band in &rules.bands {
            if !words.iter().any(|(word, _)| *word == band.status.word) {
                words.push((band.status.word.clone(), light::word(&band.status, self.visit.language).to_owned()));
            }
        }
        let who = [("third", "outside-third"), ("official", "outside-official")];
        let who: Vec<(String, String)> = who.iter().map(|(code, key)| ((*code).to_owned(), self.say(key))).collect();
        let fields = html! {
            (form::choice("subject", &self.say("explain-subject"), at.value("subject", ""), &subjects))
            @if named { (form::choice("word", &self.say("outside-theirs"), at.value("word", ""), &words)) } @else {
                // An official evaluation has words of its own.
                div.field {
                    label for="field-word" { (self.say("outside-theirs")) }
                    input #field-word name="word" list="words" value=(at.value("word", "")) required autocomplete="off";
                    datalist #words { @for (word, _) in &words { option value=(word) {} } }
                }
            }
            @if !named {
                (form::choice("who", &self.say("outside-who"), at.value("who", "third"), &who))
                (Field { name: "by", label: self.say("outside-by"), value: at.value("by", ""), required: true, ..Field::default() }.draw())
            }
            (Field { name: "source", label: self.say("outside-source"), value: at.value("source", ""), ..Field::default() }.draw())
            (Field { name: "comment", label: self.say("outside-comment"), value: at.value("comment", ""), ..Field::default() }.draw())
        };
        html! { details open[at.is_sent()] { summary { (self.say("outside-add")) } (self.step("outside", &fields, "outside-save")) } }
    }
}
