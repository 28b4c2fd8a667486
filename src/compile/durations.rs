//! Figures become samplers and amounts: one for all citizens, or one for each segment.
//!
//! A figure's value for a segment is the one that `by_segment` gives for the segment's id, else for one of its facet
//! values, else the figure's own. Durations that are written alike share one sampler; whether they do never shows, since
//! draws are keyed by element.

use crate::base::diagnostic::Path;
use crate::base::distribution::Distribution;
use crate::base::idx::Idx;
use crate::compile::builder::Builder;
use crate::engine::account::Account;
use crate::engine::program::Effect;
use crate::engine::random::sampler::Sampler;
use crate::model::figure::{DurationFigure, Figure, NumberFigure};
use std::collections::BTreeMap;

/// Samplers and amounts that are already in the program.
#[derive(Clone, Debug, Default)]
pub(super) struct FigureTables {
    samplers: BTreeMap<String, Sampler>,
    durations: BTreeMap<String, Idx<Vec<Sampler>>>,
    amounts: BTreeMap<Vec<i64>, Idx<Vec<i64>>>,
}

/// Thousandths of the currency unit in one unit.
const MONEY_PARTS: f64 = 1000.0;
/// The largest amount that one effect may add: a thousand million millions of the currency, far from any overflow.
const LARGEST_AMOUNT: f64 = 1e15;

/// Returns money in thousandths of the currency unit, rounded to the nearest.
pub(super) fn money(amount: f64) -> i64 {
    (amount * MONEY_PARTS).clamp(-LARGEST_AMOUNT, LARGEST_AMOUNT).round() as i64
}

/// Tells whether a duration is always zero.
pub(super) fn is_zero(distribution: &Distribution) -> bool {
    matches!(distribution, Distribution::Fixed(value) if *value <= 0.0)
}

impl Builder<'_> {
    /// Returns a figure's values: one if all segments share it, else one for each segment.
    pub(super) fn by_segment<T: Clone + PartialEq>(&self, figure: &Figure<T>) -> Vec<T> {
        if figure.by_segment.is_empty() || self.facet_values.is_empty() {
            return vec![figure.value.clone()];
        }
        let segments = self.scenario.segments.iter().zip(&self.facet_values);
        let values: Vec<T> =
            segments.map(|(s, facets)| figure.for_segment(&s.id, facets.iter().map(String::as_str)).clone()).collect();
        match values.first() {
            Some(first) if values.iter().all(|v| v == first) => vec![first.clone()],
            _ => values,
        }
    }

    /// Returns several figures' values, all lists of the same length: the number of segments, or 1 if nothing differs.
    pub(super) fn by_segment_together(&self, figures: &[&NumberFigure]) -> Vec<Vec<f64>> {
        let lists: Vec<Vec<f64>> = figures.iter().map(|f| self.by_segment(f)).collect();
        let n = lists.iter().map(Vec::len).max().unwrap_or(1);
        lists.into_iter().map(|list| if list.len() == n { list } else { vec![list[0]; n] }).collect()
    }

    /// Returns the shares of a figure, held to 0..1.
    pub(super) fn shares(&self, figure: &NumberFigure) -> Vec<f64> {
        self.by_segment(figure).into_iter().map(|share| if share > 0.0 { share.min(1.0) } else { 0.0 }).collect()
    }

    /// Returns the program's durations for a figure.
    pub(super) fn duration(&mut self, figure: &DurationFigure, path: &Path) -> Idx<Vec<Sampler>> {
        let values = self.by_segment(figure);
        self.distributions(&values, path)
    }

    /// Returns the program's durations for a figure, or `None` where it is zero for everybody.
    pub(super) fn duration_unless_zero(&mut self, figure: &DurationFigure, path: &Path) -> Option<Idx<Vec<Sampler>>> {
        let values = self.by_segment(figure);
        if values.iter().all(is_zero) { None } else { Some(self.distributions(&values, path)) }
    }

    /// Returns the program's durations for a fixed number of milliseconds.
    pub(super) fn fixed(&mut self, ms: i64) -> Idx<Vec<Sampler>> {
        self.distributions(&[Distribution::Fixed(ms as f64)], &Path::default())
    }

    /// Returns the program's durations for distributions: one, or one for each segment.
    pub(super) fn distributions(&mut self, values: &[Distribution], path: &Path) -> Idx<Vec<Sampler>> {
        let key = format!("{values:?}");
        if let Some(&known) = self.figures.durations.get(&key) {
            return known;
        }
        // One that cannot be made is a diagnostic, and no program comes of it.
        let samplers = values.iter().filter_map(|value| self.sampler(value, path)).collect();
        let idx = self.program.durations.push(samplers);
        self.figures.durations.insert(key, idx);
        idx
    }

    fn sampler(&mut self, value: &Distribution, path: &Path) -> Option<Sampler> {
        let key = format!("{value:?}");
        if let Some(known) = self.figures.samplers.get(&key) {
            return Some(known.clone());
        }
        match Sampler::new(value) {
            Ok(sampler) => {
                self.figures.samplers.insert(key, sampler.clone());
                Some(sampler)
            }
            Err(faults) => {
                self.error("bad-distribution", path, format!("The duration cannot be drawn: {}", faults.join(" ")));
                None
            }
        }
    }

    /// Adds the effect of paying a figure's money, if it is any.
    pub(super) fn pay(&mut self, account: Account, figure: &NumberFigure, effects: &mut Vec<Effect>) {
        let amounts = self.by_segment(figure).into_iter().map(money).collect();
        self.count_amounts(account, amounts, effects);
    }

    /// Adds the effect of counting amounts (one for all, or one for each segment), if any is not zero.
    pub(super) fn count_amounts(&mut self, account: Account, amounts: Vec<i64>, effects: &mut Vec<Effect>) {
        match amounts.as_slice() {
            [] => {}
            all if all.iter().all(|&a| a == 0) => {}
            [one] => effects.push(Effect::Count(account, *one)),
            _ => {
                let table = &mut self.program.amounts;
                let idx = *self.figures.amounts.entry(amounts).or_insert_with_key(|amounts| table.push(amounts.clone()));
                effects.push(Effect::CountBySegment(account, idx));
            }
        }
    }
}
