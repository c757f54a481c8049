//! Settings: a file `lantu.toml`, each with a default that works.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use plan_workflow::assignments::rules::Rules;
use serde::Deserialize;

use crate::deliver::settings::Deliver;

/// The environment variable that names the database.
pub const DATABASE_VARIABLE: &str = "LANTU_DATABASE_URL";
/// The database where none is named.
pub const DEFAULT_DATABASE: &str = "sqlite:lantu.db";

/// What an installation may set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The database: `sqlite:FILE` or `postgres://…`.
    pub database: Option<String>,
    /// The language of a visitor who has not chosen one: `zh` or `en`.
    pub language: String,
    /// Send cookies over https alone; for a server behind a TLS proxy.
    pub secure_cookies: bool,
    /// Take the visitor's address from `X-Forwarded-For`: only behind a proxy
    /// that sets it, else anybody could pretend to come from anywhere.
    pub behind_proxy: bool,
    /// Rule sets beside the ready ones: files of the form of `rules/assessment/`.
    pub rule_sets: Vec<PathBuf>,
    /// Files that extend or override the dictionary of indicators, of the form of
    /// `rules/indicators/`.
    pub indicators: Vec<PathBuf>,
    /// Files of rules that suggest whom to ask for what, of the form of
    /// `rules/assignments/units.toml`; they come before ours.
    pub assignment_rules: Vec<PathBuf>,
    /// What those files say.
    #[serde(skip)]
    pub unit_rules: Vec<Rules>,
    /// Reminding people by mail and in chat groups.
    pub deliver: Deliver,
    /// Files that replace, switch off or add rules of quality, of the form of
    /// `rules/quality.toml`.
    pub quality: Vec<PathBuf>,
    /// The largest file taken as evidence, in megabytes (1 to 64).
    pub evidence_mb: u32,
    /// The identity provider by which people may log in beside their password.
    pub openid: Option<crate::openid::Entry>,
    /// Say on every page that the data are a sample. Set by `lantu demo`.
    #[serde(skip)]
    pub sample: Option<Sample>,
}

/// What the pages of a demonstration say of it.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The accounts shown on the login page.
    pub logins: Vec<SampleLogin>,
    /// The date the sample is judged at where none is chosen.
    pub as_of: jiff::civil::Date,
}

/// An account of a demonstration, shown to everybody.
#[derive(Debug, Clone)]
pub struct SampleLogin {
    /// The name to log in with.
    pub name: String,
    /// The password.
    pub password: String,
    /// Who it is, in Chinese.
    pub who: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8420)),
            database: None,
            language: "zh".to_owned(),
            secure_cookies: false,
            behind_proxy: false,
            rule_sets: Vec::new(),
            indicators: Vec::new(),
            assignment_rules: Vec::new(),
            unit_rules: Vec::new(),
            deliver: Deliver::default(),
            quality: Vec::new(),
            evidence_mb: plan_workflow::evidence::LIMIT_MB,
            openid: None,
            sample: None,
        }
    }
}

impl Settings {
    /// Reads a settings file; an unknown or wrong entry is named with its line.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| format!("{}:0: 读不了配置文件（{e}）；请检查路径和权限", path.display()))?;
        let settings: Self = toml::from_str(&text).map_err(|e| {
            let line = e.span().map_or(0, |span| text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1);
            format!("{}:{line}: 配置有误（{}）；请对照 README 改正", path.display(), e.message())
        })?;
        if crate::messages::Language::from_code(&settings.language).is_none() {
            return Err(format!("{}:0: 不支持语言“{}”；请写 zh 或 en", path.display(), settings.language));
        }
        if !(1..=64).contains(&settings.evidence_mb) {
            let mb = settings.evidence_mb;
            return Err(format!("{}:0: evidence_mb 不能是 {mb}；请写 1 到 64（单位：MB）", path.display()));
        }
        settings.deliver.check().map_err(|fault| format!("{}:0: {fault}", path.display()))?;
        Ok(settings)
    }

    /// The database to use: the command line's, the settings', the environment's, the default.
    pub fn database(&self, from_command_line: Option<&str>) -> String {
        from_command_line
            .map(str::to_owned)
            .or_else(|| std::env::var(DATABASE_VARIABLE).ok().filter(|url| !url.is_empty()))
            .or_else(|| self.database.clone())
            .unwrap_or_else(|| DEFAULT_DATABASE.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_entry_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lantu.toml");
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            Settings::read(&file)
        };
        assert_eq!(read("listen = \"0.0.0.0:80\"\n").unwrap().listen.port(), 80);
        for (text, part) in [
            ("language = \"zh\"\nlisten = \"nowhere\"\n", "lantu.toml:2:"),
            ("\n\nport = 3\n", "lantu.toml:3:"),
            ("language = \"fr\"\n", "fr"),
            ("evidence_mb = 65\n", "evidence_mb"),
            ("[[deliver.robots]]\nname = \"a\"\nkind = \"wecom\"\nurl = \"https://a/\"\n", "site"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
        assert!(Settings::read(&folder.path().join("none.toml")).is_err());
    }
}
