//! Extraction scored against hand labels, so that a change of a rule shows what
//! it gains and loses.
//!
//! Two collections are scored: the sample's texts (always), and the real
//! documents in the folder that `LANTU_CORPUS` names (default `../shared/corpus`,
//! seen from the workspace), where it is present. `counts.tsv` beside this file
//! keeps the counts of the last recorded result; a count that is worse fails.
//!
//! Work items are scored beside the targets: the second gold set (`work.rs`).
//!
//! - `make gold` prints the tables and needs the real documents.
//! - `make gold RECORD=1` writes the counts of the collections that were scored.
//! - `make gold ERRORS=1` also lists each row that is missed, extra or different.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail loudly, and this one prints tables"
)]

mod collection;
mod counts;
mod facts;
mod labels;
mod score;
mod table;
mod work;

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use collection::Collection;
use counts::{Counts, Recorded};

/// The real documents where nothing else is said, seen from the workspace.
const DEFAULT_CORPUS: &str = "../shared/corpus";

/// One line of the record: a document or a pool.
struct Scored {
    /// What stands in the record. A real document has a fingerprint there, not its name.
    key: String,
    /// What is printed for people.
    shown: String,
    /// Several documents together.
    pool: bool,
    counts: Counts,
}

#[test]
fn extraction_keeps_to_the_recorded_counts() {
    let mut scored = scored(&Collection::sample(&workspace()));
    let samples = workspace().join("samples");
    let work = work::scored(&samples.join("gold"), &samples, "sample");
    assert!(!work.is_empty(), "samples/gold/ holds no labels of work items");
    scored.extend(work);
    match Collection::corpus(&corpus()) {
        Some(real) => {
            scored.extend(self::scored(&real));
            let elsewhere = work::scored(&corpus().join("gold"), &corpus().join("plans"), "real");
            scored.extend(elsewhere);
        }
        None => without_corpus(),
    }
    print!("{}", table::summary(&scored));
    scored.iter().filter(|s| s.pool).for_each(|s| say(&table::in_short(s)));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gold/counts.tsv");
    let recorded = Recorded::read(&path);
    let (better, worse) = recorded.compare(&scored);
    for line in &better {
        say(line);
    }
    if is_set("LANTU_GOLD_RECORD") {
        recorded.with(&scored).write(&path);
        worse.iter().for_each(|line| say(line));
        say("gold: the counts are recorded in crates/plan_extraction/tests/gold/counts.tsv");
        return;
    }
    if !better.is_empty() {
        say("gold: to keep what was gained, record it: make gold RECORD=1");
    }
    assert!(
        worse.is_empty(),
        "\n{}\nwhat differs: make gold ERRORS=1; if the change is meant: make gold RECORD=1\n",
        worse.join("\n")
    );
}

/// Scores each document and, where there are several, all of them together.
fn scored(collection: &Collection) -> Vec<Scored> {
    let errors = is_set("LANTU_GOLD_ERRORS");
    let mut pool = score::Outcome::default();
    let mut pooled = Counts::default();
    let mut scored = Vec::new();
    for document in &collection.documents {
        let found = document.extract();
        let outcome = score::score(&document.labels.targets, &found.rows, &document.labels.near);
        let facts = document.labels.numerals.as_deref().map(|n| facts::score(n, &found.extraction));
        print!("{}", table::outcome(&document.shown, &outcome));
        if errors {
            print!("{}", table::errors(&outcome));
        }
        let counts = Counts::of(&outcome, facts.unwrap_or_default());
        pooled.add(&counts);
        pool.add(outcome);
        scored.push(Scored { key: document.key.clone(), shown: document.shown.clone(), pool: false, counts });
    }
    if collection.documents.len() > 1 {
        let shown = format!("{}, pooled", collection.name);
        print!("{}", table::outcome(&shown, &pool));
        scored.push(Scored { key: collection.pool_key(), shown, pool: true, counts: pooled });
    }
    scored
}

/// The real documents are not in the repository: `make test` goes on without
/// them and says so, `make gold` is asked for them and fails.
fn without_corpus() {
    let corpus = corpus();
    let reason = format!("no real documents in {} (gold/*.targets.tsv beside plans/)", corpus.display());
    if is_set("LANTU_GOLD_REQUIRED") {
        panic!("{reason}; set LANTU_CORPUS to the folder that holds them");
    }
    say(&format!("gold: the real corpus was not scored, only the sample's labels: {reason}"));
}

fn corpus() -> PathBuf {
    let named = std::env::var_os("LANTU_CORPUS").filter(|v| !v.is_empty());
    workspace().join(named.map_or_else(|| PathBuf::from(DEFAULT_CORPUS), PathBuf::from))
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the crate lies in the workspace")
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|v| !v.is_empty() && v != "0")
}

/// Says a line that is seen also when the test passes: the harness holds back
/// what `print!` writes.
fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").expect("standard error can be written");
}
