import numpy as np
import pytest
from statsmodels.tsa.stattools import acf

from ftpstats.stats.correlogram import correlogram
from ftpstats.stats.serial import lag1

RUN = np.random.default_rng(7).normal(0.1, 0.01, 100).cumsum()


def test_it_agrees_with_statsmodels():
    found = correlogram([RUN])
    assert found.lags.tolist() == list(range(1, 21))
    assert found.correlations == pytest.approx(acf(RUN, nlags=20)[1:], abs=1e-12)
    assert found.correlations[0] == pytest.approx(lag1(RUN))
    assert found.limit == pytest.approx(0.196)


def test_several_runs_are_weighted_by_their_transfers():
    short = RUN[:10][::-1] ** 2
    found = correlogram([RUN, short, [1.0, 2.0], [5.0] * 20])
    expected = (100 * acf(RUN, nlags=1)[1] + 10 * acf(short, nlags=1)[1]) / 110
    assert found.correlations[0] == pytest.approx(expected)
    assert found.correlations[12] == pytest.approx(acf(RUN, nlags=13)[13])  # which the short run does not have
    assert found.limit == pytest.approx(1.96 / 110**0.5)


@pytest.mark.parametrize("runs", [[], [[1.0] * 20], [[1.0, 2.0, 3.0]]])
def test_too_few_and_equal_values_have_none(runs):
    assert correlogram(runs) is None


def test_it_knows_no_unit():
    assert correlogram([RUN * 1e-12]).correlations == pytest.approx(correlogram([RUN]).correlations)
