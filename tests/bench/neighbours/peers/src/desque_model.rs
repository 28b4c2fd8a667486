//! The models on the event list of `desque`.

use crate::network::{Floor, Model};
use desque::serial::{OkEvent, Simulation};
use desque::{SimState, SimTime};
use std::cmp::Ordering;

#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
struct Minutes(f64);

impl Eq for Minutes {}

impl Ord for Minutes {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl SimTime for Minutes {}

impl SimState<Minutes> for Floor {}

type Sim = Simulation<Floor, Minutes>;

#[derive(Debug)]
struct Arrival;

#[derive(Debug)]
struct Done {
    station: usize,
    came: f64,
}

fn at(sim: &mut Sim, event: impl OkEvent<Floor, Minutes> + 'static, time: f64) {
    sim.schedule(event, Minutes(time)).expect("events lie ahead");
}

fn enter(sim: &mut Sim, station: usize, came: f64) {
    let now = sim.current_time().0;
    if let Some(end) = sim.state_mut().enter(now, station, came) {
        at(sim, Done { station, came }, end);
    }
}

impl OkEvent<Floor, Minutes> for Arrival {
    fn execute(&mut self, sim: &mut Sim) {
        let now = sim.current_time().0;
        if let Some(next) = sim.state_mut().arrival(now) {
            at(sim, Arrival, next);
        }
        enter(sim, 0, now);
    }
}

impl OkEvent<Floor, Minutes> for Done {
    fn execute(&mut self, sim: &mut Sim) {
        let (now, station) = (sim.current_time().0, self.station);
        if let Some((came, end)) = sim.state_mut().release(now, station) {
            at(sim, Done { station, came }, end);
        }
        if let Some(next) = sim.state_mut().onward(now, station, self.came) {
            enter(sim, next, self.came);
        }
    }
}

pub fn run(model: &Model, cases: u64, seed: u64) -> f64 {
    let mut floor = Floor::new(model, cases, seed);
    let first = floor.arrival(0.0).expect("at least one case");
    let mut sim = Sim::new(floor, Minutes(0.0));
    at(&mut sim, Arrival, first);
    sim.run().expect("events do not fail");
    sim.state().mean()
}
