//! The promises of every picture, on random and odd graphs.

use super::*;
