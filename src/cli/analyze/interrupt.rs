//! Ctrl-C keeps the work that is done.

use std::io;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use critique::report::Ledger;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::super::tell;
use super::progress::Progress;

/// What the shell, too, says of a program that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// How long it takes at most to see a signal.
const LOOK: Duration = Duration::from_millis(50);

/// A run in reach of the thread that waits for Ctrl-C; none before its begin and once all is saved.
#[derive(Clone, Default)]
pub(super) struct Shared(Arc<Mutex<Option<Running>>>);

/// A run while it lasts.
pub(super) struct Running {
    pub ledger: Ledger,
    pub progress: Progress,
}

impl Shared {
    /// From now on SIGINT and SIGTERM save a checkpoint of the run, if there is one, and end the program, whatever its
    /// other threads are at; a second one ends it at once.
    ///
    /// # Errors
    /// That the system does not let signals be handled.
    pub fn save_on_interrupt() -> io::Result<Self> {
        let pressed = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // In this order, so that the first one is not taken for a second.
            flag::register_conditional_shutdown(signal, INTERRUPTED, pressed.clone())?;
            flag::register(signal, pressed.clone())?;
        }
        let shared = Self::default();
        let watched = shared.clone();
        thread::spawn(move || {
            while !pressed.load(Ordering::Relaxed) {
                thread::sleep(LOOK);
            }
            // Held until the end, so that nothing is written after the checkpoint.
            let mut running = watched.lock();
            let told = running.take().map_or_else(|| STOPPED.to_owned(), saved);
            tell(&told);
            process::exit(INTERRUPTED)
        });
        Ok(shared)
    }

    pub fn put(&self, running: Running) {
        *self.lock() = Some(running);
    }

    pub fn take(&self) -> Option<Running> {
        self.lock().take()
    }

    /// Does something with the run, if there is one.
    pub fn with<T>(&self, act: impl FnOnce(&mut Running) -> T) -> Option<T> {
        self.lock().as_mut().map(act)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How to go on.
const STOPPED: &str = "stopped; the same command with --resume goes on from here";

/// Saves a checkpoint and says what came of it.
fn saved(running: Running) -> String {
    let Running { mut ledger, progress } = running;
    drop(progress);
    match ledger.save() {
        Ok(()) => format!("{STOPPED}, after {} reviews", ledger.counts().reviews),
        Err(error) => {
            format!("stopped; {error}; the same command with --resume goes on from an earlier point")
        }
    }
}
