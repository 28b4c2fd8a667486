//! Files: model in, model out. Each format has its own folder; none knows results, the engine, or the others.
//!
//! Read [`text`] first (single values as people write them), then [`scenario_ron`] (Kezek's own study files), [`bpmn`] (drawings of other tools).
//! [`carried`] holds the studies that come with the program. Whatever a file gets wrong comes back as findings ([`crate::base::diagnostic`]); [`error`] is for disks and permissions.

pub mod bpmn;
pub mod carried;
mod disk;
pub mod error;
pub mod log;
pub mod params;
pub mod scenario_ron;
pub mod text;
