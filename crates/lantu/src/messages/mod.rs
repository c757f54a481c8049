//! Every sentence of the pages, in one file for each language.
//!
//! `zh.ftl` is the first language, `en.ftl` the second; a test compares their
//! keys, and another looks for every key named in the code. Isolation marks are
//! off: they are invisible characters that end up in copied figures.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Language {
    /// 中文, the first.
    #[default]
    Zh,
    /// English.
    En,
}

/// A language's bundle: its messages, ready to be filled in.
type Bundle = FluentBundle<FluentResource>;

static ZH: LazyLock<Bundle> = LazyLock::new(|| bundle("zh", include_str!("zh.ftl")));
static EN: LazyLock<Bundle> = LazyLock::new(|| bundle("en", include_str!("en.ftl")));

fn bundle(language: &str, text: &str) -> Bundle {
    // What the parser could not read is left out; the tests find it missing.
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(read, _)| read);
    let mut bundle = FluentBundle::new_concurrent(vec![language.parse::<LanguageIdentifier>().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

/// What fills a place in a message.
pub(crate) type Filling<'a> = (&'a str, FluentValue<'a>);

impl Language {
    /// The code of the language, for `lang` attributes, addresses and cookies.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Language::Zh => "zh",
            Language::En => "en",
        }
    }

    /// Reads a code; anything unknown is `None`.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        match code {
            "zh" => Some(Language::Zh),
            "en" => Some(Language::En),
            _ => None,
        }
    }

    /// The language that the switch on a page leads to.
    pub(crate) fn other(self) -> Self {
        match self {
            Language::Zh => Language::En,
            Language::En => Language::Zh,
        }
    }

    fn bundle(self) -> &'static Bundle {
        match self {
            Language::Zh => &ZH,
            Language::En => &EN,
        }
    }

    /// The message with this key; the key itself if there is none.
    pub(crate) fn say(self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// The message with this key, its places filled in.
    pub(crate) fn say_with(self, key: &str, fillings: &[Filling<'_>]) -> String {
        self.find(key, fillings).unwrap_or_else(|| key.to_owned())
    }

    /// The message with this key, if there is one.
    pub(crate) fn find(self, key: &str, fillings: &[Filling<'_>]) -> Option<String> {
        let bundle = self.bundle();
        let pattern = bundle.get_message(key)?.value()?;
        let mut args = FluentArgs::with_capacity(fillings.len());
        for (name, value) in fillings {
            args.set((*name).to_owned(), value.clone());
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::warn!(key, ?errors, "a message was not filled in whole");
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// The keys of a message file, after the parser has accepted all of it.
    fn keys(text: &str) -> BTreeSet<&str> {
        FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| errors).expect("the file is well formed");
        let named: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" ="))
            .map(|(key, _)| key)
            .collect();
        let keys: BTreeSet<&str> = named.iter().copied().collect();
        assert_eq!(keys.len(), named.len(), "a key is given twice");
        keys
    }

    fn rust_files(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                rust_files(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push(text.split("#[cfg(test)]").next().unwrap().to_owned());
            }
        }
    }

    /// The string literals that follow `say(`, `say_with(` and the like.
    fn keys_in_code() -> BTreeSet<String> {
        let mut files = Vec::new();
        rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let mut used = BTreeSet::new();
        for file in files {
            for call in ["say(\"", "say_with(\"", "say_with(\n"] {
                for part in file.split(call).skip(1) {
                    let rest = part.trim_start().trim_start_matches('"');
                    used.insert(rest.split('"').next().unwrap().to_owned());
                }
            }
        }
        used.retain(|key| key.starts_with(|c: char| c.is_ascii_lowercase()) && !key.contains(char::is_whitespace));
        used
    }

    #[test]
    fn both_languages_have_the_same_messages() {
        assert_eq!(keys(include_str!("zh.ftl")), keys(include_str!("en.ftl")));
    }

    #[test]
    fn every_message_named_in_the_code_exists() {
        let known = keys(include_str!("zh.ftl"));
        let missing: Vec<String> = keys_in_code().into_iter().filter(|key| !known.contains(key.as_str())).collect();
        assert!(missing.is_empty(), "no message for {missing:?}");
    }

    /// Messages whose keys are put together: from an error's code, a role, a
    /// measure type, a reason.
    const BY_CODE: &[&str] = &[
        "answer-",
        "workstate-",
        "frequency-",
        "activity-",
        "part-",
        "partstate-",
        "partstep-",
        "refusal-",
        "role-",
        "measure-",
        "reason-",
        "intent-",
        "workkind-",
        "stage-",
        "fate-",
        "confidence-",
        "act-",
        "reject-",
        "cover-",
        "prospect-history-",
        "prospect-method-",
        "forecasts-ahead-",
        "waits-",
        "assessment-kind-",
        "breakdown-state-",
        "decision-",
    ];

    #[test]
    fn every_message_is_used() {
        let mut files = Vec::new();
        rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let named = |key: &str| files.iter().any(|file| file.contains(&format!("\"{key}\"")));
        let unused: Vec<&str> = keys(include_str!("zh.ftl"))
            .into_iter()
            .filter(|key| !BY_CODE.iter().any(|prefix| key.starts_with(prefix)) && !named(key))
            .collect();
        assert!(unused.is_empty(), "nothing says {unused:?}");
    }

    #[test]
    fn a_message_is_filled_in_without_invisible_marks() {
        let text = Language::Zh.say_with("login-slowed", &[("seconds", 30.into())]);
        assert!(text.contains("30") && !text.contains('\u{2068}'), "{text}");
        assert_eq!(Language::En.say("no-such-key"), "no-such-key");
    }
}
