//! Many connections at once for a while, and how long each answer took.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;

use crate::http::Failure;

/// How one kind of request went.
pub struct Measured {
    /// Requests answered.
    pub requests: u64,
    /// How long all of it took.
    pub took: Duration,
    times: Histogram<u64>,
}

impl Measured {
    /// Nothing measured yet.
    pub fn empty() -> Result<Self, Failure> {
        Ok(Self { requests: 0, took: Duration::ZERO, times: Histogram::new_with_bounds(1, 600_000_000, 3)? })
    }

    /// Takes in one answer.
    pub fn add(&mut self, took: Duration) {
        self.requests += 1;
        self.times.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// Takes in another's.
    pub fn join(&mut self, other: &Self) -> Result<(), Failure> {
        self.requests += other.requests;
        self.took = self.took.max(other.took);
        self.times.add(&other.times)?;
        Ok(())
    }

    /// Requests a second.
    pub fn a_second(&self) -> f64 {
        self.requests as f64 / self.took.as_secs_f64().max(1e-9)
    }

    /// Milliseconds within which this share of the requests was answered.
    pub fn within(&self, share: f64) -> f64 {
        self.times.value_at_quantile(share) as f64 / 1000.0
    }
}

/// Lets so many callers ask one after the other for a while. `open` makes a
/// caller's connection before the clock starts; `once` asks once.
pub async fn during<C, O, A>(
    callers: usize,
    length: Duration,
    open: impl Fn(usize) -> O,
    once: impl Fn(C, usize, u64) -> A + Clone + Send + 'static,
) -> Result<Measured, Failure>
where
    C: Send + 'static,
    O: Future<Output = Result<C, Failure>>,
    A: Future<Output = Result<C, Failure>> + Send,
{
    let mut connections = Vec::with_capacity(callers);
    for caller in 0..callers {
        connections.push(open(caller).await?);
    }
    let begin = Instant::now();
    let tasks: Vec<_> = connections
        .into_iter()
        .enumerate()
        .map(|(caller, mut connection)| {
            let once = once.clone();
            tokio::spawn(async move {
                let mut own = Measured::empty()?;
                for number in 0.. {
                    if begin.elapsed() >= length {
                        break;
                    }
                    let asked = Instant::now();
                    connection = once(connection, caller, number).await?;
                    own.add(asked.elapsed());
                }
                own.took = begin.elapsed();
                Ok::<_, Failure>(own)
            })
        })
        .collect();
    let mut all = Measured::empty()?;
    for task in tasks {
        all.join(&task.await??)?;
    }
    Ok(all)
}
