//! An office's own table of duties: upload, a preview with what each row and each
//! unit is taken for, then all of it or nothing. What found no place stays listed.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_model::UnitId;
use plan_workflow::{
    assignments::{
        import::{self, Choice, KeptRow, Preview},
        ledger::{Columns, LedgerRow},
        placing::Placed,
        units::Found,
    },
    matching::Closeness,
    permissions::Action,
};

use super::{bad, base, choice, day, first_due, framed, spoken, tabs, unit_choices};
use crate::{
    pages::{
        plans::{moment, plan_id},
        problems,
    },
    server::{
        App,
        assigned::Assigned,
        drafts::LedgerDraft,
        posted::{Form, Posted},
        refusal::{Answer, Refusal},
        tokens,
        visit::{Visit, field},
    },
    ui::{
        form::{self, Field},
        table::Part as Rows,
    },
};

/// Rows of an import that was made, on a page.
const ROWS: usize = 100;
/// The columns a person can name: the field, and the message of its label.
const COLUMNS: [(&str, &str); 5] = [
    ("column-task", "assign-subject"),
    ("column-lead", "part-lead"),
    ("column-cooperating", "part-cooperating"),
    ("column-due", "work-due"),
    ("column-group", "ledger-group"),
];

/// GET /plans/{plan}/assignments/import
pub(crate) async fn uploads(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::AssignParts)?;
    let of = app.assigned_for(&visit, plan_id(&plan)?).await?;
    page(&app, &visit, &of, None).await
}

async fn page(app: &App, visit: &Visit, of: &Assigned, wrong: Option<&str>) -> Answer<Markup> {
    let say = |key: &str| visit.say(key);
    let past = import::past(&app.store, of.plan.id).await?;
    let address = format!("{}/import", base(of.plan.id));
    let fields = html! {
        div.field {
            label for="field-file" { (say("upload-file")) }
            input type="file" id="field-file" name="file" required aria-describedby="field-file-hint" accept=".xlsx,.docx,.html,.htm";
            span.hint id="field-file-hint" { (say("ledger-file-hint")) }
        }
        div.actions { button.main type="submit" { (say("import-look")) } a href=(visit.href(&base(of.plan.id), &[])) { (say("cancel")) } }
    };
    let content = html! {
        (tabs(visit, of, "import"))
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        p { (say("ledger-intro")) }
        (form::upload(visit, &address, &fields))
        @if !past.is_empty() {
            section {
                h2 { (say("ledger-past")) }
                ul { @for (number, (one, at, actor)) in (1..).zip(&past) {
                    @let left = one.rows.iter().filter(|row| !row.left.is_empty()).count();
                    @let number: u32 = number;
                    li {
                        a href=(visit.href(&format!("{address}/past/{number}"), &[])) { (one.file) } " "
                        span.second.small {
                            (actor) " " (moment(*at)) " · "
                            (visit.language.say_with("ledger-past-counts", &[("rows", one.rows.len().into()), ("left", left.into())]))
                        }
                    }
                } }
            }
        }
    };
    Ok(framed(app, visit, of, "ledger-title", &content))
}

/// POST /plans/{plan}/assignments/import
pub(crate) async fn upload_ledger(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::AssignParts)?;
    let id = plan_id(&plan)?;
    let Some(file) = form.file else {
        let (of, words) = (app.assigned_for(&visit, id).await?, visit.say("upload-no-file"));
        let page = page(&app, &visit, &of, Some(&words)).await?;
        return spoken(bad("文件", words), &visit, |_| page);
    };
    let name = file.name.clone();
    let read = tokio::task::spawn_blocking(move || document_reader::read(&file.name, &file.bytes));
    let read = read.await.map_err(|error| {
        tracing::error!(%error, "reading an uploaded table failed");
        Refusal::broken()
    })?;
    match read {
        Ok(source) => {
            let token = tokens::fresh()?;
            let draft = LedgerDraft { plan: id, file: name, source };
            app.ledgers.keep(token.clone(), &visit.actor.name, draft, app.clock.now());
            Ok(Redirect::to(&format!("{}/import/{token}", base(id))).into_response())
        }
        Err(error) => {
            let refusal = Refusal::from(plan_workflow::WorkflowError::from(error));
            let (words, hint) = refusal.words(visit.language);
            let of = app.assigned_for(&visit, id).await?;
            let page = page(&app, &visit, &of, Some(&format!("{words}{hint}"))).await?;
            spoken(refusal, &visit, |_| page)
        }
    }
}

/// The draft of this visitor for this plan, or the advice to upload again.
fn draft(app: &App, visit: &Visit, (of, token): (&Assigned, &str)) -> Answer<Arc<LedgerDraft>> {
    let found = app.ledgers.find(token, &visit.actor.name, app.clock.now());
    found.filter(|draft| draft.plan == of.plan.id).ok_or_else(Refusal::draft_gone)
}

/// The columns a person named, where they named any.
fn columns(ask: impl Fn(&str) -> String) -> Option<Columns> {
    let at = |name: &str| ask(name).parse::<usize>().ok();
    let [task, lead, cooperating, due, group] = COLUMNS.map(|(name, _)| at(name));
    (task.is_some() || lead.is_some()).then_some(Columns { task, lead, cooperating, due, group })
}

/// GET /plans/{plan}/assignments/import/{draft}
pub(crate) async fn preview_ledger(
    State(app): State<App>,
    Path((plan, token)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Markup> {
    visit.require(Action::AssignParts)?;
    let of = app.assigned_for(&visit, plan_id(&plan)?).await?;
    let query = visit.query();
    let given = columns(|name| field(&query, name).unwrap_or_default().to_owned());
    let preview = draft(&app, &visit, (&of, &token))?.preview(of.desk(), given);
    Ok(drawn(&app, &visit, (&of, &token), (&preview, None)))
}

/// POST /plans/{plan}/assignments/import/{draft}
pub(crate) async fn take_ledger(
    State(app): State<App>,
    Path((plan, token)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::AssignParts)?;
    let of = app.assigned_for(&visit, plan_id(&plan)?).await?;
    let given = columns(|name| form.get(name).to_owned());
    let preview = draft(&app, &visit, (&of, &token))?.preview(of.desk(), given);
    let done = match chosen(&of, &preview, &form) {
        Ok(choice) => import::import(&app.store, &visit.actor, app.clock.now(), of.desk(), (&preview, &choice))
            .await
            .map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(_) => {
            app.ledgers.forget(&token);
            let number = import::past(&app.store, of.plan.id).await?.len();
            Ok(Redirect::to(&visit.href(&format!("{}/import/past/{number}", base(of.plan.id)), &[])).into_response())
        }
        Err(refusal) => spoken(refusal, &visit, |words| drawn(&app, &visit, (&of, &token), (&preview, Some(words)))),
    }
}

/// What a person chose.
fn chosen(of: &Assigned, preview: &Preview, form: &Form) -> Result<Choice, Refusal> {
    let mut picks: HashMap<usize, Vec<String>> = HashMap::new();
    for pick in form.all("pick") {
        let row = pick.split_once(':').and_then(|(row, subject)| Some((row.parse().ok()?, subject)));
        let (row, subject): (usize, &str) = row.ok_or_else(|| Refusal::wrong_field("pick", pick))?;
        picks.entry(row).or_default().push(subject.to_owned());
    }
    for (row, typed) in form.beginning("other-").filter(|(_, typed)| !typed.is_empty()) {
        let row: usize = row.parse().map_err(|_| Refusal::wrong_field("other", row))?;
        // The field offers `I007 名称`; several are separated by commas.
        for one in typed.split(['，', ',', '、', ';', '；']) {
            let id = one.split_whitespace().next().unwrap_or_default();
            if of.subject(id).is_none() {
                let place = preview.ledger.rows.get(row).map_or(String::new(), |row| row.place.to_string());
                return Err(bad("对应的目标任务", format!("{place} 填的“{one}”不是本规划的目标任务；请从列表中选择")));
            }
            let of_row = picks.entry(row).or_default();
            if !of_row.iter().any(|known| known == id) {
                of_row.push(id.to_owned());
            }
        }
    }
    let mut units: HashMap<String, Option<UnitId>> = HashMap::new();
    for (place, chosen) in form.beginning("unit-") {
        let place: usize = place.parse().map_err(|_| Refusal::wrong_field("unit", place))?;
        let Some((written, _)) = preview.units.get(place) else { return Err(Refusal::wrong_field("unit", chosen)) };
        units.insert(written.clone(), (!chosen.is_empty()).then(|| chosen.into()));
    }
    let (joint, nodes) = (form.get("joint") == "yes", form.get("nodes") == "yes");
    Ok(Choice { picks, units, due: day(form.get("due"), "首个期限")?, joint, nodes })
}

fn drawn(
    app: &App,
    visit: &Visit,
    (of, token): (&Assigned, &str),
    (preview, wrong): (&Preview, Option<&str>),
) -> Markup {
    let view = View { visit, of, preview, address: format!("{}/import/{token}", base(of.plan.id)) };
    let content = html! {
        (tabs(visit, of, "import"))
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        (view.content())
    };
    framed(app, visit, of, "ledger-preview-title", &content)
}

struct View<'a> {
    visit: &'a Visit,
    of: &'a Assigned,
    preview: &'a Preview,
    address: String,
}

impl View<'_> {
    fn say(&self, key: &str) -> String {
        self.visit.say(key)
    }

    fn content(&self) -> Markup {
        let ledger = &self.preview.ledger;
        let (exact, likely, new) = self.preview.counts();
        let counts = [
            ("rows", ledger.rows.len().into()),
            ("exact", exact.into()),
            ("likely", likely.into()),
            ("new", new.into()),
        ];
        let due = first_due(self.of.today).to_string();
        html! {
            p { strong { (self.preview.file) } " " (self.visit.language.say_with("ledger-counts", &counts)) }
            @if !ledger.problems.is_empty() { (problems::table(&ledger.problems, self.visit.language)) }
            (self.columns())
            @if !ledger.rows.is_empty() {
                form method="post" action=(self.address) {
                    (form::token(&self.visit.session.csrf))
                    @for (name, at) in self.chosen_columns() { input type="hidden" name=(name) value=(at); }
                    (self.units())
                    section {
                        h2 { (self.say("ledger-rows")) }
                        p.second { (self.say("ledger-rows-hint")) }
                        div.filters {
                            (Field { name: "due", label: self.say("ledger-due"), value: &due, kind: "date", required: true, hint: self.say("ledger-due-hint"), ..Field::default() }.draw())
                            label { input type="checkbox" name="joint" value="yes"; " " (self.say("ledger-joint")) }
                            label { input type="checkbox" name="nodes" value="yes" checked; " " (self.say("ledger-nodes")) }
                            div.actions { button.main type="submit" { (self.say("ledger-take")) } }
                        }
                        (self.rows())
                    }
                }
                (self.subjects())
            }
            (self.left())
        }
    }

    /// The columns as they are read, as fields.
    fn chosen_columns(&self) -> Vec<(&'static str, usize)> {
        let Columns { task, lead, cooperating, due, group } = self.preview.ledger.columns;
        let all = COLUMNS.iter().map(|(name, _)| *name).zip([task, lead, cooperating, due, group]);
        all.filter_map(|(name, at)| Some((name, at?))).collect()
    }

    /// Which column is what: recognised, or named by hand.
    fn columns(&self) -> Markup {
        let heads = &self.preview.ledger.heads;
        let none = (String::new(), self.say("ledger-column-none"));
        let each = (1..).zip(heads).map(|(number, head): (usize, _)| {
            let number_words = self.visit.language.say_with("ledger-column", &[("number", number.into())]);
            ((number - 1).to_string(), format!("{number_words} {}", head.trim()))
        });
        let options: Vec<(String, String)> = std::iter::once(none).chain(each).collect();
        let known: HashMap<&str, usize> = self.chosen_columns().into_iter().collect();
        html! {
            details open[self.preview.ledger.rows.is_empty()] {
                summary { (self.say("ledger-columns")) }
                form.filters method="get" action=(self.address) {
                    @for (name, label) in COLUMNS {
                        (choice(name, &self.say(label), &known.get(name).map(usize::to_string).unwrap_or_default(), &options))
                    }
                    div.actions { button type="submit" { (self.say("ledger-columns-apply")) } }
                }
            }
        }
    }

    /// The units that are not certain, each with what to do about it.
    fn units(&self) -> Markup {
        let open: Vec<(usize, &(String, Found))> = self
            .preview
            .units
            .iter()
            .enumerate()
            .filter(|(_, (_, found))| !matches!(found, Found::Exact(_) | Found::Towns(_)))
            .collect();
        let sure = self.preview.units.len() - open.len();
        let none = || (String::new(), self.say("ledger-unit-none"));
        let options = unit_choices(self.visit, self.of, Some(none()));
        html! {
            section {
                h2 { (self.say("ledger-units")) }
                p.second { (self.visit.language.say_with("ledger-units-counts", &[("sure", sure.into()), ("open", open.len().into())])) }
                @if !open.is_empty() {
                    div.filters { @for (place, (written, found)) in &open {
                        @let chosen = found.units().first().map(ToString::to_string).unwrap_or_default();
                        (choice(&format!("unit-{place}"), written, &chosen, &options))
                    } }
                    p.second.small { (self.say("ledger-units-hint")) }
                }
            }
        }
    }

    fn rows(&self) -> Markup {
        let say = |key: &str| self.say(key);
        let rows = self.preview.ledger.rows.iter().zip(&self.preview.placed).enumerate();
        html! {
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("ledger-place")) }
                    th scope="col" { (say("assign-subject")) }
                    th scope="col" { (say("part-lead")) }
                    th scope="col" { (say("part-cooperating")) }
                    th scope="col" { (say("work-due")) }
                    th scope="col" { (say("ledger-match")) }
                } }
                tbody { @for (at, (row, placed)) in rows { (self.row(at, row, placed)) } }
            } }
        }
    }

    fn row(&self, at: usize, row: &LedgerRow, placed: &[Placed]) -> Markup {
        let say = |key: &str| self.say(key);
        let other = format!("other-{at}");
        html! {
            tr {
                td.small.second data-label=(say("ledger-place")) { (row.place) }
                th scope="row" { (row.task) @if !row.group.is_empty() { div.second.small { (row.group) } } }
                td data-label=(say("part-lead")) { (row.lead.join("、")) @if row.carried { div.second.small { (say("ledger-carried")) } } }
                td data-label=(say("part-cooperating")) { (row.cooperating.join("、")) }
                td.nowrap data-label=(say("work-due")) { (row.due_text) @if let Some(due) = row.due { div.second.small { (due) } } }
                td data-label=(say("ledger-match")) {
                    @if placed.is_empty() { div { (say("ledger-no-match")) } }
                    @for one in placed { (self.match_box(at, one)) }
                    input name=(other) list="subjects" autocomplete="off" placeholder=(say("ledger-other")) aria-label=(format!("{} {}", row.place, say("ledger-other")));
                }
            }
        }
    }

    fn match_box(&self, at: usize, one: &Placed) -> Markup {
        let exact = one.closeness == Closeness::Exact;
        let name = self.of.subject(&one.subject).map_or("", |subject| subject.name.as_str());
        html! {
            label.small {
                input type="checkbox" name="pick" value=(format!("{at}:{}", one.subject)) checked[exact];
                " " (one.subject) " " (name) " "
                span.second { (self.say(if exact { "link-exact" } else { "link-likely" })) "，" (one.because) }
            }
            br;
        }
    }

    /// What the fields of all rows offer.
    fn subjects(&self) -> Markup {
        html! { datalist id="subjects" { @for subject in &self.of.subjects { option value=(format!("{} {}", subject.id, subject.name)) {} } } }
    }

    /// The rows that are none of the table's.
    fn left(&self) -> Markup {
        let left = &self.preview.ledger.left;
        html! {
            @if !left.is_empty() {
                section {
                    h2 { (self.visit.language.say_with("ledger-left", &[("count", left.len().into())])) }
                    ul { @for row in left {
                        li { span.second.small { (row.place) "，" (row.because) } " " (words(&row.cells)) }
                    } }
                }
            }
        }
    }
}

/// The words of a row's cells.
fn words(cells: &[String]) -> String {
    cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" | ")
}

/// GET /plans/{plan}/assignments/import/past/{number}
pub(crate) async fn past_import(
    State(app): State<App>,
    Path((plan, number)): Path<(String, usize)>,
    visit: Visit,
) -> Answer<Markup> {
    visit.require(Action::AssignParts)?;
    let of = app.assigned_for(&visit, plan_id(&plan)?).await?;
    let past = import::past(&app.store, of.plan.id).await?;
    let (one, at, actor) = number.checked_sub(1).and_then(|n| past.get(n)).ok_or_else(Refusal::not_found)?;
    let (left, placed): (Vec<&KeptRow>, Vec<&KeptRow>) = one.rows.iter().partition(|row| !row.left.is_empty());
    let offered: usize = one.rows.iter().map(|row| row.parts.len()).sum();
    let address = format!("{}/import/past/{number}", base(of.plan.id));
    let rows: Vec<&KeptRow> = left.iter().chain(&placed).copied().collect();
    let page = field(&visit.query(), "page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let part = Rows::new(page, ROWS, rows.len());
    let counts = [("offered", offered.into()), ("rows", one.rows.len().into()), ("left", left.len().into())];
    let content = html! {
        (tabs(&visit, &of, "import"))
        p { strong { (one.file) } " " span.second.small { (actor) " " (moment(*at)) } }
        div.notice role="status" { p { (visit.language.say_with("ledger-taken", &counts)) } }
        div.table.cards { table {
            thead { tr {
                th scope="col" { (visit.say("ledger-place")) }
                th scope="col" { (visit.say("ledger-cells")) }
                th scope="col" { (visit.say("ledger-offered")) }
                th scope="col" { (visit.say("ledger-not-placed")) }
            } }
            tbody { @for row in part.of(&rows) { (kept(&visit, &of, row)) } }
        } }
        (part.draw(visit.language, |page| visit.href(&address, &[("page", &page.to_string())])))
    };
    Ok(framed(&app, &visit, &of, "ledger-taken-title", &content))
}

fn kept(visit: &Visit, of: &Assigned, row: &KeptRow) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        tr {
            td.small.second data-label=(say("ledger-place")) { (row.place) }
            th scope="row" { (words(&row.cells)) }
            td data-label=(say("ledger-offered")) {
                @for key in &row.parts { div {
                    a href=(visit.href(&format!("{}/{}", base(of.plan.id), key.subject), &[])) { (key.subject) } " " (of.directory.unit_name(&key.unit))
                } }
                @if row.parts.is_empty() { span.second { "—" } }
            }
            td data-label=(say("ledger-not-placed")) { @for words in &row.left { div { (words) } } @if row.left.is_empty() { span.second { "—" } } }
        }
    }
}
