//! Drawings that we write: read again they are the same, they hold what BPMN asks for, and the data of other tools stays.

use kezek::base::diagnostic::Severity;
use kezek::base::progress::CancelToken;
use kezek::base::time::{MS_PER_DAY, SimDuration, SimTime};
use kezek::compile::compile;
use kezek::compile::names::Role;
use kezek::engine::record::{Activity, CaseEnd, Observer, ServiceEnd};
use kezek::engine::run::{RunPlan, run};
use kezek::formats::bpmn::write::{Written, write_bpmn, write_bpmn_into};
use kezek::formats::bpmn::xml::XmlElement;
use kezek::formats::bpmn::{Imported, read_bpmn};
use kezek::formats::params::read_drawing;
use kezek::formats::{carried, scenario_ron};
use kezek::model::flow::{Element, ElementKind};
use kezek::model::step::Performer;
use kezek::model::study::Study;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::bpmn::{files, say};
use crate::generators;

fn read(text: &str) -> Imported {
    let warned = read_bpmn(text.as_bytes(), "study.bpmn");
    warned.value.unwrap_or_else(|| panic!("no study: {:?}", warned.diagnostics))
}

fn carried_studies() -> Vec<Study> {
    let load = |name| {
        let (path, text) = carried::file_of(name).unwrap();
        scenario_ron::read_study(text, path, &mut carried::load).value.unwrap()
    };
    carried::names().map(|name| Study { imports: Vec::new(), ..load(name) }).collect()
}

/// A drawing as BPMN alone, without our part of the file.
fn bare(text: &str) -> String {
    let mut bare = text.to_owned();
    while let (Some(from), Some(to)) = (bare.find("<kezek:study"), bare.find("</kezek:study>")) {
        bare.replace_range(from..to + "</kezek:study>".len(), "");
    }
    bare
}

#[test]
fn every_carried_study_comes_back_as_it_was() {
    for study in carried_studies() {
        let written = write_bpmn(&study);
        let back = read(&written.text);
        assert!(back.study == study, "{} differs", study.id);
        assert!(back.is_kept);
        assert_eq!(write_bpmn(&study), written, "{}: the same study gives the same bytes", study.id);
    }
}

#[test]
fn what_cannot_be_said_is_listed() {
    let study = &carried_studies()[0];
    let codes: BTreeSet<&str> = write_bpmn(study).diagnostics.iter().map(|d| d.code).collect();
    for code in ["life-event", "document", "registry", "population", "arrivals", "working-days"] {
        assert!(codes.contains(code), "{code} is not among {codes:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_study_comes_back_as_it_was(study in generators::studies()) {
        let study = Study { imports: Vec::new(), ..study };
        let text = write_bpmn(&study).text;
        let back = read_bpmn(text.as_bytes(), "study.bpmn");
        let found: Vec<_> = back.diagnostics.iter().filter(|d| d.severity != Severity::Note).map(|d| (d.code, &d.message)).collect();
        prop_assert_eq!(back.value.as_ref().map(|back| &back.study), Some(&study), "{:?}", found);
    }
}

/// The elements of a file with their ids.
fn all(root: &XmlElement) -> Vec<&XmlElement> {
    let mut found = Vec::new();
    let mut to_do = vec![root];
    while let Some(element) = to_do.pop() {
        found.push(element);
        to_do.extend(element.elements());
    }
    found
}

fn number(element: &XmlElement, name: &str) -> f64 {
    element.attribute(name).unwrap().parse().unwrap()
}

type Rect = (f64, f64, f64, f64);

fn bounds(shape: &XmlElement) -> Rect {
    let bounds = shape.child("Bounds").unwrap();
    (number(bounds, "x"), number(bounds, "y"), number(bounds, "width"), number(bounds, "height"))
}

fn touches(rect: Rect, x: f64, y: f64) -> bool {
    let slack = 1.5;
    let (x, y) = (x - rect.0, y - rect.1);
    (-slack..=rect.2 + slack).contains(&x) && (-slack..=rect.3 + slack).contains(&y)
}

fn is_node(local: &str) -> bool {
    local.ends_with("Task")
        || local.ends_with("Gateway")
        || local.ends_with("Event")
        || matches!(local, "callActivity" | "subProcess" | "transaction")
}

/// Everything that is drawn has its place: nodes a shape in the pool, arrows a line from outline to outline, border events sit on the border.
fn check_drawing(name: &str, root: &XmlElement) {
    let elements = all(root);
    let mut ids = BTreeSet::new();
    for element in &elements {
        if let Some(id) = element.attribute("id").filter(|_| &*element.space != "http://www.bpsim.org/schemas/2.0") {
            assert!(ids.insert(id), "{name}: the id {id} is borne twice");
        }
    }
    let drawn = |tag: &str| -> BTreeMap<&str, &XmlElement> {
        let shapes = elements.iter().filter(|e| e.local() == tag);
        shapes.map(|e| (e.attribute("bpmnElement").unwrap(), *e)).collect()
    };
    let (shapes, edges) = (drawn("BPMNShape"), drawn("BPMNEdge"));
    let rect = |id: &str| bounds(shapes.get(id).unwrap_or_else(|| panic!("{name}: {id} has no shape")));
    let mut nodes: Vec<(&str, Rect)> = Vec::new();
    for element in &elements {
        let id = element.attribute("id").unwrap_or_default();
        match element.local() {
            "boundaryEvent" => {
                let (x, y, width, height) = rect(id);
                let host = rect(element.attribute("attachedToRef").unwrap());
                assert!(touches(host, x + width / 2.0, y + height / 2.0), "{name}: {id} sits beside its host");
                let at_border = (y + height / 2.0 - host.1 - host.3).abs() < 2.0;
                assert!(at_border, "{name}: {id} does not sit on the border");
            }
            local if is_node(local) => nodes.push((id, rect(id))),
            "sequenceFlow" | "messageFlow" => {
                let edge = edges.get(id).unwrap_or_else(|| panic!("{name}: {id} has no line"));
                let points: Vec<(f64, f64)> =
                    edge.elements().filter(|e| e.local() == "waypoint").map(|p| (number(p, "x"), number(p, "y"))).collect();
                let ends = [("sourceRef", points.first()), ("targetRef", points.last())];
                for (end, point) in ends {
                    let node = element.attribute(end).unwrap();
                    let (x, y) = *point.unwrap_or_else(|| panic!("{name}: {id} has no points"));
                    assert!(touches(rect(node), x, y), "{name}: {id} does not end at {node}: {x} {y} {:?}", rect(node));
                }
            }
            "participant" | "lane" | "dataObjectReference" | "dataStoreReference" | "textAnnotation" => {
                rect(id);
            }
            _ => {}
        }
    }
    for (i, (a, at)) in nodes.iter().enumerate() {
        for (b, other) in &nodes[i + 1..] {
            let apart =
                at.0 + at.2 <= other.0 || other.0 + other.2 <= at.0 || at.1 + at.3 <= other.1 || other.1 + other.3 <= at.1;
            let holds =
                |out: &Rect, inner: &Rect| touches(*out, inner.0, inner.1) && touches(*out, inner.0 + inner.2, inner.1 + inner.3);
            assert!(apart || holds(at, other) || holds(other, at), "{name}: {a} and {b} lie on each other");
        }
    }
}

#[test]
fn everything_written_has_its_place() {
    for study in carried_studies() {
        check_drawing(&study.id, &read(&write_bpmn(&study).text).source);
    }
}

#[test]
fn other_tools_get_shares_durations_people_and_hours() {
    let study = carried_studies().into_iter().find(|s| s.id == "golden-case").unwrap();
    let root = read(&write_bpmn(&study).text).source;
    let count = |local: &str| all(&root).iter().filter(|e| e.local() == local).count();
    let steps = |study: &Study| {
        let mut lists: Vec<&[Element]> = study.scenario.services.iter().map(|s| s.elements.as_slice()).collect();
        let mut n = 0;
        while let Some(list) = lists.pop() {
            n += list.iter().filter(|e| matches!(e.kind, ElementKind::Step(_))).count();
            lists.extend(list.iter().filter_map(Element::inner));
        }
        n
    };
    assert_eq!(count("ProcessingTime"), steps(&study));
    assert!(count("Quantity") > 0 && count("Calendar") > 0 && count("Selection") > 0 && count("TriggerCount") > 0);
}

#[test]
fn a_drawing_that_was_changed_elsewhere_is_followed_and_keeps_the_other_figures() {
    let study = carried_studies().into_iter().find(|s| s.id == "golden-case").unwrap();
    let text = write_bpmn(&study).text;
    let service = &study.scenario.services[0];
    let steps: Vec<&Element> = service.elements.iter().filter(|e| matches!(e.kind, ElementKind::Step(_))).collect();
    let (renamed, same) = (steps[0], steps[1]);
    let changed = text.replacen(&format!("name=\"{}\"", renamed.name), "name=\"Called otherwise\"", 1);
    assert_ne!(changed, text);
    let warned = read_bpmn(changed.as_bytes(), "study.bpmn");
    let told: Vec<_> = warned.diagnostics.iter().filter(|d| d.code == "drawing-changed").collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].message.contains("Called otherwise") && told[0].severity == Severity::Warning, "{}", told[0].message);
    let back = warned.value.unwrap().study;
    let now = back.scenario.service(&service.id).unwrap();
    assert_eq!(now.element(&same.id), Some(same));
    let now = now.element(&renamed.id).unwrap();
    assert_eq!(now.name, "Called otherwise");
    let durations = |e: &Element| match &e.kind {
        ElementKind::Step(step) => step.duration.clone(),
        _ => panic!("no step"),
    };
    assert_eq!(durations(now), durations(renamed));
    assert_eq!((&back.sources, &back.plan, &back.scenario.registries), (&study.sources, &study.plan, &study.scenario.registries));
}

/// What a study says that a drawing can say: structure and names, not figures.
fn structure(study: &Study) -> Vec<String> {
    let mut lines = Vec::new();
    for service in &study.scenario.services {
        lines.push(format!("service {} {}", service.id, service.name));
        let mut lists: Vec<(&str, &[Element])> = vec![("", &service.elements)];
        while let Some((around, list)) = lists.pop() {
            for e in list {
                let kind = match &e.kind {
                    ElementKind::Step(step) => match step.performer {
                        Performer::Citizen => "citizen".to_owned(),
                        Performer::Staff(_) => "staff".to_owned(),
                        Performer::System(_) => "system".to_owned(),
                    },
                    other => format!("{other:?}").split(['(', ' ', '{']).next().unwrap().to_owned(),
                };
                let to: Vec<&String> = e.successors();
                let borders: Vec<String> = e.boundary.iter().map(|b| format!("{}:{}", b.id, b.interrupting)).collect();
                lines.push(format!("{around}/{} '{}' {kind} -> {to:?} {borders:?} {}", e.id, e.name, e.repeat.is_some()));
                lists.extend(e.inner().map(|inner| (e.id.as_str(), inner)));
            }
        }
    }
    lines.sort();
    lines
}

fn drawings() -> Vec<PathBuf> {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bpmn");
    let entries = std::fs::read_dir(own).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|e| e == "bpmn")).collect();
    found.sort();
    assert!(found.len() >= 10, "own drawings are missing");
    found.extend(files("miwg-reference", "bpmn"));
    found
}

/// What a file says beside our own parts of it: names, attributes and texts in order; name-space declarations aside.
fn said(root: &XmlElement) -> Vec<String> {
    let mut lines = Vec::new();
    let mut to_do: Vec<(usize, &XmlElement)> = vec![(0, root)];
    while let Some((depth, element)) = to_do.pop() {
        if element.local() == "relationship" && element.attribute("type").is_some_and(|t| t == "KezekStudy" || t == "BPSimData") {
            continue;
        }
        let attributes: Vec<String> = element
            .attributes
            .iter()
            .filter(|(name, _)| !name.starts_with("xmlns"))
            .map(|(name, value)| format!("{name}={value:?}"))
            .collect();
        lines.push(format!("{depth} {} {} {attributes:?} {:?}", element.space, element.local(), element.text()));
        let children: Vec<&XmlElement> = element.elements().collect();
        to_do.extend(children.into_iter().rev().map(|child| (depth + 1, child)));
    }
    lines
}

#[test]
fn drawings_of_others_come_back_with_all_that_others_wrote() {
    let mut n = 0;
    for path in drawings() {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let first = read_bpmn(&bytes, &name).value.unwrap_or_else(|| panic!("{name} is not read"));
        let written = write_bpmn_into(&first.study, &first.study, &first.source);
        let second = read(&written.text);
        assert!(second.study == first.study, "{name}: the study differs");
        assert_eq!(said(&second.source), said(&first.source), "{name}: the file differs");
        assert_eq!(second.shapes, first.shapes, "{name}: shapes have moved");
        let again = read_bpmn(bare(&written.text).as_bytes(), &name).value.unwrap();
        assert!(again.study == first.study, "{name}: the drawing alone differs");
        n += 1;
    }
    say(&format!("{n} drawings of others written and read again"));
}

#[test]
fn drawings_laid_out_anew_mean_the_same() {
    for path in drawings() {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let first = read_bpmn(&bytes, &name).value.unwrap();
        let written = write_bpmn(&first.study);
        let second = read(&written.text);
        assert!(second.study == first.study, "{name}: the study differs");
        check_drawing(&name, &second.source);
    }
}

#[test]
fn own_drawings_say_the_same_without_our_part() {
    for path in drawings().into_iter().filter(|p| p.starts_with(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"))) {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let first = read_bpmn(&bytes, &name).value.unwrap();
        let text = bare(&write_bpmn(&first.study).text);
        let second = read_bpmn(text.as_bytes(), &name).value.unwrap();
        assert!(!second.is_kept);
        assert_eq!(structure(&second.study), structure(&first.study), "{name}");
    }
}

fn own(name: &str) -> Imported {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bpmn").join(name);
    read_bpmn(&std::fs::read(path).unwrap(), name).value.unwrap()
}

/// Writes a changed study into its drawing, reads it again, and returns it with what was found.
fn changed(first: &Imported, change: impl FnOnce(&mut Vec<Element>)) -> (Imported, Vec<&'static str>, Study) {
    let mut study = first.study.clone();
    change(&mut study.scenario.services[0].elements);
    let written = write_bpmn_into(&study, &first.study, &first.source);
    let second = read(&written.text);
    assert!(second.study == study, "the changed study does not come back");
    (second, written.diagnostics.iter().map(|d| d.code).collect(), study)
}

fn at<'e>(elements: &'e mut [Element], id: &str) -> &'e mut Element {
    elements.iter_mut().find(|e| e.id == id).unwrap()
}

fn find<'x>(root: &'x XmlElement, id: &str) -> Option<&'x XmlElement> {
    all(root).into_iter().find(|e| e.attribute("id") == Some(id))
}

#[test]
fn a_new_name_and_a_remark_are_written_where_the_element_stands() {
    let first = own("tasks.bpmn");
    let (second, codes, _) = changed(&first, |elements| {
        at(elements, "user").name = "Enter it twice".to_owned();
        at(elements, "rule").note = "By the new law".to_owned();
    });
    assert!(!codes.contains(&"drawn-anew"));
    let user = find(&second.source, "user").unwrap();
    assert_eq!((user.attribute("name"), user.attribute("camunda:formKey")), (Some("Enter it twice"), Some("enter")));
    assert_eq!(find(&second.source, "rule").unwrap().child("documentation").unwrap().text(), "By the new law");
    assert_eq!(second.shapes, first.shapes);
}

#[test]
fn a_step_that_is_gone_is_gone_with_its_arrows_and_the_rest_stays_where_it_is() {
    let first = own("tasks.bpmn");
    let (second, codes, _) = changed(&first, |elements| {
        elements.retain(|e| e.id != "manual");
        at(elements, "user").next = Some("service".to_owned());
    });
    assert!(!codes.contains(&"drawn-anew"));
    assert!(find(&second.source, "manual").is_none());
    let mut shapes = first.shapes.clone();
    shapes.remove("manual");
    assert_eq!(second.shapes, shapes);
    let service = find(&second.source, "service").unwrap();
    assert_eq!(service.attribute("camunda:topic"), Some("ask"));
    assert!(service.child("extensionElements").is_some());
    let without = bare(&write_bpmn_into(&second.study, &second.study, &second.source).text);
    let drawn = read_bpmn(without.as_bytes(), "tasks.bpmn").value.unwrap();
    assert_eq!(structure(&drawn.study), structure(&second.study), "the drawing alone says the same");
}

#[test]
fn a_new_step_is_drawn_beside_what_leads_to_it_and_covers_nothing() {
    let first = own("tasks.bpmn");
    let (second, codes, study) = changed(&first, |elements| {
        let mut new = at(elements, "manual").clone();
        (new.id, new.name, new.next) = ("stamp".to_owned(), "Stamp it".to_owned(), Some("service".to_owned()));
        at(elements, "manual").next = Some("stamp".to_owned());
        elements.push(new);
    });
    assert!(!codes.contains(&"drawn-anew"));
    for (id, bounds) in &first.shapes {
        if !matches!(id.as_str(), "agency" | "window" | "office") {
            assert_eq!(second.shapes.get(id), Some(bounds), "{id} has moved");
        }
    }
    check_drawing_of(&second.source, &["stamp", "manual", "service", "script"]);
    let without = bare(&write_bpmn_into(&study, &first.study, &first.source).text);
    let drawn = read_bpmn(without.as_bytes(), "tasks.bpmn").value.unwrap();
    assert_eq!(structure(&drawn.study), structure(&study), "the drawing alone says the same");
}

fn check_drawing_of(root: &XmlElement, ids: &[&str]) {
    let rect = |id: &str| {
        let shape = all(root).into_iter().find(|e| e.local() == "BPMNShape" && e.attribute("bpmnElement") == Some(id));
        bounds(shape.unwrap_or_else(|| panic!("{id} has no shape")))
    };
    for (i, a) in ids.iter().enumerate() {
        for b in &ids[i + 1..] {
            let (p, q) = (rect(a), rect(b));
            let apart = p.0 + p.2 <= q.0 || q.0 + q.2 <= p.0 || p.1 + p.3 <= q.1 || q.1 + q.3 <= p.1;
            assert!(apart, "{a} and {b} lie on each other");
        }
    }
}

#[test]
fn what_the_old_drawing_cannot_show_is_drawn_anew_with_the_data_of_others() {
    let first = own("foreign.bpmn");
    let (second, codes, _) = changed(&first, |elements| {
        let mut inner = vec![Element { kind: ElementKind::Start, ..Element::default() }, Element::default()];
        (inner[0].id, inner[1].id) = ("s1".to_owned(), "e1".to_owned());
        inner[0].next = Some("e1".to_owned());
        at(elements, "work").next = Some("part".to_owned());
        let kind = ElementKind::SubProcess(inner);
        elements.push(Element { id: "part".to_owned(), kind, next: Some("end".to_owned()), ..Element::default() });
    });
    assert!(codes.contains(&"drawn-anew"));
    check_drawing("foreign", &second.source);
    let work = find(&second.source, "work").unwrap();
    assert_eq!(work.attribute("bizagi:colour"), Some("#ff0000"));
    let texts: Vec<String> = all(work).into_iter().map(|e| format!("{} {}", e.space, e.text())).collect();
    for kept in ["http://www.bizagi.com/bpmn20 a < b & c", "urn:unprefixed "] {
        assert!(texts.iter().any(|text| text == kept), "{kept} is not among {texts:?}");
    }
    assert!(second.source.child("import").is_some() && second.source.child("itemDefinition").is_some());
}

#[test]
fn every_variant_is_written_as_a_drawing_of_its_own() {
    for study in carried_studies() {
        for variant in &study.variants {
            let scenario = kezek::model::apply::build_variant(&study, &variant.id).unwrap();
            let alone = Study { scenario, variants: Vec::new(), targets: Vec::new(), ..study.clone() };
            let back = read(&write_bpmn(&alone).text);
            assert!(back.study == alone, "{} {}", study.id, variant.id);
        }
    }
}

#[test]
fn a_task_that_was_added_elsewhere_is_new_and_the_rest_keeps_its_figures() {
    let study = carried_studies().into_iter().find(|s| s.id == "golden-case").unwrap();
    let service = &study.scenario.services[0];
    let before = service.elements.iter().find(|e| matches!(e.kind, ElementKind::Step(_))).unwrap();
    let next = before.next.clone().unwrap();
    let text = write_bpmn(&study).text;
    let arrow = format!("sourceRef=\"{}\" targetRef=\"{next}\"", before.id);
    assert_eq!(text.matches(&arrow).count(), 1);
    let text = text.replace(&arrow, &format!("sourceRef=\"{}\" targetRef=\"added\"", before.id));
    let added = format!(
        "<bpmn:userTask id=\"added\" name=\"One more look\"/><bpmn:sequenceFlow id=\"added.flow1\" sourceRef=\"added\" targetRef=\"{next}\"/>"
    );
    let text = text.replacen("<bpmn:sequenceFlow", &format!("{added}<bpmn:sequenceFlow"), 1);
    let warned = read_bpmn(text.as_bytes(), "study.bpmn");
    let told = warned.diagnostics.iter().find(|d| d.code == "drawing-changed").unwrap();
    assert!(told.message.contains("'One more look'"), "{}", told.message);
    let back = warned.value.unwrap().study;
    let now = back.scenario.service(&service.id).unwrap();
    assert_eq!(now.element(&before.id).unwrap().next.as_deref(), Some("added"));
    assert_eq!(now.element("added").unwrap().next.as_ref(), Some(&next));
    for element in service.elements.iter().filter(|e| e.id != before.id) {
        assert_eq!(now.element(&element.id), Some(element));
    }
    let mut same = back.scenario.service(&service.id).unwrap().element(&before.id).unwrap().clone();
    same.next = Some(next);
    assert_eq!(&same, before, "only where it leads has changed");
    let faults = kezek::model::validate::validate(&back);
    assert!(faults.iter().all(|d| d.severity != Severity::Error), "{faults:?}");
}

#[test]
fn a_damaged_study_is_said_and_the_drawing_is_read() {
    let study = carried_studies().into_iter().find(|s| s.id == "golden-case").unwrap();
    let text = write_bpmn(&study).text;
    let at = text.find("<kezek:model").unwrap() + 400;
    let damaged = format!("{}{}", &text[..at], &text[at + 40..]);
    let warned = read_bpmn(damaged.as_bytes(), "study.bpmn");
    assert!(warned.diagnostics.iter().any(|d| d.code == "damaged-study"), "{:?}", warned.diagnostics);
    let back = warned.value.unwrap();
    assert!(!back.is_kept);
    assert_eq!(back.study.scenario.services.len(), study.scenario.services.len());
}

/// Who does each step, by name, and the messages that are sent and awaited.
fn people_and_messages(study: &Study) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut lists: Vec<&[Element]> = study.scenario.services.iter().map(|s| s.elements.as_slice()).collect();
    while let Some(elements) = lists.pop() {
        for element in elements {
            match &element.kind {
                ElementKind::Step(step) => {
                    let Performer::Staff(uses) = &step.performer else { continue };
                    let (agency, pool) = study.scenario.staff_pool(&uses[0].pool).unwrap();
                    found.push((element.name.clone(), format!("{}: {}", agency.name, pool.name)));
                }
                ElementKind::Send(message) | ElementKind::Receive(message) => found.push((element.id.clone(), message.clone())),
                _ => {}
            }
            lists.extend(element.inner());
        }
    }
    found.sort();
    found
}

#[test]
fn whom_tasks_name_and_what_messages_are_called_is_kept_without_our_part() {
    let first = own("owners.bpmn");
    let expected = [
        ("Call back", "Social office: Benefits officer"),
        ("Check", "Social office: Clerks"),
        ("Decide", "Social office: Back office"),
        ("Find papers", "Archive: Archive"),
        ("Look", "Social office: Front: Desk"),
        ("answer", "Papers"),
        ("answered", "Papers"),
    ];
    let expected: Vec<(String, String)> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(people_and_messages(&first.study), expected);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bpmn/owners.bpmn");
    let found = read_bpmn(&std::fs::read(path).unwrap(), "owners.bpmn").diagnostics;
    let said = found.iter().find(|d| d.code == "several-performers").map(|d| d.message.as_str());
    assert_eq!(said, Some("'Call back' may be done by several: 'Benefits officer' alone is taken, and not 'Back office'."));
    let text = bare(&write_bpmn(&first.study).text);
    let second = read_bpmn(text.as_bytes(), "owners.bpmn").value.unwrap();
    assert!(!second.is_kept);
    assert_eq!(people_and_messages(&second.study), expected, "{text}");
    assert!(text.contains("name=\"Papers\""));
}

#[test]
fn a_performer_that_is_called_like_a_lane_is_a_pool_with_an_id_of_its_own() {
    let text = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
      <process id="p" name="Front Office">
        <laneSet id="lanes">
          <lane id="lane-1" name="Account Manager"><flowNodeRef>s</flowNodeRef><flowNodeRef>a</flowNodeRef></lane>
          <lane id="lane-2" name="Others"><flowNodeRef>b</flowNodeRef></lane>
        </laneSet>
        <startEvent id="s"/>
        <task id="a" name="Ask"/>
        <task id="b" name="Answer"><performer><resourceRef>far:lane-1</resourceRef></performer></task>
        <endEvent id="e"/>
        <sequenceFlow id="f1" sourceRef="s" targetRef="a"/>
        <sequenceFlow id="f2" sourceRef="a" targetRef="b"/>
        <sequenceFlow id="f3" sourceRef="b" targetRef="e"/>
      </process>
    </definitions>"#;
    let study = read_bpmn(text.as_bytes(), "lanes.bpmn").value.unwrap().study;
    let pools: Vec<&str> = study.scenario.agencies.iter().flat_map(|a| &a.pools).map(|pool| pool.id.as_str()).collect();
    assert!(pools.len() > 1, "{pools:?}");
    assert!(pools.iter().all(|id| id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))), "{pools:?}");
}

/// What was done of a study within two weeks: by step, from when to when, in order.
#[derive(Default)]
struct Done(Vec<(usize, i64, i64)>);

impl Observer for Done {
    fn activity(&mut self, activity: &Activity) {
        self.0.push((activity.element.get(), activity.started.ms(), activity.ended.ms()));
    }
    fn service_ended(&mut self, _: &ServiceEnd) {}
    fn case_ended(&mut self, _: &CaseEnd<'_>) {}
}

fn done(study: &Study) -> Vec<String> {
    let end = SimTime(14 * MS_PER_DAY);
    let compiled = compile(&study.scenario, SimDuration(end.ms())).unwrap();
    let plan = RunPlan { seed: 7, replication: 0, window: (SimTime::ZERO, end), hard_end: end, max_in_flight: 100_000 };
    let mut done = Done::default();
    run(&compiled.program, &plan, &mut done, &CancelToken::default());
    let names = &compiled.names.elements;
    let steps = done.0.into_iter().filter(|(element, ..)| names[*element].role == Role::Step);
    let mut lines: Vec<String> = steps.map(|(element, from, to)| format!("{} {from} {to}", names[element].step)).collect();
    lines.sort();
    lines
}

/// Runs drawings before and after they are written, by BPMN and BPSim alone; where they run otherwise, something must have been said to
/// be lost.
fn check_runs(what: &str, write: impl Fn(&Imported) -> Written) {
    let (mut same, mut lossy) = (0, Vec::new());
    let mut faults = Vec::new();
    for path in drawings() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let first = read_bpmn(&std::fs::read(&path).unwrap(), &name).value.unwrap();
        let written = write(&first);
        let before = done(&first.study);
        assert!(done(&read(&written.text).study) == before, "{name}: with our part");
        // What BPMN and BPSim alone say runs the same, unless it was said that they cannot say all of it.
        let second = read_drawing(bare(&written.text).as_bytes(), &name, None).0.value;
        let after = done(&second.unwrap_or_else(|| panic!("{name} is not read again")).study);
        let lost: BTreeSet<&str> = written.diagnostics.iter().map(|d| d.code).collect();
        match before == after {
            true => same += usize::from(!before.is_empty()),
            false if !lost.is_empty() => lossy.push(format!("{name} ({})", lost.into_iter().collect::<Vec<_>>().join(", "))),
            false => {
                let at = before.iter().zip(&after).position(|(a, b)| a != b).unwrap_or(before.len().min(after.len()));
                let (was, is) = (before.get(at), after.get(at));
                faults.push(format!("{name}: {} against {} activities; {was:?} against {is:?}", before.len(), after.len()));
            }
        }
    }
    say(&format!(
        "{same} drawings {what} run the same by BPMN and BPSim alone; with losses that were said: {}",
        lossy.join("; ")
    ));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn drawings_laid_out_anew_run_the_same() {
    check_runs("written anew", |first| write_bpmn(&first.study));
}

#[test]
fn drawings_that_figures_were_written_into_run_the_same() {
    check_runs("of others with our figures", |first| write_bpmn_into(&first.study, &first.study, &first.source));
}
