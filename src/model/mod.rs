//! The users' words: what a public service is, before anything runs.
//!
//! Plain data, one vocabulary, no behaviour beyond checks and changes. This folder knows no file
//! format, no engine and no statistics; `formats` reads and writes it, `compile` turns it into
//! what the engine eats.
//!
//! Reading order: [`study`] (the whole), [`scenario`] (what one run needs), [`service`] and
//! [`step`] (what a citizen goes through), [`flow`] (how steps follow each other), [`change`]
//! (a to-be is an as-is plus changes), then the rest as needed. Everything refers to everything
//! by id; [`validate`] finds what does not fit.

pub mod agency;
pub mod apply;
pub mod calendar;
pub mod change;
pub mod condition;
pub mod demand;
pub mod diff;
pub mod document;
pub mod event_log;
pub mod figure;
pub mod flow;
pub mod life_event;
pub mod names;
pub mod offer;
pub mod place;
pub mod population;
pub mod provenance;
pub mod registry;
pub mod rename;
pub mod scenario;
pub mod service;
pub mod step;
pub mod study;
pub mod validate;

/// A name by which other parts of a study refer to something. Unique among its kind; letters, digits, `-`, `_`, `.`.
pub type Id = String;
