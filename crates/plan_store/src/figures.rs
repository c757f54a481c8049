//! Figures: looking up what is there, deciding what is new, writing the rest.

use std::collections::{HashMap, HashSet};

use plan_model::{Decimal, Observation};
use plan_workflow::{
    records::{FigureBatch, FigureFilter, FigureOutcome, FigurePlace, NewFigure, PlanId, Repeat},
    storage::{Stamp, StorageError, Stored},
};
use serde_json::json;

use crate::{
    chain::{Chain, Entry},
    changes, decode, encode,
    engine::{Keep, Pool, Row, Tx, Value, damaged, values},
    tables::{FIGURES, Rows, places},
};

/// From so many figures on, all figures of the plan are read instead of asking
/// for each key.
const MANY: usize = 200;

/// The ids of the indicators of each plan. Ids are never taken back, so what is
/// known stays true; what is not known is looked up.
#[derive(Default)]
pub(crate) struct KnownIndicators {
    plans: HashMap<PlanId, HashSet<String>>,
}

impl KnownIndicators {
    async fn load(&mut self, tx: &mut Tx, plan: PlanId) -> Stored<()> {
        if self.plans.contains_key(&plan) {
            return Ok(());
        }
        let rows = tx.fetch("SELECT code FROM indicators WHERE plan_id = $1 AND version = 1", values![plan.0]).await?;
        let codes: HashSet<String> = rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
        if !codes.is_empty() {
            self.plans.insert(plan, codes);
        }
        Ok(())
    }

    /// Forgets the indicators of a plan that may get further ones.
    pub(crate) fn forget(&mut self, plan: Option<PlanId>) {
        if let Some(plan) = plan {
            self.plans.remove(&plan);
        }
    }

    fn has(&self, plan: PlanId, code: &str) -> bool {
        self.plans.get(&plan).is_some_and(|codes| codes.contains(code))
    }
}

/// What names a figure, its vintage apart: plan, indicator, period, standing.
type Key = (PlanId, String, String, &'static str);

fn key(plan: PlanId, figure: &NewFigure) -> Key {
    (plan, figure.indicator.clone(), figure.period.to_string(), figure.standing.code())
}

/// A vintage that is stored, or about to be.
struct Vintage {
    number: u32,
    value: Decimal,
    source: String,
    note: String,
}

impl Vintage {
    fn says_the_same(&self, figure: &NewFigure) -> bool {
        self.value == figure.value && self.source == figure.source && self.note == figure.note
    }
}

/// The vintages of the figures a group of batches is about, oldest first.
#[derive(Default)]
struct Stock {
    vintages: HashMap<Key, Vec<Vintage>>,
}

impl Stock {
    async fn load(&mut self, tx: &mut Tx, batches: &[(Stamp, FigureBatch)]) -> Stored<()> {
        let mut whole: HashSet<PlanId> = HashSet::new();
        for (_, batch) in batches.iter().filter(|(_, batch)| batch.figures.len() >= MANY) {
            if whole.insert(batch.plan) {
                let sql = "SELECT indicator, period, standing, vintage, value, source, note, plan_id FROM figures \
                           WHERE plan_id = $1";
                self.take(tx.fetch(sql, values![batch.plan.0]).await?)?;
            }
        }
        let single = batches.iter().filter(|(_, batch)| !whole.contains(&batch.plan));
        let wanted: HashSet<Key> =
            single.flat_map(|(_, batch)| batch.figures.iter().map(|figure| key(batch.plan, figure))).collect();
        let wanted: Vec<Key> = wanted.into_iter().collect();
        // On SQLite a prepared statement for each key is quicker than reading a long
        // one. CROSS JOIN makes it begin with the key.
        let at_once = if tx.is_sqlite() { 1 } else { MANY };
        for piece in wanted.chunks(at_once) {
            let sql = format!(
                "WITH k (plan_id, indicator, period, standing) AS (VALUES {}) \
                 SELECT f.indicator, f.period, f.standing, f.vintage, f.value, f.source, f.note, f.plan_id \
                 FROM k CROSS JOIN figures f WHERE f.plan_id = k.plan_id AND f.indicator = k.indicator \
                 AND f.period = k.period AND f.standing = k.standing",
                places(piece.len(), 4, tx.is_sqlite())
            );
            let keys = piece.iter().flat_map(|(plan, indicator, period, standing)| {
                let row: [Value; 4] =
                    [plan.0.into(), indicator.as_str().into(), period.as_str().into(), (*standing).into()];
                row
            });
            let keep = if piece.len() == at_once { Keep::Prepared } else { Keep::Once };
            self.take(tx.fetch_built(sql, keys.collect(), keep).await?)?;
        }
        for vintages in self.vintages.values_mut() {
            vintages.sort_by_key(|vintage| vintage.number);
        }
        Ok(())
    }

    fn take(&mut self, rows: Vec<Row>) -> Stored<()> {
        for row in rows {
            let standing: plan_model::Standing =
                row.text(2)?.parse().map_err(|error: plan_model::UnknownWord| damaged("figures", error.to_string()))?;
            let value = row.text(4)?;
            let value = value.parse().map_err(|_| damaged("figures", format!("“{value}”不是数字")))?;
            let vintage = Vintage { number: row.count(3)?, value, source: row.text(5)?, note: row.text(6)? };
            let key = (PlanId(row.int(7)?), row.text(0)?, row.text(1)?, standing.code());
            self.vintages.entry(key).or_default().push(vintage);
        }
        Ok(())
    }

    /// What becomes of a figure; a further vintage is noted, so that the next
    /// figure of the same key comes after it.
    fn place(&mut self, plan: PlanId, figure: &NewFigure, repeat: Repeat) -> Stored<FigureOutcome> {
        let vintages = self.vintages.entry(key(plan, figure)).or_default();
        let latest = vintages.last().map_or(0, |vintage| vintage.number);
        let found = match repeat {
            Repeat::AnyVintage => vintages.iter().rev().find(|vintage| vintage.says_the_same(figure)),
            Repeat::LatestVintage => vintages.last().filter(|vintage| vintage.says_the_same(figure)),
        };
        if let Some(vintage) = found {
            return Ok(FigureOutcome::Unchanged(vintage.number));
        }
        if figure.seen.is_some_and(|seen| seen != latest) {
            let id = format!("{} {}", figure.indicator, figure.period);
            return Err(StorageError::Conflict { what: "监测值", id, latest });
        }
        let (source, note) = (figure.source.clone(), figure.note.clone());
        vintages.push(Vintage { number: latest + 1, value: figure.value, source, note });
        Ok(if latest == 0 { FigureOutcome::New } else { FigureOutcome::Revised(latest + 1) })
    }

    /// Takes back the vintages noted for the first figures of a refused batch.
    fn take_back(&mut self, plan: PlanId, placed: &[(&NewFigure, FigureOutcome)]) {
        for (figure, outcome) in placed {
            if !matches!(outcome, FigureOutcome::Unchanged(_))
                && let Some(vintages) = self.vintages.get_mut(&key(plan, figure))
            {
                vintages.pop();
            }
        }
    }

    /// Places all figures of a batch or none.
    fn place_all(&mut self, batch: &FigureBatch, known: &KnownIndicators) -> Stored<Vec<FigureOutcome>> {
        if let Some(figure) = batch.figures.iter().find(|figure| !known.has(batch.plan, &figure.indicator)) {
            let id = format!("{}（规划 {}）", figure.indicator, batch.plan);
            return Err(StorageError::NotFound { what: "指标", id });
        }
        let mut placed: Vec<(&NewFigure, FigureOutcome)> = Vec::with_capacity(batch.figures.len());
        for figure in &batch.figures {
            match self.place(batch.plan, figure, batch.repeat) {
                Ok(outcome) => placed.push((figure, outcome)),
                Err(error) => {
                    self.take_back(batch.plan, &placed);
                    return Err(error);
                }
            }
        }
        Ok(placed.into_iter().map(|(_, outcome)| outcome).collect())
    }
}

/// The last period of each form that ends before this month: year, quarter and
/// month are texts of different lengths and are compared each with its own kind.
fn ends_before(year: i16, month: i8) -> [String; 3] {
    let quarter = match (month - 1) / 3 {
        0 => format!("{:04}Q4", year - 1),
        quarter => format!("{year:04}Q{quarter}"),
    };
    let last = if month == 1 { format!("{:04}-12", year - 1) } else { format!("{year:04}-{:02}", month - 1) };
    [format!("{:04}", year - 1), quarter, last]
}

/// The question for the figures that a filter asks for.
pub(crate) fn page(plan: PlanId, filter: FigureFilter) -> (String, Vec<Value>) {
    let FigureFilter { indicator, standing, from, until, after, limit, known_at } = filter;
    let mut sql = format!("SELECT {} FROM figures WHERE plan_id = $1", decode::FIGURE);
    let mut given = values![plan.0];
    let mut add = |sql: &mut String, value: Value| {
        given.push(value);
        sql.push_str(&format!("${}", given.len()));
    };
    if let Some(moment) = known_at {
        sql.push_str(" AND at <= ");
        add(&mut sql, encode::micros(moment).into());
    }
    if let Some(indicator) = indicator {
        sql.push_str(" AND indicator = ");
        add(&mut sql, indicator.into());
    }
    if let Some(standing) = standing {
        sql.push_str(" AND standing = ");
        add(&mut sql, standing.code().into());
    }
    let first = from.map(|period| (">", period.year(), period.last_month() - period.months() + 1));
    let next = |year: i16, month: i8| if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    let last = until.map(|period| next(period.year(), period.last_month())).map(|(year, month)| ("<=", year, month));
    for (sign, year, month) in first.into_iter().chain(last) {
        let mut joint = " AND (";
        for bound in ends_before(year, month) {
            sql.push_str(&format!("{joint}LENGTH(period) = {} AND period {sign} ", bound.len()));
            add(&mut sql, bound.into());
            joint = " OR ";
        }
        sql.push(')');
    }
    if let Some(FigurePlace { indicator, period, standing, vintage }) = after {
        let place: [Value; 4] = [indicator.into(), period.to_string().into(), standing.code().into(), vintage.into()];
        let mut joint = " AND (indicator, period, standing, vintage) > (";
        for value in place {
            sql.push_str(joint);
            add(&mut sql, value);
            joint = ", ";
        }
        sql.push(')');
    }
    sql.push_str(" ORDER BY indicator, period, standing, vintage");
    if let Some(limit) = limit {
        sql.push_str(" LIMIT ");
        add(&mut sql, limit.into());
    }
    (sql, given)
}

/// What would become of the figures, without writing any.
pub(crate) async fn dry_run(pool: &Pool, stamp: Stamp, batch: FigureBatch) -> Stored<Vec<FigureOutcome>> {
    let mut tx = pool.snapshot().await?;
    let batches = [(stamp, batch)];
    let (mut known, mut stock) = (KnownIndicators::default(), Stock::default());
    stock.load(&mut tx, &batches).await?;
    let [(_, batch)] = &batches;
    known.load(&mut tx, batch.plan).await?;
    stock.place_all(batch, &known)
}

/// Writes batches of figures, each whole or not at all. The outer error means
/// that none was written and the transaction must go back to where it was.
pub(crate) async fn write(
    tx: &mut Tx,
    chain: &mut Chain,
    known: &mut KnownIndicators,
    batches: &[(Stamp, FigureBatch)],
) -> Stored<Vec<Stored<Vec<FigureOutcome>>>> {
    if batches.is_empty() {
        return Ok(Vec::new());
    }
    let mut stock = Stock::default();
    stock.load(tx, batches).await?;
    let mut rows = Rows::default();
    let mut answers = Vec::with_capacity(batches.len());
    let mut touched: HashMap<PlanId, (i64, Stamp)> = HashMap::new();
    for (stamp, batch) in batches {
        known.load(tx, batch.plan).await?;
        let outcomes = match stock.place_all(batch, known) {
            Ok(outcomes) => outcomes,
            Err(error) => {
                answers.push(Err(error));
                continue;
            }
        };
        if outcomes.iter().any(|outcome| !matches!(outcome, FigureOutcome::Unchanged(_))) {
            touched.insert(batch.plan, (chain.next(), stamp.clone()));
            add_rows(&mut rows, chain, stamp, batch, &outcomes);
        }
        answers.push(Ok(outcomes));
    }
    rows.write(tx).await?;
    for (plan, (seq, stamp)) in touched {
        changes::touch_figures(tx, plan, seq, &stamp).await?;
    }
    Ok(answers)
}

/// The rows of a batch and its audit record.
fn add_rows(rows: &mut Rows, chain: &mut Chain, stamp: &Stamp, batch: &FigureBatch, outcomes: &[FigureOutcome]) {
    let (mut new, mut revised) = (0_u64, 0_u64);
    let mut last = None;
    let mut own = Rows::default();
    for (figure, outcome) in batch.figures.iter().cloned().zip(outcomes) {
        let vintage = match outcome {
            FigureOutcome::Unchanged(_) => continue,
            FigureOutcome::New => 1,
            FigureOutcome::Revised(vintage) => *vintage,
        };
        if vintage == 1 {
            new += 1
        } else {
            revised += 1
        }
        let NewFigure { indicator, period, value, standing, source, note, .. } = figure;
        let figure = Observation { indicator, period, value, standing, vintage, source, note };
        own.add(&FIGURES, chain.next(), encode::figure_row(batch.plan, stamp, &figure));
        last = Some(figure);
    }
    let mut facts = json!({ "new": new, "revised": revised });
    if let (1, Some(one)) = (new + revised, last) {
        facts = json!({
            "indicator": one.indicator, "period": one.period, "standing": one.standing,
            "value": one.value, "vintage": one.vintage,
        });
    }
    if !batch.origin.is_empty()
        && let Some(map) = facts.as_object_mut()
    {
        map.insert("file".to_owned(), batch.origin.as_str().into());
    }
    let claims = own.claims();
    let object = format!("plan:{}", batch.plan);
    chain.add(stamp, Entry { action: "figures.record", object, facts, claims });
    rows.append(own);
}
