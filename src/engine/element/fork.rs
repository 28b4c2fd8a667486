//! Exclusive gateways that are chosen from in one place, as most are.

use crate::base::idx::Idx;
use crate::engine::condition::{Predicate, Quantity, Relation};
use crate::engine::program::{Element, Kind, Program, Rule};
use crate::engine::random::stream::unit;

/// Ways of a [`Fork`] at most.
const FEW: usize = 4;

/// An exclusive gateway with a few ways, all of them by shares that are the same for all segments, or all by what one slot holds.
/// Most gateways are of these kinds; all that is needed to choose is found in one place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fork {
    how: How,
    /// Number of ways.
    n: u8,
    /// The way that is left over, or the number of ways.
    otherwise: u8,
    relations: [Relation; FEW],
    slots: [u32; FEW],
    /// Shares, or what slots are held against.
    numbers: [f64; FEW],
    /// What a draw is out of; 0 if every case goes by `otherwise`.
    whole: f64,
    targets: [Idx<Element>; FEW],
}

/// How a [`Fork`]'s way is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// Not here: by the general rule.
    Elsewhere,
    /// By shares.
    Shares,
    /// By slots.
    Slots,
}

impl Fork {
    /// Looks through a program for such gateways.
    pub fn of_program(program: &Program) -> Vec<Fork> {
        program.elements.iter().map(|element| Fork::of(element).unwrap_or(Fork::ELSEWHERE)).collect()
    }

    const ELSEWHERE: Fork = Fork {
        how: How::Elsewhere,
        n: 0,
        otherwise: 0,
        relations: [Relation::Equal; FEW],
        slots: [0; FEW],
        numbers: [0.0; FEW],
        whole: 0.0,
        targets: [Idx::new(0); FEW],
    };

    fn of(element: &Element) -> Option<Fork> {
        let Kind::Exclusive(ways) = &element.kind else { return None };
        if ways.is_empty() || ways.len() > FEW {
            return None;
        }
        let n = ways.len() as u8;
        let mut fork = Fork { how: How::Shares, n, otherwise: n, ..Fork::ELSEWHERE };
        let (mut sum, mut shares, mut slots) = (0.0, 0, 0);
        for (i, way) in ways.iter().enumerate() {
            fork.targets[i] = way.target;
            match &way.rule {
                Rule::Share(by_segment) => {
                    let [share] = by_segment.as_slice() else { return None };
                    fork.numbers[i] = *share;
                    sum += share;
                    shares += 1;
                }
                Rule::When(Predicate::Compare(Quantity::Slot(slot), relation, Quantity::Constant(number))) => {
                    (fork.slots[i], fork.relations[i], fork.numbers[i]) = (*slot, *relation, *number);
                    slots += 1;
                }
                Rule::When(_) => return None,
                Rule::Otherwise => fork.otherwise = fork.otherwise.min(i as u8),
            }
        }
        // A second way that is left over would have to be told from the others.
        if shares + slots + u8::from(fork.otherwise < n) < n {
            return None;
        }
        match (shares, slots) {
            (_, 0) if sum > 0.0 => fork.whole = if fork.otherwise < n { sum.max(1.0) } else { sum },
            (_, 0) if fork.otherwise < n => {}
            (0, _) => fork.how = How::Slots,
            _ => return None,
        }
        Some(fork)
    }

    /// Tells whether it is no such gateway.
    pub fn is_elsewhere(&self) -> bool {
        self.how == How::Elsewhere
    }

    /// Chooses a way and where it leads, as the general rule does; `None` where no way is left.
    #[inline]
    pub fn choose(&self, draw: impl Fn() -> u64, slots: &[f64]) -> Option<(usize, Idx<Element>)> {
        let way = match self.how {
            How::Shares => self.by_shares(draw),
            How::Slots => self.by_slots(slots)?,
            How::Elsewhere => return None,
        };
        Some((way, self.targets[way]))
    }

    /// Chooses by shares.
    #[inline]
    fn by_shares(&self, draw: impl Fn() -> u64) -> usize {
        if self.whole == 0.0 {
            return usize::from(self.otherwise);
        }
        let mut left = unit(draw()) * self.whole;
        let mut last = self.otherwise;
        for (i, &share) in self.numbers[..usize::from(self.n)].iter().enumerate() {
            if share > 0.0 {
                if left < share {
                    return i;
                }
                left -= share;
                last = i as u8;
            }
        }
        usize::from(if self.otherwise < self.n { self.otherwise } else { last })
    }

    /// Chooses by slots.
    #[inline]
    fn by_slots(&self, slots: &[f64]) -> Option<usize> {
        let holds = |&i: &usize| {
            i != usize::from(self.otherwise) && self.relations[i].holds(slots[self.slots[i] as usize], self.numbers[i])
        };
        let left = usize::from(self.otherwise);
        (0..usize::from(self.n)).find(holds).or((self.otherwise < self.n).then_some(left))
    }
}
