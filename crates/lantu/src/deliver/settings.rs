//! What an installation says of delivering: the server for mail, and the robots
//! of chat groups. Addresses that the program calls stand here and nowhere else:
//! nobody can type one into a page.

use std::{fmt, fs, net::IpAddr, path::PathBuf};

use serde::Deserialize;

/// The environment variable with the password for the mail server.
const PASSWORD_VARIABLE: &str = "LANTU_SMTP_PASSWORD";

/// The part `[deliver]` of `lantu.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Deliver {
    /// Where people reach this installation: what links in messages begin with.
    pub site: String,
    /// How often the server looks whether somebody is to be reminded; 0 for never.
    pub every_minutes: u16,
    /// Mail to people.
    pub email: Option<Email>,
    /// Messages to chat groups.
    pub robots: Vec<Robot>,
}

impl Default for Deliver {
    fn default() -> Self {
        Self { site: String::new(), every_minutes: 10, email: None, robots: Vec::new() }
    }
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// From the first byte (port 465).
    Tls,
    /// Asked for after the greeting, and insisted on (port 587).
    #[default]
    Starttls,
    /// Not at all (port 25): within a closed network, without a login.
    None,
}

impl Tls {
    fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::Starttls => 587,
            Self::None => 25,
        }
    }
}

/// The mail server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Email {
    /// Its name or address.
    pub server: String,
    /// Its port; by the kind of protection where it is not written.
    port: Option<u16>,
    /// How the connection is protected.
    #[serde(default)]
    pub tls: Tls,
    /// A file (PEM) with the authority that signed the server's certificate, where
    /// the system does not know it.
    pub authority: Option<PathBuf>,
    /// Who the mail is from: `蓝图 <lantu@example.org>`.
    pub from: String,
    /// The name to log in with; without one nobody logs in.
    pub login: Option<String>,
    /// A file with the password; else it is taken from `LANTU_SMTP_PASSWORD`.
    password_file: Option<PathBuf>,
}

impl Email {
    /// The port.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or_else(|| self.tls.port())
    }

    /// The password for the login.
    pub fn password(&self) -> Result<Secret, String> {
        match &self.password_file {
            Some(file) => secret(file),
            None => std::env::var(PASSWORD_VARIABLE).map(Secret).map_err(|_| {
                format!("[deliver.email] 有 login 而没有密码；请写 password_file，或设环境变量 {PASSWORD_VARIABLE}")
            }),
        }
    }
}

/// Which robot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RobotKind {
    /// 企业微信群机器人.
    Wecom,
    /// 钉钉自定义机器人.
    Dingtalk,
}

/// A robot of a chat group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Robot {
    /// The name of the group, as it is written in the record of deliveries.
    pub name: String,
    /// Which robot.
    pub kind: RobotKind,
    /// Its address, which holds its key; here, or in `url_file`.
    url: Option<Secret>,
    /// A file with its address.
    url_file: Option<PathBuf>,
    /// A file with the secret it signs with (钉钉 加签).
    pub secret_file: Option<PathBuf>,
    /// The ids of the units whose items it is told of; empty for all.
    #[serde(default)]
    pub units: Vec<String>,
}

impl Robot {
    /// Its address: https, or http on this machine. Anything else is refused, so
    /// that no key goes over the net in the open.
    pub fn url(&self) -> Result<Secret, String> {
        let url = match (&self.url, &self.url_file) {
            (Some(url), None) => url.clone(),
            (None, Some(file)) => secret(file)?,
            _ => return Err(format!("机器人“{}”的地址应写在 url 或 url_file 之一", self.name)),
        };
        let uri: axum::http::Uri = url.show().parse().map_err(|_| format!("机器人“{}”的地址不是网址", self.name))?;
        let host = uri.host().unwrap_or_default();
        let here =
            host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        match uri.scheme_str() {
            Some("https") => Ok(url),
            Some("http") if here => Ok(url),
            _ => Err(format!("机器人“{}”的地址应以 https:// 开头；http:// 只许指本机", self.name)),
        }
    }
}

/// A text that is not shown: in no log, no message, no error.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text, where it is needed.
    pub fn show(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The first line of a file.
pub(super) fn secret(file: &std::path::Path) -> Result<Secret, String> {
    let text =
        fs::read_to_string(file).map_err(|error| format!("{}: 读不了（{error}）；请检查路径和权限", file.display()))?;
    match text.lines().next().map(str::trim).filter(|line| !line.is_empty()) {
        Some(line) => Ok(Secret(line.to_owned())),
        None => Err(format!("{}: 是空的；请写一行", file.display())),
    }
}

impl Deliver {
    /// Whether there is any way to deliver anything.
    pub fn is_set(&self) -> bool {
        self.email.is_some() || !self.robots.is_empty()
    }

    /// What is wrong with the settings, if anything.
    pub fn check(&self) -> Result<(), String> {
        if !self.is_set() {
            return Ok(());
        }
        let site: Option<axum::http::Uri> = self.site.parse().ok();
        let known = site.as_ref().and_then(axum::http::Uri::scheme_str);
        if !matches!(known, Some("http" | "https")) || site.is_none_or(|site| site.host().is_none()) {
            return Err("[deliver] 要写 site：用户打开本系统的网址，如 https://lantu.example.org".to_owned());
        }
        if let Some(email) = &self.email {
            let here = email.server.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()) || email.server == "localhost";
            if email.tls == Tls::None && email.login.is_some() && !here {
                return Err(
                    "[deliver.email] tls = \"none\" 时不能登录，密码会明文传送；请改用 starttls 或 tls".to_owned()
                );
            }
            if email.login.is_some() {
                email.password()?;
            }
        }
        for (at, robot) in self.robots.iter().enumerate() {
            robot.url()?;
            if self.robots.iter().take(at).any(|other| other.name == robot.name) {
                return Err(format!("机器人“{}”写了两次；名称请各不相同", robot.name));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unsafe_or_missing_is_refused_and_no_secret_is_shown() {
        let read = |text: &str| toml::from_str::<Deliver>(text).unwrap();
        let site = "site = \"https://lantu.example.org\"\n";
        let robot = |url: &str| format!("{site}[[robots]]\nname = \"群\"\nkind = \"wecom\"\nurl = \"{url}\"\n");
        let mail = |more: &str| {
            format!(
                "{site}[email]\nserver = \"mail.example.org\"\nfrom = \"a@example.org\"\npassword_file = \"/nowhere\"\n{more}"
            )
        };
        let good = [
            String::new(),
            mail(""),
            mail("tls = \"none\""),
            robot("https://qyapi.example.org/send?key=k"),
            robot("http://127.0.0.1:9/send?key=k"),
            robot("http://[::1]:9/send"),
        ];
        for text in good {
            assert_eq!(read(&text).check(), Ok(()), "{text}");
        }
        let bad = [
            (robot("http://qyapi.example.org/send?key=k"), "https"),
            (robot("http://127.0.0.1.example.org/send"), "https"),
            (robot("file:///etc/passwd"), "网址"),
            (robot("gopher://127.0.0.1/"), "https"),
            (robot("https://a.example.org/").replace(site, ""), "site"),
            (robot("https://a.example.org/").replace("url =", "secret_file ="), "url_file"),
            (robot("https://a.example.org/") + &robot("https://b.example.org/").replace(site, ""), "两次"),
            (mail("tls = \"none\"\nlogin = \"a\""), "明文"),
            (mail("login = \"a\""), "/nowhere"),
        ];
        for (text, said) in bad {
            let error = read(&text).check().unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
        let shown = format!("{:?}", read(&robot("https://a.example.org/?key=geheim")));
        assert!(!shown.contains("geheim") && shown.contains("***"), "{shown}");
    }
}
