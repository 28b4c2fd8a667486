//! Codecs of what every type is made of: texts, numbers, options, lists, maps.

use std::collections::BTreeSet;

use super::codec::{Codec, Cx};
use super::tree::{Kind, Node};
use crate::base::diagnostic::Leg;
use crate::formats::text::quoted;

impl Codec for bool {
    fn read(node: &Node, cx: &mut Cx) -> bool {
        match &node.kind {
            Kind::Flag(flag) => return *flag,
            Kind::Word(word) => {
                let flag = matches!(word.to_lowercase().as_str(), "true" | "yes" | "on");
                if flag || matches!(word.to_lowercase().as_str(), "false" | "no" | "off") {
                    cx.error(
                        node.span,
                        "wrong-type",
                        format!("Expected true or false, found the word {}.", quoted(word)),
                        format!("Write {flag}."),
                    );
                    return flag;
                }
                cx.wrong_sort(node, "true or false", "");
            }
            _ => cx.wrong_sort(node, "true or false", "Write true or false, without quotes."),
        }
        false
    }

    fn write(&self) -> Node {
        Node::new(Kind::Flag(*self))
    }

    fn recover() -> bool {
        false
    }
}

impl Codec for String {
    fn read(node: &Node, cx: &mut Cx) -> String {
        match &node.kind {
            Kind::Text(text) => return text.clone(),
            Kind::Char(c) => {
                cx.error(
                    node.span,
                    "wrong-quotes",
                    "This text stands in single quotes.",
                    format!("Write \"{c}\" in double quotes."),
                );
                return c.to_string();
            }
            Kind::Word(word) | Kind::Number(word) => {
                let hint = format!("Write {} in double quotes.", quoted(word));
                cx.wrong_sort(node, "a text", hint);
                return word.clone();
            }
            _ => cx.wrong_sort(node, "a text", "A text stands in double quotes."),
        }
        String::new()
    }

    fn write(&self) -> Node {
        Node::text(self.as_str())
    }

    fn recover() -> String {
        String::new()
    }
}

impl Codec for f64 {
    fn read(node: &Node, cx: &mut Cx) -> f64 {
        let text = match &node.kind {
            Kind::Number(text) => text.as_str(),
            Kind::Text(text) if text.trim().parse::<f64>().is_ok() => {
                cx.wrong_sort(node, "a number", "Write the number without quotes.");
                text.trim()
            }
            _ => {
                cx.wrong_sort(node, "a number", "Write a number such as 12 or 0.5, without quotes.");
                return 0.0;
            }
        };
        let value = text.parse::<f64>().unwrap_or(f64::NAN);
        if value.is_finite() {
            return value;
        }
        let (message, hint) = match text.trim_start_matches('-') {
            "NaN" => ("NaN (not a number) is not allowed here.", "Write a number such as 12 or 0.5."),
            "inf" => ("Infinity is not allowed here.", "Write a number; where something has no limit, leave the field out."),
            _ => ("This number is too large.", "Numbers go up to about 1.8e308."),
        };
        cx.error(node.span, "not-finite", message, hint);
        0.0
    }

    fn write(&self) -> Node {
        Node::number(*self)
    }

    fn recover() -> f64 {
        0.0
    }
}

/// Reads a whole number between two bounds; `3.0` is one too.
fn read_whole(node: &Node, cx: &mut Cx, min: i128, max: i128) -> i128 {
    let text = match &node.kind {
        Kind::Number(text) => text.as_str(),
        Kind::Text(text) if text.trim().parse::<i128>().is_ok() => {
            cx.wrong_sort(node, "a whole number", "Write the number without quotes.");
            text.trim()
        }
        _ => {
            cx.wrong_sort(node, "a whole number", "Write a number such as 3, without quotes.");
            return min.max(0);
        }
    };
    let value = text.parse::<i128>().ok().or_else(|| {
        let value = text.parse::<f64>().ok().filter(|v| v.fract() == 0.0)?;
        // Whole and finite; beyond the range of i128 the conversion holds at its ends, which are out of bounds anyway.
        Some(value as i128)
    });
    let said = text.chars().take(30).collect::<String>();
    match value {
        Some(value) if value < min => {
            let hint =
                if min == 0 { "The number cannot be negative.".to_owned() } else { format!("The smallest allowed is {min}.") };
            cx.error(node.span, "out-of-range", format!("{said} is too small."), hint);
            min.max(0)
        }
        Some(value) if value > max => {
            cx.error(node.span, "out-of-range", format!("{said} is too large."), format!("The largest allowed is {max}."));
            max
        }
        Some(value) => value,
        None => {
            cx.error(node.span, "not-whole", format!("{said} is not a whole number."), "Write a number without a fraction.");
            min.max(0)
        }
    }
}

macro_rules! whole_numbers {
    ($($type:ty),*) => {$(
        impl Codec for $type {
            fn read(node: &Node, cx: &mut Cx) -> $type {
                let value = read_whole(node, cx, i128::from(<$type>::MIN), i128::from(<$type>::MAX));
                <$type>::try_from(value).unwrap_or(0)
            }

            fn write(&self) -> Node {
                Node::new(Kind::Number(self.to_string()))
            }

            fn recover() -> $type {
                0
            }
        }
    )*};
}

whole_numbers!(i32, u32, u64);

impl<T: Codec> Codec for Option<T> {
    fn read(node: &Node, cx: &mut Cx) -> Option<T> {
        match &node.kind {
            Kind::Word(word) if word == "None" => None,
            Kind::Tuple { name: Some(name), items } if name == "Some" && items.len() == 1 => {
                items.first().map(|inner| T::read(inner, cx))
            }
            Kind::Broken => None,
            _ => Some(T::read(node, cx)),
        }
    }

    fn write(&self) -> Node {
        self.as_ref().map_or_else(|| Node::new(Kind::Nothing), T::write)
    }

    fn recover() -> Option<T> {
        None
    }

    fn read_bare(_: &Node, _: &mut Cx) -> Option<T> {
        None
    }
}

impl<T: Codec> Codec for Box<T> {
    fn read(node: &Node, cx: &mut Cx) -> Box<T> {
        Box::new(T::read(node, cx))
    }

    fn write(&self) -> Node {
        self.as_ref().write()
    }

    fn recover() -> Box<T> {
        Box::new(T::recover())
    }

    fn read_bare(node: &Node, cx: &mut Cx) -> Box<T> {
        Box::new(T::read_bare(node, cx))
    }
}

impl<T: Codec> Codec for Vec<T> {
    fn read(node: &Node, cx: &mut Cx) -> Vec<T> {
        match &node.kind {
            Kind::List(items) => {
                items.iter().enumerate().map(|(i, item)| cx.within(Leg::Item(i), |cx| T::read(item, cx))).collect()
            }
            _ => {
                cx.wrong_sort(node, "a list", "A list stands in square brackets, even where it has one entry: [...].");
                Vec::new()
            }
        }
    }

    fn write(&self) -> Node {
        Node::list(self.iter().map(T::write).collect())
    }

    fn recover() -> Vec<T> {
        Vec::new()
    }
}

/// Maps with text keys keep their order. Pairs themselves have no codec, so this does not meet the codec of lists.
impl<T: Codec> Codec for Vec<(String, T)> {
    fn read(node: &Node, cx: &mut Cx) -> Vec<(String, T)> {
        let Kind::Map(entries) = &node.kind else {
            cx.wrong_sort(node, "keys and values", "They stand in curly brackets: {\"rural\": ..., \"urban\": ...}.");
            return Vec::new();
        };
        let mut seen = BTreeSet::new();
        let mut pairs = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let name = String::read(key, cx);
            if !matches!(key.kind, Kind::Broken) && !seen.insert(name.clone()) {
                let message = format!("The key {} stands twice.", quoted(&name));
                cx.error(key.span, "duplicate-key", message, "Keep one of them; the first is used.");
                continue;
            }
            let value = cx.within(Leg::Key(name.clone()), |cx| T::read(value, cx));
            pairs.push((name, value));
        }
        pairs
    }

    fn write(&self) -> Node {
        Node::new(Kind::Map(self.iter().map(|(key, value)| (Node::text(key.as_str()), value.write())).collect()))
    }

    fn recover() -> Vec<(String, T)> {
        Vec::new()
    }
}
