//! The rule of the arrows, read from the sources: who may name whom, how long a file may be, where colours and printing live.

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer with the layers that it may name. A folder under `src` that is missing here fails the test.
const ARROWS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("model", &["base"]),
    ("engine", &["base"]),
    ("statistics", &["base"]),
    ("texts", &["base"]),
    ("diagram", &["base", "model"]),
    ("formats", &["base", "model", "diagram"]),
    ("compile", &["base", "model", "engine"]),
    ("experiment", &["base", "model", "engine", "statistics", "formats", "compile"]),
    ("analysis", &["base", "model", "engine", "statistics", "formats", "compile", "experiment"]),
    ("fit", &["base", "model", "statistics", "formats", "experiment"]),
    ("report", &["base", "model", "statistics", "texts", "diagram", "formats", "experiment", "analysis", "fit"]),
    ("cli", &["base", "model", "statistics", "texts", "formats", "compile", "experiment", "analysis", "fit", "report"]),
    (
        "app",
        &["base", "model", "statistics", "texts", "diagram", "formats", "compile", "experiment", "analysis", "fit", "report"],
    ),
];

/// Lines of a file, its tests aside.
const LONGEST_FILE: usize = 800;

struct Source {
    /// From `src` on, with forward slashes.
    name: String,
    text: String,
}

impl Source {
    fn layer(&self) -> &str {
        self.name.split('/').next().unwrap_or("")
    }

    fn is_mod(&self) -> bool {
        self.name.ends_with("/mod.rs")
    }

    /// Whether all of it is tests.
    fn is_test(&self) -> bool {
        self.name.ends_with("/tests.rs") || self.name.contains("/tests/") || self.name.ends_with("/test_numbers.rs")
    }

    /// Its lines up to the unit tests at its foot.
    fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().take_while(|line| *line != "#[cfg(test)]")
    }

    /// Its lines, tests included, without comments. A `//` within a string cuts the line short, which hides no path.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(i, line)| (i + 1, line.split("//").next().unwrap_or("")))
    }
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths = Vec::new();
    files_below(&root, &mut paths);
    let read = |path: PathBuf| {
        let parts: Vec<String> =
            path.strip_prefix(&root).unwrap().iter().map(|part| part.to_string_lossy().into_owned()).collect();
        Source { name: parts.join("/"), text: fs::read_to_string(&path).unwrap() }
    };
    paths.into_iter().map(read).collect()
}

/// Returns the names that follow `prefix` in a line: `model` for `crate::model::study`, and each one of `crate::{base, model}`.
fn names_after(line: &str, prefix: &str) -> Vec<String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut names = Vec::new();
    for (at, _) in line.match_indices(prefix) {
        if line[..at].chars().next_back().is_some_and(is_word) {
            continue;
        }
        let rest = &line[at + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(list) => {
                let firsts =
                    list.split([',', '}']).map(|part| part.trim().chars().take_while(|c| is_word(*c)).collect::<String>());
                names.extend(firsts.filter(|name| !name.is_empty()));
            }
            None => names.push(rest.chars().take_while(|c| is_word(*c)).collect()),
        }
    }
    names
}

fn assert_none(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn layers_name_only_layers_beneath_them() {
    let mut faults = Vec::new();
    for source in sources("src") {
        let prefix = if source.name == "main.rs" { "kezek::" } else { "crate::" };
        let layer = source.layer();
        let allowed: &[&str] = match ARROWS.iter().find(|(name, _)| *name == layer) {
            Some((_, allowed)) => allowed,
            None if source.name == "main.rs" => &["cli", "app"],
            None if source.name == "lib.rs" => &[],
            None => {
                faults.push(format!("src/{}: the folder has no place among the layers", source.name));
                continue;
            }
        };
        for (number, line) in source.code() {
            for name in names_after(line, prefix) {
                if name != layer && !allowed.contains(&name.as_str()) {
                    faults.push(format!("src/{}:{number}: {layer} must not name {name}", source.name));
                }
            }
        }
    }
    assert_none(faults);
}

#[test]
fn every_arrow_points_downwards() {
    for (i, (layer, allowed)) in ARROWS.iter().enumerate() {
        for name in *allowed {
            let position = ARROWS.iter().position(|(other, _)| other == name);
            assert!(position.is_some_and(|p| p < i), "{layer} names {name}, which does not lie beneath it");
        }
    }
}

#[test]
fn leaves_do_not_know_each_other() {
    for pair in [["model", "engine"], ["model", "statistics"], ["engine", "statistics"], ["formats", "compile"], ["cli", "app"]] {
        for (from, to) in [(pair[0], pair[1]), (pair[1], pair[0])] {
            let (_, allowed) = ARROWS.iter().find(|(name, _)| *name == from).unwrap();
            assert!(!allowed.contains(&to), "{from} may not name {to}");
        }
    }
}

#[test]
fn no_path_climbs_two_floors() {
    let climbs = concat!("super::", "super");
    let mut faults = Vec::new();
    for source in sources("src") {
        faults.extend(source.code().filter(|(_, line)| line.contains(climbs)).map(|(n, _)| format!("src/{}:{n}", source.name)));
    }
    assert_none(faults);
}

#[test]
fn the_library_re_exports_nothing() {
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    assert!(!source.lines().any(|line| line.trim_start().starts_with("pub use")));
}

#[test]
fn files_are_short_enough_to_read() {
    let too_long = |source: Source| {
        let n = source.lines().count();
        (!source.is_test() && n > LONGEST_FILE).then(|| format!("src/{}: {n} lines", source.name))
    };
    assert_none(sources("src").into_iter().filter_map(too_long).collect());
}

#[test]
fn folders_say_what_they_are_for() {
    // A folder that holds nothing yet has nothing to say.
    let is_silent = |source: &Source| source.is_mod() && !source.text.trim().is_empty() && !source.text.starts_with("//!");
    assert_none(sources("src").into_iter().filter(is_silent).map(|source| format!("src/{}", source.name)).collect());
}

#[test]
fn nothing_below_the_command_line_prints() {
    let prints = ["println!", "print!(", "dbg!("];
    let mut faults = Vec::new();
    for source in sources("src") {
        if matches!(source.layer(), "cli" | "main.rs") || source.is_test() {
            continue;
        }
        for (i, line) in source.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            if prints.iter().any(|print| code.contains(print)) {
                faults.push(format!("src/{}:{}", source.name, i + 1));
            }
        }
    }
    assert_none(faults);
}

#[test]
fn colours_live_in_the_theme() {
    let is_constant = |line: &str| {
        let named = names_after(line, "Color32::");
        named.iter().any(|name| {
            name.starts_with("from_") || (name.chars().all(|c| c.is_uppercase() || c == '_') && name != "TRANSPARENT")
        }) || line.contains("hex_color!")
    };
    let mut faults = Vec::new();
    for source in sources("src") {
        if source.layer() == "app" && source.name != "app/theme.rs" {
            faults.extend(source.code().filter(|(_, line)| is_constant(line)).map(|(n, _)| format!("src/{}:{n}", source.name)));
        }
    }
    assert_none(faults);
}

#[test]
fn no_source_names_a_folder_of_one_machine() {
    let places = [concat!("/", "work/"), concat!("/", "tmp/"), concat!("/", "home/")];
    let mut faults = Vec::new();
    for folder in ["src", "tests"] {
        for source in sources(folder) {
            for (i, line) in source.text.lines().enumerate() {
                if places.iter().any(|place| line.contains(place)) {
                    faults.push(format!("{folder}/{}:{}", source.name, i + 1));
                }
            }
        }
    }
    assert_none(faults);
}
