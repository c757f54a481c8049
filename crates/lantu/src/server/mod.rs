//! The server: what it holds, and how it is started and stopped.

pub(crate) mod assets;
pub(crate) mod assigned;
pub(crate) mod collected;
pub(crate) mod cookies;
pub(crate) mod drafts;
pub(crate) mod fields;
pub(crate) mod judged;
pub(crate) mod kept;
pub(crate) mod posted;
pub(crate) mod refusal;
mod router;
mod speak;
pub(crate) mod tokens;
pub(crate) mod visit;
pub(crate) mod waiting;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, OnceLock},
};

use axum::{Router, extract::FromRef};
use plan_assessment::{RuleSet, quality::QualityRules, ready_rule_sets};
use plan_store::Store;
use plan_workflow::{
    accounts::SessionRules, assess::Situations, directory::Directory, figures::Taking, register::dictionary::Dictionary,
};
use tokio::net::TcpListener;

use self::kept::{Found, Kept, PlanText};
use crate::{clock::Clock, openid::Provider, settings::Settings};

/// So many plans are kept in memory with their figures, the ones used last.
const PLANS: usize = 64;
/// So many texts.
const TEXTS: usize = 16;

/// What every request may use.
#[derive(Clone)]
pub struct App(pub(crate) Arc<Held>);

/// Rules an installation brings of its own, or those that come with Lantu.
#[derive(Debug)]
pub struct Local {
    /// Rule sets beside the ready ones.
    pub rule_sets: Vec<RuleSet>,
    /// The dictionary of indicators.
    pub dictionary: Dictionary,
    /// The rules of quality.
    pub quality: Arc<QualityRules>,
}

impl Default for Local {
    fn default() -> Self {
        Self {
            rule_sets: Vec::new(),
            dictionary: Dictionary::standard().clone(),
            quality: Arc::clone(QualityRules::standard()),
        }
    }
}

/// What the server holds.
pub struct Held {
    pub(crate) store: Store,
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) rule_sets: Vec<RuleSet>,
    pub(crate) dictionary: Arc<Dictionary>,
    pub(crate) quality: Arc<QualityRules>,
    pub(crate) light_css: String,
    pub(crate) situations: Arc<Situations<Store>>,
    pub(crate) judged: judged::Cache,
    pub(crate) texts: Kept<PlanText>,
    pub(crate) found: Kept<Found>,
    pub(crate) directory: Mutex<Arc<Directory>>,
    pub(crate) rounds: collected::KeptRounds,
    pub(crate) waiting: waiting::Counts,
    pub(crate) drafts: drafts::Drafts<plan_workflow::import::Preview>,
    pub(crate) directory_files: drafts::Drafts<posted::SentFile>,
    pub(crate) ledgers: drafts::Drafts<drafts::LedgerDraft>,
    pub(crate) books: assigned::Books,
    pub(crate) sessions: SessionRules,
    pub(crate) openid: OnceLock<Provider>,
}

impl std::ops::Deref for App {
    type Target = Held;
    fn deref(&self) -> &Held {
        &self.0
    }
}

impl App {
    /// An application on this store, with these rule sets beside the ready ones.
    pub fn new(store: Store, settings: Settings, clock: Clock, local_rules: Vec<RuleSet>) -> Self {
        Self::with_local(store, settings, clock, Local { rule_sets: local_rules, ..Local::default() })
    }

    /// [`App::new`] with all that an installation may bring of its own.
    pub fn with_local(store: Store, settings: Settings, clock: Clock, local: Local) -> Self {
        let Local { rule_sets: local_rules, dictionary, quality } = local;
        let mut rule_sets = ready_rule_sets().to_vec();
        // A local rule set of the same name stands in for the ready one.
        rule_sets.retain(|ready| local_rules.iter().all(|local| local.name != ready.name));
        rule_sets.extend(local_rules);
        let light_css = crate::ui::light::style_sheet(&rule_sets);
        Self(Arc::new(Held {
            situations: Arc::new(Situations::new(store.clone(), PLANS)),
            texts: Kept::new(TEXTS),
            found: Kept::new(PLANS),
            directory: Mutex::default(),
            rounds: Mutex::default(),
            waiting: waiting::Counts::default(),
            store,
            settings,
            clock,
            rule_sets,
            dictionary: Arc::new(dictionary),
            quality,
            light_css,
            judged: judged::Cache::default(),
            drafts: drafts::Drafts::default(),
            ledgers: drafts::Drafts::default(),
            books: assigned::Books::default(),
            directory_files: drafts::Drafts::default(),
            sessions: SessionRules::default(),
            openid: OnceLock::new(),
        }))
    }

    /// Offers logging in by this identity provider as well; only the first counts.
    pub fn offer(&self, provider: Provider) {
        // Set once at the start; a second one is not an error of anybody's.
        let _ = self.openid.set(provider);
    }

    /// Everything it answers, as one service.
    pub fn router(&self) -> Router {
        router::router(self)
    }

    /// How figures are taken here: with the rules of quality of this installation.
    pub(crate) fn taking(&self) -> Taking {
        Taking { quality: Arc::clone(&self.quality), ..Taking::default() }
    }

    /// The day on which people act: today, in the sample its own.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        self.settings.sample.as_ref().map_or_else(|| self.clock.today(), |sample| sample.as_of)
    }

    /// The last day that is not to come: today. In the sample people act on a day of
    /// the past, and what they record may lie between it and today.
    pub(crate) fn last_day(&self) -> jiff::civil::Date {
        self.today().max(self.clock.today())
    }

    /// The rule set of this name, or the default one.
    pub(crate) fn rule_set(&self, name: Option<&str>) -> Option<&RuleSet> {
        match name {
            Some(name) => self.rule_sets.iter().find(|rules| rules.name == name),
            None => self.rule_sets.first(),
        }
    }
}

impl FromRef<App> for Store {
    fn from_ref(app: &App) -> Store {
        app.store.clone()
    }
}

/// Serves until the process is asked to stop, then finishes what is under way:
/// requests, and the reminder that is being sent.
pub async fn serve(listener: TcpListener, app: App) -> std::io::Result<()> {
    let service = app.router().into_make_service_with_connect_info::<SocketAddr>();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let reminding = tokio::spawn(crate::deliver::outbox::keep_sending(app, stopped));
    let served = axum::serve(listener, service).with_graceful_shutdown(asked_to_stop()).await;
    // Nobody listens any more where the reminding has ended already.
    let _ = stop.send(true);
    if reminding.await.is_err() {
        tracing::error!("reminding ended by a fault of the program");
    }
    served
}

async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler there is nothing to wait for; the process is ended from outside.
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
