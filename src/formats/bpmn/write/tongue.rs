//! Words of a file of others: the prefixes that it has for the name spaces that we write in.

use std::collections::BTreeMap;

use crate::formats::bpmn::write::print::{MODEL, PREFIXES};
use crate::formats::bpmn::xml::{XmlChild, XmlElement};

/// From our prefixes to those of a file.
pub(super) struct Tongue {
    prefixes: BTreeMap<&'static str, String>,
}

impl Tongue {
    /// Learns the prefixes of a file; declares those that it lacks.
    pub fn of(root: &mut XmlElement) -> Tongue {
        let mut prefixes = BTreeMap::new();
        for (ours, space) in PREFIXES {
            let known = root.attributes.iter().find_map(|(name, value)| {
                let prefix = name.strip_prefix("xmlns").filter(|_| value == space)?;
                prefix.strip_prefix(':').or(prefix.is_empty().then_some("")).map(str::to_owned)
            });
            // An unprefixed attribute stands in no name space: `xsi:type` needs a prefix.
            let known = known.filter(|prefix| ours != "xsi" || !prefix.is_empty());
            let own = root.name.split_once(':').map_or("", |(prefix, _)| prefix).to_owned();
            let prefix = match known {
                Some(prefix) if ours != "bpmn" => prefix,
                // Whatever name space the file gives to BPMN, its own elements stand in it.
                _ if space == MODEL => own,
                _ => declare(root, ours, space),
            };
            prefixes.insert(ours, prefix);
        }
        Tongue { prefixes }
    }

    /// Says a tree of ours in the file's words.
    pub fn say(&self, mut element: XmlElement) -> XmlElement {
        element.name = self.word(&element.name);
        for (name, value) in &mut element.attributes {
            if name.starts_with("xmlns") {
                continue;
            }
            if name.contains(':') {
                *name = self.word(name);
                *value = self.word(value);
            }
        }
        element.children = element
            .children
            .into_iter()
            .map(|child| match child {
                XmlChild::Element(child) => XmlChild::Element(self.say(child)),
                other => other,
            })
            .collect();
        element
    }

    /// Returns the name of an element of BPMN.
    pub fn word(&self, ours: &str) -> String {
        match ours.split_once(':').and_then(|(prefix, local)| Some((self.prefixes.get(prefix)?, local))) {
            Some((prefix, local)) if prefix.is_empty() => local.to_owned(),
            Some((prefix, local)) => format!("{prefix}:{local}"),
            None => ours.to_owned(),
        }
    }
}

fn declare(root: &mut XmlElement, ours: &str, space: &str) -> String {
    let mut prefix = ours.to_owned();
    while root.attributes.iter().any(|(name, _)| name.strip_prefix("xmlns:") == Some(&prefix)) {
        prefix.push('_');
    }
    root.attributes.push((format!("xmlns:{prefix}"), space.to_owned()));
    prefix
}
