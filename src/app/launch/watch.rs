//! How long the start takes, and how long frames and answers take while a run goes on.

use crate::app::command::{Command, EditCommand};
use crate::app::document::Document;
use crate::app::{App, edit};
use crate::base::distribution::Distribution;
use crate::model::figure::DurationFigure;
use crate::model::flow::ElementKind;
use std::time::{Duration, Instant};

/// Measures how long the start takes, to the first frame and to the first numbers on it; how long frames take while a run refines
/// its answer; and how long the first answer to an edit takes.
pub(super) struct StopWatch {
    app: App,
    started: Instant,
    first_frame: Option<Instant>,
    first_result: Option<Instant>,
    /// Longest from the beginning of a frame to the end of its layout.
    slowest: Duration,
    /// Longest from the beginning of a frame to the beginning of the next: drawing and waiting for the screen included.
    slowest_whole: Duration,
    frame: Option<Instant>,
    /// Whether the frame before this one asked for none: what lay between was no drawing.
    rested: bool,
    /// When the last edit was made, and the revision that it led to.
    edit: Option<(Instant, u64)>,
    answers: Vec<Duration>,
    /// When the last answer came.
    answered: Option<Instant>,
    said: bool,
}

/// How long frames are watched after the first result.
const WATCHED: Duration = Duration::from_secs(3);
/// Edits that are made and answered.
const EDITS: usize = 3;
/// How long the numbers of an answer are looked at before the next edit.
const LOOKED_AT: Duration = Duration::from_millis(500);

impl StopWatch {
    pub(super) fn new(app: App, started: Instant) -> Self {
        StopWatch {
            app,
            started,
            first_frame: None,
            first_result: None,
            slowest: Duration::ZERO,
            slowest_whole: Duration::ZERO,
            frame: None,
            rested: false,
            edit: None,
            answers: Vec::new(),
            answered: None,
            said: false,
        }
    }

    /// Edits the study as somebody does who tries another duration; the answer is awaited while the frames are watched.
    fn edit(&mut self, ctx: &egui::Context) {
        let Some(edit) = some_edit(&self.app.document, self.answers.len()) else { return };
        let edit = edit::Edit::Scenario { variant: self.app.view.variant.clone(), edit };
        self.app.perform(ctx, Command::Edit(EditCommand::Apply(Box::new(edit))));
        self.edit = Some((Instant::now(), self.app.document.revision()));
    }

    /// Notes the answer to the last edit, once it is there.
    fn hear(&mut self) {
        if let (Some((at, revision)), Some(shown)) = (self.edit, &self.app.results.shown)
            && shown.revision >= revision
        {
            self.answers.push(at.elapsed());
            self.answered = Some(Instant::now());
            self.edit = None;
        }
    }

    fn say(&mut self, first_frame: Instant, first_result: Instant) {
        let since = |at: Instant| at.duration_since(self.started).as_millis();
        let (frame, result) = (since(first_frame), since(first_result));
        let (slowest, whole) = (self.slowest.as_millis(), self.slowest_whole.as_millis());
        let answer = self.answers.iter().max().map_or(0, Duration::as_millis);
        let line = format!(
            "first frame {frame} ms, first result {result} ms, slowest frame while simulating {slowest} ms, with drawing {whole} ms, \
             first answer to an edit {answer} ms\n"
        );
        // Whoever does not listen has missed it.
        let _ = std::io::Write::write_all(&mut std::io::stdout(), line.as_bytes());
        self.said = true;
    }
}

/// Returns an edit of the first step that lasts: a little longer each time.
fn some_edit(document: &Document, times: usize) -> Option<edit::ScenarioEdit> {
    let scenario = &document.study().scenario;
    let steps = scenario.services.iter().flat_map(|service| service.elements.iter().map(move |element| (service, element)));
    let mut lasting = steps.filter_map(|(service, element)| match &element.kind {
        ElementKind::Step(step) if step.duration.value.mean() > 0.0 => Some((service, element, step)),
        _ => None,
    });
    let (service, element, step) = lasting.next()?;
    let longer = step.duration.value.mean() * (1.0 + 0.01 * (times + 1) as f64);
    let value = DurationFigure { value: Distribution::Fixed(longer), ..step.duration.clone() };
    Some(edit::ScenarioEdit::Duration { service: service.id.clone(), step: element.id.clone(), value })
}

impl eframe::App for StopWatch {
    fn raw_input_hook(&mut self, _ctx: &egui::Context, input: &mut egui::RawInput) {
        // Where the pointer happens to rest must not be a part of what is measured: a tooltip that comes up there is drawn many times.
        input.events.retain(|event| !matches!(event, egui::Event::PointerMoved(_) | egui::Event::MouseMoved(_)));
    }

    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        let now = Instant::now();
        // The first frames lay fonts out and are the start, not the run.
        if let (Some(before), true) = (self.frame, self.first_result.is_some() && !self.rested) {
            self.slowest_whole = self.slowest_whole.max(now.duration_since(before));
        }
        self.frame = Some(now);
        self.app.logic(ctx);
        self.hear();
        if self.app.results.shown.is_some() && self.first_frame.is_some() {
            self.first_result.get_or_insert_with(Instant::now);
        }
        if let (Some(first_frame), Some(first_result)) = (self.first_frame, self.first_result)
            && (first_result.elapsed() > WATCHED || !self.app.is_running())
            && self.edit.is_none()
            && self.answered.is_none_or(|at| at.elapsed() > LOOKED_AT)
            && !self.said
        {
            if self.answers.len() < EDITS {
                self.edit(ctx);
            }
            // A study without a step to edit says what it can.
            if self.edit.is_none() {
                self.say(first_frame, first_result);
                // What was edited for the measure's sake is not worth a question.
                self.app.quits = true;
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            }
        }
        // While an answer is awaited the window draws when it has something to show, as it does for people: drawing without need
        // would take the processors from the run.
        self.rested = self.edit.is_some();
        if !self.rested {
            ctx.request_repaint();
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.app.ui(ui);
        if let (Some(frame), true) = (self.frame, self.first_result.is_some()) {
            self.slowest = self.slowest.max(frame.elapsed());
        }
        self.first_frame.get_or_insert_with(Instant::now);
    }
}
