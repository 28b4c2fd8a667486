//! Gives a value of an attribute or facet, or a facet itself, another name wherever it is spoken of: in conditions, in what steps set,
//! and in the keys under which figures have values for some citizens. Nothing is decided otherwise afterwards than before.

use crate::model::agency::Agency;
use crate::model::change::{Change, Item, Operation};
use crate::model::condition::{Comparison, Condition, Operand, parse};
use crate::model::demand::{Arrivals, Demand};
use crate::model::document::Document;
use crate::model::figure::Figure;
use crate::model::flow::{Boundary, Branch, Element, ElementKind, EventSubProcess, Repeat, Trigger, WaitUntil};
use crate::model::life_event::LifeEvent;
use crate::model::offer::Offer;
use crate::model::population::{Attribute, Channel, Place, Segment};
use crate::model::registry::Registry;
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{Fallback, Step};

/// What is renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renaming {
    /// A value of an attribute.
    AttributeValue {
        /// The attribute's id.
        attribute: String,
        /// The value.
        from: String,
        /// What it is called from now on.
        to: String,
    },
    /// A value of a facet, in every segment that has it.
    FacetValue {
        /// The facet.
        facet: String,
        /// The value.
        from: String,
        /// What it is called from now on.
        to: String,
    },
    /// A facet.
    Facet {
        /// The facet.
        from: String,
        /// What it is called from now on.
        to: String,
    },
}

/// Renames in a scenario and in changes that are made to it later, as those of variants.
pub fn rename<'c>(scenario: &mut Scenario, later: impl Iterator<Item = &'c mut Change>, what: &Renaming) {
    let is_key_elsewhere = match what {
        Renaming::FacetValue { facet, from, .. } => {
            let other = |segment: &Segment| segment.facets.iter().any(|(name, value)| name != facet && value == from);
            scenario.segments.iter().any(|segment| segment.id == *from || other(segment))
        }
        _ => false,
    };
    let renamer = Renamer { what, is_key_elsewhere };
    renamer.scenario(scenario);
    later.flat_map(|change| &mut change.operations).for_each(|operation| renamer.operation(operation));
}

struct Renamer<'r> {
    what: &'r Renaming,
    /// Whether the old word stays a key of figures: as a segment, or as a value of another facet.
    is_key_elsewhere: bool,
}

impl Renamer<'_> {
    fn figure<T: Clone>(&self, figure: &mut Figure<T>) {
        let Renaming::FacetValue { from, to, .. } = self.what else { return };
        let Some(at) = figure.by_segment.iter().position(|(key, _)| key == from) else { return };
        match self.is_key_elsewhere {
            true if figure.by_segment.iter().any(|(key, _)| key == to) => {}
            true => {
                let value = figure.by_segment[at].1.clone();
                figure.by_segment.insert(at + 1, (to.clone(), value));
            }
            false => figure.by_segment[at].0.clone_from(to),
        }
    }

    fn condition(&self, text: &mut String) {
        // One that cannot be read is left to those who say so.
        let Ok(mut condition) = parse(text) else { return };
        let before = condition.clone();
        self.within(&mut condition);
        if condition != before {
            *text = condition.to_string();
        }
    }

    fn within(&self, condition: &mut Condition) {
        match condition {
            Condition::Or(parts) | Condition::And(parts) => parts.iter_mut().for_each(|part| self.within(part)),
            Condition::Not(inner) => self.within(inner),
            Condition::Compare(left, how, right) => self.compared(left, *how, right),
            Condition::Has(_) | Condition::Given(_) => {}
        }
    }

    fn compared(&self, left: &mut Operand, how: Comparison, right: &mut Operand) {
        let (name, from, to) = match self.what {
            Renaming::AttributeValue { attribute, from, to } => (attribute, from, to),
            Renaming::FacetValue { facet, from, to } => (facet, from, to),
            Renaming::Facet { from, to } => {
                for side in [left, right] {
                    if matches!(side, Operand::Name(name) if name == from) {
                        *side = Operand::Name(to.clone());
                    }
                }
                return;
            }
        };
        let other = match (&*left, &*right) {
            (Operand::Name(known), _) if known == name => right,
            (_, Operand::Name(known)) if known == name => left,
            _ => return,
        };
        let is_equality = matches!(how, Comparison::Equal | Comparison::NotEqual);
        let is_meant = match other {
            Operand::Word(word) => word == from,
            Operand::Number(number) => is_equality && from.trim().parse() == Ok(*number),
            _ => false,
        };
        if is_meant {
            *other = match (to.trim().parse::<f64>(), &*other) {
                (Ok(number), Operand::Number(_)) if number.is_finite() => Operand::Number(number),
                _ => Operand::Word(to.clone()),
            };
        }
    }

    fn scenario(&self, it: &mut Scenario) {
        self.figure(&mut it.hour_value);
        it.segments.iter_mut().for_each(|part| self.segment(part));
        it.attributes.iter_mut().for_each(|part| self.attribute(part));
        it.channels.iter_mut().for_each(|part| self.channel(part));
        it.places.iter_mut().for_each(|part| self.place(part));
        it.agencies.iter_mut().for_each(|part| self.agency(part));
        it.registries.iter_mut().for_each(|part| self.registry(part));
        it.documents.iter_mut().for_each(|part| self.document(part));
        it.services.iter_mut().for_each(|part| self.service(part));
        it.life_events.iter_mut().for_each(|part| self.life_event(part));
        it.demand.iter_mut().for_each(|part| self.demand(part));
    }

    fn segment(&self, it: &mut Segment) {
        self.figure(&mut it.share);
        for (name, value) in &mut it.facets {
            match self.what {
                Renaming::FacetValue { facet, from, to } if name == facet && value == from => value.clone_from(to),
                Renaming::Facet { from, to } if name == from => name.clone_from(to),
                _ => {}
            }
        }
    }

    fn attribute(&self, it: &mut Attribute) {
        for (value, share) in &mut it.values {
            self.figure(share);
            if let Renaming::AttributeValue { attribute, from, to } = self.what
                && it.id == *attribute
                && value == from
            {
                value.clone_from(to);
            }
        }
    }

    fn channel(&self, it: &mut Channel) {
        self.figure(&mut it.cost_per_case);
    }

    fn place(&self, it: &mut Place) {
        self.figure(&mut it.travel);
        self.figure(&mut it.fare);
    }

    fn agency(&self, it: &mut Agency) {
        for pool in &mut it.pools {
            self.figure(&mut pool.cost_per_hour);
            self.figure(&mut pool.absence);
            pool.staff.iter_mut().for_each(|group| self.figure(&mut group.count));
        }
    }

    fn registry(&self, it: &mut Registry) {
        self.figure(&mut it.coverage);
        self.figure(&mut it.correctness);
        self.figure(&mut it.latency);
        self.figure(&mut it.cost_per_call);
        if let Some(outages) = &mut it.outages {
            self.figure(&mut outages.up);
            self.figure(&mut outages.down);
        }
    }

    fn document(&self, it: &mut Document) {
        self.figure(&mut it.at_hand);
        self.figure(&mut it.gathering.work);
        self.figure(&mut it.gathering.visits);
        self.figure(&mut it.gathering.wait);
        self.figure(&mut it.gathering.fee);
    }

    fn service(&self, it: &mut Service) {
        it.channels.iter_mut().for_each(|channel| self.figure(&mut channel.share));
        it.elements.iter_mut().for_each(|element| self.element(element));
    }

    fn life_event(&self, it: &mut LifeEvent) {
        for used in &mut it.services {
            self.figure(&mut used.due);
            self.figure(&mut used.delay);
        }
    }

    fn demand(&self, it: &mut Demand) {
        match &mut it.arrivals {
            Arrivals::Poisson { per_year, growth, profile } => {
                self.figure(per_year);
                self.figure(growth);
                profile.peaks.iter_mut().for_each(|peak| self.figure(&mut peak.factor));
            }
            Arrivals::Renewal { interval, .. } => self.figure(interval),
            Arrivals::List(_) => {}
        }
    }

    fn element(&self, it: &mut Element) {
        for Boundary { trigger, .. } in &mut it.boundary {
            self.trigger(trigger);
        }
        match &mut it.repeat {
            Some(Repeat::Loop { again: figure, .. } | Repeat::Sequential(figure) | Repeat::Parallel(figure)) => {
                self.figure(figure)
            }
            None => {}
        }
        match &mut it.kind {
            ElementKind::Step(step) => self.step(step),
            ElementKind::Exclusive(ways) | ElementKind::Inclusive(ways) => ways.iter_mut().for_each(|way| self.way(way)),
            ElementKind::EventBased(ways) => ways.iter_mut().for_each(|way| self.trigger(&mut way.trigger)),
            ElementKind::Wait(wait) => {
                if let WaitUntil::For(duration) = &mut wait.until {
                    self.figure(duration);
                }
            }
            ElementKind::SubProcess(inner) => inner.iter_mut().for_each(|element| self.element(element)),
            ElementKind::EventSubProcess(event) => {
                let EventSubProcess { trigger, elements, others, .. } = &mut **event;
                self.trigger(trigger);
                others.iter_mut().for_each(|other| self.trigger(&mut other.trigger));
                elements.iter_mut().for_each(|element| self.element(element));
            }
            ElementKind::Offer(offer) => self.offer(offer),
            ElementKind::Start
            | ElementKind::OtherStart
            | ElementKind::Parallel(_)
            | ElementKind::Send(_)
            | ElementKind::Receive(_)
            | ElementKind::Signal(_)
            | ElementKind::AwaitSignal(_)
            | ElementKind::Batch { .. }
            | ElementKind::Call(_)
            | ElementKind::Begin(_)
            | ElementKind::Pass
            | ElementKind::Escalate(_)
            | ElementKind::Compensate(_)
            | ElementKind::End(_) => {}
        }
    }

    fn way(&self, it: &mut Branch) {
        it.share.iter_mut().for_each(|share| self.figure(share));
        it.when.iter_mut().for_each(|condition| self.condition(condition));
    }

    fn trigger(&self, it: &mut Trigger) {
        if let Trigger::After(duration) = it {
            self.figure(duration);
        }
    }

    fn step(&self, it: &mut Step) {
        self.figure(&mut it.duration);
        self.figure(&mut it.fee);
        self.figure(&mut it.cost);
        it.patience.iter_mut().for_each(|patience| self.figure(&mut patience.after));
        it.failure.iter_mut().for_each(|failure| self.figure(&mut failure.share));
        it.documents.iter_mut().for_each(|used| self.fallback(&mut used.fallback));
        if let Renaming::AttributeValue { attribute, from, to } = self.what {
            let set = it.sets.iter_mut().filter(|(name, value)| name == attribute && value == from);
            set.for_each(|(_, value)| value.clone_from(to));
        }
    }

    fn fallback(&self, it: &mut Fallback) {
        if let Fallback::Staff { duration, wait, .. } = it {
            self.figure(duration);
            self.figure(wait);
        }
    }

    fn offer(&self, it: &mut Offer) {
        self.figure(&mut it.detection);
        self.figure(&mut it.answer_delay);
        self.figure(&mut it.answer_work);
        for share in [&mut it.eligible, &mut it.reachable, &mut it.delivered, &mut it.answers, &mut it.consent] {
            self.figure(share);
        }
        self.figure(&mut it.reminder_effect);
        self.figure(&mut it.cost_per_message);
    }

    fn operation(&self, it: &mut Operation) {
        match it {
            Operation::AddStep { element, .. } | Operation::ReplaceStep { element, .. } => self.element(element),
            Operation::Automate { duration, .. } | Operation::SetDuration { duration, .. } => self.figure(duration),
            Operation::FetchDocument { fallback, .. } => self.fallback(fallback),
            Operation::OfferProactively { offer, others_apply, .. } => {
                self.offer(offer);
                self.figure(others_apply);
            }
            Operation::MoveChannelShare { share: figure, .. }
            | Operation::SetStaff { count: figure, .. }
            | Operation::SetShare { share: figure, .. }
            | Operation::SetCoverage { coverage: figure, .. }
            | Operation::ScaleDemand { factor: figure, .. }
            | Operation::SetGeneral { hour_value: figure, .. } => self.figure(figure),
            Operation::Put(item) => self.item(item),
            Operation::RemoveStep { .. }
            | Operation::DropDocument { .. }
            | Operation::OnceOnly(_)
            | Operation::RunInParallel { .. }
            | Operation::MoveStaff { .. }
            | Operation::SetSitting { .. }
            | Operation::SetForm { .. }
            | Operation::Remove { .. }
            | Operation::Reorder { .. } => {}
        }
    }

    fn item(&self, it: &mut Item) {
        match it {
            Item::Segment(part) => self.segment(part),
            Item::Attribute(part) => self.attribute(part),
            Item::Channel(part) => self.channel(part),
            Item::Place(part) => self.place(part),
            Item::Agency(part) => self.agency(part),
            Item::Registry(part) => self.registry(part),
            Item::Document(part) => self.document(part),
            Item::Service(part) => self.service(part),
            Item::LifeEvent(part) => self.life_event(part),
            Item::Demand(part) => self.demand(part),
            Item::Holidays(_) | Item::Calendar(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_another_facet_has_too_stays_a_key_beside_the_new_one() {
        let facets =
            |residence: &str, school: &str| vec![("residence".into(), residence.into()), ("school".into(), school.into())];
        let segment =
            |id: &str, residence, school| Segment { id: id.into(), facets: facets(residence, school), ..Segment::default() };
        let mut scenario =
            Scenario { segments: vec![segment("a", "near", "far"), segment("b", "far", "near")], ..Scenario::default() };
        scenario.hour_value = Figure { by_segment: vec![("near".to_owned(), 2.0)], ..Figure::assumed(1.0) };
        let values = |scenario: &Scenario| {
            let of = |s: &Segment| *scenario.hour_value.for_segment(&s.id, s.facets.iter().map(|(_, value)| value.as_str()));
            scenario.segments.iter().map(of).collect::<Vec<_>>()
        };
        let before = values(&scenario);
        let what = Renaming::FacetValue { facet: "residence".into(), from: "near".into(), to: "close".into() };
        rename(&mut scenario, std::iter::empty(), &what);
        assert_eq!(scenario.segments[0].facets, facets("close", "far"));
        assert_eq!(values(&scenario), before);
    }

    #[test]
    fn conditions_that_do_not_speak_of_it_keep_their_words() {
        let what = Renaming::AttributeValue { attribute: "first_child".into(), from: "yes".into(), to: "да".into() };
        let renamer = Renamer { what: &what, is_key_elsewhere: false };
        for (before, after) in [
            ("first_child=='yes'  and twins == 'yes'", "first_child == 'да' and twins == 'yes'"),
            ("twins=='yes'", "twins=='yes'"),
            ("not a condition at all (", "not a condition at all ("),
        ] {
            let mut text = before.to_owned();
            renamer.condition(&mut text);
            assert_eq!(text, after);
        }
    }
}
