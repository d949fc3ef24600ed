"""Lines of time against size: against NumPy's weighted fits, the contrast of two means, and simulated coverage."""

import numpy as np
import pytest

from ftpstats.stats.contrast import contrast
from ftpstats.stats.means import mean_of_runs
from ftpstats.stats.serial import cosines, long_run_variance
from ftpstats.stats.size_line import (
    combination,
    interval_of,
    line_of_means,
    line_of_runs,
    relative_span,
)
from ftpstats.stats.transfers_line import bend_p, line_of_transfers

SIZES = np.array([102400.0, 10 * 2**20, 100 * 2**20])
LATENCY, COST = 0.010, 1e-8


def means(rng, sizes=SIZES, n=30):
    return [mean_of_runs([rng.normal(LATENCY + COST * size, 0.1 * (LATENCY + COST * size), n)]) for size in sizes]


def test_means_are_fitted_as_polyfit_does():
    found = means(np.random.default_rng(1))
    line = line_of_means(SIZES, found)
    y = [one.mean for one in found]
    slope, intercept = np.polyfit(SIZES, y, 1, w=np.sqrt(30) / y)
    assert (line.latency.mean, line.cost.mean) == pytest.approx((intercept, slope), rel=1e-9, abs=0)
    assert line.at(5e6).mean == pytest.approx(intercept + 5e6 * slope)


def test_two_sizes_are_fitted_exactly():
    one, two = (mean_of_runs([values]) for values in ([1.0, 1.1, 1.2], [3.0, 3.2, 3.6]))
    line = line_of_means([100, 300], [one, two])
    by_hand = contrast(two, one, 1.0)
    assert line.cost.mean == pytest.approx(by_hand.estimate / 200)
    assert line.cost.variance == pytest.approx(by_hand.se**2 / 200**2)
    assert line.cost.df == pytest.approx(by_hand.df)
    assert (line.at(100).mean, line.at(100).variance) == pytest.approx((one.mean, one.variance))


def test_a_combination_of_two_means_is_their_contrast():
    one, two = mean_of_runs([[1.0, 1.4, 1.1, 1.3]], 0.01), mean_of_runs([[2.0, 2.1, 2.6]], 0.02)
    found, expected = combination([one, two], [1, -0.5]), contrast(one, two, 0.5)
    assert (found.mean, found.variance, found.df) == pytest.approx((expected.estimate, expected.se**2, expected.df))
    assert (found.rounding, found.n, found.runs) == (pytest.approx(0.02), 7, 1)


def test_a_mean_without_a_spread_leaves_none():
    assert line_of_means([1, 2], [mean_of_runs([[1.0]]), mean_of_runs([[2.0, 2.1]])]).latency.variance is None
    nothing = line_of_means([1, 2], [mean_of_runs([[1.0, 1.0]]), mean_of_runs([[2.0, 2.0]])]).latency
    assert (nothing.variance, interval_of(nothing).low) == (0.0, None)


def test_what_moves_all_sizes_of_a_run_moves_the_line_of_the_run():
    by_run = np.outer([0.9, 1.0, 1.2, 1.1], LATENCY + COST * SIZES)
    line = line_of_runs(SIZES, by_run)
    assert line.rounds[:, 0] == pytest.approx(LATENCY * np.array([0.9, 1.0, 1.2, 1.1]))
    expected = mean_of_runs([[LATENCY * factor] for factor in (0.9, 1.0, 1.2, 1.1)])
    assert (line.latency.mean, line.latency.variance, line.latency.df) == pytest.approx(
        (expected.mean, expected.variance, 3)
    )


def test_single_transfers_are_fitted_as_polyfit_does_with_their_own_weights():
    rng = np.random.default_rng(2)
    size = 10 ** rng.uniform(4, 8, 100)
    seconds = (LATENCY + COST * size) * rng.normal(1, 0.1, 100)
    line = line_of_transfers(size, seconds)
    coefficients = [0.0, seconds.mean()]
    for _ in range(3):
        coefficients = np.polyfit(size, seconds, 1, w=1 / np.polyval(coefficients, size))
    assert (line.cost.mean, line.latency.mean) == pytest.approx(tuple(coefficients), rel=1e-9, abs=0)
    assert line.cost.df == cosines(100) == 8


def test_of_one_spread_the_mean_time_at_the_mean_size_has_the_long_run_variance():
    """With equal weights, the score of the fitted mean at the mean size is the residual over n."""
    rng = np.random.default_rng(3)
    size, noise = np.tile([900.0, 1100.0], 50), rng.normal(0, 1e-6, 100)
    seconds = 1.0 + 1e-9 * size + noise
    line = line_of_transfers(size, seconds)
    residuals = seconds - np.polyval(np.polyfit(size, seconds, 1), size)
    expected = long_run_variance(residuals).variance / 100 * 100 / 98
    assert line.at(1000.0).variance == pytest.approx(expected, rel=1e-4, abs=0)


def test_runs_are_units_where_there_are_several():
    rng = np.random.default_rng(4)
    size = 10 ** rng.uniform(4, 8, 400)
    seconds = (LATENCY + COST * size) * np.repeat(rng.normal(1, 0.2, 8), 50)
    one, several = line_of_transfers(size, seconds), line_of_transfers(size, seconds, [50] * 8)
    assert several.cost.mean == one.cost.mean
    assert several.cost.df < 7 < one.cost.df


def test_coarse_digits_widen_the_interval_where_they_are_not_averaged_out():
    size = np.linspace(1e4, 1e5, 40)
    seconds = np.where(np.arange(40) % 2, 1.02, 0.98)
    fine, coarse = (interval_of(line_of_transfers(size, seconds, None, width).latency) for width in (0.01, 2.0))
    assert fine == interval_of(line_of_transfers(size, seconds).latency)
    assert coarse.high - coarse.low > fine.high - fine.low + 2


def test_a_bend_in_the_middle_is_found():
    rng = np.random.default_rng(5)
    size = 10 ** rng.uniform(4, 8, 200)
    straight = (LATENCY + COST * size) * rng.normal(1, 0.05, 200)
    assert bend_p(size, straight) > 0.05
    assert bend_p(size, straight + 3e-6 * np.sqrt(size)) < 1e-4
    assert bend_p(np.tile([1e4, 1e8], 100), straight) is None


def test_lines_of_a_constant_ratio_have_one_span():
    two = [line_of_runs([0, 100], [[factor, 3 * factor], [1.1 * factor, 3 * factor]]) for factor in (1.0, 2.0)]
    assert relative_span(two[0], 0, 100).mean == pytest.approx(relative_span(two[1], 0, 100).mean)
    assert relative_span(two[0], 0, 100).variance == pytest.approx(relative_span(two[1], 0, 100).variance)
    assert relative_span(line_of_runs([10, 100], [[1.0, 20.0]]), 0, 100) is None


@pytest.mark.parametrize("refused", [([1], [1.0]), ([1, 1], [1.0, 2.0]), ([1, 2], [0.0, 0.0])])
def test_what_makes_no_line_is_refused(refused):
    sizes, times = refused
    for call in (
        lambda: line_of_means(sizes, [mean_of_runs([[one, one]]) for one in times]),
        lambda: line_of_runs(sizes, [times]),
        lambda: line_of_transfers(sizes, times),
        lambda: bend_p(sizes, times),
    ):
        with pytest.raises(ValueError, match="a line needs"):
            call()


def test_intervals_cover():
    rng, covered = np.random.default_rng(6), []
    for _ in range(400):
        line = line_of_means(SIZES, means(rng))
        found = interval_of(line.latency), interval_of(line.cost)
        covered.append([one.low <= truth <= one.high for one, truth in zip(found, (LATENCY, COST), strict=True)])
    assert np.mean(covered, axis=0) == pytest.approx([0.95, 0.95], abs=0.025)
