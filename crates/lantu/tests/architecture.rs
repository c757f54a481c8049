//! The map and the other documents against the code: who uses whom, which
//! libraries stay in one crate, and whether what is named is there.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail loudly")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A relation between names: who uses whom, or what is only where.
type Relation = BTreeMap<String, BTreeSet<String>>;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn document(name: &str) -> String {
    fs::read_to_string(workspace().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Every crate of the workspace with what it depends on directly. What only its tests use is left
/// out: it reaches nobody who uses the crate.
fn dependencies() -> Relation {
    let told = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    let name = |of: &serde_json::Value| of["name"].as_str().unwrap().to_owned();
    let uses = |package: &serde_json::Value| {
        let all = package["dependencies"].as_array().unwrap();
        all.iter().filter(|d| d["kind"] != "dev").map(name).collect()
    };
    told["packages"].as_array().unwrap().iter().map(|p| (name(p), uses(p))).collect()
}

/// The words between backticks.
fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The table of a document whose head begins with `first`: the names of its
/// first column with those of the column `second`.
fn table(text: &str, first: &str, second: usize) -> Relation {
    let rows = text.lines().skip_while(|line| !line.starts_with(&format!("| {first} |"))).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.trim_matches('|').split('|').collect::<Vec<_>>());
    let names = |cell: &str| code_spans(cell).map(str::to_owned).collect::<BTreeSet<_>>();
    let found: Relation = cells
        .flat_map(|c| names(c.first().unwrap()).into_iter().map(move |n| (n, names(c.get(second).unwrap()))))
        .collect();
    assert!(!found.is_empty(), "no table with the head {first}");
    found
}

#[test]
fn crates_use_each_other_as_the_map_says() {
    let dependencies = dependencies();
    let members: BTreeSet<&String> = dependencies.keys().collect();
    let inside = |uses: &BTreeSet<String>| uses.iter().filter(|n| members.contains(n)).cloned().collect();
    let built: Relation = dependencies.iter().map(|(name, uses)| (name.clone(), inside(uses))).collect();
    assert_eq!(table(&document("docs/architecture.md"), "crate", 3), built, "the map (left) and the manifests (right)");
}

/// The map lists the crates from the lowest up; nothing uses what stands below it.
#[test]
fn dependencies_run_one_way() {
    let text = document("docs/architecture.md");
    let map = table(&text, "crate", 3);
    let place = |name: &str| text.find(&format!("\n| `{name}` |")).unwrap_or_else(|| panic!("{name} has no row"));
    for (name, uses) in &map {
        for used in uses {
            assert!(place(used) < place(name), "{name} uses {used}, which stands above it");
        }
    }
}

#[test]
fn libraries_stay_where_the_map_says() {
    let dependencies = dependencies();
    for (library, only_in) in table(&document("docs/architecture.md"), "library", 1) {
        let users: BTreeSet<String> =
            dependencies.iter().filter(|(_, uses)| uses.contains(&library)).map(|(name, _)| name.clone()).collect();
        assert_eq!(users, only_in, "{library} is used by (left), and should be by (right)");
    }
}

/// The documents that name files.
fn documents() -> Vec<String> {
    let mut names: Vec<String> = ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"].map(str::to_owned).to_vec();
    for folder in ["docs", "docs/decisions"] {
        let entries = fs::read_dir(workspace().join(folder)).unwrap();
        let files = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.extend(files.filter(|file| file.ends_with(".md")).map(|file| format!("{folder}/{file}")));
    }
    names.sort();
    names
}

#[test]
fn paths_named_in_the_documents_exist() {
    let roots = ["crates", "rules", "docs", "samples", "scripts", ".ci"];
    let mut missing = Vec::new();
    for name in documents() {
        let text = document(&name);
        // A block between fences is an example, not a reference.
        let prose: String = text.split("```").step_by(2).collect();
        let paths = code_spans(&prose).filter(|s| s.split_once('/').is_some_and(|(root, _)| roots.contains(&root)));
        missing.extend(paths.filter(|path| !workspace().join(path).exists()).map(|path| format!("{name}: {path}")));
        let links = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
        let folder = Path::new(&name).parent().unwrap().to_owned();
        // Pictures are made from the running sample and looked at.
        for link in links.filter(|link| !link.contains("://") && !link.ends_with(".png")) {
            let target = link.split('#').next().unwrap_or_default();
            if !workspace().join(&folder).join(target).exists() {
                missing.push(format!("{name}: link to {link}"));
            }
        }
    }
    assert!(missing.is_empty(), "named but not there:\n{}", missing.join("\n"));
}

/// A word of code in the glossary is a type of the crates.
#[test]
fn types_named_in_the_glossary_exist() {
    fn sources(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
                sources(&path, text);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut code = String::new();
    sources(&workspace().join("crates"), &mut code);
    let words: BTreeSet<&str> = code.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let glossary = document("docs/glossary.md");
    let is_type = |s: &str| s.starts_with(|c: char| c.is_ascii_uppercase()) && s.chars().all(char::is_alphanumeric);
    let named: BTreeSet<&str> = code_spans(&glossary).flat_map(|s| s.split("::")).filter(|s| is_type(s)).collect();
    let missing: Vec<&&str> = named.iter().filter(|name| !words.contains(**name)).collect();
    assert!(named.len() > 20 && missing.is_empty(), "named in docs/glossary.md but not in the code: {missing:?}");
}
