//! The studies that the program carries, so that it has something to show without a single file.

/// Files of the studies: path within `scenarios/`, and text.
const FILES: &[(&str, &str)] = &[
    ("birth-of-a-child/study.ron", include_str!("../../scenarios/birth-of-a-child/study.ron")),
    ("channels/study.ron", include_str!("../../scenarios/channels/study.ron")),
    ("childcare-payment/study.ron", include_str!("../../scenarios/childcare-payment/study.ron")),
    ("disability/study.ron", include_str!("../../scenarios/disability/study.ron")),
    ("front-office/study.ron", include_str!("../../scenarios/front-office/study.ron")),
    ("golden-case/study.ron", include_str!("../../scenarios/golden-case/study.ron")),
    ("job-loss/study.ron", include_str!("../../scenarios/job-loss/study.ron")),
    ("large-family/study.ron", include_str!("../../scenarios/large-family/study.ron")),
    ("no-stop/study.ron", include_str!("../../scenarios/no-stop/study.ron")),
    ("pension/study.ron", include_str!("../../scenarios/pension/study.ron")),
    ("portfolio/study.ron", include_str!("../../scenarios/portfolio/study.ron")),
    ("preschool-queue/study.ron", include_str!("../../scenarios/preschool-queue/study.ron")),
    ("registry-outage/study.ron", include_str!("../../scenarios/registry-outage/study.ron")),
    ("catalogue/agencies.ron", include_str!("../../scenarios/catalogue/agencies.ron")),
    ("catalogue/documents.ron", include_str!("../../scenarios/catalogue/documents.ron")),
    ("catalogue/kz.ron", include_str!("../../scenarios/catalogue/kz.ron")),
    ("catalogue/other-work.ron", include_str!("../../scenarios/catalogue/other-work.ron")),
    ("catalogue/registries.ron", include_str!("../../scenarios/catalogue/registries.ron")),
    ("catalogue/segments-population.ron", include_str!("../../scenarios/catalogue/segments-population.ron")),
    ("catalogue/segments-survey.ron", include_str!("../../scenarios/catalogue/segments-survey.ron")),
    ("catalogue/ways.ron", include_str!("../../scenarios/catalogue/ways.ron")),
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
