//! Carries edits out: in the as-is itself, or as changes of a variant.

use super::{Edit, EditFault, ScenarioEdit, new_id, slug};
use crate::app::document::Document;
use crate::base::diagnostic::Severity;
use crate::base::time::MS_PER_MINUTE;
use crate::model::change::{Change, Item, Operation};
use crate::model::demand::Arrivals;
use crate::model::figure::{DurationFigure, NumberFigure};
use crate::model::flow::{Element, ElementKind};
use crate::model::rename::{Renaming, rename};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{CitizenPart, Step};
use crate::model::study::{AS_IS, Study, Variant};

/// Carries an edit out on the document.
///
/// # Errors
/// Names what is not there, or why the variant cannot be built. The document is then as it was.
pub fn apply(document: &mut Document, edit: &Edit) -> Result<(), EditFault> {
    let mut study = Study::clone(document.study());
    match edit {
        Edit::Scenario { variant, edit: ScenarioEdit::Rename(what) } if variant == AS_IS => {
            let later = study.variants.iter_mut().flat_map(|variant| &mut variant.changes);
            renamed(&mut study.scenario, later, what)?;
        }
        Edit::Scenario { variant, edit } if variant == AS_IS => edit_scenario(&mut study.scenario, edit)?,
        Edit::Scenario { variant, edit } => propose(&mut study, document, variant, edit)?,
        Edit::SwitchChange { variant, change, enabled } => change_mut(&mut study, variant, change)?.enabled = *enabled,
        Edit::RemoveChange { variant, change } => {
            change_mut(&mut study, variant, change)?;
            variant_mut(&mut study, variant)?.changes.retain(|c| c.id != *change);
        }
        Edit::DescribeChange { variant, change, title, why } => {
            let change = change_mut(&mut study, variant, change)?;
            change.title.clone_from(title);
            change.why.clone_from(why);
        }
        Edit::AddVariant { from, title } => add_variant(&mut study, from, title)?,
        Edit::RemoveVariant { variant } => remove_variant(&mut study, variant)?,
        Edit::RenameVariant { variant, title } => variant_mut(&mut study, variant)?.title.clone_from(title),
        Edit::Describe { title, summary } => {
            study.title.clone_from(title);
            study.summary.clone_from(summary);
        }
        Edit::AddSource(source) => match study.sources.iter_mut().find(|known| known.key == source.key) {
            Some(known) => known.clone_from(source),
            None => study.sources.push(source.clone()),
        },
        Edit::Plan(plan) => study.plan = plan.clone(),
        Edit::Fitted(fitted) => {
            study.scenario.clone_from(&fitted.scenario);
            study.sources.clone_from(&fitted.sources);
        }
    }
    if edit.takes_out() {
        refuse_loose_ends(document.study(), &study)?;
    }
    document.replace(study, edit);
    Ok(())
}

/// What something else still needs is not taken out: the first fault that this would make is said instead.
fn refuse_loose_ends(before: &Study, after: &Study) -> Result<(), EditFault> {
    let faults = |study: &Study| {
        let mut found = crate::model::validate::validate(study);
        found.retain(|finding| finding.severity == Severity::Error);
        found
    };
    let known: Vec<String> = faults(before).into_iter().map(|fault| fault.message).collect();
    match faults(after).into_iter().find(|fault| !known.contains(&fault.message)) {
        Some(fault) => Err(EditFault { message: format!("{} {}", fault.message, fault.hint).trim().to_owned() }),
        None => Ok(()),
    }
}

fn missing(what: &str, id: &str) -> EditFault {
    EditFault { message: format!("There is no {what} '{id}'.") }
}

fn variant_mut<'s>(study: &'s mut Study, id: &str) -> Result<&'s mut Variant, EditFault> {
    study.variants.iter_mut().find(|v| v.id == id).ok_or_else(|| missing("variant", id))
}

fn change_mut<'s>(study: &'s mut Study, variant: &str, id: &str) -> Result<&'s mut Change, EditFault> {
    variant_mut(study, variant)?.changes.iter_mut().find(|c| c.id == id).ok_or_else(|| missing("change", id))
}

fn add_variant(study: &mut Study, from: &str, title: &str) -> Result<(), EditFault> {
    let id = new_id(&slug(title), |id| id == AS_IS || study.variant(id).is_some());
    let origin = study.variant(from).cloned();
    if origin.is_none() && from != AS_IS {
        return Err(missing("variant", from));
    }
    let variant = Variant { id, title: title.to_owned(), ..origin.unwrap_or_default() };
    study.variants.push(variant);
    Ok(())
}

fn remove_variant(study: &mut Study, id: &str) -> Result<(), EditFault> {
    variant_mut(study, id)?;
    if let Some(other) = study.variants.iter().find(|v| v.based_on.as_deref() == Some(id)) {
        return Err(EditFault { message: format!("The variant '{}' builds on '{id}'; remove it first.", other.id) });
    }
    study.variants.retain(|v| v.id != id);
    study.targets.retain(|t| t.variant != id && t.against.as_deref() != Some(id));
    Ok(())
}

/// Does an edit on a variant's scenario and adds what differs to its changes.
fn propose(study: &mut Study, document: &Document, variant: &str, edit: &ScenarioEdit) -> Result<(), EditFault> {
    let before = document.scenario(variant).map_err(|findings| EditFault {
        message: findings.first().map_or_else(|| format!("There is no variant '{variant}'."), |f| f.message.clone()),
    })?;
    let mut after = Scenario::clone(before);
    edit_scenario(&mut after, edit)?;
    let changes = crate::model::diff::diff(before, &after);
    let variant = variant_mut(study, variant)?;
    for change in changes {
        take_over(variant, change);
    }
    Ok(())
}

/// Adds a change to a variant, or lets it take the place of one that sets the same thing and nothing else.
fn take_over(variant: &mut Variant, change: Change) {
    let same = variant.changes.iter_mut().rev().find(|old| {
        let pair = (old.operations.as_slice(), change.operations.as_slice());
        old.enabled && matches!(pair, ([old], [new]) if sets_the_same(old, new))
    });
    match same {
        Some(old) => old.operations = change.operations,
        None => {
            let id = new_id(&slug(&change.title), |id| variant.changes.iter().any(|c| c.id == id));
            variant.changes.push(Change { id, enabled: true, ..change });
        }
    }
}

/// Tells whether the second operation makes the first one pointless.
fn sets_the_same(old: &Operation, new: &Operation) -> bool {
    use Operation::{Put, SetCoverage, SetDuration, SetShare, SetStaff};
    match (old, new) {
        (SetDuration { service: a, step: b, .. }, SetDuration { service: c, step: d, .. }) => (a, b) == (c, d),
        (SetStaff { pool: a, group: b, .. }, SetStaff { pool: c, group: d, .. }) => (a, b) == (c, d),
        (SetShare { service: a, gateway: b, to: c, .. }, SetShare { service: d, gateway: e, to: f, .. }) => {
            (a, b, c) == (d, e, f)
        }
        (Operation::ReplaceStep { service: a, element: b }, Operation::ReplaceStep { service: c, element: d }) => {
            a == c && b.id == d.id
        }
        (SetCoverage { registry: a, .. }, SetCoverage { registry: b, .. }) => a == b,
        (Put(a), Put(b)) => crate::model::apply::item_id(a) == crate::model::apply::item_id(b),
        _ => false,
    }
}

fn edit_scenario(scenario: &mut Scenario, edit: &ScenarioEdit) -> Result<(), EditFault> {
    match edit {
        ScenarioEdit::Duration { service, step, value } => match element_kind(scenario, service, step)? {
            ElementKind::Step(step) => step.duration = value.clone(),
            ElementKind::Wait(wait) => match &mut wait.until {
                crate::model::flow::WaitUntil::For(duration) => *duration = value.clone(),
                _ => return Err(EditFault { message: format!("'{step}' ends at a fixed time, not after a duration.") }),
            },
            _ => return Err(missing("step", step)),
        },
        ScenarioEdit::Performer { service, step, value } => step_mut(scenario, service, step)?.performer = value.clone(),
        ScenarioEdit::Questions { service, step, value } => step_mut(scenario, service, step)?.questions = value.clone(),
        ScenarioEdit::Documents { service, step, value } => step_mut(scenario, service, step)?.documents.clone_from(value),
        ScenarioEdit::Name { service, step, value } => {
            let service = scenario.service_mut(service).ok_or_else(|| missing("service", service))?;
            service.element_mut(step).ok_or_else(|| missing("step", step))?.name.clone_from(value);
        }
        ScenarioEdit::Staff { pool, group, value } => {
            let found = scenario.staff_pool_mut(pool).ok_or_else(|| missing("staff pool", pool))?;
            let group = found.staff.get_mut(*group).ok_or_else(|| missing("group of people in", pool))?;
            group.count = value.clone();
        }
        ScenarioEdit::SegmentShares(shares) => {
            for (segment, share) in scenario.segments.iter_mut().zip(shares) {
                set_value(&mut segment.share, *share);
            }
        }
        ScenarioEdit::ChannelShares { service, shares } => {
            let service = scenario.service_mut(service).ok_or_else(|| missing("service", service))?;
            for (channel, share) in service.channels.iter_mut().zip(shares) {
                set_value(&mut channel.share, *share);
            }
        }
        ScenarioEdit::PerYear { demand, value } => {
            let found = scenario.demand.iter_mut().find(|found| found.id == *demand).ok_or_else(|| missing("demand", demand))?;
            match &mut found.arrivals {
                Arrivals::Poisson { per_year, .. } => set_value(per_year, value.max(0.0)),
                _ => return Err(EditFault { message: format!("'{demand}' does not come at random, so many a year.") }),
            }
        }
        ScenarioEdit::Coverage { registry, value } => {
            let found =
                scenario.registries.iter_mut().find(|r| r.id == *registry).ok_or_else(|| missing("registry", registry))?;
            set_value(&mut found.coverage, value.clamp(0.0, 1.0));
        }
        ScenarioEdit::AddStep { service, after, name } => {
            let place = scenario.service(service).ok_or_else(|| missing("service", service))?;
            let step = new_step_behind(place.element(after));
            let id = new_step_id(place, name);
            let element = Element { id, name: name.clone(), kind: ElementKind::Step(Box::new(step)), ..Element::default() };
            *scenario = carried_out(scenario, Operation::AddStep { service: service.clone(), after: after.clone(), element })?;
        }
        ScenarioEdit::RemoveStep { service, step } => {
            *scenario = carried_out(scenario, Operation::RemoveStep { service: service.clone(), step: step.clone() })?;
        }
        ScenarioEdit::Element { service, element, .. } => {
            let found = scenario.service_mut(service).ok_or_else(|| missing("service", service))?;
            let old = found.element_mut(&element.id).ok_or_else(|| missing("step", &element.id))?;
            *old = Element::clone(element);
        }
        ScenarioEdit::Put { item, .. } => *scenario = carried_out(scenario, Operation::Put(Item::clone(item)))?,
        ScenarioEdit::TakeOut { kind, id } => {
            *scenario = carried_out(scenario, Operation::Remove { kind: *kind, id: id.clone() })?;
        }
        ScenarioEdit::Rename(what) => renamed(scenario, std::iter::empty(), what)?,
        ScenarioEdit::OnceOnly(once) => scenario.once_only = *once,
        ScenarioEdit::Many(edits) => {
            for edit in edits {
                edit_scenario(scenario, edit)?;
            }
        }
        ScenarioEdit::Whole(whole) => *scenario = Scenario::clone(whole),
    }
    Ok(())
}

/// Renames, unless something is called so already or the new name is empty.
fn renamed<'c>(scenario: &mut Scenario, later: impl Iterator<Item = &'c mut Change>, what: &Renaming) -> Result<(), EditFault> {
    let facets = || scenario.segments.iter().flat_map(|segment| &segment.facets);
    let (to, is_taken) = match what {
        Renaming::AttributeValue { attribute, to, .. } => {
            let found = scenario.attributes.iter().find(|known| known.id == *attribute);
            (to, found.is_some_and(|found| found.values.iter().any(|(value, _)| value == to)))
        }
        Renaming::FacetValue { facet, to, .. } => (to, facets().any(|(name, value)| name == facet && value == to)),
        Renaming::Facet { to, .. } => {
            let is_built_in = crate::model::condition::BUILT_IN_NAMES.contains(&to.as_str());
            let is_attribute = scenario.attributes.iter().any(|attribute| attribute.id == *to);
            (to, is_built_in || is_attribute || facets().any(|(name, _)| name == to))
        }
    };
    if to.trim().is_empty() {
        return Err(EditFault { message: "A name cannot be empty.".to_owned() });
    }
    if is_taken {
        return Err(EditFault { message: format!("There is a '{to}' already.") });
    }
    rename(scenario, later, what);
    Ok(())
}

/// Returns the id that a step of this name gets where it is new in a service.
pub fn new_step_id(service: &Service, name: &str) -> String {
    new_id(&slug(name), |id| service.element(id).is_some())
}

/// Returns a step as it first stands behind another: done by the same, where the citizen has the same part; ten minutes, which is an
/// assumption. Behind what is no step it is the citizen's own.
fn new_step_behind(before: Option<&Element>) -> Step {
    match before.map(|element| &element.kind) {
        Some(ElementKind::Step(before)) => Step {
            performer: before.performer.clone(),
            citizen: before.citizen,
            place: before.place.clone(),
            skill: before.skill.clone(),
            ..new_step()
        },
        _ => new_step(),
    }
}

/// Returns a step as it first stands: ten minutes of the citizen's own time, which is an assumption.
pub fn new_step() -> Step {
    let duration = DurationFigure::assumed(crate::base::distribution::Distribution::Fixed(10.0 * MS_PER_MINUTE as f64));
    Step { duration, citizen: CitizenPart::Active, ..Step::default() }
}

/// Returns a scenario after one operation on it.
fn carried_out(scenario: &Scenario, operation: Operation) -> Result<Scenario, EditFault> {
    let change = Change { enabled: true, operations: vec![operation], ..Change::default() };
    crate::model::apply::apply(scenario, &[&change]).map_err(|findings| EditFault {
        message: findings.into_iter().map(|finding| finding.message).collect::<Vec<_>>().join(" "),
    })
}

/// Sets a number that a user has moved: what its source said no longer holds.
fn set_value(figure: &mut NumberFigure, value: f64) {
    if figure.value != value {
        figure.value = value;
        figure.source = None;
    }
}

fn element_kind<'s>(scenario: &'s mut Scenario, service: &str, step: &str) -> Result<&'s mut ElementKind, EditFault> {
    let service = scenario.service_mut(service).ok_or_else(|| missing("service", service))?;
    Ok(&mut service.element_mut(step).ok_or_else(|| missing("step", step))?.kind)
}

fn step_mut<'s>(scenario: &'s mut Scenario, service: &str, step: &str) -> Result<&'s mut Step, EditFault> {
    match element_kind(scenario, service, step)? {
        ElementKind::Step(found) => Ok(found),
        _ => Err(missing("step", step)),
    }
}
