//! Two editions beside each other.

use document_reader::Source;
use maud::{Markup, html};
use plan_workflow::{
    confirm::{Act, Content, DecisionRecord},
    editions::{Change, Compared, Comparison},
    records::PlanId,
};

use crate::{messages::Language, pages::plans::moment, server::visit::Visit, ui::figure};

/// Rows of a list; the rest is counted.
const SHOWN: usize = 500;

/// What is shown of a comparison.
pub(super) struct Comparing<'a> {
    pub(super) visit: &'a Visit,
    pub(super) plan: PlanId,
    pub(super) comparison: &'a Comparison,
    /// The edition before.
    pub(super) before: u32,
    /// What people decided, for what is open again.
    pub(super) decisions: &'a [DecisionRecord],
}

/// The word for what became of a commitment.
fn word(change: Change, language: Language) -> String {
    match change {
        Change::ValueChanged => language.say("change-value"),
        Change::Reworded => language.say("change-reworded"),
        Change::Gone => language.say("change-gone"),
        Change::New => language.say("change-new"),
        Change::Unchanged => language.say("change-unchanged"),
    }
}

impl Comparing<'_> {
    /// How many commitments and lines there are of each sort.
    pub(super) fn summary(&self) -> Markup {
        let comparison = self.comparison;
        html! {
            ul.tally { @for change in Change::ALL {
                li { a href=(format!("#{}", change.code())) { span.big { (comparison.count(*change)) } span { (word(*change, self.visit.language)) } } }
            } }
            p.second {
                (self.visit.language.say_with("edition-lines", &[
                    ("same", comparison.same_lines.into()),
                    ("gone", comparison.gone_lines.len().into()),
                    ("new", comparison.new_lines.len().into()),
                ]))
            }
        }
    }

    /// Everything that is not the same, by sort, and the new lines of the text.
    pub(super) fn differences(&self, new: &Source) -> Markup {
        let of = |change: Change| self.comparison.items.iter().filter(move |item| item.change == change);
        html! {
            @for change in [Change::ValueChanged, Change::Reworded, Change::Gone, Change::New] {
                @let count = self.comparison.count(change);
                @if count > 0 {
                    section id=(change.code()) {
                        h2 { (word(change, self.visit.language)) " " (count) }
                        @if change == Change::ValueChanged { p.second { (self.visit.say("edition-open-again")) } }
                        (self.table(of(change).take(SHOWN)))
                        @if count > SHOWN { p.second { (self.visit.language.say_with("problem-more", &[("count", (count - SHOWN).into())])) } }
                    }
                }
            }
            @if !self.comparison.new_lines.is_empty() {
                details id="lines" {
                    summary { (self.visit.say("edition-new-lines")) }
                    ol.small { @for number in self.comparison.new_lines.iter().take(SHOWN) {
                        @if let Some(line) = new.line(*number) { li value=(number) { (line.text) } }
                    } }
                }
            }
        }
    }

    fn table<'c>(&self, items: impl Iterator<Item = &'c Compared>) -> Markup {
        let say = |key: &str| self.visit.say(key);
        html! {
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("edition-commitment")) }
                    th scope="col" { (say("edition-before")) }
                    th scope="col" { (say("edition-after")) }
                } }
                tbody { @for item in items {
                    @let content = item.new.as_ref().or(item.old.as_ref());
                    tr {
                        th scope="row" { @if let Some(content) = content { (content.name()) } " " span.second.small { (item.key) } }
                        td data-label=(say("edition-before")) {
                            @match &item.old { Some(old) => { (self.side(old, Some(self.before))) (self.decided(item)) } None => span.second { "—" } }
                        }
                        td data-label=(say("edition-after")) {
                            @match &item.new { Some(new) => (self.side(new, None)), None => span.second { "—" } }
                        }
                    }
                } }
            } }
        }
    }

    /// Target and words of one side, with the way to an older edition's line.
    fn side(&self, content: &Content, edition: Option<u32>) -> Markup {
        let line = content.anchor().line.to_string();
        let words = self.visit.language.say_with("place-line", &[("line", line.as_str().into())]);
        html! {
            @match content {
                Content::Measure(found) => div { (figure::target(&found.target, self.visit.language)) },
                Content::Work(found) => @if !found.verb.is_empty() { div { (found.verb) } },
            }
            div.small.second {
                @match edition {
                    Some(number) => a.nowrap href=(self.visit.href(&format!("/plans/{}/editions/{number}/source", self.plan), &[]) + &format!("#L{line}")) { (words) },
                    None => span.nowrap { (words) },
                }
                " “" (content.quote()) "”"
            }
        }
    }

    /// Who had decided what is open again.
    fn decided(&self, item: &Compared) -> Markup {
        let about = |decision: &&DecisionRecord| {
            decision.touched().contains(&item.key) && !matches!(decision.act, Act::Undo(_))
        };
        let last = self.decisions.iter().rfind(about).filter(|_| item.change == Change::ValueChanged);
        html! {
            @if let Some(decision) = last {
                div.small {
                    (self.visit.say("edition-decided")) " " (self.visit.say(&format!("act-{}", decision.act.code()))) " · " (decision.actor) " " (moment(decision.at))
                }
            }
        }
    }
}
