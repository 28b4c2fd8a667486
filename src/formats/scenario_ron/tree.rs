//! RON as a tree whose nodes know where they stand.

/// A stretch of a file, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Which file: the position in the list of files that were read.
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

/// One value as it stands in a file, or as it is to be written.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands; all zero in trees that are to be written.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a value is by its looks; what it means is the codecs' business.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Nothing: what an absent option is written as.
    Nothing,
    /// A value that could not be read. The fault has been reported.
    Broken,
    /// `true` or `false`.
    Flag(bool),
    /// A number as text that Rust's `f64` reads; whole numbers carry no point.
    Number(String),
    /// A text in double quotes.
    Text(String),
    /// A character in single quotes.
    Char(char),
    /// A bare word: `Citizen`.
    Word(String),
    /// Named fields in round brackets, with or without a word before them; also `()` and `End()`.
    Record {
        /// The word before the bracket.
        name: Option<String>,
        /// The fields, in order, repeats kept.
        fields: Vec<Field>,
    },
    /// Values without names in round brackets, with or without a word before them.
    Tuple {
        /// The word before the bracket.
        name: Option<String>,
        /// The values.
        items: Vec<Node>,
    },
    /// Values in square brackets.
    List(Vec<Node>),
    /// Keys and values in curly brackets.
    Map(Vec<(Node, Node)>),
}

/// A field of a record.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// Makes a node that is to be written.
    pub fn new(kind: Kind) -> Node {
        Node { span: Span::default(), kind }
    }

    /// Makes a bare word.
    pub fn word(word: &str) -> Node {
        Node::new(Kind::Word(word.to_owned()))
    }

    /// Makes a text in quotes.
    pub fn text(text: impl Into<String>) -> Node {
        Node::new(Kind::Text(text.into()))
    }

    /// Makes a number: whole ones without a point where that is exact.
    pub fn number(value: f64) -> Node {
        /// Whole numbers up to here are written digit by digit without loss.
        const WHOLE: f64 = 1e15;
        let whole = value.fract() == 0.0 && value.abs() < WHOLE && !(value == 0.0 && value.is_sign_negative());
        Node::new(Kind::Number(if whole { format!("{}", value as i64) } else { format!("{value:?}") }))
    }

    /// Makes `Name(item, item)`.
    pub fn tuple(name: Option<&str>, items: Vec<Node>) -> Node {
        Node::new(Kind::Tuple { name: name.map(str::to_owned), items })
    }

    /// Makes `[item, item]`.
    pub fn list(items: Vec<Node>) -> Node {
        Node::new(Kind::List(items))
    }

    /// Makes `(name: value, ...)`.
    pub fn record(fields: Vec<Field>) -> Node {
        Node::new(Kind::Record { name: None, fields })
    }

    /// Puts the name of an enum's variant before a value: a record is flattened, nothing leaves the bare word.
    pub fn named(self, name: &str) -> Node {
        let kind = match self.kind {
            Kind::Nothing => Kind::Word(name.to_owned()),
            Kind::Record { name: None, fields } if fields.is_empty() => Kind::Word(name.to_owned()),
            Kind::Record { name: None, fields } => Kind::Record { name: Some(name.to_owned()), fields },
            other => Kind::Tuple { name: Some(name.to_owned()), items: vec![Node { span: self.span, kind: other }] },
        };
        Node { span: self.span, kind }
    }

    /// Returns the span of the value's beginning: the word and bracket of a record, the whole of a short value.
    pub fn head(&self) -> Span {
        let length = match &self.kind {
            Kind::Record { name, .. } | Kind::Tuple { name, .. } => name.as_ref().map_or(1, String::len),
            Kind::List(_) | Kind::Map(_) => 1,
            _ => return self.span,
        };
        let end = self.span.end.min(self.span.start.saturating_add(u32::try_from(length).unwrap_or(u32::MAX)));
        Span { end, ..self.span }
    }

    /// Returns the value of a record's first field with this name.
    pub fn field(&self, wanted: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Record { fields, .. } => fields.iter().find(|f| f.name == wanted).map(|f| &f.value),
            _ => None,
        }
    }
}

impl Field {
    /// Makes a field that is to be written.
    pub fn new(name: &str, value: Node) -> Field {
        Field { name: name.to_owned(), name_span: Span::default(), value }
    }
}
