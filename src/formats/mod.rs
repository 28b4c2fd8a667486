//! Files: model in, model out. Each format has its own folder; none knows results, the engine, or the others.
//!
//! [`carried`] holds the studies that come with the program. Read [`text`] first (single values as people write them), then [`scenario_ron`] (our own study files). Whatever a
//! file gets wrong comes back as findings ([`crate::base::diagnostic`]); [`error`] is for disks and permissions.

pub mod carried;
pub mod error;
pub mod scenario_ron;
pub mod text;
