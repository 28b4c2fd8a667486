//! One case of the birth of a child, as it is and as it is to be, built by hand.

use super::calendars::stamp;
use super::queues::in_minutes;
use super::{Finding, number, text};
use crate::programs::{CaseRow, Net, Node, Recorder, WEEKDAYS, at};
use jiff::civil::date;
use kezek::base::time::SimTime;
use kezek::engine::account::{Account, PathClass};
use kezek::engine::program::{Delay, Effect, Kind, Performer, Place, Until};
use kezek::engine::random::stream::StreamId;

/// One case, and which of its steps is the officer's.
struct Run {
    case: CaseRow,
    recorder: Recorder,
    officer: Node,
    /// Working minutes of the staff's calendar from the start to the decision.
    working_minutes: f64,
}

impl Run {
    fn minutes(&self, account: Account) -> f64 {
        in_minutes(self.case.account(account) as f64)
    }

    fn count(&self, account: Account) -> f64 {
        self.case.account(account) as f64
    }

    fn hours_until(&self, instant: Option<SimTime>) -> f64 {
        instant.unwrap().since(self.case.arrival).hours()
    }

    fn decided(&self) -> String {
        stamp(date(2026, 9, 28), self.case.decided.unwrap(), "%a %Y-%m-%d %H:%M")
    }

    fn citizen_minutes(&self) -> f64 {
        [Account::CitizenActive, Account::CitizenQueue, Account::CitizenTravel].iter().map(|a| self.minutes(*a)).sum()
    }

    fn officer_minutes(&self) -> f64 {
        in_minutes(self.recorder.only(self.officer).worked as f64)
    }
}

/// Friday 2 October 2026, 09:00.
fn start() -> SimTime {
    at(4, 9, 0)
}

fn citizen_step(net: &mut Net, length_minutes: f64) -> Node {
    let length = net.fixed(length_minutes);
    let node = net.free_work(length);
    net.work_mut(node).performer = Performer::Citizen;
    net.work_mut(node).citizen_at_work = true;
    node
}

/// The officer decides, then the money goes out with the batch of Tuesday noon.
fn decision_and_payment(net: &mut Net, officers: crate::programs::Pool) -> [Node; 3] {
    let twenty = net.fixed(20.0);
    let officer = net.work(officers, twenty);
    net.effect(officer, Effect::Decided);
    let batch = net.add(Kind::Delay(Delay {
        until: Until::Instant(vec![at(1, 12, 0), at(8, 12, 0), at(15, 12, 0)]),
        class: PathClass::Batch,
        account: None,
    }));
    net.effect(batch, Effect::Paid);
    [officer, batch, net.end()]
}

fn finish(mut net: Net, first: Node, officer: Node) -> Run {
    let source = net.one_case(first, start());
    let hours = net.nine_to_six();
    let (recorder, _) = net.run();
    let case = recorder.cases.iter().find(|case| case.id.source == source).unwrap().clone();
    let working_minutes = net.program.calendars[hours].worked_between(case.arrival, case.decided.unwrap()).minutes();
    Run { case, recorder, officer, working_minutes }
}

fn run_as_is() -> Run {
    let mut net = Net::new();
    let hours = net.nine_to_six();
    let (windows, clerks, officers) =
        (net.shifts(&[(1, Some(hours))]), net.shifts(&[(1, Some(hours))]), net.shifts(&[(1, Some(hours))]));
    let flags: Vec<bool> = (0..30).map(|day| WEEKDAYS.contains(&(day % 7))).collect();
    let days = net.working_days(&flags);
    let (forty, ten, twenty, thirty) = (net.fixed(40.0), net.fixed(10.0), net.fixed(20.0), net.fixed(30.0));
    let centre = net.program.places.push(Place {
        travel: forty,
        stream: StreamId::named("way"),
        hours: Some(hours),
        open_days: Some(days),
        fare: vec![],
    });
    let gather = citizen_step(&mut net, 30.0);
    net.effect(gather, Effect::Count(Account::DocumentsRequested, 2));
    let travel = net.add(Kind::Travel(centre));
    let window = net.work(windows, twenty);
    let work = net.work_mut(window);
    (work.place, work.citizen_in_line, work.citizen_at_work) = (Some(centre), true, true);
    let home = net.delay(forty);
    let post = net.delay_until(Until::WorkingDay { count: 1, days, hours });
    let (clerk, registry) = (net.work(clerks, thirty), net.work(clerks, ten));
    let [officer, batch, end] = decision_and_payment(&mut net, officers);
    net.chain(&[gather, travel, window, home, post, clerk, registry, officer, batch, end]);
    // Somebody else is served at the window until 10:25, a quarter of an hour after the citizen comes.
    let other_length = net.fixed(85.0);
    let other = net.work(windows, other_length);
    let stranger = net.one_case(other, start());
    net.program.sources[stranger].measured = false;
    finish(net, gather, officer)
}

fn run_to_be() -> Run {
    let mut net = Net::new();
    let hours = net.nine_to_six();
    let officers = net.shifts(&[(1, Some(hours))]);
    let minute = net.fixed(1.0);
    let calls = [net.free_work(minute), net.free_work(minute)];
    for call in calls {
        net.work_mut(call).performer = Performer::Machine;
        net.effect(call, Effect::Count(Account::DocumentsFetched, 1));
    }
    let (offer, request) = (net.pass(), net.pass());
    for message in [offer, request] {
        net.effect(message, Effect::Count(Account::ContactsByState, 1));
    }
    let three_hours = net.fixed(180.0);
    let silence = net.add(Kind::Delay(Delay { until: Until::For(three_hours), class: PathClass::Citizen, account: None }));
    let (answer, account) = (citizen_step(&mut net, 2.0), citizen_step(&mut net, 2.0));
    let [officer, batch, end] = decision_and_payment(&mut net, officers);
    net.chain(&[calls[0], calls[1], offer, silence, answer, request, account, officer, batch, end]);
    finish(net, calls[0], officer)
}

pub fn as_is() -> Vec<Finding> {
    let run = run_as_is();
    vec![
        number("E01a", run.minutes(Account::CitizenActive)),
        number("E01b", run.minutes(Account::CitizenQueue)),
        number("E01c", run.minutes(Account::CitizenTravel)),
        number("E01d", run.citizen_minutes()),
        number("E01e", run.count(Account::Visits)),
        number("E01f", run.count(Account::DocumentsRequested)),
        number("E01g", run.minutes(Account::StaffTime)),
        number("E01h", run.hours_until(run.case.decided)),
        number("E01i", run.working_minutes),
        number("E01j", run.hours_until(run.case.paid)),
        text("E01k", run.decided()),
    ]
}

pub fn to_be() -> Vec<Finding> {
    let run = run_to_be();
    vec![
        number("E02a", run.minutes(Account::CitizenActive)),
        number("E02b", run.minutes(Account::CitizenQueue) + run.minutes(Account::CitizenTravel)),
        number("E02c", run.count(Account::Visits)),
        number("E02d", run.count(Account::DocumentsRequested)),
        number("E02e", run.count(Account::DocumentsFetched)),
        number("E02f", run.count(Account::ContactsByState)),
        number("E02g", run.minutes(Account::StaffTime)),
        number("E02h", 60.0 * run.hours_until(run.case.decided)),
        text("E02i", run.decided()),
        number("E02j", run.hours_until(run.case.paid)),
    ]
}

pub fn difference() -> Vec<Finding> {
    let (as_is, to_be) = (run_as_is(), run_to_be());
    let (before, after) = (as_is.citizen_minutes(), to_be.citizen_minutes());
    let (staff_before, staff_after) = (as_is.minutes(Account::StaffTime), to_be.minutes(Account::StaffTime));
    vec![
        number("E03a", after - before),
        number("E03b", (after - before) / before),
        number("E03c", (staff_after - staff_before) / staff_before),
        number("E04", to_be.officer_minutes() - as_is.officer_minutes()),
    ]
}
