"""Five seconds of mutated recordings of each family, a minute in the long run; see `tests.fuzz_records` for more."""

import pytest

from tests.fuzz_records import FAMILIES, fuzz


@pytest.mark.parametrize("family", FAMILIES)
def test_no_mutated_log_loses_a_line_or_a_record(family):
    assert fuzz(family, 5) > 0


@pytest.mark.long
@pytest.mark.parametrize("family", FAMILIES)
def test_no_mutated_log_loses_a_line_or_a_record_in_a_minute(family):
    assert fuzz(family, 60, first=1_000_000) > 0
