//! Files of strangers do no harm: bombs, depth, encodings, prefixes, size. Nothing that is compressed is read.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use kezek::base::diagnostic::Severity;
use kezek::formats::bpmn::{Imported, read_bpmn};
use kezek::formats::params::prosimos;
use kezek::formats::scenario_ron::read_study;

const SPACE: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";

/// A drawing of one task in the given words.
fn drawing(name: &str) -> String {
    format!(
        "<definitions xmlns='{SPACE}'><process id='p'><startEvent id='s'/><task id='t' name='{name}'/><endEvent id='e'/>\
         <sequenceFlow id='f' sourceRef='s' targetRef='t'/><sequenceFlow id='g' sourceRef='t' targetRef='e'/></process></definitions>"
    )
}

fn read(bytes: &[u8]) -> Imported {
    let read = read_bpmn(bytes, "drawing.bpmn");
    assert!(read.diagnostics.iter().all(|d| d.severity != Severity::Error), "{:?}", read.diagnostics);
    read.value.unwrap()
}

fn name_of_task(bytes: &[u8]) -> String {
    let imported = read(bytes);
    imported.study.scenario.services[0].elements.iter().find(|e| e.id == "t").unwrap().name.clone()
}

fn refused(bytes: &[u8]) -> &'static str {
    let read = read_bpmn(bytes, "drawing.bpmn");
    assert!(read.value.is_none());
    read.diagnostics.iter().find(|d| d.severity == Severity::Error).unwrap().code
}

#[test]
fn what_is_known_to_be_no_drawing_is_called_what_it_is() {
    for (bytes, word) in [
        (&b"\x1f\x8b\x08\x00"[..], "packed"),
        (b"PK\x03\x04\x14", "packed"),
        (b" <!DOCTYPE html><html><br></html>", "web page"),
        (b"%PDF-1.7", "PDF"),
    ] {
        let read = read_bpmn(bytes, "drawing.bpmn");
        assert!(read.value.is_none() && read.diagnostics[0].message.contains(word), "{:?}", read.diagnostics);
    }
}

#[test]
fn an_encoding_that_is_not_said_is_guessed_and_the_guess_is_said() {
    let mut bytes = Vec::new();
    for c in drawing("Решение").chars() {
        bytes.push(if ('А'..='я').contains(&c) { (c as u32 - 'А' as u32 + 0xC0) as u8 } else { c as u8 });
    }
    assert_eq!(name_of_task(&bytes), "Решение");
    assert!(read_bpmn(&bytes, "drawing.bpmn").diagnostics.iter().any(|d| d.code == "guessed-encoding"));
}

#[test]
fn names_come_through_every_encoding() {
    let name = "Қабылдау: Приём";
    let text = format!("<?xml version='1.0' encoding='UTF-8'?>{}", drawing(name));
    assert_eq!(name_of_task(text.as_bytes()), name);
    assert_eq!(name_of_task(format!("\u{feff}{text}").as_bytes()), name);
    let wide = format!("<?xml version='1.0' encoding='UTF-16'?>{}", drawing(name));
    for mark in ["", "\u{feff}"] {
        let units: Vec<u16> = mark.encode_utf16().chain(wide.encode_utf16()).collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!((name_of_task(&little).as_str(), name_of_task(&big).as_str()), (name, name));
    }
    let mut old = b"<?xml version='1.0' encoding='windows-1251'?>".to_vec();
    for c in drawing("Приём").chars() {
        // Small and capital letters stand in the order of the alphabet from 0xC0.
        old.push(match c {
            'А'..='я' => (c as u32 - 'А' as u32 + 0xC0) as u8,
            'ё' => 0xB8,
            plain => plain as u8,
        });
    }
    assert_eq!(name_of_task(&old), "Приём");
    // Converted to UTF-8, and still says the old one.
    let converted = format!("<?xml version='1.0' encoding='windows-1251'?>{}", drawing(name));
    assert_eq!(name_of_task(converted.as_bytes()), name);
    assert!(read_bpmn(converted.as_bytes(), "drawing.bpmn").diagnostics.iter().any(|d| d.code == "wrong-encoding"));
}

#[test]
fn a_fault_in_a_file_of_an_old_encoding_names_it() {
    let mut old = b"<?xml version='1.0' encoding='windows-1251'?><definitions><process name='\xCF".to_vec();
    let found = read_bpmn(&old, "drawing.bpmn").diagnostics;
    let message = found.iter().find(|d| d.code == "not-well-formed").map(|d| d.message.clone()).unwrap_or_default();
    assert!(message.contains("windows-1251"), "{message}");
    // 0x98 is no letter of windows-1251.
    old = b"<?xml version='1.0' encoding='windows-1251'?>".to_vec();
    old.extend(drawing("A~").bytes().map(|byte| if byte == b'~' { 0x98 } else { byte }));
    let found = read_bpmn(&old, "drawing.bpmn").diagnostics;
    let message = found.iter().find(|d| d.code == "bad-characters").map(|d| d.message.clone()).unwrap_or_default();
    assert!(message.contains("windows-1251"), "{message}");
}

#[test]
fn prefixes_are_whatever_they_are() {
    let text = drawing("A");
    for prefix in ["bpmn", "semantic", "ns0", "модель"] {
        let with = text.replace("</", "\u{0}").replace('<', &format!("<{prefix}:")).replace('\u{0}', &format!("</{prefix}:"));
        assert_eq!(name_of_task(with.replace("xmlns=", &format!("xmlns:{prefix}=")).as_bytes()), "A", "{prefix}");
    }
}

#[test]
fn entities_are_not_expanded_and_nothing_outside_is_read() {
    let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>\
                <!ENTITY file SYSTEM 'file:///etc/passwd'><!ENTITY % all SYSTEM 'http://127.0.0.1/x.dtd'>]>";
    let name = name_of_task(format!("{bomb}{}", drawing("&c; &file;")).as_bytes());
    assert_eq!(name, "&c; &file;");
}

#[test]
fn depth_is_refused_in_words() {
    let deep = format!("<definitions xmlns='{SPACE}'>{}", "<subProcess>".repeat(200_000));
    assert_eq!(refused(deep.as_bytes()), "not-well-formed");
    let nested = |n: usize| {
        let body = (0..n).fold("<task id='x'/>".to_owned(), |inside, i| format!("<subProcess id='s{i}'>{inside}</subProcess>"));
        format!("<definitions xmlns='{SPACE}'><process id='p'>{body}</process></definitions>")
    };
    read(nested(30).as_bytes());
    read(nested(200).as_bytes());
}

#[test]
fn what_is_no_drawing_is_refused_with_its_reason() {
    for (bytes, code) in [
        (&b""[..], "not-well-formed"),
        (b"<mxfile/>", "not-bpmn"),
        (b"<definitions", "not-well-formed"),
        (b"<?xml version='1.0' encoding='klingon'?><definitions/>", "unknown-encoding"),
    ] {
        assert_eq!(refused(bytes), code, "{bytes:?}");
    }
}

/// A chain of tasks with a gateway and its join after every tenth, all drawn with coordinates.
fn large(elements: usize) -> String {
    let (mut body, mut shapes, mut last) = (String::from("<startEvent id='n0'/>"), String::new(), "n0".to_owned());
    let mut flow = 0;
    let mut lead = |body: &mut String, from: &str, to: &str| {
        flow += 1;
        write!(body, "<sequenceFlow id='f{flow}' sourceRef='{from}' targetRef='{to}'/>").unwrap();
    };
    for i in 1..elements {
        let id = format!("n{i}");
        if i % 10 == 5 && i + 3 < elements {
            write!(body, "<parallelGateway id='{id}'/><task id='{id}x' name='Beside {i}'/><parallelGateway id='{id}j'/>")
                .unwrap();
            lead(&mut body, &last, &id);
            lead(&mut body, &id, &format!("{id}x"));
            lead(&mut body, &format!("{id}x"), &format!("{id}j"));
            lead(&mut body, &id, &format!("{id}j"));
            last = format!("{id}j");
        } else {
            write!(body, "<task id='{id}' name='Task number {i}'><documentation>What is done.</documentation></task>").unwrap();
            lead(&mut body, &last, &id);
            last = id.clone();
        }
        write!(
            shapes,
            "<s:BPMNShape id='{id}_di' bpmnElement='{id}'><c:Bounds x='{i}' y='80' width='100' height='80'/></s:BPMNShape>"
        )
        .unwrap();
    }
    format!(
        "<definitions xmlns='{SPACE}' xmlns:s='s' xmlns:c='c'><process id='p'>{body}</process>\
         <s:BPMNDiagram><s:BPMNPlane>{shapes}</s:BPMNPlane></s:BPMNDiagram></definitions>"
    )
}

/// Measured, and said; the bound is that of a build without optimisation on a busy machine.
#[test]
fn ten_thousand_elements_are_read_quickly() {
    let text = large(10_000);
    let begun = Instant::now();
    read(text.as_bytes());
    let took = begun.elapsed();
    super::say(&format!("10,000 elements ({} kB) read and checked in {took:?}", text.len() / 1000));
    assert!(took.as_secs() < 20, "{took:?}");
}

/// Every small file that a fuzzer began or ended with goes through all readers.
#[test]
fn small_corpora_do_no_harm() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests");
    let drawing = fs::read(root.join("fixtures/bpmn/event-gateway.bpmn")).unwrap();
    let mut folders = vec![root.join("fuzz/corpus"), root.join("fixtures"), root.join("golden")];
    let mut tried = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let _ = read_bpmn(&bytes, "drawing.bpmn");
            let text = String::from_utf8_lossy(&bytes);
            let _ = read_study(&text, "study.ron", &mut |_| Err("no imports".to_owned()));
            let mut imported = read(&drawing);
            let _ = prosimos::apply(&mut imported, &bytes, "parameters.json");
            tried += 1;
        }
    }
    assert!(tried > 30, "{tried}");
}
