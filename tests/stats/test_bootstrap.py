import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from ftpstats.stats import bootstrap as resample
from ftpstats.stats.bootstrap import _block_lengths, _quantiles, block_length, quantile_differences

SECONDS = st.integers(1, 10**4).map(lambda ms: ms / 1000)
RUNS = st.lists(st.lists(SECONDS, min_size=1, max_size=30), min_size=1, max_size=3)


@pytest.fixture
def few(monkeypatch):
    """Enough replicates to see what goes wrong, and quick."""
    monkeypatch.setattr(resample, "_REPLICATES", 100)


@given(st.lists(st.tuples(SECONDS, st.integers(0, 4)), min_size=1, max_size=40).filter(lambda t: any(k for _, k in t)))
def test_quantiles_of_counted_values_are_numpys(counted):
    values, times = (np.array(column) for column in zip(*sorted(counted), strict=True))
    wanted = np.array([0.01, 0.25, 0.5, 0.9, 0.99])
    expected = np.quantile(np.repeat(values, times), wanted)
    assert _quantiles(values, times, wanted) == pytest.approx(expected, rel=1e-12)


@given(st.integers(1, 2000))
def test_blocks_make_up_a_run(n):
    lengths = _block_lengths(n)
    assert lengths.sum() == n
    assert set(lengths[:-1]) <= {block_length(n)}
    assert 0 < lengths[-1] <= block_length(n)
    assert (block_length(n) - 1) ** 3 < n <= block_length(n) ** 3


@given(RUNS, RUNS)
@settings(max_examples=20)
def test_estimates_are_differences_of_quantiles(runs, others):
    quantiles = [0.1, 0.5, 0.9]
    found = quantile_differences(runs, others, quantiles)
    expected = np.quantile(np.concatenate(runs), quantiles) - np.quantile(np.concatenate(others), quantiles)
    assert [one.estimate for one in found] == pytest.approx(expected)
    assert [one.quantile for one in found] == quantiles
    for one in found:
        assert one.low is None or one.low <= one.high


@pytest.mark.parametrize(
    ("n", "known"),
    [(9, []), (10, [0.5]), (49, [0.5]), (50, [0.1, 0.5, 0.9]), (499, [0.1, 0.5, 0.9]), (500, [0.1, 0.5, 0.9, 0.99])],
)
def test_an_interval_needs_five_values_beyond(few, n, known):
    found = quantile_differences([np.arange(n)], [np.arange(2 * n)], [0.1, 0.5, 0.9, 0.99])
    assert [one.quantile for one in found if one.low is not None] == known
    assert [one.quantile for one in found if one.high is not None] == known


def test_the_seed_decides(few):
    x, y = np.random.default_rng(1).gamma(3, 1, (2, 1, 60))
    assert quantile_differences(x, y) == quantile_differences(x, y)
    assert quantile_differences(x, y) != quantile_differences(x, y, seed=1)


@pytest.mark.parametrize("runs", [1, 4])
def test_swapping_the_samples_gives_the_negative(few, runs):
    x, y = np.random.default_rng(2).gamma(3, 1, (2, runs, 60))
    for one, other in zip(quantile_differences(x, y), quantile_differences(y, x), strict=True):
        assert one.estimate == -other.estimate
        assert one.low is None or (one.low, one.high) == pytest.approx((-other.high, -other.low), rel=1e-9)


def test_a_common_shift_is_nothing_and_a_scale_is_a_unit(few):
    x, y = np.random.default_rng(3).gamma(3, 1, (2, 1, 60))
    for one, other in zip(
        quantile_differences(x, y, [0.5]), quantile_differences(7 * x + 3, 7 * y + 3, [0.5]), strict=True
    ):
        expected = (7 * one.estimate, 7 * one.low, 7 * one.high)
        assert (other.estimate, other.low, other.high) == pytest.approx(expected)


def width(runs, others, quantile=0.5):
    found = quantile_differences(runs, others, [quantile])[0]
    return found.high - found.low


def test_width_is_that_of_the_medians_error():
    # The median of n normal values has the variance π/(2n).
    rng = np.random.default_rng(4)
    widths = [width(*rng.normal(0, 1, (2, 1, 200))) for _ in range(10)]
    assert np.mean(widths) == pytest.approx(2 * 1.96 * math.sqrt(2 * math.pi / 2 / 200), rel=0.1)


def test_blocks_keep_the_autocorrelation():
    # Ω of the median of an AR(1) 0.7 is more than four times that of its values in another order.
    rng = np.random.default_rng(5)
    x, y = lfilter([1], [1, -0.7], rng.normal(0, 1, (2, 1100)))[:, 100:]
    assert width([x], [y]) > 1.5 * width([rng.permutation(x)], [rng.permutation(y)])


def test_what_differs_from_run_to_run_widens_the_interval():
    rng = np.random.default_rng(6)
    x, y = rng.normal(0, 1, (2, 8, 30)) + rng.normal(0, 3, (2, 8, 1))
    assert width(x, y) > 2 * width([x.ravel()], [y.ravel()])


def test_runs_keep_to_themselves(few):
    # Blocks of one run never reach into the next: of two values each, one run twice or both.
    found = quantile_differences([[1.0] * 5, [2.0] * 5], [[0.0] * 10], [0.5])[0]
    assert (found.low, found.high) == (1, 2)


def test_coverage(few):
    rng = np.random.default_rng(7)
    found = [quantile_differences(*rng.gamma(3, 1, (2, 1, 50)), [0.5, 0.9]) for _ in range(60)]
    held = np.mean([[one.low <= 0 <= one.high for one in pair] for pair in found])
    assert held > 0.9


@pytest.mark.parametrize("n", [1, 2, 3, 9])
def test_few_values_have_no_interval(n):
    found = quantile_differences([np.arange(n) + 1.0], [np.arange(n)], [0.5])[0]
    assert (found.estimate, found.low, found.high) == (1, None, None)


def test_no_spread(few):
    found = quantile_differences([[0.02] * 50], [[0.01] * 50])[0]
    assert (found.estimate, found.low, found.high) == (0.01, 0.01, 0.01)


def test_no_quantiles():
    assert quantile_differences([[1, 2]], [[3]], []) == ()


@pytest.mark.parametrize("bad", [[], [[]], [[1.0, math.nan]], [[1.0], [math.inf]]])
def test_no_sample_is_the_callers_mistake(bad):
    for runs in ((bad, [[1.0]]), ([[1.0]], bad)):
        with pytest.raises(ValueError, match=r"a sample|every value"):
            quantile_differences(*runs)


@pytest.mark.parametrize("quantile", [0, 1, 50, -0.1, math.nan])
def test_no_quantile_is_the_callers_mistake(quantile):
    with pytest.raises(ValueError, match="quantile"):
        quantile_differences([[1]], [[2]], [0.5, quantile])


def test_no_confidence_is_the_callers_mistake():
    with pytest.raises(ValueError, match="confidence"):
        quantile_differences([[1]], [[2]], confidence=95)
