//! Units and the decimal mark in each language.

use super::{Language, Words};

/// Units and words of `report::wording` in Russian and Kazakh.
const UNITS: &[(&str, &str, &str)] = &[
    ("s", "с", "с"),
    ("ms", "мс", "мс"),
    ("min", "мин", "мин"),
    ("h", "ч", "сағ"),
    ("d", "д", "күн"),
    ("pp", "п. п.", "п. т."),
    ("exactly", "точно", "дәл"),
    ("unknown", "неизвестно", "белгісіз"),
    ("KZT", "₸", "₸"),
];

/// Days of the week as values of figures name them.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Words {
    /// Writes a number with its unit, or two with `to` between them, in this language: digits stay, units and the decimal mark change.
    pub(crate) fn local(self, text: &str) -> String {
        if self.language == Language::English {
            return text.replace("KZT", "₸");
        }
        if let Some((low, high)) = text.split_once(" to ") {
            return self.ends(&self.local(low), &self.local(high));
        }
        let word = |word: &str| {
            let found = UNITS.iter().find(|(en, _, _)| *en == word);
            match (found, self.language) {
                (Some((_, ru, _)), Language::Russian) => (*ru).to_owned(),
                (Some((_, _, kk)), _) => (*kk).to_owned(),
                (None, _) => self.weekdays(word).unwrap_or_else(|| comma(word)),
            }
        };
        text.split(' ').map(word).collect::<Vec<_>>().join(" ")
    }

    /// Writes days of the week as `Mon-Fri` or `Mon,Wed`; nothing where a word is something else.
    fn weekdays(self, word: &str) -> Option<String> {
        if !word.split([',', '-']).all(|part| DAYS.contains(&part)) {
            return None;
        }
        let own = self.get("weekdays");
        let said = DAYS.into_iter().zip(own.split(',')).fold(word.to_owned(), |said, (day, own)| said.replace(day, own.trim()));
        Some(said.replace('-', "–"))
    }

    /// Returns the decimal mark.
    pub fn decimal(self) -> char {
        if self.language == Language::English { '.' } else { ',' }
    }

    /// Writes two ends that are written already. A dash between them would be taken for a minus.
    pub(crate) fn ends(self, low: &str, high: &str) -> String {
        match self.language {
            Language::English => format!("{low} to {high}"),
            Language::Russian => format!("от {low} до {high}"),
            Language::Kazakh => format!("{low} … {high}"),
        }
    }
}

/// Puts a comma into a number in place of its point.
fn comma(word: &str) -> String {
    let bytes = word.as_bytes();
    let between_digits = |at: usize| {
        at > 0 && bytes.get(at - 1).is_some_and(u8::is_ascii_digit) && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
    };
    word.char_indices().map(|(at, c)| if c == '.' && between_digits(at) { ',' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_that_part_no_digits_stay() {
        assert_eq!(comma("п."), "п.");
        assert_eq!(comma("1.25"), "1,25");
    }

    #[test]
    fn days_of_the_week_are_said_and_words_like_them_are_left_alone() {
        let russian = Words { language: Language::Russian };
        assert_eq!(russian.local("Mon-Thu,Sat 09:00-18:00"), "Пн–Чт,Сб 09:00-18:00");
        assert_eq!(russian.local("Monday 1.5 ms"), "Monday 1,5 мс");
    }
}
