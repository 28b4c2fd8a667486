//! Expressions of BPSim: the part of XPath 1.0 that conditions, changes of properties and selections of resources are written in.
//!
//! `bpsim:` before a name of a function may be there or not; a property may also be written `$name`. Arithmetic is done where it comes to
//! a number, or to one property with a factor and a number: `(getProperty('n') + 1) * 2 > 6` asks whether n is more than 2.

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
    let made = match parser.side(0)? {
        Side::Word(word) => Change::Set(word),
        Side::Sum(Sum { name: None, plus, .. }) => Change::Set(plus.to_string()),
        Side::Sum(Sum { name: Some(name), by: 1.0, plus }) if name == property => Change::Add(plus),
        Side::Sum(_) => return Err(cannot(text)),
    };
    parser.end()?;
    Ok(made)
}

/// Reads a number that may be worked out, as `2 * 60`; `None` where it is none.
pub(super) fn constant(text: &str) -> Option<f64> {
    let mut parser = Parser::of(text).ok()?;
    let sum = parser.sum(0).ok()?;
    parser.end().ok()?;
    sum.name.is_none().then_some(sum.plus)
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

/// A number, or a property times a number, and a number more.
#[derive(Clone, Debug, PartialEq)]
struct Sum {
    name: Option<String>,
    by: f64,
    plus: f64,
}

impl Sum {
    fn number(plus: f64) -> Sum {
        Sum { name: None, by: 0.0, plus }
    }

    /// Returns a property alone, or a number; `None` where it is more.
    fn operand(&self) -> Option<Operand> {
        match &self.name {
            None => Some(Operand::Number(self.plus)),
            Some(name) => (self.by == 1.0 && self.plus == 0.0).then(|| Operand::Name(name.clone())),
        }
    }

    fn times(self, factor: f64) -> Option<Sum> {
        Sum { by: self.by * factor, plus: self.plus * factor, ..self }.kept()
    }

    /// Adds another; `None` where that takes two properties.
    fn and(self, other: Sum) -> Option<Sum> {
        let name = match (self.name, other.name) {
            (Some(one), Some(two)) if one != two => return None,
            (one, two) => one.or(two),
        };
        Sum { name, by: self.by + other.by, plus: self.plus + other.plus }.kept()
    }

    /// Forgets a property that cancels out; `None` where a number is too large.
    fn kept(self) -> Option<Sum> {
        let name = self.name.filter(|_| self.by != 0.0);
        (self.by.is_finite() && self.plus.is_finite()).then_some(Sum { name, ..self })
    }
}

/// A side of a comparison.
enum Side {
    Word(String),
    Sum(Sum),
}

/// Returns a comparison as the model can make it: of a property or a number with another.
fn compared(left: Side, comparison: Comparison, right: Side) -> Option<Condition> {
    let plain = |side: &Side| match side {
        Side::Word(word) => Some(Operand::Word(word.clone())),
        Side::Sum(sum) => sum.operand(),
    };
    if let Some((left, right)) = plain(&left).zip(plain(&right)) {
        return Some(Condition::Compare(left, comparison, right));
    }
    let (Side::Sum(left), Side::Sum(right)) = (left, right) else { return None };
    let Sum { name, by, plus } = left.and(right.times(-1.0)?)?;
    let Some(name) = name else { return Some(Condition::Compare(Operand::Number(plus), comparison, Operand::Number(0.0))) };
    // What stands on both sides is divided by what is less than nothing.
    let comparison = match comparison {
        Comparison::Less if by < 0.0 => Comparison::Greater,
        Comparison::AtMost if by < 0.0 => Comparison::AtLeast,
        Comparison::Greater if by < 0.0 => Comparison::Less,
        Comparison::AtLeast if by < 0.0 => Comparison::AtMost,
        other => other,
    };
    let bound = -plus / by;
    bound.is_finite().then_some(Condition::Compare(Operand::Name(name), comparison, Operand::Number(bound)))
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
        // A bracket holds a condition, or a part of a sum.
        let before = self.at;
        if self.take("(") {
            let inner = self.any(depth + 1).and_then(|inner| self.expect(")").map(|()| inner));
            match inner {
                Ok(inner) if !self.goes_on() => return Ok(inner),
                _ => self.at = before,
            }
        }
        let left = self.side(depth)?;
        let comparison = match self.peek() {
            Some(Token::Sign("=" | "==")) => Comparison::Equal,
            Some(Token::Sign("!=")) => Comparison::NotEqual,
            Some(Token::Sign("<")) => Comparison::Less,
            Some(Token::Sign("<=")) => Comparison::AtMost,
            Some(Token::Sign(">")) => Comparison::Greater,
            Some(Token::Sign(">=")) => Comparison::AtLeast,
            // A property that is true or false by itself.
            _ => match &left {
                Side::Sum(sum) if sum.name.is_some() => {
                    let name = sum.operand().ok_or_else(|| cannot(self.text))?;
                    return Ok(Condition::Compare(name, Comparison::Equal, Operand::Word("true".to_owned())));
                }
                _ => return Err(cannot(self.text)),
            },
        };
        self.at += 1;
        let right = self.side(depth)?;
        compared(left, comparison, right).ok_or_else(|| cannot(self.text))
    }

    /// Tells whether a bracket was only a part of what is compared.
    fn goes_on(&self) -> bool {
        match self.peek() {
            Some(Token::Sign(sign)) => *sign != ")",
            Some(Token::Name(name)) => name == "div" || name == "mod",
            _ => false,
        }
    }

    fn side(&mut self, depth: usize) -> Result<Side, String> {
        match self.peek().cloned() {
            Some(Token::Text(text)) => {
                self.at += 1;
                Ok(Side::Word(text))
            }
            Some(Token::Name(name)) if name == "true" || name == "false" => {
                self.at += 1;
                if self.take("(") {
                    self.expect(")")?;
                }
                Ok(Side::Word(name))
            }
            _ => self.sum(depth).map(Side::Sum),
        }
    }

    fn sum(&mut self, depth: usize) -> Result<Sum, String> {
        let mut sum = self.product(depth)?;
        loop {
            let sign = match self.peek() {
                Some(Token::Sign("+")) => 1.0,
                Some(Token::Sign("-")) => -1.0,
                _ => return Ok(sum),
            };
            self.at += 1;
            let more = self.product(depth)?;
            sum = more.times(sign).and_then(|more| sum.and(more)).ok_or_else(|| cannot(self.text))?;
        }
    }

    fn product(&mut self, depth: usize) -> Result<Sum, String> {
        let mut product = self.factor(depth)?;
        loop {
            let sign = match self.peek() {
                Some(Token::Sign("*")) => "*",
                Some(Token::Name(name)) if name == "div" => "div",
                Some(Token::Name(name)) if name == "mod" => "mod",
                _ => return Ok(product),
            };
            self.at += 1;
            let next = self.factor(depth)?;
            let made = match (sign, &product.name, &next.name) {
                ("*", _, None) => product.times(next.plus),
                ("*", None, _) => next.times(product.plus),
                ("div", _, None) if next.plus != 0.0 => product.times(1.0 / next.plus),
                // As XPath has it: with the sign of what is divided.
                ("mod", None, None) if next.plus != 0.0 => Some(Sum::number(product.plus % next.plus)),
                _ => None,
            };
            product = made.ok_or_else(|| cannot(self.text))?;
        }
    }

    fn factor(&mut self, depth: usize) -> Result<Sum, String> {
        if depth > DEEPEST {
            return Err("The expression is nested too deep.".to_owned());
        }
        let token = self.peek().cloned().ok_or_else(|| cannot(self.text))?;
        self.at += 1;
        let property = |name| Ok(Sum { name: Some(name), by: 1.0, plus: 0.0 });
        match token {
            Token::Number(n) => Ok(Sum::number(n)),
            Token::Variable(name) => property(name),
            Token::Sign("-") => self.factor(depth + 1)?.times(-1.0).ok_or_else(|| cannot(self.text)),
            Token::Sign("(") => {
                let inner = self.sum(depth + 1)?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Name(name) if name == "getProperty" => {
                self.expect("(")?;
                let Some(Token::Text(name)) = self.peek().cloned() else { return Err(cannot(self.text)) };
                self.at += 1;
                self.expect(")")?;
                property(name)
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
            let signs = ["!=", "<=", ">=", "==", "=", "<", ">", "(", ")", "[", "]", ",", "+", "-", "*"];
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
            ("(getProperty('n') + 1) * 2 > 6", "n > 2"),
            ("((getProperty('n')) - 1) div 2 <= 7 mod 4 and (3 > $m)", "n <= 7 and 3 > m"),
            ("10 - 2 * $n >= $n + 1", "n <= 3"),
            ("-(-$n) = 60 * 24", "n == 1440"),
            ("$n - $n < 1", "0 < 1"),
        ] {
            assert_eq!(condition(theirs).unwrap().to_string(), crate::model::condition::parse(ours).unwrap().to_string());
        }
        for wrong in [
            "",
            "1",
            "count(//x) > 3",
            "getProperty('a'",
            "getProperty('a') = ",
            "'a' ~ 'b'",
            "$n * $n > 4",
            "$n > 1 div 0",
            "$m + 1 > $n",
            "$n + 'a' = 1",
            "($n > 1) + 1 = 2",
            "$n mod 2 = 0",
            &"(".repeat(500),
            &"-".repeat(500),
        ] {
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
        assert_eq!(change("$n + 2 * (3 - 1)", "n"), Ok(Change::Add(4.0)));
        assert_eq!(change("(7 - 1) div 4", "n"), Ok(Change::Set("1.5".to_owned())));
        assert_eq!(
            (constant("2 * 60"), constant("-7 mod 4"), constant("1 div 0"), constant("$n")),
            (Some(120.0), Some(-3.0), None, None)
        );
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
