//! The indicators of a chapter as drawings: how far each is from base to target, and
//! how it was judged at the end of each year; the same as tables.

use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};
use plan_model::Status;
use plan_report::chart::{Bullet, BulletRow, Drawing, HeatCell, HeatMap, HeatRow};
use plan_workflow::assess::is_behind;

use crate::{
    messages::Language,
    server::{
        App,
        judged::{Judged, JudgedPlan},
        visit::Visit,
    },
    ui::{figure, light},
};

/// The drawings of these rows; nothing where none of them has a figure.
pub(super) fn charts(app: &App, visit: &Visit, plan: &JudgedPlan, rows: &[&Judged]) -> Markup {
    let drawings: Vec<Drawing> = [bullets(visit, rows), years(app, visit, plan, rows)].into_iter().flatten().collect();
    html! {
        @for drawing in &drawings {
            section.chapter-chart {
                h2 { (drawing.title) }
                div.chart { (PreEscaped(drawing.page())) }
                p.caption { (visit.language.say_with("course-source", &[("date", visit.as_of.to_string().into())])) }
                details {
                    summary { (visit.say("course-table")) }
                    div.table { table {
                        thead { tr { @for head in &drawing.table.head { th scope="col" { (head) } } } }
                        tbody { @for row in &drawing.table.rows { tr {
                            @for (at, cell) in row.iter().enumerate() {
                                @if at == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                            }
                        } } }
                    } }
                }
            }
        }
    }
}

/// A status in the language of the page.
fn spoken(status: &Status, language: Language) -> Status {
    Status { word: light::word(status, language).to_owned(), ..status.clone() }
}

fn bullets(visit: &Visit, rows: &[&Judged]) -> Option<Drawing> {
    let row = |judged: &&Judged| {
        let verdict = &judged.verdict;
        let value = verdict.value.as_ref()?;
        Some(BulletRow {
            chapter: String::new(),
            name: judged.record.indicator.name.clone(),
            way: Some(verdict.way?),
            time: verdict.time,
            status: spoken(&verdict.status, visit.language),
            value: format!("{}{}", figure::number(value.value), value.unit),
            target: judged
                .record
                .indicator
                .targets
                .last()
                .map_or_else(String::new, |target| figure::target_value(target, visit.language)),
        })
    };
    let rows: Vec<BulletRow> = rows.iter().filter_map(row).collect();
    if rows.is_empty() {
        return None;
    }
    let say = |key: &str| visit.say(key);
    let labels = [say("input-base"), say("chapter-chart-pace"), say("indicator-target")];
    let mut drawing = Bullet { title: say("chapter-chart-way"), rows, labels }.draw();
    drawing.description = say("chapter-chart-way-words");
    drawing.table.head = [
        "indicator",
        "indicator-value",
        "indicator-target",
        "chapter-chart-done",
        "chapter-chart-time",
        "indicator-status",
    ]
    .map(say)
    .to_vec();
    Some(drawing)
}

/// The verdicts at the ends of the plan's years so far.
fn years(app: &App, visit: &Visit, plan: &JudgedPlan, rows: &[&Judged]) -> Option<Drawing> {
    let rules = app.rule_set(Some(&visit.rules))?;
    let period = plan.plan.head.period;
    let last = period.last_year().min(visit.as_of.year());
    let ends: Vec<Date> = (period.first_year()..=last)
        .filter_map(|year| Date::new(year, 12, 31).ok())
        .filter(|end| *end <= visit.as_of)
        .collect();
    let row = |judged: &&Judged| {
        let id = &judged.record.indicator.id;
        let cell = |end: &Date| {
            let verdict = plan.situation.verdict(id, rules, *end)?;
            let value = verdict.value.as_ref().map(|value| figure::number(value.value)).unwrap_or_default();
            let behind = is_behind(&verdict, rules);
            Some(HeatCell { status: spoken(&verdict.status, visit.language), value, behind })
        };
        // Without any figure there is nothing to judge.
        judged.verdict.value.as_ref()?;
        let cells: Vec<Option<HeatCell>> = ends.iter().map(cell).collect();
        let judged_once = cells.iter().flatten().any(|cell| cell.status.judged);
        judged_once.then(|| HeatRow { chapter: String::new(), name: judged.record.indicator.name.clone(), cells })
    };
    let rows: Vec<HeatRow> = rows.iter().filter_map(row).collect();
    if rows.is_empty() || ends.is_empty() {
        return None;
    }
    let columns = ends.iter().map(|end| end.year().to_string()).collect();
    let mut drawing = HeatMap { title: visit.say("chapter-chart-years"), columns, rows }.draw();
    drawing.description = visit.say("chapter-chart-years-words");
    if let Some(first) = drawing.table.head.first_mut() {
        *first = visit.say("indicator");
    }
    Some(drawing)
}
