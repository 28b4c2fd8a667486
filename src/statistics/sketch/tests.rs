use super::*;
use crate::statistics::test_numbers::TestNumbers;
use proptest::prelude::*;

fn sketch_of(values: &[i64]) -> Sketch {
    let mut sketch = Sketch::new();
    values.iter().for_each(|&value| sketch.record(value));
    sketch
}

fn exact_quantile(values: &[i64], p: f64) -> i64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    quantile_of_sorted(&sorted, p).unwrap()
}

/// Log-uniform over twelve decades, which visits every octave in between.
fn wide_sample(seed: u64, n: usize) -> Vec<i64> {
    let mut numbers = TestNumbers::new(seed);
    (0..n).map(|_| (numbers.uniform() * 12.0 * std::f64::consts::LN_10).exp() as i64).collect()
}

#[test]
fn every_number_lies_in_the_bucket_that_claims_it() {
    let mut expected_lower = 0i64;
    for bucket in 0..14_336 {
        let (lower, width) = bounds_of(bucket);
        assert_eq!(lower, expected_lower, "a gap before bucket {bucket}");
        assert_eq!(bucket_of(lower), bucket);
        assert_eq!(bucket_of(lower + (width - 1)), bucket);
        // The middle is off by at most half the width: 1/512 of any value within.
        assert!(width == 1 || width as f64 / 2.0 / lower as f64 <= 1.0 / 512.0);
        if bucket < 14_335 {
            expected_lower = lower + width;
        }
    }
    assert_eq!(bucket_of(i64::MAX), 14_335);
}

#[test]
fn few_values_are_answered_exactly() {
    let sketch = sketch_of(&[40, 10, 1_000_003, 20]);
    assert!(sketch.is_exact());
    assert_eq!(sketch.quantiles(&[0.0, 0.25, 0.5, 0.75, 1.0]), [10, 10, 20, 40, 1_000_003]);
    assert_eq!(sketch.quantile(0.51), Some(40));
    assert_eq!(sketch.share_at_most(20), Some(0.5));
    assert_eq!(sketch.share_at_most(39), Some(0.5));
    assert_eq!(sketch.mean(), Some(1_000_073.0 / 4.0));
    assert_eq!((sketch.min(), sketch.max(), sketch.sum()), (Some(10), Some(1_000_003), 1_000_073));
}

#[test]
fn folding_starts_after_1024_values() {
    let values = wide_sample(11, 1_025);
    assert!(sketch_of(&values[..1_024]).is_exact());
    assert!(!sketch_of(&values).is_exact());
    assert_eq!(sketch_of(&values).sum(), values.iter().map(|&value| i128::from(value)).sum());
}

#[test]
fn folded_quantiles_are_within_a_fifth_of_a_percent() {
    let values = wide_sample(12, 50_000);
    let sketch = sketch_of(&values);
    for permille in 0..=1_000 {
        let p = f64::from(permille) / 1_000.0;
        let (found, exact) = (sketch.quantile(p).unwrap() as f64, exact_quantile(&values, p) as f64);
        assert!((found - exact).abs() <= exact / 512.0, "p {p}: {found} for {exact}");
    }
    assert_eq!(sketch.quantile(0.0), values.iter().min().copied());
    assert_eq!(sketch.quantile(1.0), values.iter().max().copied());
}

#[test]
fn small_counts_stay_exact_when_folded() {
    let mut sketch = Sketch::new();
    for (visits, n) in [(1, 5_000), (2, 3_000), (3, 2_000)] {
        sketch.record_n(visits, n);
    }
    assert!(!sketch.is_exact());
    assert_eq!(sketch.quantiles(&[0.5, 0.500_1, 0.8, 0.81]), [1, 2, 2, 3]);
    assert_eq!(sketch.share_at_most(1), Some(0.5));
    assert_eq!(sketch.share_at_most(2), Some(0.8));
    let counts: Vec<f64> = sketch.histogram(30).iter().map(|bin| bin.count).collect();
    assert_eq!(counts, [5_000.0, 3_000.0, 2_000.0]);
}

#[test]
fn a_constant_sample_is_that_constant() {
    let mut sketch = Sketch::new();
    sketch.record_n(86_400_001, 1_000_000_000_000);
    for p in [0.0, 0.01, 0.5, 0.99, 1.0] {
        assert_eq!(sketch.quantile(p), Some(86_400_001));
    }
    assert_eq!(sketch.mean(), Some(86_400_001.0));
    assert_eq!(sketch.share_at_most(86_400_000), Some(0.0));
    assert_eq!(sketch.share_at_most(86_400_001), Some(1.0));
    assert_eq!(sketch.histogram(20), [HistogramBin { low: 86_400_001.0, high: 86_400_002.0, count: 1e12 }]);
}

#[test]
fn nothing_recorded_says_nothing() {
    let mut sketch = Sketch::new();
    sketch.record_n(5, 0);
    assert_eq!(sketch, Sketch::default());
    assert_eq!((sketch.quantile(0.5), sketch.mean(), sketch.share_at_most(3)), (None, None, None));
    assert!(sketch.histogram(10).is_empty());
    assert!(sketch.quantiles(&[0.5]).is_empty());
    assert_eq!(sketch.value_at_rank(1), None);
}

#[test]
fn extremes_do_not_overflow() {
    let mut sketch = Sketch::new();
    sketch.record_n(i64::MAX, u64::MAX);
    sketch.record_n(i64::MAX, u64::MAX);
    sketch.record(i64::MIN);
    sketch.record(i64::MAX);
    assert_eq!((sketch.min(), sketch.max(), sketch.n()), (Some(0), Some(i64::MAX), u64::MAX));
    assert_eq!(sketch.quantile(0.5).map(bucket_of), Some(bucket_of(i64::MAX)));
    assert_eq!(sketch.histogram(3).len(), 3);
    assert_eq!(sketch.share_at_most(-1), Some(0.0));
}

#[test]
fn shares_and_columns_of_a_smooth_sample_follow_its_distribution() {
    // Uniform over 0..1,000,000: a column of a tenth holds a tenth, within 4 standard errors of sqrt(0.09 / n).
    let mut numbers = TestNumbers::new(13);
    let n = 100_000;
    let values: Vec<i64> = (0..n).map(|_| (numbers.uniform() * 1e6) as i64).collect();
    let sketch = sketch_of(&values);
    let tolerance = 4.0 * (0.09 / f64::from(n)).sqrt();
    let histogram = sketch.histogram(10);
    assert_eq!(histogram.len(), 10);
    for bin in &histogram {
        assert!((bin.count / f64::from(n) - 0.1).abs() < tolerance, "{bin:?}");
    }
    assert!((histogram.iter().map(|bin| bin.count).sum::<f64>() - f64::from(n)).abs() < 1e-6);
    let exact = values.iter().filter(|&&value| value <= 333_333).count() as f64 / f64::from(n);
    // Only the cut bucket is guessed at, which holds 0.1 % of all.
    assert!((sketch.share_at_most(333_333).unwrap() - exact).abs() < 1e-3);
    // The columns up to an edge hold what lies below it, exact or folded.
    for sketch in [sketch, sketch_of(&values[..500])] {
        let mut below = 0.0;
        for bin in sketch.histogram(640) {
            below += bin.count;
            let expected = sketch.share_at_most(bin.high as i64 - 1).unwrap() * sketch.n() as f64;
            assert!((below - expected).abs() < 1e-6, "{bin:?}: {below} and {expected}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn merging_does_not_depend_on_order_or_grouping(
        parts in prop::collection::vec(prop::collection::vec(0i64..10_000_000, 0..700), 1..6),
        cut in 0usize..6,
    ) {
        let all: Vec<i64> = parts.concat();
        let whole = sketch_of(&all);
        let sketches: Vec<Sketch> = parts.iter().map(|part| sketch_of(part)).collect();
        let merge_all = |sketches: &[Sketch]| sketches.iter().fold(Sketch::new(), |mut merged, sketch| {
            merged.merge(sketch);
            merged
        });
        let forward = merge_all(&sketches);
        let reversed: Vec<Sketch> = sketches.iter().rev().cloned().collect();
        let backward = merge_all(&reversed);
        let (left, right) = sketches.split_at(cut.min(sketches.len()));
        let mut grouped = merge_all(left);
        grouped.merge(&merge_all(right));
        let once_each = all.iter().fold(Sketch::new(), |mut sketch, &value| {
            sketch.record_n(value, 1);
            sketch
        });
        for other in [&forward, &backward, &grouped, &once_each] {
            prop_assert_eq!(other, &whole);
            prop_assert_eq!(other.is_exact(), whole.is_exact());
            for p in [0.0, 0.1, 0.5, 0.9, 1.0] {
                prop_assert_eq!(other.quantile(p), whole.quantile(p));
            }
        }
    }

    #[test]
    fn recording_many_at_once_equals_recording_each(value in 0i64..1_000_000, n in 0u64..3_000, other in 0i64..1_000) {
        let mut at_once = sketch_of(&[other]);
        at_once.record_n(value, n);
        let mut each = sketch_of(&[other]);
        (0..n).for_each(|_| each.record(value));
        prop_assert_eq!(at_once, each);
    }

    #[test]
    fn recording_in_batches_equals_recording_each(values in prop::collection::vec(-5i64..10_000_000, 0..3_000)) {
        let mut batched = Batched::default();
        values.iter().for_each(|&value| batched.record(value));
        let sketch = batched.into_sketch();
        prop_assert_eq!(sketch.is_exact(), values.len() <= 1_024);
        prop_assert_eq!(sketch, sketch_of(&values));
    }

    #[test]
    fn quantiles_never_fall_as_the_share_grows(values in prop::collection::vec(0i64..1_000_000_000, 1..3_000)) {
        let sketch = sketch_of(&values);
        let shares: Vec<f64> = (0..=100).map(|percent| f64::from(percent) / 100.0).collect();
        let quantiles = sketch.quantiles(&shares);
        prop_assert!(quantiles.is_sorted());
        prop_assert_eq!(quantiles.first().copied(), sketch.min());
        prop_assert_eq!(quantiles.last().copied(), sketch.max());
    }
}
