//! Memory under overload: what becomes of a run whose backlog grows without end.
//!
//! A case in flight takes one to a few kilobytes, and of a backlog nobody knows beforehand how long it grows. A run stops when its
//! cases take [`MOST_BYTES`]. Runs whose cases take more than [`CROWDED`] go on one at a time, the others wait: so a year of twice
//! the load takes one full backlog and not one for each thread. Who waits, and how long, changes no result.

use crate::base::progress::CancelToken;
use crate::engine::record::Stop;
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::Duration;

/// Bytes of cases in flight at which a run stops: 2 GiB.
pub const MOST_BYTES: usize = 2 << 30;
/// Bytes of cases in flight from which on a run goes on alone: 64 MiB.
const CROWDED: usize = 64 << 20;
/// How many more cases pass between two looks.
const LOOK_EVERY: usize = 1_024;

/// Held by the one crowded run that goes on.
static ALONE: Mutex<()> = Mutex::new(());

/// What a run knows of its crowd.
#[derive(Debug)]
pub(crate) struct Crowd {
    /// Cases in flight at which to look next.
    look_at: usize,
    alone: Option<MutexGuard<'static, ()>>,
}

impl Crowd {
    /// Begins without anybody.
    pub fn new() -> Self {
        Crowd { look_at: LOOK_EVERY, alone: None }
    }

    /// Tells whether so many cases call for a look.
    #[inline]
    pub fn calls_for_look(&self, in_flight: usize) -> bool {
        in_flight > self.look_at
    }

    /// Looks at the memory that so many cases take; waits for its turn where that is much. Returns why the run stops, if it does.
    #[cold]
    pub fn look(&mut self, in_flight: usize, bytes: usize, cancel: &CancelToken) -> Option<Stop> {
        self.look_at = in_flight + LOOK_EVERY;
        if bytes > MOST_BYTES {
            return Some(Stop::TooManyCases);
        }
        while bytes > CROWDED && self.alone.is_none() {
            match ALONE.try_lock() {
                Ok(guard) => self.alone = Some(guard),
                // Nothing is guarded that a broken run could have left half done.
                Err(TryLockError::Poisoned(guard)) => self.alone = Some(guard.into_inner()),
                Err(TryLockError::WouldBlock) if cancel.is_cancelled() => return Some(Stop::Cancelled),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_crowded_run_goes_on_and_the_next_waits_for_it_or_is_cancelled() {
        let cancel = CancelToken::default();
        let mut first = Crowd::new();
        assert!(!first.calls_for_look(LOOK_EVERY) && first.calls_for_look(LOOK_EVERY + 1));
        assert_eq!(first.look(2_000, CROWDED + 1, &cancel), None);
        std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                let mut second = Crowd::new();
                let small = second.look(2_000, CROWDED, &cancel);
                (small, second.look(4_000, CROWDED + 1, &cancel))
            });
            std::thread::sleep(Duration::from_millis(20));
            assert!(!other.is_finished(), "it waits for its turn");
            cancel.cancel();
            assert_eq!(other.join().unwrap(), (None, Some(Stop::Cancelled)));
        });
        assert_eq!(first.look(9_000_000, MOST_BYTES + 1, &cancel), Some(Stop::TooManyCases));
    }
}
