//! One task writes everything: what waits together is written together.
//!
//! Changes come through a channel. All that wait become one transaction, so
//! that a burst costs one commit and not thousands. A change that is refused
//! (a duplicate, a conflict) is undone by itself and does not spoil the others.
//! The callers are answered after the commit: what they were told is durable.

use plan_workflow::{
    Timestamp,
    accounts::identities::Identity,
    confirm::DecisionBatch,
    editions::NewEdition,
    events::EventBatch,
    evidence::NewFile,
    records::{AttemptState, BreakRecord, FigureBatch, FigureOutcome, NewPlan, PlanId, Session, User},
    slice::LinkBatch,
    storage::{Stamp, StorageError, Stored},
};
use tokio::sync::{mpsc, oneshot};

use crate::{
    chain::Chain,
    changes,
    engine::{Pool, Tx},
    figures::{self, KnownIndicators},
};

/// The most changes in one transaction: enough that a commit no longer counts,
/// few enough that nobody waits long for a neighbour.
const GROUP: usize = 512;

/// How many changes may wait before callers wait to hand in theirs.
const QUEUE: usize = 4096;

/// Something to be written.
pub(crate) enum Change {
    CreatePlan(Stamp, Box<NewPlan>),
    ReviseIndicator(Stamp, Box<changes::Correction>),
    Figures(Stamp, FigureBatch),
    Decisions(Stamp, PlanId, Box<DecisionBatch>),
    RecordBreak(Stamp, PlanId, BreakRecord),
    CreateEdition(Stamp, Box<NewEdition>),
    RecordLinks(Stamp, LinkBatch),
    Events(Stamp, Box<EventBatch>),
    Evidence(Stamp, Box<(NewFile, EventBatch)>),
    PutUser { stamp: Stamp, user: User, replace: bool },
    PutIdentity(Stamp, Box<Identity>),
    OpenSession(Stamp, Box<Session>),
    CloseSession { stamp: Stamp, token_hash: String },
    TouchSession { token_hash: String, at: Timestamp },
    BeginAttempt { at: Timestamp, forget_before: Timestamp, keys: Vec<String> },
    SettleAttempt { clear: Vec<String>, lessen: Vec<String> },
}

/// What came of a change.
#[derive(Debug)]
pub(crate) enum Done {
    Nothing,
    Plan(PlanId),
    Version(u32),
    Numbers(Vec<u32>),
    Figures(Vec<FigureOutcome>),
    Attempts(Vec<AttemptState>),
}

enum Message {
    Write(Change, oneshot::Sender<Stored<Done>>),
    /// Write what came before, then end.
    Stop(oneshot::Sender<()>),
}

/// The way to the writer.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Message>,
}

impl Writer {
    /// Starts the writing task. It ends when the last handle is gone and all
    /// that was handed in is written.
    pub(crate) fn start(pool: Pool) -> Self {
        let (queue, messages) = mpsc::channel(QUEUE);
        let on = tokio::runtime::Handle::current();
        match pool {
            // SQLite works where it is called, and waits there for the disk.
            Pool::Sqlite(_) => drop(std::thread::spawn(move || on.block_on(run(pool, messages)))),
            Pool::Postgres(_) => drop(on.spawn(run(pool, messages))),
        }
        Self { queue }
    }

    /// Waits until all that was handed in is written, and ends the task.
    pub(crate) async fn stop(&self) {
        let (reply, answer) = oneshot::channel();
        if self.queue.send(Message::Stop(reply)).await.is_ok() {
            let _ = answer.await;
        }
    }

    /// Hands in a change and waits until it is durable or refused. Once handed
    /// in it is written, whether the caller still waits or not.
    pub(crate) async fn write(&self, change: Change) -> Stored<Done> {
        let gone = || StorageError::Unavailable { detail: "写入任务已停止".to_owned() };
        let (reply, answer) = oneshot::channel();
        self.queue.send(Message::Write(change, reply)).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

async fn run(pool: Pool, mut queue: mpsc::Receiver<Message>) {
    let mut known = KnownIndicators::default();
    let mut stop = None;
    while stop.is_none()
        && let Some(first) = queue.recv().await
    {
        let (mut changes, mut replies) = (Vec::new(), Vec::new());
        let mut next = Some(first);
        while let Some(message) = next.take() {
            match message {
                Message::Write(change, reply) => {
                    changes.push(change);
                    replies.push(reply);
                }
                Message::Stop(reply) => stop = Some(reply),
            }
            if stop.is_none() && changes.len() < GROUP {
                next = queue.try_recv().ok();
            }
        }
        let answers = match write_group(&pool, &mut known, changes).await {
            Ok(answers) => answers,
            Err(error) => {
                // What was learnt inside the lost transaction may not be true.
                known = KnownIndicators::default();
                tracing::error!(%error, changes = replies.len(), "a group of changes was not written");
                replies.iter().map(|_| Err(error.clone())).collect()
            }
        };
        for (reply, answer) in replies.into_iter().zip(answers) {
            // Who no longer waits is not told; the change is written all the same.
            let _ = reply.send(answer);
        }
    }
    if let Some(reply) = stop {
        let _ = reply.send(());
    }
}

/// Writes a group in one transaction; an error means that nothing of it was.
async fn write_group(
    pool: &Pool,
    known: &mut KnownIndicators,
    changes: Vec<Change>,
) -> Result<Vec<Stored<Done>>, StorageError> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = pool.write().await?;
    let mut chain = Chain::lock(&mut tx).await?;
    let mut answers: Vec<Stored<Done>> = Vec::with_capacity(changes.len());
    let mut batches = Vec::new();
    for (place, change) in changes.into_iter().enumerate() {
        match change {
            // Figures come in bursts: all of a group are looked up and written at once.
            Change::Figures(stamp, batch) => {
                batches.push((place, stamp, batch));
                answers.push(Ok(Done::Nothing));
            }
            other => {
                // Both may bring new indicators.
                let changed = match &other {
                    Change::Decisions(_, plan, _) => Some(*plan),
                    Change::CreateEdition(_, new) => Some(new.correction.plan),
                    _ => None,
                };
                known.forget(changed);
                answers.push(write_one(&mut tx, &mut chain, other).await?);
            }
        }
    }
    let places: Vec<usize> = batches.iter().map(|(place, ..)| *place).collect();
    let batches: Vec<_> = batches.into_iter().map(|(_, stamp, batch)| (stamp, batch)).collect();
    for (place, outcome) in places.into_iter().zip(write_figures(&mut tx, &mut chain, known, &batches).await?) {
        if let Some(answer) = answers.get_mut(place) {
            *answer = outcome.map(Done::Figures);
        }
    }
    chain.write(&mut tx).await?;
    tx.commit().await?;
    Ok(answers)
}

/// Writes batches of figures at once; where the database refuses that, each by
/// itself, so that only the one it refuses is lost.
async fn write_figures(
    tx: &mut Tx,
    chain: &mut Chain,
    known: &mut KnownIndicators,
    batches: &[(Stamp, FigureBatch)],
) -> Result<Vec<Stored<Vec<FigureOutcome>>>, StorageError> {
    if batches.is_empty() {
        return Ok(Vec::new());
    }
    let mark = chain.mark();
    tx.script("SAVEPOINT change").await?;
    let mut written = figures::write(tx, chain, known, batches).await;
    if let Err(error) = &written {
        tx.script("ROLLBACK TO SAVEPOINT change").await?;
        chain.back_to(mark);
        written = match batches.len() {
            1 => Ok(vec![Err(error.clone())]),
            _ => {
                let mut answers = Vec::with_capacity(batches.len());
                for one in batches.chunks(1) {
                    answers.extend(Box::pin(write_figures(tx, chain, known, one)).await?);
                }
                Ok(answers)
            }
        };
    }
    tx.script("RELEASE SAVEPOINT change").await?;
    written
}

/// Writes one change; refused, it leaves no trace. The outer error means that
/// the whole transaction is lost.
async fn write_one(tx: &mut Tx, chain: &mut Chain, change: Change) -> Result<Stored<Done>, StorageError> {
    let mark = chain.mark();
    tx.script("SAVEPOINT change").await?;
    let answer = changes::apply(tx, chain, change).await;
    if answer.is_err() {
        tx.script("ROLLBACK TO SAVEPOINT change").await?;
        chain.back_to(mark);
    }
    tx.script("RELEASE SAVEPOINT change").await?;
    Ok(answer)
}
