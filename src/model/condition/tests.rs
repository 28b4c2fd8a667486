use proptest::prelude::*;

use super::*;

fn name(text: &str) -> Operand {
    Operand::Name(text.to_owned())
}

fn word(text: &str) -> Operand {
    Operand::Word(text.to_owned())
}

#[test]
fn and_binds_tighter_than_or() {
    let read = parse("a == 1 or b == 2 and not c == 'x'").unwrap();
    let expected = Condition::Or(vec![
        Condition::Compare(name("a"), Comparison::Equal, Operand::Number(1.0)),
        Condition::And(vec![
            Condition::Compare(name("b"), Comparison::Equal, Operand::Number(2.0)),
            Condition::Not(Box::new(Condition::Compare(name("c"), Comparison::Equal, word("x")))),
        ]),
    ]);
    assert_eq!(read, expected);
}

#[test]
fn durations_dates_and_visits_are_told_apart() {
    let read = parse("elapsed > \"1h 30min\" and elapsed < 3d and now >= \"2026-07-01\" and visits(fix-1) >= 2").unwrap();
    let Condition::And(parts) = &read else { panic!("not a conjunction: {read:?}") };
    assert_eq!(parts[0], Condition::Compare(name("elapsed"), Comparison::Greater, Operand::Duration(90 * 60_000)));
    assert_eq!(parts[1], Condition::Compare(name("elapsed"), Comparison::Less, Operand::Duration(3 * 86_400_000)));
    let july = jiff::civil::DateTime::constant(2026, 7, 1, 0, 0, 0, 0);
    assert_eq!(parts[2], Condition::Compare(name("now"), Comparison::AtLeast, Operand::Instant(july)));
    assert_eq!(parts[3], Condition::Compare(Operand::Visits("fix-1".into()), Comparison::AtLeast, Operand::Number(2.0)));
}

#[test]
fn names_are_listed_once_in_order() {
    let read = parse("b == 1 and a == 'x' or (b == 2 and has(id-card) or not given(id-card))").unwrap();
    assert_eq!(read.names(), ["b", "a"]);
    assert_eq!(read.documents(), ["id-card"]);
    assert_eq!(parse("visits(s) > 1 or visits(s) > 2").unwrap().visited_steps(), ["s"]);
}

#[test]
fn faults_say_where_and_what_to_write() {
    let cases = [
        ("", 0, "empty"),
        ("a = 1", 2, "single '='"),
        ("a == 1 && b == 2", 7, "'&'"),
        ("first_child", 11, "comparison should follow"),
        ("(a == 1", 0, "never closed"),
        ("a == 1)", 6, "no opening"),
        ("a == 'x", 5, "never closed"),
        ("a == 1 b == 2", 7, "After a complete comparison"),
        ("9 <= hour < 18", 10, "in a row"),
        ("a ==", 4, "ends where"),
        ("elapsed > \"3 wd\"", 10, "neither a duration nor a date"),
        ("elapsed > 3x", 10, "neither a number nor a duration"),
        ("visits() > 2", 7, "no step"),
        ("a == 1e999", 5, "too large"),
        ("a == 1 and", 10, "ends where"),
        ("a ё= 1", 4, "single '='"),
    ];
    for (text, offset, part) in cases {
        let fault = parse(text).unwrap_err();
        assert_eq!(fault.offset, offset, "{text}: {fault:?}");
        assert!(fault.message.contains(part), "{text}: {fault:?}");
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    for text in ["(".repeat(1_000_000), "not ".repeat(1_000_000)] {
        assert!(parse(&text).unwrap_err().message.contains("nested"));
    }
    let deepest = format!("{}a == 1{}", "(".repeat(DEEPEST), ")".repeat(DEEPEST));
    assert!(parse(&deepest).is_ok());
}

fn operands() -> impl Strategy<Value = Operand> {
    prop_oneof![
        "[a-zа-я_][a-zа-я0-9_.-]{0,6}".prop_map(Operand::Name),
        "[ -~]{1,8}".prop_map(Operand::Name),
        prop_oneof![Just(0.0), Just(-3.5), any::<i32>().prop_map(f64::from), -1e9..1e9f64].prop_map(Operand::Number),
        "\\PC{0,8}".prop_map(Operand::Word),
        "[a-z0-9-]{1,6}".prop_map(Operand::Visits),
        "\\PC{0,4}".prop_map(Operand::Visits),
        (0..crate::base::time::LONGEST_DURATION.ms()).prop_map(Operand::Duration),
        (0..1000i64, 0..1440i64).prop_map(|(day, minute)| {
            let start = jiff::civil::DateTime::constant(2026, 1, 1, 0, 0, 0, 0);
            Operand::Instant(start.checked_add(jiff::Span::new().minutes(day * 1440 + minute)).unwrap())
        }),
    ]
}

fn conditions() -> impl Strategy<Value = Condition> {
    let comparisons = prop::sample::select(vec![
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::AtMost,
        Comparison::Greater,
        Comparison::AtLeast,
    ]);
    let leaf = prop_oneof![
        (operands(), comparisons, operands()).prop_map(|(left, comparison, right)| Condition::Compare(left, comparison, right)),
        "[a-z-]{1,6}".prop_map(Condition::Has),
        "\\PC{0,6}".prop_map(Condition::Given),
    ];
    leaf.prop_recursive(5, 30, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::Or),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::And),
            inner.prop_map(|c| Condition::Not(Box::new(c))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_parses_to_the_same(condition in conditions()) {
        let text = condition.to_string();
        prop_assert_eq!(parse(&text), Ok(condition), "{}", text);
    }

    #[test]
    fn no_text_makes_the_parser_fall(text in "[a-z0-9 ()<>=!'\"`\\\\.&|ёλ-]{0,60}") {
        if let Err(fault) = parse(&text) {
            prop_assert!(fault.offset <= text.len());
            prop_assert!(text.is_char_boundary(fault.offset));
            prop_assert!(!fault.message.is_empty());
        }
    }
}
