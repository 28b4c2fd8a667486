//! Tables of text with aligned columns.

/// A table of text. The first column is set left, the others right unless said otherwise.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    left: Vec<usize>,
}

impl Grid {
    /// Begins a table with a header.
    pub fn new(header: &[&str]) -> Self {
        Grid { header: header.iter().map(|h| (*h).to_owned()).collect(), rows: Vec::new(), left: vec![0] }
    }

    /// Sets a column left.
    pub fn left(mut self, column: usize) -> Self {
        self.left.push(column);
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

    /// Sets the table: two spaces between columns, a rule under the header, no trailing spaces.
    pub fn render(&self) -> String {
        let columns = self.header.len();
        let width = |c: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(c)).chain(self.header.get(c));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let line = |cells: &[String]| {
            let mut out = String::new();
            for (c, width) in widths.iter().enumerate() {
                let cell = cells.get(c).map_or("", String::as_str);
                let fill = " ".repeat(width - cell.chars().count());
                let gap = if c == 0 { "  " } else { "   " };
                let text = if self.left.contains(&c) { format!("{cell}{fill}") } else { format!("{fill}{cell}") };
                out.push_str(gap);
                out.push_str(&text);
            }
            out.trim_end().to_owned() + "\n"
        };
        let rule = widths.iter().sum::<usize>() + 3 * columns.saturating_sub(1);
        let mut out = line(&self.header);
        out.push_str(&format!("  {}\n", "─".repeat(rule)));
        for row in &self.rows {
            out.push_str(&line(row));
        }
        out
    }
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
