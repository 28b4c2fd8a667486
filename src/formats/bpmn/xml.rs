//! XML to a tree that keeps everything: names with their name spaces, attributes, texts, positions.
//!
//! Safe on files of strangers: entities of a document type are never expanded (only the five of XML and character
//! references are), nothing outside the file is read, depth and numbers are bounded, nothing recurses without bound.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::encoding::is_xml;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// How deep elements may lie in each other.
const DEEPEST: usize = 300;

/// How many elements and attributes a file may have.
const MOST_PARTS: usize = 20_000_000;

/// An element with everything in it.
#[derive(Clone, Debug, PartialEq)]
pub struct XmlElement {
    /// Its name as written, prefix included.
    pub name: String,
    /// Its name space; empty where there is none.
    pub space: Arc<str>,
    /// Attributes in their order, name-space declarations included: name as written, and value.
    pub attributes: Vec<(String, String)>,
    /// What is in it, in order.
    pub children: Vec<XmlChild>,
    /// Where it begins: bytes from the beginning of the decoded text.
    pub at: usize,
}

/// Something in an element.
#[derive(Clone, Debug, PartialEq)]
pub enum XmlChild {
    /// An element.
    Element(XmlElement),
    /// Text, entities resolved.
    Text(String),
    /// A comment.
    Comment(String),
}

/// What keeps a text from being XML.
#[derive(Clone, Debug, PartialEq)]
pub struct XmlFault {
    /// A full sentence.
    pub message: String,
    /// Where: bytes from the beginning of the text.
    pub at: usize,
}

/// A parsed text.
#[derive(Clone, Debug)]
pub struct XmlDocument {
    /// The outermost element.
    pub root: XmlElement,
    /// Where a document type was declared, which is not looked at.
    pub doctype: Option<usize>,
    /// Entities that only a document type could explain, each with its first place.
    pub unknown_entities: BTreeMap<String, usize>,
}

impl XmlElement {
    /// Returns the name without its prefix.
    pub fn local(&self) -> &str {
        local_of(&self.name)
    }

    /// Returns an attribute that carries no prefix, or any prefix where none without is there.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let exact = self.attributes.iter().find(|(key, _)| key == name);
        let prefixed = || self.attributes.iter().find(|(key, _)| local_of(key) == name && !key.starts_with("xmlns"));
        exact.or_else(prefixed).map(|(_, value)| value.as_str())
    }

    /// Returns the elements in it.
    pub fn elements(&self) -> impl Iterator<Item = &XmlElement> {
        self.children.iter().filter_map(|child| match child {
            XmlChild::Element(element) => Some(element),
            _ => None,
        })
    }

    /// Returns the first element in it with this name, whatever the prefix.
    pub fn child(&self, local: &str) -> Option<&XmlElement> {
        self.elements().find(|element| element.local() == local)
    }

    /// Returns its own text without the blanks around it.
    pub fn text(&self) -> String {
        let texts = self.children.iter().filter_map(|child| match child {
            XmlChild::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect::<String>().trim().to_owned()
    }
}

/// Returns a name without its prefix.
pub fn local_of(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Parses a text.
///
/// # Errors
/// The first place at which it is no XML, or at which it is larger or deeper than anything that people draw.
pub fn parse(text: &str) -> Result<XmlDocument, XmlFault> {
    let mut parser = Parser {
        reader: Reader::from_str(text),
        stack: Vec::new(),
        scopes: vec![(Arc::from(""), Arc::from(""))],
        scope_marks: Vec::new(),
        spaces: BTreeMap::new(),
        root: None,
        doctype: None,
        unknown: BTreeMap::new(),
        parts: 0,
    };
    parser.reader.config_mut().allow_dangling_amp = true;
    parser.run()
}

struct Parser<'t> {
    reader: Reader<&'t [u8]>,
    stack: Vec<XmlElement>,
    /// Name-space bindings, the innermost last: prefix and name space.
    scopes: Vec<(Arc<str>, Arc<str>)>,
    scope_marks: Vec<usize>,
    /// All name spaces, each once.
    spaces: BTreeMap<String, Arc<str>>,
    root: Option<XmlElement>,
    doctype: Option<usize>,
    unknown: BTreeMap<String, usize>,
    parts: usize,
}

impl Parser<'_> {
    fn run(mut self) -> Result<XmlDocument, XmlFault> {
        loop {
            let at = self.reader.buffer_position() as usize;
            let event = self.reader.read_event().map_err(|error| XmlFault {
                message: format!("This is not well-formed XML: {error}."),
                at: self.reader.error_position() as usize,
            })?;
            match event {
                Event::Start(start) => self.open(&start, at)?,
                Event::Empty(start) => {
                    self.open(&start, at)?;
                    self.close();
                }
                Event::End(_) => self.close(),
                Event::Text(text) => self.text(&text.xml10_content(), at)?,
                Event::CData(text) => self.text(&text.xml10_content(), at)?,
                Event::GeneralRef(reference) => {
                    let name = reference.xml10_content();
                    let resolved = self.entity(&name, at);
                    self.text(&resolved, at)?;
                }
                Event::Comment(text) => {
                    if let Some(open) = self.stack.last_mut() {
                        open.children.push(XmlChild::Comment(text.xml10_content().into_owned()));
                    }
                }
                Event::DocType(_) => self.doctype = Some(at),
                Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        if let Some(open) = self.stack.last() {
            let message = format!("The file ends before the element <{}> does: a part of it is missing.", open.name);
            return Err(XmlFault { message, at: open.at });
        }
        match self.root {
            Some(root) => Ok(XmlDocument { root, doctype: self.doctype, unknown_entities: self.unknown }),
            None => Err(XmlFault { message: "The file holds no XML element.".to_owned(), at: 0 }),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>, at: usize) -> Result<(), XmlFault> {
        if self.root.is_some() && self.stack.is_empty() {
            return Err(XmlFault { message: "Something follows after the end of the outermost element.".to_owned(), at });
        }
        if self.stack.len() >= DEEPEST {
            let message = format!("Elements lie in each other more than {DEEPEST} deep; no diagram does.");
            return Err(XmlFault { message, at });
        }
        let mark = self.scopes.len();
        let mut attributes = Vec::new();
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| XmlFault {
                message: format!("An attribute of <{}> cannot be read: {error}.", start.name().into_inner()),
                at,
            })?;
            let name = attribute.key.into_inner();
            let value = self.unescaped(&attribute.value, at);
            if name == "xmlns" || name.starts_with("xmlns:") {
                let prefix = name.strip_prefix("xmlns:").unwrap_or("");
                let space = self.space(&value);
                self.scopes.push((Arc::from(prefix), space));
            }
            attributes.push((name.to_owned(), value));
        }
        self.parts += 1 + attributes.len();
        if self.parts > MOST_PARTS {
            let message = format!("The file has more than {MOST_PARTS} elements and attributes.");
            return Err(XmlFault { message, at });
        }
        self.scope_marks.push(mark);
        let name = start.name().into_inner().to_owned();
        let prefix = name.split_once(':').map_or("", |(prefix, _)| prefix);
        let bound = self.scopes.iter().rev().find(|(known, _)| &**known == prefix);
        let space = bound.map_or_else(|| self.scopes[0].1.clone(), |(_, space)| space.clone());
        self.stack.push(XmlElement { name, space, attributes, children: Vec::new(), at });
        Ok(())
    }

    fn close(&mut self) {
        let Some(mut element) = self.stack.pop() else { return };
        if let Some(mark) = self.scope_marks.pop() {
            self.scopes.truncate(mark);
        }
        // Blanks between elements are layout of the file, not content.
        if element.elements().next().is_some() {
            element.children.retain(|child| !matches!(child, XmlChild::Text(text) if text.trim().is_empty()));
        }
        match self.stack.last_mut() {
            Some(parent) => parent.children.push(XmlChild::Element(element)),
            None => self.root = Some(element),
        }
    }

    fn text(&mut self, text: &str, at: usize) -> Result<(), XmlFault> {
        match self.stack.last_mut() {
            Some(open) => match open.children.last_mut() {
                Some(XmlChild::Text(before)) => before.push_str(text),
                _ => open.children.push(XmlChild::Text(text.to_owned())),
            },
            None if text.trim().trim_start_matches('\u{feff}').is_empty() => {}
            None => {
                let message = "Text stands outside the outermost element: this is not XML.".to_owned();
                return Err(XmlFault { message, at });
            }
        }
        Ok(())
    }

    fn space(&mut self, uri: &str) -> Arc<str> {
        self.spaces.entry(uri.to_owned()).or_insert_with(|| Arc::from(uri)).clone()
    }

    /// Resolves the five entities of XML and character references; anything else stays as it is written.
    fn entity(&mut self, name: &str, at: usize) -> String {
        let known = match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => name.strip_prefix('#').and_then(|number| {
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => number.parse().ok(),
                };
                code.and_then(char::from_u32).filter(|c| is_xml(*c))
            }),
        };
        known.map(String::from).unwrap_or_else(|| {
            if self.unknown.len() < 100 {
                self.unknown.entry(name.to_owned()).or_insert(at);
            }
            format!("&{name};")
        })
    }

    fn unescaped(&mut self, raw: &str, at: usize) -> String {
        // Line ends and tabs in attributes mean blanks.
        let plain = |text: &str| -> String { text.replace("\r\n", " ").replace(['\n', '\r', '\t'], " ") };
        if !raw.contains('&') {
            let raw: Cow<str> = Cow::Borrowed(raw);
            return if raw.contains(['\n', '\r', '\t']) { plain(&raw) } else { raw.into_owned() };
        }
        let mut out = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(from) = rest.find('&') {
            out.push_str(&plain(&rest[..from]));
            rest = &rest[from + 1..];
            match rest.find(';').filter(|&end| end <= 64 && !rest[..end].contains('&')) {
                Some(end) => {
                    let resolved = self.entity(&rest[..end], at);
                    out.push_str(&resolved);
                    rest = &rest[end + 1..];
                }
                None => out.push('&'),
            }
        }
        out.push_str(&plain(rest));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_spaces_are_resolved_whatever_their_prefix() {
        let document = parse("<x:a xmlns:x='one'><b xmlns='two'/><x:c/><d/></x:a>").unwrap();
        let spaces: Vec<_> = document.root.elements().map(|e| (e.local(), &*e.space)).collect();
        assert_eq!((&*document.root.space, spaces), ("one", vec![("b", "two"), ("c", "one"), ("d", "")]));
    }

    #[test]
    fn entity_bombs_stay_unlit() {
        let bomb = "<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;&b;'>]><a k='&c;'>&c;&lt;&#65;</a>";
        let document = parse(bomb).unwrap();
        assert_eq!(document.root.text(), "&c;<A");
        assert_eq!(document.root.attribute("k"), Some("&c;"));
        assert!(document.doctype.is_some() && document.unknown_entities.contains_key("c"));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "<a>".repeat(100_000);
        assert!(parse(&deep).unwrap_err().message.contains("deep"));
    }

    #[test]
    fn what_breaks_off_is_said_with_its_place() {
        let fault = parse("<a><b></b>").unwrap_err();
        assert!(fault.message.contains("<a>") && fault.at == 0, "{fault:?}");
    }
}
