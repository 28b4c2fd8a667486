//! Where a finding stands in the window: from the path in the study to the tab and the thing that it is about.

use crate::app::Cx;
use crate::app::edit::{Edit, ScenarioEdit, What};
use crate::app::view_state::{Selection, Tab};
use crate::base::diagnostic::{Diagnostic, Leg, Path, Severity};
use crate::model::flow::{Element, ElementKind};
use crate::model::names;
use crate::model::scenario::Scenario;
use crate::model::study::{AS_IS, Study};

/// Where something is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The tab that shows it.
    pub tab: Option<Tab>,
    /// What the inspector shows.
    pub selection: Option<Selection>,
    /// The variant that it is about, if it is not the as-is.
    pub variant: Option<String>,
}

/// Returns where a path leads to; nothing is known of a path that leads nowhere.
pub fn place(study: &Study, path: &Path) -> Place {
    if let [Leg::Field("variants"), Leg::Item(at), ..] = path.0[..] {
        let variant = study.variants.get(at).map(|variant| variant.id.clone());
        return Place { tab: Some(Tab::Changes), variant, selection: None };
    }
    let scenario = &study.scenario;
    let mut legs = &path.0[..];
    // Paths begin at the scenario's fields; some readers name the scenario itself before.
    if let [Leg::Field("scenario"), rest @ ..] = legs {
        legs = rest;
    }
    let of = |tab, selection| Place { tab: Some(tab), selection, variant: None };
    match legs {
        [Leg::Field("services"), Leg::Item(at), rest @ ..] => match scenario.services.get(*at) {
            Some(service) => {
                let element = element(&service.elements, rest)
                    .map(|found| Selection::Element { service: service.id.clone(), element: found.id.clone() });
                of(Tab::Steps, Some(element.unwrap_or_else(|| Selection::Service(service.id.clone()))))
            }
            None => of(Tab::Steps, None),
        },
        [Leg::Field("agencies"), Leg::Item(at), rest @ ..] => of(Tab::Agencies, pool(scenario, *at, rest)),
        [Leg::Field("calendars" | "holidays"), ..] => of(Tab::Agencies, None),
        [Leg::Field("registries"), Leg::Item(at), ..] => {
            of(Tab::Documents, scenario.registries.get(*at).map(|found| Selection::Registry(found.id.clone())))
        }
        [Leg::Field("documents"), Leg::Item(at), ..] => {
            of(Tab::Documents, scenario.documents.get(*at).map(|found| Selection::Document(found.id.clone())))
        }
        [Leg::Field("segments" | "demand" | "channels" | "attributes" | "places" | "life_events"), ..] => {
            of(Tab::Population, None)
        }
        _ => Place::default(),
    }
}

fn pool(scenario: &Scenario, at: usize, rest: &[Leg]) -> Option<Selection> {
    let agency = scenario.agencies.get(at)?;
    let [Leg::Field("pools"), Leg::Item(pool), ..] = rest else { return None };
    Some(Selection::Pool(format!("{}/{}", agency.id, agency.pools.get(*pool)?.id)))
}

/// The innermost element that a path leads through.
fn element<'e>(elements: &'e [Element], legs: &[Leg]) -> Option<&'e Element> {
    let mut list = elements;
    let mut found = None;
    for pair in legs.windows(2) {
        if let [Leg::Field("elements" | "inner" | "kind"), Leg::Item(at)] = pair
            && let Some(element) = list.get(*at)
        {
            found = Some(element);
            list = element.inner().unwrap_or(&[]);
        }
    }
    found
}

/// Returns faults and warnings about an element of the as-is, or nothing while the review is of an older state.
pub fn of_element<'a>(cx: &'a Cx<'_>, service: &str, id: &str) -> Vec<&'a Diagnostic> {
    let review = &cx.results.review;
    if review.revision != cx.document.revision() {
        return Vec::new();
    }
    let study = cx.document.study();
    let Some(at) = study.scenario.services.iter().position(|known| known.id == service) else { return Vec::new() };
    let about = |finding: &&Diagnostic| match &finding.path.0[..] {
        [Leg::Field("services"), Leg::Item(of), rest @ ..] if *of == at => {
            element(&study.scenario.services[at].elements, rest).is_some_and(|found| found.id == id)
        }
        _ => false,
    };
    review.findings.iter().filter(|finding| finding.severity != Severity::Note).filter(about).collect()
}

/// Returns a finding as it is said in the window: things by their names, not by the ids that files call them by.
pub fn in_names(study: &Study, finding: &Diagnostic) -> Diagnostic {
    let named = |text: &str| names::in_names(study, &finding.path, text);
    Diagnostic { message: named(&finding.message), hint: named(&finding.hint), ..finding.clone() }
}

/// Returns an edit that mends a finding, with the id of the text that names it; `None` where only the user can know.
pub fn fix(study: &Study, finding: &Diagnostic) -> Option<(&'static str, Edit)> {
    let legs = &finding.path.0[..];
    if let [Leg::Field("variants"), Leg::Item(v), Leg::Field("changes"), Leg::Item(c), ..] = legs
        && finding.severity == Severity::Error
    {
        let variant = study.variants.get(*v)?;
        let change = variant.changes.get(*c).filter(|change| change.enabled)?;
        let edit = Edit::SwitchChange { variant: variant.id.clone(), change: change.id.clone(), enabled: false };
        return Some(("fix-switch-off", edit));
    }
    let scenario = &study.scenario;
    let of_as_is = |edit| Some(("ways-even-out", Edit::Scenario { variant: AS_IS.to_owned(), edit }));
    match (finding.code, legs) {
        ("segment-shares", _) => {
            let shares: Vec<f64> = scenario.segments.iter().map(|segment| segment.share.value).collect();
            of_as_is(ScenarioEdit::SegmentShares(evened_out(&shares)?))
        }
        ("channel-shares", [Leg::Field("services"), Leg::Item(at), ..]) => {
            let service = scenario.services.get(*at)?;
            let shares: Vec<f64> = service.channels.iter().map(|channel| channel.share.value).collect();
            of_as_is(ScenarioEdit::ChannelShares { service: service.id.clone(), shares: evened_out(&shares)? })
        }
        ("exclusive-shares", [Leg::Field("services"), Leg::Item(at), rest @ ..]) => {
            let service = scenario.services.get(*at)?;
            let mut found = element(&service.elements, rest)?.clone();
            let ElementKind::Exclusive(ways) = &mut found.kind else { return None };
            let shares: Option<Vec<f64>> = ways.iter().map(|way| way.share.as_ref().map(|share| share.value)).collect();
            for (way, value) in ways.iter_mut().zip(evened_out(&shares?)?) {
                if let Some(share) = way.share.as_mut().filter(|share| share.value != value) {
                    (share.value, share.source) = (value, None);
                }
            }
            let what = What::once("edit-ways");
            of_as_is(ScenarioEdit::Element { service: service.id.clone(), element: Box::new(found), what })
        }
        _ => None,
    }
}

/// Shares in the same proportion that make one; `None` where there is nothing to go by.
fn evened_out(shares: &[f64]) -> Option<Vec<f64>> {
    let sum: f64 = shares.iter().sum();
    let usable = sum > 0.0 && sum.is_finite() && shares.iter().all(|share| *share >= 0.0);
    usable.then(|| shares.iter().map(|share| share / sum).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::carried;

    #[test]
    fn shares_that_do_not_add_up_are_mended_in_their_proportion() {
        let mut study = crate::app::files::carried_study(carried::FLAGSHIP).unwrap();
        study.scenario.segments.iter_mut().for_each(|segment| segment.share.value *= 0.5);
        let findings = crate::model::validate::validate(&study);
        let finding = findings.iter().find(|finding| finding.code == "segment-shares").unwrap();
        let (_, edit) = fix(&study, finding).unwrap();
        let mut document = crate::app::document::Document::new(study, None);
        crate::app::edit::apply(&mut document, &edit).unwrap();
        let left = crate::model::validate::validate(document.study());
        assert!(left.iter().all(|finding| finding.code != "segment-shares"), "{left:?}");
    }

    #[test]
    fn a_finding_is_said_in_names_where_ids_have_one() {
        let study = crate::app::files::carried_study(carried::FLAGSHIP).unwrap();
        let finding = Diagnostic::warning(
            "x",
            Path::default(),
            "The document 'id-card' is asked in 'registration', not 'nowhere', and that's all.",
        );
        let said = in_names(&study, &finding).message;
        assert!(
            said.starts_with("The document 'Identity card' is asked in 'Birth registration and certificate', not 'nowhere'"),
            "{said}"
        );
        assert!(said.ends_with("and that's all."), "{said}");
    }

    #[test]
    fn a_path_leads_to_the_thing_that_it_names() {
        let study = crate::app::files::carried_study(carried::FLAGSHIP).unwrap();
        let service = &study.scenario.services[0];
        let path = Path::default().field("services").item(0).field("elements").item(2).field("kind").field("duration");
        let found = place(&study, &path);
        let expected = Selection::Element { service: service.id.clone(), element: service.elements[2].id.clone() };
        assert_eq!((found.tab, found.selection), (Some(Tab::Steps), Some(expected)));
        let found = place(&study, &Path::default().field("agencies").item(0).field("pools").item(0));
        let agency = &study.scenario.agencies[0];
        assert_eq!(found.selection, Some(Selection::Pool(format!("{}/{}", agency.id, agency.pools[0].id))));
        assert_eq!(place(&study, &Path::default().field("variants").item(0)).variant, Some(study.variants[0].id.clone()));
        assert_eq!(place(&study, &Path::default().field("title")), Place::default());
    }
}
