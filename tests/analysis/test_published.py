"""Published rows: what they may say, and one sentence about what they may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.analysis.published import RowFault, published_sample
from ftpstats.stats.describe import describe

ROW = {"label": "Xen", "size": "10MB", "n": "100", "mean": "142ms", "sd": "2ms"}
WITHOUT_SD = {name: cell for name, cell in ROW.items() if name != "sd"}
BOX = {"min": "140ms", "q1": "141ms", "median": "142ms", "q3": "143ms", "max": "149ms"}


def sample(**cells):
    return published_sample(ROW | cells, 0.95)


@pytest.mark.parametrize("mean", ["142ms", "0.142", 0.142, "142000us", "1.42e-1"])
def test_times_are_seconds_or_have_a_unit(mean):
    assert sample(mean=mean).mean == pytest.approx(0.142)


@pytest.mark.parametrize("size", ["10MB", 10485760, "10485760", 10485760.0])
def test_sizes_are_bytes_or_have_a_unit(size):
    assert sample(size=size).bytes == 10485760


@pytest.mark.parametrize(
    "cells",
    [
        {"k1s": "0.39684ms"},
        {"ci_low": "141.60316ms", "ci_high": "142.39684ms"},
        {"ci_low": "141.668ms", "ci_high": "142.332ms", "ci_confidence": "90%"},
        {"ci_low": "141.668ms", "ci_high": "142.332ms", "ci_confidence": 0.9},
    ],
)
def test_each_way_to_say_the_spread_says_the_same(cells):
    found = published_sample(WITHOUT_SD | cells, 0.95)
    assert found.sd == pytest.approx(0.002, rel=1e-3)
    assert found.half_width(0.95) == pytest.approx(0.39684e-3, rel=1e-3)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"label": ""}, "no label"),
        ({"size": None}, "no size"),
        ({"size": "big"}, "size big: is no file size"),
        ({"n": float("nan")}, "no n"),
        ({"n": "99.5"}, "n 99.5: is not a whole number from 1"),
        ({"n": "1"}, "n 1: a single transfer has no spread"),
        ({"mean": ""}, "no mean"),
        ({"mean": "0"}, "the mean is 0"),
        ({"mean": "-1"}, "mean -1: is negative"),
        ({"mean": "inf"}, "mean inf: is not finite|mean inf: is no time"),
        ({"mean": "70.4 MB/s"}, "mean 70.4 MB/s: is a rate, and the mean of rates is not the rate of the mean time"),
        ({"mean": "fast"}, "mean fast: is no time; write seconds, or a unit like 31.7ms"),
        ({"sd": None}, "no spread; give sd, k1s, or ci_low with ci_high"),
        ({"k1s": "1ms"}, "more than one of sd, k1s, and ci_low with ci_high; give one"),
        ({"sd": None, "ci_low": "141ms"}, "ci_low and ci_high are needed together"),
        ({"sd": None, "ci_low": "143ms", "ci_high": "144ms"}, "the mean 142.0 ms lies outside of its interval"),
        ({"sd": None, "ci_low": "1", "ci_high": "2", "ci_confidence": "95"}, "lies outside|is no confidence"),
        ({"direction": "sideways"}, "direction sideways: is download, upload or unknown"),
        ({"inflation": "0"}, "inflation 0: is not above 0, and at most 1000"),
        ({"inflation": "1e300"}, "inflation 1e300: is not above 0"),
        ({"mean": "1e160"}, "mean 1e160: is longer than any transfer"),
        ({"inflation": "x"}, "inflation x: is no number"),
        ({"runs": "200"}, "200 runs, and only 100 transfers"),
        ({"run_sd": "1ms"}, "run_sd is that of the means of runs, and needs runs, 2 or more"),
        ({"sd": "1.5"}, "the standard deviation is 1.50 s, and at most 1.42 s with this mean and n, because no time"),
        ({"q1": "143ms", "median": "142ms"}, "q1 143.0 ms is above median 142.0 ms"),
        ({"min": "143ms"}, "the mean 142.0 ms lies outside of min to max"),
        ({"max": "141ms"}, "the mean 142.0 ms lies outside of min to max"),
        ({"median": "150ms"}, "mean and median are more than a standard deviation apart"),
        ({"min": "140ms", "max": "143ms"}, "the standard deviation is 2.00 ms, and at most 1.51 ms from min to max"),
        (BOX | {"sd": "0.2ms"}, "at least 711 µs with these quartiles, min and max; a standard error is not one"),
    ],
)
def test_what_cannot_be_is_said(cells, said):
    with pytest.raises(RowFault, match=said):
        sample(**cells)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({}, ()),
        (BOX, ()),
        (
            {"median": "140.4ms"},
            ("mean and median are 0.8 standard deviations apart: few transfers may make the mean",),
        ),
        (
            {"sd": None, "ci_low": "141ms", "ci_high": "145ms"},
            ("its interval is not symmetrical about the mean, as a t interval is, or is much rounded",),
        ),
    ],
)
def test_what_hardly_goes_together_is_doubted(cells, said):
    assert sample(**cells).doubts == said


@given(values=st.lists(st.floats(0.01, 100), min_size=2, max_size=60), digits=st.integers(4, 8))
def test_no_rounded_description_of_a_sample_is_refused(values, digits):
    found = describe(values)
    numbers = {
        name: f"{getattr(found, name):.{digits}g}" for name in ("mean", "sd", "min", "q1", "median", "q3", "max")
    }
    assert published_sample({"label": "A", "size": 1, "n": found.n, **numbers}, 0.95).n == found.n
