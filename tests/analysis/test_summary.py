"""Samples to summaries: the numbers come from `stats`, and each warning when it is due."""

import numpy as np
import pytest

from ftpstats.analysis.select import samples
from ftpstats.analysis.summary import summarise
from ftpstats.analysis.warnings import WARNINGS, warn
from ftpstats.stats.describe import describe
from ftpstats.stats.normality import shapiro_wilk
from ftpstats.stats.serial import lag1, variance_inflation
from tests.analysis.rows import assert_known, codes, rows, table


def summary(*parts, confidence=0.95, **options):
    (sample,) = samples(table(*parts), **options)
    found = summarise(sample, confidence)
    assert_known(found)
    return found


def normal(n, seed=1):
    return np.random.default_rng(seed).normal(1.0, 0.05, n).tolist()


def test_the_numbers_are_those_of_stats():
    values = normal(40)
    found, expected = summary(rows("A", values), confidence=0.9), describe(values, 0.9)
    for name in ("n", "mean", "sd", "k1", "ci_low", "ci_high", "min", "q1", "median", "q3", "max"):
        assert getattr(found, name) == getattr(expected, name)
    normality = shapiro_wilk(values)
    assert (found.shapiro_w, found.shapiro_p) == (normality.w, normality.p)
    assert (found.lag1, found.variance_inflation) == (lag1(values), variance_inflation(values))
    assert (found.runs, found.partial, found.failed, found.warnings) == (1, 0, 0, ())


def shape(values):
    found = summary(rows("A", values))
    return found.skewness, found.kurtosis


def test_excel_skew_and_kurt():
    # The example of Excel's help for SKEW and KURT: 0.359543071, −0.151799637
    assert shape([3, 4, 5, 2, 3, 4, 5, 6, 4, 7]) == pytest.approx((0.359543071, -0.151799637), abs=5e-10)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("level", [0.0, 10.0])
def test_shape_knows_no_unit_and_no_level_and_turns_with_the_sign(scale, level):
    values = np.random.default_rng(7).gamma(2, 1, 50)
    skewness, kurtosis = shape(values)
    assert shape((values + level) * scale) == pytest.approx((skewness, kurtosis), rel=1e-9)
    assert shape((20 - values) * scale) == pytest.approx((-skewness, kurtosis), rel=1e-9)


def test_shape_of_few_or_equal_values():
    values = [1.0, 2.0, 4.0, 8.0]
    assert [tuple(number is not None for number in shape(values[:n])) for n in (1, 2, 3, 4)] == [
        (False, False), (False, False), (True, False), (True, True),
    ]  # fmt: skip
    assert shape([0.1] * 50) == (None, None)


def test_shape_of_hardly_any_spread():
    # SciPy warns and answers NaN where the deviations are as small as this against the level.
    skewness, kurtosis = shape([0.3] * 49 + [np.nextafter(0.3, 1)])
    assert (skewness, kurtosis) == pytest.approx((np.sqrt(50), 50))


def test_order_effects_are_taken_within_runs():
    a, b = normal(20), [value + 5 for value in normal(20, seed=2)]
    found = summary(rows("A", a), rows("A", b, run=2))
    assert (found.runs, found.n) == (2, 40)
    assert found.lag1 == pytest.approx((lag1(a) + lag1(b)) / 2)
    assert "autocorrelated" not in codes(found)  # though both runs after each other are two plateaus


def test_nothing_completed():
    found = summary(rows("A", [None, None]))
    assert (found.n, found.mean, found.sd, found.shapiro_p, found.resolution, found.runs) == (
        0,
        None,
        None,
        None,
        None,
        0,
    )
    assert (found.failed, codes(found)) == (2, ["unfinished", "empty-run"])


def test_one_transfer():
    found = summary(rows("A", [1.0]))
    assert (found.n, found.mean, found.median, found.sd, found.k1, found.ci_low) == (1, 1.0, 1.0, None, None, None)
    assert codes(found) == ["single"]


def test_all_alike():
    found = summary(rows("A", [0.01] * 50, resolution=0.01))
    assert (found.sd, found.ci_low, found.ci_high, found.shapiro_p, found.lag1) == (0.0, 0.01, 0.01, None, None)
    assert [w.message for w in found.warnings] == ["A: all 50 transfers read 10.00 ms (between 5.000 ms and 15.00 ms)"]


def test_no_time_at_all():
    found = summary(rows("A", [1.0] * 3, seconds=None))
    assert (found.n, found.mean, codes(found)) == (0, None, ["untimed"])


def alternating(n, signs):
    return [value + 0.1 * signs[i % len(signs)] for i, value in enumerate(normal(n))]


DUE = [
    (rows("A", [1.0, 1.1, None]), ["unfinished"]),
    (rows("A", [1.0, 1.1]) + rows("A", [1.0], first=3, seconds=None), ["untimed"]),
    (rows("A", [1.0] * 11 + normal(10)), ["coarse"]),
    (rows("A", [1.0] * 10 + normal(10)), []),
    (rows("A", normal(40), resolution=0.02), ["resolution-limited"]),
    (rows("A", normal(40), resolution=0.005), []),
    (rows("A", alternating(40, [1] * 10 + [-1] * 10)), ["autocorrelated"]),
    (rows("A", sorted(normal(40))), ["autocorrelated", "trend"]),
    (rows("A", [2.0, 1.6, *normal(40)]), ["autocorrelated", "warm-up"]),
    (rows("A", normal(30) + [value + 0.2 for value in normal(50, seed=3)]), ["autocorrelated", "level-shift"]),
    (rows("A", normal(40)) + rows("A", [value + 1 for value in normal(40, seed=2)], run=2), ["runs-differ"]),
    (rows("A", normal(40)) + rows("A", normal(40, seed=2), run=2), []),
]


@pytest.mark.parametrize(("part", "due"), DUE)
def test_warnings_come_when_they_are_due(part, due):
    assert [code for code in codes(summary(part)) if due or code != "autocorrelated"] == due


def test_what_moves_in_one_run_of_several_is_told_of_that_run():
    falling = rows("A", [3.0, *sorted(np.linspace(1, 2, 39), reverse=True)], run=2)
    messages = [w.message for w in summary(rows("A", normal(40)), falling).warnings if w.code in {"warm-up", "trend"}]
    assert len(messages) == 1  # one of two runs is not more than half of them
    assert messages[0].startswith("A: in run 2, times fall by ")
    cold = [rows("A", [3.0, *normal(40, seed=seed)], run=seed) for seed in (1, 2)]
    assert "A: in 2 of 3 runs, the first transfer is slower than the rest" in [
        w.message for w in summary(*cold, rows("A", normal(40, seed=3), run=3)).warnings
    ]
    quiet = summary(*(rows("A", normal(40, seed=seed), run=seed) for seed in range(1, 9)))
    assert not {"trend", "level-shift", "halves-differ"} & set(codes(quiet))


def test_a_shift_in_one_of_twenty_runs_is_found():
    parts = [rows("A", normal(40, seed=run), run=run) for run in range(1, 20)]
    shifted = rows("A", normal(12, seed=20) + [value + 1 for value in normal(28, seed=21)], run=20)
    assert "A: in run 20, " in " ".join(w.message for w in summary(*parts, shifted).warnings)


@pytest.mark.parametrize("seed", range(3))
def test_drift_warnings_are_rare_where_nothing_drifts(seed):
    stream = np.random.default_rng(seed)
    warned = sum(
        bool({"trend", "level-shift", "halves-differ"} & set(codes(summary(rows("A", stream.normal(1, 0.1, 60))))))
        for _ in range(100)
    )
    assert warned <= 6  # three looks at the level of 1 %, which mostly agree


def test_unfinished_counts_all_attempts():
    partial = rows("A", [0.1], first=5, completion="partial")
    found = summary(rows("A", [1.0, 1.1, 1.2, None]), partial, rows("A", [1.0], first=6, seconds=None))
    assert found.warnings[0].message == "A: 2 of 6 transfers failed or were aborted"


def test_every_warning_has_a_message_and_advice_in_one_line():
    for kind in WARNINGS.values():
        assert kind.message
        assert kind.brief or kind.limits
        assert kind.advice
        assert "\n" not in kind.brief + kind.message + kind.advice
    with pytest.raises(KeyError):
        warn("no-such-warning")


def test_a_sample_without_a_time_is_not_coarse():
    (sample,) = samples(table(rows("A", [None])))
    assert not sample.is_coarse
