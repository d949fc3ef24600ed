"""Transfers of many sizes, each made once or twice, as a server's users make them: said once, and in no long time."""

import random

import pytest

from ftpstats.analysis.outcomes import Attempted
from ftpstats.analysis.select import samples
from ftpstats.analysis.summary import summarise_together
from ftpstats.errors import SelectionError
from tests.analysis.rows import codes, compare, rows, table

FEW = [1.0, 1.1, 0.9]
MANY = [1.0 + 0.01 * (at % 7) for at in range(40)]


def of_sizes(label, sizes, seconds=FEW):
    return [row for size in sizes for row in rows(label, seconds, size=size)]


def mixed(result):
    return [warning.message for warning in result.warnings if warning.code == "mixed-sizes"]


def test_a_comparison_of_mixed_sizes_says_so_once_and_names_no_size_alone():
    found = compare(
        table(of_sizes("A", range(1, 13)), of_sizes("B", range(6, 21)), rows("A", MANY), rows("B", MANY)), ["A", "B"]
    )
    assert len(found) == 8  # each size that both have is compared all the same
    said = {message for one in found for message in mixed(one)}
    assert said == {
        "mixed sizes: 81 of 161 completed transfers are of sizes that A or B completed fewer than 8 times; "
        "`ftpstats scaling` shows how time grows with size, `ftpstats throughput` describes transfers of all sizes"
    }
    assert not any("not-compared" in codes(one) for one in found)
    assert all("throughput" in w.advice for one in found for w in one.warnings if w.code == "mixed-sizes")


def test_where_most_transfers_are_repeated_each_size_that_is_not_compared_is_named():
    found = compare(
        table(of_sizes("A", range(1, 12)), rows("A", MANY), rows("B", MANY), of_sizes("B", [1])), ["A", "B"]
    )
    assert not any(map(mixed, found))
    assert codes(found[0]).count("not-compared") == 10


def test_a_short_experiment_of_a_few_sizes_is_not_mixed():
    found = compare(table(of_sizes("A", [1, 2, 3]), of_sizes("B", [1, 2, 3])), ["A", "B"])
    assert not any(map(mixed, found))
    assert not any(map(mixed, summarise_together(samples(table(of_sizes("A", [1, 2, 3]))))))


def test_a_summary_counts_by_label():
    few = table(of_sizes("A", range(1, 13)), of_sizes("B", range(1, 13)))
    said = {message for one in summarise_together(samples(few)) for message in mixed(one)}
    assert said == {
        "mixed sizes: 72 of 72 completed transfers are of sizes that one label completed fewer than 8 times; "
        "`ftpstats scaling` shows how time grows with size, `ftpstats throughput` describes transfers of all sizes"
    }
    of_many_labels = table(*(rows(label, FEW) for label in "ABCDEFGHIJKLM"))
    assert not any(map(mixed, summarise_together(samples(of_many_labels))))
    assert not any(map(mixed, summarise_together(samples(table(of_sizes("A", range(1, 13), MANY))))))


def test_no_size_in_common_names_some_and_another_command():
    with pytest.raises(SelectionError) as caught:
        compare(table(of_sizes("A", range(1, 10)), of_sizes("B", [20, 30])), ["A", "B"])
    assert str(caught.value) == (
        "no size in common to compare: A has completed transfers of 1 B download, 2 B download, 3 B download, 4 B "
        "download, 5 B download, 6 B download and 3 more; B has completed transfers of 20 B download, 30 B download; "
        "`ftpstats throughput` describes transfers of any size"
    )


def test_samples_of_a_size_are_found_as_if_all_were_looked_at():
    choose = random.Random(1)
    parts = [
        rows(choose.choice("AB"), [1.0, 1.0], size=choose.choice([1, 2, 3, None]), direction=way, iteration=None)
        for way in ("download", "upload", None)
        for _ in range(9)
    ]
    every = samples(table(*parts, rows("A", [None]), rows("B", [None], direction="upload")))
    assert len(every) > 12
    for label in "ABC":
        for size in (1, 2, 3, 4, None):
            for way in ("download", "upload", None):
                wanted = [one for one in every if one.label == label and one.may_be_of(size, way)]
                found = list(Attempted(every).of(label, size, way))
                assert len(found) == len(wanted)
                assert set(map(id, found)) == set(map(id, wanted))
