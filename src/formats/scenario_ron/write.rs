//! Writes trees so that people like to read them: short records on one line, long ones broken at their fields.

use super::tree::{Field, Kind, Node};

/// Lines are kept to this many characters where texts allow.
const WIDTH: usize = 120;
const INDENT: usize = 4;

/// Values with brackets stand beside others only up to this many characters.
const SHORT: usize = 30;

/// Writes a study's root record, one field a line, with a line break at the end.
pub fn print(root: &Node) -> String {
    let mut printer = Printer { out: String::new() };
    match &root.kind {
        Kind::Record { name: None, fields } => {
            printer.out.push_str("(\n");
            for field in fields {
                printer.indent(INDENT);
                printer.out.push_str(&field.name);
                printer.out.push_str(": ");
                // Entries of the study's lists stand on lines of their own even where several would fit on one.
                match &field.value.kind {
                    Kind::List(items) if items.iter().any(|item| matches!(item.kind, Kind::Record { .. })) => {
                        printer.broken(&field.value, INDENT);
                    }
                    _ => printer.value(&field.value, INDENT, field.name.len() + 3),
                }
                printer.out.push_str(",\n");
            }
            printer.out.push_str(")\n");
        }
        _ => {
            printer.value(root, 0, 0);
            printer.out.push('\n');
        }
    }
    printer.out
}

/// Writes a value on one line.
pub fn print_flat(node: &Node) -> String {
    let mut printer = Printer { out: String::new() };
    printer.flat(node);
    printer.out
}

struct Printer {
    out: String,
}

impl Printer {
    fn indent(&mut self, by: usize) {
        self.out.extend(std::iter::repeat_n(' ', by));
    }

    /// Writes a value whose line is indented by `indent` and already holds `used` further characters.
    fn value(&mut self, node: &Node, indent: usize, used: usize) {
        let room = WIDTH.saturating_sub(indent + used + 1);
        if width(node, room).is_some() { self.flat(node) } else { self.broken(node, indent) }
    }

    fn flat(&mut self, node: &Node) {
        match &node.kind {
            Kind::Nothing | Kind::Broken => self.out.push_str("()"),
            Kind::Flag(flag) => self.out.push_str(if *flag { "true" } else { "false" }),
            Kind::Number(number) => self.out.push_str(number),
            Kind::Text(text) => self.text(text),
            Kind::Char(c) => self.text(&c.to_string()),
            Kind::Word(word) => self.out.push_str(word),
            Kind::Record { name, fields } => {
                self.opening(name.as_deref(), '(');
                self.separated(fields, |printer, field| printer.field(field));
                self.out.push(')');
            }
            Kind::Tuple { name, items } => {
                self.opening(name.as_deref(), '(');
                self.separated(items, Printer::flat);
                self.out.push(')');
            }
            Kind::List(items) => {
                self.out.push('[');
                self.separated(items, Printer::flat);
                self.out.push(']');
            }
            Kind::Map(entries) => {
                self.out.push('{');
                self.separated(entries, |printer, (key, value)| {
                    printer.flat(key);
                    printer.out.push_str(": ");
                    printer.flat(value);
                });
                self.out.push('}');
            }
        }
    }

    fn field(&mut self, field: &Field) {
        self.out.push_str(&field.name);
        self.out.push_str(": ");
        self.flat(&field.value);
    }

    fn separated<T>(&mut self, items: &[T], write: impl Fn(&mut Printer, &T)) {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            write(self, item);
        }
    }

    fn opening(&mut self, name: Option<&str>, bracket: char) {
        self.out.push_str(name.unwrap_or(""));
        self.out.push(bracket);
    }

    /// Writes a value over several lines, if it has anything inside.
    fn broken(&mut self, node: &Node, indent: usize) {
        match &node.kind {
            Kind::Record { name, fields } if !fields.is_empty() => {
                self.opening(name.as_deref(), '(');
                self.fields(fields, indent + INDENT);
                self.close(indent, ')');
            }
            Kind::Tuple { name, items } => {
                self.opening(name.as_deref(), '(');
                match items.as_slice() {
                    // The brackets of a variant and of the only value in it open and close together.
                    [only] => {
                        self.broken(only, indent);
                        self.out.push(')');
                    }
                    _ => {
                        self.items(items, indent + INDENT);
                        self.close(indent, ')');
                    }
                }
            }
            Kind::List(items) if !items.is_empty() => {
                self.out.push('[');
                self.items(items, indent + INDENT);
                self.close(indent, ']');
            }
            Kind::Map(entries) if !entries.is_empty() => {
                self.out.push('{');
                for (key, value) in entries {
                    self.line(indent + INDENT);
                    let from = self.out.len();
                    self.flat(key);
                    self.out.push_str(": ");
                    let used = self.out.len() - from;
                    self.value(value, indent + INDENT, used);
                    self.out.push(',');
                }
                self.close(indent, '}');
            }
            _ => self.flat(node),
        }
    }

    fn line(&mut self, indent: usize) {
        self.out.push('\n');
        self.indent(indent);
    }

    fn close(&mut self, indent: usize, bracket: char) {
        self.line(indent);
        self.out.push(bracket);
    }

    fn items(&mut self, items: &[Node], indent: usize) {
        for item in items {
            self.line(indent);
            self.value(item, indent, 0);
            self.out.push(',');
        }
    }

    /// Writes fields, short single values side by side, everything else on lines of its own.
    fn fields(&mut self, fields: &[Field], indent: usize) {
        let mut room = 0;
        for field in fields {
            let holds_more = matches!(field.value.kind, Kind::Record { .. } | Kind::Tuple { .. } | Kind::List(_) | Kind::Map(_));
            let single = !holds_more || width(&field.value, SHORT).is_some();
            let needed = width(&field.value, room).map(|width| width + field.name.len() + 4);
            match needed {
                Some(needed) if single && needed <= room => {
                    self.out.push(' ');
                    self.field(field);
                    room -= needed;
                }
                _ => {
                    self.line(indent);
                    let from = self.out.len();
                    self.out.push_str(&field.name);
                    self.out.push_str(": ");
                    self.value(&field.value, indent, field.name.len() + 2);
                    let used = self.out[from..].chars().count() + 1;
                    room = if single { WIDTH.saturating_sub(indent + used) } else { 0 };
                }
            }
            self.out.push(',');
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                '\r' => self.out.push_str("\\r"),
                c if c.is_control() => self.out.extend(c.escape_unicode()),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}

/// Returns how many characters a value takes on one line, if it is not more than `most`. Looks no further than that.
fn width(node: &Node, most: usize) -> Option<usize> {
    let name_width = |name: &Option<String>| name.as_ref().map_or(0, String::len);
    let total = match &node.kind {
        Kind::Nothing | Kind::Broken => 2,
        Kind::Flag(_) => 5,
        Kind::Number(text) | Kind::Word(text) => text.len(),
        Kind::Char(_) => 3,
        Kind::Text(text) => text.chars().take(most + 1).count() + 2,
        Kind::Record { name, fields } => {
            sum(name_width(name) + 2, most, fields, |field, room| width(&field.value, room).map(|w| w + field.name.len() + 2))?
        }
        Kind::Tuple { name, items } => sum(name_width(name) + 2, most, items, width)?,
        Kind::List(items) => sum(2, most, items, width)?,
        Kind::Map(entries) => sum(2, most, entries, |(key, value), room| Some(width(key, room)? + width(value, room)? + 2))?,
    };
    (total <= most).then_some(total)
}

fn sum<T>(start: usize, most: usize, items: &[T], width: impl Fn(&T, usize) -> Option<usize>) -> Option<usize> {
    let mut total = start;
    for (i, item) in items.iter().enumerate() {
        total += if i > 0 { 2 } else { 0 };
        total += width(item, most.checked_sub(total)?)?;
    }
    Some(total)
}
