//! Texts with hand labels: the sample's, and the real documents.

use std::{
    fs,
    path::{Path, PathBuf},
};

use plan_extraction::{Extraction, Options, extract, rows};

use crate::labels::{self, Labels, Row};

/// Documents that are scored together.
pub(crate) struct Collection {
    pub(crate) name: &'static str,
    pub(crate) documents: Vec<Document>,
}

/// A text and its labels.
pub(crate) struct Document {
    /// What stands for it in the record.
    pub(crate) key: String,
    /// What is printed for people.
    pub(crate) shown: String,
    text: PathBuf,
    pub(crate) labels: Labels,
}

/// What was found in a document.
pub(crate) struct Found {
    pub(crate) extraction: Extraction,
    /// The commitments as `lantu extract --format tsv` prints them, read again.
    pub(crate) rows: Vec<Row>,
}

impl Collection {
    /// The sample: its labels lie in the repository, so they must be there.
    pub(crate) fn sample(workspace: &Path) -> Self {
        let samples = workspace.join("samples");
        let documents = documents(&samples.join("gold"), &samples, |name, _| format!("sample/{name}"));
        assert!(!documents.is_empty(), "samples/gold/ holds no labels");
        Collection { name: "sample", documents }
    }

    /// The real documents, or nothing where there are none. The record says
    /// nothing of them but counts, so a fingerprint stands for each.
    pub(crate) fn corpus(folder: &Path) -> Option<Self> {
        let documents = documents(&folder.join("gold"), &folder.join("plans"), |_, content| {
            format!("real/{:016x}", fingerprint(content))
        });
        (!documents.is_empty()).then_some(Collection { name: "real", documents })
    }

    /// What stands for all documents together in the record.
    pub(crate) fn pool_key(&self) -> String {
        let keys: Vec<&str> = self.documents.iter().map(|d| d.key.as_str()).collect();
        match self.name {
            "sample" => "sample/pool".to_owned(),
            name => format!("{name}/pool-{:016x}", fingerprint(keys.join("\n").as_bytes())),
        }
    }
}

impl Document {
    /// Reads the text and finds its commitments and facts.
    pub(crate) fn extract(&self) -> Found {
        let bytes = fs::read(&self.text).unwrap_or_else(|e| panic!("{}: {e}", self.text.display()));
        let name = self.text.to_string_lossy();
        let source = document_reader::read(&name, &bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        let extraction = extract(&source, &Options::default());
        let printed: Vec<String> = extraction.commitments.iter().map(rows::row).collect();
        let table = format!("{}\n{}\n", rows::COLUMNS, printed.join("\n"));
        let mut rows = labels::targets(&table, &self.text);
        for (row, commitment) in rows.iter_mut().zip(&extraction.commitments) {
            row.confidence = Some(commitment.confidence);
        }
        Found { rows, extraction }
    }
}

/// The documents that have a `*.targets.tsv`, by name. `key` makes the document's
/// key from its name and its text and labels.
fn documents(gold: &Path, texts: &Path, key: impl Fn(&str, &[u8]) -> String) -> Vec<Document> {
    let mut found = Vec::new();
    for path in files(gold) {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(name) = file.strip_suffix(".targets.tsv") else { continue };
        let begins = [format!("{name}."), format!("{name}_")];
        let text = files(texts)
            .into_iter()
            .find(|p| p.file_name().is_some_and(|f| begins.iter().any(|b| f.to_string_lossy().starts_with(b))))
            .unwrap_or_else(|| panic!("{}: no text {name}.* or {name}_* in {}", path.display(), texts.display()));
        let targets = read(&path);
        let near = gold.join("near.tsv");
        let numerals = gold.join(format!("{name}.numerals.tsv"));
        let labels = Labels {
            targets: labels::targets(&targets, &path),
            numerals: numerals.exists().then(|| labels::numerals(&read(&numerals), &numerals)),
            near: if near.exists() { labels::near(&read(&near), &near, name) } else { Vec::new() },
        };
        let mut content = fs::read(&text).unwrap_or_else(|e| panic!("{}: {e}", text.display()));
        content.extend(targets.as_bytes());
        found.push(Document { key: key(name, &content), shown: name.to_owned(), text, labels });
    }
    found
}

/// The files of a folder by name; none where there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.retain(|p| p.is_file());
    paths.sort();
    paths
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// FNV-1a, 64 bits: the same on every machine and in every release of Rust.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
