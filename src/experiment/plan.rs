//! How an experiment is run: which variants, for how long, how often, how sure.

use crate::base::time::SimDuration;
use crate::experiment::error::ExperimentError;
use crate::experiment::kpi;
use crate::model::study::{AS_IS, Study};

/// Fewer replications than this carry a warning: intervals are then wide, and lean on the values being normal.
pub const FEW_REPLICATIONS: u32 = 10;

/// The longest run that is taken on, warm-up and follow-up included: a hundred years.
const LONGEST_RUN: SimDuration = SimDuration::from_days(100 * 366);

/// Lengths of first looks: window, warm-up, and how long cases are followed.
const FIRST_LOOKS: [[SimDuration; 3]; 2] = [
    [SimDuration::from_days(7), SimDuration::from_days(7), SimDuration::from_days(42)],
    [SimDuration::from_days(28), SimDuration::from_days(14), SimDuration::from_days(42)],
];

/// How long others still come after the window of a first look. Most of its time would go to them otherwise.
const NEWCOMERS_OF_FIRST_LOOKS: SimDuration = SimDuration::from_days(14);

/// How an experiment is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Ids of the variants to run, in the order of the results; `as-is` is the one without changes. The baseline is run
    /// too, in front, where it is not among them.
    pub variants: Vec<String>,
    /// The variant that the others are compared with.
    pub baseline: String,
    /// Length of the measured window.
    pub horizon: SimDuration,
    /// What is run before the window opens, so that queues have filled.
    pub warm_up: SimDuration,
    /// How long after the window its cases are still followed; those open then count as unfinished.
    pub follow_up: SimDuration,
    /// How long after the window others still come, so that its last cases meet the usual crowd; `None` for as long as they are
    /// followed. Who comes one after the other, without a rate, comes on in any case.
    pub newcomers: Option<SimDuration>,
    /// When to stop adding replications.
    pub stop: StopRule,
    /// Confidence of all intervals, strictly between 0 and 1.
    pub confidence: f64,
    /// Seed of all random streams.
    pub seed: u64,
    /// Threads to use; `None` is one for each processor. The results do not depend on it.
    pub threads: Option<usize>,
    /// Most cases of one run in flight at once; a run that exceeds it ends early, and says so.
    pub max_in_flight: usize,
    /// Most cases of one source and run whose own citizen time is kept for the comparison person by person; 0 leaves
    /// the comparison out, and so does a plan of one variant. Costs some 24 bytes a case while a replication waits for its other
    /// variants.
    pub persons: u64,
}

/// When to stop adding replications.
#[derive(Clone, Debug, PartialEq)]
pub enum StopRule {
    /// After so many, at least 1; intervals need 2.
    Replications(u32),
    /// As soon as a measure is known well enough.
    ///
    /// The rule holds for every variant's own mean, whose half width must be at most `relative` of it, and for every
    /// difference to the baseline: its half width must be at most `relative` of the difference, or a tenth of `relative`
    /// of the baseline's mean, whichever is wider; no number of replications tells a difference of nothing to within 2 %.
    /// At least ten replications are run, or five where every interval is by then three times as narrow as asked for.
    Precision {
        /// Half width as a share of the mean, strictly between 0 and 1.
        relative: f64,
        /// Name of the measure.
        measure: String,
        /// Stops here in any case.
        max_replications: u32,
    },
}

impl StopRule {
    /// Makes the usual rule by precision: on citizens' time, with at most 1000 replications.
    pub fn precision(relative: f64) -> Self {
        StopRule::Precision { relative, measure: kpi::CITIZEN_TIME.to_owned(), max_replications: 1000 }
    }

    /// Returns the number of replications that are never exceeded.
    pub fn most_replications(&self) -> u32 {
        match self {
            StopRule::Replications(n) => *n,
            StopRule::Precision { max_replications, .. } => *max_replications,
        }
    }
}

impl Plan {
    /// Makes the plan that a study asks for: all its variants against the as-is.
    pub fn of_study(study: &Study) -> Self {
        Plan {
            variants: study.variant_names().into_iter().map(str::to_owned).collect(),
            baseline: AS_IS.to_owned(),
            horizon: study.plan.horizon,
            warm_up: study.plan.warm_up,
            follow_up: study.plan.follow_up,
            newcomers: None,
            stop: StopRule::Replications(study.plan.replications),
            confidence: study.plan.confidence,
            seed: study.plan.seed,
            threads: None,
            max_in_flight: 1_000_000,
            persons: 100_000,
        }
    }

    /// Returns the plans of first looks at the same study, the shortest first: two replications over a few days, then over a
    /// few weeks. Each is there only where the plan itself is much longer. Their cases are followed to the end as the plan's
    /// are, so that slow ones are not missed; but seasons, and queues that take long to build up, show in the plan alone, and who
    /// is still there two weeks after the window finds shorter ones.
    pub fn first_looks(&self) -> Vec<Plan> {
        let looks = FIRST_LOOKS.iter().filter(|[horizon, _, _]| self.horizon.ms() > 3 * horizon.ms());
        let look = |[horizon, warm_up, follow_up]: &[SimDuration; 3]| Plan {
            horizon: self.horizon.min(*horizon),
            warm_up: self.warm_up.min(*warm_up),
            follow_up: self.follow_up.min(*follow_up),
            newcomers: Some(NEWCOMERS_OF_FIRST_LOOKS),
            stop: StopRule::Replications(2),
            ..self.clone()
        };
        looks.map(look).collect()
    }

    /// Returns how many cases of a source and run are kept for the comparison person by person: none where only one variant is run, so
    /// that there is nothing to compare with.
    pub fn persons_of(&self, variants: usize) -> u64 {
        if variants < 2 { 0 } else { self.persons }
    }

    /// Returns the variants to run: those asked for, each once, with the baseline in front where it is not among them.
    pub fn variants_to_run(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        if !self.variants.contains(&self.baseline) {
            names.push(self.baseline.clone());
        }
        for name in &self.variants {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// Checks the plan against a study.
    ///
    /// # Errors
    /// [`ExperimentError::UnknownVariant`], [`ExperimentError::UnknownMeasure`], and [`ExperimentError::Plan`] for a
    /// number outside its range.
    pub fn check(&self, study: &Study) -> Result<(), ExperimentError> {
        let known = study.variant_names();
        if let Some(name) = self.variants_to_run().into_iter().find(|name| !known.contains(&name.as_str())) {
            return Err(ExperimentError::UnknownVariant { name, known: known.into_iter().map(str::to_owned).collect() });
        }
        let fault = |message: &str| Err(ExperimentError::Plan { message: message.to_owned() });
        if self.horizon.ms() <= 0 {
            return fault("The horizon must be longer than 0.");
        }
        if self.warm_up.ms() < 0 || self.follow_up.ms() < 0 {
            return fault("Warm-up and follow-up cannot be negative.");
        }
        let parts = [self.warm_up, self.horizon, self.follow_up];
        if parts.iter().any(|part| *part > LONGEST_RUN) || parts.iter().map(|part| part.ms()).sum::<i64>() > LONGEST_RUN.ms() {
            return fault("Warm-up, horizon and follow-up together must be at most 100 years.");
        }
        if !(self.confidence > 0.0 && self.confidence < 1.0) {
            return fault("The confidence must lie strictly between 0 and 1; 0.95 is usual.");
        }
        if self.threads == Some(0) || self.max_in_flight == 0 {
            return fault("At least one thread and one case in flight are needed.");
        }
        if self.stop.most_replications() == 0 {
            return fault("At least one replication is needed, and two for intervals.");
        }
        if let StopRule::Precision { relative, measure, max_replications } = &self.stop {
            if kpi::measure(measure).is_none() {
                return Err(ExperimentError::UnknownMeasure { name: measure.clone() });
            }
            if !(*relative > 0.0 && *relative < 1.0) {
                return fault("The precision must lie strictly between 0 and 100 %.");
            }
            if *max_replications < 2 {
                return fault("A precision can only be reached with two replications or more.");
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn study() -> Study {
        let variant = crate::model::study::Variant { id: "to-be".to_owned(), ..Default::default() };
        Study { variants: vec![variant], ..Study::default() }
    }

    #[test]
    fn plan_of_a_study_takes_its_defaults_and_passes() {
        let plan = Plan::of_study(&study());
        assert_eq!(plan.variants, ["as-is", "to-be"]);
        assert_eq!(plan.stop, StopRule::Replications(20));
        assert!(plan.check(&study()).is_ok());
    }

    #[test]
    fn first_looks_are_shorter_than_the_plan_and_come_shortest_first() {
        let of_days = |days| Plan { horizon: SimDuration::from_days(days), ..Plan::of_study(&study()) }.first_looks();
        let days = |looks: Vec<Plan>| looks.iter().map(|look| look.horizon.ms() / 86_400_000).collect::<Vec<_>>();
        assert_eq!(days(of_days(364)), [7, 28]);
        assert_eq!(days(of_days(60)), [7]);
        assert!(of_days(21).is_empty());
        assert!(of_days(364).iter().all(|look| look.check(&study()).is_ok()));
    }

    #[test]
    fn baseline_is_run_in_front_even_if_not_asked_for() {
        let plan = Plan { variants: vec!["to-be".to_owned(), "to-be".to_owned()], ..Plan::of_study(&study()) };
        assert_eq!(plan.variants_to_run(), ["as-is", "to-be"]);
    }

    #[test]
    fn faulty_plans_are_refused() {
        let good = Plan::of_study(&study());
        let refused = |plan: Plan| plan.check(&study()).is_err();
        assert!(refused(Plan { variants: vec!["tobe".to_owned()], ..good.clone() }));
        assert!(refused(Plan { horizon: SimDuration::ZERO, ..good.clone() }));
        assert!(refused(Plan { horizon: SimDuration(i64::MAX), ..good.clone() }));
        assert!(refused(Plan { confidence: 1.0, ..good.clone() }));
        assert!(refused(Plan { confidence: f64::NAN, ..good.clone() }));
        assert!(refused(Plan { stop: StopRule::Replications(0), ..good.clone() }));
        assert!(refused(Plan { stop: StopRule::precision(1.5), ..good.clone() }));
        let measure = "citizen-time".to_owned();
        assert!(refused(Plan { stop: StopRule::Precision { relative: 0.02, measure, max_replications: 100 }, ..good }));
    }
}
