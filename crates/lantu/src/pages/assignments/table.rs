//! 任务分工表: the assignments in the form offices use, for Word and Excel.

use axum::extract::{Path, State};
use plan_model::DueYear;
use plan_report::{Duty, DutyGroup, ResponsibilityTable, write_docx, write_xlsx};
use plan_workflow::{
    assignments::{Assignment, Part, Subject},
    permissions::Action,
};

use super::query::Query;
use crate::{
    pages::{
        export::{WORKBOOK, download},
        plans::plan_id,
    },
    server::{
        App,
        assigned::Assigned,
        refusal::{Answer, Refusal},
        visit::Visit,
    },
};

/// GET /plans/{plan}/assignments.xlsx
pub(crate) async fn xlsx(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    let table = asked(&app, &plan, &visit).await?;
    let bytes = write_xlsx(&table.sheet()).map_err(|error| {
        tracing::error!(%error, "the table of duties could not be written as a workbook");
        Refusal::broken()
    })?;
    Ok(download(WORKBOOK, "assignments.xlsx", bytes))
}

/// GET /plans/{plan}/assignments.docx
pub(crate) async fn docx(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    let table = asked(&app, &plan, &visit).await?;
    let issued = write_docx(&table.document()).map_err(|error| {
        tracing::error!(%error, "the table of duties could not be written for Word");
        Refusal::broken()
    })?;
    let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    Ok(download(kind, "assignments.docx", issued.bytes))
}

/// The table of the commitments that were asked for.
async fn asked(app: &App, plan: &str, visit: &Visit) -> Answer<ResponsibilityTable> {
    visit.require(Action::ReadPlans)?;
    let of = app.assigned(plan_id(plan)?).await?;
    let query = Query::read(&visit.query());
    let mut groups: Vec<DutyGroup> = Vec::new();
    for subject in query.apply(&of) {
        if groups.last().is_none_or(|group| group.title != subject.chapter) {
            groups.push(DutyGroup { title: subject.chapter.clone(), duties: Vec::new() });
        }
        if let Some(group) = groups.last_mut() {
            group.duties.push(duty(&of, subject));
        }
    }
    let mut subtitle = vec![format!("（截至{}）", of.today.strftime("%Y年%-m月%-d日"))];
    if let Some(unit) = of.directory.unit(&query.unit.as_str().into()) {
        subtitle.insert(0, unit.name.clone());
    }
    if app.settings.sample.is_some() {
        subtitle.push("示例数据，全部虚构".to_owned());
    }
    let title = format!("{}主要目标任务分工表", of.plan.head.title);
    Ok(ResponsibilityTable { mark: "内部".to_owned(), title, subtitle, groups })
}

/// A commitment as a row. A unit that has not taken its part is marked so.
pub(crate) fn duty(of: &Assigned, subject: &Subject) -> Duty {
    let named = |part: &Assignment| {
        let name = of.directory.unit_name(&part.unit);
        if part.is_held() { name.to_owned() } else { format!("{name}（{}）", part.state_word()) }
    };
    let units = |wanted: Part| -> Vec<String> {
        let of = of.book.parts_of(&subject.id).filter(|part| part.part == wanted && part.state.is_live());
        of.map(named).collect()
    };
    let first = of.book.lead_shown(&subject.id).and_then(|part| part.due);
    let due = match (subject.due, first) {
        (DueYear::Year(year), _) => format!("{year}年12月"),
        (DueYear::EveryYear, _) => "每年".to_owned(),
        (DueYear::NotStated, Some(first)) => format!("首个期限{}", first.strftime("%Y年%-m月%-d日")),
        (DueYear::NotStated, None) => String::new(),
    };
    // A row of an indicator table is no sentence.
    let table = subject.sentence.contains('\t') || !subject.sentence.contains(subject.name.as_str());
    let task = if table && subject.is_measure() { measured(subject) } else { subject.sentence.clone() };
    Duty { task, lead: units(Part::Lead), cooperating: units(Part::Cooperating), due }
}

/// An indicator with its target, where the text has no sentence for it.
fn measured(subject: &Subject) -> String {
    match subject.value {
        Some(value) => format!("{}：{}{}", subject.name, plan_model::plain(value), subject.unit),
        None => subject.name.clone(),
    }
}
