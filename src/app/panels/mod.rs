//! The panels of the window, one file each. A panel paints and says what the user wants; it owns nothing and runs nothing.

pub mod agencies;
pub mod calendar;
pub mod changes;
pub mod compare;
pub mod documents;
pub mod element_inspector;
pub mod headline;
pub mod inspector;
pub mod item_inspector;
pub mod load;
pub mod measures;
pub mod overview;
pub mod palette;
pub mod population;
pub mod problems;
pub mod start;
pub mod status;
pub mod step_cells;
pub mod step_inspector;
pub mod steps;
pub mod top;
pub mod tour;
pub mod tree;
