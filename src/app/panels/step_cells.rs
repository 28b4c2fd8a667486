//! What stands in the cells of the table of steps, and what a text put into one of them means.

use crate::app::Cx;
use crate::app::edit::{ScenarioEdit, What};
use crate::app::panels::steps::{AUTOMATABLE, IMPORTANCE, duration_of, performer_name};
use crate::app::widgets::duration;
use crate::app::widgets::provenance::explained;
use crate::app::widgets::sheet::{Cell, Column, Content, Place, option_of};
use crate::base::time::MS_PER_MINUTE;
use crate::model::figure::DurationFigure;
use crate::model::flow::{Element, ElementKind, WaitUntil};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{Automatable, DocumentSource, Importance, Performer, PoolUse, Step};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A row of the table.
pub struct Line<'e> {
    /// How deep it lies in sub-processes.
    pub depth: usize,
    /// The step or wait.
    pub element: &'e Element,
}

/// The columns, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Name,
    Who,
    /// Least, likely or most.
    Duration(usize),
    Mean,
    Source,
    Documents,
    Importance,
    Automatable,
    Basis,
}

/// Columns with the least width that can be read, and how much of the room that is left each takes.
const COLUMNS: [(Kind, &str, f32, f32); 11] = [
    (Kind::Name, "column-step", 164.0, 4.0),
    (Kind::Who, "column-who", 128.0, 2.0),
    (Kind::Duration(0), "duration-least", 76.0, 0.3),
    (Kind::Duration(1), "duration-likely", 76.0, 0.3),
    (Kind::Duration(2), "duration-most", 84.0, 0.3),
    (Kind::Mean, "column-mean", 90.0, 0.3),
    (Kind::Source, "column-source", 102.0, 1.0),
    (Kind::Importance, "column-importance", 126.0, 1.0),
    (Kind::Automatable, "column-automatable", 124.0, 1.5),
    (Kind::Basis, "column-basis", 104.0, 3.0),
    (Kind::Documents, "column-documents", 110.0, 1.5),
];

/// Makes the columns for a table so many points wide, before the theme's larger type. A wider table has wider columns; a narrower one
/// is moved sideways.
pub fn columns(cx: &Cx<'_>, room: f32) -> Vec<Column> {
    let least: f32 = COLUMNS.iter().map(|(_, _, width, _)| width).sum();
    let parts: f32 = COLUMNS.iter().map(|(_, _, _, part)| part).sum();
    let left = (room - least).max(0.0) / parts;
    let made = |(kind, title, width, part): &(Kind, &str, f32, f32)| Column {
        title: cx.words.get(title),
        width: (width + left * part).floor(),
        right: matches!(kind, Kind::Duration(_) | Kind::Mean),
    };
    COLUMNS.iter().map(made).collect()
}

/// What can be chosen in the table.
pub struct Options {
    performers: Vec<Performer>,
    performer_names: Arc<[String]>,
    sources: Vec<Option<String>>,
    source_names: Arc<[String]>,
    importance: Arc<[String]>,
    automatable: Arc<[String]>,
}

impl Options {
    /// Lists what can be chosen.
    pub fn new(cx: &Cx<'_>, scenario: &Scenario) -> Options {
        let performers = performers(scenario);
        let sources: Vec<Option<String>> =
            std::iter::once(None).chain(cx.document.study().sources.iter().map(|source| Some(source.key.clone()))).collect();
        let assumption = cx.words.get("assumption");
        Options {
            performer_names: performer_names(cx, scenario, &performers).into(),
            performers,
            source_names: sources.iter().map(|key| key.clone().unwrap_or_else(|| assumption.clone())).collect(),
            sources,
            importance: IMPORTANCE.iter().map(|(_, id)| cx.words.get(id)).collect(),
            automatable: AUTOMATABLE.iter().map(|(_, id)| cx.words.get(id)).collect(),
        }
    }

    /// Who may do a step, and that step's own where it is none of them.
    fn performers_of(&self, step: &Step, own: String) -> (Arc<[String]>, usize) {
        match self.performers.iter().position(|known| *known == step.performer) {
            Some(at) => (self.performer_names.clone(), at),
            None => {
                let names = self.performer_names.iter().cloned().chain([own]);
                (names.collect(), self.performers.len())
            }
        }
    }
}

/// Lists who can do a step: the citizen, one person of each pool, a system, each registry.
pub fn performers(scenario: &Scenario) -> Vec<Performer> {
    let mut all = vec![Performer::Citizen];
    let pools = scenario.staff_pool_references().into_iter();
    all.extend(pools.map(|pool| Performer::Staff(vec![PoolUse { pool, count: 1 }])));
    all.push(Performer::System(None));
    all.extend(scenario.registries.iter().map(|registry| Performer::System(Some(registry.id.clone()))));
    all
}

/// Names them; pools that share a name are told apart by their agency.
pub fn performer_names(cx: &Cx<'_>, scenario: &Scenario, performers: &[Performer]) -> Vec<String> {
    let names: Vec<String> = performers.iter().map(|performer| performer_name(cx, scenario, performer)).collect();
    let told_apart = |(name, performer): (&String, &Performer)| {
        let again = names.iter().filter(|other| *other == name).count() > 1;
        match performer {
            Performer::Staff(pools) if again => {
                let agency =
                    pools.first().and_then(|used| scenario.staff_pool(&used.pool)).map_or("", |(agency, _)| &agency.name);
                format!("{name} · {agency}")
            }
            _ => name.clone(),
        }
    };
    names.iter().zip(performers).map(told_apart).collect()
}

fn step_of(element: &Element) -> Option<&Step> {
    match &element.kind {
        ElementKind::Step(step) => Some(step),
        _ => None,
    }
}

/// Tells whether the two questions about a step have been answered; a wait asks nothing.
pub fn is_asked(element: &Element) -> bool {
    step_of(element)
        .is_none_or(|step| step.questions.importance != Importance::Unknown && step.questions.automatable != Automatable::Unknown)
}

/// Makes the cells of a row.
pub fn cells(cx: &Cx<'_>, scenario: &Scenario, options: &Options, line: &Line<'_>) -> Vec<Cell> {
    let element = line.element;
    let step = step_of(element);
    let figure = duration_of(element);
    let triple = figure.map(|figure| duration::triple(&figure.value));
    let made = |(kind, title, ..): &(Kind, &'static str, f32, f32)| {
        let name = format!("{}: {}", cx.words.get(title), element.name);
        match kind {
            Kind::Name => {
                let mut cell = Cell::new(Content::Text(element.name.clone()), name);
                cell.indent = 14.0 * line.depth as f32;
                cell.hint.clone_from(&element.note);
                cell
            }
            Kind::Who => match step {
                Some(step) => {
                    let own = performer_name(cx, scenario, &step.performer);
                    let (options, at) = options.performers_of(step, own);
                    let hint = options[at].clone();
                    Cell { hint, ..Cell::new(Content::Choice { options, chosen: Some(at) }, name) }
                }
                None => Cell::new(Content::Shown(cx.words.get("performer-wait")), name),
            },
            Kind::Duration(at) => match triple {
                Some(Some(values)) => {
                    let text = values[*at].map_or(String::new(), |ms| write(cx, ms));
                    Cell { hint: cx.words.get("duration-hint"), ..Cell::new(Content::Text(text), name) }
                }
                Some(None) if *at == 1 => {
                    Cell { hint: cx.words.get("duration-other"), ..Cell::new(Content::Shown("~".to_owned()), name) }
                }
                _ => Cell::empty(),
            },
            Kind::Mean => {
                let text = figure.map(|figure| cx.words.duration(figure.value.mean() / MS_PER_MINUTE as f64));
                Cell::new(Content::Shown(text.unwrap_or_default()), name)
            }
            Kind::Source => figure.map_or_else(Cell::empty, |figure| source_cell(cx, options, figure, name)),
            Kind::Documents => step.map_or_else(Cell::empty, |step| documents_cell(cx, scenario, step, name)),
            Kind::Importance => step.map_or_else(Cell::empty, |step| {
                let chosen = IMPORTANCE.iter().position(|(known, _)| *known == step.questions.importance);
                question(cx, name, &options.importance, chosen)
            }),
            Kind::Automatable => step.map_or_else(Cell::empty, |step| {
                let chosen = AUTOMATABLE.iter().position(|(known, _)| *known == step.questions.automatable);
                question(cx, name, &options.automatable, chosen)
            }),
            Kind::Basis => step.map_or_else(Cell::empty, |step| Cell {
                hint: step.questions.basis.clone(),
                ..Cell::new(Content::Text(step.questions.basis.clone()), name)
            }),
        }
    };
    COLUMNS.iter().map(made).collect()
}

/// A question that is still open stands out a little.
fn question(cx: &Cx<'_>, name: String, options: &Arc<[String]>, chosen: Option<usize>) -> Cell {
    let badge = (chosen == Some(0)).then_some((cx.theme.text_weak, cx.theme.surface_quiet));
    Cell { badge, ..Cell::new(Content::Choice { options: options.clone(), chosen }, name) }
}

fn source_cell(cx: &Cx<'_>, options: &Options, figure: &DurationFigure, name: String) -> Cell {
    let chosen = options.sources.iter().position(|known| *known == figure.source);
    let badge = match figure.source {
        Some(_) => (cx.theme.better, cx.theme.better_ground),
        None => (cx.theme.warn, cx.theme.warn_ground),
    };
    Cell {
        badge: Some(badge),
        hint: explained(cx, figure.source.as_deref(), &figure.note),
        ..Cell::new(Content::Choice { options: options.source_names.clone(), chosen }, name)
    }
}

fn documents_cell(cx: &Cx<'_>, scenario: &Scenario, step: &Step, name: String) -> Cell {
    if step.documents.is_empty() {
        return Cell::new(Content::Shown("–".to_owned()), name);
    }
    let asked = step.documents.iter().filter(|used| used.from == DocumentSource::Citizen).count();
    let words = [("asked", asked.into()), ("fetched", (step.documents.len() - asked).into())];
    let line = |used: &crate::model::step::DocumentUse| {
        let name = scenario.documents.iter().find(|d| d.id == used.document).map_or(&used.document, |d| &d.name);
        format!("{name}: {}", cx.words.get(crate::app::panels::steps::source_label(used.from)))
    };
    let mut hint: Vec<String> = step.documents.iter().map(line).collect();
    hint.push(cx.words.get("steps-documents-where"));
    Cell { hint: hint.join("\n"), ..Cell::new(Content::Shown(cx.words.with("steps-documents", &words)), name) }
}

/// Writes a duration in the user's language so that it can be typed again.
fn write(cx: &Cx<'_>, ms: f64) -> String {
    duration::write_in(cx.words.language, ms)
}

/// Returns the edit that an option in a column means.
pub fn chosen(service: &Service, options: &Options, line: &Line<'_>, column: usize, option: usize) -> Option<ScenarioEdit> {
    let (kind, ..) = COLUMNS.get(column)?;
    let mut element = line.element.clone();
    let what = choose(&mut element, options, *kind, option)?;
    Some(ScenarioEdit::Element { service: service.id.clone(), element: Box::new(element), what: What::once(what) })
}

/// Puts an option into an element; returns the id of the text that names what was changed.
fn choose(element: &mut Element, options: &Options, kind: Kind, option: usize) -> Option<&'static str> {
    if kind == Kind::Source {
        let source = options.sources.get(option)?.clone();
        figure_mut(element)?.source = source;
        return Some("edit-source-of");
    }
    let ElementKind::Step(step) = &mut element.kind else { return None };
    match kind {
        Kind::Who => {
            step.performer = options.performers.get(option)?.clone();
            Some("edit-performer")
        }
        Kind::Importance => {
            step.questions.importance = IMPORTANCE.get(option)?.0;
            Some("edit-questions")
        }
        Kind::Automatable => {
            step.questions.automatable = AUTOMATABLE.get(option)?.0;
            Some("edit-questions")
        }
        _ => None,
    }
}

fn figure_mut(element: &mut Element) -> Option<&mut DurationFigure> {
    match &mut element.kind {
        ElementKind::Step(step) => Some(&mut step.duration),
        ElementKind::Wait(wait) => match &mut wait.until {
            WaitUntil::For(duration) => Some(duration),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the id of the text that says why nothing can be typed into a cell; `None` where it says nothing that matters.
pub fn why_closed(line: &Line<'_>, column: usize) -> Option<&'static str> {
    let (kind, ..) = COLUMNS.get(column)?;
    match kind {
        Kind::Duration(_) | Kind::Mean => Some(why_no_triple(line.element)),
        Kind::Documents => Some("steps-documents-where"),
        _ => None,
    }
}

/// Why least, likely and most of an element cannot be typed.
fn why_no_triple(element: &Element) -> &'static str {
    match duration_of(element).map(|figure| duration::triple(&figure.value)) {
        Some(Some(_)) => "refused-mean",
        Some(None) => "refused-other",
        None => "refused-no-duration",
    }
}

/// What came of texts that were put into cells.
#[derive(Debug, Default)]
pub struct Filled {
    /// What they change.
    pub edits: Vec<ScenarioEdit>,
    /// Why the first of those that mean nothing was not taken, in words.
    pub refused: Option<String>,
}

/// An element on its way to what the texts make of it.
struct Work {
    element: Element,
    /// Least, likely and most, where one of them was set.
    triple: Option<[Option<f64>; 3]>,
    what: Option<&'static str>,
}

/// Returns what texts in cells change. What means nothing is left as it was, and the first such text is said.
pub fn fill(
    cx: &Cx<'_>,
    scenario: &Scenario,
    service: &Service,
    options: &Options,
    lines: &[Line<'_>],
    fills: &[(Place, String)],
) -> Filled {
    let mut filled = Filled::default();
    let mut works: BTreeMap<usize, Work> = BTreeMap::new();
    for ((row, column), text) in fills {
        let (Some(line), Some((kind, title, ..))) = (lines.get(*row), COLUMNS.get(*column)) else { continue };
        let new = || Work { element: line.element.clone(), triple: None, what: None };
        let work = works.entry(*row).or_insert_with(new);
        match put(cx, scenario, options, work, *kind, text) {
            Ok(what) => work.what = what.or(work.what),
            Err(id) => {
                let name = line.element.name.as_str();
                let words = [("text", text.as_str().into()), ("column", cx.words.get(title).into()), ("name", name.into())];
                filled.refused.get_or_insert_with(|| cx.words.with(id, &words));
            }
        }
    }
    for (row, mut work) in works {
        let Some(line) = lines.get(row) else { continue };
        if let Some(triple) = work.triple
            && let Some(figure) = figure_mut(&mut work.element)
        {
            match duration::of_triple(triple, &figure.value) {
                Some(made) => *figure = duration::set(figure, made),
                None => {
                    let id = if triple == [None; 3] { "refused-empty" } else { "refused-order" };
                    let words = [("name", line.element.name.as_str().into())];
                    filled.refused.get_or_insert_with(|| cx.words.with(id, &words));
                }
            }
        }
        if work.element != *line.element {
            let what = What::once(work.what.unwrap_or("edit-several"));
            let element = Box::new(work.element);
            filled.edits.push(ScenarioEdit::Element { service: service.id.clone(), element, what });
        }
    }
    filled
}

/// Puts a text into an element; the id of the text that names what was changed, or of the one that says why not.
fn put(
    cx: &Cx<'_>,
    scenario: &Scenario,
    options: &Options,
    work: &mut Work,
    kind: Kind,
    text: &str,
) -> Result<Option<&'static str>, &'static str> {
    let text = text.trim();
    let is_step = step_of(&work.element).is_some();
    match kind {
        Kind::Name if text.is_empty() => Err("refused-name"),
        Kind::Name => {
            work.element.name = text.to_owned();
            Ok(Some("edit-name"))
        }
        Kind::Duration(at) => {
            let before = work.triple.or_else(|| duration::triple(&duration_of(&work.element)?.value));
            let Some(before) = before else {
                // An empty cell of a spreadsheet, or what was copied from here, asks for nothing.
                return if matches!(text, "" | "~" | "–") { Ok(None) } else { Err(why_no_triple(&work.element)) };
            };
            let value = if text.is_empty() { None } else { Some(duration::read(text).ok_or("refused-duration")?) };
            let mut triple = before;
            triple[at] = value;
            if before[at].map(|ms| write(cx, ms)).as_deref() == Some(text) {
                // What was only looked at stays exactly as it was.
                return Ok(None);
            }
            work.triple = Some(triple);
            Ok(Some("edit-duration"))
        }
        Kind::Basis if is_step => {
            if let ElementKind::Step(step) = &mut work.element.kind {
                step.questions.basis = text.to_owned();
            }
            Ok(Some("edit-questions"))
        }
        Kind::Who | Kind::Importance | Kind::Automatable if is_step => {
            let names = match kind {
                Kind::Who => &options.performer_names,
                Kind::Importance => &options.importance,
                _ => &options.automatable,
            };
            if kind == Kind::Who
                && let Some(step) = step_of(&work.element)
                && performer_name(cx, scenario, &step.performer) == text
            {
                return Ok(None);
            }
            let at = if text.is_empty() && kind != Kind::Who { Some(0) } else { option_of(names, text) };
            let at = at.ok_or("refused-option")?;
            Ok(choose(&mut work.element, options, kind, at))
        }
        Kind::Source => {
            let at = if text.is_empty() { Some(0) } else { option_of(&options.source_names, text) };
            let at = at.ok_or("refused-option")?;
            Ok(choose(&mut work.element, options, kind, at))
        }
        _ => Ok(None),
    }
}
