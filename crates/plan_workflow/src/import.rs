//! From a file to a stored plan with its register.

use document_reader::Source;
use jiff::Timestamp;
use plan_extraction::Extraction;
use serde::Serialize;
use sm3::{Digest, Sm3};

use crate::{
    WorkflowError,
    permissions::{Action, Actor},
    records::{NewPlan, PlanHead, PlanId, Register},
    register,
    storage::{Stamp, Storage, StorageError},
};

/// A plan as read and found, before anything is stored.
#[derive(Debug, Clone, Serialize)]
pub struct Preview {
    /// What the person said of it.
    pub head: PlanHead,
    /// The name of the file.
    pub file_name: String,
    /// SM3 of its text.
    pub text_digest: String,
    /// The document as read.
    pub source: Source,
    /// The register as it would be stored; its problems are those of reading,
    /// extracting and building together.
    pub register: Register,
}

/// What came of an import.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The number of the plan.
    pub plan: PlanId,
    /// What was stored.
    pub preview: Preview,
}

/// SM3 of a document's text: the lines without spaces at their ends, whatever
/// the file's format, encoding or line ends.
pub fn text_digest(source: &Source) -> String {
    let mut hash = Sm3::new();
    for line in &source.lines {
        hash.update(line.text.trim_end().as_bytes());
        hash.update(b"\n");
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a document and builds its register from what was found in it; stores nothing.
pub fn preview(head: PlanHead, file_name: &str, source: Source, found: Extraction) -> Result<Preview, WorkflowError> {
    check_head(&head)?;
    let text_digest = text_digest(&source);
    let register = register::build(&source, found, head.period);
    Ok(Preview { head, file_name: file_name.to_owned(), text_digest, source, register })
}

/// Stores a plan that was looked at. `force` stores it also when nothing was
/// found, or when the same text is stored for the same jurisdiction and period.
pub async fn import<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    preview: Preview,
    force: bool,
) -> Result<Imported, WorkflowError> {
    actor.require(Action::ImportPlan)?;
    check_head(&preview.head)?;
    if preview.register.commitments.is_empty() && !force {
        return Err(WorkflowError::NothingFound(Box::new(preview.register)));
    }
    if let Some(parent) = preview.head.parent {
        storage.plan(parent).await?;
    }
    let plan = NewPlan {
        head: preview.head.clone(),
        file_name: preview.file_name.clone(),
        text_digest: preview.text_digest.clone(),
        source: preview.source.clone(),
        register: preview.register.clone(),
        again: force,
    };
    let stored = storage.create_plan(Stamp { actor: actor.name.clone(), at: now }, plan).await;
    match stored {
        Ok(plan) => Ok(Imported { plan, preview }),
        Err(StorageError::Duplicate { id, .. }) => match id.parse() {
            Ok(existing) => Err(WorkflowError::AlreadyImported { existing }),
            Err(_) => Err(WorkflowError::Internal(format!("plan {id}"))),
        },
        Err(error) => Err(error.into()),
    }
}

fn check_head(head: &PlanHead) -> Result<(), WorkflowError> {
    let within = |text: &str, most: usize| {
        let length = text.trim().chars().count();
        (1..=most).contains(&length) && !text.chars().any(char::is_control)
    };
    if !within(&head.title, 200) {
        let message = "须为 1 至 200 个字，不含换行，请改正".to_owned();
        return Err(WorkflowError::BadInput { field: "标题", message });
    }
    if !within(&head.jurisdiction, 40) {
        let message = "须为行政区划代码（如 330902）或名称，1 至 40 个字，请改正".to_owned();
        return Err(WorkflowError::BadInput { field: "行政区划", message });
    }
    Ok(())
}
