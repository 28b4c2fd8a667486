//! A loop written for the reference models only: no program, no tokens, no measures but the mean sojourn time. The baseline for
//! the engine's speed, and as fast as safe code made it: a slow baseline would flatter the engine.
//!
//! It stands here and not under `tests`, because `kezek bench` lets it take turns with the engine.
//!
//! It knows what no model of a user's promises: that all cases take one route with one branch, that every station is one pool of
//! few servers with one line, that all keep the same weekly hours. So a server has a leaf of its own in the list of ends of work,
//! a case is the instant of its arrival, arrivals stand beside the list, hours are a table of the week, and random numbers come
//! from one sequence (SplitMix64) and exponential ones from a ziggurat. The other distributions are the engine's quantile
//! tables, which are faster than exact methods.

use crate::base::time::{MS_PER_DAY, MS_PER_HOUR};
use crate::engine::random::sampler::Sampler;
use crate::engine::random::stream::unit;

/// How long work takes at a station.
#[derive(Debug)]
pub enum Processing {
    /// Exponential, with this mean in milliseconds.
    Exponential(f64),
    /// Any other.
    Table(Sampler),
}

/// One station of a network: servers with one queue.
#[derive(Debug)]
pub struct Station {
    /// Number of servers, at most 32.
    pub servers: u32,
    /// Processing time.
    pub processing: Processing,
}

/// A network of stations in a row, with the reference models' one branch. Up to [`LEAVES`] servers in all.
#[derive(Debug)]
pub struct Network {
    /// Mean time between arrivals in milliseconds; it is exponential.
    pub interval: f64,
    /// The stations.
    pub stations: Vec<Station>,
    /// After this station, with these probabilities, on to these stations; after the others on to the next.
    pub branch: Option<(usize, [(f64, usize); 3])>,
    /// Whether work pauses out of office hours (Monday to Friday, 9-13 and 14-18) or goes on around the clock.
    pub office_hours: bool,
}

/// What a loop has found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoopResult {
    /// Arrivals and finished pieces of work.
    pub events: u64,
    /// Mean time from arrival to departure, in minutes.
    pub mean_sojourn: f64,
}

/// Most servers of a network.
pub const LEAVES: usize = 1 << LEAF_BITS;
const LEAF_BITS: u32 = 7;

/// The ends of work to come: a winner tree with a leaf for each server; keys hold the instant above and the leaf below.
struct Ends {
    keys: [u64; 2 * LEAVES],
    leaves: usize,
}

impl Ends {
    const NEVER: u64 = u64::MAX;

    fn new(servers: usize) -> Ends {
        Ends { keys: [Ends::NEVER; 2 * LEAVES], leaves: servers.next_power_of_two().clamp(2, LEAVES) }
    }

    #[inline]
    fn next(&self) -> u64 {
        self.keys[1]
    }

    #[inline]
    fn put(&mut self, leaf: usize, key: u64) {
        let mut at = (self.leaves + leaf) & (2 * LEAVES - 1);
        let mut winner = key;
        self.keys[at] = key;
        while at > 1 {
            winner = winner.min(self.keys[at ^ 1]);
            at >>= 1;
            self.keys[at] = winner;
        }
    }

    #[inline]
    fn set(&mut self, leaf: usize, end: u64) {
        self.put(leaf, end << LEAF_BITS | leaf as u64);
    }
}

/// Waiting cases, first come first served: a ring of the instants at which they arrived at the first station.
struct Line {
    ring: Vec<u64>,
    first: usize,
    len: usize,
}

impl Line {
    fn new() -> Line {
        Line { ring: vec![0; 64], first: 0, len: 0 }
    }

    #[inline]
    fn push(&mut self, arrival: u64) {
        if self.len == self.ring.len() {
            self.ring.rotate_left(self.first);
            self.first = 0;
            self.ring.resize(2 * self.len, 0);
        }
        let mask = self.ring.len() - 1;
        self.ring[(self.first + self.len) & mask] = arrival;
        self.len += 1;
    }

    #[inline]
    fn pop(&mut self) -> Option<u64> {
        if self.len == 0 {
            return None;
        }
        let mask = self.ring.len() - 1;
        let arrival = self.ring[self.first & mask];
        self.first = (self.first + 1) & mask;
        self.len -= 1;
        Some(arrival)
    }
}

/// Random numbers in sequence: SplitMix64 (Steele, Lea and Flood, 2014), and a ziggurat for the exponential distribution
/// (Marsaglia and Tsang, The Ziggurat Method for Generating Random Variables, 2000; 256 layers).
struct Random {
    state: u64,
    edges: [f64; 257],
    densities: [f64; 257],
}

impl Random {
    /// Where the tail begins, and the area of each layer.
    const TAIL: f64 = 7.697_117_470_131_05;
    const AREA: f64 = 0.003_949_659_822_581_557;

    fn new(seed: u64) -> Random {
        let mut edges = [0.0; 257];
        edges[0] = Random::AREA * Random::TAIL.exp();
        edges[1] = Random::TAIL;
        for i in 2..256 {
            edges[i] = -(Random::AREA / edges[i - 1] + (-edges[i - 1]).exp()).ln();
        }
        Random { state: seed, edges, densities: edges.map(|edge| (-edge).exp()) }
    }

    #[inline]
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let x = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    /// Draws from the exponential distribution of mean 1.
    #[inline]
    fn exponential(&mut self) -> f64 {
        let bits = self.next();
        let layer = (bits & 0xFF) as usize;
        let x = (bits >> 11) as f64 * (1.0 / (1_u64 << 53) as f64) * self.edges[layer];
        if x < self.edges[layer + 1] { x } else { self.at_the_edge(layer, x) }
    }

    #[cold]
    fn at_the_edge(&mut self, layer: usize, x: f64) -> f64 {
        if layer == 0 {
            return Random::TAIL - unit(self.next()).ln();
        }
        let (low, high) = (self.densities[layer], self.densities[layer + 1]);
        let height = low + (high - low) * unit(self.next());
        if height < (-x).exp() { x } else { self.exponential() }
    }
}

/// Office hours as tables of the week that begins at time zero.
struct Hours {
    /// By hour of the week: open milliseconds before it.
    before: [u32; 168],
    is_open: [u32; 168],
    /// By open hour: when it begins.
    starts: [u32; Hours::OPEN],
}

impl Hours {
    const OPEN: usize = 40;
    const HOUR: u64 = MS_PER_HOUR as u64;
    const WEEK: u64 = 7 * MS_PER_DAY as u64;
    const OPEN_WEEK: u64 = Hours::OPEN as u64 * Hours::HOUR;

    fn new() -> Hours {
        let mut hours = Hours { before: [0; 168], is_open: [0; 168], starts: [0; Hours::OPEN] };
        let mut open = 0;
        for hour in 0..168 {
            hours.before[hour] = open as u32 * Hours::HOUR as u32;
            if hour / 24 < 5 && matches!(hour % 24, 9..=12 | 14..=17) {
                hours.is_open[hour] = 1;
                hours.starts[open] = hour as u32 * Hours::HOUR as u32;
                open += 1;
            }
        }
        hours
    }

    /// Returns when `work` begun at `from` has been done.
    #[inline]
    fn add(&self, from: u64, work: u64) -> u64 {
        let (week, rest) = (from / Hours::WEEK, (from % Hours::WEEK) as u32);
        let hour = (rest / Hours::HOUR as u32) as usize;
        let within = self.is_open[hour] * (rest % Hours::HOUR as u32);
        let end = week * Hours::OPEN_WEEK + u64::from(self.before[hour] + within) + work;
        let (week, rest) = (end / Hours::OPEN_WEEK, (end % Hours::OPEN_WEEK) as u32);
        let start = self.starts[(rest / Hours::HOUR as u32) as usize];
        week * Hours::WEEK + u64::from(start + rest % Hours::HOUR as u32)
    }
}

/// Runs `n` cases through a network, from empty to empty.
pub fn run(network: &Network, n: u64, seed: u64) -> LoopResult {
    if network.office_hours { simulate::<true>(network, n, seed) } else { simulate::<false>(network, n, seed) }
}

fn simulate<const OFFICE_HOURS: bool>(network: &Network, n: u64, seed: u64) -> LoopResult {
    let stations = network.stations.as_slice();
    let mut random = Random::new(seed);
    let hours = Hours::new();
    // By station: its servers who are free, as bits, and the leaf of the first of them.
    let mut free: Vec<u32> = stations.iter().map(|s| u32::MAX >> (32 - s.servers.clamp(1, 32))).collect();
    let first_leaf: Vec<usize> = (0..stations.len()).map(|i| stations[..i].iter().map(|s| s.servers as usize).sum()).collect();
    let mut lines: Vec<Line> = stations.iter().map(|_| Line::new()).collect();
    // By leaf: its station, and when the case that it serves arrived.
    let mut station_of = [0_usize; LEAVES];
    for (station, &first) in first_leaf.iter().enumerate() {
        station_of[first..first + stations[station].servers as usize].fill(station);
    }
    let mut arrival_of = [0_u64; LEAVES];
    let mut ends = Ends::new(stations.iter().map(|s| s.servers as usize).sum());
    let end_of_work = |random: &mut Random, station: usize, now: u64| {
        let work = match &stations[station].processing {
            Processing::Exponential(mean) => (random.exponential() * mean + 0.5) as u64,
            Processing::Table(sampler) => sampler.sample_ms(random.next()) as u64,
        };
        if OFFICE_HOURS { hours.add(now, work) } else { now + work }
    };
    let (branch_at, ways) = network.branch.unwrap_or((usize::MAX, [(0.0, 0); 3]));
    let (mut left, mut events, mut sojourn) = (n, 0, 0_u64);
    let mut next_arrival = (random.exponential() * network.interval + 0.5) as u64;
    loop {
        let key = ends.next();
        let end = key >> LEAF_BITS;
        // Who goes on to which station, when.
        let (now, arrival, station) = if left > 0 && next_arrival <= end {
            let now = next_arrival;
            left -= 1;
            next_arrival = now + (random.exponential() * network.interval + 0.5) as u64;
            (now, now, 0)
        } else {
            if key == Ends::NEVER {
                break;
            }
            let leaf = key as usize & (LEAVES - 1);
            let station = station_of[leaf];
            let arrival = arrival_of[leaf];
            match lines[station].pop() {
                Some(waiting) => {
                    arrival_of[leaf] = waiting;
                    ends.set(leaf, end_of_work(&mut random, station, end));
                }
                None => {
                    free[station] |= 1 << (leaf - first_leaf[station]);
                    ends.put(leaf, Ends::NEVER);
                }
            }
            let next = if station == branch_at {
                let u = unit(random.next());
                let way = usize::from(u >= ways[0].0) + usize::from(u >= ways[0].0 + ways[1].0);
                ways[way].1
            } else {
                station + 1
            };
            (end, arrival, next)
        };
        events += 1;
        if station == stations.len() {
            sojourn += now - arrival;
        } else if free[station] != 0 {
            let server = free[station].trailing_zeros();
            free[station] &= free[station] - 1;
            let leaf = (first_leaf[station] + server as usize) & (LEAVES - 1);
            arrival_of[leaf] = arrival;
            ends.set(leaf, end_of_work(&mut random, station, now));
        } else {
            lines[station].push(arrival);
        }
    }
    LoopResult { events, mean_sojourn: sojourn as f64 / 60_000.0 / n.max(1) as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::bench::models::Reference;

    fn mean_sojourn(model: Reference, n: u64) -> LoopResult {
        run(&model.network().unwrap(), n, 1)
    }

    #[test]
    fn loop_finds_what_theory_says_of_ten_servers() {
        let found = mean_sojourn(Reference::A, 2_000_000);
        assert_eq!(found.events, 4_000_000);
        // Erlang C: 1.6687315; the standard error of two million arrivals is about 0.011.
        assert!((found.mean_sojourn - 1.668_731_5).abs() < 0.045, "{}", found.mean_sojourn);
    }

    #[test]
    fn loop_finds_what_theory_says_of_an_exponential_network() {
        let mut network = Reference::B.network().unwrap();
        for (station, mean) in network.stations.iter_mut().zip([3.2, 8.0, 11.52, 4.32, 14.4, 9.142_857, 13.714_286, 8.0]) {
            station.processing = Processing::Exponential(mean * 60_000.0);
        }
        let found = run(&network, 400_000, 1);
        // Jackson, with Erlang C at each station: 82.0800517.
        assert!((found.mean_sojourn - 82.08).abs() < 0.4, "{}", found.mean_sojourn);
    }

    #[test]
    fn office_hours_pause_work_and_an_exponential_mean_is_its_mean() {
        let hours = Hours::new();
        let hour = Hours::HOUR;
        assert_eq!(hours.add(12 * hour, 2 * hour), 15 * hour, "over the break");
        assert_eq!(hours.add(17 * hour, 2 * hour), (24 + 10) * hour, "over the night");
        assert_eq!(hours.add((4 * 24 + 17) * hour, 2 * hour), (7 * 24 + 10) * hour, "over the weekend");
        assert_eq!(hours.add(3 * hour, 0), 9 * hour);
        let mut random = Random::new(1);
        let n = 1_000_000;
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..n {
            let x = random.exponential();
            (sum, squares) = (sum + x, squares + x * x);
        }
        assert!((sum / f64::from(n) - 1.0).abs() < 0.005 && (squares / f64::from(n) - 2.0).abs() < 0.03);
    }
}
