//! `/api/v1/plans/{plan}/evidence`: files that show that a figure or a report is true.

use axum::{
    Json,
    extract::{Path, Request, State},
    http::StatusCode,
};
use plan_workflow::{
    evidence::{About, Attachment},
    permissions::Action,
    storage::Storage as _,
};
use serde::Serialize;

use super::{check_proof, observations::body, typed};
use crate::{
    pages::plans::plan_id,
    server::{
        App,
        posted::SentFile,
        refusal::{Answer, Refusal},
        visit::{Visit, field},
    },
};

/// A file as the API says it.
#[derive(Serialize)]
pub(crate) struct EvidenceJson {
    number: u32,
    hash: String,
    name: String,
    media_type: String,
    size: u64,
    #[serde(flatten)]
    about: About,
    attached_at: String,
    attached_by: String,
    /// Why it was taken back; null where it was not.
    detached: Option<String>,
}

impl From<Attachment> for EvidenceJson {
    fn from(one: Attachment) -> Self {
        Self {
            number: one.number,
            hash: one.hash,
            name: one.name,
            media_type: one.media_type,
            size: one.size,
            about: one.about,
            attached_at: one.at.to_string(),
            attached_by: one.actor,
            detached: one.detached.map(|(why, ..)| why),
        }
    }
}

/// What the visitor may see of a plan's evidence.
#[derive(Serialize)]
pub(crate) struct EvidenceList {
    evidence: Vec<EvidenceJson>,
}

/// GET /api/v1/plans/{plan}/evidence
pub(crate) async fn list(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Json<EvidenceList>> {
    visit.require(Action::ReadPlans)?;
    let plan = app.store.plan(plan_id(&plan)?).await?.id;
    let evidence = app.evidence(&visit, plan).await?.into_iter().map(EvidenceJson::from).collect();
    Ok(Json(EvidenceList { evidence }))
}

/// POST /api/v1/plans/{plan}/evidence?subject=…&name=…: the body is the file.
pub(crate) async fn attach(
    State(app): State<App>,
    Path(plan): Path<String>,
    visit: Visit,
    request: Request,
) -> Answer<(StatusCode, Json<EvidenceJson>)> {
    check_proof(&visit, request.headers())?;
    visit.require(Action::AttachEvidence)?;
    let plan = plan_id(&plan)?;
    let fields = visit.query();
    let text = |name: &str| field(&fields, name).unwrap_or_default().to_owned();
    let about = About {
        subject: text("subject"),
        unit: None,
        round: field(&fields, "round").map(str::to_owned),
        period: typed(&fields, "period")?,
        standing: typed(&fields, "standing")?,
        vintage: typed(&fields, "vintage")?,
        note: text("note"),
    };
    let file = SentFile { name: text("name"), bytes: body(request, &app).await?.to_vec() };
    let number = app.attach(&visit, plan, about, &file).await?;
    let attached = app.evidence(&visit, plan).await?.into_iter().find(|one| one.number == number);
    let attached = attached.ok_or_else(Refusal::broken)?;
    Ok((StatusCode::CREATED, Json(attached.into())))
}

/// DELETE /api/v1/plans/{plan}/evidence/{number}?reason=…: takes it back.
pub(crate) async fn detach(
    State(app): State<App>,
    Path((plan, number)): Path<(String, String)>,
    visit: Visit,
    request: Request,
) -> Answer<StatusCode> {
    check_proof(&visit, request.headers())?;
    visit.require(Action::AttachEvidence)?;
    let number: u32 = number.parse().map_err(|_| Refusal::not_found())?;
    let directory = app.directory().await?;
    let fields = visit.query();
    let reason = field(&fields, "reason").unwrap_or_default();
    app.cabinet(&visit, &directory).detach(plan_id(&plan)?, number, reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
