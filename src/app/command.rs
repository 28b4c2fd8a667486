//! Everything that a user can ask of the window, in one table that menus, shortcuts and the palette are made from.

use crate::app::charts::Export;
use crate::app::edit::Edit;
use crate::app::theme::ThemeChoice;
use crate::app::view_state::{Ledger, Selection, Tab};
use crate::texts::Language;
use egui::{Key, KeyboardShortcut, Modifiers};
use std::path::PathBuf;

/// What a user can ask for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// About files.
    File(FileCommand),
    /// About the study.
    Edit(EditCommand),
    /// About what is shown.
    View(ViewCommand),
    /// About runs.
    Run(RunCommand),
}

/// About files.
#[derive(Clone, Debug, PartialEq)]
pub enum FileCommand {
    /// Shows the start screen.
    Start,
    /// Begins a study of one's own.
    New,
    /// Asks for the path of a file, in the window, and opens it.
    OpenByPath,
    /// Asks for a file and opens it.
    Open,
    /// Opens a file.
    OpenPath(PathBuf),
    /// Opens a study that the program carries.
    OpenCarried(String),
    /// Saves to the file that it came from.
    Save,
    /// Asks for a file and saves to it.
    SaveAs,
    /// Saves to a file.
    SaveTo(PathBuf),
    /// Asks for an event log to hold against the study.
    AskLog,
    /// Holds an event log against the study.
    FitLog(PathBuf),
    /// Leaves the log that is held against the study.
    LeaveFit,
    /// Saves or copies a chart.
    Export(Export),
    /// Saves what the run has found, as a report.
    Report(ReportKind),
    /// Ends the program.
    Quit,
}

/// What a report is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// A page to read and print.
    Page,
    /// A workbook with every number.
    Workbook,
}

/// About the study.
#[derive(Clone, Debug, PartialEq)]
pub enum EditCommand {
    /// Takes the last edit back.
    Undo,
    /// Does it again.
    Redo,
    /// Makes a variant from the one that is shown.
    NewVariant,
    /// Makes a variant from this one.
    NewVariantFrom(String),
    /// Carries an edit out.
    Apply(Box<Edit>),
    /// Ends a row of edits that count as one.
    GestureEnds,
}

/// About what is shown.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewCommand {
    /// Shows a tab.
    Show(Tab),
    /// Shows a variant.
    Variant(String),
    /// Says why something was not taken.
    Refuse(String),
    /// Holds the shown variant against this one.
    Against(String),
    /// Selects something for the inspector.
    Select(Selection),
    /// Changes the look.
    Theme(ThemeChoice),
    /// Changes the language.
    Language(Language),
    /// Makes everything larger.
    Larger,
    /// Makes everything smaller.
    Smaller,
    /// Makes everything as large as usual.
    UsualSize,
    /// Shows a tab beside the first one; the same again hides it.
    ShowBeside(Tab),
    /// Shows a second tab beside the first one, or hides it.
    Beside,
    /// Shows a thing where it stands.
    GoTo(crate::app::findings::Place),
    /// Shows or hides the study tree.
    Tree,
    /// Shows or hides the inspector.
    Inspector,
    /// Opens the palette.
    Palette,
    /// Shows what every command and shortcut is.
    Shortcuts,
    /// Begins the tour.
    Tour,
    /// Shows the list of figures or of findings, or hides it.
    Ledger(Ledger),
}

/// About runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RunCommand {
    /// Runs the study again.
    Again,
    /// Stops the run.
    Stop,
    /// Runs as many replications again as the study asks for.
    MoreExact,
    /// Runs until citizens' time is known so well, or as many replications as the study asks for.
    Until(Option<f64>),
}

/// Which menu a command stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// Files.
    File,
    /// The study.
    Edit,
    /// What is shown.
    View,
    /// Runs.
    Run,
    /// Help.
    Help,
}

impl Menu {
    /// All menus, from left to right, with the ids of their texts.
    pub const ALL: [(Menu, &'static str); 5] = [
        (Menu::File, "menu-file"),
        (Menu::Edit, "menu-edit"),
        (Menu::View, "menu-view"),
        (Menu::Run, "menu-run"),
        (Menu::Help, "menu-help"),
    ];
}

/// A command as it stands in menus and palette.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it does.
    pub command: Command,
    /// Id of its text.
    pub label: &'static str,
    /// Where it stands.
    pub menu: Menu,
    /// Its keys.
    pub shortcut: Option<KeyboardShortcut>,
    /// Whether a line parts it from the one before.
    pub parted: bool,
}

const fn entry(command: Command, label: &'static str, menu: Menu) -> Entry {
    Entry { command, label, menu, shortcut: None, parted: false }
}

impl Entry {
    const fn keys(mut self, modifiers: Modifiers, key: Key) -> Self {
        self.shortcut = Some(KeyboardShortcut::new(modifiers, key));
        self
    }

    const fn parted(mut self) -> Self {
        self.parted = true;
        self
    }
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::COMMAND };
const NONE: Modifiers = Modifiers::NONE;

/// All commands that need nothing but to be asked for.
pub fn table() -> Vec<Entry> {
    use Command::{Edit, File, Run, View};
    use Menu as M;
    let mut table = vec![
        entry(File(FileCommand::Start), "command-start", M::File).keys(CTRL, Key::N),
        entry(File(FileCommand::New), "command-new", M::File).keys(CTRL_SHIFT, Key::M),
        entry(File(FileCommand::Open), "command-open", M::File).keys(CTRL, Key::O),
        entry(File(FileCommand::OpenByPath), "command-open-path", M::File).keys(CTRL_SHIFT, Key::O),
        entry(File(FileCommand::Save), "command-save", M::File).keys(CTRL, Key::S).parted(),
        entry(File(FileCommand::SaveAs), "command-save-as", M::File).keys(CTRL_SHIFT, Key::S),
        entry(File(FileCommand::Report(ReportKind::Page)), "command-report-page", M::File).keys(CTRL_SHIFT, Key::R).parted(),
        entry(File(FileCommand::Report(ReportKind::Workbook)), "command-report-workbook", M::File),
        entry(File(FileCommand::AskLog), "command-fit", M::File).keys(CTRL_SHIFT, Key::L).parted(),
        entry(File(FileCommand::Quit), "command-quit", M::File).keys(CTRL, Key::Q).parted(),
        entry(Edit(EditCommand::Undo), "command-undo", M::Edit).keys(CTRL, Key::Z),
        entry(Edit(EditCommand::Redo), "command-redo", M::Edit).keys(CTRL_SHIFT, Key::Z),
        entry(Edit(EditCommand::NewVariant), "command-new-variant", M::Edit).keys(CTRL_SHIFT, Key::N).parted(),
        entry(Run(RunCommand::Again), "command-run", M::Run).keys(NONE, Key::F5),
        entry(Run(RunCommand::Stop), "command-stop", M::Run).keys(NONE, Key::Escape),
        entry(Run(RunCommand::MoreExact), "command-more-exact", M::Run).keys(CTRL, Key::F5),
    ];
    const DIGITS: [Key; 8] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];
    for (tab, key) in Tab::ALL.into_iter().zip(DIGITS) {
        table.push(entry(View(ViewCommand::Show(tab)), tab.label(), M::View).keys(CTRL, key));
    }
    table.extend([
        entry(View(ViewCommand::Beside), "command-beside", M::View).keys(CTRL, Key::Backslash).parted(),
        entry(View(ViewCommand::Tree), "command-tree", M::View).keys(NONE, Key::F9),
        entry(View(ViewCommand::Inspector), "command-inspector", M::View).keys(NONE, Key::F4),
        entry(View(ViewCommand::Ledger(Ledger::Findings)), "command-findings", M::View).keys(NONE, Key::F8),
        entry(View(ViewCommand::Larger), "command-larger", M::View).keys(CTRL, Key::Plus).parted(),
        entry(View(ViewCommand::Smaller), "command-smaller", M::View).keys(CTRL, Key::Minus),
        entry(View(ViewCommand::UsualSize), "command-usual-size", M::View).keys(CTRL, Key::Num0),
        entry(View(ViewCommand::Palette), "command-palette", M::Help).keys(CTRL, Key::P),
        entry(View(ViewCommand::Shortcuts), "command-shortcuts", M::Help).keys(NONE, Key::F1),
        entry(View(ViewCommand::Tour), "command-tour", M::Help),
        entry(View(ViewCommand::Ledger(Ledger::Figures)), "command-figures", M::View).keys(NONE, Key::F7).parted(),
    ]);
    for (at, (choice, label)) in ThemeChoice::ALL.into_iter().zip(["theme-light", "theme-dark", "theme-projector"]).enumerate() {
        let themed = entry(View(ViewCommand::Theme(choice)), label, M::View);
        table.push(if at == 0 { themed.parted() } else { themed });
    }
    for (at, (language, label)) in
        Language::ALL.into_iter().zip(["language-english", "language-russian", "language-kazakh"]).enumerate()
    {
        let spoken = entry(View(ViewCommand::Language(language)), label, M::View);
        table.push(if at == 0 { spoken.parted() } else { spoken });
    }
    table
}

/// Returns the commands whose keys were pressed, and takes these key presses away from everything else.
///
/// Keys are matched by what they mean or, under a Russian or Kazakh keyboard layout, by where they are. A key without
/// Ctrl is left to a text field that has the focus.
pub fn pressed(ctx: &egui::Context, table: &[Entry]) -> Vec<Command> {
    let typing = ctx.text_edit_focused();
    let has_focus = ctx.memory(|memory| memory.focused().is_some());
    let mut found = Vec::new();
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            let egui::Event::Key { key, physical_key, pressed: true, modifiers, .. } = event else { return true };
            let meant = |shortcut: &KeyboardShortcut| {
                let here = shortcut.logical_key == *key || Some(shortcut.logical_key) == *physical_key;
                let alias = shortcut.logical_key == Key::Plus && *key == Key::Equals;
                (here || alias)
                    && modifiers.command == shortcut.modifiers.command
                    && (alias || modifiers.shift == shortcut.modifiers.shift || shortcut.logical_key == Key::Plus)
                    && !modifiers.alt
            };
            let entry = table.iter().find(|entry| entry.shortcut.as_ref().is_some_and(meant));
            let Some(entry) = entry else { return true };
            // Escape first gives up what has the keyboard.
            if has_focus && matches!(entry.command, Command::Run(RunCommand::Stop)) {
                return true;
            }
            // Ctrl+Z within a field takes back what was typed there.
            let own = matches!(entry.command, Command::Edit(EditCommand::Undo | EditCommand::Redo));
            if typing && (!modifiers.command || own) {
                return true;
            }
            found.push(entry.command.clone());
            matches!(entry.command, Command::Run(RunCommand::Stop))
        });
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_commands_share_keys() {
        let table = table();
        for (i, a) in table.iter().enumerate() {
            for b in &table[i + 1..] {
                assert!(a.shortcut.is_none() || a.shortcut != b.shortcut, "{} and {}", a.label, b.label);
            }
        }
    }
}
