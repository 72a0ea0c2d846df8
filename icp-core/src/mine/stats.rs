//! The statistics, for few seeds and an exactly known population.
//!
//! The register is the whole population, so base rates carry no sampling error; all uncertainty lies in the seeds.

use crate::model::Estimate;

/// How many imaginary companies the base rate counts for when a share among few seeds is shrunk toward it.
pub(crate) const PRIOR_COMPANIES: f64 = 2.0;

/// The probability of every interval.
pub(crate) const LEVEL: f64 = 0.95;

/// Natural logarithm of the gamma function, for `x > 0` (Lanczos approximation, g = 7, nine terms; relative error
/// below 1e-13).
pub(crate) fn ln_gamma(x: f64) -> f64 {
    const C: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        // Reflection: gamma(x) gamma(1 - x) = pi / sin(pi x).
        return (std::f64::consts::PI / (std::f64::consts::PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let t = x + 7.5;
    let sum = C.iter().enumerate().skip(1).fold(C[0], |sum, (i, c)| sum + c / (x + i as f64));
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// The regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22, modified Lentz).
/// `a` and `b` above 0, `x` in 0..=1.
pub(crate) fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_cdf(1.0 - x, b, a);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp() / a;
    const TINY: f64 = 1e-300;
    let (mut c, mut d, mut f) = (1.0, 0.0, 1.0);
    for i in 0..500 {
        let m = f64::from(i / 2);
        let numerator = if i == 0 {
            1.0
        } else if i % 2 == 0 {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -((a + m) * (a + b + m) * x) / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        };
        d = 1.0 + numerator * d;
        d = 1.0 / if d.abs() < TINY { TINY } else { d };
        c = 1.0 + numerator / c;
        c = if c.abs() < TINY { TINY } else { c };
        let step = c * d;
        f *= step;
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    (front * (f - 1.0)).clamp(0.0, 1.0)
}

/// The `q` quantile of Beta(a, b), by bisection to full precision.
pub(crate) fn beta_quantile(q: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if beta_cdf(middle, a, b) < q {
            low = middle;
        } else {
            high = middle;
        }
        if high - low <= f64::EPSILON * high {
            break;
        }
    }
    0.5 * (low + high)
}

/// P(X >= k) for X ~ Binomial(n, p), exact: the beta form of the tail.
pub(crate) fn binomial_tail(k: u32, n: u32, p: f64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    if k > n {
        return 0.0;
    }
    beta_cdf(p, f64::from(k), f64::from(n - k) + 1.0)
}

/// Wilson's score interval for a share of `k` in `n` (Wilson 1927); the whole range when `n` is 0.
pub(crate) fn wilson(k: u32, n: u32) -> Estimate {
    if n == 0 {
        return Estimate { value: 0.0, low: 0.0, high: 1.0, level: LEVEL };
    }
    const Z: f64 = 1.959_963_984_540_054;
    let (k, n) = (f64::from(k), f64::from(n));
    let p = k / n;
    let denominator = 1.0 + Z * Z / n;
    let centre = (p + Z * Z / (2.0 * n)) / denominator;
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / denominator;
    Estimate { value: p, low: (centre - half).max(0.0), high: (centre + half).min(1.0), level: LEVEL }
}

/// The share among the seeds, shrunk toward the base rate: the m-estimate (k + m p) / (n + m) (Cestnik 1990).
pub(crate) fn shrunk_share(k: u32, n: u32, base_rate: f64) -> f64 {
    (f64::from(k) + PRIOR_COMPANIES * base_rate) / (f64::from(n) + PRIOR_COMPANIES)
}

/// The shrunk share over the base rate, with the equal-tailed interval of its posterior: the base rate is the mean of
/// a Beta prior of weight [`PRIOR_COMPANIES`], the seeds update it. Tends to 1 as `n` tends to 0.
pub(crate) fn shrunk_lift(k: u32, n: u32, base_rate: f64) -> Estimate {
    let p = base_rate.clamp(1e-12, 1.0 - 1e-12);
    let a = PRIOR_COMPANIES * p + f64::from(k);
    let b = PRIOR_COMPANIES * (1.0 - p) + f64::from(n - k.min(n));
    let tail = (1.0 - LEVEL) / 2.0;
    Estimate {
        value: shrunk_share(k, n, p) / p,
        low: beta_quantile(tail, a, b) / p,
        high: beta_quantile(1.0 - tail, a, b) / p,
        level: LEVEL,
    }
}

/// One-sided Fisher exact test: the chance that at least `k1` of the `k1 + k2` who have it fall among the first `n1`
/// of `n1 + n2`, if having it had nothing to do with the group.
pub(crate) fn fisher_greater(k1: u32, n1: u32, k2: u32, n2: u32) -> f64 {
    let (have, all) = (k1 + k2, n1 + n2);
    let most = have.min(n1);
    (k1..=most)
        .map(|k| (ln_choose(n1, k) + ln_choose(n2, have - k) - ln_choose(all, have)).exp())
        .filter(|p| p.is_finite())
        .sum::<f64>()
        .min(1.0)
}

/// The smallest p-value [`fisher_greater`] can give for groups of these sizes: everybody here, nobody there.
pub(crate) fn fisher_attainable(n1: u32, n2: u32) -> f64 {
    fisher_greater(n1, n1, 0, n2)
}

fn ln_choose(n: u32, k: u32) -> f64 {
    if k > n {
        return f64::NEG_INFINITY;
    }
    ln_gamma(f64::from(n) + 1.0) - ln_gamma(f64::from(k) + 1.0) - ln_gamma(f64::from(n - k) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(a: f64, b: f64, tolerance: f64) {
        assert!((a - b).abs() <= tolerance * b.abs().max(1e-300), "{a} is not {b}");
    }

    #[test]
    fn known_values() {
        near(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln(), 1e-13);
        near(ln_gamma(11.0), 3_628_800_f64.ln(), 1e-13);
        // Jeffreys interval of 4 in 5: Beta(4.5, 1.5) at 2.5 % and 97.5 %.
        near(beta_quantile(0.025, 4.5, 1.5), 0.371_4, 1e-3);
        near(beta_quantile(0.975, 4.5, 1.5), 0.977_5, 1e-3);
        near(wilson(8, 10).low, 0.490_2, 1e-3);
        near(wilson(8, 10).high, 0.943_3, 1e-3);
    }

    #[test]
    fn published_small_sample_p_values() {
        // 4 of 5 against 0 of 3, 5 of 5 against 0 of 3 (the floor), 12 of 15 against 0 of 3.
        near(fisher_greater(4, 5, 0, 3), 0.071_43, 1e-3);
        near(fisher_greater(5, 5, 0, 3), 0.017_86, 1e-3);
        near(fisher_attainable(5, 3), 0.017_86, 1e-3);
        near(fisher_greater(12, 15, 0, 3), 0.024_5, 1e-2);
        // Against the register: 2 and 3 of 5 in a class of 0.5 %, 8 of 10 with a tool of 40 %.
        near(binomial_tail(2, 5, 0.005), 2.475e-4, 1e-2);
        near(binomial_tail(3, 5, 0.005), 1.24e-6, 1e-2);
        near(binomial_tail(8, 10, 0.4), 0.012_29, 1e-3);
    }

    /// The tail by its definition, term by term.
    fn tail_by_sum(k: u32, n: u32, p: f64) -> f64 {
        (k..=n)
            .map(|i| {
                let mut choose = 1.0;
                for j in 0..i {
                    choose *= f64::from(n - j) / f64::from(j + 1);
                }
                choose * p.powi(i as i32) * (1.0 - p).powi((n - i) as i32)
            })
            .sum()
    }

    /// Fisher's test by counting every way to choose the `n1`.
    fn fisher_by_enumeration(k1: u32, n1: u32, k2: u32, n2: u32) -> f64 {
        let (all, have) = (n1 + n2, k1 + k2);
        let (mut total, mut hit) = (0u64, 0u64);
        for set in 0u32..(1 << all) {
            if set.count_ones() == n1 {
                total += 1;
                hit += u64::from((set & ((1 << have) - 1)).count_ones() >= k1);
            }
        }
        hit as f64 / total as f64
    }

    proptest! {
        #[test]
        fn the_tail_equals_its_sum(n in 1u32..30, k in 0u32..31, p in 0.0005f64..0.9995) {
            let (exact, sum) = (binomial_tail(k, n, p), tail_by_sum(k.min(n + 1), n, p));
            prop_assert!((exact - sum).abs() <= 1e-9 * sum.max(1e-30) + 1e-14, "{exact} {sum}");
        }

        #[test]
        fn fisher_equals_counting(n1 in 1u32..8, n2 in 1u32..6, a in 0u32..8, b in 0u32..6) {
            let (k1, k2) = (a.min(n1), b.min(n2));
            prop_assert!((fisher_greater(k1, n1, k2, n2) - fisher_by_enumeration(k1, n1, k2, n2)).abs() < 1e-9);
        }

        #[test]
        fn the_quantile_inverts_the_distribution(q in 0.001f64..0.999, a in 0.01f64..40.0, b in 0.01f64..40.0) {
            let x = beta_quantile(q, a, b);
            if x > 1e-50 && x < 1.0 - 1e-12 {
                prop_assert!((beta_cdf(x, a, b) - q).abs() < 1e-6, "{x}");
            }
        }

        #[test]
        fn a_seed_that_lacks_it_never_raises_lift(n in 0u32..30, more in 0u32..30, p in 0.0001f64..0.9) {
            let k = more.min(n);
            let (with, without) = (shrunk_lift(k, n, p), shrunk_lift(k, n + 1, p));
            prop_assert!(without.value <= with.value + 1e-12);
            prop_assert!(without.low <= with.low + 1e-9 && without.high <= with.high + 1e-9);
        }

        #[test]
        fn the_interval_holds_the_middle_and_no_seeds_say_nothing(k in 0u32..20, extra in 0u32..20, p in 0.001f64..0.9) {
            let lift = shrunk_lift(k, k + extra, p);
            prop_assert!(lift.low <= lift.high);
            prop_assert!((shrunk_lift(0, 0, p).value - 1.0).abs() < 1e-9);
        }
    }
}
