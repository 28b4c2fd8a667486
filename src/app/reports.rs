//! Reports of what a run has found: the same pages and workbooks that the command line writes.

use crate::app::command::ReportKind;
use crate::experiment::outcome::ExperimentOutcome;
use crate::model::study::Study;
use crate::report;
use crate::texts::Words;

/// Returns the ending of a report's file.
pub fn ending(kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::Page => "html",
        ReportKind::Workbook => "xlsx",
    }
}

/// Writes a report in the language of the window.
///
/// # Errors
/// Why it cannot be written, in words; none that a study could bring about.
pub fn written(
    kind: ReportKind,
    outcome: &ExperimentOutcome,
    study: &Study,
    notes: &[String],
    words: Words,
) -> Result<Vec<u8>, String> {
    match kind {
        ReportKind::Page => {
            report::html::comparison(outcome, study, notes, words).map(String::into_bytes).map_err(|error| error.to_string())
        }
        ReportKind::Workbook => report::xlsx::comparison(outcome, study, notes, words).map_err(|error| error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::files::carried_study;
    use crate::base::progress::CancelToken;
    use crate::experiment::plan::Plan;
    use crate::experiment::run::run_experiment;
    use crate::report::wording::assumptions;

    #[test]
    fn a_page_is_text_and_a_workbook_is_packed_and_both_say_what_is_assumed() {
        let study = carried_study("golden-case").unwrap();
        let outcome = run_experiment(&study, &Plan::of_study(&study), &|_| {}, &CancelToken::default()).unwrap();
        let words = Words::ENGLISH;
        let page = written(ReportKind::Page, &outcome, &study, &assumptions(words, 3, 8, ""), words).unwrap();
        let page = String::from_utf8(page).unwrap();
        assert!(page.contains(&study.title) && page.contains("3 of the 8 figures"));
        assert!(written(ReportKind::Workbook, &outcome, &study, &[], words).unwrap().starts_with(b"PK"));
        assert!(assumptions(words, 0, 8, "").is_empty());
    }
}
