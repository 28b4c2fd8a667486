//! Pools and lanes: agencies with staff pools, the citizen, systems.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostic;
use crate::formats::bpmn::findings::Findings;
use crate::formats::bpmn::read::figures::AMPLE_STAFF;
use crate::formats::bpmn::tree::{Definitions, NodeKind, Process, TaskKind};
use crate::model::agency::{Agency, StaffGroup, StaffPool};
use crate::model::figure::Figure;
use crate::model::step::{Performer, PoolUse};

/// Words that name the one whom a service is for, in lower case, as they stand at the beginning of a word.
const CITIZENS: &[&str] = &[
    "citizen",
    "applicant",
    "client",
    "customer",
    "patient",
    "student",
    "resident",
    "claimant",
    "taxpayer",
    "гражданин",
    "гражданка",
    "граждане",
    "заявител",
    "клиент",
    "услугополучател",
    "пациент",
    "житель",
    "налогоплательщик",
    "азамат",
    "өтініш беруші",
    "көрсетілетін қызметті алушы",
    "клиенттер",
    "bürger",
    "antragsteller",
    "kunde",
    "citoyen",
    "usager",
    "ciudadano",
    "solicitante",
    "cliente",
    "cidadão",
];

/// Words that name a machine.
const SYSTEMS: &[&str] = &[
    "system",
    "portal",
    "website",
    "web site",
    "server",
    "database",
    "software",
    "application server",
    "registry",
    "система",
    "портал",
    "реестр",
    "сайт",
    "база данных",
    "шлюз",
    "егов",
    "egov",
    "жүйе",
    "тізілім",
    "erp",
    "crm",
];

/// Who does what in the processes of a file.
#[derive(Debug, Default)]
pub(super) struct Actors {
    /// The agencies.
    pub agencies: Vec<Agency>,
    /// Who does the nodes of a lane.
    by_node: BTreeMap<String, Actor>,
    /// Who does the others, by process.
    by_process: Vec<Actor>,
    /// The agency of each process.
    pub agency_of: Vec<Option<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Actor {
    #[default]
    Citizen,
    System,
    Staff(String),
}

impl Actors {
    /// Makes agencies of pools and staff pools of lanes.
    pub fn of(definitions: &Definitions, used: &BTreeSet<usize>, findings: &mut Findings) -> Actors {
        let mut actors = Actors::default();
        for (i, process) in definitions.processes.iter().enumerate() {
            let participant = definitions.participants.iter().find(|p| p.process.as_ref() == Some(&process.id));
            let name = participant.map_or(process.name.as_str(), |p| p.name.as_str());
            let id = plain_id(participant.map_or(process.id.as_str(), |p| p.id.as_str()));
            if !used.contains(&i) {
                actors.by_process.push(Actor::Citizen);
                actors.agency_of.push(None);
                continue;
            }
            actors.process(process, id, name, (&definitions.names, findings));
        }
        actors
    }

    fn process(&mut self, process: &Process, id: String, name: &str, known: (&BTreeMap<String, String>, &mut Findings)) {
        let mut agency = Agency { id: id.clone(), name: name.to_owned(), pools: Vec::new() };
        let whole = if process.lanes.is_empty() { kind_of(name) } else { None };
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for lane in process.lanes.iter().filter(|lane| !lane.nodes.is_empty()) {
            let own = lane.name.rsplit(": ").next().unwrap_or_default();
            let actor = kind_of(own).unwrap_or_else(|| {
                let pool = plain_id(&lane.id);
                if taken.insert(pool.clone()) {
                    // A lane of the whole pool around the others says nothing new.
                    let within = lane.name.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(&lane.name);
                    agency.pools.push(staff_pool(pool.clone(), within.to_owned()));
                }
                Actor::Staff(format!("{id}/{pool}"))
            });
            self.by_node.extend(lane.nodes.iter().map(|node| (node.clone(), actor.clone())));
        }
        let actor = whole.unwrap_or_else(|| {
            let pool = "staff".to_owned();
            if !taken.contains(&pool) {
                agency.pools.push(staff_pool(pool.clone(), name.to_owned()));
            }
            Actor::Staff(format!("{id}/{pool}"))
        });
        self.named_performers(process, &mut agency, known);
        let is_agency = !agency.pools.is_empty();
        self.by_process.push(actor);
        self.agency_of.push(is_agency.then_some(id));
        if is_agency {
            self.agencies.push(agency);
        }
    }

    /// Whom a task names as its performer does it, whatever lane it stands in: a staff pool of the agency by this name, made where there is
    /// none. Of several, each of whom may do it, the first is taken, and it is said.
    fn named_performers(
        &mut self,
        process: &Process,
        agency: &mut Agency,
        (names, findings): (&BTreeMap<String, String>, &mut Findings),
    ) {
        let mut bodies = vec![&process.body];
        while let Some(body) = bodies.pop() {
            for node in &body.nodes {
                if let NodeKind::SubProcess { body, .. } = &node.kind {
                    bodies.push(body);
                }
                let Some(performer) = node.performers.first() else { continue };
                let name = names.get(performer).unwrap_or(performer).trim();
                let all: BTreeSet<&str> = node.performers.iter().map(|p| names.get(p).unwrap_or(p).trim()).collect();
                if all.len() > 1 {
                    let others: Vec<&str> = all.into_iter().filter(|other| *other != name).collect();
                    let what = if node.name.is_empty() { &node.id } else { &node.name };
                    let others = others.join("', '");
                    let message = format!("'{what}' may be done by several: '{name}' alone is taken, and not '{others}'.");
                    let hint = "Where several groups share the work, draw one lane for all of them, with the people of all.";
                    findings.push(node.at, Diagnostic::warning("several-performers", Default::default(), message).hint(hint));
                }
                let within = name.strip_prefix(&agency.name).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(name);
                let actor = kind_of(within).unwrap_or_else(|| {
                    let is_it =
                        |pool: &&StaffPool| [within, name].iter().any(|n| pool.name.trim().to_lowercase() == n.to_lowercase());
                    let pool = agency.pools.iter().find(is_it).map(|pool| pool.id.clone()).unwrap_or_else(|| {
                        let mut id = plain_id(performer);
                        while agency.pools.iter().any(|pool| pool.id == id) {
                            id.push('_');
                        }
                        agency.pools.push(staff_pool(id.clone(), within.to_owned()));
                        id
                    });
                    Actor::Staff(format!("{}/{pool}", agency.id))
                });
                self.by_node.insert(node.id.clone(), actor);
            }
        }
    }

    /// Returns who does a task; `around` are the ids of the sub-processes around it, the innermost first.
    pub fn performer(&self, process: usize, node: &str, around: &[&str], kind: TaskKind) -> Performer {
        if matches!(kind, TaskKind::Service | TaskKind::Script | TaskKind::Rule) {
            return Performer::System(None);
        }
        let lane = std::iter::once(&node).chain(around).find_map(|id| self.by_node.get(*id));
        match lane.or(self.by_process.get(process)).cloned().unwrap_or_default() {
            Actor::Citizen => Performer::Citizen,
            Actor::System => Performer::System(None),
            Actor::Staff(pool) => Performer::Staff(vec![PoolUse { pool, count: 1 }]),
        }
    }

    /// Takes out staff pools that nobody needs.
    pub fn keep_used(&mut self, used: &BTreeSet<String>) {
        for agency in &mut self.agencies {
            agency.pools.retain(|pool| used.contains(&format!("{}/{}", agency.id, pool.id)));
        }
    }
}

fn staff_pool(id: String, name: String) -> StaffPool {
    let note = "The drawing does not say how many people there are: so many taken that nobody waits for them.".to_owned();
    let count = Figure { note, ..Figure::assumed(AMPLE_STAFF) };
    StaffPool { id, name, staff: vec![StaffGroup { count, ..StaffGroup::default() }], ..StaffPool::default() }
}

/// Tells from a name whether it is the citizen's or a machine's.
fn kind_of(name: &str) -> Option<Actor> {
    let name = name.to_lowercase();
    let begins_word = |word: &str| name.match_indices(word).any(|(at, _)| !name[..at].ends_with(char::is_alphabetic));
    // Somebody who looks after customers is no customer.
    let serves = ["service", "support", "care", "manag", "relation", "отдел", "менеджер", "специалист", "инспектор", "officer"];
    if CITIZENS.iter().any(|w| begins_word(w)) && !serves.iter().any(|w| begins_word(w)) {
        return Some(Actor::Citizen);
    }
    let works = ["admin", "analyst", "engineer", "department", "team", "operator", "администратор", "отдел", "оператор"];
    (SYSTEMS.iter().any(|w| begins_word(w)) && !works.iter().any(|w| begins_word(w))).then_some(Actor::System)
}

/// Returns an id that can stand in `agency/pool`.
fn plain_id(id: &str) -> String {
    id.replace('/', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citizens_and_systems_are_known_by_their_names() {
        assert_eq!(kind_of("Citizen (applicant)"), Some(Actor::Citizen));
        assert_eq!(kind_of("Услугополучатель"), Some(Actor::Citizen));
        assert_eq!(kind_of("Портал eGov"), Some(Actor::System));
        for staff in ["Customer service", "System administrator", "Clerk", "Ecosystem team", "Отдел по работе с клиентами"]
        {
            assert_eq!(kind_of(staff), None, "{staff}");
        }
    }
}
