//! The section `[openid]` of the settings.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
};

use openidconnect::{IssuerUrl, url::Url};
use plan_workflow::accounts::identities::Linking;
use serde::Deserialize;

/// The identity provider, as an installation sets it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The provider's address, exactly as it calls itself.
    pub issuer: String,
    /// The name under which this system is registered there.
    pub client_id: String,
    /// The file that holds the secret of this registration.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// The environment variable that holds it. With neither, there is none
    /// (a public client, which PKCE alone protects).
    #[serde(default)]
    pub client_secret_env: Option<String>,
    /// The address of this system as browsers see it, such as `https://plan.example`.
    /// The provider sends people back to it, at `/login/openid/return`.
    pub address: String,
    /// The claim of the identity token that names the account.
    #[serde(default = "preferred_username")]
    pub claim: String,
    /// What is asked for beside the identity.
    #[serde(default = "profile")]
    pub scopes: Vec<String>,
    /// How somebody whom nobody has linked finds their account.
    #[serde(default)]
    pub linking: Linking,
    /// What the button on the login page says, in Chinese.
    #[serde(default)]
    pub button: Option<String>,
    /// The same in English.
    #[serde(default)]
    pub button_en: Option<String>,
    /// The certificates (PEM) by which the provider is known, where it is not by
    /// those of the operating system.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

fn preferred_username() -> String {
    "preferred_username".to_owned()
}

fn profile() -> Vec<String> {
    vec!["profile".to_owned()]
}

impl Entry {
    /// The provider's address, checked.
    pub(super) fn issuer(&self) -> Result<IssuerUrl, String> {
        let issuer = IssuerUrl::new(self.issuer.clone())
            .map_err(|error| format!("openid.issuer：地址有误（{error}）；请照身份认证平台给出的 issuer 填写"))?;
        safe("openid.issuer", issuer.url())?;
        Ok(issuer)
    }

    /// This system's own address, checked.
    pub(super) fn address(&self) -> Result<&str, String> {
        let url = Url::parse(&self.address)
            .map_err(|error| format!("openid.address：地址有误（{error}）；请写浏览器访问本系统的地址"))?;
        safe("openid.address", &url)?;
        Ok(&self.address)
    }

    /// The secret, from where the settings say it is.
    pub(super) fn secret(&self) -> Result<Option<String>, String> {
        let secret = match (&self.client_secret_file, &self.client_secret_env) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => {
                let wrong = "openid：client_secret_file 与 client_secret_env 只能写一项，请删去其一";
                return Err(wrong.to_owned());
            }
            (Some(file), None) => secret_file(file)?,
            (None, Some(name)) => std::env::var(name)
                .map_err(|_| format!("openid.client_secret_env：没有环境变量 {name}；请在启动前设置"))?,
        };
        match secret.trim() {
            "" => Err("openid：客户端密钥为空；请填写身份认证平台给出的密钥".to_owned()),
            secret => Ok(Some(secret.to_owned())),
        }
    }
}

fn secret_file(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file)
        .map_err(|error| format!("openid.client_secret_file：读不了 {}（{error}）；请检查路径和权限", file.display()))
}

/// Identities go over https, or stay on this machine.
fn safe(what: &str, url: &Url) -> Result<(), String> {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let here = host == "localhost" || address.is_ok_and(|ip| ip.is_loopback());
    match url.scheme() {
        "https" => Ok(()),
        "http" if here => Ok(()),
        _ => Err(format!("{what}：须以 https:// 开头（本机地址除外），请改正")),
    }
}

#[cfg(test)]
mod tests {
    use crate::openid::Provider;

    fn entry(lines: &str) -> Result<Provider, String> {
        let text = format!("client_id = \"lantu\"\n{lines}");
        Provider::new(toml::from_str(&text).map_err(|error| error.to_string())?)
    }

    #[test]
    fn wrong_settings_are_named_with_what_to_do() {
        let here = "issuer = \"http://127.0.0.1:9/x\"\naddress = \"http://localhost:8420\"";
        assert!(entry(here).is_ok());
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        let named = format!("{here}\nclient_secret_file = \"{}\"", file.display());
        assert!(entry(&named).err().unwrap().contains("client_secret_file"));
        std::fs::write(&file, "\n").unwrap();
        assert!(entry(&named).err().unwrap().contains("密钥为空"));
        std::fs::write(&file, "secret\n").unwrap();
        assert!(entry(&named).is_ok());
        for (lines, part) in [
            (format!("{named}\nclient_secret_env = \"X\""), "只能写一项"),
            (format!("{here}\nclient_secret_env = \"LANTU_NO_SUCH_VARIABLE\""), "LANTU_NO_SUCH_VARIABLE"),
            (format!("{here}\nca_file = \"/nowhere/ca.pem\""), "ca_file"),
            (here.replace("http://127.0.0.1:9", "http://id.example"), "https://"),
            (here.replace("http://localhost:8420", "http://plan.example"), "https://"),
            (here.replace("http://localhost:8420", "plan.example"), "openid.address"),
            (here.replace("http://127.0.0.1:9/x", "id"), "openid.issuer"),
            (format!("{here}\nlinking = \"anyhow\""), "linking"),
        ] {
            let error = entry(&lines).err().unwrap_or_default();
            assert!(error.contains(part), "{lines}: {error}");
        }
    }
}
