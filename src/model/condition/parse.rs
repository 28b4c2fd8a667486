//! Reads conditions: a lexer, and a descent whose depth is limited.

use std::str::CharIndices;

use super::{Comparison, Condition, Operand};
use crate::base::time::{LONGEST_DURATION, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND, MS_PER_WEEK};

/// How deep brackets and `not` may be nested.
pub const DEEPEST: usize = 64;

/// Why a text is no condition, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConditionError {
    /// Byte offset into the text at which it was noticed.
    pub offset: usize,
    /// What was found, in a full sentence.
    pub message: String,
    /// What to write instead; empty where there is nothing to add.
    pub hint: String,
}

/// Reads a condition.
///
/// # Errors
/// The first fault found, with its place. Never panics; nesting deeper than [`DEEPEST`] is an error.
pub fn parse(text: &str) -> Result<Condition, ConditionError> {
    let tokens = lex(text)?;
    let mut parser = Parser { tokens, position: 0, end: text.len() };
    if parser.tokens.is_empty() {
        return Err(error(0, "The condition is empty.", "Write a comparison, as residence == 'rural'."));
    }
    let condition = parser.disjunction(0)?;
    match parser.tokens.get(parser.position) {
        None => Ok(condition),
        Some((offset, Token::Close)) => Err(error(*offset, "This closing bracket has no opening one.", "")),
        Some((offset, token)) => Err(error(
            *offset,
            format!("After a complete comparison stands {}.", token.described()),
            "Join comparisons with 'and' or 'or'.",
        )),
    }
}

/// Tells whether a name can be written without quotes where an operand stands.
pub(super) fn is_bare_name(name: &str) -> bool {
    name.chars().all(is_name_char)
        && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && !matches!(name.to_ascii_lowercase().as_str(), "and" | "or" | "not" | "has" | "given" | "visits")
}

/// Tells whether an id can be written without quotes in the brackets of `visits`, `has` and `given`.
pub(super) fn is_bare_reference(id: &str) -> bool {
    !id.is_empty() && id.chars().all(is_name_char)
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn error(offset: usize, message: impl Into<String>, hint: impl Into<String>) -> ConditionError {
    ConditionError { offset, message: message.into(), hint: hint.into() }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A run of letters, digits, `_`, `-`, `.`: a name, a number, a keyword, a duration without quotes.
    Bare(String),
    /// In single quotes.
    Word(String),
    /// In backquotes: a name that could not stand bare.
    Name(String),
    /// In double quotes: a duration or a date.
    Text(String),
    Compare(Comparison),
    Open,
    Close,
}

impl Token {
    fn described(&self) -> String {
        match self {
            Token::Bare(text) => format!("'{text}'"),
            Token::Word(text) => format!("the word '{text}'"),
            Token::Name(text) => format!("the name `{text}`"),
            Token::Text(text) => format!("the text \"{text}\""),
            Token::Compare(comparison) => format!("the sign {comparison}"),
            Token::Open => "an opening bracket".to_owned(),
            Token::Close => "a closing bracket".to_owned(),
        }
    }
}

fn lex(text: &str) -> Result<Vec<(usize, Token)>, ConditionError> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices();
    loop {
        let mut ahead = chars.clone();
        let Some((offset, c)) = ahead.next() else { return Ok(tokens) };
        let followed_by_equals = ahead.clone().next().is_some_and(|(_, c)| c == '=');
        if is_name_char(c) {
            let rest = &text[offset..];
            let length = rest.find(|c| !is_name_char(c)).unwrap_or(rest.len());
            tokens.push((offset, Token::Bare(rest[..length].to_owned())));
            while chars.offset() < offset + length && chars.next().is_some() {}
            continue;
        }
        chars = ahead;
        let token = match c {
            _ if c.is_whitespace() => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            '\'' => Token::Word(quoted(text, offset, c, &mut chars)?),
            '`' => Token::Name(quoted(text, offset, c, &mut chars)?),
            '"' => Token::Text(quoted(text, offset, c, &mut chars)?),
            '=' | '!' | '<' | '>' if followed_by_equals => {
                chars.next();
                Token::Compare(match c {
                    '=' => Comparison::Equal,
                    '!' => Comparison::NotEqual,
                    '<' => Comparison::AtMost,
                    _ => Comparison::AtLeast,
                })
            }
            '<' => Token::Compare(Comparison::Less),
            '>' => Token::Compare(Comparison::Greater),
            '=' => return Err(error(offset, "A single '=' compares nothing.", "Write == for 'equal'.")),
            '!' => return Err(error(offset, "A single '!' is not known here.", "Write 'not', or != for 'not equal'.")),
            '&' => return Err(error(offset, "The sign '&' is not known here.", "Write 'and'.")),
            '|' => return Err(error(offset, "The sign '|' is not known here.", "Write 'or'.")),
            other => {
                let hint = "Conditions are made of names, numbers, 'words', comparisons, brackets, and, or, not.";
                return Err(error(offset, format!("The character '{other}' is not known here."), hint));
            }
        };
        tokens.push((offset, token));
    }
}

fn quoted(text: &str, start: usize, quote: char, chars: &mut CharIndices<'_>) -> Result<String, ConditionError> {
    let mut content = String::new();
    while let Some((_, c)) = chars.next() {
        if c == quote {
            return Ok(content);
        }
        if c == '\\' {
            match chars.next() {
                Some((_, escaped)) => content.push(escaped),
                None => break,
            }
        } else {
            content.push(c);
        }
    }
    let found = text[start..].chars().take(20).collect::<String>();
    Err(error(start, format!("The quote that begins at {found} is never closed."), format!("Close it with {quote}.")))
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    position: usize,
    end: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.position).map(|(_, token)| token)
    }

    fn offset(&self) -> usize {
        self.tokens.get(self.position).map_or(self.end, |(offset, _)| *offset)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Bare(text)) if text.eq_ignore_ascii_case(word));
        if found {
            self.position += 1;
        }
        found
    }

    fn disjunction(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        let first = self.conjunction(depth)?;
        let mut parts = vec![first];
        while self.take_word("or") {
            parts.push(self.conjunction(depth)?);
        }
        Ok(single_or(parts, Condition::Or))
    }

    fn conjunction(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        let first = self.negation(depth)?;
        let mut parts = vec![first];
        while self.take_word("and") {
            parts.push(self.negation(depth)?);
        }
        Ok(single_or(parts, Condition::And))
    }

    fn negation(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        if depth > DEEPEST {
            let message = format!("Brackets and 'not' are nested more than {DEEPEST} deep.");
            return Err(error(self.offset(), message, "Set an attribute at an earlier step and ask for that."));
        }
        if self.take_word("not") {
            return Ok(Condition::Not(Box::new(self.negation(depth + 1)?)));
        }
        if self.peek() == Some(&Token::Open) {
            let opened = self.offset();
            self.position += 1;
            let inner = self.disjunction(depth + 1)?;
            if self.peek() != Some(&Token::Close) {
                return Err(match self.peek() {
                    None => error(opened, "The bracket that opens here is never closed.", "Add a closing bracket."),
                    Some(token) => {
                        let message = format!("Before the bracket closes stands {}.", token.described());
                        error(self.offset(), message, "Join comparisons with 'and' or 'or', or close the bracket.")
                    }
                });
            }
            self.position += 1;
            return Ok(inner);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Condition, ConditionError> {
        for (word, make) in [("has", Condition::Has as fn(String) -> Condition), ("given", Condition::Given)] {
            if self.is_call(word) {
                return Ok(make(self.argument(word)?));
            }
        }
        let left = self.operand()?;
        let Some(&Token::Compare(comparison)) = self.peek() else {
            let found = self.peek().map_or("the condition ends".to_owned(), |t| format!("stands {}", t.described()));
            let hint = match &left {
                Operand::Name(name) => format!("Say what {name} is compared with, as {name} == 'yes'."),
                _ => "Write one of == != < <= > >= and what to compare with.".to_owned(),
            };
            return Err(error(self.offset(), format!("After {left} a comparison should follow, but {found}."), hint));
        };
        self.position += 1;
        let right = self.operand()?;
        if let Some(Token::Compare(_)) = self.peek() {
            let hint = "Write two comparisons joined with 'and': hour >= 9 and hour < 18.";
            return Err(error(self.offset(), "Two comparisons stand in a row.", hint));
        }
        Ok(Condition::Compare(left, comparison, right))
    }

    fn operand(&mut self) -> Result<Operand, ConditionError> {
        let offset = self.offset();
        if self.is_call("visits") {
            return Ok(Operand::Visits(self.argument("visits")?));
        }
        let Some(token) = self.peek().cloned() else {
            return Err(error(offset, "The condition ends where something to compare should stand.", ""));
        };
        let operand = match token {
            Token::Word(word) => Operand::Word(word),
            Token::Name(name) => Operand::Name(name),
            Token::Text(text) => timed(&text).ok_or_else(|| {
                let hint = "In double quotes stand durations (\"3d\", \"1h 30min\") and dates (\"2026-07-01\"); words stand in single quotes.";
                error(offset, format!("\"{text}\" is neither a duration nor a date."), hint)
            })?,
            Token::Bare(text) => bare(&text, offset)?,
            Token::Compare(_) | Token::Open | Token::Close => {
                let message = format!("Where something to compare should stand is {}.", token.described());
                return Err(error(offset, message, "Write a name, a number, a 'word', visits(step), has(document)."));
            }
        };
        self.position += 1;
        Ok(operand)
    }

    fn is_call(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Bare(text)) if text == word)
            && matches!(self.tokens.get(self.position + 1), Some((_, Token::Open)))
    }

    fn argument(&mut self, function: &str) -> Result<String, ConditionError> {
        self.position += 2;
        let offset = self.offset();
        let (Some(Token::Bare(name)) | Some(Token::Word(name)) | Some(Token::Name(name))) = self.peek().cloned() else {
            let what = if function == "visits" { "step" } else { "document" };
            return Err(error(
                offset,
                format!("In the brackets of {function} no {what} is named."),
                format!("Write {function}({what})."),
            ));
        };
        self.position += 1;
        if self.peek() != Some(&Token::Close) {
            return Err(error(self.offset(), format!("After {function}({name} the closing bracket is missing."), ""));
        }
        self.position += 1;
        Ok(name)
    }
}

fn single_or(mut parts: Vec<Condition>, make: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            make(parts)
        }
        None => make(parts),
    }
}

fn bare(text: &str, offset: usize) -> Result<Operand, ConditionError> {
    if text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.') {
        if let Ok(number) = text.parse::<f64>() {
            return if number.is_finite() {
                Ok(Operand::Number(number))
            } else {
                Err(error(offset, format!("The number {text} is too large."), ""))
            };
        }
        return timed(text).ok_or_else(|| {
            error(
                offset,
                format!("'{text}' is neither a number nor a duration."),
                "Write 2, 0.5, 3d or 90min; words stand in single quotes.",
            )
        });
    }
    if matches!(text.to_ascii_lowercase().as_str(), "and" | "or" | "not") {
        return Err(error(offset, format!("Where something to compare should stand is '{text}'."), ""));
    }
    Ok(Operand::Name(text.to_owned()))
}

/// Reads a duration or a date.
fn timed(text: &str) -> Option<Operand> {
    duration(text).map(Operand::Duration).or_else(|| instant(text).map(Operand::Instant))
}

/// Reads a length of time as `1h 30min`; `None` where it is none, or longer than [`LONGEST_DURATION`].
fn duration(text: &str) -> Option<i64> {
    let mut rest = text.trim();
    let mut total = 0.0;
    while !rest.is_empty() {
        let number_length = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..number_length].parse().ok()?;
        rest = rest[number_length..].trim_start();
        let unit_length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let factor = match &rest[..unit_length] {
            "ms" => 1,
            "s" => MS_PER_SECOND,
            "min" => MS_PER_MINUTE,
            "h" => MS_PER_HOUR,
            "d" => MS_PER_DAY,
            "w" => MS_PER_WEEK,
            _ => return None,
        };
        total += number * factor as f64;
        rest = rest[unit_length..].trim_start();
    }
    (!text.trim().is_empty() && total <= LONGEST_DURATION.ms() as f64).then_some(total.round() as i64)
}

fn instant(text: &str) -> Option<jiff::civil::DateTime> {
    let text = text.trim();
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    let date: jiff::civil::Date = date.parse().ok()?;
    let time: jiff::civil::Time = time.trim().parse().ok()?;
    Some(date.to_datetime(time))
}
