//! Everything that one run needs, as the user wrote it.

use crate::model::agency::{Agency, StaffPool};
use crate::model::calendar::{Calendar, HolidayList};
use crate::model::demand::Demand;
use crate::model::document::Document;
use crate::model::figure::NumberFigure;
use crate::model::life_event::LifeEvent;
use crate::model::population::{Attribute, Channel, Place, Segment};
use crate::model::registry::Registry;
use crate::model::service::Service;

/// Everything that a run needs. The as-is of a study is one; applying a variant's changes gives another.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Local date and time at which simulated time begins.
    pub start: jiff::civil::DateTime,
    /// Currency of all money, as `KZT`.
    pub currency: String,
    /// What an hour of a citizen's time is worth, in the currency.
    pub hour_value: NumberFigure,
    /// Whether a document that the citizen gave once within a life event is not asked again.
    pub once_only: bool,
    /// Lists of public holidays.
    pub holidays: Vec<HolidayList>,
    /// Opening and working hours.
    pub calendars: Vec<Calendar>,
    /// The population's parts.
    pub segments: Vec<Segment>,
    /// What else distinguishes cases.
    pub attributes: Vec<Attribute>,
    /// Ways to reach services.
    pub channels: Vec<Channel>,
    /// Places to which citizens travel.
    pub places: Vec<Place>,
    /// Agencies with their staff.
    pub agencies: Vec<Agency>,
    /// Information systems that hold documents.
    pub registries: Vec<Registry>,
    /// What citizens are asked for.
    pub documents: Vec<Document>,
    /// Services.
    pub services: Vec<Service>,
    /// Life events that set services off.
    pub life_events: Vec<LifeEvent>,
    /// What arrives, and when.
    pub demand: Vec<Demand>,
}

impl Default for Scenario {
    fn default() -> Self {
        Scenario {
            start: jiff::civil::DateTime::constant(2026, 1, 5, 0, 0, 0, 0),
            currency: "KZT".to_owned(),
            hour_value: NumberFigure::default(),
            once_only: false,
            holidays: Vec::new(),
            calendars: Vec::new(),
            segments: Vec::new(),
            attributes: Vec::new(),
            channels: Vec::new(),
            places: Vec::new(),
            agencies: Vec::new(),
            registries: Vec::new(),
            documents: Vec::new(),
            services: Vec::new(),
            life_events: Vec::new(),
            demand: Vec::new(),
        }
    }
}

impl Scenario {
    /// Returns the staff pool named `agency/pool`.
    pub fn staff_pool(&self, reference: &str) -> Option<(&Agency, &StaffPool)> {
        let (agency_id, pool_id) = reference.split_once('/')?;
        let agency = self.agencies.iter().find(|a| a.id == agency_id)?;
        agency.pools.iter().find(|p| p.id == pool_id).map(|pool| (agency, pool))
    }

    /// Returns the staff pool named `agency/pool`, to be changed.
    pub fn staff_pool_mut(&mut self, reference: &str) -> Option<&mut StaffPool> {
        let (agency_id, pool_id) = reference.split_once('/')?;
        let agency = self.agencies.iter_mut().find(|a| a.id == agency_id)?;
        agency.pools.iter_mut().find(|p| p.id == pool_id)
    }

    /// Returns the references `agency/pool` of all staff pools, in order.
    pub fn staff_pool_references(&self) -> Vec<String> {
        self.agencies.iter().flat_map(|a| a.pools.iter().map(move |p| format!("{}/{}", a.id, p.id))).collect()
    }

    /// Returns the service with this id.
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|s| s.id == id)
    }

    /// Returns the service with this id, to be changed.
    pub fn service_mut(&mut self, id: &str) -> Option<&mut Service> {
        self.services.iter_mut().find(|s| s.id == id)
    }
}
