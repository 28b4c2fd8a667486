//! What the map says of an element, a flow or a document, in full: for the pointer that rests, and for those who do not see it.

use crate::app::Cx;
use crate::app::panels::steps::{duration_of, performer_name};
use crate::base::time::MS_PER_MINUTE;
use crate::diagram::picture::{DocumentRole, EdgeLine, EndKind, Exit, Mark, NodeBox, NodeKind};
use crate::model::flow::ElementKind;

/// Returns the id of the text that names a kind of element.
pub fn kind_label(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Start => "map-kind-start",
        NodeKind::End(EndKind::Completed) => "map-kind-completed",
        NodeKind::End(EndKind::Refused) => "map-kind-refused",
        NodeKind::End(EndKind::Abandoned) => "map-kind-abandoned",
        NodeKind::End(EndKind::NeverClaimed) => "map-kind-never-claimed",
        NodeKind::End(EndKind::Error) => "map-kind-error",
        NodeKind::CitizenStep => "map-kind-citizen",
        NodeKind::StaffStep => "map-kind-staff",
        NodeKind::SystemStep => "map-kind-system",
        NodeKind::Exclusive => "map-kind-exclusive",
        NodeKind::Parallel => "map-kind-parallel",
        NodeKind::Inclusive => "map-kind-inclusive",
        NodeKind::EventBased => "map-kind-event-based",
        NodeKind::Wait => "map-kind-wait",
        NodeKind::Send => "map-kind-send",
        NodeKind::Receive => "map-kind-receive",
        NodeKind::Batch => "map-kind-batch",
        NodeKind::Call => "map-kind-call",
        NodeKind::SubProcess => "map-kind-sub-process",
        NodeKind::Offer => "map-kind-offer",
    }
}

/// Returns the id of the word for a mark; `None` for what is kept.
pub fn mark_label(mark: Mark) -> Option<&'static str> {
    match mark {
        Mark::Kept => None,
        Mark::Changed => Some("map-changed"),
        Mark::Removed => Some("map-removed"),
        Mark::Added => Some("map-added"),
    }
}

/// Returns the id of the text for how a document comes or goes.
pub fn role_label(role: &DocumentRole) -> &'static str {
    match role {
        DocumentRole::Asked => "map-document-asked",
        DocumentRole::Fetched(_) => "map-document-fetched",
        DocumentRole::Ordered(_) => "map-document-ordered",
        DocumentRole::Issued => "map-document-issued",
    }
}

/// Names an element: its name, or what it is.
pub fn name(cx: &Cx<'_>, node: &NodeBox) -> String {
    if node.name.is_empty() { cx.words.get(kind_label(node.kind)) } else { node.name.clone() }
}

/// Says everything about an element, a line each; the first is its name.
pub fn node(cx: &Cx<'_>, node: &NodeBox, service: &str, variant: &str) -> Vec<String> {
    let mut lines = vec![name(cx, node)];
    let mut kind = cx.words.get(kind_label(node.kind));
    if let Some(mark) = mark_label(node.mark) {
        kind = format!("{kind} · {}", cx.words.get(mark));
    }
    lines.push(kind);
    // What was removed stands in the variant that the shown one is held against.
    let variant = if node.mark == Mark::Removed { cx.view.against.as_str() } else { variant };
    if let Ok(scenario) = cx.document.scenario(variant)
        && let Some(element) = scenario.service(service).and_then(|s| s.element(&node.id))
    {
        if let ElementKind::Step(step) = &element.kind {
            lines.push(performer_name(cx, scenario, &step.performer));
        }
        if let Some(duration) = duration_of(element) {
            let mean = cx.words.duration(duration.value.mean() / MS_PER_MINUTE as f64);
            lines.push(cx.words.with("map-takes", &[("time", mean.into())]));
        }
    }
    for document in &node.documents {
        let mut line = format!("{}: {}", cx.words.get(role_label(&document.role)), document.name);
        if let DocumentRole::Fetched(from) | DocumentRole::Ordered(from) = &document.role {
            line = format!("{line} ({from})");
        }
        if let Some(mark) = mark_label(document.mark) {
            line = format!("{line} · {}", cx.words.get(mark));
        }
        lines.push(line);
    }
    for finding in crate::app::findings::of_element(cx, service, &node.id) {
        let said = format!("⚠ {} {}", cx.words.finding(&finding.message), cx.words.finding(&finding.hint));
        lines.push(said.trim_end().to_owned());
    }
    let found = cx.results.outcome().and_then(|outcome| outcome.variant(variant));
    if let Some(step) = found.and_then(|v| v.steps.iter().find(|s| s.service == service && s.step == node.id)) {
        if let Some(waiting) = step.waiting_time {
            lines.push(format!("{} {}", cx.words.get("map-heat-waiting"), cx.words.duration(waiting.mean)));
        }
        lines.push(format!("{} {}", cx.words.get("map-heat-citizen"), cx.words.duration(step.citizen_time.mean)));
        lines.push(format!("{} {}", cx.words.get("map-heat-staff"), cx.words.duration(step.staff_time.mean)));
    }
    lines
}

/// Says everything about a flow.
pub fn flow(cx: &Cx<'_>, edge: &EdgeLine, from: &NodeBox, to: &NodeBox) -> Vec<String> {
    let mut lines = vec![format!("{} → {}", name(cx, from), name(cx, to))];
    if !edge.text.is_empty() {
        lines.push(edge.text.clone());
    }
    let way = match edge.exit {
        Exit::Patience => Some("map-leaves-line"),
        Exit::Failure => Some("map-fails"),
        _ => None,
    };
    // Where the map itself has to say why, that stands on the flow already.
    lines.extend(way.map(|id| cx.words.get(id)).filter(|way| *way != edge.text));
    lines.extend(mark_label(edge.mark).map(|id| cx.words.get(id)));
    lines
}
