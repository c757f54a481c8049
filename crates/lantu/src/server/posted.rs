//! What a form sent: its fields and its files, after its token was checked.

use axum::{
    extract::{FromRequest, FromRequestParts, Multipart, Request, multipart::MultipartError},
    http::header,
};
use plan_workflow::accounts;

use super::{
    App,
    fields::Kept,
    refusal::{Answer, Refusal},
    visit::{self, Visit},
};

/// A file that was sent.
#[derive(Debug, Clone)]
pub(crate) struct SentFile {
    /// Its name on the sender's machine, the last part alone.
    pub(crate) name: String,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
}

/// The fields of a form and its files.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    /// The file, if one was chosen.
    pub(crate) file: Option<SentFile>,
    /// The second file of a form that has one: the main indicator table.
    pub(crate) table: Option<SentFile>,
}

impl Form {
    /// A field without the white space around it; empty where it is missing.
    pub(crate) fn get(&self, name: &str) -> &str {
        visit::field(&self.fields, name).unwrap_or_default()
    }

    /// Every value of a field that comes several times, such as ticked boxes.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// The fields whose names begin so, with the rest of the name.
    pub(crate) fn beginning<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.fields.iter().filter_map(move |(key, value)| Some((key.strip_prefix(start)?, value.trim())))
    }

    /// A field exactly as it was sent, for passwords.
    pub(crate) fn exact(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// Reads the body of a request.
    pub(crate) async fn read(request: Request, app: &App) -> Answer<Self> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            let multipart = Multipart::from_request(request, app).await.map_err(|_| Refusal::bad_request())?;
            return Self::parts(multipart).await;
        }
        let body = axum::body::Bytes::from_request(request, app)
            .await
            .map_err(|rejection| Refusal::of_status(rejection.status()))?;
        let fields = serde_urlencoded::from_bytes(&body).map_err(|_| Refusal::bad_request())?;
        Ok(Self { fields, ..Self::default() })
    }

    async fn parts(mut multipart: Multipart) -> Answer<Self> {
        let refuse = |error: MultipartError| Refusal::of_status(error.status());
        let mut form = Self::default();
        while let Some(part) = multipart.next_field().await.map_err(refuse)? {
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                // A form in which no file was chosen sends one without a name.
                Some(file) => {
                    let bytes = part.bytes().await.map_err(refuse)?.to_vec();
                    let file = file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
                    if !file.is_empty() {
                        let place = if name == "table" { &mut form.table } else { &mut form.file };
                        *place = Some(SentFile { name: file, bytes });
                    }
                }
                None => form.fields.push((name, part.text().await.map_err(refuse)?)),
            }
        }
        Ok(form)
    }
}

/// A form sent by somebody who has logged in, from a page that was given to them.
#[derive(Debug, Clone)]
pub(crate) struct Posted {
    /// Who sent it.
    pub(crate) visit: Visit,
    /// What was sent.
    pub(crate) form: Form,
}

impl FromRequest<App> for Posted {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, app).await?;
        let kept = parts.extensions.get::<Kept>().cloned();
        let form = Form::read(Request::from_parts(parts, body), app).await?;
        // Files cannot be kept: such a form is filled in anew.
        if let (Some(kept), None, None) = (kept, &form.file, &form.table) {
            kept.keep(&form.fields);
        }
        accounts::check_form(&visit.session, form.exact("token"))?;
        // Whatever the handler would ask for: a past day cannot be changed.
        if visit.known_on.is_some() {
            return Err(Refusal::looking_back());
        }
        Ok(Self { visit, form })
    }
}
