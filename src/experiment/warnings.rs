//! What to mind before believing the numbers.

use crate::engine::crowd::MOST_BYTES;
use crate::experiment::outcome::{StopReason, VariantOutcome, Warning};
use crate::experiment::plan::{FEW_REPLICATIONS, Plan};
use crate::experiment::tally::CutShort;
use crate::experiment::warm_up;

/// Code of the warning that somebody has stopped the experiment.
pub(super) const CANCELLED: &str = "cancelled";
/// Share of unfinished cases above which the rest may no longer stand for all: the slow ones are missing.
const UNFINISHED_SHARE: f64 = 0.01;

/// Returns all warnings: those about the whole first, then by variant.
pub fn find_warnings(
    variants: &[VariantOutcome],
    cut_short: &[CutShort],
    plan: &Plan,
    replications: u32,
    stop: StopReason,
) -> Vec<Warning> {
    let mut warnings = about_the_whole(variants, plan, replications, stop);
    for (variant, &cut_short) in variants.iter().zip(cut_short) {
        about_variant(variant, cut_short, plan, &mut warnings);
    }
    warnings
}

fn about_the_whole(variants: &[VariantOutcome], plan: &Plan, replications: u32, stop: StopReason) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |code, message| warnings.push(Warning { code, variant: None, message });
    if stop == StopReason::Cancelled {
        let asked = plan.stop.most_replications();
        warn(
            CANCELLED,
            format!("Stopped on request after {replications} of {asked} replications; the rest is not in the numbers."),
        );
    }
    if stop == StopReason::PrecisionNotReached {
        warn("precision", format!("The precision asked for was not reached with {replications} replications."));
    }
    if replications == 1 {
        warn(
            "one-replication",
            "A single replication says nothing about how sure its numbers are; ask for ten or more.".to_owned(),
        );
    } else if replications < FEW_REPLICATIONS && variants.iter().any(varies) {
        let message = if stop == StopReason::PrecisionReached {
            format!(
                "The precision asked for was reached with {replications} replications. Intervals of other measures rest on few values; \
                 ask for a finer precision, or for ten replications or more, to narrow them."
            )
        } else {
            format!("With {replications} replications the intervals are wide and rest on few values; ask for ten or more.")
        };
        warn("few-replications", message);
    }
    warnings
}

/// Tells whether chance shows at all: a deterministic model needs no more than one replication.
fn varies(variant: &VariantOutcome) -> bool {
    let mut values = variant.measures.iter().map(|m| &m.by_replication);
    values.any(|values| values.windows(2).any(|pair| pair[0] != pair[1]))
}

/// Writes a number with its thousands apart.
fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

fn about_variant(variant: &VariantOutcome, cut_short: CutShort, plan: &Plan, warnings: &mut Vec<Warning>) {
    let mut warn = |code, message| warnings.push(Warning { code, variant: Some(variant.name.clone()), message });
    for pool in &variant.pools {
        let Some(overload) = &pool.overload else { continue };
        let message = format!(
            "\"{}\" cannot cope: from {} its queue grows by {:.1} cases a day and stands at {:.0} at the end, at {:.0} % utilisation. \
             It would take {} instead of {}. Means of waiting and elapsed time depend on how long is measured.",
            pool.name,
            overload.from,
            overload.growth_per_day,
            overload.backlog,
            100.0 * overload.utilisation,
            overload.members_needed,
            pool.members,
        );
        warn("overload", message);
    }
    if cut_short.runaway > 0 {
        let message = format!(
            "{} ended early, because nearly all cases split into ever more ways, which is named below. The numbers hold for \
             the few cases before; the model must be mended first.",
            if cut_short.runaway == 1 { "1 run was".to_owned() } else { format!("{} runs were", cut_short.runaway) },
        );
        warn("runaway", message);
    }
    if cut_short.crowded > 0 {
        let message = format!(
            "{} runs were cut short, because more cases were in flight at once than memory is granted for: {} cases or \
             {} GB of them. The numbers hold for the time before; a shorter horizon, or enough capacity, gives whole ones.",
            cut_short.crowded,
            thousands(plan.max_in_flight as u64),
            MOST_BYTES >> 30,
        );
        warn("too-many-cases", message);
    }
    for fault in &variant.faults {
        warn(fault.code, fault.message.clone());
    }
    let cases = variant.cases;
    if cases.arrived == 0 {
        warn("no-cases", "Nobody arrived in the measured window, so there is nothing to measure.".to_owned());
        return;
    }
    let unfinished = cases.unfinished as f64 / cases.arrived as f64;
    if unfinished > UNFINISHED_SHARE {
        let most = variant.unfinished_at.iter().max_by_key(|(_, n)| n).map_or("", |(at, _)| at.as_str());
        let message = format!(
            "{} of {} cases ({:.1} %) were unfinished at the end, most of them at {most}. They are in no measure, and they are \
             the slow ones; follow cases for longer.",
            thousands(cases.unfinished),
            thousands(cases.arrived),
            100.0 * unfinished,
        );
        warn("unfinished", message);
    }
    if let Some(advice) = &variant.warm_up_advice {
        let is_longer = f64::from(advice.advised_days) > advice.chosen_days + 1.0;
        if advice.conclusive && is_longer && warm_up::matters(advice) {
            let message = format!(
                "Queues seem to settle only after {} days, but the warm-up is {:.0} days (rule MSER-5).",
                advice.advised_days, advice.chosen_days
            );
            warn("warm-up", message);
        }
    }
}
