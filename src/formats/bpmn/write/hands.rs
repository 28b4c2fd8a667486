//! Hands on a file's tree: finding, setting, adding and taking out, with the shapes that belong to it.

use std::collections::BTreeSet;

use crate::diagram::picture::{Point, Rect};
use crate::formats::bpmn::write::print::{Build, element};
use crate::formats::bpmn::write::tongue::Tongue;
use crate::formats::bpmn::xml::{XmlChild, XmlElement};

/// Sets, or takes out, the documentation of an element.
pub(super) fn document(found: &mut XmlElement, note: &str, tongue: &Tongue) {
    found.children.retain(|c| !matches!(c, XmlChild::Element(e) if e.local() == "documentation"));
    if !note.trim().is_empty() {
        let made = tongue.say(element("bpmn:documentation").saying(note));
        found.children.insert(0, XmlChild::Element(made));
    }
}

/// Sets an attribute, or takes it out where there is nothing to say.
pub(super) fn set(found: &mut XmlElement, name: &str, value: &str) {
    match found.attributes.iter().position(|(known, _)| known == name) {
        Some(at) if value.is_empty() => {
            found.attributes.remove(at);
        }
        Some(at) => found.attributes[at].1 = value.to_owned(),
        None if value.is_empty() => {}
        None => found.attributes.push((name.to_owned(), value.to_owned())),
    }
}

/// Adds something that is drawn to a process or sub-process: before remarks and what else must stand last.
pub(super) fn insert(around: &mut XmlElement, made: XmlElement) {
    let last = [
        "association",
        "group",
        "textAnnotation",
        "resourceRole",
        "correlationSubscription",
        "supports",
        "completionCondition",
        "ordering",
    ];
    let at = around
        .children
        .iter()
        .position(|c| matches!(c, XmlChild::Element(e) if last.contains(&e.local()) || is_role(e) && e.local() != "performer"));
    let at = at.unwrap_or(around.children.len());
    around.children.insert(at, XmlChild::Element(made));
}

/// Returns a reference without its prefix.
pub(super) fn reference<'x>(element: &'x XmlElement, name: &str) -> Option<&'x str> {
    let text = element.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())?;
    Some(text.rsplit_once(':').map_or(text, |(_, local)| local))
}

/// Returns the first element that is it, extensions aside.
pub(super) fn find_with<'x>(root: &'x XmlElement, is_it: &dyn Fn(&XmlElement) -> bool) -> Option<&'x XmlElement> {
    let mut to_do = vec![root];
    while let Some(element) = to_do.pop() {
        if is_it(element) {
            return Some(element);
        }
        to_do.extend(element.elements().filter(|e| e.local() != "extensionElements"));
    }
    None
}

/// Returns the element with an id.
pub(super) fn find<'x>(root: &'x XmlElement, id: &str) -> Option<&'x XmlElement> {
    find_with(root, &|element| element.attribute("id") == Some(id))
}

/// As [`find`], to change it.
pub(super) fn find_mut<'x>(root: &'x mut XmlElement, id: &str) -> Option<&'x mut XmlElement> {
    if root.attribute("id") == Some(id) {
        return Some(root);
    }
    root.children.iter_mut().find_map(|child| match child {
        XmlChild::Element(child) if child.local() != "extensionElements" => find_mut(child, id),
        _ => None,
    })
}

/// Returns the picture that is drawn on.
pub(super) fn find_plane(root: &mut XmlElement) -> Option<&mut XmlElement> {
    if root.local() == "BPMNPlane" {
        return Some(root);
    }
    root.children.iter_mut().find_map(|child| match child {
        XmlChild::Element(child) if matches!(child.local(), "BPMNDiagram" | "BPMNPlane") => find_plane(child),
        _ => None,
    })
}

/// Takes out elements of these ids, their shapes, and what refers to them.
pub(super) fn remove(root: &mut XmlElement, ids: &BTreeSet<String>) {
    if root.attributes.iter().any(|(name, value)| name == "default" && ids.contains(value.trim())) {
        set(root, "default", "");
    }
    root.children.retain_mut(|child| {
        let XmlChild::Element(child) = child else { return true };
        let named = |name: &str| reference(child, name).is_some_and(|id| ids.contains(id));
        let refers = matches!(child.local(), "incoming" | "outgoing" | "flowNodeRef") && ids.contains(child.text().as_str());
        if named("id") || named("bpmnElement") || refers {
            return false;
        }
        remove(child, ids);
        true
    });
}

/// Returns where a shape lies.
pub(super) fn rect_of(shape: &XmlElement) -> Option<Rect> {
    let bounds = shape.child("Bounds")?;
    let number = |name: &str| bounds.attribute(name)?.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    Some(Rect { x: number("x")?, y: number("y")?, width: number("width")?, height: number("height")? })
}

/// Returns where the shape of an element lies.
pub(super) fn bounds(root: &XmlElement, id: &str) -> Option<Rect> {
    let shape = find_with(root, &|e| e.local() == "BPMNShape" && reference(e, "bpmnElement") == Some(id))?;
    rect_of(shape)
}

/// Returns where all shapes lie.
pub(super) fn shapes(root: &XmlElement) -> Vec<Rect> {
    let mut found = Vec::new();
    let mut to_do = vec![root];
    while let Some(element) = to_do.pop() {
        if element.local() == "BPMNShape" {
            found.extend(rect_of(element));
        }
        to_do.extend(element.elements());
    }
    found
}

/// Tells whether a point lies in a rectangle.
pub(super) fn holds_point(rect: &Rect, point: Point) -> bool {
    rect.x <= point.x && point.x <= rect.right() && rect.y <= point.y && point.y <= rect.bottom()
}

/// Widens pools, lanes and sub-processes that hold `place`, so that they hold `rect` too.
pub(super) fn widen(root: &mut XmlElement, place: Rect, rect: Rect) {
    for child in &mut root.children {
        let XmlChild::Element(child) = child else { continue };
        if child.local() != "BPMNShape" {
            widen(child, place, rect);
            continue;
        }
        let Some(own) = rect_of(child).filter(|own| own.holds(&place) && *own != place) else { continue };
        let needed = own.joined(&rect.grown(20.0));
        let (width, height) = (needed.right().max(own.right()) - own.x, needed.bottom().max(own.bottom()) - own.y);
        for bounds in &mut child.children {
            if let XmlChild::Element(bounds) = bounds
                && bounds.local() == "Bounds"
            {
                set(bounds, "width", &format!("{width}"));
                set(bounds, "height", &format!("{height}"));
            }
        }
    }
}

/// Returns the id of the innermost lane in which a node stands.
pub(super) fn lane_of(root: &XmlElement, node: &str) -> Option<String> {
    let holds = |e: &XmlElement| {
        e.local() == "lane"
            && e.child("childLaneSet").is_none()
            && e.elements().any(|r| r.local() == "flowNodeRef" && r.text() == node)
    };
    find_with(root, &holds)?.attribute("id").map(str::to_owned)
}

/// The way of an arrow between two shapes: level or upright pieces.
pub(super) fn way(a: Rect, b: Rect) -> Vec<Point> {
    let (from, to) = (a.centre(), b.centre());
    let point = |x: f64, y: f64| Point { x, y };
    if b.x >= a.right() {
        if (from.y - to.y).abs() < 1.0 {
            return vec![point(a.right(), from.y), point(b.x, from.y)];
        }
        let middle = (a.right() + b.x) / 2.0;
        return vec![point(a.right(), from.y), point(middle, from.y), point(middle, to.y), point(b.x, to.y)];
    }
    if b.y >= a.bottom() || b.bottom() <= a.y {
        let (out, into) = if b.y >= a.bottom() { (a.bottom(), b.y) } else { (a.y, b.bottom()) };
        let middle = (out + into) / 2.0;
        return vec![point(from.x, out), point(from.x, middle), point(to.x, middle), point(to.x, into)];
    }
    // Back, beneath both.
    let level = a.bottom().max(b.bottom()) + 30.0;
    vec![point(from.x, a.bottom()), point(from.x, level), point(to.x, level), point(to.x, b.bottom())]
}

/// Tells whether an element says who does something.
pub(super) fn is_role(e: &XmlElement) -> bool {
    matches!(e.local(), "resourceRole" | "performer" | "humanPerformer" | "potentialOwner")
}
