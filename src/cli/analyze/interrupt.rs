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

/// What the shell, too, says of a program that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// How long it takes at most to see a signal.
const LOOK: Duration = Duration::from_millis(50);

/// The ledger of the run, in reach of the thread that waits for Ctrl-C; empty before the run and once all is saved.
#[derive(Clone, Default)]
pub(super) struct Shared(Arc<Mutex<Option<Ledger>>>);

impl Shared {
    pub fn put(&self, ledger: Ledger) {
        *self.lock() = Some(ledger);
    }

    pub fn take(&self) -> Option<Ledger> {
        self.lock().take()
    }

    /// Does something with the ledger, if it is there.
    pub fn with<T>(&self, act: impl FnOnce(&mut Ledger) -> T) -> Option<T> {
        self.lock().as_mut().map(act)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Ledger>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on SIGINT and SIGTERM save a checkpoint and end the program, whatever its other threads are at; a
    /// second one ends it at once. `clear` clears the screen first.
    ///
    /// # Errors
    /// That the system does not let signals be handled.
    pub fn save_on_interrupt(&self, clear: impl Fn() + Send + 'static) -> io::Result<()> {
        let pressed = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // In this order, so that the first one is not taken for a second.
            flag::register_conditional_shutdown(signal, INTERRUPTED, pressed.clone())?;
            flag::register(signal, pressed.clone())?;
        }
        let shared = self.clone();
        thread::spawn(move || {
            while !pressed.load(Ordering::Relaxed) {
                thread::sleep(LOOK);
            }
            // Held until the end, so that nothing is written after the checkpoint.
            let mut ledger = shared.lock();
            clear();
            tell(&ledger.as_mut().map_or_else(|| STOPPED.to_owned(), saved));
            process::exit(INTERRUPTED)
        });
        Ok(())
    }
}

/// How to go on.
const STOPPED: &str = "stopped; the same command with --resume goes on from here";

/// Saves a checkpoint and says what came of it.
fn saved(ledger: &mut Ledger) -> String {
    match ledger.save() {
        Ok(()) => format!("{STOPPED}, after {} reviews", ledger.counts().reviews),
        Err(error) => {
            format!("stopped; {error}; the same command with --resume goes on from an earlier point")
        }
    }
}
