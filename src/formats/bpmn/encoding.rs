//! Bytes to text: byte order marks, UTF-16, and the encoding that an XML declaration names.

use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251};

/// A text with what had to be replaced on the way.
pub(crate) struct Decoded {
    /// The text.
    pub text: String,
    /// Whether bytes that mean nothing in the encoding were replaced by a mark.
    pub replaced: bool,
    /// Whether the encoding is a guess: the file does not say it, and it is not the one that files are in which do not.
    pub is_guess: bool,
    /// The encoding that the file says it is in, where its bytes are another.
    pub belied: Option<&'static str>,
    /// The encoding's name.
    pub encoding: &'static str,
}

impl Decoded {
    /// Adds to what is wrong with the text in which encoding it was read, unless that cannot be the cause.
    pub(crate) fn with_encoding(&self, message: &str) -> String {
        let is_plain = self.encoding == UTF_8.name() && !self.replaced;
        let read = format!("The file was read as {}.", self.encoding);
        if is_plain { message.to_owned() } else { format!("{message} {read}") }
    }
}

/// Decodes a file: by its byte order mark, else by the look of UTF-16, else by what the XML declaration says, else as
/// UTF-8. Where that does not fit either, as windows-1251, in which old tools in Russian and Kazakh write. A text that is UTF-8 and
/// says that each letter is one byte was converted and kept its declaration: letters of one byte are next to never UTF-8 by chance.
///
/// # Errors
/// The declared name, where it is the name of no encoding that is known.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, String> {
    let (mut is_guess, mut belied) = (false, None);
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if bytes.starts_with(b"<\0") => UTF_16LE,
        None if bytes.starts_with(b"\0<") => UTF_16BE,
        None => match declared(bytes) {
            // A declaration that can be read byte by byte is not in UTF-16, whatever it says.
            Some(name) => match for_name(&name).ok_or(name)? {
                wide if wide == UTF_16LE || wide == UTF_16BE => UTF_8,
                narrow if narrow.is_single_byte() && !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok() => {
                    belied = Some(narrow.name());
                    UTF_8
                }
                encoding => encoding,
            },
            None if is_utf_8(bytes) || bytes.contains(&0) => UTF_8,
            None => {
                is_guess = true;
                WINDOWS_1251
            }
        },
    };
    let (text, encoding, replaced) = encoding.decode(bytes);
    // What XML forbids could be written to no file again; bytes that are no letters of an old encoding come as control characters.
    let is_old = encoding.is_single_byte();
    let is_letter = |c: char| is_xml(c) && !(is_old && ('\u{80}'..='\u{9f}').contains(&c));
    let forbidden = text.chars().any(|c| !is_letter(c));
    let text =
        if forbidden { text.chars().map(|c| if is_letter(c) { c } else { '\u{fffd}' }).collect() } else { text.into_owned() };
    Ok(Decoded { text, replaced: replaced || forbidden, is_guess, belied, encoding: encoding.name() })
}

/// Returns the encoding of a name; Java on a Mac writes one that no list of encodings has.
fn for_name(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.as_bytes()).or_else(|| name.eq_ignore_ascii_case("MacRoman").then_some(MACINTOSH))
}

/// Tells whether bytes are UTF-8, as far as they go: the last character may be cut.
fn is_utf_8(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(fault) => fault.error_len().is_none(),
    }
}

/// Tells whether a character may stand in XML 1.0 at all.
pub(crate) fn is_xml(c: char) -> bool {
    !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}

/// Returns the encoding that an XML declaration at the very beginning names.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(300)];
    let head = String::from_utf8_lossy(head);
    let declaration = head.trim_start().strip_prefix("<?xml")?;
    let declaration = &declaration[..declaration.find("?>")?];
    let value = declaration[declaration.find("encoding")? + "encoding".len()..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(bytes: &[u8]) -> String {
        decode(bytes).map(|d| d.text).unwrap_or_default()
    }

    #[test]
    fn windows_1251_is_read_where_it_is_declared() {
        let mut bytes = b"<?xml version='1.0' encoding='windows-1251'?><a>".to_vec();
        bytes.extend([0xCF, 0xF0, 0xE8, 0xB8, 0xEC]);
        assert!(text_of(&bytes).ends_with("Приём"));
    }

    #[test]
    fn what_says_nothing_and_is_no_utf_8_is_taken_for_windows_1251() {
        let decoded = decode(b"<a>\xCF\xF0\xE8\xB8\xEC</a>").ok().map(|d| (d.text, d.is_guess, d.replaced));
        assert_eq!(decoded, Some(("<a>Приём</a>".to_owned(), true, false)));
    }

    #[test]
    fn utf_16_is_read_with_and_without_its_mark() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>Қазақ</a>";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        assert_eq!(text_of(&little), text);
        assert_eq!(text_of(&big), text);
    }

    #[test]
    fn a_wrong_declaration_of_utf_16_does_not_spoil_a_plain_text() {
        let text = "<?xml version=\"1.0\" encoding=\"utf-16\"?><a/>";
        assert_eq!(text_of(text.as_bytes()), text);
    }

    #[test]
    fn characters_that_xml_forbids_are_replaced() {
        let decoded = decode(b"<a b='1\x142'>\t</a>").ok().map(|d| (d.text, d.replaced));
        assert_eq!(decoded, Some(("<a b='1\u{fffd}2'>\t</a>".to_owned(), true)));
    }

    #[test]
    fn the_name_that_java_gives_a_macs_encoding_is_known() {
        assert!(text_of(b"<?xml version='1.0' encoding='MacRoman'?><a>Pr\x9fflok</a>").ends_with("<a>Prüflok</a>"));
    }

    #[test]
    fn a_declaration_that_the_bytes_belie_is_not_followed() {
        let text = "<?xml version='1.0' encoding='windows-1251'?><a>Приём</a>";
        let decoded = decode(text.as_bytes()).ok().map(|d| (d.text, d.encoding, d.belied, d.replaced));
        assert_eq!(decoded, Some((text.to_owned(), "UTF-8", Some("windows-1251"), false)));
    }

    #[test]
    fn a_byte_that_is_no_letter_of_an_old_encoding_is_marked() {
        let decoded = decode(b"<?xml version='1.0' encoding='windows-1251'?><a>\xCF\xF0\x98</a>").ok();
        let decoded = decoded.map(|d| (d.text.ends_with("<a>Пр\u{fffd}</a>"), d.replaced, d.with_encoding("Odd.")));
        assert_eq!(decoded, Some((true, true, "Odd. The file was read as windows-1251.".to_owned())));
    }

    #[test]
    fn an_unknown_encoding_is_named() {
        assert_eq!(decode(b"<?xml version='1.0' encoding='klingon-1'?><a/>").err().as_deref(), Some("klingon-1"));
    }
}
