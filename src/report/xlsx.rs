//! A comparison as a workbook: every number in a cell of its own, with its interval, a sheet a subject.
//!
//! Times are in minutes, money in the study's currency, shares 0 to 1 (shown as percentages).

use crate::experiment::kpi::{Measure, Unit};
use crate::experiment::outcome::{Estimate, ExperimentOutcome, MeasureDifference, MeasureOutcome};
use crate::model::provenance::provenance;
use crate::model::study::Study;
use crate::report::sections::{self, Block};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

/// What stands in a cell.
enum Cell<'a> {
    Text(&'a str),
    Number(f64),
    Percent(f64),
    Empty,
}

/// Writes an outcome as an Excel workbook.
///
/// # Errors
/// When a text or sheet passes what the format can hold.
pub fn comparison(outcome: &ExperimentOutcome, study: &Study, notes: &[String]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    summary(&mut book, outcome, study, notes)?;
    measures(&mut book, outcome)?;
    differences(&mut book, outcome)?;
    pools(&mut book, outcome)?;
    steps(&mut book, outcome)?;
    services(&mut book, outcome)?;
    targets(&mut book, outcome)?;
    figures(&mut book, study)?;
    book.save_to_buffer()
}

/// A sheet that is filled row by row under a header that stays in sight.
struct Sheet<'b> {
    sheet: &'b mut Worksheet,
    row: u32,
    percent: Format,
}

impl<'b> Sheet<'b> {
    fn new(book: &'b mut Workbook, name: &str, columns: &[(&str, f64)]) -> Result<Self, XlsxError> {
        let sheet = book.add_worksheet();
        sheet.set_name(name)?;
        let head = Format::new().set_bold().set_text_wrap();
        for (at, (column, width)) in (0u16..).zip(columns) {
            sheet.write_with_format(0, at, *column, &head)?;
            sheet.set_column_width(at, *width)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        Ok(Sheet { sheet, row: 1, percent: Format::new().set_num_format("0.00%") })
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        for (at, cell) in (0u16..).zip(cells) {
            match cell {
                Cell::Text(text) => self.sheet.write(self.row, at, *text)?,
                Cell::Number(number) if number.is_finite() => self.sheet.write(self.row, at, *number)?,
                Cell::Percent(share) if share.is_finite() => self.sheet.write_with_format(self.row, at, *share, &self.percent)?,
                _ => continue,
            };
        }
        self.row += 1;
        Ok(())
    }
}

fn number<'a>(measure: &Measure, value: Option<f64>) -> Cell<'a> {
    match (value, measure.unit) {
        (None, _) => Cell::Empty,
        (Some(value), Unit::Share) => Cell::Percent(value),
        (Some(value), _) => Cell::Number(value),
    }
}

fn unit<'o>(measure: &Measure, outcome: &'o ExperimentOutcome) -> &'o str {
    match measure.unit {
        Unit::Money => &outcome.currency,
        Unit::Minutes => "minutes",
        Unit::Count => "a case",
        Unit::Share => "share",
    }
}

fn summary(book: &mut Workbook, outcome: &ExperimentOutcome, study: &Study, notes: &[String]) -> Result<(), XlsxError> {
    let title = Format::new().set_bold().set_font_size(16);
    let head = Format::new().set_bold().set_font_size(12);
    let wrap = Format::new().set_text_wrap();
    let sheet = book.add_worksheet();
    sheet.set_name("Summary")?.set_column_width(0, 120)?;
    sheet.write_with_format(0, 0, sections::title(outcome), &title)?;
    sheet.write_with_format(1, 0, sections::run_line(outcome), &wrap)?;
    let mut row = 3;
    for section in sections::comparison(outcome, study, notes) {
        let texts: Vec<&str> = section
            .blocks
            .iter()
            .filter_map(|block| if let Block::Text(_, text) = block { Some(text.as_str()) } else { None })
            .collect();
        // The tables stand in sheets of their own, as numbers; a section without one is told here.
        if texts.len() < section.blocks.len() {
            continue;
        }
        sheet.write_with_format(row, 0, &section.title, &head)?;
        row += 1;
        for text in texts {
            sheet.write_with_format(row, 0, text, &wrap)?;
            row += 1;
        }
        row += 1;
    }
    Ok(())
}

fn measures(book: &mut Workbook, outcome: &ExperimentOutcome) -> Result<(), XlsxError> {
    let columns = [
        ("variant", 24.0),
        ("cases", 26.0),
        ("measure", 34.0),
        ("name", 24.0),
        ("unit", 10.0),
        ("mean", 12.0),
        ("interval from", 12.0),
        ("interval to", 12.0),
        ("half of cases at most", 12.0),
        ("9 in 10 at most", 12.0),
        ("19 in 20 at most", 12.0),
        ("definition", 90.0),
    ];
    let mut sheet = Sheet::new(book, "Measures", &columns)?;
    for v in &outcome.variants {
        let groups = [("segment", &v.segments), ("group", &v.facets), ("demand", &v.demands)];
        let groups = groups
            .into_iter()
            .flat_map(|(kind, groups)| groups.iter().map(move |g| (format!("{kind}: {}", g.name), &g.measures)));
        for (cases, measures) in std::iter::once(("all".to_owned(), &v.measures)).chain(groups) {
            for m in measures {
                let Some(e) = &m.estimate else { continue };
                measure_row(&mut sheet, outcome, [&v.name, &cases], m, e)?;
            }
        }
    }
    Ok(())
}

fn measure_row(
    sheet: &mut Sheet<'_>,
    outcome: &ExperimentOutcome,
    [variant, cases]: [&str; 2],
    m: &MeasureOutcome,
    e: &Estimate,
) -> Result<(), XlsxError> {
    let measure = m.measure;
    let [p50, p90, p95] = [m.p50, m.p90, m.p95].map(|q| number(measure, q.map(|q| q.value)));
    sheet.row(&[
        Cell::Text(variant),
        Cell::Text(cases),
        Cell::Text(measure.label),
        Cell::Text(measure.name),
        Cell::Text(unit(measure, outcome)),
        number(measure, Some(e.mean)),
        number(measure, e.low),
        number(measure, e.high),
        p50,
        p90,
        p95,
        Cell::Text(measure.definition),
    ])
}

fn differences(book: &mut Workbook, outcome: &ExperimentOutcome) -> Result<(), XlsxError> {
    if outcome.differences.is_empty() {
        return Ok(());
    }
    let columns = [
        ("variant", 24.0),
        ("baseline", 16.0),
        ("cases", 26.0),
        ("measure", 34.0),
        ("unit", 10.0),
        ("difference", 12.0),
        ("interval from", 12.0),
        ("interval to", 12.0),
        ("relative", 12.0),
        ("relative from", 12.0),
        ("relative to", 12.0),
        ("p", 12.0),
        ("p after Holm", 12.0),
        ("verdict", 22.0),
    ];
    let mut sheet = Sheet::new(book, "Differences", &columns)?;
    for d in &outcome.differences {
        let groups = [("segment", &d.segments), ("group", &d.facets)];
        let groups = groups
            .into_iter()
            .flat_map(|(kind, groups)| groups.iter().map(move |g| (format!("{kind}: {}", g.name), &g.measures)));
        for (cases, measures) in std::iter::once(("all".to_owned(), &d.measures)).chain(groups) {
            for m in measures {
                difference_row(&mut sheet, outcome, [&d.variant, &d.baseline, &cases], m)?;
            }
        }
    }
    Ok(())
}

fn difference_row(
    sheet: &mut Sheet<'_>,
    outcome: &ExperimentOutcome,
    names: [&str; 3],
    m: &MeasureDifference,
) -> Result<(), XlsxError> {
    let share = |value: Option<f64>| value.map_or(Cell::Empty, Cell::Percent);
    let plain = |value: Option<f64>| value.map_or(Cell::Empty, Cell::Number);
    let [variant, baseline, cases] = names.map(Cell::Text);
    sheet.row(&[
        variant,
        baseline,
        cases,
        Cell::Text(m.measure.label),
        Cell::Text(unit(m.measure, outcome)),
        number(m.measure, Some(m.difference.mean)),
        number(m.measure, m.difference.low),
        number(m.measure, m.difference.high),
        share(m.relative.map(|r| r.mean)),
        share(m.relative.and_then(|r| r.low)),
        share(m.relative.and_then(|r| r.high)),
        plain(m.p_value),
        plain(m.adjusted_p),
        Cell::Text(sections::verdict_on(m)),
    ])
}

/// Mean and interval of an estimate that may be missing.
fn estimate<'a>(e: Option<Estimate>, cell: impl Fn(f64) -> Cell<'a>) -> [Cell<'a>; 3] {
    [e.map(|e| e.mean), e.and_then(|e| e.low), e.and_then(|e| e.high)].map(|x| x.map_or(Cell::Empty, &cell))
}

fn pools(book: &mut Workbook, outcome: &ExperimentOutcome) -> Result<(), XlsxError> {
    let columns = [
        ("variant", 24.0),
        ("pool", 40.0),
        ("id", 34.0),
        ("members", 10.0),
        ("busy", 10.0),
        ("busy from", 10.0),
        ("busy to", 10.0),
        ("hours worked a run", 12.0),
        ("hours from", 12.0),
        ("hours to", 12.0),
        ("hours on shift a run", 12.0),
        ("overtime hours a run", 12.0),
        ("mean number waiting", 12.0),
        ("largest number waiting", 12.0),
        ("wait, minutes", 12.0),
        ("wait from", 12.0),
        ("wait to", 12.0),
        ("waited at most 15 min", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("cost a run", 14.0),
        ("growing without end", 40.0),
    ];
    let mut sheet = Sheet::new(book, "Staff and registries", &columns)?;
    for v in &outcome.variants {
        for p in &v.pools {
            let [busy, busy_from, busy_to] = estimate(p.utilisation, Cell::Percent);
            let [hours, hours_from, hours_to] = estimate(Some(p.staff_hours), Cell::Number);
            let [wait, wait_from, wait_to] = estimate(p.waiting_time, Cell::Number);
            let [soon, soon_from, soon_to] = estimate(p.within_15_minutes, Cell::Percent);
            let overload = p.overload.map_or(String::new(), |o| {
                format!("from {} on, {:.1} cases a day; {} members needed", o.from, o.growth_per_day, o.members_needed)
            });
            sheet.row(&[
                Cell::Text(&v.name),
                Cell::Text(&p.name),
                Cell::Text(&p.id),
                Cell::Number(f64::from(p.members)),
                busy,
                busy_from,
                busy_to,
                hours,
                hours_from,
                hours_to,
                Cell::Number(p.rostered_hours.mean),
                Cell::Number(p.overtime_hours.mean),
                Cell::Number(p.queue_length.mean),
                Cell::Number(f64::from(p.max_queue)),
                wait,
                wait_from,
                wait_to,
                soon,
                soon_from,
                soon_to,
                Cell::Number(p.cost.mean),
                Cell::Text(&overload),
            ])?;
        }
    }
    Ok(())
}

fn steps(book: &mut Workbook, outcome: &ExperimentOutcome) -> Result<(), XlsxError> {
    let columns = [
        ("variant", 24.0),
        ("service", 30.0),
        ("step", 44.0),
        ("id", 34.0),
        ("runs a case", 12.0),
        ("wait a run, minutes", 12.0),
        ("of it somebody busy", 12.0),
        ("of it nobody on shift", 12.0),
        ("work a run, minutes", 12.0),
        ("citizen's time a case, minutes", 14.0),
        ("from", 12.0),
        ("to", 12.0),
        ("staff's time a case, minutes", 14.0),
        ("from", 12.0),
        ("to", 12.0),
    ];
    let mut sheet = Sheet::new(book, "Steps", &columns)?;
    let mean = |e: Option<Estimate>| e.map_or(Cell::Empty, |e| Cell::Number(e.mean));
    for v in &outcome.variants {
        for s in &v.steps {
            let [citizen, citizen_from, citizen_to] = estimate(Some(s.citizen_time), Cell::Number);
            let [staff, staff_from, staff_to] = estimate(Some(s.staff_time), Cell::Number);
            sheet.row(&[
                Cell::Text(&v.name),
                Cell::Text(&s.service),
                Cell::Text(&s.name),
                Cell::Text(&s.id),
                Cell::Number(s.runs_per_case.mean),
                mean(s.waiting_time),
                mean(s.waiting_busy),
                mean(s.waiting_off_hours),
                mean(s.processing_time),
                citizen,
                citizen_from,
                citizen_to,
                staff,
                staff_from,
                staff_to,
            ])?;
        }
    }
    Ok(())
}

fn services(book: &mut Workbook, outcome: &ExperimentOutcome) -> Result<(), XlsxError> {
    let columns = [
        ("variant", 24.0),
        ("service", 44.0),
        ("ended a run", 12.0),
        ("completed", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("refused", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("given up", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("never claimed", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("proactive", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("within term", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("elapsed, minutes", 14.0),
        ("from", 12.0),
        ("to", 12.0),
    ];
    let mut sheet = Sheet::new(book, "Services", &columns)?;
    for v in &outcome.variants {
        for s in &v.services {
            let shares =
                [s.completed_share, s.refused_share, s.abandoned_share, s.never_claimed_share, s.proactive_share, s.within_term];
            let mut cells = vec![Cell::Text(&v.name), Cell::Text(&s.name), Cell::Number(s.ended.mean)];
            cells.extend(shares.into_iter().flat_map(|share| estimate(share, Cell::Percent)));
            cells.extend(estimate(s.elapsed_time, Cell::Number));
            sheet.row(&cells)?;
        }
    }
    Ok(())
}

fn targets(book: &mut Workbook, outcome: &ExperimentOutcome) -> Result<(), XlsxError> {
    if outcome.targets.is_empty() {
        return Ok(());
    }
    let columns = [
        ("fact", 70.0),
        ("variant", 24.0),
        ("against", 16.0),
        ("measure", 24.0),
        ("published", 12.0),
        ("tolerance", 12.0),
        ("simulated", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("verdict", 26.0),
        ("source", 16.0),
    ];
    let mut sheet = Sheet::new(book, "Published facts", &columns)?;
    for t in &outcome.targets {
        let [simulated, from, to] = estimate(t.simulated, Cell::Number);
        sheet.row(&[
            Cell::Text(&t.note),
            Cell::Text(&t.variant),
            Cell::Text(t.against.as_deref().unwrap_or_default()),
            Cell::Text(&t.measure),
            Cell::Number(t.published),
            Cell::Number(t.tolerance),
            simulated,
            from,
            to,
            Cell::Text(sections::target_word(t.verdict)),
            Cell::Text(t.source.as_deref().unwrap_or_default()),
        ])?;
    }
    Ok(())
}

fn figures(book: &mut Workbook, study: &Study) -> Result<(), XlsxError> {
    let columns = [("figure", 80.0), ("value", 40.0), ("source", 18.0), ("range", 30.0), ("owner", 20.0), ("note", 80.0)];
    let mut sheet = Sheet::new(book, "Figures and sources", &columns)?;
    for f in provenance(study) {
        let texts = [&f.description, &f.value].map(String::as_str);
        let source = f.source.as_deref().unwrap_or("ASSUMPTION");
        let rest = [source, f.range.as_deref().unwrap_or_default(), &f.owner, &f.note];
        let cells: Vec<Cell<'_>> = texts.into_iter().chain(rest).map(Cell::Text).collect();
        sheet.row(&cells)?;
    }
    let columns = [("key", 18.0), ("title", 80.0), ("address", 60.0), ("date", 14.0), ("note", 80.0)];
    let mut sheet = Sheet::new(book, "Sources", &columns)?;
    for s in &study.sources {
        sheet.row(&[&s.key, &s.title, &s.address, &s.date, &s.note].map(|text| Cell::Text(text)))?;
    }
    Ok(())
}
