//! What the cases of one run come to: plain sums and sketches, by source, segment, step, service and pool.
//!
//! All sums are of whole numbers (milliseconds, things, thousandths of the currency), so that no order of adding changes
//! them. Only the values kept for the comparison person by person grow with cases, up to a limit that the plan sets.

use crate::engine::account::{Account, PathClass};
use crate::experiment::layout::StepPart;
use crate::experiment::outcome::CaseCounts;
use crate::statistics::sketch::Sketch;

/// A sum above and one below the line; for a value of each case, the one below is the number of cases that have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fraction {
    /// Above the line.
    pub of: i128,
    /// Below the line.
    pub by: i128,
}

impl Fraction {
    /// Takes in one more.
    pub fn add(&mut self, of: i64, by: i64) {
        self.of += i128::from(of);
        self.by += i128::from(by);
    }

    /// Takes in another fraction's sums.
    pub fn merge(&mut self, other: Fraction) {
        self.of += other.of;
        self.by += other.by;
    }

    /// Returns the ratio, or `None` where nothing stands below the line.
    pub fn value(&self) -> Option<f64> {
        (self.by != 0).then(|| self.of as f64 / self.by as f64)
    }
}

/// The cases of one source and segment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Cases that came to their end.
    pub cases: u64,
    /// By measure, in raw units.
    pub measures: Vec<Fraction>,
}

/// A step's sums over cases that arrived in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepSums {
    /// Runs of the step's own work.
    pub runs: i64,
    /// Of these, broken off.
    pub broken_off: i64,
    /// Milliseconds from due to start of its runs.
    pub waiting: i64,
    /// Of these, while staff was busy.
    pub waiting_busy: i64,
    /// Of these, out of hours.
    pub waiting_off_hours: i64,
    /// Milliseconds at work of its runs, on shift.
    pub worked: i64,
    /// The citizen's milliseconds, documents for it included.
    pub citizen: i64,
    /// Staff's milliseconds, documents for it included.
    pub staff: i64,
}

/// What the activities of one element come to, to be added to its step: one line of memory together with what the element is to the
/// step, as models of thousands of steps find few of them near.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct ElementSums {
    /// What the element is to its step.
    pub part: StepPart,
    /// As in [`StepSums`], as are the others.
    pub broken_off: u32,
    pub runs: i64,
    /// Of work, what is not busy is off hours.
    pub waiting: i64,
    pub waiting_busy: i64,
    pub worked: i64,
    pub citizen: i64,
    pub staff: i64,
}

const _: () = assert!(size_of::<ElementSums>() == 64);

impl ElementSums {
    /// Begins with nothing.
    pub fn new(part: StepPart) -> Self {
        ElementSums { part, broken_off: 0, runs: 0, waiting: 0, waiting_busy: 0, worked: 0, citizen: 0, staff: 0 }
    }

    /// Adds them to the step's.
    pub fn add_to(&self, step: &mut StepSums) {
        step.runs += self.runs;
        step.broken_off += i64::from(self.broken_off);
        step.waiting += self.waiting;
        step.waiting_busy += self.waiting_busy;
        step.waiting_off_hours += if self.part.is_work { self.waiting - self.waiting_busy } else { 0 };
        step.worked += self.worked;
        step.citizen += self.citizen;
        step.staff += self.staff;
    }
}

/// A service's sums over its runs that ended, of cases that arrived in the window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceSums {
    /// Runs that ended, by outcome: completed, refused, abandoned, never claimed.
    pub outcomes: [i64; 4],
    /// Completed runs provided on the state's offer.
    pub proactive: i64,
    /// Terms kept by terms due.
    pub term: Fraction,
    /// From beginning to end.
    pub elapsed: Fraction,
    /// From application to decision.
    pub decision: Fraction,
    /// From beginning to payment.
    pub payment: Fraction,
    /// From beginning to end, all values.
    pub sketch: Sketch,
    /// Runs by value of the channel's slot; 0 for none.
    pub channels: Vec<i64>,
}

/// A citizen's own time in one run, to be found again in another variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonValue {
    /// Position of the source.
    pub source: u32,
    /// Number of the case within the source.
    pub number: u64,
    /// Position of the segment.
    pub segment: u32,
    /// The citizen's time in milliseconds.
    pub value: i64,
}

/// What the cases of one run come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseSums {
    /// How many arrived, and how they left.
    pub counts: CaseCounts,
    /// By source and, within it, by segment.
    pub cells: Vec<Cell>,
    /// By measure: all values of all cases, in raw units; of ratios none.
    pub sketches: Vec<Sketch>,
    /// By segment, and within it by measure with group quantiles in the order of [`crate::experiment::kpi::MEASURES`].
    pub segment_sketches: Vec<Vec<Sketch>>,
    /// Elapsed time by class over all complete cases, in milliseconds.
    pub path: [i128; PathClass::COUNT],
    /// Offers by stage over all complete cases, from triggered to provided; no stage has more than the one before.
    pub funnel: [i64; FUNNEL.len()],
    /// By step.
    pub steps: Vec<StepSums>,
    /// By service.
    pub services: Vec<ServiceSums>,
    /// By pool: milliseconds waited, of all work begun in the window.
    pub pool_waits: Vec<Sketch>,
    /// Citizens' own times, by source and number.
    pub persons: Vec<PersonValue>,
}

impl CaseSums {
    /// Returns about how many bytes they take.
    pub fn bytes(&self) -> usize {
        let of_segments = self.segment_sketches.iter().flatten();
        let of_services = self.services.iter().map(|service| &service.sketch);
        let sketches = self.sketches.iter().chain(of_segments).chain(of_services).chain(&self.pool_waits);
        let cells = self.cells.iter().map(|cell| size_of_val(cell.measures.as_slice()));
        sketches.map(Sketch::bytes).sum::<usize>()
            + cells.sum::<usize>()
            + size_of_val(self.steps.as_slice())
            + size_of_val(self.persons.as_slice())
    }
}

/// The accounts of the proactive funnel, in order.
pub const FUNNEL: [Account; 7] = [
    Account::OffersTriggered,
    Account::OffersEligible,
    Account::OffersReachable,
    Account::OffersDelivered,
    Account::OffersAnswered,
    Account::OffersConsented,
    Account::ServicesProactive,
];
