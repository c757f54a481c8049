//! 确认: is what was found right? The text at the left, the candidates at the
//! right; each is accepted, corrected, split, merged or rejected, and what is
//! missing is added. Works by plain forms and links; `confirm.js` adds keys and
//! exchanges only the right-hand pane.

mod card;
mod coverage;
mod fields;
mod pane;
mod text;
mod view;

pub(crate) use coverage::{cases, coverage};

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use document_reader::Source;
use maud::{Markup, html};
use plan_extraction::Quantity;
use plan_model::Anchor;
use plan_workflow::{
    WorkflowError,
    confirm::{self, CandidateKey, Content, Ground, Item, RejectReason, Wish},
    permissions::Action,
};

use self::view::View;
use super::plans::plan_id;
use crate::{
    server::{
        App, assets,
        posted::{Form, Posted},
        refusal::{Answer, Refusal, Spoken},
        visit::{Visit, field},
    },
    ui::layout::{self, Frame, Place},
};

/// Everything a page of confirming is drawn from.
struct Room<'a> {
    visit: &'a Visit,
    ground: &'a Ground,
    state: &'a confirm::State,
    quantities: &'a [Quantity],
    view: View,
    /// What was typed and not taken, to be shown again.
    typed: Option<&'a Form>,
    /// What is to be said: the words, and whether something went wrong.
    notice: Option<(String, bool)>,
    /// Whether the person may decide.
    may: bool,
}

impl Room<'_> {
    fn say(&self, key: &str) -> String {
        self.visit.say(key)
    }

    fn path(&self) -> String {
        format!("/plans/{}/confirm", self.ground.plan.id)
    }

    /// The address of the page with this view.
    fn href(&self, view: &View) -> String {
        let fields = view.fields();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.visit.href(&self.path(), &fields)
    }

    /// The address of a candidate in this view, at its place in the text.
    fn href_of(&self, key: CandidateKey) -> String {
        format!("{}#{key}", self.href(&self.view.at(key)))
    }

    /// The candidate the page is at.
    fn current(&self) -> Option<&Item> {
        self.view.at.and_then(|key| self.state.item(key))
    }
}

/// GET /plans/{plan}/confirm
pub(crate) async fn confirm(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    visit.require(Action::ReadPlans)?;
    let kept = app.text(plan_id(&plan)?).await?;
    let state = app.confirming(&kept.ground).await?;
    let query = visit.query();
    if let Some(seen) = field(&query, "after") {
        // Only asked whether others decided something since.
        if seen == state.last().to_string() {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
    }
    let ask = |name: &str| field(&query, name).unwrap_or_default().to_owned();
    let mut view = View::asked(ask);
    view.add = selection(&kept.ground.source, ask);
    let part = field(&query, "part").is_some();
    let mut room = Room {
        visit: &visit,
        ground: &kept.ground,
        state: &state,
        quantities: &kept.quantities,
        notice: None,
        typed: None,
        may: visit.may(Action::ConfirmRegister),
        view,
    };
    if view::wants_selection(ask) && room.view.add.is_none() {
        room.notice = Some((visit.say("confirm-no-such-words"), true));
    }
    room.view.settle(&state);
    Ok(drawn(&app, &room, part, StatusCode::OK))
}

/// The place somebody selected or named: characters of a line, or words in it.
fn selection(source: &Source, ask: impl Fn(&str) -> String) -> Option<Anchor> {
    let line: u32 = ask("line").parse().ok()?;
    let text: Vec<char> = source.line(line)?.text.chars().collect();
    let (start, end) = match (ask("start").parse::<usize>(), ask("end").parse::<usize>()) {
        (Ok(start), Ok(end)) => (start, end),
        _ => {
            let words: Vec<char> = ask("words").trim().chars().collect();
            let at = text.windows(words.len().max(1)).position(|window| window == words)?;
            (at, at + words.len())
        }
    };
    // A selection by hand often takes a blank or two too many.
    let blank = |at: &usize| text.get(*at).is_some_and(|c| c.is_whitespace());
    let start = (start..end).find(|at| !blank(at))?;
    let end = (start..end.min(text.len())).rev().find(|at| !blank(at))? + 1;
    Some(Anchor { line, start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()? })
}

/// The page, or only its pane.
fn drawn(app: &App, room: &Room<'_>, part: bool, status: StatusCode) -> axum::response::Response {
    let pane = pane::pane(room);
    let page = if part { pane } else { whole(app, room, &pane) };
    let mut response = (status, page).into_response();
    if status.is_client_error() {
        response.extensions_mut().insert(Spoken);
    }
    response
}

fn whole(app: &App, room: &Room<'_>, pane: &Markup) -> Markup {
    let title = room.say("confirm-title");
    let content = html! {
        (tabs(room.visit, &room.path(), false))
        div.confirm {
            (text::text(room))
            (pane)
        }
        script src=(assets::href("confirm.js")) defer {}
    };
    let frame = Frame { visit: room.visit, place: Place::Confirm, plan: Some(&room.ground.plan), title: &title };
    layout::page(app, &frame, &content)
}

/// The way between the candidates and the coverage of the text.
fn tabs(visit: &Visit, path: &str, coverage: bool) -> Markup {
    html! {
        nav.pages aria-label=(visit.say("confirm-views")) {
            a href=(visit.href(path, &[])) aria-current=[(!coverage).then_some("page")] { (visit.say("confirm-candidates")) }
            a href=(visit.href(&format!("{path}/coverage"), &[])) aria-current=[coverage.then_some("page")] { (visit.say("confirm-coverage")) }
            a href=(visit.href(&format!("{path}/cases.md"), &[])) { (visit.say("confirm-export")) }
        }
    }
}

/// POST /plans/{plan}/confirm
pub(crate) async fn decide(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::ConfirmRegister)?;
    let kept = app.text(plan_id(&plan)?).await?;
    let ask = |name: &str| form.get(name).to_owned();
    let mut view = View::asked(ask);
    view.add = selection(&kept.ground.source, ask);
    let part = !form.get("part").is_empty();
    let before = app.confirming(&kept.ground).await?;
    let decided = match wish(&kept.ground, &before, &view, &form) {
        Ok(wish) => confirm::decide(&app.store, &visit.actor, app.clock.now(), &kept.ground, wish).await,
        Err(error) => Err(error),
    };
    let mut room = Room {
        visit: &visit,
        ground: &kept.ground,
        state: &before,
        quantities: &kept.quantities,
        notice: None,
        typed: None,
        may: true,
        view,
    };
    match decided {
        Ok(decided) => {
            let key = form.get("key").parse().ok().or_else(|| decided.touched.first().copied());
            room.view = match form.get("wish") {
                // One goes back to what was taken back, and looks at what was added.
                "undo" | "undo-last" | "add" => View { at: decided.touched.first().copied(), add: None, ..room.view },
                _ => room.view.next_open(&decided.state, key),
            };
            room.state = &decided.state;
            room.view.settle(&decided.state);
            if !part {
                let to = room.view.at.map_or_else(|| room.href(&room.view), |key| room.href_of(key));
                return Ok(Redirect::to(&to).into_response());
            }
            Ok(drawn(&app, &room, true, StatusCode::OK))
        }
        Err(error @ (WorkflowError::BadInput { .. } | WorkflowError::DecidedMeanwhile { .. })) => {
            let refusal = Refusal::from(error);
            let now = app.confirming(&kept.ground).await?;
            room.state = &now;
            room.typed = Some(&form);
            room.notice = Some((refusal.words(visit.language).0, true));
            room.view.settle(&now);
            Ok(drawn(&app, &room, part, refusal.status))
        }
        Err(error) => Err(error.into()),
    }
}

/// What the form wants decided.
fn wish(ground: &Ground, state: &confirm::State, view: &View, form: &Form) -> Result<Wish, WorkflowError> {
    let bad = |field: &'static str, message: String| WorkflowError::BadInput { field, message };
    let key_in = |name: &str| form.get(name).parse::<CandidateKey>().map_err(|error| bad("候选", error.to_string()));
    let seen_in = |name: &str| form.get(name).parse::<u32>().map_err(|_| bad("候选", "页面已过时，请刷新".to_owned()));
    let item = |key: CandidateKey| state.item(key).ok_or_else(|| bad("候选", format!("没有 {key}，请刷新页面")));
    let reason = |name: &str| form.get(name).parse::<RejectReason>().map_err(|error| bad("理由", error.to_string()));
    match form.get("wish") {
        "undo-last" => Ok(Wish::UndoLast),
        "certain" => Ok(Wish::AcceptCertain { chapter: form.get("of").to_owned() }),
        "add" => {
            let anchor = view.add.ok_or_else(|| bad("位置", "原文没有这一段，请重新选取".to_owned()))?;
            let proposed = confirm::propose(ground, anchor);
            let proposed = proposed.ok_or_else(|| bad("位置", "原文没有这一段，请重新选取".to_owned()))?;
            let rejected = match form.get("reason") {
                "" => None,
                _ => Some((reason("reason")?, form.get("words").to_owned())),
            };
            let content = if rejected.is_some() { proposed } else { fields::read(form, &proposed)? };
            Ok(Wish::Add { content: Box::new(content), rejected })
        }
        decided => {
            let (key, seen) = (key_in("key")?, seen_in("seen")?);
            match decided {
                "accept" => Ok(Wish::Accept { key, seen }),
                "correct" => {
                    let content = fields::read(form, &item(key)?.content)?;
                    Ok(Wish::Correct { key, seen, content: Box::new(content) })
                }
                "split" => Ok(Wish::Split { key, seen, pieces: pieces(form, &item(key)?.content)? }),
                "merge" => Ok(Wish::Merge { key, seen, other: (key_in("other")?, seen_in("other_seen")?) }),
                "reject" => {
                    Ok(Wish::Reject { key, seen, reason: reason("reason")?, words: form.get("words").to_owned() })
                }
                "undo" => Ok(Wish::Undo { key, seen }),
                other => Err(bad("决定", format!("没有“{other}”这一项"))),
            }
        }
    }
}

/// The parts of a candidate: its names between slashes, with the values between
/// slashes where there are as many, else the value of the whole.
fn pieces(form: &Form, whole: &Content) -> Result<Vec<Content>, WorkflowError> {
    let cut = |name: &str| -> Vec<String> {
        form.get(name).split(['/', '／']).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    };
    let (names, values) = (cut("names"), cut("values"));
    if values.len() > 1 && values.len() != names.len() {
        let message = format!("名称有 {} 条、数值有 {} 个，请一一对应", names.len(), values.len());
        return Err(WorkflowError::BadInput { field: "拆分", message });
    }
    let piece = |(at, name): (usize, &String)| {
        let mut piece = whole.clone();
        match &mut piece {
            Content::Measure(found) => {
                found.name.clone_from(name);
                if let Some(value) = values.get(at).or_else(|| values.first()) {
                    found.target.value = Some(fields::number(value)?);
                    if values.len() > 1 {
                        found.target.value_high = None;
                    }
                }
            }
            Content::Work(found) => found.name.clone_from(name),
        }
        Ok(piece)
    };
    names.iter().enumerate().map(piece).collect()
}
