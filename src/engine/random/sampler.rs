//! Samplers: 64 random bits in, one value of a distribution out.
//!
//! Every sampler inverts the distribution function: it uses exactly one draw, and more bits never give a
//! smaller value. So two variants that differ in a duration alone stay in step, and a citizen who is slow in
//! one is slow in the other, which narrows the interval of their difference.
//!
//! Families whose inverse is a few operations are inverted exactly. The others (lognormal, normal, gamma,
//! Erlang, beta, PERT, and what is left of them by truncation) read a table of cubic pieces: 16 to each octave
//! of probability, towards both ends, down to 2^-33; beyond that, once in 4 thousand million draws, they are
//! inverted exactly too. Within the central 99.8 % the table is off by less than 1e-4 of the value for
//! coefficients of variation up to 2.5, and its mean by less than 1e-6; tests hold it to that.

use crate::base::distribution::Distribution;
use crate::base::distribution::form::{Form, Window};
use crate::base::distribution::law::Law;
use crate::base::time::LONGEST_DURATION;

use super::stream::unit;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Pieces to an octave of probability, as a power of two.
const PIECE_BITS: u32 = 4;
/// Octaves of probability that a table covers on each side of the median; the first is 1/4 to 1/2.
const OCTAVES: u32 = 32;
/// Pieces of one side of a table.
const SIDE: usize = (OCTAVES as usize) << PIECE_BITS;
/// Tables kept for those who ask again, 32 kB each.
const MOST_KEPT: usize = 256;
/// Bits of a draw that choose the entry of a guide.
const GUIDE_BITS: u32 = 8;

/// A distribution made ready for drawing.
#[derive(Clone, Debug)]
pub struct Sampler {
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Fixed {
        value: f64,
        ms: i64,
    },
    Uniform {
        min: f64,
        width: f64,
    },
    Triangular {
        min: f64,
        max: f64,
        turn: f64,
        rise: f64,
        fall: f64,
    },
    Exponential {
        mean: f64,
    },
    Weibull {
        scale: f64,
        power: f64,
    },
    /// Exact inversion of a conditioned family that has a simple inverse.
    Window(Window),
    Table(Table),
    Points {
        shares: Shares,
        values: Vec<f64>,
    },
    Bins {
        shares: Shares,
        from: Vec<f64>,
        width: Vec<f64>,
    },
}

impl Sampler {
    /// Makes the sampler of a distribution. A table takes about a tenth of a millisecond where it has not been made before; all else
    /// next to nothing.
    ///
    /// # Errors
    /// The faults that [`Distribution::check`] finds.
    pub fn new(distribution: &Distribution) -> Result<Sampler, Vec<String>> {
        let kind = match distribution.form()? {
            Form::Point(value) => Kind::Fixed { value, ms: whole_ms(value) },
            Form::Smooth(window) => smooth(window),
            Form::Points(points) => Kind::Points {
                shares: Shares::new(points.iter().map(|point| point.1)),
                values: points.iter().map(|point| point.0).collect(),
            },
            Form::Bins(bins) => Kind::Bins {
                shares: Shares::new(bins.iter().map(|bin| bin.2)),
                from: bins.iter().map(|bin| bin.0).collect(),
                width: bins.iter().map(|bin| bin.1 - bin.0).collect(),
            },
        };
        Ok(Sampler { kind })
    }

    /// Returns the value if it is always the same: then no draw is needed.
    pub fn constant(&self) -> Option<f64> {
        if let Kind::Fixed { value, .. } = self.kind { Some(value) } else { None }
    }

    /// Returns a duration in whole milliseconds, for a distribution in milliseconds.
    ///
    /// Rounds to the nearest; never negative, and held at [`LONGEST_DURATION`]. Does not fall as `bits` rise.
    #[inline]
    pub fn sample_ms(&self, bits: u64) -> i64 {
        if let Kind::Fixed { ms, .. } = self.kind { ms } else { whole_ms(self.sample(bits)) }
    }

    /// Returns a value in the distribution's own unit. Does not fall as `bits` rise, but for rounding in the
    /// last place.
    // In place: what is drawn costs less than the call.
    #[inline(always)]
    pub fn sample(&self, bits: u64) -> f64 {
        match &self.kind {
            Kind::Fixed { value, .. } => *value,
            Kind::Uniform { min, width } => min + width * unit(bits),
            Kind::Exponential { mean } => -mean * unit(!bits).ln(),
            Kind::Table(table) => table.sample(bits),
            Kind::Triangular { min, max, turn, rise, fall } => {
                let p = unit(bits);
                if p < *turn { min + (rise * p).sqrt() } else { max - (fall * unit(!bits)).sqrt() }
            }
            Kind::Weibull { scale, power } => scale * (-unit(!bits).ln()).powf(*power),
            Kind::Window(window) => window.quantile(unit(bits), unit(!bits)),
            Kind::Points { shares, values } => values[shares.find(bits)],
            Kind::Bins { shares, from, width } => {
                let i = shares.find(bits);
                from[i] + width[i] * shares.position_within(i, bits)
            }
        }
    }
}

/// Rounds to whole milliseconds between 0 and [`LONGEST_DURATION`]; adding a half first costs less than `round`.
#[inline]
fn whole_ms(ms: f64) -> i64 {
    ((ms + 0.5) as i64).clamp(0, LONGEST_DURATION.ms())
}

fn smooth(window: Window) -> Kind {
    match window.law {
        Law::Uniform { .. } => {
            let (min, max) = (window.quantile(0.0, 1.0), window.quantile(1.0, 0.0));
            Kind::Uniform { min, width: max - min }
        }
        Law::Triangular { min, likely, max } if window.is_whole() => Kind::Triangular {
            min,
            max,
            turn: (likely - min) / (max - min),
            rise: (max - min) * (likely - min),
            fall: (max - min) * (max - likely),
        },
        Law::Weibull { shape, scale } if window.is_whole() => {
            if shape == 1.0 {
                Kind::Exponential { mean: scale }
            } else {
                Kind::Weibull { scale, power: 1.0 / shape }
            }
        }
        Law::Triangular { .. } | Law::Weibull { .. } => Kind::Window(window),
        Law::Gamma { .. } | Law::Lognormal { .. } | Law::Normal { .. } | Law::Beta { .. } => Kind::Table(Table::new(window)),
    }
}

/// The pieces of a table.
type Pieces = Arc<[[f64; 4]]>;

/// A quantile function as cubic pieces, 16 to each octave of probability on both sides of the median.
#[derive(Clone, Debug)]
struct Table {
    /// Coefficients of `1, t, t^2, t^3`, with `t` from 0 to 1 across a piece, away from the nearer end. First the
    /// pieces below the median, from the middle outwards by octaves, then those above it. Shared by all samplers of one
    /// distribution.
    pieces: Pieces,
    /// For the extreme tails.
    exact: Window,
}

impl Table {
    /// Looks the table up among those made last, or makes it. The same distributions come again in every variant of a study, and
    /// after every edit of a person who waits.
    fn new(exact: Window) -> Self {
        static MADE_LAST: Mutex<VecDeque<(Window, Pieces)>> = Mutex::new(VecDeque::new());
        let made_last = || MADE_LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let known = made_last().iter().find(|(window, _)| *window == exact).map(|(_, pieces)| Arc::clone(pieces));
        let pieces = known.unwrap_or_else(|| {
            let pieces: Pieces = Table::pieces(exact).into();
            let mut made_last = made_last();
            if made_last.len() == MOST_KEPT {
                made_last.pop_front();
            }
            made_last.push_back((exact, Arc::clone(&pieces)));
            pieces
        });
        Table { pieces, exact }
    }

    fn pieces(exact: Window) -> Vec<[f64; 4]> {
        let mut pieces = Vec::with_capacity(2 * SIDE);
        for above in [false, true] {
            // The value at a distance in probability from the nearer end, and its slope by that distance.
            let node = |distance: f64| {
                let value =
                    if above { exact.quantile(1.0 - distance, distance) } else { exact.quantile(distance, 1.0 - distance) };
                let slope = 1.0 / exact.density(value);
                (value, if above { -slope } else { slope })
            };
            for octave in 1..=OCTAVES {
                let start = 0.5_f64.powi(octave as i32 + 1);
                let width = start / f64::from(1_u32 << PIECE_BITS);
                let mut left = node(start);
                for piece in 1..=1_u32 << PIECE_BITS {
                    let right = node(start + width * f64::from(piece));
                    pieces.push(rising_cubic(left.0, right.0, width * left.1, width * right.1));
                    left = right;
                }
            }
        }
        pieces
    }

    #[inline]
    fn sample(&self, bits: u64) -> f64 {
        let above = bits >> 63;
        // The distance from the nearer end, in units of 2^-64: the upper half is the mirrored lower one.
        let distance = bits ^ above.wrapping_neg();
        let octave = distance.leading_zeros();
        if octave > OCTAVES {
            return self.sample_tail(bits);
        }
        // The leading one goes, the next bits choose the piece, the rest are the place within it.
        let rest = distance << octave << 1;
        let piece = (octave as usize - 1) << PIECE_BITS | (rest >> (64 - PIECE_BITS)) as usize;
        let t = (rest << PIECE_BITS >> 11) as f64 * (1.0 / (1_u64 << 53) as f64);
        let [c0, c1, c2, c3] = self.pieces[above as usize * SIDE + piece];
        c0 + t * (c1 + t * (c2 + t * c3))
    }

    #[cold]
    fn sample_tail(&self, bits: u64) -> f64 {
        self.exact.quantile(unit(bits), unit(!bits))
    }
}

/// Returns the cubic through two values with two slopes, held so far as to keep it monotone.
///
/// Source: Fritsch and Carlson, Monotone piecewise cubic interpolation, 1980: slopes of at most three times the
/// secant's keep the piece monotone.
fn rising_cubic(left: f64, right: f64, slope_left: f64, slope_right: f64) -> [f64; 4] {
    let secant = right - left;
    let hold = |slope: f64| if secant == 0.0 { 0.0 } else { secant * (slope / secant).clamp(0.0, 3.0) };
    let (a, b) = (hold(slope_left), hold(slope_right));
    [left, a, 3.0 * secant - 2.0 * a - b, a + b - 2.0 * secant]
}

/// Shares of a list as thresholds of a draw, with a guide to where a search begins.
#[derive(Clone, Debug)]
struct Shares {
    /// Entry `i` is chosen by draws below `ends[i]`, from `ends[i - 1]` on; the last one by all that remain.
    ends: Vec<u64>,
    /// For the leading bits of a draw, the first entry that it can choose.
    guide: Vec<u32>,
}

impl Shares {
    fn new(shares: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let mut ends: Vec<u64> = shares
            .map(|share| {
                sum += share;
                (sum * 2.0_f64.powi(64)) as u64
            })
            .collect();
        if let Some(last) = ends.last_mut() {
            *last = u64::MAX;
        }
        let start = |cell: u64| ends.partition_point(|&end| end <= cell << (64 - GUIDE_BITS)) as u32;
        let guide = (0..1 << GUIDE_BITS).map(start).chain([ends.len().saturating_sub(1) as u32]).collect();
        Shares { ends, guide }
    }

    #[inline]
    fn find(&self, bits: u64) -> usize {
        let cell = (bits >> (64 - GUIDE_BITS)) as usize;
        let (first, last) = (self.guide[cell] as usize, self.guide[cell + 1] as usize);
        first + self.ends[first..last].partition_point(|&end| end <= bits)
    }

    /// Returns how far a draw lies within the entry that it chose, from 0 to 1.
    #[inline]
    fn position_within(&self, i: usize, bits: u64) -> f64 {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        (bits - start) as f64 / (self.ends[i] - start).max(1) as f64
    }
}

#[cfg(test)]
mod tests;
