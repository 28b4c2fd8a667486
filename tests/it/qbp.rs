//! The simulation block of QBP in a drawing, at both places where tools put it.

use kezek::base::diagnostic::Severity;
use kezek::base::distribution::Distribution;
use kezek::formats::bpmn::Imported;
use kezek::formats::params::{Applied, read_drawing};
use kezek::model::demand::Arrivals;
use kezek::model::flow::{ElementKind, WaitUntil};
use kezek::model::step::{Performer, Step};

const SECOND: f64 = 1_000.0;

const DRAWING: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <process id="p" name="Benefit"><extensionElements><!--inside--></extensionElements>
    <startEvent id="begin"/>
    <task id="check" name="Check"/>
    <exclusiveGateway id="split"/>
    <task id="ask" name="Ask back"/>
    <exclusiveGateway id="join"/>
    <subProcess id="sub" name="Decide"><startEvent id="s1"/><task id="inner"/><endEvent id="s2"/>
      <sequenceFlow id="g1" sourceRef="s1" targetRef="inner"/><sequenceFlow id="g2" sourceRef="inner" targetRef="s2"/></subProcess>
    <intermediateCatchEvent id="post"><timerEventDefinition/></intermediateCatchEvent>
    <endEvent id="end"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="check"/>
    <sequenceFlow id="f2" sourceRef="check" targetRef="split"/>
    <sequenceFlow id="to-ask" sourceRef="split" targetRef="ask"/>
    <sequenceFlow id="straight" sourceRef="split" targetRef="join"/>
    <sequenceFlow id="f5" sourceRef="ask" targetRef="join"/>
    <sequenceFlow id="f6" sourceRef="join" targetRef="sub"/>
    <sequenceFlow id="f7" sourceRef="sub" targetRef="post"/>
    <sequenceFlow id="f8" sourceRef="post" targetRef="end"/>
  </process>
  <!--outside-->
</definitions>"#;

/// All numbers are seconds, whatever the unit beside them says.
const BLOCK: &str = r#"<qbp:processSimulationInfo xmlns:qbp="http://www.qbp-simulator.com/Schema201212" id="qbp_1" processId="" processInstances="500"
    startDateTime="2026-01-05T09:00:00.000+02:00" currency="EUR">
  <qbp:arrivalRateDistribution type="EXPONENTIAL" mean="0" arg1="600" arg2="0" rawMean="10"><qbp:timeUnit>minutes</qbp:timeUnit></qbp:arrivalRateDistribution>
  <qbp:timetables>
    <qbp:timetable id="QBP_DEFAULT_TIMETABLE" default="true" name="Arrivals"><qbp:rules>
      <qbp:rule fromTime="09:00:00.000+00:00" toTime="17:00:00.000+00:00" fromWeekDay="MONDAY" toWeekDay="FRIDAY"/></qbp:rules></qbp:timetable>
    <qbp:timetable id="early" name="Early" holidaysId="feasts"><qbp:rules>
      <qbp:rule fromTime="06:00:00.000+00:00" toTime="14:00:00.000+00:00" fromWeekDay="SATURDAY"/></qbp:rules></qbp:timetable>
  </qbp:timetables>
  <qbp:holidays id="feasts" name="Feasts"><qbp:holiday date="2026-03-21"/></qbp:holidays>
  <qbp:resources>
    <qbp:resource id="clerk" name="Clerk" totalAmount="3" costPerHour="12" timetableId="QBP_DEFAULT_TIMETABLE"/>
    <qbp:resource id="boss" name="Boss" totalAmount="1" costPerHour="40" timetableId="early"/>
    <qbp:resource id="idle" name="Idle" totalAmount="1" costPerHour="40" timetableId="QBP_247_TIMETABLE"/>
  </qbp:resources>
  <qbp:elements>
    <qbp:element id="e1" elementId="check" fixedCost="2.5" costThreshold="9"><qbp:durationDistribution type="UNIFORM" mean="3600" arg1="60" arg2="180"><qbp:timeUnit>hours</qbp:timeUnit></qbp:durationDistribution>
      <qbp:resourceIds><qbp:resourceId>clerk</qbp:resourceId></qbp:resourceIds></qbp:element>
    <qbp:element id="e2" elementId="ask"><qbp:durationDistribution type="TRIANGULAR" mean="20" arg1="10" arg2="60"/>
      <qbp:resourceIds><qbp:resourceId>QBP_DEFAULT_RESOURCE</qbp:resourceId></qbp:resourceIds></qbp:element>
    <qbp:element id="e3" elementId="sub" simulateAsTask="true"><qbp:durationDistribution type="FIXED" mean="300" arg1="NaN" arg2="NaN"/>
      <qbp:resourceIds><qbp:resourceId>boss</qbp:resourceId></qbp:resourceIds></qbp:element>
    <qbp:element id="e4" elementId="post"><qbp:durationDistribution type="GAMMA" mean="100" arg1="400"/></qbp:element>
  </qbp:elements>
  <qbp:sequenceFlows>
    <qbp:sequenceFlow elementId="to-ask" executionProbability="0.25"/>
    <qbp:sequenceFlow elementId="straight" executionProbability="0.75"/>
  </qbp:sequenceFlows>
  <qbp:statsOptions trimStartProcessInstances="0.1" trimEndProcessInstances="50"/>
  <qbp:errors/>
</qbp:processSimulationInfo>"#;

fn read(block: &str, place: &str) -> (Imported, Applied) {
    let text = DRAWING.replace(&format!("<!--{place}-->"), block);
    let (read, applied) = read_drawing(text.as_bytes(), "qbp.bpmn", None);
    (read.value.unwrap(), applied)
}

fn step<'i>(imported: &'i Imported, id: &str) -> &'i Step {
    match &imported.study.scenario.services[0].element(id).unwrap().kind {
        ElementKind::Step(step) => step,
        other => panic!("{id}: {other:?}"),
    }
}

#[test]
fn all_of_a_block_is_taken_at_either_place() {
    let (imported, applied) = read(BLOCK, "outside");
    assert!(applied.found.iter().all(|d| d.severity == Severity::Note), "{:?}", applied.found);
    let scenario = &imported.study.scenario;
    assert_eq!((scenario.start.to_string().as_str(), scenario.currency.as_str()), ("2026-01-05T09:00:00", "EUR"));
    let check = step(&imported, "check");
    assert_eq!(check.duration.value, Distribution::Uniform { min: 60.0 * SECOND, max: 180.0 * SECOND });
    assert_eq!(check.cost.value, 2.5);
    let Performer::Staff(uses) = &check.performer else { panic!() };
    let (_, pool) = scenario.staff_pool(&uses[0].pool).unwrap();
    assert_eq!((pool.staff[0].count.value, pool.cost_per_hour.value), (3.0, 12.0));
    assert_eq!(
        step(&imported, "ask").duration.value,
        Distribution::Triangular { min: 10.0 * SECOND, likely: 20.0 * SECOND, max: 60.0 * SECOND }
    );
    // The sub-process is one task of the boss, who keeps holidays.
    let decide = step(&imported, "sub");
    assert_eq!(decide.duration.value, Distribution::Fixed(300.0 * SECOND));
    let Performer::Staff(uses) = &decide.performer else { panic!() };
    let (_, pool) = scenario.staff_pool(&uses[0].pool).unwrap();
    let calendar = scenario.calendars.iter().find(|c| Some(&c.id) == pool.staff[0].calendar.as_ref()).unwrap();
    assert_eq!((calendar.weekly[0].days.0, calendar.weekly[0].from_minute, calendar.weekly[0].to_minute), (0b100000, 360, 840));
    assert_eq!(calendar.holidays.as_deref(), Some("feasts"));
    let ElementKind::Wait(wait) = &scenario.services[0].element("post").unwrap().kind else { panic!() };
    let WaitUntil::For(post) = &wait.until else { panic!() };
    assert_eq!(post.value, Distribution::Gamma { mean: 100.0 * SECOND, sd: 20.0 * SECOND });
    let ElementKind::Exclusive(ways) = &scenario.services[0].element("split").unwrap().kind else { panic!() };
    assert_eq!(ways.iter().map(|w| w.share.as_ref().unwrap().value).collect::<Vec<_>>(), vec![0.25, 0.75]);
    let Arrivals::Renewal { interval, limit, calendar, .. } = &scenario.demand[0].arrivals else { panic!() };
    assert_eq!((&interval.value, *limit), (&Distribution::Exponential { mean: 600.0 * SECOND }, Some(500)));
    assert!(calendar.is_some());
    // A tenth of 500 cases at the beginning and 50 at the end do not count; 40 hours of 168 are open.
    let each = 600.0 * SECOND * 168.0 / 40.0;
    assert!((imported.study.plan.warm_up.ms() as f64 - 50.0 * each).abs() < 2.0);
    assert!((imported.study.plan.horizon.ms() as f64 - 400.0 * each).abs() < 2.0);
    assert!(applied.found.iter().any(|d| d.message.contains("Idle")) && applied.found.iter().any(|d| d.code == "threshold"));
    let (inside, _) = read(BLOCK, "inside");
    assert_eq!(inside.study.scenario, imported.study.scenario);
    let (both, applied) = {
        let text = DRAWING
            .replace("<!--inside-->", BLOCK)
            .replace("<!--outside-->", &BLOCK.replace("processId=\"\"", "processId=\"p\""));
        let (read, applied) = read_drawing(text.as_bytes(), "qbp.bpmn", None);
        (read.value.unwrap(), applied)
    };
    assert_eq!(both.study.scenario, imported.study.scenario);
    assert!(applied.found.iter().any(|d| d.code == "block-twice"));
}

#[test]
fn each_fault_is_named_at_its_place() {
    for (from, to, code, severity) in [
        ("arg1=\"600\"", "arg1=\"0\"", "bad-distribution", Severity::Error),
        ("type=\"UNIFORM\"", "type=\"ZETA\"", "bad-distribution", Severity::Error),
        ("arg1=\"60\" arg2=\"180\"", "arg1=\"NaN\" arg2=\"180\"", "bad-distribution", Severity::Error),
        ("executionProbability=\"0.25\"", "executionProbability=\"25\"", "bad-share", Severity::Error),
        ("<qbp:resourceId>clerk", "<qbp:resourceId>nobody", "unknown-resource", Severity::Error),
        ("totalAmount=\"3\"", "totalAmount=\"-3\"", "bad-quantity", Severity::Warning),
        ("timetableId=\"early\"", "timetableId=\"late\"", "unknown-calendar", Severity::Warning),
        ("fromWeekDay=\"SATURDAY\"", "fromWeekDay=\"CATURDAY\"", "bad-interval", Severity::Warning),
        ("processInstances=\"500\"", "processInstances=\"1e99\"", "bad-count", Severity::Warning),
        ("elementId=\"ask\"", "elementId=\"aks\"", "not-in-the-drawing", Severity::Warning),
        ("date=\"2026-03-21\"", "date=\"spring\"", "bad-holiday", Severity::Warning),
        ("startDateTime=\"2026-01-05", "startDateTime=\"2026-13-05", "bad-start", Severity::Warning),
    ] {
        assert!(BLOCK.contains(from), "{from}");
        let (_, applied) = read(&BLOCK.replacen(from, to, 1), "outside");
        let found = applied.found.iter().find(|d| d.code == code && d.severity == severity);
        assert!(found.is_some_and(|d| d.place.is_some()), "{from} -> {to}: {:?}", applied.found);
    }
}

#[test]
fn whatever_is_cut_out_of_a_block_never_panics() {
    for (at, _) in BLOCK.match_indices("=\"") {
        let begin = at + 2;
        let end = BLOCK[begin..].find('"').unwrap() + begin;
        for new in ["", "-1", "1e999", "NaN", "99999999999999999999999"] {
            let _ = read(&format!("{}{new}{}", &BLOCK[..begin], &BLOCK[end..]), "outside");
        }
    }
    for (at, _) in BLOCK.match_indices("<qbp:") {
        let end = BLOCK[at..].find('>').unwrap() + at + 1;
        let tag = &BLOCK[at..end];
        if tag.ends_with("/>") {
            let _ = read(&format!("{}{}", &BLOCK[..at], &BLOCK[end..]), "outside");
        }
    }
}
