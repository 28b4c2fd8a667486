//! Data objects and stores: documents and registries.

use std::collections::{BTreeMap, BTreeSet};

use crate::formats::bpmn::tree::{Definitions, Node};
use crate::model::document::Document;
use crate::model::figure::Figure;
use crate::model::flow::ElementKind;
use crate::model::registry::Registry;
use crate::model::service::Service;
use crate::model::step::{DocumentSource, DocumentUse, Performer};

/// Data of a file.
#[derive(Debug, Default)]
pub(super) struct Data<'d> {
    /// Name of a data object, by its id or a reference's.
    objects: BTreeMap<&'d str, &'d str>,
    /// Data store and its name, by its id or a reference's.
    stores: BTreeMap<&'d str, (&'d str, &'d str)>,
    /// Names of data objects that a node of the file writes.
    written: BTreeSet<&'d str>,
}

impl<'d> Data<'d> {
    /// Finds the data of a file.
    pub fn of(definitions: &'d Definitions) -> Data<'d> {
        let mut data = Data::default();
        for (id, name) in &definitions.stores {
            data.stores.insert(id, (id, name));
        }
        let mut bodies: Vec<&'d crate::formats::bpmn::tree::Body> = definitions.processes.iter().map(|p| &p.body).collect();
        let mut writes: Vec<&'d str> = Vec::new();
        while let Some(body) = bodies.pop() {
            for (id, name) in &body.data_objects {
                data.objects.insert(id, name);
            }
            for (id, store, name) in &body.data_stores {
                let known = definitions.stores.iter().find(|(s, _)| s == store);
                let name = if name == id { known.map_or(name, |(_, name)| name) } else { name };
                data.stores.insert(id, (known.map_or(id, |(s, _)| s), name));
            }
            for node in &body.nodes {
                writes.extend(node.writes.iter().map(String::as_str));
                if let crate::formats::bpmn::tree::NodeKind::SubProcess { body, .. } = &node.kind {
                    bodies.push(body);
                }
            }
        }
        data.written = writes.into_iter().filter_map(|id| data.objects.get(id).copied()).collect();
        data
    }

    /// Returns the documents that a node needs: those that it reads and nothing in the file writes. By its name, since a document that is drawn
    /// twice is one document.
    pub fn needed(&self, node: &Node) -> Vec<DocumentUse> {
        let mut seen = BTreeSet::new();
        let names = node.reads.iter().filter_map(|id| self.objects.get(id.as_str()).copied());
        names
            .filter(|name| !self.written.contains(name) && seen.insert(*name))
            .map(|name| DocumentUse { document: id_of(name), from: DocumentSource::Citizen, ..DocumentUse::default() })
            .collect()
    }

    /// Returns the registry that a node asks or writes to.
    pub fn registry(&self, node: &Node) -> Option<String> {
        node.reads.iter().chain(&node.writes).find_map(|id| self.stores.get(id.as_str())).map(|(id, _)| (*id).to_owned())
    }

    /// Returns the registries of all stores, and the documents that services ask for.
    pub fn finish(self, services: &[Service]) -> (Vec<Registry>, Vec<Document>) {
        let (mut asked, mut documents): (BTreeSet<&str>, BTreeSet<&str>) = (BTreeSet::new(), BTreeSet::new());
        for service in services {
            let mut lists = vec![service.elements.as_slice()];
            while let Some(elements) = lists.pop() {
                for element in elements {
                    lists.extend(element.inner());
                    if let ElementKind::Step(step) = &element.kind {
                        documents.extend(step.documents.iter().map(|d| d.document.as_str()));
                        if let Performer::System(Some(registry)) = &step.performer {
                            asked.insert(registry);
                        }
                    }
                }
            }
        }
        let all = || Figure::assumed(1.0);
        let registry = |(id, name): (&str, &str)| Registry {
            id: id.to_owned(),
            name: name.to_owned(),
            coverage: all(),
            correctness: all(),
            ..Registry::default()
        };
        let stores: BTreeMap<&str, &str> = self.stores.values().copied().filter(|(id, _)| asked.contains(id)).collect();
        let names: BTreeMap<String, &str> = self.objects.values().map(|name| (id_of(name), *name)).collect();
        let document = |id: &str| {
            let name = names.get(id).copied().unwrap_or(id);
            let note = "The drawing does not say what it takes a citizen to get it: at hand taken.".to_owned();
            let at_hand = Figure { note, ..Figure::assumed(1.0) };
            Document { id: id.to_owned(), name: name.to_owned(), at_hand, ..Document::default() }
        };
        (stores.into_iter().map(registry).collect(), documents.into_iter().map(document).collect())
    }
}

/// Returns an id made of a name.
fn id_of(name: &str) -> String {
    crate::formats::bpmn::parse::clean(&name.to_lowercase())
}
