//! The figures of a period on different words, side by side, and which of them a
//! verdict uses.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use maud::{Markup, html};
use plan_model::{Period, Standing};
use plan_workflow::records::FigureRecord;

use crate::{
    pages::plans::moment,
    server::{App, visit::Visit},
    ui::figure,
};

/// Periods shown at once; the rest is folded.
const SHOWN: usize = 12;

/// The latest vintages of a period by standing.
type Row<'a> = (Period, BTreeMap<Standing, &'a FigureRecord>);

/// The newest period first.
fn rows<'a>(visit: &Visit, all: &'a [Arc<FigureRecord>]) -> Vec<Row<'a>> {
    let mut by_period: BTreeMap<Period, BTreeMap<Standing, &FigureRecord>> = BTreeMap::new();
    for record in all.iter().filter(|f| f.observation.period.last_day() <= visit.as_of) {
        let seen = &record.observation;
        let kept = by_period.entry(seen.period).or_default().entry(seen.standing).or_insert(record);
        if seen.vintage > kept.observation.vintage {
            *kept = record;
        }
    }
    let mut rows: Vec<Row<'_>> = by_period.into_iter().collect();
    rows.sort_by_key(|(period, _)| (std::cmp::Reverse(period.last_day()), period.months()));
    rows
}

/// The order in which standings are used, in words.
pub(super) fn order(app: &App, visit: &Visit) -> String {
    let standings = app.rule_set(Some(&visit.rules)).map(plan_assessment::RuleSet::standings).unwrap_or_default();
    let words: Vec<String> = standings.iter().map(|s| figure::standing(*s, visit.language)).collect();
    visit.language.say_with("standings-order", &[("order", words.join(" → ").into())])
}

/// The table; nothing where all figures stand on one word.
pub(super) fn section(app: &App, visit: &Visit, all: &[Arc<FigureRecord>], unit: &str) -> Markup {
    let rows = rows(visit, all);
    let present: BTreeSet<Standing> = rows.iter().flat_map(|(_, by)| by.keys().copied()).collect();
    if present.len() < 2 {
        return html! {};
    }
    // In the order in which verdicts use them.
    let preferred = app.rule_set(Some(&visit.rules)).map(plan_assessment::RuleSet::standings).unwrap_or_default();
    let columns: Vec<Standing> = preferred.iter().copied().filter(|s| present.contains(s)).collect();
    let (first, rest) = rows.split_at(rows.len().min(SHOWN));
    html! {
        section id="standings" {
            h2 { (visit.say("standings-title")) }
            (table(visit, (&columns, unit), first))
            @if !rest.is_empty() {
                details {
                    summary { (visit.language.say_with("figures-earlier", &[("count", rest.len().into())])) }
                    (table(visit, (&columns, unit), rest))
                }
            }
            p.caption { (order(app, visit)) }
        }
    }
}

fn table(visit: &Visit, (columns, unit): (&[Standing], &str), rows: &[Row<'_>]) -> Markup {
    html! {
        div.table.cards { table {
            thead { tr {
                th scope="col" { (visit.say("figure-period")) }
                @for standing in columns {
                    th scope="col" { (figure::standing(*standing, visit.language)) @if !unit.is_empty() { " (" (unit) ")" } }
                }
            } }
            tbody { @for (period, by) in rows {
                @let used = columns.iter().find(|standing| by.contains_key(standing));
                tr {
                    th scope="row" { (period) }
                    @for standing in columns {
                        td data-label=(figure::standing(*standing, visit.language)) {
                            @match by.get(standing) {
                                None => (figure::missing(&visit.say("standings-missing"))),
                                Some(record) => (cell(visit, record, used == Some(standing))),
                            }
                        }
                    }
                }
            } }
        } }
    }
}

fn cell(visit: &Visit, record: &FigureRecord, used: bool) -> Markup {
    let seen = &record.observation;
    html! {
        div { @if used { strong { (figure::number(seen.value)) } " " span.kind { (visit.say("standings-used")) } } @else { (figure::number(seen.value)) } }
        div.small.second { (figure::behind(seen.standing, &seen.source, seen.vintage, visit.language)) }
        div.small.second { (record.actor) " " (moment(record.at)) }
    }
}
