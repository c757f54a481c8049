//! The catalogue of shapes is complete, and what it says is so.

use std::{collections::BTreeSet, fs, path::Path};

use serde::Deserialize;

use crate::{PERIOD, prose, read, rules};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    shape: Vec<Shape>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    code: String,
    /// Chinese.
    name: String,
    /// Chinese.
    what: String,
    /// English.
    what_en: String,
    example: String,
    counter_example: String,
    /// Why the counter-example is none; Chinese.
    why_not: String,
    since: String,
    /// It only finds facts, never commitments.
    #[serde(default)]
    facts_only: bool,
}

fn catalogue() -> Vec<Shape> {
    let text = fs::read_to_string(rules().join("shapes.toml")).unwrap();
    toml::from_str::<Catalogue>(&text).unwrap().shape
}

/// The codes written in the source: a capital letter and digits in quotation marks.
fn codes_in(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes_in(&path, codes);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            codes.extend(text.split('"').filter(|word| is_code(word)).map(str::to_owned));
        }
    }
}

fn is_code(word: &str) -> bool {
    let digits = word.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or_default();
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
}

#[test]
fn the_catalogue_lists_the_codes_of_the_source() {
    let shapes = catalogue();
    let mut written = BTreeSet::new();
    codes_in(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut written);
    let listed: BTreeSet<String> = shapes.iter().map(|s| s.code.clone()).collect();
    assert_eq!(listed, written, "rules/shapes.toml (left) lists the codes of crates/plan_extraction/src (right)");
    assert_eq!(listed.len(), shapes.len(), "a code stands twice in rules/shapes.toml");
    for s in &shapes {
        let told = [&s.name, &s.what, &s.what_en, &s.example, &s.counter_example, &s.why_not, &s.since];
        assert!(told.iter().all(|text| !text.trim().is_empty()), "{}: something is not told", s.code);
    }
}

#[test]
fn examples_are_found_and_counter_examples_are_not() {
    let has = |text: &str, code: &str, facts: bool| {
        let found = read(text, PERIOD.parse().unwrap());
        let of_facts = facts && found.facts.iter().any(|f| f.rule == code);
        let of_work = found.work.iter().any(|item| item.rule == code);
        of_facts || of_work || found.commitments.iter().any(|c| c.rule == code)
    };
    let mut wrong = Vec::new();
    for Shape { code, example, counter_example, facts_only, .. } in catalogue() {
        wrong.extend((!has(&example, &code, facts_only)).then(|| format!("{code} is not found in: {example}")));
        wrong
            .extend(has(&counter_example, &code, facts_only).then(|| format!("{code} is found in: {counter_example}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A rule that fits one sentence is worth nothing.
#[test]
fn each_shape_has_two_cases_for_it_and_one_against_it() {
    let cases = prose::read_all(&rules().join("cases"));
    let mut wanting = Vec::new();
    let codes: BTreeSet<String> = catalogue().into_iter().map(|s| s.code).collect();
    for code in &codes {
        let positive = cases.iter().filter(|c| c.shapes().contains(&code.as_str())).count();
        let negative = cases.iter().filter(|c| c.near.contains(code)).count();
        if positive < 2 || negative < 1 {
            wanting.push(format!("{code}: {positive} cases with a row of it, {negative} near it (wanted: 2 and 1)"));
        }
    }
    assert!(wanting.is_empty(), "{}", wanting.join("\n"));
    let unknown = cases.iter().find_map(|c| c.near.iter().find(|code| !codes.contains(*code)).map(|n| (&c.place, n)));
    assert!(unknown.is_none(), "no such shape: {unknown:?}");
}
