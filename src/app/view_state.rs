//! What is shown and chosen: no part of the study, never undone, and remembered between sessions in the settings folder.

use crate::app::theme::ThemeChoice;
use crate::model::study::AS_IS;
use crate::texts::Language;
use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Recent files that are remembered.
const MOST_RECENT: usize = 10;

/// How exact a run can be asked to be: half an interval's width by the value.
pub const PRECISION: std::ops::RangeInclusive<f64> = 0.001..=0.5;

/// A tab in the middle of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Results of the variants beside each other.
    #[default]
    Compare,
    /// The process as a picture.
    Map,
    /// The changes of a variant.
    Changes,
    /// The steps as a table.
    Steps,
    /// Segments and channels.
    Population,
    /// Agencies and their staff.
    Agencies,
    /// Documents and information systems.
    Documents,
}

impl Tab {
    /// All tabs, from left to right.
    pub const ALL: [Tab; 7] = [Tab::Compare, Tab::Map, Tab::Changes, Tab::Steps, Tab::Population, Tab::Agencies, Tab::Documents];

    /// Returns the id of its text.
    pub fn label(self) -> &'static str {
        match self {
            Tab::Compare => "tab-compare",
            Tab::Map => "tab-map",
            Tab::Changes => "tab-changes",
            Tab::Steps => "tab-steps",
            Tab::Population => "tab-population",
            Tab::Agencies => "tab-agencies",
            Tab::Documents => "tab-documents",
        }
    }

    /// Returns the tab of this name.
    pub fn of_name(name: &str) -> Option<Tab> {
        Tab::ALL.into_iter().find(|tab| tab.name() == name)
    }

    /// Returns the name under which settings keep it.
    pub fn name(self) -> &'static str {
        self.label().trim_start_matches("tab-")
    }
}

/// What the inspector shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// The study as a whole.
    #[default]
    Study,
    /// A service.
    Service(String),
    /// An element of a service.
    Element {
        /// The service.
        service: String,
        /// The element.
        element: String,
    },
    /// A staff pool, as `agency/pool`.
    Pool(String),
    /// A registry.
    Registry(String),
    /// A document.
    Document(String),
}

impl Selection {
    /// Returns the selection that a name asks for, as in `service:birth`, `element:birth/apply`, `pool:psc/window`, `registry:zags` or
    /// `document:identity`.
    pub fn of_name(name: &str) -> Option<Selection> {
        let (kind, id) = name.split_once(':')?;
        let id = id.to_owned();
        match kind {
            "service" => Some(Selection::Service(id)),
            "pool" => Some(Selection::Pool(id)),
            "registry" => Some(Selection::Registry(id)),
            "document" => Some(Selection::Document(id)),
            "element" => {
                let (service, element) = id.split_once('/')?;
                Some(Selection::Element { service: service.to_owned(), element: element.to_owned() })
            }
            _ => None,
        }
    }
}

/// What is shown and chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewState {
    /// The theme.
    pub theme: ThemeChoice,
    /// The language.
    pub language: Language,
    /// Size of everything, 0.8 to 2.
    pub scale: f32,
    /// The tab.
    pub tab: Tab,
    /// A second tab beside the first one.
    pub beside: Option<Tab>,
    /// Widths of the study tree, the inspector and the second tab, as they were left.
    pub widths: [Option<f32>; 3],
    /// Size of the window in points, as it was left.
    pub window: Option<[f32; 2]>,
    /// The variant that is shown and edited.
    pub variant: String,
    /// The variant that the shown one is held against.
    pub against: String,
    /// What the inspector shows.
    pub selection: Selection,
    /// Whether the study tree is shown.
    pub tree: bool,
    /// Whether the inspector is shown.
    pub inspector: bool,
    /// Whether the start screen is shown.
    pub start: bool,
    /// Files opened lately, the last first.
    pub recent: Vec<PathBuf>,
    /// The service whose steps are shown.
    pub service: Option<String>,
    /// How well citizens' time must be known before a run stops, as half an interval's width by the value; `None` runs as many
    /// replications as the study asks for.
    pub precision: Option<f64>,
    /// What is shown for now only.
    pub passing: Passing,
}

/// A picture of a chart that has been asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shot {
    /// The chart.
    pub title: String,
    /// Whether it goes to the clipboard, rather than to a file.
    pub copies: bool,
    /// Where the chart stood in the last frame, in points from the top.
    pub top: Option<i32>,
    /// For how many frames it has stood there.
    pub still: u32,
}

/// A list of what the numbers lean on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ledger {
    /// Figures with their sources, and those that have none.
    Figures,
    /// Faults, warnings, and what to mind about the results.
    Findings,
}

/// What is shown for now only, and never saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passing {
    /// What was typed into the palette, if it is open.
    pub palette: Option<String>,
    /// The place in the palette's list.
    pub palette_at: usize,
    /// Whether the list of shortcuts is open.
    pub shortcuts: bool,
    /// Whether the window is too narrow for the inspector beside the middle.
    pub is_narrow: bool,
    /// Whether the inspector lies over the middle of a narrow window.
    pub inspector_over: bool,
    /// The step of the tour, from 0, if it is open.
    pub tour: Option<usize>,
    /// The pool whose charts are shown.
    pub pool: Option<String>,
    /// Whether the matrix of documents shows the steps that need none.
    pub all_steps: bool,
    /// Where the user is in the table of steps.
    pub steps: crate::app::widgets::sheet::Sheet,
    /// Variants that charts show beside the shown one and its baseline.
    pub also: Vec<String>,
    /// The picture of a chart that has been asked for.
    pub shot: Option<Shot>,
    /// Titles of the charts that are shown as tables.
    pub tables: Vec<String>,
    /// The place of the measure that is followed from change to change.
    pub followed: usize,
    /// Which list of figures or findings is open.
    pub ledger: Option<Ledger>,
    /// What figures are looked for in the ledger.
    pub ledger_search: String,
    /// Whether the ledger shows figures with a source too.
    pub ledger_sourced: bool,
}

impl Default for ViewState {
    fn default() -> Self {
        ViewState {
            theme: ThemeChoice::default(),
            language: Language::default(),
            scale: 1.0,
            tab: Tab::default(),
            beside: None,
            widths: [None; 3],
            window: None,
            variant: AS_IS.to_owned(),
            against: AS_IS.to_owned(),
            selection: Selection::default(),
            tree: true,
            inspector: true,
            start: false,
            recent: Vec::new(),
            service: None,
            precision: None,
            passing: Passing::default(),
        }
    }
}

impl ViewState {
    /// Tells whether a tab is on the screen.
    pub fn shows(&self, tab: Tab) -> bool {
        !self.start && (self.tab == tab || self.beside == Some(tab))
    }

    /// Shows a tab; where it stands beside already, the two change places.
    pub fn show(&mut self, tab: Tab) {
        if self.beside == Some(tab) {
            self.beside = Some(self.tab);
        }
        self.tab = tab;
        self.start = false;
    }

    /// Begins the tour at its first step, which speaks of the comparison.
    pub fn begin_tour(&mut self) {
        self.show(Tab::Compare);
        self.passing.tour = Some(0);
    }

    /// Shows a tab beside the first one; where it is the first one, the two change places.
    pub fn show_beside(&mut self, tab: Tab) {
        if self.tab == tab {
            let others = [self.beside, Some(Tab::Compare), Some(Tab::Map)];
            self.tab = others.into_iter().flatten().find(|other| *other != tab).unwrap_or_default();
        }
        self.beside = Some(tab);
        self.start = false;
    }

    /// Shows a thing where it stands.
    pub fn go_to(&mut self, place: crate::app::findings::Place) {
        self.variant = place.variant.unwrap_or_else(|| self.variant.clone());
        if let Some(Selection::Element { service, .. } | Selection::Service(service)) = &place.selection {
            self.service = Some(service.clone());
        }
        if let Some(selection) = place.selection {
            self.selection = selection;
        }
        if let Some(tab) = place.tab.filter(|tab| !self.shows(*tab)) {
            self.show(tab);
        }
        self.start = false;
    }

    /// Puts a file in front of those opened lately.
    pub fn remember(&mut self, path: &Path) {
        self.recent.retain(|known| known != path);
        self.recent.insert(0, path.to_owned());
        self.recent.truncate(MOST_RECENT);
    }

    /// Sets the size of everything, held to 80 to 200 per cent.
    pub fn set_scale(&mut self, scale: f32) {
        self.scale = ((scale * 10.0).round() / 10.0).clamp(0.8, 2.0);
    }

    /// Writes what is remembered.
    fn to_json(&self) -> Value {
        let recent: Vec<String> = self.recent.iter().map(|path| path.display().to_string()).collect();
        json!({
            "theme": self.theme.name(), "language": self.language.code(), "scale": self.scale, "tab": self.tab.name(),
            "tree": self.tree, "inspector": self.inspector, "recent": recent, "beside": self.beside.map(Tab::name),
            "widths": self.widths, "window": self.window, "precision": self.precision,
        })
    }

    /// Reads what is remembered; whatever is missing or odd stays as it is by itself.
    fn read_json(&mut self, value: &Value) {
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or("");
        let flag = |key: &str, usual: bool| value.get(key).and_then(Value::as_bool).unwrap_or(usual);
        self.theme = ThemeChoice::ALL.into_iter().find(|theme| theme.name() == text("theme")).unwrap_or(self.theme);
        self.language = Language::of_code(text("language")).unwrap_or(self.language);
        self.tab = Tab::of_name(text("tab")).unwrap_or(self.tab);
        self.beside = Tab::of_name(text("beside")).filter(|tab| *tab != self.tab);
        let length = |value: &Value| value.as_f64().filter(|n| (100.0..20_000.0).contains(n)).map(|n| n as f32);
        if let Some(widths) = value.get("widths").and_then(Value::as_array) {
            for (own, read) in self.widths.iter_mut().zip(widths) {
                *own = length(read);
            }
        }
        self.window = match value.get("window").and_then(Value::as_array).map(Vec::as_slice) {
            Some([width, height]) => length(width).zip(length(height)).map(|(width, height)| [width, height]),
            _ => None,
        };
        self.tree = flag("tree", self.tree);
        self.inspector = flag("inspector", self.inspector);
        if let Some(scale) = value.get("scale").and_then(Value::as_f64) {
            self.set_scale(scale as f32);
        }
        let precision = value.get("precision").and_then(Value::as_f64);
        self.precision = precision.filter(|share| PRECISION.contains(share));
        if let Some(recent) = value.get("recent").and_then(Value::as_array) {
            self.recent = recent.iter().filter_map(Value::as_str).map(PathBuf::from).take(MOST_RECENT).collect();
        }
    }

    /// Reads what is remembered in a folder; the language is the system's where nothing is.
    pub fn load(folder: Option<&Path>) -> Self {
        let mut state = ViewState::default();
        let spoken = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
        state.language = spoken.and_then(|code| Language::of_code(&code)).unwrap_or_default();
        let text = folder.and_then(|folder| std::fs::read_to_string(folder.join(SETTINGS)).ok());
        if let Some(value) = text.and_then(|text| serde_json::from_str(&text).ok()) {
            state.read_json(&value);
        }
        state
    }

    /// Writes what is remembered to a folder. Settings that cannot be written are no reason to disturb anybody.
    pub fn save(&self, folder: Option<&Path>) {
        let Some(folder) = folder else { return };
        let text = format!("{:#}\n", self.to_json());
        let file = folder.join(SETTINGS);
        let new = folder.join(format!("{SETTINGS}.new"));
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&new, text));
        let _ = written.and_then(|()| std::fs::rename(&new, &file));
    }
}

/// Name of the settings file.
const SETTINGS: &str = "settings.json";

/// Returns the folder in which settings and copies for recovery are kept. The variable `KEZEK_SETTINGS` names another.
pub fn settings_folder() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("KEZEK_SETTINGS").filter(|folder| !folder.is_empty()) {
        return Some(PathBuf::from(folder));
    }
    let names = AppStrategyArgs { top_level_domain: "kz".to_owned(), author: "kezek".to_owned(), app_name: "kezek".to_owned() };
    choose_app_strategy(names).ok().map(|strategy| strategy.config_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_as_they_were_saved_and_odd_ones_do_no_harm() {
        let state = ViewState {
            theme: ThemeChoice::Projector,
            language: Language::Kazakh,
            scale: 1.5,
            tab: Tab::Changes,
            tree: false,
            beside: Some(Tab::Map),
            widths: [Some(200.0), None, Some(512.5)],
            window: Some([1600.0, 1000.0]),
            recent: vec![PathBuf::from("a.ron")],
            precision: Some(0.02),
            ..ViewState::default()
        };
        let mut read = ViewState::default();
        read.read_json(&state.to_json());
        assert_eq!(read, state);
        let mut odd = ViewState::default();
        odd.read_json(&json!({"theme": 7, "scale": 900, "tab": "nowhere", "recent": [1, "b.ron"], "precision": 7}));
        assert_eq!((odd.scale, odd.recent.len(), odd.tab, odd.precision), (2.0, 1, Tab::Compare, None));
    }

    #[test]
    fn recent_files_stand_once_each_and_are_few() {
        let mut state = ViewState::default();
        for n in (0..20).chain([15]) {
            state.remember(Path::new(&format!("{n}.ron")));
        }
        assert_eq!((state.recent.len(), state.recent[0].to_str()), (MOST_RECENT, Some("15.ron")));
    }
}
