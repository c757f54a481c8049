//! Editions of a plan's text. The text of a further one is stored like that of a
//! plan, under a number of its own; its row in `plans` says of which plan.

use plan_workflow::{
    confirm::DecisionBatch,
    editions::{Edition, NewEdition},
    records::{NewPlan, PlanId, Register},
    storage::{Stamp, StorageError, Stored},
};
use serde_json::json;

use crate::{
    chain::{Chain, Entry},
    changes::touch_plan,
    decisions,
    decode::moment,
    encode,
    engine::{Row, Tx, values},
    tables::Rows,
    writer::Done,
};

/// Under which number the last text of the plan `$1` is stored.
pub(crate) const TEXT: &str = "COALESCE((SELECT MAX(t.id) FROM plans t WHERE t.edition_of = $1), $1)";

/// Every edition of the plan `$1`.
pub(crate) const EDITIONS: &str = "SELECT p.id, COALESCE(p.edition, 1), p.file_name, p.text_digest, \
    COALESCE(p.edition_note, ''), (SELECT COALESCE(MAX(c.number), 0) FROM commitments c WHERE c.plan_id = p.id), \
    (SELECT COALESCE(MAX(w.number), 0) FROM work_items w WHERE w.plan_id = p.id), p.at, p.actor \
    FROM plans p WHERE (p.id = $1 AND p.edition_of IS NULL) OR p.edition_of = $1 ORDER BY p.id";

pub(crate) fn edition(row: &Row) -> Result<Edition, StorageError> {
    Ok(Edition {
        number: row.count(1)?,
        text: PlanId(row.int(0)?),
        file_name: row.text(2)?,
        text_digest: row.text(3)?,
        note: row.text(4)?,
        last_commitment: row.count(5)?,
        last_work: row.count(6)?,
        at: moment(row, 7)?,
        actor: row.text(8)?,
    })
}

/// Stores a further edition with what takes the register over.
pub(crate) async fn create(tx: &mut Tx, chain: &mut Chain, stamp: Stamp, new: NewEdition) -> Stored<Done> {
    let NewEdition { correction, note } = new;
    let plan = correction.plan;
    let rows_now = tx.fetch(EDITIONS, values![plan.0]).await?;
    let editions: Vec<Edition> = rows_now.iter().map(edition).collect::<Result<_, _>>()?;
    let Some(latest) = editions.last() else {
        return Err(StorageError::NotFound { what: "规划", id: plan.to_string() });
    };
    if latest.number != correction.seen {
        return Err(StorageError::Conflict { what: "规划的文本", id: plan.to_string(), latest: latest.number });
    }
    let last = tx.first("SELECT COALESCE(MAX(id), 0) FROM plans", Vec::new()).await?;
    let text = PlanId(last.map_or(Ok(0), |row| row.int(0))? + 1);
    let number = latest.number.saturating_add(1);
    let seq = chain.next();
    let mut rows = Rows::default();
    let preview = correction.text;
    let stored = NewPlan {
        head: preview.head,
        file_name: preview.file_name,
        text_digest: preview.text_digest,
        source: preview.source,
        // The indicators go on under the plan's own number, as further versions.
        register: Register { indicators: Vec::new(), ..preview.register },
        links: Vec::new(),
        again: true,
    };
    encode::plan_rows(&mut rows, (text, Some((plan, number, &note))), seq, &stamp, &stored)?;
    let (decisions, versions) = (correction.decisions, correction.versions);
    let batch = DecisionBatch { after: correction.after, decisions, versions };
    decisions::batch_rows(tx, &mut rows, (plan, seq, &stamp), &batch).await?;
    let claims = rows.claims();
    rows.write(tx).await?;
    touch_plan(tx, plan, seq, &stamp).await?;
    let parents = tx.fetch("SELECT DISTINCT parent FROM links WHERE plan_id = $1", values![plan.0]).await?;
    for row in &parents {
        touch_plan(tx, PlanId(row.int(0)?), seq, &stamp).await?;
    }
    let indicators: Vec<&str> = batch.versions.iter().map(|version| version.new.indicator.id.as_str()).collect();
    let facts = json!({
        "edition": number, "text": text, "file": stored.file_name, "digest": stored.text_digest, "note": note,
        "decisions": batch.decisions.len(), "indicators": indicators,
    });
    chain.add(&stamp, Entry { action: "plan.edition", object: format!("plan:{plan}"), facts, claims });
    Ok(Done::Version(number))
}
