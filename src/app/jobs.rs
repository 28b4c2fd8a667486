//! Work in the background: runs of the study, and the look at it before any run.
//!
//! The newest revision wins: a run that is no longer wanted is cancelled, and what it still sends is not taken. The window
//! polls, and never waits. A run that breaks down is caught and reported; the document is not touched by it.

use crate::app::results::{Results, Review, RunState, Shown, Stage};
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::progress::CancelToken;
use crate::experiment::error::ExperimentError;
use crate::experiment::memory::RunMemory;
use crate::experiment::offered::{self, PoolLoad};
use crate::experiment::outcome::StopReason;
use crate::experiment::plan::{Plan, StopRule};
use crate::experiment::run::run_remembering;
use crate::model::study::{AS_IS, Study};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// Called from the background when there is something new to show.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Bytes that remembered runs take at most, about.
const MOST_REMEMBERED: usize = 384 << 20;

/// How long the window shows one outcome at least before the next, so that numbers can be read.
const BETWEEN_OUTCOMES: Duration = Duration::from_millis(300);

/// What the background tells.
enum Message {
    Review(Arc<Review>),
    Progress(u32, u32),
    Outcome(Shown),
    End(RunState),
}

/// What shall be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// The study.
    pub study: Arc<Study>,
    /// The document's revision.
    pub revision: u64,
    /// When the full answer is there.
    pub stop: StopRule,
    /// The variant that the others are held against.
    pub baseline: String,
}

/// A run on its way.
struct Job {
    cancel: CancelToken,
    messages: Receiver<Message>,
}

/// The background work of a window.
pub struct Jobs {
    wake: Wake,
    job: Option<Job>,
    /// Runs that an edit may leave as they were.
    memory: Arc<RunMemory>,
}

impl Jobs {
    /// Makes a window's background; `wake` asks for a new frame.
    pub fn new(wake: Wake) -> Self {
        Jobs { wake, job: None, memory: Arc::new(RunMemory::new(MOST_REMEMBERED)) }
    }

    /// Starts a run, and ends the one before it.
    pub fn start(&mut self, order: Order, results: &mut Results) {
        let memory = Arc::clone(&self.memory);
        self.start_work(results, move |talk, cancel| work(&order, &memory, talk, cancel));
    }

    /// Starts work in the background. Work that breaks down is caught, and said.
    fn start_work(&mut self, results: &mut Results, work: impl FnOnce(&Talk, &CancelToken) -> RunState + Send + 'static) {
        self.cancel();
        let (sender, messages) = channel();
        let cancel = CancelToken::default();
        let (wake, token) = (self.wake.clone(), cancel.clone());
        results.state = RunState::Running(0, 0);
        let spawned = std::thread::Builder::new().name("run".to_owned()).spawn(move || {
            let talk = Talk { sender, wake };
            let end = catch_unwind(AssertUnwindSafe(|| work(&talk, &token)));
            talk.say(Message::End(end.unwrap_or_else(|panic| RunState::Broken(words_of(&*panic)))));
        });
        match spawned {
            Ok(_) => self.job = Some(Job { cancel, messages }),
            Err(error) => results.state = RunState::Failed(error.to_string()),
        }
    }

    /// Stops the run; what it has found so far stays.
    pub fn stop(&mut self, results: &mut Results) {
        if self.job.as_ref().is_some_and(|job| !job.cancel.is_cancelled()) {
            self.cancel_softly();
            results.state = RunState::Stopped;
        }
    }

    /// Tells whether a run is on its way.
    pub fn is_running(&self) -> bool {
        self.job.is_some()
    }

    /// Takes in what the background has found; never waits.
    pub fn poll(&mut self, results: &mut Results) {
        let Some(job) = &self.job else { return };
        let stopped = job.cancel.is_cancelled();
        let mut ended = false;
        for message in job.messages.try_iter() {
            match message {
                Message::Review(review) => results.review = review,
                Message::Progress(done, planned) if !stopped => results.state = RunState::Running(done, planned),
                Message::Progress(..) => {}
                Message::Outcome(shown) => results.take(shown),
                Message::End(state) => {
                    ended = true;
                    results.state = if stopped { RunState::Stopped } else { state };
                }
            }
        }
        if ended {
            self.job = None;
        }
    }

    /// Ends the run without another word from it.
    fn cancel(&mut self) {
        if let Some(job) = self.job.take() {
            job.cancel.cancel();
        }
    }

    /// Ends the run, but hears what it has found.
    fn cancel_softly(&self) {
        if let Some(job) = &self.job {
            job.cancel.cancel();
        }
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// The background's end of the line.
struct Talk {
    sender: Sender<Message>,
    wake: Wake,
}

impl Talk {
    fn say(&self, message: Message) {
        // A window that hears no more has started something else.
        if self.sender.send(message).is_ok() {
            (self.wake)();
        }
    }
}

/// Looks at the study, then runs it: first a short look, then the plan with results after every few replications.
fn work(order: &Order, memory: &RunMemory, talk: &Talk, cancel: &CancelToken) -> RunState {
    let study = &*order.study;
    let findings = crate::model::validate::validate(study);
    if let Some(fault) = findings.iter().find(|f| f.severity == Severity::Error).map(|f| f.message.clone()) {
        talk.say(Message::Review(Arc::new(review(order, findings, Vec::new()))));
        return RunState::Failed(fault);
    }
    let mut plan = Plan::of_study(study);
    plan.baseline.clone_from(&order.baseline);
    plan.stop.clone_from(&order.stop);
    // One processor is left to the window, so that it never waits for a run.
    plan.threads = Some(std::thread::available_parallelism().map_or(1, |n| n.get().saturating_sub(1).max(1)));
    let look = |look: Plan| {
        // A first look is over before the window could miss its processor.
        let look = Plan { threads: None, ..look };
        if let Ok(outcome) = run_remembering(study, &look, Some(memory), &|_| {}, cancel)
            && !cancel.is_cancelled()
        {
            talk.say(Message::Outcome(Shown::new(outcome, order.revision, Stage::FirstLook)));
        }
    };
    // The first answer comes before the list of figures, which nobody reads so fast.
    let mut looks = plan.first_looks().into_iter();
    looks.next().into_iter().for_each(&look);
    let loads = offered::offered_loads(study, cancel);
    let of_as_is = loads.iter().filter(|(variant, _)| variant == AS_IS);
    let findings = findings.into_iter().chain(of_as_is.filter_map(|(_, load)| offered::finding(study, load))).collect();
    talk.say(Message::Review(Arc::new(review(order, findings, loads))));
    looks.for_each(&look);
    full(order, &plan, memory, talk, cancel)
}

/// Gathers what is known without a run.
fn review(order: &Order, findings: Vec<Diagnostic>, loads: Vec<(String, PoolLoad)>) -> Review {
    let figures = crate::model::provenance::provenance(&order.study);
    Review { revision: order.revision, findings, figures, loads }
}

fn full(order: &Order, plan: &Plan, memory: &RunMemory, talk: &Talk, cancel: &CancelToken) -> RunState {
    let shown = |outcome, stage| Shown::new(outcome, order.revision, stage);
    let last: std::sync::Mutex<(u32, Option<Instant>)> = std::sync::Mutex::new((0, None));
    let outcome = run_remembering(
        &order.study,
        plan,
        Some(memory),
        &|snapshot| {
            talk.say(Message::Progress(snapshot.runs_done, snapshot.runs_planned));
            let Ok(mut last) = last.lock() else { return };
            // Two replications give an interval; before that there is nothing to refine.
            let due = last.1.is_none_or(|at| at.elapsed() >= BETWEEN_OUTCOMES);
            let more = due && snapshot.replications >= 2 && snapshot.replications > last.0;
            if more && let Some(outcome) = snapshot.outcome() {
                *last = (snapshot.replications, Some(Instant::now()));
                talk.say(Message::Outcome(shown(outcome, Stage::Refining)));
            }
        },
        cancel,
    );
    match outcome {
        Ok(outcome) => {
            let stage = if outcome.stop == StopReason::Cancelled { Stage::Stopped } else { Stage::Full };
            talk.say(Message::Outcome(shown(outcome, stage)));
            if stage == Stage::Stopped { RunState::Stopped } else { RunState::Done }
        }
        Err(ExperimentError::CancelledEarly) => RunState::Stopped,
        Err(error) => RunState::Failed(error.to_string()),
    }
}

/// Returns what a panic said.
fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "the run broke down".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::files::carried_study;

    fn settled(jobs: &mut Jobs, results: &mut Results) {
        let begun = Instant::now();
        while jobs.is_running() {
            assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", results.state);
            jobs.poll(results);
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn a_run_that_breaks_down_is_said_and_the_next_one_runs() {
        let mut jobs = Jobs::new(Arc::new(|| {}));
        let mut results = Results::default();
        jobs.start_work(&mut results, |_, _| panic!("a step took {} hours", 7));
        settled(&mut jobs, &mut results);
        assert_eq!(results.state, RunState::Broken("a step took 7 hours".to_owned()));
        let study = Arc::new(carried_study("golden-case").unwrap());
        let order = Order { study, revision: 3, stop: StopRule::Replications(2), baseline: "as-is".to_owned() };
        jobs.start(order, &mut results);
        settled(&mut jobs, &mut results);
        assert_eq!(results.state, RunState::Done);
        assert_eq!(results.shown.unwrap().revision, 3);
    }
}
