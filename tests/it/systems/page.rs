//! The page `scenarios/systems.md`: whoever finds a name in the thesis finds the study and the test that shows it.

use std::path::Path;

#[test]
fn every_row_of_the_page_names_a_study_and_a_test_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("scenarios/systems.md")).unwrap();
    let mut tests = String::new();
    for folder in ["tests/it/systems", "tests/it"] {
        let mut files: Vec<_> = std::fs::read_dir(root.join(folder)).unwrap().map(|f| f.unwrap().path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.extension().is_some_and(|e| e == "rs")) {
            tests.push_str(&std::fs::read_to_string(file).unwrap());
        }
    }
    let mut rows = 0;
    let mut named = Vec::new();
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        // Heads of tables, and the list of what is not there, have other columns.
        if cells.len() != 5 || cells[0] == "In the thesis" || cells[0] == "---" {
            continue;
        }
        rows += 1;
        for study in cells[2].split(',').map(|name| name.trim().trim_matches('`')) {
            let study = study.split(' ').next().unwrap();
            let exists = study == "all" || root.join("scenarios").join(study).join("study.ron").exists();
            assert!(exists, "no study {study}: {line}");
        }
        for test in cells[4].split(',').map(|name| name.trim().trim_matches('`')) {
            assert!(tests.contains(&format!("fn {test}()")), "no test {test}: {line}");
            named.push(test.to_owned());
        }
    }
    assert!(rows >= 35, "{rows} rows");
    // And back: every test of a system stands on the page.
    for file in ["ways", "offers", "data", "bodies", "concepts"] {
        let text = std::fs::read_to_string(root.join(format!("tests/it/systems/{file}.rs"))).unwrap();
        for (_, after) in text.match_indices("#[test]\nfn ").map(|(at, start)| (at, &text[at + start.len()..])) {
            let name = after.split('(').next().unwrap();
            assert!(named.iter().any(|known| known == name), "{file}: {name} is not on the page");
        }
    }
}
