//! Closed forms of queueing theory, each by its usual name. Rates are per hour and times in hours unless said otherwise.

/// Probability of waiting in M/M/c; `load` is arrival rate over service rate. Source: Erlang's C formula.
pub fn erlang_c(servers: u32, load: f64) -> f64 {
    let blocking = erlang_b(servers, load);
    let rho = load / f64::from(servers);
    blocking / (1.0 - rho * (1.0 - blocking))
}

/// Probability of loss in M/M/c/c, by the usual recursion. Source: Erlang's B formula.
pub fn erlang_b(servers: u32, load: f64) -> f64 {
    (1..=servers).fold(1.0, |b, n| load * b / (f64::from(n) + load * b))
}

/// Mean wait in M/M/c.
pub fn wait_mmc(lambda: f64, mu: f64, servers: u32) -> f64 {
    erlang_c(servers, lambda / mu) / (f64::from(servers) * mu - lambda)
}

/// Probability of a wait longer than `t` in M/M/c.
pub fn wait_tail_mmc(lambda: f64, mu: f64, servers: u32, t: f64) -> f64 {
    erlang_c(servers, lambda / mu) * (-(f64::from(servers) * mu - lambda) * t).exp()
}

/// Mean wait in M/G/1. Source: Pollaczek and Khinchine.
pub fn wait_mg1(lambda: f64, mean: f64, variance: f64) -> f64 {
    lambda * (variance + mean * mean) / (2.0 * (1.0 - lambda * mean))
}

/// Loss probability and mean number present in M/M/1/K.
pub fn mm1k(rho: f64, k: i32) -> (f64, f64) {
    let p0 = (1.0 - rho) / (1.0 - rho.powi(k + 1));
    (p0 * rho.powi(k), (0..=k).map(|n| f64::from(n) * p0 * rho.powi(n)).sum())
}

/// The root of sigma = A*(mu (1 - sigma)) in GI/M/1, A* being the transform of the time between arrivals: the probability of waiting.
pub fn sigma_gim1(mu: f64, transform: impl Fn(f64) -> f64) -> f64 {
    (0..10_000).fold(0.5, |sigma, _| transform(mu * (1.0 - sigma)))
}

/// Mean waits in M/M/1 with non-preemptive priorities, the first class the highest. Source: Cobham.
pub fn cobham(lambdas: &[f64], mu: f64) -> Vec<f64> {
    let residual: f64 = lambdas.iter().map(|lambda| lambda / (mu * mu)).sum();
    let mut above = 0.0;
    let mut waits = Vec::new();
    for lambda in lambdas {
        let through = above + lambda / mu;
        waits.push(residual / ((1.0 - above) * (1.0 - through)));
        above = through;
    }
    waits
}

/// Share abandoning, mean wait of all, and utilisation in M/M/c+M, from its birth-death chain. Source: Palm's Erlang-A.
pub fn erlang_a(lambda: f64, mu: f64, servers: u32, theta: f64) -> (f64, f64, f64) {
    let c = f64::from(servers);
    let mut weight = 1.0;
    let (mut total, mut queue, mut busy) = (1.0, 0.0, 0.0);
    for n in 1..2_000 {
        let n = f64::from(n);
        weight *= lambda / (n.min(c) * mu + (n - c).max(0.0) * theta);
        total += weight;
        queue += weight * (n - c).max(0.0);
        busy += weight * n.min(c);
    }
    let queue = queue / total;
    (theta * queue / lambda, queue / lambda, busy / total / c)
}

/// Mean time to the join of two M/M/1 queues in parallel. Source: Flatto and Hahn 1984.
pub fn fork_join_2(lambda: f64, mu: f64) -> f64 {
    (12.0 - lambda / mu) / 8.0 / (mu - lambda)
}

/// The n-th harmonic number.
pub fn harmonic(n: u32) -> f64 {
    (1..=n).map(|i| 1.0 / f64::from(i)).sum()
}

/// Approximate mean time to the join of `k` M/M/1 queues. Source: Nelson and Tantawi 1988.
pub fn fork_join_near(k: u32, lambda: f64, mu: f64) -> f64 {
    let share = harmonic(k) / harmonic(2);
    (share + (1.0 - share) * 4.0 / 11.0 * lambda / mu) * fork_join_2(lambda, mu)
}
