//! The same citizens in two variants: who spends less of their time, and who more.

use crate::base::time::MS_PER_MINUTE;
use crate::experiment::layout::SegmentKey;
use crate::experiment::outcome::PersonComparison;
use crate::experiment::series::Series;
use crate::experiment::sums::PersonValue;

/// Counts of citizens who spend less, the same, and more.
type Counts = [u64; 3];

/// A comparison person by person over the replications so far.
#[derive(Clone, Debug, Default)]
pub struct PersonTally {
    pairs: u64,
    shares: [Series; 3],
    by_segment: Vec<Counts>,
}

impl PersonTally {
    /// Takes in the next replication. Both lists are ascending by source and number, as a collector hands them over.
    ///
    /// Citizens are the same where source and number are the same: under common random numbers they then arrive at the
    /// same instant, in the same segment, with the same luck on the steps that both variants have. `source_in_baseline`
    /// gives the position of each of the variant's sources in the baseline.
    pub fn record(&mut self, baseline: &[PersonValue], variant: &[PersonValue], source_in_baseline: &[Option<u32>]) {
        let translated = variant.iter().filter_map(|value| {
            let source = source_in_baseline.get(value.source as usize).copied().flatten()?;
            Some(PersonValue { source, ..*value })
        });
        let mut others: Vec<PersonValue> = translated.collect();
        others.sort_unstable();
        let mut counts = [0; 3];
        let mut others = others.iter().peekable();
        for one in baseline {
            let key = (one.source, one.number);
            while others.next_if(|other| (other.source, other.number) < key).is_some() {}
            let Some(other) = others.next_if(|other| (other.source, other.number) == key) else { continue };
            let side = match other.value - one.value {
                less if less < -MS_PER_MINUTE => 0,
                more if more > MS_PER_MINUTE => 2,
                _ => 1,
            };
            counts[side] += 1;
            let segment = one.segment as usize;
            if self.by_segment.len() <= segment {
                self.by_segment.resize(segment + 1, [0; 3]);
            }
            self.by_segment[segment][side] += 1;
        }
        let pairs: u64 = counts.iter().sum();
        self.pairs += pairs;
        for (series, count) in self.shares.iter_mut().zip(counts) {
            series.push((pairs > 0).then(|| count as f64 / pairs as f64));
        }
    }

    /// Returns the outcome, or `None` where no citizen was found in both.
    pub fn outcome(&self, segments: &[SegmentKey], confidence: f64) -> Option<PersonComparison> {
        // Two replications that differ have an interval wider than there are shares.
        let share = |series: &Series| series.estimate(confidence).map(|estimate| estimate.held_to(0.0, 1.0));
        let [less, same, more] = &self.shares;
        let by_segment = segments.iter().zip(&self.by_segment).filter_map(|(segment, counts)| {
            let all: u64 = counts.iter().sum();
            (all > 0).then(|| (segment.id.clone(), counts.map(|count| count as f64 / all as f64)))
        });
        Some(PersonComparison {
            pairs: self.pairs,
            less: share(less)?,
            same: share(same)?,
            more: share(more)?,
            segments: by_segment.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: u64, segment: u32, minutes: i64) -> PersonValue {
        PersonValue { source: 0, number, segment, value: minutes * MS_PER_MINUTE }
    }

    #[test]
    fn only_citizens_found_in_both_are_compared() {
        let baseline = [person(0, 0, 10), person(1, 0, 10), person(3, 1, 10), person(4, 1, 10)];
        let variant = [person(0, 0, 5), person(2, 0, 5), person(3, 1, 11), person(4, 1, 20)];
        let mut tally = PersonTally::default();
        tally.record(&baseline, &variant, &[Some(0)]);
        let segments: Vec<SegmentKey> = ["a", "b"].map(|id| SegmentKey { id: id.to_owned(), ..Default::default() }).into();
        let outcome = tally.outcome(&segments, 0.95).unwrap();
        assert_eq!(outcome.pairs, 3);
        let third = 1.0 / 3.0;
        assert_eq!([outcome.less.mean, outcome.same.mean, outcome.more.mean], [third; 3]);
        assert_eq!(outcome.segments, [("a".to_owned(), [1.0, 0.0, 0.0]), ("b".to_owned(), [0.0, 0.5, 0.5])]);
    }

    #[test]
    fn no_more_than_everybody_is_ever_within_an_interval() {
        let mut tally = PersonTally::default();
        for minutes in [5, 15] {
            let baseline: Vec<PersonValue> = (0..10).map(|number| person(number, 0, 10)).collect();
            let variant: Vec<PersonValue> =
                (0..10).map(|number| person(number, 0, if number < 7 { 5 } else { minutes })).collect();
            tally.record(&baseline, &variant, &[Some(0)]);
        }
        let found = tally.outcome(&[], 0.95).unwrap();
        assert_eq!((found.less.mean, found.less.low, found.less.high), (0.85, Some(0.0), Some(1.0)));
        assert_eq!((found.more.low, found.same.high), (Some(0.0), Some(0.0)));
    }

    #[test]
    fn demand_that_only_the_variant_has_is_nobody_elses() {
        let mut tally = PersonTally::default();
        tally.record(&[person(0, 0, 10)], &[person(0, 0, 10)], &[None]);
        assert_eq!(tally.outcome(&[], 0.95), None);
    }
}
