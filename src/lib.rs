//! Kezek simulates public services: what a change gives back to citizens, and what it does to the agencies' load.
//!
//! # Layers
//! A layer names only layers beneath it; `tests/it/architecture.rs` holds us to it.
//!
//! | layer | folder | what it is |
//! | --- | --- | --- |
//! | 0 | [`base`] | time, typed indices, distributions, diagnostics: words that all may use |
//! | 1 | [`model`] | the users' words: studies, services, steps, documents, changes; plain data and its checks |
//! | 1 | [`engine`] | runs a flat program: cases, tokens, pools; knows no public service |
//! | 1 | [`statistics`] | pure functions on numbers |
//! | 1 | [`texts`] | the words of window and reports in English, Russian and Kazakh |
//! | 2 | [`formats`] | study files in and out |
//! | 2 | [`diagram`] | a service, or two forms of it, as lanes, boxes and lines |
//! | 2 | [`compile`] | a scenario of the model to a program of the engine: the meaning of every word of the model |
//! | 3 | [`experiment`] | variants and replications in parallel; the definitions of all measures; the one place where engine meets statistics |
//! | 4 | [`fit`] | event logs to the figures of a model, and the model held against the log |
//! | 5 | [`report`] | finished outcomes as words, tables, JSON |
//! | 6 | [`cli`] | the command line |
//! | 6 | `app` | the window (feature `gui`) |
//!
//! `model`, `engine` and `statistics` do not know each other, nor do `formats`, `diagram` and `compile`. What is deliberately absent:
//! the engine knows no names and no files; nothing below `cli` prints; nothing draws a random number that is not keyed by
//! seed, replication, case, element and visit.
//!
//! # Reading order
//! A study (`scenarios/birth-of-a-child/study.ron`), [`model::scenario`], [`model::flow`], [`model::step`],
//! [`engine::program`], [`engine::run`], [`experiment::kpi`], [`experiment::outcome`]; then `tests/it/theory`.
//!
//! # Words
//! *Study*: an as-is, its variants and its sources. *Variant*: a to-be, a list of changes on the as-is. *Case*: one
//! citizen's way through a service or life event. *Token*: one of the ways of a case that run in parallel. *Replication*: one
//! simulated horizon with its own luck. *Common random numbers*: two variants see the same citizens with the same luck on
//! what they share. *Pool*: staff or machines that share a queue.

#[cfg(feature = "gui")]
pub mod app;
pub mod base;
pub mod cli;
pub mod compile;
pub mod diagram;
pub mod engine;
pub mod experiment;
pub mod fit;
pub mod formats;
pub mod model;
pub mod report;
pub mod statistics;
pub mod texts;
