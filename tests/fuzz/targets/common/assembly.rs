//! Drawings put together of every kind of element, joined as bytes say: each is well-formed, few make sense. Where any bytes hardly get
//! past the reader of XML, these reach the engine.

use std::fmt::Write;

const TASKS: [&str; 6] = ["task", "userTask", "serviceTask", "sendTask", "receiveTask", "callActivity"];
const GATEWAYS: [&str; 5] = ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"];
const EVENTS: [&str; 5] = ["startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"];
const DEFINITIONS: [&str; 12] = [
    "",
    "<messageEventDefinition messageRef=\"m\"/>",
    "<timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>",
    "<timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>",
    "<errorEventDefinition errorRef=\"r\"/>",
    "<escalationEventDefinition escalationRef=\"e\"/>",
    "<signalEventDefinition signalRef=\"s\"/>",
    "<compensateEventDefinition/>",
    "<conditionalEventDefinition><condition>late</condition></conditionalEventDefinition>",
    "<linkEventDefinition name=\"l\"/>",
    "<terminateEventDefinition/>",
    "<cancelEventDefinition/>",
];
const MARKERS: [&str; 5] = [
    "",
    "",
    "<standardLoopCharacteristics testBefore=\"true\"/>",
    "<multiInstanceLoopCharacteristics isSequential=\"true\"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>",
    "<multiInstanceLoopCharacteristics/>",
];
const BODIES: [&str; 5] = ["subProcess", "subProcess", "transaction", "adHocSubProcess", "subProcess triggeredByEvent=\"true\""];
/// What a drawing may hold at most.
const MOST: usize = 40;
const DEEPEST: usize = 4;

struct Bytes<'b>(std::slice::Iter<'b, u8>);

impl Bytes<'_> {
    /// Picks one of `n`; the first when the bytes have ended.
    fn pick(&mut self, n: usize) -> usize {
        self.0.next().map_or(0, |byte| usize::from(*byte) % n.max(1))
    }

    fn of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.pick(texts.len())]
    }

    fn is_at_end(&self) -> bool {
        self.0.len() == 0
    }
}

struct Assembly<'b> {
    bytes: Bytes<'b>,
    text: String,
    n: usize,
    /// Ids of the nodes of the drawing.
    nodes: Vec<String>,
}

impl Assembly<'_> {
    fn new_id(&mut self, kind: &str) -> String {
        self.n += 1;
        format!("{kind}{}", self.n)
    }

    /// Draws a process or a body: nodes, then arrows between them, some from or to nodes elsewhere.
    fn body(&mut self, depth: usize) {
        let first = self.nodes.len();
        let mut own = Vec::new();
        for _ in 0..1 + self.bytes.pick(9) {
            if self.n > MOST || self.bytes.is_at_end() {
                break;
            }
            own.push(self.node(depth, &own.clone()));
        }
        for _ in 0..self.bytes.pick(16) {
            let (from, to) = (self.bytes.pick(own.len()), self.bytes.pick(own.len()));
            let far = self.bytes.pick(24) == 0 && first > 0;
            let to = if far { self.nodes[to % first].clone() } else { own.get(to).cloned().unwrap_or_default() };
            let Some(from) = own.get(from) else { break };
            let condition = if self.bytes.pick(5) == 0 { "<conditionExpression>${late}</conditionExpression>" } else { "" };
            let id = format!("f{}-{}", self.n, self.text.len());
            let _ = writeln!(
                self.text,
                "<sequenceFlow id=\"{id}\" sourceRef=\"{from}\" targetRef=\"{to}\">{condition}</sequenceFlow>"
            );
        }
    }

    fn node(&mut self, depth: usize, siblings: &[String]) -> String {
        let (tag, inner, more) = match self.bytes.pick(8) {
            0..=2 => (self.bytes.of(&TASKS), self.bytes.of(&MARKERS), ""),
            3 | 4 => (self.bytes.of(&GATEWAYS), "", ""),
            5 if depth < DEEPEST => return self.sub_process(depth),
            _ => {
                let more = if self.bytes.pick(2) == 0 { "" } else { " cancelActivity=\"false\" isInterrupting=\"false\"" };
                (self.bytes.of(&EVENTS), self.bytes.of(&DEFINITIONS), more)
            }
        };
        let id = self.new_id("n");
        let host = match tag {
            "boundaryEvent" => format!(" attachedToRef=\"{}\"", siblings.get(self.bytes.pick(siblings.len())).unwrap_or(&id)),
            "callActivity" => format!(" calledElement=\"p{}\"", self.bytes.pick(3)),
            _ => String::new(),
        };
        let compensates = if self.bytes.pick(12) == 0 { " isForCompensation=\"true\"" } else { "" };
        let _ = writeln!(self.text, "<{tag} id=\"{id}\" name=\"{id}\"{more}{host}{compensates}>{inner}</{tag}>");
        self.nodes.push(id.clone());
        id
    }

    fn sub_process(&mut self, depth: usize) -> String {
        let tag = self.bytes.of(&BODIES);
        let marker = self.bytes.of(&MARKERS);
        let id = self.new_id("b");
        let _ = writeln!(self.text, "<{tag} id=\"{id}\" name=\"{id}\">{marker}");
        self.body(depth + 1);
        let _ = writeln!(self.text, "</{}>", tag.split(' ').next().unwrap_or_default());
        self.nodes.push(id.clone());
        id
    }
}

/// Puts a drawing together.
pub fn assemble(bytes: &[u8]) -> String {
    let text = concat!(
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" id=\"d\" targetNamespace=\"t\">",
        "<message id=\"m\" name=\"m\"/><error id=\"r\" errorCode=\"r\"/><escalation id=\"e\" escalationCode=\"e\"/>",
        "<signal id=\"s\" name=\"s\"/>\n"
    );
    let mut assembly = Assembly { bytes: Bytes(bytes.iter()), text: text.to_owned(), n: 0, nodes: Vec::new() };
    let n_processes = 1 + assembly.bytes.pick(3);
    for process in 0..n_processes {
        let _ = writeln!(assembly.text, "<process id=\"p{process}\">");
        assembly.body(0);
        assembly.text.push_str("</process>\n");
    }
    assembly.text.push_str("<collaboration id=\"c\">");
    for process in 0..n_processes {
        let _ = writeln!(assembly.text, "<participant id=\"q{process}\" processRef=\"p{process}\"/>");
    }
    let nodes = std::mem::take(&mut assembly.nodes);
    for flow in 0..assembly.bytes.pick(4) {
        let (from, to) = (assembly.bytes.pick(nodes.len()), assembly.bytes.pick(nodes.len()));
        if let (Some(from), Some(to)) = (nodes.get(from), nodes.get(to)) {
            let _ = writeln!(assembly.text, "<messageFlow id=\"mf{flow}\" sourceRef=\"{from}\" targetRef=\"{to}\"/>");
        }
    }
    assembly.text.push_str("</collaboration></definitions>");
    assembly.text
}
