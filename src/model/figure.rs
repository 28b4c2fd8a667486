//! A number with its provenance. Every number that a user enters is a [`Figure`]: it says where it comes from,
//! or is counted among the assumptions.

use crate::base::distribution::Distribution;

/// A value, its exceptions by segment, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure<T> {
    /// The value for everybody whom `by_segment` does not name.
    pub value: T,
    /// Other values for some citizens: the key is a segment's id, or a facet's value that several segments share
    /// (`rural`). A segment's id wins over a facet's value; among facets the first entry that fits wins.
    pub by_segment: Vec<(String, T)>,
    /// Key into the study's sources; `None` makes the figure an assumption.
    pub source: Option<String>,
    /// Between which values the truth may lie, in the unit of the value (for a duration: of its mean, in milliseconds).
    pub range: Option<(f64, f64)>,
    /// Why this value; how it was obtained.
    pub note: String,
    /// Who answers for it.
    pub owner: String,
}

/// A duration in milliseconds, with provenance.
pub type DurationFigure = Figure<Distribution>;

/// A number (share, count, money), with provenance.
pub type NumberFigure = Figure<f64>;

impl<T> Figure<T> {
    /// Makes an assumption: a value with no source.
    pub fn assumed(value: T) -> Self {
        Figure { value, by_segment: Vec::new(), source: None, range: None, note: String::new(), owner: String::new() }
    }

    /// Makes a figure with a source's key.
    pub fn sourced(value: T, source: &str) -> Self {
        Figure { source: Some(source.to_owned()), ..Figure::assumed(value) }
    }

    /// Tells whether the figure has no source.
    pub fn is_assumption(&self) -> bool {
        self.source.is_none()
    }

    /// Returns the value for a segment with this id and these facet values.
    pub fn for_segment<'a>(&self, id: &str, facet_values: impl Iterator<Item = &'a str> + Clone) -> &T {
        let by_id = self.by_segment.iter().find(|(key, _)| key == id);
        let by_facet = || self.by_segment.iter().find(|(key, _)| facet_values.clone().any(|value| value == key));
        by_id.or_else(by_facet).map_or(&self.value, |(_, value)| value)
    }
}

impl<T: Default> Default for Figure<T> {
    fn default() -> Self {
        Figure::assumed(T::default())
    }
}

/// Makes an assumed fixed duration from milliseconds.
pub fn fixed_duration(ms: i64) -> DurationFigure {
    Figure::assumed(Distribution::Fixed(ms as f64))
}
