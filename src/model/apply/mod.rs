//! Applies changes to a scenario.
//!
//! [`apply`] never changes its input: it works on a copy and hands back either the whole to-be or every fault at once.
//! It checks only what an operation needs in order to be carried out; whether the result makes sense is for
//! [`crate::model::validate`]. This folder: `flow.rs` (what moves arrows), `attributes.rs` (what sets values in place),
//! `items.rs` (whole parts of a scenario).

mod attributes;
mod flow;
mod items;

#[cfg(test)]
mod tests;

pub(crate) use attributes::with_quantities;
pub(crate) use items::{item_id, item_ids, items_of};

use crate::base::diagnostic::{Diagnostic, Path, has_errors, nearest_name};
use crate::model::change::{Change, Operation};
use crate::model::flow::Element;
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::study::{AS_IS, Study, Variant};

/// Applies changes, in order, to a copy of a scenario. Changes that are switched off are skipped.
///
/// # Errors
/// Every operation that cannot be carried out, with near names; later operations are still tried. Paths begin with
/// `changes[j]`, where `j` counts within `changes`.
pub fn apply(scenario: &Scenario, changes: &[&Change]) -> Result<Scenario, Vec<Diagnostic>> {
    let root = Path::default().field("changes");
    let placed: Vec<_> = changes.iter().enumerate().map(|(j, change)| (root.item(j), *change)).collect();
    apply_placed(scenario, &placed)
}

/// Makes the scenario of a variant: the as-is with the changes of all the variants that it builds on, then its own.
///
/// # Errors
/// An unknown variant, variants that build on each other in a circle, and every operation that cannot be carried out,
/// at `variants[i].changes[j].operations[k]`.
pub fn build_variant(study: &Study, id: &str) -> Result<Scenario, Vec<Diagnostic>> {
    let mut placed = Vec::new();
    for (i, variant) in lineage(study, id)? {
        let changes = Path::default().field("variants").item(i).field("changes");
        placed.extend(variant.changes.iter().enumerate().map(|(j, change)| (changes.item(j), change)));
    }
    apply_placed(&study.scenario, &placed)
}

/// Returns the variants that make up a variant with their positions, the one nearest to the as-is first.
fn lineage<'a>(study: &'a Study, id: &str) -> Result<Vec<(usize, &'a Variant)>, Vec<Diagnostic>> {
    let mut chain: Vec<(usize, &Variant)> = Vec::new();
    let mut wanted = id;
    while wanted != AS_IS {
        let asked_at = match chain.last() {
            Some((i, _)) => Path::default().field("variants").item(*i).field("based_on"),
            None => Path::default().field("variants"),
        };
        let Some(found) = study.variants.iter().enumerate().find(|(_, v)| v.id == wanted) else {
            let message = format!("There is no variant '{wanted}' in this study.");
            let hint = did_you_mean(wanted, study.variant_names(), "variants");
            return Err(vec![Diagnostic::error("unknown-variant", asked_at, message).hint(hint)]);
        };
        if chain.iter().any(|(i, _)| *i == found.0) {
            let message = format!("The variant '{id}' builds on itself in a circle, by way of '{wanted}'.");
            let hint = "Let one of these variants build on the as-is.";
            return Err(vec![Diagnostic::error("variant-circle", asked_at, message).hint(hint)]);
        }
        chain.push(found);
        wanted = found.1.based_on.as_deref().unwrap_or(AS_IS);
    }
    chain.reverse();
    Ok(chain)
}

/// Carries out a change on a scenario in place; tells whether all of it could be done.
///
/// An operation that cannot be carried out leaves everything as it is. For callers that try many changes on a copy.
pub(crate) fn apply_in_place(scenario: &mut Scenario, change: &Change) -> bool {
    let mut faults = Vec::new();
    for operation in &change.operations {
        apply_operation(scenario, operation, &mut Context { path: Path::default(), change, faults: &mut faults });
    }
    faults.is_empty()
}

fn apply_placed(scenario: &Scenario, changes: &[(Path, &Change)]) -> Result<Scenario, Vec<Diagnostic>> {
    let mut result = scenario.clone();
    let mut faults = Vec::new();
    for (path, change) in changes.iter().filter(|(_, change)| change.enabled) {
        let operations = path.field("operations");
        for (k, operation) in change.operations.iter().enumerate() {
            let mut cx = Context { path: operations.item(k), change, faults: &mut faults };
            // A failed operation may leave nothing half done: each checks first and then acts.
            apply_operation(&mut result, operation, &mut cx);
        }
    }
    if has_errors(&faults) { Err(faults) } else { Ok(result) }
}

/// Where an operation stands, and where its faults go.
struct Context<'a> {
    path: Path,
    change: &'a Change,
    faults: &'a mut Vec<Diagnostic>,
}

impl Context<'_> {
    /// Reports a fault at a field of the operation. Returns `None`, so that callers can leave with `?`.
    fn fail<T>(
        &mut self,
        field: &'static str,
        code: &'static str,
        message: impl AsRef<str>,
        hint: impl Into<String>,
    ) -> Option<T> {
        let change = if self.change.title.is_empty() { &self.change.id } else { &self.change.title };
        let message = format!("The change '{change}' cannot be made: {}", message.as_ref());
        self.faults.push(Diagnostic::error(code, self.path.field(field), message).hint(hint));
        None
    }

    /// Finds a service, or reports that it is not there.
    fn service<'s>(&mut self, scenario: &'s mut Scenario, id: &str) -> Option<&'s mut Service> {
        match scenario.services.iter().position(|s| s.id == id) {
            Some(position) => scenario.services.get_mut(position),
            None => {
                let hint = did_you_mean(id, scenario.services.iter().map(|s| s.id.as_str()), "services");
                self.fail("service", "unknown-service", format!("there is no service '{id}'."), hint)
            }
        }
    }

    /// Finds an element of a service and where it stands, or reports that it is not there.
    fn locate(&mut self, service: &Service, field: &'static str, id: &str) -> Option<Location> {
        let found = Location::of(&service.elements, id);
        if found.is_some() {
            return found;
        }
        let hint = did_you_mean(id, element_ids(&service.elements), "steps");
        let message = format!("the service '{}' has no step '{id}'.", service.id);
        self.fail(field, "unknown-step", message, hint)
    }

    /// Finds an element of a service of a scenario, to be changed.
    fn element<'s>(
        &mut self,
        scenario: &'s mut Scenario,
        service: &str,
        field: &'static str,
        id: &str,
    ) -> Option<&'s mut Element> {
        let service = self.service(scenario, service)?;
        let location = self.locate(service, field, id)?;
        location.list_mut(&mut service.elements)?.get_mut(location.position)
    }
}

/// Where an element stands: the positions of the sub-processes around it, outermost first, and its own.
#[derive(Clone, Debug, PartialEq)]
struct Location {
    around: Vec<usize>,
    position: usize,
}

impl Location {
    fn of(elements: &[Element], id: &str) -> Option<Location> {
        elements.iter().enumerate().find_map(|(position, element)| {
            if element.id == id {
                return Some(Location { around: Vec::new(), position });
            }
            let mut found = Location::of(element.inner()?, id)?;
            found.around.insert(0, position);
            Some(found)
        })
    }

    /// Returns the list in which the element stands.
    fn list_mut<'a>(&self, elements: &'a mut Vec<Element>) -> Option<&'a mut Vec<Element>> {
        let mut list = elements;
        for &position in &self.around {
            list = list.get_mut(position)?.inner_mut()?;
        }
        Some(list)
    }

    /// Returns the list in which the element stands, to be read.
    fn list<'a>(&self, elements: &'a [Element]) -> Option<&'a [Element]> {
        let mut list = elements;
        for &position in &self.around {
            list = list.get(position)?.inner()?;
        }
        Some(list)
    }
}

/// Returns the ids of all elements, sub-processes' included.
fn element_ids(elements: &[Element]) -> Vec<&str> {
    let mut ids = Vec::new();
    for element in elements {
        ids.push(element.id.as_str());
        ids.extend(element.inner().into_iter().flat_map(element_ids));
    }
    ids
}

/// Says which allowed name may have been meant, or lists the first few.
pub(crate) fn did_you_mean<'a>(found: &str, allowed: impl IntoIterator<Item = &'a str>, what: &str) -> String {
    let allowed: Vec<&str> = allowed.into_iter().filter(|name| !name.is_empty()).collect();
    if let Some(near) = nearest_name(found, allowed.iter().copied()) {
        return format!("Did you mean '{near}'?");
    }
    if allowed.is_empty() {
        return format!("There are no {what} yet.");
    }
    let listed: Vec<String> = allowed.iter().take(8).map(|name| format!("'{name}'")).collect();
    let more = if allowed.len() > 8 { format!(" and {} more", allowed.len() - 8) } else { String::new() };
    format!("Known {what}: {}{more}.", listed.join(", "))
}

/// Carries out one operation, or reports why not. `None` where it failed.
fn apply_operation(scenario: &mut Scenario, operation: &Operation, cx: &mut Context<'_>) -> Option<()> {
    match operation {
        Operation::RemoveStep { service, step } => flow::remove_step(cx.service(scenario, service)?, step, cx),
        Operation::AddStep { service, after, element } => flow::add_step(cx.service(scenario, service)?, after, element, cx),
        Operation::ReplaceStep { service, element } => flow::replace_step(cx.service(scenario, service)?, element, cx),
        Operation::RunInParallel { service, steps } => flow::run_in_parallel(cx.service(scenario, service)?, steps, cx),
        Operation::OfferProactively { service, offer, accepted_goes_to, others_apply } => {
            flow::offer_proactively(cx.service(scenario, service)?, offer, accepted_goes_to, others_apply, cx)
        }
        Operation::Automate { service, step, registry, duration } => {
            attributes::automate(scenario, service, step, registry.as_deref(), duration, cx)
        }
        Operation::DropDocument { service, step, document } => attributes::drop_document(scenario, service, step, document, cx),
        Operation::FetchDocument { service, step, document, fallback } => {
            attributes::fetch_document(scenario, service, step, document, fallback, cx)
        }
        Operation::OnceOnly(once_only) => {
            scenario.once_only = *once_only;
            Some(())
        }
        Operation::MoveChannelShare { service, from, to, share } => {
            attributes::move_channel_share(scenario, service, from, to, share, cx)
        }
        Operation::MoveStaff { from, to, count } => attributes::move_staff(scenario, from, to, *count, cx),
        Operation::SetStaff { pool, group, count } => attributes::set_staff(scenario, pool, *group, count, cx),
        Operation::SetDuration { service, step, duration } => attributes::set_duration(scenario, service, step, duration, cx),
        Operation::SetShare { service, gateway, to, share } => attributes::set_share(scenario, service, gateway, to, share, cx),
        Operation::SetSitting { service, step, sitting } => attributes::set_sitting(scenario, service, step, *sitting, cx),
        Operation::SetForm { service, form } => {
            cx.service(scenario, service)?.form = *form;
            Some(())
        }
        Operation::SetCoverage { registry, coverage } => attributes::set_coverage(scenario, registry, coverage, cx),
        Operation::ScaleDemand { demand, factor } => attributes::scale_demand(scenario, demand, factor, cx),
        Operation::Put(item) => {
            items::put(scenario, item);
            Some(())
        }
        Operation::Remove { kind, id } => items::remove(scenario, *kind, id, cx),
        Operation::Reorder { kind, ids } => items::reorder(scenario, *kind, ids, cx),
        Operation::SetGeneral { start, currency, hour_value } => {
            scenario.start = *start;
            scenario.currency.clone_from(currency);
            scenario.hour_value.clone_from(hour_value);
            Some(())
        }
    }
}
