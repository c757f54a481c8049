//! 行政区划: the regions that plans and units belong to, as a tree.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_model::{RegionCode, RegionLevel};
use plan_workflow::{
    directory::{Directory, Wish},
    permissions::Action,
};

use super::words::{Sent, fulfil, hidden, notice, spoken};
use crate::{
    server::{App, posted::Posted, refusal::Answer, visit::Visit},
    ui::layout::{self, Frame, Place},
};

/// What a region is called: the name that was entered, else its code.
pub(crate) fn name(directory: &Directory, code: RegionCode) -> String {
    directory.region_name(code).map_or_else(|| code.to_string(), str::to_owned)
}

/// The regions that units, names and these others use, with those they lie in, in
/// the order of the tree, and how many units each holds directly.
pub(crate) fn tree(directory: &Directory, others: impl IntoIterator<Item = RegionCode>) -> Vec<(RegionCode, usize)> {
    let mut all: BTreeMap<RegionCode, usize> = BTreeMap::new();
    let named = directory.regions().map(|(code, _)| code);
    for code in directory.units().filter_map(|unit| unit.region).chain(named).chain(others) {
        let above = std::iter::successors(Some(code), |code| code.parent());
        above.for_each(|code| *all.entry(code).or_default() += 0);
    }
    for code in directory.units().filter_map(|unit| unit.region) {
        *all.entry(code).or_default() += 1;
    }
    all.into_iter().collect()
}

/// GET /regions
pub(crate) async fn regions(State(app): State<App>, visit: Visit) -> Answer<Markup> {
    page(&app, &visit, None).await
}

async fn page(app: &App, visit: &Visit, sent: Option<&Sent<'_>>) -> Answer<Markup> {
    visit.require(Action::ReadDirectory)?;
    let directory = app.directory_of(visit).await?;
    let plans = app.plans(visit).await?;
    let of_plan = |text: &str| text.trim().parse::<RegionCode>().ok();
    let tree = tree(&directory, plans.iter().filter_map(|listing| of_plan(&listing.plan.head.jurisdiction)));
    let may = visit.may(Action::ManageDirectory);
    let content = html! {
        (notice(sent))
        p { (visit.say("regions-intro")) }
        @if tree.is_empty() { div.notice { p { (visit.say("regions-empty")) } } }
        div.table.cards { table {
            thead { tr {
                th scope="col" { (visit.say("region-name")) } th scope="col" { (visit.say("region-code")) }
                th.number scope="col" { (visit.say("place-units")) } th.number scope="col" { (visit.say("place-plans")) }
                @if may { th scope="col" { (visit.say("region-rename")) } }
            } }
            tbody { @for (code, units) in &tree {
                tr {
                    th scope="row" {
                        @match code.level() { RegionLevel::Province => "", RegionLevel::City => "　", RegionLevel::County => "　　" }
                        a href=(visit.href("/units", &[("region", &code.to_string())])) { (name(&directory, *code)) }
                    }
                    td data-label=(visit.say("region-code")) { code { (code) } }
                    td.number data-label=(visit.say("place-units")) { (units) }
                    td.number data-label=(visit.say("place-plans")) { (plans.iter().filter(|p| of_plan(&p.plan.head.jurisdiction) == Some(*code)).count()) }
                    @if may { td {
                        form.actions method="post" action="/regions" {
                            (hidden(visit, &directory, &code.to_string()))
                            input type="hidden" name="region" value=(code);
                            input name="name" aria-label=(format!("{} {code}", visit.say("region-name"))) autocomplete="off"
                                value=(Sent::value(sent, &code.to_string(), "name", directory.region_name(*code).unwrap_or_default()));
                            button type="submit" { (visit.say("save")) }
                        }
                    } }
                }
            } }
        } }
    };
    let title = visit.say("regions-title");
    Ok(layout::page(app, &Frame { visit, place: Place::Units, plan: None, title: &title }, &content))
}

/// POST /regions
pub(crate) async fn name_region(State(app): State<App>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    let wish = Wish::NameRegion { region: form.get("region").to_owned(), name: form.get("name").to_owned() };
    match fulfil(&app, &visit, &form, Ok(wish)).await? {
        Ok(_) => Ok(Redirect::to("/regions").into_response()),
        Err((status, wrong)) => {
            let sent = Sent { form: &form, wrong };
            Ok(spoken(status, page(&app, &visit, Some(&sent)).await?))
        }
    }
}
