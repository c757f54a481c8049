//! Log-ins that were begun and not yet come back from the provider. Kept in
//! memory; a restart loses them, and the person begins again.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use openidconnect::Nonce;

/// So long one may take at the provider.
const KEPT: SignedDuration = SignedDuration::from_mins(10);
/// So many are kept; then the oldest gives way.
const MOST: usize = 10_000;

/// A log-in that was begun.
pub(super) struct Begun {
    /// The browser it was begun in.
    pub(super) browser: String,
    /// What the identity token must repeat.
    pub(super) nonce: Nonce,
    /// What proves to the provider that the code was asked for here (PKCE).
    pub(super) verifier: String,
    /// Where the person wanted to go.
    pub(super) next: String,
    /// When it was begun.
    pub(super) at: Timestamp,
}

/// The log-ins that were begun, by their state.
#[derive(Default)]
pub(super) struct Pending(Mutex<HashMap<String, Begun>>);

impl Pending {
    /// Keeps one until it comes back.
    pub(super) fn keep(&self, state: String, begun: Begun) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, other| begun.at.duration_since(other.at) < KEPT);
        }
        if all.len() >= MOST
            && let Some(oldest) = all.iter().min_by_key(|(_, begun)| begun.at).map(|(state, _)| state.clone())
        {
            all.remove(&oldest);
        }
        all.insert(state, begun);
    }

    /// Takes one out, if it was begun in this browser and not too long ago.
    pub(super) fn take(&self, state: &str, browser: &str, now: Timestamp) -> Option<Begun> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Another browser's is left alone: nobody ends another's log-in.
        all.get(state).filter(|begun| !browser.is_empty() && begun.browser == browser)?;
        all.remove(state).filter(|begun| now.duration_since(begun.at) < KEPT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_in_comes_back_once_in_its_browser_and_in_time() {
        let pending = Pending::default();
        let begin = |state: &str, at: i64| {
            let begun = Begun {
                browser: "b".to_owned(),
                nonce: Nonce::new("n".to_owned()),
                verifier: String::new(),
                next: "/".to_owned(),
                at: Timestamp::from_second(at).unwrap(),
            };
            pending.keep(state.to_owned(), begun);
        };
        let take = |state, browser, at| pending.take(state, browser, Timestamp::from_second(at).unwrap()).is_some();
        begin("s", 1000);
        assert!(!take("t", "b", 1001) && !take("s", "c", 1001) && !take("s", "", 1001));
        assert!(take("s", "b", 1001) && !take("s", "b", 1002));
        begin("s", 1000);
        assert!(!take("s", "b", 1000 + 600));
        for number in 0..MOST as i64 + 5 {
            begin(&number.to_string(), number);
        }
        assert!(pending.0.lock().unwrap().len() <= MOST);
        assert!(!take("0", "b", 1) && take(&(MOST + 4).to_string(), "b", MOST as i64 + 5));
    }
}
