//! The promises of every picture, on small, odd and random graphs.

use std::time::Instant;

use proptest::prelude::*;

use super::picture::{Diagram, Mark, NodeKind, Outline, Point, Rect};
use super::svg::{Colours, svg};
use super::*;
use crate::model::diff::random;
use crate::model::flow::{Boundary, Branch, ElementKind, Trigger};
use crate::model::step::{DocumentUse, Failure, Performer, PoolUse, Step};

fn step(id: &str, pool: Option<&str>, next: &str) -> Element {
    let performer = match pool {
        None => Performer::Citizen,
        Some("system") => Performer::System(None),
        Some(pool) => Performer::Staff(vec![PoolUse { pool: pool.to_owned(), count: 1 }]),
    };
    let kind = ElementKind::Step(Box::new(Step { performer, ..Step::default() }));
    Element { id: id.to_owned(), name: format!("Do {id}"), kind, next: Some(next.to_owned()), ..Element::default() }
}

fn choice(id: &str, ways: &[&str]) -> Element {
    let share = 1.0 / ways.len().max(1) as f64;
    let way = |to: &&str| Branch {
        to: (*to).to_owned(),
        name: format!("to {to}"),
        share: Some(crate::model::figure::Figure::assumed(share)),
        ..Branch::default()
    };
    Element { id: id.to_owned(), kind: ElementKind::Exclusive(ways.iter().map(way).collect()), ..Element::default() }
}

fn start(next: &str) -> Element {
    Element { id: "start".to_owned(), kind: ElementKind::Start, next: Some(next.to_owned()), ..Element::default() }
}

fn end(id: &str) -> Element {
    Element { id: id.to_owned(), ..Element::default() }
}

fn drawn(elements: &[Element]) -> Diagram {
    lay_out_elements(&Scenario::default(), elements, &Words::default())
}

/// Whether a point lies on a rectangle's edge or, for round and pointed outlines, not outside it.
fn touches(rect: &Rect, point: Point) -> bool {
    let near = rect.grown(0.01);
    near.x <= point.x && point.x <= near.right() && near.y <= point.y && point.y <= near.bottom()
}

fn faults(diagram: &Diagram) -> Vec<String> {
    let mut faults = Vec::new();
    let extents: Vec<Rect> = diagram.nodes.iter().map(|node| node.extent()).collect();
    for (i, node) in diagram.nodes.iter().enumerate() {
        for j in 0..i {
            if extents[i].grown(-0.1).overlaps(&extents[j]) {
                faults.push(format!("{} lies on {}", node.id, diagram.nodes[j].id));
            }
        }
        let lane = &diagram.lanes[node.lane];
        let inner = Rect { x: lane.rect.x + lane.header, width: lane.rect.width - lane.header, ..lane.rect };
        if !inner.holds(&extents[i]) {
            faults.push(format!("{} leaves its lane", node.id));
        }
    }
    for edge in &diagram.edges {
        let name = format!("{} -> {}", edge.from_id, edge.to_id);
        let (from, to) = (&diagram.nodes[edge.from], &diagram.nodes[edge.to]);
        let (Some(first), Some(last)) = (edge.points.first(), edge.points.last()) else {
            faults.push(format!("{name} has no line"));
            continue;
        };
        if !touches(&from.extent(), *first) || !touches(&to.rect, *last) {
            faults.push(format!("{name} does not join its boxes: {:?}", edge.points));
        }
        for ends in edge.points.windows(2) {
            if ends[0].x != ends[1].x && ends[0].y != ends[1].y {
                faults.push(format!("{name} is slanted: {:?}", edge.points));
            }
            let piece = Rect {
                x: ends[0].x.min(ends[1].x),
                y: ends[0].y.min(ends[1].y),
                width: (ends[0].x - ends[1].x).abs(),
                height: (ends[0].y - ends[1].y).abs(),
            };
            for (i, node) in diagram.nodes.iter().enumerate() {
                // A line may come to a round outline within the square around it.
                let is_own = i == edge.from || i == edge.to;
                let rect = if is_own && node.kind.outline() != Outline::Box { node.rect.grown(-12.0) } else { node.rect };
                if rect.grown(-0.5).overlaps(&piece.grown(0.01)) {
                    faults.push(format!("{name} runs through {}: {:?}", node.id, edge.points));
                }
            }
        }
    }
    for pair in diagram.lanes.windows(2) {
        if pair[0].rect.bottom() != pair[1].rect.y {
            faults.push("lanes leave a gap".to_owned());
        }
    }
    faults
}

fn assert_sound(diagram: &Diagram) {
    let faults = faults(diagram);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn an_empty_service_is_an_empty_picture() {
    let diagram = drawn(&[]);
    assert!(diagram.nodes.is_empty() && diagram.lanes.is_empty());
    assert!(svg(&diagram, "nothing", &Words::default(), &Colours::default()).starts_with("<svg"));
}

#[test]
fn a_chain_in_one_lane_runs_level() {
    let diagram = drawn(&[start("a"), step("a", None, "b"), step("b", None, "end"), end("end")]);
    assert_sound(&diagram);
    assert!(diagram.edges.iter().all(|edge| edge.points.len() == 2), "{:?}", diagram.edges);
    assert_eq!(diagram.lanes.len(), 1);
}

#[test]
fn the_citizen_stands_above_staff_above_systems() {
    let elements = [start("a"), step("a", Some("system"), "b"), step("b", Some("x/y"), "c"), step("c", None, "end"), end("end")];
    let keys: Vec<_> = drawn(&elements).lanes.into_iter().map(|lane| lane.key).collect();
    use super::picture::LaneKey;
    assert_eq!(keys, [LaneKey::Citizen, LaneKey::Pool("x/y".to_owned()), LaneKey::System]);
}

#[test]
fn a_loop_leads_back_around_its_boxes() {
    let elements = [start("a"), step("a", None, "b"), choice("b", &["end", "c"]), step("c", None, "a"), end("end")];
    let diagram = drawn(&elements);
    assert_sound(&diagram);
    let back: Vec<_> = diagram.edges.iter().filter(|edge| edge.is_back).map(|edge| edge.from_id.as_str()).collect();
    assert_eq!(back, ["c"]);
}

#[test]
fn an_element_that_follows_itself_is_drawn() {
    assert_sound(&drawn(&[start("a"), step("a", None, "a"), choice("b", &["b", "b", "a"])]));
}

#[test]
fn what_fails_or_is_left_goes_out_below() {
    let mut failing = step("a", None, "end");
    if let ElementKind::Step(step) = &mut failing.kind {
        step.failure = Some(Failure { share: crate::model::figure::Figure::assumed(0.2), next: "b".to_owned() });
        step.documents = vec![DocumentUse { document: "paper".to_owned(), ..DocumentUse::default() }];
    }
    let event = |id: &str, next: &str| Boundary {
        id: id.to_owned(),
        name: String::new(),
        trigger: Trigger::Deadline,
        interrupting: true,
        next: next.to_owned(),
    };
    failing.boundary = vec![event("late", "b"), event("later", "end")];
    let diagram = drawn(&[start("a"), failing, step("b", None, "end"), end("end")]);
    assert_sound(&diagram);
    let node = diagram.node("a").unwrap();
    assert_eq!((node.border.len(), node.documents.len()), (3, 1));
    for edge in diagram.edges.iter().filter(|edge| edge.from_id == "a" && edge.exit != super::picture::Exit::Next) {
        assert!(edge.points[0].y >= node.rect.bottom(), "{edge:?}");
    }
    let texts: Vec<_> = diagram.edges.iter().map(|edge| edge.text.as_str()).collect();
    assert!(texts.contains(&"fails 20\u{a0}%"), "{texts:?}");
}

#[test]
fn an_overlay_marks_what_came_and_went() {
    let before = Service {
        elements: vec![start("a"), step("a", None, "b"), step("b", Some("x/y"), "end"), end("end")],
        ..Service::default()
    };
    let after = Service {
        elements: vec![start("a"), step("a", Some("x/y"), "c"), step("c", Some("system"), "end"), end("end")],
        ..Service::default()
    };
    let scenario = Scenario::default();
    let diagram = lay_out_both((&scenario, &before), (&scenario, &after), &Words::default());
    assert_sound(&diagram);
    let mark = |id: &str| diagram.node(id).unwrap().mark;
    assert_eq!([mark("start"), mark("a"), mark("b"), mark("c")], [Mark::Kept, Mark::Changed, Mark::Removed, Mark::Added]);
    let marks: Vec<_> = diagram.edges.iter().map(|edge| (edge.from_id.as_str(), edge.to_id.as_str(), edge.mark)).collect();
    assert!(marks.contains(&("start", "a", Mark::Kept)));
    assert!(marks.contains(&("a", "b", Mark::Removed)) && marks.contains(&("a", "c", Mark::Added)), "{marks:?}");
    assert_eq!(diagram.node("a").unwrap().kind, NodeKind::StaffStep);
}

#[test]
fn an_overlay_of_equals_marks_nothing() {
    for seed in 0..40 {
        let scenario = random::scenario(seed);
        for service in &scenario.services {
            let diagram = lay_out_both((&scenario, service), (&scenario, service), &Words::default());
            assert!(diagram.nodes.iter().all(|node| node.mark == Mark::Kept));
            assert!(diagram.edges.iter().all(|edge| edge.mark == Mark::Kept));
        }
    }
}

#[test]
fn random_scenarios_and_their_overlays_are_sound() {
    for seed in 0..120 {
        let (a, b) = (random::scenario(seed), random::scenario(seed + 1000));
        for service in &a.services {
            let diagram = lay_out(&a, service, &Words::default());
            assert_eq!(diagram, lay_out(&a, service, &Words::default()));
            assert_sound(&diagram);
            let other = b.services.first().cloned().unwrap_or_default();
            assert_sound(&lay_out_both((&a, service), (&b, &other), &Words::default()));
        }
    }
}

/// A random process: steps in several lanes, choices, loops; some elements out of reach.
fn process(links: &[(u16, u16, u8)]) -> Vec<Element> {
    let n = links.len();
    let id = |i: u16| format!("e{}", i as usize % n.max(1));
    let pools = [None, Some("a/one"), Some("a/two"), Some("system")];
    let mut elements = vec![start("e0")];
    for (i, &(a, b, kind)) in links.iter().enumerate() {
        // Mostly onwards, as processes are.
        let onwards = |jump: u16| id(if jump.is_multiple_of(7) { jump } else { i as u16 + 1 + jump % 5 });
        elements.push(match kind % 5 {
            0 => choice(&id(i as u16), &[&onwards(a), &onwards(b)]),
            1 => choice(&id(i as u16), &[&onwards(a), &onwards(b), &onwards(a.wrapping_add(b))]),
            _ => step(&id(i as u16), pools[kind as usize / 5 % 4], &onwards(a)),
        });
    }
    elements
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn random_processes_are_sound(links in prop::collection::vec((any::<u16>(), any::<u16>(), any::<u8>()), 0..60)) {
        let diagram = drawn(&process(&links));
        let faults = faults(&diagram);
        prop_assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

#[test]
fn three_hundred_elements_are_laid_out_in_a_blink() {
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as u16
    };
    let links: Vec<_> = (0..299).map(|_| (next(), next(), next() as u8)).collect();
    let elements = process(&links);
    let clock = Instant::now();
    let diagram = drawn(&elements);
    let taken = clock.elapsed();
    assert_sound(&diagram);
    // Generous, for machines that are busy and builds without optimisation; in a release build it takes a tenth of it.
    assert!(taken.as_millis() < if cfg!(debug_assertions) { 4000 } else { 200 }, "{taken:?}");
}
