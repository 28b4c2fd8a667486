//! Citizens and where they go: segments, attributes, channels, places.
//!
//! Segments and attributes are drawn once, when a case arrives; a service's channel when the service begins for the case.
//! An attribute's slot holds the number that its value is written as, if all its values are written as numbers; else the
//! position of the value in the attribute's list, from 0. A channel's slot holds 0 for no channel, else its position in
//! the scenario's list, from 1.

use crate::base::diagnostic::Path;
use crate::base::idx::Idx;
use crate::compile::builder::Builder;
use crate::compile::durations::money;
use crate::compile::names::{ChannelName, SegmentName};
use crate::engine::program::{InitialDraw, Place};
use crate::engine::random::stream::StreamId;
use crate::model::figure::NumberFigure;
use crate::model::population::Attribute;

impl Builder<'_> {
    /// Takes segments over: their shares, scaled to make 1, and their names.
    pub(super) fn population(&mut self) {
        let segments = &self.scenario.segments;
        if segments.is_empty() {
            let all = SegmentName { id: "all".to_owned(), name: "All citizens".to_owned(), share: 1.0, facets: Vec::new() };
            self.names.segments.push(all);
        }
        let total: f64 = segments.iter().map(|s| s.share.value.max(0.0)).sum();
        if !segments.is_empty() && (total.is_nan() || total <= 0.0 || total.is_infinite()) {
            let path = Path::default().field("segments");
            self.error("bad-shares", &path, "The shares of the segments do not make a whole.".to_owned());
            return;
        }
        let mut sum = 0.0;
        for segment in segments {
            let share = segment.share.value.max(0.0) / total;
            sum += share;
            self.program.segment_shares.push(sum);
            self.facet_values.push(segment.facets.iter().map(|(_, value)| value.clone()).collect());
            self.names.segments.push(SegmentName {
                id: segment.id.clone(),
                name: segment.name.clone(),
                share,
                facets: segment.facets.clone(),
            });
        }
        // Rounding must not leave a gap before 1 into which a draw could fall.
        if let Some(last) = self.program.segment_shares.last_mut() {
            *last = 1.0;
        }
        self.names.channels.push(ChannelName::default());
        for channel in &self.scenario.channels {
            let (id, name) = (channel.id.clone(), channel.name.clone());
            self.names.channels.push(ChannelName { id, name, digital: channel.digital });
        }
    }

    /// Gives attributes their slots and draws.
    pub(super) fn attributes(&mut self) {
        for (i, attribute) in self.scenario.attributes.iter().enumerate() {
            let path = Path::default().field("attributes").item(i);
            let slot = self.slot(format!("attribute '{}'", attribute.id));
            self.attribute_slots.insert(attribute.id.clone(), slot);
            let shares: Vec<(&NumberFigure, f64)> = attribute
                .values
                .iter()
                .map(|(value, share)| (share, value_number(attribute, value).unwrap_or_default()))
                .collect();
            let stream = StreamId::named(&format!("attribute/{}", attribute.id));
            if let Some(draw) = self.draw(slot, stream, &shares, &path) {
                self.program.initial_draws.push(draw);
            }
        }
    }

    /// Makes the draw of a slot from shares, which are scaled to make 1 in every segment. An error where they are all zero.
    pub(super) fn draw(
        &mut self,
        slot: u32,
        stream: StreamId,
        shares: &[(&NumberFigure, f64)],
        path: &Path,
    ) -> Option<InitialDraw> {
        let figures: Vec<&NumberFigure> = shares.iter().map(|(figure, _)| *figure).collect();
        let lists = self.by_segment_together(&figures);
        let n = lists.first().map_or(0, Vec::len);
        let mut values = Vec::with_capacity(n);
        for segment in 0..n {
            let weights: Vec<f64> = lists.iter().map(|list| list[segment].max(0.0)).collect();
            let total: f64 = weights.iter().sum();
            if total.is_nan() || total <= 0.0 || total.is_infinite() {
                self.error("bad-shares", path, "The shares do not make a whole.".to_owned());
                return None;
            }
            let mut sum = 0.0;
            let mut cumulative: Vec<(f64, f64)> = weights
                .iter()
                .zip(shares)
                .map(|(weight, (_, value))| {
                    sum += weight / total;
                    (sum, *value)
                })
                .collect();
            if let Some(last) = cumulative.iter_mut().rfind(|(share, _)| *share > 0.0) {
                last.0 = 1.0;
            }
            values.push(cumulative);
        }
        Some(InitialDraw { slot, stream, values })
    }

    /// Makes the draw of a slot that is 1 with a figure's share and 0 otherwise.
    pub(super) fn flag_draw(&mut self, slot: u32, stream: StreamId, share: &NumberFigure) {
        let shares = self.shares(share);
        if shares.iter().all(|&s| s <= 0.0) {
            return;
        }
        let values = shares.into_iter().map(|share| vec![(share, 1.0), (1.0, 0.0)]).collect();
        self.program.initial_draws.push(InitialDraw { slot, stream, values });
    }

    /// Returns the value of a channel's slot that stands for a channel.
    pub(super) fn channel_number(&self, id: &str) -> Option<f64> {
        self.scenario.channels.iter().position(|c| c.id == id).map(|position| (position + 1) as f64)
    }

    /// Returns the slot of a service's channel.
    pub(super) fn channel_slot(&mut self, service: usize) -> u32 {
        if let Some(&slot) = self.channel_slots.get(&service) {
            return slot;
        }
        let id = self.scenario.services.get(service).map_or("", |s| s.id.as_str());
        let slot = self.slot(format!("channel of '{id}'"));
        self.channel_slots.insert(service, slot);
        slot
    }

    /// Returns the engine's place for one of the scenario.
    pub(super) fn place(&mut self, id: &str, path: &Path) -> Option<Idx<Place>> {
        if let Some(&known) = self.places.get(id) {
            return Some(known);
        }
        let Some(position) = self.scenario.places.iter().position(|p| p.id == id) else {
            self.error("unknown-place", path, format!("There is no place '{id}'."));
            return None;
        };
        let place = &self.scenario.places[position];
        let path = Path::default().field("places").item(position);
        let travel = self.duration(&place.travel, &path.field("travel"));
        let hours = place.calendar.as_ref().and_then(|id| self.hours(id, &path.field("calendar")));
        // Only places that close send citizens home who have not been served.
        let open_days = match (&place.calendar, hours) {
            (Some(id), Some(_)) => Some(self.working_days(id, &path.field("calendar"))),
            _ => None,
        };
        let fare = self.by_segment(&place.fare).into_iter().map(money).collect();
        let stream = StreamId::named(&format!("place/{id}"));
        let idx = self.program.places.push(Place { travel, stream, hours, open_days, fare });
        self.places.insert(id.to_owned(), idx);
        Some(idx)
    }
}

/// Returns what an attribute's slot holds for one of its values: the number as which all values are written, else the
/// value's position. `None` for a word that is none of its values.
pub(super) fn value_number(attribute: &Attribute, value: &str) -> Option<f64> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    if attribute.is_numeric() {
        return number(value);
    }
    attribute.values.iter().position(|(known, _)| known == value).map(|position| position as f64)
}
