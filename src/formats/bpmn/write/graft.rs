//! What other tools have written about an element, put back where it is drawn anew.

use std::collections::BTreeMap;

use crate::formats::bpmn::write::print::{Build, element};
use crate::formats::bpmn::xml::{XmlChild, XmlElement};

/// Elements at the top of a file that belong to no process, and are kept.
const KEPT: &[&str] =
    &["import", "extension", "itemDefinition", "category", "correlationProperty", "interface", "partnerEntity", "partnerRole"];

/// Gives a file that was drawn anew what an earlier file said beside the drawing.
pub(super) fn graft(root: &mut XmlElement, source: &XmlElement) {
    for (name, value) in &source.attributes {
        let known = root.attributes.iter().any(|(known, _)| known == name);
        if !known && name != "xmlns" {
            root.attributes.push((name.clone(), value.clone()));
        }
    }
    let mut by_id: BTreeMap<&str, &XmlElement> = BTreeMap::new();
    let mut to_do = vec![source];
    while let Some(element) = to_do.pop() {
        if let Some(id) = element.attribute("id") {
            by_id.entry(id).or_insert(element);
        }
        to_do.extend(element.elements().filter(|e| !matches!(e.local(), "extensionElements" | "BPMNDiagram")));
    }
    put_back(root, &by_id);
    let kept: Vec<XmlChild> =
        source.elements().filter(|e| KEPT.contains(&e.local())).map(|e| XmlChild::Element(standing_alone(e))).collect();
    root.children.splice(0..0, kept);
    let others = source.elements().filter(|e| e.local() == "relationship" && !super::is_ours(e));
    root.children.extend(others.map(|e| XmlChild::Element(standing_alone(e))));
}

fn put_back(element_now: &mut XmlElement, by_id: &BTreeMap<&str, &XmlElement>) {
    let before = element_now
        .attribute("id")
        .and_then(|id| by_id.get(id))
        .filter(|e| element_now.local() == e.local() || is_task(e) && is_task(element_now));
    if let Some(before) = before {
        for (name, value) in &before.attributes {
            if name.contains(':') && !element_now.attributes.iter().any(|(known, _)| known == name) {
                element_now.attributes.push((name.clone(), value.clone()));
            }
        }
        let theirs: Vec<XmlElement> = before
            .elements()
            .filter(|e| e.local() == "extensionElements")
            .flat_map(XmlElement::elements)
            .map(standing_alone)
            .collect();
        if !theirs.is_empty() {
            let at = element_now
                .children
                .iter()
                .take_while(|c| matches!(c, XmlChild::Element(e) if e.local() == "documentation"))
                .count();
            element_now.children.insert(at, XmlChild::Element(element("bpmn:extensionElements").children(theirs)));
        }
    }
    for child in &mut element_now.children {
        if let XmlChild::Element(child) = child
            && child.local() != "BPMNDiagram"
        {
            put_back(child, by_id);
        }
    }
}

fn is_task(element: &XmlElement) -> bool {
    element.local() == "task" || element.local().ends_with("Task")
}

/// Returns an element that says its name space itself where it has no prefix for it.
fn standing_alone(element: &XmlElement) -> XmlElement {
    let mut alone = element.clone();
    if !alone.name.contains(':') && !alone.attributes.iter().any(|(name, _)| name == "xmlns") {
        alone.attributes.push(("xmlns".to_owned(), alone.space.to_string()));
    }
    alone
}
