//! Cookies: read from the request, written into the answer.

use axum::http::{HeaderMap, HeaderValue, header};

/// The session of a person.
pub(crate) const SESSION: &str = "lantu_session";
/// What ties the login form to the browser it was given to.
pub(crate) const FORM: &str = "lantu_form";
/// What ties a log-in at the identity provider to the browser it was begun in.
pub(crate) const OPENID: &str = "lantu_openid";
/// The language of the pages.
pub(crate) const LANGUAGE: &str = "lantu_language";

/// The value of a cookie, if the browser sent it.
pub(crate) fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A `Set-Cookie` header. Values are our own tokens and codes: letters and digits.
/// Never readable by a script, sent back to this site alone.
pub(crate) fn set(name: &str, value: &str, seconds: u32, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")).ok()
}
