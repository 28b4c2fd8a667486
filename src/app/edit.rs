//! Edits of the study: what a user can change, and how each is carried out. Knows no egui.
//!
//! An edit of a scenario goes into the as-is itself, or, where a variant is shown, becomes a change of that variant: the
//! variant is built, the edit done on it, and the difference of the two is added to its list. So everything that can be
//! edited can be proposed, and every proposal can be switched off, explained and reviewed.

mod apply;

pub use apply::{apply, new_step, new_step_id};

use crate::model::change::{Item, ItemKind};
use crate::model::figure::{DurationFigure, NumberFigure};
use crate::model::flow::Element;
use crate::model::rename::Renaming;
use crate::model::scenario::Scenario;
use crate::model::step::{DocumentUse, Performer, Questions};
use crate::model::study::{PlanDefaults, Source, Study};

/// What a user can change.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Something in the as-is, or in a variant, where it becomes a change.
    Scenario {
        /// The as-is or a variant.
        variant: String,
        /// What.
        edit: ScenarioEdit,
    },
    /// Switches a change on or off.
    SwitchChange {
        /// The variant.
        variant: String,
        /// The change.
        change: String,
        /// Whether it is applied.
        enabled: bool,
    },
    /// Takes a change out of a variant.
    RemoveChange {
        /// The variant.
        variant: String,
        /// The change.
        change: String,
    },
    /// Sets the title and reason of a change.
    DescribeChange {
        /// The variant.
        variant: String,
        /// The change.
        change: String,
        /// Its title.
        title: String,
        /// Why.
        why: String,
    },
    /// Makes a variant from another, or from the as-is.
    AddVariant {
        /// The variant that is copied.
        from: String,
        /// Title for people.
        title: String,
    },
    /// Takes a variant out.
    RemoveVariant {
        /// The variant.
        variant: String,
    },
    /// Gives a variant another title.
    RenameVariant {
        /// The variant.
        variant: String,
        /// The title.
        title: String,
    },
    /// Sets the study's title and summary.
    Describe {
        /// The title.
        title: String,
        /// What the study asks.
        summary: String,
    },
    /// Adds a source that figures can quote, or changes the one with the same key.
    AddSource(Source),
    /// Sets how the study is run: replications, seed, confidence, lengths.
    Plan(PlanDefaults),
    /// Takes the as-is and the sources of a study that was fitted to an event log.
    Fitted(Box<Study>),
}

/// What can be changed in a scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum ScenarioEdit {
    /// How long a step or a wait takes.
    Duration {
        /// The service.
        service: String,
        /// The step.
        step: String,
        /// The duration.
        value: DurationFigure,
    },
    /// Who does a step.
    Performer {
        /// The service.
        service: String,
        /// The step.
        step: String,
        /// Who.
        value: Performer,
    },
    /// What has been asked about a step: whether systems can do it, how important it is.
    Questions {
        /// The service.
        service: String,
        /// The step.
        step: String,
        /// The answers.
        value: Questions,
    },
    /// What a step is called.
    Name {
        /// The service.
        service: String,
        /// The element.
        step: String,
        /// The name.
        value: String,
    },
    /// Which documents a step needs, and where they come from.
    Documents {
        /// The service.
        service: String,
        /// The step.
        step: String,
        /// The documents.
        value: Vec<DocumentUse>,
    },
    /// How many people a group of a staff pool has.
    Staff {
        /// The pool, as `agency/pool`.
        pool: String,
        /// The group, from 0.
        group: usize,
        /// How many.
        value: NumberFigure,
    },
    /// The shares of the population's segments, in their order.
    SegmentShares(Vec<f64>),
    /// The shares in which citizens choose a service's channels, in their order.
    ChannelShares {
        /// The service.
        service: String,
        /// The shares.
        shares: Vec<f64>,
    },
    /// How many citizens come in a year, where they come at random.
    PerYear {
        /// The stream of demand.
        demand: String,
        /// How many.
        value: f64,
    },
    /// The share of citizens whose record a registry holds.
    Coverage {
        /// The registry.
        registry: String,
        /// The share, 0..1.
        value: f64,
    },
    /// Puts a new step behind another.
    AddStep {
        /// The service.
        service: String,
        /// The step or wait behind which it comes.
        after: String,
        /// What it is called.
        name: String,
    },
    /// Takes a step out; what led to it leads to what followed it.
    RemoveStep {
        /// The service.
        service: String,
        /// The step.
        step: String,
    },
    /// Puts an element as it shall be into the place of the one with the same id.
    Element {
        /// The service.
        service: String,
        /// The element.
        element: Box<Element>,
        /// What of it was changed.
        what: What,
    },
    /// Adds a part of the scenario, or puts it into the place of the one with the same id.
    Put {
        /// The part.
        item: Box<Item>,
        /// What of it was changed.
        what: What,
    },
    /// Takes a part of the scenario out.
    TakeOut {
        /// What kind of part.
        kind: ItemKind,
        /// Which one.
        id: String,
    },
    /// Gives a value of an attribute or facet, or a facet, another name wherever it is spoken of.
    Rename(Renaming),
    /// Whether nothing is asked twice within a life event.
    OnceOnly(bool),
    /// Several at once, as from a spreadsheet.
    Many(Vec<ScenarioEdit>),
    /// Replaces the whole scenario by one that the map or an import has made.
    Whole(Box<Scenario>),
}

/// What an edit of a whole element or part is about: it names the step of undo, and edits of the same thing in a row are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct What {
    /// Id of the text that names it.
    pub label: &'static str,
    /// Whether a movement of the pointer, or typing, makes many of them that count as one.
    pub merges: bool,
}

impl What {
    /// An edit that always stands alone.
    pub const fn once(label: &'static str) -> What {
        What { label, merges: false }
    }

    /// One of many edits of the same thing in a row.
    pub const fn going_on(label: &'static str) -> What {
        What { label, merges: true }
    }
}

/// Why an edit could not be carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct EditFault {
    /// What stands in the way, in a full sentence.
    pub message: String,
}

impl ScenarioEdit {
    /// Returns the name of what is edited, for people; empty where the label says it all.
    fn subject(&self, scenario: &Scenario) -> String {
        let named = |name: &str, id: &str| if name.is_empty() { id.to_owned() } else { name.to_owned() };
        let element = |service: &str, id: &str| {
            let found = scenario.service(service).and_then(|service| service.element(id));
            found.map_or(String::new(), |element| named(&element.name, id))
        };
        let service = |id: &str| scenario.service(id).map_or(String::new(), |service| named(&service.name, id));
        match self {
            ScenarioEdit::Duration { service, step, .. }
            | ScenarioEdit::Performer { service, step, .. }
            | ScenarioEdit::Questions { service, step, .. }
            | ScenarioEdit::Name { service, step, .. }
            | ScenarioEdit::Documents { service, step, .. }
            | ScenarioEdit::RemoveStep { service, step } => element(service, step),
            ScenarioEdit::Element { element, .. } => named(&element.name, &element.id),
            ScenarioEdit::Staff { pool, .. } => scenario.staff_pool(pool).map_or(String::new(), |(_, pool)| pool.name.clone()),
            ScenarioEdit::ChannelShares { service: id, .. } => service(id),
            ScenarioEdit::Coverage { registry, .. } => {
                scenario.registries.iter().find(|r| r.id == *registry).map_or(String::new(), |r| r.name.clone())
            }
            ScenarioEdit::AddStep { name, .. } => name.clone(),
            ScenarioEdit::Put { item, .. } => item_name(item).to_owned(),
            ScenarioEdit::TakeOut { kind, id } => {
                let items = crate::model::apply::items_of(scenario, *kind);
                let found = items.iter().find(|item| crate::model::apply::item_id(item).1 == id);
                found.map_or(id.clone(), |item| named(item_name(item), id))
            }
            ScenarioEdit::Rename(
                Renaming::AttributeValue { from, .. } | Renaming::FacetValue { from, .. } | Renaming::Facet { from, .. },
            ) => from.clone(),
            ScenarioEdit::SegmentShares(_)
            | ScenarioEdit::PerYear { .. }
            | ScenarioEdit::OnceOnly(_)
            | ScenarioEdit::Many(_)
            | ScenarioEdit::Whole(_) => String::new(),
        }
    }
}

/// Returns the name of a part of a scenario for people; a stream of demand has only its id.
pub fn item_name(item: &Item) -> &str {
    match item {
        Item::Holidays(item) => &item.name,
        Item::Calendar(item) => &item.name,
        Item::Segment(item) => &item.name,
        Item::Attribute(item) => &item.name,
        Item::Channel(item) => &item.name,
        Item::Place(item) => &item.name,
        Item::Agency(item) => &item.name,
        Item::Registry(item) => &item.name,
        Item::Document(item) => &item.name,
        Item::Service(item) => &item.name,
        Item::LifeEvent(item) => &item.name,
        Item::Demand(item) => &item.id,
    }
}

impl Edit {
    /// Returns the id of the text that names the edit.
    pub fn label(&self) -> &'static str {
        match self {
            Edit::Scenario { edit, .. } => match edit {
                ScenarioEdit::Duration { .. } => "edit-duration",
                ScenarioEdit::Performer { .. } => "edit-performer",
                ScenarioEdit::Questions { .. } => "edit-questions",
                ScenarioEdit::Name { .. } => "edit-name",
                ScenarioEdit::Documents { .. } => "edit-documents",
                ScenarioEdit::Staff { .. } => "edit-staff",
                ScenarioEdit::SegmentShares(_) => "edit-segments",
                ScenarioEdit::ChannelShares { .. } => "edit-channels",
                ScenarioEdit::PerYear { .. } => "edit-per-year",
                ScenarioEdit::Coverage { .. } => "edit-coverage",
                ScenarioEdit::AddStep { .. } => "edit-add-step",
                ScenarioEdit::RemoveStep { .. } => "edit-remove-step",
                ScenarioEdit::Element { what, .. } | ScenarioEdit::Put { what, .. } => what.label,
                ScenarioEdit::TakeOut { .. } => "edit-take-out",
                ScenarioEdit::Rename(_) => "edit-rename",
                ScenarioEdit::OnceOnly(_) => "edit-once-only",
                ScenarioEdit::Many(_) => "edit-several",
                ScenarioEdit::Whole(_) => "edit-process",
            },
            Edit::SwitchChange { .. } => "edit-switch-change",
            Edit::RemoveChange { .. } => "edit-remove-change",
            Edit::DescribeChange { .. } => "edit-describe-change",
            Edit::AddVariant { .. } => "edit-add-variant",
            Edit::RemoveVariant { .. } => "edit-remove-variant",
            Edit::RenameVariant { .. } => "edit-rename-variant",
            Edit::Describe { .. } => "edit-study",
            Edit::AddSource(_) => "edit-source",
            Edit::Plan(_) => "edit-plan",
            Edit::Fitted(_) => "edit-fit",
        }
    }

    /// Tells whether the edit takes a whole part of the scenario out, which others may need.
    fn takes_out(&self) -> bool {
        fn takes(edit: &ScenarioEdit) -> bool {
            match edit {
                ScenarioEdit::TakeOut { .. } | ScenarioEdit::Rename(_) => true,
                ScenarioEdit::Put { what, .. } => ["edit-take-out", "edit-attribute-value", "edit-facets"].contains(&what.label),
                ScenarioEdit::Many(edits) => edits.iter().any(takes),
                _ => false,
            }
        }
        matches!(self, Edit::Scenario { edit, .. } if takes(edit))
    }

    /// Returns the name of what is edited, for people, as the study names it now; empty where the label says it all.
    pub fn subject(&self, study: &Study, scenario: Option<&Scenario>) -> String {
        let named = |name: Option<&str>, id: &str| name.filter(|name| !name.is_empty()).unwrap_or(id).to_owned();
        match self {
            Edit::Scenario { edit, .. } => scenario.map_or(String::new(), |scenario| edit.subject(scenario)),
            Edit::SwitchChange { variant, change, .. }
            | Edit::RemoveChange { variant, change }
            | Edit::DescribeChange { variant, change, .. } => {
                let found = study.variant(variant).and_then(|v| v.changes.iter().find(|c| c.id == *change));
                named(found.map(|c| c.title.as_str()), change)
            }
            Edit::RemoveVariant { variant } => named(study.variant(variant).map(|v| v.title.as_str()), variant),
            Edit::AddVariant { title, .. } => title.clone(),
            Edit::AddSource(source) => named(Some(&source.title), &source.key),
            Edit::RenameVariant { .. } | Edit::Describe { .. } | Edit::Plan(_) | Edit::Fitted(_) => String::new(),
        }
    }

    /// Returns what edits in a row must share to count as one step of undo; `None` for those that always stand alone.
    pub fn merge_key(&self) -> Option<String> {
        match self {
            Edit::Scenario { variant, edit } => match edit {
                ScenarioEdit::Duration { service, step, .. } => Some(format!("duration {variant} {service} {step}")),
                ScenarioEdit::Name { service, step, .. } => Some(format!("name {variant} {service} {step}")),
                ScenarioEdit::Staff { pool, group, .. } => Some(format!("staff {variant} {pool} {group}")),
                ScenarioEdit::PerYear { demand, .. } => Some(format!("demand {variant} {demand}")),
                ScenarioEdit::Coverage { registry, .. } => Some(format!("coverage {variant} {registry}")),
                ScenarioEdit::SegmentShares(_) => Some(format!("segments {variant}")),
                ScenarioEdit::ChannelShares { service, .. } => Some(format!("channels {variant} {service}")),
                ScenarioEdit::Element { service, element, what } if what.merges => {
                    Some(format!("{} {variant} {service} {}", what.label, element.id))
                }
                ScenarioEdit::Put { item, what } if what.merges => {
                    let (kind, id) = crate::model::apply::item_id(item);
                    Some(format!("{} {variant} {kind:?} {id}", what.label))
                }
                _ => None,
            },
            Edit::DescribeChange { variant, change, .. } => Some(format!("describe {variant} {change}")),
            Edit::RenameVariant { variant, .. } => Some(format!("rename {variant}")),
            Edit::Describe { .. } => Some("study".to_owned()),
            Edit::Plan(_) => Some("plan".to_owned()),
            _ => None,
        }
    }
}

/// Makes an id from a title: Latin letters and digits, the rest as dashes.
pub fn slug(title: &str) -> String {
    let mut out = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            _ if !out.is_empty() && !out.ends_with('-') => out.push('-'),
            _ => {}
        }
        if out.len() >= 40 {
            break;
        }
    }
    let out = out.trim_matches('-');
    if out.is_empty() { "item".to_owned() } else { out.to_owned() }
}

/// Returns `wanted`, or with the first number behind it that makes it new.
pub fn new_id(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(wanted) {
        return wanted.to_owned();
    }
    (2u64..).map(|n| format!("{wanted}-{n}")).find(|id| !taken(id)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
