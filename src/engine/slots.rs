//! What a case carries besides its accounts: slots, which conditions read and effects write, and how often it has finished elements;
//! and what is drawn for it.

use crate::base::idx::Idx;
use crate::engine::condition::CaseView;
use crate::engine::program::{InitialDraw, Program};
use crate::engine::random::sampler::Sampler;
use crate::engine::random::stream::{CaseKey, StreamId, unit};
use crate::engine::record::Observer;
use crate::engine::run::Run;

/// Clears a case's row of so many columns, which may not have been there before.
#[inline]
fn clear_row<T: Copy>(rows: &mut Vec<T>, case: u32, columns: usize, zero: T) {
    // To clear nothing at no address costs as much as an event on some processors.
    if columns == 0 {
        return;
    }
    let first = case as usize * columns;
    if rows.len() < first + columns {
        rows.resize(first + columns, zero);
    }
    rows[first..first + columns].fill(zero);
}

impl<O: Observer> Run<'_, O> {
    /// Sets all slots and visits of a case that has just arrived to 0.
    #[inline]
    pub(super) fn clear_slots(&mut self, case: u32) {
        clear_row(&mut self.slots, case, self.program.n_slots, 0.0);
        clear_row(&mut self.visits, case, self.program.n_visits, 0);
    }

    /// Draws a case's segment.
    #[inline]
    pub(super) fn draw_segment(&self, key: CaseKey) -> u32 {
        let shares = &self.program.segment_shares;
        if shares.len() < 2 {
            return 0;
        }
        let u = unit(key.draw(StreamId::named("segment"), 0));
        shares.iter().position(|&share| u < share).unwrap_or(shares.len() - 1) as u32
    }

    /// Draws the values of some slots of a case.
    #[inline(always)]
    pub(crate) fn draw_slots(&mut self, case: u32, draws: &[InitialDraw]) {
        if !draws.is_empty() {
            self.draw_each(case, draws);
        }
    }

    fn draw_each(&mut self, case: u32, draws: &[InitialDraw]) {
        let (key, segment) = (self.cases[case].key, self.cases[case].id.segment as usize);
        let first = case as usize * self.program.n_slots;
        let slots = &mut self.slots[first..first + self.program.n_slots];
        for draw in draws {
            let Some(values) = Program::by_segment(&draw.values, segment) else { continue };
            let Some((_, but_last)) = values.split_last() else { continue };
            let u = unit(key.draw(draw.stream, 0));
            // Shares are cumulative: those that are not above the draw lie in front. Counted, not looked for, as the processor cannot
            // foresee where a look would end.
            let at = but_last.iter().map(|&(share, _)| usize::from(share <= u)).sum::<usize>();
            slots[draw.slot as usize] = values[at].1;
        }
    }

    /// Returns a slot's value.
    pub(crate) fn slot(&self, case: u32, slot: u32) -> f64 {
        self.slots[case as usize * self.program.n_slots + slot as usize]
    }

    /// Returns a slot.
    #[inline]
    pub(crate) fn slot_mut(&mut self, case: u32, slot: u32) -> &mut f64 {
        &mut self.slots[case as usize * self.program.n_slots + slot as usize]
    }

    /// Sets a slot's value.
    pub(crate) fn set_slot(&mut self, case: u32, slot: u32, value: f64) {
        *self.slot_mut(case, slot) = value;
    }

    /// Returns the slots of a case.
    #[inline]
    pub(crate) fn slots_of(&self, case: u32) -> &[f64] {
        &self.slots[case as usize * self.program.n_slots..][..self.program.n_slots]
    }

    /// Returns what a condition may see of a case.
    pub(crate) fn view(&self, case: u32) -> CaseView<'_> {
        let n_visits = self.program.n_visits;
        CaseView {
            slots: self.slots_of(case),
            visits: &self.visits[case as usize * n_visits..][..n_visits],
            segment: self.cases[case].id.segment as usize,
            now: self.now,
            arrival: self.cases[case].arrival,
            first_weekday: self.program.first_weekday,
        }
    }

    /// Draws a duration for a case.
    pub(crate) fn draw_duration(&self, case: u32, duration: Idx<Vec<Sampler>>, stream: StreamId, visit: u32) -> i64 {
        let case = &self.cases[case];
        let samplers = &self.program.durations[duration];
        match Program::by_segment(samplers, case.id.segment as usize) {
            Some(sampler) => sampler.sample_ms(case.key.draw(stream, visit)),
            None => 0,
        }
    }

    /// Returns where a case's visits of an element stand.
    #[inline]
    pub(crate) fn visit_row(&self, case: u32, slot: u32) -> usize {
        case as usize * self.program.n_visits + slot as usize
    }

    /// Returns how often a case has finished an element before.
    pub(crate) fn visit(&self, token: u32) -> u32 {
        self.element(token).visit_slot.map_or(0, |slot| self.visits[self.visit_row(self.tokens[token].case, slot)])
    }
}
