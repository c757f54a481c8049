//! Who is visiting, in which language, looking at which day by which rules.
//!
//! The day and the rule set stand in the address (`as_of`, `rules`), so that a
//! link given to a colleague shows the same page; so does the day a page looks
//! back to (`known_on`): then it shows what was known at the end of that day, and
//! nothing can be changed.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, FromRequestParts, RawPathParams},
    http::{HeaderMap, header, request::Parts},
};
use jiff::{Timestamp, civil::Date};
use plan_model::RegionCode;
use plan_workflow::{
    accounts,
    directory::{Directory, Sight},
    permissions::{Action, Actor, sees_plans_of},
    records::{PlanId, PlanListing, Session},
    storage::{Storage as _, StorageError, Stored},
};

use super::{
    App, cookies,
    fields::Allowed,
    refusal::{Answer, Refusal},
};
use crate::messages::Language;

/// A request of somebody who has logged in.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// The language of the answer.
    pub(crate) language: Language,
    /// The open session.
    pub(crate) session: Session,
    /// Who acts.
    pub(crate) actor: Actor,
    /// The path and query asked for.
    pub(crate) address: String,
    /// The day of judgement.
    pub(crate) as_of: Date,
    /// The day looked back to: figures, definitions and links as known at its end.
    pub(crate) known_on: Option<Date>,
    /// The last moment of that day.
    pub(crate) known_at: Option<Timestamp>,
    /// The name of the rule set.
    pub(crate) rules: String,
    /// What of these was chosen, as it goes on in links.
    chosen: Vec<(&'static str, String)>,
    /// How many things wait for the person.
    pub(crate) waiting: usize,
    /// How the request showed who it comes from.
    pub(crate) proof: Proof,
}

/// How a request showed who it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// By the cookie, which a browser also sends when another site asks it to.
    Cookie,
    /// By a header that only a program sets.
    Bearer,
}

impl Visit {
    /// Whether the person may do this for anybody; for whom says
    /// [`Actor::reach`](plan_workflow::permissions::Actor::reach). While looking
    /// back nobody changes anything.
    pub(crate) fn may(&self, action: Action) -> bool {
        self.actor.may(action) && (action.reads() || self.known_on.is_none())
    }

    /// Whether the person may do one of these.
    pub(crate) fn may_any(&self, actions: &[Action]) -> bool {
        actions.iter().any(|action| self.may(*action))
    }

    /// Refuses what the person may not do.
    pub(crate) fn require(&self, action: Action) -> Answer<()> {
        match (self.may(action), self.actor.may(action)) {
            (true, _) => Ok(()),
            (false, true) => Err(Refusal::looking_back()),
            (false, false) => Err(Refusal::not_allowed()),
        }
    }

    /// What of the directory is there for the visitor; `None` for everything.
    pub(crate) fn sight<'a>(&self, directory: &'a Directory, day: Date) -> Option<Sight<'a>> {
        self.actor.region.map(|region| directory.sight((&self.actor.name, region), day))
    }

    /// The message with this key.
    pub(crate) fn say(&self, key: &str) -> String {
        self.language.say(key)
    }

    /// An address on this site with the chosen day and rules, and these fields.
    pub(crate) fn href(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let chosen = self.chosen.iter().map(|(key, value)| (*key, value.as_str()));
        let fields: Vec<(&str, &str)> =
            fields.iter().copied().filter(|(_, value)| !value.is_empty()).chain(chosen).collect();
        address(path, &fields)
    }

    /// The chosen day and rules, for the hidden fields of a form that asks (GET).
    pub(crate) fn chosen(&self) -> &[(&'static str, String)] {
        &self.chosen
    }

    /// The query of the address asked for.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        query(&self.address)
    }
}

/// A path with a query of these fields.
pub(crate) fn address(path: &str, fields: &[(&str, &str)]) -> String {
    match serde_urlencoded::to_string(fields) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

/// The fields of an address's query.
pub(crate) fn query(address: &str) -> Vec<(String, String)> {
    address.split_once('?').and_then(|(_, query)| serde_urlencoded::from_str(query).ok()).unwrap_or_default()
}

/// The value of a field.
pub(crate) fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
}

/// The language of a request: asked for in the address, kept in a cookie, or the
/// installation's.
pub(crate) fn language(app: &App, headers: &HeaderMap, address: &str) -> Language {
    let asked = field(&query(address), "lang").and_then(Language::from_code);
    let kept = || cookies::get(headers, cookies::LANGUAGE).and_then(Language::from_code);
    asked.or_else(kept).or_else(|| Language::from_code(&app.settings.language)).unwrap_or_default()
}

/// Where a request comes from, as far as that can be known.
pub(crate) fn origin(app: &App, parts: &Parts) -> String {
    let forwarded = parts.headers.get("x-forwarded-for").filter(|_| app.settings.behind_proxy);
    // The proxy appends the address it saw; what stands before it anybody can write.
    let forwarded = forwarded.and_then(|value| value.to_str().ok()).and_then(|list| list.rsplit(',').next());
    let direct = || parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
    forwarded.map(|address| address.trim().to_owned()).or_else(direct).unwrap_or_else(|| "local".to_owned())
}

/// The token of a request and how it came.
fn token(headers: &HeaderMap) -> Option<(&str, Proof)> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match bearer.and_then(|value| value.strip_prefix("Bearer ")) {
        Some(token) => Some((token.trim(), Proof::Bearer)),
        None => cookies::get(headers, cookies::SESSION).map(|token| (token, Proof::Cookie)),
    }
}

/// What is answered before one has a password of one's own: setting it, and
/// leaving. Programs' addresses stand here without the `/api/v1` they are nested in.
const OPEN_TO_NEWCOMERS: [&str; 3] = ["/account/password", "/logout", "/sessions"];

/// Refuses a plan of another region that the path names, as one that is not there.
/// By the parameter's name, so that no page has to think of it.
async fn named_plan(parts: &mut Parts, app: &App, region: Option<RegionCode>) -> Answer<()> {
    if region.is_none() {
        return Ok(());
    }
    let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Refusal::not_found())?;
    let Some((_, named)) = params.iter().find(|(name, _)| *name == "plan") else { return Ok(()) };
    app.visible(region, named.parse().map_err(|_| Refusal::not_found())?).await
}

impl App {
    /// Refuses a plan that an account held to this region does not see, as one that
    /// is not there.
    pub(crate) async fn visible(&self, region: Option<RegionCode>, plan: PlanId) -> Answer<()> {
        if region.is_none() || sees_plans_of(region, &self.store.plan(plan).await?.head.jurisdiction) {
            return Ok(());
        }
        Err(StorageError::NotFound { what: "规划", id: plan.to_string() }.into())
    }

    /// The plans that a visitor sees, the newest first. Every list of plans on a
    /// page or in the API is made of these.
    pub(crate) async fn plans(&self, visit: &Visit) -> Answer<Vec<PlanListing>> {
        let mut plans = self.store.plans().await?;
        plans.retain(|listing| sees_plans_of(visit.actor.region, &listing.plan.head.jurisdiction));
        Ok(plans)
    }

    /// The units, people and duties that are there for a visitor. Every page of the
    /// directory is made of these; what names a unit of a plan may ask for all.
    pub(crate) async fn directory_of(&self, visit: &Visit) -> Stored<Arc<Directory>> {
        let directory = self.directory().await?;
        Ok(match visit.sight(&directory, self.today()) {
            Some(sight) => Arc::new(sight.directory()),
            None => directory,
        })
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let address = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
        let (token, proof) = token(&parts.headers).ok_or_else(Refusal::not_logged_in)?;
        let (session, user) = accounts::session(&app.store, token, app.clock.now(), app.sessions).await?;
        if user.must_change && session.provider.is_none() && !OPEN_TO_NEWCOMERS.contains(&parts.uri.path()) {
            return Err(Refusal::new_password_first());
        }
        named_plan(parts, app, user.region).await?;
        let posts = app.directory().await?.posts(&user.name, app.today());
        // Programs have no top bar.
        let waiting = if address.starts_with("/api/") { 0 } else { app.waiting_for(&user.name).await };
        let fields = query(&address);
        let mut chosen = Vec::new();
        let (known_on, known_at) = known(app, field(&fields, "known_on"))?;
        if let Some(day) = known_on {
            chosen.push(("known_on", day.to_string()));
        }
        let as_of = match field(&fields, "as_of") {
            Some(text) => {
                let day =
                    text.parse().map_err(|_| Refusal::unread(("as_of", "top-as-of-label"), text, Allowed::Day))?;
                chosen.push(("as_of", text.to_owned()));
                day
            }
            None => known_on.filter(|_| app.settings.sample.is_none()).unwrap_or_else(|| app.today()),
        };
        let asked = field(&fields, "rules");
        let unknown = || Refusal::unread(("rules", "top-rules-label"), asked.unwrap_or_default(), Allowed::Choice);
        let rules = app.rule_set(asked).ok_or_else(unknown)?;
        if let Some(name) = asked {
            chosen.push(("rules", name.to_owned()));
        }
        Ok(Self {
            language: language(app, &parts.headers, &address),
            actor: Actor::new(user.name, user.role).with_posts(posts).held_to(user.region),
            session,
            as_of,
            known_on,
            known_at,
            rules: rules.name.clone(),
            chosen,
            address,
            waiting,
            proof,
        })
    }
}

/// The day looked back to and its last moment; a day that is still to come is refused.
fn known(app: &App, asked: Option<&str>) -> Answer<(Option<Date>, Option<Timestamp>)> {
    let Some(text) = asked else { return Ok((None, None)) };
    let day = text.parse::<Date>().ok().filter(|day| *day <= app.clock.today());
    let moment = day.and_then(|day| app.clock.end_of(day));
    if moment.is_none() {
        let allowed = Allowed::DayUntil(app.clock.today());
        return Err(Refusal::unread(("known_on", "top-known-on-label"), text, allowed));
    }
    Ok((day, moment))
}

/// A request of anybody: the login page.
#[derive(Debug, Clone)]
pub(crate) struct Guest {
    /// The language of the answer.
    pub(crate) language: Language,
    /// What ties the form to the browser, if it has it already.
    pub(crate) form_token: Option<String>,
    /// Where the request comes from.
    pub(crate) origin: String,
    /// The path and query asked for.
    pub(crate) address: String,
}

impl FromRequestParts<App> for Guest {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let address = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
        Ok(Self {
            language: language(app, &parts.headers, &address),
            form_token: cookies::get(&parts.headers, cookies::FORM).map(str::to_owned),
            origin: origin(app, parts),
            address,
        })
    }
}
