//! Arrows whose ends are tied to nothing, though they are drawn up to something: tied to what they touch.
//!
//! Every sixth drawing that people make has such arrows: the tool does not tie an end that stops a hair before a shape, and nobody sees
//! it. What a reader of the picture sees is meant. The file's own tree is mended, so that what is written of it is whole; each end is a
//! finding. Ends that touch nothing stay loose, and `read` says what becomes of them.

use std::collections::BTreeMap;

use crate::base::diagnostic::Diagnostic;
use crate::formats::bpmn::findings::Findings;
use crate::formats::bpmn::parse::{bounds, is_flow_node, number, reference};
use crate::formats::bpmn::tree::Bounds;
use crate::formats::bpmn::xml::{XmlChild, XmlElement};

/// How far from a shape a line may end and still touch it, in units of the drawing. A task is about 100 wide, an event 30.
const TOUCHES: f64 = 10.0;

/// How many loose ends are looked at; a drawing with more is broken in another way.
const MOST: usize = 2_000;

/// One end of an arrow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Source,
    Target,
}

impl End {
    fn attribute(self) -> &'static str {
        match self {
            End::Source => "sourceRef",
            End::Target => "targetRef",
        }
    }
}

/// Something that an arrow may be tied to.
struct Place<'x> {
    element: &'x XmlElement,
    /// Its process, by position; `None` for a pool.
    process: Option<usize>,
}

/// A loose end.
struct Loose<'x> {
    arrow: &'x XmlElement,
    end: End,
    /// The process in which the arrow stands; `None` for a message.
    process: Option<usize>,
}

/// What a file holds that matters here.
#[derive(Default)]
struct Content<'x> {
    places: BTreeMap<String, Place<'x>>,
    arrows: Vec<(&'x XmlElement, Option<usize>)>,
    /// Shapes by what they show, one map for each picture of the file.
    shapes: Vec<BTreeMap<String, Bounds>>,
    /// Ends of lines by what they show: in which picture, where.
    lines: BTreeMap<String, (usize, [(f64, f64); 2])>,
}

/// Ties loose ends of a file's arrows to what they are drawn up to, and says so.
pub(super) fn tie(root: &mut XmlElement, findings: &mut Findings) {
    let ties: Vec<(usize, End, String)> = {
        let content = content(root);
        let loose = content.loose();
        loose.iter().filter_map(|loose| content.tied(loose, findings)).collect()
    };
    if !ties.is_empty() {
        let mut by_arrow: BTreeMap<usize, Vec<(End, String)>> = BTreeMap::new();
        ties.into_iter().for_each(|(at, end, id)| by_arrow.entry(at).or_default().push((end, id)));
        apply(root, &by_arrow);
    }
}

fn content(root: &XmlElement) -> Content<'_> {
    let mut content = Content::default();
    for (n, part) in root.elements().enumerate() {
        match part.local() {
            "process" | "globalProcess" | "choreography" => content.process(part, n),
            "collaboration" | "conversation" => {
                for inner in part.elements() {
                    match inner.local() {
                        "participant" => content.place(inner, None),
                        "messageFlow" => content.arrows.push((inner, None)),
                        _ => {}
                    }
                }
            }
            "BPMNDiagram" => part.elements().for_each(|plane| content.picture(plane)),
            _ => {}
        }
    }
    content
}

impl<'x> Content<'x> {
    fn place(&mut self, element: &'x XmlElement, process: Option<usize>) {
        if let Some(id) = element.attribute("id") {
            self.places.entry(reference(id)).or_insert(Place { element, process });
        }
    }

    fn process(&mut self, process: &'x XmlElement, n: usize) {
        let mut to_do: Vec<&'x XmlElement> = process.elements().collect();
        while let Some(element) = to_do.pop() {
            if element.local() == "sequenceFlow" {
                self.arrows.push((element, Some(n)));
            } else if is_flow_node(element.local()) {
                self.place(element, Some(n));
                to_do.extend(element.elements());
            }
        }
    }

    fn picture(&mut self, plane: &'x XmlElement) {
        let mut shapes = BTreeMap::new();
        for part in plane.elements() {
            let Some(of) = part.attribute("bpmnElement").map(reference) else { continue };
            match part.local() {
                "BPMNShape" => shapes.extend(bounds(part).map(|bounds| (of, bounds))),
                "BPMNEdge" => {
                    let mut points = part
                        .elements()
                        .filter(|e| e.local() == "waypoint")
                        .filter_map(|e| Some((number(e, "x")?, number(e, "y")?)));
                    let first = points.next();
                    if let (Some(first), Some(last)) = (first, points.last()) {
                        self.lines.insert(of, (self.shapes.len(), [first, last]));
                    }
                }
                _ => {}
            }
        }
        self.shapes.push(shapes);
    }

    fn loose(&self) -> Vec<Loose<'x>> {
        let ends =
            self.arrows.iter().flat_map(|&(arrow, process)| [End::Source, End::Target].map(|end| Loose { arrow, end, process }));
        ends.filter(|loose| !self.places.contains_key(&self.led(loose.arrow, loose.end))).take(MOST).collect()
    }

    /// Returns the id of what an arrow leads from or to, as the file says.
    fn led(&self, arrow: &XmlElement, end: End) -> String {
        arrow.attribute(end.attribute()).map(reference).unwrap_or_default()
    }

    /// Finds what a loose end touches.
    fn tied(&self, loose: &Loose<'x>, findings: &mut Findings) -> Option<(usize, End, String)> {
        let line = loose.arrow.attribute("id").map(reference)?;
        let (picture, ends) = self.lines.get(&line)?;
        let (point, other) = match loose.end {
            End::Source => (ends[0], End::Target),
            End::Target => (ends[1], End::Source),
        };
        let other = self.led(loose.arrow, other);
        let opposite = self.places.get(&other);
        let touched = self.shapes[*picture].iter().filter(|(id, _)| **id != other).filter_map(|(id, shape)| {
            let place = self.places.get(id).filter(|place| fits(loose, place, opposite))?;
            let is_frame = is_frame(place.element.local());
            let distance = distance(shape, point, is_frame);
            let size = shape.width * shape.height;
            // A pool is meant only where nothing in it is.
            (distance <= TOUCHES).then_some((place.process.is_none(), distance, size, place.element))
        });
        let nearest = touched.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2)))?.3;
        let id = nearest.attribute("id")?.to_owned();
        let name = nearest.attribute("name").map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "));
        let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone());
        let message = match loose.end {
            End::Source => {
                format!("The beginning of this arrow is tied to nothing; its line begins at '{name}', and it is read so.")
            }
            End::Target => format!("The end of this arrow is tied to nothing; its line ends at '{name}', and it is read so."),
        };
        let hint = "In the drawing tool, drag the loose end onto it until it is tied.";
        findings.push(loose.arrow.at, Diagnostic::warning("tied-by-its-line", Default::default(), message).hint(hint));
        Some((loose.arrow.at, loose.end, id))
    }
}

/// Tells whether an arrow may lead from or to a place.
fn fits(loose: &Loose<'_>, place: &Place<'_>, opposite: Option<&Place<'_>>) -> bool {
    let local = place.element.local();
    let flag = |name: &str| place.element.attribute(name).is_some_and(|v| matches!(v.trim(), "true" | "1"));
    let possible = match loose.end {
        End::Source => local != "endEvent",
        End::Target => local != "boundaryEvent" && (local != "startEvent" || loose.process.is_none()),
    };
    let together = match loose.process {
        Some(_) => place.process == loose.process && !flag("triggeredByEvent"),
        // Messages lead from pool to pool, and gateways know none.
        None => {
            !local.ends_with("Gateway") && opposite.is_none_or(|other| other.process != place.process || place.process.is_none())
        }
    };
    possible && together
}

/// Tells whether only the border of a shape counts, since other shapes lie inside.
fn is_frame(local: &str) -> bool {
    matches!(local, "subProcess" | "adHocSubProcess" | "transaction" | "subChoreography" | "participant")
}

/// Returns how far a point is from a shape: 0 inside; from the border of a frame, also inside.
fn distance(shape: &Bounds, (x, y): (f64, f64), is_frame: bool) -> f64 {
    let outside = |at: f64, from: f64, length: f64| (from - at).max(at - from - length);
    let (dx, dy) = (outside(x, shape.x, shape.width), outside(y, shape.y, shape.height));
    if dx <= 0.0 && dy <= 0.0 {
        return if is_frame { -dx.max(dy) } else { 0.0 };
    }
    dx.max(0.0).hypot(dy.max(0.0))
}

fn apply(element: &mut XmlElement, ties: &BTreeMap<usize, Vec<(End, String)>>) {
    if matches!(element.local(), "sequenceFlow" | "messageFlow")
        && let Some(ends) = ties.get(&element.at)
    {
        for (end, id) in ends {
            let name = end.attribute();
            element.attributes.retain(|(known, _)| known != name);
            element.attributes.push((name.to_owned(), id.clone()));
        }
    }
    for child in &mut element.children {
        if let XmlChild::Element(child) = child {
            apply(child, ties);
        }
    }
}
