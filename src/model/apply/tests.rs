use super::flow::{NEVER_CLAIMED_ID, OTHERS_ID};
use super::*;
use crate::base::distribution::Distribution;
use crate::model::Id;
use crate::model::agency::{Agency, StaffGroup, StaffPool};
use crate::model::demand::{Arrivals, Burst, Demand, Profile};
use crate::model::document::Document;
use crate::model::figure::{Figure, NumberFigure, fixed_duration};
use crate::model::flow::{Boundary, Branch, ElementKind, End, Outcome, Trigger};
use crate::model::offer::Offer;
use crate::model::population::Channel;
use crate::model::registry::Registry;
use crate::model::service::ChannelShare;
use crate::model::step::{CitizenPart, DocumentSource, DocumentUse, Failure, Fallback, Performer, PoolUse, Step};

const MINUTE: i64 = 60_000;

fn element(id: &str, kind: ElementKind, next: Option<&str>) -> Element {
    Element { id: id.into(), name: format!("Do {id}"), kind, next: next.map(str::to_owned), ..Element::default() }
}

fn step(id: &str, next: &str) -> Element {
    let step = Step {
        performer: Performer::Staff(vec![PoolUse { pool: "psc/window".into(), count: 1 }]),
        duration: fixed_duration(15 * MINUTE),
        citizen: CitizenPart::Present,
        place: Some("center".into()),
        documents: vec![DocumentUse { document: "id-card".into(), ..DocumentUse::default() }],
        ..Step::default()
    };
    element(id, ElementKind::Step(Box::new(step)), Some(next))
}

fn way(to: &str, share: f64) -> Branch {
    Branch { to: to.into(), share: Some(Figure::assumed(share)), ..Branch::default() }
}

/// start -> apply -> complete? -(0.8)-> check -> decide -> pay -> end; -(0.2)-> fix -> apply
fn scenario() -> Scenario {
    let elements = vec![
        element("start", ElementKind::Start, Some("apply")),
        step("apply", "complete"),
        element("complete", ElementKind::Exclusive(vec![way("check", 0.8), way("fix", 0.2)]), None),
        step("fix", "apply"),
        step("check", "decide"),
        step("decide", "pay"),
        step("pay", "end"),
        element("end", ElementKind::End(End::default()), None),
    ];
    let share = |channel: &str, share| ChannelShare { channel: channel.into(), share: Figure::assumed(share) };
    let group = |count| StaffGroup { count: Figure::assumed(count), ..StaffGroup::default() };
    let pool = |id: &str, counts: &[f64]| StaffPool {
        id: id.into(),
        staff: counts.iter().map(|c| group(*c)).collect(),
        ..StaffPool::default()
    };
    Scenario {
        channels: vec![
            Channel { id: "portal".into(), ..Channel::default() },
            Channel { id: "center".into(), ..Channel::default() },
        ],
        agencies: vec![Agency {
            id: "psc".into(),
            pools: vec![pool("window", &[1.0, 4.0]), pool("back", &[2.0])],
            ..Agency::default()
        }],
        registries: vec![Registry { id: "people".into(), coverage: Figure::assumed(1.0), ..Registry::default() }],
        documents: vec![
            Document { id: "id-card".into(), registry: Some("people".into()), ..Document::default() },
            Document { id: "paper".into(), ..Document::default() },
        ],
        services: vec![Service {
            id: "benefit".into(),
            channels: vec![share("portal", 0.25), share("center", 0.75)],
            elements,
            ..Service::default()
        }],
        demand: vec![Demand {
            id: "main".into(),
            of: "benefit".into(),
            arrivals: Arrivals::Poisson {
                per_year: Figure::assumed(1000.0),
                growth: NumberFigure::default(),
                profile: Profile::default(),
            },
            background: false,
        }],
        ..Scenario::default()
    }
}

fn change(operations: Vec<Operation>) -> Change {
    Change { id: "c".into(), enabled: true, operations, ..Change::default() }
}

fn done(operation: Operation) -> Scenario {
    done_to(&scenario(), operation)
}

fn done_to(scenario: &Scenario, operation: Operation) -> Scenario {
    let before = scenario.clone();
    let result = apply(scenario, &[&change(vec![operation])]).expect("the operation can be carried out");
    assert_eq!(scenario, &before);
    result
}

fn refused(operation: Operation) -> Diagnostic {
    refused_by(&scenario(), operation)
}

fn refused_by(scenario: &Scenario, operation: Operation) -> Diagnostic {
    let mut faults = apply(scenario, &[&change(vec![operation])]).expect_err("the operation cannot be carried out");
    assert_eq!(faults.len(), 1);
    faults.remove(0)
}

fn ids(scenario: &Scenario) -> Vec<&str> {
    scenario.services[0].elements.iter().map(|e| e.id.as_str()).collect()
}

fn next<'a>(scenario: &'a Scenario, id: &str) -> &'a str {
    scenario.services[0].element(id).unwrap().next.as_deref().unwrap()
}

fn step_at<'a>(scenario: &'a Scenario, id: &str) -> &'a Step {
    match &scenario.services[0].element(id).unwrap().kind {
        ElementKind::Step(step) => step,
        other => panic!("{other:?}"),
    }
}

fn remove(step: &str) -> Operation {
    Operation::RemoveStep { service: "benefit".into(), step: step.into() }
}

#[test]
fn a_removed_step_hands_its_predecessors_to_its_follower() {
    let result = done(remove("decide"));
    assert_eq!(next(&result, "check"), "pay");
    assert_eq!(ids(&result), ["start", "apply", "complete", "fix", "check", "pay", "end"]);
}

#[test]
fn what_only_a_removed_step_led_to_goes_with_it() {
    let mut before = scenario();
    let elements = &mut before.services[0].elements;
    elements[5].boundary.push(Boundary {
        id: "late".into(),
        name: String::new(),
        trigger: Trigger::Deadline,
        interrupting: false,
        next: "remind".into(),
    });
    elements.push(step("remind", "reminded"));
    elements.push(element("reminded", ElementKind::End(End::default()), None));
    let result = done_to(&before, remove("decide"));
    assert_eq!(ids(&result), ["start", "apply", "complete", "fix", "check", "pay", "end"]);
}

#[test]
fn starts_ends_and_gateways_that_decide_stay() {
    assert_eq!(refused(remove("start")).code, "cannot-remove-start");
    assert_eq!(refused(remove("end")).code, "cannot-remove-end");
    assert_eq!(refused(remove("complete")).code, "cannot-remove-gateway");
}

#[test]
fn an_unknown_name_is_refused_with_a_near_one_and_its_place() {
    let fault = refused(remove("deside"));
    assert_eq!(fault.code, "unknown-step");
    assert_eq!(fault.path.to_string(), "changes[0].operations[0].step");
    assert_eq!(fault.hint, "Did you mean 'decide'?");
}

#[test]
fn every_fault_is_reported_at_once_and_switched_off_changes_are_skipped() {
    let bad = change(vec![remove("x1"), remove("decide"), remove("x2")]);
    assert_eq!(apply(&scenario(), &[&bad]).unwrap_err().len(), 2);
    let off = Change { enabled: false, ..bad };
    assert_eq!(apply(&scenario(), &[&off]), Ok(scenario()));
}

#[test]
fn an_added_step_takes_over_the_follower() {
    let new = Element { next: None, ..step("sign", "") };
    let result = done(Operation::AddStep { service: "benefit".into(), after: "decide".into(), element: new.clone() });
    assert_eq!((next(&result, "decide"), next(&result, "sign")), ("sign", "pay"));
    assert_eq!(ids(&result)[6], "sign");
    let twice = Operation::AddStep { service: "benefit".into(), after: "pay".into(), element: step("decide", "end") };
    assert_eq!(refused(twice).code, "duplicate-id");
    let after_end = Operation::AddStep { service: "benefit".into(), after: "end".into(), element: new };
    assert_eq!(refused(after_end).code, "missing-next");
}

#[test]
fn an_automated_step_has_no_staff_no_citizen_and_no_journey() {
    let duration = fixed_duration(2_000);
    let operation = |registry: &str| Operation::Automate {
        service: "benefit".into(),
        step: "check".into(),
        registry: Some(registry.into()),
        duration: duration.clone(),
    };
    let result = done(operation("people"));
    let step = step_at(&result, "check");
    assert_eq!(step.performer, Performer::System(Some("people".into())));
    assert_eq!((step.citizen, &step.place, &step.duration), (CitizenPart::Absent, &None, &duration));
    assert_eq!(refused(operation("peeple")).hint, "Did you mean 'people'?");
}

#[test]
fn documents_are_dropped_or_fetched_only_where_they_are_asked_for() {
    let (service, step): (Id, Id) = ("benefit".into(), "check".into());
    let drop =
        |document: &str| Operation::DropDocument { service: service.clone(), step: step.clone(), document: document.into() };
    assert!(step_at(&done(drop("id-card")), "check").documents.is_empty());
    assert_eq!(refused(drop("paper")).code, "document-not-asked");
    let fetch = |document: &str| Operation::FetchDocument {
        service: service.clone(),
        step: step.clone(),
        document: document.into(),
        fallback: Fallback::Citizen,
    };
    assert_eq!(step_at(&done(fetch("id-card")), "check").documents[0].from, DocumentSource::Registry);
    assert_eq!(refused(fetch("paper")).code, "no-registry");
}

fn in_parallel(steps: &[&str]) -> Operation {
    Operation::RunInParallel { service: "benefit".into(), steps: steps.iter().map(|s| s.to_string()).collect() }
}

#[test]
fn steps_in_a_chain_run_side_by_side_between_a_split_and_a_join() {
    for order in [["check", "decide", "pay"], ["pay", "check", "decide"]] {
        let result = done(in_parallel(&order));
        let service = &result.services[0];
        let split = service.element("parallel-of-check-pay").unwrap();
        assert_eq!(split.kind, ElementKind::Parallel(vec!["check".into(), "decide".into(), "pay".into()]));
        assert_eq!(service.element("join-of-check-pay").unwrap().kind, ElementKind::Parallel(vec!["end".into()]));
        for id in order {
            assert_eq!(next(&result, id), "join-of-check-pay");
        }
        let ElementKind::Exclusive(ways) = &service.element("complete").unwrap().kind else { panic!() };
        assert_eq!(ways[0].to, "parallel-of-check-pay");
    }
}

#[test]
fn steps_that_are_no_chain_do_not_run_side_by_side() {
    for steps in [&["check"][..], &["check", "pay"], &["apply", "complete"], &["fix", "apply"]] {
        let fault = refused(in_parallel(steps));
        assert!(matches!(fault.code, "not-a-chain" | "too-few-steps"), "{fault:?}");
    }
    let mut leaving = scenario();
    if let ElementKind::Step(step) = &mut leaving.services[0].elements[5].kind {
        step.failure = Some(Failure { share: Figure::assumed(0.1), next: "fix".into() });
    }
    assert!(refused_by(&leaving, in_parallel(&["check", "decide"])).message.contains("wait for it for ever"));
}

#[test]
fn an_offer_comes_first_and_the_rest_apply_or_never_claim() {
    let others_apply = NumberFigure { by_segment: vec![("rural".into(), 0.6)], ..Figure::assumed(0.9) };
    let operation = Operation::OfferProactively {
        service: "benefit".into(),
        offer: Offer { consent: Figure::assumed(0.76), ..Offer::default() },
        accepted_goes_to: "decide".into(),
        others_apply,
    };
    let result = done(operation.clone());
    assert_eq!(next(&result, "start"), "offer");
    let service = &result.services[0];
    let ElementKind::Offer(offer) = &service.element("offer").unwrap().kind else { panic!() };
    assert_eq!(offer.consent.value, 0.76);
    assert_eq!(
        [&offer.accepted, &offer.declined, &offer.silent, &offer.unreachable],
        ["decide", OTHERS_ID, OTHERS_ID, OTHERS_ID]
    );
    let ElementKind::Exclusive(ways) = &service.element(OTHERS_ID).unwrap().kind else { panic!() };
    assert_eq!((ways[0].to.as_str(), ways[1].to.as_str()), ("apply", NEVER_CLAIMED_ID));
    let rest = ways[1].share.as_ref().unwrap();
    assert!((rest.value - 0.1).abs() < 1e-12 && (rest.by_segment[0].1 - 0.4).abs() < 1e-12);
    let ElementKind::End(end) = &service.element(NEVER_CLAIMED_ID).unwrap().kind else { panic!() };
    assert_eq!(end.outcome, Outcome::NeverClaimed);
    assert_eq!(refused_by(&result, operation).code, "duplicate-id");
    let without = done_to(&result, remove("offer"));
    assert_eq!(next(&without, "start"), OTHERS_ID);
}

#[test]
fn channel_shares_move_as_far_as_there_is_something() {
    let move_share = |share: NumberFigure| Operation::MoveChannelShare {
        service: "benefit".into(),
        from: "portal".into(),
        to: "center".into(),
        share,
    };
    let result = done(move_share(NumberFigure { by_segment: vec![("rural".into(), 0.125)], ..Figure::assumed(0.5) }));
    let channels = &result.services[0].channels;
    assert_eq!((channels[0].share.value, channels[1].share.value), (0.0, 1.0));
    assert_eq!((channels[0].share.by_segment[0].1, channels[1].share.by_segment[0].1), (0.125, 0.875));
}

#[test]
fn a_set_share_scales_the_others_in_proportion() {
    let mut before = scenario();
    let ways = vec![way("check", 0.5), way("fix", 0.3), way("pay", 0.2)];
    before.services[0].elements[2].kind = ElementKind::Exclusive(ways);
    let operation = |share| Operation::SetShare {
        service: "benefit".into(),
        gateway: "complete".into(),
        to: "check".into(),
        share: Figure::assumed(share),
    };
    let shares = |scenario: &Scenario| -> Vec<f64> {
        let ElementKind::Exclusive(ways) = &scenario.services[0].elements[2].kind else { panic!() };
        ways.iter().map(|w| w.share.as_ref().unwrap().value).collect()
    };
    let grown = done_to(&before, operation(0.75));
    assert!(shares(&grown).iter().zip([0.75, 0.15, 0.1]).all(|(a, b)| (a - b).abs() < 1e-12));
    let all = done_to(&before, operation(1.0));
    assert_eq!(shares(&all), [1.0, 0.0, 0.0]);
    assert_eq!(shares(&done_to(&all, operation(0.5))), [0.5, 0.25, 0.25]);
}

#[test]
fn staff_moves_out_of_the_first_group_with_enough_people() {
    let operation = |count| Operation::MoveStaff { from: "psc/window".into(), to: "psc/back".into(), count };
    let result = done(operation(3));
    let counts = |pool: &str| -> Vec<f64> { result.staff_pool(pool).unwrap().1.staff.iter().map(|g| g.count.value).collect() };
    assert_eq!((counts("psc/window"), counts("psc/back")), (vec![1.0, 1.0], vec![5.0]));
    assert_eq!(refused(operation(5)).code, "too-few-people");
    let bad_group = Operation::SetStaff { pool: "psc/back".into(), group: 1, count: Figure::assumed(3.0) };
    assert_eq!(refused(bad_group).code, "unknown-group");
}

#[test]
fn demand_is_multiplied_however_it_is_written() {
    let operation = Operation::ScaleDemand { demand: "main".into(), factor: Figure::assumed(1.5) };
    let arrivals = |scenario: Scenario| scenario.demand.into_iter().next().unwrap().arrivals;
    assert!(matches!(arrivals(done(operation.clone())), Arrivals::Poisson { per_year, .. } if per_year.value == 1500.0));
    let mut before = scenario();
    before.demand[0].arrivals = Arrivals::List(vec![Burst { at: before.start, count: 3 }]);
    assert!(matches!(arrivals(done_to(&before, operation.clone())), Arrivals::List(b) if b[0].count == 5));
    let interval = Figure::assumed(Distribution::Exponential { mean: 90.0 });
    before.demand[0].arrivals = Arrivals::Renewal { interval, first_at_start: false, limit: None, calendar: None };
    let expected = Distribution::Exponential { mean: 60.0 };
    assert!(matches!(arrivals(done_to(&before, operation)), Arrivals::Renewal { interval, .. } if (interval.value == expected)));
}

#[test]
fn items_are_put_taken_out_and_ordered() {
    let put = Operation::Put(crate::model::change::Item::Document(Document {
        id: "paper".into(),
        name: "New".into(),
        ..Default::default()
    }));
    assert_eq!(done(put).documents[1].name, "New");
    use crate::model::change::ItemKind;
    let reordered = done(Operation::Reorder { kind: ItemKind::Document, ids: vec!["paper".into()] });
    assert_eq!(reordered.documents[0].id, "paper");
    assert_eq!(done(Operation::Remove { kind: ItemKind::Document, id: "paper".into() }).documents.len(), 1);
    assert_eq!(refused(Operation::Remove { kind: ItemKind::Document, id: "x".into() }).code, "unknown-item");
}

#[test]
fn a_variant_builds_on_others_and_never_on_itself() {
    let variant = |id: &str, based_on: Option<&str>, operations| Variant {
        id: id.into(),
        based_on: based_on.map(str::to_owned),
        changes: vec![change(operations)],
        ..Variant::default()
    };
    let variants = vec![
        variant("second", Some("first"), vec![remove("pay")]),
        variant("first", None, vec![remove("decide")]),
        variant("round", Some("about"), vec![]),
        variant("about", Some("round"), vec![]),
        variant("lost", Some("frist"), vec![]),
        variant("wrong", None, vec![remove("nothing")]),
    ];
    let study = Study { scenario: scenario(), variants, ..Study::default() };
    assert_eq!(build_variant(&study, AS_IS), Ok(scenario()));
    assert_eq!(ids(&build_variant(&study, "second").unwrap()), ["start", "apply", "complete", "fix", "check", "end"]);
    assert_eq!(build_variant(&study, "round").unwrap_err()[0].code, "variant-circle");
    let lost = &build_variant(&study, "lost").unwrap_err()[0];
    assert_eq!((lost.path.to_string().as_str(), lost.hint.as_str()), ("variants[4].based_on", "Did you mean 'first'?"));
    let wrong = &build_variant(&study, "wrong").unwrap_err()[0];
    assert_eq!(wrong.path.to_string(), "variants[5].changes[0].operations[0].step");
}
