//! Where a figure comes from: a source of the study or an assumption, to be read and to be chosen.

use crate::app::Cx;
use crate::app::command::{Command, EditCommand};
use crate::app::edit::{Edit, new_id, slug};
use crate::app::theme::{GAP, GAP_SMALL};
use crate::app::widgets;
use crate::model::study::Source;
use egui::{Id, Response, RichText, Ui};

/// Letters of a source's key that are shown.
const MOST_LETTERS: usize = 22;

/// What a figure says about where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Key of the source; `None` makes it an assumption.
    pub source: Option<String>,
    /// Why this value; how it was obtained.
    pub note: String,
}

/// Shows where a figure comes from.
pub fn badge_ui(ui: &mut Ui, cx: &Cx<'_>, source: Option<&str>, note: &str) -> Response {
    let response = match source {
        Some(key) => widgets::badge(ui, key, cx.theme.better, cx.theme.better_ground),
        None => widgets::badge(ui, &cx.words.get("assumption"), cx.theme.warn, cx.theme.warn_ground),
    };
    let text = explained(cx, source, note);
    if text.is_empty() { response } else { response.on_hover_text(text) }
}

/// Returns what there is to say about where a figure comes from.
pub fn explained(cx: &Cx<'_>, source: Option<&str>, note: &str) -> String {
    let study = cx.document.study();
    let found = source.and_then(|key| study.sources.iter().find(|known| known.key == key));
    let mut lines: Vec<&str> = found.map_or(Vec::new(), |found| vec![&found.title, &found.address, &found.date]);
    let note = cx.words.note(note);
    lines.push(&note);
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// Shows where a figure comes from as a button that opens the choice; returns what was chosen or noted.
///
/// `name` says whose provenance it is, for those who do not see what stands beside it.
pub fn edit_ui(ui: &mut Ui, cx: &mut Cx<'_>, source: Option<&str>, note: &str, name: &str) -> Option<Provenance> {
    let (text, ink, ground) = match source {
        Some(key) => (key.to_owned(), cx.theme.better, cx.theme.better_ground),
        None => (cx.words.get("assumption"), cx.theme.warn, cx.theme.warn_ground),
    };
    // A long key is cut; the whole of it is in the tooltip.
    let short: String = text.chars().take(MOST_LETTERS).collect();
    let text = if short.len() < text.len() { format!("{short}…") } else { text };
    let text = RichText::new(text).small().color(ink);
    let button = egui::Button::new(text).fill(ground).stroke(egui::Stroke::NONE).corner_radius(4.0);
    // As large as a badge that cannot be pressed.
    let before = ui.spacing().clone();
    ui.spacing_mut().button_padding = egui::vec2(6.0, 2.0);
    ui.spacing_mut().interact_size.y = 0.0;
    let response = ui.add(button.wrap_mode(egui::TextWrapMode::Extend));
    *ui.spacing_mut() = before;
    let response = response.on_hover_cursor(egui::CursorIcon::PointingHand);
    let said = format!("{}: {name}", cx.words.get("column-source"));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
    let hover = explained(cx, source, note);
    let popup = egui::Popup::menu(&response).close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside).accessible_name(said);
    let shown = popup.show(|ui| choice_ui(ui, cx, source, note));
    if shown.is_none() {
        response.on_hover_text(if hover.is_empty() { cx.words.get("source-choose") } else { hover });
    }
    shown.and_then(|shown| shown.inner)
}

fn choice_ui(ui: &mut Ui, cx: &mut Cx<'_>, source: Option<&str>, note: &str) -> Option<Provenance> {
    ui.set_width(340.0);
    let study = cx.document.study().clone();
    let mut chosen = None;
    ui.label(RichText::new(cx.words.get("source-title")).small().color(cx.theme.text_weak));
    egui::ScrollArea::vertical().max_height(220.0).show(ui, |ui| {
        if ui.selectable_label(source.is_none(), cx.words.get("assumption")).clicked() {
            chosen = Some(None);
        }
        for known in &study.sources {
            let title = if known.title.is_empty() { &known.key } else { &known.title };
            let button = egui::Button::selectable(source == Some(known.key.as_str()), title.as_str()).truncate();
            if ui.add(button).on_hover_text(format!("{}\n{}", known.address, known.date)).clicked() {
                chosen = Some(Some(known.key.clone()));
            }
        }
    });
    ui.separator();
    if let Some(key) = new_source_ui(ui, cx, &study) {
        chosen = Some(Some(key));
    }
    ui.separator();
    ui.label(RichText::new(cx.words.get("source-note")).small().color(cx.theme.text_weak));
    let id = ui.make_persistent_id("source note");
    let typed = widgets::cell_ui(ui, id, note, 320.0, &cx.words.get("source-note"));
    if chosen.is_some() {
        ui.close();
    }
    match (chosen, typed) {
        (None, None) => None,
        (chosen, typed) => Some(Provenance {
            source: chosen.unwrap_or_else(|| source.map(str::to_owned)),
            note: typed.unwrap_or_else(|| note.to_owned()),
        }),
    }
}

/// Fields for a source that the study does not have yet; returns its key once it has been added.
fn new_source_ui(ui: &mut Ui, cx: &mut Cx<'_>, study: &crate::model::study::Study) -> Option<String> {
    let mut key = None;
    egui::CollapsingHeader::new(cx.words.get("source-new")).id_salt("new source").show(ui, |ui| {
        let ids: [Id; 3] = [0, 1, 2].map(|n| ui.make_persistent_id(("new source", n)));
        let mut texts: [String; 3] = ids.map(|id| ui.data(|data| data.get_temp(id)).unwrap_or_default());
        for (at, label) in ["source-new-title", "source-new-address", "source-new-date"].into_iter().enumerate() {
            let name = cx.words.get(label);
            let field = egui::TextEdit::singleline(&mut texts[at]).hint_text(name.as_str()).desired_width(320.0);
            let response = ui.add(field);
            widgets::name_field(&response, "", &texts[at], &name);
            ui.data_mut(|data| data.insert_temp(ids[at], texts[at].clone()));
            ui.add_space(GAP_SMALL);
        }
        let [title, address, date] = texts;
        let can = !title.trim().is_empty();
        if ui.add_enabled(can, egui::Button::new(cx.words.get("source-add"))).clicked() {
            let new = new_id(&slug(&title), |key| study.sources.iter().any(|known| known.key == key));
            let source = Source { key: new.clone(), title, address, date, ..Source::default() };
            cx.send(Command::Edit(EditCommand::Apply(Box::new(Edit::AddSource(source)))));
            ui.data_mut(|data| ids.iter().for_each(|id| data.remove::<String>(*id)));
            key = Some(new);
        }
        ui.add_space(GAP);
    });
    key
}
