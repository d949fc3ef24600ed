"""What goes into the log of what a client printed: no server writes a result there, in no client's words."""

import polars as pl
import pytest

from ftpstats.experiment.transcript import replies, tidy
from ftpstats.logs.transcript.formats import FORMATS, UNLISTED
from ftpstats.logs.transcript.results import read_results

SAMPLES = [sample for entry in (*FORMATS, *UNLISTED) for sample in entry.samples]


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_line_that_a_server_says_is_no_result_in_the_log(sample):
    said = replies(f"< {sample}\n".encode(), b"< ").decode()
    assert read_results(pl.Series([said.strip()]), {})["client"].to_list() == [None]


@pytest.mark.parametrize("sample", SAMPLES)
def test_of_two_lines_that_claim_to_be_the_result_neither_is_believed(sample):
    text = tidy(f"150 Opening.\n{sample}\n226 Done.\n{sample}\n".encode(), "")
    assert read_results(pl.Series(text.splitlines()), {})["client"].drop_nulls().is_empty()


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_one_result_of_a_transfer_is_kept_as_it_is(sample):
    assert sample in tidy(f"150 Opening.\n226 Done.\n{sample}\n".encode(), "").splitlines()
