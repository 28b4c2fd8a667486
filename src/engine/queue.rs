//! The list of events to come: a 4-ary heap of one packed integer per entry.
//!
//! The order is a promise: earlier instants first; at the same instant the lower rank first; at the same
//! rank the entry that was pushed first. As the insertion number stands in the key, no two keys are equal,
//! and the order in which entries leave depends on nothing but the order in which they came.

use crate::base::time::SimTime;

/// Bits of a key that hold the slot.
const SLOT_BITS: u32 = 32;
/// Bits of a key that hold the insertion number.
const NUMBER_BITS: u32 = 48;
/// Bits of a key that hold the rank.
const RANK_BITS: u32 = 4;
/// Bits of a key that hold the instant.
const TIME_BITS: u32 = 44;

const NUMBER_SHIFT: u32 = SLOT_BITS;
const RANK_SHIFT: u32 = NUMBER_SHIFT + NUMBER_BITS;
const TIME_SHIFT: u32 = RANK_SHIFT + RANK_BITS;
/// The time field of all instants that the key cannot hold.
const FAR: u64 = (1 << TIME_BITS) - 1;
/// Children of a heap node: four of 16 bytes fill one cache line.
const ARITY: usize = 4;

/// The highest rank; higher ones count as this one.
pub const HIGHEST_RANK: u8 = (1 << RANK_BITS) - 1;

/// One event to come, as it was pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it happens.
    pub time: SimTime,
    /// Its rank among events of the same instant, 0 to [`HIGHEST_RANK`]; lower ones leave first.
    pub rank: u8,
    /// Its insertion number, counted from 0 since the queue was made or cleared.
    pub number: u64,
    /// Whom it concerns, as the owner understands it.
    pub slot: u32,
}

/// A priority queue of events: by time, then rank, then order of insertion.
///
/// The queue never removes from its middle. An owner that gives an event up forgets its insertion number,
/// and recognises the stale entry by it when it leaves.
#[derive(Clone, Debug, Default)]
pub struct EventQueue {
    /// Packed keys; `heap[i]` is below its children `heap[4 i + 1 ..= 4 i + 4]`.
    heap: Vec<u128>,
    pushed: u64,
}

impl EventQueue {
    /// Makes an empty queue with room for `capacity` entries before it allocates again.
    pub fn with_capacity(capacity: usize) -> Self {
        EventQueue { heap: Vec::with_capacity(capacity), pushed: 0 }
    }

    /// Adds an event and returns its insertion number.
    ///
    /// Instants before the study's start count as the start. Those from 2^44 - 1 ms (557 years) on cannot be
    /// told apart: they all leave last, and as [`SimTime::NEVER`]. Ranks above [`HIGHEST_RANK`] count as that.
    pub fn push(&mut self, time: SimTime, rank: u8, slot: u32) -> u64 {
        let (key, number) = self.next_key(time, rank, slot);
        self.heap.push(key);
        self.sift_up(self.heap.len() - 1, key);
        number
    }

    /// Returns the next event without taking it out.
    pub fn peek(&self) -> Option<Entry> {
        self.heap.first().map(|&key| unpack(key))
    }

    /// Takes the next event out.
    pub fn pop(&mut self) -> Option<Entry> {
        let last = self.heap.pop()?;
        let Some(&top) = self.heap.first() else {
            return Some(unpack(last));
        };
        self.sift_down(last);
        Some(unpack(top))
    }

    /// Puts a new event in the place of the next one, which is dropped, and returns the new insertion number.
    ///
    /// The same as `pop` followed by `push`, at about half the cost; on an empty queue it only pushes.
    pub fn replace_top(&mut self, time: SimTime, rank: u8, slot: u32) -> u64 {
        if self.heap.is_empty() {
            return self.push(time, rank, slot);
        }
        let (key, number) = self.next_key(time, rank, slot);
        self.sift_down(key);
        number
    }

    /// Returns the number of entries, stale ones included.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Tells whether no entry is left.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    /// Drops all entries, keeps the memory, and counts insertions from 0 again.
    pub fn clear(&mut self) {
        self.heap.clear();
        self.pushed = 0;
    }

    fn next_key(&mut self, time: SimTime, rank: u8, slot: u32) -> (u128, u64) {
        let number = self.pushed;
        self.pushed += 1;
        let time = (time.ms().max(0) as u64).min(FAR);
        let rank = rank.min(HIGHEST_RANK);
        let key = u128::from(time) << TIME_SHIFT
            | u128::from(rank) << RANK_SHIFT
            | u128::from(number & ((1 << NUMBER_BITS) - 1)) << NUMBER_SHIFT
            | u128::from(slot);
        (key, number)
    }

    /// Moves the hole at `hole` up until `key` fits, and puts it there.
    fn sift_up(&mut self, mut hole: usize, key: u128) {
        while hole > 0 {
            let parent = (hole - 1) / ARITY;
            if self.heap[parent] <= key {
                break;
            }
            self.heap[hole] = self.heap[parent];
            hole = parent;
        }
        self.heap[hole] = key;
    }

    /// Moves a hole down from the top until `key` fits, and puts it there. The heap must not be empty.
    fn sift_down(&mut self, key: u128) {
        let heap = self.heap.as_mut_slice();
        let mut hole = 0;
        loop {
            let first = ARITY * hole + 1;
            let (child, least) = match heap.get(first..) {
                // A full family is compared as two pairs: the two comparisons do not wait for each other.
                Some([a, b, c, d, ..]) => {
                    let left = if b < a { (first + 1, *b) } else { (first, *a) };
                    let right = if d < c { (first + 3, *d) } else { (first + 2, *c) };
                    if right.1 < left.1 { right } else { left }
                }
                Some(rest) => match rest.iter().enumerate().min_by_key(|&(_, key)| key) {
                    Some((i, &least)) => (first + i, least),
                    None => break,
                },
                None => break,
            };
            if key <= least {
                break;
            }
            heap[hole] = least;
            hole = child;
        }
        heap[hole] = key;
    }
}

fn unpack(key: u128) -> Entry {
    let time = (key >> TIME_SHIFT) as u64;
    Entry {
        time: if time == FAR { SimTime::NEVER } else { SimTime(time as i64) },
        rank: (key >> RANK_SHIFT) as u8 & HIGHEST_RANK,
        number: (key >> NUMBER_SHIFT) as u64 & ((1 << NUMBER_BITS) - 1),
        slot: key as u32,
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
        queue.push(SimTime(1), 0, 0);
        let entry = Entry { time: SimTime((1 << TIME_BITS) - 2), rank: 15, number: 1, slot: u32::MAX };
        assert_eq!(queue.push(entry.time, entry.rank, entry.slot), entry.number);
        queue.pop();
        assert_eq!(queue.peek(), Some(entry));
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
        assert_eq!(queue.pop(), Some(Entry { time: SimTime::ZERO, rank: HIGHEST_RANK, number: 3, slot: 4 }));
        assert_eq!(queue.pop().map(|e| e.time), Some(SimTime(1 << 43)));
        assert_eq!(queue.pop(), Some(Entry { time: SimTime::NEVER, rank: 0, number: 0, slot: 1 }));
        assert_eq!(queue.pop(), Some(Entry { time: SimTime::NEVER, rank: 0, number: 1, slot: 2 }));
    }

    #[test]
    fn clearing_counts_insertions_from_zero_again() {
        let mut queue = EventQueue::with_capacity(4);
        queue.push(SimTime(1), 0, 1);
        queue.clear();
        assert!(queue.is_empty());
        assert_eq!(queue.replace_top(SimTime(2), 0, 2), 0);
        assert_eq!(queue.len(), 1);
    }

    #[derive(Clone, Debug)]
    enum Act {
        Push(i64, u8),
        Pop,
        Replace(i64, u8),
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            3 => (0..50i64, 0..4u8).prop_map(|(time, rank)| Act::Push(time, rank)),
            2 => Just(Act::Pop),
            1 => (0..50i64, 0..4u8).prop_map(|(time, rank)| Act::Replace(time, rank)),
        ]
    }

    proptest! {
        #[test]
        fn every_history_agrees_with_a_sorted_list(acts in proptest::collection::vec(act(), 0..300)) {
            let mut queue = EventQueue::default();
            let mut model: Vec<(i64, u8, u64, u32)> = Vec::new();
            for (slot, act) in acts.into_iter().enumerate() {
                // Slots run against the order of insertion, so that a slot can never stand in for a number.
                let slot = 1_000 - slot as u32;
                match act {
                    Act::Push(time, rank) => model.push((time, rank, queue.push(SimTime(time), rank, slot), slot)),
                    Act::Replace(time, rank) => {
                        if !model.is_empty() {
                            model.remove(0);
                        }
                        model.push((time, rank, queue.replace_top(SimTime(time), rank, slot), slot));
                    }
                    Act::Pop => {
                        let expected = if model.is_empty() { None } else { Some(model.remove(0)) };
                        prop_assert_eq!(queue.pop().map(|e| (e.time.ms(), e.rank, e.number, e.slot)), expected);
                    }
                }
                model.sort_unstable();
                prop_assert_eq!(queue.len(), model.len());
                prop_assert_eq!(queue.peek().map(|e| (e.time.ms(), e.rank, e.number, e.slot)), model.first().copied());
            }
        }
    }
}
