//! Measures over all cases and over parts of them: one value a replication, quantiles over all.

use crate::experiment::kpi::{MEASURES, Measure};
use crate::experiment::layout::Layout;
use crate::experiment::outcome::{GroupOutcome, MeasureOutcome, Quantile};
use crate::experiment::series::Series;
use crate::experiment::sums::{CaseSums, Fraction};
use crate::statistics::sketch::Sketch;

/// The quantiles that are kept.
pub const QUANTILES: [f64; 3] = [0.5, 0.9, 0.95];

/// A part of the cases, over the replications so far.
#[derive(Clone, Debug)]
pub struct GroupTally {
    /// Id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Cells of [`CaseSums::cells`] that belong to it.
    cells: Vec<usize>,
    /// Segments whose sketches are its own; empty where no quantiles are kept.
    segments: Vec<usize>,
    completed: u64,
    means: Vec<Series>,
    quantiles: Vec<QuantileTally>,
}

/// Quantiles of one measure over the replications so far.
#[derive(Clone, Debug, Default)]
struct QuantileTally {
    by_replication: [Series; QUANTILES.len()],
    pooled: Sketch,
}

impl QuantileTally {
    fn record(&mut self, sketch: &Sketch) {
        let values = sketch.quantiles(&QUANTILES);
        for (at, series) in self.by_replication.iter_mut().enumerate() {
            series.push(values.get(at).map(|&v| v as f64));
        }
        self.pooled.merge(sketch);
    }

    fn outcome(&self, measure: &Measure, confidence: f64) -> [Option<Quantile>; QUANTILES.len()] {
        let pooled = self.pooled.quantiles(&QUANTILES);
        std::array::from_fn(|at| {
            let value = *pooled.get(at)?;
            let raw = self.by_replication[at].quantile(value as f64, confidence);
            let scale = |v: f64| measure.from_raw(v);
            Some(Quantile { value: scale(raw.value), low: raw.low.map(scale), high: raw.high.map(scale) })
        })
    }
}

impl GroupTally {
    fn new(id: &str, name: &str, cells: Vec<usize>, segments: Vec<usize>) -> Self {
        GroupTally {
            id: id.to_owned(),
            name: name.to_owned(),
            cells,
            segments,
            completed: 0,
            means: vec![Series::default(); MEASURES.len()],
            quantiles: vec![QuantileTally::default(); MEASURES.len()],
        }
    }

    /// Makes the tally of all cases.
    pub fn of_all(layout: &Layout) -> Self {
        let n_cells = layout.segments.len().max(1) * layout.sources.len();
        GroupTally::new("all", "All", (0..n_cells).collect(), Vec::new())
    }

    /// Makes one tally for each segment.
    pub fn of_segments(layout: &Layout) -> Vec<Self> {
        let of = |(at, segment): (usize, &crate::experiment::layout::SegmentKey)| {
            GroupTally::new(&segment.id, &segment.name, cells_of_segments(layout, &[at]), vec![at])
        };
        layout.segments.iter().enumerate().map(of).collect()
    }

    /// Makes one tally for each value of a facet, in the order in which segments name them.
    pub fn of_facets(layout: &Layout) -> Vec<Self> {
        let mut values: Vec<&(String, String)> = Vec::new();
        for value in layout.segments.iter().flat_map(|s| &s.facets) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values.sort_by_key(|value| layout.segments.iter().flat_map(|s| &s.facets).position(|f| f.0 == value.0));
        let of = |value: &&(String, String)| {
            let has = |at: &usize| layout.segments[*at].facets.contains(value);
            let segments: Vec<usize> = (0..layout.segments.len()).filter(has).collect();
            let id = format!("{}: {}", value.0, value.1);
            GroupTally::new(&id, &id, cells_of_segments(layout, &segments), segments)
        };
        values.iter().map(of).collect()
    }

    /// Makes one tally for each measured source.
    pub fn of_sources(layout: &Layout) -> Vec<Self> {
        let n = layout.segments.len().max(1);
        let measured = layout.sources.iter().enumerate().filter(|(_, (_, measured))| *measured);
        measured.map(|(at, (id, _))| GroupTally::new(id, id, (at * n..(at + 1) * n).collect(), Vec::new())).collect()
    }

    /// Takes in the next replication. `over_all` takes the sketches of all cases instead of the segments'.
    pub fn record(&mut self, sums: &CaseSums, over_all: bool) {
        let cells = || self.cells.iter().filter_map(|&cell| sums.cells.get(cell));
        self.completed += cells().map(|cell| cell.cases).sum::<u64>();
        let mut group_sketch = 0;
        for (at, measure) in MEASURES.iter().enumerate() {
            let mut fraction = Fraction::default();
            cells().for_each(|cell| fraction.merge(cell.measures[at]));
            self.means[at].push(fraction.value().map(|raw| measure.from_raw(raw)));
            if over_all && measure.is_per_case() {
                self.quantiles[at].record(&sums.sketches[at]);
            }
            if !measure.has_group_quantiles() {
                continue;
            }
            if !over_all && !self.segments.is_empty() {
                let mut merged = Sketch::default();
                self.segments.iter().for_each(|&s| merged.merge(&sums.segment_sketches[s][group_sketch]));
                self.quantiles[at].record(&merged);
            }
            group_sketch += 1;
        }
    }

    /// Returns one value a replication of a measure, by its position in [`MEASURES`].
    pub fn series(&self, measure: usize) -> &Series {
        &self.means[measure]
    }

    /// Returns the outcome by measure.
    pub fn measures(&self, confidence: f64) -> Vec<MeasureOutcome> {
        let of = |(at, measure): (usize, &'static Measure)| {
            let quantiles = &self.quantiles[at];
            let [p50, p90, p95] = quantiles.outcome(measure, confidence);
            MeasureOutcome {
                measure,
                estimate: self.means[at].estimate(confidence),
                p50,
                p90,
                p95,
                by_replication: self.means[at].0.clone(),
                distribution: (quantiles.pooled.n() > 0).then(|| quantiles.pooled.clone()),
            }
        };
        MEASURES.iter().enumerate().map(of).collect()
    }

    /// Returns the outcome of a part of the cases.
    pub fn outcome(&self, confidence: f64) -> GroupOutcome {
        GroupOutcome {
            id: self.id.clone(),
            name: self.name.clone(),
            completed: self.completed,
            measures: self.measures(confidence),
        }
    }
}

fn cells_of_segments(layout: &Layout, segments: &[usize]) -> Vec<usize> {
    let n = layout.segments.len().max(1);
    (0..layout.sources.len()).flat_map(|source| segments.iter().map(move |segment| source * n + segment)).collect()
}
