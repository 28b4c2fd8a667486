//! Person by person: how many citizens spend less of their time, and how many more.

use crate::app::Cx;
use crate::app::panels::measures::shares_ui;
use crate::app::theme::{self, GAP_SMALL};
use crate::experiment::outcome::{Estimate, ExperimentOutcome, PersonComparison};
use egui::{RichText, Ui};

/// Paints the sentence, its intervals, and a bar of the shares.
pub fn persons_ui(ui: &mut Ui, cx: &Cx<'_>, outcome: &ExperimentOutcome, found: &PersonComparison) {
    let words = cx.words;
    ui.set_width(ui.available_width());
    let shares = [&found.less, &found.same, &found.more];
    let [less, same, more] = shares.map(|estimate| words.percent(estimate.mean));
    let said = [("less", less.into()), ("same", same.into()), ("more", more.into())];
    ui.label(theme::strong(words.with("persons", &said)));
    ui.add_space(GAP_SMALL);
    shares_ui(ui, cx, &shares.map(|estimate| estimate.mean));
    ui.add_space(GAP_SMALL);
    let range = |estimate: &Estimate| words.range(estimate, |share| words.percent(share));
    let ranges = shares.map(range);
    let pairs = words.whole(found.pairs as f64);
    // Where every replication says the same, there is no interval to give.
    let is_exact = shares.iter().all(|estimate| estimate.half_width() == Some(0.0));
    let text = if is_exact {
        words.with("persons-exact", &[("pairs", pairs.into())])
    } else if ranges.iter().any(String::is_empty) {
        words.with("persons-pairs", &[("pairs", pairs.into())])
    } else {
        let [less, same, more] = ranges;
        let confidence = words.confidence(outcome.confidence);
        let said = [
            ("confidence", confidence.into()),
            ("less", less.into()),
            ("same", same.into()),
            ("more", more.into()),
            ("pairs", pairs.into()),
        ];
        words.with("persons-sure", &said)
    };
    ui.label(RichText::new(text).small().color(cx.theme.text_weak));
}
