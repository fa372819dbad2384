//! The flow: items are read by one thread, worked on in groups by a pool, and handed to a sink on the
//! calling thread in the order in which they were read.
//!
//! ```text
//! reader thread → groups → pool of `jobs` workers → back in order → sink (calling thread)
//! ```
//!
//! Memory is bounded: at most [`Options::in_flight`] groups are past the reader at any time, and a group
//! leaves only when the sink has taken it. Groups are cut by the stream alone, never by timing, so what a
//! worker sees does not depend on the number of jobs.
#![forbid(unsafe_code)]

mod analyzer;
mod group;

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

use crate::corpus::{Item, Reject, Review};
pub use analyzer::{Analyzed, Analyzer, AnalyzerError};
use group::{Groups, work};

/// How a run is cut up and spread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Worker threads, at least 1.
    pub jobs: usize,
    /// Stop after this many reviews; rejects are not counted.
    pub limit: Option<u64>,
    /// A group is closed once its texts reach this many bytes, so that groups take alike long.
    pub group_bytes: usize,
    /// A group is closed once it holds this many items.
    pub group_items: usize,
}

impl Options {
    /// The usual cut, 8 KiB of text or 64 items a group, for `jobs` workers.
    pub fn new(jobs: usize) -> Self {
        Self { jobs: jobs.max(1), limit: None, group_bytes: 8 << 10, group_items: 64 }
    }

    /// Groups that may be past the reader at a time: two for each worker, so that none waits for the reader,
    /// and two more for those that wait for their turn to be written.
    pub fn in_flight(&self) -> usize {
        2 * self.jobs + 2
    }
}

/// What one item became.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<T> {
    /// A review and what the worker made of it.
    Review(Review, T),
    /// A review that the worker failed on, and why.
    Failed(Review, String),
    /// A row that could not be read.
    Reject(Reject),
}

/// Why a run stopped before its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError<I, S> {
    /// The items could not be read on.
    #[error("{0}")]
    Input(I),
    /// The sink refused an outcome.
    #[error("{0}")]
    Sink(S),
    /// The worker threads could not be started.
    #[error("cannot start the worker threads (try a smaller --jobs): {0}")]
    Threads(#[from] ThreadPoolBuildError),
}

/// Carries `items` through `worker` into `sink`, in input order.
///
/// The worker gets the reviews of a group and answers one result for each, in order; an error becomes
/// [`Outcome::Failed`] with that reason. A worker that panics on a group is given its reviews one by one, so that only
/// the review at fault fails.
///
/// # Errors
/// The first error of `items` (once all that came before it is in the sink), the first error of `sink`,
/// or that the threads could not be started.
pub fn run<T, I, S>(
    items: impl Iterator<Item = Result<Item, I>> + Send,
    worker: impl Fn(&[Review]) -> Vec<Result<T, String>> + Sync,
    options: &Options,
    mut sink: impl FnMut(Outcome<T>) -> Result<(), S>,
) -> Result<(), RunError<I, S>>
where
    T: Send,
    I: Send,
{
    let pool = ThreadPoolBuilder::new()
        .num_threads(options.jobs)
        .thread_name(|index| format!("worker-{index}"))
        .build()?;
    let (release, slots) = sync_channel(options.in_flight());
    for _ in 0..options.in_flight() {
        // The channel has room for exactly these.
        let _ = release.try_send(());
    }
    let (done, results) = channel();
    thread::scope(|scope| {
        let groups = Groups::new(items, options);
        let (pool, worker) = (&pool, &worker);
        scope.spawn(move || {
            feed(groups, pool, worker, slots, |index, group| done.send((index, group)).is_ok())
        });
        drain(results, release, &mut sink)
    })
}

/// A group's place in the run and what became of it.
type Done<T, I> = (u64, Result<Vec<Outcome<T>>, I>);

/// Cuts groups and spawns a job for each as slots come free; ends early when the writer is gone.
fn feed<T: Send, I: Send>(
    groups: impl Iterator<Item = Result<Vec<Item>, I>>,
    pool: &ThreadPool,
    worker: &(impl Fn(&[Review]) -> Vec<Result<T, String>> + Sync),
    slots: Receiver<()>,
    deliver: impl Fn(u64, Result<Vec<Outcome<T>>, I>) -> bool + Clone + Send,
) {
    pool.in_place_scope(|scope| {
        for (index, group) in (0..).zip(groups) {
            if slots.recv().is_err() {
                break;
            }
            match group {
                Ok(items) => {
                    let deliver = deliver.clone();
                    scope.spawn(move |_| {
                        deliver(index, Ok(work(items, worker)));
                    });
                }
                Err(error) => {
                    deliver(index, Err(error));
                    break;
                }
            }
        }
    });
}

/// Takes finished groups in any order and hands them on in theirs, freeing a slot for each.
fn drain<T, I, S>(
    results: Receiver<Done<T, I>>,
    release: SyncSender<()>,
    sink: &mut impl FnMut(Outcome<T>) -> Result<(), S>,
) -> Result<(), RunError<I, S>> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (index, group) in results {
        waiting.insert(index, group);
        while let Some(group) = waiting.remove(&next) {
            next += 1;
            for outcome in group.map_err(RunError::Input)? {
                sink(outcome).map_err(RunError::Sink)?;
            }
            // The reader may already be through; then nobody waits for the slot.
            let _ = release.try_send(());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
