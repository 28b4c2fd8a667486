//! How wide a text is, nearly, and where it breaks: the layout must know before anything is painted.

/// Height of a line of text.
pub const LINE: f64 = 15.0;
/// Size of the letters in boxes and of names.
pub const LETTERS: f64 = 12.0;
/// Size of the letters of documents and at flows.
pub const SMALL_LETTERS: f64 = 11.0;

/// Returns the width of a text in letters of a size, as the sans-serif of the window draws it, rather a little more.
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(width_of).sum::<f64>() * size
}

/// Width of a letter as a share of the size; measured in Inter, rounded up by groups.
fn width_of(letter: char) -> f64 {
    match letter {
        ' ' | '\u{a0}' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | 'i' | 'j' | 'l' | 'I' | 'і' | 'І' => 0.3,
        'f' | 't' | 'r' | '(' | ')' | '-' | '/' | '"' | '[' | ']' | 'г' | 'т' => 0.44,
        'm' | 'w' | 'M' | 'W' | '%' | '…' | '—' | 'ж' | 'ш' | 'щ' | 'ю' | 'ы' | 'м' | 'ф' => 0.86,
        'Ж' | 'Ш' | 'Щ' | 'Ю' | 'Ы' | 'М' | 'Ф' | '@' => 0.98,
        letter if letter.is_uppercase() => 0.74,
        letter if letter.is_alphanumeric() => 0.61,
        _ => 0.64,
    }
}

/// Breaks a text at spaces (not at those that hold together) into lines no wider than `limit`; a word that is too wide breaks within.
///
/// At most `most` lines; what does not fit is cut and ends with `…`.
pub fn wrap(text: &str, size: f64, limit: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width(&joined, size) <= limit {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.chars() {
            if !line.is_empty() && width(&line, size) + width_of(letter) * size > limit {
                lines.push(std::mem::take(&mut line));
            }
            line.push(letter);
        }
        if lines.len() > most {
            break;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = cut(&format!("{last} …"), size, limit);
        }
    }
    lines
}

/// Cuts a text to a width; what is cut ends with `…`.
pub fn cut(text: &str, size: f64, limit: f64) -> String {
    if width(text, size) <= limit {
        return text.to_owned();
    }
    let mut kept: String = text.trim_end_matches(['…', ' ']).to_owned();
    while !kept.is_empty() && width(&kept, size) + width_of('…') * size > limit {
        kept.pop();
    }
    format!("{}…", kept.trim_end())
}

/// Returns the width of the widest line.
pub fn widest(lines: &[String], size: f64) -> f64 {
    lines.iter().map(|line| width(line, size)).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_within_the_limit_and_lose_no_word() {
        let text = "Мемлекеттік қызметті көрсету туралы өтінішті қабылдау және тіркеу";
        let lines = wrap(text, 12.0, 110.0, 9);
        assert!(lines.iter().all(|line| width(line, 12.0) <= 110.0), "{lines:?}");
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn what_does_not_fit_ends_with_dots() {
        let lines = wrap("one two three four five six seven eight nine ten", 12.0, 60.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…') && width(&lines[1], 12.0) <= 60.0, "{lines:?}");
        assert_eq!(cut("short", 12.0, 60.0), "short");
    }

    #[test]
    fn a_word_wider_than_the_limit_breaks_within() {
        let lines = wrap("Donaudampfschifffahrtsgesellschaft", 12.0, 80.0, 9);
        assert!(lines.len() > 2);
        assert_eq!(lines.concat(), "Donaudampfschifffahrtsgesellschaft");
    }
}
