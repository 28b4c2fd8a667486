//! Telling how far long work is, and stopping it, without a lock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Asks long work to stop. Clones share one flag; the work looks at it every few thousand events.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// Asks all holders of clones to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Tells whether stopping was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts finished parts of long work. Clones share one count.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    done: Arc<AtomicU64>,
    planned: Arc<AtomicU64>,
}

impl Progress {
    /// Sets how many parts there are to do; may grow while work goes on.
    pub fn plan(&self, parts: u64) {
        self.planned.store(parts, Ordering::Relaxed);
    }

    /// Counts more parts as done.
    pub fn advance(&self, parts: u64) {
        self.done.fetch_add(parts, Ordering::Relaxed);
    }

    /// Returns parts done and parts planned.
    pub fn state(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.planned.load(Ordering::Relaxed))
    }
}
