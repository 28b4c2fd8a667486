//! Replay: cases walk over the map as tokens, with the time in the user's hand.
//!
//! [`log`] runs the variant once and reads what its cases did; [`tokens`] paints them at an instant; this file keeps the clock.
//! The way between two steps takes no simulated time: it is stretched so that the eye can follow.

pub mod log;
pub mod tokens;

use crate::app::Cx;
use crate::app::diagram::scene::Key;
use crate::base::progress::CancelToken;
use crate::diagram::picture::Diagram;
use egui::Ui;
use log::Log;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

/// Simulated minutes in a second of the clock on the wall, with the ids of their texts.
const SPEEDS: [(f64, &str); 6] = [
    (5.0, "map-speed-5min"),
    (15.0, "map-speed-15min"),
    (60.0, "map-speed-hour"),
    (240.0, "map-speed-4h"),
    (1440.0, "map-speed-day"),
    (4320.0, "map-speed-3d"),
];
/// Seconds in which a token walks from one step to the next, at any speed.
const WALK: f64 = 0.7;
/// Seconds that an event of a case takes that is followed, at least and at most.
const SLOW: (f64, f64) = (0.9, 2.6);

/// A replay.
pub struct Replay {
    /// What is replayed; `None` while it runs.
    pub log: Option<Arc<Log>>,
    /// Why there is nothing to replay.
    pub fault: Option<String>,
    /// Milliseconds since the replay's begin.
    pub clock: f64,
    /// Whether time goes on.
    pub plays: bool,
    /// Which of the speeds.
    pub speed: usize,
    /// The case that is followed slowly.
    pub follows: Option<u32>,
    /// What was replayed: another scene needs another run.
    pub key: Key,
    receiver: Receiver<Result<Log, String>>,
    cancel: CancelToken,
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl Replay {
    /// Starts the run behind a replay in the background.
    pub fn start(cx: &Cx<'_>, ctx: &egui::Context, key: &Key, diagram: &Diagram) -> Replay {
        let (sender, receiver) = channel();
        let cancel = CancelToken::default();
        let (study, diagram, key, token) = (cx.document.study().clone(), diagram.clone(), key.clone(), cancel.clone());
        let ctx = ctx.clone();
        let what = key.clone();
        let spawned = std::thread::Builder::new().name("replay".to_owned()).spawn(move || {
            let work = || log::record(&study, &what.variant, &what.service, &diagram, &token);
            let found = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("the run broke down".to_owned()));
            // A window that has closed the replay hears no more.
            let _ = sender.send(found);
            ctx.request_repaint();
        });
        let fault = spawned.err().map(|error| error.to_string());
        Replay { log: None, fault, clock: 0.0, plays: true, speed: 2, follows: None, key, receiver, cancel }
    }

    /// Takes the run in when it has ended, and lets time go on by so many seconds.
    pub fn tick(&mut self, seconds: f64) {
        if self.log.is_none() && self.fault.is_none() {
            match self.receiver.try_recv() {
                Ok(Ok(log)) if log.stays.is_empty() => self.fault = Some(String::new()),
                Ok(Ok(log)) => {
                    self.clock = opening(&log);
                    self.log = Some(Arc::new(log));
                }
                Ok(Err(fault)) => self.fault = Some(fault),
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => self.fault = Some(String::new()),
            }
            return;
        }
        let Some(log) = self.log.clone() else { return };
        if self.plays {
            self.clock += seconds.min(0.1) * self.pace(&log);
            let end = self.follows.and_then(|case| self.events(&log, case).last().copied()).unwrap_or(log.length);
            if self.clock >= end as f64 {
                self.clock = end as f64;
                self.plays = false;
            }
        }
    }

    /// Returns simulated milliseconds in a second.
    fn pace(&self, log: &Log) -> f64 {
        let Some(case) = self.follows else { return SPEEDS[self.speed.min(SPEEDS.len() - 1)].0 * 60_000.0 };
        let events = self.events(log, case);
        let before = events.iter().copied().rfind(|at| *at as f64 <= self.clock);
        let after = events.iter().copied().find(|at| *at as f64 > self.clock);
        let (Some(before), Some(after)) = (before, after) else { return 3_600_000.0 };
        let length = (after - before) as f64;
        // Ten times as long a wait takes half a second longer.
        let seconds = (SLOW.0 + 0.5 * (1.0 + length / 600_000.0).log10()).clamp(SLOW.0, SLOW.1);
        length / seconds
    }

    /// Returns how many simulated milliseconds a walk between two steps is stretched to.
    pub fn walk(&self) -> f64 {
        self.log.as_ref().map_or(1.0, |log| self.pace(log) * WALK)
    }

    /// Instants at which something happens to a case.
    fn events(&self, log: &Log, case: u32) -> Vec<i64> {
        let of_case = log.stays.iter().filter(|stay| stay.case == case);
        let mut events: Vec<i64> = of_case.flat_map(|stay| [stay.came, stay.began, stay.left]).collect();
        events.sort_unstable();
        events.dedup();
        events
    }

    /// Goes on to the next instant at which something happens, to the followed case or to any.
    pub fn step(&mut self) {
        let Some(log) = &self.log else { return };
        let now = self.clock as i64;
        let of = |stay: &log::Stay| self.follows.is_none_or(|case| stay.case == case);
        let next = log.stays.iter().filter(|stay| of(stay)).flat_map(|stay| [stay.came, stay.began, stay.left]);
        if let Some(next) = next.filter(|at| *at > now && *at <= log.length.max(now)).min() {
            self.clock = next as f64;
        }
        self.plays = false;
    }

    /// Follows the next case that comes, from its first step on.
    pub fn follow_next(&mut self) {
        let Some(log) = &self.log else { return };
        let now = self.clock as i64;
        let mut first: std::collections::BTreeMap<u32, i64> = std::collections::BTreeMap::new();
        for stay in &log.stays {
            first.entry(stay.case).and_modify(|at| *at = (*at).min(stay.came)).or_insert(stay.came);
        }
        let current = self.follows;
        let later = first.iter().filter(|(case, at)| **at >= now.max(0) && Some(**case) != current);
        let any = first.iter().filter(|(case, at)| **at >= 0 && Some(**case) != current);
        let chosen = later.min_by_key(|(case, at)| (**at, **case)).or_else(|| any.min_by_key(|(case, at)| (**at, **case)));
        if let Some((case, at)) = chosen {
            self.follows = Some(*case);
            self.clock = *at as f64;
            self.plays = true;
        }
    }
}

/// A replay opens at the first instant from which something is going on: not at midnight of a holiday.
fn opening(log: &Log) -> f64 {
    log.stays.iter().map(|stay| stay.began).filter(|at| *at >= 0).min().unwrap_or(0) as f64
}

/// Paints the replay's controls.
pub fn controls_ui(ui: &mut Ui, cx: &mut Cx<'_>, replay: &mut Replay, diagram: &Diagram) -> bool {
    let mut open = true;
    ui.horizontal_wrapped(|ui| {
        if ui.button(cx.words.get("map-replay-close")).clicked() {
            open = false;
        }
        if let Some(fault) = &replay.fault {
            let text = if fault.is_empty() { cx.words.get("map-replay-nothing") } else { fault.clone() };
            ui.label(text);
            return;
        }
        let Some(log) = replay.log.clone() else {
            ui.spinner();
            ui.label(cx.words.get("map-replay-runs"));
            return;
        };
        let play = if replay.plays { "map-replay-pause" } else { "map-replay-play" };
        if ui.button(cx.words.get(play)).clicked() {
            replay.plays = !replay.plays;
            if replay.plays && replay.follows.is_none() && replay.clock >= log.length as f64 {
                replay.clock = opening(&log);
            }
        }
        if ui.button(cx.words.get("map-replay-step")).on_hover_text(cx.words.get("map-replay-step-explained")).clicked() {
            replay.step();
        }
        let label = cx.words.get("map-replay-speed");
        let shown = cx.words.get(SPEEDS[replay.speed.min(SPEEDS.len() - 1)].1);
        ui.add_enabled_ui(replay.follows.is_none(), |ui| {
            let combo = egui::ComboBox::from_id_salt("map speed").selected_text(shown).show_ui(ui, |ui| {
                for (at, (_, text)) in SPEEDS.iter().enumerate() {
                    ui.selectable_value(&mut replay.speed, at, cx.words.get(text));
                }
            });
            combo.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, label.clone()));
        });
        let days = |ms: f64| ms / 86_400_000.0;
        let mut day = days(replay.clock);
        let slider = egui::Slider::new(&mut day, 0.0..=days(log.length as f64).max(0.001)).show_value(false);
        let response = ui.add(slider);
        if response.changed() {
            replay.clock = day * 86_400_000.0;
            replay.follows = None;
        }
        let label = cx.words.get("map-replay-time");
        response.widget_info(|| egui::WidgetInfo::slider(true, day, label.clone()));
        let at = log.begin.saturating_add(jiff::SignedDuration::from_millis(replay.clock as i64));
        ui.label(crate::app::theme::strong(at.strftime("%Y-%m-%d %H:%M").to_string()));
        let next = if replay.follows.is_some() { "map-replay-next-case" } else { "map-replay-one-case" };
        if ui.button(cx.words.get(next)).on_hover_text(cx.words.get("map-replay-one-case-explained")).clicked() {
            replay.follow_next();
        }
        if let Some(case) = replay.follows {
            if ui.button(cx.words.get("map-replay-all-cases")).clicked() {
                replay.follows = None;
            }
            ui.label(tokens::say(cx, &log, case, replay.clock as i64, diagram));
        }
    });
    open
}
