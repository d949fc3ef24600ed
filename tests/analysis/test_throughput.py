"""Throughput of groups: what is counted where, and that what the clocks hide lies within the bounds that are given."""

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.analysis.concurrency import with_overlap
from ftpstats.analysis.grouping import BY, CLASSES
from ftpstats.analysis.rates import counted, throughputs
from ftpstats.analysis.select import samples
from ftpstats.analysis.summary import summarise_together
from ftpstats.errors import SelectionError
from tests.analysis.rows import KB100, MB10, assert_known, codes, rows, table

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def row(label, begin, seconds, **columns):
    """One transfer that began so many seconds after noon; begin and times are exact."""
    when = None if begin is None else at(begin)
    (one,) = rows(label, [seconds], iteration=None, time=when, resolution=0, **columns)
    return one


def measured(*parts, by="size-class", zone=UTC, labels=None, sizes=(), as_printed=False):
    found = throughputs(counted(table(parts)), labels, sizes, by=by, zone=zone, as_printed=as_printed)
    assert_known(found)
    return found


def xferlog(label, begin, seconds, size=KB100, **columns):
    """A transfer as vsftpd's xferlog has it: counters of whole seconds, 0 printed as 1, the stamp that of the end."""
    printed = max(1, math.floor(begin + seconds) - math.floor(begin))
    return row(
        label, math.floor(begin + seconds) - printed, float(printed), size=size,
        **{"seconds_low": printed - 1.0, "seconds_high": printed + 1.0, "seconds_printed": float(printed)} | columns,
    )  # fmt: skip


# --- what is counted, and where -------------------------------------------------------------------------------------


def test_a_group_counts_its_attempts_and_what_they_moved():
    (one,) = measured(
        row("A", 0, 1.0),
        row("A", 2, 2.0),
        row("A", 5, 4.0, bytes=50_000, completion="partial"),
        row("A", 10, None, bytes=KB100),
        by="direction",
    ).labels
    assert (one.transfers, one.partial, one.failed, one.incomplete) == (4, 1, 1, 0.5)
    assert (one.bytes, one.rated, one.hidden) == (2 * KB100 + 50_000, 2, 0)
    assert (one.median_low, one.median_high) == (KB100 * 0.75, KB100 * 0.75)
    assert (one.wall, one.aggregate) == (10.0, (2 * KB100 + 50_000) / 10)
    assert (one.peak_low, one.peak_high) == (1, 1)


MIDNIGHT = 12 * 3600  # seconds after noon


@pytest.mark.parametrize(
    ("begin", "seconds", "day", "hour"),
    [
        (MIDNIGHT - 0.4, 0.5, "2026-12-01", "00"),  # stamped 00:00:00, and may have begun there
        (MIDNIGHT - 2.5, 3.0, "2026-11-30", "23"),  # it took more than two seconds
        (MIDNIGHT - 7200, 7205.0, "2026-11-30", "22"),
        (MIDNIGHT + 1, 0.2, "2026-12-01", "00"),
        (MIDNIGHT - 3, 1.0, "2026-11-30", "23"),
    ],
)
def test_what_may_have_begun_on_the_day_of_its_stamp_did(begin, seconds, day, hour):
    for by, group in (("day", day), ("hour", hour)):
        assert [one.group for one in measured(xferlog("A", begin, seconds), by=by).groups] == [group]


def test_exact_begins_keep_their_day():
    (one,) = measured(row("A", MIDNIGHT - 0.4, 0.5), by="day").groups
    assert one.group == "2026-11-30"


def test_warm_ups_are_left_out_but_count_among_those_at_once():
    warm = row("A", 0, 10.0) | {"iteration": 0}
    (one,) = measured(warm, row("A", 2, 3.0) | {"iteration": 1}).labels
    assert (one.transfers, one.wall, one.peak_low) == (1, 3.0, 2)


@pytest.mark.parametrize(
    ("size", "name"),
    [
        (1, "below 1 KB"),
        (1023, "below 1 KB"),
        (1024, "1 KB to 10 KB"),
        (KB100, "100 KB to 1 MB"),
        (2**20 - 1, "100 KB to 1 MB"),
        (MB10, "10 MB to 100 MB"),
        (2**30, "1 GB to 10 GB"),
        (2**40 - 1, "100 GB to 1 TB"),
        (2**40, "1 TB and above"),
    ],
)
def test_classes_of_sizes_hold_their_lower_end(size, name):
    (one,) = measured(row("A", 0, 1.0, size=size)).groups
    assert one.group == name
    assert name in CLASSES


def test_groups_stand_in_their_order_and_what_is_unknown_last():
    sizes = measured(*(row("A", 0, 1.0, size=size) for size in (MB10, None, 10, KB100))).groups
    assert [one.group for one in sizes] == ["below 1 KB", "100 KB to 1 MB", "10 MB to 100 MB", None]
    peers = [("b", 1), ("a", 1), (None, 9), ("c", 3), ("", 9)]
    found = measured(*(row("A", 0, 1.0, size=size, peer=peer) for peer, size in peers), by="peer").groups
    assert [(one.group, one.transfers) for one in found] == [("c", 1), ("a", 1), ("b", 1), (None, 2)]


def test_labels_stand_as_asked():
    parts = [row("A", 0, 1.0), row("B", 2, 1.0), row(None, 4, 1.0)]
    assert [one.group for one in measured(*parts, by="label").groups] == ["A", "B", None]
    assert [one.label for one in measured(*parts, labels=["B", "A"]).labels] == ["B", "A"]


@pytest.mark.parametrize("by", BY)
def test_every_grouping_counts_each_transfer_once(by):
    parts = [row("A", 3000 * i, 1.0, size=10**i, peer=str(i % 2)) for i in range(7)]
    found = measured(*parts, by=by)
    assert sum(one.transfers for one in found.groups) == found.labels[0].transfers == 7
    assert sum(one.bytes for one in found.groups) == found.labels[0].bytes == 1_111_111


@pytest.mark.parametrize("by", ["hour", "day", "peer"])
def test_what_no_log_tells_is_no_grouping(by):
    with pytest.raises(SelectionError, match=f"by {by}: .* unknown"):
        measured(row("A", None, 1.0), by=by)


# --- wall time ------------------------------------------------------------------------------------------------------


def test_the_bytes_of_a_transfer_are_spread_over_its_hours():
    """Three quarters of an hour until 13:15, from 12:30: two thirds before 13:00."""
    found = measured(row("A", 0, 60.0, size=600), row("A", 1800, 2700.0, size=9000), by="hour").groups
    assert [(one.group, one.transfers, one.wall) for one in found] == [("12", 2, 3600.0)]
    assert found[0].aggregate == pytest.approx((600 + 6000) / 3600)


def test_an_hour_of_several_days_is_that_of_all_of_them():
    found = measured(*(row("A", day * 86_400, 1800.0, size=3600) for day in range(3)), by="hour").groups
    assert [(one.group, one.transfers) for one in found] == [("12", 3)]
    assert found[0].wall == 2 * 3600 + 1800  # the last day ends at 12:30
    assert found[0].aggregate == pytest.approx(3 * 3600 / found[0].wall)


def test_hours_and_days_are_those_of_the_zone():
    parts = [row("A", 11 * 3600 + 1800, 1.0), row("A", 13 * 3600, 1.0)]  # 23:30 and 01:00 UTC
    berlin = ZoneInfo("Europe/Berlin")
    assert [one.group for one in measured(*parts, by="hour").groups] == ["01", "23"]
    assert [one.group for one in measured(*parts, by="hour", zone=berlin).groups] == ["00", "02"]
    assert [one.group for one in measured(*parts, by="day", zone=berlin).groups] == ["2026-12-01"]


def test_an_hour_that_is_there_twice_is_as_long_as_two():
    """Clocks in Berlin go back from 03:00 to 02:00 on 25 October 2026, at 01:00 UTC."""
    before = (datetime(2026, 10, 24, 23, 30, tzinfo=UTC) - NOON).total_seconds()
    parts = [row("A", before + hours * 3600, 60.0) for hours in (0, 1, 3)]
    found = measured(*parts, by="hour", zone=ZoneInfo("Europe/Berlin")).groups
    assert [(one.group, one.wall) for one in found] == [("01", 1800.0), ("02", 7200.0), ("03", 1860.0)]


def test_logs_that_overlap_cover_their_time_once():
    parts = [row("A", 0, 10.0), row("A", 5, 10.0, source="other.log"), row("A", 100, 20.0, source="third.log")]
    assert measured(*parts, by="label").groups[0].wall == 35.0


def test_without_stamps_there_is_no_wall_time():
    (one,) = measured(row("A", None, 1.0), by="label").groups
    assert (one.wall, one.aggregate, one.peak_low, one.at_once_low) == (None, None, None, None)
    assert one.median_low == KB100
    (part,) = measured(row("A", 0, 1.0), row("A", None, 1.0), by="label").groups
    assert (part.aggregate, part.transfers) == (None, 2)  # of half of the bytes it would be too low


def test_an_hour_has_no_aggregate_where_a_stamp_is_missing():
    found = measured(row("A", 0, 1.0), row("A", None, 1.0), by="hour").groups
    assert [(one.group, one.transfers, one.aggregate, one.wall) for one in found] == [
        ("12", 1, None, None),
        (None, 1, None, None),
    ]


def test_what_one_attempt_moved_counts_once_however_many_files_it_meant():
    """An aborted iteration of two sizes counts as an attempt at each."""
    sizes = [(iteration, size) for iteration in (1, 2) for size in (KB100, MB10)]
    whole = [row("A", 10 * iteration, 1.0, size=size) | {"iteration": iteration} for iteration, size in sizes]
    cut = row("A", 30, 0.5, size=5, completion="partial", direction=None) | {"iteration": 3}
    (label,) = measured(*whole, cut).labels
    assert (label.transfers, label.partial, label.bytes) == (6, 2, 2 * (KB100 + MB10) + 5)


def test_whole_seconds_hide_a_short_wall_time():
    (short,) = measured(xferlog("A", 0.0, 8.0), by="label").groups
    (long,) = measured(xferlog("A", 0.0, 12.0), by="label").groups
    assert (short.wall, short.aggregate) == (8.0, None)
    assert (long.wall, long.aggregate) == (12.0, KB100 / 12)


# --- what clocks hide -----------------------------------------------------------------------------------------------


def test_a_clock_of_seconds_hides_short_transfers_and_leaves_none_out():
    found = measured(*(xferlog("A", 40.0 * i, 0.3) for i in range(3)), xferlog("A", 200.0, 20.0, size=MB10))
    short, long = found.groups
    assert (short.rated, short.hidden, short.median_low, short.median_high) == (3, 3, KB100 / 2, None)
    assert (long.hidden, long.median_low, long.median_high) == (0, MB10 / 21, MB10 / 19)
    assert [one.n for one in long.histogram] == [1]
    assert short.histogram == ()
    (warning,) = long.warnings
    assert (warning.code, "3 of 4 transfers, which took less than 2.0 s" in warning.message) == ("rates-hidden", True)


def test_printed_seconds_may_be_taken_as_exact():
    (one,) = measured(xferlog("A", 0.0, 0.3), as_printed=True).groups
    assert (one.median_low, one.median_high, one.hidden) == (KB100, KB100, 0)


def test_a_completed_transfer_without_time_or_bytes_is_said_to_have_no_rate():
    untimed = row("A", 0, 1.0) | {"seconds": None, "seconds_low": None, "seconds_high": None, "seconds_printed": None}
    (one,) = measured(untimed, row("A", 2, 1.0, size=0), by="label").groups
    assert (one.rated, one.median_low, codes(one)) == (0, None, ["no-rate"])
    assert "2 completed transfers" in one.warnings[0].message


TRANSFERS = st.lists(st.tuples(st.floats(0, 30), st.floats(0.01, 9)), min_size=1, max_size=12)


@given(TRANSFERS, st.sampled_from(["xferlog", "rate", "begin"]))
def test_what_is_true_lies_within_the_bounds(transfers, how):
    """True begins and durations, as xferlog, by exact durations and stamps of the end, or by stamps of the begin."""
    parts = []
    for begin, seconds in transfers:
        if how == "xferlog":
            parts.append(xferlog("A", begin, seconds))
        elif how == "rate":
            parts.append(row("A", math.floor(begin + seconds) - seconds, seconds) | {"seconds_printed": None})
        else:
            parts.append(row("A", math.floor(begin), seconds))
    (found,) = measured(*parts, by="label").groups
    events = sorted({moment for begin, seconds in transfers for moment in (begin, begin + seconds)})
    middles = [(one + other) / 2 for one, other in pairwise(events) if other - one > 1e-5]
    counts = [sum(begin < middle < begin + seconds for begin, seconds in transfers) for middle in middles]
    if counts:
        assert found.peak_low <= max(counts) <= found.peak_high
    overlap = sum(
        max(0.0, min(a + s, b + t) - max(a, b))
        for i, (a, s) in enumerate(transfers)
        for j, (b, t) in enumerate(transfers)
        if i != j
    )
    mean = 1 + overlap / sum(seconds for _, seconds in transfers)
    assert found.at_once_low <= mean * (1 + 1e-4)
    assert found.at_once_high is None or found.at_once_high >= mean * (1 - 1e-4)
    median = float(np.median([KB100 / seconds for _, seconds in transfers]))
    assert found.median_low <= median * (1 + 1e-9)
    assert found.median_high is None or found.median_high >= median * (1 - 1e-9)


# --- labels that differ in it ---------------------------------------------------------------------------------------


def overlapping(label, several, seconds, make=row, begin=0.0, n=12):
    """Transfers that follow each other, so many at once."""
    return [make(label, begin + seconds * i, seconds) for i in range(n) for _ in range(several)]


def test_labels_that_differ_in_the_number_at_once_are_warned_of():
    parts = overlapping("A", 1, 2.25), overlapping("B", 3, 2.25, begin=100.5)
    one, other = measured(*parts[0], *parts[1]).labels
    assert (one.at_once_low, one.at_once_high, other.at_once_low, other.at_once_high) == (1.0, 1.0, 3.0, 3.0)
    for found in (one, other):
        (warning,) = [each for each in found.warnings if each.code == "overlap-differs"]
        assert "on average: 1.0 with A, 3.0 with B" in warning.message
    both = table(parts[0], parts[1])
    summaries = with_overlap(summarise_together(samples(both)), lambda _: ["A", "B"], both)
    assert ["overlap-differs" in codes(each) for each in summaries] == [True, True]


@pytest.mark.parametrize(("one", "other"), [(1, 1), (3, 3), (6, 7)])
def test_labels_that_hardly_differ_in_it_are_not(one, other):
    parts = [*overlapping("A", one, 2.25), *overlapping("B", other, 2.25, begin=100.5)]
    assert codes(measured(*parts).labels[0]) == []


def test_others_of_the_log_count_and_those_of_other_logs_do_not():
    own = [row("A", 0, 10.0), row("B", 5, 10.0), row("A", 2, 3.0, source="other.log")]
    one, other = measured(*own, by="label").groups
    assert (one.peak_high, other.peak_high) == (2, 2)
    assert measured(*own, labels=["B"], by="label").groups[0].peak_high == 2


@pytest.mark.parametrize("seconds", [0.02, 0.4, 1.0, 3.0, 25.0])
@pytest.mark.parametrize("several", [(1, 1), (1, 2), (2, 2)])
def test_rounded_clocks_raise_no_false_alarm(several, seconds):
    """What whole seconds make of the same numbers at once; where they differ, only long transfers show it."""
    parts = [
        xferlog(label, one.timestamp() - NOON.timestamp(), seconds)
        for label, many, begin in (("A", several[0], 0.3), ("B", several[1], 2000.3))
        for one in (at(begin + i * seconds * 1.001) for i in range(40) for _ in range(many))
    ]
    warned = any(each.code == "overlap-differs" for each in measured(*parts).labels[0].warnings)
    assert not (warned and several[0] == several[1])
    if several == (1, 2) and seconds > 20:
        assert warned


def test_without_stamps_nothing_is_said_of_overlap():
    parts = table(rows("A", [1.0, 2.0]), rows("B", [1.0, 2.0]))
    found = summarise_together(samples(parts))
    assert with_overlap(found, lambda _: ["A", "B"], parts) == found


def test_a_duration_that_no_transfer_has_is_none():
    (one,) = measured(row("A", 0, 1e12), row("A", 5, 1.0), by="label").groups
    assert (one.wall, one.peak_high) == (6.0, 1)


def test_tables_of_users_need_no_intervals():
    plain = pl.DataFrame({"label": ["A"] * 2, "seconds": [1.0, 2.0], "bytes": [1000, 1000]})
    from ftpstats.api.tables import as_rows

    found = throughputs(counted(as_rows(plain)), None, (), by="label", zone=None, as_printed=False)
    assert (found.labels[0].median_low, found.labels[0].median_high) == (750.0, 750.0)
