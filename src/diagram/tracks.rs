//! Gives lines that run in one gap tracks of their own, in an order that lets few of them cross.
//!
//! A gap is a channel between two rows or columns: a *piece* runs along it and has *pins* where it turns to either side.
//! Written for upright channels; level ones are the same, turned.

use std::collections::BTreeMap;

/// A line's run along a gap.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Pieces of a net may share a track where they meet.
    pub(super) net: usize,
    /// From where to where it runs, `low <= high`, in any unit that keeps the order.
    pub(super) low: i64,
    /// See `low`.
    pub(super) high: i64,
    /// Where it turns, and whether to the side of the later tracks.
    pub(super) pins: Vec<Pin>,
    /// Who asks: handed back.
    pub(super) owners: Vec<(usize, usize)>,
}

/// Where a piece turns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pin {
    pub(super) at: i64,
    /// Whether it goes to the side of the later tracks.
    pub(super) forward: bool,
    /// Whether `at` is exact: two exact pins at one place lie on one line.
    pub(super) exact: bool,
}

/// What came out for one channel.
pub(super) struct Channel {
    /// How many tracks it needs.
    pub(super) count: usize,
    /// Track of each owner's piece.
    pub(super) track: BTreeMap<(usize, usize), usize>,
    /// Places where the stub of one owner would lie on that of another: the owner that comes from the later side.
    pub(super) clashes: Vec<(usize, usize)>,
}

const CLASH: i64 = 1000;
const CROSSING: i64 = 10;
const MAYBE: i64 = 4;

/// Orders the pieces of one channel and packs them into tracks.
pub(super) fn assign(pieces: Vec<Piece>) -> Channel {
    let pieces = joined(pieces);
    let n = pieces.len();
    let mut cost = vec![0_i64; n * n];
    for i in 0..n {
        for j in 0..n {
            if i != j && meet(&pieces[i], &pieces[j]) {
                cost[i * n + j] = cost_before(&pieces[i], &pieces[j]);
            }
        }
    }
    let order = ordered(n, &cost);
    let mut track_of = vec![0_usize; n];
    for (at, &i) in order.iter().enumerate() {
        let below = order[..at].iter().filter(|&&j| meet(&pieces[i], &pieces[j])).map(|&j| track_of[j] + 1).max();
        track_of[i] = below.unwrap_or(0);
    }
    let mut channel = Channel { count: 0, track: BTreeMap::new(), clashes: Vec::new() };
    for (i, piece) in pieces.iter().enumerate() {
        channel.count = channel.count.max(track_of[i] + 1);
        channel.track.extend(piece.owners.iter().map(|owner| (*owner, track_of[i])));
    }
    for i in 0..n {
        for j in 0..n {
            if i != j && track_of[i] < track_of[j] && cost[i * n + j] >= CLASH {
                // The one whose stub comes from the right lies under that of the other, from the left: i turns to the later
                // side at a place where j turns to the earlier one.
                channel.clashes.extend(pieces[i].owners.iter().copied());
            }
        }
    }
    channel.clashes.sort_unstable();
    channel.clashes.dedup();
    channel
}

/// Joins pieces of a net that meet.
fn joined(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.sort_by_key(|piece| (piece.net, piece.low, piece.high));
    let mut done: Vec<Piece> = Vec::new();
    for piece in pieces {
        match done.last_mut() {
            Some(last) if last.net == piece.net && piece.low <= last.high => {
                last.high = last.high.max(piece.high);
                last.pins.extend(piece.pins);
                last.owners.extend(piece.owners);
            }
            _ => done.push(piece),
        }
    }
    done
}

fn meet(a: &Piece, b: &Piece) -> bool {
    a.low <= b.high && b.low <= a.high
}

/// What it costs when `a` runs on an earlier track than `b`.
fn cost_before(a: &Piece, b: &Piece) -> i64 {
    let towards = |pins: &[Pin], forward: bool, other: &Piece| -> i64 {
        let cost = |pin: &Pin| {
            let opposite = |q: &&Pin| q.at == pin.at && q.forward != forward;
            match other.pins.iter().find(opposite) {
                Some(q) if q.exact && pin.exact => CLASH,
                Some(_) => MAYBE,
                None if other.low < pin.at && pin.at < other.high => CROSSING,
                None if other.low == pin.at || pin.at == other.high => {
                    if pin.exact {
                        0
                    } else {
                        MAYBE
                    }
                }
                None => 0,
            }
        };
        pins.iter().filter(|pin| pin.forward == forward).map(cost).sum()
    };
    towards(&a.pins, true, b) + towards(&b.pins, false, a)
}

/// Finds an order of small cost: each piece is taken out and put where it costs least, until nothing changes.
fn ordered(n: usize, cost: &[i64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for _ in 0..6 {
        let mut changed = false;
        for piece in 0..n {
            let Some(from) = order.iter().position(|&i| i == piece) else { continue };
            order.remove(from);
            // The cost of standing first; each step to the right exchanges it with one other.
            let mut here: i64 = order.iter().map(|&j| cost[piece * n + j]).sum();
            let mut costs = vec![here];
            for &j in &order {
                here += cost[j * n + piece] - cost[piece * n + j];
                costs.push(here);
            }
            let best = (0..costs.len()).min_by_key(|&at| (costs[at], at != from, at)).unwrap_or(from);
            order.insert(best, piece);
            changed |= best != from;
        }
        if !changed {
            break;
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(net: usize, low: i64, high: i64, pins: &[(i64, bool)]) -> Piece {
        let pins = pins.iter().map(|&(at, forward)| Pin { at, forward, exact: true }).collect();
        Piece { net, low, high, pins, owners: vec![(net, 0)] }
    }

    #[test]
    fn a_stub_from_the_left_is_kept_clear_of_one_to_the_right_on_the_same_row() {
        // Net 1 comes from the left at 3 and leaves to the right at 7; net 2 comes from the left at 5, leaves at 3.
        let one = piece(1, 3, 7, &[(3, false), (7, true)]);
        let two = piece(2, 3, 5, &[(5, false), (3, true)]);
        for order in [vec![one.clone(), two.clone()], vec![two, one]] {
            let channel = assign(order);
            assert!(channel.track[&(1, 0)] < channel.track[&(2, 0)]);
            assert!(channel.clashes.is_empty());
        }
    }

    #[test]
    fn a_swap_of_two_rows_is_told_as_a_clash() {
        let one = piece(1, 3, 5, &[(3, false), (5, true)]);
        let two = piece(2, 3, 5, &[(5, false), (3, true)]);
        assert_eq!(assign(vec![one, two]).clashes.len(), 1);
    }

    #[test]
    fn lines_that_do_not_meet_share_a_track() {
        let channel = assign(vec![piece(1, 1, 3, &[]), piece(2, 4, 6, &[]), piece(3, 2, 5, &[])]);
        assert_eq!(channel.count, 2);
        assert_eq!(channel.track[&(1, 0)], channel.track[&(2, 0)]);
    }
}
