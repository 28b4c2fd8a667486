//! What a layout comes to: plain geometry in points, y downwards, every part with the id of what it shows.

use crate::model::Id;
use crate::model::step::Performer;

/// A place on the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// An upright rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width, at least 0.
    pub width: f64,
    /// Height, at least 0.
    pub height: f64,
}

impl Rect {
    /// Makes a rectangle of a size around a centre.
    pub fn around(centre: Point, width: f64, height: f64) -> Self {
        Rect { x: centre.x - width / 2.0, y: centre.y - height / 2.0, width, height }
    }

    /// Returns the right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Returns the lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Returns the centre.
    pub fn centre(&self) -> Point {
        Point { x: self.x + self.width / 2.0, y: self.y + self.height / 2.0 }
    }

    /// Tells whether two rectangles share more than an edge.
    pub fn overlaps(&self, other: &Rect) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Tells whether another rectangle lies within this one, edges included.
    pub fn holds(&self, other: &Rect) -> bool {
        self.x <= other.x && self.y <= other.y && other.right() <= self.right() && other.bottom() <= self.bottom()
    }

    /// Returns the rectangle grown by so much on every side.
    pub fn grown(&self, by: f64) -> Rect {
        Rect { x: self.x - by, y: self.y - by, width: self.width + 2.0 * by, height: self.height + 2.0 * by }
    }

    /// Returns the smallest rectangle that holds both.
    pub fn joined(&self, other: &Rect) -> Rect {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Rect { x, y, width: self.right().max(other.right()) - x, height: self.bottom().max(other.bottom()) - y }
    }
}

/// A service as a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagram {
    /// Total width.
    pub width: f64,
    /// Total height.
    pub height: f64,
    /// Lanes from top to bottom; they fill the whole picture.
    pub lanes: Vec<LaneBox>,
    /// Elements, in the order of the model (of the to-be first, in an overlay).
    pub nodes: Vec<NodeBox>,
    /// Flows, by source in the order of the nodes.
    pub edges: Vec<EdgeLine>,
    /// What lies inside sub-processes: the element's id and its own picture.
    pub inside: Vec<(Id, Diagram)>,
}

impl Diagram {
    /// Returns the node of the element with this id; in an overlay the as-is id of a matched element is found too.
    pub fn node(&self, id: &str) -> Option<&NodeBox> {
        let by_before = || self.nodes.iter().find(|n| n.before.as_deref() == Some(id));
        self.nodes.iter().find(|n| n.id == id).or_else(by_before)
    }
}

/// Who does what stands in a lane.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LaneKey {
    /// The citizen.
    Citizen,
    /// A staff pool, `agency/pool`.
    Pool(String),
    /// An agency whose whole service is run.
    Agency(Id),
    /// A registry.
    Registry(Id),
    /// Systems without limits of their own.
    System,
}

impl LaneKey {
    /// Returns who would do a step that is put into this lane; `None` for an agency, which names no pool.
    pub fn performer(&self) -> Option<Performer> {
        match self {
            LaneKey::Citizen => Some(Performer::Citizen),
            LaneKey::Pool(pool) => Some(Performer::Staff(vec![crate::model::step::PoolUse { pool: pool.clone(), count: 1 }])),
            LaneKey::Registry(id) => Some(Performer::System(Some(id.clone()))),
            LaneKey::System => Some(Performer::System(None)),
            LaneKey::Agency(_) => None,
        }
    }
}

/// A lane.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneBox {
    /// Whose lane it is.
    pub key: LaneKey,
    /// Name for people: of the pool, the registry.
    pub title: String,
    /// Whose pool it is: the agency's name; empty where there is nothing to say.
    pub group: String,
    /// Its whole area, header included.
    pub rect: Rect,
    /// Width of the header at its left end.
    pub header: f64,
}

/// How an element or flow of an overlay differs between the two scenarios.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// In both, the same.
    #[default]
    Kept,
    /// In both, but not the same.
    Changed,
    /// Only in the first.
    Removed,
    /// Only in the second.
    Added,
}

/// What a node is drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    /// A start event.
    Start,
    /// An end event.
    End(EndKind),
    /// Work of the citizen.
    CitizenStep,
    /// Work of staff.
    StaffStep,
    /// Work of a system.
    SystemStep,
    /// An exclusive gateway.
    Exclusive,
    /// A parallel gateway.
    Parallel,
    /// An inclusive gateway.
    Inclusive,
    /// An event-based gateway.
    EventBased,
    /// Time that passes.
    Wait,
    /// A message goes out.
    Send,
    /// A message is waited for.
    Receive,
    /// Cases gather.
    Batch,
    /// Another service is run.
    Call,
    /// A process within.
    SubProcess,
    /// The state offers.
    Offer,
}

/// How an end event is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndKind {
    /// With what was asked for.
    Completed,
    /// With a refusal.
    Refused,
    /// The citizen gave up.
    Abandoned,
    /// Never asked for.
    NeverClaimed,
    /// An error.
    Error,
}

/// The outline of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outline {
    /// A rounded rectangle.
    Box,
    /// A circle.
    Circle,
    /// A rhombus on its corner.
    Diamond,
}

impl NodeKind {
    /// Returns the outline that the kind is drawn with.
    pub fn outline(self) -> Outline {
        use NodeKind::*;
        match self {
            Start | End(_) | Wait | Send | Receive | Batch => Outline::Circle,
            Exclusive | Parallel | Inclusive | EventBased => Outline::Diamond,
            CitizenStep | StaffStep | SystemStep | Call | SubProcess | Offer => Outline::Box,
        }
    }
}

/// An element on the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeBox {
    /// The element's id; in an overlay that in the second scenario, where it is there.
    pub id: Id,
    /// Its id in the first scenario of an overlay, where it is there.
    pub before: Option<Id>,
    /// The element's name, or its id where it has none; empty for plain events and gateways without a name.
    pub name: String,
    /// What it is drawn as.
    pub kind: NodeKind,
    /// How it differs in an overlay.
    pub mark: Mark,
    /// Position in [`Diagram::lanes`].
    pub lane: usize,
    /// Column from the left, counted from 0.
    pub column: usize,
    /// Row from the top, counted over all lanes from 0.
    pub row: usize,
    /// The outline's rectangle.
    pub rect: Rect,
    /// The name in lines: inside a box, beside other outlines.
    pub lines: Vec<String>,
    /// Where the lines stand: centred in it from its top, [`super::LINE`] each.
    pub label: Rect,
    /// Documents that it asks for and hands out, drawn above it.
    pub documents: Vec<DocumentMark>,
    /// Events at its border.
    pub border: Vec<BorderMark>,
}

impl NodeBox {
    /// Returns the rectangle of all that belongs to the node: outline, name, documents and border events.
    pub fn extent(&self) -> Rect {
        let mut all = self.rect;
        if !self.lines.is_empty() {
            all = all.joined(&self.label);
        }
        all = self.documents.iter().fold(all, |all, mark| all.joined(&mark.rect));
        self.border.iter().fold(all, |all, mark| all.joined(&Rect::around(mark.centre, 2.0 * mark.radius, 2.0 * mark.radius)))
    }
}

/// A document at its step.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentMark {
    /// The document's id.
    pub document: Id,
    /// Its name for people.
    pub name: String,
    /// The name cut to fit its place.
    pub text: String,
    /// How it comes or goes.
    pub role: DocumentRole,
    /// How it differs in an overlay.
    pub mark: Mark,
    /// Where it is drawn.
    pub rect: Rect,
}

/// How a document comes to a step or leaves it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentRole {
    /// The citizen is asked for it.
    Asked,
    /// Fetched from the registry with this name.
    Fetched(String),
    /// The service with this name is run for it.
    Ordered(String),
    /// The citizen has it in hand when the step is done.
    Issued,
}

/// An event at a node's border.
#[derive(Clone, Debug, PartialEq)]
pub struct BorderMark {
    /// What it is, and the key to its flow.
    pub exit: Exit,
    /// Name for people; may be empty.
    pub name: String,
    /// What is drawn in it.
    pub symbol: BorderSymbol,
    /// Whether it stops the step.
    pub interrupting: bool,
    /// Its centre.
    pub centre: Point,
    /// Its radius.
    pub radius: f64,
}

/// What is drawn in a border event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BorderSymbol {
    /// A clock: time, the week's instant.
    Timer,
    /// The statutory term.
    Deadline,
    /// A message.
    Message,
    /// An error, or an attempt that failed.
    Error,
    /// Patience in line has ended.
    Patience,
}

/// By which way out of an element a flow leaves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// The element's follower.
    Next,
    /// A gateway's way with this position.
    Way(usize),
    /// The boundary event with this id.
    Border(Id),
    /// Leaves the line.
    Patience,
    /// The attempt failed.
    Failure,
    /// An offer's consent.
    Accepted,
    /// An offer declined.
    Declined,
    /// An offer left unanswered.
    Silent,
    /// Somebody who cannot be asked.
    Unreachable,
}

/// A flow on the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeLine {
    /// Position of the source in [`Diagram::nodes`].
    pub from: usize,
    /// Position of the target in [`Diagram::nodes`].
    pub to: usize,
    /// The source element's id.
    pub from_id: Id,
    /// The target element's id.
    pub to_id: Id,
    /// By which way out it leaves; of the second scenario, where the overlay's flow is there.
    pub exit: Exit,
    /// How it differs in an overlay.
    pub mark: Mark,
    /// Whether it leads back against the reading direction.
    pub is_back: bool,
    /// Share of cases that go this way, where one is given.
    pub share: Option<f64>,
    /// What stands beside it, in full.
    pub text: String,
    /// The text in lines.
    pub lines: Vec<String>,
    /// Where the lines stand; of no size where there is no text.
    pub label: Rect,
    /// From the source's outline to the target's; upright and level pieces only.
    pub points: Vec<Point>,
}
