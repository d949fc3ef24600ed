"""Rows of filtered logs, concluded once for each distinct line, are those of the rules for any log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ftpstats.logs.transcript import rows
from ftpstats.logs.transcript.block import read_block
from ftpstats.logs.transcript.classify import Glossary
from ftpstats.logs.transcript.formats import FORMATS

# What tells how each shortcut is left: no label, no result, no header, a reply, a line that is nothing.
LINES = [
    *(sample for entry in FORMATS for sample in entry.samples),
    *(f"FTP-TEST {number} {label}" for number in (1, 2, 3) for label in ("Xen", "VMware")),
    "FTP-TEST 4",
    "-5 bytes received in 0.01 secs (1.0e+02 Kbytes/s)",
    "226 Transfer complete.",
    "550 a.iso: No such file",
    "nothing that anyone knows",
    "",
]
HEADED = st.lists(st.tuples(st.sampled_from(LINES[-12:-6]), st.sampled_from(LINES[:-12]))).map(
    lambda pairs: [line for pair in pairs for line in pair]
)


def of_block(lines, monkeypatch, *, as_any):
    with monkeypatch.context() as patch:
        if as_any:
            patch.setattr(rows, "_is_filtered", lambda _: False)
        return read_block("".join(f"{line}\n" for line in lines).encode(), None, {}, Glossary())


@pytest.fixture(scope="module")
def patches():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@given(lines=st.one_of(HEADED, st.lists(st.sampled_from(LINES), max_size=30)).filter(len))
def test_a_filtered_log_has_the_rows_of_any_log(patches, lines):
    fast, any_log = (of_block(lines, patches, as_any=as_any) for as_any in (False, True))
    assert_frame_equal(fast.rows, any_log.rows, check_exact=True)
    assert fast.unparsed.equals(any_log.unparsed)
    assert fast.counts == any_log.counts


def test_a_log_of_headers_and_results_is_filtered(monkeypatch):
    seen = []
    real = rows._is_filtered
    monkeypatch.setattr(rows, "_is_filtered", lambda facts: seen.append(real(facts)) or seen[-1])
    read_block(f"FTP-TEST 1 Xen\n{FORMATS[0].samples[0]}\n".encode(), None, {}, Glossary())
    read_block(f"FTP-TEST 1 Xen\n{FORMATS[0].samples[0]}\n226 Transfer complete.\n".encode(), None, {}, Glossary())
    assert seen == [True, False]
