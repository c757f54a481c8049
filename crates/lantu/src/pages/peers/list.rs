//! The figures of peers by indicator, each with its source and every vintage.

use maud::{Markup, html};
use plan_model::plain;
use plan_workflow::{
    peers::{PeerRecord, Peers},
    permissions::Action,
};

use crate::{
    pages::plans::moment,
    server::{
        judged::{Judged, JudgedPlan},
        visit::Visit,
    },
    ui::{figure, form},
};

/// What stands in a field of the form for a figure that is there.
pub(super) fn field_of(record: &PeerRecord, name: &str) -> String {
    let of = &record.figure;
    match name {
        "indicator" => of.indicator.clone(),
        "region" => of.region.clone(),
        "period" => of.period.to_string(),
        "value" => plain(of.value),
        "unit" => of.unit.clone(),
        "source" => of.source.clone(),
        "definition" => of.definition.clone(),
        "note" => of.note.clone(),
        _ => String::new(),
    }
}

/// The list, and the ways to take it along.
pub(super) fn list(visit: &Visit, plan: &JudgedPlan, all: &Peers, base: &str) -> Markup {
    let with: Vec<(&Judged, Vec<&PeerRecord>)> = plan
        .indicators
        .iter()
        .map(|one| (one, all.of(&one.record.indicator.id).collect::<Vec<_>>()))
        .filter(|(_, records)| !records.is_empty())
        .collect();
    html! {
        section id="peers" {
            @if with.is_empty() { div.empty { p { (visit.say("peers-none")) } } }
            @else {
                p {
                    (visit.language.say_with("peers-counts", &[("indicators", with.len().into()), ("regions", all.regions().len().into())]))
                    " " span.second.small { (visit.say("export")) " "
                        a href=(visit.href(&format!("{base}.xlsx"), &[])) { "Excel" } " · "
                        a href=(visit.href(&format!("{base}.csv"), &[])) { "CSV" } }
                }
                @for (judged, records) in &with { (one(visit, judged, records, (all.version(), base))) }
            }
        }
    }
}

fn one(visit: &Visit, judged: &Judged, records: &[&PeerRecord], (seen, base): (u32, &str)) -> Markup {
    let indicator = &judged.record.indicator;
    let plan = base.trim_end_matches("/peers");
    let standing = records.iter().filter(|record| record.withdrawn.is_none()).count();
    html! {
        details id=(indicator.id) {
            summary {
                (indicator.name) @if !indicator.unit.is_empty() { "（" (indicator.unit) "）" }
                " " span.second.small { (visit.language.say_with("peers-count", &[("count", standing.into())])) }
            }
            p { a href=(visit.href(&format!("{plan}/indicators/{}", indicator.id), &[]) + "#beside") { (visit.say("peers-open-indicator")) } }
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (visit.say("peers-region")) }
                    th scope="col" { (visit.say("figure-period")) }
                    th.number scope="col" { (visit.say("figure-value")) @if !indicator.unit.is_empty() { " (" (indicator.unit) ")" } }
                    th scope="col" { (visit.say("figure-source")) }
                    th scope="col" { (visit.say("figure-note")) }
                    th scope="col" { (visit.say("figure-by")) }
                } }
                // The latest vintage of each figure comes first.
                tbody { @for same in records.chunk_by(|a, b| place(a) == place(b)) {
                    @for (at, record) in same.iter().enumerate() { (row(visit, record, at == 0, (seen, base))) }
                } }
            } }
        }
    }
}

fn place(record: &PeerRecord) -> (&str, plan_model::Period) {
    (&record.figure.region, record.figure.period)
}

fn row(visit: &Visit, record: &PeerRecord, latest: bool, (seen, base): (u32, &str)) -> Markup {
    let say = |key: &str| visit.say(key);
    let of = &record.figure;
    let stands = latest && record.withdrawn.is_none();
    let value = figure::number(of.value);
    html! {
        tr {
            th scope="row" { (of.region) }
            td data-label=(say("figure-period")) { (of.period) }
            td.number data-label=(say("figure-value")) { @if stands { (value) } @else { s { (value) } } }
            td data-label=(say("figure-source")) { (of.source) }
            td.small data-label=(say("figure-note")) {
                @if !of.definition.is_empty() { div { (visit.language.say_with("peers-differs", &[("words", of.definition.as_str().into())])) } }
                @if !of.given.is_empty() { div { (visit.language.say_with("peers-given", &[("given", of.given.as_str().into())])) } }
                (of.note)
                @if let Some((reason, by)) = &record.withdrawn { div.wrong { (visit.language.say_with("peers-withdrawn", &[("by", by.as_str().into()), ("reason", reason.as_str().into())])) } }
            }
            td.small data-label=(say("figure-by")) {
                (record.actor) " " (moment(record.at)) " " (visit.language.say_with("peers-vintage", &[("vintage", record.vintage.to_string().into())]))
                @if stands && visit.may(Action::RecordFigures) { (change(visit, record, (seen, base))) }
            }
        }
    }
}

/// The ways to correct or withdraw a figure.
fn change(visit: &Visit, record: &PeerRecord, (seen, base): (u32, &str)) -> Markup {
    let of = &record.figure;
    let period = of.period.to_string();
    let named = [("indicator", of.indicator.as_str()), ("region", &of.region), ("period", &period)];
    html! {
        div { a href=(visit.href(base, &named) + "#enter") { (visit.say("peers-correct")) } }
        details {
            summary.small { (visit.say("peers-withdraw")) }
            form.rows method="post" action=(visit.href(base, &[])) {
                (form::token(&visit.session.csrf))
                input type="hidden" name="do" value="withdraw";
                input type="hidden" name="seen" value=(seen);
                @for (name, value) in named { input type="hidden" name=(name) value=(value); }
                div.field { label { (visit.say("peers-reason")) input name="reason" required autocomplete="off"; } }
                div.actions { button type="submit" { (visit.say("peers-withdraw")) } }
            }
        }
    }
}
