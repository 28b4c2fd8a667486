//! The distribution of a stream of values in a few kilobytes.

use crate::statistics::rank::{nearest_rank, quantile_of_sorted};

/// Up to this many values are kept as they are.
const MOST_EXACT: u64 = 1_024;
/// Values below this have a bucket each.
const FIRST_OCTAVE: i64 = 1 << FIRST_OCTAVE_BITS;
const FIRST_OCTAVE_BITS: u32 = 9;
/// Every doubling above is cut into this many buckets of equal width.
const PER_OCTAVE: usize = 1 << PER_OCTAVE_BITS;
const PER_OCTAVE_BITS: u32 = 8;

/// Below this a floating-point number holds every whole number exactly.
const EXACT_AS_FLOAT: i64 = 1 << f64::MANTISSA_DIGITS;
/// Bucket 0, in octaves of exponents: an exponent's bias, and the octaves below the first that have no buckets of their own.
const FLOAT_BUCKET_OF_0: usize = (f64::MAX_EXP as usize - 1 + FIRST_OCTAVE_BITS as usize - 2) * PER_OCTAVE;

/// A mergeable summary of non-negative whole numbers, such as milliseconds or counts, that answers for quantiles.
///
/// The first 1,024 values are kept exactly; beyond, they are folded into buckets: one each below 512, then 256 to
/// every doubling. A folded quantile is at most 0.2 % (1/512) from the exact one; count, sum, least and greatest value
/// stay exact. Memory grows with the range of the values and not with their number: 8 kB at most before folding, then
/// 8 bytes a bucket up to the greatest value, which for milliseconds is 41 kB for a day and 57 kB for a year.
///
/// Determinism: the state depends only on which values were recorded, how often, and not on their order, nor on how they
/// were spread over sketches that were merged. Values below 0 are counted as 0.
///
/// Source: the layout is that of HdrHistogram (Tene); mergeability as in Masson, Rim and Lee, "DDSketch", Proceedings of
/// the VLDB Endowment 12 (2019).
#[derive(Debug, Clone)]
pub struct Sketch {
    n: u64,
    sum: i128,
    min: i64,
    max: i64,
    store: Store,
}

/// Where the values are.
#[derive(Debug, Clone)]
enum Store {
    /// Every value, in the order it came.
    Exact(Vec<i64>),
    /// How many values lie in each bucket, up to the greatest bucket in use and the rest of its octave.
    Folded(Vec<u64>),
}

/// One column of a histogram: the values from `low`, which counts as inside, to `high`, which does not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HistogramBin {
    /// The lower edge, a whole number.
    pub low: f64,
    /// The upper edge, a whole number, and the next bin's lower.
    pub high: f64,
    /// How many values lie within; not whole where a bucket was cut by an edge.
    pub count: f64,
}

impl Default for Sketch {
    fn default() -> Self {
        Sketch::new()
    }
}

impl Sketch {
    /// Returns about how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let values = match &self.store {
            Store::Exact(values) => size_of_val(values.as_slice()),
            Store::Folded(counts) => size_of_val(counts.as_slice()),
        };
        size_of::<Sketch>() + values
    }

    /// Makes a sketch of no values.
    pub const fn new() -> Self {
        Sketch { n: 0, sum: 0, min: i64::MAX, max: 0, store: Store::Exact(Vec::new()) }
    }

    /// Takes in one value. After folding this costs an array increment.
    #[inline]
    pub fn record(&mut self, value: i64) {
        let value = value.max(0);
        self.n = self.n.saturating_add(1);
        self.sum = self.sum.saturating_add(i128::from(value));
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        match &mut self.store {
            Store::Folded(counts) => match counts.get_mut(bucket_of(value)) {
                Some(count) => *count = count.saturating_add(1),
                None => add_to_bucket(counts, value, 1),
            },
            Store::Exact(values) => {
                values.push(value);
                if self.n > MOST_EXACT {
                    self.fold();
                }
            }
        }
    }

    /// Takes in the same value `n` times, at the cost of once.
    pub fn record_n(&mut self, value: i64, n: u64) {
        if n == 0 {
            return;
        }
        let value = value.max(0);
        self.n = self.n.saturating_add(n);
        self.sum = self.sum.saturating_add(i128::from(value) * i128::from(n));
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        if self.n > MOST_EXACT {
            self.fold();
        }
        match &mut self.store {
            Store::Folded(counts) => add_to_bucket(counts, value, n),
            // Here n is at most 1,024, or the sketch would have been folded above.
            Store::Exact(values) => values.extend(std::iter::repeat_n(value, n as usize)),
        }
    }

    /// Takes in several values: the state is that after taking each.
    pub fn record_all(&mut self, values: &[i64]) {
        let (mut sum, mut min, mut max) = (0_i64, self.min, 0);
        for &value in values {
            let value = value.max(0);
            sum = sum.wrapping_add(value);
            min = min.min(value);
            max = max.max(value);
        }
        // Where so many of the greatest would be too much for the narrow sum, it may have run over.
        let sum = match i64::try_from(values.len()).ok().and_then(|n| max.checked_mul(n)) {
            Some(_) => i128::from(sum),
            None => values.iter().map(|&value| i128::from(value.max(0))).sum(),
        };
        self.n = self.n.saturating_add(values.len() as u64);
        self.sum = self.sum.saturating_add(sum);
        (self.min, self.max) = (min, self.max.max(max));
        if self.n > MOST_EXACT {
            self.fold();
        }
        match &mut self.store {
            Store::Folded(counts) => {
                add_to_bucket(counts, max, 0);
                for &value in values {
                    let count = &mut counts[bucket_of(value.max(0))];
                    *count = count.saturating_add(1);
                }
            }
            Store::Exact(kept) => kept.extend(values.iter().map(|&value| value.max(0))),
        }
    }

    /// Takes in all that `other` has recorded. The result does not depend on the order of merging.
    pub fn merge(&mut self, other: &Sketch) {
        self.n = self.n.saturating_add(other.n);
        self.sum = self.sum.saturating_add(other.sum);
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        if self.n > MOST_EXACT {
            self.fold();
        }
        match (&mut self.store, &other.store) {
            (Store::Exact(mine), Store::Exact(theirs)) => mine.extend_from_slice(theirs),
            (Store::Folded(mine), Store::Exact(theirs)) => theirs.iter().for_each(|&value| add_to_bucket(mine, value, 1)),
            (Store::Folded(mine), Store::Folded(theirs)) => {
                if mine.len() < theirs.len() {
                    mine.resize(theirs.len(), 0);
                }
                for (count, more) in mine.iter_mut().zip(theirs) {
                    *count = count.saturating_add(*more);
                }
            }
            // A folded sketch has more than 1,024 values, so that their sum has folded this one above.
            (Store::Exact(_), Store::Folded(_)) => {}
        }
    }

    /// Returns how many values were recorded.
    pub const fn n(&self) -> u64 {
        self.n
    }

    /// Returns the exact sum of the values.
    pub const fn sum(&self) -> i128 {
        self.sum
    }

    /// Returns the mean, or `None` before the first value.
    pub fn mean(&self) -> Option<f64> {
        let n = i128::from(self.n);
        // Whole part and rest apart, so that the mean of equal values is that value, however large their sum.
        (n > 0).then(|| (self.sum / n) as f64 + (self.sum % n) as f64 / n as f64)
    }

    /// Returns the least value, or `None` before the first.
    pub fn min(&self) -> Option<i64> {
        (self.n > 0).then_some(self.min)
    }

    /// Returns the greatest value, or `None` before the first.
    pub fn max(&self) -> Option<i64> {
        (self.n > 0).then_some(self.max)
    }

    /// Tells whether every answer is exact still, because no more than 1,024 values came.
    pub const fn is_exact(&self) -> bool {
        matches!(self.store, Store::Exact(_))
    }

    /// Returns the p-quantile: the smallest value with at least p n values at or below it, or `None` of no values.
    ///
    /// `p` lies in 0..=1 and is clamped to it. Once folded, the answer is the middle of that value's bucket, at most
    /// 0.2 % off, and never beyond the least and greatest value; quantiles 0 and 1 are exactly these. For several
    /// quantiles [`Sketch::quantiles`] is cheaper.
    pub fn quantile(&self, p: f64) -> Option<i64> {
        self.value_at_rank(nearest_rank(p, self.n))
    }

    /// Returns several quantiles, in the order asked for; nothing if no value was recorded.
    pub fn quantiles(&self, shares: &[f64]) -> Vec<i64> {
        match &self.store {
            Store::Exact(_) => {
                let sorted = self.sorted();
                shares.iter().filter_map(|&p| quantile_of_sorted(&sorted, p)).collect()
            }
            Store::Folded(_) => shares.iter().filter_map(|&p| self.quantile(p)).collect(),
        }
    }

    /// Returns the value of a rank in ascending order, from 1 to n, with the same error as [`Sketch::quantile`].
    ///
    /// `None` for a rank outside.
    pub fn value_at_rank(&self, rank: u64) -> Option<i64> {
        if rank == 0 || rank > self.n {
            return None;
        }
        if rank == 1 {
            return Some(self.min);
        }
        if rank == self.n {
            return Some(self.max);
        }
        match &self.store {
            Store::Exact(_) => self.sorted().get(rank as usize - 1).copied(),
            Store::Folded(counts) => {
                let mut below = 0u64;
                let bucket = counts.iter().position(|&count| {
                    below = below.saturating_add(count);
                    below >= rank
                })?;
                let (lower, width) = bounds_of(bucket);
                Some((lower + (width - 1) / 2).clamp(self.min, self.max))
            }
        }
    }

    /// Returns the share of values at or below `x`, from 0 to 1, or `None` of no values.
    ///
    /// Once folded, the values of the one bucket that `x` cuts are taken as evenly spread over it.
    pub fn share_at_most(&self, x: i64) -> Option<f64> {
        if self.n == 0 {
            return None;
        }
        if x < self.min {
            return Some(0.0);
        }
        if x >= self.max {
            return Some(1.0);
        }
        Some((self.count_below(x + 1) / self.n as f64).clamp(0.0, 1.0))
    }

    /// Returns at most `bins` columns of equal width from the least to the greatest value, for a chart.
    ///
    /// Edges are whole numbers, so that a count such as 3 visits is never cut in two; where the values span fewer
    /// numbers than `bins`, each number has its own column. Once folded, a bucket that an edge cuts is shared out evenly.
    /// Nothing for no values or no bins.
    pub fn histogram(&self, bins: usize) -> Vec<HistogramBin> {
        if self.n == 0 || bins == 0 {
            return Vec::new();
        }
        let span = self.max as u64 - self.min as u64 + 1;
        let width = span.div_ceil(bins as u64);
        let n_bins = span.div_ceil(width) as usize;
        let mut below_low = 0.0;
        let mut histogram = Vec::with_capacity(n_bins);
        // Edges reach one bin beyond i64 at most, which the wider type holds.
        let edge = |bin: usize| i128::from(self.min) + i128::from(width) * bin as i128;
        let sorted = self.sorted();
        // Edges ascend, so that every bucket is looked at once.
        let (mut bucket, mut whole) = (0, 0u64);
        for bin in 0..n_bins {
            let high = edge(bin + 1);
            let below_high = match &self.store {
                _ if high > i128::from(self.max) => self.n as f64,
                Store::Exact(_) => sorted.partition_point(|value| i128::from(*value) < high) as f64,
                Store::Folded(counts) => {
                    let x = high as i64;
                    while bucket < bucket_of(x) {
                        whole = whole.saturating_add(counts.get(bucket).copied().unwrap_or(0));
                        bucket += 1;
                    }
                    shared_out(counts, bucket, whole, x)
                }
            };
            histogram.push(HistogramBin { low: edge(bin) as f64, high: high as f64, count: below_high - below_low });
            below_low = below_high;
        }
        histogram
    }

    /// Returns how many values lie below `x`, sharing out the bucket that `x` cuts.
    fn count_below(&self, x: i64) -> f64 {
        if x <= 0 {
            return 0.0;
        }
        match &self.store {
            Store::Exact(values) => values.iter().filter(|&&value| value < x).count() as f64,
            Store::Folded(counts) => {
                let cut = bucket_of(x);
                let whole = counts.iter().take(cut).fold(0u64, |sum, &count| sum.saturating_add(count));
                shared_out(counts, cut, whole, x)
            }
        }
    }

    /// Returns the exact values in ascending order; nothing once they are folded.
    fn sorted(&self) -> Vec<i64> {
        match &self.store {
            Store::Exact(values) => {
                let mut sorted = values.clone();
                sorted.sort_unstable();
                sorted
            }
            Store::Folded(_) => Vec::new(),
        }
    }

    /// Moves exact values into buckets.
    #[cold]
    fn fold(&mut self) {
        if let Store::Exact(values) = &self.store {
            let mut counts = Vec::new();
            values.iter().for_each(|&value| add_to_bucket(&mut counts, value, 1));
            self.store = Store::Folded(counts);
        }
    }
}

/// A sketch that takes its values in together, so that each costs little more than writing it down, and the buckets of many sketches
/// do not push each other out of the processor's cache.
#[derive(Debug, Clone, Default)]
#[repr(C, align(64))]
pub struct Batched {
    values: Vec<i64>,
    /// Values of 0, which many are: work that begins at once has not waited.
    zeros: u64,
    sketch: Sketch,
}

impl Batched {
    /// Values taken in together.
    const MOST: usize = 128;

    /// Takes in one value.
    #[inline]
    pub fn record(&mut self, value: i64) {
        if value == 0 {
            self.zeros += 1;
            return;
        }
        self.values.push(value);
        if self.values.len() >= Batched::MOST {
            self.take_in();
        }
    }

    #[cold]
    #[inline(never)]
    fn take_in(&mut self) {
        self.sketch.record_all(&self.values);
        self.values.clear();
    }

    /// Returns the sketch of all values.
    pub fn into_sketch(mut self) -> Sketch {
        self.take_in();
        self.sketch.record_n(0, self.zeros);
        self.sketch
    }
}

/// Equality of what was recorded, not of the order in which it came.
impl PartialEq for Sketch {
    fn eq(&self, other: &Self) -> bool {
        let same_totals = (self.n, self.sum, self.min, self.max) == (other.n, other.sum, other.min, other.max);
        same_totals
            && match (&self.store, &other.store) {
                (Store::Folded(mine), Store::Folded(theirs)) => mine == theirs,
                _ => self.sorted() == other.sorted(),
            }
    }
}

/// Returns how many values lie below `x`, of which `whole` lie in the buckets before that of `x`, which it cuts and shares out.
fn shared_out(counts: &[u64], cut: usize, whole: u64, x: i64) -> f64 {
    let (lower, width) = bounds_of(cut);
    let in_cut = counts.get(cut).copied().unwrap_or(0) as f64;
    whole as f64 + in_cut * ((x - lower) as f64 / width as f64)
}

/// Adds to the bucket of a value, making room for its whole octave first.
fn add_to_bucket(counts: &mut Vec<u64>, value: i64, n: u64) {
    let bucket = bucket_of(value);
    if bucket >= counts.len() {
        counts.resize((bucket / PER_OCTAVE + 1) * PER_OCTAVE, 0);
    }
    counts[bucket] = counts[bucket].saturating_add(n);
}

/// Returns the bucket of a value that is not below 0.
#[inline]
fn bucket_of(value: i64) -> usize {
    if value < FIRST_OCTAVE {
        return value as usize;
    }
    if value < EXACT_AS_FLOAT {
        // The exponent of a floating-point number and the first eight bits of its fraction, which come after the leading bit, are
        // octave and place in it: no bit need be searched for.
        return ((value as f64).to_bits() >> (f64::MANTISSA_DIGITS - 1 - PER_OCTAVE_BITS)) as usize - FLOAT_BUCKET_OF_0;
    }
    let octave = value.ilog2();
    // The leading bit and the eight after it, from 256 to 511: the lower 256 belong to the octave before.
    let leading = (value >> (octave - PER_OCTAVE_BITS)) as usize;
    (octave - FIRST_OCTAVE_BITS + 1) as usize * PER_OCTAVE + leading
}

/// Returns the least value of a bucket and how many whole numbers it spans.
fn bounds_of(bucket: usize) -> (i64, i64) {
    if (bucket as i64) < FIRST_OCTAVE {
        return (bucket as i64, 1);
    }
    let shift = (bucket / PER_OCTAVE - 1) as u32;
    let leading = (bucket % PER_OCTAVE + PER_OCTAVE) as i64;
    (leading << shift, 1 << shift)
}

#[cfg(test)]
mod tests;
