"""The registry of records: each sample is its own entry's and no other's, and gives a row."""

import re

import pytest

from ftpstats.logs.records.registry import RECORDS
from ftpstats.logs.transcript.formats import FORMATS

SAMPLES = [(entry, sample) for entry in RECORDS for sample in entry.samples]
IDS = [f"{entry.name}-{number}" for number, (entry, _) in enumerate(SAMPLES)]


def test_names_are_unique_among_all_formats():
    names = [entry.name for entry in (*RECORDS, *FORMATS)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("entry", "sample"), SAMPLES, ids=IDS)
def test_a_sample_is_a_transfer_of_its_own_entry(entry, sample, read):
    rows, account = read(sample + "\n")
    assert {row["client"] for row in rows} == {entry.name}
    assert account.lines == len(sample.split("\n"))
    assert account.unparsed == ()


@pytest.mark.parametrize(("entry", "sample"), SAMPLES, ids=IDS)
def test_a_sample_matches_no_other_entry(entry, sample):
    for line in sample.split("\n"):
        matches = [other.name for other in RECORDS if re.search(other.pattern, line)]
        assert set(matches) <= {entry.name}


@pytest.mark.parametrize("entry", RECORDS, ids=lambda entry: entry.name)
def test_an_entry_says_what_it_is(entry):
    assert entry.samples
    assert entry.log
    assert entry.timed in {"data", "whole", "server"}
