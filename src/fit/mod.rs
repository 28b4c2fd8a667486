//! Event logs to the figures of a given model, and the model held against the log.
//!
//! [`fit()`] reads nothing and runs nothing: a log and a study go in, a study whose figures quote the log comes out, with
//! everything that was found, and everything that could not be ([`FitReport`]). Reading order: [`matching`] (which activity is
//! which element), [`net`] and [`replay`] (which ways cases took), [`follow`] (all of it for all cases), [`due`] (what waits for what), [`laws`] (durations), [`beside`] (those
//! that go together),
//! [`arrivals`], [`surges`], [`week`] (hours), [`presence`] (when people are there), [`staff`] (people), [`roster`] and [`figures`] (into the study), [`delays`]
//! (waiting that these do not explain), [`findings`]. [`overlay`] runs the fitted study beside the log.
//!
//! What is estimated leans on what logs show, and is said so: where a log has only completions, durations hold waiting too.

pub mod arrivals;
pub mod beside;
pub mod delays;
pub mod due;
pub mod figures;
pub mod findings;
pub mod follow;
pub mod laws;
pub mod matching;
pub mod net;
pub mod overlay;
pub mod presence;
pub mod replay;
pub mod roster;
pub mod staff;
pub mod surges;
pub mod week;

use crate::base::diagnostic::{Diagnostic, Path};
use crate::model::event_log::EventLog;
use crate::model::study::Study;
use crate::statistics::interval::Interval;
use arrivals::ArrivalFit;
use beside::Beside;
use delays::DelayFit;
use follow::Followed;
use laws::Fitted;
use net::Place;
use staff::StaffFit;

/// The key under which figures quote the log.
pub const SOURCE: &str = "event-log";

/// What the user says about a fit.
#[derive(Clone, Debug, Default)]
pub struct FitOptions {
    /// Names in the log, with the element of the model that each means.
    pub matches: Vec<(String, String)>,
    /// Leaves waiting that people and hours do not explain out of the model.
    pub without_delays: bool,
}

/// A study fitted to a log, with how that went.
#[derive(Clone, Debug)]
pub struct FitReport {
    /// The study: the given one, with all figures that could be found in the log.
    pub study: Study,
    /// What was found about the log as a whole.
    pub facts: LogFacts,
    /// Activities of the log and what they are.
    pub activities: Vec<MatchedActivity>,
    /// Steps and waits of the model that the log does not show: service, element, name. They keep their figures.
    pub unseen: Vec<(Place, String)>,
    /// How cases went through the model.
    pub followed: Followed,
    /// By demand: its id, and how cases come; absent where too few did.
    pub arrivals: Vec<(String, Option<ArrivalFit>)>,
    /// Durations.
    pub durations: Vec<DurationFit>,
    /// Steps beside each other whose times go together in the log, and are shortened in the model.
    pub beside: Option<Beside>,
    /// Shares.
    pub shares: Vec<ShareFit>,
    /// Staff pools: reference of the pool, and what was found.
    pub staff: Vec<(String, StaffFit)>,
    /// Waiting that people and hours do not explain.
    pub delays: Vec<DelayFit>,
    /// Everything that a reader must know.
    pub findings: Vec<Diagnostic>,
}

/// A log as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogFacts {
    /// Its file, as the user named it.
    pub name: String,
    /// Cases.
    pub n_cases: usize,
    /// Activities.
    pub n_activities: usize,
    /// First and last instant, as texts.
    pub from: String,
    /// Last instant.
    pub to: String,
    /// Whether it says when activities began.
    pub has_starts: bool,
    /// Whether it says when activities were due.
    pub has_enablement: bool,
    /// Whether it says the time of day, and not only the day.
    pub has_times_of_day: bool,
}

/// A kind of activity of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct MatchedActivity {
    /// Its name.
    pub name: String,
    /// How often it happened.
    pub n: u64,
    /// What it is.
    pub is: ActivityIs,
}

/// What a kind of activity of the log is in the model.
#[derive(Clone, Debug, PartialEq)]
pub enum ActivityIs {
    /// One of these elements.
    Of(Vec<Place>),
    /// Done for this step, or a mark of the flow: it keeps its figures.
    Beside(Place),
    /// Nothing; the nearest name, if one is near.
    Unknown(Option<String>),
}

/// How a duration was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// As the log says it: time worked.
    Worked,
    /// From start to end, on shift.
    OnShift,
    /// From start to end, by the wall clock.
    Elapsed,
    /// From the completion before to its own: waiting and work together.
    Sojourn,
    /// Not at all: the log knows that it was done, and of others when they began as well.
    Moment,
}

impl Measured {
    /// Returns it in words.
    pub fn words(self) -> &'static str {
        match self {
            Measured::Worked => "times worked",
            Measured::OnShift => "times from start to end on shift",
            Measured::Elapsed => "times from start to end",
            Measured::Moment => "moments of which the log never says when they began",
            Measured::Sojourn => {
                "times from the completion before to its own, waiting included; none where a case begins with it"
            }
        }
    }
}

/// The duration of a step or wait.
#[derive(Clone, Debug, PartialEq)]
pub struct DurationFit {
    /// The element.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// How it was measured.
    pub measured: Measured,
    /// The distribution, in milliseconds.
    pub fitted: Fitted,
    /// How often a case has it, on average over the cases that have it at all.
    pub runs_per_case: f64,
    /// Share of the cases that have it which have it more than once.
    pub repeated: f64,
}

/// The share of a way.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareFit {
    /// The gateway, or the step that may fail.
    pub place: Place,
    /// The way, in words.
    pub way: String,
    /// How often it was taken.
    pub n: u64,
    /// Of how many.
    pub of: u64,
    /// The share with its interval at 95 %.
    pub share: Interval,
    /// Why the model keeps its own figure; `None` where it took this one.
    pub kept: Option<&'static str>,
    /// Why the share is less sure than its interval says; `None` where it is not.
    pub unsure: Option<&'static str>,
}

/// Names a few, and how many more there are.
fn some_of<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const SHOWN: usize = 5;
    let names: Vec<&str> = names.collect();
    let shown = names.iter().take(SHOWN).map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => "no steps".to_owned(),
        n if n > SHOWN => format!("{shown} and {} more", n - SHOWN),
        _ => shown,
    }
}

/// Fits a study to a log. Deterministic.
///
/// # Errors
/// What in the options does not fit the model: in words, with a hint.
pub fn fit(study: &Study, log: &EventLog, options: &FitOptions) -> Result<FitReport, (String, String)> {
    let matching = matching::matching(log, &study.scenario, &options.matches)?;
    let followed = follow::follow(log, &study.scenario, &matching);
    let mut report = FitReport {
        study: study.clone(),
        facts: figures::facts(log),
        activities: figures::activities(log, study, &matching),
        unseen: figures::unseen(study, &followed),
        followed,
        arrivals: Vec::new(),
        durations: Vec::new(),
        beside: None,
        shares: Vec::new(),
        staff: Vec::new(),
        delays: Vec::new(),
        findings: Vec::new(),
    };
    if report.followed.n_cases == 0 {
        let message = format!(
            "No activity of the log is in the model: nothing could be fitted. The log has {}; the model has {}.",
            some_of(report.activities.iter().map(|a| a.name.as_str())),
            some_of(report.unseen.iter().map(|(_, name)| name.as_str()))
        );
        let hint = "Check whether the log belongs to this model; --match \"NAME IN THE LOG=ELEMENT\" says what is what.";
        report.findings.push(Diagnostic::error("nothing-matches", Path::default(), message).hint(hint));
        return Ok(report);
    }
    figures::source(&mut report);
    figures::follow_up(&mut report, log);
    roster::staff(&mut report, log);
    figures::durations(&mut report, log);
    roster::ample(&mut report, log);
    figures::shares(&mut report);
    figures::arrivals(&mut report, log);
    if !options.without_delays {
        delays::delays(&mut report, log);
    }
    findings::findings(&mut report);
    Ok(report)
}
