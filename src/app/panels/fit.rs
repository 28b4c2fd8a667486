//! A log held against the study: how well the fitted model follows it, the figures that were found, and what was not matched.

use crate::app::Cx;
use crate::app::charts::{Chart, Line, paint};
use crate::app::command::{Command, EditCommand, FileCommand};
use crate::app::edit::Edit;
use crate::app::fits::{Fit, State};
use crate::app::panels::measures::{heads, number_cell};
use crate::app::theme::{self, GAP, GAP_SMALL, ROW, Theme};
use crate::app::widgets;
use crate::base::time::MS_PER_MINUTE;
use crate::fit::ActivityIs;
use crate::fit::overlay::{Bin, Compared, Overlay};
use crate::report::chart::Body;
use crate::statistics::interval::Interval;
use egui::{Align, Layout, RichText, Ui};
use egui_extras::{Column, TableBuilder};

/// Size of the window in points, where there is room.
const SIZE: [f32; 2] = [940.0, 700.0];
/// Height of the picture of cycle times.
const HEIGHT: f32 = 230.0;

/// Paints the window where a log was asked for.
pub fn fit_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let state = cx.fit;
    if matches!(state, State::None) {
        return;
    }
    let mut is_open = true;
    let room = ui.ctx().content_rect().size();
    let size =
        egui::vec2((room.x - 48.0).min(SIZE[0] * cx.theme.type_scale), (room.y - 120.0).min(SIZE[1] * cx.theme.type_scale));
    let window = egui::Window::new(cx.words.get("fit-title")).id(egui::Id::unique("fit")).open(&mut is_open);
    let window = window.collapsible(false).resizable(true).default_size(size).max_size(room - egui::vec2(16.0, 60.0));
    window.pivot(egui::Align2::CENTER_CENTER).default_pos((room / 2.0).to_pos2()).show(ui.ctx(), |ui| match state {
        State::None => {}
        State::Working(path) => working_ui(ui, cx, path),
        State::Failed(path, message, findings) => failed_ui(ui, cx, path, message, findings),
        State::Done(fit) => done_ui(ui, cx, fit),
    });
    if !is_open {
        cx.send(Command::File(FileCommand::LeaveFit));
    }
}

fn working_ui(ui: &mut Ui, cx: &mut Cx<'_>, path: &std::path::Path) {
    ui.set_min_width(420.0);
    ui.label(theme::strong(crate::app::file_name(path)));
    ui.horizontal(|ui| {
        ui.spinner();
        ui.label(cx.words.get("fit-working"));
    });
    ui.add_space(GAP);
    if ui.button(cx.words.get("command-stop")).clicked() {
        cx.send(Command::File(FileCommand::LeaveFit));
    }
}

fn failed_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    path: &std::path::Path,
    message: &str,
    findings: &[crate::base::diagnostic::Diagnostic],
) {
    ui.heading(cx.words.with("fit-failed", &[("log", crate::app::file_name(path).into())]));
    ui.add_space(GAP_SMALL);
    if message.is_empty() && findings.is_empty() {
        ui.label(cx.words.get("fit-broke"));
    }
    if !message.is_empty() {
        ui.label(cx.words.finding(message));
    }
    egui::ScrollArea::vertical().max_height(380.0).show(ui, |ui| {
        for finding in findings {
            widgets::finding_ui(ui, cx, finding);
        }
    });
    if ui.button(cx.words.get("close")).clicked() {
        cx.send(Command::File(FileCommand::LeaveFit));
    }
}

fn done_ui(ui: &mut Ui, cx: &mut Cx<'_>, fit: &Fit) {
    take_ui(ui, cx, fit);
    ui.add_space(GAP_SMALL);
    egui::ScrollArea::vertical().id_salt("fit").auto_shrink(false).show(ui, |ui| {
        facts_ui(ui, cx, fit);
        match &fit.overlay {
            Ok(overlay) => overlay_ui(ui, cx, overlay),
            Err(message) => {
                ui.label(RichText::new(cx.words.get("fit-no-run")).color(cx.theme.warn));
                ui.label(cx.words.finding(message));
            }
        }
        figures_ui(ui, cx, fit);
        unmatched_ui(ui, cx, fit);
        let findings: Vec<_> = fit.findings.iter().chain(&fit.report.findings).collect();
        if !findings.is_empty() {
            widgets::section(ui, cx.theme, &cx.words.get("fit-findings"), "");
            for finding in findings {
                widgets::finding_ui(ui, cx, finding);
            }
        }
    });
}

/// The button that takes the figures over, where the study is still the one that was held against the log.
fn take_ui(ui: &mut Ui, cx: &mut Cx<'_>, fit: &Fit) {
    let is_current = fit.revision == cx.document.revision();
    ui.horizontal_wrapped(|ui| {
        ui.add_enabled_ui(is_current, |ui| {
            let response = widgets::primary(ui, cx.theme, &cx.words.get("fit-take"));
            if response.on_hover_text(cx.words.get("fit-take-explained")).clicked() {
                let edit = Edit::Fitted(Box::new(fit.report.study.clone()));
                cx.send(Command::Edit(EditCommand::Apply(Box::new(edit))));
                cx.send(Command::File(FileCommand::LeaveFit));
            }
        });
        if ui.button(cx.words.get("close")).clicked() {
            cx.send(Command::File(FileCommand::LeaveFit));
        }
        let text = if is_current { "fit-take-explained" } else { "fit-old" };
        ui.label(RichText::new(cx.words.get(text)).small().color(cx.theme.text_weak));
    });
}

/// What the log is, and how its cases go through the model.
fn facts_ui(ui: &mut Ui, cx: &Cx<'_>, fit: &Fit) {
    let facts = &fit.report.facts;
    let whole = |n: usize| cx.words.whole(n as f64);
    let words = [
        ("log", facts.name.as_str().into()),
        ("cases", whole(facts.n_cases).into()),
        ("activities", whole(facts.n_activities).into()),
        ("from", facts.from.as_str().into()),
        ("to", facts.to.as_str().into()),
    ];
    ui.label(theme::strong(cx.words.with("fit-facts", &words)));
    let unknown = fit.report.activities.iter().filter(|activity| matches!(activity.is, ActivityIs::Unknown(_))).count();
    let all = fit.report.activities.len();
    let words = [("all", all.into()), ("known", (all - unknown).into()), ("unseen", fit.report.unseen.len().into())];
    ui.label(cx.words.with("fit-matched", &words));
    let followed = &fit.report.followed;
    let share = (followed.n_fit + followed.n_early) as f64 / followed.n_cases.max(1) as f64;
    ui.label(cx.words.with("fit-flow", &[("share", cx.words.percent(share).into())]));
    ui.add_space(GAP);
}

/// Cycle times of log and model over each other, and whether the log lies where a run of the model would.
fn overlay_ui(ui: &mut Ui, cx: &mut Cx<'_>, overlay: &Overlay) {
    if overlay.n_simulated == 0 {
        let words = [("runs", overlay.replications.into())];
        ui.label(cx.words.with("fit-no-cases", &words));
        return;
    }
    let chart = cycle_times(cx, overlay);
    paint::chart_ui(ui, cx, &chart, HEIGHT);
    ui.add_space(GAP_SMALL);
    cx.theme.card().show(ui, |ui| cycles_ui(ui, cx, overlay));
    let by_luck = if overlay.distance <= 2.0 * overlay.yardstick { "fit-distance-luck" } else { "fit-distance-more" };
    let words = [
        ("distance", cx.words.duration(overlay.distance).into()),
        ("yardstick", cx.words.duration(overlay.yardstick).into()),
        ("observed", cx.words.whole(overlay.n_observed as f64).into()),
        ("simulated", cx.words.whole(overlay.n_simulated as f64).into()),
        ("runs", overlay.replications.into()),
    ];
    ui.label(RichText::new(cx.words.with(by_luck, &words)).small().color(cx.theme.text_weak));
}

/// The share of cases that last at most so long, in the log and in the model.
fn cycle_times(cx: &Cx<'_>, overlay: &Overlay) -> Chart {
    let shown = overlay.shown_bins();
    let longest = shown.last().map_or(0.0, |bin| bin.1);
    let (by, axis) = crate::app::charts::make::time_axis(longest);
    let line = |name: &str, at: usize, dashed: bool, share: &dyn Fn(&Bin) -> f64| {
        let mut sum = 0.0;
        let mut points = vec![[0.0, 0.0]];
        for bin in shown {
            sum += share(bin);
            points.push([bin.1 / by, 100.0 * sum]);
        }
        let colour = Theme::rgb(cx.theme.variant(at));
        Line { name: cx.words.get(name), points, band: Vec::new(), marks: Vec::new(), colour, dashed }
    };
    Chart {
        title: cx.words.get("fit-chart"),
        explained: cx.words.get("fit-chart-explained"),
        x: cx.words.get(axis),
        y: cx.words.get("axis-share-of-cases"),
        body: Body::Lines(vec![line("fit-log", 0, true, &|bin| bin.2), line("fit-model", 1, false, &|bin| bin.3)]),
    }
}

fn cycles_ui(ui: &mut Ui, cx: &Cx<'_>, overlay: &Overlay) {
    let scale = cx.theme.type_scale;
    let width = (ui.available_width() / 5.0 - theme::GAP).max(80.0);
    let table = TableBuilder::new(ui)
        .id_salt("fit cycles")
        .vscroll(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::remainder().at_least(110.0).clip(true))
        .columns(Column::exact(width * 0.8).clip(true), 2)
        .columns(Column::exact(width * 1.3).clip(true), 1)
        .column(Column::exact(width).clip(true));
    table
        .header(ROW * scale, |mut row| {
            let titles =
                [("fit-cycle", false), ("fit-log", true), ("fit-model", true), ("fit-run-lies", true), ("column-verdict", false)];
            heads(&mut row, cx, &titles.map(|(id, right)| (cx.words.get(id), right)));
        })
        .body(|mut body| {
            for compared in &overlay.cycle {
                body.row(ROW * scale, |mut row| cycle_row(&mut row, cx, compared));
            }
        });
}

fn cycle_row(row: &mut egui_extras::TableRow<'_, '_>, cx: &Cx<'_>, compared: &Compared) {
    let id = match compared.name {
        "mean" => "fit-mean",
        "median" => "fit-median",
        "90 %" => "fit-p90",
        _ => "fit-p95",
    };
    row.col(|ui| {
        ui.label(cx.words.get(id));
    });
    number_cell(row, cx.words.duration(compared.observed));
    number_cell(row, cx.words.duration(compared.simulated.mean));
    number_cell(row, range(cx, &compared.expected, 1.0));
    let (id, colour, ground) = match compared.agrees() {
        true => ("fit-agrees", cx.theme.better, cx.theme.better_ground),
        false => ("fit-differs", cx.theme.warn, cx.theme.warn_ground),
    };
    row.col(|ui| {
        widgets::badge(ui, &cx.words.get(id), colour, ground);
    });
}

/// Writes an interval of times; `by` makes minutes of its unit.
fn range(cx: &Cx<'_>, interval: &Interval, by: f64) -> String {
    let [low, high] = [interval.low.max(0.0), interval.high].map(|value| cx.words.duration(value / by));
    format!("{low} – {high}")
}

/// Every figure that was found, with how sure it is.
fn figures_ui(ui: &mut Ui, cx: &Cx<'_>, fit: &Fit) {
    let rows = figure_rows(cx, fit);
    let title = cx.words.with("fit-figures", &[("n", rows.len().into())]);
    widgets::section(ui, cx.theme, &title, &cx.words.get("fit-figures-text"));
    let scale = cx.theme.type_scale;
    cx.theme.card().show(ui, |ui| {
        let width = ui.available_width();
        let table = TableBuilder::new(ui)
            .id_salt("fit figures")
            .vscroll(false)
            .cell_layout(Layout::left_to_right(Align::Center))
            .column(Column::exact(width * 0.36).clip(true))
            .column(Column::exact(width * 0.1).clip(true))
            .column(Column::exact(width * 0.14).clip(true))
            .column(Column::exact(width * 0.2).clip(true))
            .column(Column::remainder().at_least(80.0).clip(true));
        table
            .header(ROW * scale, |mut row| {
                let titles =
                    [("fit-figure", false), ("fit-n", true), ("fit-found", true), ("column-interval", true), ("fit-how", false)];
                heads(&mut row, cx, &titles.map(|(id, right)| (cx.words.get(id), right)));
            })
            .body(|body| {
                body.rows(ROW * scale, rows.len(), |mut row| {
                    let [name, n, found, sure, how] = &rows[row.index()];
                    row.col(|ui| {
                        ui.add(egui::Label::new(name).truncate()).on_hover_text(name);
                    });
                    for text in [n, found, sure] {
                        number_cell(&mut row, text.as_str());
                    }
                    row.col(|ui| {
                        ui.add(egui::Label::new(RichText::new(how).small().color(cx.theme.text_weak)).truncate())
                            .on_hover_text(how);
                    });
                });
            });
    });
}

/// Name, number, value, interval and remark of every figure.
fn figure_rows(cx: &Cx<'_>, fit: &Fit) -> Vec<[String; 5]> {
    let report = &fit.report;
    let mut rows = Vec::new();
    for (id, found) in &report.arrivals {
        let Some(found) = found else { continue };
        let half = 1.96 * found.per_year_error;
        let name = format!("{}: {id}", cx.words.get("demand-title"));
        let value = format!("{} {}", cx.words.whole(found.per_year), cx.words.get("fit-a-year"));
        rows.push([name, cx.words.whole(found.n as f64), value, format!("± {}", cx.words.whole(half)), String::new()]);
    }
    let minute = MS_PER_MINUTE as f64;
    for found in &report.durations {
        let law = &found.fitted;
        let mean = law.mean.map_or_else(|| law.law.mean(), |mean| mean.mean) / minute;
        let sure = law.mean.as_ref().map_or(String::new(), |mean| range(cx, mean, minute));
        rows.push([
            found.name.clone(),
            cx.words.whole(law.n as f64),
            cx.words.duration(mean),
            sure,
            cx.words.finding(law.family),
        ]);
    }
    for found in report.shares.iter().filter(|found| found.n > 0) {
        let gateway = crate::fit::figures::gateway_name(&report.study, &found.place);
        let sure = format!("{} – {}", cx.words.percent(found.share.low), cx.words.percent(found.share.high));
        let how = found.kept.map_or(String::new(), |why| format!("{}: {}", cx.words.get("fit-kept"), cx.words.finding(why)));
        let n = format!("{} / {}", cx.words.whole(found.n as f64), cx.words.whole(found.of as f64));
        rows.push([format!("{gateway}: {}", found.way), n, cx.words.percent(found.share.mean), sure, how]);
    }
    for (pool, found) in &report.staff {
        let name = report.study.scenario.staff_pool(pool).map_or(pool.clone(), |(_, pool)| pool.name.clone());
        let how =
            found.hours.as_ref().map_or(String::new(), |hours| cx.words.finding(&crate::fit::figures::hours_text(&hours.week)));
        let people = format!("{} {}", found.count, cx.words.get("fit-people"));
        rows.push([name, cx.words.whole(found.n as f64), people, String::new(), how]);
    }
    rows
}

/// What is in the log and not in the model, and the other way round.
fn unmatched_ui(ui: &mut Ui, cx: &Cx<'_>, fit: &Fit) {
    widgets::section(ui, cx.theme, &cx.words.get("fit-unmatched"), "");
    let report = &fit.report;
    let mut is_all = true;
    for activity in &report.activities {
        let ActivityIs::Unknown(near) = &activity.is else { continue };
        is_all = false;
        let words = [("name", activity.name.as_str().into()), ("n", cx.words.whole(activity.n as f64).into())];
        let near = near
            .as_ref()
            .map_or(String::new(), |near| format!(" {}", cx.words.with("fit-near", &[("name", near.as_str().into())])));
        ui.label(format!("• {}{near}", cx.words.with("fit-unknown", &words)));
    }
    for (_, name) in &report.unseen {
        is_all = false;
        ui.label(format!("• {}", cx.words.with("fit-unseen", &[("name", name.as_str().into())])));
    }
    if is_all {
        ui.label(RichText::new(cx.words.get("fit-all-matched")).color(cx.theme.text_weak));
    }
}
