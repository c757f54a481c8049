//! 衔接: what of this year's plan carries out which promise of the plan above it?
//! For an annual plan its items beside their counterparts, to be confirmed; for
//! the plan above, what its annual plans say year by year.

mod decide;
mod yearly;

pub(crate) use decide::{decide_link, renew_links};
pub(crate) use yearly::{on_indicator, upward};

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_workflow::{
    matching::Reason,
    permissions::Action,
    records::{CommitmentRecord, IndicatorRecord, Plan, PlanId},
    slice::{self, LinkRecord, LinkState, Slice},
    storage::Storage as _,
};

use super::plans::{moment, plan_id};
use crate::{
    messages::Language,
    server::{
        App,
        refusal::Answer,
        visit::{Visit, field},
    },
    ui::{
        figure, form,
        layout::{self, Frame, Place},
        table::Part,
    },
};

/// Rows on a page.
const ROWS: usize = 50;

/// GET /plans/{plan}/slice
pub(crate) async fn slice(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    page(&app, &visit, plan_id(&plan)?, None).await
}

/// The page, with what is wrong with what was sent.
async fn page(app: &App, visit: &Visit, id: PlanId, wrong: Option<&str>) -> Answer<Markup> {
    let plan = app.store.plan(id).await?;
    let content = match slice::sliced(&plan.head) {
        Some(parent) => {
            app.visible(visit.actor.region, parent).await?;
            let slice = Slice::read(&app.store, id).await?;
            View { visit, slice: &slice }.content(wrong)
        }
        None => yearly::overview(app, visit, id).await?,
    };
    let title = visit.say("slice-title");
    Ok(layout::page(app, &Frame { visit, place: Place::Slice, plan: Some(&plan), title: &title }, &content))
}

/// The word for how an item stands.
pub(crate) fn state(state: LinkState, language: Language) -> String {
    match state {
        LinkState::Exact => language.say("link-exact"),
        LinkState::Likely => language.say("link-likely"),
        LinkState::New => language.say("link-new"),
        LinkState::Confirmed => language.say("link-confirmed"),
        LinkState::Rejected => language.say("link-rejected"),
    }
}

/// Its shape, so that it can be told without colour.
fn shape(state: LinkState) -> &'static str {
    match state {
        LinkState::Exact => "●",
        LinkState::Likely => "◆",
        LinkState::New => "○",
        LinkState::Confirmed => "✓",
        LinkState::Rejected => "×",
    }
}

/// Why two are paired, in words.
pub(crate) fn reason(reason: &Reason, language: Language) -> String {
    let or_none = |text: &str| if text.is_empty() { language.say("link-mark-none") } else { text.to_owned() };
    match reason {
        Reason::SameName => language.say("link-same-name"),
        Reason::SameEntry { entry } => language.say_with("link-same-entry", &[("entry", entry.as_str().into())]),
        Reason::AlikeName { thousandths } => {
            language.say_with("link-alike-name", &[("percent", (thousandths / 10).to_string().into())])
        }
        Reason::OtherMark { left, right } => {
            language.say_with("link-other-mark", &[("left", or_none(left).into()), ("right", or_none(right).into())])
        }
        Reason::OtherUnit { left, right } => {
            language.say_with("link-other-unit", &[("left", or_none(left).into()), ("right", or_none(right).into())])
        }
        Reason::OtherClass => language.say("link-other-class"),
    }
}

/// An annual plan beside the plan above it.
struct View<'a> {
    visit: &'a Visit,
    slice: &'a Slice,
}

impl View<'_> {
    fn say(&self, key: &str) -> String {
        self.visit.say(key)
    }

    fn base(&self) -> String {
        format!("/plans/{}/slice", self.slice.plan.id)
    }

    fn content(&self, wrong: Option<&str>) -> Markup {
        let query = self.visit.query();
        let asked = field(&query, "state").unwrap_or_default().to_owned();
        let wanted = asked.parse::<LinkState>().ok();
        let rows: Vec<_> = self
            .slice
            .rows
            .iter()
            .filter(|(_, link)| wanted.is_none() || wanted == link.as_ref().map(|record| record.link.state))
            .collect();
        let page = field(&query, "page").and_then(|page| page.parse().ok()).unwrap_or(1);
        let part = Part::new(page, ROWS, rows.len());
        let unlinked = self.slice.rows.iter().any(|(_, link)| link.is_none());
        let may = self.visit.may(Action::LinkPlans);
        html! {
            @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
            p {
                (self.say("slice-intro")) " "
                a href=(self.visit.href(&format!("/plans/{}", self.slice.parent.id), &[])) { (self.slice.parent.head.title) }
            }
            (self.tally(&asked))
            @if unlinked { div.notice { p { (self.say("slice-unlinked")) } } }
            @if may {
                form.actions method="post" action=(self.visit.href(&self.base(), &[])) {
                    (form::token(&self.visit.session.csrf))
                    button type="submit" { (self.say("slice-renew")) }
                    span.second.small { (self.say("slice-renew-hint")) }
                }
            }
            div.table.cards { table.pairs {
                thead { tr {
                    th scope="col" { (self.say("slice-item")) }
                    th scope="col" { (self.say("slice-counterpart")) }
                    th scope="col" { (self.say("slice-state")) }
                    @if may { th scope="col" { (self.say("slice-decide")) } }
                } }
                tbody { @for (own, link) in part.of(&rows) { (self.row(own, link.as_ref(), may)) } }
            } }
            (part.draw(self.visit.language, |page| self.visit.href(&self.base(), &[("state", &asked), ("page", &page.to_string())])))
            @if may { (self.choices()) }
            (self.untouched())
        }
    }

    /// How many there are of each state, each leading to them.
    fn tally(&self, asked: &str) -> Markup {
        let counts = self.slice.counts();
        let all = [
            (LinkState::Exact, counts.exact),
            (LinkState::Likely, counts.likely),
            (LinkState::New, counts.new),
            (LinkState::Confirmed, counts.confirmed),
            (LinkState::Rejected, counts.rejected),
        ];
        html! {
            ul.tally {
                li { a href=(self.visit.href(&self.base(), &[])) aria-current=[asked.is_empty().then_some("true")] {
                    span.big { (self.slice.rows.len()) } span { (self.say("slice-all")) }
                } }
                @for (state, count) in all {
                    li { a href=(self.visit.href(&self.base(), &[("state", state.code())])) aria-current=[(asked == state.code()).then_some("true")] {
                        span.big { (count) } (light(state, self.visit.language))
                    } }
                }
            }
        }
    }

    fn row(&self, own: &IndicatorRecord, link: Option<&LinkRecord>, may: bool) -> Markup {
        let id = &own.indicator.id;
        let other = link.and_then(|link| self.slice.other(link));
        html! {
            tr id=(id) {
                th scope="row" { (self.side(&self.slice.plan, own, &self.slice.own_text)) }
                td data-label=(self.say("slice-above")) {
                    @match other {
                        Some(other) => (self.side(&self.slice.parent, other, &self.slice.other_text)),
                        None => span.second { "—" },
                    }
                }
                td data-label=(self.say("slice-state")) { @if let Some(link) = link { (self.standing(link)) } @else { span.second { "—" } } }
                @if may { td data-label=(self.say("slice-decide")) { (self.forms(id, link)) } }
            }
        }
    }

    /// A side of a pair: name, target, sentence with the way to its place.
    fn side(
        &self,
        plan: &Plan,
        record: &IndicatorRecord,
        text: &std::collections::HashMap<u32, CommitmentRecord>,
    ) -> Markup {
        let indicator = &record.indicator;
        let found = record.mentions.first().and_then(|number| text.get(number));
        html! {
            a href=(self.visit.href(&format!("/plans/{}/indicators/{}", plan.id, indicator.id), &[])) { (indicator.name) }
            @for target in &indicator.targets { div.small { (figure::target(target, self.visit.language)) } }
            @if let Some(found) = found { div.small.second { (sentence(self.visit, plan.id, found)) } }
        }
    }

    /// How it stands, why, and who says so.
    fn standing(&self, link: &LinkRecord) -> Markup {
        let language = self.visit.language;
        html! {
            (light(link.link.state, language))
            @for why in &link.link.reasons { div.small.second { (reason(why, language)) } }
            @if link.link.state.by_person() {
                div.small.second { (link.actor) " " (moment(link.at)) }
                @if !link.note.is_empty() { div.small { (link.note) } }
            }
        }
    }

    fn forms(&self, id: &str, link: Option<&LinkRecord>) -> Markup {
        let action = self.visit.href(&format!("{}/{id}", self.base()), &[]);
        let seen = link.map_or(0, |link| link.version);
        let state = link.map(|link| link.link.state);
        let other = link.and_then(|link| link.link.other.as_deref()).unwrap_or_default();
        let back = self.visit.query();
        let hidden = html! {
            (form::token(&self.visit.session.csrf))
            input type="hidden" name="seen" value=(seen);
            @for (key, value) in back.iter().filter(|(key, _)| matches!(key.as_str(), "state" | "page")) {
                input type="hidden" name=(format!("back_{key}")) value=(value);
            }
        };
        html! {
            div.actions {
                @if matches!(state, Some(LinkState::Exact | LinkState::Likely)) {
                    form method="post" action=(action) {
                        (hidden) input type="hidden" name="other" value=(other);
                        button.plain type="submit" { (self.say("slice-confirm")) }
                    }
                }
                @if !matches!(state, Some(LinkState::Rejected)) {
                    form method="post" action=(action) { (hidden) input type="hidden" name="other" value=""; button.plain type="submit" { (self.say("slice-reject")) } }
                }
            }
            details {
                summary.small { (self.say("slice-change")) }
                form.field method="post" action=(action) {
                    (hidden)
                    label for=(format!("other-{id}")) { (self.say("slice-other")) }
                    input id=(format!("other-{id}")) name="other" list="others" required autocomplete="off" value=(other);
                    label for=(format!("note-{id}")) { (self.say("slice-note")) }
                    input id=(format!("note-{id}")) name="note" autocomplete="off";
                    button type="submit" { (self.say("slice-change-submit")) }
                }
            }
        }
    }

    /// What the fields of all rows offer: the indicators of the plan above.
    fn choices(&self) -> Markup {
        let mut all: Vec<&IndicatorRecord> = self.slice.others.values().collect();
        all.sort_by(|a, b| (a.indicator.id.len(), &a.indicator.id).cmp(&(b.indicator.id.len(), &b.indicator.id)));
        html! {
            datalist id="others" { @for record in all { option value=(format!("{} {}", record.indicator.id, record.indicator.name)) {} } }
        }
    }

    /// What of the plan above this year's plan does not speak of.
    fn untouched(&self) -> Markup {
        let left = self.slice.untouched();
        html! {
            @if !left.is_empty() {
                details id="untouched" {
                    summary { (self.visit.language.say_with("slice-untouched", &[("count", left.len().into())])) }
                    ul { @for record in left {
                        li {
                            a href=(self.visit.href(&format!("/plans/{}/indicators/{}", self.slice.parent.id, record.indicator.id), &[])) { (record.indicator.name) }
                            @if let Some(target) = record.indicator.targets.last() { " " (figure::target(target, self.visit.language)) }
                        }
                    } }
                }
            }
        }
    }
}

/// A state as a word with its shape.
fn light(of: LinkState, language: Language) -> Markup {
    html! { span.light { span.shape aria-hidden="true" { (shape(of)) } span.word { (state(of, language)) } } }
}

/// The words of a commitment with the way to their place.
fn sentence(visit: &Visit, plan: PlanId, found: &CommitmentRecord) -> Markup {
    let line = found.commitment.anchor.line.to_string();
    let href = visit.href(&format!("/plans/{plan}/source"), &[("line", &line)]) + &format!("#c{}", found.number);
    html! {
        a.nowrap href=(href) { (visit.language.say_with("place-line", &[("line", line.into())])) }
        " “" (found.commitment.quote) "”"
    }
}
