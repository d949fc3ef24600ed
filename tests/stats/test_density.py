import numpy as np
import pytest
from scipy.stats import gaussian_kde

from ftpstats.stats.density import density

SAMPLE = np.random.default_rng(8).normal(0.14, 0.002, 200)


def test_it_is_scipys_with_silvermans_bandwidth():
    found = density(SAMPLE)
    low, high = np.quantile(SAMPLE, (0.25, 0.75))
    assert found.bandwidth == pytest.approx(0.9 * min(np.std(SAMPLE, ddof=1), (high - low) / 1.34) * 200**-0.2)
    kernel = gaussian_kde(SAMPLE, bw_method=found.bandwidth / np.std(SAMPLE, ddof=1))
    assert found.heights == pytest.approx(kernel(found.grid))
    assert (found.grid[0], found.grid[-1]) == (min(SAMPLE), max(SAMPLE))


def test_an_outlier_does_not_smooth_the_rest_away():
    assert density([*SAMPLE, 9.0]).bandwidth == pytest.approx(density(SAMPLE).bandwidth, rel=0.05)


def test_a_large_sample_has_about_the_same_curve():
    values = np.random.default_rng(9).normal(0.14, 0.002, 50_000)
    found = density(values)
    few = gaussian_kde(values[:20_000], bw_method=found.bandwidth / np.std(values))
    assert found.heights.max() == pytest.approx(few(found.grid).max(), rel=0.05)


@pytest.mark.parametrize("values", [[1.0], [1.0, 2.0], [8.77] * 10, [0.05] * 30, [0.06] * 30])
def test_few_and_equal_values_have_none(values):
    assert density(values) is None


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e9])
def test_it_knows_no_unit(unit):
    assert density(SAMPLE * unit).heights * unit == pytest.approx(density(SAMPLE).heights, rel=1e-6)


def test_half_of_one_value_has_a_curve():
    assert np.isfinite(density([1.0] * 8 + [1.1, 1.2]).heights).all()


def test_it_falls_to_nothing_beside_a_gap():
    found = density([*SAMPLE, 900.0])
    in_gap = (found.grid > max(SAMPLE) + 6 * found.bandwidth) & (found.grid < 900 - 6 * found.bandwidth)
    assert found.heights[in_gap].max() < 1e-6 * found.heights.max()
    near = (found.grid > max(SAMPLE)) & (found.grid < max(SAMPLE) + 6 * found.bandwidth)
    assert found.heights[near].min() < 1e-3 * found.heights.max()
    assert np.count_nonzero(near) > 5
