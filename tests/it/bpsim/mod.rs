//! BPSim put onto a drawing, and results written as BPSim.

mod broken;
mod oracle;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kezek::base::distribution::Distribution;
use kezek::formats::bpmn::Imported;
use kezek::formats::bpmn::xml::{XmlElement, parse};
use kezek::formats::params::{Applied, apply, read_drawing};
use kezek::model::agency::Discipline;
use kezek::model::demand::Arrivals;
use kezek::model::flow::{ElementKind, Trigger, WaitUntil};
use kezek::model::step::{Performer, Step};

/// A drawing with a scenario of nearly everything, and one that inherits from it.
const SHOP: &str = include_str!("../../fixtures/bpsim/shop.bpmn");

const MINUTE: f64 = 60_000.0;

fn read(text: &str, scenario: Option<&str>) -> (Imported, Applied) {
    let (read, applied) = read_drawing(text.as_bytes(), "shop.bpmn", scenario);
    (read.value.unwrap(), applied)
}

fn kind<'i>(imported: &'i Imported, id: &str) -> &'i ElementKind {
    &imported.study.scenario.services[0].element(id).unwrap().kind
}

fn step<'i>(imported: &'i Imported, id: &str) -> &'i Step {
    let ElementKind::Step(step) = kind(imported, id) else { panic!("{id} is no step") };
    step
}

#[test]
fn a_scenario_says_when_and_how_long_it_runs() {
    let (imported, applied) = read(SHOP, None);
    assert!(applied.found.iter().all(|d| d.severity != kezek::base::diagnostic::Severity::Error), "{:?}", applied.found);
    let study = &imported.study;
    assert_eq!(study.scenario.start.to_string(), "2026-01-05T08:00:00");
    assert_eq!(study.scenario.currency, "EUR");
    assert_eq!((study.plan.replications, study.plan.seed, study.plan.warm_up.ms()), (4, 7, 0));
    // Eight hours, the last instant included.
    assert_eq!(study.plan.horizon.ms(), 8 * 3_600_000 + 1);
    let Arrivals::Renewal { interval, limit, first_at_start, .. } = &study.scenario.demand[0].arrivals else { panic!() };
    assert_eq!((&interval.value, *limit, *first_at_start), (&Distribution::Fixed(10.0 * MINUTE), Some(40), true));
}

#[test]
fn tasks_have_time_people_priority_and_cost() {
    let (imported, _) = read(SHOP, None);
    let check = step(&imported, "check");
    assert_eq!(check.duration.value, Distribution::Fixed(5.0 * MINUTE), "set-up and processing");
    assert_eq!((check.priority, check.cost.value), (3, 1.5));
    let ElementKind::Wait(wait) = kind(&imported, "check.before") else { panic!() };
    let WaitUntil::For(transfer) = &wait.until else { panic!() };
    assert_eq!(transfer.value, Distribution::Fixed(2.0 * MINUTE));
    let start = imported.study.scenario.services[0].element("begin").unwrap();
    assert_eq!(start.next.as_deref(), Some("check.before"));
    assert_eq!(step(&imported, "decide").duration.value, Distribution::Fixed(60.0 * MINUTE));
    // Clerks check and ask back, the expert only asks back: one pool, in which each does what they can.
    let Performer::Staff(uses) = &check.performer else { panic!() };
    let (_, pool) = imported.study.scenario.staff_pool(&uses[0].pool).unwrap();
    assert_eq!(pool.discipline, Discipline::Priority);
    let groups: Vec<(f64, bool, Vec<String>)> =
        pool.staff.iter().map(|g| (g.count.value, g.calendar.is_some(), g.skills.clone())).collect();
    let skills = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    assert_eq!(groups, vec![(2.0, true, skills(&["ask", "check"])), (1.0, false, skills(&["ask"]))]);
    // Half a euro a minute for each clerk and nothing for the expert.
    assert!((pool.cost_per_hour.value - 20.0).abs() < 1e-9, "{}", pool.cost_per_hour.value);
    let calendar = &imported.study.scenario.calendars[0];
    assert_eq!((calendar.weekly[0].days.0, calendar.weekly[0].from_minute, calendar.weekly[0].to_minute), (0b11111, 480, 1080));
}

#[test]
fn events_happen_and_ways_are_taken_as_the_scenario_says() {
    let (imported, _) = read(SHOP, None);
    let ElementKind::Wait(wait) = kind(&imported, "post") else { panic!() };
    let WaitUntil::For(post) = &wait.until else { panic!() };
    assert_eq!(post.value, Distribution::Fixed(15.0 * MINUTE));
    let decide = imported.study.scenario.services[0].element("decide").unwrap();
    let Trigger::After(late) = &decide.boundary[0].trigger else { panic!() };
    assert!((late.value.cdf(20.0 * MINUTE) - 0.25).abs() < 1e-9 && late.value.cdf(19.9 * MINUTE) == 0.0);
    let ElementKind::Exclusive(ways) = kind(&imported, "split") else { panic!() };
    assert_eq!(ways[0].when.as_deref(), Some("kind == 'new'"));
    assert!(ways[1].otherwise);
    let attribute = &imported.study.scenario.attributes[0];
    assert_eq!((attribute.id.as_str(), attribute.values.len()), ("kind", 2));
}

#[test]
fn what_jbpm_writes_in_per_cent_and_of_nobody_is_read() {
    let any_type = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"anyType\"";
    let quarter = "<bpsim:FloatingParameter value=\"0.25\"/></bpsim:Probability>";
    let percent = format!("<bpsim:FloatingParameter {any_type} value=\"25.0\"/></bpsim:Probability>");
    assert!(SHOP.contains(quarter));
    let (imported, _) = read(&SHOP.replace(quarter, &percent), None);
    let decide = imported.study.scenario.services[0].element("decide").unwrap();
    let Trigger::After(late) = &decide.boundary[0].trigger else { panic!() };
    assert!((late.value.cdf(20.0 * MINUTE) - 0.25).abs() < 1e-9);
    // A quantity of 0 at a task is jBPM's way to say nothing of it.
    let times = "timeUnit=\"hour\"/></bpsim:ProcessingTime></bpsim:TimeParameters>";
    let people = "<bpsim:ResourceParameters><bpsim:Quantity><bpsim:FloatingParameter value=\"0.0\"/></bpsim:Quantity></bpsim:ResourceParameters>";
    assert!(SHOP.contains(times));
    let (nobody, _) = read(&SHOP.replace(times, &format!("{times}{people}")), None);
    let (plain, _) = read(SHOP, None);
    assert_eq!(step(&nobody, "decide").performer, step(&plain, "decide").performer);
}

#[test]
fn a_scenario_inherits_all_that_it_does_not_say() {
    let (imported, applied) = read(SHOP, Some("tomorrow"));
    assert_eq!(step(&imported, "decide").duration.value, Distribution::Fixed(10.0 * MINUTE));
    assert_eq!(step(&imported, "check").duration.value, Distribution::Fixed(5.0 * MINUTE));
    assert_eq!(imported.study.plan.replications, 4);
    assert_eq!(applied.requests.unwrap().list.len(), 3);
}

#[test]
fn a_file_of_its_own_says_the_same_as_one_inside_the_drawing() {
    let from = SHOP.find("<bpsim:BPSimData").unwrap();
    let to = SHOP.find("</bpsim:BPSimData>").unwrap() + "</bpsim:BPSimData>".len();
    let alone = SHOP[from..to].replacen(
        "<bpsim:BPSimData",
        "<bpsim:BPSimData xmlns:bpsim=\"http://www.bpsim.org/schemas/2.0\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
        1,
    );
    let bare = SHOP.replace(&SHOP[from..to], "");
    let mut imported = kezek::formats::bpmn::read_bpmn(bare.as_bytes(), "shop.bpmn").value.unwrap();
    apply(&mut imported, alone.as_bytes(), "shop.bpsim", None);
    let (inside, _) = read(SHOP, None);
    assert_eq!(imported.study.scenario, inside.study.scenario);
    assert_eq!(imported.study.plan, inside.study.plan);
}

#[test]
fn properties_of_numbers_are_counted_down_by_tasks() {
    let text = SHOP
        .replace("name=\"kind\" type=\"string\"", "name=\"issues\" type=\"long\"")
        .replace("<bpsim:StringParameter value=\"new\"/>", "<bpsim:NumericParameter value=\"3\"/>")
        .replace("<bpsim:StringParameter value=\"known\"/>", "<bpsim:NumericParameter value=\"1\"/>")
        .replace("bpsim:getProperty('kind') = 'new'", "bpsim:getProperty('issues') > 2")
        .replace(
            "<bpsim:ElementParameters elementRef=\"ask\">",
            "<bpsim:ElementParameters elementRef=\"check\"><bpsim:PropertyParameters><bpsim:Property name=\"issues\">\
             <bpsim:ExpressionParameter value=\"bpsim:getProperty('issues') - 1\"/></bpsim:Property></bpsim:PropertyParameters>\
             </bpsim:ElementParameters><bpsim:ElementParameters elementRef=\"ask\">",
        );
    let (imported, _) = read(&text, None);
    assert_eq!(step(&imported, "check").sets, vec![("issues".to_owned(), "-= 1".to_owned())]);
    // Nobody has more than two after the check.
    let study = &imported.study;
    let plan = kezek::experiment::plan::Plan::of_study(study);
    let instants = kezek::experiment::elements::Instants::default();
    let runs = kezek::experiment::elements::element_results(study, &plan, "as-is", instants, &Default::default()).unwrap();
    let entered = |id: &str| runs[0][0].elements.get(&("p".to_owned(), id.to_owned())).map_or(0, |e| e.entered);
    assert!(entered("check") > 30 && entered("ask") == 0, "{} {}", entered("check"), entered("ask"));
}

#[test]
fn probabilities_in_per_cent_are_read_as_shares() {
    let with = |share: &str| {
        format!(
            "<bpsim:ElementParameters elementRef=\"straight\"><bpsim:ControlParameters><bpsim:Probability>\
             <bpsim:FloatingParameter value=\"{share}\"/></bpsim:Probability></bpsim:ControlParameters></bpsim:ElementParameters>\
             <bpsim:ElementParameters elementRef=\"end\">"
        )
    };
    let condition = "<bpsim:Condition><bpsim:ExpressionParameter value=\"bpsim:getProperty('kind') = 'new'\"/></bpsim:Condition>";
    let text = SHOP
        .replace("<bpsim:ElementParameters elementRef=\"end\">", &with("75"))
        .replace(condition, "<bpsim:Probability><bpsim:FloatingParameter value=\"25\"/></bpsim:Probability>");
    let (imported, applied) = read(&text, None);
    let ElementKind::Exclusive(ways) = kind(&imported, "split") else { panic!() };
    let shares: Vec<f64> = ways.iter().map(|w| w.share.as_ref().unwrap().value).collect();
    assert_eq!(shares, vec![0.25, 0.75]);
    assert!(applied.found.iter().any(|d| d.code == "per-cent"));
    // One way given, the other has the rest.
    let (imported, _) =
        read(&SHOP.replace(condition, "<bpsim:Probability><bpsim:FloatingParameter value=\"0.4\"/></bpsim:Probability>"), None);
    let ElementKind::Exclusive(ways) = kind(&imported, "split") else { panic!() };
    assert!((ways[1].share.as_ref().unwrap().value - 0.6).abs() < 1e-9);
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bpsim-{name}"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("shop.bpmn"), SHOP).unwrap();
    folder
}

fn kezek(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kezek")).current_dir(folder).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout))
}

#[test]
fn results_are_written_for_each_replication_as_they_were_asked_for() {
    let folder = folder("results");
    let output = kezek(&folder, &["run", "shop.bpmn", "--results", "out.bpsim"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("carries parameters of BPSim"));
    let root = parse(&std::fs::read_to_string(folder.join("out.bpsim")).unwrap()).unwrap().root;
    let results = root.elements().find(|s| s.attribute("result") == Some("today")).unwrap();
    // The id that results refer to must be in the file.
    assert!(root.elements().any(|s| s.attribute("id") == Some("today")));
    let mut values: BTreeMap<(String, String, String), Vec<f64>> = BTreeMap::new();
    let of = |e: &XmlElement, name: &str| e.attribute(name).unwrap_or_default().to_owned();
    for element in results.elements() {
        for parameter in element.elements().flat_map(XmlElement::elements) {
            for value in parameter.elements() {
                assert_eq!(of(value, "resultTimeStamp"), "2026-01-05T16:00:00");
                let key = (of(element, "elementRef"), parameter.local().to_owned(), of(value, "result"));
                values.entry(key).or_default().push(of(value, "value").parse().unwrap());
            }
        }
    }
    let of =
        |element: &str, parameter: &str, result: &str| &values[&(element.to_owned(), parameter.to_owned(), result.to_owned())];
    // Forty cases, ten minutes apart, begin within 390 minutes.
    assert_eq!(of("begin", "TriggerCount", "count"), &vec![40.0; 4]);
    assert_eq!(of("check", "ProcessingTime", "count"), &vec![40.0; 4]);
    assert!(of("check", "ProcessingTime", "mean").iter().all(|m| (m - 5.0).abs() < 1e-9));
    let ended = of("end", "TriggerCount", "count");
    assert!(ended.len() == 4 && ended.iter().all(|n| (20.0..40.0).contains(n)), "{ended:?}");
}

#[test]
fn two_scenarios_of_one_drawing_can_be_compared() {
    let folder = folder("pair");
    std::fs::write(folder.join("new.bpmn"), SHOP.replace("value=\"1\" timeUnit=\"hour\"", "value=\"10\"")).unwrap();
    let output = kezek(&folder, &["compare", "--as-is", "shop.bpmn", "--to-be", "new.bpmn", "--format", "json"]);
    assert!(output.status.success(), "{}", said(&output));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let less = json["differences"][0]["measures"]["elapsed_time"]["mean"].as_f64().unwrap();
    assert!(less < -20.0, "{less}");
    let output = kezek(&folder, &["run", "shop.bpmn", "--scenario", "nowhere"]);
    assert!(output.status.code() == Some(1) && said(&output).contains("'today', 'tomorrow'"), "{}", said(&output));
}
