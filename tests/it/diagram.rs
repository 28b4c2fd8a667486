//! Pictures of the shipped services: whole, and where a folder is named, as files to look at.

use std::fs;
use std::path::{Path, PathBuf};

use kezek::diagram::svg::{Colours, svg};
use kezek::diagram::words::Words;
use kezek::diagram::{lay_out, lay_out_both};
use kezek::formats::scenario_ron::read_study_file;
use kezek::model::apply::build_variant;
use kezek::model::service::Service;
use kezek::model::study::Study;

fn studies() -> Vec<Study> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("study.ron")).collect();
    paths.sort();
    paths.iter().filter(|path| path.exists()).map(|path| read_study_file(path).unwrap().value.unwrap()).collect()
}

/// Keeps a picture to look at, where `KEZEK_PICTURES` names a folder.
fn keep(name: &str, text: &str) {
    if let Some(folder) = std::env::var_os("KEZEK_PICTURES") {
        fs::create_dir_all(&folder).unwrap();
        fs::write(Path::new(&folder).join(format!("{name}.svg")), text).unwrap();
    }
}

#[test]
fn every_shipped_service_is_drawn() {
    let words = Words::default();
    for study in studies() {
        for service in &study.scenario.services {
            let diagram = lay_out(&study.scenario, service, &words);
            assert_eq!(diagram.nodes.len(), service.elements.len());
            let text = svg(&diagram, &service.name, &words, &Colours::default());
            keep(&format!("{}-{}", study.id, service.id), &text);
            let none = Service::default();
            for variant in &study.variants {
                let after = build_variant(&study, &variant.id).unwrap();
                let is = after.service(&service.id).unwrap_or(&none);
                let both = lay_out_both((&study.scenario, service), (&after, is), &words);
                let text = svg(&both, &service.name, &words, &Colours::default());
                keep(&format!("{}-{}-{}", study.id, service.id, variant.id), &text);
            }
        }
    }
}
