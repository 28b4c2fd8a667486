//! Pseudo-random numbers for the statistical tests of this folder, and of no other use.
//!
//! The engine's own streams live in a layer that this one may not name.

/// SplitMix64 (Steele, Lea, Flood 2014), good enough to draw test samples.
pub struct TestNumbers(u64);

impl TestNumbers {
    pub fn new(seed: u64) -> Self {
        TestNumbers(seed)
    }

    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Strictly between 0 and 1.
    pub fn uniform(&mut self) -> f64 {
        ((self.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Standard normal, by Box and Muller.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Exponential of mean 1.
    pub fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }
}

/// Asserts that `hits` of `trials` lie within `n_errors` standard errors of the binomial share `expected`.
pub fn assert_share(hits: usize, trials: usize, expected: f64, n_errors: f64) {
    let share = hits as f64 / trials as f64;
    let standard_error = (expected * (1.0 - expected) / trials as f64).sqrt();
    assert!((share - expected).abs() <= n_errors * standard_error, "share {share}, expected {expected} ± {standard_error}");
}
