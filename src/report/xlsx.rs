//! A comparison as a workbook: every number in a cell of its own, with its interval, a sheet a subject.
//!
//! Times are in minutes, money in the study's currency, shares 0 to 1 (shown as percentages).

use crate::experiment::kpi::{Measure, Unit};
use crate::experiment::outcome::{Estimate, ExperimentOutcome, MeasureDifference, MeasureOutcome};
use crate::model::provenance::provenance;
use crate::model::study::Study;
use crate::report::sections::{self, Block};
use crate::report::teller::Teller;
use crate::texts::Words;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

/// What stands in a cell.
enum Cell<'a> {
    Text(&'a str),
    Number(f64),
    Percent(f64),
    Empty,
}

/// Writes an outcome as an Excel workbook in a language; `notes`, and the names in outcome and study, are in it already.
///
/// # Errors
/// When a text or sheet passes what the format can hold.
pub fn comparison(outcome: &ExperimentOutcome, study: &Study, notes: &[String], words: Words) -> Result<Vec<u8>, XlsxError> {
    let teller = &Teller::new(words, outcome, study);
    let mut book = Workbook::new();
    summary(&mut book, teller, notes)?;
    measures(&mut book, teller)?;
    differences(&mut book, teller)?;
    pools(&mut book, teller)?;
    steps(&mut book, teller)?;
    services(&mut book, teller)?;
    targets(&mut book, teller)?;
    figures(&mut book, teller)?;
    book.save_to_buffer()
}

/// A sheet that is filled row by row under a header that stays in sight.
struct Sheet<'b> {
    sheet: &'b mut Worksheet,
    row: u32,
    percent: Format,
}

impl<'b> Sheet<'b> {
    /// Begins a sheet whose name is the text `book-sheet-NAME`, with columns headed by texts `book-column-NAME`, so wide.
    fn new(book: &'b mut Workbook, teller: &Teller<'_>, name: &str, columns: &[(&str, f64)]) -> Result<Self, XlsxError> {
        let sheet = book.add_worksheet();
        sheet.set_name(teller.get(&format!("book-sheet-{name}")))?;
        let head = Format::new().set_bold().set_text_wrap();
        for (at, (column, width)) in (0u16..).zip(columns) {
            sheet.write_with_format(0, at, teller.get(&format!("book-column-{column}")), &head)?;
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

fn unit(measure: &Measure, teller: &Teller<'_>) -> String {
    match measure.unit {
        Unit::Money => teller.currency(),
        Unit::Minutes => teller.get("book-unit-minutes"),
        Unit::Count => teller.get("book-unit-a-case"),
        Unit::Share => teller.get("book-unit-share"),
    }
}

/// The cases that rows are about: all, then each group by its kind, which has a text `book-cases-KIND`, and its name.
fn cases<'g, M>(
    teller: &Teller<'_>,
    all: &'g M,
    groups: impl Iterator<Item = (&'g str, &'g str, &'g M)>,
) -> Vec<(String, &'g M)> {
    let said = |kind: &str, name: &str| {
        let name = match kind {
            "group" => teller.facet(name),
            "demand" => teller.demand(name).to_owned(),
            _ => teller.name(name),
        };
        teller.with(&format!("book-cases-{kind}"), &[("name", name.into())])
    };
    let groups = groups.map(|(kind, name, measures)| (said(kind, name), measures));
    std::iter::once((teller.get("book-cases-all"), all)).chain(groups).collect()
}

fn summary(book: &mut Workbook, teller: &Teller<'_>, notes: &[String]) -> Result<(), XlsxError> {
    let title = Format::new().set_bold().set_font_size(16);
    let head = Format::new().set_bold().set_font_size(12);
    let wrap = Format::new().set_text_wrap();
    let sheet = book.add_worksheet();
    sheet.set_name(teller.get("book-sheet-summary"))?.set_column_width(0, 120)?;
    sheet.write_with_format(0, 0, sections::title(teller), &title)?;
    sheet.write_with_format(1, 0, sections::run_line(teller), &wrap)?;
    let mut row = 3;
    for section in sections::comparison(teller, notes) {
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

fn measures(book: &mut Workbook, teller: &Teller<'_>) -> Result<(), XlsxError> {
    let columns = [
        ("variant", 24.0),
        ("cases", 26.0),
        ("measure", 34.0),
        ("name", 24.0),
        ("unit", 10.0),
        ("mean", 12.0),
        ("interval-from", 12.0),
        ("interval-to", 12.0),
        ("half-of-cases-at-most", 12.0),
        ("9-in-10-at-most", 12.0),
        ("19-in-20-at-most", 12.0),
        ("definition", 90.0),
    ];
    let mut sheet = Sheet::new(book, teller, "measures", &columns)?;
    for v in &teller.outcome.variants {
        let variant = teller.variant(&v.name);
        let segments = v.segments.iter().map(|g| ("segment", g.name.as_str(), &g.measures));
        let facets = v.facets.iter().map(|g| ("group", g.name.as_str(), &g.measures));
        let demands = v.demands.iter().map(|g| ("demand", g.name.as_str(), &g.measures));
        for (cases, measures) in cases(teller, &v.measures, segments.chain(facets).chain(demands)) {
            for m in measures {
                let Some(e) = &m.estimate else { continue };
                measure_row(&mut sheet, teller, [&variant, &cases], m, e)?;
            }
        }
    }
    Ok(())
}

fn measure_row(
    sheet: &mut Sheet<'_>,
    teller: &Teller<'_>,
    [variant, cases]: [&str; 2],
    m: &MeasureOutcome,
    e: &Estimate,
) -> Result<(), XlsxError> {
    let measure = m.measure;
    let [p50, p90, p95] = [m.p50, m.p90, m.p95].map(|q| number(measure, q.map(|q| q.value)));
    sheet.row(&[
        Cell::Text(variant),
        Cell::Text(cases),
        Cell::Text(&teller.label(measure)),
        Cell::Text(measure.name),
        Cell::Text(&unit(measure, teller)),
        number(measure, Some(e.mean)),
        number(measure, e.low),
        number(measure, e.high),
        p50,
        p90,
        p95,
        Cell::Text(&teller.definition(measure)),
    ])
}

fn differences(book: &mut Workbook, teller: &Teller<'_>) -> Result<(), XlsxError> {
    if teller.outcome.differences.is_empty() {
        return Ok(());
    }
    let columns = [
        ("variant", 24.0),
        ("baseline", 16.0),
        ("cases", 26.0),
        ("measure", 34.0),
        ("unit", 10.0),
        ("difference", 12.0),
        ("interval-from", 12.0),
        ("interval-to", 12.0),
        ("relative", 12.0),
        ("relative-from", 12.0),
        ("relative-to", 12.0),
        ("p", 12.0),
        ("p-after-holm", 12.0),
        ("verdict", 22.0),
    ];
    let mut sheet = Sheet::new(book, teller, "differences", &columns)?;
    for d in &teller.outcome.differences {
        let [variant, baseline] = [&d.variant, &d.baseline].map(|id| teller.variant(id));
        let segments = d.segments.iter().map(|g| ("segment", g.name.as_str(), &g.measures));
        let facets = d.facets.iter().map(|g| ("group", g.name.as_str(), &g.measures));
        for (cases, measures) in cases(teller, &d.measures, segments.chain(facets)) {
            for m in measures {
                difference_row(&mut sheet, teller, [&variant, &baseline, &cases], m)?;
            }
        }
    }
    Ok(())
}

fn difference_row(sheet: &mut Sheet<'_>, teller: &Teller<'_>, names: [&str; 3], m: &MeasureDifference) -> Result<(), XlsxError> {
    let share = |value: Option<f64>| value.map_or(Cell::Empty, Cell::Percent);
    let plain = |value: Option<f64>| value.map_or(Cell::Empty, Cell::Number);
    let [variant, baseline, cases] = names.map(Cell::Text);
    sheet.row(&[
        variant,
        baseline,
        cases,
        Cell::Text(&teller.label(m.measure)),
        Cell::Text(&unit(m.measure, teller)),
        number(m.measure, Some(m.difference.mean)),
        number(m.measure, m.difference.low),
        number(m.measure, m.difference.high),
        share(m.relative.map(|r| r.mean)),
        share(m.relative.and_then(|r| r.low)),
        share(m.relative.and_then(|r| r.high)),
        plain(m.p_value),
        plain(m.adjusted_p),
        Cell::Text(&teller.get(sections::verdict_on(m))),
    ])
}

/// Mean and interval of an estimate that may be missing.
fn estimate<'a>(e: Option<Estimate>, cell: impl Fn(f64) -> Cell<'a>) -> [Cell<'a>; 3] {
    [e.map(|e| e.mean), e.and_then(|e| e.low), e.and_then(|e| e.high)].map(|x| x.map_or(Cell::Empty, &cell))
}

fn pools(book: &mut Workbook, teller: &Teller<'_>) -> Result<(), XlsxError> {
    let columns = [
        ("variant", 24.0),
        ("pool", 40.0),
        ("id", 34.0),
        ("members", 10.0),
        ("busy", 10.0),
        ("busy-from", 10.0),
        ("busy-to", 10.0),
        ("hours-worked-a-run", 12.0),
        ("hours-from", 12.0),
        ("hours-to", 12.0),
        ("hours-on-shift-a-run", 12.0),
        ("overtime-hours-a-run", 12.0),
        ("mean-number-waiting", 12.0),
        ("largest-number-waiting", 12.0),
        ("wait-minutes", 12.0),
        ("wait-from", 12.0),
        ("wait-to", 12.0),
        ("waited-at-most-15-min", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("cost-a-run", 14.0),
        ("growing-without-end", 40.0),
    ];
    let mut sheet = Sheet::new(book, teller, "staff-and-registries", &columns)?;
    for v in &teller.outcome.variants {
        let variant = teller.variant(&v.name);
        for p in &v.pools {
            let [busy, busy_from, busy_to] = estimate(p.utilisation, Cell::Percent);
            let [hours, hours_from, hours_to] = estimate(Some(p.staff_hours), Cell::Number);
            let [wait, wait_from, wait_to] = estimate(p.waiting_time, Cell::Number);
            let [soon, soon_from, soon_to] = estimate(p.within_15_minutes, Cell::Percent);
            let overload = p.overload.map_or(String::new(), |o| {
                let arguments = [
                    ("from", teller.words.date(o.from).into()),
                    ("growth", teller.decimals(o.growth_per_day, 1).into()),
                    ("needed", o.members_needed.to_string().into()),
                ];
                teller.with("book-overload", &arguments)
            });
            sheet.row(&[
                Cell::Text(&variant),
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

fn steps(book: &mut Workbook, teller: &Teller<'_>) -> Result<(), XlsxError> {
    let columns = [
        ("variant", 24.0),
        ("service", 30.0),
        ("step", 44.0),
        ("id", 34.0),
        ("runs-a-case", 12.0),
        ("wait-a-run-minutes", 12.0),
        ("of-it-somebody-busy", 12.0),
        ("of-it-nobody-on-shift", 12.0),
        ("work-a-run-minutes", 12.0),
        ("citizens-time-a-case-minutes", 14.0),
        ("from", 12.0),
        ("to", 12.0),
        ("staffs-time-a-case-minutes", 14.0),
        ("from", 12.0),
        ("to", 12.0),
    ];
    let mut sheet = Sheet::new(book, teller, "steps", &columns)?;
    let mean = |e: Option<Estimate>| e.map_or(Cell::Empty, |e| Cell::Number(e.mean));
    for v in &teller.outcome.variants {
        let variant = teller.variant(&v.name);
        for s in &v.steps {
            let [citizen, citizen_from, citizen_to] = estimate(Some(s.citizen_time), Cell::Number);
            let [staff, staff_from, staff_to] = estimate(Some(s.staff_time), Cell::Number);
            sheet.row(&[
                Cell::Text(&variant),
                Cell::Text(teller.service(&s.service)),
                Cell::Text(&teller.name(&s.name)),
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

fn services(book: &mut Workbook, teller: &Teller<'_>) -> Result<(), XlsxError> {
    let columns = [
        ("variant", 24.0),
        ("service", 44.0),
        ("ended-a-run", 12.0),
        ("completed", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("refused", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("given-up", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("never-claimed", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("proactive", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("within-term", 12.0),
        ("from", 12.0),
        ("to", 12.0),
        ("elapsed-minutes", 14.0),
        ("from", 12.0),
        ("to", 12.0),
    ];
    let mut sheet = Sheet::new(book, teller, "services", &columns)?;
    for v in &teller.outcome.variants {
        let variant = teller.variant(&v.name);
        for s in &v.services {
            let shares =
                [s.completed_share, s.refused_share, s.abandoned_share, s.never_claimed_share, s.proactive_share, s.within_term];
            let mut cells = vec![Cell::Text(&variant), Cell::Text(&s.name), Cell::Number(s.ended.mean)];
            cells.extend(shares.into_iter().flat_map(|share| estimate(share, Cell::Percent)));
            cells.extend(estimate(s.elapsed_time, Cell::Number));
            sheet.row(&cells)?;
        }
    }
    Ok(())
}

fn targets(book: &mut Workbook, teller: &Teller<'_>) -> Result<(), XlsxError> {
    if teller.outcome.targets.is_empty() {
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
    let mut sheet = Sheet::new(book, teller, "published-facts", &columns)?;
    for t in &teller.outcome.targets {
        let [simulated, from, to] = estimate(t.simulated, Cell::Number);
        let measure = crate::experiment::kpi::measure(&t.measure).filter(|_| !teller.words.is_english());
        let measure = measure.map_or_else(|| t.measure.clone(), |measure| teller.label(measure));
        sheet.row(&[
            Cell::Text(&t.note),
            Cell::Text(&teller.variant(&t.variant)),
            Cell::Text(&t.against.as_deref().map_or(String::new(), |id| teller.variant(id))),
            Cell::Text(&measure),
            Cell::Number(t.published),
            Cell::Number(t.tolerance),
            simulated,
            from,
            to,
            Cell::Text(&teller.get(sections::target_verdict(t.verdict))),
            Cell::Text(t.source.as_deref().unwrap_or_default()),
        ])?;
    }
    Ok(())
}

fn figures(book: &mut Workbook, teller: &Teller<'_>) -> Result<(), XlsxError> {
    let columns = [("figure", 80.0), ("value", 40.0), ("source", 18.0), ("range", 30.0), ("owner", 20.0), ("note", 80.0)];
    let mut sheet = Sheet::new(book, teller, "figures-and-sources", &columns)?;
    for f in provenance(teller.study) {
        let source = f.source.clone().unwrap_or_else(|| teller.get("report-assumption"));
        let range = f.range.as_deref().map_or(String::new(), |range| teller.figure_value(range));
        let (figure, value, note) = (teller.figure(&f), teller.figure_value(&f.value), teller.words.note(&f.note));
        sheet.row(&[&figure, &value, &source, &range, &f.owner, &note].map(|text| Cell::Text(text)))?;
    }
    let columns = [("key", 18.0), ("title", 80.0), ("address", 60.0), ("date", 14.0), ("note", 80.0)];
    let mut sheet = Sheet::new(book, teller, "sources", &columns)?;
    for s in &teller.study.sources {
        let date = teller.typed_date(&s.date);
        sheet.row(&[&s.key, &s.title, &s.address, &date, &s.note].map(|text| Cell::Text(text)))?;
    }
    Ok(())
}
