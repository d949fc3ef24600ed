"""Twenty seconds of mutated recordings by fixed seeds; see `tests.fuzz` for more of them."""

from tests.fuzz import fuzz


def test_no_mutated_log_loses_a_line_or_a_result():
    assert fuzz(20) > 0
