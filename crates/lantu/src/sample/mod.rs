//! The sample: a fictional district, built into the program. One file for each
//! part that is more than a document.

mod assessments;
mod assignments;
mod breakdown;
mod collection;
mod directory;

use jiff::{Timestamp, civil::Date, civil::date};
use plan_model::PlanPeriod;
use plan_store::Store;
use plan_workflow::{
    WorkflowError,
    accounts::{self, Entropy, NewUser},
    figures::{self, FiguresFile, Taking},
    import::{self, ImportRequest},
    peers::{self, PeersFile},
    permissions::Actor,
    records::{PlanId, PlanKind},
    storage::Storage as _,
};

use crate::settings::{Sample, SampleLogin};

/// An account of the sample: name, role, password, and who it is.
struct Account(&'static str, &'static str, &'static str, &'static str);

/// The accounts of the sample. Their passwords are shown on its login page and
/// protect nothing. Those of staff belong to people of `samples/directory.csv`.
const LOGINS: [Account; 11] = [
    Account("planner", "planner", "guihua-2025", "规划管理"),
    Account("reader", "reader", "chayue-2025", "查阅"),
    Account("leader", "leader", "zhanwang-2025", "领导"),
    Account("reporter", "staff", "tianbao-2025", "区教育局填报人 样牧野"),
    Account("approver", "staff", "shenhe-2025", "区教育局审核人 样南星"),
    Account("successor", "staff", "jiaojie-2025", "区农业农村局 样拾穗，有一项岗位待认领"),
    Account("evaluator", "evaluator", "pinggu-2025", "第三方评估，只看中期评估的快照"),
    Account("congress", "congress", "renda-2025", "人大查阅，记录审议意见"),
    Account("sysadmin", "system_admin", "zhanghao-2025", "系统管理员：账号"),
    Account("secadmin", "security_admin", "shouquan-2025", "安全管理员：角色"),
    Account("auditor", "audit_admin", "shenji-2025", "审计管理员：审计记录"),
];

/// The day the sample is judged at where none is chosen: the middle of the period.
const AS_OF: Date = date(2023, 12, 31);

struct Document {
    file: &'static str,
    bytes: &'static [u8],
    title: &'static str,
    jurisdiction: &'static str,
    period: (i16, i16),
    kind: PlanKind,
    /// Its parent, by its place in this list.
    parent: Option<usize>,
}

macro_rules! sample {
    ($file:literal) => {
        include_bytes!(concat!("../../../../samples/", $file))
    };
}
use sample;

/// The plans, parents before their children.
const DOCUMENTS: [Document; 4] = [
    Document {
        file: "city-scheme.txt",
        bytes: sample!("city-scheme.txt"),
        title: "云汀市国民经济和社会发展第十四个五年规划实施方案",
        jurisdiction: "990100",
        period: (2021, 2025),
        kind: PlanKind::Scheme,
        parent: None,
    },
    Document {
        file: "district-plan.txt",
        bytes: sample!("district-plan.txt"),
        title: "青渚区国民经济和社会发展第十四个五年规划和二〇三五年远景目标纲要",
        jurisdiction: "990102",
        period: (2021, 2025),
        kind: PlanKind::Outline,
        parent: Some(0),
    },
    Document {
        file: "work-report-2023.txt",
        bytes: sample!("work-report-2023.txt"),
        title: "青渚区2023年政府工作报告",
        jurisdiction: "990102",
        period: (2023, 2023),
        kind: PlanKind::Annual,
        parent: Some(1),
    },
    Document {
        file: "plan-2026.txt",
        bytes: sample!("plan-2026.txt"),
        title: "青渚区国民经济和社会发展第十五个五年规划纲要（草案提纲）",
        jurisdiction: "990102",
        period: (2026, 2030),
        kind: PlanKind::Outline,
        parent: None,
    },
];

/// The figures of the district's plan, by its place in the list above.
const FIGURES_OF: usize = 1;
const FIGURES: [(&str, &[u8]); 2] =
    [("yearly.csv", sample!("figures/yearly.csv")), ("monthly.csv", sample!("figures/monthly.csv"))];

/// What the neighbours of the district published, and a day by which they had.
const PEERS: (&str, &[u8]) = ("peers.csv", sample!("figures/peers.csv"));
const PEERS_ON: Date = date(2025, 3, 31);

/// What the pages of the sample say of it.
pub fn settings() -> Sample {
    let login = |Account(name, _, password, who): &Account| SampleLogin {
        name: (*name).to_owned(),
        password: (*password).to_owned(),
        who: (*who).to_owned(),
    };
    Sample { logins: LOGINS.iter().map(login).collect(), as_of: AS_OF }
}

/// Fills an empty store with the sample; does nothing to one that holds plans.
/// The salts of its passwords are made from the seed.
pub async fn load(store: &Store, now: Timestamp, seed: Entropy) -> Result<(), WorkflowError> {
    let actor = Actor::new("示例", "planner");
    let mut salt = seed;
    for Account(name, role, password, _) in LOGINS {
        // Salts must differ, nothing more.
        salt.rotate_left(1);
        let [first, ..] = &mut salt;
        *first = first.wrapping_add(1);
        if store.user(name).await?.is_none() {
            let new = NewUser { name: name.to_owned(), role: role.to_owned(), password: password.to_owned() };
            accounts::add_user(store, &Actor::console(&*actor.name), now, new, salt).await?;
        }
    }
    directory::load(store, &actor, now).await?;
    if !store.plans().await?.is_empty() {
        return Ok(());
    }
    let mut plans: Vec<PlanId> = Vec::new();
    for document in &DOCUMENTS {
        let parent = document.parent.and_then(|place| plans.get(place).copied());
        plans.push(import_document(store, &actor, now, document, parent).await?);
    }
    if let Some(plan) = plans.get(FIGURES_OF) {
        for (name, bytes) in FIGURES {
            let file = FiguresFile { name, bytes };
            figures::import_file(store, &actor, now, *plan, file, Taking::default()).await?;
        }
        let (name, bytes) = PEERS;
        let file = PeersFile { name, bytes, dry_run: false };
        peers::import_file(store, &actor, (now, PEERS_ON), *plan, file).await?;
        collection::load(store, &actor, now, *plan).await?;
        assignments::load(store, &actor, now, *plan).await?;
        breakdown::load(store, &actor, now, *plan).await?;
        assessments::load(store, &actor, now, *plan).await?;
    }
    Ok(())
}

async fn import_document(
    store: &Store,
    actor: &Actor,
    now: Timestamp,
    document: &Document,
    parent: Option<PlanId>,
) -> Result<PlanId, WorkflowError> {
    let period = PlanPeriod::new(document.period.0, document.period.1)
        .map_err(|error| WorkflowError::Internal(error.to_string()))?;
    let request = ImportRequest {
        title: Some(document.title.to_owned()),
        jurisdiction: document.jurisdiction.to_owned(),
        period: Some(period),
        kind: document.kind,
        parent,
    };
    let preview = import::preview(request, document.file, document.bytes)?;
    Ok(import::import(store, actor, now, preview, false).await?.plan)
}
