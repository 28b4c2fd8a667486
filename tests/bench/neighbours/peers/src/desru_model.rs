//! The models on the event list of `desru`.

use crate::network::{Floor, Model};
use desru::{Event, EventScheduler};
use std::cell::RefCell;
use std::rc::Rc;

type Shared = Rc<RefCell<Floor>>;

fn at(list: &mut EventScheduler, time: f64, mut action: impl FnMut(&mut EventScheduler) + 'static) {
    let action = Box::new(move |list: &mut EventScheduler| {
        action(list);
        None
    });
    list.schedule(Event::new(time, Some(action), None));
}

fn arrival(list: &mut EventScheduler, floor: &Shared) {
    let now = list.current_time;
    let next = floor.borrow_mut().arrival(now);
    if let Some(next) = next {
        let floor = Rc::clone(floor);
        at(list, next, move |list| arrival(list, &floor));
    }
    enter(list, floor, 0, now);
}

fn enter(list: &mut EventScheduler, floor: &Shared, station: usize, came: f64) {
    let end = floor.borrow_mut().enter(list.current_time, station, came);
    if let Some(end) = end {
        done_at(list, floor, station, came, end);
    }
}

fn done_at(list: &mut EventScheduler, floor: &Shared, station: usize, came: f64, end: f64) {
    let floor = Rc::clone(floor);
    at(list, end, move |list| {
        let now = list.current_time;
        let next = floor.borrow_mut().release(now, station);
        if let Some((came, end)) = next {
            done_at(list, &floor, station, came, end);
        }
        let onward = floor.borrow_mut().onward(now, station, came);
        if let Some(station) = onward {
            enter(list, &floor, station, came);
        }
    });
}

pub fn run(model: &Model, cases: u64, seed: u64) -> f64 {
    let floor: Shared = Rc::new(RefCell::new(Floor::new(model, cases, seed)));
    let mut list = EventScheduler::new();
    let first = floor.borrow_mut().arrival(0.0).expect("at least one case");
    let shared = Rc::clone(&floor);
    at(&mut list, first, move |list| arrival(list, &shared));
    // The run ends when no event is left; a log of all of them is not asked for.
    list.run(Box::new(|_| false), Some(Box::new(|_, _| false)));
    let mean = floor.borrow().mean();
    mean
}
