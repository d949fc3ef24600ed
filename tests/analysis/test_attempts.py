"""What attempts were meant to move, by the schedule, the run or the label; and that none is lost or counted twice."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftpstats.analysis.attempts import as_intended, with_schedules
from ftpstats.analysis.select import samples
from ftpstats.manifest import ServerUsed
from ftpstats.schedule import planned
from tests.analysis.rows import KB100, MB10, MB100, rows, table
from tests.analysis.test_select import counted, session
from tests.experiment.set_up import ONE_BY_ONE, manifest

FAILED = [None] * 3


# --- by the run, else by the label ------------------------------------------------------------------------------


def test_a_run_in_which_nothing_completed_is_of_its_label_s_size():
    transfers = table(rows("A", [1.0, 1.1]), rows("A", FAILED, run=2), rows("B", FAILED))
    assert counted(transfers) == {("A", KB100, "download"): (2, 0, 3), ("B", None, None): (0, 0, 3)}


def test_its_own_run_s_size_comes_before_the_label_s():
    transfers = table(rows("A", [1.0, 1.1]), rows("A", [2.0, None], run=2, size=MB10))
    assert counted(transfers) == {("A", KB100, "download"): (2, 0, 0), ("A", MB10, "download"): (1, 0, 1)}


def test_of_a_label_of_several_sizes_an_empty_run_is_of_no_known_one():
    transfers = table(rows("A", [1.0]), rows("A", [2.0], run=2, size=MB10), rows("A", FAILED, run=3))
    assert counted(transfers)["A", None, None] == (0, 0, 3)


def test_a_run_of_lost_sessions_counts_once_for_each_of_its_label_s_sizes():
    transfers = table(session(1, (KB100, MB10)), session(2, (KB100, MB10)), rows("A", FAILED, run=2))
    assert counted(transfers) == {("A", KB100, "download"): (2, 0, 3), ("A", MB10, "download"): (2, 0, 3)}


def test_a_label_that_is_none_is_one():
    assert counted(table(rows(None, [1.0]), rows(None, FAILED, run=2))) == {(None, KB100, "download"): (1, 0, 3)}


def test_in_an_empty_run_what_one_server_announced_is_what_all_were_to_move():
    announced = rows("A", [None], run=2, first=4, bytes=MB10)
    transfers = table(rows("A", [1.0, 1.1]), rows("A", FAILED, run=2), announced)
    assert counted(transfers) == {("A", KB100, "download"): (2, 0, 0), ("A", MB10, "download"): (0, 0, 4)}


@pytest.mark.parametrize(("directions", "expected"), [(["upload"], "upload"), (["upload", "download"], None)])
def test_the_direction_is_what_the_others_have_where_it_is_one(directions, expected):
    others = [rows("A", [1.0], first=i, direction=direction) for i, direction in enumerate(directions, 1)]
    assert ("A", MB10, expected) in counted(table(*others, rows("A", [None], run=2, bytes=MB10)))


def test_what_completed_without_a_result_line_is_counted_with_its_size():
    silent = rows("A", [None] * 2, first=3, completion="confirmed")
    (sample,) = samples(table(rows("A", [1.0, 1.1]), silent))
    assert (sample.bytes, len(sample.seconds), sample.untimed, sample.unfinished) == (KB100, 2, 2, 0)


def test_what_completed_with_a_time_is_of_no_size_that_nothing_tells():
    timed = rows("A", [1.0], first=3, bytes=None)
    assert set(counted(table(rows("A", [1.0, 1.1]), timed))) == {("A", KB100, "download"), ("A", None, "download")}


SIZES = st.sampled_from([KB100, MB10, None])
ATTEMPTS = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.integers(1, 3),
        st.sampled_from([1.0, None]),
        SIZES,
        st.sampled_from(["download", "upload", None]),
        st.sampled_from(["confirmed", "partial", "failed"]),
    ),
    min_size=1,
    max_size=20,
)


@settings(max_examples=80, deadline=None)
@given(ATTEMPTS)
def test_no_attempt_is_lost_and_where_an_iteration_is_one_transfer_none_is_counted_twice(made):
    parts = [
        rows(
            label,
            [seconds if how == "confirmed" else None],
            run=run,
            first=i,
            bytes=size,
            direction=way,
            completion=how,
        )
        for i, (label, run, seconds, size, way, how) in enumerate(made, 1)
    ]
    transfers = table(*parts)
    found = as_intended(transfers)
    before, after = transfers.sort("line"), found.sort("line")
    kind = ["bytes", "direction"]
    assert before.drop(kind).equals(after.drop(kind))
    settled = pl.col("seconds").is_not_null()
    assert before.filter(settled).select(kind).equals(after.filter(settled).select(kind))


# --- by the schedule --------------------------------------------------------------------------------------------


def scheduled(transfers, wanted, source="FTP.log"):
    return with_schedules(transfers, {source: wanted})


@pytest.mark.parametrize("order", ONE_BY_ONE)
def test_what_failed_is_of_the_file_that_the_schedule_has_there(order):
    """Whatever completed: of three sizes, each attempt of run 2 failed, and one in two of run 1."""
    wanted = manifest(("A", "B"), (KB100, MB10, MB100), order=order, times=4, runs=2)
    parts = [
        rows(label, [None if run == 2 or iteration % 2 else 1.0], run=run, first=iteration, size=file.bytes)
        for (label, run, iteration), file in planned(wanted).items()
    ]
    found = counted(scheduled(table(*parts), wanted))
    assert {key for key, counts in found.items()} == {
        (label, size, "download") for label in "AB" for size in (KB100, MB10, MB100)
    }
    assert {sum(counts) for counts in found.values()} == {8}


def test_runs_are_the_schedule_s_in_their_order_whatever_their_numbers():
    wanted = manifest(("A",), (KB100, MB10), times=1, runs=2)
    earlier = rows("A", [1.0], run=1, source="other.log", size=MB100)
    transfers = table(earlier, rows("A", [1.0, None], run=5), rows("A", [None, None], run=7))
    assert counted(scheduled(transfers, wanted)) == {
        ("A", KB100, "download"): (1, 0, 1),
        ("A", MB10, "download"): (0, 0, 2),
        ("A", MB100, "download"): (1, 0, 0),
    }


def test_an_upload_is_one_though_it_failed():
    wanted = manifest(("A",), (KB100,), upload=True)
    assert counted(scheduled(table(rows("A", FAILED)), wanted)) == {("A", KB100, "upload"): (0, 0, 3)}


def test_the_only_server_s_log_may_have_another_label():
    one, two = manifest(("A",), (KB100,)), manifest(("A", "B"), (KB100,))
    transfers = table(rows("renamed", FAILED))
    assert counted(scheduled(transfers, one)) == {("renamed", KB100, "download"): (0, 0, 3)}
    assert counted(scheduled(transfers, two)) == {("renamed", None, None): (0, 0, 3)}


def test_a_file_of_unknown_size_leaves_it_to_the_others():
    wanted = manifest(("A",), (KB100,))
    wanted = replace(
        wanted, files=(replace(wanted.files[0], bytes=None),), servers=(ServerUsed("A", "h", 21, None, None, None),)
    )
    assert counted(scheduled(table(rows("A", [1.0, None])), wanted)) == {("A", KB100, "download"): (1, 0, 1)}
    assert counted(scheduled(table(rows("A", FAILED)), wanted)) == {("A", None, "download"): (0, 0, 3)}


def test_what_is_beyond_the_schedule_is_as_without_one():
    transfers = table(rows("A", [1.0, None, None, None, None]))
    wanted = manifest(("A",), (KB100,), times=2)
    assert counted(scheduled(transfers, wanted)) == counted(transfers)


def test_a_completed_transfer_keeps_the_size_that_it_has():
    transfers = table(rows("A", [1.0], size=MB10), rows("A", [1.0], first=2, bytes=None))
    found = counted(scheduled(transfers, manifest(("A",), (KB100,))))
    assert found == {("A", KB100, "download"): (1, 0, 0), ("A", MB10, "download"): (1, 0, 0)}


# --- empty runs, sizes asked for ----------------------------------------------------------------------------------


def test_an_empty_run_is_told_with_its_attempts_and_their_reason():
    refused = rows("A", FAILED, run=2, note="ftp: connect: Connection refused")
    late = rows("A", [None], run=2, first=4, note="timed out")
    (sample,) = samples(table(rows("A", [1.0, None]), refused, late))
    assert [(run.number, run.attempts) for run in sample.empty_runs] == [(2, 4)]
    assert sample.reason == "ftp: connect: Connection refused"


def test_a_run_that_completed_another_size_is_not_empty():
    found = samples(table(rows("A", [1.0]), rows("A", [None], first=2, bytes=MB10)))
    assert [sample.empty_runs for sample in found] == [(), ()]


def test_where_a_size_is_asked_for_what_may_have_been_of_it_stays():
    transfers = table(rows("A", [1.0]), rows("A", [2.0], run=2, size=MB10), rows("A", FAILED, run=3))
    assert counted(transfers, sizes=[MB10]) == {("A", MB10, "download"): (1, 0, 0), ("A", None, None): (0, 0, 3)}


def test_in_a_server_log_an_attempt_counts_at_another_size_only_where_no_other_fits():
    many = [row for i in range(50) for row in rows("A", [1.0], iteration=None, size=1000 + i)]
    cut = rows("A", [0.5], iteration=None, size=7, completion="partial")
    sent = rows("A", [1.0], iteration=None, size=MB10, direction="upload")
    lost = rows("A", [0.5], iteration=None, size=9, completion="partial", direction="upload")
    found = counted(table(many, cut, sent, lost))
    assert found["A", None, "download"] == (0, 1, 0)
    assert found["A", MB10, "upload"] == (1, 1, 0)
    assert len(found) == 52


@pytest.mark.parametrize(
    ("moved", "size"), [(1, None), (KB100, None), (KB100 + 1, MB10), (MB10, MB10), (MB10 + 1, None)]
)
@pytest.mark.parametrize("direction", [None, "download"])
def test_what_an_aborted_transfer_moved_is_no_more_than_its_file(moved, size, direction):
    """Whose size is unknown where several fit, or none: it is no size of its own."""
    whole = [one for size in (KB100, MB10) for one in rows("A", [1.0, 2.0], iteration=None, size=size)]
    aborted = rows("A", [0.5], iteration=None, size=moved, completion="partial", direction=direction)
    found = counted(table(whole, aborted))
    assert sum(partial for _, partial, _ in found.values()) == 1
    way = "download" if size is not None else direction
    assert found["A", moved if moved == KB100 else size, "download" if moved == KB100 else way][1] == 1


@pytest.mark.parametrize(("source", "size"), [("FTP.log", 7), ("other.log", None)])
def test_what_an_aborted_transfer_moved_may_be_a_size_of_its_log_but_of_no_other(source, size):
    """Another process may have read that: an answer about one log is the same whatever is asked beside it."""
    aborted = rows("A", [0.5], iteration=None, size=7, completion="partial")
    other = rows("B", [1.0], iteration=None, size=7, source=source)
    assert counted(table(aborted, other)) == {("A", size, "download"): (0, 1, 0), ("B", 7, "download"): (1, 0, 0)}


# --- by the file's name -------------------------------------------------------------------------------------------


def record(label, seconds, name, size, **columns):
    given = {"iteration": None, "file": name, "bytes": size, "direction": "download"}
    return rows(label, [seconds], **given | columns)


def cut(label, name, size, **columns):
    return record(label, None, name, size, completion="partial", **columns)


def test_an_aborted_transfer_is_of_the_size_that_its_file_has():
    transfers = table(
        record("A", 1.0, "/a.img", MB10), record("A", 1.0, "/b.img", MB100), cut("A", "/a.img", 4711),
        cut("A", "/b.img", 815),
    )  # fmt: skip
    assert counted(transfers) == {("A", MB10, "download"): (1, 1, 0), ("A", MB100, "download"): (1, 1, 0)}


def test_another_label_of_the_same_log_may_tell_it():
    whole = (record("A", 1.0, "/a.img", MB10), record("A", 1.0, "/b.img", MB100))
    assert ("B", MB10, "download") in counted(table(*whole, cut("B", "/a.img", 4711)))
    assert ("B", None, "download") in counted(table(*whole, cut("B", "/a.img", 4711, source="other.log")))


@pytest.mark.parametrize("other", [{"direction": "upload"}, {"size": MB100}, {"name": "/c.img"}])
def test_a_file_of_no_or_of_several_sizes_tells_nothing(other):
    whole = [record("A", 1.0, "/a.img", MB10)] if "size" in other else []
    given = {"name": "/a.img", "size": MB10} | other
    whole.append(record("A", 1.0, given.pop("name"), given.pop("size"), **given))
    whole += [record("A", 1.0, "/d.img", KB100), record("A", 1.0, "/e.img", 5 * KB100)]
    assert ("A", None, "download") in counted(table(*whole, cut("A", "/a.img", 4711)))
