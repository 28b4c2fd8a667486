//! Goes through everything that holds figures, and says of each where it stands, what it means and what it may be.

use crate::base::diagnostic::Path;
use crate::base::distribution::Distribution;
use crate::model::agency::Agency;
use crate::model::calendar::{Calendar, HolidayList};
use crate::model::change::{Change, Item, Operation};
use crate::model::demand::{Arrivals, Demand};
use crate::model::document::Document;
use crate::model::figure::{DurationFigure, Figure, NumberFigure};
use crate::model::flow::{Branch, Element, ElementKind, Repeat, Trigger, Wait, WaitUntil};
use crate::model::life_event::LifeEvent;
use crate::model::offer::Offer;
use crate::model::population::{Attribute, Channel, Place, Segment};
use crate::model::registry::Registry;
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{Fallback, Step};
use crate::model::study::Study;

use super::text;

/// What a number may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// 0 to 1.
    Share,
    /// Money: not negative.
    Money,
    /// A number or factor: not negative.
    Amount,
    /// A count: not negative, and whole.
    Whole,
    /// A factor of at least 1.
    AtLeastOne,
    /// A change as a share: above -1.
    Growth,
}

/// What stands at a place.
#[derive(Clone, Debug)]
pub(crate) enum Content<'a> {
    Number(&'a NumberFigure, Rule),
    Duration(&'a DurationFigure),
    /// Something with a source that is no figure: hours, holidays, a term.
    Said {
        value: String,
        source: Option<&'a String>,
        note: &'a str,
    },
}

/// A figure met on the walk.
#[derive(Clone, Debug)]
pub(crate) struct Met<'a> {
    pub path: Path,
    pub what: &'static str,
    /// Whose figure it is; empty where it stands once in a scenario.
    pub of: &'a str,
    pub content: Content<'a>,
}

impl<'a> Met<'a> {
    pub fn source(&self) -> Option<&'a String> {
        match &self.content {
            Content::Number(figure, _) => figure.source.as_ref(),
            Content::Duration(figure) => figure.source.as_ref(),
            Content::Said { source, .. } => *source,
        }
    }

    pub fn description(&self) -> String {
        if self.of.is_empty() { self.what.to_owned() } else { format!("{} of {}", self.what, self.of) }
    }
}

type Visit<'v> = dyn FnMut(Met<'_>) + 'v;

/// A record that holds figures: its path, its description, and who is told.
struct At<'a, 'v> {
    path: &'a Path,
    of: &'a str,
    visit: &'a mut Visit<'v>,
}

fn silent<T>(figure: &Figure<T>) -> bool {
    figure.source.is_none()
        && figure.by_segment.is_empty()
        && figure.range.is_none()
        && figure.note.is_empty()
        && figure.owner.is_empty()
}

impl At<'_, '_> {
    /// Meets a number; one at its default that says nothing about itself was not entered by anybody.
    fn number(&mut self, field: &'static str, what: &'static str, figure: &NumberFigure, rule: Rule, default: f64) {
        if !(figure.value == default && silent(figure)) {
            (self.visit)(Met { path: self.path.field(field), what, of: self.of, content: Content::Number(figure, rule) });
        }
    }

    fn duration(&mut self, field: &'static str, what: &'static str, figure: &DurationFigure) {
        if !(figure.value == Distribution::Fixed(0.0) && silent(figure)) {
            (self.visit)(Met { path: self.path.field(field), what, of: self.of, content: Content::Duration(figure) });
        }
    }

    fn said(&mut self, field: &'static str, what: &'static str, value: String, source: Option<&String>, note: &str) {
        (self.visit)(Met { path: self.path.field(field), what, of: self.of, content: Content::Said { value, source, note } });
    }

    fn inner<'b>(&'b mut self, path: &'b Path) -> At<'b, 'b> {
        At { path, of: self.of, visit: &mut *self.visit }
    }
}

fn named(id: &str, name: &str) -> String {
    format!("'{}'", if name.is_empty() { id } else { name })
}

/// Walks through a study: the as-is, then every change of every variant, switched-off ones too.
pub(crate) fn study(study: &Study, visit: &mut Visit<'_>) {
    scenario(&study.scenario, visit);
    let root = Path::default();
    for (i, variant) in study.variants.iter().enumerate() {
        let changes = root.field("variants").item(i).field("changes");
        for (j, it) in variant.changes.iter().enumerate() {
            change(it, &variant.id, &changes.item(j), visit);
        }
    }
}

/// Walks through a scenario, whose fields stand at the root.
pub(crate) fn scenario(of: &Scenario, visit: &mut Visit<'_>) {
    let root = Path::default();
    At { path: &root, of: "", visit }.number(
        "hour_value",
        "Value of an hour of a citizen's time",
        &of.hour_value,
        Rule::Money,
        0.0,
    );
    macro_rules! each {
        ($($list:ident: $walk:ident),*) => {$(
            for (i, it) in of.$list.iter().enumerate() {
                $walk(it, &root.field(stringify!($list)).item(i), "", visit);
            }
        )*};
    }
    each!(holidays: holiday_list, calendars: calendar, segments: segment, attributes: attribute, channels: channel, places: place);
    each!(agencies: agency, registries: registry, documents: document, services: service, life_events: life_event, demand: demand);
}

fn holiday_list(it: &HolidayList, path: &Path, within: &str, visit: &mut Visit<'_>) {
    let of = format!("{}{within}", named(&it.id, &it.name));
    let value = format!("{} entries", it.days_off.len() + it.worked.len());
    At { path, of: &of, visit }.said("days_off", "Public holidays", value, it.source.as_ref(), "");
}

fn calendar(it: &Calendar, path: &Path, within: &str, visit: &mut Visit<'_>) {
    let of = format!("{}{within}", named(&it.id, &it.name));
    let value = it.weekly.iter().map(text::weekly).collect::<Vec<_>>().join("; ");
    At { path, of: &of, visit }.said("weekly", "Hours", value, it.source.as_ref(), &it.note);
}

fn segment(it: &Segment, path: &Path, within: &str, visit: &mut Visit<'_>) {
    let of = format!("the segment {}{within}", named(&it.id, &it.name));
    At { path, of: &of, visit }.number("share", "Share", &it.share, Rule::Share, 0.0);
}

fn attribute(it: &Attribute, path: &Path, within: &str, visit: &mut Visit<'_>) {
    for (value, share) in &it.values {
        let of = format!("'{value}' in the attribute {}{within}", named(&it.id, &it.name));
        let path = path.field("values").key(value);
        visit(Met { path, what: "Share", of: &of, content: Content::Number(share, Rule::Share) });
    }
}

fn channel(it: &Channel, path: &Path, within: &str, visit: &mut Visit<'_>) {
    let of = format!("the channel {}{within}", named(&it.id, &it.name));
    At { path, of: &of, visit }.number("cost_per_case", "Cost of a case", &it.cost_per_case, Rule::Money, 0.0);
}

fn place(it: &Place, path: &Path, within: &str, visit: &mut Visit<'_>) {
    let of = format!("the place {}{within}", named(&it.id, &it.name));
    let mut at = At { path, of: &of, visit };
    at.duration("travel", "One-way travel", &it.travel);
    at.number("fare", "Fare", &it.fare, Rule::Money, 0.0);
}

fn agency(it: &Agency, path: &Path, within: &str, visit: &mut Visit<'_>) {
    for (j, pool) in it.pools.iter().enumerate() {
        let path = path.field("pools").item(j);
        let of = format!("the staff pool '{}/{}'{within}", it.id, pool.id);
        let mut at = At { path: &path, of: &of, visit };
        at.number("cost_per_hour", "Cost of an hour", &pool.cost_per_hour, Rule::Money, 0.0);
        at.number("absence", "Absence", &pool.absence, Rule::Share, 0.0);
        for (k, group) in pool.staff.iter().enumerate() {
            let path = path.field("staff").item(k);
            at.inner(&path).number("count", "Number of people", &group.count, Rule::Whole, 0.0);
        }
    }
}

fn registry(it: &Registry, path: &Path, within: &str, visit: &mut Visit<'_>) {
    let of = format!("the registry {}{within}", named(&it.id, &it.name));
    let mut at = At { path, of: &of, visit };
    at.number("coverage", "Coverage", &it.coverage, Rule::Share, 1.0);
    at.number("correctness", "Share of right records", &it.correctness, Rule::Share, 1.0);
    at.duration("latency", "Time to answer", &it.latency);
    at.number("cost_per_call", "Cost of a request", &it.cost_per_call, Rule::Money, 0.0);
    if let Some(outages) = &it.outages {
        let path = path.field("outages");
        let mut at = at.inner(&path);
        at.duration("up", "Time between outages", &outages.up);
        at.duration("down", "Length of outages", &outages.down);
    }
}

fn document(it: &Document, path: &Path, within: &str, visit: &mut Visit<'_>) {
    let of = format!("the document {}{within}", named(&it.id, &it.name));
    let mut at = At { path, of: &of, visit };
    at.number("at_hand", "Share at hand", &it.at_hand, Rule::Share, 0.0);
    let path = path.field("gathering");
    let mut at = at.inner(&path);
    at.duration("work", "Work of gathering", &it.gathering.work);
    at.number("visits", "Journeys for gathering", &it.gathering.visits, Rule::Amount, 0.0);
    at.duration("wait", "Waiting for the issue", &it.gathering.wait);
    at.number("fee", "Fee", &it.gathering.fee, Rule::Money, 0.0);
}

fn service(it: &Service, path: &Path, within: &str, visit: &mut Visit<'_>) {
    let service_name = named(&it.id, &it.name);
    let of = format!("the service {service_name}{within}");
    if let Some(term) = &it.term {
        At { path, of: &of, visit }.said("term", "Statutory term", text::term(&term.length), term.source.as_ref(), &term.note);
    }
    for (j, entry) in it.channels.iter().enumerate() {
        let of = format!("the channel '{}' in the service {service_name}{within}", entry.channel);
        At { path: &path.field("channels").item(j), of: &of, visit }.number("share", "Share", &entry.share, Rule::Share, 0.0);
    }
    let within = format!(" in {service_name}{within}");
    elements(&it.elements, &path.field("elements"), &within, visit);
}

fn elements(list: &[Element], path: &Path, within: &str, visit: &mut Visit<'_>) {
    for (k, it) in list.iter().enumerate() {
        element(it, &path.item(k), within, visit);
    }
}

/// Walks through one element, whose own path is given.
pub(crate) fn element(it: &Element, path: &Path, within: &str, visit: &mut Visit<'_>) {
    let of = format!("{}{within}", named(&it.id, &it.name));
    let kind = path.field("kind");
    let mut at = At { path: &kind, of: &of, visit };
    match &it.kind {
        ElementKind::Step(it) => step(it, &mut at),
        ElementKind::Exclusive(ways) | ElementKind::Inclusive(ways) => {
            for (j, way) in ways.iter().enumerate() {
                branch(way, &of, &kind.item(j), at.visit);
            }
        }
        ElementKind::EventBased(ways) => {
            for (j, way) in ways.iter().enumerate() {
                trigger(&way.trigger, &kind.item(j), &mut at);
            }
        }
        ElementKind::Wait(Wait { until: WaitUntil::For(duration), .. }) => at.duration("until", "Length", duration),
        ElementKind::SubProcess(inner) => elements(inner, &kind, within, at.visit),
        ElementKind::EventSubProcess(event) => {
            trigger(&event.trigger, &kind, &mut at);
            for (j, other) in event.others.iter().enumerate() {
                let path = kind.field("others").item(j);
                trigger(&other.trigger, &path, &mut At { path: &path, of: &of, visit: at.visit });
            }
            elements(&event.elements, &kind.field("elements"), within, at.visit);
        }
        ElementKind::Offer(it) => offer(it, &mut at),
        _ => {}
    }
    let times = path.field("repeat");
    let met = |what, number, rule| Met { path: times.clone(), what, of: &of, content: Content::Number(number, rule) };
    match &it.repeat {
        Some(Repeat::Loop { again, .. }) => visit(met("Share done again", again, Rule::Share)),
        Some(Repeat::Sequential(count) | Repeat::Parallel(count)) => visit(met("Times", count, Rule::Whole)),
        None => {}
    }
    for (j, boundary) in it.boundary.iter().enumerate() {
        let path = path.field("boundary").item(j);
        trigger(&boundary.trigger, &path, &mut At { path: &path, of: &of, visit });
    }
}

fn branch(way: &Branch, gateway: &str, path: &Path, visit: &mut Visit<'_>) {
    if let Some(share) = &way.share {
        let of = format!("the way to {} at {gateway}", named(&way.to, &way.name));
        let path = path.field("share");
        visit(Met { path, what: "Share", of: &of, content: Content::Number(share, Rule::Share) });
    }
}

fn trigger(of: &Trigger, path: &Path, at: &mut At<'_, '_>) {
    if let Trigger::After(duration) = of {
        at.inner(path).duration("trigger", "Timer", duration);
    }
}

fn step(it: &Step, at: &mut At<'_, '_>) {
    let base = at.path;
    at.duration("duration", "Duration", &it.duration);
    at.number("fee", "Fee", &it.fee, Rule::Money, 0.0);
    at.number("cost", "Cost beside staff", &it.cost, Rule::Money, 0.0);
    for (j, used) in it.documents.iter().enumerate() {
        fallback(&used.fallback, &base.field("documents").item(j).field("fallback"), at);
    }
    if let Some(patience) = &it.patience {
        at.inner(&base.field("patience")).duration("after", "Patience in line", &patience.after);
    }
    if let Some(failure) = &it.failure {
        at.inner(&base.field("failure")).number("share", "Failure share", &failure.share, Rule::Share, 0.0);
    }
}

fn fallback(of: &Fallback, path: &Path, at: &mut At<'_, '_>) {
    if let Fallback::Staff { duration, wait, .. } = of {
        let mut at = at.inner(path);
        at.duration("duration", "Fallback work", duration);
        at.duration("wait", "Fallback wait", wait);
    }
}

fn offer(it: &Offer, at: &mut At<'_, '_>) {
    at.duration("detection", "Detection time", &it.detection);
    at.number("eligible", "Eligible share", &it.eligible, Rule::Share, 1.0);
    at.number("reachable", "Reachable share", &it.reachable, Rule::Share, 1.0);
    at.number("delivered", "Delivered share", &it.delivered, Rule::Share, 1.0);
    at.duration("answer_delay", "Answer delay", &it.answer_delay);
    at.number("answers", "Answer share", &it.answers, Rule::Share, 1.0);
    at.number("consent", "Consent share", &it.consent, Rule::Share, 1.0);
    at.duration("answer_work", "Work for an answer", &it.answer_work);
    at.number("reminder_effect", "Reminder effect", &it.reminder_effect, Rule::AtLeastOne, 1.0);
    at.number("cost_per_message", "Cost of a message", &it.cost_per_message, Rule::Money, 0.0);
}

fn life_event(it: &LifeEvent, path: &Path, within: &str, visit: &mut Visit<'_>) {
    for (j, used) in it.services.iter().enumerate() {
        let of = format!("the service '{}' in the life event {}{within}", used.service, named(&it.id, &it.name));
        let path = path.field("services").item(j);
        let mut at = At { path: &path, of: &of, visit };
        at.number("due", "Share due", &used.due, Rule::Share, 1.0);
        at.duration("delay", "Delay", &used.delay);
    }
}

fn demand(it: &Demand, path: &Path, within: &str, visit: &mut Visit<'_>) {
    let of = format!("the demand '{}'{within}", it.id);
    let path = path.field("arrivals");
    let mut at = At { path: &path, of: &of, visit };
    match &it.arrivals {
        Arrivals::Poisson { per_year, growth, profile } => {
            at.number("per_year", "Yearly number", per_year, Rule::Amount, 0.0);
            at.number("growth", "Yearly growth", growth, Rule::Growth, 0.0);
            let lists = [&profile.months, &profile.weekdays, &profile.hours];
            let path = path.field("profile");
            if lists.iter().any(|list| !list.is_empty()) {
                let value = "weights by month, weekday or hour".to_owned();
                at.said("profile", "Profile", value, profile.source.as_ref(), "");
            }
            for (j, peak) in profile.peaks.iter().enumerate() {
                at.inner(&path.field("peaks").item(j)).number("factor", "Factor of a peak", &peak.factor, Rule::Amount, 1.0);
            }
        }
        Arrivals::Renewal { interval, .. } => at.duration("interval", "Time between arrivals", interval),
        Arrivals::List(_) => {}
    }
}

/// Walks through a change: its cost, its effort, and what its operations set.
fn change(it: &Change, variant: &str, path: &Path, visit: &mut Visit<'_>) {
    let title = named(&it.id, &it.title);
    let of = format!("the change {title} of the variant '{variant}'");
    let mut at = At { path, of: &of, visit };
    for (field, what, figure, rule) in
        [("cost", "Cost", &it.cost, Rule::Money), ("effort_days", "Effort in person-days", &it.effort_days, Rule::Amount)]
    {
        if let Some(figure) = figure {
            at.number(field, what, figure, rule, 0.0);
        }
    }
    let within = format!(", set by {of}");
    for (k, it) in it.operations.iter().enumerate() {
        operation(it, &path.field("operations").item(k), &within, visit);
    }
}

fn operation(it: &Operation, path: &Path, within: &str, visit: &mut Visit<'_>) {
    let step_of = |service: &str, step: &str| format!("'{step}' in '{service}'{within}");
    match it {
        Operation::AddStep { service, element: it, .. } | Operation::ReplaceStep { service, element: it } => {
            element(it, &path.field("element"), &format!(" in '{service}'{within}"), visit);
        }
        Operation::Automate { service, step, duration, .. } | Operation::SetDuration { service, step, duration } => {
            let of = step_of(service, step);
            At { path, of: &of, visit }.duration("duration", "Duration", duration);
        }
        Operation::FetchDocument { service, step, fallback: used, .. } => {
            let of = step_of(service, step);
            fallback(used, &path.field("fallback"), &mut At { path, of: &of, visit });
        }
        Operation::OfferProactively { service, offer: it, others_apply, .. } => {
            let of = format!("the offer of '{service}'{within}");
            let offer_path = path.field("offer");
            let mut at = At { path, of: &of, visit };
            offer(it, &mut at.inner(&offer_path));
            at.number("others_apply", "Self-applying share", others_apply, Rule::Share, 0.0);
        }
        Operation::MoveChannelShare { service, from, to, share } => {
            let of = format!("the move from '{from}' to '{to}' in '{service}'{within}");
            At { path, of: &of, visit }.number("share", "Share", share, Rule::Share, 0.0);
        }
        Operation::SetStaff { pool, count, .. } => {
            let of = format!("the staff pool '{pool}'{within}");
            At { path, of: &of, visit }.number("count", "Number of people", count, Rule::Whole, 0.0);
        }
        Operation::SetShare { service, gateway, to, share } => {
            let of = format!("the way to '{to}' at '{gateway}' in '{service}'{within}");
            At { path, of: &of, visit }.number("share", "Share", share, Rule::Share, 0.0);
        }
        Operation::SetCoverage { registry, coverage } => {
            let of = format!("the registry '{registry}'{within}");
            At { path, of: &of, visit }.number("coverage", "Coverage", coverage, Rule::Share, 1.0);
        }
        Operation::ScaleDemand { demand, factor } => {
            let of = format!("the demand '{demand}'{within}");
            At { path, of: &of, visit }.number("factor", "Factor", factor, Rule::Amount, 1.0);
        }
        Operation::SetGeneral { hour_value, .. } => {
            let of = within.trim_start_matches(", set by ");
            At { path, of, visit }.number("hour_value", "Value of an hour of a citizen's time", hour_value, Rule::Money, 0.0);
        }
        Operation::Put(item) => match item {
            Item::Holidays(it) => holiday_list(it, path, within, visit),
            Item::Calendar(it) => calendar(it, path, within, visit),
            Item::Segment(it) => segment(it, path, within, visit),
            Item::Attribute(it) => attribute(it, path, within, visit),
            Item::Channel(it) => channel(it, path, within, visit),
            Item::Place(it) => place(it, path, within, visit),
            Item::Agency(it) => agency(it, path, within, visit),
            Item::Registry(it) => registry(it, path, within, visit),
            Item::Document(it) => document(it, path, within, visit),
            Item::Service(it) => service(it, path, within, visit),
            Item::LifeEvent(it) => life_event(it, path, within, visit),
            Item::Demand(it) => demand(it, path, within, visit),
        },
        Operation::RemoveStep { .. }
        | Operation::DropDocument { .. }
        | Operation::OnceOnly(_)
        | Operation::RunInParallel { .. }
        | Operation::MoveStaff { .. }
        | Operation::SetSitting { .. }
        | Operation::SetForm { .. }
        | Operation::Remove { .. }
        | Operation::Reorder { .. } => {}
    }
}
