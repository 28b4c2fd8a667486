//! Events of a case put together to activities, where nothing is lost by it.

use super::Row;
use crate::formats::log::read::gather::Transition;

/// Puts starts together with their ends, in the order of the ends; what was begun and not ended comes last. `None` where that would lose
/// something: events that are neither, and starts that say otherwise than their ends. A time at which an activity was due stays with it
/// even where it lies after the start, which no row of a table may say: see [`is_due_late`].
pub fn of_events(mut events: Vec<Row>) -> Option<Vec<Row>> {
    // Stable: of one instant, the order of the file.
    events.sort_by_key(|e| e.ended.map(|at| at.wall));
    let mut open: Vec<Row> = Vec::new();
    let mut rows = Vec::new();
    for event in events {
        match event.transition {
            Transition::Start if event.started.is_none() => open.push(event),
            Transition::Complete | Transition::Abort | Transition::Withdraw => rows.push(ended(&mut open, event)?),
            _ => return None,
        }
    }
    rows.extend(open.into_iter().map(|event| Row { is_whole: true, started: event.ended, ended: None, ..event }));
    Some(rows)
}

/// Tells whether an activity was due, as it says, after it had begun.
pub fn is_due_late(row: &Row) -> bool {
    row.enabled.zip(row.started).is_some_and(|(due, start)| start.wall < due.wall)
}

/// Finds the start of an end.
fn ended(open: &mut Vec<Row>, end: Row) -> Option<Row> {
    let is_of_it = |start: &Row| start.name == end.name && start.element == end.element && start.instance == end.instance;
    let by_the_same = |start: &Row| is_of_it(start) && start.resource == end.resource && fits(start, &end);
    let found = open.iter().position(by_the_same).or_else(|| open.iter().position(|start| is_of_it(start) && fits(start, &end)));
    match found {
        Some(i) => Some(joined(open.remove(i), end)),
        None if open.iter().any(is_of_it) => None,
        None => Some(Row { is_whole: true, ..end }),
    }
}

/// Tells whether a start and an end say nothing that the other one gainsays.
fn fits(start: &Row, end: &Row) -> bool {
    let agree = |a: &str, b: &str| a.is_empty() || b.is_empty() || a == b;
    let of_end = |number: u32| end.others.iter().find(|(n, _)| *n == number).map(|(_, text)| text);
    end.transition != Transition::Withdraw
        && end.started.is_none()
        && agree(&start.resource, &end.resource)
        && start.enabled.zip(end.enabled).is_none_or(|(a, b)| a == b)
        && start.others.iter().all(|(number, text)| of_end(*number).is_none_or(|known| known == text))
}

/// Joins a start with its end, which it fits.
fn joined(start: Row, end: Row) -> Row {
    let mut others = end.others;
    for (number, text) in start.others {
        if others.iter().all(|(n, _)| *n != number) {
            others.push((number, text));
        }
    }
    Row {
        resource: if end.resource.is_empty() { start.resource } else { end.resource },
        started: start.ended,
        enabled: end.enabled.or(start.enabled),
        is_whole: true,
        others,
        ..end
    }
}
