//! The first reading: which columns a log has and what they hold, how many rows each case has, and what will be lost.

use super::{Row, activities, zone_note};
use crate::base::diagnostic::{Diagnostic, Path};
use crate::formats::log::read::findings::Findings;
use crate::formats::log::read::instant::InstantReader;
use crate::formats::log::read::sink::{Beyond, Kind, ReadCase, ReadRow, Sink};
use crate::formats::log::writer::LogFormat;
use crate::formats::log::xes::is_cut;
use std::collections::{BTreeMap, HashMap};
use std::io;

/// Columns that are told apart, at most: each is kept, and a file can hold any number.
const MOST_COLUMNS: usize = 10_000;

/// An attribute of rows or cases that has no role.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name, without the `case:` of tables.
    pub name: String,
    /// Whether it is said of a case.
    pub of_case: bool,
    /// What all its values are.
    pub kind: Kind,
}

impl Column {
    /// Returns its name in a table.
    pub fn in_a_table(&self) -> String {
        if self.of_case { format!("case:{}", self.name) } else { self.name.clone() }
    }
}

/// What the second reading must know.
#[derive(Clone, Debug)]
pub struct Survey {
    /// By number.
    pub columns: Vec<Column>,
    numbers: HashMap<(String, bool), u32>,
    /// Whether rows of the target are activities, with a start beside the end; else they are events.
    pub in_activities: bool,
    /// Whether some row says when it was due, and so on.
    pub has_enabled: bool,
    /// Whether some row says who.
    pub has_resource: bool,
    /// Whether some row says which run it is.
    pub has_instance: bool,
    /// Whether some row says what happened.
    pub has_lifecycle: bool,
    /// The zone of most instants; `None` where most have none.
    pub offset: Option<i32>,
    /// Rows by case.
    rows: HashMap<String, usize>,
}

impl Survey {
    /// Returns the number of a column.
    pub fn number(&self, name: &str, of_case: bool) -> Option<u32> {
        self.numbers.get(&(name.to_owned(), of_case)).copied()
    }

    /// Tells whether a case has no further rows after so many.
    pub fn is_last_row(&self, case: &str, n: usize) -> bool {
        self.rows.get(case).is_none_or(|all| n >= *all)
    }
}

/// Which kinds all values of a column could be.
#[derive(Clone, Copy, Debug)]
struct Guess {
    given: Option<Kind>,
    is_there: bool,
    whole: bool,
    number: bool,
    truth: bool,
    instant: bool,
}

impl Guess {
    fn new(given: Option<Kind>) -> Self {
        Guess { given, is_there: false, whole: true, number: true, truth: true, instant: true }
    }

    fn see(&mut self, text: &str, of: Option<Kind>) {
        if text.is_empty() {
            return;
        }
        // Of one name, but of several kinds: text.
        if self.is_there && self.given != of {
            self.given = Some(Kind::Text);
        }
        self.is_there = true;
        let number = text.parse::<f64>().ok().filter(|n| n.is_finite());
        // Only what comes back as it was: 007 is no number.
        let exact = self.given.is_some();
        self.whole &= text.parse::<i64>().is_ok_and(|n| exact || n.to_string() == text);
        self.number &= number.is_some_and(|n| exact || n.to_string() == text);
        self.truth &= text == "true" || text == "false";
        let bytes = text.as_bytes();
        self.instant &= bytes.len() > 10 && bytes[10] == b'T' && InstantReader::default().read(text).is_some();
    }

    fn kind(&self) -> Kind {
        let can_be = |kind: Kind| match kind {
            Kind::Text => true,
            Kind::Whole => self.whole,
            Kind::Number => self.number,
            Kind::Truth => self.truth,
            Kind::Instant => self.instant,
        };
        if !self.is_there {
            return Kind::Text;
        }
        match self.given {
            Some(given) => {
                if can_be(given) {
                    given
                } else {
                    Kind::Text
                }
            }
            None => {
                [Kind::Truth, Kind::Whole, Kind::Number, Kind::Instant].into_iter().find(|k| can_be(*k)).unwrap_or(Kind::Text)
            }
        }
    }
}

/// Reads a log for the first time.
pub struct Surveyor {
    findings: Findings,
    counts_rows: bool,
    names: Vec<(String, bool)>,
    given: Vec<Option<Kind>>,
    guesses: Vec<Guess>,
    numbers: HashMap<(String, bool), u32>,
    survey: Survey,
    /// Events of the case that is being read.
    events: Vec<Row>,
    in_a_case: bool,
    /// Whether events are activities when put together, and whether some are more than one event.
    can_be_activities: bool,
    has_starts: bool,
    /// Whether instances are no more than a count of the rows of their case.
    instances_count: bool,
    n_rows: u64,
    n_cut: u64,
    /// Activities put together of events that are due, as they say, after they begin.
    n_late_due: u64,
    /// Texts with characters that XML has no place for.
    n_forbidden: u64,
    beyond: BTreeMap<Beyond, u64>,
    too_many_columns: bool,
}

impl Surveyor {
    /// Begins. `counts_rows` is for targets that have cases as pieces.
    pub fn new(file: &str, counts_rows: bool) -> Self {
        Surveyor {
            findings: Findings::new(file),
            counts_rows,
            names: Vec::new(),
            given: Vec::new(),
            guesses: Vec::new(),
            numbers: HashMap::new(),
            survey: Survey {
                columns: Vec::new(),
                numbers: HashMap::new(),
                in_activities: false,
                has_enabled: false,
                has_resource: false,
                has_instance: false,
                has_lifecycle: false,
                offset: None,
                rows: HashMap::new(),
            },
            events: Vec::new(),
            in_a_case: false,
            can_be_activities: true,
            has_starts: false,
            instances_count: true,
            n_rows: 0,
            n_cut: 0,
            n_late_due: 0,
            n_forbidden: 0,
            beyond: BTreeMap::new(),
            too_many_columns: false,
        }
    }

    fn see(&mut self, attributes: &[(u32, String)]) {
        for (number, text) in attributes {
            let number = *number as usize;
            self.n_forbidden += u64::from(is_cut(text));
            if let Some(guess) = self.guesses.get_mut(number) {
                guess.see(text, self.given.get(number).copied().flatten());
            }
        }
    }

    /// Ends the first reading.
    pub fn finish(mut self, target: LogFormat, zone_given: bool) -> (Survey, Vec<Diagnostic>) {
        let rows_of_events = self.in_a_case_format() && !(self.can_be_activities && self.has_starts);
        self.survey.in_activities = match self.in_a_case_format() {
            true => !rows_of_events,
            false => self.has_starts,
        };
        self.survey.has_instance &= !(self.in_a_case_format() && self.survey.in_activities && self.instances_count);
        self.survey.columns = (self.names.iter().zip(&self.guesses))
            .map(|((name, of_case), guess)| Column { name: name.clone(), of_case: *of_case, kind: guess.kind() })
            .collect();
        self.survey.numbers = std::mem::take(&mut self.numbers);
        let offsets = self.findings.offsets();
        self.survey.offset = offsets.iter().max_by_key(|(_, n)| **n).and_then(|(offset, _)| *offset);
        let several = offsets.len() > 1;
        self.findings.count_bad(self.n_rows);
        self.findings.count_unknown_transitions();
        if target != LogFormat::Xes && self.survey.in_activities {
            self.findings.count_late_due(self.n_late_due);
        }
        if several && target == LogFormat::Parquet && !zone_given {
            self.findings.whole(zone_note(self.survey.offset.unwrap_or(0)));
        }
        if self.n_rows == 0 {
            let hint = "Check whether it is an event log, and which columns were taken for what.";
            self.findings.refuse("empty-log", "The file holds no activity that could be taken.".to_owned(), hint);
        }
        self.say_what_is_lost(target);
        let survey = self.survey;
        (survey, self.findings.finish())
    }

    /// Whether the source has cases as pieces.
    fn in_a_case_format(&self) -> bool {
        self.in_a_case
    }

    fn say_what_is_lost(&mut self, target: LogFormat) {
        let is_group = |name: &&str| matches!(*name, "org:role" | "org:group");
        let groups: Vec<&str> = self.names.iter().map(|(name, _)| name.as_str()).filter(is_group).collect();
        if self.in_a_case && !self.survey.has_resource && !groups.is_empty() {
            let message = format!("The log names no people, only what they belong to: {}.", groups.join(", "));
            let hint = format!("--resource {} takes these for people when the new file is read.", groups[0]);
            self.findings.whole(Diagnostic::note("no-people", Path::default(), message).hint(hint));
        }
        let mut warn = |code, message: String| self.findings.whole(Diagnostic::warning(code, Path::default(), message));
        for (what, n) in &self.beyond {
            let message = match what {
                Beyond::Nested => format!("{n} values lie within other values, or are lists; they are left out."),
                Beyond::OfLog => format!("{n} values are said of the log as a whole; they are left out."),
            };
            warn("left-out", message);
        }
        if self.n_cut > 0 {
            let message = format!("{} instants are finer than a millisecond; they are cut to it.", self.n_cut);
            warn("cut-instants", message);
        }
        if self.n_forbidden > 0 && target == LogFormat::Xes {
            let message = format!(
                "{} texts hold characters that are none of a text (control characters); XES has no place for them, and \u{fffd} stands for each.",
                self.n_forbidden
            );
            warn("forbidden-characters", message);
        }
        if self.too_many_columns {
            let message = format!("The log has more than {MOST_COLUMNS} kinds of values; those beyond are left out.");
            warn("too-many-columns", message);
        }
        if target != LogFormat::Xes && self.in_a_case && self.has_starts && !self.survey.in_activities {
            let message = "The log says more of activities than when they began and ended, or its starts and ends do not fit: the table has a \
                           row for each event.";
            self.findings.whole(Diagnostic::note("rows-of-events", Path::default(), message));
        }
    }
}

impl Sink for Surveyor {
    fn findings(&mut self) -> &mut Findings {
        &mut self.findings
    }

    fn key(&mut self, name: &str, kind: Option<Kind>, of_case: bool) -> Option<u32> {
        let key = (name.to_owned(), of_case);
        if let Some(&number) = self.numbers.get(&key) {
            if let Some(given) = self.given.get_mut(number as usize) {
                *given = kind;
            }
            return Some(number);
        }
        if self.names.len() >= MOST_COLUMNS {
            self.too_many_columns = true;
            return None;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(key.clone(), number);
        self.n_forbidden += u64::from(is_cut(name));
        self.names.push(key);
        self.given.push(kind);
        self.guesses.push(Guess::new(kind));
        Some(number)
    }

    fn begin_case(&mut self, case: &ReadCase<'_>) -> io::Result<()> {
        self.in_a_case = true;
        self.see(case.attributes);
        Ok(())
    }

    fn take(&mut self, row: &ReadRow<'_>) -> io::Result<bool> {
        self.n_rows += 1;
        self.see(row.others);
        let texts = [row.case, row.name, row.element, row.resource, row.instance, row.lifecycle];
        self.n_forbidden += texts.iter().filter(|text| is_cut(text)).count() as u64;
        let survey = &mut self.survey;
        survey.has_enabled |= row.enabled.is_some();
        survey.has_resource |= !row.resource.is_empty();
        survey.has_instance |= !row.instance.is_empty();
        survey.has_lifecycle |= !row.lifecycle.is_empty();
        self.has_starts |= row.is_whole || row.started.is_some() || row.transition == super::Transition::Start && self.in_a_case;
        let stamps = [row.enabled, row.started, row.ended];
        self.n_cut += stamps.iter().flatten().filter(|stamp| stamp.is_cut).count() as u64;
        if self.in_a_case {
            if self.can_be_activities {
                self.events.push(Row::of(row));
            }
        } else if self.counts_rows {
            *survey.rows.entry(row.case.to_owned()).or_insert(0) += 1;
        }
        Ok(true)
    }

    fn end_case(&mut self, _: &str) -> io::Result<()> {
        match activities::of_events(std::mem::take(&mut self.events)) {
            Some(rows) => {
                let mut counts: Vec<usize> = rows.iter().filter_map(|row| row.instance.parse().ok()).collect();
                counts.sort_unstable();
                let is_counted = counts.iter().copied().eq(1..=rows.len());
                self.instances_count &= is_counted;
                self.n_late_due += rows.iter().filter(|row| activities::is_due_late(row)).count() as u64;
            }
            None => self.can_be_activities = false,
        }
        Ok(())
    }

    fn beyond(&mut self, what: Beyond) {
        *self.beyond.entry(what).or_insert(0) += 1;
    }
}
