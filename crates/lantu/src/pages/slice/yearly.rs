//! The yearly targets of a plan, as its annual plans set them.

use maud::{Markup, html};
use plan_workflow::{
    records::{PlanId, PlanKind, PlanListing},
    slice::{self, LinkCounts, Use, YearlyTarget},
    storage::Storage as _,
};

use super::{light, sentence, state};
use crate::{
    messages::Language,
    server::{
        App,
        judged::{Judged, JudgedPlan},
        refusal::Answer,
        visit::Visit,
    },
    ui::figure,
};

/// The annual plans that carry a plan out, and every target they set.
pub(super) async fn overview(app: &App, visit: &Visit, id: PlanId) -> Answer<Markup> {
    let plans = app.plans(visit).await?;
    let mut annual: Vec<PlanListing> =
        plans.into_iter().filter(|p| p.plan.head.parent == Some(id) && p.plan.head.kind == PlanKind::Annual).collect();
    if annual.is_empty() {
        return Ok(html! { div.notice { p { (visit.say("slice-none")) } } });
    }
    annual.sort_by_key(|p| (p.plan.head.period.first_year(), p.plan.id));
    let mut rows = Vec::new();
    for listing in annual {
        let links = app.store.links(listing.plan.id, None).await?;
        let counts = LinkCounts::of(links.iter().map(|record| record.link.state));
        rows.push((listing, counts));
    }
    let situation = app.situations.of(id).await?;
    let name = |id: &str| {
        let found = situation.records.iter().find(|record| record.indicator.id == id);
        found.map_or_else(|| id.to_owned(), |record| record.indicator.name.clone())
    };
    let say = |key: &str| visit.say(key);
    Ok(html! {
        p { (say("slice-years-intro")) }
        div.table.cards { table {
            thead { tr {
                th scope="col" { (say("plan-kind-annual")) }
                th scope="col" { (say("plan-period")) }
                @for key in ["link-exact", "link-likely", "link-new", "link-confirmed", "link-rejected"] { th.number scope="col" { (say(key)) } }
            } }
            tbody { @for (listing, counts) in &rows {
                tr {
                    th scope="row" { a href=(visit.href(&format!("/plans/{}/slice", listing.plan.id), &[])) { (listing.plan.head.title) } }
                    td data-label=(say("plan-period")) { (listing.plan.head.period) }
                    @for (key, count) in [
                        ("link-exact", counts.exact),
                        ("link-likely", counts.likely),
                        ("link-new", counts.new),
                        ("link-confirmed", counts.confirmed),
                        ("link-rejected", counts.rejected),
                    ] { td.number data-label=(say(key)) { (count) } }
                }
            } }
        } }
        h2 { (visit.language.say_with("slice-targets", &[("count", situation.yearly.len().into())])) }
        (targets(visit, &situation.yearly, |target| html! {
            th scope="row" { a href=(visit.href(&format!("/plans/{id}/indicators/{}", target.indicator), &[])) { (name(&target.indicator)) } }
        }))
    })
}

/// What annual plans say of one indicator, on its page; nothing where none does.
pub(crate) fn on_indicator(visit: &Visit, plan: &JudgedPlan, judged: &Judged) -> Markup {
    let own = |target: &&YearlyTarget| target.indicator == judged.record.indicator.id;
    let found: Vec<YearlyTarget> = plan.situation.yearly.iter().filter(own).cloned().collect();
    html! {
        @if !found.is_empty() {
            section id="yearly" {
                h2 { (visit.say("slice-on-indicator")) }
                (targets(visit, &found, |_| html! {}))
            }
        }
    }
}

fn targets(visit: &Visit, all: &[YearlyTarget], first: impl Fn(&YearlyTarget) -> Markup) -> Markup {
    let say = |key: &str| visit.say(key);
    let named = all.first().is_some_and(|target| !first(target).into_string().is_empty());
    html! {
        @if all.is_empty() { p.second { (say("slice-targets-none")) } } @else {
            div.table.cards { table {
                thead { tr {
                    @if named { th scope="col" { (say("indicator")) } }
                    th scope="col" { (say("slice-year")) }
                    th scope="col" { (say("slice-target")) }
                    th scope="col" { (say("slice-from")) }
                    th scope="col" { (say("slice-used")) }
                } }
                tbody { @for target in all {
                    tr {
                        (first(target))
                        td data-label=(say("slice-year")) { (target.year) }
                        td data-label=(say("slice-target")) { span.figure { (figure::target_value(&target.target, visit.language)) } }
                        td.small data-label=(say("slice-from")) {
                            a href=(visit.href(&format!("/plans/{}/indicators/{}", target.plan, target.item), &[])) { (target.title) }
                            " " (sentence(visit, target.plan, &target.found))
                        }
                        td.small data-label=(say("slice-used")) {
                            (used(target.used, visit.language))
                            div.second { a href=(visit.href(&format!("/plans/{}/slice", target.plan), &[("state", target.state.code())]) + "#" + &target.item) { (state(target.state, visit.language)) } }
                        }
                    }
                } }
            } }
        }
    }
}

/// Whether a yearly target counts for verdicts, and why not.
fn used(used: Use, language: Language) -> String {
    match used {
        Use::Counts => language.say("use-counts"),
        Use::Unconfirmed => language.say("use-unconfirmed"),
        Use::OtherMeasure => language.say("use-other-measure"),
        Use::OtherUnit => language.say("use-other-unit"),
        Use::NoNumber => language.say("use-no-number"),
        Use::Soft => language.say("use-soft"),
        Use::InText => language.say("use-in-text"),
        Use::Differs => language.say("use-differs"),
    }
}

/// The way from an indicator of an annual plan to its counterpart above.
pub(crate) async fn upward(app: &App, visit: &Visit, plan: &JudgedPlan, judged: &Judged) -> Answer<Markup> {
    let Some(parent) = slice::sliced(&plan.plan.head) else { return Ok(html! {}) };
    if app.visible(visit.actor.region, parent).await.is_err() {
        return Ok(html! {});
    }
    let id = &judged.record.indicator.id;
    let links = app.store.links(plan.plan.id, visit.known_at).await?;
    let Some(record) = links.into_iter().find(|record| record.link.item == *id) else { return Ok(html! {}) };
    let above = app.store.indicators(parent, visit.known_at).await?;
    let other = record.link.other.as_ref().and_then(|other| above.iter().find(|r| r.indicator.id == *other));
    let here = visit.href(&format!("/plans/{}/slice", plan.plan.id), &[]) + "#" + id;
    Ok(html! {
        section id="above" {
            h2 { (visit.say("slice-counterpart")) }
            @if let Some(other) = other {
                p {
                    a href=(visit.href(&format!("/plans/{parent}/indicators/{}", other.indicator.id), &[])) { (other.indicator.name) }
                    @if let Some(target) = other.indicator.targets.last() { " " (figure::target(target, visit.language)) }
                }
            }
            p { (light(record.link.state, visit.language)) " " a.small href=(here) { (visit.say("slice-open")) } }
        }
    })
}
