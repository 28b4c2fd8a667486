//! A progress bar with the interval narrowing, on a terminal only; and Ctrl-C.

use crate::base::progress::CancelToken;
use crate::cli::io;
use crate::experiment::run::Snapshot;
use crate::report::wording;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::Mutex;

/// Shows how far an experiment is.
pub struct Progress(Option<Mutex<ProgressBar>>);

impl Progress {
    /// Begins; shows nothing where standard error is no terminal.
    pub fn new() -> Self {
        if !std::io::IsTerminal::is_terminal(&std::io::stderr()) {
            return Progress(None);
        }
        let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} runs  {msg}  ({eta} left)") {
            bar.set_style(style);
        }
        Progress(Some(Mutex::new(bar)))
    }

    /// Shows a snapshot.
    pub fn show(&self, snapshot: &Snapshot) {
        let Some(Ok(bar)) = self.0.as_ref().map(Mutex::lock) else { return };
        bar.set_length(u64::from(snapshot.runs_planned));
        bar.set_position(u64::from(snapshot.runs_done));
        let shown = snapshot.differences().into_iter().chain(snapshot.means()).find_map(|(name, e)| Some((name.to_owned(), e?)));
        if let Some((name, estimate)) = shown {
            let half = estimate.half_width().map_or(String::new(), |half| format!(" ± {}", wording::duration(half)));
            bar.set_message(format!("citizens' time, {name}: {}{half}", wording::duration(estimate.mean)));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(Ok(bar)) = self.0.as_ref().map(Mutex::lock) {
            bar.finish_and_clear();
        }
    }
}

/// Returns a token that Ctrl-C cancels. A second Ctrl-C ends the program at once.
pub fn cancel_on_interrupt() -> CancelToken {
    let token = CancelToken::default();
    let shared = token.clone();
    let set = ctrlc::set_handler(move || {
        if shared.is_cancelled() {
            std::process::exit(3);
        }
        io::note("stopping; what is known so far follows (press again to end at once)");
        shared.cancel();
    });
    if set.is_err() {
        io::note("Ctrl-C cannot be caught here; it will end the program at once");
    }
    token
}
