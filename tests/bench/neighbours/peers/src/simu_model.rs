//! The models as processes of `simu-des`, with its own resources.

use crate::network::{Floor, Model};
use simu::{EnvHandle, Resource, SimEnv};
use std::cell::RefCell;
use std::rc::Rc;

async fn case(env: EnvHandle, floor: Rc<RefCell<Floor>>, staff: Rc<Vec<Resource>>) {
    let (came, mut station) = (env.now(), 0);
    loop {
        let turn = staff[station].request().await;
        let now = env.now();
        let end = {
            let floor = &mut *floor.borrow_mut();
            let work = floor.model.stations[station].1.sample(&mut floor.rng);
            floor.model.done(now, work)
        };
        env.timeout(end - now).await;
        drop(turn);
        let next = floor.borrow_mut().onward(env.now(), station, came);
        match next {
            Some(next) => station = next,
            None => return,
        }
    }
}

pub fn run(model: &Model, cases: u64, seed: u64) -> f64 {
    let mut env = SimEnv::with_seed(seed);
    let floor = Rc::new(RefCell::new(Floor::new(model, cases, seed)));
    let staff = Rc::new(model.stations.iter().map(|s| Resource::new(s.0 as _)).collect::<Vec<_>>());
    let (handle, shared) = (env.handle(), Rc::clone(&floor));
    env.spawn(async move {
        loop {
            let now = handle.now();
            let Some(next) = shared.borrow_mut().arrival(now) else { return };
            handle.timeout(next - now).await;
            drop(handle.spawn(case(handle.clone(), Rc::clone(&shared), Rc::clone(&staff))));
        }
    });
    env.run();
    let mean = floor.borrow().mean();
    mean
}
