//! Files of BPSim that are wrong: each fault is a finding with a place, and nothing panics.

use super::{SHOP, read};
use kezek::base::diagnostic::Severity;

fn codes(text: &str) -> Vec<(&'static str, Severity)> {
    let (_, applied) = read(text, None);
    for finding in &applied.found {
        assert!(finding.place.is_some(), "{finding:?}");
    }
    applied.found.iter().map(|d| (d.code, d.severity)).collect()
}

#[test]
fn each_fault_is_named_at_its_place() {
    let wrong = [
        ("inherits=\"today\"", "inherits=\"today\" result=\"today\"", "", Severity::Note),
        (
            "<bpsim:NumericParameter value=\"10\"/></bpsim:InterTriggerTimer>",
            "<bpsim:NumericParameter value=\"NaN\"/></bpsim:InterTriggerTimer>",
            "bad-value",
            Severity::Error,
        ),
        (
            "<bpsim:NumericParameter value=\"10\"/></bpsim:InterTriggerTimer>",
            "<bpsim:NumericParameter value=\"-5\"/></bpsim:InterTriggerTimer>",
            "bad-value",
            Severity::Error,
        ),
        (
            "<bpsim:NumericParameter value=\"10\"/></bpsim:InterTriggerTimer>",
            "<bpsim:NumericParameter value=\"0\"/></bpsim:InterTriggerTimer>",
            "bad-value",
            Severity::Error,
        ),
        ("<bpsim:NumericParameter value=\"40\"/>", "<bpsim:NumericParameter value=\"1e300\"/>", "bad-count", Severity::Error),
        ("elementRef=\"bpmn:begin\"", "elementRef=\"bpmn:begun\"", "not-in-the-drawing", Severity::Warning),
        ("elementRef=\"decide\"", "", "no-element", Severity::Warning),
        ("value=\"0.25\"/></bpsim:Probability>", "value=\"-3\"/></bpsim:Probability>", "bad-share", Severity::Error),
        ("bpsim:getProperty('kind') = 'new'", "count(//x) > 3", "condition", Severity::Warning),
        ("validFor=\"office\"", "validFor=\"nowhere\"", "unknown-calendar", Severity::Warning),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "RRULE:FREQ=MONTHLY", "calendar", Severity::Warning),
        ("getResource('expert',1)", "getResource('nobody',1)", "unknown-resource", Severity::Error),
        ("getResource('expert',1)", "getResource('expert',", "bad-selection", Severity::Error),
        (
            "<bpsim:NumericParameter value=\"2\" validFor=\"office\"/>",
            "<bpsim:NumericParameter value=\"-2\" validFor=\"office\"/>",
            "bad-quantity",
            Severity::Error,
        ),
        (
            "<bpsim:DurationParameter value=\"PT8H\"/>",
            "<bpsim:DurationParameter value=\"forever\"/>",
            "bad-length",
            Severity::Warning,
        ),
        ("replication=\"4\"", "replication=\"-4\"", "bad-replication", Severity::Warning),
        ("baseTimeUnit=\"min\"", "baseTimeUnit=\"fortnight\"", "bad-unit", Severity::Error),
        ("<bpsim:StringParameter value=\"new\"/>", "<bpsim:NumericParameter value=\"-1\"/>", "bad-property", Severity::Error),
    ];
    for (from, to, code, severity) in wrong {
        assert!(SHOP.contains(from), "{from}");
        let found = codes(&SHOP.replace(from, to));
        assert!(code.is_empty() || found.contains(&(code, severity)), "{from} -> {to}: {found:?}");
    }
}

#[test]
fn scenarios_that_inherit_in_a_circle_are_refused() {
    let text = SHOP.replace("id=\"today\" name=\"Today\"", "id=\"today\" name=\"Today\" inherits=\"tomorrow\"");
    assert!(codes(&text).contains(&("inherits-in-a-circle", Severity::Error)));
    let text = SHOP.replace("id=\"today\" name=\"Today\"", "id=\"today\" name=\"Today\" inherits=\"yesterday\"");
    assert!(codes(&text).contains(&("unknown-scenario", Severity::Error)));
}

#[test]
fn whatever_is_cut_out_of_a_file_never_panics() {
    // Every element of the parameters taken out alone, and every value made empty.
    let from = SHOP.find("<bpsim:BPSimData").unwrap();
    let starts: Vec<usize> = SHOP[from..].match_indices("<bpsim:").map(|(i, _)| from + i).collect();
    for start in starts {
        let end = SHOP[start..].find('>').unwrap() + start + 1;
        let tag = &SHOP[start..end];
        let name = tag[1..].split([' ', '>', '/']).next().unwrap();
        let close = format!("</{name}>");
        let whole = if tag.ends_with("/>") { end } else { SHOP[end..].find(&close).map_or(end, |i| end + i + close.len()) };
        let without = format!("{}{}", &SHOP[..start], &SHOP[whole..]);
        let _ = kezek::formats::params::read_drawing(without.as_bytes(), "x.bpmn", None);
    }
    for (at, _) in SHOP[from..].match_indices("value=\"") {
        let begin = from + at + "value=\"".len();
        let end = SHOP[begin..].find('"').unwrap() + begin;
        for new in ["", "1e999", "-1", "99999999999999999999", "P99999Y", "\u{fffd}"] {
            let text = format!("{}{new}{}", &SHOP[..begin], &SHOP[end..]);
            let _ = kezek::formats::params::read_drawing(text.as_bytes(), "x.bpmn", None);
        }
    }
}
