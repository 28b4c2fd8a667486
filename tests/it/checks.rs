//! The checks of the model and the compiler agree: what passes the first raises no fault in the second.

use kezek::base::time::SimDuration;
use kezek::compile::compile;
use kezek::formats::scenario_ron::read_study;
use kezek::model::apply::build_variant;

/// A small generator (SplitMix64) with a fixed seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }
}

/// What a part of a study file is: a quoted text, a number, or a word.
fn sort_of(part: &str) -> u8 {
    match part.as_bytes().first() {
        Some(b'"') => 0,
        Some(first) if first.is_ascii_digit() => 1,
        _ => 2,
    }
}

/// Returns the places of all quoted texts, numbers and words of a study file.
fn parts(text: &str) -> Vec<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'_';
        let end = if bytes[at] == b'"' {
            text[at + 1..].find('"').map_or(bytes.len(), |length| at + length + 2)
        } else {
            at + bytes[at..].iter().take_while(|b| is_word(**b)).count()
        };
        if end > at {
            parts.push(at..end);
        }
        at = end.max(at + 1);
    }
    parts
}

#[test]
fn what_passes_the_checks_can_be_compiled() {
    let mut chance = Chance(1);
    let mut sound = 0;
    for name in ["golden-case", "birth-of-a-child", "front-office"] {
        let path = format!("scenarios/{name}/study.ron");
        let text = std::fs::read_to_string(&path).unwrap();
        let parts = parts(&text);
        for _ in 0..150 {
            // One part takes the place of another of its sort: names of other things, other words, other numbers.
            let place = parts[chance.below(parts.len())].clone();
            let alike: Vec<_> = parts.iter().filter(|p| sort_of(&text[(*p).clone()]) == sort_of(&text[place.clone()])).collect();
            let new = &text[alike[chance.below(alike.len())].clone()];
            let spoiled = format!("{}{new}{}", &text[..place.start], &text[place.end..]);
            let read = read_study(&spoiled, &path, &mut |path| std::fs::read_to_string(path).map_err(|e| e.to_string()));
            if read.has_errors() {
                continue;
            }
            sound += 1;
            let study = read.value.unwrap();
            for variant in study.variant_names() {
                let scenario = build_variant(&study, variant).unwrap();
                let faults = compile(&scenario, SimDuration::from_days(30)).err();
                assert_eq!(faults, None, "{name}, {variant}, with {new} for {}", &text[place.clone()]);
            }
        }
    }
    // About a quarter of the slips leave a study that can run; without them the test would say nothing.
    assert!(sound > 50, "{sound}");
}
