//! To tables of text: a row for each activity or each event, with a column for everything that is said of them.

use super::survey::Survey;
use super::{Row, Target};
use crate::formats::log::read::columns::{self, Role};
use crate::formats::log::read::instant::Stamp;
use crate::formats::log::read::sink::{Attribute, Kind};
use std::io::{self, Write};

/// What a column of a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    Case,
    Name,
    Enabled,
    Started,
    Ended,
    Resource,
    Instance,
    Lifecycle,
    /// An attribute, by its position among [`Layout::others`].
    Other(usize),
}

/// The columns of a table.
#[derive(Clone, Debug)]
pub struct Layout {
    /// In order, with their names.
    pub cells: Vec<(String, Cell)>,
    /// What attributes are, by position.
    pub kinds: Vec<Kind>,
    /// By number of an attribute: its position.
    pub others: Vec<usize>,
}

impl Layout {
    /// Lays a table out. The names are those that our own logs have; whatever else [`columns`] would take for one of these is marked.
    pub fn of(survey: &Survey) -> Layout {
        let mut layout = Layout { cells: Vec::new(), kinds: Vec::new(), others: Vec::new() };
        let mut add = |is_there: bool, name: &str, cell: Cell| {
            if is_there {
                layout.cells.push((name.to_owned(), cell));
            }
        };
        add(true, "case_id", Cell::Case);
        add(true, "activity", Cell::Name);
        add(survey.has_enabled, "enable_time", Cell::Enabled);
        add(survey.in_activities, "start_time", Cell::Started);
        add(true, if survey.in_activities { "end_time" } else { "timestamp" }, Cell::Ended);
        add(survey.has_resource, "resource", Cell::Resource);
        add(survey.has_instance, "instance", Cell::Instance);
        let own: Vec<String> = layout
            .cells
            .iter()
            .map(|(name, _)| name.clone())
            .chain(survey.has_lifecycle.then(|| "lifecycle".to_owned()))
            .collect();
        let mut names: Vec<String> = Vec::new();
        for column in &survey.columns {
            let mut name = column.in_a_table();
            // A column of the file that is something else than its name says, or stands there twice: whoever reads the table could not
            // tell them apart.
            if own.contains(&name) || is_taken_for_another(&name, &own) {
                name.push_str(" (2)");
            }
            let position = names.iter().position(|known| *known == name).unwrap_or_else(|| {
                names.push(name);
                layout.kinds.push(column.kind);
                names.len() - 1
            });
            // One column for two attributes holds text, whatever each of them is.
            if layout.kinds[position] != column.kind {
                layout.kinds[position] = Kind::Text;
            }
            layout.others.push(position);
        }
        layout.cells.extend(names.into_iter().enumerate().map(|(i, name)| (name, Cell::Other(i))));
        if survey.has_lifecycle {
            layout.cells.push(("lifecycle".to_owned(), Cell::Lifecycle));
        }
        layout
    }

    /// Returns the values of attributes by position; empty where there is none.
    pub fn values<'r>(&self, others: &'r [Attribute]) -> Vec<&'r str> {
        let mut values = vec![""; self.kinds.len()];
        for (number, text) in others {
            if let Some(value) = self.others.get(*number as usize).and_then(|at| values.get_mut(*at))
                && value.is_empty()
            {
                *value = text;
            }
        }
        values
    }
}

/// Tells whether a reader would take a column that has no role for one that has, by its name: for one of ours that is named less
/// surely, or that is not there.
fn is_taken_for_another(name: &str, own: &[String]) -> bool {
    let Some((role, place)) = columns::role_by_name(name) else { return false };
    // These are attributes like others, and come by these names; of another name, they were something else where they come from.
    if matches!(role, Role::Element | Role::Worked | Role::Complete) {
        return !["element", "worked_seconds", "case:complete"].contains(&name);
    }
    let of_ours = own.iter().filter_map(|own| columns::role_by_name(own)).find(|(own, _)| *own == role);
    of_ours.is_none_or(|(_, ours)| place <= ours)
}

/// Writes comma-separated values.
pub struct CsvTarget {
    out: ::csv::Writer<Box<dyn Write + Send>>,
    layout: Layout,
}

impl CsvTarget {
    /// Begins a table with its header.
    pub fn new(out: Box<dyn Write + Send>, survey: &Survey) -> io::Result<Self> {
        let layout = Layout::of(survey);
        let mut out = ::csv::Writer::from_writer(out);
        out.write_record(layout.cells.iter().map(|(name, _)| name))?;
        Ok(CsvTarget { out, layout })
    }
}

impl Target for CsvTarget {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        let values = self.layout.values(&row.others);
        let instant = |stamp: Option<Stamp>| stamp.map_or(String::new(), |stamp| stamp.to_string());
        for (_, cell) in &self.layout.cells {
            match *cell {
                Cell::Case => self.out.write_field(&row.case)?,
                Cell::Name => self.out.write_field(&row.name)?,
                Cell::Enabled => self.out.write_field(instant(row.enabled))?,
                Cell::Started => self.out.write_field(instant(row.started))?,
                Cell::Ended => self.out.write_field(instant(row.ended))?,
                Cell::Resource => self.out.write_field(&row.resource)?,
                Cell::Instance => self.out.write_field(&row.instance)?,
                Cell::Lifecycle => self.out.write_field(&row.lifecycle)?,
                Cell::Other(at) => self.out.write_field(values.get(at).copied().unwrap_or_default())?,
            }
        }
        self.out.write_record(None::<&[u8]>)?;
        Ok(())
    }

    fn case(&mut self, _: &str, _: &[Attribute], rows: &[Row]) -> io::Result<u64> {
        rows.iter().try_for_each(|row| self.row(row)).map(|()| rows.len() as u64)
    }

    fn wants_cases(&self) -> bool {
        false
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
