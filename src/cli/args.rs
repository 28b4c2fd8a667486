//! What may be typed.

use crate::base::time::SimDuration;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Kezek simulates public services: what a change gives back to citizens, and what it does to the agencies' load.
#[derive(Debug, Parser)]
#[command(name = "kezek", version, about, max_term_width = 110)]
#[command(
    override_usage = "kezek [STUDY.ron]           opens the window\n       kezek <COMMAND> [OPTIONS]   works in the terminal"
)]
#[command(after_help = "To write a study of your own, `kezek convert golden-case mine.ron` gives a small one to change, \
`kezek format` says what may stand in it, and `kezek check mine.ron` what is wrong with it and what is allowed.\n\nExit codes: 0 done, 1 the input is at fault, 2 usage, \
3 stopped, 4 the machine is at fault. Results go to standard output, remarks and faults of a run to standard error.")]
pub struct Cli {
    /// What to do; without a command, the comparison of the study `birth-of-a-child`.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compare the variants of a study: citizens' time, agencies' load, what changes.
    Compare(CompareArgs),
    /// Run one variant of a study; with --log, write its event log.
    Run(RunArgs),
    /// Write a BPMN drawing, or a study with all it imports, as one study file to go on with; or its parameters for Prosimos; or an event log
    /// in another format.
    Convert(ConvertArgs),
    /// Find the figures of a model in an event log, and hold the model against the log.
    Fit(FitArgs),
    /// Find every fault of study files at once.
    Check(CheckArgs),
    /// List every figure of a study with its source, or as an assumption.
    Sources(SourcesArgs),
    /// List the studies that the program carries.
    Studies,
    /// Print what may stand in a study's file, field by field.
    Format,
    /// Measure the engine's speed beside loops written for one model only; or the coverage of intervals.
    Bench(BenchArgs),
}

impl Command {
    /// Returns what is done where no window opens: a study is compared with all that is left to it.
    pub fn comparison_of(study: &str) -> Command {
        Command::Compare(CompareArgs {
            study: Some(study.to_owned()),
            as_is: None,
            to_be: None,
            params: None,
            params_to_be: None,
            scenario: None,
            variant: Vec::new(),
            baseline: None,
            how: HowArgs::default(),
            format: Format::Table,
            report: None,
            language: None,
        })
    }
}

/// How to run.
#[derive(Clone, Debug, Default, Args)]
pub struct HowArgs {
    /// Number of replications; more make intervals narrower [default: the study's]
    #[arg(long, value_name = "N", conflicts_with = "precision", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub replications: Option<u32>,
    /// Add replications until citizens' time is known to within so much, as 2%
    #[arg(long, value_name = "SHARE", allow_hyphen_values = true, value_parser = parse_precision)]
    pub precision: Option<f64>,
    /// Confidence of intervals, as 0.95 or 95% [default: the study's]
    #[arg(long, value_name = "SHARE", allow_hyphen_values = true, value_parser = parse_confidence)]
    pub confidence: Option<f64>,
    /// Length of the measured window, as 52w or 90d [default: the study's]
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true, value_parser = parse_duration)]
    pub horizon: Option<SimDuration>,
    /// What is run before measuring begins, as 4w [default: the study's]
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true, value_parser = parse_duration)]
    pub warm_up: Option<SimDuration>,
    /// How long cases of the window are followed after it, as 26w [default: the study's]
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true, value_parser = parse_duration)]
    pub follow_up: Option<SimDuration>,
    /// Seed of all random draws; the same seed gives the same results [default: the study's]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_seed)]
    pub seed: Option<u64>,
    /// Number of threads; the results do not depend on it [default: all processors]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
}

/// `kezek compare`.
#[derive(Clone, Debug, Args)]
pub struct CompareArgs {
    /// A study's file or folder, a BPMN drawing, or the name of a study that the program carries (see `kezek studies`)
    #[arg(required_unless_present = "as_is", conflicts_with = "as_is")]
    pub study: Option<String>,
    /// A BPMN drawing (or a study) of what happens today, to be compared with --to-be
    #[arg(long, value_name = "MODEL", requires = "to_be")]
    pub as_is: Option<String>,
    /// A BPMN drawing (or a study) of what is proposed; what differs becomes a list of changes
    #[arg(long, value_name = "MODEL", requires = "as_is")]
    pub to_be: Option<String>,
    /// Parameters for BPMN drawings: Prosimos (.json), BPSim (.bpsim, .bpmn) or QBP (.bpmn); what a drawing carries itself is used anyway
    #[arg(long, value_name = "FILE")]
    pub params: Option<PathBuf>,
    /// Parameters for the drawing of --to-be, where they are others
    #[arg(long, value_name = "FILE", requires = "to_be")]
    pub params_to_be: Option<PathBuf>,
    /// The BPSim scenario to take [default: the first]
    #[arg(long, value_name = "ID")]
    pub scenario: Option<String>,
    /// A variant to compare, repeatable [default: all]
    #[arg(long, value_name = "NAME")]
    pub variant: Vec<String>,
    /// What the variants are compared with [default: as-is]
    #[arg(long, value_name = "NAME")]
    pub baseline: Option<String>,
    /// How to run.
    #[command(flatten)]
    pub how: HowArgs,
    /// How to print the results
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Also write a report to a file: .html to read and print, .xlsx with every number, .json, .csv or .txt
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// The language of an .html or .xlsx report [default: en]; the terminal, JSON and CSV stay English
    #[arg(long, value_enum, requires = "report")]
    pub language: Option<ReportLanguage>,
}

/// `kezek run`.
#[derive(Clone, Debug, Args)]
pub struct RunArgs {
    /// A study's file or folder, a BPMN drawing, or the name of a study that the program carries
    pub study: String,
    /// Parameters for a BPMN drawing: Prosimos (.json), BPSim (.bpsim, .bpmn) or QBP (.bpmn); what the drawing carries itself is used anyway
    #[arg(long, value_name = "FILE")]
    pub params: Option<PathBuf>,
    /// The BPSim scenario to take [default: the first]
    #[arg(long, value_name = "ID")]
    pub scenario: Option<String>,
    /// The variant to run
    #[arg(long, value_name = "NAME", default_value = "as-is")]
    pub variant: String,
    /// How to run.
    #[command(flatten)]
    pub how: HowArgs,
    /// How to print the results
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Let so many cases of each stream arrive, from the start on and with no warm-up, and follow them to their end
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub cases: Option<u64>,
    /// Begin at another date and time, as 2026-01-05T09:00
    #[arg(long, value_name = "INSTANT", value_parser = parse_instant)]
    pub start: Option<jiff::civil::DateTime>,
    /// Write the event log of the first replication's measured window to a .csv, .xes or .parquet file
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Also write results as BPSim does (.bpsim): what the scenario asks for, of each replication up to the end of its window
    #[arg(long, value_name = "FILE")]
    pub results: Option<PathBuf>,
    /// Local time less universal time, for the instants of the log
    #[arg(long, value_name = "±HH:MM", default_value = "+05:00", allow_hyphen_values = true, value_parser = parse_zone)]
    pub zone: i32,
}

/// `kezek convert`.
#[derive(Clone, Debug, Args)]
pub struct ConvertArgs {
    /// What to read: a study's file or folder, a BPMN drawing, the name of a study that the program carries, or an event log
    pub input: String,
    /// The file to write: a study (.ron), a drawing (.bpmn), or parameters for Prosimos (.json); of an event log .csv, .xes, .parquet,
    /// .csv.gz or .xes.gz
    pub output: PathBuf,
    /// The variant to write as the as-is of the new file
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
    /// How to read an event log.
    #[command(flatten)]
    pub reading: LogArgs,
}

/// `kezek fit`.
#[derive(Clone, Debug, Args)]
pub struct FitArgs {
    /// A BPMN drawing, a study's file or folder, or the name of a study that the program carries
    pub model: String,
    /// The event log: .csv, .xes, .xes.gz or .parquet, of this program or any other
    pub log: PathBuf,
    /// Parameters of another tool for a BPMN drawing, for what the log does not tell: Prosimos (.json), BPSim, QBP
    #[arg(long, value_name = "FILE")]
    pub params: Option<PathBuf>,
    /// Write the model with the figures found as a study
    #[arg(long, value_name = "STUDY.ron")]
    pub out: Option<PathBuf>,
    /// Says which element of the model an activity of the log is, repeatable
    #[arg(long = "match", value_name = "NAME IN THE LOG=ELEMENT", value_parser = parse_match)]
    pub matches: Vec<(String, String)>,
    /// Leave out waits that people and hours found in the log do not explain
    #[arg(long)]
    pub no_delays: bool,
    /// Only find figures; do not run the model beside the log
    #[arg(long)]
    pub no_compare: bool,
    /// Number of runs beside the log
    #[arg(long, value_name = "N", default_value_t = 10, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub replications: u32,
    /// Seed of these runs [default: the study's]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_seed)]
    pub seed: Option<u64>,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = FitFormat::Table)]
    pub format: FitFormat,
    /// Also write it to a file: .html with cycle times of log and model over each other, .json or .txt
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// How to read the log.
    #[command(flatten)]
    pub reading: LogArgs,
}

/// How to read an event log. All of it is guessed where it is not given.
#[derive(Clone, Debug, Default, Args)]
pub struct LogArgs {
    /// Name of the column (or key of XES) with the case
    #[arg(long, value_name = "COLUMN", help_heading = "Reading the log")]
    pub case: Option<String>,
    /// ... with the activity
    #[arg(long, value_name = "COLUMN", help_heading = "Reading the log")]
    pub activity: Option<String>,
    /// ... with the instant at which it was due
    #[arg(long, value_name = "COLUMN", help_heading = "Reading the log")]
    pub due: Option<String>,
    /// ... with the instant at which it began
    #[arg(long, value_name = "COLUMN", help_heading = "Reading the log")]
    pub start: Option<String>,
    /// ... with the instant at which it ended, or at which the event happened
    #[arg(long, value_name = "COLUMN", help_heading = "Reading the log")]
    pub end: Option<String>,
    /// ... with the word for what happened to it: start, complete
    #[arg(long, value_name = "COLUMN", help_heading = "Reading the log")]
    pub lifecycle: Option<String>,
    /// ... with the name of who did it
    #[arg(long, value_name = "COLUMN", help_heading = "Reading the log")]
    pub resource: Option<String>,
    /// What stands between cells: a character, or `tab`
    #[arg(long, value_name = "CHARACTER", value_parser = parse_separator, help_heading = "Reading the log")]
    pub separator: Option<u8>,
    /// The encoding, as utf-8 or windows-1251
    #[arg(long, value_name = "NAME", help_heading = "Reading the log")]
    pub encoding: Option<String>,
    /// Whether dates like 03/04/2026 begin with the day or the month
    #[arg(long, value_enum, value_name = "ORDER", help_heading = "Reading the log")]
    pub date_order: Option<DateOrderArg>,
    /// Bring instants that carry a time zone to this one [default: the clock on the wall as the log writes it]
    #[arg(long, value_name = "±HH:MM", allow_hyphen_values = true, value_parser = parse_zone, help_heading = "Reading the log")]
    pub zone: Option<i32>,
}

/// What dates begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DateOrderArg {
    /// The day.
    Dmy,
    /// The month.
    Mdy,
}

/// `kezek check`.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// Study files or folders, BPMN drawings, or names of studies that the program carries
    #[arg(required = true)]
    pub files: Vec<String>,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
}

/// `kezek sources`.
#[derive(Clone, Debug, Args)]
pub struct SourcesArgs {
    /// A study's file or folder, or the name of a study that the program carries
    pub study: String,
    /// Only figures without a source
    #[arg(long)]
    pub assumptions: bool,
}

/// `kezek bench`.
#[derive(Clone, Debug, Args)]
pub struct BenchArgs {
    /// What to measure: `reference` (the models a, b, c), `nation` (a nation's year), `live` (from an edit to numbers), `scaling`
    /// (two threads against one), `large` (models of many steps and pools), `coverage` (whether 95 % intervals hold the truth
    /// 95 % of the time), or `once` (one model once, for counting instructions)
    #[arg(default_value = "reference", value_parser = ["reference", "nation", "live", "scaling", "large", "coverage", "once"])]
    pub name: String,
    /// The reference model that `once` runs
    #[arg(long, value_name = "MODEL", default_value = "b", value_parser = ["a", "b", "c"])]
    pub model: String,
    /// How `once` runs it: with all measures, the engine alone, without its short cuts, or the specialised loop
    #[arg(long, value_name = "HOW", default_value = "measures", value_parser = ["measures", "bare", "no-short-cuts", "loop"])]
    pub how: String,
    /// Cases of each reference model or of the nation, or experiments of the coverage
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub size: Option<u64>,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables for people.
    Table,
    /// JSON, as the contract says.
    Json,
    /// CSV, one row for each number.
    Csv,
}

/// A language of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportLanguage {
    /// English.
    En,
    /// Russian.
    Ru,
    /// Kazakh.
    Kk,
}

/// How a fit is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FitFormat {
    /// Tables for people.
    Table,
    /// JSON.
    Json,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people, with the place in the file.
    Human,
    /// JSON.
    Json,
}

fn parse_match(text: &str) -> Result<(String, String), String> {
    let (name, element) = text.rsplit_once('=').ok_or("allowed is NAME IN THE LOG=ELEMENT OF THE MODEL")?;
    Ok((name.trim().to_owned(), element.trim().to_owned()))
}

fn parse_separator(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" | "\t" => Ok(b'\t'),
        _ if text.len() == 1 => Ok(text.as_bytes()[0]),
        _ => Err("allowed is one character, or tab".to_owned()),
    }
}

fn parse_precision(text: &str) -> Result<f64, String> {
    parse_share(text).ok_or_else(|| "allowed is a share above 0 and below 1, as 0.02 or 2%".to_owned())
}

fn parse_confidence(text: &str) -> Result<f64, String> {
    parse_share(text).ok_or_else(|| "allowed is a share above 0 and below 1, as 0.95 or 95%".to_owned())
}

/// Reads a share strictly between 0 and 1, also one in percent.
fn parse_share(text: &str) -> Option<f64> {
    let (digits, factor) = match text.trim().strip_suffix('%') {
        Some(digits) => (digits.trim(), 0.01),
        None => (text.trim(), 1.0),
    };
    let share = digits.parse::<f64>().ok()? * factor;
    (share > 0.0 && share < 1.0).then_some(share)
}

fn parse_seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("allowed is a whole number from 0 to {}", u64::MAX))
}

/// Reads `+05:00`, `-03:30` or `Z` as minutes east of Greenwich.
fn parse_zone(text: &str) -> Result<i32, String> {
    let fault = || "allowed is a time zone between -14:00 and +14:00, as +05:00, or Z".to_owned();
    if text == "Z" {
        return Ok(0);
    }
    let (sign, rest) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(rest), _) => (1, rest),
        (_, Some(rest)) => (-1, rest),
        _ => return Err(fault()),
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let (hours, minutes) = (hours.parse::<i32>().map_err(|_| fault())?, minutes.parse::<i32>().map_err(|_| fault())?);
    let all = hours * 60 + minutes;
    if (0..=14).contains(&hours) && (0..60).contains(&minutes) && all <= 14 * 60 { Ok(sign * all) } else { Err(fault()) }
}

fn parse_duration(text: &str) -> Result<SimDuration, String> {
    crate::formats::text::parse_duration(text).map_err(|fault| fault.to_string())
}

fn parse_instant(text: &str) -> Result<jiff::civil::DateTime, String> {
    crate::formats::text::parse_date_time(text).map_err(|fault| fault.to_string())
}
