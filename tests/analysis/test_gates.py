"""What matches a gate and what does not, each with its number; and that none is green on what is not there."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftpstats.analysis import gates, verdict
from ftpstats.analysis.compare import asked_pairs, compare_samples
from ftpstats.analysis.gates import Compared, Gates, matches
from ftpstats.analysis.matches import (
    EmptyRunMatch,
    FailureRate,
    Missing,
    MoreFailures,
    NotShown,
    SlowerByMargin,
    UnpairedRun,
)
from ftpstats.analysis.select import samples
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin, SizedMargins, Verdict
from ftpstats.present.gates import match_line
from tests.analysis.rows import KB100, MB10, rows, table


def times(n, mean=1.0, seed=1):
    return np.random.default_rng(seed).normal(mean, 0.01, n).tolist()


def asked(transfers, *names, rate=None, require=(), labels=("A", "B"), sizes=(), all_pairs=False, margin=FIVE_PER_CENT):
    """What matches the gates of these names; it can be said, each in one line."""
    every = samples(transfers, labels, sizes)
    pairs = asked_pairs(labels, all_pairs=all_pairs)
    found = compare_samples(every, pairs, confidence=0.95, margin=margin, details=False, may_lack=True)
    matched = matches(Gates(names, rate, require), Compared(found, every, pairs, sizes, 0.05))
    assert not any("\n" in match_line(match) for match in matched)
    return matched


def lines(*arguments, **options):
    return [match_line(match) for match in asked(*arguments, **options)]


def test_every_gate_of_the_command_line_is_one():
    assert tuple(gates.GATES) == verdict.GATE_NAMES


# --- verdicts ---------------------------------------------------------------------------------------------------

BOTH = table(rows("A", times(40)), rows("B", times(40, seed=2)))
SLOWER = table(rows("A", times(40)), rows("B", times(40, 1.2, seed=2)))


def test_a_verdict_trips_its_own_gate_alone():
    for transfers, word in ((BOTH, "equivalent"), (SLOWER, "slower")):
        assert [bool(asked(transfers, name)) for name in get_args(Verdict)] == [w == word for w in get_args(Verdict)]


def test_a_verdict_is_told_with_its_number():
    assert lines(SLOWER, "slower") == [
        "--fail-on slower: 100 KB download, B against A: +20.0 % (+19.7 to +20.3 %), p < 0.0001"
    ]
    (line,) = lines(BOTH, "equivalent")
    assert line.endswith(", p < 0.0001")  # of equivalence


# --- several logs -----------------------------------------------------------------------------------------------


def test_a_log_without_a_partner_is_missing_where_labels_are_compared_log_by_log():
    both = [rows(label, times(10, seed=day), run=day, source=f"{day}.log") for day in (1, 2, 3) for label in "AB"]
    assert not asked(table(*both), "missing")
    transfers = table(*both, rows("B", times(10), run=4, source="4.log"), rows("A", times(10), run=4, source="5.log"))
    assert lines(transfers, "missing") == [
        "--fail-on missing: 100 KB download: 5.log holds A and no B",
        "--fail-on missing: 100 KB download: 4.log holds B and no A",
    ]


@pytest.mark.parametrize("days", [[1], [1, 2], [1, 2, 3]])
def test_a_log_without_a_partner_is_missing_however_few_hold_both(days):
    both = [rows(label, times(10, seed=day), run=day, source=f"{day}.log") for day in days for label in "AB"]
    assert asked(table(*both), "missing") == []
    alone = rows("A", times(10), run=9, source="9.log")
    assert lines(table(*both, alone), "missing") == ["--fail-on missing: 100 KB download: 9.log holds A and no B"]


def test_a_log_without_a_partner_at_one_size_is_missing():
    parts = [
        rows(label, times(10, seed=day), run=day, size=size, source=f"{day}.log")
        for day in (1, 2, 3)
        for label in "AB"
        for size in (KB100, MB10)
        if (day, label, size) != (2, "B", MB10)
    ]
    assert lines(table(*parts), "missing") == ["--fail-on missing: 10 MB download: 2.log holds A and no B"]


def test_labels_in_logs_of_their_own_are_not_missing_in_the_others():
    assert asked(table(rows("A", times(10)), rows("B", times(10), source="B.log")), "missing") == []


# --- the margin -------------------------------------------------------------------------------------------------

NOT_SLOWER = {"require": ("not-slower",)}


@pytest.mark.parametrize(
    ("ratio", "is_slower_by_margin", "is_shown"),
    [(0.8, False, True), (1.0, False, True), (1.03, False, True), (1.05, False, False), (1.2, True, False)],
)
def test_the_margin_decides(ratio, is_slower_by_margin, is_shown):
    transfers = table(rows("A", times(40)), rows("B", times(40, ratio, seed=2)))
    by_margin = asked(transfers, "slower-by-margin")
    assert [type(match) for match in by_margin] == [SlowerByMargin] * is_slower_by_margin
    assert [type(match) for match in asked(transfers, **NOT_SLOWER)] == [NotShown] * (not is_shown)


def test_too_few_transfers_show_nothing():
    few = table(rows("A", [1.0, 1.1, 0.9]), rows("B", [0.9, 1.1, 1.0]))
    (line,) = lines(few, **NOT_SLOWER)
    assert "B against A: 0.0 %" in line
    assert "not shown to be less than 5 % slower (p = 0.29)" in line
    assert not asked(few, "slower-by-margin")
    assert "(a test is not possible)" in lines(table(rows("A", [1.0]), rows("B", [1.0])), **NOT_SLOWER)[0]


def test_below_30_transfers_welch_must_agree():
    # Up and down alike: the long-run variance of eight values is smaller here than the variance that Welch takes.
    a = [1.0, 1.4, 1.0, 1.4, 1.0, 1.4, 1.0, 1.4]
    transfers = table(rows("A", a), rows("B", a))
    (line,) = lines(transfers, margin=Margin(0.15, relative=True), **NOT_SLOWER)
    assert "not shown" in line
    (found,) = compare_samples(
        samples(transfers, ["A", "B"], ()), [("A", "B")], confidence=0.95, margin=Margin(0.15, relative=True),
        details=False, may_lack=False,
    )  # fmt: skip
    assert found.equivalence_p < 0.05 < found.not_slower_p


def test_every_size_has_its_margin():
    sizes = [
        rows(label, times(40, mean, seed), bytes=size)
        for label, mean, seed in (("A", 1.0, 1), ("B", 1.1, 2))
        for size in (KB100, MB10)
    ]
    transfers = table(*sizes)
    margin = SizedMargins(Margin(0.2, relative=True), ((MB10, Margin(0.01, relative=False)),))
    (line,) = lines(transfers, "slower-by-margin", margin=margin)
    assert "10 MB download, B against A" in line
    assert "slower by more than 10 ms" in line
    assert [match.comparison.bytes for match in asked(transfers, **NOT_SLOWER, margin=margin)] == [MB10]


def test_a_requirement_is_not_met_by_what_is_not_there():
    transfers = table(rows("A", times(40)), rows("A", times(40), bytes=MB10), rows("B", times(40)))
    assert [type(match) for match in asked(transfers, **NOT_SLOWER)] == [Missing]


# --- failures ---------------------------------------------------------------------------------------------------


def failing(n, failed, label, **columns):
    return rows(label, [*times(n - failed), *[None] * failed], **columns)


@pytest.mark.parametrize("failed", range(1, 100, 7))
def test_a_rate_that_is_just_the_limit_is_accepted(failed):
    transfers = table(failing(100, 0, "A"), failing(100, failed, "B"))
    found = [match for match in asked(transfers, rate=failed / 100) if isinstance(match, FailureRate)]
    assert not found
    assert [match for match in asked(transfers, rate=(failed - 1) / 100) if isinstance(match, FailureRate)]


FAILURES = [
    (0, 0, False),
    (3, 0, False),  # p = 0.12
    (6, 0, True),  # p = 0.013
    (6, 3, False),
    (0, 6, False),  # the reference's own failures are not more than the reference's
    (40, 0, True),
]


@pytest.mark.parametrize(("failed", "failed_reference", "matched"), FAILURES)
def test_more_failures_than_the_reference_s(failed, failed_reference, matched):
    transfers = table(failing(40, failed_reference, "A"), failing(40, failed, "B"))
    found = [match for match in asked(transfers, "failures") if isinstance(match, MoreFailures)]
    assert bool(found) == matched
    assert not [match for match in asked(transfers, "slower") if isinstance(match, MoreFailures)]


def test_holm_counts_every_label_and_size():
    sizes = [failing(40, 5, "B") if size == KB100 else rows("B", times(40), size=size) for size in (KB100, MB10, 1, 2)]
    transfers = table(*[rows("A", times(40), size=size) for size in (KB100, MB10, 1, 2)], *sizes)
    assert [type(match) for match in asked(transfers, "failures", sizes=[KB100])] == [MoreFailures]  # p = 0.027
    assert not asked(transfers, "failures")


def test_failures_are_told_with_their_numbers_and_reason():
    refused = rows("B", [None] * 12, first=89, note="ftp: connect: Connection refused")
    assert lines(table(rows("A", times(100)), rows("B", times(88)), refused), "failures") == [
        "--fail-on failures: 100 KB download, B: 12 of 100 failed (ftp: connect: Connection refused), A 0 of 100 "
        "(p = 0.00017)"
    ]


@pytest.mark.parametrize(("rate", "labels"), [(0.0, "AB"), (0.05, "AB"), (0.1, "B"), (0.125, ""), (0.2, "")])
def test_a_failure_rate_is_any_label_s(rate, labels):
    transfers = table(failing(40, 3, "A"), failing(40, 5, "B"))
    found = asked(transfers, rate=rate)
    assert [(type(match), match.outcomes.label) for match in found] == [(FailureRate, label) for label in labels]


def test_a_failure_rate_is_told_with_its_number():
    assert lines(table(rows("A", times(40)), failing(40, 10, "B")), rate=0.05) == [
        "--max-failure-rate 5%: 100 KB download, B: 25.0 %, 10 of 40 failed"
    ]


SEVERAL = [
    rows("A", times(40)),
    rows("A", times(40), run=2, size=MB10),
    rows("B", times(40)),
    rows("B", times(40), run=2, size=MB10),
]


def test_failures_of_unknown_size_count_at_each_size_and_once():
    transfers = table(*SEVERAL, rows("B", [None] * 20, run=3))
    found = [match for match in asked(transfers, "failures") if isinstance(match, MoreFailures)]
    assert [(match.bytes, match.other.counts, match.other.unsized) for match in found] == [
        (KB100, (20, 60), 20),
        (MB10, (20, 60), 20),
    ]
    assert "B: 20 of 60 failed, 20 of them of unknown size, A 0 of 40" in match_line(found[0])


def test_failures_count_where_no_size_is_known_at_all():
    transfers = table(rows("A", times(40)), rows("B", [None] * 40))
    assert [
        (match.bytes, match.other.counts) for match in asked(transfers, "failures") if isinstance(match, MoreFailures)
    ] == [(KB100, (40, 40))]


# --- missing ----------------------------------------------------------------------------------------------------


def rounds(*numbers, label, empty=(), n=10):
    """Runs of a label, each in its round; some of them without a completed transfer."""
    return [
        (number, rows(label, [None] * n if number in empty else times(n, seed=number), run=number))
        for number in numbers
    ]


def in_rounds(*parts):
    return table(*[found for _, found in sorted((part for runs in parts for part in runs), key=lambda part: part[0])])


MISSING = {
    "nothing": (BOTH, []),
    "a label": (table(rows("A", times(40)), rows("B", [None] * 40)), ["B completed 0 of 40"]),
    "the reference": (table(rows("A", [None] * 40), rows("B", times(40))), ["A completed 0 of 40"]),
    "both labels": (table(rows("A", [None] * 3), rows("B", [None] * 2)), ["A completed 0 of 3", "B completed 0 of 2"]),
    "a size": (
        table(*SEVERAL[:3], rows("B", [None] * 40, run=2, bytes=MB10, note="426 Aborted.")),
        ["10 MB download: B completed 0 of 40 (426 Aborted.)"],
    ),
    "a size never tried": (table(*SEVERAL[:3]), ["10 MB download: B has no transfer"]),
    "a size of the reference itself": (
        table(SEVERAL[0], rows("A", [None] * 40, run=2, bytes=MB10), *SEVERAL[2:]),
        ["10 MB download: A completed 0 of 40"],
    ),
    "a size without a time": (
        table(*SEVERAL[:3], rows("B", [None] * 4, run=2, bytes=MB10, direction="download", completion="confirmed")),
        ["10 MB download: B completed 4 of 4, none with a valid time"],
    ),
    "another direction": (
        table(SEVERAL[0], rows("A", times(40), run=2, direction="upload"), rows("B", times(40))),
        ["100 KB upload: B has no transfer"],
    ),
    "a run": (
        in_rounds(rounds(1, 2, 3, label="A"), rounds(1, 2, 3, label="B", empty=[3])),
        ["run 3 of B: none of its 10 transfers completed"],
    ),
    "a run of the reference": (
        in_rounds(rounds(1, 2, 3, label="A", empty=[2]), rounds(1, 2, 3, label="B")),
        ["run 2 of A: none of its 10 transfers completed"],
    ),
    "a run that has no partner": (
        in_rounds(rounds(1, 2, 3, 4, label="A"), rounds(1, 2, 3, label="B")),
        ["100 KB download: run 4 of A has no matching run of B"],
    ),
    "runs in no rounds": (
        table(
            *(part for label, count in (("A", 4), ("B", 3)) for _, part in rounds(*range(1, count + 1), label=label))
        ),
        [],
    ),
    "a size that is the other's alone": (table(*SEVERAL[:1], *SEVERAL[2:]), []),
}


@pytest.mark.parametrize("gate", ["missing", "slower", "failures", None])
@pytest.mark.parametrize("name", MISSING)
def test_every_gate_trips_on_what_is_missing(name, gate):
    transfers, expected = MISSING[name]
    found = asked(transfers, gate, rate=None) if gate else asked(transfers, rate=0.999)
    missing = [match for match in found if isinstance(match, Missing | EmptyRunMatch | UnpairedRun)]
    assert [match_line(match).removeprefix("--fail-on missing: ") for match in missing] == expected


def test_a_size_that_is_asked_for_and_is_nowhere():
    assert lines(BOTH, "slower", sizes=[KB100, MB10]) == ["--fail-on missing: 10 MB: A has no transfer"]


def test_what_one_label_lacks_does_not_hide_the_others():
    transfers = table(rows("A", times(40)), rows("B", times(40, 1.2)), rows("C", [None] * 5))
    for all_pairs in (False, True):
        found = lines(transfers, "slower", labels=["A", "B", "C"], all_pairs=all_pairs)
        assert [line.split(":")[0] for line in found] == ["--fail-on slower", "--fail-on missing"]


LABEL = st.lists(st.lists(st.sampled_from([1.0, 1.1, 1.2, None]), min_size=1, max_size=6), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(LABEL, LABEL)
def test_no_gate_is_green_where_a_run_or_a_label_completed_nothing(a, b):
    parts = [rows(label, run, run=i) for label, runs in (("A", a), ("B", b)) for i, run in enumerate(runs, 1)]
    transfers = table(*parts)
    if any(not any(run) for run in [*a, *b]):
        assert asked(transfers, "missing")
        assert asked(transfers, "faster")
    elif len(a) == len(b) == 1:
        assert not asked(transfers, "missing")


# --- aborted transfers of files that nothing completed ---------------------------------------------------------------


def of_a_server(label, aborted):
    """A server's log of two sizes, in which each file was transferred once: some were aborted, wherever that was."""
    parts = [rows(label, times(30), size=size, iteration=None) for size in (KB100, MB10)]
    cut = (rows(label, [0.5], size=99 * at + 1, iteration=None, completion="partial") for at in range(aborted))
    return [*parts, *cut]


@pytest.mark.parametrize("sizes", [(), (KB100,), (KB100, MB10)])
def test_aborted_transfers_of_unknown_size_count_at_each_size(sizes):
    transfers = table(*of_a_server("A", 0), *of_a_server("B", 12))
    found = asked(transfers, "failures", sizes=sizes)
    assert {match.bytes for match in found if isinstance(match, MoreFailures)} == set(sizes or (KB100, MB10))
    assert {match.other.counts for match in found if isinstance(match, MoreFailures)} == {(12, 42)}
    assert not any(isinstance(match, Missing) for match in found)
    assert {match.bytes for match in asked(transfers, rate=0.2, sizes=sizes)} == set(sizes or (KB100, MB10))
    assert asked(transfers, rate=0.5, sizes=sizes) == []


def test_a_reference_with_aborted_transfers_misses_no_size():
    transfers = table(*of_a_server("A", 12), *of_a_server("B", 0))
    assert asked(transfers, "missing", "failures") == []
