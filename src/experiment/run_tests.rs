//! Whole experiments on programs made by hand: an office with one line, and what must hold of any outcome.

use super::*;
use crate::base::distribution::Distribution;
use crate::base::idx::Idx;
use crate::base::time::{MS_PER_HOUR, MS_PER_MINUTE, SimDuration};
use crate::engine::account::PathClass;
use crate::engine::arrivals::ArrivalProcess;
use crate::engine::program::{
    Element, End, Group, Kind, Performer, Process, Program, Request, ResourcePool, Sitting, Source, Work,
};
use crate::engine::random::sampler::Sampler;
use crate::engine::random::stream::StreamId;
use crate::experiment::layout::Layout;
use crate::experiment::outcome::Verdict;
use crate::experiment::prepare::with_times;
use crate::experiment::trace_log::log_prepared;
use crate::formats::log::row::LogItem;
use std::sync::atomic::AtomicUsize;

/// An office open around the clock: arrivals at a constant rate an hour, exponential service, two segments of equal size.
fn office(per_hour: f64, members: u32, service_minutes: f64) -> Program {
    let mut program = Program { segment_shares: vec![0.5, 1.0], ..Program::default() };
    let distribution = Distribution::Exponential { mean: service_minutes * MS_PER_MINUTE as f64 };
    let duration = program.durations.push(vec![Sampler::new(&distribution).unwrap()]);
    let pool = program.pools.push(ResourcePool {
        groups: vec![Group { count: members, hours: None }],
        cost_per_hour: 2_000.0,
        stream: StreamId::named("pool"),
        ..ResourcePool::default()
    });
    let work = Work {
        duration,
        requests: vec![Request { pool, count: 1, groups: 1 }],
        hours: None,
        sitting: Sitting::default(),
        priority: 0,
        performer: Performer::Staff,
        citizen_in_line: true,
        citizen_at_work: true,
        place: None,
        patience: None,
        busy_class: PathClass::StaffBusy,
    };
    let first = Element {
        kind: Kind::Work(Box::new(work)),
        next: Some(Idx::new(1)),
        stream: StreamId::named("window"),
        reported: true,
        ..Element::default()
    };
    let first = program.elements.push(first);
    program.elements.push(Element { kind: Kind::End(End::default()), ..Element::default() });
    let process = program.processes.push(Process { starts: vec![first], ..Process::default() });
    let cumulative = (1..=24 * 400).map(|hour| f64::from(hour) * per_hour).collect();
    program.sources.push(Source {
        process,
        service: None,
        arrivals: ArrivalProcess::Poisson { cumulative },
        stream: StreamId::named("visitors"),
        measured: true,
    });
    program
}

fn plan(names: &[&str], replications: u32) -> Plan {
    Plan {
        variants: names.iter().map(|&name| name.to_owned()).collect(),
        baseline: names[0].to_owned(),
        horizon: SimDuration::from_days(20),
        warm_up: SimDuration::from_days(5),
        follow_up: SimDuration::from_days(10),
        stop: StopRule::Replications(replications),
        threads: Some(2),
        ..Plan::of_study(&Study::default())
    }
}

fn ready(name: &str, program: Program, plan: &Plan) -> Prepared {
    let layout = Layout::numbered(&program);
    with_times(name, name, program, layout, jiff::civil::date(2026, 1, 5), plan)
}

fn experiment(programs: &[(&str, Program)], plan: &Plan) -> ExperimentOutcome {
    let prepared: Vec<_> = programs.iter().map(|(name, program)| ready(name, program.clone(), plan)).collect();
    run_prepared(&Study::default(), plan, &prepared, &|_| {}, &CancelToken::default()).unwrap()
}

#[test]
fn line_at_two_thirds_load_shows_the_theory_and_obeys_littles_law() {
    // M/M/1 with 2 an hour and 20 minutes each: 40 minutes in line, utilisation 2/3 (Laguna and Marklund, chapter 6).
    let plan = Plan { horizon: SimDuration::from_days(100), ..plan(&["as-is"], 12) };
    let outcome = experiment(&[("as-is", office(2.0, 1, 20.0))], &plan);
    let variant = &outcome.variants[0];
    // Within four standard errors: twice the half width of a 95 % interval, about.
    let holds = |estimate: Estimate, truth: f64| (estimate.mean - truth).abs() < 2.0 * estimate.half_width().unwrap();
    let of = |name: &str| variant.measure(name).unwrap().estimate.unwrap();
    assert!(holds(of("waiting_time"), 40.0), "{:?}", of("waiting_time"));
    assert!(holds(of("elapsed_time"), 60.0), "{:?}", of("elapsed_time"));
    assert!(holds(of("staff_cost"), 20.0 / 60.0 * 2.0), "{:?}", of("staff_cost"));
    let pool = &variant.pools[0];
    assert!(holds(pool.utilisation.unwrap(), 2.0 / 3.0), "{:?}", pool.utilisation);
    // Little: mean number in line is the rate of starts times the mean wait; both are of the same window but for its edges.
    let starts_per_minute = pool.starts.mean / (100.0 * 24.0 * 60.0);
    let by_little = starts_per_minute * pool.waiting_time.unwrap().mean;
    assert!((pool.queue_length.mean / by_little - 1.0).abs() < 0.02, "{} {by_little}", pool.queue_length.mean);
    // The same time seen from the case, from the step, and from the parts of elapsed time.
    let step = &variant.steps[0];
    assert!((step.runs_per_case.mean - 1.0).abs() < 1e-12);
    assert!((step.waiting_time.unwrap().mean - of("waiting_time").mean).abs() < 1e-9);
    let parts: f64 = variant.elapsed_parts.iter().map(|part| part.minutes.mean).sum();
    assert!((parts - of("elapsed_time").mean).abs() < 1e-6);
    assert_eq!(pool.by_hour.len(), 168);
    assert!(pool.by_hour.iter().all(|hour| (hour.rostered - 1.0).abs() < 1e-9));
    assert!(pool.overload.is_none() && outcome.warnings.is_empty(), "{:?}", outcome.warnings);
}

#[test]
fn threads_do_not_change_a_byte() {
    let plan = plan(&["as-is", "to-be"], 7);
    let programs = [("as-is", office(2.0, 1, 20.0)), ("to-be", office(2.0, 1, 15.0))];
    let one = experiment(&programs, &Plan { threads: Some(1), ..plan.clone() });
    let four = experiment(&programs, &Plan { threads: Some(4), ..plan });
    assert_eq!(format!("{one:?}"), format!("{four:?}"));
}

#[test]
fn identical_variants_differ_by_exactly_nothing() {
    let same = || office(2.0, 1, 20.0);
    let outcome = experiment(&[("as-is", same()), ("copy", same())], &plan(&["as-is", "copy"], 5));
    let difference = &outcome.differences[0];
    let nothing = Estimate { mean: 0.0, low: Some(0.0), high: Some(0.0) };
    let groups = difference.segments.iter().chain(&difference.facets).flat_map(|group| &group.measures);
    for one in difference.measures.iter().chain(groups) {
        assert_eq!((one.difference, one.verdict), (nothing, Verdict::NotShown), "{}", one.measure.name);
    }
    assert!(difference.pools.iter().all(|pool| pool.staff_hours == nothing && pool.utilisation == Some(nothing)));
    let persons = difference.persons.as_ref().unwrap();
    assert_eq!((persons.less.mean, persons.same.mean, persons.more.mean), (0.0, 1.0, 0.0));
    assert_eq!(persons.pairs, outcome.variants[0].cases.completed);
}

#[test]
fn faster_service_is_better_for_all_segments_and_most_people() {
    let plan = plan(&["as-is", "to-be"], 10);
    let outcome = experiment(&[("as-is", office(2.0, 1, 20.0)), ("to-be", office(2.0, 1, 15.0))], &plan);
    let difference = outcome.difference("to-be").unwrap();
    let citizen_time = difference.measure("citizen_time").unwrap();
    assert_eq!(citizen_time.verdict, Verdict::Better);
    assert!(citizen_time.adjusted_p.unwrap() >= citizen_time.p_value.unwrap());
    assert_eq!(difference.segments.len(), 2);
    let persons = difference.persons.as_ref().unwrap();
    assert!(persons.less.mean > 0.9 && persons.more.mean == 0.0, "{persons:?}");
    // Staff time per case falls by 5 minutes of 20: a quarter, within four standard errors.
    let staff = difference.measure("staff_time").unwrap().relative.unwrap();
    assert!((staff.mean + 0.25).abs() < 2.0 * staff.half_width().unwrap().max(1e-6), "{staff:?}");
}

#[test]
fn segments_and_facets_divide_the_cases() {
    let outcome = experiment(&[("as-is", office(2.0, 1, 20.0))], &plan(&["as-is"], 3));
    let variant = &outcome.variants[0];
    let completed = |groups: &[crate::experiment::outcome::GroupOutcome]| groups.iter().map(|g| g.completed).sum::<u64>();
    assert_eq!(variant.cases.arrived, variant.cases.completed + variant.cases.unfinished + variant.cases.stuck);
    for groups in [&variant.segments, &variant.facets, &variant.demands] {
        assert_eq!(completed(groups), variant.cases.completed);
    }
    assert_eq!(variant.facets[0].id, "parity: even");
    let p90 = variant.segments[0].measure("citizen_time").unwrap().p90.unwrap();
    assert!(p90.low.unwrap() <= p90.value && p90.value <= p90.high.unwrap());
}

#[test]
fn overload_is_said_with_pool_rate_and_remedy_and_memory_stays_bounded() {
    // 4 an hour at 20 minutes each ask for 1.33 people; one leaves a backlog that grows by a case an hour.
    let short = Plan { follow_up: SimDuration::from_days(1), max_in_flight: 5_000, ..plan(&["as-is"], 3) };
    let outcome = experiment(&[("as-is", office(4.0, 1, 20.0))], &short);
    let overload = outcome.variants[0].pools[0].overload.unwrap();
    assert!((overload.growth_per_day / 24.0 - 1.0).abs() < 0.1, "{overload:?}");
    assert_eq!(overload.members_needed, 2);
    assert!(overload.utilisation > 0.98);
    let codes: Vec<&str> = outcome.warnings.iter().map(|w| w.code).collect();
    assert!(codes.contains(&"overload") && codes.contains(&"unfinished") && codes.contains(&"few-replications"), "{codes:?}");
    let tight = experiment(&[("as-is", office(4.0, 1, 20.0))], &Plan { max_in_flight: 100, ..short });
    assert!(tight.warnings.iter().any(|w| w.code == "too-many-cases"));
}

#[test]
fn cancelling_leaves_a_prefix_that_is_complete_in_all_variants() {
    let plan = plan(&["as-is", "to-be"], 50);
    let cancel = CancelToken::default();
    let programs = [("as-is", office(2.0, 1, 20.0)), ("to-be", office(2.0, 1, 15.0))];
    let prepared: Vec<_> = programs.iter().map(|(name, program)| ready(name, program.clone(), &plan)).collect();
    let stop_after_three = |snapshot: &Snapshot<'_>| {
        if snapshot.replications >= 3 {
            cancel.cancel();
        }
    };
    let outcome = run_prepared(&Study::default(), &plan, &prepared, &stop_after_three, &cancel).unwrap();
    assert_eq!(outcome.stop, StopReason::Cancelled);
    assert!((3..50).contains(&outcome.replications), "{}", outcome.replications);
    assert_eq!(outcome.warnings[0].code, "cancelled");
    // What is there is what a shorter experiment gives.
    let shorter = experiment(&programs, &Plan { stop: StopRule::Replications(outcome.replications), ..plan });
    assert_eq!(format!("{:?}", outcome.variants), format!("{:?}", shorter.variants));
}

#[test]
fn progress_tells_every_run_and_can_show_the_outcome_so_far() {
    let plan = plan(&["as-is", "to-be"], 4);
    let programs = [("as-is", office(2.0, 1, 20.0)), ("to-be", office(2.0, 1, 15.0))];
    let prepared: Vec<_> = programs.iter().map(|(name, program)| ready(name, program.clone(), &plan)).collect();
    let calls = AtomicUsize::new(0);
    let watch = |snapshot: &Snapshot<'_>| {
        calls.fetch_add(1, Ordering::Relaxed);
        assert_eq!(snapshot.runs_planned, 8);
        assert_eq!(snapshot.outcome().map(|o| o.replications), (snapshot.replications > 0).then_some(snapshot.replications));
        let so_far = snapshot.outcome().map_or(Vec::new(), |outcome| outcome.warnings);
        assert!(so_far.iter().all(|warning| warning.code != "cancelled"), "nobody has stopped it");
        if snapshot.replications >= 2 {
            assert!(snapshot.differences()[0].1.unwrap().mean < 0.0);
        }
    };
    run_prepared(&Study::default(), &plan, &prepared, &watch, &CancelToken::default()).unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 8);
}

#[test]
fn precision_is_reached_with_more_replications_and_said() {
    let rule = |relative| StopRule::Precision { relative, measure: "staff_time".to_owned(), max_replications: 60 };
    let programs = [("as-is", office(2.0, 1, 20.0))];
    let coarse = experiment(&programs, &Plan { stop: rule(0.2), ..plan(&["as-is"], 1) });
    assert_eq!((coarse.stop, coarse.replications), (StopReason::PrecisionReached, 5));
    let fine = experiment(&programs, &Plan { stop: rule(0.01), ..plan(&["as-is"], 1) });
    assert_eq!(fine.stop, StopReason::PrecisionReached);
    assert!(fine.replications > 10);
    let staff = fine.variants[0].measure("staff_time").unwrap().estimate.unwrap();
    assert!(staff.half_width().unwrap() <= 0.01 * staff.mean);
    let too_fine = experiment(&programs, &Plan { stop: rule(0.0001), ..plan(&["as-is"], 1) });
    assert_eq!((too_fine.stop, too_fine.replications), (StopReason::PrecisionNotReached, 60));
}

#[test]
fn run_that_breaks_down_names_its_variant() {
    let plan = plan(&["as-is", "broken"], 2);
    let mut broken = office(2.0, 1, 20.0);
    // A process that begins at an element that is not there: no compiler makes it.
    broken.processes[Idx::new(0)].starts = vec![Idx::new(99)];
    let programs = [("as-is", office(2.0, 1, 20.0)), ("broken", broken)];
    let prepared: Vec<_> = programs.iter().map(|(name, program)| ready(name, program.clone(), &plan)).collect();
    let error = run_prepared(&Study::default(), &plan, &prepared, &|_| {}, &CancelToken::default()).unwrap_err();
    assert!(matches!(error, ExperimentError::Run { ref variant, .. } if variant == "broken"), "{error}");
}

#[test]
fn log_of_a_run_agrees_with_its_measures() {
    let plan = plan(&["as-is"], 1);
    let prepared = ready("as-is", office(2.0, 2, 20.0), &plan);
    let mut rows = Vec::new();
    let cancel = CancelToken::default();
    let sink = |item: &LogItem<'_>| {
        let LogItem::Row(row) = item else { return };
        let waited = row.started.since(row.enabled);
        assert_eq!(waited, row.waited_busy + row.waited_off_hours);
        assert_eq!(row.wait_cause.is_some(), waited.ms() > 0);
        let resource = row.resource.map_or(String::new(), |resource| resource.to_string());
        rows.push((row.ended, resource, waited.minutes()));
    };
    let summary = log_prepared(&prepared, &plan, 0, true, &cancel, sink);
    let outcome = experiment(&[("as-is", office(2.0, 2, 20.0))], &plan);
    assert_eq!(summary.completed, outcome.variants[0].cases.completed);
    assert_eq!(summary.rows, rows.len() as u64);
    assert!(rows.windows(2).all(|pair| pair[0].0 <= pair[1].0), "rows come in order of their end");
    assert!(rows.iter().all(|row| ["agency/pool0#1", "agency/pool0#2"].contains(&row.1.as_str())));
    let mean = rows.iter().map(|row| row.2).sum::<f64>() / rows.len() as f64;
    assert!((mean - outcome.variants[0].mean("waiting_time").unwrap()).abs() < 1e-9);
    let first = rows.iter().map(|row| row.0).min().unwrap();
    assert!(first >= prepared.window.from && prepared.window.from.ms() == 5 * 24 * MS_PER_HOUR);
    // The log that is taken along while the measures are, says the same.
    let along = std::sync::Mutex::new(Vec::new());
    let sink = |item: &LogItem<'_>| {
        if let LogItem::Row(row) = item {
            along.lock().unwrap().push((row.ended, row.started.since(row.enabled).minutes()));
        }
    };
    let prepared = [prepared];
    let logged = run_logged(&Study::default(), &plan, &prepared, &sink, &|_| {}, &cancel).unwrap();
    assert_eq!(format!("{:?}", logged.variants), format!("{:?}", outcome.variants));
    assert_eq!(along.into_inner().unwrap(), rows.iter().map(|row| (row.0, row.2)).collect::<Vec<_>>());
}
