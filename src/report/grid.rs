//! Tables of text with aligned columns.

/// A table of text. The first column is set left, the others right unless said otherwise.
///
/// A row whose first cell is empty goes on with what the row above it is about.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    left: Vec<usize>,
    at_most: Option<usize>,
}

impl Grid {
    /// Begins a table with a header.
    pub fn new(header: &[&str]) -> Self {
        Grid { header: header.iter().map(|h| (*h).to_owned()).collect(), rows: Vec::new(), left: vec![0], at_most: None }
    }

    /// Sets a column left.
    pub fn left(mut self, column: usize) -> Self {
        self.left.push(column);
        self
    }

    /// Cuts what stands in the first column where it is set in characters, each of which takes the same room.
    pub fn at_most(mut self, characters: usize) -> Self {
        self.at_most = Some(characters);
        self
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Tells whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Returns the rows, a cell a column.
    pub fn rows(&self) -> &[Vec<String>] {
        &self.rows
    }

    /// Returns the rows in groups: each begins with a row that names what it is about, and holds those that go on with it.
    pub fn groups(&self) -> impl Iterator<Item = &[Vec<String>]> {
        self.rows.chunk_by(|_, next| next.first().is_some_and(String::is_empty))
    }

    /// Tells whether a column is set left.
    pub fn is_left(&self, column: usize) -> bool {
        self.left.contains(&column)
    }

    /// Sets the table: two spaces between columns, a rule under the header, no trailing spaces.
    pub fn render(&self) -> String {
        let columns = self.header.len();
        let mut rows = self.rows.clone();
        if let Some(most) = self.at_most {
            rows.iter_mut().filter_map(|row| row.first_mut()).for_each(|cell| *cell = shortened(cell, most));
        }
        let width = |c: usize| {
            let cells = rows.iter().filter_map(|row| row.get(c)).chain(self.header.get(c));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let line = |cells: &[String]| {
            let mut out = String::new();
            for (c, width) in widths.iter().enumerate() {
                let cell = cells.get(c).map_or("", String::as_str);
                let fill = " ".repeat(width - cell.chars().count());
                let gap = if c == 0 { "  " } else { "   " };
                let text = if self.is_left(c) { format!("{cell}{fill}") } else { format!("{fill}{cell}") };
                out.push_str(gap);
                out.push_str(&text);
            }
            out.trim_end().to_owned() + "\n"
        };
        let rule = widths.iter().sum::<usize>() + 3 * columns.saturating_sub(1);
        let mut out = line(&self.header);
        out.push_str(&format!("  {}\n", "─".repeat(rule)));
        for row in &rows {
            out.push_str(&line(row));
        }
        out
    }
}

/// Cuts a text that is longer than so many characters, and says so by a dot three times.
pub fn shortened(text: &str, length: usize) -> String {
    if text.chars().count() <= length {
        return text.to_owned();
    }
    text.chars().take(length.saturating_sub(1)).collect::<String>().trim_end().to_owned() + "…"
}

/// Breaks a text into lines of at most `width` characters, between words; a longer word stands on a line of its own.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
