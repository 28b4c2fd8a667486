//! Demand: yearly numbers and profiles become arrival processes.
//!
//! A profile's weight for an hour is the product of its weights of month, weekday and hour of the day, and of the share of
//! the hour in which the calendar is open. Weights are scaled so that the first 365 days from time zero have the yearly
//! number in expectation, holidays and closed hours taken into account. Then growth (compounding continuously, from time
//! zero) and peaks multiply: they change the number. Within an hour arrivals are even, also in one that is partly open.

use crate::base::diagnostic::Path;
use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, SimTime};
use crate::compile::builder::Builder;
use crate::compile::names::SourceName;
use crate::engine::arrivals::ArrivalProcess;
use crate::engine::calendar::Calendar;
use crate::engine::program::Source;
use crate::engine::random::stream::StreamId;
use crate::model::demand::{Arrivals, Burst, Demand, Profile};
use crate::model::figure::DurationFigure;

/// Hours over which a yearly number is spread.
const HOURS_PER_YEAR: usize = 365 * 24;
/// The most arrivals that a list may hold.
const MOST_LISTED: u64 = 20_000_000;

impl Builder<'_> {
    /// Makes all sources.
    pub(super) fn demand(&mut self) {
        for (i, demand) in self.scenario.demand.iter().enumerate() {
            let path = Path::default().field("demand").item(i);
            self.source(demand, &path);
        }
    }

    fn source(&mut self, demand: &Demand, path: &Path) {
        let Some((process, service)) = self.body_called(&demand.of) else {
            let message = format!("There is no service and no life event '{}'.", demand.of);
            self.error("unknown-service", &path.field("of"), message);
            return;
        };
        let arrivals_path = path.field("arrivals");
        let arrivals = match &demand.arrivals {
            Arrivals::Poisson { per_year, growth, profile } => {
                self.poisson(per_year.value, growth.value, profile, &arrivals_path)
            }
            Arrivals::Renewal { interval, first_at_start, limit, calendar } => {
                let hours = calendar.as_ref().and_then(|id| self.hours(id, &arrivals_path.field("calendar")));
                let hours = hours.map(|hours| self.program.calendars[hours].clone());
                self.renewal(interval, *first_at_start, *limit, hours, &arrivals_path)
            }
            Arrivals::List(bursts) => self.list(bursts, &arrivals_path),
        };
        let stream = StreamId::named(&format!("demand/{}", demand.id));
        self.program.sources.push(Source { process, service, arrivals, stream, measured: !demand.background });
        self.names.sources.push(SourceName { id: demand.id.clone(), of: demand.of.clone() });
    }

    fn poisson(&mut self, per_year: f64, growth: f64, profile: &Profile, path: &Path) -> ArrivalProcess {
        let n_hours = (self.span.ms().max(0) as u64).div_ceil(MS_PER_HOUR as u64) as usize;
        let none = ArrivalProcess::Poisson { cumulative: Vec::new() };
        if !per_year.is_finite() || per_year < 0.0 || !growth.is_finite() || growth <= -1.0 {
            let message = "The yearly number must not be negative, and must not shrink by the whole.";
            self.error("bad-rate", path, message.to_owned());
            return none;
        }
        if per_year == 0.0 {
            return none;
        }
        let weights = self.weights(profile, n_hours.max(HOURS_PER_YEAR), path);
        let year: f64 = weights.iter().take(HOURS_PER_YEAR).sum();
        if year.is_nan() || year <= 0.0 || year.is_infinite() {
            let message = "In the first year there is no hour at which anybody could arrive.";
            self.error("no-arrivals", &path.field("profile"), message.to_owned());
            return none;
        }
        let factors = self.peaks(profile);
        let scale = per_year / year;
        let mut sum = 0.0;
        let cumulative = weights
            .iter()
            .take(n_hours)
            .enumerate()
            .map(|(hour, weight)| {
                let years = (hour as f64 + 0.5) / HOURS_PER_YEAR as f64;
                sum += scale * weight * (1.0 + growth).powf(years) * factors.get(hour / 24).copied().unwrap_or(1.0);
                sum
            })
            .collect();
        ArrivalProcess::Poisson { cumulative }
    }

    /// Returns the relative weight of every hour from time zero on, without growth and peaks.
    fn weights(&mut self, profile: &Profile, n_hours: usize, path: &Path) -> Vec<f64> {
        let hours = profile.calendar.as_ref().and_then(|id| self.hours(id, &path.field("profile").field("calendar")));
        let calendar = hours.map(|hours| &self.program.calendars[hours]);
        let weight = |list: &[f64], i: usize| if list.is_empty() { 1.0 } else { list.get(i).copied().unwrap_or(0.0).max(0.0) };
        (0..n_hours)
            .map(|hour| {
                let (day, of_day) = (hour / 24, hour % 24);
                let month = self.dates.date(day).map_or(0, |date| (date.month() - 1) as usize);
                let weekday = usize::from(self.dates.weekday(day as i64));
                let from = SimTime(hour as i64 * MS_PER_HOUR);
                let open = calendar.map_or(1.0, |calendar| {
                    calendar.worked_between(from, SimTime(from.ms() + MS_PER_HOUR)).ms() as f64 / MS_PER_HOUR as f64
                });
                weight(&profile.months, month) * weight(&profile.weekdays, weekday) * weight(&profile.hours, of_day) * open
            })
            .collect()
    }

    /// Returns what peaks multiply the rate of each day with; where several fall on a day, all do.
    fn peaks(&self, profile: &Profile) -> Vec<f64> {
        let mut factors = vec![1.0; if profile.peaks.is_empty() { 0 } else { self.dates.len() }];
        for peak in &profile.peaks {
            for day in self.dates.days_in(&peak.days) {
                factors[day] *= peak.factor.value.max(0.0);
            }
        }
        factors
    }

    fn renewal(
        &mut self,
        interval: &DurationFigure,
        first_at_start: bool,
        limit: Option<u64>,
        hours: Option<Calendar>,
        path: &Path,
    ) -> ArrivalProcess {
        let mean = interval.value.mean();
        if limit.is_none() && (mean.is_nan() || mean <= 0.0) {
            let message = "Arrivals that follow each other at once, without a limit, would never let time pass.";
            self.error("endless-arrivals", &path.field("interval"), message.to_owned());
        }
        let interval = self.distributions(std::slice::from_ref(&interval.value), &path.field("interval"));
        ArrivalProcess::Renewal { interval, first_at_start, limit, hours }
    }

    fn list(&mut self, bursts: &[Burst], path: &Path) -> ArrivalProcess {
        let total: u64 = bursts.iter().map(|b| u64::from(b.count)).sum();
        if total > MOST_LISTED {
            let message = format!("The list holds {total} arrivals, more than {MOST_LISTED}.");
            self.error("too-many-arrivals", path, message);
            return ArrivalProcess::List(Vec::new());
        }
        let mut instants = Vec::with_capacity(total as usize);
        for (i, burst) in bursts.iter().enumerate() {
            let at = self.dates.instant(burst.at);
            if at < self.program.begin {
                let message = format!("The arrivals at {} come before the study begins.", burst.at);
                self.error("too-early", &path.item(i), message);
            } else {
                instants.extend(std::iter::repeat_n(at, burst.count as usize));
            }
        }
        instants.sort_unstable();
        ArrivalProcess::List(instants)
    }
}

/// Returns the day and time of a scenario's start as an instant: time zero is the midnight before it.
pub(super) fn begin(start: jiff::civil::DateTime) -> SimTime {
    let time = start.time();
    let seconds = i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    SimTime((seconds * 1_000 + i64::from(time.millisecond())).min(MS_PER_DAY - 1))
}
