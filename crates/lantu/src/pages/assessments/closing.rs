//! How an assessment ends: before the congress and in public, or withdrawn.

use jiff::civil::Date;
use maud::{Markup, html};
use plan_workflow::{assessments::Stage, permissions::Action};

use super::{one::View, sent::At};
use crate::ui::form::Field;

impl View<'_> {
    /// Sending, opinions, replies, publication.
    pub(super) fn congress(&self) -> Markup {
        let of = self.of();
        let (send, publish, opine) = (self.at("send", &[]), self.at("publish", &[]), self.at("opine", &[]));
        // The first day that can be, where it is not today's.
        let earliest = of.sent.as_ref().map(|(on, _)| *on).into_iter().chain(of.finished).chain([of.as_of]);
        let today = earliest.fold(self.app.today(), Date::max).to_string();
        let day = |at: At<'_>, label: &str| {
            let (name, value, wrong) = ("on", at.value("on", &today).to_owned(), at.wrong("on").map(str::to_owned));
            let (value, wrong) = (value.as_str(), wrong.as_deref());
            Field { name, label: self.say(label), value, wrong, kind: "date", required: true, ..Field::default() }
                .draw()
        };
        html! {
            section aria-labelledby="congress" {
                h2 #congress { (self.say("congress-title")) }
                @if of.stage < Stage::Finished { p.second { (self.say("congress-later")) } }
                @if self.manages() && of.stage == Stage::Finished {
                    (self.step("send", &html! { (day(send, "send-on")) (Field { name: "to", label: self.say("send-to"), value: send.value("to", ""), required: true, ..Field::default() }.draw()) }, "send-do"))
                }
                @if let Some((on, to)) = &of.sent { p { (self.visit.language.say_with("sent-line", &[("on", on.to_string().into()), ("to", to.clone().into())])) } }
                @if !of.opinions.is_empty() { ol { @for (number, opinion) in (1_u32..).zip(&of.opinions) {
                    li {
                        (opinion.text) @if !opinion.from.is_empty() { "（" (opinion.from) "）" }
                        @match &opinion.reply {
                            Some(reply) => p.small { strong { (self.say("opinion-replied")) } " " (reply) },
                            None => @if self.manages() && of.stage == Stage::Sent {
                                (self.step("reply", &html! { input type="hidden" name="number" value=(number); div.field { label { (self.say("opinion-reply")) textarea name="text" rows="2" required { (self.at("reply", &[("number", &number.to_string())]).value("text", "")) } } } }, "opinion-reply"))
                            } @else { p.small.second { (self.say("opinion-open")) } },
                        }
                    }
                } } }
                @if of.stage == Stage::Sent {
                    @if self.visit.may(Action::RecordOpinions) {
                        details open[opine.is_sent()] { summary { (self.say("opinion-add")) }
                            (self.step("opine", &html! { div.field { label { (self.say("opinion-text")) textarea name="text" rows="3" required { (opine.value("text", "")) } } } (Field { name: "from", label: self.say("opinion-from"), value: opine.value("from", ""), ..Field::default() }.draw()) }, "opinion-add")) }
                    }
                    @if self.manages() { (self.step("publish", &day(publish, "publish-on"), "publish-do")) }
                }
                @if let Some(on) = of.published {
                    p { (self.visit.language.say_with("published-line", &[("on", on.to_string().into())])) " "
                        a href=(format!("/public/plans/{}/assessments/{}", self.whole.plan.id, of.id)) { (self.say("published-open")) } }
                }
            }
        }
    }

    /// Taking back what was begun by mistake, as long as it was not sent.
    pub(super) fn withdrawal(&self) -> Markup {
        let at = self.at("withdraw", &[]);
        html! {
            @if self.manages() && self.of().stage < Stage::Sent {
                details open[at.is_sent()] {
                    summary { (self.say("withdraw-title")) }
                    p { (self.say("withdraw-intro")) }
                    (self.step("withdraw", &html! { div.field { label { (self.say("withdrawn-why")) input name="reason" value=(at.value("reason", "")) required autocomplete="off"; } } }, "withdraw-do"))
                }
            }
        }
    }
}
