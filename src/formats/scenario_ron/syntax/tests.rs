//! What the tolerant parser makes of sound and faulty text.

use super::*;
use crate::formats::scenario_ron::findings::SourceFile;
use crate::formats::scenario_ron::write::print_flat;

fn parsed(text: &str) -> (String, Vec<String>) {
    let mut findings = Findings::default();
    let node = parse(text, 0, &mut findings);
    let files = [SourceFile::new("t".to_owned(), text.to_owned())];
    let found = findings.finish(&files).into_iter().map(|d| d.code.to_owned()).collect();
    (node.map_or("-".to_owned(), |node| print_flat(&node)), found)
}

fn codes(text: &str) -> Vec<String> {
    parsed(text).1
}

#[test]
fn sound_text_reads_without_findings() {
    for (text, shown) in [
        ("(a: 1, b: \"x\",)", "(a: 1, b: \"x\")"),
        ("// c\n#![enable(implicit_some)]\n/* a /* b */ */ [1, -2.5, 1e3,]", "[1, -2.5, 1e3]"),
        ("Step(kind: End, x: Some((1, 2)))", "Step(kind: End, x: Some((1, 2)))"),
        ("{\"a\": 1, \"b\": [true, false]}", "{\"a\": 1, \"b\": [true, false]}"),
        ("r#\"a \"quoted\" word\"#", "\"a \\\"quoted\\\" word\""),
        ("(a:'x',b:\"\\u{416}\\n\\x41\")", "(a: \"x\", b: \"Ж\\nA\")"),
        ("()", "()"),
        ("(a: \"two\nlines\", b: 1_000u32)", "(a: \"two\\nlines\", b: 1000)"),
        ("\u{feff}[]", "[]"),
    ] {
        assert_eq!(parsed(text), (shown.to_owned(), Vec::new()), "{text}");
    }
}

#[test]
fn one_slip_gives_one_finding_and_hides_nothing() {
    for (text, code, shown) in [
        ("(a: 1 b: 2)", "missing-comma", "(a: 1, b: 2)"),
        ("(a 1, b: 2)", "missing-colon", "(a: 1, b: 2)"),
        ("(a = 1, b: 2)", "equals-sign", "(a: 1, b: 2)"),
        ("(\"a\": 1, b: 2)", "quoted-name", "(a: 1, b: 2)"),
        ("(a: , b: 2)", "missing-value", "(a: (), b: 2)"),
        ("(a: 1,, b: 2)", "stray-comma", "(a: 1, b: 2)"),
        ("[(a: [1, 2), (b: 3)]", "unclosed-bracket", "[(a: [1, 2]), (b: 3)]"),
        ("(a: [1, 2, b: 3)", "unclosed-bracket", "(a: [1, 2], b: 3)"),
        ("(a: 1], b: 2)", "stray-bracket", "(a: 1, b: 2)"),
        ("[(a: 1, b: 2, (a: 3)]", "unclosed-bracket", "[(a: 1, b: 2), (a: 3)]"),
        ("[(a: (b: 1), (a: 3)]", "unclosed-bracket", "[(a: (b: 1)), (a: 3)]"),
        ("(a: 15min, b: 2)", "missing-quotes", "(a: \"15min\", b: 2)"),
        ("(a: psc/window, b: 2)", "missing-quotes", "(a: \"psc/window\", b: 2)"),
        ("(a: 2026-10-02, b: 2)", "missing-quotes", "(a: \"2026-10-02\", b: 2)"),
        ("(a: 5%, b: 2)", "percent-sign", "(a: 0.05, b: 2)"),
        ("(a: 0,5, b: 2)", "value-without-name", "(a: 0, b: 2)"),
        ("(a: “x”, b: 2)", "wrong-quotes", "(a: \"x\", b: 2)"),
        ("(a: 'xy', b: 2)", "wrong-quotes", "(a: \"xy\", b: 2)"),
        ("(a: \"\\q\", b: 2)", "bad-escape", "(a: \"q\", b: 2)"),
        ("(a: \"x, b: 2)", "unclosed-text", "(a: \"x\", b: 2)"),
        ("(a: \"x, b: 2,\n c: \"y\")", "unclosed-text", "(a: \"x\", b: 2, c: \"y\")"),
        ("(a: ;, b: 2)", "odd-character", "(a: (), b: 2)"),
        ("(a: [1, 2), b: 3)", "wrong-bracket", "(a: [1, 2], b: 3)"),
        ("(a: 12 000, b: 3)", "missing-comma", "(a: 12, b: 3)"),
        ("(a: 1 200 000, b: 3)", "missing-comma", "(a: 1, b: 3)"),
        ("(a: 1\u{202f}200\u{202f}000)", "missing-comma", "(a: 1)"),
        ("(a: 60 %, b: 3)", "percent-sign", "(a: 60, b: 3)"),
        ("(a: 1, b: 2", "unclosed-bracket", "(a: 1, b: 2)"),
        ("(a: 1, b: 2) x", "text-after-end", "(a: 1, b: 2)"),
        ("[] /* b: 2", "unclosed-comment", "[]"),
        ("{\"a\" 1, \"b\": 2}", "missing-colon", "{\"b\": 2}"),
        ("[id: 1]", "field-in-list", "[]"),
        ("", "empty-file", "-"),
        ("// nothing", "empty-file", "-"),
    ] {
        let (node, found) = parsed(text);
        assert_eq!(found.first().map(String::as_str), Some(code), "{text}: {found:?}");
        if shown != "-" {
            assert_eq!((node.as_str(), found.len()), (shown, 1), "{text}: {found:?}");
        }
    }
}

#[test]
fn depth_is_bounded_and_what_follows_is_still_read() {
    let deep = format!("(a: {}{}, b: 5%)", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(codes(&deep), ["too-deep", "percent-sign"]);
    assert_eq!(codes(&"(".repeat(100_000)).first().map(String::as_str), Some("unclosed-bracket"));
    assert!(codes(&"[".repeat(DEEPEST)).iter().all(|code| code == "unclosed-bracket"));
}

#[test]
fn hostile_text_takes_time_in_proportion() {
    // Work that grew with the square of the length would keep this test busy for minutes.
    let n = 300_000;
    for part in
        ["\"", "\\\"", "(a:", ")", "a ", "\"a\n", "/*", "r#\"", "'", "a=", "{", "-", ",", "\u{feff}", "1a", "“", "[a:", "\"a\":"]
    {
        let mut findings = Findings::default();
        let text = part.repeat(n);
        parse(&text, 0, &mut findings);
        findings.finish(&[SourceFile::new("t".to_owned(), text)]);
    }
}
