//! What programs are made of: streams, slots, joins, calendars, demand, conditions, faults.

use super::*;
use crate::compile::compile_unmerged;
use crate::engine::arrivals::ArrivalProcess;
use crate::engine::condition::Predicate;
use crate::engine::program::{Kind, Rule};
use crate::engine::random::stream::StreamId;
use crate::model::calendar::DateRange;
use crate::model::demand::{Peak, Profile};
use crate::model::flow::{Boundary, Outcome, Trigger};
use crate::model::population::{Attribute, Segment};
use crate::model::step::Failure;

fn one_service(elements: Vec<Element>) -> Scenario {
    let mut scenario = office();
    scenario.services = vec![service("s", elements)];
    scenario.demand = vec![burst("d", "s", date(2026, 10, 2).at(9, 0, 0, 0), 1)];
    scenario
}

fn visit_slot(compiled: &Compiled, step: &str) -> Option<u32> {
    compiled.program.elements[compiled.names.element_of_step("s", step).unwrap()].visit_slot
}

/// Returns the kinds of the elements that the first case comes by if it takes the last of the ways at each choice.
fn kinds_in_order(compiled: &Compiled) -> Vec<&'static str> {
    let program = &compiled.program;
    let mut at = program.processes[compiled.program.sources.as_slice()[0].process].starts[0];
    let mut kinds = Vec::new();
    for _ in 0..20 {
        let element = &program.elements[at];
        let (name, next) = match &element.kind {
            Kind::Pass => ("pass", element.next),
            Kind::Exclusive(ways) => ("choice", ways.last().map(|way| way.target)),
            Kind::Work(work) if work.requests.is_empty() => ("gather", element.next),
            Kind::Work(_) => ("work", element.next),
            Kind::Travel(_) => ("travel", element.next),
            Kind::End(_) => ("end", None),
            _ => ("other", None),
        };
        kinds.push(name);
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    kinds
}

#[test]
fn a_step_becomes_documents_journey_work_in_this_order() {
    let apply = Step { documents: vec![need("id-card")], ..at_window(20) };
    let scenario = one_service(vec![start("apply"), step("apply", apply, "end"), end()]);
    let single = compile_unmerged(&scenario, SimDuration::from_days(30)).unwrap();
    assert_eq!(kinds_in_order(&single), ["pass", "choice", "gather", "pass", "pass", "travel", "work", "end"]);
    let compiled = compiled(&scenario);
    assert_eq!(kinds_in_order(&compiled), ["choice", "gather", "travel", "work", "end"], "what only has effects is merged");
    let work = compiled.names.element_of_step("s", "apply").unwrap();
    assert_eq!(compiled.program.elements[work].stream, StreamId::named("s/apply/work"));
    assert!(compiled.names.elements_of_step("s", "apply").count() >= 7, "all primitives point to their step");
}

#[test]
fn streams_of_a_step_do_not_change_when_another_step_is_added() {
    let plain = one_service(vec![start("a"), step("a", staff("psc/clerk", 5), "end"), end()]);
    let mut more = plain.clone();
    more.services[0].elements = vec![start("b"), step("b", at_window(9), "a"), step("a", staff("psc/clerk", 5), "end"), end()];
    more.services.insert(0, service("before", vec![start("a"), step("a", staff("psc/clerk", 1), "end"), end()]));
    let stream = |scenario: &Scenario| {
        let compiled = compiled(scenario);
        let idx = compiled.names.element_of_step("s", "a").unwrap();
        (compiled.program.elements[idx].stream, compiled.program.sources.as_slice()[0].stream)
    };
    assert_eq!(stream(&plain), stream(&more));
}

#[test]
fn only_what_can_come_again_counts_visits() {
    let loop_back = ElementKind::Exclusive(vec![share("check", 0.2), share("end", 0.8)]);
    let elements = vec![
        start("apply"),
        step("apply", staff("psc/window", 5), "check"),
        step("check", staff("psc/clerk", 5), "fine"),
        element("fine", loop_back, ""),
        end(),
    ];
    let compiled = compiled(&one_service(elements));
    assert_eq!(visit_slot(&compiled, "apply"), None);
    assert!(visit_slot(&compiled, "check").is_some());
    assert!(visit_slot(&compiled, "fine").is_some());
}

#[test]
fn merges_behind_a_split_count_visits_and_joins_do_not() {
    let elements = |gather: ElementKind| {
        vec![
            start("split"),
            element("split", ElementKind::Parallel(vec!["a".to_owned(), "b".to_owned()]), ""),
            step("a", staff("psc/clerk", 5), "meet"),
            step("b", staff("psc/officer", 5), "meet"),
            Element { next: matches!(gather, ElementKind::Step(_)).then(|| "c".to_owned()), ..element("meet", gather, "") },
            step("c", staff("psc/clerk", 5), "end"),
            end(),
        ]
    };
    let merged = compiled(&one_service(elements(ElementKind::Step(Box::new(staff("psc/window", 1))))));
    assert!(visit_slot(&merged, "meet").is_some() && visit_slot(&merged, "c").is_some());
    assert_eq!(visit_slot(&merged, "a"), None);
    let joined = trace(&one_service(elements(ElementKind::Parallel(vec!["c".to_owned()]))));
    assert_eq!(visit_slot(&joined.compiled, "c"), None);
    assert_eq!(joined.cases[0].elapsed, 10 * MIN);
    assert_eq!(joined.cases[0].departure, Departure::Complete);
}

#[test]
fn a_service_entered_from_two_places_counts_visits() {
    let mut scenario = one_service(vec![start("a"), step("a", staff("psc/clerk", 5), "end"), end()]);
    let call = |id: &str, next: &str| element(id, ElementKind::Call("s".to_owned()), next);
    scenario.services.push(service("t", vec![start("one"), call("one", "two"), call("two", "end"), end()]));
    scenario.demand[0].of = "t".to_owned();
    let trace = trace(&scenario);
    assert!(visit_slot(&trace.compiled, "a").is_some());
    assert_eq!(trace.cases[0].account(Account::ServicesCompleted), 3);
    assert_eq!(trace.activities.iter().map(|a| a.visit).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn what_no_start_reaches_is_no_way_into_a_join() {
    let elements = vec![
        start("split"),
        element("split", ElementKind::Parallel(vec!["a".to_owned(), "b".to_owned()]), ""),
        step("a", staff("psc/clerk", 5), "join"),
        step("b", staff("psc/officer", 7), "join"),
        step("forgotten", staff("psc/officer", 7), "join"),
        element("join", ElementKind::Parallel(vec!["end".to_owned()]), ""),
        end(),
    ];
    let trace = trace(&one_service(elements));
    assert_eq!(trace.cases[0].departure, Departure::Complete);
    assert_eq!(trace.cases[0].elapsed, 7 * MIN);
    assert_eq!(trace.compiled.names.element_of_step("s", "forgotten"), None);
}

#[test]
fn a_join_sees_one_flow_of_a_step_that_may_extend_the_term() {
    let extends = Step {
        extends_term: Some(crate::model::service::TermLength::WorkingDays(5)),
        failure: Some(Failure { share: number(0.0), next: "end".to_owned() }),
        ..staff("psc/clerk", 5)
    };
    let elements = vec![
        start("split"),
        element("split", ElementKind::Parallel(vec!["a".to_owned(), "b".to_owned()]), ""),
        step("a", extends, "join"),
        step("b", staff("psc/officer", 7), "join"),
        element("join", ElementKind::Parallel(vec!["end".to_owned()]), ""),
        end(),
    ];
    assert_eq!(trace(&one_service(elements)).cases[0].elapsed, 7 * MIN);
}

#[test]
fn an_inclusive_join_waits_for_those_that_can_still_come() {
    let ways = vec![share("a", 1.0), share("b", 0.0), share("c", 1.0)];
    let elements = vec![
        start("split"),
        element("split", ElementKind::Inclusive(ways), ""),
        step("a", staff("psc/clerk", 5), "join"),
        step("b", staff("psc/window", 50), "join"),
        step("c", staff("psc/officer", 7), "join"),
        element("join", ElementKind::Inclusive(vec![share("d", 1.0)]), ""),
        step("d", staff("psc/clerk", 1), "end"),
        end(),
    ];
    let trace = trace(&one_service(elements));
    assert_eq!(trace.cases[0].elapsed, 8 * MIN);
    let clerk = trace.cases[0].minutes(Account::StaffTime);
    assert_eq!(clerk, 13, "what follows the join is done once");
}

#[test]
fn a_border_event_interrupts_and_its_step_leads_on_by_the_right_way() {
    let failing = |share: f64| Step {
        failure: Some(Failure { share: number(share), next: "counter".to_owned() }),
        ..staff("psc/clerk", 60)
    };
    let scenario = |share: f64, limit: i64| {
        let mut portal = step("portal", failing(share), "end");
        portal.boundary = vec![Boundary {
            id: "too-long".to_owned(),
            name: String::new(),
            trigger: Trigger::After(minutes(limit)),
            interrupting: true,
            next: "gone".to_owned(),
        }];
        let gone = ElementKind::End(End { outcome: Outcome::Abandoned, ..End::default() });
        one_service(vec![
            start("portal"),
            portal,
            step("counter", staff("psc/window", 10), "end"),
            element("gone", gone, ""),
            end(),
        ])
    };
    let case = |share: f64, limit: i64| trace(&scenario(share, limit)).cases.remove(0);
    assert_eq!(case(0.0, 90).elapsed, 60 * MIN);
    assert_eq!(case(1.0, 90).elapsed, 70 * MIN);
    let gone = case(0.0, 30);
    assert_eq!(gone.elapsed, 30 * MIN);
    assert_eq!(gone.account(Account::ServicesAbandoned), 1);
    assert_eq!(gone.minutes(Account::StaffTime), 30);
}

#[test]
fn a_failed_attempt_reaches_nothing_but_costs_what_it_costs() {
    let failing = Step {
        failure: Some(Failure { share: number(1.0), next: "end".to_owned() }),
        milestone: Some(crate::model::step::Milestone::Decided),
        fee: number(3.0),
        rework: true,
        ..staff("psc/clerk", 5)
    };
    let case = trace(&one_service(vec![start("a"), step("a", failing, "end"), end()])).cases.remove(0);
    assert_eq!(case.decided, None);
    assert_eq!(case.account(Account::CitizenCost), 3_000);
    assert_eq!(case.account(Account::Rework), 1);
}

fn segment(id: &str, share: f64, residence: &str) -> Segment {
    Segment {
        id: id.to_owned(),
        share: number(share),
        facets: vec![("residence".to_owned(), residence.to_owned())],
        ..Segment::default()
    }
}

fn chosen(condition: &str) -> Predicate {
    let ways = vec![when("a", condition), otherwise("end")];
    let mut scenario = one_service(vec![
        start("choice"),
        element("choice", ElementKind::Exclusive(ways), ""),
        step("a", staff("psc/clerk", 5), "choice"),
        end(),
    ]);
    scenario.segments = vec![segment("town", 0.6, "urban"), segment("village", 0.4, "rural")];
    let values = |list: &[&str]| list.iter().map(|v| ((*v).to_owned(), number(0.5))).collect();
    scenario.attributes = vec![
        Attribute { id: "married".to_owned(), values: values(&["yes", "no"]), ..Attribute::default() },
        Attribute { id: "children".to_owned(), values: values(&["1", "3"]), ..Attribute::default() },
    ];
    let compiled = compiled(&scenario);
    let choice = compiled.names.element_of_step("s", "choice").unwrap();
    match &compiled.program.elements[choice].kind {
        Kind::Exclusive(ways) => match &ways[0].rule {
            Rule::When(predicate) => predicate.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn conditions_know_slots_and_segments_instead_of_names() {
    use crate::engine::condition::{Quantity, Relation};
    let slot =
        |slot: u32, relation: Relation, value: f64| Predicate::Compare(Quantity::Slot(slot), relation, Quantity::Constant(value));
    assert_eq!(chosen("residence == 'rural'"), Predicate::Segment(vec![false, true]));
    assert_eq!(chosen("'town' != segment"), Predicate::Segment(vec![false, true]));
    assert_eq!(chosen("residence == 'mountain'"), Predicate::Constant(false));
    assert_eq!(chosen("married == 'no'"), slot(0, Relation::Equal, 1.0));
    assert_eq!(chosen("children >= 2"), slot(1, Relation::AtLeast, 2.0));
    assert_eq!(
        chosen("elapsed > 3h"),
        Predicate::Compare(Quantity::Elapsed, Relation::Greater, Quantity::Constant(3.0 * HOUR as f64))
    );
    assert!(matches!(chosen("visits(a) < 2 and given(id-card)"), Predicate::All(parts) if parts.len() == 2));
}

#[test]
fn a_condition_on_visits_ends_a_loop() {
    let ways = vec![when("a", "visits(a) < 3"), otherwise("end")];
    let scenario = one_service(vec![
        start("choice"),
        element("choice", ElementKind::Exclusive(ways), ""),
        step("a", staff("psc/clerk", 5), "choice"),
        end(),
    ]);
    assert_eq!(trace(&scenario).cases[0].elapsed, 15 * MIN);
}

fn poisson(profile: Profile, growth: f64, days: i64) -> Vec<f64> {
    let mut scenario = one_service(vec![start("end"), end()]);
    let arrivals = Arrivals::Poisson { per_year: number(36_500.0), growth: number(growth), profile };
    scenario.demand = vec![Demand { id: "d".to_owned(), of: "s".to_owned(), arrivals, background: false }];
    let compiled = compile(&scenario, SimDuration::from_days(days)).unwrap();
    match &compiled.program.sources.as_slice()[0].arrivals {
        ArrivalProcess::Poisson { cumulative } => cumulative.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_profile_spreads_the_yearly_number_and_peaks_add_to_it() {
    let calendar = Some("office".to_owned());
    let hours = (0..24).map(|h| if h == 9 { 3.0 } else { 1.0 }).collect();
    let profile = Profile { calendar, hours, ..Profile::default() };
    let cumulative = poisson(profile.clone(), 0.0, 400);
    assert!((cumulative[365 * 24 - 1] - 36_500.0).abs() < 1e-6);
    // Friday 2 October: nothing before nine, three shares from nine to ten, one from ten to eleven.
    assert_eq!(cumulative[8], 0.0);
    assert!((cumulative[9] / (cumulative[10] - cumulative[9]) - 3.0).abs() < 1e-9);
    let days = DateRange { first: date(2026, 10, 5), last: date(2026, 10, 5) };
    let peaked = poisson(Profile { peaks: vec![Peak { days, factor: number(2.0) }], ..profile }, 0.0, 400);
    let monday = cumulative[4 * 24 - 1] - cumulative[3 * 24 - 1];
    assert!((peaked[365 * 24 - 1] - 36_500.0 - monday).abs() < 1e-6);
}

#[test]
fn growth_compounds_from_year_to_year() {
    let cumulative = poisson(Profile::default(), 0.1, 730);
    let (first, second) = (cumulative[365 * 24 - 1], cumulative[730 * 24 - 1] - cumulative[365 * 24 - 1]);
    assert!((second / first - 1.1).abs() < 1e-9);
}

#[test]
fn equal_hours_are_one_calendar_and_around_the_clock_is_none() {
    let mut scenario = one_service(vec![start("a"), step("a", at_window(5), "end"), end()]);
    let same = Calendar { id: "same".to_owned(), ..scenario.calendars[0].clone() };
    let hours = WeeklyHours { days: Weekdays::ALL, from_minute: 0, to_minute: 1440 };
    let always = Calendar { id: "always".to_owned(), weekly: vec![hours], ..Calendar::default() };
    scenario.calendars.extend([same, always]);
    scenario.agencies[0].pools[1].staff[0].calendar = Some("same".to_owned());
    scenario.agencies[0].pools[2].staff[0].calendar = Some("always".to_owned());
    let compiled = compiled(&scenario);
    assert_eq!(compiled.names.calendars, [vec!["office".to_owned(), "same".to_owned()]]);
    assert!(compiled.program.pools.as_slice()[2].hours.is_none());
}

#[test]
fn what_does_not_fit_is_said_all_at_once_and_nothing_panics() {
    let ask = Step { documents: vec![need("nothing")], place: Some("nowhere".to_owned()), ..staff("psc/nobody", 5) };
    let ask = Step { citizen: CitizenPart::Present, ..ask };
    let ways = vec![when("a", "mood == 'good'"), share("nowhere", 0.5)];
    let mut scenario = one_service(vec![
        start("choice"),
        element("choice", ElementKind::Exclusive(ways), ""),
        step("a", ask, ""),
        element("call", ElementKind::Call("x".to_owned()), "end"),
    ]);
    scenario.demand[0].of = "other".to_owned();
    let codes: Vec<&str> = compile(&scenario, SimDuration::from_days(1)).unwrap_err().iter().map(|d| d.code).collect();
    for code in
        ["unknown-document", "unknown-place", "unknown-pool", "unknown-name", "unknown-step", "no-next", "unknown-service"]
    {
        assert!(codes.contains(&code), "{code} is missing in {codes:?}");
    }
}

/// Each case of a variant keeps its luck on a step that it shares with another variant, whatever else is there.
#[test]
fn two_variants_share_their_luck_on_what_they_share() {
    let work = |pool: &str| Step { duration: Figure::assumed(Distribution::Exponential { mean: 600_000.0 }), ..staff(pool, 0) };
    let mut plain = one_service(vec![start("a"), step("a", work("psc/clerk"), "end"), end()]);
    plain.demand[0] = burst("d", "s", date(2026, 10, 2).at(9, 0, 0, 0), 50);
    let mut more = plain.clone();
    more.services[0].elements = vec![start("b"), step("b", work("psc/window"), "a"), step("a", work("psc/clerk"), "end"), end()];
    let worked = |scenario: &Scenario| {
        let trace = trace(scenario);
        let element = trace.compiled.names.element_of_step("s", "a").unwrap();
        let mut found: Vec<(u64, i64)> =
            trace.activities.iter().filter(|a| a.element == element).map(|a| (a.case.number, a.worked)).collect();
        found.sort_unstable();
        assert_eq!(trace.cases.iter().map(|c| c.number).max(), Some(49));
        assert_eq!(trace.services.len(), 50);
        found
    };
    assert_eq!(worked(&plain), worked(&more));
}

#[test]
fn a_skill_marks_the_groups_that_have_it_and_a_gateway_is_held_with_its_registry() {
    use crate::model::registry::Registry;
    let mut scenario = one_service(vec![
        start("a"),
        step("a", Step { skill: Some("kazakh".to_owned()), ..staff("psc/window", 5) }, "b"),
        step("b", Step { performer: Performer::System(Some("land".to_owned())), ..Step::default() }, "end"),
        end(),
    ]);
    let able = StaffGroup { count: number(1.0), skills: vec!["kazakh".to_owned()], ..StaffGroup::default() };
    scenario.agencies[0].pools[0].staff.push(able);
    let registry = |id: &str, capacity: Option<u32>, through: Option<&str>| Registry {
        id: id.to_owned(),
        capacity,
        through: through.map(str::to_owned),
        ..Registry::default()
    };
    scenario.registries = vec![registry("land", Some(3), Some("gateway")), registry("gateway", Some(20), Some("land"))];
    let compiled = compiled(&scenario);
    let requests = |step: &str| {
        let element = compiled.names.element_of_step("s", step).unwrap();
        match &compiled.program.elements[element].kind {
            Kind::Work(work) => work.requests.clone(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(requests("a").iter().map(|r| r.groups).collect::<Vec<_>>(), [0b10]);
    let held: Vec<_> = requests("b").iter().map(|r| compiled.names.pool(r.pool).unwrap().id.clone()).collect();
    assert_eq!(held, ["registry:land", "registry:gateway"]);
}

#[test]
fn any_scenario_compiles_or_says_why_and_always_the_same() {
    for seed in 0..400 {
        let mut scenario = crate::model::diff::random::scenario(seed);
        scenario.demand.push(burst("more", scenario.services.first().map_or("none", |s| &s.id), scenario.start, 3));
        let result = |scenario: &Scenario| format!("{:?}", compile(scenario, SimDuration::from_days(20)));
        assert_eq!(result(&scenario), result(&scenario.clone()), "seed {seed}");
        if let Ok(compiled) = compile(&scenario, SimDuration::from_days(20)) {
            let n = compiled.program.elements.len();
            assert_eq!(compiled.names.elements.len(), n);
            assert!(compiled.program.elements.iter().all(|e| e.next.is_none_or(|next| next.get() < n)));
        }
    }
}

#[test]
fn a_ring_of_starts_compiles_and_the_run_names_it() {
    let again = |id: &str, next: &str| Element { id: id.to_owned(), ..start(next) };
    let scenario = one_service(vec![start("one"), again("one", "two"), again("two", "one"), end()]);
    let trace = trace(&scenario);
    assert!(matches!(trace.cases[0].departure, Departure::Stuck(_)));
    assert!(!trace.summary.faults.is_empty());
}
