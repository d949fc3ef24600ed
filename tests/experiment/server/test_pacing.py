"""Pacing on a clock of our own: no test here waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.experiment.server.pacing import Pace, chunk_size


def transfer(size, pace, *, late=0.0, began=0.0):
    """Yield (bytes so far, time) of a transfer that waits as it is told, and each time so much longer."""
    now = began
    for sent in [*range(chunk_size(pace.bytes_per_second), size, chunk_size(pace.bytes_per_second)), size]:
        yield sent, now
        now += (wait := pace.wait(sent, now)) + (late if wait else 0)
    yield size, now


@given(st.integers(1, 10**7), st.floats(1e3, 1e10), st.floats(0, 1e6))
def test_a_transfer_takes_what_its_size_and_pace_say_however_small_it_is(size, rate, began):
    *_, (_, ended) = transfer(size, Pace(rate, began), began=began)
    assert ended - began == pytest.approx(size / rate, rel=1e-6, abs=1e-9 * began)


@given(st.integers(1, 10**6), st.floats(1e4, 1e8))
def test_it_is_never_more_than_a_chunk_ahead_nor_behind(size, rate):
    for sent, now in transfer(size, Pace(rate, 0.0)):
        assert abs(sent - rate * now) <= chunk_size(rate) * 1.000001


def test_what_the_machine_is_late_by_is_caught_up_with():
    *_, (_, ended) = transfer(10**6, Pace(1e6, 0.0), late=0.01)
    assert ended == pytest.approx(1, abs=0.01)


def test_what_a_client_stalls_for_is_not():
    pace = Pace(1e6, 0.0)
    assert pace.wait(10_000, 0.0) == pytest.approx(0.01)
    assert pace.wait(20_000, 60.0) == 0  # it read nothing for a minute,
    assert pace.wait(120_000, 60.0) == pytest.approx(0, abs=1e-9)  # which gains it a tenth of a second
    assert pace.wait(130_000, 60.0) == pytest.approx(0.01)


def test_no_pace_never_waits():
    assert Pace(float("inf"), 5.0).wait(10**12, 5.0) == 0


@pytest.mark.parametrize(("rate", "size"), [(1, 1024), (1e7, 10_000), (1e12, 65536), (float("inf"), 65536)])
def test_chunks_are_a_millisecond_s_worth_within_reason(rate, size):
    assert chunk_size(rate) == size
