//! Expressions of BPSim: the part of XPath 1.0 that conditions, changes of properties and selections of resources are written in.
//!
//! `bpsim:` before a name of a function may be there or not; a property may also be written `$name`.

use crate::model::condition::{Comparison, Condition, Operand};

/// How deep brackets may be nested.
const DEEPEST: usize = 60;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Number(f64),
    Text(String),
    /// A property, as `$name`.
    Variable(String),
    Sign(&'static str),
}

/// What an expression makes of a property.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// So much more, or less.
    Add(f64),
    /// This value.
    Set(String),
}

/// Resources that are needed at once: so many, of any of those named.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Need {
    /// Who can do it.
    pub who: Vec<Choice>,
    /// How many.
    pub count: f64,
}

/// A way to name resources.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Choice {
    /// By id or name.
    Resource(String),
    /// Whoever has all these roles.
    Roles(Vec<String>),
}

/// Reads a condition.
///
/// # Errors
/// Why it is none that can be run, as a full sentence.
pub(super) fn condition(text: &str) -> Result<Condition, String> {
    let mut parser = Parser::of(text)?;
    let condition = parser.any(0)?;
    parser.end()?;
    Ok(condition)
}

/// Reads what becomes of a property.
///
/// # Errors
/// As [`condition`].
pub(super) fn change(text: &str, property: &str) -> Result<Change, String> {
    let mut parser = Parser::of(text)?;
    let first = parser.operand()?;
    let made = match (first, parser.peek().cloned()) {
        (Operand::Name(name), Some(Token::Sign(sign @ ("+" | "-")))) if name == property => {
            parser.at += 1;
            match parser.operand()? {
                Operand::Number(n) => Change::Add(if sign == "-" { -n } else { n }),
                _ => return Err(cannot(text)),
            }
        }
        (Operand::Number(n), Some(Token::Sign("+"))) => {
            parser.at += 1;
            match parser.operand()? {
                Operand::Name(name) if name == property => Change::Add(n),
                _ => return Err(cannot(text)),
            }
        }
        (Operand::Number(n), None) => Change::Set(n.to_string()),
        (Operand::Word(word), None) => Change::Set(word),
        (Operand::Name(name), None) if name == property => Change::Add(0.0),
        _ => return Err(cannot(text)),
    };
    parser.end()?;
    Ok(made)
}

/// Reads a selection of resources.
///
/// # Errors
/// As [`condition`].
pub(super) fn selection(text: &str) -> Result<Vec<Need>, String> {
    let mut parser = Parser::of(text)?;
    let mut needs = Vec::new();
    loop {
        needs.extend(parser.needs(0)?);
        match parser.peek() {
            Some(Token::Sign(",")) => parser.at += 1,
            Some(Token::Name(name)) if name == "and" => parser.at += 1,
            _ => break,
        }
    }
    parser.end()?;
    if needs.is_empty() { Err(cannot(text)) } else { Ok(needs) }
}

fn cannot(text: &str) -> String {
    format!("The expression '{text}' says more than can be run.")
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
}

impl<'t> Parser<'t> {
    fn of(text: &'t str) -> Result<Parser<'t>, String> {
        Ok(Parser { text, tokens: lex(text).ok_or_else(|| cannot(text))?, at: 0 })
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(s)) if *s == sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.take(sign) { Ok(()) } else { Err(cannot(self.text)) }
    }

    fn end(&self) -> Result<(), String> {
        if self.at == self.tokens.len() { Ok(()) } else { Err(cannot(self.text)) }
    }

    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Name(name)) if name == word);
        self.at += usize::from(found);
        found
    }

    fn any(&mut self, depth: usize) -> Result<Condition, String> {
        let mut parts = vec![self.all(depth)?];
        while self.word("or") {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::Or(parts) })
    }

    fn all(&mut self, depth: usize) -> Result<Condition, String> {
        let mut parts = vec![self.single(depth)?];
        while self.word("and") {
            parts.push(self.single(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::And(parts) })
    }

    fn single(&mut self, depth: usize) -> Result<Condition, String> {
        if depth > DEEPEST {
            return Err("The expression is nested too deep.".to_owned());
        }
        if self.word("not") {
            self.expect("(")?;
            let inner = self.any(depth + 1)?;
            self.expect(")")?;
            return Ok(Condition::Not(Box::new(inner)));
        }
        if self.take("(") {
            let inner = self.any(depth + 1)?;
            self.expect(")")?;
            return Ok(inner);
        }
        let left = self.operand()?;
        let comparison = match self.peek() {
            Some(Token::Sign("=" | "==")) => Comparison::Equal,
            Some(Token::Sign("!=")) => Comparison::NotEqual,
            Some(Token::Sign("<")) => Comparison::Less,
            Some(Token::Sign("<=")) => Comparison::AtMost,
            Some(Token::Sign(">")) => Comparison::Greater,
            Some(Token::Sign(">=")) => Comparison::AtLeast,
            // A property that is true or false by itself.
            _ if matches!(left, Operand::Name(_)) => {
                return Ok(Condition::Compare(left, Comparison::Equal, Operand::Word("true".to_owned())));
            }
            _ => return Err(cannot(self.text)),
        };
        self.at += 1;
        Ok(Condition::Compare(left, comparison, self.operand()?))
    }

    fn operand(&mut self) -> Result<Operand, String> {
        let token = self.peek().cloned().ok_or_else(|| cannot(self.text))?;
        self.at += 1;
        match token {
            Token::Number(n) => Ok(Operand::Number(n)),
            Token::Text(text) => Ok(Operand::Word(text)),
            Token::Variable(name) => Ok(Operand::Name(name)),
            Token::Sign("-") => match self.operand()? {
                Operand::Number(n) => Ok(Operand::Number(-n)),
                _ => Err(cannot(self.text)),
            },
            Token::Name(name) if name == "true" || name == "false" => {
                if self.take("(") {
                    self.expect(")")?;
                }
                Ok(Operand::Word(name))
            }
            Token::Name(name) if name == "getProperty" => {
                self.expect("(")?;
                let Some(Token::Text(property)) = self.peek().cloned() else { return Err(cannot(self.text)) };
                self.at += 1;
                self.expect(")")?;
                Ok(Operand::Name(property))
            }
            _ => Err(cannot(self.text)),
        }
    }

    /// Reads one call that selects resources, or a list of them in brackets.
    fn needs(&mut self, depth: usize) -> Result<Vec<Need>, String> {
        if depth > DEEPEST {
            return Err("The expression is nested too deep.".to_owned());
        }
        for (open, close) in [("(", ")"), ("[", "]")] {
            if self.take(open) {
                let mut all = self.needs(depth + 1)?;
                while self.take(",") {
                    all.extend(self.needs(depth + 1)?);
                }
                self.expect(close)?;
                return Ok(all);
            }
        }
        let Some(Token::Name(name)) = self.peek().cloned() else { return Err(cannot(self.text)) };
        self.at += 1;
        self.expect("(")?;
        match name.as_str() {
            "getResource" | "getResourceByRoles" => {
                let (texts, count) = self.arguments()?;
                if texts.is_empty() {
                    return Err(cannot(self.text));
                }
                let who = if name == "getResource" {
                    texts.into_iter().map(Choice::Resource).collect()
                } else {
                    vec![Choice::Roles(texts)]
                };
                Ok(vec![Need { who, count: count.unwrap_or(1.0) }])
            }
            "orResource" => {
                let mut choices = self.needs(depth + 1)?;
                while self.take(",") {
                    choices.extend(self.needs(depth + 1)?);
                }
                self.expect(")")?;
                let count = choices.first().map_or(1.0, |need| need.count);
                if choices.iter().any(|need| need.count != count) {
                    return Err("The expression asks for a different number of each resource that may do it.".to_owned());
                }
                Ok(vec![Need { who: choices.into_iter().flat_map(|need| need.who).collect(), count }])
            }
            _ => Err(cannot(self.text)),
        }
    }

    /// Reads texts, in lists or not, and a number, up to the closing bracket.
    fn arguments(&mut self) -> Result<(Vec<String>, Option<f64>), String> {
        let (mut texts, mut count, mut open) = (Vec::new(), None, 1);
        while open > 0 {
            let token = self.peek().cloned().ok_or_else(|| cannot(self.text))?;
            self.at += 1;
            match token {
                Token::Text(text) => texts.push(text),
                Token::Number(n) => count = Some(n),
                Token::Sign("(" | "[") => open += 1,
                Token::Sign(")" | "]") => open -= 1,
                Token::Sign(",") => {}
                _ => return Err(cannot(self.text)),
            }
        }
        Ok((texts, count))
    }
}

fn lex(text: &str) -> Option<Vec<Token>> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    let word = |from: usize, more: &str| {
        chars[from..].iter().take_while(|c| c.is_alphanumeric() || more.contains(**c)).collect::<String>()
    };
    while let Some(&c) = chars.get(at) {
        if c.is_whitespace() {
            at += 1;
        } else if c == '\'' || c == '"' {
            let length = chars[at + 1..].iter().position(|other| *other == c)?;
            tokens.push(Token::Text(chars[at + 1..at + 1 + length].iter().collect()));
            at += length + 2;
        } else if c == '$' {
            let name = word(at + 1, "_-.");
            at += 1 + name.chars().count();
            tokens.push(Token::Variable(name));
        } else if c.is_ascii_digit() || c == '.' && chars.get(at + 1).is_some_and(char::is_ascii_digit) {
            let digits = word(at, ".");
            at += digits.chars().count();
            tokens.push(Token::Number(digits.parse().ok().filter(|n: &f64| n.is_finite())?));
        } else if c.is_alphabetic() || c == '_' {
            let name = word(at, "_:.");
            at += name.chars().count();
            tokens.push(Token::Name(name.rsplit(':').next().unwrap_or(&name).to_owned()));
        } else {
            let two: String = chars[at..].iter().take(2).collect();
            let signs = ["!=", "<=", ">=", "==", "=", "<", ">", "(", ")", "[", "]", ",", "+", "-"];
            let sign = signs.into_iter().find(|sign| two.starts_with(sign))?;
            at += sign.len();
            tokens.push(Token::Sign(sign));
        }
    }
    Some(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_put_into_our_words() {
        for (theirs, ours) in [
            ("getProperty('noOfIssues') > 0", "noOfIssues > 0"),
            ("bpsim:getProperty(\"kind\") = 'new'", "kind == 'new'"),
            ("$kind != 'new' and not(bpsim:getProperty('n') <= -2)", "kind != 'new' and not n <= -2"),
            ("getProperty('urgent')", "urgent == 'true'"),
            ("getProperty('urgent') = false()", "urgent == 'false'"),
            ("(getProperty('a') = 1 or getProperty('b') = 2) and getProperty('c') = 3", "(a == 1 or b == 2) and c == 3"),
        ] {
            assert_eq!(condition(theirs).unwrap().to_string(), crate::model::condition::parse(ours).unwrap().to_string());
        }
        for wrong in ["", "1", "count(//x) > 3", "getProperty('a'", "getProperty('a') = ", "'a' ~ 'b'", &"(".repeat(500)] {
            assert!(condition(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn properties_change() {
        assert_eq!(change("getProperty('n') - 1", "n"), Ok(Change::Add(-1.0)));
        assert_eq!(change("2.5 + bpsim:getProperty('n')", "n"), Ok(Change::Add(2.5)));
        assert_eq!(change("7", "n"), Ok(Change::Set("7".to_owned())));
        assert_eq!(change("'yes'", "n"), Ok(Change::Set("yes".to_owned())));
        assert!(change("getProperty('m') - 1", "n").is_err());
        assert!(change("getProperty('n') * 2", "n").is_err());
    }

    #[test]
    fn selections_name_who_and_how_many() {
        let resource = |name: &str| Choice::Resource(name.to_owned());
        assert_eq!(selection("bpsim:getResource('clerk', 2)").unwrap(), vec![Need { who: vec![resource("clerk")], count: 2.0 }]);
        assert_eq!(
            selection("bpsim:orResource((getResource('a',1), getResource('b',1)))").unwrap(),
            vec![Need { who: vec![resource("a"), resource("b")], count: 1.0 }]
        );
        assert_eq!(
            selection("bpsim:getResourceByRoles(('r','s'),3)").unwrap(),
            vec![Need { who: vec![Choice::Roles(vec!["r".to_owned(), "s".to_owned()])], count: 3.0 }]
        );
        assert_eq!(selection("(getResource('a',1), getResource('b',1))").unwrap().len(), 2);
        assert!(selection("getResource(").is_err());
        assert!(selection("nobody()").is_err());
    }
}
