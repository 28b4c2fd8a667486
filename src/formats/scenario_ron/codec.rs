//! How model types are read from and written to trees: one trait, and macros that list each type's fields once.
//!
//! Reading never gives up: a value that cannot be read is reported and replaced by something harmless, so that one
//! fault hides no other. The macros [`record`] and [`variants`] make both directions from one list, so that a new field
//! of the model is one new line here.

use super::findings::Findings;
use super::tree::{Field, Kind, Node, Span};
use crate::base::diagnostic::{Diagnostic, Leg, Path, nearest_name};
use crate::formats::text::quoted;
use crate::model::flow::Element;
use crate::model::step::Step;

/// A type that stands in study files.
pub trait Codec: Sized {
    /// Names of its fields, if it is a record.
    const FIELDS: &'static [&'static str] = &[];

    /// Reads the value; reports what is wrong and takes a harmless value instead.
    fn read(node: &Node, cx: &mut Cx) -> Self;

    /// Writes the value.
    fn write(&self) -> Node;

    /// Returns the harmless value.
    fn recover() -> Self;

    /// Reads what a variant holds where only its bare name stands: `End`.
    fn read_bare(node: &Node, cx: &mut Cx) -> Self {
        let name = variant_name(node).unwrap_or_default().to_owned();
        let hint = format!("Write {name}(...) with what belongs to it in the brackets.");
        cx.error(node.span, "missing-value", format!("\"{name}\" stands without what belongs to it."), hint);
        Self::recover()
    }
}

/// What reading carries along: the way from the root, and what was found.
#[derive(Default)]
pub struct Cx {
    /// What was found so far.
    pub findings: Findings,
    path: Vec<Leg>,
    /// The record to be read next carries the name of the variant that wraps it.
    flattened: bool,
}

impl Cx {
    /// Returns the way from the root to the value being read.
    pub fn path(&self) -> Path {
        Path(self.path.clone())
    }

    /// Adds an error at the value being read.
    pub fn error(&mut self, span: Span, code: &'static str, message: impl Into<String>, hint: impl Into<String>) {
        let path = self.path();
        self.findings.push(Some(span), Diagnostic::error(code, path, message).hint(hint));
    }

    /// Does something one leg further down.
    pub fn within<T>(&mut self, leg: Leg, read: impl FnOnce(&mut Cx) -> T) -> T {
        self.path.push(leg);
        let value = read(self);
        self.path.pop();
        value
    }

    /// Reports that a value is of another sort than expected: `expected` is a noun with its article. Silent where the
    /// value is broken, since that has been reported.
    pub fn wrong_sort(&mut self, node: &Node, expected: &str, hint: impl Into<String>) {
        self.flattened = false;
        if !matches!(node.kind, Kind::Broken) {
            self.error(node.head(), "wrong-type", format!("Expected {expected}, found {}.", described(node)), hint);
        }
    }

    /// Reads what a variant wraps from a node that carries the variant's name.
    pub fn read_flattened<T: Codec>(&mut self, node: &Node) -> T {
        self.flattened = true;
        let value = T::read(node, self);
        self.flattened = false;
        value
    }

    /// Tells, once, whether the record to be read carries the name of the variant that wraps it.
    pub fn take_flattened(&mut self) -> bool {
        std::mem::take(&mut self.flattened)
    }

    /// Sorts a record's fields by the given names. Reports other sorts of values, unknown and repeated fields.
    ///
    /// An unknown field whose name is near to one that is absent stands in for it, so that a typing slip makes one
    /// finding and not two.
    pub fn open_record<'n>(&mut self, node: &'n Node, type_name: &str, what: &str, names: &'static [&'static str]) -> Slots<'n> {
        let flattened = self.take_flattened();
        let mut slots = Slots { values: vec![None; names.len()], usable: true, next: 0 };
        match &node.kind {
            Kind::Record { name, fields } => {
                if let Some(name) = name
                    && !flattened
                    && name != type_name
                {
                    let hint = format!(
                        "Leave the word before the bracket out: {} is written ({}: ...).",
                        with_article(what),
                        names.first().unwrap_or(&"")
                    );
                    self.error(
                        node.head(),
                        "wrong-type",
                        format!("Expected {}, found {}.", with_article(what), quoted(name)),
                        hint,
                    );
                }
                let entries = fields.iter().map(|f| (f.name.as_str(), f.name_span, &f.value));
                self.fill(&mut slots, entries, what, names);
            }
            Kind::Word(_) if flattened => {}
            Kind::Map(entries) if entries.iter().all(|(key, _)| matches!(key.kind, Kind::Text(_) | Kind::Word(_))) => {
                let hint = format!("Write ({}: ...) with names that carry no quotes.", names.first().unwrap_or(&""));
                let message = format!("This {what} stands in curly brackets; records stand in round ones.");
                self.error(node.head(), "wrong-type", message, hint);
                let entries = entries.iter().filter_map(|(key, value)| match &key.kind {
                    Kind::Text(name) | Kind::Word(name) => Some((name.as_str(), key.span, value)),
                    _ => None,
                });
                self.fill(&mut slots, entries, what, names);
            }
            Kind::Tuple { items, .. } => {
                let message = format!("The values of this {what} stand without their names.");
                let hint = format!("Write each with its name and a colon. Its fields are {}.", listed(names));
                self.error(items.first().map_or(node.head(), Node::head), "value-without-name", message, hint);
                self.flattened = false;
                slots.usable = false;
            }
            _ => {
                let hint = format!("It is written with the names of its fields: ({}: ...).", names.first().unwrap_or(&""));
                self.wrong_sort(node, &format!("{} in round brackets", with_article(what)), hint);
                slots.usable = false;
            }
        }
        slots
    }

    fn fill<'n>(
        &mut self,
        slots: &mut Slots<'n>,
        entries: impl Iterator<Item = (&'n str, Span, &'n Node)>,
        what: &str,
        names: &'static [&'static str],
    ) {
        let mut unknown = Vec::new();
        for (name, span, value) in entries {
            match names.iter().position(|known| *known == name) {
                Some(at) if slots.values[at].is_some() => {
                    let message = format!("The field \"{name}\" stands twice in this {what}.");
                    self.error(span, "duplicate-field", message, "Keep one of them; the first is used.");
                }
                Some(at) => slots.values[at] = Some(value),
                None => unknown.push((name, span, value)),
            }
        }
        for (name, span, value) in unknown {
            let near = near(name, names);
            let message = format!("{} is not a field of {}.", quoted(name), with_article(what));
            let hint = belongs_elsewhere(name, what).unwrap_or_else(|| did_you_mean(near, "Its fields are", names));
            self.error(span, "unknown-field", message, hint);
            if let Some(at) = near.and_then(|near| names.iter().position(|known| *known == near))
                && slots.values[at].is_none()
            {
                slots.values[at] = Some(value);
            }
        }
    }

    /// Reads the field whose turn it is, which must be there.
    pub fn required<T: Codec>(&mut self, slots: &mut Slots, node: &Node, what: &str, name: &'static str) -> T {
        match slots.take() {
            Some(value) => self.within(Leg::Field(name), |cx| T::read(value, cx)),
            None => {
                if slots.usable {
                    let message = format!("This {what} has no \"{name}\".");
                    let hint = format!("Write {name}: and its value between the round brackets.");
                    self.within(Leg::Field(name), |cx| cx.error(node.head(), "missing-field", message, hint));
                }
                T::recover()
            }
        }
    }

    /// Reads the field whose turn it is, or takes its default.
    pub fn optional<T: Codec>(&mut self, slots: &mut Slots, name: &'static str, default: impl FnOnce() -> T) -> T {
        match slots.take() {
            Some(value) => self.within(Leg::Field(name), |cx| T::read(value, cx)),
            None => default(),
        }
    }

    /// Finds out which variant a node names. Reports unknown ones; one that is nearly right is taken for the right one.
    pub fn variant(&mut self, node: &Node, what: &str, names: &'static [&'static str]) -> Option<&'static str> {
        self.flattened = false;
        if let Some(name) = variant_name(node) {
            let known = names.iter().find(|known| **known == name).copied();
            if known.is_none() {
                let near = near(name, names);
                let message = format!("{} is not {}.", quoted(name), with_article(what));
                self.error(node.head(), "unknown-variant", message, did_you_mean(near, "Allowed are", names));
                return near;
            }
            return known;
        }
        if let Kind::Text(text) = &node.kind
            && let Some(known) = names.iter().find(|known| *known == text).copied().or_else(|| near(text, names))
        {
            let message = format!("{} stands in quotes, and is a name here, not a text.", quoted(text));
            self.error(node.span, "wrong-type", message, format!("Write {known} without quotes."));
            return Some(known);
        }
        self.wrong_sort(node, &with_article(what), format!("Allowed are {}.", listed(names)));
        None
    }

    /// Reads what the variant of a node wraps: `Call("residence")`, `Step(performer: ...)`, or the bare name.
    pub fn newtype<T: Codec>(&mut self, node: &Node) -> T {
        match &node.kind {
            Kind::Tuple { items, .. } => {
                if let [_, second, ..] = items.as_slice() {
                    let name = variant_name(node).unwrap_or_default();
                    let message = format!("\"{name}\" holds one value; here stand {}.", items.len());
                    self.error(second.head(), "too-many-values", message, "Put several values into a list: [.., ..].");
                }
                items.first().map_or_else(T::recover, |inner| T::read(inner, self))
            }
            Kind::Record { fields, .. } if fields.is_empty() => T::read_bare(node, self),
            Kind::Record { .. } => self.read_flattened(node),
            _ => T::read_bare(node, self),
        }
    }

    /// Reports what stands in brackets after a variant that holds nothing.
    pub fn unit(&mut self, node: &Node) {
        let name = variant_name(node).unwrap_or_default();
        let holds = match &node.kind {
            Kind::Record { fields, .. } => !fields.is_empty(),
            Kind::Tuple { .. } => true,
            _ => false,
        };
        if holds {
            self.error(node.head(), "too-many-values", format!("\"{name}\" holds nothing."), format!("Write {name} alone."));
        }
    }

    /// Reads the arguments of a variant, `Uniform("5min", "10min")` or `Uniform(min: "5min", max: "10min")`, in the order
    /// of their names. Absent ones are reported.
    pub fn arguments<'n>(&mut self, node: &'n Node, names: &'static [&'static str]) -> Vec<Option<&'n Node>> {
        let name = variant_name(node).unwrap_or_default();
        let form = format!("Write {name}({}).", names.join(", "));
        let mut values = match &node.kind {
            Kind::Tuple { items, .. } => {
                if let Some(extra) = items.get(names.len()) {
                    let message =
                        format!("\"{name}\" takes {} here, and {} stand in the brackets.", counted(names.len()), items.len());
                    self.error(extra.head(), "too-many-values", message, form.clone());
                }
                items.iter().take(names.len()).map(Some).collect()
            }
            Kind::Record { .. } => {
                self.flattened = true;
                self.open_record(node, name, "distribution", names).values
            }
            _ => Vec::new(),
        };
        if values.len() < names.len() || values.iter().any(Option::is_none) {
            let absent: Vec<&str> =
                names.iter().enumerate().filter(|(i, _)| values.get(*i).is_none_or(Option::is_none)).map(|(_, n)| *n).collect();
            let message = format!("\"{name}\" lacks {}.", absent.join(", "));
            self.error(node.head(), "missing-value", message, form);
            values.resize(names.len(), None);
        }
        values
    }
}

/// A record's fields, sorted by the type's list of names.
pub struct Slots<'n> {
    values: Vec<Option<&'n Node>>,
    /// Whether the node was a record at all, so that absent fields are worth a word.
    usable: bool,
    next: usize,
}

impl<'n> Slots<'n> {
    fn take(&mut self) -> Option<&'n Node> {
        let value = self.values.get(self.next).copied().flatten();
        self.next += 1;
        value
    }
}

/// Returns the word that names a node's variant.
pub fn variant_name(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Word(name) => Some(name),
        Kind::Record { name, .. } | Kind::Tuple { name, .. } => name.as_deref(),
        _ => None,
    }
}

/// Returns the nearest of some names; long texts are no slips of a name, and comparing them would take long.
fn near(found: &str, names: &[&'static str]) -> Option<&'static str> {
    const LONGEST: usize = 40;
    if found.len() > LONGEST { None } else { nearest_name(found, names.iter().copied()) }
}

/// Says where a field belongs that is written on the wrong side of a step's bracket, which is the slip that is made most.
fn belongs_elsewhere(name: &str, what: &str) -> Option<String> {
    let of_element = <Element as Codec>::FIELDS.contains(&name);
    match what {
        "element" if <Step as Codec>::FIELDS.contains(&name) => {
            Some(format!("It belongs within the brackets of the step: kind: Step({name}: ...)."))
        }
        "step" | "wait" | "end" if of_element => {
            Some(format!("It belongs to the element: write {name}: behind the bracket that closes the {what}."))
        }
        _ => None,
    }
}

/// Puts "a" or "an" before a noun.
fn with_article(noun: &str) -> String {
    let article = if noun.to_lowercase().starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

fn listed(names: &[&str]) -> String {
    names.join(", ")
}

fn did_you_mean(near: Option<&str>, others: &str, names: &[&str]) -> String {
    match near {
        Some(near) => format!("Did you mean \"{near}\"?"),
        None => format!("{others} {}.", listed(names)),
    }
}

fn counted(n: usize) -> String {
    if n == 1 { "one value".to_owned() } else { format!("{n} values") }
}

/// Says what a value is, for people.
pub fn described(node: &Node) -> String {
    match &node.kind {
        Kind::Nothing => "nothing".to_owned(),
        Kind::Broken => "something unreadable".to_owned(),
        Kind::Flag(flag) => flag.to_string(),
        Kind::Number(number) => format!("the number {}", number.chars().take(30).collect::<String>()),
        Kind::Text(text) => format!("the text {}", quoted(text)),
        Kind::Char(c) => format!("the character '{c}'"),
        Kind::Word(word) => format!("the word {}", quoted(word)),
        Kind::Record { name: Some(name), .. } | Kind::Tuple { name: Some(name), .. } => {
            format!("{}(...)", name.chars().take(40).collect::<String>())
        }
        Kind::Record { name: None, fields } if fields.is_empty() => "empty round brackets".to_owned(),
        Kind::Record { name: None, .. } => "a record in round brackets".to_owned(),
        Kind::Tuple { name: None, .. } => "values without names in round brackets".to_owned(),
        Kind::List(_) => "a list in square brackets".to_owned(),
        Kind::Map(_) => "keys and values in curly brackets".to_owned(),
    }
}

/// Returns a field to be written, unless it equals its default.
pub fn unless_default<T: Codec + PartialEq>(name: &str, value: &T, default: impl FnOnce() -> T) -> Option<Field> {
    (*value != default()).then(|| Field::new(name, value.write()))
}

/// Makes the codec of a struct from the list of its fields, in the order in which they are written.
///
/// `required`: must be there. `optional`: left out where it equals its type's default. `optional(expression)`: left out
/// where it equals the expression.
macro_rules! record {
    ($type:ident, $what:literal, { $($field:ident : $mode:ident $(($default:expr))?),* $(,)? }) => {
        impl $crate::formats::scenario_ron::codec::Codec for $type {
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];

            fn read(
                node: &$crate::formats::scenario_ron::tree::Node,
                cx: &mut $crate::formats::scenario_ron::codec::Cx,
            ) -> $type {
                let mut slots = cx.open_record(node, stringify!($type), $what, Self::FIELDS);
                $type { $($field: $crate::formats::scenario_ron::codec::field!(read $mode $field cx slots node $(($default))?, $what)),* }
            }

            fn write(&self) -> $crate::formats::scenario_ron::tree::Node {
                let fields = [$($crate::formats::scenario_ron::codec::field!(write $mode $field (&self.$field) $(($default))?)),*];
                $crate::formats::scenario_ron::tree::Node::record(fields.into_iter().flatten().collect())
            }

            fn recover() -> $type {
                $type { $($field: $crate::formats::scenario_ron::codec::field!(recover $mode $(($default))?)),* }
            }

            fn read_bare(
                node: &$crate::formats::scenario_ron::tree::Node,
                cx: &mut $crate::formats::scenario_ron::codec::Cx,
            ) -> $type {
                cx.read_flattened(node)
            }
        }
    };
}

/// One field of [`record`] or of a variant with fields.
macro_rules! field {
    (read required $field:ident $cx:ident $slots:ident $node:ident, $what:expr) => {
        $cx.required(&mut $slots, $node, $what, stringify!($field))
    };
    (read optional $field:ident $cx:ident $slots:ident $node:ident, $what:expr) => {
        $cx.optional(&mut $slots, stringify!($field), Default::default)
    };
    (read optional $field:ident $cx:ident $slots:ident $node:ident ($default:expr), $what:expr) => {
        $cx.optional(&mut $slots, stringify!($field), || $default)
    };
    (write required $field:ident ($value:expr)) => {
        Some($crate::formats::scenario_ron::tree::Field::new(
            stringify!($field),
            $crate::formats::scenario_ron::codec::Codec::write($value),
        ))
    };
    (write optional $field:ident ($value:expr)) => {
        $crate::formats::scenario_ron::codec::unless_default(stringify!($field), $value, Default::default)
    };
    (write optional $field:ident ($value:expr) ($default:expr)) => {
        $crate::formats::scenario_ron::codec::unless_default(stringify!($field), $value, || $default)
    };
    (recover required) => {
        $crate::formats::scenario_ron::codec::Codec::recover()
    };
    (recover optional) => {
        Default::default()
    };
    (recover optional ($default:expr)) => {
        $default
    };
}

/// Makes the codec of an enum from the list of its variants: bare, `Variant(Type)`, or `Variant { field: mode, ... }` with
/// fields as in [`record`]. The expression after `recover` is what stands in for one that cannot be read.
macro_rules! variants {
    ($type:ident, $what:literal, recover $recover:expr, {
        $($variant:ident $(($inner:ty))? $({ $($field:ident : $mode:ident $(($default:expr))?),* $(,)? })?),* $(,)?
    }) => {
        impl $crate::formats::scenario_ron::codec::Codec for $type {
            fn read(
                node: &$crate::formats::scenario_ron::tree::Node,
                cx: &mut $crate::formats::scenario_ron::codec::Cx,
            ) -> $type {
                const NAMES: &[&str] = &[$(stringify!($variant)),*];
                let Some(name) = cx.variant(node, $what, NAMES) else { return <$type as $crate::formats::scenario_ron::codec::Codec>::recover() };
                $(
                    if name == stringify!($variant) {
                        return $crate::formats::scenario_ron::codec::shape!(read $type $variant cx node $(($inner))? $({ $($field : $mode $(($default))?),* })?);
                    }
                )*
                <$type as $crate::formats::scenario_ron::codec::Codec>::recover()
            }

            fn write(&self) -> $crate::formats::scenario_ron::tree::Node {
                // Makes the compiler ask for a line above wherever the model gains a variant.
                match self {
                    $($type::$variant { .. } => {})*
                }
                $(
                    $crate::formats::scenario_ron::codec::shape!(write self $type $variant $(($inner))? $({ $($field : $mode $(($default))?),* })?);
                )*
                $crate::formats::scenario_ron::tree::Node::new($crate::formats::scenario_ron::tree::Kind::Nothing)
            }

            fn recover() -> $type {
                $recover
            }
        }
    };
}

/// One variant of [`variants`].
macro_rules! shape {
    (read $type:ident $variant:ident $cx:ident $node:ident) => {{
        $cx.unit($node);
        $type::$variant
    }};
    (read $type:ident $variant:ident $cx:ident $node:ident ($inner:ty)) => {
        $type::$variant($cx.newtype::<$inner>($node))
    };
    (read $type:ident $variant:ident $cx:ident $node:ident { $($field:ident : $mode:ident $(($default:expr))?),* }) => {{
        const FIELDS: &[&str] = &[$(stringify!($field)),*];
        let mut slots = $cx.open_variant($node, stringify!($variant), FIELDS);
        $type::$variant { $($field: $crate::formats::scenario_ron::codec::field!(read $mode $field $cx slots $node $(($default))?, stringify!($variant))),* }
    }};
    (write $self:ident $type:ident $variant:ident) => {
        if let $type::$variant = $self {
            return $crate::formats::scenario_ron::tree::Node::word(stringify!($variant));
        }
    };
    (write $self:ident $type:ident $variant:ident ($inner:ty)) => {
        if let $type::$variant(inner) = $self {
            return $crate::formats::scenario_ron::codec::Codec::write(inner).named(stringify!($variant));
        }
    };
    (write $self:ident $type:ident $variant:ident { $($field:ident : $mode:ident $(($default:expr))?),* }) => {
        if let $type::$variant { $($field),* } = $self {
            let fields = [$($crate::formats::scenario_ron::codec::field!(write $mode $field ($field) $(($default))?)),*];
            let fields = fields.into_iter().flatten().collect();
            return $crate::formats::scenario_ron::tree::Node::record(fields).named(stringify!($variant));
        }
    };
}

pub(super) use {field, record, shape, variants};

impl Cx {
    /// Sorts the fields that stand in the brackets of a variant.
    pub fn open_variant<'n>(&mut self, node: &'n Node, variant: &str, names: &'static [&'static str]) -> Slots<'n> {
        let inner = match &node.kind {
            Kind::Tuple { items, .. } => match items.as_slice() {
                [only] if matches!(only.kind, Kind::Record { name: None, .. }) => only,
                _ => node,
            },
            _ => node,
        };
        self.flattened = true;
        self.open_record(inner, variant, variant, names)
    }
}
