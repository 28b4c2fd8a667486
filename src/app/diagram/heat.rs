//! Where it is hot: steps by waiting, by citizens' time or by staff's time, from the last results.

use crate::app::Cx;
use crate::experiment::outcome::StepOutcome;
use std::collections::BTreeMap;

/// By what steps are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Heat {
    /// Not at all.
    #[default]
    Off,
    /// Mean wait before the step.
    Waiting,
    /// The citizen's time at the step, for each case.
    Citizen,
    /// Staff's time at the step, for each case; lanes show how busy their staff is.
    Staff,
}

impl Heat {
    /// All, with the ids of their texts.
    pub const ALL: [(Heat, &'static str); 4] = [
        (Heat::Off, "map-heat-off"),
        (Heat::Waiting, "map-heat-waiting"),
        (Heat::Citizen, "map-heat-citizen"),
        (Heat::Staff, "map-heat-staff"),
    ];

    /// Returns the id of its text.
    pub fn label(self) -> &'static str {
        Heat::ALL.iter().find(|(heat, _)| *heat == self).map_or("map-heat-off", |(_, label)| label)
    }
}

/// How hot each step is.
#[derive(Clone, Debug, Default)]
pub struct Heats {
    /// Minutes, by step.
    pub steps: BTreeMap<String, f64>,
    /// The most minutes of any step; 0 where there are none.
    pub most: f64,
    /// How busy each pool is, 0 to 1 and above; with [`Heat::Staff`] only.
    pub pools: BTreeMap<String, f64>,
}

impl Heats {
    /// Reads the heat of a service's steps in a variant from the last results; `None` where it is off or nothing is known.
    pub fn read(cx: &Cx<'_>, heat: Heat, variant: &str, service: &str) -> Option<Heats> {
        let found = cx.results.outcome()?.variant(variant)?;
        let minutes = |step: &StepOutcome| match heat {
            Heat::Off => None,
            Heat::Waiting => step.waiting_time.map(|e| e.mean),
            Heat::Citizen => Some(step.citizen_time.mean),
            Heat::Staff => Some(step.staff_time.mean),
        };
        let of_service = found.steps.iter().filter(|step| step.service == service);
        let steps: BTreeMap<String, f64> = of_service.filter_map(|step| Some((step.step.clone(), minutes(step)?))).collect();
        let most = steps.values().copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
        let pools = match heat {
            Heat::Staff => found.pools.iter().filter_map(|pool| Some((pool.id.clone(), pool.utilisation?.mean))).collect(),
            _ => BTreeMap::new(),
        };
        (heat != Heat::Off).then_some(Heats { steps, most, pools })
    }

    /// Returns how hot a step is beside the hottest, 0 to 1. A root's scale, so that small ones can still be told apart.
    pub fn strength(&self, step: &str) -> Option<f32> {
        let value = *self.steps.get(step)?;
        (self.most > 0.0 && value.is_finite()).then(|| (value.max(0.0) / self.most).sqrt() as f32)
    }
}
