//! What can be done about a finding or a warning with one press, as an edit that can be taken back like any other.
//! [`findings::fix`] mends the study's own figures; what follows from runs and loads stands here.

use crate::app::edit::{Edit, ScenarioEdit};
use crate::app::findings;
use crate::app::results::Review;
use crate::base::diagnostic::{Diagnostic, Leg, Path};
use crate::experiment::offered::BUSY;
use crate::experiment::outcome::{ExperimentOutcome, Warning};
use crate::model::agency::StaffPool;
use crate::model::figure::NumberFigure;
use crate::model::study::{AS_IS, PlanDefaults, Study};

/// Replications that are asked for where there are too few.
const ENOUGH_REPLICATIONS: u32 = 20;
/// The longest follow-up that is proposed, in days.
const LONGEST_FOLLOW_UP: i64 = 3 * 366;

/// A fix.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// Id of its text.
    pub label: &'static str,
    /// What the text's `{ $value }` is, and its `{ $variant }`.
    pub value: String,
    /// The variant that it changes, where it becomes a change of one.
    pub variant: Option<String>,
    /// What is done.
    pub edit: Edit,
}

impl Fix {
    fn plain(label: &'static str, edit: Edit) -> Option<Fix> {
        Some(Fix { label, value: String::new(), variant: None, edit })
    }

    fn plan(label: &'static str, value: String, plan: PlanDefaults) -> Option<Fix> {
        Some(Fix { label, value, variant: None, edit: Edit::Plan(plan) })
    }
}

/// Returns what can be done about a finding on the study. `shown` is the variant that is shown: what would falsify the as-is is
/// proposed there.
pub fn of_finding(finding: &Diagnostic, study: &Study, review: &Review, shown: &str) -> Option<Fix> {
    if let Some((label, edit)) = findings::fix(study, finding) {
        return Fix::plain(label, edit);
    }
    let scenario = &study.scenario;
    let as_is = |edit| Edit::Scenario { variant: AS_IS.to_owned(), edit };
    match finding.code {
        "one-replication" | "bad-replications" => {
            let plan = PlanDefaults { replications: ENOUGH_REPLICATIONS, ..study.plan.clone() };
            Fix::plan("fix-replications", ENOUGH_REPLICATIONS.to_string(), plan)
        }
        "bad-confidence" => Fix::plan("fix-confidence", String::new(), PlanDefaults { confidence: 0.95, ..study.plan.clone() }),
        "unreachable-step" => {
            let service = scenario.services.get(item(&finding.path, "services")?)?;
            let element = service.elements.get(item(&finding.path, "elements")?)?;
            let edit = ScenarioEdit::RemoveStep { service: service.id.clone(), step: element.id.clone() };
            Fix::plain("fix-remove-step", as_is(edit))
        }
        "empty-change" => {
            let variant = study.variants.get(item(&finding.path, "variants")?)?;
            let change = variant.changes.get(item(&finding.path, "changes")?)?;
            Fix::plain("fix-remove-change", Edit::RemoveChange { variant: variant.id.clone(), change: change.id.clone() })
        }
        "overloaded-pool" | "busy-pool" if shown != AS_IS => {
            let agency = scenario.agencies.get(item(&finding.path, "agencies")?)?;
            let pool = agency.pools.get(item(&finding.path, "pools")?)?;
            let id = format!("{}/{}", agency.id, pool.id);
            let load = review.load(shown, &id).or_else(|| review.load(AS_IS, &id))?;
            let ratio = load.utilisation()?;
            let people: f64 = pool.staff.iter().map(|group| group.count.value).sum();
            // As busy as it may be before waiting grows steeply.
            more_people(&id, pool, (people * ratio / BUSY).ceil(), shown)
        }
        _ => None,
    }
}

/// Returns what can be done about something to mind in the results.
pub fn of_warning(warning: &Warning, outcome: &ExperimentOutcome, study: &Study) -> Option<Fix> {
    let plan = &study.plan;
    let variant = || outcome.variant(warning.variant.as_deref()?);
    match warning.code {
        "few-replications" | "one-replication" if plan.replications < ENOUGH_REPLICATIONS => {
            let plan = PlanDefaults { replications: ENOUGH_REPLICATIONS, ..plan.clone() };
            Fix::plan("fix-replications", ENOUGH_REPLICATIONS.to_string(), plan)
        }
        "warm-up" => {
            let days = i64::from(variant()?.warm_up_advice.as_ref()?.advised_days);
            let warm_up = crate::base::time::SimDuration::from_days(days);
            Fix::plan("fix-warm-up", days.to_string(), PlanDefaults { warm_up, ..plan.clone() })
        }
        "unfinished" => {
            let days = (plan.follow_up.ms() / crate::base::time::MS_PER_DAY * 2).clamp(28, LONGEST_FOLLOW_UP);
            let follow_up = crate::base::time::SimDuration::from_days(days);
            let is_longer = follow_up > plan.follow_up;
            is_longer.then(|| Fix::plan("fix-follow-up", days.to_string(), PlanDefaults { follow_up, ..plan.clone() }))?
        }
        "overload" => {
            let found = variant()?;
            // The message names its pool first; the outcome knows which pools cannot cope.
            let pool =
                found.pools.iter().find(|p| p.overload.is_some() && warning.message.contains(&format!("\"{}\"", p.name)))?;
            let people = pool.overload.as_ref()?.members_needed;
            let is_variant = found.name != AS_IS;
            let (_, staff) = study.scenario.staff_pool(&pool.id)?;
            if is_variant { more_people(&pool.id, staff, f64::from(people), &found.name) } else { None }
        }
        _ => None,
    }
}

/// Proposes as many people for a pool, in a variant. The first group takes those that are new.
fn more_people(id: &str, pool: &StaffPool, people: f64, variant: &str) -> Option<Fix> {
    let there: f64 = pool.staff.iter().map(|group| group.count.value).sum();
    let first = pool.staff.first()?;
    if !people.is_finite() || people <= there {
        return None;
    }
    let value = NumberFigure { value: first.count.value + people - there, source: None, ..first.count.clone() };
    let edit = Edit::Scenario { variant: variant.to_owned(), edit: ScenarioEdit::Staff { pool: id.to_owned(), group: 0, value } };
    Some(Fix { label: "fix-people", value: format!("{people:.0}"), variant: Some(variant.to_owned()), edit })
}

/// Returns the position behind the first field of a name.
fn item(path: &Path, name: &str) -> Option<usize> {
    let at = path.0.iter().position(|leg| matches!(leg, Leg::Field(field) if *field == name))?;
    match path.0.get(at + 1)? {
        Leg::Item(item) => Some(*item),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::document::Document;
    use crate::app::files::carried_study;
    use crate::base::progress::CancelToken;
    use crate::experiment::offered;
    use crate::model::validate::validate;
    use crate::statistics::interval::Interval;

    fn fixed(study: Study, code: &str) -> Study {
        let found = validate(&study);
        let finding = found.iter().find(|finding| finding.code == code).unwrap();
        let fix = of_finding(finding, &study, &Review::default(), AS_IS).unwrap();
        let mut document = Document::new(study, None);
        crate::app::edit::apply(&mut document, &fix.edit).unwrap();
        Study::clone(document.study())
    }

    #[test]
    fn one_replication_becomes_twenty() {
        let mut study = carried_study("golden-case").unwrap();
        study.plan.replications = 1;
        assert_eq!(fixed(study, "one-replication").plan.replications, ENOUGH_REPLICATIONS);
    }

    #[test]
    fn people_are_proposed_in_a_variant_and_never_put_into_the_as_is() {
        let mut study = carried_study("front-office").unwrap();
        let pool = &mut study.scenario.agencies[0].pools[0];
        pool.staff[0].count.value = 1.0;
        let id = format!("{}/{}", study.scenario.agencies[0].id, study.scenario.agencies[0].pools[0].id);
        let found = offered::check(&study, &CancelToken::default());
        let finding = found.iter().find(|finding| finding.code == "overloaded-pool").unwrap();
        let shown = study.variants[0].id.clone();
        let load = offered::PoolLoad { pool: id, asked: Interval::point(80.0), there: 40.0 };
        let review = Review { loads: vec![(shown.clone(), load)], ..Review::default() };
        assert_eq!(of_finding(finding, &study, &review, AS_IS), None);
        let fix = of_finding(finding, &study, &review, &shown).unwrap();
        assert_eq!((fix.label, fix.variant.as_deref()), ("fix-people", Some(shown.as_str())));
        let people: f64 = fix.value.parse().unwrap();
        assert!(people > 1.0, "{people}");
    }
}
