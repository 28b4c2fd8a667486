//! Merging elements that do nothing but apply effects with what stands before or behind them.
//!
//! A step is compiled into many small elements: it counts a document, sets what a citizen has at hand, notes that the application has
//! been received. Each costs a move as any element does. Where that makes no difference to what happens, the effects are taken over
//! by the element before, or the element takes over what the one behind it does. Merged elements stay in the table, so that
//! numbers and names hold; no case comes to them.

use crate::base::idx::Idx;
use crate::compile::builder::Builder;
use crate::compile::graph::followers;
use crate::engine::condition::{Predicate, Quantity};
use crate::engine::program::{Effect, Element, Kind, Rule, Way};

/// How many elements one takes over at most: a ring of passes has no end.
const MOST_TAKEN: usize = 64;

impl Builder<'_> {
    /// Merges what can be merged. To be called when visits have been counted, since it changes what leads where, and before inclusive
    /// gateways learn what leads to them.
    pub(super) fn merge_passes(&mut self) {
        for idx in self.program.elements.indices() {
            self.take_over_effects_behind(idx);
        }
        for idx in self.program.elements.indices() {
            self.take_over_what_is_behind(idx);
        }
    }

    fn is_free_pass(&self, idx: Idx<Element>) -> bool {
        let element = &self.program.elements[idx];
        matches!(element.kind, Kind::Pass) && element.visit_slot.is_none() && !self.kept.contains(&idx)
    }

    /// Tells whether the way by which a token comes to an element matters there.
    fn is_join(&self, idx: Idx<Element>) -> bool {
        matches!(self.program.elements[idx].kind, Kind::Parallel { .. } | Kind::Inclusive(_))
    }

    /// An element whose effects apply when a token goes on to a pass applies the pass's too, and leads on to what is behind it.
    fn take_over_effects_behind(&mut self, idx: Idx<Element>) {
        let element = &self.program.elements[idx];
        if !matches!(
            element.kind,
            Kind::Pass | Kind::Work(_) | Kind::Delay(_) | Kind::Travel(_) | Kind::Enter(_) | Kind::Catch { .. }
        ) {
            return;
        }
        for _ in 0..MOST_TAKEN {
            let Some(pass) = self.program.elements[idx].next.filter(|&next| next != idx && self.is_free_pass(next)) else {
                return;
            };
            let Some(behind) = self.program.elements[pass].next.filter(|&behind| !self.is_join(behind)) else { return };
            let effects = self.program.elements[pass].effects.clone();
            let element = &mut self.program.elements[idx];
            element.effects.extend(effects);
            element.next = Some(behind);
        }
    }

    /// A pass before an end, or before a choice that its effects have no say in, becomes that end or that choice.
    fn take_over_what_is_behind(&mut self, idx: Idx<Element>) {
        if !self.is_free_pass(idx) {
            return;
        }
        let Some(behind) = self.program.elements[idx].next.filter(|&next| next != idx) else { return };
        let element = &self.program.elements[behind];
        let can_be_taken = match &element.kind {
            // Errors are reported where they are raised.
            Kind::End(end) => end.error.is_none() && !end.cancel,
            Kind::Exclusive(ways) => {
                let effects = &self.program.elements[idx].effects;
                followers(element).into_iter().all(|target| !self.is_join(target)) && finds_a_way_whatever(ways, effects)
            }
            _ => false,
        };
        if can_be_taken && !element.reported {
            let Element { kind, next, stream, visit_slot, effects, .. } = element.clone();
            let pass = &mut self.program.elements[idx];
            pass.effects.extend(effects);
            (pass.kind, pass.next, pass.stream, pass.visit_slot) = (kind, next, stream, visit_slot);
        }
    }
}

/// Tells whether a choice always finds a way, and the same one before and after effects.
fn finds_a_way_whatever(ways: &[Way], effects: &[Effect]) -> bool {
    let is_changed = |slot: u32| effects.iter().any(|e| matches!(e, Effect::Set(to, _) | Effect::Add(to, _) if *to == slot));
    let has_otherwise = ways.iter().any(|way| matches!(way.rule, Rule::Otherwise));
    ways.iter().all(|way| match &way.rule {
        Rule::Share(shares) => has_otherwise || shares.iter().all(|&share| share > 0.0),
        Rule::When(condition) => has_otherwise && !reads(condition, &is_changed),
        Rule::Otherwise => true,
    })
}

/// Tells whether a condition reads one of some slots.
fn reads(condition: &Predicate, is_meant: &impl Fn(u32) -> bool) -> bool {
    match condition {
        Predicate::Constant(_) | Predicate::Segment(_) => false,
        Predicate::Any(parts) | Predicate::All(parts) => parts.iter().any(|part| reads(part, is_meant)),
        Predicate::Not(inner) => reads(inner, is_meant),
        Predicate::Compare(left, _, right) => {
            [left, right].into_iter().any(|side| matches!(side, Quantity::Slot(slot) if is_meant(*slot)))
        }
    }
}
