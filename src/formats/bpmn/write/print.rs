//! XML trees: making them, and writing them as text.

use std::sync::Arc;

use crate::formats::bpmn::xml::{XmlChild, XmlElement};

/// Name space of the elements of BPMN 2.0.
pub(in crate::formats::bpmn) const MODEL: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
/// Name space of shapes and edges.
pub(in crate::formats::bpmn) const BPMNDI: &str = "http://www.omg.org/spec/BPMN/20100524/DI";
/// Name space of bounds.
pub(in crate::formats::bpmn) const DC: &str = "http://www.omg.org/spec/DD/20100524/DC";
/// Name space of waypoints.
pub(in crate::formats::bpmn) const DI: &str = "http://www.omg.org/spec/DD/20100524/DI";
/// Name space of `type`.
pub(in crate::formats::bpmn) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// Name space of BPSim 2.0.
pub(in crate::formats::bpmn) const BPSIM: &str = "http://www.bpsim.org/schemas/2.0";
/// Our own name space.
pub(in crate::formats::bpmn) const KEZEK: &str = "urn:kezek:study:1";

/// The prefixes that we use, with their name spaces.
pub(in crate::formats::bpmn) const PREFIXES: [(&str, &str); 7] =
    [("bpmn", MODEL), ("bpmndi", BPMNDI), ("dc", DC), ("di", DI), ("xsi", XSI), ("bpsim", BPSIM), ("kezek", KEZEK)];

/// Makes an element; `name` carries one of [`PREFIXES`].
pub(in crate::formats::bpmn) fn element(name: &str) -> XmlElement {
    let prefix = name.split_once(':').map_or("", |(prefix, _)| prefix);
    let space = PREFIXES.iter().find(|(known, _)| *known == prefix).map_or("", |(_, space)| space);
    XmlElement { name: name.to_owned(), space: Arc::from(space), attributes: Vec::new(), children: Vec::new(), at: 0 }
}

/// What makes elements short to write down.
pub(in crate::formats::bpmn) trait Build: Sized {
    /// Adds an attribute.
    fn with(self, name: &str, value: impl Into<String>) -> Self;
    /// Adds an attribute unless its value is empty.
    fn with_some(self, name: &str, value: &str) -> Self;
    /// Adds a child.
    fn child(self, child: XmlElement) -> Self;
    /// Adds children.
    fn children(self, children: impl IntoIterator<Item = XmlElement>) -> Self;
    /// Adds text.
    fn saying(self, text: &str) -> Self;
}

impl Build for XmlElement {
    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.push((name.to_owned(), held(value.into())));
        self
    }

    fn with_some(self, name: &str, value: &str) -> Self {
        if value.is_empty() { self } else { self.with(name, value) }
    }

    fn child(mut self, child: XmlElement) -> Self {
        self.children.push(XmlChild::Element(child));
        self
    }

    fn children(mut self, children: impl IntoIterator<Item = XmlElement>) -> Self {
        self.children.extend(children.into_iter().map(XmlChild::Element));
        self
    }

    fn saying(mut self, text: &str) -> Self {
        self.children.push(XmlChild::Text(held(text.to_owned())));
        self
    }
}

/// Writes a tree as the text of a file, in UTF-8. Elements that hold text are kept on one line with it, since blanks would belong to it.
pub(in crate::formats::bpmn) fn text_of(root: &XmlElement) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    print(root, Some(0), &mut out);
    out.push('\n');
    out
}

/// Writes an element; `depth` is `None` where blanks must not be added.
fn print(element: &XmlElement, depth: Option<usize>, out: &mut String) {
    out.push('<');
    out.push_str(&element.name);
    for (name, value) in &element.attributes {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape(value, true, out);
        out.push('"');
    }
    if element.children.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    let holds_text = element.children.iter().any(|child| matches!(child, XmlChild::Text(_)));
    let inner = depth.filter(|_| !holds_text).map(|depth| depth + 1);
    for child in &element.children {
        new_line(inner, out);
        match child {
            XmlChild::Element(child) => print(child, inner, out),
            XmlChild::Text(text) => escape(text, false, out),
            XmlChild::Comment(text) => {
                out.push_str("<!--");
                out.push_str(text);
                out.push_str("-->");
            }
        }
    }
    if inner.is_some() {
        new_line(depth, out);
    }
    out.push_str("</");
    out.push_str(&element.name);
    out.push('>');
}

fn new_line(depth: Option<usize>, out: &mut String) {
    if let Some(depth) = depth {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    }
}

/// Writes text with what XML reserves escaped; characters that XML cannot hold are left out.
fn escape(text: &str, is_attribute: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if is_attribute => out.push_str("&quot;"),
            '\n' if is_attribute => out.push_str("&#10;"),
            '\t' if is_attribute => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            c if !can_be_held(c) => {}
            c => out.push(c),
        }
    }
}

/// Returns a text without characters that XML cannot hold, so that a tree is what will be read from it.
fn held(text: String) -> String {
    if text.chars().all(can_be_held) { text } else { text.chars().filter(|c| can_be_held(*c)).collect() }
}

fn can_be_held(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

/// Returns an id as XML allows it: it begins with a letter or `_`, and holds letters, digits, `-`, `_` and `.` only.
pub(in crate::formats::bpmn) fn as_xml_id(id: &str) -> String {
    let mut clean = crate::formats::bpmn::parse::clean(id);
    // Digits and letters of other scripts that Unicode knows and names of XML do not.
    clean = clean.chars().map(|c| if c.is_ascii() || is_name_letter(c) { c } else { '_' }).collect();
    if !clean.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic() || (!c.is_ascii() && !c.is_numeric())) {
        clean.insert(0, '_');
    }
    clean
}

/// Letters of names in XML 1.0, fourth edition and before, that parsers of all ages agree on: Latin, Greek, Cyrillic with the letters of Kazakh,
/// Hebrew, Arabic, Chinese, Japanese, Korean.
fn is_name_letter(c: char) -> bool {
    matches!(c,
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ı' | 'Ĵ'..='ľ' | 'Ł'..='ň' | 'Ŋ'..='ž' | 'Έ'..='Ί' | 'Ύ'..='Ρ' | 'Σ'..='ώ'
        | 'Ё'..='Ќ' | 'Ў'..='я' | 'ё'..='ќ' | 'ў'..='ҁ' | 'Ґ'..='ӄ' | 'Ә'..='ӫ' | 'א'..='ת' | 'ء'..='غ'
        | 'ぁ'..='ゔ' | 'ァ'..='ヺ' | '一'..='龥' | '가'..='힣')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let inner = element("bpmn:text").saying("a <b> & \"c\"\n  d\r");
        let root =
            element("bpmn:a").with("xmlns:bpmn", MODEL).with("name", "one\ntwo\t\"<&>\"").child(inner).child(element("bpmn:e"));
        let text = text_of(&root);
        let read = crate::formats::bpmn::xml::parse(&text).unwrap().root;
        assert_eq!(read.attribute("name"), Some("one\ntwo\t\"<&>\""));
        let inner = read.elements().next().unwrap();
        assert_eq!(inner.children, vec![XmlChild::Text("a <b> & \"c\"\n  d\r".to_owned())]);
    }

    #[test]
    fn ids_are_names_of_xml() {
        for (id, xml) in [("apply", "apply"), ("1-a", "_1-a"), ("заявка", "заявка"), ("a/b c", "a_b_c"), ("", "_"), ("٣", "_")]
        {
            assert_eq!(as_xml_id(id), xml);
        }
    }
}
