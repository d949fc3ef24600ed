import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from scipy import integrate, stats
from statsmodels.graphics.gofplots import ProbPlot, qqline

from ftpstats.stats.describe import describe
from ftpstats.stats.quantiles import normal_quantiles, normal_scores

VALUES = st.lists(st.integers(1, 10**6).map(float), min_size=2, max_size=80)


# --- normal scores


def test_r_ppoints_of_ten():
    # As R's qnorm(ppoints(10))
    upper = [0.1225808, 0.3754618, 0.6554235, 1.0004905, 1.5466353]
    assert normal_scores(10)[5:] == pytest.approx(upper, abs=5e-8)


@pytest.mark.parametrize("n", [2, 3, 5, 10, 30, 100, 400, 5000])
def test_the_largest_is_about_what_is_expected_of_the_largest_of_n(n):
    def density(z):
        return z * n * stats.norm.pdf(z) * stats.norm.cdf(z) ** (n - 1)

    assert normal_scores(n)[-1] == pytest.approx(integrate.quad(density, -9, 9)[0], abs=0.03)


@given(VALUES)
def test_agrees_with_statsmodels_and_scipy(values):
    found = normal_quantiles(values)
    assert found.scores == pytest.approx(ProbPlot(np.array(values), a=0.375).theoretical_quantiles, abs=1e-9)
    positions = stats.mstats.plotting_positions(np.arange(len(values)), alpha=0.375, beta=0.375)
    assert found.scores == pytest.approx(stats.norm.ppf(positions.data), abs=1e-9)
    # SciPy's own scores are Filliben's medians of the order statistics, which lie a little further out.
    (scores, ordered), _ = stats.probplot(values)
    assert found.values.tolist() == ordered.tolist()
    assert found.scores == pytest.approx(scores, abs=0.06)


@given(st.integers(1, 5000))
def test_scores_ascend_and_mirror_each_other(n):
    scores = normal_scores(n)
    assert len(scores) == n
    assert (np.diff(scores) > 0).all()
    assert (scores == -scores[::-1]).all()


def test_no_values_have_no_scores():
    with pytest.raises(ValueError, match="no normal scores of 0 values"):
        normal_scores(0)


# --- the line


def test_r_qqline_of_sleep(sleep):
    # As R's qqline draws it: through quantile(extra, c(.25, .75)), which is -0.175 1.700 and 0.875 4.150,
    # at qnorm(c(.25, .75)).
    for group, low, high in zip(sleep, (-0.175, 0.875), (1.7, 4.15), strict=True):
        found = normal_quantiles(group)
        assert found.slope == pytest.approx((high - low) / (2 * 0.674489750196082), rel=1e-12)
        assert found.intercept == pytest.approx((low + high) / 2, rel=1e-12)


@given(VALUES)
def test_the_line_is_the_one_that_statsmodels_draws(values):
    found, axes = normal_quantiles(values), Figure().add_subplot()
    qqline(axes, "q", found.scores, found.values, stats.norm)
    (line,) = axes.lines
    x, y = (np.asarray(data, dtype=float) for data in line.get_data())
    assert found.intercept + found.slope * x == pytest.approx(y, rel=1e-9, abs=1e-9)


@given(VALUES)
def test_the_line_runs_through_the_quartiles_of_describe(values):
    found, described = normal_quantiles(values), describe(values)
    for quartile, z in ((described.q1, -0.6744897501960817), (described.q3, 0.6744897501960817)):
        assert found.intercept + found.slope * z == pytest.approx(quartile, rel=1e-9)


def test_a_normal_sample_lies_on_its_line_and_a_few_outliers_do_not_move_it():
    values = 5 + 2 * normal_scores(100)
    found = normal_quantiles(values)
    assert (found.intercept, found.slope) == pytest.approx((5, 2), rel=0.02)
    spoilt = values.copy()
    spoilt[-20:] += 1e6
    again = normal_quantiles(spoilt)
    assert (again.intercept, again.slope) == (found.intercept, found.slope)


def test_one_value_has_no_line_and_equal_values_have_a_level_one():
    once = normal_quantiles([0.3])
    assert (once.scores.tolist(), once.values.tolist(), once.intercept, once.slope) == ([0.0], [0.3], None, None)
    alike = normal_quantiles([0.3] * 7)
    assert (alike.intercept, alike.slope) == (0.3, 0.0)


@pytest.mark.parametrize("values", [[], [1, 2, math.nan], [1, 2, math.inf]])
def test_no_sample_is_the_callers_mistake(values):
    with pytest.raises(ValueError, match=r"a sample|every value"):
        normal_quantiles(values)
