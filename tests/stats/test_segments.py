"""How clearly a segment stands out: against a loop over all of them, closed forms, and the table made anew."""

import math
from itertools import combinations

import numpy as np
import pytest
from scipy.stats import norm, ttest_ind

from ftpstats.stats.segments import SHORTEST, SMALLEST_P, p_of, rank_scores, refined, scan
from ftpstats.stats.segments_null import LEVELS, QUANTILES
from tools.simulate_segments import quantiles, sizes

RNG = np.random.default_rng(1)


def test_rank_scores_are_blom_s():
    # In R: qnorm((rank(c(3, 1, 2, 2)) - 3/8) / (4 + 1/4)).
    assert rank_scores(np.array([3.0, 1.0, 2.0, 2.0])) == pytest.approx([1.0491314, -1.0491314, 0.0, 0.0], abs=1e-7)
    values = RNG.normal(size=50)
    assert rank_scores(values) == pytest.approx(norm.ppf((values.argsort().argsort() + 0.625) / 50.25))


@pytest.mark.parametrize("n", [16, 30, 65])
def test_a_gain_is_the_difference_of_means_in_standard_deviations(n):
    series = RNG.normal(size=(1, n))
    found = scan(series)
    places = [0, *range(SHORTEST, n - SHORTEST + 1), n]
    wanted = [(i, j) for i, j in combinations(places, 2) if SHORTEST <= j - i <= n - SHORTEST]
    assert sorted(zip(found.begins.tolist(), found.ends.tolist(), strict=True)) == wanted
    for i, j, gain in list(zip(found.begins, found.ends, found.gains[0], strict=True))[::17]:
        inside, outside = series[0, i:j], np.concatenate((series[0, :i], series[0, j:]))
        moved = abs(inside.mean() - outside.mean())
        assert gain == pytest.approx(moved / math.sqrt(1 / inside.size + 1 / outside.size))


def test_a_step_s_gain_is_student_s_t_with_the_variance_given():
    one, other = RNG.normal(size=12), RNG.normal(2, 1, size=18)
    found = scan(np.concatenate((one, other))[np.newaxis])
    step = found.gains[0][(found.begins == 0) & (found.ends == 12)].item()
    squares = np.sum((one - one.mean()) ** 2) + np.sum((other - other.mean()) ** 2)
    assert step / math.sqrt(squares / 28) == pytest.approx(abs(ttest_ind(one, other).statistic))


def test_the_scale_allows_for_autocorrelation_and_knows_no_unit():
    shocks = RNG.normal(size=(200, 99))
    slow = shocks.copy()
    for at in range(1, 99):
        slow[:, at] = 0.5 * slow[:, at - 1] + shocks[:, at] * math.sqrt(0.75)
    plain, correlated = scan(shocks), scan(slow)
    assert 1.3 < np.median(correlated.scales) / np.median(plain.scales) < 3.5
    assert scan(7 * shocks).statistics == pytest.approx(plain.statistics)


def test_nothing_left_is_infinitely_clear():
    assert scan(np.repeat([[0.0, 1.0]], 10, axis=1)).statistics.tolist() == [math.inf]


def test_ends_are_refined_to_the_unit():
    scores = np.zeros(400)
    scores[123:256] = 1.0
    assert refined(scores, 120, 260) == (123, 256)
    assert refined(scores[123:], 0, 130) == (0, 133)
    assert refined(scores[:60], 7, 30) == (7, 30)  # all places are looked at


@pytest.mark.parametrize("n", [16, 37, 114])
def test_the_table_is_what_its_program_makes(n):
    levels = (0.5, 0.1, 0.025)
    again = quantiles(n, 3000, levels)
    assert again == pytest.approx([QUANTILES[n][LEVELS.index(level)] for level in levels], rel=0.04)


def test_the_table_is_complete_and_in_order():
    assert list(QUANTILES) == sizes()
    assert (sizes()[0], sizes()[-1]) == (16, 400)
    assert list(LEVELS) == sorted(LEVELS, reverse=True)
    assert all(len(row) == len(LEVELS) and list(row) == sorted(row) for row in QUANTILES.values())


def test_p_is_the_table_s_and_falls():
    for n, row in QUANTILES.items():
        assert [p_of(value, n) for value in row] == pytest.approx(LEVELS)
    assert p_of(math.inf, 60) == SMALLEST_P == 0.0001
    assert p_of(5.0, 1000) == p_of(5.0, 400)
    between = [p_of(4.8, n) for n in (65, 70, 75)]
    assert between[1] == max(between)
    values = [p_of(value, 50) for value in np.linspace(0, 10, 50)]
    assert values == sorted(values, reverse=True)
