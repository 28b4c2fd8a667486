//! What single elements are made of: performers, documents, places, waits, offers, border events.

use std::collections::BTreeSet;

use super::calendars::Week;
use super::names::Kind;
use super::services::for_each_element;
use super::{Check, capital, conditions, services};
use crate::base::diagnostic::Path;
use crate::base::time::{LONGEST_DURATION, SimDuration};
use crate::model::agency::StaffPool;
use crate::model::calendar::WeeklyInstant;
use crate::model::flow::{Branch, Element, ElementKind, Repeat, Trigger, Wait, WaitUntil};
use crate::model::offer::Offer;
use crate::model::provenance::text;
use crate::model::service::Service;
use crate::model::step::{DocumentSource, Fallback, Performer, Sitting, Step};

/// More rounds of question and answer than this are a slip.
const MOST_ROUNDS: u32 = 1_000;

/// The most staff pools that one step can need at once.
const MOST_POOLS: usize = 6;

pub(super) fn check<'a>(check: &mut Check<'a>, service: &'a Service, elements: &'a [Element], path: &Path) {
    for_each_element(elements, path, &mut |element, path| {
        let who = format!("the step '{}' in '{}'", element.id, service.id);
        let kind = path.field("kind");
        match &element.kind {
            ElementKind::Step(it) => step(check, service, it, &who, &kind),
            ElementKind::Wait(it) => wait(check, it, &who, &kind),
            ElementKind::Offer(it) => offer(check, it, &who, &kind),
            ElementKind::Call(called) => {
                check.reference(Kind::Service, called, &who, kind);
            }
            ElementKind::Batch { size, at_most } => {
                if *size == 0 {
                    check.error(
                        "empty-batch",
                        kind.field("size"),
                        format!("{} gathers 0 cases.", capital(&who)),
                        "Write at least 1.",
                    );
                }
                positive(check, *at_most, &who, kind.field("at_most"));
            }
            ElementKind::EventSubProcess(event) => {
                trigger(check, service, &event.trigger, &who, &kind.field("trigger"));
                for (j, other) in event.others.iter().enumerate() {
                    let path = kind.field("others").item(j);
                    trigger(check, service, &other.trigger, &who, &path.field("trigger"));
                    begins_at(check, &event.elements, &other.at, &who, path.field("at"));
                }
            }
            ElementKind::Begin(begin) => {
                let known = check.reference(Kind::Service, &begin.service, &who, kind.field("service"));
                if let (true, Some(at), Some(begun)) = (known, &begin.at, check.scenario.service(&begin.service)) {
                    begins_at(check, &begun.elements, at, &who, kind.field("at"));
                }
            }
            ElementKind::Exclusive(ways) => branches(check, service, ways, true, &who, &kind),
            ElementKind::Inclusive(ways) => branches(check, service, ways, false, &who, &kind),
            ElementKind::EventBased(ways) => {
                for (j, way) in ways.iter().enumerate() {
                    let path = kind.item(j).field("trigger");
                    trigger(check, service, &way.trigger, &who, &path);
                    if matches!(way.trigger, Trigger::Error(_) | Trigger::Escalation(_) | Trigger::Cancel | Trigger::Compensation)
                    {
                        let message = format!(
                            "{} waits for an error, an escalation or compensation, which only border events can.",
                            capital(&who)
                        );
                        check.error("bad-trigger", path, message, "Wait for a timer or a message.");
                    }
                }
            }
            _ => {}
        }
        border(check, service, element, &who, path);
    });
}

fn step(check: &mut Check<'_>, service: &Service, step: &Step, who: &str, path: &Path) {
    let scenario = check.scenario;
    let performer = path.field("performer");
    match &step.performer {
        Performer::Staff(pools) => {
            if pools.is_empty() {
                check.error(
                    "no-pool",
                    performer.clone(),
                    format!("{} is done by staff, but names no staff pool.", capital(who)),
                    "Name one, as Staff([\"psc/window\"]).",
                );
            }
            if pools.iter().map(|used| &used.pool).collect::<BTreeSet<_>>().len() > MOST_POOLS {
                let message = format!("{} needs people of {} staff pools at once.", capital(who), pools.len());
                check.error("too-many-pools", performer.clone(), message, "Name at most 6 pools, or split the step.");
            }
            for (j, used) in pools.iter().enumerate() {
                let path = performer.item(j);
                if used.count == 0 {
                    check.error(
                        "no-people",
                        path.field("count"),
                        format!("{} asks for 0 people of '{}'.", capital(who), used.pool),
                        "Ask for at least 1.",
                    );
                }
                if check.reference(Kind::Pool, &used.pool, who, path.field("pool"))
                    && let Some((_, pool)) = scenario.staff_pool(&used.pool)
                {
                    staffing(check, step, &used.pool, pool, used.count, who, path);
                }
            }
            if step.duration.value.check().is_empty() && step.duration.value.mean() <= 0.0 {
                let message = format!("{} takes staff, but no time.", capital(who));
                check.warning(
                    "staff-without-time",
                    path.field("duration"),
                    message,
                    "Give it a duration, or let a system do it.",
                );
            }
        }
        Performer::System(registry) => check.optional(Kind::Registry, registry.as_ref(), who, performer),
        Performer::Citizen => {}
    }
    if step.skill.is_some() && !matches!(step.performer, Performer::Staff(_)) {
        let message = format!("{} asks for a skill, but no staff does it.", capital(who));
        check.warning("skill-without-staff", path.field("skill"), message, "Take the skill out, or name a staff pool.");
    }
    check.optional(Kind::Place, step.place.as_ref(), who, path.field("place"));
    for (j, used) in step.documents.iter().enumerate() {
        let path = path.field("documents").item(j);
        let document = scenario.documents.iter().find(|d| d.id == used.document);
        let Some(document) = document else {
            check.reference(Kind::Document, &used.document, who, path.field("document"));
            continue;
        };
        if used.from == DocumentSource::Registry && document.registry.is_none() {
            let message = format!("{} fetches '{}' from a registry, but no registry holds it.", capital(who), document.id);
            check.error("no-registry", path.field("from"), message, "Name the registry at the document, or ask the citizen.");
        }
        if used.from == DocumentSource::Issuer && document.issued_by.is_none() {
            let message = format!("{} has '{}' issued, but no service issues it.", capital(who), document.id);
            check.error("no-issuer", path.field("from"), message, "Name the issuing service at the document (issued_by).");
        }
        if let Fallback::Staff { pool, .. } = &used.fallback {
            check.reference(Kind::Pool, pool, who, path.field("fallback").field("pool"));
        }
        if step.documents[..j].iter().any(|earlier| earlier.document == used.document) {
            let message = format!("{} asks for '{}' twice.", capital(who), used.document);
            check.warning("document-twice", path.field("document"), message, "Take one of them out.");
        }
    }
    for (j, document) in step.issues.iter().enumerate() {
        check.reference(Kind::Document, document, who, path.field("issues").item(j));
    }
    for (name, value) in &step.sets {
        conditions::check_set(check, name, value, who, path.field("sets").key(name));
    }
    if let Some(length) = &step.extends_term {
        let path = path.field("extends_term");
        let term = service.term.as_ref();
        if term.is_none() {
            let message = format!("{} extends the statutory term, but the service has none.", capital(who));
            check.error("no-term", path.clone(), message, "Give the service a term.");
        }
        let has_calendar = term.is_none_or(|term| term.calendar.is_some());
        services::term_length(check, length, has_calendar, &format!("the extension of the term at {who}"), path);
    }
}

/// Checks whether the people of a pool can do a step at all: enough of them, with the skill, in shifts long enough.
fn staffing(check: &mut Check<'_>, step: &Step, reference: &str, pool: &StaffPool, count: u32, who: &str, path: Path) {
    let scenario = check.scenario;
    let able = || pool.staff.iter().filter(|g| step.skill.as_ref().is_none_or(|skill| g.skills.contains(skill)));
    if let Some(skill) = &step.skill
        && able().next().is_none()
    {
        let skills: Vec<&str> = pool.staff.iter().flat_map(|g| &g.skills).map(String::as_str).collect();
        let hint = check.suggestion(skill, skills, "skills in this pool");
        let message = format!("{} asks for the skill '{skill}', which nobody in '{reference}' has.", capital(who));
        check.error("no-such-skill", path.clone(), message, hint);
        return;
    }
    let people: f64 = able().map(|g| g.count.value).sum();
    if people < f64::from(count) && people > 0.0 {
        let message = format!(
            "{} asks for {count} people of '{reference}' at once, but only {} can do it.",
            capital(who),
            text::number(people)
        );
        check.error("too-few-people", path.clone(), message, "Ask for fewer, or add people.");
    }
    if step.sitting != Sitting::OneSitting || !step.duration.value.check().is_empty() {
        return;
    }
    let calendars = able().map(|g| g.calendar.as_deref());
    let shifts: Vec<Option<u32>> = calendars
        .map(|id| match id {
            None => None,
            Some(id) => scenario.calendars.iter().find(|c| c.id == id).map_or(Some(0), |c| Week::of(Some(c)).longest),
        })
        .collect();
    let Some(longest) = shifts.iter().copied().try_fold(0, |longest: u32, shift| shift.map(|shift| longest.max(shift))) else {
        return;
    };
    let mean = step.duration.value.mean();
    if longest > 0 && mean > f64::from(longest) * 60_000.0 {
        let message = format!(
            "{} is done in one sitting and takes {} on average, but the longest shift in '{reference}' is {}: it will run over every time.",
            capital(who),
            text::duration(mean),
            text::duration(f64::from(longest) * 60_000.0)
        );
        check.warning("fits-no-shift", path, message, "Let the work pause overnight, or split the step.");
    }
}

fn positive(check: &mut Check<'_>, length: Option<SimDuration>, who: &str, path: Path) {
    if length.is_some_and(|length| length < SimDuration::ZERO || length > LONGEST_DURATION) {
        let message = format!("A duration of {who} is negative or longer than 200 years.");
        check.error("bad-duration", path, message, "Write a length, as \"3d\".");
    }
}

fn wait(check: &mut Check<'_>, wait: &Wait, who: &str, path: &Path) {
    let until = path.field("until");
    match &wait.until {
        WaitUntil::For(_) => {}
        WaitUntil::WorkingDays { count, calendar } => {
            check.reference(Kind::Calendar, calendar, who, until.field("calendar"));
            if *count == 0 || *count > 50 * 366 {
                let message = format!("{} waits for {count} working days.", capital(who));
                check.error("out-of-range", until.field("count"), message, "Write at least 1: the next working day.");
            }
        }
        WaitUntil::Weekly { at, calendar } => {
            instant(check, at, who, until.field("at"));
            check.optional(Kind::Calendar, calendar.as_ref(), who, until.field("calendar"));
        }
        WaitUntil::Open(calendar) => {
            check.reference(Kind::Calendar, calendar, who, until);
        }
    }
}

fn instant(check: &mut Check<'_>, at: &WeeklyInstant, who: &str, path: Path) {
    if at.days.iter().next().is_none() || at.minute >= 24 * 60 {
        let message = format!("{} waits for an instant of the week that never comes.", capital(who));
        check.error("bad-instant", path, message, "Write a day and a time, as \"Tue 12:00\".");
    }
}

fn offer(check: &mut Check<'_>, offer: &Offer, who: &str, path: &Path) {
    check.optional(Kind::Calendar, offer.sending_hours.as_ref(), who, path.field("sending_hours"));
    positive(check, offer.window, who, path.field("window"));
    if offer.window == Some(SimDuration::ZERO) {
        check.warning(
            "empty-window",
            path.field("window"),
            format!("{} stands for no time at all, so nobody can answer.", capital(who)),
            "Write a length, as \"72h\".",
        );
    }
    for (j, reminder) in offer.reminders.iter().enumerate() {
        let path = path.field("reminders").item(j);
        positive(check, Some(*reminder), who, path.clone());
        if offer.window.is_some_and(|window| *reminder >= window) {
            let message = format!("A reminder of {who} goes out after the offer has ended, and so never.");
            check.warning("late-reminder", path, message, "Send it earlier, or let the offer stand longer.");
        }
    }
    if offer.further_rounds > MOST_ROUNDS {
        let message = format!("{} asks {} more questions.", capital(who), text::number(f64::from(offer.further_rounds)));
        check.error("out-of-range", path.field("further_rounds"), message, "Write at most 1 000.");
    }
}

fn branches(check: &mut Check<'_>, service: &Service, ways: &[Branch], exclusive: bool, who: &str, path: &Path) {
    let (mut shares, mut conditions, mut otherwise) = (0, 0, 0);
    let mut faulty = false;
    for (j, way) in ways.iter().enumerate() {
        let path = path.item(j);
        let said = usize::from(way.share.is_some()) + usize::from(way.when.is_some()) + usize::from(way.otherwise);
        shares += usize::from(way.share.is_some());
        conditions += usize::from(way.when.is_some());
        otherwise += usize::from(way.otherwise);
        if said != 1 {
            faulty = true;
            let fault = if said == 0 { "nothing says when it is taken" } else { "more than one thing says when it is taken" };
            let message = format!("Of the way to '{}' at {who}, {fault}.", way.to);
            check.error("branch-choice", path.clone(), message, "Give it exactly one of share, when, and otherwise: true.");
        }
        if let Some(when) = &way.when {
            conditions::check_text(check, service, when, who, path.field("when"));
        }
    }
    if otherwise > 1 {
        let message = format!("At {who} several ways are taken 'otherwise', but only one can be.");
        check.error("branch-choice", path.clone(), message, "Leave it at one way.");
    }
    if !exclusive || faulty {
        return;
    }
    if shares > 0 && conditions + otherwise > 0 {
        let message = format!("At {who} some ways are chosen by share and some by condition.");
        check.error(
            "mixed-gateway",
            path.clone(),
            message,
            "Use shares for all ways or for none; a second gateway can hold the others.",
        );
    } else if shares > 0 {
        let figures: Vec<_> = ways.iter().filter_map(|way| way.share.as_ref()).collect();
        super::population::whole(check, &figures, &format!("the shares at {who}"), "exclusive-shares", path);
    } else if conditions > 0 && otherwise == 0 && !conditions::exhaustive(check, ways) {
        let message = format!("At {who} a case to which no condition applies cannot go on.");
        check.warning("no-otherwise", path.clone(), message, "Mark one way with otherwise: true.");
    }
}

fn border(check: &mut Check<'_>, service: &Service, element: &Element, who: &str, path: &Path) {
    let allowed = element.kind.can_have_border();
    repeat(check, element, who, path);
    for (j, boundary) in element.boundary.iter().enumerate() {
        let path = path.field("boundary").item(j);
        if !allowed {
            let message = format!("{} cannot have the border event '{}', as it takes no time.", capital(who), boundary.id);
            let hint = "Border events belong to steps, waits, calls, sub-processes, offers and messages that are waited for.";
            check.error("bad-boundary", path.clone(), message, hint);
        }
        trigger(check, service, &boundary.trigger, who, &path.field("trigger"));
        if matches!(boundary.trigger, Trigger::Error(_)) && !boundary.interrupting {
            let message = format!("The border event '{}' of {who} catches an error, but does not stop what failed.", boundary.id);
            check.error("bad-boundary", path, message, "Errors always stop what they happen in: leave interrupting at true.");
        }
    }
}

/// Checks that something begins at a start of its own.
fn begins_at(check: &mut Check<'_>, elements: &[Element], at: &str, who: &str, path: Path) {
    if !elements.iter().any(|e| e.id == at && matches!(e.kind, ElementKind::Start | ElementKind::OtherStart)) {
        let message = format!("{} begins something at '{at}', where no such start is.", capital(who));
        check.error("unknown-start", path, message, "Name an element of the kind OtherStart.");
    }
}

/// Checks how often an element is done.
fn repeat(check: &mut Check<'_>, element: &Element, who: &str, path: &Path) {
    let Some(repeat) = &element.repeat else { return };
    let path = path.field("repeat");
    if !element.kind.can_repeat() {
        let message = format!("{} cannot be repeated.", capital(who));
        check.error("misplaced-repeat", path.clone(), message, "Steps, waits, calls, sub-processes and messages waited for can.");
    }
    let (count, most) = match repeat {
        Repeat::Loop { at_most, .. } => (f64::from(*at_most), 1e6),
        Repeat::Sequential(count) => (count.value, 1e6),
        Repeat::Parallel(count) => (count.value, 100.0),
    };
    if !(count >= 1.0 && count <= most && count.fract() == 0.0) {
        let message = format!("{} is done {count} times.", capital(who));
        check.error("bad-repeat", path, message, format!("Write a whole number from 1 to {most}."));
    }
}

fn trigger(check: &mut Check<'_>, service: &Service, trigger: &Trigger, who: &str, path: &Path) {
    match trigger {
        Trigger::Weekly(at) => instant(check, at, who, path.clone()),
        Trigger::Deadline if service.term.is_none() => {
            let message = format!("{} waits for the end of the statutory term, but the service has none.", capital(who));
            check.error("no-term", path.clone(), message, "Give the service a term.");
        }
        Trigger::Message(name) if name.is_empty() => {
            check.error(
                "empty-id",
                path.clone(),
                format!("{} waits for a message without a name.", capital(who)),
                "Name the message.",
            );
        }
        _ => {}
    }
}
