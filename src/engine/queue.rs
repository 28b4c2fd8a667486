//! The list of events to come: a winner tree of packed integer keys.
//!
//! The order is a promise: earlier instants first; at the same instant the lower rank first; at the same
//! rank the entry that was pushed first. As the insertion number stands in the key, no two keys are equal,
//! and the order in which entries leave depends on nothing but the order in which they came.
//!
//! Every entry has a place among the tree's leaves, and every inner node holds the least key below it, so that the next event
//! stands at the root. The place of the event that has just left is taken by the next one pushed: the event that ends a
//! piece of work and the one that begins the next cost one walk from a leaf to the root, without a branch that depends on keys.

use crate::base::time::SimTime;

/// Bits of a key that hold the leaf.
const LEAF_BITS: u32 = 32;
/// Bits of a key that hold the insertion number.
const NUMBER_BITS: u32 = 48;
/// Bits of a key that hold the rank.
const RANK_BITS: u32 = 4;
/// Bits of a key that hold the instant.
const TIME_BITS: u32 = 44;

const NUMBER_SHIFT: u32 = LEAF_BITS;
const RANK_SHIFT: u32 = NUMBER_SHIFT + NUMBER_BITS;
/// The time field of all instants that the key cannot hold.
const FAR: u64 = (1 << TIME_BITS) - 1;
/// The key of a leaf without an entry. No entry has it: it would need every leaf and every insertion number there can be.
const EMPTY: u128 = u128::MAX;
/// Leaves of a new queue.
const FIRST_LEAVES: usize = 16;
/// "No leaf".
const NO_LEAF: u32 = u32::MAX;

/// The highest rank; higher ones count as this one.
pub const HIGHEST_RANK: u8 = (1 << RANK_BITS) - 1;

/// One event to come, as it was pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it happens.
    pub time: SimTime,
    /// Its rank among events of the same instant, 0 to [`HIGHEST_RANK`]; lower ones leave first.
    pub rank: u8,
    /// Whom it concerns, as the owner understands it.
    pub slot: u32,
}

/// A priority queue of events: by time, then rank, then order of insertion.
#[derive(Clone, Debug)]
pub struct EventQueue {
    /// `nodes[1]` is the root, `nodes[2 i]` and `nodes[2 i + 1]` the children of `nodes[i]`; the second half are the leaves.
    nodes: Vec<u128>,
    /// By leaf: whom its entry concerns.
    slots: Vec<u32>,
    /// Leaves without an entry.
    free: Vec<u32>,
    /// The leaf of the entry that left last, whose key still stands in the tree; or [`NO_LEAF`].
    hole: u32,
    pushed: u64,
}

impl Default for EventQueue {
    fn default() -> Self {
        EventQueue {
            nodes: vec![EMPTY; 2 * FIRST_LEAVES],
            slots: vec![0; FIRST_LEAVES],
            free: (0..FIRST_LEAVES as u32).rev().collect(),
            hole: NO_LEAF,
            pushed: 0,
        }
    }
}

impl EventQueue {
    /// Adds an event and returns its place, by which it can be taken back with [`EventQueue::cancel`] until it leaves.
    ///
    /// Instants before the study's start count as the start. Those from 2^44 - 1 ms (557 years) on cannot be
    /// told apart: they all leave last, and as [`SimTime::NEVER`]. Ranks above [`HIGHEST_RANK`] count as that.
    #[inline]
    pub fn push(&mut self, time: SimTime, rank: u8, slot: u32) -> u32 {
        let number = self.pushed;
        self.pushed += 1;
        let time = (time.ms().max(0) as u64).min(FAR);
        let rank = rank.min(HIGHEST_RANK);
        let high = time << RANK_BITS | u64::from(rank);
        let key = u128::from(high) << RANK_SHIFT | u128::from(number & ((1 << NUMBER_BITS) - 1)) << NUMBER_SHIFT;
        if self.hole != NO_LEAF {
            let leaf = self.hole;
            self.hole = NO_LEAF;
            self.slots[leaf as usize] = slot;
            self.put(leaf, key | u128::from(leaf));
            return leaf;
        }
        let leaf = match self.free.pop() {
            Some(leaf) => leaf,
            None => self.grow(),
        };
        self.slots[leaf as usize] = slot;
        self.add(leaf, key | u128::from(leaf));
        leaf
    }

    /// Takes the next event out.
    #[inline]
    pub fn pop(&mut self) -> Option<Entry> {
        if self.hole != NO_LEAF {
            let leaf = self.hole;
            self.hole = NO_LEAF;
            self.free.push(leaf);
            self.put(leaf, EMPTY);
        }
        let key = self.nodes[1];
        if key == EMPTY {
            return None;
        }
        let leaf = key as u32;
        self.hole = leaf;
        let high = (key >> RANK_SHIFT) as u64;
        let time = high >> RANK_BITS;
        Some(Entry {
            time: if time == FAR { SimTime::NEVER } else { SimTime(time as i64) },
            rank: high as u8 & HIGHEST_RANK,
            slot: self.slots[leaf as usize],
        })
    }

    /// Takes back an event that has not left yet, by the place that [`EventQueue::push`] returned.
    pub fn cancel(&mut self, leaf: u32) {
        self.free.push(leaf);
        self.put(leaf, EMPTY);
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len() - usize::from(self.hole != NO_LEAF)
    }

    /// Tells whether no entry is left.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes a leaf's key and chooses the winners above it anew.
    #[inline]
    fn put(&mut self, leaf: u32, key: u128) {
        let mut at = self.slots.len() + leaf as usize;
        let nodes = self.nodes.as_mut_slice();
        let mut winner = key;
        nodes[at] = key;
        while at > 1 {
            let other = nodes[at ^ 1];
            winner = if other < winner { other } else { winner };
            at >>= 1;
            nodes[at] = winner;
        }
    }

    /// Writes a key into an empty leaf, and above it as far as it wins.
    #[inline]
    fn add(&mut self, leaf: u32, key: u128) {
        let mut at = self.slots.len() + leaf as usize;
        let nodes = self.nodes.as_mut_slice();
        while at > 0 && key < nodes[at] {
            nodes[at] = key;
            at >>= 1;
        }
    }

    /// Doubles the number of leaves and returns a new one.
    #[cold]
    fn grow(&mut self) -> u32 {
        let old = self.slots.len();
        let mut nodes = vec![EMPTY; 4 * old];
        nodes[2 * old..3 * old].copy_from_slice(&self.nodes[old..]);
        for at in (1..2 * old).rev() {
            nodes[at] = nodes[2 * at].min(nodes[2 * at + 1]);
        }
        self.nodes = nodes;
        self.slots.resize(2 * old, 0);
        self.free.extend((old as u32 + 1..2 * old as u32).rev());
        old as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drain(queue: &mut EventQueue) -> Vec<u32> {
        std::iter::from_fn(|| queue.pop()).map(|entry| entry.slot).collect()
    }

    #[test]
    fn earlier_instants_leave_first() {
        let mut queue = EventQueue::default();
        for (time, slot) in [(30, 3), (10, 1), (20, 2), (0, 0)] {
            queue.push(SimTime(time), 0, slot);
        }
        assert_eq!(drain(&mut queue), [0, 1, 2, 3]);
    }

    #[test]
    fn at_one_instant_rank_goes_before_insertion_and_insertion_before_slot() {
        let mut queue = EventQueue::default();
        for (rank, slot) in [(2, 9), (1, 8), (1, 2), (0, 7), (2, 1), (0, 3)] {
            queue.push(SimTime(5), rank, slot);
        }
        assert_eq!(drain(&mut queue), [7, 3, 8, 2, 9, 1]);
    }

    #[test]
    fn an_entry_comes_back_as_it_was_pushed() {
        let mut queue = EventQueue::default();
        let entry = Entry { time: SimTime((1 << TIME_BITS) - 2), rank: 15, slot: u32::MAX };
        queue.push(entry.time, entry.rank, entry.slot);
        assert_eq!(queue.pop(), Some(entry));
        assert_eq!(queue.pop(), None);
    }

    #[test]
    fn instants_that_the_key_cannot_hold_leave_last_as_never() {
        let mut queue = EventQueue::default();
        queue.push(SimTime::NEVER, 0, 1);
        queue.push(SimTime(1 << 50), 0, 2);
        queue.push(SimTime(1 << 43), 15, 3);
        queue.push(SimTime(-1), 200, 4);
        assert_eq!(queue.pop(), Some(Entry { time: SimTime::ZERO, rank: HIGHEST_RANK, slot: 4 }));
        assert_eq!(queue.pop().map(|e| e.time), Some(SimTime(1 << 43)));
        assert_eq!(queue.pop(), Some(Entry { time: SimTime::NEVER, rank: 0, slot: 1 }));
        assert_eq!(queue.pop(), Some(Entry { time: SimTime::NEVER, rank: 0, slot: 2 }));
    }

    #[test]
    fn an_event_taken_back_never_comes() {
        let mut queue = EventQueue::default();
        queue.push(SimTime(1), 0, 1);
        let place = queue.push(SimTime(2), 0, 2);
        queue.push(SimTime(3), 0, 3);
        queue.cancel(place);
        assert_eq!(queue.len(), 2);
        assert_eq!(drain(&mut queue), [1, 3]);
        assert!(queue.is_empty());
    }

    #[derive(Clone, Debug)]
    enum Act {
        Push(i64, u8),
        Pop,
        Cancel(usize),
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            4 => (0..50i64, 0..4u8).prop_map(|(time, rank)| Act::Push(time, rank)),
            2 => Just(Act::Pop),
            1 => any::<usize>().prop_map(Act::Cancel),
        ]
    }

    proptest! {
        #[test]
        fn every_history_agrees_with_a_sorted_list(acts in proptest::collection::vec(act(), 0..300)) {
            let mut queue = EventQueue::default();
            let mut model: Vec<(i64, u8, usize, u32, u32)> = Vec::new();
            for (number, act) in acts.into_iter().enumerate() {
                // Slots run against the order of insertion, so that a slot can never stand in for a number.
                let slot = 1_000 - number as u32;
                match act {
                    Act::Push(time, rank) => {
                        let place = queue.push(SimTime(time), rank, slot);
                        model.push((time, rank, number, slot, place));
                    }
                    Act::Pop => {
                        let expected = if model.is_empty() { None } else { Some(model.remove(0)) };
                        prop_assert_eq!(queue.pop().map(|e| (e.time.ms(), e.rank, e.slot)), expected.map(|m| (m.0, m.1, m.3)));
                    }
                    Act::Cancel(at) if !model.is_empty() => {
                        let at = at % model.len();
                        queue.cancel(model.remove(at).4);
                    }
                    Act::Cancel(_) => {}
                }
                model.sort_unstable();
                prop_assert_eq!(queue.len(), model.len());
            }
        }
    }
}
