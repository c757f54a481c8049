//! The style sheet and the script, built into the program. Their address ends
//! in a mark of their content, so that browsers keep them until they change.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::LazyLock,
};

use axum::{
    extract::{Path, State},
    http::header,
    response::IntoResponse,
};

use super::{
    App,
    refusal::{Answer, Refusal},
};

const STYLE: &str = concat!(include_str!("../../assets/tokens.css"), include_str!("../../assets/style.css"));
const SCRIPT: &str = include_str!("../../assets/lantu.js");
const CONFIRM: &str = include_str!("../../assets/confirm.js");
const ICON: &str = include_str!("../../assets/icon.svg");

/// Changes whenever an asset does.
static MARK: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    (STYLE, SCRIPT, CONFIRM, ICON).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
});

/// The address of an asset.
pub(crate) fn href(name: &str) -> String {
    format!("/assets/{}/{name}", *MARK)
}

/// GET /assets/{mark}/{name}
pub(crate) async fn asset(State(app): State<App>, Path((_mark, name)): Path<(String, String)>) -> Answer {
    let (kind, body) = match name.as_str() {
        "style.css" => ("text/css; charset=utf-8", STYLE),
        "lights.css" => ("text/css; charset=utf-8", app.light_css.as_str()),
        "lantu.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "confirm.js" => ("text/javascript; charset=utf-8", CONFIRM),
        "icon.svg" => ("image/svg+xml", ICON),
        _ => return Err(Refusal::not_found()),
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, body.to_owned()).into_response())
}
