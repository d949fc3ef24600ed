import math

import numpy as np
import pingouin
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from scipy.signal import lfilter

from ftpstats.stats.contrast import difference
from ftpstats.stats.equivalence import equivalence_p
from ftpstats.stats.means import mean_of_runs
from ftpstats.stats.paired import means_of_rounds
from ftpstats.stats.power import interval_needed, runs_needed, transfers_needed, variance_at_most

VARIANCES = st.lists(st.floats(1e-6, 10), min_size=1, max_size=2)
BOTH = pytest.mark.parametrize("function", [transfers_needed, runs_needed])


def transfers_df(n):
    return max(4, math.floor(0.41 * n ** (2 / 3) + 1e-9))


def runs_df(n):
    return n - 1


@pytest.mark.parametrize(
    ("function", "df", "fewest"), [(transfers_needed, transfers_df, 30), (runs_needed, runs_df, 3)]
)
@given(variances=VARIANCES, delta=st.floats(0.01, 10), alpha=st.sampled_from([0.05, 0.01]))
def test_is_the_smallest_number_rounded_up_to_two_digits(function, df, fewest, variances, delta, alpha):
    def enough(n):
        freedom = len(variances) * df(n)
        reach = stats.t.isf(alpha / 2, freedom) + stats.t.isf(alpha, freedom)
        return reach**2 * sum(variances) / delta**2 * (1 - 1e-9) <= n

    found = function(variances, delta, alpha=alpha)
    unit = 10 ** max(0, math.floor(math.log10(found)) - 1)
    below = (found - 1) // unit * unit if found % unit == 0 else None
    assert below is not None, "more than two digits"
    assert enough(found)
    assert below < fewest or not enough(below)


def test_by_hand():
    # (t₀.₉₇₅ + t₀.₉₅)² · 2·0.09 / 0.1² ≤ n with 2·ν(n): ν(240) = 15, (2.0423 + 1.6973)² · 18 = 251.7; ν(250) = 16,
    # (2.0369 + 1.6939)² · 18 = 250.5; so 251, rounded up
    assert transfers_needed([0.09, 0.09], 0.1) == 260


@given(VARIANCES, st.floats(0.01, 10))
def test_with_the_power_of_the_level_both_goals_need_the_same(variances, delta):
    for function in (transfers_needed, runs_needed):
        assert function(variances, delta) == function(variances, delta, goal="difference")


@given(VARIANCES, st.floats(0.01, 10), st.integers(-10, 10))
def test_knows_no_unit_and_no_order(variances, delta, exponent):
    scaled = [variance * 4.0**exponent for variance in variances]
    for function in (transfers_needed, runs_needed):
        assert function(scaled[::-1], delta * 2.0**exponent) == function(variances, delta)


@BOTH
def test_more_of_anything_needs_more(function):
    assert function([2, 2], 0.3) > function([1, 2], 0.3) > function([1, 2], 0.4)
    assert function([1, 2], 0.3, power=0.9) > function([1, 2], 0.3, power=0.8)
    assert function([1, 2], 0.3, alpha=0.01, power=0.8) > function([1, 2], 0.3, power=0.8)


# Of SciPy 1.13, in pingouin's powers: where a chance is 0, its noncentral t computes more than it needs.
OLD_NONCENTRAL_T = pytest.mark.filterwarnings("ignore:.* encountered in _nct_sf:RuntimeWarning")


@OLD_NONCENTRAL_T
@given(st.floats(0.4, 2), st.sampled_from([0.7, 0.8, 0.9]))
def test_runs_for_a_difference_agree_with_pingouin(effect, power):
    exact = pingouin.power_ttest(d=effect, power=power)
    assume(exact < 98)
    assert runs_needed([1, 1], effect, goal="difference", power=power) == pytest.approx(exact + 0.5, abs=1.5)


@OLD_NONCENTRAL_T
@given(st.floats(0.4, 2), st.sampled_from([0.7, 0.8, 0.9]))
def test_rounds_for_a_difference_agree_with_pingouin(effect, power):
    exact = pingouin.power_ttest(d=effect, power=power, contrast="one-sample")
    assume(exact < 98)
    assert runs_needed([1], effect, goal="difference", power=power) == pytest.approx(exact + 0.5, abs=1.5)


def rate_of(claims):
    return np.mean(claims), 3 * math.sqrt(0.16 / len(claims))


@pytest.mark.parametrize("power", [0.8, 0.95])
def test_equivalence_is_shown_as_often_as_planned(power):
    n = transfers_needed([4, 4], 1.2, power=power)
    shocks = np.random.default_rng(20).normal(0, 1, (500, 2, n + 100))
    runs = 100 + lfilter([1], [1, -0.5], shocks)[..., 100:]  # an AR(1) 0.5 with Ω = 4
    pairs = [(mean_of_runs([x]), mean_of_runs([y])) for x, y in runs]
    rate, error = rate_of([equivalence_p(*pair, absolute_margin=1.2) < 0.05 for pair in pairs])
    assert power - error < rate < power + 0.07


def test_a_difference_is_found_as_often_as_planned():
    n = runs_needed([1, 2], 1.5, goal="difference", power=0.8)
    rng = np.random.default_rng(21)
    samples = zip(rng.normal(1.5, 1, (1000, n, 1)), rng.normal(0, math.sqrt(2), (1000, n, 1)), strict=True)
    rate, error = rate_of([difference(mean_of_runs(x), mean_of_runs(y)).p < 0.05 for x, y in samples])
    assert rate == pytest.approx(0.8, abs=error + 0.02)


def test_rounds_find_a_difference_as_often_as_planned():
    n = runs_needed([1], 1, goal="difference", power=0.8)
    rng = np.random.default_rng(22)
    hours, effect = rng.normal(0, 5, (1000, n, 1)), rng.normal(1, 1, (1000, n, 1))
    claims = [difference(*means_of_rounds(x, y)).p < 0.05 for x, y in zip(hours + effect, hours, strict=True)]
    rate, error = rate_of(claims)
    assert rate == pytest.approx(0.8, abs=error + 0.02)


def test_nothing_varies():
    assert transfers_needed([0, 0], 0.1) == 30
    assert runs_needed([0.0], 0.1) == 3


@BOTH
def test_beyond_all_bounds(function):
    assert function([1, 1], 1e-7) is None
    assert function([1e300, 1e300], 1e-300) is None
    assert function([1, 1], 1e-5) > 10**11


@BOTH
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], 1), "variances"),
        (([1, 1, 1], 1), "variances"),
        (([-1, 1], 1), "variances"),
        (([math.nan, 1], 1), "variances"),
        (([math.inf, 1], 1), "variances"),
        (([1, 1], 0), "margin"),
        (([1, 1], math.nan), "margin"),
        (([1, 1], math.inf), "margin"),
    ],
)
def test_no_numbers_are_the_callers_mistake(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)


@BOTH
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": 0}, "level"),
        ({"alpha": 0.95}, "level"),
        ({"alpha": math.nan}, "level"),
        ({"power": 1}, "power"),
        ({"power": 0.05}, "power"),
        ({"power": 80}, "power"),
        ({"goal": "superiority"}, "goal"),
    ],
)
def test_no_options_are_the_callers_mistake(function, options, message):
    with pytest.raises(ValueError, match=message):
        function([1, 1], 1, **options)


@given(st.floats(1, 1000), st.sampled_from([0.8, 0.9, 0.95]))
def test_how_large_a_variance_may_be(df, chance):
    assert variance_at_most(df, chance) == pytest.approx(df / stats.chi2.ppf(1 - chance, df))


@pytest.mark.parametrize(("df", "chance"), [(0, 0.9), (math.inf, 0.9), (math.nan, 0.9), (4, 0), (4, 1)])
def test_no_degrees_of_freedom_are_the_callers_mistake(df, chance):
    with pytest.raises(ValueError, match="out of range"):
        variance_at_most(df, chance)


# --- the width of an interval


def test_the_number_for_an_interval_by_hand():
    # With 120 runs, t₀.₉₇₅,₁₁₉ = 1.9801 and χ²₀.₉₅,₁₁₉/119 = 1.2223: 1.9801·√(1.2223/120) = 0.19985; with 110 0.21.
    df = 119
    half = stats.t.ppf(0.975, df) * math.sqrt(stats.chi2.ppf(0.95, df) / df / 120)
    assert half == pytest.approx(0.19985, abs=5e-5)
    assert interval_needed(1.0, 0.2, of="runs") == 120


@pytest.mark.parametrize("chance", [0.5, 0.9])
def test_an_interval_is_as_narrow_as_often_as_planned(chance):
    random = np.random.default_rng(6)
    n = interval_needed(4.0, 0.5, of="runs", chance=chance)
    sd = random.normal(0, 2.0, (4000, n)).std(axis=1, ddof=1)
    narrow = np.mean(stats.t.ppf(0.975, n - 1) * sd / math.sqrt(n) <= 0.5)
    assert narrow == pytest.approx(chance, abs=0.1)
    assert narrow > chance - 0.03  # rounded up to two digits


@given(st.floats(1e-6, 10), st.floats(0.01, 10), st.integers(-10, 10))
def test_an_interval_knows_no_unit(variance, half, exponent):
    scale = 2.0**exponent
    assert interval_needed(variance, half, of="transfers") == interval_needed(
        variance * scale**2, half * scale, of="transfers"
    )


def test_more_degrees_of_freedom_need_no_more():
    few, many = (interval_needed(1.0, 0.1, of="transfers", share=share) for share in (1.0, 3.0))
    assert many < few
    assert interval_needed(1e20, 1e-9, of="runs") is None


@pytest.mark.parametrize(
    "odd", [{"variance": -1}, {"half": 0}, {"share": 0}, {"confidence": 0.4}, {"chance": 1.0}, {"variance": math.inf}]
)
def test_an_interval_refuses_what_is_out_of_range(odd):
    given = {"variance": 1.0, "half": 1.0} | odd
    with pytest.raises(ValueError, match=r"out of range|is not between"):
        interval_needed(given.pop("variance"), given.pop("half"), of="runs", **given)
