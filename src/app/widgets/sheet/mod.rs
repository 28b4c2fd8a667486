//! A table that takes the keyboard like a spreadsheet: arrows move, typing replaces, Enter and Tab take what was typed and go on,
//! Escape gives it up, and cells are copied to and pasted from other programs.
//!
//! [`Sheet`] is where the user is; it knows no egui. [`keys`] turns key presses into movements and into what is [`Asked`] for,
//! [`paint`] shows cells. What a text means is the panel's business: all ways of filling cells hand it texts.

pub mod keys;
pub mod paint;

pub use paint::{Column, sheet_ui};

use std::sync::Arc;

/// A cell by row and column, from 0.
pub type Place = (usize, usize);

/// Where the user is in a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The cell that has the keyboard.
    pub at: Place,
    /// The other corner of what is selected.
    pub anchor: Place,
    /// The table's size, if all of it is selected.
    pub whole: Option<Place>,
    /// What has been typed into the cell so far, if it is being typed into.
    pub typing: Option<String>,
    /// The option that is pointed at while a list of them is open, and the letters typed to find one.
    pub choosing: Option<(usize, String)>,
    /// Whether the cell must be brought into view.
    pub reveals: bool,
    /// Whether the keyboard shall come back to the cell.
    pub takes_focus: bool,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A text that is typed.
    Text(String),
    /// One of several options.
    Choice {
        /// Their names.
        options: Arc<[String]>,
        /// Which of them stands there; `None` where it is none of them.
        chosen: Option<usize>,
    },
    /// A text that follows from others, or nothing.
    Shown(String),
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// What stands in it.
    pub content: Content,
    /// What it is called, for those who do not see the table.
    pub name: String,
    /// What the pointer is told that rests on it.
    pub hint: String,
    /// Letters and ground, where the text is a badge.
    pub badge: Option<(egui::Color32, egui::Color32)>,
    /// By how much the text is moved in.
    pub indent: f32,
}

impl Cell {
    /// Makes a cell without hint or badge.
    pub fn new(content: Content, name: String) -> Cell {
        Cell { content, name, hint: String::new(), badge: None, indent: 0.0 }
    }

    /// Makes an empty cell that nothing can be put into.
    pub fn empty() -> Cell {
        Cell::new(Content::Shown(String::new()), String::new())
    }

    /// Returns the text that stands in it.
    pub fn text(&self) -> &str {
        match &self.content {
            Content::Text(text) | Content::Shown(text) => text,
            Content::Choice { options, chosen } => chosen.and_then(|at| options.get(at)).map_or("", String::as_str),
        }
    }

    /// Tells whether something can be put into it.
    pub fn is_open(&self) -> bool {
        !matches!(self.content, Content::Shown(_))
    }
}

/// What the user asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// These texts in these cells, all at once; an empty text empties a cell.
    Fill(Vec<(Place, String)>),
    /// This option in this cell.
    Choose(Place, usize),
    /// A new row behind this one.
    Add(usize),
    /// No such row any more.
    TakeOut(usize),
    /// The keyboard has moved to this row.
    Moved(usize),
    /// Something was typed into this cell, which takes nothing.
    Refused(Place),
}

impl Sheet {
    /// Returns the selected cells: first row, last row, first column, last column.
    pub fn selected(&self) -> [usize; 4] {
        if let Some((rows, columns)) = self.whole {
            return [0, rows.saturating_sub(1), 0, columns.saturating_sub(1)];
        }
        let ((r, c), (s, d)) = (self.at, self.anchor);
        [r.min(s), r.max(s), c.min(d), c.max(d)]
    }

    /// Tells whether a cell is among several that are selected.
    pub fn holds(&self, place: Place) -> bool {
        let [top, bottom, left, right] = self.selected();
        (top..=bottom).contains(&place.0) && (left..=right).contains(&place.1)
    }

    /// Selects the cell that has the keyboard and no other.
    pub fn alone(&mut self) {
        (self.anchor, self.whole) = (self.at, None);
    }

    /// Tells whether more than one cell is selected.
    pub fn has_several(&self) -> bool {
        self.whole.is_some() || self.anchor != self.at
    }

    /// Goes to a cell; `extends` leaves the other corner of the selection where it is.
    pub fn go(&mut self, to: Place, extends: bool) {
        self.at = to;
        if !extends {
            self.anchor = to;
        }
        (self.typing, self.choosing, self.whole) = (None, None, None);
        (self.reveals, self.takes_focus) = (true, true);
    }

    /// Goes by rows and columns, held to the table's size.
    pub fn step(&mut self, rows: isize, columns: isize, size: Place, extends: bool) {
        let moved = |at: usize, by: isize, n: usize| at.saturating_add_signed(by).min(n.saturating_sub(1));
        self.go((moved(self.at.0, rows, size.0), moved(self.at.1, columns, size.1)), extends);
    }

    /// Goes to the next cell or the one before, on to the next row at the end of one; `false` at the end of the table.
    pub fn tab(&mut self, back: bool, size: Place) -> bool {
        let at = self.at.0 * size.1 + self.at.1;
        let next = if back { at.checked_sub(1) } else { Some(at + 1).filter(|next| *next < size.0 * size.1) };
        if let Some(next) = next {
            self.go((next / size.1, next % size.1), false);
        }
        next.is_some()
    }

    /// Holds the place to a table that may have become smaller.
    pub fn hold(&mut self, size: Place) {
        let held = |(row, column): Place| (row.min(size.0.saturating_sub(1)), column.min(size.1.saturating_sub(1)));
        (self.at, self.anchor) = (held(self.at), held(self.anchor));
        self.whole = self.whole.map(|_| size);
    }

    /// Returns the selected cells as text, as spreadsheets write it: tabs between columns, a line for each row.
    pub fn copied(&self, row: &dyn Fn(usize) -> Vec<Cell>) -> String {
        let [top, bottom, left, right] = self.selected();
        let line = |r: usize| {
            let cells = row(r);
            let texts = (left..=right).map(|c| cells.get(c).map_or("", Cell::text).replace(['\t', '\n'], " "));
            texts.collect::<Vec<_>>().join("\t")
        };
        (top..=bottom).map(line).collect::<Vec<_>>().join("\n")
    }

    /// Returns which texts go where when a text is pasted: a single one into every selected cell, several from the first on.
    /// What lies beyond the table is left out.
    pub fn pasted(&self, text: &str, size: Place) -> Vec<(Place, String)> {
        let [top, bottom, left, right] = self.selected();
        let text = text.strip_suffix('\n').unwrap_or(text);
        let lines: Vec<Vec<String>> =
            text.lines().map(|line| line.split('\t').map(|cell| unquoted(cell.trim()).to_owned()).collect()).collect();
        if let [line] = &lines[..]
            && let [one] = &line[..]
        {
            let all = (top..=bottom).flat_map(|r| (left..=right).map(move |c| (r, c)));
            return all.map(|place| (place, one.clone())).collect();
        }
        let mut fills = Vec::new();
        for (r, line) in lines.into_iter().enumerate().take_while(|(r, _)| top + r < size.0) {
            for (c, cell) in line.into_iter().enumerate().take_while(|(c, _)| left + c < size.1) {
                fills.push(((top + r, left + c), cell));
            }
        }
        fills
    }

    /// Returns what makes the selected cells empty.
    pub fn emptied(&self) -> Vec<(Place, String)> {
        let [top, bottom, left, right] = self.selected();
        (top..=bottom).flat_map(|r| (left..=right).map(move |c| ((r, c), String::new()))).collect()
    }

    /// Returns what fills the selected cells with those of the first selected row; with one row selected, with the row above it.
    pub fn filled_down(&self, row: &dyn Fn(usize) -> Vec<Cell>) -> Vec<(Place, String)> {
        let [top, bottom, left, right] = self.selected();
        let from = if top == bottom { top.saturating_sub(1) } else { top };
        let cells = row(from);
        let text = |c: usize| cells.get(c).map_or(String::new(), |cell| cell.text().to_owned());
        (from + 1..=bottom).flat_map(|r| (left..=right).map(move |c| (r, c))).map(|place| (place, text(place.1))).collect()
    }
}

/// A cell that holds a break or a quotation mark comes from a spreadsheet in quotation marks.
fn unquoted(cell: &str) -> &str {
    cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell)
}

/// Returns the option that is meant by a text: by its whole name, else by the beginning of exactly one. Case is not minded.
pub fn option_of(options: &[String], text: &str) -> Option<usize> {
    let wanted = text.trim().to_lowercase();
    if wanted.is_empty() {
        return None;
    }
    let whole = options.iter().position(|option| option.to_lowercase() == wanted);
    let mut begins = options.iter().enumerate().filter(|(_, option)| option.to_lowercase().starts_with(&wanted));
    whole.or_else(|| begins.next().map(|(at, _)| at).filter(|_| begins.next().is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Place = (3, 4);

    #[test]
    fn tab_goes_on_to_the_next_row_and_leaves_at_the_end() {
        let mut sheet = Sheet { at: (0, 3), ..Sheet::default() };
        assert!(sheet.tab(false, SIZE));
        assert_eq!(sheet.at, (1, 0));
        assert!(sheet.tab(true, SIZE));
        assert_eq!(sheet.at, (0, 3));
        sheet.go((2, 3), false);
        assert!(!sheet.tab(false, SIZE));
        sheet.step(9, -9, SIZE, false);
        assert_eq!(sheet.at, (2, 0));
    }

    #[test]
    fn several_cells_are_pasted_from_the_first_on_and_one_into_all_that_are_selected() {
        let sheet = Sheet { at: (1, 2), anchor: (1, 2), ..Sheet::default() };
        let fills = sheet.pasted("5\t10\t99\n6\t\"12\"\n7\t1\n", SIZE);
        // The table ends after two columns and two rows.
        let texts: Vec<(Place, &str)> = fills.iter().map(|(place, text)| (*place, text.as_str())).collect();
        assert_eq!(texts, [((1, 2), "5"), ((1, 3), "10"), ((2, 2), "6"), ((2, 3), "12")]);
        let many = Sheet { at: (2, 1), anchor: (0, 1), ..Sheet::default() };
        assert_eq!(many.pasted("5", SIZE).len(), 3);
    }

    #[test]
    fn an_option_is_meant_by_its_name_or_by_an_unmistakable_beginning() {
        let options: Vec<String> = ["Citizen", "Registrars", "Registrar's help"].map(str::to_owned).into();
        assert_eq!(option_of(&options, "citizen"), Some(0));
        assert_eq!(option_of(&options, "cit"), Some(0));
        assert_eq!(option_of(&options, "regis"), None);
        assert_eq!(option_of(&options, "Registrars"), Some(1));
        assert_eq!(option_of(&options, ""), None);
    }

    #[test]
    fn what_is_copied_can_be_pasted() {
        let row = |r: usize| (0..4).map(|c| Cell::new(Content::Text(format!("{r}.{c}")), String::new())).collect::<Vec<_>>();
        let sheet = Sheet { at: (0, 1), anchor: (1, 2), ..Sheet::default() };
        assert_eq!(sheet.copied(&row), "0.1\t0.2\n1.1\t1.2");
        let fills = sheet.filled_down(&row);
        assert_eq!(fills, [((1, 1), "0.1".to_owned()), ((1, 2), "0.2".to_owned())]);
    }
}
