//! Calendars of BPSim: iCalendar events that come back every week or every day, to weekly hours.

use crate::model::calendar::{DateRange, Weekdays, WeeklyHours};

/// Short names of weekdays, Monday first.
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// What a calendar says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Hours {
    /// Hours of the week.
    pub weekly: Vec<WeeklyHours>,
    /// Days that are taken out.
    pub closed: Vec<DateRange>,
    /// What could not be taken, each a full sentence.
    pub left_out: Vec<String>,
}

#[derive(Default)]
struct Event {
    start: Option<jiff::civil::DateTime>,
    end: Option<jiff::civil::DateTime>,
    minutes: Option<f64>,
    rule: Option<String>,
    except: Vec<jiff::civil::Date>,
}

/// Reads the text of a calendar.
pub(super) fn read(text: &str) -> Hours {
    let mut hours = Hours::default();
    let mut event: Option<Event> = None;
    // Lines that begin with a blank go on the line before; some tools write everything on one line.
    let unfolded = text.replace("\r\n ", "").replace("\n ", "\n").replace("\r\n\t", "").replace("\n\t", "\n");
    for line in unfolded.split_whitespace() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let name = name.split(';').next().unwrap_or(name).to_ascii_uppercase();
        match (name.as_str(), value) {
            ("BEGIN", "VEVENT") => event = Some(Event::default()),
            ("END", "VEVENT") => {
                if let Some(event) = event.take() {
                    hours.add(&event);
                }
            }
            _ => {
                let Some(event) = event.as_mut() else { continue };
                match name.as_str() {
                    "DTSTART" => event.start = instant(value),
                    "DTEND" => event.end = instant(value),
                    "DURATION" => event.minutes = super::values::duration(value).map(|ms| ms / 60_000.0),
                    "RRULE" => event.rule = Some(value.to_ascii_uppercase()),
                    "EXDATE" => event.except.extend(value.split(',').filter_map(instant).map(|at| at.date())),
                    _ => {}
                }
            }
        }
    }
    hours
}

fn instant(text: &str) -> Option<jiff::civil::DateTime> {
    let digits = text.trim_end_matches('Z');
    let (date, time) = digits.split_once('T').unwrap_or((digits, "000000"));
    let part = |text: &str, from: usize, to: usize| text.get(from..to).and_then(|p| p.parse::<i16>().ok());
    let (year, month, day) = (part(date, 0, 4)?, part(date, 4, 6)?, part(date, 6, 8)?);
    let (hour, minute) = (part(time, 0, 2)?, part(time, 2, 4)?);
    let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let time = jiff::civil::Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()?;
    Some(date.to_datetime(time))
}

impl Hours {
    fn add(&mut self, event: &Event) {
        let Some(start) = event.start else {
            return self.leave_out("An entry says no beginning (DTSTART).");
        };
        let by_end =
            event.end.and_then(|end| start.duration_until(end).as_secs().try_into().ok()).map(|s: u32| f64::from(s) / 60.0);
        let Some(minutes) = by_end.or(event.minutes).filter(|m| *m >= 1.0 && *m <= 7.0 * 1440.0) else {
            return self.leave_out("An entry says no length (DTEND or DURATION) between a minute and a week.");
        };
        let Some(rule) = &event.rule else {
            return self.leave_out("An entry happens only once; only what comes back every day or week can be taken.");
        };
        let of = |key: &str| rule.split(';').find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
        if of("INTERVAL").is_some_and(|n| n != "1") || of("UNTIL").is_some() || of("COUNT").is_some() {
            self.leave_out("An entry has an end, or skips weeks; it is taken as if it came back for ever.");
        }
        let first = start.weekday().to_monday_zero_offset() as u8;
        let days = match (of("FREQ"), of("BYDAY")) {
            (Some("DAILY"), None) => Weekdays::ALL,
            (Some("WEEKLY"), None) => Weekdays::range(first, first),
            (Some("WEEKLY" | "DAILY"), Some(list)) => {
                let positions = list.split(',').filter_map(|day| DAYS.iter().position(|d| *d == day.trim()));
                Weekdays(positions.fold(0, |set, day| set | 1 << day))
            }
            _ => return self.leave_out("An entry comes back by a rule that is neither daily nor weekly; it is left out."),
        };
        let from = (i32::from(start.hour()) * 60 + i32::from(start.minute())) as u16;
        self.stretch(days, from, minutes.round() as u32);
        self.closed.extend(event.except.iter().map(|&day| DateRange { first: day, last: day }));
    }

    /// Adds so many minutes from a minute of the day on, cut at midnights where it is a day or more.
    fn stretch(&mut self, days: Weekdays, from_minute: u16, minutes: u32) {
        let end = u32::from(from_minute) + minutes;
        if minutes < 1440 {
            let to_minute = if end > 1440 { end - 1440 } else { end } as u16;
            self.weekly.push(WeeklyHours { days, from_minute, to_minute });
            return;
        }
        let (mut days, mut from, mut left) = (days, from_minute, minutes);
        while left > 0 {
            let today = left.min(1440 - u32::from(from));
            self.weekly.push(WeeklyHours { days, from_minute: from, to_minute: from + today as u16 });
            days = Weekdays((days.0 << 1 | days.0 >> 6) & 0x7f);
            (from, left) = (0, left - today);
        }
    }

    fn leave_out(&mut self, why: &str) {
        if !self.left_out.iter().any(|known| known == why) {
            self.left_out.push(why.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(lines: &str) -> Hours {
        read(&format!("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR"))
    }

    #[test]
    fn working_days_from_nine_to_five() {
        let hours = event(
            "DTSTART:20120101T090000\nDTEND:20120101T170000\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\nEXDATE:20120106T090000",
        );
        let expected = WeeklyHours { days: Weekdays(0b11111), from_minute: 540, to_minute: 1020 };
        assert_eq!(hours.weekly, vec![expected]);
        assert_eq!(hours.closed.len(), 1);
        assert!(hours.left_out.is_empty());
    }

    #[test]
    fn everything_on_one_line_with_a_duration_and_over_midnight() {
        let hours = read("BEGIN:VEVENT DTSTART;TZID=X:20240101T220000Z DURATION:PT8H RRULE:FREQ=DAILY END:VEVENT");
        assert_eq!(hours.weekly, vec![WeeklyHours { days: Weekdays::ALL, from_minute: 1320, to_minute: 360 }]);
    }

    #[test]
    fn days_on_end_are_cut_at_midnight() {
        // Monday 2024-01-01 08:00 for 36 hours.
        let hours = event("DTSTART:20240101T080000\nDTEND:20240102T200000\nRRULE:FREQ=WEEKLY");
        let (first, second) = (hours.weekly[0], hours.weekly[1]);
        assert_eq!((first.days, first.from_minute, first.to_minute), (Weekdays(1), 480, 1440));
        assert_eq!((second.days, second.from_minute, second.to_minute), (Weekdays(2), 0, 1200));
    }

    #[test]
    fn what_cannot_be_taken_is_said() {
        assert_eq!(event("DTSTART:20240101T080000\nDTEND:20240101T090000").left_out.len(), 1);
        assert_eq!(event("DTSTART:20240101T080000\nDTEND:20240101T090000\nRRULE:FREQ=MONTHLY").left_out.len(), 1);
        assert_eq!(event("RRULE:FREQ=DAILY").left_out.len(), 1);
        assert_eq!(event("DTSTART:99999999T999999\nDTEND:x\nRRULE:FREQ=DAILY").left_out.len(), 1);
        assert_eq!(read("nonsense"), Hours::default());
    }
}
