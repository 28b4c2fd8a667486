//! The studies that the program carries, so that it has something to show without a single file.

/// Files of the studies: path within `scenarios/`, and text.
const FILES: &[(&str, &str)] = &[
    ("birth-of-a-child/study.ron", include_str!("../../scenarios/birth-of-a-child/study.ron")),
    ("front-office/study.ron", include_str!("../../scenarios/front-office/study.ron")),
    ("golden-case/study.ron", include_str!("../../scenarios/golden-case/study.ron")),
    ("catalogue/kz.ron", include_str!("../../scenarios/catalogue/kz.ron")),
];

/// The study that is shown to those who ask for nothing else.
pub const FLAGSHIP: &str = "birth-of-a-child";

/// Returns the names of the studies.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().filter_map(|(path, _)| path.strip_suffix("/study.ron"))
}

/// Returns path and text of the study of this name.
pub fn file_of(name: &str) -> Option<(&'static str, &'static str)> {
    FILES.iter().find(|(path, _)| path.strip_suffix("/study.ron") == Some(name)).copied()
}

/// Returns the text of a file by its path, as studies import it.
///
/// # Errors
/// Says, as a part of a sentence, that the program does not carry it.
pub fn load(path: &str) -> Result<String, String> {
    let carried = FILES.iter().find(|(known, _)| *known == path);
    carried.map(|(_, text)| (*text).to_owned()).ok_or_else(|| "the program does not carry it".to_owned())
}
