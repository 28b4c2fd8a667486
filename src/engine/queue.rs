//! The list of events to come: a winner tree of packed integer keys.
//!
//! The order is a promise: earlier instants first; at the same instant the lower rank first; at the same
//! rank the entry that was pushed first. As every entry has its own insertion number, no two are equal,
//! and the order in which entries leave depends on nothing but the order in which they came.
//!
//! Every entry has a place among the tree's leaves, and every inner node holds the least key below it, so that the next event
//! stands at the root. The place of the event that has just left is taken by the next one pushed: the event that ends a
//! piece of work and the one that begins the next cost one walk from a leaf to the root, without a branch that depends on keys.
//!
//! A key holds instant, rank and leaf in 64 bits as long as they fit, which they do with up to millions of events to come in a
//! run of some years; else in 128. Insertion numbers stand beside the tree, and are looked at only where instant and rank agree.

use crate::base::time::SimTime;
use std::ops::BitXor;

/// Bits of a key that hold the rank.
const RANK_BITS: u32 = 4;
/// Bits that hold the instant, at most.
const MOST_TIME_BITS: u32 = 44;
/// The time field of all instants that no key can hold.
const FAR: u64 = (1 << MOST_TIME_BITS) - 1;
/// Bits of a leaf's number in a wide key.
const WIDE_LEAF_BITS: u32 = 32;
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

/// Instant and rank above, leaf below. Two keys are *level* if instant and rank agree: if they differ by less than the first bit
/// above the leaf.
trait Key: Copy + Ord + BitXor<Output = Self> {
    /// The key of a leaf without an entry; above all others.
    const EMPTY: Self;
    fn pack(high: u64, leaf: u32, leaf_bits: u32) -> Self;
    fn high(self, leaf_bits: u32) -> u64;
    fn leaf(self, leaf_bits: u32) -> u32;
    /// The first bit above the leaf.
    fn first_bit_above(leaf_bits: u32) -> Self;
    fn trailing_zeros(self) -> u32;
}

impl Key for u64 {
    const EMPTY: Self = u64::MAX;
    #[inline]
    fn pack(high: u64, leaf: u32, leaf_bits: u32) -> Self {
        high << leaf_bits | u64::from(leaf)
    }
    #[inline]
    fn high(self, leaf_bits: u32) -> u64 {
        self >> leaf_bits
    }
    #[inline]
    fn leaf(self, leaf_bits: u32) -> u32 {
        (self & ((1 << leaf_bits) - 1)) as u32
    }
    #[inline]
    fn first_bit_above(leaf_bits: u32) -> Self {
        1 << leaf_bits
    }
    fn trailing_zeros(self) -> u32 {
        u64::trailing_zeros(self)
    }
}

impl Key for u128 {
    const EMPTY: Self = u128::MAX;
    #[inline]
    fn pack(high: u64, leaf: u32, _: u32) -> Self {
        u128::from(high) << WIDE_LEAF_BITS | u128::from(leaf)
    }
    #[inline]
    fn high(self, _: u32) -> u64 {
        (self >> WIDE_LEAF_BITS) as u64
    }
    #[inline]
    fn leaf(self, _: u32) -> u32 {
        self as u32
    }
    #[inline]
    fn first_bit_above(_: u32) -> Self {
        1 << WIDE_LEAF_BITS
    }
    fn trailing_zeros(self) -> u32 {
        u128::trailing_zeros(self)
    }
}

/// Returns the key of the entry that leaves first. Of one instant and rank, that is the one with the lower number.
#[inline]
fn least<K: Key>(one: K, other: K, first_bit_above: K, entries: &[Pushed]) -> K {
    if one ^ other < first_bit_above {
        return first_pushed(one, other, first_bit_above, entries);
    }
    if other < one { other } else { one }
}

#[cold]
#[inline(never)]
fn first_pushed<K: Key>(one: K, other: K, first_bit_above: K, entries: &[Pushed]) -> K {
    let leaf_bits = first_bit_above.trailing_zeros();
    if one == K::EMPTY {
        return other;
    }
    let number = |key: K| entries[key.leaf(leaf_bits) as usize].number;
    if number(other) < number(one) { other } else { one }
}

/// What a leaf's entry is, beside its key.
#[derive(Clone, Copy, Debug, Default)]
struct Pushed {
    /// Its number in order of insertion.
    number: u64,
    /// Whom it concerns.
    slot: u32,
}

/// Node 1 is the root, nodes 2 i and 2 i + 1 are the children of node i, and lie beside each other in `pairs[i]`; the upper
/// half of the nodes are the leaves. There are at least two.
#[derive(Clone, Debug)]
struct Tree<K> {
    pairs: Vec<[K; 2]>,
    leaf_bits: u32,
}

impl<K: Key> Tree<K> {
    fn of_leaves(leaves: &[K], leaf_bits: u32, entries: &[Pushed]) -> Self {
        let n = leaves.len();
        let mut tree = Tree { pairs: vec![[K::EMPTY; 2]; n], leaf_bits };
        for (leaf, &key) in leaves.iter().enumerate() {
            tree.pairs[(n + leaf) / 2][leaf % 2] = key;
        }
        for at in (1..n).rev() {
            let [one, other] = tree.pairs[at];
            tree.pairs[at / 2][at % 2] = least(one, other, K::first_bit_above(leaf_bits), entries);
        }
        tree
    }

    /// Returns the key of the event that leaves next, or the empty one.
    #[inline]
    fn root(&self) -> K {
        self.pairs[0][1]
    }

    /// Writes a leaf's key and chooses the winners above it anew. The leaf's key so far was the root.
    #[inline]
    fn replace_root(&mut self, leaf: u32, key: K, entries: &[Pushed]) {
        let first_bit_above = K::first_bit_above(self.leaf_bits);
        let pairs = self.pairs.as_mut_slice();
        let mut at = pairs.len() + leaf as usize;
        let mut winner = key;
        while at > 1 {
            let pair = &mut pairs[at >> 1];
            let other = pair[at & 1 ^ 1];
            pair[at & 1] = winner;
            winner = least(winner, other, first_bit_above, entries);
            at >>= 1;
        }
        pairs[0][1] = winner;
    }

    /// Empties a leaf, and chooses winners anew as far up as its key has won.
    #[inline]
    fn clear(&mut self, leaf: u32, entries: &[Pushed]) {
        let first_bit_above = K::first_bit_above(self.leaf_bits);
        let pairs = self.pairs.as_mut_slice();
        let mut at = pairs.len() + leaf as usize;
        let gone = pairs[at >> 1][at & 1];
        let mut winner = K::EMPTY;
        loop {
            let pair = &mut pairs[at >> 1];
            if pair[at & 1] != gone {
                return;
            }
            pair[at & 1] = winner;
            if at <= 1 {
                return;
            }
            let other = pair[at & 1 ^ 1];
            winner = if winner == K::EMPTY { other } else { least(winner, other, first_bit_above, entries) };
            at >>= 1;
        }
    }

    /// Writes the key of a new entry, whose number is above all others, into an empty leaf, and above it as far as it wins.
    #[inline]
    fn add(&mut self, leaf: u32, key: K) {
        let first_bit_above = K::first_bit_above(self.leaf_bits);
        let mut at = self.pairs.len() + leaf as usize;
        loop {
            let node = &mut self.pairs[at >> 1][at & 1];
            // An empty node is above every key; among keys of one instant and rank the others were pushed before.
            if at == 0 || *node < key || *node ^ key < first_bit_above {
                return;
            }
            *node = key;
            at >>= 1;
        }
    }

    /// Returns the leaves with so many bits for their number, or in keys of another width; twice as many.
    fn doubled<L: Key>(&self, leaf_bits: u32) -> Vec<L> {
        let n = self.pairs.len();
        let of = |leaf: usize| {
            let key = self.pairs[(n + leaf) / 2][leaf % 2];
            if key == K::EMPTY { L::EMPTY } else { L::pack(key.high(self.leaf_bits), leaf as u32, leaf_bits) }
        };
        (0..n).map(of).chain(std::iter::repeat_n(L::EMPTY, n)).collect()
    }
}

#[derive(Clone, Debug)]
enum Keys {
    Narrow(Tree<u64>),
    Wide(Tree<u128>),
}

/// A priority queue of events: by time, then rank, then order of insertion.
#[derive(Clone, Debug)]
pub struct EventQueue {
    keys: Keys,
    /// By leaf.
    entries: Vec<Pushed>,
    /// Leaves without an entry.
    free: Vec<u32>,
    /// The leaf of the entry that left last, whose key still stands in the tree; or [`NO_LEAF`].
    hole: u32,
    pushed: u64,
}

impl Default for EventQueue {
    fn default() -> Self {
        EventQueue::until(SimTime::NEVER)
    }
}

impl EventQueue {
    /// Makes an empty queue for events up to `latest`. Later ones can be pushed all the same; the queue then takes more room
    /// for all of them.
    pub fn until(latest: SimTime) -> Self {
        let latest = (latest.ms().max(0) as u64).min(FAR);
        // One bit more than the greatest instant needs, so that no key is that of an empty leaf.
        let leaf_bits = 64 - RANK_BITS - (65 - latest.leading_zeros()).min(MOST_TIME_BITS);
        EventQueue {
            keys: Keys::Narrow(Tree { pairs: vec![[u64::EMPTY; 2]; FIRST_LEAVES], leaf_bits }),
            entries: vec![Pushed::default(); FIRST_LEAVES],
            free: (0..FIRST_LEAVES as u32).rev().collect(),
            hole: NO_LEAF,
            pushed: 0,
        }
    }

    /// Adds an event and returns its place, by which it can be taken back with [`EventQueue::cancel`] until it leaves.
    ///
    /// Instants before the study's start count as the start. Those from 2^44 - 1 ms (557 years) on cannot be
    /// told apart: they all leave last, and as [`SimTime::NEVER`]. Ranks above [`HIGHEST_RANK`] count as that.
    #[inline]
    pub fn push(&mut self, time: SimTime, rank: u8, slot: u32) -> u32 {
        let time = (time.ms().max(0) as u64).min(FAR);
        let high = time << RANK_BITS | u64::from(rank.min(HIGHEST_RANK));
        if let Keys::Narrow(tree) = &self.keys
            && high >> (64 - 1 - tree.leaf_bits) != 0
        {
            self.widen();
        }
        let (leaf, into_hole) = if self.hole != NO_LEAF {
            (std::mem::replace(&mut self.hole, NO_LEAF), true)
        } else {
            (self.free.pop().unwrap_or_else(|| self.grow()), false)
        };
        self.entries[leaf as usize] = Pushed { number: self.pushed, slot };
        self.pushed += 1;
        match &mut self.keys {
            Keys::Narrow(tree) => {
                let key = u64::pack(high, leaf, tree.leaf_bits);
                if into_hole { tree.replace_root(leaf, key, &self.entries) } else { tree.add(leaf, key) }
            }
            Keys::Wide(tree) => {
                let key = u128::pack(high, leaf, tree.leaf_bits);
                if into_hole { tree.replace_root(leaf, key, &self.entries) } else { tree.add(leaf, key) }
            }
        }
        leaf
    }

    /// Takes the next event out.
    #[inline]
    pub fn pop(&mut self) -> Option<Entry> {
        if self.hole != NO_LEAF {
            let leaf = std::mem::replace(&mut self.hole, NO_LEAF);
            self.cancel(leaf);
        }
        let (high, leaf) = match &self.keys {
            Keys::Narrow(tree) => match tree.root() {
                u64::EMPTY => return None,
                key => (key.high(tree.leaf_bits), key.leaf(tree.leaf_bits)),
            },
            Keys::Wide(tree) => match tree.root() {
                u128::EMPTY => return None,
                key => (key.high(tree.leaf_bits), key.leaf(tree.leaf_bits)),
            },
        };
        self.hole = leaf;
        let time = high >> RANK_BITS;
        Some(Entry {
            time: if time == FAR { SimTime::NEVER } else { SimTime(time as i64) },
            rank: high as u8 & HIGHEST_RANK,
            slot: self.entries[leaf as usize].slot,
        })
    }

    /// Takes back an event that has not left yet, by the place that [`EventQueue::push`] returned.
    #[inline]
    pub fn cancel(&mut self, leaf: u32) {
        self.free.push(leaf);
        match &mut self.keys {
            Keys::Narrow(tree) => tree.clear(leaf, &self.entries),
            Keys::Wide(tree) => tree.clear(leaf, &self.entries),
        }
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.entries.len() - self.free.len() - usize::from(self.hole != NO_LEAF)
    }

    /// Tells whether no entry is left.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Doubles the number of leaves and returns a new one.
    #[cold]
    fn grow(&mut self) -> u32 {
        let old = self.entries.len();
        self.entries.resize(2 * old, Pushed::default());
        self.keys = match &self.keys {
            Keys::Narrow(tree) if (2 * old as u64) < 1 << tree.leaf_bits => {
                Keys::Narrow(Tree::of_leaves(&tree.doubled::<u64>(tree.leaf_bits), tree.leaf_bits, &self.entries))
            }
            Keys::Narrow(tree) => Keys::Wide(Tree::of_leaves(&tree.doubled(WIDE_LEAF_BITS), WIDE_LEAF_BITS, &self.entries)),
            Keys::Wide(tree) => Keys::Wide(Tree::of_leaves(&tree.doubled(WIDE_LEAF_BITS), WIDE_LEAF_BITS, &self.entries)),
        };
        self.free.extend((old as u32 + 1..2 * old as u32).rev());
        old as u32
    }

    /// Goes over to wide keys.
    #[cold]
    fn widen(&mut self) {
        if let Keys::Narrow(tree) = &self.keys {
            let mut leaves: Vec<u128> = tree.doubled(WIDE_LEAF_BITS);
            leaves.truncate(self.entries.len());
            self.keys = Keys::Wide(Tree::of_leaves(&leaves, WIDE_LEAF_BITS, &self.entries));
        }
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
        let entry = Entry { time: SimTime((1 << MOST_TIME_BITS) - 2), rank: 15, slot: u32::MAX };
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

    #[test]
    fn what_does_not_fit_narrow_keys_comes_in_order_all_the_same() {
        let hour = SimTime(3_600_000);
        let mut queue = EventQueue::until(hour);
        assert!(matches!(queue.keys, Keys::Narrow(_)));
        queue.push(hour, 1, 1);
        queue.push(hour, 1, 2);
        assert!(matches!(queue.keys, Keys::Narrow(_)));
        queue.push(SimTime(1 << 43), 1, 4);
        queue.push(hour, 1, 3);
        queue.push(hour, 0, 0);
        assert!(matches!(queue.keys, Keys::Wide(_)));
        assert_eq!(drain(&mut queue), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn more_entries_than_narrow_keys_can_number_come_in_order_all_the_same() {
        let mut queue = EventQueue::until(SimTime(1 << 42));
        let n = 1 << 17;
        for slot in 0..n {
            queue.push(SimTime(7), 1, slot);
        }
        assert!(matches!(queue.keys, Keys::Wide(_)));
        assert!(drain(&mut queue).into_iter().eq(0..n));
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
