//! Everything that a run says, in words: for tests that hold two runs against each other.

use kezek::engine::record::{Activity, CaseEnd, Observer, ServiceEnd};

/// The records of a run, a line each.
#[derive(Default)]
pub struct Transcript {
    pub lines: Vec<String>,
    /// Whether the accounts that a case may have used are left out: a hint for the receiver, and no result.
    pub without_hints: bool,
}

impl Observer for Transcript {
    fn activity(&mut self, activity: &Activity) {
        self.lines.push(format!("{activity:?}"));
    }

    fn service_ended(&mut self, end: &ServiceEnd) {
        self.lines.push(format!("{end:?}"));
    }

    fn case_ended(&mut self, end: &CaseEnd<'_>) {
        let touched = if self.without_hints { 0 } else { end.touched };
        self.lines.push(format!("{:?}", CaseEnd { touched, ..*end }));
    }
}
