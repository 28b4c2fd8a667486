//! A comparison as JSON: the contract of the command line. Times in minutes, money in the study's currency.

use crate::experiment::kpi::Unit;
use crate::experiment::outcome::{
    Difference, Estimate, ExperimentOutcome, GroupOutcome, MeasureDifference, MeasureOutcome, PoolOutcome, Quantile, StepOutcome,
    StopReason, TargetVerdict, VariantOutcome, Verdict,
};
use serde_json::{Map, Value, json};

/// Writes an outcome as JSON text that ends with a line break. Same outcome, same bytes.
pub fn comparison(outcome: &ExperimentOutcome, notes: &[String]) -> String {
    let value = json!({
        "study": outcome.study,
        "title": outcome.title,
        "currency": outcome.currency,
        "seed": outcome.seed,
        "replications": outcome.replications,
        "stopped_by": match outcome.stop {
            StopReason::Replications => "replications",
            StopReason::PrecisionReached => "precision-reached",
            StopReason::PrecisionNotReached => "precision-not-reached",
            StopReason::Cancelled => "cancelled",
        },
        "replications_for_one_more_digit": outcome.one_more_digit,
        "confidence": outcome.confidence,
        "horizon_days": outcome.horizon.days(),
        "warm_up_days": outcome.warm_up.days(),
        "follow_up_days": outcome.follow_up.days(),
        "first_day": outcome.first_day.to_string(),
        "baseline": outcome.baseline,
        "variants": outcome.variants.iter().map(variant).collect::<Vec<_>>(),
        "differences": outcome.differences.iter().map(difference).collect::<Vec<_>>(),
        "targets": outcome.targets.iter().map(|t| json!({
            "variant": t.variant, "against": t.against, "measure": t.measure, "published": number(t.published), "tolerance": number(t.tolerance),
            "simulated": t.simulated.as_ref().map(estimate),
            "verdict": match t.verdict {
                TargetVerdict::Met => "met", TargetVerdict::Open => "open", TargetVerdict::NotMet => "not-met", TargetVerdict::NotRun => "not-run",
            },
            "source": t.source, "note": t.note,
        })).collect::<Vec<_>>(),
        "notes": notes,
        "warnings": outcome.warnings.iter().map(|w| json!({"code": w.code, "variant": w.variant, "message": w.message})).collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

/// Numbers that JSON cannot say become null.
fn number(x: f64) -> Value {
    // Negative zero is written as zero: a difference of nothing has no sign.
    serde_json::Number::from_f64(if x == 0.0 { 0.0 } else { x }).map_or(Value::Null, Value::Number)
}

fn optional(x: Option<f64>) -> Value {
    x.map_or(Value::Null, number)
}

fn estimate(e: &Estimate) -> Value {
    json!({"mean": number(e.mean), "low": optional(e.low), "high": optional(e.high)})
}

fn optional_estimate(e: &Option<Estimate>) -> Value {
    e.as_ref().map_or(json!({"mean": null, "low": null, "high": null}), estimate)
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Minutes => "min",
        Unit::Count => "count",
        Unit::Share => "share",
        Unit::Money => "money",
    }
}

fn put_quantile(object: &mut Map<String, Value>, name: &str, quantile: Option<Quantile>) {
    if let Some(q) = quantile {
        object.insert(name.to_owned(), number(q.value));
        object.insert(format!("{name}_low"), optional(q.low));
        object.insert(format!("{name}_high"), optional(q.high));
    }
}

fn measures(list: &[MeasureOutcome]) -> Value {
    let mut map = Map::new();
    for m in list {
        let mut object = Map::new();
        object.insert("unit".to_owned(), json!(unit(m.measure.unit)));
        let e = m.estimate.as_ref();
        object.insert("mean".to_owned(), optional(e.map(|e| e.mean)));
        object.insert("low".to_owned(), optional(e.and_then(|e| e.low)));
        object.insert("high".to_owned(), optional(e.and_then(|e| e.high)));
        put_quantile(&mut object, "p50", m.p50);
        put_quantile(&mut object, "p90", m.p90);
        put_quantile(&mut object, "p95", m.p95);
        map.insert(m.measure.name.to_owned(), Value::Object(object));
    }
    Value::Object(map)
}

fn groups(list: &[GroupOutcome]) -> Value {
    list.iter()
        .map(|g| (g.id.clone(), json!({"name": g.name, "completed": g.completed, "measures": measures(&g.measures)})))
        .collect::<Map<_, _>>()
        .into()
}

fn pool(p: &PoolOutcome) -> Value {
    json!({
        "name": p.name,
        "agency": p.agency,
        "members": p.members,
        "utilisation": optional_estimate(&p.utilisation),
        "staff_hours": estimate(&p.staff_hours),
        "rostered_hours": estimate(&p.rostered_hours),
        "overtime_hours": estimate(&p.overtime_hours),
        "queue_length": estimate(&p.queue_length),
        "max_queue": p.max_queue,
        "waiting_time": optional_estimate(&p.waiting_time),
        "waiting_quantiles": p.waiting_quantiles.map(|[p50, p90, p95]| json!({"p50": number(p50), "p90": number(p90), "p95": number(p95)})),
        "within_15_minutes": optional_estimate(&p.within_15_minutes),
        "waited_at_most": p.waited_at_most.iter().map(|&(limit, share)| json!({"minutes": number(limit), "share": number(share)})).collect::<Vec<_>>(),
        "at_once_share": optional_estimate(&p.at_once_share),
        "starts": estimate(&p.starts),
        "cost": estimate(&p.cost),
        "outage_hours": estimate(&p.outage_hours),
        "overload": p.overload.map(|o| json!({
            "from": o.from.to_string(), "growth_per_day": number(o.growth_per_day), "backlog": number(o.backlog),
            "utilisation": number(o.utilisation), "members_needed": o.members_needed,
        })),
    })
}

fn step(s: &StepOutcome) -> Value {
    json!({
        "name": s.name,
        "service": s.service,
        "runs_per_case": estimate(&s.runs_per_case),
        "waiting_time": optional_estimate(&s.waiting_time),
        "waiting_busy": optional_estimate(&s.waiting_busy),
        "waiting_off_hours": optional_estimate(&s.waiting_off_hours),
        "processing_time": optional_estimate(&s.processing_time),
        "citizen_time": estimate(&s.citizen_time),
        "staff_time": estimate(&s.staff_time),
        "broken_off_share": optional_estimate(&s.broken_off_share),
    })
}

fn variant(v: &VariantOutcome) -> Value {
    json!({
        "name": v.name,
        "title": v.title,
        "cases": {"arrived": v.cases.arrived, "completed": v.cases.completed, "unfinished": v.cases.unfinished, "stuck": v.cases.stuck},
        "measures": measures(&v.measures),
        "pools": v.pools.iter().map(|p| (p.id.clone(), pool(p))).collect::<Map<_, _>>(),
        "steps": v.steps.iter().map(|s| (s.id.clone(), step(s))).collect::<Map<_, _>>(),
        "segments": groups(&v.segments),
        "facets": groups(&v.facets),
        "demands": groups(&v.demands),
        "services": v.services.iter().map(|s| (s.id.clone(), json!({
            "name": s.name, "ended": estimate(&s.ended),
            "completed_share": optional_estimate(&s.completed_share), "refused_share": optional_estimate(&s.refused_share),
            "abandoned_share": optional_estimate(&s.abandoned_share), "never_claimed_share": optional_estimate(&s.never_claimed_share),
            "proactive_share": optional_estimate(&s.proactive_share), "within_term": optional_estimate(&s.within_term),
            "elapsed_time": optional_estimate(&s.elapsed_time), "application_to_decision": optional_estimate(&s.application_to_decision),
            "payment_time": optional_estimate(&s.payment_time),
            "channels": s.channels.iter().map(|(id, share)| (id.clone(), number(*share))).collect::<Map<_, _>>(),
        }))).collect::<Map<_, _>>(),
        "funnel": v.funnel.iter().map(|f| json!({
            "stage": f.name, "label": f.label, "count": estimate(&f.count),
            "share_of_previous": optional(f.share_of_previous), "share_of_first": optional(f.share_of_first),
        })).collect::<Vec<_>>(),
        "elapsed_parts": v.elapsed_parts.iter().map(|p| (p.name.to_owned(), estimate(&p.minutes))).collect::<Map<_, _>>(),
        "faults": v.faults.iter().map(|f| json!({"code": f.code, "at": f.at, "cases": f.cases, "message": f.message})).collect::<Vec<_>>(),
        "warm_up_advice": v.warm_up_advice.as_ref().map(|w| json!({
            "advised_days": w.advised_days, "chosen_days": number(w.chosen_days), "conclusive": w.conclusive,
        })),
    })
}

fn measure_difference(d: &MeasureDifference) -> Value {
    json!({
        "unit": unit(d.measure.unit),
        "mean": number(d.difference.mean),
        "low": optional(d.difference.low),
        "high": optional(d.difference.high),
        "relative": optional(d.relative.map(|r| r.mean)),
        "relative_low": optional(d.relative.and_then(|r| r.low)),
        "relative_high": optional(d.relative.and_then(|r| r.high)),
        "p_value": optional(d.p_value),
        "adjusted_p": optional(d.adjusted_p),
        "significant": d.significant,
        "verdict": match d.verdict {
            Verdict::Better => "better", Verdict::Worse => "worse", Verdict::Different => "different", Verdict::NotShown => "no difference shown",
        },
    })
}

fn measure_differences(list: &[MeasureDifference]) -> Value {
    list.iter().map(|m| (m.measure.name.to_owned(), measure_difference(m))).collect::<Map<_, _>>().into()
}

fn difference(d: &Difference) -> Value {
    json!({
        "variant": d.variant,
        "baseline": d.baseline,
        "measures": measure_differences(&d.measures),
        "segments": d.segments.iter().map(|g| (g.id.clone(), json!({"name": g.name, "measures": measure_differences(&g.measures)}))).collect::<Map<_, _>>(),
        "facets": d.facets.iter().map(|g| (g.id.clone(), json!({"name": g.name, "measures": measure_differences(&g.measures)}))).collect::<Map<_, _>>(),
        "pools": d.pools.iter().map(|p| (p.id.clone(), json!({
            "name": p.name, "staff_hours": estimate(&p.staff_hours), "cost": estimate(&p.cost),
            "utilisation": optional_estimate(&p.utilisation), "waiting_time": optional_estimate(&p.waiting_time),
            "within_15_minutes": optional_estimate(&p.within_15_minutes),
        }))).collect::<Map<_, _>>(),
        "persons": d.persons.as_ref().map(|p| json!({
            "pairs": p.pairs, "less": estimate(&p.less), "same": estimate(&p.same), "more": estimate(&p.more),
            "segments": p.segments.iter().map(|(id, [less, same, more])| (id.clone(), json!({"less": number(*less), "same": number(*same), "more": number(*more)}))).collect::<Map<_, _>>(),
        })),
    })
}
