//! Operations that set values in place: who, how long, how many, which share.

use super::{Context, did_you_mean};
use crate::base::distribution::Distribution;
use crate::model::agency::{StaffGroup, StaffPool};
use crate::model::demand::Arrivals;
use crate::model::figure::{DurationFigure, NumberFigure};
use crate::model::flow::{Element, ElementKind, WaitUntil};
use crate::model::scenario::Scenario;
use crate::model::service::ChannelShare;
use crate::model::step::{CitizenPart, DocumentSource, Fallback, Performer, Sitting, Step};

/// Returns the step inside an element, or reports that the element is something else.
fn step_of<'a>(element: &'a mut Element, cx: &mut Context<'_>) -> Option<&'a mut Step> {
    if !matches!(element.kind, ElementKind::Step(_)) {
        return cx.fail(
            "step",
            "not-a-step",
            format!("'{}' is no step of work.", element.id),
            "Name a step that somebody carries out.",
        );
    }
    match &mut element.kind {
        ElementKind::Step(step) => Some(step),
        _ => None,
    }
}

pub(super) fn automate(
    scenario: &mut Scenario,
    service: &str,
    step: &str,
    registry: Option<&str>,
    duration: &DurationFigure,
    cx: &mut Context<'_>,
) -> Option<()> {
    if let Some(registry) = registry
        && !scenario.registries.iter().any(|r| r.id == registry)
    {
        let hint = did_you_mean(registry, scenario.registries.iter().map(|r| r.id.as_str()), "registries");
        return cx.fail("registry", "unknown-registry", format!("there is no registry '{registry}'."), hint);
    }
    let step = step_of(cx.element(scenario, service, "step", step)?, cx)?;
    step.performer = Performer::System(registry.map(str::to_owned));
    step.citizen = CitizenPart::Absent;
    step.place = None;
    step.skill = None;
    step.patience = None;
    step.duration = duration.clone();
    Some(())
}

pub(super) fn drop_document(
    scenario: &mut Scenario,
    service: &str,
    step_id: &str,
    document: &str,
    cx: &mut Context<'_>,
) -> Option<()> {
    let step = asking_step(scenario, service, step_id, document, cx)?;
    step.documents.retain(|used| used.document != document);
    Some(())
}

pub(super) fn fetch_document(
    scenario: &mut Scenario,
    service: &str,
    step_id: &str,
    document: &str,
    fallback: &Fallback,
    cx: &mut Context<'_>,
) -> Option<()> {
    if scenario.documents.iter().any(|d| d.id == document && d.registry.is_none()) {
        let message = format!("no registry holds the document '{document}'.");
        return cx.fail("document", "no-registry", message, "Name the registry that holds it at the document first.");
    }
    let step = asking_step(scenario, service, step_id, document, cx)?;
    for used in step.documents.iter_mut().filter(|used| used.document == document) {
        used.from = DocumentSource::Registry;
        used.fallback = fallback.clone();
    }
    Some(())
}

/// Returns the step if it asks for the document.
fn asking_step<'s>(
    scenario: &'s mut Scenario,
    service: &str,
    step_id: &str,
    document: &str,
    cx: &mut Context<'_>,
) -> Option<&'s mut Step> {
    let step = step_of(cx.element(scenario, service, "step", step_id)?, cx)?;
    if !step.documents.iter().any(|used| used.document == document) {
        let hint = did_you_mean(document, step.documents.iter().map(|used| used.document.as_str()), "documents at this step");
        let message = format!("the step '{step_id}' does not ask for the document '{document}'.");
        return cx.fail("document", "document-not-asked", message, hint);
    }
    Some(step)
}

pub(super) fn set_duration(
    scenario: &mut Scenario,
    service: &str,
    step: &str,
    duration: &DurationFigure,
    cx: &mut Context<'_>,
) -> Option<()> {
    let element = cx.element(scenario, service, "step", step)?;
    match &mut element.kind {
        ElementKind::Step(step) => step.duration = duration.clone(),
        ElementKind::Wait(wait) => wait.until = WaitUntil::For(duration.clone()),
        _ => return cx.fail("step", "not-a-step", format!("'{step}' has no duration."), "Name a step or a wait."),
    }
    Some(())
}

pub(super) fn set_sitting(
    scenario: &mut Scenario,
    service: &str,
    step: &str,
    sitting: Sitting,
    cx: &mut Context<'_>,
) -> Option<()> {
    step_of(cx.element(scenario, service, "step", step)?, cx)?.sitting = sitting;
    Some(())
}

pub(super) fn set_coverage(scenario: &mut Scenario, registry: &str, coverage: &NumberFigure, cx: &mut Context<'_>) -> Option<()> {
    if let Some(found) = scenario.registries.iter_mut().find(|r| r.id == registry) {
        found.coverage = coverage.clone();
        return Some(());
    }
    let hint = did_you_mean(registry, scenario.registries.iter().map(|r| r.id.as_str()), "registries");
    cx.fail("registry", "unknown-registry", format!("there is no registry '{registry}'."), hint)
}

/// Returns the value of a figure under a key of `by_segment`.
fn under_key(figure: &NumberFigure, key: &str) -> f64 {
    figure.by_segment.iter().find(|(k, _)| k == key).map_or(figure.value, |(_, value)| *value)
}

/// Returns every key of `by_segment` of some figures, in order of appearance.
fn keys<'a>(figures: impl IntoIterator<Item = &'a NumberFigure>) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for (key, _) in figures.into_iter().flat_map(|figure| &figure.by_segment) {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    keys
}

/// Sets the values of a figure under the given keys and for everybody else; a derived value has no range of its own.
fn set_values(figure: &mut NumberFigure, keys: &[String], value: impl Fn(Option<&str>) -> f64) {
    figure.by_segment = keys.iter().map(|key| (key.clone(), value(Some(key)))).collect();
    figure.value = value(None);
    figure.range = None;
}

pub(super) fn set_share(
    scenario: &mut Scenario,
    service: &str,
    gateway: &str,
    to: &str,
    share: &NumberFigure,
    cx: &mut Context<'_>,
) -> Option<()> {
    let element = cx.element(scenario, service, "gateway", gateway)?;
    let exclusive = matches!(element.kind, ElementKind::Exclusive(_));
    let (ElementKind::Exclusive(branches) | ElementKind::Inclusive(branches)) = &mut element.kind else {
        let hint = "Name an exclusive or inclusive gateway.";
        return cx.fail("gateway", "not-a-gateway", format!("'{gateway}' is no gateway with shares."), hint);
    };
    let Some(set) = branches.iter().position(|b| b.to == to) else {
        let hint = did_you_mean(to, branches.iter().map(|b| b.to.as_str()), "ways of this gateway");
        return cx.fail("to", "unknown-way", format!("no way of '{gateway}' leads to '{to}'."), hint);
    };
    if branches[set].share.is_none() {
        let message = format!("the way of '{gateway}' to '{to}' is chosen by a condition and not by a share.");
        return cx.fail("to", "way-without-share", message, "Replace the gateway, or set a way that has a share.");
    }
    if exclusive {
        rescale_others(
            branches.iter_mut().enumerate().filter(|(i, _)| *i != set).filter_map(|(_, b)| b.share.as_mut()).collect(),
            share,
        );
    }
    branches[set].share = Some(share.clone());
    Some(())
}

/// Shrinks or grows shares in proportion so that with `share` they make 1, for everybody and under each key.
fn rescale_others(mut others: Vec<&mut NumberFigure>, share: &NumberFigure) {
    let keys = keys(others.iter().map(|figure| &**figure).chain([share]));
    let at = |figure: &NumberFigure, key: Option<&str>| key.map_or(figure.value, |key| under_key(figure, key));
    let old: Vec<NumberFigure> = others.iter().map(|figure| (**figure).clone()).collect();
    for (i, figure) in others.iter_mut().enumerate() {
        set_values(figure, &keys, |key| {
            let sum: f64 = old.iter().map(|other| at(other, key)).sum();
            let rest = (1.0 - at(share, key)).max(0.0);
            // Where the others have nothing to scale, they share the rest evenly.
            if sum > 0.0 { at(&old[i], key) / sum * rest } else { rest / old.len() as f64 }
        });
    }
}

pub(super) fn move_channel_share(
    scenario: &mut Scenario,
    service: &str,
    from: &str,
    to: &str,
    share: &NumberFigure,
    cx: &mut Context<'_>,
) -> Option<()> {
    if !scenario.channels.iter().any(|c| c.id == to) {
        let hint = did_you_mean(to, scenario.channels.iter().map(|c| c.id.as_str()), "channels");
        return cx.fail("to", "unknown-channel", format!("there is no channel '{to}'."), hint);
    }
    let service = cx.service(scenario, service)?;
    let Some(source) = service.channels.iter().find(|c| c.channel == from) else {
        let hint = did_you_mean(from, service.channels.iter().map(|c| c.channel.as_str()), "channels of this service");
        return cx.fail("from", "unknown-channel", format!("the service '{}' has no channel '{from}'.", service.id), hint);
    };
    if from == to {
        return cx.fail("to", "same-channel", format!("'{from}' cannot hand over to itself."), "Name two different channels.");
    }
    let source = source.share.clone();
    let nothing = NumberFigure::assumed(0.0);
    let target = service.channels.iter().find(|c| c.channel == to).map_or(nothing, |c| c.share.clone());
    let keys = keys([&source, &target, share]);
    let at = |figure: &NumberFigure, key: Option<&str>| key.map_or(figure.value, |key| under_key(figure, key));
    let moved = |key: Option<&str>| at(share, key).min(at(&source, key)).max(0.0);
    if !service.channels.iter().any(|c| c.channel == to) {
        service.channels.push(ChannelShare { channel: to.to_owned(), share: target.clone() });
    }
    for entry in &mut service.channels {
        if entry.channel == from {
            set_values(&mut entry.share, &keys, |key| (at(&source, key) - moved(key)).max(0.0));
        } else if entry.channel == to {
            set_values(&mut entry.share, &keys, |key| at(&target, key) + moved(key));
        }
    }
    Some(())
}

/// Reports a staff pool that is not there.
fn pool<'s>(scenario: &'s mut Scenario, field: &'static str, reference: &str, cx: &mut Context<'_>) -> Option<&'s mut StaffPool> {
    if scenario.staff_pool(reference).is_none() {
        let known = scenario.staff_pool_references();
        let hint = did_you_mean(reference, known.iter().map(String::as_str), "staff pools");
        return cx.fail(field, "unknown-pool", format!("there is no staff pool '{reference}'."), hint);
    }
    scenario.staff_pool_mut(reference)
}

pub(super) fn move_staff(scenario: &mut Scenario, from: &str, to: &str, count: u32, cx: &mut Context<'_>) -> Option<()> {
    pool(scenario, "to", to, cx)?;
    let source = pool(scenario, "from", from, cx)?;
    let people = f64::from(count);
    let Some(group) = source.staff.iter_mut().find(|group| group.count.value >= people) else {
        let largest = source.staff.iter().map(|group| group.count.value).fold(0.0, f64::max);
        let message = format!("no group of '{from}' has {count} people to give; the largest has {largest}.");
        return cx.fail("count", "too-few-people", message, "Move fewer people, or move them in several changes.");
    };
    group.count.value -= people;
    group.count.range = None;
    let calendar = group.calendar.clone();
    let target = pool(scenario, "to", to, cx)?;
    match target.staff.first_mut() {
        Some(group) => {
            group.count.value += people;
            group.count.range = None;
        }
        None => target.staff.push(StaffGroup { count: NumberFigure::assumed(people), calendar, skills: Vec::new() }),
    }
    Some(())
}

pub(super) fn set_staff(
    scenario: &mut Scenario,
    reference: &str,
    group: u32,
    count: &NumberFigure,
    cx: &mut Context<'_>,
) -> Option<()> {
    let pool = pool(scenario, "pool", reference, cx)?;
    let groups = pool.staff.len();
    if let Some(group) = pool.staff.get_mut(group as usize) {
        group.count = count.clone();
        return Some(());
    }
    let message = format!("the staff pool '{reference}' has no group number {group}.");
    let hint = match groups {
        0 => "The pool has no groups yet.".to_owned(),
        1 => "It has one group: number 0.".to_owned(),
        _ => format!("Its groups are numbered 0 to {}.", groups - 1),
    };
    cx.fail("group", "unknown-group", message, hint)
}

pub(super) fn scale_demand(scenario: &mut Scenario, id: &str, factor: &NumberFigure, cx: &mut Context<'_>) -> Option<()> {
    let factor = factor.value;
    let Some(position) = scenario.demand.iter().position(|d| d.id == id) else {
        let hint = did_you_mean(id, scenario.demand.iter().map(|d| d.id.as_str()), "streams of demand");
        return cx.fail("demand", "unknown-demand", format!("there is no stream of demand '{id}'."), hint);
    };
    if !factor.is_finite() || factor < 0.0 {
        return cx.fail(
            "factor",
            "bad-factor",
            format!("demand cannot be multiplied with {factor}."),
            "Give a number of at least 0, as 1.3.",
        );
    }
    match &mut scenario.demand[position].arrivals {
        Arrivals::Poisson { per_year, .. } => scale(per_year, factor),
        Arrivals::Renewal { interval, .. } if factor > 0.0 => {
            interval.value = scaled(&interval.value, 1.0 / factor);
            interval.by_segment.iter_mut().for_each(|(_, value)| *value = scaled(value, 1.0 / factor));
            interval.range = interval.range.map(|(low, high)| (low / factor, high / factor));
        }
        Arrivals::Renewal { .. } => {
            let hint = "Take the demand out instead.";
            return cx.fail("factor", "bad-factor", "arrivals one after the other cannot be multiplied with 0.", hint);
        }
        Arrivals::List(bursts) => {
            for burst in bursts {
                burst.count = (f64::from(burst.count) * factor).round().min(f64::from(u32::MAX)) as u32;
            }
        }
    }
    Some(())
}

fn scale(figure: &mut NumberFigure, factor: f64) {
    figure.value *= factor;
    figure.by_segment.iter_mut().for_each(|(_, value)| *value *= factor);
    figure.range = figure.range.map(|(low, high)| (low * factor, high * factor));
}

/// Returns the distribution of `factor` times the quantity, for a factor above 0. A normal distribution that is cut off
/// at 0 scales like the rest, as 0 stays where it is.
fn scaled(of: &Distribution, factor: f64) -> Distribution {
    with_quantities(of, &|quantity| quantity * factor)
}

/// Returns the distribution with every parameter that is a quantity changed; shapes, phases and weights stay.
pub(crate) fn with_quantities(of: &Distribution, change: &impl Fn(f64) -> f64) -> Distribution {
    use Distribution as D;
    let c = change;
    match of {
        D::Fixed(value) => D::Fixed(c(*value)),
        D::Uniform { min, max } => D::Uniform { min: c(*min), max: c(*max) },
        D::Triangular { min, likely, max } => D::Triangular { min: c(*min), likely: c(*likely), max: c(*max) },
        D::Pert { min, likely, max } => D::Pert { min: c(*min), likely: c(*likely), max: c(*max) },
        D::Exponential { mean } => D::Exponential { mean: c(*mean) },
        D::Erlang { k, mean } => D::Erlang { k: *k, mean: c(*mean) },
        D::Gamma { mean, sd } => D::Gamma { mean: c(*mean), sd: c(*sd) },
        D::Lognormal { mean, sd } => D::Lognormal { mean: c(*mean), sd: c(*sd) },
        D::Normal { mean, sd } => D::Normal { mean: c(*mean), sd: c(*sd) },
        D::Weibull { shape, scale } => D::Weibull { shape: *shape, scale: c(*scale) },
        D::Beta { alpha, beta, min, max } => D::Beta { alpha: *alpha, beta: *beta, min: c(*min), max: c(*max) },
        D::Empirical(values) => D::Empirical(values.iter().map(|(value, weight)| (c(*value), *weight)).collect()),
        D::Histogram(bins) => D::Histogram(bins.iter().map(|(from, to, weight)| (c(*from), c(*to), *weight)).collect()),
        D::Truncated { of, min, max } => D::Truncated { of: Box::new(with_quantities(of, c)), min: c(*min), max: c(*max) },
    }
}
