//! 审计: what the audit administrator does: reads the chain of records and has it
//! checked. The records name what was done to what, not the data themselves.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use maud::{Markup, html};
use plan_workflow::{
    records::{AuditCheck, AuditFilter, AuditRecord},
    storage::Storage as _,
};

use super::plans::moment;
use crate::{
    server::{
        App,
        fields::Allowed,
        refusal::{Answer, Refusal},
        visit::{Visit, field},
    },
    ui::form::Field,
};

/// Audit records shown at once.
const RECORDS: u32 = 50;
/// The fields of the filter, with the keys of their labels and their kinds.
const FIELDS: [(&str, &str, &str); 5] = [
    ("actor", "audit-actor", "text"),
    ("action", "audit-action", "text"),
    ("object", "audit-object", "text"),
    ("from", "audit-from", "date"),
    ("until", "audit-until", "date"),
];

/// The records that are asked for; with `check=yes` the whole chain is checked.
pub(crate) async fn audit(app: &App, visit: &Visit) -> Answer<Markup> {
    let fields = visit.query();
    let check = match field(&fields, "check") {
        Some("yes") => Some(app.store.verify_audit().await?),
        _ => None,
    };
    let records = app.store.audit(filter(&fields)?, RECORDS).await?;
    let asked = |name: &'static str| field(&fields, name).unwrap_or_default();
    let same: Vec<(&str, &str)> = FIELDS.iter().map(|(name, ..)| (*name, asked(name))).collect();
    let older = records.last().filter(|last| last.seq > 1 && records.len() >= RECORDS as usize);
    let older = older.map(|last| {
        let before = last.seq.to_string();
        visit.href("/system", &[same.as_slice(), &[("before", before.as_str())]].concat())
    });
    Ok(html! {
        section id="audit" {
            h2 { (visit.say("system-audit")) }
            @match &check { Some(check) => (checked(visit, check)), None => p { (visit.say("system-audit-intro")) } }
            p.actions { a.button href=(visit.href("/system", &[("check", "yes")])) { (visit.say("system-check")) } }
            form.filters method="get" action="/system" role="search" {
                @for (key, value) in visit.chosen() { input type="hidden" name=(key) value=(value); }
                @for (name, label, kind) in FIELDS {
                    (Field { name, label: visit.say(label), value: asked(name), kind, ..Field::default() }.draw())
                }
                div.actions { button type="submit" { (visit.say("filter-apply")) } }
            }
            @if records.is_empty() { div.notice { p { (visit.say("audit-none")) } } } @else { (trail(visit, &records)) }
            @if let Some(older) = older { p { a href=(older) { (visit.say("audit-older")) } } }
        }
    })
}

/// The filter of an address. A day is one of the office; `until` is counted in.
fn filter(fields: &[(String, String)]) -> Answer<AuditFilter> {
    let text = |name: &str| field(fields, name).unwrap_or_default().to_owned();
    let before = match field(fields, "before") {
        Some(typed) => Some(typed.parse().map_err(|_| Refusal::wrong_field("before", typed))?),
        None => None,
    };
    let day = |name: &str, label: &'static str, days: i64| -> Answer<Option<Timestamp>> {
        let Some(typed) = field(fields, name) else { return Ok(None) };
        let wrong = || Refusal::unread((name, label), typed, Allowed::Day);
        let day: Date = typed.parse().map_err(|_| wrong())?;
        let day = day.checked_add(jiff::Span::new().days(days)).map_err(|_| wrong())?;
        day.to_zoned(TimeZone::system()).map(|zoned| Some(zoned.timestamp())).map_err(|_| wrong())
    };
    Ok(AuditFilter {
        before,
        actor: text("actor"),
        action: text("action"),
        object: text("object"),
        from: day("from", "audit-from", 0)?,
        until: day("until", "audit-until", 1)?,
    })
}

fn checked(visit: &Visit, check: &AuditCheck) -> Markup {
    let fillings =
        [("records", check.records.into()), ("rows", check.rows.into()), ("faults", check.faults.len().into())];
    html! {
        @if check.faults.is_empty() {
            div.notice role="status" {
                p { "✓ " (visit.language.say_with("system-audit-sound", &fillings)) }
                p.small { (visit.say("system-audit-head")) " " code.hash { (check.head) } }
            }
        } @else {
            div.notice.wrong role="alert" {
                p { (visit.language.say_with("system-audit-broken", &fillings)) }
                ul { @for fault in &check.faults { li { code { (fault.place) } " " (fault.message) } } }
            }
        }
    }
}

fn trail(visit: &Visit, records: &[AuditRecord]) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        div.table.cards { table {
            caption { (visit.language.say_with("system-audit-latest", &[("count", records.len().into())])) }
            thead { tr {
                th.number scope="col" { (say("audit-seq")) }
                th scope="col" { (say("audit-at")) }
                th scope="col" { (say("audit-actor")) }
                th scope="col" { (say("audit-action")) }
                th scope="col" { (say("audit-object")) }
            } }
            tbody { @for record in records {
                tr {
                    td.number data-label=(say("audit-seq")) { (record.seq) }
                    td.nowrap data-label=(say("audit-at")) { (moment(record.at)) }
                    td data-label=(say("audit-actor")) { (record.actor) }
                    td data-label=(say("audit-action")) { code { (record.action) } }
                    td data-label=(say("audit-object")) { code { (record.object) } }
                }
            } }
        } }
    }
}
