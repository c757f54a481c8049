//! The store: questions are answered from a pool of readers, changes handed to
//! the one writer.

use std::ops::RangeInclusive;

use document_reader::{Line, Source};
use plan_extraction::Quantity;
use plan_model::{Indicator, PlanPeriod, Problem};
use plan_workflow::{
    Timestamp,
    confirm::{DecisionBatch, DecisionRecord, WorkItemRecord},
    editions::{Edition, NewEdition},
    records::{
        AttemptState, AuditCheck, AuditFilter, AuditRecord, BreakRecord, CommitmentRecord, FactRecord, FigureBatch,
        FigureFilter, FigureOutcome, FigureRecord, IndicatorRecord, NewPlan, Plan, PlanId, PlanListing, Revision,
        Session, User,
    },
    slice::{LinkBatch, LinkRecord},
    storage::{Stamp, Storage, StorageError, Stored},
};

use crate::{
    changes::Correction,
    decisions, decode, editions,
    encode::micros,
    engine::{Pool, Row, values},
    figures, migrations, verify,
    writer::{Change, Done, Writer},
};

/// A store of plans on SQLite or PostgreSQL. Cheap to clone; all clones share
/// the connections and the one writer.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
    writer: Writer,
}

impl Store {
    /// Opens `sqlite:FILE` or `postgres://USER@HOST/DATABASE`. A SQLite file is
    /// made where it is missing, and the tables are brought to the newest step.
    /// Must be called within a tokio runtime, on which the writer then runs.
    pub async fn connect(url: &str, now: Timestamp) -> Stored<Self> {
        let pool = Pool::open(url).await?;
        migrations::up(&pool, now).await?;
        let writer = Writer::start(pool.clone());
        Ok(Self { pool, writer })
    }

    /// Writes what was handed in, ends the writer and closes the connections.
    /// Other clones of the store answer with an error from then on.
    pub async fn close(self) {
        self.writer.stop().await;
        self.pool.close().await;
    }

    /// Takes back every migration: all tables and all data are gone after it.
    /// For tests of the migrations.
    #[doc(hidden)]
    pub async fn take_down(url: &str) -> Stored<()> {
        let pool = Pool::open(url).await?;
        migrations::down(&pool).await?;
        pool.close().await;
        Ok(())
    }

    pub(crate) async fn rows<T>(
        &self,
        table: &'static str,
        sql: String,
        values: Vec<crate::engine::Value>,
        decoded: impl Fn(&Row) -> Stored<T>,
    ) -> Stored<Vec<T>> {
        let rows = self.pool.fetch(sqlx::AssertSqlSafe(sql), values).await?;
        let numbered = (1_usize..).zip(&rows);
        numbered.map(|(number, row)| decode::at(|| format!("{table} 第 {number} 行"), decoded(row))).collect()
    }

    async fn lines_of(&self, text: PlanId, lines: RangeInclusive<u32>) -> Stored<Vec<(u32, Line)>> {
        let sql = "SELECT line, role, body_start, glued_box, text FROM source_lines \
                   WHERE plan_id = $1 AND line >= $2 AND line <= $3 ORDER BY line";
        let range = values![text.0, *lines.start(), *lines.end()];
        let found = self.rows("source_lines", sql.to_owned(), range, decode::line).await?;
        if found.is_empty() {
            self.must_exist(text).await?;
        }
        Ok(found)
    }

    /// The first row of an answer.
    pub(crate) async fn first(&self, sql: &'static str, values: Vec<crate::engine::Value>) -> Stored<Option<Row>> {
        self.pool.first(sql, values).await
    }

    /// Hands a change to the writer and waits until it is durable or refused.
    pub(crate) async fn write(&self, change: Change) -> Stored<Done> {
        self.writer.write(change).await
    }

    async fn must_exist(&self, plan: PlanId) -> Stored<()> {
        let found = self.pool.first("SELECT id FROM plans WHERE id = $1", values![plan.0]).await?;
        found.map(|_| ()).ok_or_else(|| no_plan(plan))
    }
}

fn no_plan(plan: PlanId) -> StorageError {
    StorageError::NotFound { what: "规划", id: plan.to_string() }
}

/// The answer of the writer to something that answers nothing else.
fn nothing(done: Stored<Done>) -> Stored<()> {
    done.map(|_| ())
}

pub(crate) fn unexpected(done: Done) -> StorageError {
    StorageError::Unavailable { detail: format!("unexpected answer of the writer: {done:?}") }
}

/// The moment up to which something was known; all of time without one.
pub(crate) fn until(known_at: Option<Timestamp>) -> i64 {
    known_at.map_or(i64::MAX, micros)
}

impl Storage for Store {
    async fn create_plan(&self, stamp: Stamp, plan: NewPlan) -> Stored<PlanId> {
        match self.writer.write(Change::CreatePlan(stamp, Box::new(plan))).await? {
            Done::Plan(id) => Ok(id),
            other => Err(unexpected(other)),
        }
    }

    async fn plans(&self) -> Stored<Vec<PlanListing>> {
        let sql = format!(
            "SELECT {}, c.at, (SELECT COUNT(*) FROM commitments m WHERE m.plan_id = \
             COALESCE((SELECT MAX(t.id) FROM plans t WHERE t.edition_of = p.id), p.id)), \
             (SELECT COUNT(*) FROM indicators i WHERE i.plan_id = p.id AND i.version = 1) \
             FROM plans p JOIN plan_changes c ON c.plan_id = p.id WHERE p.edition_of IS NULL ORDER BY p.id DESC",
            decode::PLAN
        );
        let listing = |row: &Row| {
            Ok(PlanListing {
                plan: decode::plan(row)?,
                changed_at: decode::moment(row, 11)?,
                commitments: u64::from(row.count(12)?),
                indicators: u64::from(row.count(13)?),
            })
        };
        self.rows("plans", sql, Vec::new(), listing).await
    }

    async fn plan(&self, plan: PlanId) -> Stored<Plan> {
        let sql = format!("SELECT {} FROM plans p WHERE p.id = $1 AND p.edition_of IS NULL", decode::PLAN);
        let found = self.rows("plans", sql, values![plan.0], decode::plan).await?;
        found.into_iter().next().ok_or_else(|| no_plan(plan))
    }

    async fn plan_with_text(
        &self,
        jurisdiction: &str,
        period: PlanPeriod,
        text_digest: &str,
    ) -> Stored<Option<PlanId>> {
        let sql = "SELECT COALESCE(edition_of, id) FROM plans WHERE jurisdiction = $1 AND first_year = $2 \
                   AND last_year = $3 AND text_digest = $4 ORDER BY id LIMIT 1";
        let same = values![jurisdiction.trim(), period.first_year(), period.last_year(), text_digest];
        let found = self.pool.first(sql, same).await?;
        found.map(|row| row.int(0).map(PlanId)).transpose()
    }

    async fn revision(&self, plan: PlanId) -> Stored<Revision> {
        let sql = "SELECT seq, register_seq FROM plan_changes WHERE plan_id = $1";
        let row = self.pool.first(sql, values![plan.0]).await?.ok_or_else(|| no_plan(plan))?;
        Ok(Revision { all: row.int(0)?, register: row.int(1)? })
    }

    async fn source(&self, plan: PlanId) -> Stored<Source> {
        self.source_of(self.text_of(plan).await?).await
    }

    async fn source_of(&self, plan: PlanId) -> Stored<Source> {
        let lines = self.lines_of(plan, 1..=u32::MAX).await?.into_iter().map(|(_, line)| line).collect();
        let sql = "SELECT format, encoding, headings, tables, problems FROM sources WHERE plan_id = $1";
        let row = self.pool.first(sql, values![plan.0]).await?.ok_or_else(|| no_plan(plan))?;
        decode::at(|| format!("sources plan_id={plan}"), decode::source(&row, lines))
    }

    async fn source_lines(&self, plan: PlanId, lines: RangeInclusive<u32>) -> Stored<Vec<(u32, Line)>> {
        self.lines_of(self.text_of(plan).await?, lines).await
    }

    async fn import_problems(&self, plan: PlanId) -> Stored<Vec<Problem>> {
        let sql = format!("SELECT problems FROM sources WHERE plan_id = {}", editions::TEXT);
        let row = self.pool.first(sqlx::AssertSqlSafe(sql), values![plan.0]).await?.ok_or_else(|| no_plan(plan))?;
        decode::at(|| format!("sources plan_id={plan}"), decode::json(&row, 0))
    }

    async fn quantities(&self, plan: PlanId) -> Stored<Vec<Quantity>> {
        let sql = format!("SELECT quantities FROM sources WHERE plan_id = {}", editions::TEXT);
        let row = self.pool.first(sqlx::AssertSqlSafe(sql), values![plan.0]).await?.ok_or_else(|| no_plan(plan))?;
        decode::at(|| format!("sources plan_id={plan}"), decode::quantities(&row, 0))
    }

    async fn commitments(&self, plan: PlanId) -> Stored<Vec<CommitmentRecord>> {
        self.commitments_of(self.text_of(plan).await?).await
    }

    async fn commitments_of(&self, text: PlanId) -> Stored<Vec<CommitmentRecord>> {
        let sql = format!("SELECT {} FROM commitments WHERE plan_id = $1 ORDER BY number", decode::COMMITMENT);
        let mut found = self.rows("commitments", sql, values![text.0], decode::commitment).await?;
        // Numbers are given in the order of the first text; what is new has later ones.
        if !found.is_sorted_by_key(|record| record.commitment.anchor.line) {
            found.sort_by_key(|record| (record.commitment.anchor.line, record.commitment.anchor.start, record.number));
        }
        Ok(found)
    }

    async fn work_items(&self, plan: PlanId) -> Stored<Vec<WorkItemRecord>> {
        self.work_items_of(self.text_of(plan).await?).await
    }

    async fn work_items_of(&self, text: PlanId) -> Stored<Vec<WorkItemRecord>> {
        let sql = format!("SELECT {} FROM work_items WHERE plan_id = $1 ORDER BY number", decisions::WORK_ITEM);
        let mut found = self.rows("work_items", sql, values![text.0], decisions::work_item).await?;
        if !found.is_sorted_by_key(|record| record.item.anchor.line) {
            found.sort_by_key(|record| (record.item.anchor.line, record.item.anchor.start, record.number));
        }
        Ok(found)
    }

    async fn editions(&self, plan: PlanId) -> Stored<Vec<Edition>> {
        let found = self.rows("plans", editions::EDITIONS.to_owned(), values![plan.0], editions::edition).await?;
        if found.is_empty() { Err(no_plan(plan)) } else { Ok(found) }
    }

    async fn text_of(&self, plan: PlanId) -> Stored<PlanId> {
        let sql = format!("SELECT {}", editions::TEXT);
        let row = self.pool.first(sqlx::AssertSqlSafe(sql), values![plan.0]).await?;
        row.map_or(Ok(plan), |row| row.int(0).map(PlanId))
    }

    async fn create_edition(&self, stamp: Stamp, edition: NewEdition) -> Stored<u32> {
        match self.writer.write(Change::CreateEdition(stamp, Box::new(edition))).await? {
            Done::Version(number) => Ok(number),
            other => Err(unexpected(other)),
        }
    }

    async fn decisions(&self, plan: PlanId) -> Stored<Vec<DecisionRecord>> {
        let sql = format!("SELECT {} FROM decisions WHERE plan_id = $1 ORDER BY number", decisions::DECISION);
        self.rows("decisions", sql, values![plan.0], decisions::decision).await
    }

    async fn record_decisions(&self, stamp: Stamp, plan: PlanId, batch: DecisionBatch) -> Stored<u32> {
        match self.writer.write(Change::Decisions(stamp, plan, Box::new(batch))).await? {
            Done::Version(last) => Ok(last),
            other => Err(unexpected(other)),
        }
    }

    async fn facts(&self, plan: PlanId) -> Stored<Vec<FactRecord>> {
        let sql = format!("SELECT {} FROM facts WHERE plan_id = {} ORDER BY number", decode::FACT, editions::TEXT);
        self.rows("facts", sql, values![plan.0], decode::fact).await
    }

    async fn indicators(&self, plan: PlanId, known_at: Option<Timestamp>) -> Stored<Vec<IndicatorRecord>> {
        let sql = format!(
            "SELECT {} FROM indicators i WHERE i.plan_id = $1 AND i.version = (SELECT MAX(v.version) FROM indicators v \
             WHERE v.plan_id = i.plan_id AND v.code = i.code AND v.at <= $2) ORDER BY LENGTH(i.code), i.code",
            decode::INDICATOR
        );
        self.rows("indicators", sql, values![plan.0, until(known_at)], decode::indicator).await
    }

    async fn indicator_versions(&self, plan: PlanId, indicator: &str) -> Stored<Vec<IndicatorRecord>> {
        let sql = format!(
            "SELECT {} FROM indicators i WHERE i.plan_id = $1 AND i.code = $2 ORDER BY i.version",
            decode::INDICATOR
        );
        let found = self.rows("indicators", sql, values![plan.0, indicator], decode::indicator).await?;
        if found.is_empty() {
            return Err(StorageError::NotFound { what: "指标", id: indicator.to_owned() });
        }
        Ok(found)
    }

    async fn revise_indicator(
        &self,
        stamp: Stamp,
        plan: PlanId,
        indicator: Indicator,
        seen: u32,
        reason: String,
    ) -> Stored<u32> {
        let correction = Correction { plan, indicator, seen, reason };
        match self.writer.write(Change::ReviseIndicator(stamp, Box::new(correction))).await? {
            Done::Version(version) => Ok(version),
            other => Err(unexpected(other)),
        }
    }

    async fn record_figures(&self, stamp: Stamp, batch: FigureBatch) -> Stored<Vec<FigureOutcome>> {
        if batch.dry_run {
            return figures::dry_run(&self.pool, stamp, batch).await;
        }
        match self.writer.write(Change::Figures(stamp, batch)).await? {
            Done::Figures(outcomes) => Ok(outcomes),
            other => Err(unexpected(other)),
        }
    }

    async fn figures(
        &self,
        plan: PlanId,
        indicator: Option<&str>,
        known_at: Option<Timestamp>,
    ) -> Stored<Vec<FigureRecord>> {
        let mut sql = format!("SELECT {} FROM figures WHERE plan_id = $1 AND at <= $2", decode::FIGURE);
        let mut given = values![plan.0, until(known_at)];
        if let Some(indicator) = indicator {
            sql.push_str(" AND indicator = $3");
            given.push(indicator.into());
        }
        sql.push_str(" ORDER BY indicator, period, standing, vintage");
        self.rows("figures", sql, given, decode::figure).await
    }

    async fn figure_page(&self, plan: PlanId, filter: FigureFilter) -> Stored<Vec<FigureRecord>> {
        let (sql, given) = figures::page(plan, filter);
        self.rows("figures", sql, given, decode::figure).await
    }

    async fn figures_since(&self, plan: PlanId, revision: i64) -> Stored<Vec<FigureRecord>> {
        let sql = format!("SELECT {} FROM figures WHERE seq > $1 AND plan_id = $2", decode::FIGURE);
        self.rows("figures", sql, values![revision, plan.0], decode::figure).await
    }

    async fn record_break(&self, stamp: Stamp, plan: PlanId, change: BreakRecord) -> Stored<()> {
        nothing(self.writer.write(Change::RecordBreak(stamp, plan, change)).await)
    }

    async fn breaks(&self, plan: PlanId, known_at: Option<Timestamp>) -> Stored<Vec<BreakRecord>> {
        let sql = format!(
            "SELECT {} FROM series_breaks b WHERE b.plan_id = $1 AND b.version = (SELECT MAX(v.version) \
             FROM series_breaks v WHERE v.plan_id = b.plan_id AND v.indicator = b.indicator \
             AND v.from_period = b.from_period AND v.at <= $2) ORDER BY b.indicator, b.from_period",
            decode::BREAK
        );
        self.rows("series_breaks", sql, values![plan.0, until(known_at)], decode::series_break).await
    }

    async fn links(&self, plan: PlanId, known_at: Option<Timestamp>) -> Stored<Vec<LinkRecord>> {
        let sql = format!(
            "SELECT {} FROM links l WHERE l.plan_id = $1 AND l.version = (SELECT MAX(v.version) FROM links v \
             WHERE v.plan_id = l.plan_id AND v.item = l.item AND v.at <= $2) ORDER BY LENGTH(l.item), l.item",
            decode::LINK
        );
        self.rows("links", sql, values![plan.0, until(known_at)], decode::link).await
    }

    async fn links_to(&self, parent: PlanId, known_at: Option<Timestamp>) -> Stored<Vec<LinkRecord>> {
        let sql = format!(
            "SELECT {} FROM links l WHERE l.parent = $1 AND l.other IS NOT NULL AND l.version = (SELECT MAX(v.version) \
             FROM links v WHERE v.plan_id = l.plan_id AND v.item = l.item AND v.at <= $2) \
             ORDER BY l.plan_id, LENGTH(l.item), l.item",
            decode::LINK
        );
        self.rows("links", sql, values![parent.0, until(known_at)], decode::link).await
    }

    async fn record_links(&self, stamp: Stamp, batch: LinkBatch) -> Stored<()> {
        nothing(self.writer.write(Change::RecordLinks(stamp, batch)).await)
    }

    async fn put_user(&self, stamp: Stamp, user: User, replace: bool) -> Stored<()> {
        nothing(self.writer.write(Change::PutUser { stamp, user, replace }).await)
    }

    async fn user(&self, name: &str) -> Stored<Option<User>> {
        let sql = format!("SELECT {} FROM users u WHERE u.name = $1 ORDER BY u.version DESC LIMIT 1", decode::USER);
        let found = self.rows("users", sql, values![name], |row| decode::user(row, 0)).await?;
        Ok(found.into_iter().next())
    }

    async fn users(&self) -> Stored<Vec<User>> {
        let sql = format!(
            "SELECT {} FROM users u WHERE u.version = (SELECT MAX(v.version) FROM users v WHERE v.name = u.name) \
             ORDER BY u.name",
            decode::USER
        );
        self.rows("users", sql, Vec::new(), |row| decode::user(row, 0)).await
    }

    async fn begin_attempt(
        &self,
        at: Timestamp,
        forget_before: Timestamp,
        keys: Vec<String>,
    ) -> Stored<Vec<AttemptState>> {
        match self.writer.write(Change::BeginAttempt { at, forget_before, keys }).await? {
            Done::Attempts(states) => Ok(states),
            other => Err(unexpected(other)),
        }
    }

    async fn settle_attempt(&self, clear: Vec<String>, lessen: Vec<String>) -> Stored<()> {
        nothing(self.writer.write(Change::SettleAttempt { clear, lessen }).await)
    }

    async fn open_session(&self, stamp: Stamp, session: Session) -> Stored<()> {
        nothing(self.writer.write(Change::OpenSession(stamp, Box::new(session))).await)
    }

    async fn session(&self, token_hash: &str) -> Stored<Option<(Session, User)>> {
        let sql = format!(
            "SELECT {}, {} FROM sessions s JOIN users u ON u.name = s.user_name WHERE s.token_hash = $1 \
             ORDER BY u.version DESC LIMIT 1",
            decode::SESSION,
            decode::USER
        );
        let both = |row: &Row| Ok((decode::session(row)?, decode::user(row, 8)?));
        Ok(self.rows("sessions", sql, values![token_hash], both).await?.into_iter().next())
    }

    async fn sessions(&self, user: &str) -> Stored<Vec<Session>> {
        let sql =
            format!("SELECT {} FROM sessions s WHERE s.user_name = $1 ORDER BY s.created_at DESC", decode::SESSION);
        self.rows("sessions", sql, values![user], decode::session).await
    }

    async fn touch_session(&self, token_hash: &str, at: Timestamp) -> Stored<()> {
        nothing(self.writer.write(Change::TouchSession { token_hash: token_hash.to_owned(), at }).await)
    }

    async fn close_session(&self, stamp: Stamp, token_hash: &str) -> Stored<()> {
        nothing(self.writer.write(Change::CloseSession { stamp, token_hash: token_hash.to_owned() }).await)
    }

    async fn audit(&self, filter: AuditFilter, limit: u32) -> Stored<Vec<AuditRecord>> {
        let sql = format!(
            "SELECT {} FROM audit WHERE seq < $1 AND substr(actor, 1, length($2)) = $2 \
             AND substr(action, 1, length($3)) = $3 AND substr(object, 1, length($4)) = $4 \
             AND at >= $5 AND at < $6 ORDER BY seq DESC LIMIT $7",
            decode::AUDIT
        );
        let values = values![
            filter.before.unwrap_or(i64::MAX),
            filter.actor,
            filter.action,
            filter.object,
            filter.from.map_or(i64::MIN, |from| from.as_microsecond()),
            filter.until.map_or(i64::MAX, |until| until.as_microsecond()),
            limit,
        ];
        self.rows("audit", sql, values, decode::audit).await
    }

    async fn verify_audit(&self) -> Stored<AuditCheck> {
        verify::verify(&self.pool).await
    }
}
