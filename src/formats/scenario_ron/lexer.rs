//! Single tokens of RON: blanks and comments, texts, numbers, words; each with its own way back after a fault.

use super::findings::Findings;
use super::tree::{Kind, Span};
use crate::formats::text::quoted;

/// Walks over a text and takes tokens from it.
pub struct Lexer<'a> {
    text: &'a str,
    /// The next byte; always at the beginning of a character.
    pub pos: usize,
    file: u32,
    /// No text that opens from here on is ever closed, so looking for its end again would be in vain.
    no_more_quotes: bool,
    /// A comment or raw text that is never closed has taken in the rest of the text, closing brackets included.
    pub rest_lost: bool,
    /// A colon after a number ends it: it is the key of a map, not a time of day without quotes.
    pub colon_ends: bool,
    line_starts: Vec<usize>,
}

/// Tells whether a character may stand inside a word.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl<'a> Lexer<'a> {
    /// Begins at the first byte, after a byte order mark if there is one.
    pub fn new(text: &'a str, file: u32) -> Self {
        let pos = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lexer { text, pos, file, no_more_quotes: false, rest_lost: false, colon_ends: false, line_starts }
    }

    /// Returns what has not been read.
    pub fn rest(&self) -> &'a str {
        self.text.get(self.pos..).unwrap_or("")
    }

    /// Returns the next character.
    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Tells whether the rest begins so.
    pub fn at(&self, prefix: &str) -> bool {
        self.rest().starts_with(prefix)
    }

    /// Steps over one character.
    pub fn bump(&mut self) {
        self.pos += self.peek().map_or(0, char::len_utf8);
    }

    /// Steps over a prefix if it is there.
    pub fn eat(&mut self, prefix: &str) -> bool {
        let there = self.at(prefix);
        if there {
            self.pos += prefix.len();
        }
        there
    }

    /// Returns the span from a byte to here. Files are far smaller than 4 GB.
    pub fn span_from(&self, start: usize) -> Span {
        self.span(start, self.pos)
    }

    /// Returns the span between two bytes.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file: self.file, start: small(start), end: small(end) }
    }

    /// Returns the line of a byte, from 1, for messages about a second place.
    pub fn line_of(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset)
    }

    /// Tells whether the last character before a byte that is no blank is a digit.
    pub fn is_behind_digit(&self, offset: usize) -> bool {
        self.text.get(..offset).is_some_and(|before| before.trim_end().ends_with(|c: char| c.is_ascii_digit()))
    }

    /// Tells whether a line break lies between a byte and here.
    pub fn line_breaks_since(&self, start: usize) -> bool {
        self.text.get(start..self.pos).is_some_and(|part| part.contains('\n'))
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.pos += length;
        &rest[..length]
    }

    /// Steps over blanks and comments.
    pub fn skip_blanks(&mut self, findings: &mut Findings) {
        loop {
            self.take_while(char::is_whitespace);
            if self.at("//") {
                self.take_while(|c| c != '\n');
            } else if self.at("/*") {
                self.skip_block_comment(findings);
            } else {
                return;
            }
        }
    }

    fn skip_block_comment(&mut self, findings: &mut Findings) {
        let start = self.pos;
        let mut depth = 0usize;
        loop {
            if self.eat("/*") {
                depth += 1;
            } else if self.eat("*/") {
                depth -= 1;
                if depth == 0 {
                    return;
                }
            } else if self.peek().is_some() {
                self.bump();
            } else {
                self.rest_lost = true;
                let message = "This comment is never closed.";
                findings.syntax("unclosed-comment", self.span(start, start + 2), message, "Write */ where the comment ends.");
                return;
            }
        }
    }

    /// Takes a word's letters, digits and underscores, if one begins here. `r#` before it is RON's raw word.
    pub fn word(&mut self) -> Option<&'a str> {
        if self.at("r#") && self.rest()[2..].starts_with(|c: char| c.is_alphabetic() || c == '_') {
            self.pos += 2;
        }
        let begins = self.peek().is_some_and(|c| c.is_alphabetic() || c == '_');
        begins.then(|| self.take_while(is_word))
    }

    /// Takes what looks like the name of a field, with hyphens, which no name has but many people write.
    pub fn field_name(&mut self) -> Option<&'a str> {
        let start = self.pos;
        self.word()?;
        self.take_while(|c| is_word(c) || c == '-');
        self.text.get(start..self.pos).map(|name| name.strip_prefix("r#").unwrap_or(name))
    }

    /// Takes a bare word, or a text that lacks its quotes.
    pub fn word_or_unquoted(&mut self, findings: &mut Findings) -> Option<Kind> {
        let start = self.pos;
        let word = self.word()?;
        let goes_on = {
            let mut next = self.rest().chars();
            matches!(next.next(), Some('-' | '.' | '/' | ':' | '@')) && next.next().is_some_and(is_word)
        };
        if goes_on {
            return Some(self.unquoted(start, findings));
        }
        Some(match word {
            "true" => Kind::Flag(true),
            "false" => Kind::Flag(false),
            "inf" | "NaN" => Kind::Number(word.to_owned()),
            _ => Kind::Word(word.to_owned()),
        })
    }

    /// Takes everything up to the next blank or bracket as a text and reports that quotes are missing.
    fn unquoted(&mut self, start: usize, findings: &mut Findings) -> Kind {
        self.take_while(|c| !c.is_whitespace() && !matches!(c, ',' | '(' | ')' | '[' | ']' | '{' | '}' | '"'));
        let text = self.text.get(start..self.pos).unwrap_or("");
        let span = self.span_from(start);
        if let Some(number) = text.strip_suffix('%') {
            let hint = match number.parse::<f64>() {
                Ok(percent) => format!("Write {}.", percent / 100.0),
                Err(_) => "Shares are numbers from 0 to 1.".to_owned(),
            };
            findings.syntax("percent-sign", span, format!("{} has a percent sign.", quoted(text)), hint);
            return Kind::Number(number.parse::<f64>().map_or("0".to_owned(), |n| format!("{:?}", n / 100.0)));
        }
        let message = format!("{} stands without quotes.", quoted(text));
        findings.syntax("missing-quotes", span, message, format!("Write {} in double quotes.", quoted(text)));
        Kind::Text(text.to_owned())
    }

    /// Takes a number; what begins like one and is none (`15min`, `2026-10-02`) is a text without quotes.
    pub fn number(&mut self, findings: &mut Findings) -> Kind {
        let start = self.pos;
        if self.peek().is_some_and(|c| matches!(c, '+' | '-')) {
            self.bump();
        }
        let hexadecimal = self.at("0x") || self.at("0X");
        loop {
            let run = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
            let exponent = !hexadecimal && run.ends_with(['e', 'E']) && run.starts_with(|c: char| c.is_ascii_digit() || c == '.');
            if !(exponent && self.peek().is_some_and(|c| matches!(c, '+' | '-'))) {
                break;
            }
            self.bump();
        }
        let goes_on = self.peek().is_some_and(|c| is_word(c) || matches!(c, '-' | '%' | '+') || (c == ':' && !self.colon_ends))
            || self.slash_goes_on();
        let text = self.text.get(start..self.pos).unwrap_or("");
        match number_text(text).filter(|_| !goes_on) {
            Some(number) => Kind::Number(number),
            None => self.unquoted(start, findings),
        }
    }

    fn slash_goes_on(&self) -> bool {
        self.at("/") && !self.at("//") && !self.at("/*")
    }

    /// Takes a text in double quotes.
    pub fn text(&mut self, findings: &mut Findings) -> Kind {
        let start = self.pos;
        self.bump();
        if self.no_more_quotes {
            return self.unclosed_text(start, findings);
        }
        let mut value = String::new();
        loop {
            let run = self.take_while(|c| c != '"' && c != '\\');
            value.push_str(run);
            match self.peek() {
                Some('"') => break self.bump(),
                Some(_) => self.escape(&mut value, findings),
                None => {
                    self.no_more_quotes = true;
                    return self.unclosed_text(start, findings);
                }
            }
        }
        // A closing quote that was forgotten makes the text run on to the next text's opening quote. Then a word
        // follows directly, which cannot be after a text that was closed on purpose.
        let suspicious = self.line_breaks_since(start) && self.peek().is_some_and(|c| is_word(c) || c == '-');
        if suspicious { self.unclosed_text(start, findings) } else { Kind::Text(value) }
    }

    /// Reports a text that is not closed and ends it where it most likely should have ended.
    fn unclosed_text(&mut self, start: usize, findings: &mut Findings) -> Kind {
        self.pos = start + 1;
        let value = self.take_while(|c| !matches!(c, ',' | ')' | ']' | '}' | '\n' | '\r' | '"')).to_owned();
        let span = self.span_from(start);
        findings.syntax("unclosed-text", span, "This text is never closed.", "Write a double quote (\") where the text ends.");
        Kind::Text(value)
    }

    /// Reads what follows a backslash.
    fn escape(&mut self, value: &mut String, findings: &mut Findings) {
        let start = self.pos;
        self.bump();
        let Some(letter) = self.peek() else { return };
        self.bump();
        let read = match letter {
            'n' => Some('\n'),
            't' => Some('\t'),
            'r' => Some('\r'),
            '0' => Some('\0'),
            '\\' | '"' | '\'' => Some(letter),
            'x' => self.code_point(2, 2),
            'u' if self.eat("{") => {
                let point = self.code_point(1, 6);
                if self.eat("}") { point } else { None }
            }
            _ => None,
        };
        match read {
            Some(character) => value.push(character),
            None => {
                let found = self.text.get(start..self.pos).unwrap_or("\\");
                let hint = "After a backslash stand n, t, \", \\ or u{41}; write \\\\ for a backslash itself.";
                let message = format!("The text contains {found}, which has no meaning.");
                findings.syntax("bad-escape", self.span_from(start), message, hint);
                value.push(letter);
            }
        }
    }

    fn code_point(&mut self, least: usize, most: usize) -> Option<char> {
        let digits = self.rest().bytes().take(most).take_while(u8::is_ascii_hexdigit).count();
        let text = self.rest().get(..digits)?;
        self.pos += digits;
        (digits >= least).then(|| u32::from_str_radix(text, 16).ok().and_then(char::from_u32)).flatten()
    }

    /// Takes a raw text `r"..."` or `r#"..."#`, if one begins here; byte texts too.
    pub fn raw_text(&mut self, findings: &mut Findings) -> Option<Kind> {
        let start = self.pos;
        let after = self.rest().strip_prefix("br").or_else(|| self.rest().strip_prefix('r'))?;
        let hashes = after.bytes().take_while(|b| *b == b'#').count();
        let inner = after.get(hashes..)?.strip_prefix('"')?;
        let begin = self.text.len() - inner.len();
        let end = format!("\"{}", "#".repeat(hashes));
        match inner.find(&end) {
            Some(length) => {
                self.pos = begin + length + end.len();
                Some(Kind::Text(inner[..length].to_owned()))
            }
            None => {
                self.pos = self.text.len();
                self.rest_lost = true;
                let hint = format!("Write {end} where the text ends.");
                findings.syntax("unclosed-text", self.span(start, begin), "This text is never closed.", hint);
                Some(Kind::Broken)
            }
        }
    }

    /// Takes what stands in single quotes: a character, or a text with the wrong quotes.
    pub fn single_quoted(&mut self, findings: &mut Findings) -> Kind {
        let start = self.pos;
        self.bump();
        let mut value = String::new();
        loop {
            let run = self.take_while(|c| !matches!(c, '\'' | '\\' | '\n' | '\r'));
            value.push_str(run);
            match self.peek() {
                Some('\'') if value.is_empty() && self.at("''") && !self.at("'',") => {
                    value.push('\'');
                    self.bump();
                }
                Some('\'') => break self.bump(),
                Some('\\') => self.escape(&mut value, findings),
                _ => break,
            }
        }
        let mut characters = value.chars();
        if let (Some(only), None) = (characters.next(), characters.next()) {
            return Kind::Char(only);
        }
        self.wrong_quotes(start, value, findings)
    }

    /// Takes a text in the quotes that word processors put.
    pub fn typographic(&mut self, opening: char, findings: &mut Findings) -> Kind {
        let start = self.pos;
        let closing: &[char] = match opening {
            '«' => &['»'],
            '„' => &['“', '”'],
            '‘' | '’' => &['’'],
            _ => &['”', '“', '"'],
        };
        self.bump();
        let value = self.take_while(|c| !closing.contains(&c) && !matches!(c, '\n' | '\r')).to_owned();
        if self.peek().is_some_and(|c| closing.contains(&c)) {
            self.bump();
        }
        self.wrong_quotes(start, value, findings)
    }

    fn wrong_quotes(&self, start: usize, value: String, findings: &mut Findings) -> Kind {
        let message = "This text stands in the wrong quotes.";
        findings.syntax(
            "wrong-quotes",
            self.span_from(start),
            message,
            format!("Write straight double quotes: {}.", quoted(&value)),
        );
        Kind::Text(value)
    }

    /// Steps over faulty text up to the next comma or closing bracket of the same level, over whole brackets inside.
    pub fn skip_to_sync(&mut self, findings: &mut Findings) {
        let mut depth = 0usize;
        loop {
            self.skip_blanks(findings);
            match self.peek() {
                None => return,
                Some(',') if depth == 0 => return,
                Some(')' | ']' | '}') if depth == 0 => return,
                Some(')' | ']' | '}') => {
                    depth -= 1;
                    self.bump();
                }
                Some('(' | '[' | '{') => {
                    depth += 1;
                    self.bump();
                }
                Some('"') => {
                    self.text(findings);
                }
                Some(_) => self.bump(),
            }
        }
    }
}

/// Returns a number's text as Rust's `f64` and integers read it: without `_`, sign `+` and type suffix, never hexadecimal.
fn number_text(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    if matches!(digits, "inf" | "NaN") {
        return Some(format!("{sign}{digits}"));
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') || !digits.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let plain: String = digits.chars().filter(|c| *c != '_').collect();
    let radix = match plain.get(..2) {
        Some("0x" | "0X") => 16,
        Some("0b" | "0B") => 2,
        Some("0o" | "0O") => 8,
        _ => 10,
    };
    const SUFFIXES: [&str; 12] = ["i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128", "f32", "f64"];
    let suffix = SUFFIXES.iter().find(|s| plain.ends_with(*s) && (radix != 16 || !s.starts_with('f')));
    let plain = suffix.and_then(|s| plain.strip_suffix(s)).unwrap_or(&plain);
    if radix != 10 {
        let value = u128::from_str_radix(plain.get(2..)?, radix).ok()?;
        return Some(format!("{sign}{value}"));
    }
    let is_number = !plain.contains(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'e' | 'E')) && plain.parse::<f64>().is_ok();
    is_number.then(|| format!("{sign}{plain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_what_only_ron_knows() {
        for (text, plain) in [
            ("12_000", Some("12000")),
            ("+1.5", Some("1.5")),
            ("-0x1F", Some("-31")),
            ("1e-3", Some("1e-3")),
            (".5", Some(".5")),
            ("7u8", Some("7")),
            ("2.5f64", Some("2.5")),
            ("0b101", Some("5")),
            ("-inf", Some("-inf")),
            ("15min", None),
            ("-", None),
            ("1.2.3", None),
        ] {
            assert_eq!(number_text(text).as_deref(), plain, "{text}");
        }
    }
}
