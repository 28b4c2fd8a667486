//! Segments, attributes, channels, places; and shares that should make a whole.

use super::names::{Kind, bad_id};
use super::{Check, root};
use crate::base::diagnostic::Path;
use crate::model::figure::NumberFigure;
use crate::model::provenance::text;

pub(super) fn check(check: &mut Check<'_>) {
    let scenario = check.scenario;
    let shares: Vec<&NumberFigure> = scenario.segments.iter().map(|segment| &segment.share).collect();
    whole(check, &shares, "the shares of the segments", "segment-shares", &root("segments"));
    for (i, segment) in scenario.segments.iter().enumerate() {
        let path = root("segments").item(i).field("facets");
        for (j, (facet, value)) in segment.facets.iter().enumerate() {
            if let Some(fault) = bad_id(facet, "facet") {
                check.found.push(fault(path.key(facet)));
            }
            if segment.facets[..j].iter().any(|(earlier, _)| earlier == facet) {
                let message = format!("The segment '{}' has two values of the facet '{facet}'.", segment.id);
                check.error("duplicate-key", path.key(facet), message, "Take one of them out.");
            }
            if value.is_empty() {
                let message = format!("The facet '{facet}' of the segment '{}' has no value.", segment.id);
                check.error("empty-value", path.key(facet), message, "Write a word, as residence: rural.");
            }
        }
    }
    for (i, attribute) in scenario.attributes.iter().enumerate() {
        let path = root("attributes").item(i).field("values");
        if attribute.values.is_empty() {
            let message = format!("The attribute '{}' has no values.", attribute.id);
            check.error("no-values", path, message, "List its values with their shares, as \"yes\": 0.4, \"no\": 0.6.");
            continue;
        }
        for (j, (value, _)) in attribute.values.iter().enumerate() {
            if attribute.values[..j].iter().any(|(earlier, _)| earlier == value) {
                let message = format!("The attribute '{}' has the value '{value}' twice.", attribute.id);
                check.error("duplicate-key", path.key(value), message, "Take one of them out.");
            }
        }
        let shares: Vec<&NumberFigure> = attribute.values.iter().map(|(_, share)| share).collect();
        whole(check, &shares, &format!("the shares of the attribute '{}'", attribute.id), "attribute-shares", &path);
    }
    for (i, channel) in scenario.channels.iter().enumerate() {
        for (j, service) in channel.serves.iter().enumerate() {
            let path = root("channels").item(i).field("serves").item(j);
            check.reference(Kind::Service, service, &format!("the channel '{}'", channel.id), path);
        }
    }
    for (i, place) in scenario.places.iter().enumerate() {
        let path = root("places").item(i).field("calendar");
        check.optional(Kind::Calendar, place.calendar.as_ref(), &format!("the place '{}'", place.id), path);
    }
}

/// Checks that shares add up to 1, for everybody and under each key of `by_segment`.
///
/// Off by no more than 1e-6: nothing is said. By no more than 0.05: a warning that they are scaled to 1. Beyond: an error.
/// No shares at all are no fault here.
pub(super) fn whole(check: &mut Check<'_>, shares: &[&NumberFigure], what: &str, code: &'static str, path: &Path) {
    if shares.is_empty() || shares.iter().any(|share| !share.value.is_finite()) {
        return;
    }
    let mut keys: Vec<Option<&str>> = vec![None];
    for (key, _) in shares.iter().flat_map(|share| &share.by_segment) {
        if !keys.contains(&Some(key.as_str())) {
            keys.push(Some(key));
        }
    }
    for key in keys {
        let at = |share: &NumberFigure| {
            let exception = key.and_then(|key| share.by_segment.iter().find(|(k, _)| k == key));
            exception.map_or(share.value, |(_, value)| *value)
        };
        let sum: f64 = shares.iter().map(|share| at(share)).sum();
        let off = (sum - 1.0).abs();
        if off <= 1e-6 || !sum.is_finite() {
            continue;
        }
        let for_whom = key.map(|key| format!(" for '{key}'")).unwrap_or_default();
        let what = super::capital(what);
        let added = format!("{what}{for_whom} add up to {} ({})", text::number(sum), text::percent(sum));
        // Decimals such as 0.95 are not exact, and stand on this side of the border.
        if off <= 0.05 + 1e-9 {
            let message = format!("{added}: they are scaled so that they make 1.");
            check.warning(code, path.clone(), message, "Mend them if this is not meant.");
        } else {
            let hint =
                if (sum - 100.0).abs() < 5.0 { "Shares are parts of 1: 34 % is 0.34." } else { "Shares of a whole must make 1." };
            check.error(code, path.clone(), format!("{added} instead of 1."), hint);
        }
    }
}
