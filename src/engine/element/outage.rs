//! What keeps members of pools away: absences, drawn day by day, and random outages.

use crate::base::idx::Idx;
use crate::base::time::SimDuration;
use crate::engine::program::{Outages, Program};
use crate::engine::random::stream::{CaseKey, Purpose, unit};
use crate::engine::record::Observer;
use crate::engine::run::{Run, rank};

impl<O: Observer> Run<'_, O> {
    /// Draws who of a pool is absent on the day that begins now.
    pub(crate) fn draw_absences(&mut self, pool: u32) {
        let definition = &self.program.pools[Idx::new(pool as usize)];
        if definition.absence <= 0.0 {
            return;
        }
        let day = (self.now.ms() / crate::base::time::MS_PER_DAY) as u64;
        let key = CaseKey::new(self.plan.seed, self.plan.replication, definition.stream.0, day);
        let stream = definition.stream.purpose(Purpose::Absence);
        for (i, group) in definition.groups.iter().enumerate() {
            let absent = |member: &u32| unit(key.draw(stream, (i as u32) << 20 | member)) < definition.absence;
            let absent = (0..group.count).filter(absent).count() as u32;
            self.pools[pool as usize].set_absent(i, absent);
        }
        self.dispatch(pool);
    }

    /// Plans the next beginning or end of a pool's random outages.
    pub(crate) fn plan_outage(&mut self, pool: u32) {
        let definition = &self.program.pools[Idx::new(pool as usize)];
        let Some(Outages { up, down }) = definition.outages else { return };
        let state = &self.pools[pool as usize];
        let key = CaseKey::new(self.plan.seed, self.plan.replication, definition.stream.0, u64::from(state.outages));
        let (duration, purpose) = if state.down { (down, Purpose::Repair) } else { (up, Purpose::Failure) };
        let sampler = Program::by_segment(&self.program.durations[duration], 0);
        let length = sampler.map_or(0, |s| s.sample_ms(key.draw(definition.stream.purpose(purpose), 0)));
        // An outage cycle of no length would never let time pass.
        self.schedule(self.now + SimDuration(length.max(1)), rank::OUTAGE, pool);
    }

    /// A random outage begins or ends.
    pub(crate) fn outage(&mut self, pool: u32) {
        let now = self.now;
        let state = &mut self.pools[pool as usize];
        state.set_down(!state.down, now);
        if !state.down {
            state.outages += 1;
        }
        self.plan_outage(pool);
        self.dispatch(pool);
    }
}
