//! Traps in published numbers, as an analyst types them in: `kezek check` says what is wrong, and does not mend in silence.

use super::bodies::STUDIES;
use kezek::base::diagnostic::{Diagnostic, Severity};
use kezek::formats::scenario_ron::{read_study, read_study_file};
use std::path::Path;

/// A small study that is sound as it stands; `parts` are its segments, attributes, channels and sources.
fn checked(parts: &str) -> Vec<Diagnostic> {
    let text = format!(
        r#"(
    version: 1, id: "small", title: "Small",
    hour_value: 1000,
    {parts}
    demand: [(id: "people", of: "help", arrivals: Poisson(per_year: 1000))],
)"#
    );
    read_study(&text, "small.ron", &mut |path| Err(format!("no {path}"))).diagnostics
}

const SERVICE: &str = r#"services: [(id: "help", elements: [
        (id: "start", kind: Start, next: "ask"),
        (id: "ask", kind: Step(duration: "5min", citizen: Active), next: "end"),
        (id: "end", kind: End),
    ])],"#;

fn findings(parts: &str, severity: Severity) -> Vec<(&'static str, String)> {
    let of = checked(&format!("{parts}\n{SERVICE}"));
    of.into_iter().filter(|d| d.severity == severity).map(|d| (d.code, d.message)).collect()
}

fn attribute(values: &str) -> String {
    format!("attributes: [(id: \"often\", name: \"How often a month\", values: {{{values}}})],")
}

#[test]
fn sound_text_has_nothing_to_mend() {
    assert_eq!(findings(&attribute(r#""1-2": 0.72, "<1": 0.21, ">3": 0.07"#), Severity::Warning), []);
    assert_eq!(findings("", Severity::Error), []);
}

#[test]
fn shares_that_sum_to_98_6_per_cent_are_scaled_and_it_is_said() {
    // Fig 7: 70.6, 21, 5 and 2 %.
    let found = findings(&attribute(r#""1-2": 0.706, "<1": 0.21, "3-5": 0.05, ">5": 0.02"#), Severity::Warning);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "attribute-shares");
    assert!(found[0].1.contains("98.6") && found[0].1.contains("scaled"), "{}", found[0].1);
}

#[test]
fn shares_that_leave_a_seventh_out_are_refused() {
    // Fig 17: 14 % received one, 73 % did not; who did not answer is missing.
    let found = findings(&attribute(r#""received": 0.14, "did not": 0.73"#), Severity::Error);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.contains("0.87"), "{}", found[0].1);
}

#[test]
fn classes_that_overlap_are_refused_as_more_than_a_whole() {
    // Fig 8 with "more than 5" holding "more than 10" once more: 37, 31, 29, 15 and 3 %.
    let found = findings(&attribute(r#""1-2": 0.37, "3-5": 0.31, ">5": 0.29, ">10": 0.15, "<1": 0.03"#), Severity::Error);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.contains("1.15"), "{}", found[0].1);
}

#[test]
fn percentages_typed_as_they_are_printed_are_refused_with_the_way_out() {
    let found = checked(&format!("{}\n{SERVICE}", attribute(r#""men": 35, "women": 65"#)));
    let wrong: Vec<_> = found.iter().filter(|d| d.severity == Severity::Error).collect();
    assert!(wrong.iter().any(|d| d.hint.contains("34 % is 0.34")), "{wrong:?}");
}

const SURVEY: &str = r#"sources: [
        (key: "fig-6", title: "Which channels do you prefer (several answers)", address: "thesis, figure 6", shares_of: Answers),
        (key: "fig-4", title: "Where those asked live", address: "thesis, figure 4", shares_of: Respondents),
    ],"#;

#[test]
fn shares_of_answers_are_no_shares_of_people() {
    let with = |figure: &str| {
        attribute(&format!(r#""portal": {figure}, "centre": (value: 0.66, range: (0.3, 0.8), note: "the rest")"#)) + SURVEY
    };
    let found = findings(&with(r#"(value: 0.34, source: "fig-6")"#), Severity::Warning);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "share-of-answers");
    assert!(found[0].1.contains("answers, not of people"), "{}", found[0].1);
    // A range says that the author knows.
    assert_eq!(findings(&with(r#"(value: 0.34, source: "fig-6", range: (0.2, 0.6))"#), Severity::Warning), []);
}

#[test]
fn weights_of_a_sample_are_no_weights_of_the_population() {
    let segments = |range: &str| {
        format!(
            r#"segments: [
        (id: "capital", share: (value: 0.95, source: "fig-4"{range})),
        (id: "rural", share: (value: 0.05, source: "fig-4"{range})),
    ],{SURVEY}"#
        )
    };
    let found = findings(&segments(""), Severity::Warning);
    assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), ["share-of-respondents"; 2]);
    assert!(found[0].1.contains("not of the population"), "{}", found[0].1);
    assert_eq!(findings(&segments(", range: (0.01, 0.99)"), Severity::Warning), []);
}

/// Every shipped study: no fault and no warning, every source with an address, every unsourced figure owned up to.
#[test]
fn shipped_studies_pass_the_check_with_no_fault_and_no_warning() {
    for name in STUDIES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name).join("study.ron");
        let read = read_study_file(&path).unwrap();
        let bad: Vec<_> = read.diagnostics.iter().filter(|d| d.severity != Severity::Note).collect();
        assert!(bad.is_empty(), "{name}: {bad:?}");
        let study = read.value.unwrap();
        for source in &study.sources {
            assert!(!source.title.is_empty() && !source.address.is_empty(), "{name}: {} has no address", source.key);
        }
    }
}

/// A thesis of a hundred pages is no address: whoever quotes it says which figure, table or section.
#[test]
fn figures_quoted_from_the_thesis_say_where_in_it() {
    let says_where = |note: &str| {
        note.contains("Fig")
            || note.contains("Table")
            || note.as_bytes().windows(3).any(|w| w[0].is_ascii_digit() && w[1] == b'.' && w[2].is_ascii_digit())
    };
    let mut quoted = 0;
    for name in STUDIES {
        for figure in kezek::model::provenance::provenance(&super::shipped(name)) {
            if figure.source.as_ref().is_some_and(|source| source.starts_with("thesis")) {
                quoted += 1;
                assert!(says_where(&figure.note), "{name}: {}: {}", figure.description, figure.note);
            }
        }
    }
    assert!(quoted > 50, "{quoted}");
}

/// Nothing invented passes as a fact: a figure without a source says how it was come by, or between which values it may lie.
#[test]
fn every_figure_has_a_source_or_says_how_it_was_come_by() {
    for name in STUDIES {
        let study = super::shipped(name);
        for figure in kezek::model::provenance::provenance(&study) {
            // Hours, terms and profiles by the week have one source or none; the case by hand is made of round numbers.
            let whole = figure.description.starts_with("Profile of") || name == "golden-case";
            let said = whole || !figure.is_assumption() || !figure.note.is_empty() || figure.range.is_some();
            assert!(said, "{name}: {}", figure.description);
        }
    }
}
