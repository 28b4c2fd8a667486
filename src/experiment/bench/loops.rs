//! Loops written for one model only: no program, no tokens, no measures but the mean sojourn time. The baseline for the engine's speed.
//!
//! They use the engine's calendars and samplers, and a sequential random number generator instead of keyed streams, so that
//! the ratio shows what generality, keyed streams and statistics cost.

use crate::base::time::{SimDuration, SimTime};
use crate::engine::calendar::Calendar;
use crate::engine::random::sampler::Sampler;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// One station of a network: servers with one queue.
#[derive(Debug)]
pub struct Station {
    /// Number of servers.
    pub servers: u32,
    /// Processing time.
    pub processing: Sampler,
}

/// A network of stations in a row, with the reference models' one branch.
#[derive(Debug)]
pub struct Network {
    /// Time between arrivals.
    pub interval: Sampler,
    /// The stations.
    pub stations: Vec<Station>,
    /// After this station, with these probabilities, on to these stations; after the others on to the next.
    pub branch: Option<(usize, [(f64, usize); 3])>,
    /// Working hours; `None` is around the clock.
    pub hours: Option<Calendar>,
}

/// What a loop has found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoopResult {
    /// Arrivals and finished pieces of work.
    pub events: u64,
    /// Mean time from arrival to departure, in minutes.
    pub mean_sojourn: f64,
}

/// A sequential generator (SplitMix64; Steele, Lea and Flood, 2014).
struct Sequence(u64);

impl Sequence {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }
}

/// Runs `n` cases through a network, from empty to empty.
pub fn run(network: &Network, n: u64, seed: u64) -> LoopResult {
    const SLOT_BITS: u32 = 20;
    const ARRIVAL: u64 = (1 << SLOT_BITS) - 1;
    let mut random = Sequence(seed);
    let mut free: Vec<u32> = network.stations.iter().map(|s| s.servers).collect();
    let mut lines: Vec<VecDeque<i64>> = network.stations.iter().map(|_| VecDeque::new()).collect();
    // A slot holds a case in service: its arrival and its station.
    let mut slots: Vec<(i64, usize)> = Vec::new();
    let mut spare: Vec<u64> = Vec::new();
    let mut queue: BinaryHeap<Reverse<u64>> = BinaryHeap::new();
    let (mut arrived, mut events, mut sojourn) = (0, 0, 0_i64);
    let end_of_work = |start: i64, work: i64| match &network.hours {
        None => start + work,
        Some(hours) => hours.add(SimTime(start), SimDuration(work)).ms(),
    };
    queue.push(Reverse((network.interval.sample_ms(random.next()) as u64) << SLOT_BITS | ARRIVAL));
    while let Some(Reverse(key)) = queue.pop() {
        events += 1;
        let now = (key >> SLOT_BITS) as i64;
        let slot = key & ARRIVAL;
        // The case that moves on, and where to.
        let (arrival, station) = if slot == ARRIVAL {
            arrived += 1;
            if arrived < n {
                queue.push(Reverse(((now + network.interval.sample_ms(random.next())) as u64) << SLOT_BITS | ARRIVAL));
            }
            (now, Some(0))
        } else {
            let (arrival, station) = slots[slot as usize];
            match lines[station].pop_front() {
                Some(waiting) => {
                    slots[slot as usize] = (waiting, station);
                    let end = end_of_work(now, network.stations[station].processing.sample_ms(random.next()));
                    queue.push(Reverse((end as u64) << SLOT_BITS | slot));
                }
                None => {
                    free[station] += 1;
                    spare.push(slot);
                }
            }
            let next = match network.branch {
                Some((at, ways)) if at == station => {
                    let mut u = crate::engine::random::stream::unit(random.next());
                    let taken = ways.iter().find(|(share, _)| {
                        let hit = u < *share;
                        u -= share;
                        hit
                    });
                    taken.map_or(ways[2].1, |way| way.1)
                }
                _ => station + 1,
            };
            (arrival, (next < network.stations.len()).then_some(next))
        };
        match station {
            None => sojourn += now - arrival,
            Some(station) if free[station] > 0 => {
                free[station] -= 1;
                let end = end_of_work(now, network.stations[station].processing.sample_ms(random.next()));
                let slot = spare.pop().unwrap_or_else(|| {
                    slots.push((0, 0));
                    slots.len() as u64 - 1
                });
                slots[slot as usize] = (arrival, station);
                queue.push(Reverse((end as u64) << SLOT_BITS | slot));
            }
            Some(station) => lines[station].push_back(arrival),
        }
    }
    LoopResult { events, mean_sojourn: sojourn as f64 / 60_000.0 / arrived.max(1) as f64 }
}
