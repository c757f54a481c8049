//! The result as tables for people.

use std::fmt::Write;

use plan_model::Confidence;

use crate::{
    Scored,
    counts::Counts,
    labels::{Row, SAID},
    score::{Outcome, f1},
};

const CLASSES: [&str; 5] = ["numeric", "coverage", "zero", "multiple", "rank"];

/// The table of one document or pool.
pub(crate) fn outcome(title: &str, outcome: &Outcome) -> String {
    let mut text = format!("\n{title}\nclass     gold  found right  precision recall  F1\n");
    let mut line = |name: &str, wanted: usize, found: usize, right: usize| {
        let (precision, recall, f) = f1(right, found, wanted);
        writeln!(text, "{name:9} {wanted:4} {found:6} {right:5}  {precision:9.3} {recall:6.3}  {f:.3}")
            .expect("a string");
    };
    for class in CLASSES {
        let gold = outcome.matched.iter().map(|m| &m.gold).chain(&outcome.missed);
        let found = outcome.matched.iter().map(|m| &m.found).chain(&outcome.extra);
        let right = outcome.matched.iter().filter(|m| m.gold.class() == class && m.found.class() == class);
        let of_class = |r: &&Row| r.class() == class;
        line(class, gold.filter(of_class).count(), found.filter(of_class).count(), right.count());
    }
    let matched = outcome.matched.len();
    line("all", outcome.labelled(), outcome.found(), matched);
    let share = |part: f64| if matched == 0 { 0.0 } else { part / matched as f64 };
    for (index, field) in SAID.iter().enumerate() {
        let agree = outcome.matched.iter().filter(|m| m.gold.said.get(index) == m.found.said.get(index)).count();
        writeln!(text, "{field:9} agrees in {agree} of {matched} ({:.3})", share(agree as f64)).expect("a string");
    }
    let similarity = share(outcome.matched.iter().map(|m| m.similarity.share()).sum());
    let (exact, labelled) = (outcome.exact(), outcome.labelled());
    let (_, _, f) = f1(exact, outcome.found(), labelled);
    writeln!(text, "name      mean similarity {similarity:.3}\nexact     {exact} of {labelled}: F1 {f:.3}")
        .expect("a string");
    let steps = |row: &Row| row.confidence;
    let found = outcome.matched.iter().map(|m| (steps(&m.found), m.is_exact()));
    text += &confidence(found.chain(outcome.extra.iter().map(|row| (steps(row), false))));
    text
}

/// How the steps of confidence hold: of the rows found with each, how many are exact.
pub(crate) fn confidence(rows: impl Iterator<Item = (Option<Confidence>, bool)>) -> String {
    let rows: Vec<_> = rows.collect();
    let mut text = String::new();
    for step in [Confidence::Certain, Confidence::Likely, Confidence::Look] {
        let found: Vec<bool> = rows.iter().filter(|(s, _)| *s == Some(step)).map(|(_, exact)| *exact).collect();
        let exact = found.iter().filter(|exact| **exact).count();
        let share = if found.is_empty() { 0.0 } else { exact as f64 / found.len() as f64 };
        writeln!(text, "{:9} exact in {exact} of {} ({share:.3})", step.code(), found.len()).expect("a string");
    }
    text
}

/// Each row that is missed, extra, or matched with a difference.
pub(crate) fn errors(outcome: &Outcome) -> String {
    let mut text = String::new();
    for (title, rows) in [("missed", &outcome.missed), ("extra", &outcome.extra)] {
        for Row { line, name, value, unit, said, quote, .. } in rows {
            writeln!(text, "{title}\t{line}\t{name}\t{value}\t{unit}\t{}\t{quote}", said.join(" ")).expect("a string");
        }
    }
    for m in &outcome.matched {
        let mut differs: Vec<String> = Vec::new();
        for (field, (gold, found)) in SAID.iter().zip(m.gold.said.iter().zip(&m.found.said)) {
            differs.extend((gold != found).then(|| format!("{field}: {gold} <> {found}")));
        }
        differs.extend((!m.similarity.at_least(4, 5)).then(|| format!("name: {} <> {}", m.gold.name, m.found.name)));
        if !differs.is_empty() {
            writeln!(text, "differs\t{}\t{}\t{}", m.gold.line, m.gold.name, differs.join("; ")).expect("a string");
        }
    }
    text
}

/// One line for each document and pool.
pub(crate) fn summary(scored: &[Scored]) -> String {
    let mut text = String::from(
        "\ndocument                   gold found matched exact  all F1 exact F1  facts returned  others taken as targets\n",
    );
    for Scored { shown, counts, .. } in scored {
        let (_, _, all) = f1(counts.matched, counts.found, counts.labelled);
        let (_, _, exact) = f1(counts.exact, counts.found, counts.labelled);
        let facts = counts.facts;
        let share = |part: usize, whole: usize| match whole {
            0 => "—".to_owned(),
            _ => format!("{part} of {whole} ({:.3})", part as f64 / whole as f64),
        };
        writeln!(
            text,
            "{shown:26} {:4} {:5} {:7} {:5}  {all:6.3} {exact:8.3}  {:14}  {}",
            counts.labelled,
            counts.found,
            counts.matched,
            counts.exact,
            share(facts.returned, facts.baselines),
            share(facts.taken, facts.others),
        )
        .expect("a string");
    }
    text
}

/// The scores of a document or pool in one line.
pub(crate) fn in_short(scored: &Scored) -> String {
    let Counts { labelled, found, matched, exact, .. } = scored.counts;
    let (_, _, all) = f1(matched, found, labelled);
    let (_, _, exact) = f1(exact, found, labelled);
    format!("gold: {}: all {all:.3}, exact {exact:.3} on {labelled} rows", scored.shown)
}
