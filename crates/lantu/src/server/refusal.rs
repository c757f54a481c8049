//! A request that is not done: status, stable code, and a sentence that says
//! what happened and what to do. Made anywhere, written once at the edge
//! (`speak.rs`), as a page or as JSON in the language of the visitor.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plan_model::{Place, Problem};
use plan_workflow::WorkflowError;
use serde::Serialize;

use super::fields::{Allowed, Unread};
use crate::messages::Language;

/// One thing that is wrong, as the API says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Wrong {
    /// A stable word for the kind of error.
    pub(crate) code: String,
    /// What is wrong.
    pub(crate) message: String,
    /// Where: `line 3`, `C37`, a field; empty for the request as a whole.
    pub(crate) place: String,
    /// What to do.
    pub(crate) hint: String,
}

/// Why a request was not done.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    /// The status of the answer.
    pub(crate) status: StatusCode,
    /// The stable code; `refusal-CODE` and `refusal-CODE-hint` are its messages.
    pub(crate) code: &'static str,
    /// What happened and what to do, where it is known better than by the code; Chinese.
    pub(crate) message: Option<String>,
    /// Everything that is wrong, where it is more than one thing.
    pub(crate) wrongs: Vec<Wrong>,
    /// The field that cannot be read, where a person types it.
    pub(crate) unread: Option<Box<Unread>>,
    /// What the field is called that holds what cannot be; Chinese.
    pub(crate) label: Option<&'static str>,
}

/// Marks an answer that has its words already although its status is an error's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken;

/// What a handler answers with.
pub(crate) type Answer<T = Response> = Result<T, Refusal>;

impl Refusal {
    fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, message: None, wrongs: Vec::new(), unread: None, label: None }
    }

    /// There is nothing at this address.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found")
    }

    /// Nobody has logged in.
    pub(crate) fn not_logged_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not-logged-in")
    }

    /// The password was set by somebody else and has to be changed first.
    pub(crate) fn new_password_first() -> Self {
        Self::new(StatusCode::FORBIDDEN, "new-password-first")
    }

    /// The person may not do this.
    pub(crate) fn not_allowed() -> Self {
        Self::new(StatusCode::FORBIDDEN, "not-allowed")
    }

    /// Nothing is changed on a page that shows a past day.
    pub(crate) fn looking_back() -> Self {
        Self::new(StatusCode::CONFLICT, "looking-back")
    }

    /// The form does not come from a page that was given to this person.
    pub(crate) fn forged_form() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forged-form")
    }

    /// What was uploaded is no longer kept.
    pub(crate) fn draft_gone() -> Self {
        Self::new(StatusCode::GONE, "draft-gone")
    }

    /// The program that writes PDF is not installed here.
    pub(crate) fn no_pdf() -> Self {
        Self::new(StatusCode::NOT_ACCEPTABLE, "no-pdf")
    }

    /// Sections of a report are still empty.
    pub(crate) fn unwritten(sections: &str) -> Self {
        let message = format!("报告还有没写的部分：{sections}；请写好再定稿，确实没有内容的写“无”");
        Self { message: Some(message), ..Self::new(StatusCode::CONFLICT, "sections-unwritten") }
    }

    /// The uploaded edition has the words of the present one.
    pub(crate) fn same_text() -> Self {
        Self::new(StatusCode::CONFLICT, "same-text")
    }

    /// The request cannot be understood.
    pub(crate) fn bad_request() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request")
    }

    /// More was sent than is taken.
    pub(crate) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large")
    }

    /// A field that nobody types holds what it cannot: of a program's request, or of a
    /// page that is out of date. Programs are told its name.
    pub(crate) fn wrong_field(place: &str, value: &str) -> Self {
        let (message, hint) = (format!("“{value}”不能用于 {place}"), "请改正后重试".to_owned());
        let wrong = Wrong { code: "wrong-field".to_owned(), message, place: place.to_owned(), hint };
        Self { wrongs: vec![wrong], ..Self::new(StatusCode::BAD_REQUEST, "wrong-field") }
    }

    /// A field that people type cannot be read: the key of its label, what was typed,
    /// what may stand in it. The page asks for it again and keeps everything else.
    pub(crate) fn unread((name, label): (&str, &'static str), value: &str, allowed: Allowed) -> Self {
        let unread = Unread { name: name.to_owned(), label, value: value.to_owned(), allowed };
        let (message, hint) = (unread.wrong(Language::Zh), unread.hint(Language::Zh));
        let wrong = Wrong { code: "wrong-field".to_owned(), message, place: name.to_owned(), hint };
        let refusal = Self::new(StatusCode::BAD_REQUEST, "wrong-field");
        Self { wrongs: vec![wrong], unread: Some(Box::new(unread)), ..refusal }
    }

    /// The body is not the JSON that is expected; with its line and column.
    pub(crate) fn bad_json(error: &serde_json::Error) -> Self {
        let wrong = Wrong {
            code: "bad-json".to_owned(),
            message: error.to_string(),
            place: format!("line {} column {}", error.line(), error.column()),
            hint: "请对照接口说明改正".to_owned(),
        };
        Self { wrongs: vec![wrong], ..Self::new(StatusCode::BAD_REQUEST, "bad-json") }
    }

    /// Something failed that should not have; it has been logged.
    pub(crate) fn broken() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "broken")
    }

    /// The sentence of this refusal and what to do, in a language.
    pub(crate) fn words(&self, language: Language) -> (String, String) {
        if let Some(unread) = &self.unread {
            return (unread.words(language), String::new());
        }
        let key = format!("refusal-{}", self.code);
        let said = language.find(&key, &[]).unwrap_or_default();
        let hint = language.find(&format!("{key}-hint"), &[]).unwrap_or_default();
        match &self.message {
            // What comes from below is Chinese; it is shown where there is no translation.
            Some(message) if language == Language::Zh || said.is_empty() => (message.clone(), String::new()),
            _ => (said, hint),
        }
    }

    /// This refusal as one thing that is wrong.
    pub(crate) fn wrong(&self, language: Language) -> Wrong {
        let (message, hint) = self.words(language);
        Wrong { code: self.code.to_owned(), message, place: String::new(), hint }
    }

    /// The refusal that a bare status stands for.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::UNAUTHORIZED => Self::not_logged_in(),
            StatusCode::FORBIDDEN => Self::not_allowed(),
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(status, "wrong-method"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::new(status, "wrong-content-type"),
            StatusCode::REQUEST_TIMEOUT => Self::new(status, "timed-out"),
            other if other.is_client_error() => Self { status: other, ..Self::bad_request() },
            other => Self { status: other, ..Self::broken() },
        }
    }
}

/// The status a use case's error is answered with.
fn status(error: &WorkflowError) -> StatusCode {
    match error.code() {
        "forbidden" | "forged-form" | "unknown-identity" => StatusCode::FORBIDDEN,
        "no-session" | "wrong-login" => StatusCode::UNAUTHORIZED,
        "too-many-attempts" => StatusCode::TOO_MANY_REQUESTS,
        "not-found" => StatusCode::NOT_FOUND,
        "duplicate" | "conflict" | "decided-meanwhile" | "already-imported" | "part-changed" | "not-now" => {
            StatusCode::CONFLICT
        }
        "file-too-large" => StatusCode::PAYLOAD_TOO_LARGE,
        "store-damaged" | "internal" => StatusCode::INTERNAL_SERVER_ERROR,
        "store-unavailable" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl From<WorkflowError> for Refusal {
    fn from(error: WorkflowError) -> Self {
        let status = status(&error);
        if status.is_server_error() {
            tracing::error!(code = error.code(), %error, "a request failed");
        }
        let wrongs = match &error {
            WorkflowError::BadFigures(problems) => problems.iter().map(Wrong::from).collect(),
            _ => Vec::new(),
        };
        // What a database says of itself is for the log, not for the visitor.
        let message = (!status.is_server_error()).then(|| error.to_string());
        let label = match error {
            WorkflowError::BadInput { field, .. } => Some(field),
            _ => None,
        };
        Self { status, code: error.code(), message, wrongs, unread: None, label }
    }
}

impl From<getrandom::Error> for Refusal {
    fn from(error: getrandom::Error) -> Self {
        tracing::error!(%error, "no randomness");
        Self::broken()
    }
}

impl From<plan_workflow::storage::StorageError> for Refusal {
    fn from(error: plan_workflow::storage::StorageError) -> Self {
        WorkflowError::from(error).into()
    }
}

impl From<&Problem> for Wrong {
    fn from(problem: &Problem) -> Self {
        let place = match &problem.place {
            Place::Whole => String::new(),
            Place::Line(line) => format!("line {line}"),
            Place::Cell(cell) => cell.clone(),
            Place::Page(page) => format!("page {page}"),
        };
        Self { code: problem.code.clone(), message: problem.message.clone(), place, hint: problem.hint.clone() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
