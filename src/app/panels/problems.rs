//! What was found wrong or odd in the study, with the way to the place and, where there is one, a fix.

use crate::app::Cx;
use crate::app::command::{Command, EditCommand, ViewCommand};
use crate::app::findings::{Place, fix, place};
use crate::app::theme::GAP_SMALL;
use crate::app::widgets;
use crate::base::diagnostic::Severity;
use egui::Ui;

/// Paints the list where it is open.
pub fn problems_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    if !cx.view.passing.findings {
        return;
    }
    let mut open = true;
    let screen = ui.ctx().content_rect();
    egui::Window::new(cx.words.get("command-findings"))
        .open(&mut open)
        .collapsible(false)
        .default_width(620.0_f32.min(screen.width() - 48.0))
        .default_height(440.0_f32.min(screen.height() - 120.0))
        .anchor(egui::Align2::CENTER_BOTTOM, [0.0, -56.0])
        .show(ui.ctx(), |ui| egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| list_ui(ui, cx)));
    cx.view.passing.findings = open && !ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape));
}

fn list_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let review = cx.results.review.clone();
    let study = cx.document.study().clone();
    let mut shown: Vec<_> = review.findings.iter().filter(|finding| finding.severity != Severity::Note).collect();
    shown.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    if shown.is_empty() {
        widgets::empty(ui, cx.theme, &cx.words.get("findings-none"), &cx.words.get("findings-none-text"));
        return;
    }
    for (at, finding) in shown.into_iter().enumerate() {
        ui.push_id(at, |ui| {
            widgets::finding_ui(ui, cx, finding);
            ui.horizontal(|ui| {
                let found = place(&study, &finding.path);
                if found != Place::default() && ui.button(cx.words.get("findings-show")).clicked() {
                    cx.send(Command::View(ViewCommand::GoTo(found)));
                }
                if let Some((label, edit)) = fix(&study, finding)
                    && ui.button(cx.words.get(label)).clicked()
                {
                    cx.send(Command::Edit(EditCommand::Apply(Box::new(edit))));
                }
            });
            ui.add_space(GAP_SMALL);
        });
    }
}
