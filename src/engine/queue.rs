//! The list of events to come: a winner tree of packed integer keys.
//!
//! The order is a promise: earlier instants first; at the same instant the lower rank first; at the same
//! rank the entry that was pushed first. A key holds instant, rank and a number of insertion in 64 bits, so that no two are equal,
//! and the order in which entries leave depends on nothing but the order in which they came. When all numbers of insertion have been
//! used, which takes millions of events in a run of some years, those to come are numbered anew. Where that would not help, since
//! too many are to come at one instant, or an instant lies too far ahead, keys have 128 bits from then on.
//!
//! Every entry has a place among the tree's leaves, and every inner node holds the least of the four keys below it, so that the next
//! event stands at the root. The place of the event that has just left is taken by the next one pushed: the event that ends a
//! piece of work and the one that begins the next cost one walk from a leaf to the root, without a branch that depends on keys.

use crate::base::time::SimTime;

/// Bits of a key that hold the rank.
const RANK_BITS: u32 = 4;
/// Bits of the greatest instant that a key can hold.
const MOST_TIME_BITS: u32 = 44;
/// The time field of all instants that no key can hold.
const FAR: u64 = (1 << MOST_TIME_BITS) - 1;
/// Leaves of a new queue, a power of four.
const FIRST_LEAVES: usize = 16;
/// Bits of a wide key that hold the number of insertion.
const WIDE_NUMBER_BITS: u32 = 64;
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

/// A number that orders events.
trait Key: Copy + Ord {
    /// The key of a leaf without an entry; above all others.
    const EMPTY: Self;
}

impl Key for u64 {
    const EMPTY: Self = u64::MAX;
}

impl Key for u128 {
    const EMPTY: Self = u128::MAX;
}

/// The least key of some, and where it comes from: its place in a four, or its leaf.
#[derive(Clone, Copy, Debug)]
struct Winner<K> {
    key: K,
    from: u32,
}

impl<K: Key> Winner<K> {
    /// Returns the one with the lesser key.
    #[inline]
    fn or(self, other: Self) -> Self {
        let other_wins = other.key < self.key;
        Winner { key: if other_wins { other.key } else { self.key }, from: if other_wins { other.from } else { self.from } }
    }

    /// Returns the winner of four keys, with its place among them.
    #[inline]
    fn of(four: &[K; 4]) -> Self {
        let at = |place: usize| Winner { key: four[place], from: place as u32 };
        at(0).or(at(1)).or(at(2).or(at(3)))
    }
}

/// Four nodes that are no leaves.
#[derive(Clone, Copy, Debug)]
struct Four<K> {
    /// Each the least key of the four below it.
    keys: [K; 4],
    /// The leaf that each key comes from.
    leaves: [u32; 4],
}

/// Nodes in fours: a node of the lowest fours is a leaf, every other holds the least key of the four below it. The fours below
/// the nodes of the i-th four are those from 4 i + 1 on, so that the node above the i-th four is the node i - 1. The number of leaves
/// is a power of four.
#[derive(Clone, Debug)]
struct Tree<K> {
    /// All but the lowest fours.
    inner: Vec<Four<K>>,
    /// The lowest fours: the keys of the leaves.
    lowest: Vec<[K; 4]>,
    /// The event that leaves next, with its leaf.
    root: Winner<K>,
}

impl<K: Key> Tree<K> {
    fn of_leaves(leaves: &[K]) -> Self {
        let n = leaves.len();
        // A third as many fours as leaves; a fourth of the number of leaves are the lowest.
        let n_inner = (n - 1) / 3 - n / 4;
        let mut tree = Tree {
            inner: vec![Four { keys: [K::EMPTY; 4], leaves: [0; 4] }; n_inner],
            lowest: leaves.as_chunks().0.to_vec(),
            root: Winner { key: K::EMPTY, from: 0 },
        };
        for at in (0..n_inner + n / 4).rev() {
            let winner = tree.winner_of(at);
            match at {
                0 => tree.root = winner,
                _ => tree.write(at - 1, winner),
            }
        }
        tree
    }

    /// Returns the winner of a lowest four.
    #[inline]
    fn winner_of_lowest(&self, four: usize) -> Winner<K> {
        let Winner { key, from } = Winner::of(&self.lowest[four]);
        Winner { key, from: (4 * four) as u32 + from }
    }

    /// Returns the winner of a four, with its leaf.
    #[inline]
    fn winner_of(&self, four: usize) -> Winner<K> {
        match self.inner.get(four) {
            Some(Four { keys, leaves }) => {
                let Winner { key, from } = Winner::of(keys);
                Winner { key, from: leaves[from as usize % 4] }
            }
            None => self.winner_of_lowest(four - self.inner.len()),
        }
    }

    /// Writes a node that is no leaf.
    #[inline]
    fn write(&mut self, node: usize, winner: Winner<K>) {
        let four = &mut self.inner[node / 4];
        four.keys[node % 4] = winner.key;
        four.leaves[node % 4] = winner.from;
    }

    /// Writes a leaf's key and returns what it was, with the lowest four and the number of that one among all fours.
    #[inline]
    fn write_leaf(&mut self, leaf: u32, key: K) -> (K, usize, usize) {
        let four = leaf as usize / 4;
        let gone = std::mem::replace(&mut self.lowest[four][leaf as usize % 4], key);
        (gone, four, self.inner.len() + four)
    }

    /// Writes a leaf's key and chooses the winners above it anew. The leaf's key so far was the root.
    #[inline]
    fn replace_root(&mut self, leaf: u32, key: K) {
        let (_, lowest, mut four) = self.write_leaf(leaf, key);
        let mut winner = self.winner_of_lowest(lowest);
        while four > 0 {
            let place = (four - 1) % 4;
            four = (four - 1) / 4;
            let Four { keys, leaves } = &mut self.inner[four];
            keys[place] = winner.key;
            leaves[place] = winner.from;
            // The others first, which need not wait for this one.
            let at = |by: usize| Winner { key: keys[place ^ by], from: (place ^ by) as u32 };
            let best = at(1).or(at(2)).or(at(3)).or(Winner { key: winner.key, from: place as u32 });
            winner = Winner { key: best.key, from: leaves[best.from as usize % 4] };
        }
        self.root = winner;
    }

    /// Empties a leaf, and chooses winners anew as far up as its key has won.
    #[inline]
    fn clear(&mut self, leaf: u32) {
        let (gone, _, mut four) = self.write_leaf(leaf, K::EMPTY);
        while four > 0 {
            let node = four - 1;
            if self.inner[node / 4].keys[node % 4] != gone {
                return;
            }
            self.write(node, self.winner_of(four));
            four = node / 4;
        }
        self.root = self.winner_of(0);
    }

    /// Writes the key of a new entry into an empty leaf, and above it as far as it wins.
    #[inline]
    fn add(&mut self, leaf: u32, key: K) {
        let (_, _, mut four) = self.write_leaf(leaf, key);
        let winner = Winner { key, from: leaf };
        while four > 0 {
            let node = four - 1;
            if self.inner[node / 4].keys[node % 4] <= key {
                return;
            }
            self.write(node, winner);
            four = node / 4;
        }
        self.root = self.root.or(winner);
    }

    /// Returns the keys of all leaves.
    fn keys_of_leaves(&self) -> &[K] {
        self.lowest.as_flattened()
    }

    /// Puts the next key into the leaf of the one that has left, whose key still stands at the root, or else into an empty leaf.
    #[inline]
    fn put(&mut self, leaf: u32, key: K, is_root: bool) {
        if is_root { self.replace_root(leaf, key) } else { self.add(leaf, key) }
    }

    /// As [`Tree::put`], for keys that hardly any run has: out of the way of the others.
    #[cold]
    #[inline(never)]
    fn put_aside(&mut self, leaf: u32, key: K, is_root: bool) {
        self.put(leaf, key, is_root);
    }

    /// Four times as many leaves.
    fn grown(&self) -> Self {
        let mut leaves = self.keys_of_leaves().to_vec();
        leaves.resize(4 * leaves.len(), K::EMPTY);
        Tree::of_leaves(&leaves)
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
    /// By leaf: whom its entry concerns.
    slots: Vec<u32>,
    /// Leaves without an entry.
    free: Vec<u32>,
    /// The leaf of the entry that left last, whose key still stands in the tree; or [`NO_LEAF`].
    hole: u32,
    /// Bits of a narrow key that hold the number of insertion.
    number_bits: u32,
    /// The next number of insertion.
    number: u64,
    /// The greatest instant and the greatest number of insertion that keys can hold as they are.
    most: (u64, u64),
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
        let time_bits = 65 - latest.leading_zeros();
        EventQueue {
            keys: Keys::Narrow(Tree::of_leaves(&[u64::EMPTY; FIRST_LEAVES])),
            slots: vec![0; FIRST_LEAVES],
            free: (0..FIRST_LEAVES as u32).rev().collect(),
            hole: NO_LEAF,
            number_bits: 64 - RANK_BITS - time_bits,
            number: 0,
            most: ((1 << (time_bits - 1)) - 1, (1 << (64 - RANK_BITS - time_bits)) - 1),
        }
    }

    /// Adds an event and returns its place, by which it can be taken back with [`EventQueue::cancel`] until it leaves.
    ///
    /// Instants before the study's start count as the start. Those from 2^44 - 1 ms (557 years) on cannot be
    /// told apart: they all leave last, and as [`SimTime::NEVER`]. Ranks above [`HIGHEST_RANK`] count as that.
    // In place at its few callers, to whom a call costs a tenth of what it does.
    #[inline(always)]
    pub fn push(&mut self, time: SimTime, rank: u8, slot: u32) -> u32 {
        // An instant before the start is beyond all as a number without a sign.
        let mut time = time.ms() as u64;
        if time > self.most.0 || self.number > self.most.1 {
            time = self.make_room(time);
        }
        let high = time << RANK_BITS | u64::from(rank.min(HIGHEST_RANK));
        let (leaf, is_root) = match std::mem::replace(&mut self.hole, NO_LEAF) {
            NO_LEAF => (self.free.pop().unwrap_or_else(|| self.grow()), false),
            leaf => (leaf, true),
        };
        self.slots[leaf as usize] = slot;
        match &mut self.keys {
            Keys::Narrow(tree) => tree.put(leaf, high << self.number_bits | self.number, is_root),
            Keys::Wide(tree) => tree.put_aside(leaf, wide_key(high, self.number), is_root),
        }
        self.number += 1;
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
            Keys::Narrow(Tree { root: Winner { key: u64::EMPTY, .. }, .. })
            | Keys::Wide(Tree { root: Winner { key: u128::EMPTY, .. }, .. }) => return None,
            Keys::Narrow(tree) => (tree.root.key >> self.number_bits, tree.root.from),
            Keys::Wide(tree) => ((tree.root.key >> WIDE_NUMBER_BITS) as u64, tree.root.from),
        };
        self.hole = leaf;
        let time = high >> RANK_BITS;
        Some(Entry {
            time: if time == FAR { SimTime::NEVER } else { SimTime(time as i64) },
            rank: high as u8 & HIGHEST_RANK,
            slot: self.slots[leaf as usize],
        })
    }

    /// Takes back an event that has not left yet, by the place that [`EventQueue::push`] returned.
    #[inline]
    pub fn cancel(&mut self, leaf: u32) {
        self.free.push(leaf);
        match &mut self.keys {
            Keys::Narrow(tree) => tree.clear(leaf),
            Keys::Wide(tree) => tree.clear(leaf),
        }
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len() - usize::from(self.hole != NO_LEAF)
    }

    /// Tells whether no entry is left.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes four times as many leaves and returns a new one.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) -> u32 {
        let old = self.slots.len();
        self.keys = match &self.keys {
            Keys::Narrow(tree) => Keys::Narrow(tree.grown()),
            Keys::Wide(tree) => Keys::Wide(tree.grown()),
        };
        self.slots.resize(4 * old, 0);
        self.free.extend((old as u32 + 1..4 * old as u32).rev());
        old as u32
    }

    /// Returns an instant as keys hold it, and sees to it that they can hold it, and the next number.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self, time: u64) -> u64 {
        let time = if (time as i64) < 0 { 0 } else { time.min(FAR) };
        if time > self.most.0 || self.number > self.most.1 {
            self.number_anew(time);
        }
        time
    }

    /// Numbers the entries of each instant and rank anew, in their order, and goes on with the lowest number that is above all. Goes
    /// over to wide keys where most numbers would be taken still, or where an instant does not fit.
    fn number_anew(&mut self, time: u64) {
        let Keys::Narrow(tree) = &self.keys else { return };
        // The key of what left last is numbered with the others, and stays the least.
        let leaves = tree.keys_of_leaves();
        let mut in_order: Vec<usize> = (0..leaves.len()).filter(|&leaf| leaves[leaf] != u64::EMPTY).collect();
        in_order.sort_unstable_by_key(|&leaf| leaves[leaf]);
        let mut numbered = Vec::with_capacity(in_order.len());
        let (mut number, mut level) = (0, u64::MAX);
        self.number = 0;
        for leaf in in_order {
            let high = leaves[leaf] >> self.number_bits;
            number = if high == level { number + 1 } else { 0 };
            level = high;
            numbered.push((leaf, high, number));
            self.number = self.number.max(number + 1);
        }
        let fits = time <= self.most.0 && self.number <= self.most.1 / 2;
        self.keys = if fits {
            let mut narrow = vec![u64::EMPTY; leaves.len()];
            numbered.iter().for_each(|&(leaf, high, number)| narrow[leaf] = high << self.number_bits | number);
            Keys::Narrow(Tree::of_leaves(&narrow))
        } else {
            let mut wide = vec![u128::EMPTY; leaves.len()];
            numbered.iter().for_each(|&(leaf, high, number)| wide[leaf] = wide_key(high, number));
            self.most = (FAR, u64::MAX - 1);
            Keys::Wide(Tree::of_leaves(&wide))
        };
    }
}

/// Returns a wide key, in which numbers of insertion have 64 bits and are never used up.
#[inline]
fn wide_key(high: u64, number: u64) -> u128 {
    u128::from(high) << WIDE_NUMBER_BITS | u128::from(number)
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
    fn instants_beyond_the_latest_come_in_order_all_the_same() {
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
    fn entries_come_in_order_however_often_they_are_numbered_anew() {
        // Instants so far ahead leave 2^15 numbers only.
        let mut queue = EventQueue::default();
        let n = 1 << 13;
        for slot in 0..n {
            queue.push(SimTime(7 + i64::from(slot % 2)), 1, slot);
        }
        for round in 0..7 {
            for slot in 0..n {
                queue.push(SimTime(i64::from(round)), 1, n + slot);
            }
            for slot in 0..n {
                assert_eq!(queue.pop().map(|entry| entry.slot), Some(n + slot));
            }
        }
        assert!(matches!(queue.keys, Keys::Narrow(_)), "numbers were enough, used again and again");
        assert!(drain(&mut queue).into_iter().eq((0..n).step_by(2).chain((1..n).step_by(2))));
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
