//! What is replayed: one run of the shown variant, as the activities of its cases on the map.

use crate::base::progress::CancelToken;
use crate::base::time::{MS_PER_MINUTE, SimDuration, SimTime};
use crate::diagram::picture::{Diagram, NodeKind, Point};
use crate::experiment::plan::{Plan, StopRule};
use crate::experiment::trace_log::{first_day, log_prepared, prepare_log};
use crate::formats::log::row::{LogCase, LogItem};
use crate::model::study::Study;
use jiff::civil::DateTime;
use std::collections::{BTreeMap, VecDeque};

/// Activities that are kept at most; the replay is as long as that lets it be.
const MOST_STAYS: usize = 40_000;
/// What is replayed at most, what is run before it so that queues have built up, and how long its cases are followed.
const LENGTH: [SimDuration; 3] = [SimDuration::from_days(14), SimDuration::from_days(14), SimDuration::from_days(60)];

/// A case at an element.
#[derive(Clone, Debug, PartialEq)]
pub struct Stay {
    /// Position of the case.
    pub case: u32,
    /// Position of the element among the picture's nodes.
    pub node: u32,
    /// Milliseconds at which it came, work began, and it left; since the replay's begin.
    pub came: i64,
    /// When work began.
    pub began: i64,
    /// When it left.
    pub left: i64,
    /// Minutes of the wait in which nobody was on shift.
    pub off_hours: f64,
    /// The way that it came on; `None` where it stays in place.
    pub way: Option<u32>,
    /// The way that it leaves on to an end; `None` where another stay follows, or no single end can be told.
    pub out: Option<u32>,
}

/// What is replayed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    /// Local time at which the replay begins.
    pub begin: DateTime,
    /// Its length in milliseconds.
    pub length: i64,
    /// Stays in the order of coming.
    pub stays: Vec<Stay>,
    /// Names of cases.
    pub cases: Vec<String>,
    /// Ways between elements, as lines.
    pub ways: Vec<Way>,
}

/// A way on the picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Way {
    points: Vec<Point>,
    length: f64,
}

impl Way {
    fn new(points: Vec<Point>) -> Self {
        let length = points.windows(2).map(|p| (p[1].x - p[0].x).abs() + (p[1].y - p[0].y).abs()).sum();
        Way { points, length }
    }

    /// Returns the place at a share of the way, 0 to 1.
    pub fn at(&self, share: f64) -> Point {
        let mut rest = self.length * share.clamp(0.0, 1.0);
        for pair in self.points.windows(2) {
            let piece = (pair[1].x - pair[0].x).abs() + (pair[1].y - pair[0].y).abs();
            if rest <= piece && piece > 0.0 {
                let t = rest / piece;
                return Point { x: pair[0].x + (pair[1].x - pair[0].x) * t, y: pair[0].y + (pair[1].y - pair[0].y) * t };
            }
            rest -= piece;
        }
        self.points.last().copied().unwrap_or_default()
    }
}

/// A row of the run's log, as it is kept until the run has ended.
struct Row {
    case: u32,
    node: u32,
    came: i64,
    began: i64,
    left: i64,
    off_hours: f64,
}

/// Runs a variant once and returns what its cases did in a service.
///
/// # Errors
/// Why it cannot run, in words.
pub fn record(study: &Study, variant: &str, service: &str, diagram: &Diagram, cancel: &CancelToken) -> Result<Log, String> {
    let usual = Plan::of_study(study);
    let [horizon, warm_up, follow_up] = LENGTH;
    let plan = Plan {
        horizon: usual.horizon.min(horizon),
        warm_up: usual.warm_up.min(warm_up),
        follow_up: usual.follow_up.min(follow_up),
        stop: StopRule::Replications(1),
        ..usual
    };
    let start = study.scenario.start;
    let begin = start.saturating_add(jiff::SignedDuration::from_millis(plan.warm_up.ms()));
    let mut end = plan.horizon.ms();
    let prepared = prepare_log(study, &plan, variant).map_err(|error| error.to_string())?;
    let midnight = first_day(&prepared).to_datetime(jiff::civil::Time::midnight());
    let begin_ms = begin.duration_since(midnight).as_millis() as i64;
    let since = |at: SimTime| at.ms() - begin_ms;
    let nodes = nodes_by_id(diagram);
    let mut names: BTreeMap<LogCase<'_>, u32> = BTreeMap::new();
    let mut rows: Vec<Row> = Vec::new();
    let prefix = format!("{service}/");
    log_prepared(&prepared, &plan, 0, false, cancel, |item| {
        let LogItem::Row(row) = item else { return };
        let Some(step) = row.element.strip_prefix(&prefix) else { return };
        let (came, left) = (since(row.enabled), since(row.ended));
        let Some(&node) = nodes.get(step) else { return };
        if left < 0 || came > end {
            return;
        }
        let next = names.len() as u32;
        let case = *names.entry(row.case).or_insert(next);
        rows.push(Row {
            case,
            node,
            came,
            began: since(row.started),
            left,
            off_hours: row.waited_off_hours.ms() as f64 / MS_PER_MINUTE as f64,
        });
        if rows.len() > MOST_STAYS {
            // A shorter time in full is worth more than a longer one with holes in its queues.
            let mut comings: Vec<i64> = rows.iter().map(|row| row.came).collect();
            let (_, middle, _) = comings.select_nth_unstable(MOST_STAYS * 3 / 4);
            end = (*middle).max(1);
            rows.retain(|row| row.came <= end);
        }
    });
    let mut cases = vec![String::new(); names.len()];
    for (name, at) in names {
        cases[at as usize] = name.to_string();
    }
    let (stays, ways) = stays(rows, diagram);
    Ok(Log { begin, length: end, stays, cases, ways })
}

/// Positions of nodes by id; what lies within a sub-process is shown at the sub-process.
fn nodes_by_id(diagram: &Diagram) -> BTreeMap<String, u32> {
    fn within(diagram: &Diagram, at: u32, all: &mut BTreeMap<String, u32>) {
        for node in &diagram.nodes {
            all.entry(node.id.clone()).or_insert(at);
        }
        diagram.inside.iter().for_each(|(_, inner)| within(inner, at, all));
    }
    let mut all: BTreeMap<String, u32> = BTreeMap::new();
    for (at, node) in diagram.nodes.iter().enumerate() {
        all.insert(node.id.clone(), at as u32);
    }
    for (id, inner) in &diagram.inside {
        if let Some(at) = all.get(id).copied() {
            within(inner, at, &mut all);
        }
    }
    all
}

/// Finds out on which way each case came to each element.
fn stays(mut rows: Vec<Row>, diagram: &Diagram) -> (Vec<Stay>, Vec<Way>) {
    rows.sort_by_key(|row| (row.case, row.came, row.left, row.node));
    let mut ways = Ways { diagram, known: BTreeMap::new(), ways: Vec::new() };
    let start = diagram.nodes.iter().position(|node| node.kind == NodeKind::Start).map(|at| at as u32);
    let mut stays: Vec<Stay> = Vec::with_capacity(rows.len());
    for of_case in rows.chunk_by(|a, b| a.case == b.case) {
        let mut has_follower = vec![false; of_case.len()];
        let mut came_on: Vec<Option<u32>> = Vec::with_capacity(of_case.len());
        for (at, row) in of_case.iter().enumerate() {
            // The last that was left before and from which a way leads here.
            let mut before: Vec<usize> = (0..of_case.len()).filter(|&i| i != at && of_case[i].left <= row.came).collect();
            before.sort_by_key(|&i| std::cmp::Reverse((of_case[i].left, i)));
            let found = before.into_iter().take(6).find_map(|i| Some((i, ways.between(of_case[i].node, Some(row.node))?)));
            came_on.push(match found {
                Some((i, way)) => {
                    has_follower[i] = true;
                    Some(way)
                }
                None => start.and_then(|start| ways.between(start, Some(row.node))),
            });
        }
        for ((row, way), followed) in of_case.iter().zip(came_on).zip(has_follower) {
            let out = if followed { None } else { ways.between(row.node, None) };
            let Row { case, node, came, began, left, off_hours } = *row;
            stays.push(Stay { case, node, came, began, left, off_hours, way, out });
        }
    }
    stays.sort_by_key(|stay| (stay.came, stay.case, stay.node));
    (stays, ways.ways)
}

/// Ways that lead over gateways and events only, found once each.
struct Ways<'d> {
    diagram: &'d Diagram,
    known: BTreeMap<(u32, Option<u32>), Option<u32>>,
    ways: Vec<Way>,
}

impl Ways<'_> {
    /// Returns the shortest way from an element to another, or to the only end that can be reached, past no other work.
    fn between(&mut self, from: u32, to: Option<u32>) -> Option<u32> {
        if let Some(known) = self.known.get(&(from, to)) {
            return *known;
        }
        let found = self.find(from, to).map(|points| {
            self.ways.push(Way::new(points));
            self.ways.len() as u32 - 1
        });
        self.known.insert((from, to), found);
        found
    }

    fn find(&self, from: u32, to: Option<u32>) -> Option<Vec<Point>> {
        let nodes = &self.diagram.nodes;
        let mut by: BTreeMap<usize, usize> = BTreeMap::new();
        let mut queue = VecDeque::from([from as usize]);
        let mut ends: Vec<usize> = Vec::new();
        while let Some(node) = queue.pop_front() {
            for (e, edge) in self.diagram.edges.iter().enumerate().filter(|(_, edge)| edge.from == node) {
                if by.contains_key(&edge.to) {
                    continue;
                }
                by.insert(edge.to, e);
                match nodes[edge.to].kind {
                    _ if to == Some(edge.to as u32) => return Some(self.points(from as usize, edge.to, &by)),
                    NodeKind::End(_) => ends.push(edge.to),
                    NodeKind::Exclusive | NodeKind::Parallel | NodeKind::Inclusive | NodeKind::EventBased => {
                        queue.push_back(edge.to)
                    }
                    NodeKind::Send | NodeKind::Receive | NodeKind::Start | NodeKind::Offer => queue.push_back(edge.to),
                    _ => {}
                }
            }
        }
        match (to, ends[..].first()) {
            (None, Some(end)) if ends.len() == 1 => Some(self.points(from as usize, *end, &by)),
            _ => None,
        }
    }

    fn points(&self, from: usize, to: usize, by: &BTreeMap<usize, usize>) -> Vec<Point> {
        let mut edges = Vec::new();
        let mut at = to;
        while let Some(&e) = by.get(&at) {
            edges.push(e);
            at = self.diagram.edges[e].from;
            if at == from || edges.len() > by.len() {
                break;
            }
        }
        edges.iter().rev().flat_map(|&e| self.diagram.edges[e].points.iter().copied()).collect()
    }
}

/// Returns minutes in milliseconds.
pub fn minutes(ms: i64) -> f64 {
    ms as f64 / MS_PER_MINUTE as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::{lay_out, words::Words};
    use crate::formats::{carried, scenario_ron};

    #[test]
    fn a_replay_has_cases_on_ways_between_the_steps_of_the_map() {
        let (path, text) = carried::file_of(carried::FLAGSHIP).unwrap();
        let study = scenario_ron::read_study(text, path, &mut carried::load).value.unwrap();
        let service = study.scenario.service("registration").unwrap();
        let diagram = lay_out(&study.scenario, service, &Words::default());
        let log = record(&study, "as-is", "registration", &diagram, &CancelToken::default()).unwrap();
        assert!(log.stays.len() > 100 && log.stays.len() <= MOST_STAYS, "{}", log.stays.len());
        assert!(log.stays.iter().all(|stay| stay.came <= stay.began && stay.began <= stay.left && stay.came <= log.length));
        let on_ways = log.stays.iter().filter(|stay| stay.way.is_some()).count();
        assert!(on_ways * 10 >= log.stays.len() * 9, "{on_ways} of {}", log.stays.len());
        for way in &log.ways {
            let ends = (way.at(0.0), way.at(1.0));
            assert_ne!(ends.0, ends.1);
        }
    }
}
