"""The helpers over columns: rows by number, rows laid out, marks within stretches."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.logs.transcript.columns import first_in, last_in, lay_out, rows_at

FRAME = pl.DataFrame({"number": [10, 20, 30], "text": ["a", "b", None]})


@pytest.mark.parametrize("index", [[2, 0, 0], [1, -1, 2], [-1, -1], []])
def test_rows_are_taken_by_number_and_are_null_at_minus_one(index):
    found = rows_at(FRAME, np.array(index, dtype=np.int64))
    assert found.rows() == [FRAME.row(number) if number >= 0 else (None, None) for number in index]
    assert found.schema == FRAME.schema


@given(st.permutations(range(5)), st.integers(0, 3))
def test_rows_are_laid_out_at_their_places(places, count):
    at = places[:count]
    found = lay_out(FRAME.head(count), pl.Series(at, dtype=pl.UInt32), 5)
    expected = dict(zip(at, FRAME.rows(), strict=False))
    assert found.rows() == [expected.get(place, (None, None)) for place in range(5)]


@given(st.lists(st.booleans(), min_size=1, max_size=8), st.data())
def test_the_first_and_the_last_mark_of_a_stretch(marks, data):
    begin = data.draw(st.integers(0, len(marks) - 1))
    end = data.draw(st.integers(begin, len(marks)))
    inside = [line for line in range(begin, end) if marks[line]]
    stretch = np.array(marks), np.array([begin]), np.array([end])
    assert first_in(*stretch).tolist() == [min(inside, default=-1)]
    assert last_in(*stretch).tolist() == [max(inside, default=-1)]
