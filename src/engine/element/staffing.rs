//! Who serves: the groups of a pool that are on shift and have somebody free, and which of them takes a piece of work.

use crate::base::idx::Idx;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::program::{Request, Sitting, Work};
use crate::engine::record::Observer;
use crate::engine::run::Run;
use crate::engine::shared_hours::SharedHours;
use crate::engine::state::MAX_REQUESTS;

impl<'p, O: Observer> Run<'p, O> {
    /// Returns the groups of a pool, as bits, that are on shift and have a free member.
    #[inline]
    pub(super) fn free_groups(&mut self, pool: u32) -> u64 {
        let state = &self.pools[pool as usize];
        if state.down {
            return 0;
        }
        if state.is_single {
            let is_open = state.free(0) > 0 && self.clocks.at(self.program, state.group_clock(0), self.now).is_open(self.now);
            return u64::from(is_open);
        }
        self.free_groups_of_several(pool)
    }

    fn free_groups_of_several(&mut self, pool: u32) -> u64 {
        let state = &self.pools[pool as usize];
        let mut bits = 0;
        for i in 0..self.program.pools[Idx::new(pool as usize)].groups.len() {
            if state.free(i) > 0 && self.clocks.at(self.program, state.group_clock(i), self.now).is_open(self.now) {
                bits |= 1 << i;
            }
        }
        bits
    }

    /// Returns one group for each request of a token's work if all can begin now.
    pub(super) fn groups_that_can_begin(&mut self, token: u32, work: &Work) -> Option<[u8; MAX_REQUESTS]> {
        let duration = self.tokens[token].duration;
        let mut groups = [0; MAX_REQUESTS];
        for (slot, request) in groups.iter_mut().zip(&work.requests) {
            *slot = self.best_group(request, work.sitting, duration)?;
        }
        if work.sitting == Sitting::OneSitting {
            let hours = self.shared_hours(work, &groups);
            let left = hours.open_for(self.now);
            // Work that is longer than any shift begins with the longest.
            if left < duration && left < self.longest_sitting(token, &groups, &hours) {
                return None;
            }
        }
        Some(groups)
    }

    /// Returns the longest stretch in which the groups are on shift together. Laid out once for each work and choice of groups
    /// where several have hours of their own.
    fn longest_sitting(&mut self, token: u32, groups: &[u8; MAX_REQUESTS], hours: &SharedHours) -> i64 {
        if let Some(longest) = hours.longest_of_one() {
            return longest;
        }
        let key = (self.tokens[token].element, *groups);
        *self.longest_sittings.entry(key).or_insert_with(|| hours.longest_together())
    }

    /// Returns the group that serves a request now: of those on shift with enough free members the one that finishes first,
    /// among equals the first.
    #[inline]
    fn best_group(&mut self, request: &Request, sitting: Sitting, duration: i64) -> Option<u8> {
        let open = self.free_groups(request.pool.get() as u32) & request.groups;
        if open == 0 {
            return None;
        }
        let state = &self.pools[request.pool.get()];
        if state.is_single {
            return (state.free(0) >= request.count).then_some(0);
        }
        let definition = &self.program.pools[request.pool];
        let mut best: Option<(SimTime, u8)> = None;
        for (i, group) in definition.groups.iter().enumerate() {
            if open & (1 << i) == 0 || state.free(i) < request.count {
                continue;
            }
            if open.is_power_of_two() {
                return Some(i as u8);
            }
            let end = match (group.hours, sitting) {
                (None, _) => self.now + SimDuration(duration),
                (Some(hours), Sitting::Pauses) => self.program.calendars[hours].add(self.now, SimDuration(duration)),
                (Some(hours), Sitting::OneSitting) => {
                    let calendar = &self.program.calendars[hours];
                    let fits =
                        calendar.close_after(self.now).since(self.now).ms() >= duration.min(calendar.longest_interval().ms());
                    if fits { self.now + SimDuration(duration) } else { SimTime::NEVER }
                }
                (Some(_), Sitting::Overtime) => self.now + SimDuration(duration),
            };
            if best.is_none_or(|(earliest, _)| end < earliest) {
                best = Some((end, i as u8));
            }
        }
        best.map(|(_, group)| group)
    }

    pub(super) fn shared_hours(&self, work: &Work, groups: &[u8; MAX_REQUESTS]) -> SharedHours<'p> {
        let program = self.program;
        let hours =
            work.requests.iter().zip(groups).map(|(request, &group)| program.pools[request.pool].groups[group as usize].hours);
        SharedHours::new(program, hours)
    }
}
