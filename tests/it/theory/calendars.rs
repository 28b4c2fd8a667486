//! Working hours, holidays and statutory terms, by the dates of 2026.

use super::{Finding, number, text};
use crate::programs::{Hours, Net, WEEKDAYS, at};
use jiff::civil::{Date, date};
use kezek::base::time::{MS_PER_HOUR, MS_PER_MINUTE, SimTime};
use kezek::engine::program::{Effect, Kind, Service, Term, TermLength, Trigger, Until};

/// The Monday before 2 October 2026, which is a Friday.
const AUTUMN: Date = date(2026, 9, 28);
/// The Monday before Nauryz of 2026.
const SPRING: Date = date(2026, 3, 16);

/// Writes an instant of a study that begins on `zero`.
pub fn stamp(zero: Date, t: SimTime, format: &str) -> String {
    let start = zero.to_datetime(jiff::civil::Time::midnight());
    (start + jiff::SignedDuration::from_millis(t.ms())).strftime(format).to_string()
}

const DAY_AND_TIME: &str = "%a %H:%M";
const DATE_AND_TIME: &str = "%a %Y-%m-%d %H:%M";
const DATE: &str = "%a %Y-%m-%d";

/// Returns when work of one clerk ends that is due at an instant.
fn finish(hours: impl Fn(&mut Net) -> Option<Hours>, due: SimTime, length_minutes: f64) -> SimTime {
    let mut net = Net::new();
    let hours = hours(&mut net);
    let (pool, length) = (net.shifts(&[(1, hours)]), net.fixed(length_minutes));
    let work = net.work(pool, length);
    net.one_case(work, due);
    let (recorder, _) = net.run();
    recorder.only(work).ended
}

fn nine_to_six(net: &mut Net) -> Option<Hours> {
    Some(net.nine_to_six())
}

fn with_lunch(net: &mut Net) -> Option<Hours> {
    Some(net.weekly(4, WEEKDAYS, &[(9 * 60, 13 * 60), (14 * 60, 18 * 60)]))
}

/// From Saturday 21 to Wednesday 25 March nobody works.
fn spring_hours(net: &mut Net) -> Option<Hours> {
    let weekdays = net.nine_to_six();
    let open = net.program.calendars[weekdays].minus(&[(at(5, 0, 0), at(10, 0, 0))]);
    Some(net.program.calendars.push(open))
}

pub fn working_hours() -> Vec<Finding> {
    let saturday_morning = finish(|_| None, at(4, 23, 50), 30.0);
    vec![
        text("C01", stamp(AUTUMN, finish(nine_to_six, at(4, 17, 30), 90.0), DATE_AND_TIME)),
        text("C02", stamp(AUTUMN, finish(with_lunch, at(0, 12, 30), 90.0), DAY_AND_TIME)),
        text("C03", stamp(AUTUMN, finish(nine_to_six, at(5, 11, 0), 30.0), DAY_AND_TIME)),
        text("C04", stamp(SPRING, finish(spring_hours, at(4, 17, 0), 120.0), DATE_AND_TIME)),
        text("C07", stamp(AUTUMN, saturday_morning, DAY_AND_TIME)),
        text("C12", stamp(AUTUMN, finish(nine_to_six, at(4, 18, 0), 1.0), DAY_AND_TIME)),
        text("C13", stamp(AUTUMN, finish(nine_to_six, at(4, 16, 30), 90.0), DAY_AND_TIME)),
    ]
}

/// The day with which a term of eight working days ends that begins on Friday 20 March.
fn last_day(receipt_day_counts: bool) -> String {
    let mut net = Net::new();
    let flags: Vec<bool> = (0..60).map(|day| day % 7 < 5 && !(5..=9).contains(&day)).collect();
    let days = net.working_days(&flags);
    let length = TermLength::WorkingDays(8, days);
    let service =
        net.service(Service { term: Some(Term { length, receipt_day_counts, from_application: true }), ..Service::default() });
    let (received, decided) = (net.pass(), net.end());
    net.effect(received, Effect::Applied);
    net.effect(decided, Effect::Decided);
    net.chain(&[received, decided]);
    let source = net.one_case(received, at(4, 11, 0));
    net.program.sources[source].service = Some(service);
    let (recorder, _) = net.run();
    // The term is over when that day is: at the midnight after it.
    stamp(SPRING, SimTime(recorder.services[0].deadline.unwrap().ms() - 1), DATE)
}

pub fn statutory_terms() -> Vec<Finding> {
    vec![text("C05a", last_day(false)), text("C05b", last_day(true))]
}

pub fn messages() -> Vec<Finding> {
    let mut net = Net::new();
    let (window, never, expired) = (net.fixed(72.0 * 60.0), net.message(), net.end());
    let answered = net.end();
    let race = net.add(Kind::EventRace(vec![(Trigger::Message(never), answered), (Trigger::After(window), expired)]));
    net.one_case(race, at(4, 18, 0));
    let (recorder, _) = net.run();
    let expiry = recorder.cases[0].ended;

    let mut net = Net::new();
    let hours = net.weekly(2, WEEKDAYS, &[(9 * 60, 21 * 60)]);
    let sms = net.delay_until(Until::Open(hours));
    net.one_case(sms, at(5, 10, 0));
    let (recorder, _) = net.run();
    vec![text("C08", stamp(AUTUMN, expiry, DATE_AND_TIME)), text("C09", stamp(AUTUMN, recorder.cases[0].ended, DAY_AND_TIME))]
}

pub fn elapsed_against_work() -> Vec<Finding> {
    let mut net = Net::new();
    let hours = net.nine_to_six();
    let (pool, length) = (net.shifts(&[(1, Some(hours))]), net.fixed(90.0));
    let work = net.work(pool, length);
    net.one_case(work, at(4, 17, 30));
    let (recorder, _) = net.run();
    vec![
        number("C10a", recorder.cases[0].elapsed() as f64 / MS_PER_HOUR as f64),
        number("C10b", recorder.only(work).worked as f64 / MS_PER_MINUTE as f64),
    ]
}

/// October 2026 is day 3 to day 33.
pub fn open_hours() -> Vec<Finding> {
    let mut net = Net::new();
    let hours = net.nine_to_six();
    let open = net.program.calendars[hours].worked_between(at(3, 0, 0), at(34, 0, 0));
    vec![number("C16", open.hours())]
}
