//! A fit of a model to a log, as text and JSON: what was found, how sure it is, what could not be told, and how the fitted model
//! stands beside the log.

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::time::MS_PER_DAY;
use crate::fit::figures::{ONCE_MORE, date_of, gateway_name, hours_text, name_of, steps_text};
use crate::fit::laws::Quality;
use crate::fit::overlay::{Compared, Overlay};
use crate::fit::staff::Basis;
use crate::fit::{ActivityIs, FitReport};
use crate::report::grid::{Grid, shortened, wrap};
use crate::report::wording::{counted, duration, grouped, percent, trimmed};
use serde_json::{Value, json};

/// Characters of a name in a table.
const NAME: usize = 44;
/// Characters of a line of text.
const WIDTH: usize = 110;

/// Writes the whole for people.
pub fn text(report: &FitReport, overlay: Option<&Overlay>) -> String {
    let facts = &report.facts;
    let mut out = format!(
        "{}: {} with {} from {} to {}\n\n",
        facts.name,
        counted(facts.n_cases as u64, "case"),
        counted(facts.n_activities as u64, "activity").replace("activitys", "activities"),
        facts.from,
        facts.to
    );
    out += &matched(report);
    out += &flow(report);
    out += &arrivals(report);
    out += &durations(report);
    out += &shares(report);
    out += &staff(report);
    out += &held_up(report);
    if let Some(overlay) = overlay {
        out += &compared(overlay);
    }
    out += &findings(&report.findings);
    out
}

fn heading(title: &str) -> String {
    format!("{title}\n")
}

fn matched(report: &FitReport) -> String {
    let of = |f: &dyn Fn(&ActivityIs) -> bool| report.activities.iter().filter(|a| f(&a.is)).count();
    let (yes, beside, no) = (
        of(&|is| matches!(is, ActivityIs::Of(_))),
        of(&|is| matches!(is, ActivityIs::Beside(_))),
        of(&|is| matches!(is, ActivityIs::Unknown(_))),
    );
    let mut line = format!(
        "Of {} of the log, {yes} are steps of the model",
        counted(report.activities.len() as u64, "kind of activity").replace("kind of activitys", "kinds of activities")
    );
    if beside > 0 {
        line += &format!(", {beside} are done for a step or mark an end");
    }
    line += &format!(
        ", {no} are not in the model; {} of the model are not in the log.\n\n",
        counted(report.unseen.len() as u64, "step")
    );
    line
}

fn flow(report: &FitReport) -> String {
    let f = &report.followed;
    let share = |n: u64| percent(n as f64 / f.n_cases.max(1) as f64);
    let mut out = heading("How cases go through the model");
    let mut grid = Grid::new(&["", "cases", "share"]);
    for (what, n) in [
        ("as the model says", f.n_fit),
        ("as the model says, and end before it does", f.n_early),
        ("otherwise", f.n_deviating),
        ("too entangled to tell", f.n_given_up),
    ] {
        if n > 0 || what == "as the model says" {
            grid.row(vec![what.to_owned(), grouped(n as f64, 0), share(n)]);
        }
    }
    out += &grid.render();
    let study = &report.study;
    let mut odd: Vec<(u64, String)> = f
        .extra
        .iter()
        .map(|(p, n)| (*n, format!("\"{}\" is done where the flow does not lead to it", name_of(study, p))))
        .collect();
    odd.extend(f.skipped.iter().map(|(p, n)| (*n, format!("\"{}\" is passed over", name_of(study, p)))));
    odd.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    for (n, what) in odd.iter().take(8) {
        let times = if *n == 1 { "once".to_owned() } else { format!("{} times", grouped(*n as f64, 0)) };
        out += &format!("  {times}: {what}\n");
    }
    out + "\n"
}

/// Writes the date of a day that is counted from another, itself in days since 1970.
fn day_text(from: i64, day: usize) -> String {
    date_of((from + day as i64) * MS_PER_DAY).to_string()
}

fn arrivals(report: &FitReport) -> String {
    let mut grid = Grid::new(&["arrivals", "cases", "a year", "95 %", "how"]).left(4);
    for (id, fit) in &report.arrivals {
        let id = crate::fit::figures::demand_name(&report.study, id);
        let Some(fit) = fit else { continue };
        let how = match &fit.renewal {
            Some((law, _)) => format!("one after the other: {}", law.family),
            None => {
                let days = if fit.weekdays.is_empty() { "" } else { ", by weekday" };
                let hours = if fit.hours.is_empty() { "" } else { ", by hour" };
                let surges = match fit.surges.len() {
                    0 => String::new(),
                    1 => ", 1 surge".to_owned(),
                    n => format!(", {n} surges"),
                };
                format!("by chance{days}{hours}{surges} (distance {})", trimmed(fit.distance, 3))
            }
        };
        let half = 1.96 * fit.per_year_error;
        grid.row(vec![id.to_owned(), grouped(fit.n as f64, 0), grouped(fit.per_year, 0), format!("± {}", grouped(half, 0)), how]);
    }
    if grid.is_empty() { String::new() } else { grid.render() + "\n" }
}

fn durations(report: &FitReport) -> String {
    let mut grid = Grid::new(&["duration", "n", "mean", "95 %", "distribution", "distance", "runs"]).left(4).at_most(NAME);
    let minute = 60_000.0;
    for fit in &report.durations {
        let law = &fit.fitted;
        let mean = law.mean.map_or_else(|| law.law.mean(), |m| m.mean) / minute;
        let range =
            law.mean.map_or(String::new(), |m| format!("{} to {}", duration(m.low.max(0.0) / minute), duration(m.high / minute)));
        let distance = match law.quality {
            Quality::Good | Quality::Fair => trimmed(law.distance, 3),
            _ => String::new(),
        };
        let n = if law.n_censored > 0 {
            format!("{} + {}", grouped(law.n as f64, 0), law.n_censored)
        } else {
            grouped(law.n as f64, 0)
        };
        grid.row(vec![
            fit.name.clone(),
            n,
            duration(mean),
            range,
            law.family.to_owned(),
            distance,
            trimmed(fit.runs_per_case, 2),
        ]);
    }
    if grid.is_empty() {
        return String::new();
    }
    let mut measured: Vec<&str> = report.durations.iter().map(|d| d.measured.words()).collect();
    measured.sort_unstable();
    measured.dedup();
    let note = format!(
        "Measured: {}. Distance: by how much shares below a value differ at most (Kolmogorov-Smirnov). n + m: m more were broken off. \
         Runs: how often a case has the step that has it at all.",
        measured.join("; ")
    );
    grid.render() + &paragraph(&note) + "\n"
}

fn shares(report: &FitReport) -> String {
    let mut grid = Grid::new(&["way", "n", "of", "share", "95 %", ""]).left(5).at_most(NAME);
    let mut last = None;
    // What a drawing marks as done again, and never was, says nothing that a reader needs.
    for fit in report.shares.iter().filter(|f| f.n > 0 || f.way != ONCE_MORE) {
        let at = gateway_name(&report.study, &fit.place);
        if last.as_ref() != Some(&fit.place) {
            grid.row(vec![at]);
            last = Some(fit.place.clone());
        }
        let range = format!("{} to {}", percent(fit.share.low), percent(fit.share.high));
        let kept = fit.kept.map(|why| format!("not taken over: {why}"));
        let kept = kept.or_else(|| fit.unsure.map(|why| format!("unsure: {why}"))).unwrap_or_default();
        let way = shortened(&format!("  {}", fit.way), NAME);
        grid.row(vec![way, grouped(fit.n as f64, 0), grouped(fit.of as f64, 0), percent(fit.share.mean), range, kept]);
    }
    if grid.is_empty() { String::new() } else { grid.render() + "\n" }
}

fn staff(report: &FitReport) -> String {
    let mut grid = Grid::new(&["staff", "people", "known by", "hours"]).left(2).left(3).at_most(NAME);
    for (pool, fit) in &report.staff {
        let basis = match fit.basis {
            Basis::Names => "names".to_owned(),
            Basis::Presence => format!("{} names, so many at once", fit.n_names),
            Basis::AtOnce => "work at once: at least".to_owned(),
        };
        let hours = fit.hours.as_ref().map_or("not told".to_owned(), |h| hours_text(&h.week));
        grid.row(vec![pool.clone(), fit.count.to_string(), basis, hours]);
        if fit.groups.len() > 1 {
            for group in &fit.groups {
                let does = steps_text(report, group);
                let does = if does.is_empty() { String::new() } else { shortened(&format!("do {does}"), 60) };
                let hours = group.hours.as_ref().map_or(String::new(), hours_text);
                grid.row(vec!["  of them".to_owned(), group.count.to_string(), does, hours]);
            }
        }
    }
    if grid.is_empty() { String::new() } else { grid.render() + "\n" }
}

fn held_up(report: &FitReport) -> String {
    let mut grid = Grid::new(&["held up before", "n", "waits", "of it unexplained", "95 %"]).left(4).at_most(NAME);
    let minute = 60_000.0;
    for fit in &report.delays {
        let mean = fit.unexplained.mean;
        let range =
            mean.map_or(String::new(), |m| format!("{} to {}", duration(m.low.max(0.0) / minute), duration(m.high / minute)));
        grid.row(vec![
            fit.name.clone(),
            grouped(fit.unexplained.n as f64, 0),
            duration(fit.waited / minute),
            duration(fit.mean() / minute),
            range,
        ]);
    }
    if grid.is_empty() { String::new() } else { grid.render() + "\n" }
}

fn compared(overlay: &Overlay) -> String {
    let mut out = heading("The fitted model beside the log");
    if overlay.n_simulated == 0 {
        let runs = counted(u64::from(overlay.replications), "run");
        return out
            + &paragraph(&format!("No case of the model came to its end in {runs}: there is nothing to hold the log against."))
            + "\n";
    }
    let mut grid = Grid::new(&["cycle time", "log", "model", "95 % of the mean", "a run lies in", ""]).left(5);
    for c in &overlay.cycle {
        grid.row(cells(c.name, c));
    }
    out += &grid.render();
    let noise = if overlay.distance <= 2.0 * overlay.yardstick { "no more than luck makes" } else { "more than luck makes" };
    let observed = overlay.cycle.first().map_or(0.0, |c| c.observed);
    let relative =
        if observed > 0.0 { format!(", {} of the log's mean", percent(overlay.distance / observed)) } else { String::new() };
    let open = if overlay.n_open > 0 {
        format!(" {} of the log had not ended, and are left out.", counted(overlay.n_open as u64, "case"))
    } else {
        String::new()
    };
    out += &paragraph(&format!(
        "{} cases of the log beside {} of {} runs.{open} On average a case's time must be moved by {}{relative} to make the one distribution the other \
         (Wasserstein distance); between one run and all of them it is {}: {noise}.",
        grouped(overlay.n_observed as f64, 0),
        grouped(overlay.n_simulated as f64, 0),
        overlay.replications,
        duration(overlay.distance),
        duration(overlay.yardstick),
    ));
    out += "\n";
    // A log of completions has no waiting of its own.
    let waits = overlay.steps.iter().any(|step| step.waiting.is_some());
    let mut header = vec!["step", "n", "a case: log", "model", ""];
    header.extend(["waiting: log", "model", ""].iter().filter(|_| waits));
    header.extend(["processing: log", "model", ""]);
    let mut grid = Grid::new(&header).left(4).left(7).left(10).at_most(NAME);
    for step in &overlay.steps {
        let pair = |c: &Option<Compared>| match c {
            Some(c) => [duration(c.observed), duration(c.simulated.mean), mark(c).to_owned()],
            None => ["".to_owned(), "".to_owned(), "".to_owned()],
        };
        let mut row = vec![step.name.clone(), grouped(step.n as f64, 0)];
        row.extend(match &step.per_case {
            Some(c) => [grouped(c.observed, 2), grouped(c.simulated.mean, 2), mark(c).to_owned()],
            None => Default::default(),
        });
        row.extend(pair(&step.waiting).into_iter().filter(|_| waits));
        row.extend(pair(&step.processing));
        grid.row(row);
    }
    if !grid.is_empty() {
        out += &grid.render();
        out += &paragraph(
            "≠: the log lies outside the interval that holds 95 % of the model's runs. A case: how often a case has the step, on average. Times are by the wall clock, nights and breaks included.",
        );
        out += "\n";
    }
    out
}

fn mark(c: &Compared) -> &'static str {
    if c.agrees() { "" } else { "≠" }
}

fn cells(name: &str, c: &Compared) -> Vec<String> {
    let range = |low: f64, high: f64| format!("{} to {}", duration(low.max(0.0)), duration(high));
    vec![
        name.to_owned(),
        duration(c.observed),
        duration(c.simulated.mean),
        range(c.simulated.low, c.simulated.high),
        range(c.expected.low, c.expected.high),
        mark(c).to_owned(),
    ]
}

fn paragraph(text: &str) -> String {
    wrap(text, WIDTH).into_iter().map(|line| format!("  {line}\n")).collect()
}

fn findings(list: &[Diagnostic]) -> String {
    let mut out = String::new();
    let mut sorted: Vec<&Diagnostic> = list.iter().collect();
    sorted.sort_by_key(|d| std::cmp::Reverse(d.severity));
    for d in sorted {
        let word = match d.severity {
            Severity::Error => "fault",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let hint = if d.hint.is_empty() { String::new() } else { format!(" {}", d.hint) };
        let lines = wrap(&format!("{word}: {}{hint}", d.message), WIDTH);
        out += &(lines.join("\n    ") + "\n");
    }
    out
}

/// Writes the whole as JSON. Times are minutes.
pub fn as_json(report: &FitReport, overlay: Option<&Overlay>) -> Value {
    let f = &report.followed;
    let place = |p: &crate::fit::net::Place| json!(format!("{}/{}", p.service, p.element));
    let minute = 60_000.0;
    json!({
        "log": {
            "file": report.facts.name, "cases": report.facts.n_cases, "activities": report.facts.n_activities,
            "from": report.facts.from, "to": report.facts.to,
            "has_starts": report.facts.has_starts, "has_due_times": report.facts.has_enablement,
        },
        "activities": report.activities.iter().map(|a| json!({
            "name": a.name, "n": a.n,
            "elements": match &a.is { ActivityIs::Of(places) => places.iter().map(place).collect::<Vec<_>>(), _ => Vec::new() },
            "beside": match &a.is { ActivityIs::Beside(p) => place(p), _ => Value::Null },
            "near": match &a.is { ActivityIs::Unknown(Some(near)) => json!(near), _ => Value::Null },
        })).collect::<Vec<_>>(),
        "not_in_the_log": report.unseen.iter().map(|(p, name)| json!({"element": place(p), "name": name})).collect::<Vec<_>>(),
        "flow": {
            "cases": f.n_cases, "fit": f.n_fit, "end_early": f.n_early, "deviate": f.n_deviating, "given_up": f.n_given_up,
            "extra": f.extra.iter().map(|(p, n)| json!({"element": place(p), "n": n})).collect::<Vec<_>>(),
            "skipped": f.skipped.iter().map(|(p, n)| json!({"element": place(p), "n": n})).collect::<Vec<_>>(),
            "deviations": f.deviations.iter().map(|(way, n)| json!({"activities": way, "n": n})).collect::<Vec<_>>(),
        },
        "arrivals": report.arrivals.iter().filter_map(|(id, fit)| fit.as_ref().map(|fit| json!({
            "demand": id, "n": fit.n, "days": fit.days, "per_year": fit.per_year, "per_year_error": fit.per_year_error,
            "weekdays": fit.weekdays, "hours": fit.hours, "distance": fit.distance,
            "surges": fit.surges.iter().map(|surge| json!({
                "first": day_text(fit.first_day, surge.first), "last": day_text(fit.first_day, surge.last),
                "n": surge.n, "factor": surge.factor,
            })).collect::<Vec<_>>(),
            "renewal": fit.renewal.as_ref().map(|(law, _)| json!({"family": law.family, "mean": law.law.mean() / minute, "distance": law.distance})),
        }))).collect::<Vec<_>>(),
        "durations": report.durations.iter().map(|d| json!({
            "element": place(&d.place), "name": d.name, "n": d.fitted.n, "broken_off": d.fitted.n_censored, "measured": d.measured.words(),
            "family": d.fitted.family, "mean": d.fitted.law.mean() / minute, "sd": d.fitted.law.variance().sqrt() / minute,
            "low": d.fitted.mean.map(|m| m.low / minute), "high": d.fitted.mean.map(|m| m.high / minute),
            "distance": d.fitted.distance, "runs_per_case": d.runs_per_case, "repeated": d.repeated,
            "tried": d.fitted.tried.iter().map(|(family, bic, distance)| json!({"family": family, "bic": bic, "distance": distance})).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "shares": report.shares.iter().map(|s| json!({
            "element": place(&s.place), "way": s.way, "n": s.n, "of": s.of, "share": s.share.mean, "low": s.share.low, "high": s.share.high, "kept": s.kept, "unsure": s.unsure,
        })).collect::<Vec<_>>(),
        "staff": report.staff.iter().map(|(pool, s)| json!({
            "pool": pool, "people": s.count, "names": s.n_names, "at_least": s.basis == Basis::AtOnce,
            "hours": s.hours.as_ref().map(|h| hours_text(&h.week)),
            "groups": s.groups.iter().map(|g| json!({"people": g.count, "hours": g.hours.as_ref().map(hours_text), "does": steps_text(report, g)})).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "delays": report.delays.iter().map(|d| json!({
            "element": place(&d.place), "name": d.name, "n": d.unexplained.n, "waited": d.waited / minute, "mean": d.mean() / minute,
            "low": d.unexplained.mean.map(|m| m.low / minute), "high": d.unexplained.mean.map(|m| m.high / minute),
        })).collect::<Vec<_>>(),
        "overlay": overlay.map(overlay_json),
        "findings": report.findings.iter().map(|d| json!({"code": d.code, "message": d.message, "hint": d.hint})).collect::<Vec<_>>(),
    })
}

fn overlay_json(overlay: &Overlay) -> Value {
    let compared = |c: &Compared| {
        json!({
            "name": c.name, "observed": c.observed, "simulated": c.simulated.mean, "low": c.simulated.low, "high": c.simulated.high,
            "run_low": c.expected.low, "run_high": c.expected.high, "agrees": c.agrees(),
        })
    };
    json!({
        "replications": overlay.replications, "cases_observed": overlay.n_observed, "cases_open": overlay.n_open, "cases_simulated": overlay.n_simulated,
        "cycle_time": overlay.cycle.iter().map(compared).collect::<Vec<_>>(),
        "wasserstein": (overlay.n_simulated > 0).then_some(overlay.distance), "wasserstein_by_luck": (overlay.n_simulated > 0).then_some(overlay.yardstick),
        "bins": overlay.bins.iter().map(|(from, to, observed, simulated)| json!([from, to, observed, simulated])).collect::<Vec<_>>(),
        "steps": overlay.steps.iter().map(|s| json!({
            "element": format!("{}/{}", s.place.service, s.place.element), "name": s.name, "n": s.n,
            "per_case": s.per_case.as_ref().map(compared), "waiting": s.waiting.as_ref().map(compared), "processing": s.processing.as_ref().map(compared),
        })).collect::<Vec<_>>(),
    })
}
