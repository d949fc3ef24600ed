"""Labels from a column: whose the transfers are then, which runs they make, and what a verdict may claim of them."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from ftpstats.analysis.design import design_of
from ftpstats.analysis.select import samples
from ftpstats.analysis.subset import selection, split_by
from ftpstats.errors import SelectionError, UsageError
from tests.analysis.rows import rows, table

DAY = datetime(2026, 11, 1, tzinfo=UTC)


def of_peers(*peers, label="log", run=1, day=None, iteration=None):
    """One transfer of a second for each peer, as a server logs it."""
    [*made] = rows(label, [1.0] * len(peers), run=run, iteration=iteration)
    return [
        row | {"peer": peer, "time": None if day is None else DAY + timedelta(days=day, seconds=second)}
        for second, (row, peer) in enumerate(zip(made, peers, strict=True))
    ]


def labelled(transfers, column="peer"):
    return selection(None, column).of(transfers)


def told(found):
    return found.select(pl.col("label").cast(pl.String), "run").rows()


def test_values_become_labels_and_unknown_ones_none():
    found = labelled(table(of_peers("a", None, "b", "a")))
    assert told(found) == [("a", 1), (None, 1), ("b", 1), ("a", 1)]


def test_one_run_is_one_run_of_each_label_numbered_in_order_of_begin():
    parts = of_peers("a", "b", run=2, day=2), of_peers("b", run=1, day=1), of_peers("a", run=3, day=3)
    assert told(labelled(table(*parts))) == [("a", 1), ("b", 2), ("b", 1), ("a", 2)]
    other = of_peers("a", label="other", run=1, day=0)
    assert told(labelled(table(*parts, other))) == [("a", 2), ("b", 2), ("b", 1), ("a", 3), ("a", 1)]


def test_without_times_runs_are_numbered_in_their_order():
    parts = of_peers("a", run=1, label="x"), of_peers("a", run=1, label="y"), of_peers("a", run=2, label="x", day=0)
    assert told(labelled(table(*parts))) == [("a", 1), ("a", 2), ("a", 3)]


def test_numbers_and_times_become_text():
    transfers = table(of_peers("a", day=1))
    assert told(labelled(transfers, "bytes")) == [("102400", 1)]
    assert told(labelled(transfers, "time")) == [("2026-11-02T00:00:00Z", 1)]
    assert told(labelled(transfers, "direction")) == [("download", 1)]


def test_a_column_that_is_none_is_refused():
    for name in ("label_from", "by"):
        with pytest.raises(UsageError, match=r"no column 'Peer'; there are: source, line, .*, peer,"):
            selection(None, **{"label_from": None} | {name: "Peer"})


def test_nothing_left_is_said_with_the_condition():
    with pytest.raises(SelectionError, match=r"^where peer = 'c': no transfer of 2 meets it$"):
        selection("peer = 'c'", None).of(table(of_peers("a", "b")))


def test_nothing_left_of_an_hour_says_in_which_zone():
    with pytest.raises(SelectionError, match=r"^where hour\(time\) = 3: no transfer of 1 meets it; its hours .* UTC$"):
        selection("hour(time) = 3", None).of(table(of_peers("a", day=1)))


def test_a_condition_sees_the_labels_of_the_log():
    found = selection("label = 'x'", "peer").of(table(of_peers("a", label="x"), of_peers("b", label="y")))
    assert told(found) == [("a", 1)]


# --- what is claimed of them ------------------------------------------------------------------------------------


def by_client(*series, label="log"):
    """Runs of transfers whose clients are these; an iteration is that of the header, or counts them."""
    parts = []
    for run, clients in enumerate(series, 1):
        for at, one in enumerate(clients):
            iteration, client = one if isinstance(one, tuple) else (at + 1, one)
            second = 1.0 + 0.01 * at + 0.001 * run
            parts.append(rows(label, [second], run=run, iteration=iteration, client=client))
    return labelled(table(*parts), "client")


def design(transfers):
    a, b = samples(transfers, ["a", "b"])
    found = design_of(b, a)
    return found.kind, found.scope


def test_what_alternates_by_chance_is_no_alternation():
    assert design(by_client("ab" * 20)) == ("run", "observational")


def test_iterations_that_hold_one_of_each_alternate():
    turns = [(at // 2 + 1, "ab"[at % 2]) for at in range(40)]
    assert design(by_client(turns)) == ("alternation", "session")
    assert design(by_client(turns[:-1])) == ("run", "observational")


def test_runs_that_fall_apart_are_no_rounds():
    assert design(by_client("ab" * 5, "ba" * 5, "ab" * 5)) == ("runs", "observational")


def test_runs_that_stay_whole_keep_their_design():
    assert design(by_client("a" * 10, "b" * 10, "b" * 10, "a" * 10)) == ("rounds", "labels")
    assert design(by_client("a" * 10, "a" * 10, "b" * 10, "b" * 10)) == ("runs", "labels-confounded")
    assert design(by_client("a" * 40, "b" * 40)) == ("run", "runs")


def test_records_stay_observational():
    assert design(by_client([(None, "a")] * 30 + [(None, "b")] * 30)) == ("run", "observational")


# --- groups within labels ---------------------------------------------------------------------------------------


def test_groups_of_one_label_are_the_values_in_their_order():
    transfers = table(of_peers("b", "a", None))
    found, names = split_by(transfers, None, "peer")
    assert names == ["a", "b", "no peer"]
    assert told(found) == [("b", 1), ("a", 1), ("no peer", 1)]
    many = table(*(of_peers("a", run=run) for run in (1, 2, 10)))
    assert split_by(many, None, "run")[1] == ["1", "2", "10"]


def test_groups_of_several_labels_name_both():
    transfers = table(of_peers("b", "a", label="y"), of_peers("a", label="x"))
    assert split_by(transfers, None, "peer")[1] == ["y, a", "y, b", "x, a"]
    assert split_by(transfers, ["x", "y"], "peer")[1] == ["x, a", "y, a", "y, b"]
    assert split_by(transfers, ["x"], "peer")[1] == ["a"]
    assert split_by(transfers, None, "label")[1] == ["y", "x"]
