//! Keyed random streams: every draw is a pure function of what it is for.
//!
//! A run keeps no generator that advances. A draw is a hash of (seed, replication, source, case) on one side
//! and (element, purpose, visit) on the other, so that two variants of a model see the same luck wherever they
//! do the same thing for the same case (common random numbers), on any number of threads, in any order.
//!
//! A case pays for its key once; a draw then costs two multiplications. The mixer is the "moremur" finaliser
//! (Pelle Evensen 2019, a tuning of Stafford's variants of the MurmurHash3 finaliser). All arithmetic is on
//! integers, so the bits are the same on every machine; tests pin some of them for good.

/// Odd, near 2^64 over the golden ratio: counters multiplied by it spread over all bits.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
/// Where the chain of a key begins: the first digits of pi.
const ORIGIN: u64 = 0x2430_8D31_3198_A2E0;

/// What a draw is for. Each purpose of an element has its own stream.
///
/// The numbers are part of what keeps results the same from version to version: they are never changed, and
/// new purposes are added at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Purpose {
    /// Between arrivals.
    Arrival = 1,
    /// Who a case is: segment, attributes.
    Attribute = 2,
    /// Which way at a gateway.
    Routing = 3,
    /// How long the work of a step takes.
    Processing = 4,
    /// How long something other than work takes: a message, a rest, a drying stamp.
    Delay = 5,
    /// How long a citizen travels.
    Travel = 6,
    /// How long a citizen prepares.
    Preparation = 7,
    /// How long a registry takes to answer.
    Latency = 8,
    /// Whether a registry holds the record.
    Coverage = 9,
    /// Whether what a registry holds, or what a person enters, is right.
    Correctness = 10,
    /// Whether and when something fails.
    Failure = 11,
    /// How long something takes to be repaired.
    Repair = 12,
    /// How long a citizen is willing to wait.
    Patience = 13,
    /// Which channel a citizen takes.
    Channel = 14,
    /// How a citizen answers an offer.
    Answer = 15,
    /// Whether a citizen already has a document.
    Document = 16,
    /// Whether a member of staff is absent.
    Absence = 17,
    /// Which decision is taken on an application.
    Decision = 18,
    /// Whatever has no purpose of its own.
    Other = 255,
}

/// The name of a stream: an element, then perhaps a purpose, then perhaps a number.
///
/// Make these when a model is compiled, not in the loop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u64);

impl StreamId {
    /// Makes the stream of an element from its lasting name (its id in the study, not its position).
    ///
    /// The hash is FNV-1a of 64 bits over the UTF-8 bytes, then mixed; equal names give equal streams for good.
    pub const fn named(name: &str) -> StreamId {
        let bytes = name.as_bytes();
        let mut hash = 0xCBF2_9CE4_8422_2325_u64;
        let mut i = 0;
        while i < bytes.len() {
            hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01B3);
            i += 1;
        }
        StreamId(mix(hash ^ ORIGIN))
    }

    /// Returns the stream of one purpose of this element.
    pub const fn purpose(self, purpose: Purpose) -> StreamId {
        StreamId(mix(self.0 ^ (purpose as u64).wrapping_mul(SPREAD)))
    }

    /// Returns the stream of the `number`-th part of this one: a pool among several, a document in a list.
    ///
    /// Part 0 is a stream of its own, too.
    pub const fn part(self, number: u32) -> StreamId {
        StreamId(mix(self.0.wrapping_add(SPREAD).rotate_left(32) ^ (number as u64).wrapping_mul(SPREAD)))
    }
}

/// The key of one source of cases in one replication, from which the keys of its cases are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceKey(u64);

impl SourceKey {
    /// Makes the key from the plan's seed, the replication, and a lasting number of the source (a
    /// [`StreamId`]'s, for instance).
    pub const fn new(seed: u64, replication: u32, source: u64) -> SourceKey {
        let key = mix(seed.wrapping_mul(SPREAD) ^ ORIGIN);
        let key = mix(key ^ (replication as u64).wrapping_add(1).wrapping_mul(SPREAD));
        SourceKey(mix(key.rotate_left(32) ^ source.wrapping_mul(SPREAD)))
    }

    /// Returns the key of the `case`-th case, counted from anywhere, but always the same.
    #[inline]
    pub const fn case(self, case: u64) -> CaseKey {
        CaseKey(mix(self.0 ^ case.wrapping_mul(SPREAD)))
    }
}

/// The key of one case: everything that is drawn for it follows from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaseKey(pub u64);

impl CaseKey {
    /// Makes the key of a case; the same as [`SourceKey::new`] and [`SourceKey::case`].
    pub const fn new(seed: u64, replication: u32, source: u64, case: u64) -> CaseKey {
        SourceKey::new(seed, replication, source).case(case)
    }

    /// Returns 64 random bits for the `visit`-th time that this case asks of this stream.
    #[inline]
    pub const fn draw(self, stream: StreamId, visit: u32) -> u64 {
        mix(self.0 ^ stream.0.wrapping_add((visit as u64).wrapping_mul(SPREAD)))
    }
}

/// Returns a number strictly between 0 and 1: one of 2^52, evenly spaced, rising with the bits.
///
/// `unit(!bits)` is exactly `1 - unit(bits)`.
#[inline]
pub const fn unit(bits: u64) -> f64 {
    ((bits >> 12) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64)
}

/// Mixes 64 bits, each into all, and loses none.
#[inline]
const fn mix(bits: u64) -> u64 {
    let x = (bits ^ (bits >> 27)).wrapping_mul(0x3C79_AC49_2BA7_B653);
    let x = (x ^ (x >> 33)).wrapping_mul(0x1C69_B3F7_4AC4_AE35);
    x ^ (x >> 27)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Standard errors that a statistic may be off. The seeds are fixed, so a passing test passes for good; under
    /// a sound generator a fresh seed would fail one of these tests about once in a hundred thousand.
    const TOLERANCE: f64 = 4.5;

    const N: usize = 1 << 18;

    /// Sequences of draws as a simulation orders them, each varying the key in one way or in several.
    fn sequences() -> Vec<(&'static str, Vec<u64>)> {
        let step = StreamId::named("register").purpose(Purpose::Processing);
        let other = StreamId::named("register").purpose(Purpose::Routing);
        let counted = |f: &dyn Fn(u64) -> u64| (0..N as u64).map(f).collect::<Vec<_>>();
        vec![
            ("cases", counted(&|i| CaseKey::new(1, 0, 7, i).draw(step, 0))),
            ("sparse cases", counted(&|i| CaseKey::new(1, 0, 7, i << 40).draw(step, 0))),
            ("visits", counted(&|i| CaseKey::new(1, 0, 7, 0).draw(step, i as u32))),
            ("replications", counted(&|i| CaseKey::new(1, i as u32, 7, 3).draw(step, 0))),
            ("seeds", counted(&|i| CaseKey::new(i, 0, 7, 3).draw(step, 0))),
            ("sources", counted(&|i| CaseKey::new(1, 0, i, 3).draw(step, 0))),
            ("parts", counted(&|i| CaseKey::new(1, 0, 7, 3).draw(step.part(i as u32), 0))),
            ("named elements", counted(&|i| CaseKey::new(1, 0, 7, 3).draw(StreamId::named(&format!("step-{i}")), 0))),
            ("raw elements", counted(&|i| CaseKey::new(1, 0, 7, 3).draw(StreamId(i), 0))),
            ("cases and purposes", counted(&|i| CaseKey::new(1, 0, 7, i / 2).draw(if i % 2 == 0 { step } else { other }, 0))),
            ("cases and visits", counted(&|i| CaseKey::new(1, 0, 7, i / 4).draw(step, (i % 4) as u32))),
            ("replications and cases", counted(&|i| CaseKey::new(1, (i % 16) as u32, 7, i / 16).draw(step, 0))),
            ("seeds and cases", counted(&|i| CaseKey::new(i % 16, 0, 7, i / 16).draw(step, 0))),
            (
                "everything",
                counted(&|i| {
                    CaseKey::new(i % 2, (i / 2 % 2) as u32, i / 4 % 2, i / 32)
                        .draw(step.part((i / 8 % 2) as u32), (i / 16 % 2) as u32)
                }),
            ),
        ]
    }

    /// Returns how many standard errors a chi-squared statistic of equal cells lies from its mean.
    fn chi_squared(counts: &[u32]) -> f64 {
        let n: u32 = counts.iter().sum();
        let expected = f64::from(n) / counts.len() as f64;
        let statistic: f64 = counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum();
        let freedom = (counts.len() - 1) as f64;
        (statistic - freedom) / (2.0 * freedom).sqrt()
    }

    fn assert_within(name: &str, what: &str, standard_errors: f64) {
        assert!(standard_errors.abs() < TOLERANCE, "{name}: {what} is off by {standard_errors:.2} standard errors");
    }

    #[test]
    fn golden_values_stay_the_same_for_good() {
        assert_eq!(StreamId::named("register").0, GOLDEN[0]);
        assert_eq!(StreamId::named("register").purpose(Purpose::Routing).0, GOLDEN[1]);
        assert_eq!(StreamId::named("").part(1).0, GOLDEN[2]);
        assert_eq!(CaseKey::new(0, 0, 0, 0).0, GOLDEN[3]);
        assert_eq!(CaseKey::new(42, 3, 7, 1_000_000).draw(StreamId::named("register"), 0), GOLDEN[4]);
        assert_eq!(CaseKey::new(42, 3, 7, 1_000_000).draw(StreamId::named("register"), 1), GOLDEN[5]);
    }

    /// Worked out from the definitions by a second program, in another language.
    const GOLDEN: [u64; 6] = [
        0x9A9D_AF55_5519_EAAD,
        0xBD8D_8C14_6367_37F4,
        0x2E97_E05C_1A62_AC0A,
        0x4A88_8E6F_FBB5_096A,
        0xD098_86F9_4553_16B2,
        0xE2FF_516C_D460_35E7,
    ];

    #[test]
    fn unit_lies_strictly_within_and_mirrors() {
        assert!(unit(0) > 0.0 && unit(u64::MAX) < 1.0);
        assert_eq!(unit(0), 0.5_f64.powi(53));
        for (_, bits) in sequences() {
            assert!(bits.iter().all(|&bits| unit(!bits) == 1.0 - unit(bits)));
        }
    }

    #[test]
    fn high_and_low_bytes_are_even() {
        for (name, bits) in sequences() {
            for shift in [56, 28, 0] {
                let mut counts = [0_u32; 256];
                for x in &bits {
                    counts[(x >> shift) as usize & 255] += 1;
                }
                assert_within(name, &format!("the byte at {shift}"), chi_squared(&counts));
            }
        }
    }

    #[test]
    fn every_bit_is_one_half_of_the_time() {
        for (name, bits) in sequences() {
            for bit in 0..64 {
                let ones = bits.iter().filter(|&&x| x >> bit & 1 == 1).count() as f64;
                assert_within(name, &format!("bit {bit}"), (ones - 0.5 * N as f64) / (0.5 * (N as f64).sqrt()));
            }
        }
    }

    #[test]
    fn neighbours_are_not_correlated() {
        for (name, bits) in sequences() {
            for lag in [1, 2, 3, 4, 16] {
                let product = |pair: (&u64, &u64)| (unit(*pair.0) - 0.5) * (unit(*pair.1) - 0.5) * 12.0;
                let sum: f64 = bits.iter().zip(&bits[lag..]).map(product).sum();
                assert_within(name, &format!("correlation at lag {lag}"), sum / ((N - lag) as f64).sqrt());
            }
        }
    }

    #[test]
    fn pairs_of_neighbours_fill_the_square_evenly() {
        for (name, bits) in sequences() {
            for shift in [58, 0] {
                let mut counts = vec![0_u32; 64 * 64];
                for pair in bits.chunks_exact(2) {
                    counts[(pair[0] >> shift & 63) as usize * 64 + (pair[1] >> shift & 63) as usize] += 1;
                }
                assert_within(name, &format!("pairs at {shift}"), chi_squared(&counts));
            }
        }
    }

    #[test]
    fn halves_repeat_as_often_as_chance_has_it() {
        for (name, bits) in sequences() {
            for shift in [32, 0] {
                let mut halves: Vec<u32> = bits.iter().map(|x| (x >> shift) as u32).collect();
                halves.sort_unstable();
                let repeats = halves.windows(2).filter(|pair| pair[0] == pair[1]).count() as f64;
                let expected = 0.5 * (N as f64).powi(2) / 2.0_f64.powi(32);
                assert_within(name, &format!("repeats at {shift}"), (repeats - expected) / expected.sqrt());
            }
        }
    }

    #[test]
    fn one_flipped_bit_of_any_part_of_the_key_flips_half_of_the_draw() {
        const TRIES: u64 = 2_000;
        /// The draw of a key given as (seed, replication, source, case, stream, visit).
        fn draw(key: [u64; 6]) -> u64 {
            CaseKey::new(key[0], key[1] as u32, key[2], key[3]).draw(StreamId(key[4]), key[5] as u32)
        }
        for (part, width) in [64, 32, 64, 64, 64, 32].into_iter().enumerate() {
            let mut flips = [0_u32; 64];
            for i in 0..TRIES {
                let key = [i, i % 5, i % 3, i * 7, StreamId::named("register").0, i % 4];
                let mut flipped = key;
                flipped[part] ^= 1 << (i % width);
                let changed = draw(key) ^ draw(flipped);
                for (bit, count) in flips.iter_mut().enumerate() {
                    *count += (changed >> bit & 1) as u32;
                }
            }
            for (bit, &count) in flips.iter().enumerate() {
                let half = 0.5 * TRIES as f64;
                assert_within(&format!("part {part}"), &format!("bit {bit}"), (f64::from(count) - half) / (0.5 * half).sqrt());
            }
        }
    }

    #[test]
    fn names_purposes_and_parts_are_streams_of_their_own() {
        let mut ids = Vec::new();
        for name in ["", "a", "b", "ab", "ba", "step-1", "step-2", "тіркеу"] {
            let id = StreamId::named(name);
            ids.extend([id, id.purpose(Purpose::Arrival), id.purpose(Purpose::Other), id.part(0), id.part(1)]);
            ids.extend([id.purpose(Purpose::Arrival).part(0), id.part(0).purpose(Purpose::Arrival)]);
        }
        let n = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), n);
    }
}
