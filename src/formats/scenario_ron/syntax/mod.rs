//! A tolerant parser of RON: it goes on after a fault and reports every fault of a file at once.
//!
//! It knows RON's syntax and nothing of studies. After a fault it takes up again at the next comma or closing bracket,
//! and a closing bracket that fits an outer bracket closes what is open inside. Time grows with the length of the text, and
//! depth is bounded, so that no file can hang it or overflow the stack.
//!
//! Source: the RON grammar, <https://github.com/ron-rs/ron/blob/master/docs/grammar.md>.

use super::findings::Findings;
use super::lexer::Lexer;
use super::tree::{Field, Kind, Node};

/// How deep brackets may be nested.
pub const DEEPEST: usize = 128;

/// Reads a text as one RON value. `None` where the text holds no value at all.
pub fn parse(text: &str, file: u32, findings: &mut Findings) -> Option<Node> {
    let mut parser = Parser { lexer: Lexer::new(text, file), findings, open: Vec::new(), left_at: None, unclosed_at_end: 0 };
    parser.header();
    parser.blanks();
    if parser.lexer.peek().is_none() {
        let span = parser.lexer.span(0, 0);
        parser.findings.syntax(
            "empty-file",
            span,
            "The file is empty.",
            "A study is one record: ( version: 1, id: \"...\", ... ).",
        );
        return None;
    }
    if parser.lexer.at("<") {
        let span = parser.lexer.span_from(parser.lexer.pos);
        let message = "The file begins with \"<\", as XML and BPMN files do.";
        parser.findings.syntax(
            "not-ron",
            span,
            message,
            "A study begins with \"(\". BPMN files are imported, not opened as studies.",
        );
        return None;
    }
    let root = parser.value();
    parser.blanks();
    if parser.lexer.peek().is_some() {
        let start = parser.lexer.pos;
        let message = "There is more text after the end of the record that makes up the file.";
        let hint = "Perhaps a round bracket was closed too early.";
        parser.findings.syntax("text-after-end", parser.lexer.span(start, start + 1), message, hint);
    }
    Some(root)
}

/// A bracket that is open.
struct Open {
    /// The bracket that closes it.
    closing: char,
    /// Where it was opened.
    start: usize,
}

struct Parser<'a, 'f> {
    lexer: Lexer<'a>,
    findings: &'f mut Findings,
    open: Vec<Open>,
    /// Where an unclosed bracket was left: the comma before the outer bracket's next entry has been read inside it.
    left_at: Option<usize>,
    /// How many brackets were open at the end of the file.
    unclosed_at_end: usize,
}

/// What stands at a place where an entry could begin.
enum Next {
    /// An entry.
    Entry,
    /// The end of the bracket.
    End,
}

impl Parser<'_, '_> {
    fn blanks(&mut self) {
        self.lexer.skip_blanks(self.findings);
    }

    fn report(&mut self, code: &'static str, start: usize, end: usize, message: impl Into<String>, hint: impl Into<String>) {
        let span = self.lexer.span(start, end);
        self.findings.syntax(code, span, message, hint);
    }

    /// Steps over `#![enable(...)]` lines: what they enable is always on here.
    fn header(&mut self) {
        loop {
            self.blanks();
            if !self.lexer.eat("#") {
                return;
            }
            self.blanks();
            self.lexer.eat("!");
            self.blanks();
            if self.lexer.eat("[") {
                self.lexer.skip_to_sync(self.findings);
                self.lexer.eat("]");
            }
        }
    }

    fn node(&self, start: usize, kind: Kind) -> Node {
        Node { span: self.lexer.span_from(start), kind }
    }

    fn value(&mut self) -> Node {
        self.blanks();
        let start = self.lexer.pos;
        let Some(next) = self.lexer.peek() else {
            self.report(
                "missing-value",
                start,
                start,
                "The file ends where a value is expected.",
                "Write the value, or take the name out.",
            );
            return self.node(start, Kind::Broken);
        };
        let kind = match next {
            '(' => return self.round(start, None),
            '[' => return self.list(start),
            '{' => return self.map(start),
            '"' => self.lexer.text(self.findings),
            '\'' => self.lexer.single_quoted(self.findings),
            '“' | '”' | '„' | '«' | '‘' | '’' => self.lexer.typographic(next, self.findings),
            '0'..='9' | '+' | '-' | '.' => self.lexer.number(self.findings),
            ',' | ')' | ']' | '}' => {
                let message = format!("A value is missing before {}.", shown(next));
                self.report("missing-value", start, start + 1, message, "Write the value, or take the name out.");
                Kind::Broken
            }
            _ => return self.word(start, next),
        };
        self.node(start, kind)
    }

    /// Reads a value that begins with a letter: a word, a named record, a raw or byte text.
    fn word(&mut self, start: usize, first: char) -> Node {
        if matches!(first, 'r' | 'b') {
            if let Some(kind) = self.lexer.raw_text(self.findings) {
                return self.node(start, kind);
            }
            if self.lexer.at("b\"") || self.lexer.at("b'") {
                self.lexer.bump();
                let kind = match self.lexer.peek() {
                    Some('"') => self.lexer.text(self.findings),
                    _ => self.lexer.single_quoted(self.findings),
                };
                return self.node(start, kind);
            }
        }
        let Some(kind) = self.lexer.word_or_unquoted(self.findings) else {
            self.lexer.bump();
            let message = format!("The character {} has no meaning here.", shown(first));
            self.report("odd-character", start, self.lexer.pos, message, "Take it out, or put text in double quotes.");
            self.lexer.skip_to_sync(self.findings);
            return self.node(start, Kind::Broken);
        };
        let end = self.lexer.pos;
        if let Kind::Word(name) = &kind {
            self.blanks();
            if self.lexer.at("(") {
                return self.round(start, Some(name.clone()));
            }
        }
        Node { span: self.lexer.span(start, end), kind }
    }

    /// Steps into a bracket. `false` where that would be too deep: then the whole bracket has been stepped over.
    fn enter(&mut self, closing: char) -> bool {
        let start = self.lexer.pos;
        self.lexer.bump();
        if self.open.len() < DEEPEST {
            self.open.push(Open { closing, start });
            return true;
        }
        let message = format!("More than {DEEPEST} brackets stand inside each other.");
        self.report(
            "too-deep",
            start,
            start + 1,
            message,
            "Split what stands inside, for instance into services that call each other.",
        );
        loop {
            self.lexer.skip_to_sync(self.findings);
            match self.lexer.peek() {
                Some(',') => self.lexer.bump(),
                Some(_) => break self.lexer.bump(),
                None => break,
            }
        }
        false
    }

    /// Tells whether a bracket outside the innermost one is closed by this.
    fn closes_outer(&self, closing: char) -> bool {
        self.open.iter().rev().skip(1).any(|open| open.closing == closing)
    }

    /// Tells whether this closing bracket was mistaken for the innermost one's: taken for what it is, it would close
    /// the outermost bracket amid the text.
    fn is_mistaken(&self, closing: char) -> bool {
        let outermost = self.open.len() == 2 && self.open.first().is_some_and(|open| open.closing == closing);
        outermost && !self.lexer.rest().get(1..).unwrap_or("").trim_start().is_empty()
    }

    /// Tells what the bracket around the innermost one is closed by.
    fn outer(&self) -> Option<char> {
        self.open.iter().rev().nth(1).map(|open| open.closing)
    }

    /// Reports that the innermost bracket is not closed, and leaves it.
    fn leave_unclosed(&mut self, before: &str) {
        /// Of brackets that are open at the end of the file, the innermost ones tell enough.
        const MOST_AT_END: usize = 3;
        self.left_at = Some(self.lexer.pos);
        if let Some(open) = self.open.pop() {
            if before.is_empty() {
                self.unclosed_at_end += 1;
                if self.lexer.rest_lost || self.unclosed_at_end > MOST_AT_END {
                    return;
                }
            }
            let opening = opening_of(open.closing);
            let message = match before {
                "" => format!("This bracket {} is never closed.", shown(opening)),
                _ => {
                    let line = self.lexer.line_of(self.lexer.pos);
                    format!("This bracket {} is not closed before {before} in line {line}.", shown(opening))
                }
            };
            self.report(
                "unclosed-bracket",
                open.start,
                open.start + 1,
                message,
                format!("Write {} where it ends.", open.closing),
            );
        }
    }

    /// Goes to the next entry of the innermost bracket, or to its end, which is stepped over.
    fn next_entry(&mut self, closing: char) -> Next {
        loop {
            self.blanks();
            let start = self.lexer.pos;
            match self.lexer.peek() {
                None => {
                    self.leave_unclosed("");
                    return Next::End;
                }
                Some(c) if c == closing => {
                    self.lexer.bump();
                    self.open.pop();
                    return Next::End;
                }
                Some(c @ (')' | ']' | '}')) if self.closes_outer(c) && self.is_mistaken(c) => {
                    self.lexer.bump();
                    let line = self.open.pop().map_or(1, |open| self.lexer.line_of(open.start));
                    let message = format!("{} closes a bracket that {} would close.", shown(c), shown(closing));
                    let hint =
                        format!("Write {closing} here: the bracket was opened as {} in line {line}.", shown(opening_of(closing)));
                    self.report("wrong-bracket", start, start + 1, message, hint);
                    return Next::End;
                }
                Some(c @ (')' | ']' | '}')) if self.closes_outer(c) => {
                    self.leave_unclosed(&shown(c));
                    return Next::End;
                }
                Some(c @ (')' | ']' | '}')) => {
                    self.lexer.bump();
                    let open = self.open.last().map_or(0, |open| open.start);
                    let message = format!("{} closes a bracket that was never opened.", shown(c));
                    let hint =
                        format!("The bracket opened in line {} is closed by {}.", self.lexer.line_of(open), shown(closing));
                    self.report("stray-bracket", start, start + 1, message, hint);
                    self.blanks();
                    self.lexer.eat(",");
                }
                Some(',') => {
                    self.lexer.bump();
                    self.report("stray-comma", start, start + 1, "There is nothing before this comma.", "Take the comma out.");
                }
                Some(_) => return Next::Entry,
            }
        }
    }

    /// After an entry: steps over the comma, and reports where there is none.
    fn comma(&mut self, start: usize, broken: bool) {
        let end = self.lexer.pos;
        self.blanks();
        match self.lexer.peek() {
            Some(',') => self.lexer.bump(),
            None | Some(')' | ']' | '}') => {}
            Some(_) if self.left_at == Some(self.lexer.pos) => return,
            Some(_) if broken => {
                self.lexer.skip_to_sync(self.findings);
                self.lexer.eat(",");
            }
            Some('%') => {
                let hint = "Shares are numbers from 0 to 1: 60 % is written 0.6.";
                self.report("percent-sign", self.lexer.pos, self.lexer.pos + 1, "A percent sign stands after this number.", hint);
                self.lexer.bump();
                self.lexer.eat(",");
            }
            Some('0'..='9') if self.is_amid_number(end) => {
                let hint = "Write the number without spaces, as 12000.";
                self.report("missing-comma", self.lexer.pos, self.lexer.pos + 3, "A space stands within this number.", hint);
                while self.is_amid_number(self.lexer.pos) {
                    (0..3).for_each(|_| self.lexer.bump());
                    self.blanks();
                }
                self.lexer.eat(",");
            }
            Some(next) => {
                let hint = "Write a comma between two entries.";
                let word: String = self.lexer.rest().chars().take(30).take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let before = if word.is_empty() { shown(next) } else { format!("\"{word}\"") };
                let message = format!("A comma is missing before {before}.");
                match self.lexer.line_breaks_since(end) {
                    true => self.report("missing-comma", end, end, "A comma is missing at the end of this line.", hint),
                    false => self.report("missing-comma", self.lexer.pos, self.lexer.pos + next.len_utf8(), message, hint),
                }
                if matches!(next, ':' | '=' | ';') {
                    self.lexer.bump();
                }
            }
        }
        if self.lexer.pos == start {
            self.lexer.bump();
        }
    }

    /// Tells whether a group of exactly three digits comes next on the line of what ended at `end`, and that was a digit: `12 000`.
    fn is_amid_number(&self, end: usize) -> bool {
        let digits = self.lexer.rest().bytes().take_while(u8::is_ascii_digit).count();
        digits == 3 && self.lexer.is_behind_digit(end) && !self.lexer.line_breaks_since(end)
    }

    /// Reads `(...)` after an optional word, which begins at `start`.
    fn round(&mut self, start: usize, name: Option<String>) -> Node {
        if !self.enter(')') {
            return self.node(start, Kind::Broken);
        }
        let (fields, items) = self.round_entries();
        if fields.is_empty() && !items.is_empty() {
            return self.node(start, Kind::Tuple { name, items });
        }
        for item in items.iter().filter(|item| !matches!(item.kind, Kind::Broken)) {
            let hint = match item.kind {
                Kind::Number(_) => "Write the field's name and a colon before it; in a number, write a decimal point: 0.5.",
                _ => "Write the field's name and a colon before it.",
            };
            self.findings.syntax(
                "value-without-name",
                item.head(),
                "This value stands among named fields and has no name.",
                hint,
            );
        }
        self.node(start, Kind::Record { name, fields })
    }

    fn round_entries(&mut self) -> (Vec<Field>, Vec<Node>) {
        let (mut fields, mut items) = (Vec::new(), Vec::new());
        while let Next::Entry = self.next_entry(')') {
            let start = self.lexer.pos;
            let in_list = self.outer() == Some(']');
            // Where a record opens inside a record that stands in a list, the record's end has been forgotten.
            if !fields.is_empty() && in_list && self.lexer.at("(") {
                self.leave_unclosed("the next record");
                break;
            }
            match self.field_name() {
                Some((name, name_span)) => {
                    let value = self.value();
                    let broken = matches!(value.kind, Kind::Broken);
                    fields.push(Field { name, name_span, value });
                    self.comma(start, broken);
                }
                None => {
                    let value = self.value();
                    let broken = matches!(value.kind, Kind::Broken);
                    items.push(value);
                    self.comma(start, broken);
                }
            }
        }
        (fields, items)
    }

    /// Takes a field's name and the colon after it; takes nothing where no name stands here.
    fn field_name(&mut self) -> Option<(String, super::tree::Span)> {
        let start = self.lexer.pos;
        let quoted = self.lexer.at("\"");
        let name = match quoted {
            true => self.quoted_field_name()?,
            false => self.lexer.field_name().map(str::to_owned),
        };
        let Some(name) = name else {
            self.lexer.pos = start;
            return None;
        };
        let span = self.lexer.span_from(start);
        let end = self.lexer.pos;
        let silent = self.findings.len();
        self.blanks();
        if self.lexer.at(":") && !self.lexer.at("::") {
            self.lexer.bump();
            if quoted {
                let message = format!("The name of the field \"{name}\" stands in quotes.");
                self.findings.syntax("quoted-name", span, message, format!("Write {name} without quotes."));
            }
            return Some((name, span));
        }
        if !quoted && self.lexer.at("=") {
            self.report(
                "equals-sign",
                self.lexer.pos,
                self.lexer.pos + 1,
                "An equals sign stands where a colon belongs.",
                "Write a colon.",
            );
            self.lexer.bump();
            return Some((name, span));
        }
        let value_follows =
            self.lexer.peek().is_some_and(|c| matches!(c, '"' | '[' | '0'..='9')) && !self.lexer.line_breaks_since(end);
        if !quoted && value_follows {
            let message = format!("A colon is missing after \"{name}\".");
            self.findings.syntax("missing-colon", span, message, format!("Write {name}: and then the value."));
            return Some((name, span));
        }
        self.findings.truncate(silent);
        self.lexer.pos = start;
        None
    }

    /// Looks for `"name":`; anything else in quotes is a value.
    fn quoted_field_name(&mut self) -> Option<Option<String>> {
        /// Longer names are texts; a bound keeps the look ahead cheap.
        const LONGEST: usize = 64;
        let inner = self.lexer.rest().get(1..)?;
        let length = inner.bytes().take(LONGEST).position(|b| b == b'"')?;
        let name = inner.get(..length)?;
        if !inner.get(length + 1..)?.trim_start_matches([' ', '\t']).starts_with(':') {
            return None;
        }
        let name = name.to_owned();
        self.lexer.pos += length + 2;
        Some(Some(name))
    }

    fn list(&mut self, start: usize) -> Node {
        if !self.enter(']') {
            return self.node(start, Kind::Broken);
        }
        let mut items = Vec::new();
        while let Next::Entry = self.next_entry(']') {
            let entry = self.lexer.pos;
            if let Some((name, name_span)) = self.field_name() {
                if !items.is_empty() && self.outer() == Some(')') {
                    self.lexer.pos = entry;
                    self.leave_unclosed(&format!("the field \"{name}\""));
                    break;
                }
                let message = format!("The field \"{name}\" stands directly in a list.");
                self.findings.syntax(
                    "field-in-list",
                    name_span,
                    message,
                    "Put round brackets around each record of the list: [(id: ...), (id: ...)].",
                );
                let value = self.value();
                self.comma(entry, matches!(value.kind, Kind::Broken));
                continue;
            }
            let value = self.value();
            let broken = matches!(value.kind, Kind::Broken);
            items.push(value);
            self.comma(entry, broken);
        }
        self.node(start, Kind::List(items))
    }

    fn map(&mut self, start: usize) -> Node {
        if !self.enter('}') {
            return self.node(start, Kind::Broken);
        }
        let mut entries = Vec::new();
        while let Next::Entry = self.next_entry('}') {
            let entry = self.lexer.pos;
            let key = self.map_key();
            let end = self.lexer.pos;
            self.blanks();
            if self.lexer.at(":") || self.lexer.at("=") {
                if self.lexer.at("=") {
                    self.report(
                        "equals-sign",
                        self.lexer.pos,
                        self.lexer.pos + 1,
                        "An equals sign stands where a colon belongs.",
                        "Write a colon.",
                    );
                }
                self.lexer.bump();
                self.lexer.eat(">");
                let value = self.value();
                let broken = matches!(value.kind, Kind::Broken);
                entries.push((key, value));
                self.comma(entry, broken);
            } else {
                if !matches!(key.kind, Kind::Broken) {
                    let hint = "In curly brackets stand keys and values: {\"rural\": 0.4, \"urban\": 0.6}.";
                    self.report("missing-colon", entry, end, "This key has no value.", hint);
                }
                self.comma(entry, true);
            }
        }
        self.node(start, Kind::Map(entries))
    }

    /// Reads a key; a bare word before a colon is one, too, so that `{rural: 1}` is not taken for a text without quotes.
    fn map_key(&mut self) -> Node {
        let start = self.lexer.pos;
        if let Some(word) = self.lexer.word() {
            let word = word.to_owned();
            let end = self.lexer.pos;
            if self.lexer.at(":") {
                return Node { span: self.lexer.span(start, end), kind: Kind::Word(word) };
            }
            self.lexer.pos = start;
        }
        self.lexer.colon_ends = self.lexer.peek().is_some_and(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
        let key = self.value();
        self.lexer.colon_ends = false;
        key
    }
}

fn opening_of(closing: char) -> char {
    match closing {
        ')' => '(',
        ']' => '[',
        _ => '{',
    }
}

fn shown(character: char) -> String {
    match character {
        c if c.is_control() => format!("U+{:04X}", u32::from(c)),
        c => format!("\"{c}\""),
    }
}

#[cfg(test)]
mod tests;
