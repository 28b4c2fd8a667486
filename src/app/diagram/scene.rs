//! What is painted: layouts of the service that is shown, made again only when something that they depend on has changed.

use crate::app::Cx;
use crate::diagram::picture::Diagram;
use crate::diagram::{lay_out, lay_out_both, words};
use crate::model::service::Service;
use crate::texts::{Language, Words};
use std::sync::Arc;

/// How two forms of a service are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// The shown variant by itself.
    #[default]
    Alone,
    /// Both in one picture, what differs marked.
    Overlaid,
    /// One above the other.
    Beside,
}

impl Form {
    /// All forms, with the ids of their texts.
    pub const ALL: [(Form, &'static str); 3] =
        [(Form::Alone, "map-alone"), (Form::Overlaid, "map-overlaid"), (Form::Beside, "map-beside")];
}

/// What a scene depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The document's revision.
    pub revision: u64,
    /// The service.
    pub service: String,
    /// The shown variant.
    pub variant: String,
    /// The variant that it is held against.
    pub against: String,
    /// How.
    pub form: Form,
    /// The language of the few words that layouts carry.
    pub language: Language,
    /// The sub-process that is looked into.
    pub inside: Option<String>,
}

/// A picture of the scene with the variant that it shows.
#[derive(Clone, Debug)]
pub struct Part {
    /// The picture.
    pub diagram: Diagram,
    /// The variant.
    pub variant: String,
}

/// What is painted.
#[derive(Clone, Debug)]
pub struct Scene {
    /// What it was made from.
    pub key: Key,
    /// One picture, or two that stand one above the other.
    pub parts: Vec<Part>,
}

impl Scene {
    /// Returns the size that holds each of its pictures.
    pub fn size(&self) -> (f64, f64) {
        let largest = |of: fn(&Diagram) -> f64| self.parts.iter().map(|part| of(&part.diagram)).fold(0.0, f64::max);
        (largest(|d| d.width), largest(|d| d.height))
    }
}

/// Returns the words that layouts carry.
pub fn layout_words(words: Words) -> words::Words {
    let get = |id: &str| words.get(id);
    words::Words {
        citizen: get("map-citizen"),
        systems: get("map-systems"),
        registry: get("map-registry"),
        otherwise: get("map-otherwise"),
        leaves_line: get("map-leaves-line"),
        fails: get("map-fails"),
        accepted: get("map-accepted"),
        declined: get("map-declined"),
        silent: get("map-silent"),
        unreachable: get("map-unreachable"),
        deadline: get("map-deadline"),
        units: ["map-minutes", "map-hours", "map-days"].map(get),
        decimal: if words.language == Language::English { '.' } else { ',' },
        marks: ["map-changed", "map-removed", "map-added"].map(get),
    }
}

/// Makes a scene; `None` where the service is in neither variant, or a variant cannot be built.
pub fn make(cx: &Cx<'_>, key: Key) -> Option<Arc<Scene>> {
    let words = layout_words(cx.words);
    let inner = |diagram: Diagram| match &key.inside {
        Some(inside) => diagram.inside.into_iter().find(|(id, _)| id == inside).map(|(_, inner)| inner).unwrap_or_default(),
        None => diagram,
    };
    let alone = |variant: &str| -> Option<Part> {
        let scenario = cx.document.scenario(variant).ok()?;
        let diagram = inner(lay_out(scenario, scenario.service(&key.service)?, &words));
        Some(Part { diagram, variant: variant.to_owned() })
    };
    let parts: Vec<Part> = match key.form {
        Form::Alone => alone(&key.variant).into_iter().collect(),
        Form::Beside => [alone(&key.against), alone(&key.variant)].into_iter().flatten().collect(),
        Form::Overlaid => {
            let (before, after) = (cx.document.scenario(&key.against).ok()?, cx.document.scenario(&key.variant).ok()?);
            let none = Service::default();
            let (was, is) = (before.service(&key.service), after.service(&key.service));
            was.or(is)?;
            let pair = ((&**before, was.unwrap_or(&none)), (&**after, is.unwrap_or(&none)));
            let diagram = inner(lay_out_both(pair.0, pair.1, &words));
            vec![Part { diagram, variant: key.variant.clone() }]
        }
    };
    (!parts.is_empty()).then(|| Arc::new(Scene { key, parts }))
}
