//! Messages to chat groups, in the forms that the robots of 企业微信 and 钉钉 accept.
//!
//! Both take a POST of JSON with `msgtype`, answer with `errcode` (0: taken), and
//! refuse more than 20 messages a minute; 企业微信 takes 4096 bytes of Markdown.
//! 钉钉 can ask that a call is signed: HMAC-SHA256 of `timestamp\nsecret` under the
//! secret, in Base64, in the address.

use std::time::Duration;

use axum::{
    body::Bytes,
    http::{Request, StatusCode, Uri, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use plan_workflow::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;

use super::{
    Outcome,
    settings::{Robot, RobotKind, Secret, secret},
    text::Letter,
};

/// No call takes longer.
const LONGEST: Duration = Duration::from_secs(20);
/// No more of an answer is read.
const LARGEST_ANSWER: usize = 64 * 1024;
/// The bytes of Markdown that a robot takes: 4096 for 企业微信 as it says, less a
/// margin; 钉钉 takes more, but nobody reads more.
const LARGEST: usize = 4000;

/// Answers that mean "too many or not now", by the robots' own tables: 企业微信
/// -1 busy, 45009 too often; 钉钉 -1 busy, 130101, 410100 and 90030 too often.
const NOT_NOW: [i64; 5] = [-1, 45009, 130_101, 410_100, 90030];

/// A robot that can be spoken through. Redirections are not followed, so that
/// nothing goes to an address that is not in the settings.
pub(super) struct Speaker {
    name: String,
    kind: RobotKind,
    url: Secret,
    secret: Option<Secret>,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Speaker {
    /// The robot the settings describe.
    pub(super) fn open(robot: &Robot) -> Result<Self, String> {
        let connector = HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(|error| format!("本机没有可信证书（{error}）；请安装 ca-certificates"))?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self {
            name: robot.name.clone(),
            kind: robot.kind,
            url: robot.url()?,
            secret: robot.secret_file.as_deref().map(secret).transpose()?,
            client: Client::builder(TokioExecutor::new()).build(connector),
        })
    }

    /// Its name in the record of deliveries.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Which way it is, for the record.
    pub(super) fn channel(&self) -> &'static str {
        match self.kind {
            RobotKind::Wecom => "wecom",
            RobotKind::Dingtalk => "dingtalk",
        }
    }

    /// Says a letter in the group.
    pub(super) async fn send(&self, letter: &Letter, at: Timestamp) -> Outcome {
        let called = tokio::time::timeout(LONGEST, self.call(letter, at)).await;
        called.unwrap_or_else(|_| Outcome::Later("机器人迟迟不答".to_owned()))
    }

    async fn call(&self, letter: &Letter, at: Timestamp) -> Outcome {
        let signed = self.secret.as_ref().map(|secret| signature(at.as_millisecond(), secret.show()));
        let Ok(uri) = address(self.url.show(), signed.as_ref()).parse::<Uri>() else {
            return Outcome::Never("机器人的地址不是网址；请核对配置".to_owned());
        };
        let body = Full::new(Bytes::from(form(self.kind, letter).to_string()));
        let request = Request::post(uri).header(header::CONTENT_TYPE, "application/json; charset=utf-8").body(body);
        let Ok(request) = request else {
            return Outcome::Never("机器人的地址无法请求；请核对配置".to_owned());
        };
        let answer = match self.client.request(request).await {
            Ok(answer) => answer,
            Err(error) => return Outcome::Later(format!("连不上机器人（{error}）")),
        };
        let status = answer.status();
        match Limited::new(answer.into_body(), LARGEST_ANSWER).collect().await {
            Ok(body) => understood(status, &body.to_bytes()),
            Err(error) => Outcome::Later(format!("机器人的答复读不全（{error}）")),
        }
    }
}

/// The time and signature of a call, as 钉钉 asks for them.
fn signature(millisecond: i64, secret: &str) -> (i64, String) {
    // A key of any length is taken; the error exists for other algorithms.
    let digest = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mut mac| {
        mac.update(format!("{millisecond}\n{secret}").as_bytes());
        mac.finalize().into_bytes()
    });
    (millisecond, digest.map(|digest| STANDARD.encode(digest)).unwrap_or_default())
}

fn address(url: &str, signed: Option<&(i64, String)>) -> String {
    let Some((time, sign)) = signed else { return url.to_owned() };
    let time = time.to_string();
    let fields = [("timestamp", time.as_str()), ("sign", sign.as_str())];
    let between = if url.contains('?') { '&' } else { '?' };
    format!("{url}{between}{}", serde_urlencoded::to_string(fields).unwrap_or_default())
}

/// The body of a call.
fn form(kind: RobotKind, letter: &Letter) -> Value {
    let text = letter.markdown(LARGEST);
    match kind {
        RobotKind::Wecom => json!({ "msgtype": "markdown", "markdown": { "content": text } }),
        RobotKind::Dingtalk => json!({ "msgtype": "markdown", "markdown": { "title": letter.subject, "text": text } }),
    }
}

/// What an answer means.
fn understood(status: StatusCode, body: &[u8]) -> Outcome {
    if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
        return Outcome::Later(format!("机器人忙（HTTP {}）", status.as_u16()));
    }
    if !status.is_success() {
        return Outcome::Never(format!("机器人拒收（HTTP {}）；请核对其地址", status.as_u16()));
    }
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let code = answer.as_ref().and_then(|answer| answer.get("errcode")).and_then(Value::as_i64);
    let said = answer.as_ref().and_then(|answer| answer.get("errmsg")).and_then(Value::as_str).unwrap_or_default();
    let said: String = said.chars().take(200).collect();
    match code {
        Some(0) => Outcome::Taken,
        Some(code) if NOT_NOW.contains(&code) => Outcome::Later(format!("机器人说太频繁或忙（{code} {said}）")),
        Some(code) => Outcome::Never(format!("机器人拒收（{code} {said}）；请核对其地址、密钥和关键词")),
        None => Outcome::Never("机器人的答复读不懂；请核对其地址".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with `openssl dgst -sha256 -hmac` and `base64`.
    #[test]
    fn calls_are_signed() {
        let signed = signature(1_700_000_000_000, "SECtest");
        let url = address("https://robot.example.org/send?access_token=t", Some(&signed));
        assert_eq!(
            url,
            "https://robot.example.org/send?access_token=t&timestamp=1700000000000&sign=aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g%3D"
        );
        assert_eq!(address("https://a.example.org/", None), "https://a.example.org/");
    }

    #[test]
    fn answers_are_told_apart() {
        let taken = |status: u16, body: &str| match understood(StatusCode::from_u16(status).unwrap(), body.as_bytes()) {
            Outcome::Taken => "taken",
            Outcome::Later(_) => "later",
            Outcome::Never(_) => "never",
        };
        let cases = [
            (200, r#"{"errcode":0,"errmsg":"ok"}"#, "taken"),
            (200, r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#, "later"),
            (200, r#"{"errcode":130101,"errmsg":"send too fast"}"#, "later"),
            (200, r#"{"errcode":310000,"errmsg":"sign not match"}"#, "never"),
            (200, r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#, "never"),
            (200, "<html>", "never"),
            (200, "", "never"),
            (302, "", "never"),
            (404, "", "never"),
            (429, "", "later"),
            (503, "", "later"),
        ];
        for (status, body, expected) in cases {
            assert_eq!(taken(status, body), expected, "{status} {body}");
        }
    }
}
