//! Fingerprints of a drawing: what each node means, whatever prefixes, order, places and further data a tool writes.

use std::collections::{BTreeMap, BTreeSet};

use crate::formats::bpmn::parse::clean;
use crate::formats::bpmn::xml::XmlElement;

/// By id of a node, process, lane or pool: a number of what is drawn there.
pub(super) type Fingerprints = BTreeMap<String, String>;

/// Elements that mean nothing when the drawing runs, or that tools may leave out.
const UNSEEN: &[&str] = &[
    "extensionElements",
    "relationship",
    "BPMNDiagram",
    "incoming",
    "outgoing",
    "textAnnotation",
    "group",
    "category",
    "categoryValueRef",
    "ioSpecification",
    "import",
    "extension",
    "itemDefinition",
    "auditing",
    "monitoring",
    "flowNodeRef",
    "property",
];

/// Attributes with what they mean where they are missing; tools leave them out then, or write them.
const USUAL: &[(&str, &str)] = &[
    ("isInterrupting", "true"),
    ("cancelActivity", "true"),
    ("isForCompensation", "false"),
    ("triggeredByEvent", "false"),
    ("isSequential", "false"),
    ("parallelMultiple", "false"),
    ("testBefore", "false"),
    ("startQuantity", "1"),
    ("completionQuantity", "1"),
    ("gatewayDirection", "Unspecified"),
    ("eventGatewayType", "Exclusive"),
    ("instantiate", "false"),
    ("isCollection", "false"),
    ("isUnlimited", "true"),
    ("associationDirection", "None"),
    ("behavior", "All"),
    ("processType", "None"),
    ("isClosed", "false"),
    ("waitForCompletion", "true"),
    ("ordering", "Parallel"),
    ("cancelRemainingInstances", "true"),
    ("method", "##Compensate"),
    ("implementation", "##WebService"),
    ("implementation", "##unspecified"),
    ("name", ""),
];

/// Attributes that mean nothing when the drawing runs.
const ASIDE: &[&str] = &["exporter", "exporterVersion", "targetNamespace", "isExecutable", "expressionLanguage", "typeLanguage"];

/// Takes the fingerprints of a file.
pub(super) fn of(root: &XmlElement) -> Fingerprints {
    let mut taker = Taker::default();
    taker.gather(root);
    let mut found = Fingerprints::new();
    let mut to_do = vec![root];
    while let Some(element) = to_do.pop() {
        for child in element.elements().filter(|child| is_seen(child)) {
            to_do.push(child);
            if stands_alone(child)
                && let Some(id) = child.attribute("id")
            {
                found.insert(clean(id), format!("{:016x}", taker.node(child)));
            }
        }
    }
    found
}

/// Writes fingerprints as words.
pub(super) fn written(fingerprints: &Fingerprints) -> String {
    fingerprints.iter().map(|(id, print)| format!("{id}={print}")).collect::<Vec<_>>().join(" ")
}

/// Reads what [`written`] wrote.
pub(super) fn read(text: &str) -> Fingerprints {
    let pairs = text.split_whitespace().filter_map(|word| word.rsplit_once('='));
    pairs.map(|(id, print)| (id.to_owned(), print.to_owned())).collect()
}

fn is_seen(element: &XmlElement) -> bool {
    !UNSEEN.contains(&element.local())
}

/// Tells whether an element has a fingerprint of its own; others belong to the one around them.
fn stands_alone(element: &XmlElement) -> bool {
    let local = element.local();
    local.ends_with("Task")
        || local.ends_with("Gateway")
        || (local.ends_with("Event") && local != "Event")
        || matches!(
            local,
            "task"
                | "subProcess"
                | "transaction"
                | "adHocSubProcess"
                | "callActivity"
                | "process"
                | "participant"
                | "lane"
                | "messageFlow"
        )
}

/// Arrows, events at borders and lanes belong to the node that they leave, sit at, hold.
#[derive(Default)]
struct Taker<'x> {
    out: BTreeMap<&'x str, Vec<&'x XmlElement>>,
    borders: BTreeMap<&'x str, BTreeSet<&'x str>>,
    lanes: BTreeMap<String, BTreeSet<&'x str>>,
    remarks: BTreeSet<&'x str>,
    /// Names of messages, errors and the like, by id.
    names: BTreeMap<&'x str, &'x str>,
}

impl<'x> Taker<'x> {
    fn gather(&mut self, root: &'x XmlElement) {
        let mut to_do = vec![root];
        while let Some(element) = to_do.pop() {
            let value = |name| element.attribute(name).unwrap_or_default();
            match element.local() {
                "sequenceFlow" | "association" => self.out.entry(value("sourceRef")).or_default().push(element),
                "boundaryEvent" => {
                    self.borders.entry(value("attachedToRef")).or_default().insert(value("id"));
                }
                "lane" => {
                    for node in element.elements().filter(|e| e.local() == "flowNodeRef") {
                        self.lanes.entry(node.text()).or_default().insert(value("id"));
                    }
                }
                "textAnnotation" | "group" => {
                    self.remarks.insert(value("id"));
                }
                "message" | "error" | "escalation" | "signal" | "resource" => {
                    self.names.insert(value("id"), value("name"));
                }
                _ => {}
            }
            to_do.extend(element.elements());
        }
    }

    fn node(&self, element: &XmlElement) -> u64 {
        let mut hash = self.content(element);
        let id = element.attribute("id").unwrap_or_default();
        let flows = self.out.get(id).into_iter().flatten().filter(|flow| {
            let to = flow.attribute("targetRef").unwrap_or_default();
            flow.local() == "sequenceFlow" || !self.remarks.contains(to)
        });
        let mut out: Vec<u64> = flows.map(|flow| self.content(flow)).collect();
        out.sort_unstable();
        out.iter().for_each(|flow| add(&mut hash, &flow.to_le_bytes()));
        for word in self.borders.get(id).into_iter().chain(self.lanes.get(id)).flatten() {
            add(&mut hash, word.as_bytes());
            add(&mut hash, b"|");
        }
        hash
    }

    /// Returns a number of an element with what belongs to it, in whatever order.
    fn content(&self, element: &XmlElement) -> u64 {
        let mut hash = 0xcbf2_9ce4_8422_2325;
        add(&mut hash, element.local().as_bytes());
        let mut attributes: Vec<(&str, &str)> = element
            .attributes
            .iter()
            .filter(|(name, _)| !name.contains(':') && name != "xmlns")
            .map(|(name, value)| (name.as_str(), value.trim()))
            .filter(|pair| !USUAL.contains(pair) && !ASIDE.contains(&pair.0))
            // Tools give ids to definitions that have none.
            .filter(|(name, _)| *name != "id" || stands_alone(element) || element.local() == "sequenceFlow")
            .collect();
        attributes.sort_unstable();
        for (name, value) in attributes {
            add(&mut hash, name.as_bytes());
            add(&mut hash, b"=");
            // References may carry a prefix or not.
            let local = if name.ends_with("Ref") { value.rsplit(':').next().unwrap_or(value) } else { value };
            add(&mut hash, local.as_bytes());
            if name.ends_with("Ref") {
                add(&mut hash, self.names.get(local).unwrap_or(&"").as_bytes());
            }
            add(&mut hash, b";");
        }
        let inner = element.elements().filter(|child| is_seen(child) && !stands_alone(child));
        let mut children: Vec<u64> = inner
            .filter(|child| !matches!(child.local(), "sequenceFlow" | "association" | "laneSet" | "childLaneSet"))
            .map(|c| self.content(c))
            .collect();
        children.sort_unstable();
        children.iter().for_each(|child| add(&mut hash, &child.to_le_bytes()));
        if children.is_empty() {
            add(&mut hash, element.text().as_bytes());
        }
        hash
    }
}

/// Returns a number of a text, blanks aside, which tools set as they like.
pub(super) fn of_text(text: &str) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    text.split_whitespace().for_each(|word| add(&mut hash, word.as_bytes()));
    format!("{hash:016x}")
}

/// Fowler, Noll, Vo: FNV-1a of 64 bits. It guards against forgetting, not against malice.
fn add(hash: &mut u64, bytes: &[u8]) {
    for byte in bytes {
        *hash = (*hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::bpmn::xml;

    fn prints(text: &str) -> Fingerprints {
        of(&xml::parse(text).unwrap().root)
    }

    #[test]
    fn what_tools_write_otherwise_is_the_same_drawing() {
        let ours = "<b:definitions xmlns:b='x'><b:process id='p'><b:task id='t' name='T'><b:incoming>f</b:incoming></b:task>\
            <b:startEvent id='s' isInterrupting='true'/><b:sequenceFlow id='f' sourceRef='s' targetRef='t'/></b:process></b:definitions>";
        let theirs = "<definitions xmlns='x' exporter='Tool'><process id='p' isExecutable='true'><startEvent id='s'><outgoing>f</outgoing>\
            </startEvent><sequenceFlow targetRef='t' sourceRef='s' id='f'/><task name='T' id='t'><extensionElements><y/></extensionElements></task>\
            <textAnnotation id='a'/><association id='l' sourceRef='t' targetRef='a'/></process></definitions>";
        assert_eq!(prints(ours), prints(theirs));
    }

    #[test]
    fn what_is_drawn_otherwise_is_seen_where_it_is() {
        let of = |flow: &str| {
            prints(&format!(
                "<definitions><process id='p'><task id='a'/><task id='b'/><task id='c'/><sequenceFlow id='f' sourceRef='a' {flow}/></process></definitions>"
            ))
        };
        let (one, other) = (of("targetRef='b'"), of("targetRef='c'"));
        let changed: Vec<&String> = one.keys().filter(|id| one.get(*id) != other.get(*id)).collect();
        assert_eq!(changed, ["a"]);
        assert_eq!(read(&written(&one)), one);
    }
}
