//! Opening a round: for which period, and what is asked of whom.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use jiff::civil::Date;
use maud::{Markup, html};
use plan_model::Period;
use plan_workflow::{
    WorkflowError, assignments,
    collection::{Asked, Days, Frequency, Opening, Rounds},
    permissions::Action,
    records::Plan,
    storage::Storage as _,
};

use crate::{
    pages::plans::plan_id,
    server::{
        App,
        fields::Allowed,
        posted::{Form, Posted},
        refusal::{Answer, Refusal, Spoken},
        visit::{Visit, address},
    },
    ui::form::{self, Field, choice},
};

/// The last period of a frequency that is over on a day.
fn last_period(frequency: Frequency, today: Date) -> Period {
    let (year, month) = (today.year(), today.month());
    match frequency {
        Frequency::Monthly if month == 1 => Period::Month(year - 1, 12),
        Frequency::Monthly => Period::Month(year, month - 1),
        Frequency::Quarterly if month <= 3 => Period::Quarter(year - 1, 4),
        Frequency::Quarterly => Period::Quarter(year, (month - 1) / 3),
        Frequency::HalfYearly if month > 6 => Period::Quarter(year, 2),
        Frequency::HalfYearly | Frequency::Yearly => Period::Year(year - 1),
    }
}

/// The form that opens a round, and that for the plan's own days.
pub(super) fn form(app: &App, visit: &Visit, plan: &Plan, rounds: &Rounds) -> Markup {
    let say = |key: &str| visit.say(key);
    let path = format!("/plans/{}/rounds", plan.id);
    let frequencies: Vec<(String, String)> = Frequency::ALL
        .iter()
        .map(|frequency| (frequency.code().to_owned(), say(&format!("frequency-{}", frequency.code()))))
        .collect();
    let scopes = [
        ("usual", say("rounds-scope-usual")),
        ("all", say("rounds-scope-all")),
        ("chosen", say("rounds-scope-chosen")),
    ];
    let scopes = scopes.map(|(code, words)| (code.to_owned(), words));
    let period = last_period(Frequency::Quarterly, app.today()).to_string();
    html! {
        h2 #open { (say("rounds-open-title")) }
        form.rows method="post" action=(path) {
            (form::token(&visit.session.csrf))
            (choice("frequency", &say("rounds-frequency"), "quarterly", &frequencies))
            (Field { name: "period", label: say("figure-period"), value: &period, hint: say("rounds-period-hint"), required: true, ..Field::default() }.draw())
            (choice("scope", &say("rounds-scope"), "usual", &scopes))
            (Field { name: "subjects", label: say("rounds-subjects"), hint: say("rounds-subjects-hint"), ..Field::default() }.draw())
            details {
                summary { (say("rounds-dates")) }
                @for (name, key) in [("opens", "rounds-opens"), ("due", "round-due"), ("closes", "rounds-closes")] {
                    (Field { name, label: say(key), kind: "date", ..Field::default() }.draw())
                }
                p.second.small { (say("rounds-dates-hint")) }
            }
            div.actions { button.main type="submit" { (say("rounds-open")) } }
        }
        details {
            summary { (say("rounds-days")) }
            p.second.small { (say("rounds-days-hint")) }
            @for frequency in Frequency::ALL {
                @let days = rounds.days(frequency);
                form.filters method="post" action={ (path) "/days" } {
                    (form::token(&visit.session.csrf))
                    input type="hidden" name="frequency" value=(frequency.code());
                    strong { (say(&format!("frequency-{}", frequency.code()))) }
                    @for (name, key, value) in [("opens", "rounds-opens", days.opens), ("due", "round-due", days.due), ("closes", "rounds-closes", days.closes)] {
                        div.field {
                            label for=(format!("{}-{name}", frequency.code())) { (say(key)) }
                            input id=(format!("{}-{name}", frequency.code())) name=(name) value=(value) inputmode="numeric" size="4";
                        }
                    }
                    button type="submit" { (say("rounds-days-set")) }
                    span.second.small { (say(if rounds.has_own_days(frequency) { "rounds-days-own" } else { "rounds-days-default" })) }
                }
            }
        }
    }
}

/// POST /plans/{plan}/rounds
pub(crate) async fn open_round(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::CollectReports)?;
    let plan = app.store.plan(plan_id(&plan)?).await?;
    let rounds = app.rounds_of(plan.id).await?;
    let opened = match opening(&app, (&visit, &plan), &rounds, &form).await {
        Ok((opening, left)) => {
            let directory = app.directory().await?;
            app.desk(&visit, &directory).open(plan.id, &rounds, opening).await.map(|id| (id, left))
        }
        Err(error) => Err(error),
    };
    match opened {
        Ok((id, left)) => {
            let left = left.to_string();
            let to = address(&format!("/plans/{}/rounds/{id}", plan.id), &[("unasked", left.as_str())]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(WorkflowError::BadInput { field, message }) => {
            again(&app, &visit, &plan, &format!("{field}：{message}")).await
        }
        Err(error) => Err(error.into()),
    }
}

/// POST /plans/{plan}/rounds/days
pub(crate) async fn set_days(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::CollectReports)?;
    let plan = app.store.plan(plan_id(&plan)?).await?;
    let rounds = app.rounds_of(plan.id).await?;
    let code = form.get("frequency");
    let frequency = Frequency::from_code(code).ok_or_else(|| Refusal::wrong_field("frequency", code))?;
    let day = |name: &str, label: &'static str| {
        let typed = form.get(name);
        typed.parse::<u16>().map_err(|_| Refusal::unread((name, label), typed, Allowed::Number))
    };
    let days = Days {
        opens: day("opens", "rounds-opens")?,
        due: day("due", "round-due")?,
        closes: day("closes", "rounds-closes")?,
    };
    let directory = app.directory().await?;
    match app.desk(&visit, &directory).set_days(plan.id, &rounds, (frequency, days)).await {
        Ok(()) => Ok(Redirect::to(&format!("/plans/{}/rounds", plan.id)).into_response()),
        Err(WorkflowError::BadInput { field, message }) => {
            again(&app, &visit, &plan, &format!("{field}：{message}")).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn again(app: &App, visit: &Visit, plan: &Plan, words: &str) -> Answer {
    let page = super::page(app, visit, plan, Some(words)).await?;
    let mut response = (StatusCode::UNPROCESSABLE_ENTITY, page).into_response();
    response.extensions_mut().insert(Spoken);
    Ok(response)
}

fn bad(field: &'static str, message: String) -> WorkflowError {
    WorkflowError::BadInput { field, message }
}

/// What the form asks for, and how many subjects were left out because they are
/// asked for the same period already.
async fn opening(
    app: &App,
    (visit, plan): (&Visit, &Plan),
    rounds: &Rounds,
    form: &Form,
) -> Result<(Opening, usize), WorkflowError> {
    let frequency = Frequency::from_code(form.get("frequency"))
        .ok_or_else(|| bad("频率", "请选择月报、季报、半年报或年报".to_owned()))?;
    let period: Period =
        form.get("period").parse().map_err(|error: plan_model::PeriodError| bad("期间", error.to_string()))?;
    let dates = dates(form)?;
    let all = subjects(app, (visit, plan), (frequency, period), form).await?;
    let before = all.len();
    // What is asked for already is never asked for twice; a chosen list is refused instead.
    let chosen = form.get("scope") == "chosen";
    let asked: Vec<Asked> =
        all.into_iter().filter(|one| chosen || rounds.asking(&one.subject, period).is_none()).collect();
    let left = before - asked.len();
    if asked.is_empty() && left > 0 {
        return Err(bad("填报事项", format!("{left} 项在这一期间都已采集，不重复采集；请核对期间")));
    }
    Ok((Opening { period, frequency, dates, asked }, left))
}

/// Dates typed by hand: all three or none.
fn dates(form: &Form) -> Result<Option<(Date, Date, Date)>, WorkflowError> {
    let typed = ["opens", "due", "closes"].map(|name| form.get(name));
    if typed.iter().all(|text| text.is_empty()) {
        return Ok(None);
    }
    let day = |text: &str| {
        text.parse::<Date>()
            .map_err(|_| bad("日期", format!("“{text}”不是日期；三个日期须都填写，如 2024-04-15，或都留空")))
    };
    let [opens, due, closes] = typed;
    Ok(Some((day(opens)?, day(due)?, day(closes)?)))
}

/// The rows of a round: by rule all that a unit leads, or those that are chosen.
async fn subjects(
    app: &App,
    (visit, plan): (&Visit, &Plan),
    (frequency, period): (Frequency, Period),
    form: &Form,
) -> Result<Vec<Asked>, WorkflowError> {
    let directory = app.directory().await.map_err(|_| unread())?;
    let book = assignments::read(&app.store, plan.id, None).await?.on(&directory, app.today());
    let asking = app.asking(plan.id, true).await.map_err(|_| unread())?;
    let lead = |subject: &str| book.lead_of(subject).map(|part| part.unit.clone());
    let ids = asking.situation.records.iter().map(|record| record.indicator.id.clone());
    let ids = ids.chain(asking.work.keys().cloned());
    if form.get("scope") == "chosen" {
        let seen = app.directory_of(visit).await.map_err(|_| unread())?;
        return chosen(form.get("subjects"), &seen, |id| asking.name(id).is_some(), lead);
    }
    // A figure that was never given for a month is not asked for every month.
    let usual = |subject: &str| {
        frequency == Frequency::Yearly
            || asking.situation.figures_of(subject).any(|figure| figure.observation.period.months() == period.months())
            || (!subject.starts_with('I') && frequency != Frequency::Monthly)
    };
    let wanted = ids.filter(|subject| form.get("scope") == "all" || usual(subject));
    Ok(wanted.filter_map(|subject| Some(Asked { unit: lead(&subject)?, subject })).collect())
}

fn unread() -> WorkflowError {
    WorkflowError::Internal("what is asked could not be read".to_owned())
}

/// `I001 W3 I002=区统计局`: what a person chose, each for its lead unit or the one named.
fn chosen(
    text: &str,
    directory: &plan_workflow::directory::Directory,
    is_there: impl Fn(&str) -> bool,
    lead: impl Fn(&str) -> Option<plan_model::UnitId>,
) -> Result<Vec<Asked>, WorkflowError> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '，' | ',' | '、' | ';' | '；'));
    let mut asked = Vec::new();
    for word in words.filter(|word| !word.is_empty()) {
        let (subject, unit) =
            word.split_once(['=', '＝']).map_or((word, None), |(subject, unit)| (subject, Some(unit)));
        if !is_there(subject) {
            return Err(bad("填报事项", format!("没有编号为“{subject}”的指标或任务；请核对编号")));
        }
        let unit = match unit {
            Some(name) => {
                let found = directory.unit_named(name).or_else(|| directory.unit(&name.into()));
                found
                    .map(|unit| unit.id.clone())
                    .ok_or_else(|| bad("填报事项", format!("没有单位“{name}”；请在单位页面核对")))?
            }
            None => lead(subject).ok_or_else(|| {
                bad("填报事项", format!("“{subject}”还没有单位认领牵头；请先分办，或写成“{subject}=单位名称”"))
            })?,
        };
        asked.push(Asked { subject: subject.to_owned(), unit });
    }
    Ok(asked)
}
