//! The progress bar on standard error.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shows how much of the inputs has been read; nothing where standard error is no terminal.
pub(super) struct Progress {
    bar: ProgressBar,
    read: Arc<AtomicU64>,
}

impl Progress {
    /// A bar over `total` bytes, or a count where that is not known; `read` counts the bytes.
    pub fn new(total: Option<u64>, read: Arc<AtomicU64>, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(total, target);
        let template = match total {
            Some(_) => "{bar:32} {percent:>3} %  {msg} reviews  {elapsed}, {eta} left",
            None => "{spinner} {bytes} read  {msg} reviews  {elapsed}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
        }
        if !bar.is_hidden() {
            bar.set_message("0");
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self { bar, read }
    }

    /// Tells that `reviews` have been written.
    pub fn update(&self, reviews: u64) {
        if !self.bar.is_hidden() {
            self.bar.set_position(self.read.load(Ordering::Relaxed));
            self.bar.set_message(reviews.to_string());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
