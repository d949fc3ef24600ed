"""Johansen's test: Welch's t test, analysis of variance and Satterthwaite's second difference are cases of it."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import stdtr
from scipy.stats import ttest_ind

from ftpstats.stats.fit import equal_ratios_p, johansen_p, lack_of_fit_p
from ftpstats.stats.means import independent_mean, mean_of_runs
from ftpstats.stats.size_line import combination

ONE, TWO, THREE = [27.1, 22.0, 20.8, 23.4], [23.4, 23.5, 25.8, 22.0, 24.8], [20.2, 24.5, 25.1, 26.4, 21.0, 28.8, 31.0]


def p_of(samples, columns):
    means = [independent_mean(one) for one in samples]
    return johansen_p([m.mean for m in means], [m.variance for m in means], [m.df for m in means], columns)


def test_of_two_means_it_is_welch_s_t_test():
    assert p_of([ONE, THREE], np.ones((2, 1))) == pytest.approx(ttest_ind(ONE, THREE, equal_var=False).pvalue)


def test_of_several_it_is_welch_s_analysis_of_variance():
    import pandas as pd
    import pingouin

    data = pd.DataFrame(
        [(name, t) for name, ts in zip("abc", (ONE, TWO, THREE), strict=True) for t in ts], columns=["g", "t"]
    )
    found = pingouin.welch_anova(dv="t", between="g", data=data)
    (p,) = found[next(name for name in found.columns if name.startswith("p"))]
    assert p_of([ONE, TWO, THREE], np.ones((3, 1))) == pytest.approx(p)


def test_of_three_sizes_it_is_the_second_difference():
    means = [independent_mean(one) for one in (ONE, TWO, THREE)]
    found = combination(means, [1, -2, 1])
    expected = 2 * stdtr(found.df, -abs(found.mean) / math.sqrt(found.variance))
    assert lack_of_fit_p([10, 20, 30], means) == pytest.approx(expected)


def test_ratios_that_are_alike_by_construction_are():
    rng = np.random.default_rng(1)
    told = []
    for _ in range(400):
        pairs = [[mean_of_runs([rng.normal(level, 0.1 * level, 30)]) for level in (t, 1.3 * t)] for t in (0.01, 0.1, 1)]
        told.append(equal_ratios_p(pairs) < 0.05)
    assert np.mean(told) == pytest.approx(0.05, abs=0.025)
    assert equal_ratios_p([pairs[0], pairs[1][::-1]]) < 1e-6


def test_what_digits_may_hide_is_no_lack_of_fit():
    exact = [
        replace(independent_mean(one), mean=mean) for one, mean in zip((ONE, TWO, THREE), (20, 30, 60), strict=True)
    ]
    assert lack_of_fit_p([1, 2, 3], exact) < 0.001
    assert lack_of_fit_p([1, 2, 3], [exact[0], replace(exact[1], rounding=10.0), exact[2]]) == pytest.approx(
        1.0, abs=1e-3
    )
    half = lack_of_fit_p([1, 2, 3], [exact[0], replace(exact[1], rounding=4.0), exact[2]])
    assert half == pytest.approx(lack_of_fit_p([1, 2, 3], [exact[0], replace(exact[1], mean=34), exact[2]]), rel=1e-3)
    apart = [(exact[0], exact[1]), (exact[1], exact[2])]
    assert equal_ratios_p(apart) < 0.2
    assert equal_ratios_p([(replace(exact[0], rounding=10.0), exact[1]), apart[1]]) == pytest.approx(1.0, abs=1e-3)


def test_without_a_spread_or_a_ratio_there_is_no_p():
    known, single, zero = (mean_of_runs([values]) for values in ([1.0, 1.1], [1.0], [0.0, 0.0]))
    assert lack_of_fit_p([1, 2], [known] * 2) is None
    assert lack_of_fit_p([1, 2, 3], [known, known, single]) is None
    assert equal_ratios_p([(known, known)]) is None
    assert equal_ratios_p([(known, known), (known, single)]) is None
    assert equal_ratios_p([(known, known), (zero, known)]) is None
    with pytest.raises(ValueError, match="more estimates than columns"):
        johansen_p([1.0, 2.0], [1.0, 1.0], [1, 1], np.ones((2, 2)))
