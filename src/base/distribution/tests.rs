//! Claims about distributions: published values, and agreement of the ways to the same number.

use super::form::Form;
use super::*;

fn close(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs().max(1e-300), "found {found}, expected {expected}");
}

fn truncated(of: Distribution, min: f64, max: f64) -> Distribution {
    Distribution::Truncated { of: Box::new(of), min, max }
}

/// One or more of every kind, with odd shapes.
fn many() -> Vec<Distribution> {
    use Distribution::*;
    vec![
        Uniform { min: 5.0, max: 30.0 },
        Triangular { min: 5.0, likely: 10.0, max: 30.0 },
        Triangular { min: 5.0, likely: 5.0, max: 30.0 },
        Triangular { min: 5.0, likely: 30.0, max: 30.0 },
        Pert { min: 5.0, likely: 10.0, max: 30.0 },
        Pert { min: 0.0, likely: 0.0, max: 1.0 },
        Exponential { mean: 12.0 },
        Erlang { k: 3, mean: 12.0 },
        Gamma { mean: 12.0, sd: 20.0 },
        Gamma { mean: 12.0, sd: 3.0 },
        Gamma { mean: 12.0, sd: 0.05 },
        Lognormal { mean: 10.0, sd: 10.0 },
        Lognormal { mean: 10.0, sd: 25.0 },
        Normal { mean: 20.0, sd: 15.0 },
        Normal { mean: 0.0, sd: 2.0 },
        Normal { mean: 100.0, sd: 1.0 },
        Weibull { shape: 2.0, scale: 10.0 },
        Weibull { shape: 0.7, scale: 10.0 },
        Beta { alpha: 2.0, beta: 5.0, min: 3.0, max: 9.0 },
        Beta { alpha: 0.5, beta: 0.5, min: 0.0, max: 1.0 },
        Beta { alpha: 300.0, beta: 2.0, min: 0.0, max: 1.0 },
        Histogram(vec![(10.0, 20.0, 3.0), (0.0, 5.0, 1.0), (20.0, 21.0, 2.0)]),
        truncated(Lognormal { mean: 10.0, sd: 10.0 }, 2.0, 30.0),
        truncated(Exponential { mean: 10.0 }, 5.0, f64::INFINITY),
        truncated(Normal { mean: 20.0, sd: 15.0 }, 60.0, 80.0),
        truncated(Gamma { mean: 12.0, sd: 20.0 }, 1.0, 40.0),
        truncated(Weibull { shape: 0.7, scale: 10.0 }, 0.0, 15.0),
        truncated(Beta { alpha: 2.0, beta: 5.0, min: 3.0, max: 9.0 }, 4.0, 8.5),
        truncated(Pert { min: 5.0, likely: 10.0, max: 30.0 }, 9.0, 12.0),
        truncated(Triangular { min: 5.0, likely: 10.0, max: 30.0 }, 8.0, 20.0),
        truncated(Uniform { min: 5.0, max: 30.0 }, 8.0, 20.0),
        truncated(truncated(Lognormal { mean: 10.0, sd: 10.0 }, 2.0, 40.0), 1.0, 30.0),
    ]
}

#[test]
fn moments_and_quantiles_are_the_published_ones() {
    use Distribution::*;
    let triangular = Triangular { min: 5.0, likely: 10.0, max: 30.0 };
    close(triangular.mean(), 15.0, 1e-15);
    close(triangular.variance(), 175.0 / 6.0, 1e-14);
    let lognormal = Lognormal { mean: 10.0, sd: 10.0 };
    close(lognormal.mean(), 10.0, 1e-14);
    close(lognormal.variance(), 100.0, 1e-13);
    close(lognormal.quantile(0.5), 50.0_f64.sqrt(), 1e-14);
    close(lognormal.quantile(0.9), 20.5523, 3e-6);
    close(Weibull { shape: 2.0, scale: 10.0 }.mean(), 8.862_269_254_527_58, 1e-13);
    close(Exponential { mean: 12.0 }.quantile(0.5), 12.0 * 2.0_f64.ln(), 1e-15);
    // The 95 % point of chi-squared with 10 degrees of freedom: gamma with shape 5 and scale 2.
    close(Erlang { k: 5, mean: 10.0 }.quantile(0.95), 18.307_038_053_275_14, 1e-12);
    close(Beta { alpha: 2.0, beta: 2.0, min: 0.0, max: 1.0 }.cdf(0.25), 0.15625, 1e-14);
    let pert = Pert { min: 5.0, likely: 10.0, max: 30.0 };
    close(pert.mean(), 12.5, 1e-14);
    // The variance of a beta with shapes 1.8 and 4.2 on 5..30, over 36 times the usual rule of thumb's 49.
    close(pert.variance(), 625.0 * (1.8 * 4.2) / (36.0 * 7.0), 1e-13);
}

#[test]
fn a_normal_that_cannot_be_negative_has_a_higher_mean() {
    // Row S04 of the validation table: mu + sd phi(a) / (1 - Phi(a)) with a = -20/15.
    let normal = Distribution::Normal { mean: 20.0, sd: 15.0 };
    close(normal.mean(), 22.7071, 3e-6);
    assert_eq!(normal.cdf(-0.001), 0.0);
    assert_eq!(normal.quantile(0.0), 0.0);
}

#[test]
fn lists_count_their_weights() {
    let points = Distribution::Empirical(vec![(7.0, 1.0), (2.0, 2.0), (4.0, 0.0), (9.0, 1.0)]);
    assert_eq!(points.mean(), 5.0);
    assert_eq!(points.variance(), 9.5);
    assert_eq!([0.0, 0.5, 0.51, 0.75, 1.0].map(|p| points.quantile(p)), [2.0, 2.0, 7.0, 7.0, 9.0]);
    assert_eq!([1.9, 2.0, 8.9, 9.0].map(|x| points.cdf(x)), [0.0, 0.5, 0.75, 1.0]);
    assert_eq!(truncated(points, 3.0, 9.0).mean(), 8.0);
    let bins = Distribution::Histogram(vec![(10.0, 20.0, 3.0), (0.0, 4.0, 1.0)]);
    assert_eq!(bins.mean(), 11.75);
    assert_eq!([0.125, 0.25, 0.625, 1.0].map(|p| bins.quantile(p)), [2.0, 4.0, 15.0, 20.0]);
    assert_eq!([2.0, 7.0, 15.0].map(|x| bins.cdf(x)), [0.125, 0.25, 0.625]);
    assert_eq!(bins.support(), (0.0, Some(20.0)));
    assert_eq!(truncated(bins, 2.0, 15.0).cdf(4.0), 0.25);
}

#[test]
fn quantile_and_cdf_undo_each_other() {
    for distribution in many() {
        let form = distribution.form().unwrap();
        for i in 1..200 {
            let p = f64::from(i) / 200.0;
            let x = form.quantile(p);
            assert!((form.cdf(x) - p).abs() < 1e-9, "{distribution:?} at {p}: {x} has cdf {}", form.cdf(x));
        }
        for p in [1e-6, 1e-4, 1.0 - 1e-4, 1.0 - 1e-6] {
            let back = form.cdf(form.quantile(p));
            assert!((back - p).abs() < 1e-7 * p.min(1.0 - p) + 1e-10, "{distribution:?} at {p}: {back}");
        }
    }
}

#[test]
fn moments_are_integrals_of_the_quantile_function() {
    for distribution in many() {
        if let Form::Smooth(window) = distribution.form().unwrap() {
            // A kink of the density within an octave costs Gauss's rule digits, and so does a pole at an end.
            close(window.mean_by_integral(), distribution.mean(), 1e-6);
            close(window.variance_by_integral(), distribution.variance(), 1e-5);
        }
    }
}

#[test]
fn density_is_the_slope_of_the_cdf_by_way_of_its_inverse() {
    for distribution in many() {
        if let Form::Smooth(window) = distribution.form().unwrap() {
            for p in [0.05, 0.2, 0.47, 0.8, 0.97] {
                let x = window.quantile(p, 1.0 - p);
                let step = 1e-3 * p.min(1.0 - p);
                let slope = 2.0 * step / (window.quantile(p + step, 1.0 - p - step) - window.quantile(p - step, 1.0 - p + step));
                let density = window.density(x);
                assert!((density / slope - 1.0).abs() < 2e-3, "{distribution:?} at {p}: {density}, by differences {slope}");
            }
        }
    }
}

#[test]
fn a_narrow_window_keeps_its_moments() {
    // Within so narrow a window every density is flat, so the moments are those of an even spread.
    let narrow = truncated(Distribution::Lognormal { mean: 10.0, sd: 10.0 }, 1000.0 / 99.0, 1000.0 / 99.0 + 1e-6);
    close(narrow.mean(), 1000.0 / 99.0 + 5e-7, 1e-12);
    close(narrow.variance(), 1e-12 / 12.0, 1e-4);
}

#[test]
fn what_cannot_vary_is_a_point() {
    use Distribution::*;
    for sure in [
        Uniform { min: 3.0, max: 3.0 },
        Triangular { min: 3.0, likely: 3.0, max: 3.0 },
        Pert { min: 3.0, likely: 3.0, max: 3.0 },
        Normal { mean: 3.0, sd: 0.0 },
        Gamma { mean: 3.0, sd: 1e-200 },
        Lognormal { mean: 3.0, sd: 0.0 },
        truncated(Fixed(3.0), 3.0, 4.0),
    ] {
        assert_eq!(sure.form(), Ok(Form::Point(3.0)), "{sure:?}");
    }
    assert_eq!(Exponential { mean: 0.0 }.form(), Ok(Form::Point(0.0)));
}

#[test]
fn every_fault_is_said() {
    use Distribution::*;
    let n_faults = |distribution: &Distribution| distribution.check().len();
    for (distribution, n) in [
        (Fixed(-1.0), 1),
        (Fixed(f64::NAN), 1),
        (Fixed(f64::INFINITY), 1),
        (Fixed(1e300), 1),
        (Uniform { min: 2.0, max: 1.0 }, 1),
        (Triangular { min: 9.0, likely: 5.0, max: 1.0 }, 2),
        (Triangular { min: -9.0, likely: f64::NAN, max: 1.0 }, 2),
        (Pert { min: 1.0, likely: 5.0, max: 3.0 }, 1),
        (Erlang { k: 0, mean: -1.0 }, 2),
        (Gamma { mean: 0.0, sd: 1.0 }, 1),
        (Lognormal { mean: 1.0, sd: 1000.0 }, 1),
        (Lognormal { mean: -1.0, sd: -2.0 }, 2),
        (Weibull { shape: 0.0, scale: 0.0 }, 2),
        (Weibull { shape: f64::NAN, scale: 1.0 }, 1),
        (Beta { alpha: 0.0, beta: -1.0, min: 2.0, max: 1.0 }, 3),
        (Empirical(vec![]), 1),
        (Empirical(vec![(1.0, 0.0), (2.0, 0.0)]), 1),
        (Empirical(vec![(-1.0, 1.0), (2.0, -1.0), (3.0, 5.0)]), 2),
        (Histogram(vec![]), 1),
        (Histogram(vec![(0.0, 0.0, 1.0)]), 1),
        (Histogram(vec![(0.0, 2.0, 1.0), (1.0, 3.0, 1.0)]), 1),
        (truncated(Fixed(1.0), 2.0, 3.0), 1),
        (truncated(Uniform { min: 0.0, max: 1.0 }, 2.0, 3.0), 1),
        (truncated(Empirical(vec![(1.0, 1.0), (5.0, 1.0)]), 2.0, 3.0), 1),
        (truncated(Histogram(vec![(0.0, 1.0, 1.0), (5.0, 6.0, 1.0)]), 2.0, 3.0), 1),
        (truncated(Normal { mean: 20.0, sd: 1.0 }, 60.0, 80.0), 1),
        (truncated(Exponential { mean: 1.0 }, 3.0, 2.0), 1),
        (truncated(Exponential { mean: -1.0 }, -3.0, f64::NAN), 3),
        (truncated(truncated(Exponential { mean: 1.0 }, 0.0, 1.0), 2.0, 3.0), 1),
    ] {
        assert_eq!(n_faults(&distribution), n, "{distribution:?}: {:?}", distribution.check());
        assert!(distribution.mean().is_nan(), "{distribution:?}");
    }
    for distribution in many() {
        assert_eq!(n_faults(&distribution), 0, "{:?}", distribution.check());
    }
    assert_eq!(Fixed(-5.0).check(), ["The value is negative (-5)."]);
}

#[test]
fn extreme_but_sound_parameters_have_finite_rising_quantiles() {
    use Distribution::*;
    for distribution in [
        Gamma { mean: 1e15, sd: 1e7 },
        Gamma { mean: 1e-3, sd: 0.1 },
        Gamma { mean: 1.0, sd: 100.0 },
        Erlang { k: u32::MAX, mean: 1e6 },
        Erlang { k: 10_000, mean: 1e6 },
        Lognormal { mean: 1e15, sd: 1e17 * 0.01 },
        Lognormal { mean: 1.0, sd: 100.0 },
        Weibull { shape: 0.05, scale: 1.0 },
        Weibull { shape: 1_000.0, scale: 1.0 },
        Beta { alpha: 0.01, beta: 0.01, min: 0.0, max: 1.0 },
        Beta { alpha: 10_000.0, beta: 10_000.0, min: 0.0, max: 1.0 },
        Beta { alpha: 0.01, beta: 10_000.0, min: 0.0, max: 1.0 },
        Beta { alpha: 10_000.0, beta: 0.01, min: 0.0, max: 1.0 },
        Normal { mean: 0.0, sd: 1e15 },
        truncated(Exponential { mean: 1.0 }, 20.0, 22.0),
    ] {
        let form = distribution.form().unwrap();
        let ps = [1e-15, 1e-9, 1e-3, 0.1, 0.5, 0.9, 0.999, 1.0 - 1e-9, 1.0 - 1e-15];
        let values = ps.map(|p| form.quantile(p));
        assert!(values.iter().all(|x| x.is_finite()) && values.is_sorted(), "{distribution:?}: {values:?}");
        assert!(form.mean().is_finite() && form.variance() >= 0.0, "{distribution:?}");
    }
}

#[test]
fn the_two_ways_to_a_large_gamma_meet() {
    // Just below the shape at which the cube of a normal variable takes over, and just above it.
    for (p, q) in [(1e-6, 1.0 - 1e-6), (0.1, 0.9), (0.5, 0.5), (0.99, 0.01), (1.0 - 1e-6, 1e-6)] {
        let below = special::gamma_quantile(9_999.999_999, p, q);
        let above = special::gamma_quantile(10_000.000_001, p, q);
        close(above, below, 1e-6);
    }
}
