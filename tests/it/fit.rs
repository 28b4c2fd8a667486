//! Fitting held against itself: a study with known figures is simulated, its log fitted onto the bare model, and the figures must
//! come back within what luck allows.

use kezek::base::distribution::Distribution;
use kezek::base::progress::CancelToken;
use kezek::base::time::SimDuration;
use kezek::experiment::plan::Plan;
use kezek::experiment::trace_log::prepare_log;
use kezek::fit::laws::Quality;
use kezek::fit::overlay::{Compared, log_of_run, overlay};
use kezek::fit::{ActivityIs, FitOptions, FitReport, Measured, fit};
use kezek::formats::carried;
use kezek::formats::scenario_ron::{read_study, write_study};
use kezek::formats::text::print_weekly_hours;
use kezek::model::demand::{Arrivals, Profile};
use kezek::model::event_log::{EventLog, LogActivity};
use kezek::model::figure::{Figure, fixed_duration};
use kezek::model::flow::{ElementKind, WaitUntil, insert_before};
use kezek::model::study::{AS_IS, Study};

/// How many standard errors a figure may be off: chance alone exceeds it once in 30,000 times.
const ERRORS: f64 = 4.2;
/// The distance of a sample of n from its law lies below this over the root of n in 99.9 of 100 cases (Kolmogorov's law).
const KOLMOGOROV: f64 = 1.95;

fn study_of(text: &str) -> Study {
    let warned = read_study(text, "permit.ron", &mut |_: &str| Err("no imports".to_owned()));
    assert!(!warned.has_errors(), "{:#?}", warned.diagnostics);
    warned.value.unwrap()
}

/// A study that the program carries.
fn carried(name: &str) -> Study {
    let (path, text) = carried::file_of(name).unwrap();
    read_study(text, path, &mut carried::load).value.unwrap()
}

fn truth() -> Study {
    study_of(include_str!("../fixtures/fit/permit.ron"))
}

/// The same flow with nothing but assumptions.
fn bare() -> Study {
    let mut study = truth();
    let scenario = &mut study.scenario;
    for pool in scenario.agencies.iter_mut().flat_map(|a| &mut a.pools) {
        pool.staff.truncate(1);
        (pool.staff[0].count, pool.staff[0].calendar) = (Figure::assumed(50.0), None);
    }
    scenario.calendars.clear();
    for element in scenario.services.iter_mut().flat_map(|s| &mut s.elements) {
        match &mut element.kind {
            ElementKind::Step(step) => step.duration = fixed_duration(3_600_000),
            ElementKind::Wait(wait) => wait.until = WaitUntil::For(fixed_duration(3_600_000)),
            ElementKind::Exclusive(branches) => {
                let n = branches.len() as f64;
                branches.iter_mut().for_each(|b| b.share = Some(Figure::assumed(1.0 / n)));
            }
            _ => {}
        }
    }
    scenario.demand[0].arrivals =
        Arrivals::Poisson { per_year: Figure::assumed(1.0), growth: Figure::default(), profile: Profile::default() };
    study
}

fn log_of(study: &Study) -> EventLog {
    let plan = Plan::of_study(study);
    let prepared = prepare_log(study, &plan, AS_IS).unwrap();
    log_of_run(&prepared, &plan, 0, &CancelToken::default())
}

/// What a log of another tool knows: no ids of elements, no time worked, and what `strip` takes away.
fn as_of_others(mut log: EventLog, strip: impl Fn(&mut LogActivity)) -> EventLog {
    log.kinds.iter_mut().for_each(|k| k.element.clear());
    for (i, trace) in log.traces.iter_mut().enumerate() {
        trace.case = format!("No {i}");
        trace.complete = None;
        for activity in &mut trace.activities {
            activity.worked = None;
            strip(activity);
        }
        trace.activities.sort_by_key(LogActivity::order);
    }
    log
}

fn fitted(log: &EventLog) -> FitReport {
    fit(&bare(), log, &FitOptions::default()).unwrap()
}

fn law_of(study: &Study, id: &str) -> Distribution {
    match &study.scenario.services[0].element(id).unwrap().kind {
        ElementKind::Step(step) => step.duration.value.clone(),
        ElementKind::Wait(kezek::model::flow::Wait { until: WaitUntil::For(figure), .. }) => figure.value.clone(),
        other => panic!("{other:?}"),
    }
}

/// The largest distance between the shares of two laws below a value.
fn distance(a: &Distribution, b: &Distribution) -> f64 {
    let values = (1..1000).flat_map(|i| [a.quantile(f64::from(i) / 1000.0), b.quantile(f64::from(i) / 1000.0)]);
    values.map(|x| (a.cdf(x) - b.cdf(x)).abs()).fold(0.0, f64::max)
}

fn check_durations(report: &FitReport, ids: &[&str]) {
    let truth = truth();
    for id in ids {
        let fit = report.durations.iter().find(|d| d.place.element == *id).unwrap_or_else(|| panic!("no duration of {id}"));
        let (true_law, found) = (law_of(&truth, id), law_of(&report.study, id));
        let root = (fit.fitted.n as f64).sqrt();
        let error = true_law.variance().sqrt() / root;
        let off = (found.mean() - true_law.mean()).abs();
        assert!(off <= ERRORS * error + 1.0, "{id}: mean {} instead of {} (± {error})", found.mean(), true_law.mean());
        let apart = distance(&true_law, &found);
        assert!(apart <= KOLMOGOROV / root, "{id}: {found:?} is {apart} from {true_law:?}, of {}", fit.fitted.n);
        assert!(matches!(fit.fitted.quality, Quality::Good | Quality::Fair), "{id}: {:?}", fit.fitted);
        assert!(fit.fitted.n > 300, "{id} was done too seldom to say anything");
    }
}

fn check_shares(report: &FitReport) {
    let mut seen = 0;
    for (id, shares) in [("complete", [0.3, 0.7]), ("decide", [0.85, 0.15])] {
        let found: Vec<_> = report.shares.iter().filter(|s| s.place.element == id).collect();
        assert_eq!(found.len(), 2, "{id}");
        let Some(ElementKind::Exclusive(branches)) = report.study.scenario.services[0].element(id).map(|e| &e.kind) else {
            panic!()
        };
        for ((fit, branch), share) in found.iter().zip(branches).zip(shares) {
            let error = (share * (1.0 - share) / fit.of as f64).sqrt();
            let figure = branch.share.as_ref().unwrap();
            assert!((figure.value - share).abs() <= ERRORS * error, "{id}: {} instead of {share} (± {error})", figure.value);
            assert!((fit.share.mean - figure.value).abs() < 1e-5 && figure.source.is_some() && figure.range.is_some());
            seen += fit.n;
        }
    }
    assert!(seen > 5_000);
}

fn hours_of(report: &FitReport, pool: &str) -> Vec<(f64, Vec<String>)> {
    let scenario = &report.study.scenario;
    let hours = |id: &Option<String>| {
        let calendar = scenario.calendars.iter().find(|c| Some(&c.id) == id.as_ref());
        calendar.map_or_else(Vec::new, |c| c.weekly.iter().map(|h| print_weekly_hours(*h)).collect())
    };
    scenario.staff_pool(pool).unwrap().1.staff.iter().map(|g| (g.count.value, hours(&g.calendar))).collect()
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|t| (*t).to_owned()).collect()
}

fn check_staff(report: &FitReport) {
    assert_eq!(hours_of(report, "office/front"), [(3.0, texts(&["Mon-Fri 09:00-13:00", "Mon-Fri 14:00-18:00"]))]);
    let back = hours_of(report, "office/back");
    assert_eq!(back.len(), 2, "{back:?}");
    assert!(back.contains(&(2.0, texts(&["Mon-Thu 08:00-17:00", "Fri 08:00-15:00"]))), "{back:?}");
    assert!(back.contains(&(1.0, texts(&["Tue,Wed 10:00-16:00"]))), "{back:?}");
}

fn check_arrivals(report: &FitReport) {
    let Arrivals::Poisson { per_year, profile, .. } = &report.study.scenario.demand[0].arrivals else {
        panic!("{:?}", report.arrivals)
    };
    let fit = report.arrivals[0].1.as_ref().unwrap();
    // A year's number of a Poisson process has the standard error of its root.
    let error = 8000.0f64.sqrt() * (365.0 / fit.days).sqrt();
    assert!((per_year.value - 8000.0).abs() <= ERRORS * error, "{} ± {error}", per_year.value);
    assert!(per_year.source.is_some());
    let weekdays = [1.2, 1.0, 1.0, 1.0, 0.8, 0.0, 0.0].map(|w| w / 5.0);
    let mut hours = [0.0; 24];
    hours[8..18].copy_from_slice(&[0.5, 1.5, 1.5, 1.0, 1.0, 0.5, 1.0, 1.0, 1.0, 1.0].map(|w| w / 10.0));
    let n = fit.n as f64;
    for (found, truth) in [(&profile.weekdays, &weekdays[..]), (&profile.hours, &hours[..])] {
        assert_eq!(found.len(), truth.len());
        let sum: f64 = found.iter().sum();
        for (weight, share) in found.iter().zip(truth) {
            // Shares of a Poisson process are those of a multinomial.
            let error = (share * (1.0 - share) / n).sqrt();
            assert!((weight / sum - share).abs() <= ERRORS * error + 2e-4, "{} instead of {share} (± {error})", weight / sum);
        }
    }
    assert!(fit.renewal.is_none() && fit.distance < KOLMOGOROV / n.sqrt(), "{}", fit.distance);
}

const ALL: [&str; 7] = ["register", "check", "ask", "answer", "grant", "refuse", "archive"];

#[test]
fn known_figures_come_back_from_our_own_log() {
    let log = log_of(&truth());
    let report = fitted(&log);
    assert_eq!(report.followed.n_cases, report.followed.n_fit + report.followed.n_early, "{:?}", report.followed.deviations);
    assert!(report.followed.n_fit as f64 > 0.99 * report.followed.n_cases as f64);
    assert!(report.unseen.is_empty(), "{:?}", report.unseen);
    check_durations(&report, &ALL);
    assert_eq!(law_of(&report.study, "post"), Distribution::Fixed(36.0 * 3_600_000.0));
    check_shares(&report);
    check_staff(&report);
    check_arrivals(&report);
    assert!(report.delays.is_empty(), "people and hours explain all waiting: {:?}", report.delays);
}

#[test]
fn known_figures_come_back_from_a_log_of_the_six_usual_columns() {
    let log = as_of_others(log_of(&truth()), |_| {});
    let report = fitted(&log);
    assert!(
        report
            .durations
            .iter()
            .filter(|d| d.name != "In the post" && !d.name.starts_with("The citizen"))
            .all(|d| d.measured == Measured::OnShift)
    );
    check_durations(&report, &ALL);
    check_shares(&report);
    check_staff(&report);
    check_arrivals(&report);
    assert!(report.delays.is_empty(), "people and hours explain all waiting: {:?}", report.delays);
    // What was written is a study that reads back as it is.
    let text = write_study(&report.study);
    assert_eq!(study_of(&text), report.study);
}

#[test]
fn the_fitted_model_lies_beside_its_log_and_a_wrong_one_does_not() {
    let log = as_of_others(log_of(&truth()), |_| {});
    let mut report = fitted(&log);
    let right = overlay(&report, &log, 8, None, &CancelToken::default()).unwrap();
    let off: Vec<_> = right.cycle.iter().filter(|c| !c.agrees()).collect();
    assert!(off.is_empty(), "{off:?}");
    assert!(right.distance < 3.0 * right.yardstick, "{} beside {}", right.distance, right.yardstick);
    let waiting: Vec<_> = right.steps.iter().filter_map(|s| s.waiting.as_ref()).collect();
    assert!(waiting.len() >= 6);
    let Some(ElementKind::Wait(post)) = report.study.scenario.services[0].element_mut("post").map(|e| &mut e.kind) else {
        panic!()
    };
    post.until = WaitUntil::For(fixed_duration(48 * 3_600_000));
    let wrong = overlay(&report, &log, 8, None, &CancelToken::default()).unwrap();
    assert!(wrong.cycle.iter().any(|c| !c.agrees()), "{:?}", wrong.cycle);
    assert!(wrong.distance > 1.5 * right.distance, "{} beside {}", wrong.distance, right.distance);
}

#[test]
fn completions_alone_give_times_that_hold_waiting_and_leave_staff_alone() {
    let log = as_of_others(log_of(&truth()), |a| (a.enabled, a.started) = (None, None));
    let report = fitted(&log);
    assert!(report.durations.iter().all(|d| d.measured == Measured::Sojourn));
    assert!(report.staff.is_empty());
    assert!(report.findings.iter().any(|d| d.code == "sojourn-times"));
    let check = report.durations.iter().find(|d| d.place.element == "check").unwrap();
    assert!(check.fitted.mean.unwrap().mean > law_of(&truth(), "check").mean(), "waiting is in it");
    check_shares(&report);
    // Whoever is only assumed to be alone does not make cases wait once more; whoever is known to be, does.
    for (count, stays) in [(Figure::assumed(1.0), false), (Figure::sourced(1.0, "roster"), true)] {
        let mut alone = bare();
        alone.scenario.agencies[0].pools.iter_mut().for_each(|pool| pool.staff[0].count = count.clone());
        let report = fit(&alone, &log, &FitOptions::default()).unwrap();
        let front = &report.study.scenario.agencies[0].pools[0].staff[0].count;
        assert_eq!(*front == count, stays, "{front:?}");
        assert_eq!(front.is_assumption(), !stays);
    }
}

/// The truth, where cases lie for 20 hours on average before they are checked, though somebody is free; and its log, which does not
/// say so.
fn held_up() -> EventLog {
    let mut study = truth();
    let wait = kezek::model::flow::Wait {
        until: WaitUntil::For(Figure::assumed(Distribution::Exponential { mean: 20.0 * 3_600_000.0 })),
        cause: kezek::model::flow::WaitCause::External,
        suspends_term: false,
    };
    let element = kezek::model::flow::Element {
        id: "lies".to_owned(),
        name: "Lies about".to_owned(),
        kind: ElementKind::Wait(wait),
        ..Default::default()
    };
    assert!(insert_before(&mut study.scenario.services[0].elements, "check", element));
    let mut log = as_of_others(log_of(&study), |a| a.enabled = None);
    let lies = kind(&log, "Lies about");
    log.traces.iter_mut().for_each(|t| t.activities.retain(|a| a.kind != lies));
    log
}

#[test]
fn waiting_that_people_do_not_explain_goes_into_the_model() {
    let log = held_up();
    let report = fitted(&log);
    let found: Vec<_> =
        report.delays.iter().map(|d| (d.place.element.as_str(), d.unexplained.law.mean() / 3_600_000.0)).collect();
    // What ends at night is taken up in the morning.
    assert!(matches!(found[..], [("check", hours)] if (20.0..36.0).contains(&hours)), "{found:?}");
    assert!(report.findings.iter().any(|d| d.code == "held-up"));
    let with = overlay(&report, &log, 8, None, &CancelToken::default()).unwrap();
    let without = fit(&bare(), &log, &FitOptions { without_delays: true, ..FitOptions::default() }).unwrap();
    assert!(without.delays.is_empty() && without.study.scenario.services[0].element("check.held-up").is_none());
    let without = overlay(&without, &log, 8, None, &CancelToken::default()).unwrap();
    let off = |c: &Compared| (c.simulated.mean / c.observed - 1.0).abs();
    assert!(off(&with.cycle[0]) < 0.05 && off(&without.cycle[0]) > 0.1, "{:?} {:?}", with.cycle[0], without.cycle[0]);
    let check = with.steps.iter().find(|s| s.place.element == "check").unwrap().waiting.as_ref().unwrap();
    assert!(off(check) < 0.1, "{check:?}");
    assert!(with.distance < without.distance / 2.0, "{} {}", with.distance, without.distance);
    assert_eq!(study_of(&write_study(&report.study)), report.study);
}

/// Hours from the end of what comes right before an activity to its own, on average over a log of completions.
fn mean_sojourn(report: &FitReport, id: &str) -> f64 {
    report.durations.iter().find(|d| d.place.element == id).unwrap().fitted.mean.unwrap().mean / 3_600_000.0
}

#[test]
fn time_taken_by_what_the_model_does_not_have_is_not_lost() {
    let whole = as_of_others(log_of(&truth()), |a| (a.enabled, a.started) = (None, None));
    let mut with_more = whole.clone();
    with_more.kinds.push(kezek::model::event_log::ActivityKind { name: "Somebody phones".to_owned(), element: String::new() });
    let phones = with_more.kinds.len() as u32 - 1;
    let check = kind(&whole, "Check the file");
    for trace in &mut with_more.traces {
        let calls = trace.activities.iter().filter(|a| a.kind == check);
        let calls: Vec<LogActivity> =
            calls.map(|a| LogActivity { kind: phones, ended: a.ended.map(|end| end - 60_000), ..*a }).collect();
        trace.activities.extend(calls);
        trace.activities.sort_by_key(LogActivity::order);
    }
    let (plain, more) = (fitted(&whole), fitted(&with_more));
    assert!(more.activities.iter().any(|a| a.name == "Somebody phones" && matches!(a.is, ActivityIs::Unknown(_))));
    assert_eq!(mean_sojourn(&more, "check"), mean_sojourn(&plain, "check"), "a minute would be left of it");
}

#[test]
fn the_first_activity_of_a_log_of_completions_takes_no_time() {
    let log = as_of_others(log_of(&truth()), |a| (a.enabled, a.started) = (None, None));
    assert_eq!(law_of(&fitted(&log).study, "register"), Distribution::Fixed(0.0));
}

#[test]
fn what_is_only_ever_seen_done_beside_starts_is_a_moment() {
    let mut log = as_of_others(log_of(&truth()), |a| a.enabled = None);
    let grant = kind(&log, "Write the permit");
    log.traces.iter_mut().flat_map(|t| &mut t.activities).filter(|a| a.kind == grant).for_each(|a| a.started = None);
    let report = fitted(&log);
    assert_eq!(law_of(&report.study, "grant"), Distribution::Fixed(0.0));
    let measured = |id: &str| report.durations.iter().find(|d| d.place.element == id).unwrap().measured;
    assert_eq!((measured("grant"), measured("refuse")), (Measured::Moment, Measured::OnShift));
    assert!(report.findings.iter().any(|d| d.code == "moments" && d.message.contains("Write the permit")));
    // What passes before it is not lost: it is seen waiting.
    assert!(report.delays.iter().any(|d| d.place.element == "grant"), "{:?}", report.delays);
}

/// In the front office one in five of those who leave the line gives up, and a log shows of it no more than that nothing comes after.
#[test]
fn whoever_leaves_the_line_and_is_seen_no_more_has_given_up() {
    let mut study = carried("front-office");
    study.plan.horizon = SimDuration::from_days(182);
    let report = fit(&study, &log_of(&study), &FitOptions::default()).unwrap();
    let given_up: Vec<_> = report.shares.iter().filter(|s| s.place.element == "left" && s.way == "gives up").collect();
    assert_eq!(given_up.len(), 2, "{:?}", report.shares);
    for found in given_up {
        let error = (0.2 * 0.8 / found.of as f64).sqrt();
        assert!(found.of > 300 && (found.share.mean - 0.2).abs() <= ERRORS * error, "{found:?} (± {error})");
    }
}

#[test]
fn cases_are_followed_for_as_long_as_the_longest_of_the_log() {
    let mut log = as_of_others(log_of(&truth()), |_| {});
    let last = log.traces[0].activities.last_mut().unwrap();
    last.ended = last.ended.map(|end| end + 700 * 86_400_000);
    assert!(fitted(&log).study.plan.follow_up.ms() >= 700 * 86_400_000);
}

#[test]
fn a_step_that_may_be_repeated_waits_before_it_as_well() {
    let log = held_up();
    let mut may_repeat = bare();
    let again = kezek::model::flow::Repeat::Loop { again: Figure::assumed(0.1), at_most: 10 };
    may_repeat.scenario.services[0].element_mut("check").unwrap().repeat = Some(again);
    let report = fit(&may_repeat, &log, &FitOptions::default()).unwrap();
    assert!(report.delays.iter().any(|d| d.place.element == "check"), "{:?}", report.delays);
}

#[test]
fn days_without_times_tell_no_hours() {
    let day = |at: &mut Option<i64>| *at = at.map(|at| at.div_euclid(86_400_000) * 86_400_000);
    let log = as_of_others(log_of(&truth()), |a| {
        a.enabled = None;
        day(&mut a.started);
        day(&mut a.ended);
    });
    let report = fitted(&log);
    assert!(!report.facts.has_times_of_day && report.findings.iter().any(|d| d.code == "days-only"));
    assert!(report.staff.iter().all(|(_, fit)| fit.hours.is_none()), "{:?}", report.staff);
    let Some((_, Some(arrivals))) = report.arrivals.first() else { panic!() };
    assert!(arrivals.hours.is_empty() && arrivals.renewal.is_none(), "{arrivals:?}");
    let truth = [1.2, 1.0, 1.0, 1.0, 0.8, 0.0, 0.0].map(|weight| weight * 7.0 / 5.0);
    assert!(arrivals.weekdays.iter().zip(truth).all(|(w, t)| (w - t).abs() < 0.12), "{:?}", arrivals.weekdays);
}

#[test]
fn what_the_two_do_not_share_is_listed() {
    let mut log = as_of_others(log_of(&truth()), |_| {});
    let rename = |log: &mut EventLog, from: &str, to: &str| {
        log.kinds.iter_mut().filter(|k| k.name == from).for_each(|k| k.name = to.to_owned());
    };
    rename(&mut log, "Check the file", "Check the filee");
    rename(&mut log, "Archive", "ARCHIVE  ");
    rename(&mut log, "Ask for papers", "Coffee");
    let report = fitted(&log);
    let is = |name: &str| &report.activities.iter().find(|a| a.name == name).unwrap().is;
    assert_eq!(*is("Check the filee"), ActivityIs::Unknown(Some("Check the file".to_owned())));
    assert_eq!(*is("Coffee"), ActivityIs::Unknown(None));
    assert!(matches!(is("ARCHIVE  "), ActivityIs::Of(places) if places[0].element == "archive"));
    let unseen: Vec<&str> = report.unseen.iter().map(|(p, _)| p.element.as_str()).collect();
    assert_eq!(unseen, ["check", "ask"]);
    assert_eq!(law_of(&report.study, "check"), Distribution::Fixed(3_600_000.0), "keeps its assumption");
    let options = FitOptions {
        matches: vec![("Check the filee".to_owned(), "check".to_owned()), ("Coffee".to_owned(), "permit/ask".to_owned())],
        ..FitOptions::default()
    };
    let named = fit(&bare(), &log, &options).unwrap();
    assert!(named.unseen.is_empty());
    check_durations(&named, &["check", "ask"]);
    let wrong = FitOptions { matches: vec![("Coffee".to_owned(), "aks".to_owned())], ..FitOptions::default() };
    assert!(fit(&bare(), &log, &wrong).unwrap_err().1.contains("ask"));
}

#[test]
fn cases_that_go_otherwise_are_counted_and_named() {
    let mut log = as_of_others(log_of(&truth()), |_| {});
    // Every tenth case never was registered; every tenth was archived first.
    let (register, archive) = (kind(&log, "Register the application"), kind(&log, "Archive"));
    let n = log.traces.len() as u64;
    for (i, trace) in log.traces.iter_mut().enumerate() {
        match i % 10 {
            0 => trace.activities.retain(|a| a.kind != register),
            1 => {
                let first = trace.activities[0];
                let start = first.started.map(|s| s - 60_000);
                trace.activities.insert(0, LogActivity { kind: archive, enabled: start, started: start, ended: start, ..first });
            }
            _ => {}
        }
    }
    let report = fitted(&log);
    let tenth = n / 10;
    assert!(report.followed.n_deviating.abs_diff(2 * tenth) <= 2, "{} of {n}", report.followed.n_deviating);
    let count = |map: &std::collections::BTreeMap<kezek::fit::net::Place, u64>, id: &str| {
        map.iter().find(|(p, _)| p.element == id).map_or(0, |(_, n)| *n)
    };
    assert!(count(&report.followed.skipped, "register").abs_diff(tenth) <= 1, "{:?}", report.followed.skipped);
    assert!(count(&report.followed.extra, "archive").abs_diff(tenth) <= 1, "{:?}", report.followed.extra);
    check_shares(&report);
}

fn kind(log: &EventLog, name: &str) -> u32 {
    log.kinds.iter().position(|k| k.name == name).unwrap() as u32
}

/// What people, hours, crowds and other work make of waiting comes back from a study's own log. Hours in which little was to do were once
/// taken for closed and surges spread over the year, and the fitted models ran up to eight times as long as their logs.
#[test]
fn carried_studies_lie_beside_their_own_logs() {
    for name in ["front-office", "childcare-payment", "job-loss", "disability", "preschool-queue"] {
        let study = carried(name);
        let log = log_of(&study);
        let report = fit(&study, &log, &FitOptions::default()).unwrap();
        let beside = overlay(&report, &log, 3, None, &CancelToken::default()).unwrap();
        let mean = &beside.cycle[0];
        let off = mean.simulated.mean / mean.observed - 1.0;
        // Half the width of what a run of these studies lies in is 2 to 9 % of the mean.
        assert!(off.abs() < 0.12, "{name}: {mean:?}");
    }
}
