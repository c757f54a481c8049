//! From a file to a stored plan with its register.

use document_reader::Source;
use jiff::Timestamp;
use plan_extraction::Options;
use plan_model::{Place, PlanPeriod, Problem};
use serde::Serialize;
use sm3::{Digest, Sm3};

use crate::{
    Sheet, WorkflowError,
    attach::attach,
    permissions::{Action, Actor},
    records::{NewPlan, PlanHead, PlanId, PlanKind, Register},
    register::{self, Making, dictionary::Dictionary},
    slice::{self, NewLink},
    storage::{Stamp, Storage, StorageError},
};

/// A title has at most so many characters.
const TITLE_CHARS: usize = 200;

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
    /// For an annual plan: how its indicators stand to the parent plan's.
    pub links: Vec<NewLink>,
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

/// What a person says of a plan; what is left out is taken from its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRequest {
    /// Its title; without it the one found in the text, else the file's name.
    pub title: Option<String>,
    /// The region it holds for: a code such as 330902, or a name.
    pub jurisdiction: String,
    /// The years it covers; without them those found in the text.
    pub period: Option<PlanPeriod>,
    /// What sort of plan it is.
    pub kind: PlanKind,
    /// The plan it carries out.
    pub parent: Option<PlanId>,
}

/// Reads a file, finds its commitments and builds its register with the
/// dictionary that comes with Lantu; stores nothing. Takes processor time in
/// proportion to the file: call it where that does not hold up others.
pub fn preview(request: ImportRequest, file_name: &str, bytes: &[u8]) -> Result<Preview, WorkflowError> {
    preview_with(request, (file_name, bytes), None, Dictionary::standard())
}

/// [`preview`] with the main indicator table in a file of its own, and with a
/// dictionary of one's own.
pub fn preview_with(
    request: ImportRequest,
    (file_name, bytes): (&str, &[u8]),
    sheet: Option<Sheet<'_>>,
    dictionary: &Dictionary,
) -> Result<Preview, WorkflowError> {
    let mut source = document_reader::read(file_name, bytes)?;
    let attached = sheet.map(|sheet| attach(&mut source, sheet)).transpose()?;
    let found = plan_extraction::extract(&source, &Options { plan_period: request.period });
    let Some(period) = request.period.or(found.period) else {
        let message = "文中没有写明规划期；请填写起止年份，如 2021-2025（--period）".to_owned();
        return Err(WorkflowError::BadInput { field: "规划期", message });
    };
    let from_text = || found.title.as_ref().map(|title| title.chars().take(TITLE_CHARS).collect());
    let given = request.title.filter(|title| !title.trim().is_empty());
    let title = given.or_else(from_text).unwrap_or_else(|| file_name.to_owned());
    let head =
        PlanHead { title, jurisdiction: request.jurisdiction, period, kind: request.kind, parent: request.parent };
    check_head(&head)?;
    let text_digest = text_digest(&source);
    let register = register::build(&source, found, Making { period, title: &head.title, dictionary, attached });
    let mut register = register;
    if let (Some(line), Some(sheet)) = (attached, sheet)
        && !register.commitments.iter().any(|found| found.commitment.anchor.line > line)
    {
        let message = format!("指标表“{}”中没有认出主要指标：表头应有“指标”和目标年份", sheet.name);
        let hint = "请核对表头，或在指标页面逐个补充";
        register.problems.push(Problem::new("sheet-without-indicators", Place::Line(line), message, hint));
    }
    let file_name = sheet.map_or_else(|| file_name.to_owned(), |sheet| format!("{file_name} + {}", sheet.name));
    Ok(Preview { head, file_name, text_digest, source, register })
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
    let links = match slice::sliced(&preview.head) {
        Some(parent) => slice::proposed(storage, parent, &preview.register).await?,
        None => Vec::new(),
    };
    let plan = NewPlan {
        head: preview.head.clone(),
        file_name: preview.file_name.clone(),
        text_digest: preview.text_digest.clone(),
        source: preview.source.clone(),
        register: preview.register.clone(),
        links: links.clone(),
        again: force,
    };
    let stored = storage.create_plan(Stamp { actor: actor.name.clone(), at: now }, plan).await;
    match stored {
        Ok(plan) => Ok(Imported { plan, preview, links }),
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
    if !within(&head.title, TITLE_CHARS) {
        let message = "须为 1 至 200 个字，不含换行，请改正".to_owned();
        return Err(WorkflowError::BadInput { field: "标题", message });
    }
    if !within(&head.jurisdiction, 40) {
        let message = "须为行政区划代码（如 330902）或名称，1 至 40 个字，请改正".to_owned();
        return Err(WorkflowError::BadInput { field: "行政区划", message });
    }
    Ok(())
}
