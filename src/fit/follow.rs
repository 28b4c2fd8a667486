//! All cases of a log followed through the model: which element each activity was, which ways were taken, what did not fit.

use super::due::Order;
use super::matching::Matching;
use super::net::{Exit, Net, NodeKind, Place, net_of};
use super::replay::{Move, Replay, Seen, replay};
use crate::model::event_log::{EventLog, Finish, LogActivity, Trace, WallTime};
use crate::model::scenario::Scenario;
use crate::statistics::rank::quantile_of_sorted;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How the cases of a log went through a model.
#[derive(Clone, Debug, Default)]
pub struct Followed {
    /// By trace: the demand that it came from, by its position in the scenario.
    pub demand_of: Vec<Option<usize>>,
    /// By trace and activity: the element, by its position in `places`.
    pub place_of: Vec<Vec<Option<u32>>>,
    /// By trace: whether it goes as the model says, and ends before the model does.
    pub ended_early: Vec<bool>,
    /// By trace: whether it goes as the model says, as far as it goes.
    pub fits: Vec<bool>,
    /// Elements that were seen, each once.
    pub places: Vec<Place>,
    /// Cases that have at least one activity of the model.
    pub n_cases: u64,
    /// Of those, the ones that went as the model says, from beginning to end.
    pub n_fit: u64,
    /// The ones that went as the model says, and end before it does.
    pub n_early: u64,
    /// The ones that went otherwise.
    pub n_deviating: u64,
    /// The ones whose way could not be told with reasonable effort.
    pub n_given_up: u64,
    /// Activities that stand where the model does not lead: element, and how often.
    pub extra: BTreeMap<Place, u64>,
    /// Steps that were passed over: element, and how often.
    pub skipped: BTreeMap<Place, u64>,
    /// Ways of deviating: the activities of a case, and how many cases went so.
    pub deviations: Vec<(String, u64)>,
    /// By gateway: how often it was passed, and by way how often that was taken.
    pub ways: BTreeMap<Place, (u64, Vec<u64>)>,
    /// By step: how often it was left, and by exit.
    pub exits: BTreeMap<Place, BTreeMap<Exit, u64>>,
    /// What comes right before what.
    pub order: Order,
    /// By kind of activity: whether it is a moment, of which a log that has starts never says one.
    pub moments: Vec<bool>,
    /// Gateways and steps whose ways cannot be told apart by what the log shows.
    pub untold: BTreeSet<Place>,
}

/// What was done in a case, in order: kinds of activities, and how each ended.
type Done = Vec<(u32, Finish)>;

/// Cases that went the same way.
struct Variant {
    demand: usize,
    root: usize,
    traces: Vec<(usize, Vec<usize>)>,
}

/// A service that a demand asks for, as a net.
struct Root {
    net: Net,
    /// By place of the net: whether the log shows it.
    watched: Vec<bool>,
}

/// Follows all cases. Deterministic.
pub fn follow(log: &EventLog, scenario: &Scenario, matching: &Matching) -> Followed {
    let shown: BTreeSet<&Place> =
        log.traces.iter().flat_map(|t| &t.activities).flat_map(|a| &matching.places[a.kind as usize]).collect();
    let roots: Vec<Vec<Root>> = scenario.demand.iter().map(|d| roots_of(scenario, &d.of, &shown)).collect();
    let over = silent(log);
    let mut followed = Followed { moments: moments(log), ..Followed::default() };
    let mut positions: BTreeMap<Place, u32> = BTreeMap::new();
    let mut variants: BTreeMap<(usize, usize, bool, Done), Variant> = BTreeMap::new();
    for (i, trace) in log.traces.iter().enumerate() {
        let demand = demand_of(trace, scenario, &roots, matching);
        followed.demand_of.push(demand);
        followed.place_of.push(vec![None; trace.activities.len()]);
        let Some(demand) = demand else { continue };
        followed.n_cases += 1;
        for (root, part) in roots[demand].iter().enumerate() {
            let own: Vec<usize> = (0..trace.activities.len())
                .filter(|a| root_has(part, &matching.places[trace.activities[*a].kind as usize]))
                .collect();
            if own.is_empty() {
                continue;
            }
            let kinds = own.iter().map(|a| (trace.activities[*a].kind, trace.activities[*a].finish)).collect();
            let is_over = trace.complete.unwrap_or_else(|| over.contains(&i));
            let variant =
                variants.entry((demand, root, is_over, kinds)).or_insert_with(|| Variant { demand, root, traces: Vec::new() });
            variant.traces.push((i, own));
        }
    }
    let mut worst: HashMap<usize, u8> = HashMap::new();
    // By what was done alone: whether it was done or left, the cases went the same way.
    let mut deviations: BTreeMap<String, u64> = BTreeMap::new();
    for ((.., is_over, kinds), variant) in &variants {
        let root = &roots[variant.demand][variant.root];
        let at = |place: &Place| root.net.places.iter().position(|p| p == place);
        let places = |kind: u32| matching.places[kind as usize].iter().filter_map(at).collect();
        let activities: Vec<Seen> = kinds.iter().map(|(kind, finish)| (places(*kind), *finish)).collect();
        let replayed = replay(&root.net, &activities, &root.watched, *is_over);
        let n = variant.traces.len() as u64;
        let verdict = verdict(&replayed);
        if verdict >= 2 {
            let names: Vec<&str> = kinds.iter().take(30).map(|(kind, _)| log.kinds[*kind as usize].name.as_str()).collect();
            *deviations.entry(names.join(" → ") + if kinds.len() > 30 { " → …" } else { "" }).or_insert(0) += n;
        }
        for (trace, own) in &variant.traces {
            let worst = worst.entry(*trace).or_insert(0);
            *worst = (*worst).max(verdict);
            // Activities that can be only one element are that, whatever the flow says.
            for ((place, _), activity) in activities.iter().zip(own) {
                if let [only] = place.as_slice() {
                    followed.place_of[*trace][*activity] =
                        Some(position(&mut followed.places, &mut positions, &root.net.places[*only]));
                }
            }
            for step in &replayed.moves {
                if let Move::Seen { node, activity, .. } = step {
                    let place = &root.net.places[root.net.nodes[*node].place];
                    followed.place_of[*trace][own[*activity]] = Some(position(&mut followed.places, &mut positions, place));
                }
            }
        }
        followed.count(root, &replayed, &activities, n);
    }
    for trace in 0..log.traces.len() {
        followed.ended_early.push(worst.get(&trace) == Some(&1));
        followed.fits.push(worst.get(&trace).is_some_and(|worst| *worst <= 1));
        match worst.get(&trace) {
            Some(0) => followed.n_fit += 1,
            Some(1) => followed.n_early += 1,
            Some(2) => followed.n_deviating += 1,
            Some(_) => followed.n_given_up += 1,
            None => {}
        }
    }
    for root in roots.iter().flatten() {
        followed.find_untold(root);
        followed.order.add(&root.net, &root.watched, scenario);
    }
    followed.deviations = deviations.into_iter().collect();
    followed.deviations.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    followed.deviations.truncate(10);
    followed
}

/// Share of the waits between activities of a case than which a silence must be longer for the case to be over.
const SILENT: f64 = 0.95;

/// Returns the cases in which nothing happened for longer, before the end of the log, than between nearly all activities of a case.
fn silent(log: &EventLog) -> BTreeSet<usize> {
    let ends = |trace: &Trace| {
        let mut ends: Vec<WallTime> = trace.activities.iter().filter_map(|a| a.ended.or(a.started)).collect();
        ends.sort_unstable();
        ends
    };
    let all: Vec<Vec<WallTime>> = log.traces.iter().map(ends).collect();
    let mut waits: Vec<f64> = all.iter().flat_map(|ends| ends.windows(2)).map(|pair| (pair[1] - pair[0]) as f64).collect();
    waits.sort_by(f64::total_cmp);
    let longest = quantile_of_sorted(&waits, SILENT).unwrap_or(0.0);
    let last = all.iter().filter_map(|ends| ends.last()).max().copied().unwrap_or(0);
    let is_over = |ends: &[WallTime]| ends.last().is_some_and(|end| (last - end) as f64 > longest);
    (0..all.len()).filter(|case| is_over(&all[*case])).collect()
}

/// Tells which kinds of activities a log only knows as done, though it says of others when they began.
fn moments(log: &EventLog) -> Vec<bool> {
    let mut begun = vec![false; log.kinds.len()];
    for activity in log.traces.iter().flat_map(|t| &t.activities).filter(|a| a.started.is_some()) {
        begun[activity.kind as usize] = true;
    }
    let has_starts = begun.contains(&true);
    begun.into_iter().map(|begun| has_starts && !begun).collect()
}

/// Returns the choices not to go back to what a case had done, on its shortest way to the end. Which of two ways onward it would have
/// taken, nobody knows.
fn gone_back<'r>(net: &'r Net, replayed: &'r Replay, watched: &'r [bool]) -> impl Iterator<Item = &'r Move> {
    let seen = replayed.moves.iter().filter_map(|step| if let Move::Seen { node, .. } = step { Some(*node) } else { None });
    let done: BTreeSet<usize> = seen.map(|node| net.nodes[node].place).collect();
    let goes_back = move |to: usize| net.first_seen(to, watched).0.iter().any(|place| done.contains(place));
    replayed.closing.iter().filter(move |step| {
        let Move::Chosen { node, ways } = step else { return false };
        let NodeKind::Choice(to) = &net.nodes[*node].kind else { return false };
        let of =
            |taken: bool| to.iter().enumerate().any(|(way, to)| (way < 64 && ways >> way & 1 == 1) == taken && goes_back(*to));
        of(false) && !of(true)
    })
}

fn verdict(replayed: &Replay) -> u8 {
    match () {
        () if replayed.given_up => 3,
        () if replayed.fits() => 0,
        () if replayed.fits_so_far() => 1,
        () => 2,
    }
}

fn position(places: &mut Vec<Place>, positions: &mut BTreeMap<Place, u32>, place: &Place) -> u32 {
    if let Some(&known) = positions.get(place) {
        return known;
    }
    places.push(place.clone());
    positions.insert(place.clone(), places.len() as u32 - 1);
    places.len() as u32 - 1
}

/// Returns the services of a demand as nets.
fn roots_of(scenario: &Scenario, of: &str, shown: &BTreeSet<&Place>) -> Vec<Root> {
    let event = scenario.life_events.iter().find(|e| e.id == of);
    let services: Vec<&str> = match event {
        Some(event) => event.services.iter().map(|s| s.service.as_str()).collect(),
        None => vec![of],
    };
    let nets = services.into_iter().filter_map(|service| net_of(scenario, service));
    nets.map(|net| {
        let watched = net.places.iter().map(|place| shown.contains(place)).collect();
        Root { net, watched }
    })
    .collect()
}

fn root_has(root: &Root, places: &[Place]) -> bool {
    places.iter().any(|place| root.net.places.contains(place))
}

/// Returns the demand that a case came from: as its name says in our own logs, else the one that most of its activities fit.
fn demand_of(trace: &Trace, scenario: &Scenario, roots: &[Vec<Root>], matching: &Matching) -> Option<usize> {
    let named = trace.case.rsplit_once('-').filter(|(_, number)| number.len() >= 6 && number.bytes().all(|b| b.is_ascii_digit()));
    if let Some((id, _)) = named
        && let Some(demand) = scenario.demand.iter().position(|d| d.id == id)
    {
        return Some(demand);
    }
    let fitting = |roots: &Vec<Root>| {
        let fits = |a: &&crate::model::event_log::LogActivity| {
            roots.iter().any(|root| root_has(root, &matching.places[a.kind as usize]))
        };
        trace.activities.iter().filter(fits).count()
    };
    let counts: Vec<usize> = roots.iter().map(fitting).collect();
    let most = counts.iter().copied().max().filter(|n| *n > 0)?;
    counts.iter().position(|n| *n == most)
}

impl Followed {
    /// Tells whether an activity is a moment, which takes no time of its own.
    pub(super) fn is_moment(&self, activity: &LogActivity) -> bool {
        self.moments.get(activity.kind as usize) == Some(&true)
    }

    fn count(&mut self, root: &Root, replayed: &Replay, activities: &[Seen], n: u64) {
        let Root { net, watched } = root;
        let place = |node: usize| net.places[net.nodes[node].place].clone();
        for step in replayed.moves.iter().chain(gone_back(net, replayed, watched)) {
            match step {
                Move::Chosen { node, ways } => {
                    let branches = match &net.nodes[*node].kind {
                        NodeKind::Choice(to) | NodeKind::Some(to, _) => to.len(),
                        _ => continue,
                    };
                    let (total, counts) = self.ways.entry(place(*node)).or_insert_with(|| (0, vec![0; branches]));
                    *total += n;
                    for (way, count) in counts.iter_mut().enumerate().filter(|(way, _)| *way < 64) {
                        *count += if ways >> way & 1 == 1 { n } else { 0 };
                    }
                }
                Move::Seen { node, exit, .. } | Move::Unseen { node, exit, skipped: false } => {
                    if let NodeKind::Act(exits) = &net.nodes[*node].kind
                        && let Some((how, _)) = exits.get(*exit)
                    {
                        *self.exits.entry(place(*node)).or_default().entry(how.clone()).or_insert(0) += n;
                    }
                }
                Move::Unseen { node, skipped: true, .. } => *self.skipped.entry(place(*node)).or_insert(0) += n,
                Move::Extra(activity) => {
                    if let Some(at) = activities[*activity].0.first() {
                        *self.extra.entry(net.places[*at].clone()).or_insert(0) += n;
                    }
                }
                Move::Event | Move::Early => {}
            }
        }
    }

    /// Notes gateways, and steps that may fail, of which two ways look alike in the log.
    fn find_untold(&mut self, root: &Root) {
        let net = &root.net;
        for node in &net.nodes {
            let targets: Vec<usize> = match &node.kind {
                NodeKind::Choice(to) | NodeKind::Some(to, _) => to.clone(),
                NodeKind::Act(exits) => {
                    exits.iter().filter(|(how, _)| matches!(how, Exit::Done | Exit::Failed)).filter_map(|(_, to)| *to).collect()
                }
                _ => continue,
            };
            let seen: Vec<_> = targets.iter().map(|to| net.first_seen(*to, &root.watched)).collect();
            let alike = seen.iter().enumerate().any(|(i, a)| seen[i + 1..].contains(a));
            if alike {
                self.untold.insert(net.places[node.place].clone());
            }
        }
    }
}
