//! Shifts, absence and outages, batches: what the clock and the calendar decide.

use super::{NINE, after, finish};
use crate::programs::{Net, WEEKDAYS, at, minutes, one_of, record, whole};
use kezek::base::distribution::Distribution;
use kezek::base::time::{MS_PER_DAY, MS_PER_MINUTE, SimDuration, SimTime};
use kezek::engine::account::Account;
use kezek::engine::program::*;

#[test]
fn a_task_as_long_as_the_shift_ends_with_it() {
    let nine_to_five = [(9 * 60, 17 * 60)];
    let (start, end) = finish(WEEKDAYS, &nine_to_five, Sitting::Pauses, at(0, 9, 0), 480.0);
    assert_eq!((start, end), (at(0, 9, 0), at(0, 17, 0)));
    let (_, end) = finish(WEEKDAYS, &nine_to_five, Sitting::Pauses, at(0, 10, 0), 480.0);
    assert_eq!(end, at(1, 10, 0));
    let (_, end) = finish(WEEKDAYS, &nine_to_five, Sitting::Pauses, at(4, 16, 0), 120.0);
    assert_eq!(end, at(7, 10, 0), "from Friday to Monday");
}

#[test]
fn a_night_shift_goes_on_over_midnight() {
    let nights = [(22 * 60, 30 * 60)];
    let (start, end) = finish(&[0, 1, 2, 3, 4, 5, 6], &nights, Sitting::Pauses, at(0, 12, 0), 420.0);
    assert_eq!((start, end), (at(0, 22, 0), at(1, 5, 0)));
    let (_, end) = finish(&[0, 1, 2, 3, 4, 5, 6], &nights, Sitting::Pauses, at(1, 1, 0), 6.0 * 60.0);
    assert_eq!(end, at(1, 23, 0), "five hours until six, one after ten");
}

#[test]
fn work_in_one_sitting_does_not_begin_shortly_before_closing() {
    let day = [(9 * 60, 18 * 60)];
    let (start, _) = finish(WEEKDAYS, &day, Sitting::OneSitting, at(0, 17, 50), 20.0);
    assert_eq!(start, at(1, 9, 0));
    let (start, end) = finish(WEEKDAYS, &day, Sitting::OneSitting, at(0, 17, 40), 20.0);
    assert_eq!((start, end), (at(0, 17, 40), at(0, 18, 0)), "it may end exactly at closing");
    let (start, end) = finish(WEEKDAYS, &day, Sitting::Overtime, at(0, 17, 50), 20.0);
    assert_eq!((start, end), (at(0, 17, 50), at(0, 18, 10)));
}

/// Two people who share but the hours from 9 to 13: five hours of work in one sitting used to wait for ever, as each alone
/// has a longer shift.
#[test]
fn a_sitting_longer_than_the_common_shift_begins_with_the_longest_one() {
    let mut net = Net::new();
    let early = net.weekly(2, WEEKDAYS, &[(7 * 60, 13 * 60)]);
    let late = net.weekly(2, WEEKDAYS, &[(9 * 60, 18 * 60)]);
    let (a, b) = (net.shifts(&[(1, Some(early))]), net.shifts(&[(1, Some(late))]));
    let five_hours = net.fixed(300.0);
    let work = net.work(a, five_hours);
    net.work_mut(work).requests.push(one_of(b));
    net.work_mut(work).sitting = Sitting::OneSitting;
    net.one_case(work, at(0, 10, 0));
    let (recorder, summary) = net.run();
    assert_eq!(recorder.only(work).started, at(1, 9, 0));
    assert!(summary.faults.is_empty());
}

/// Another simulator binds each case to whoever would be free first, and looks at that clerk's shift only afterwards: cases
/// waited up to 61 hours beside an idle clerk.
#[test]
fn nobody_waits_for_a_shift_while_another_clerk_is_free() {
    let mut net = Net::new();
    let day = net.weekly(4, WEEKDAYS, &[(9 * 60, 17 * 60)]);
    let (pool, length) = (net.shifts(&[(1, Some(day)), (1, None)]), net.fixed(10.0));
    let work = net.work(pool, length);
    net.arrivals(work, &(0..600).map(|i| after(NINE, 47 * i)).collect::<Vec<_>>());
    let (recorder, _) = net.run();
    assert!(recorder.of(work).iter().all(|a| a.started == a.enabled));
}

/// Another simulator drops whole days from the time to the next batch.
#[test]
fn a_weekly_batch_waits_for_its_instant() {
    let mut net = Net::new();
    let instants = (0..5).map(|week| at(7 * week + 1, 12, 0)).collect();
    let batch = net.delay_until(Until::Instant(instants));
    net.arrivals(batch, &[at(0, 9, 0), at(1, 12, 0), at(2, 9, 0), at(8, 11, 59)]);
    let (recorder, _) = net.run();
    let ends: Vec<SimTime> = recorder.of(batch).iter().map(|a| a.ended).collect();
    assert_eq!(ends, [at(1, 12, 0), at(8, 12, 0), at(8, 12, 0), at(8, 12, 0)], "who comes just then waits for the next");
}

#[test]
fn three_gather_and_a_rest_goes_when_the_first_has_waited_long_enough() {
    let mut net = Net::new();
    let gather = net.program.gathers.push(Gather { size: 3, at_most: Some(SimDuration::from_hours(2)) });
    let node = net.add(Kind::Gather(gather));
    let minutes = [0, 10, 25, 30, 60];
    net.arrivals(node, &minutes.map(|m| after(NINE, m)));
    let (recorder, _) = net.run();
    let mut ends: Vec<(u64, i64)> =
        recorder.cases.iter().map(|c| (c.id.number, c.ended.since(NINE).ms() / MS_PER_MINUTE)).collect();
    ends.sort_unstable();
    assert_eq!(ends, [(0, 25), (1, 25), (2, 25), (3, 150), (4, 150)]);
    assert_eq!(recorder.cases[0].account(Account::WaitBatch) + recorder.cases[1].account(Account::WaitBatch), 40 * MS_PER_MINUTE);
}

/// Ten clerks for 500 days, absent on a day with probability 0.1: 5 000 coins, four standard errors.
#[test]
fn absence_takes_its_share_of_the_roster() {
    let mut net = Net::new();
    let pool = net.pool(10);
    net.program.pools[pool].absence = 0.1;
    let (_, summary) = record(&net.program, &whole(1, 0, at(500, 0, 0)));
    let present = summary.pools[0].rostered as f64 / (5_000 * MS_PER_DAY) as f64;
    assert!((present - 0.9).abs() < 4.0 * (0.09_f64 / 5_000.0).sqrt(), "{present}");
}

/// Up for ten hours and down for two on average: a sixth of the time. Of n cycles the share's standard error is
/// (1/6)(5/6) sqrt(2/n).
#[test]
fn outages_take_their_share_of_the_time() {
    let mut net = Net::new();
    let pool = net.pool(1);
    let (up, down) = (net.exponential(minutes(600.0)), net.exponential(minutes(120.0)));
    net.program.pools[pool].outages = Some(Outages { up, down });
    let days = 2_000;
    let (_, summary) = record(&net.program, &whole(1, 0, at(days, 0, 0)));
    let share = summary.pools[0].outage as f64 / (days * MS_PER_DAY) as f64;
    let standard_error = 5.0 / 36.0 * (2.0 / (2.0 * days as f64)).sqrt();
    assert!((share - 1.0 / 6.0).abs() < 4.0 * standard_error, "{share} ± {standard_error}");
}

#[test]
fn nothing_begins_during_an_outage() {
    let mut net = Net::new();
    let (pool, ten) = (net.pool(1), net.fixed(10.0));
    let (up, down) = (net.fixed(60.0), net.fixed(60.0));
    net.program.pools[pool].outages = Some(Outages { up, down });
    let work = net.work(pool, ten);
    net.arrivals(work, &[at(0, 0, 30), at(0, 0, 55), at(0, 1, 30), at(0, 2, 59)]);
    let (recorder, _) = net.run();
    let starts: Vec<SimTime> = recorder.of(work).iter().map(|a| a.started).collect();
    assert_eq!(starts, [at(0, 0, 30), at(0, 0, 55), at(0, 2, 0), at(0, 2, 59)], "what has begun is finished");
}

#[test]
fn arrivals_without_time_between_them_let_time_pass() {
    let mut net = Net::new();
    let end = net.end();
    net.renewal(end, Distribution::Fixed(0.0), None);
    let (recorder, _) = record(&net.program, &whole(1, 0, SimTime(100)));
    assert!(recorder.cases.len() <= 102, "{}", recorder.cases.len());
}
