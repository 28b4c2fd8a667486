//! The parts of a BPMN 2.0 file that mean something, typed: processes, nodes, flows, events, lanes, messages.
//!
//! What a file says beyond this stays in its XML, which [`crate::formats::bpmn::Imported`] carries along. Every part knows
//! where it begins in the text. Source: OMG, Business Process Model and Notation 2.0.2 (formal/2013-12-09), chapters 8 to 10.

use std::collections::BTreeMap;

/// A file's content.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    /// The file's own name or id.
    pub name: String,
    /// Pools.
    pub participants: Vec<Participant>,
    /// Messages between pools.
    pub message_flows: Vec<MessageFlow>,
    /// Processes, and choreographies, which are read as such.
    pub processes: Vec<Process>,
    /// Names of errors, escalations, signals, messages and resources, by id.
    pub names: BTreeMap<String, String>,
    /// Data stores of the whole file: id and name.
    pub stores: Vec<(String, String)>,
    /// Global tasks: id and name.
    pub global_tasks: BTreeMap<String, String>,
    /// Where shapes lie, by the id of what they show.
    pub shapes: BTreeMap<String, Bounds>,
}

/// Where a shape lies, in units of the drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// Left edge.
    pub x: f64,
    /// Upper edge; y grows downwards.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A pool.
#[derive(Clone, Debug, Default)]
pub struct Participant {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The process drawn in it; `None` for a black box.
    pub process: Option<String>,
}

/// A message between pools, drawn as a dashed arrow.
#[derive(Clone, Debug, Default)]
pub struct MessageFlow {
    /// Its id.
    pub id: String,
    /// From a node or a pool.
    pub source: String,
    /// To a node or a pool.
    pub target: String,
    /// The message that is sent, by id.
    pub message: Option<String>,
    /// Where it stands.
    pub at: usize,
}

/// A process.
#[derive(Clone, Debug, Default)]
pub struct Process {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its lanes, inner lanes flattened: only those in which nodes lie.
    pub lanes: Vec<Lane>,
    /// What is drawn in it.
    pub body: Body,
    /// Where it stands.
    pub at: usize,
}

/// A lane.
#[derive(Clone, Debug, Default)]
pub struct Lane {
    /// Its id.
    pub id: String,
    /// Its name, after those of the lanes around it: `Department: clerks`.
    pub name: String,
    /// The nodes in it.
    pub nodes: Vec<String>,
}

/// What is drawn in a process or a sub-process.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Activities, gateways, events.
    pub nodes: Vec<Node>,
    /// Arrows.
    pub flows: Vec<Flow>,
    /// Data objects: id of the object or of a reference to it, and name.
    pub data_objects: Vec<(String, String)>,
    /// References to data stores: own id, id of the store, name.
    pub data_stores: Vec<(String, String, String)>,
    /// Associations: from, to.
    pub associations: Vec<(String, String)>,
}

/// An arrow.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// From.
    pub source: String,
    /// To.
    pub target: String,
    /// Its condition as text.
    pub condition: Option<String>,
    /// Where it stands.
    pub at: usize,
}

/// An activity, a gateway or an event.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
    /// Where it stands.
    pub at: usize,
    /// Its default flow.
    pub default_flow: Option<String>,
    /// How often it is done.
    pub repeat: Option<Marker>,
    /// Whether it is done only to compensate.
    pub is_for_compensation: bool,
    /// Data read, by id.
    pub reads: Vec<String>,
    /// Data written, by id.
    pub writes: Vec<String>,
    /// Who may do it: ids of resources, or names.
    pub performers: Vec<String>,
    /// Documentation.
    pub documentation: String,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// A task.
    Task(TaskKind),
    /// A sub-process.
    SubProcess {
        /// What is drawn in it.
        body: Body,
        /// Whether it is set off by an event.
        is_event: bool,
        /// Whether it is a transaction.
        is_transaction: bool,
        /// Whether it is ad hoc: in no order.
        is_ad_hoc: bool,
    },
    /// A call of another process, by its id.
    Call(Option<String>),
    /// A gateway.
    Gateway(GatewayKind),
    /// An event.
    Event(Event),
}

/// Kinds of tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// Unspecified.
    Plain,
    /// A person with a system.
    User,
    /// A person without one.
    Manual,
    /// A system.
    Service,
    /// A script.
    Script,
    /// Rules.
    Rule,
    /// Sends a message.
    Send,
    /// Waits for a message.
    Receive,
}

/// Kinds of gateways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayKind {
    /// One way.
    Exclusive,
    /// Some ways.
    Inclusive,
    /// All ways.
    Parallel,
    /// The way whose event happens first.
    EventBased,
    /// By a rule of its own; where that is to wait for so many arrows, how many.
    Complex(Option<u32>),
}

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Where it stands in the flow.
    pub place: EventPlace,
    /// What it is about; several where several are drawn in one.
    pub definitions: Vec<EventDefinition>,
    /// Whether all of several are needed.
    pub all: bool,
}

/// Where an event stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventPlace {
    /// Begins a process; whether it stops what it is in (event sub-processes only).
    Start {
        /// Stops the rest of the process.
        interrupting: bool,
    },
    /// Waited for.
    Catch,
    /// Sent.
    Throw,
    /// At an activity's border.
    Boundary {
        /// The activity.
        host: String,
        /// Stops the activity.
        interrupting: bool,
    },
    /// Ends a way.
    End,
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq)]
pub enum EventDefinition {
    /// A message, by id.
    Message(Option<String>),
    /// A timer: duration, date or cycle as text.
    Timer(TimerText),
    /// An error, by id.
    Error(Option<String>),
    /// An escalation, by id.
    Escalation(Option<String>),
    /// A signal, by id.
    Signal(Option<String>),
    /// Compensation: of this activity, or of all.
    Compensation(Option<String>),
    /// A condition as text.
    Condition(String),
    /// A jump to the link of the same name.
    Link(String),
    /// Ends everything.
    Terminate,
    /// Cancels the transaction.
    Cancel,
}

/// What a timer says.
#[derive(Clone, Debug, PartialEq)]
pub enum TimerText {
    /// So long.
    Duration(String),
    /// Then.
    Date(String),
    /// Again and again.
    Cycle(String),
    /// Nothing.
    Unknown,
}

/// How often an activity is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Marker {
    /// Again while a condition holds; at most so often, if it says.
    Loop(Option<u32>),
    /// For each of several, one after the other or all at once; how many, if it says.
    Multiple {
        /// One after the other.
        sequential: bool,
        /// How many.
        count: Option<u32>,
    },
}

impl Body {
    /// Calls `look` with every node, those of sub-processes included, with the body in which it stands.
    pub fn for_each<'a>(&'a self, look: &mut impl FnMut(&'a Node, &'a Body)) {
        let mut to_do: Vec<&Body> = vec![self];
        while let Some(body) = to_do.pop() {
            for node in &body.nodes {
                look(node, body);
                if let NodeKind::SubProcess { body, .. } = &node.kind {
                    to_do.push(body);
                }
            }
        }
    }
}

impl Node {
    /// Returns the event that it is.
    pub fn event(&self) -> Option<&Event> {
        match &self.kind {
            NodeKind::Event(event) => Some(event),
            _ => None,
        }
    }

    /// Tells whether it begins its process.
    pub fn is_start(&self) -> bool {
        self.event().is_some_and(|e| matches!(e.place, EventPlace::Start { .. }))
    }

    /// Tells whether it is an event at a border.
    pub fn is_boundary(&self) -> bool {
        self.event().is_some_and(|e| matches!(e.place, EventPlace::Boundary { .. }))
    }

    /// Tells whether it is a sub-process that an event sets off.
    pub fn is_event_sub_process(&self) -> bool {
        matches!(self.kind, NodeKind::SubProcess { is_event: true, .. })
    }
}
