"""Labels as people write them, and which attempt belongs to which sample."""

import math

import polars as pl
import pytest

from ftpstats.analysis.select import find_labels, of_clients, samples
from ftpstats.errors import SelectionError
from tests.analysis.rows import KB100, MB10, MB100, rows, table

MB30 = 31457280


def counted(transfers, **options):
    """(label, bytes, direction): (completed, partial, failed) of every sample, in order."""
    return {
        (s.label, s.bytes, s.direction): (len(s.seconds), s.partial, s.failed) for s in samples(transfers, **options)
    }


def session(iteration, sizes, *, label="A", run=1):
    """One login that transfers several sizes."""
    return [row for size in sizes for row in rows(label, [1.0], size=size, run=run, first=iteration)]


LABELS = table(rows("Xen", [1.0]), rows("xen", [1.0]), rows("VMware 1.0.5", [1.0]), rows(None, [1.0]))


@pytest.mark.parametrize(("name", "label"), [("Xen", "Xen"), ("xen", "xen"), ("vmWARE 1.0.5", "VMware 1.0.5")])
def test_case_counts_only_where_it_has_to(name, label):
    assert find_labels(LABELS, [name]) == [label]


def test_an_ambiguous_label_is_refused():
    with pytest.raises(SelectionError, match="'XEN' is ambiguous: there are Xen, xen; write it exactly"):
        find_labels(LABELS, ["XEN"])


@pytest.mark.parametrize("name", ["kvm", "", "kvm" * 200, "k\0m"])
def test_an_unknown_label_lists_those_there_are(name):
    with pytest.raises(SelectionError, match=r"there are: VMware 1\.0\.5, Xen, xen"):
        find_labels(LABELS, [name])


def test_without_any_label_the_answer_says_how_to_set_one():
    with pytest.raises(SelectionError, match="the transfers have none; set one by `--label NAME`"):
        find_labels(table(rows(None, [1.0])), ["A"])


def test_samples_come_by_label_as_asked_then_size():
    transfers = table(*[rows(label, [1.0], size=size) for size in (MB10, KB100) for label in "BA"])
    assert [key[:2] for key in counted(transfers)] == [("B", KB100), ("B", MB10), ("A", KB100), ("A", MB10)]
    assert [label for label, *_ in counted(transfers, labels=["A", "B"])] == ["A", "A", "B", "B"]


def test_rows_without_a_label_are_a_sample():
    (sample,) = samples(table(rows(None, [1.0, 1.1], iteration=None)))
    assert (sample.label, sample.name, sample.seconds.tolist()) == (None, "(no label)", [1.0, 1.1])


def test_warm_up_is_not_analysed():
    transfers = table(rows("A", [9.0, 9.0, 1.0, 1.1], first=-1), rows("A", [None], first=0, run=2))
    assert counted(transfers) == {("A", KB100, "download"): (2, 0, 0)}
    assert samples(transfers)[0].seconds.tolist() == [1.0, 1.1]


def test_runs_keep_their_order_and_place():
    (sample,) = samples(table(rows("A", [3.0, 1.0]), rows("A", [2.0], run=2, source="b.log")))
    assert [(run.seconds.tolist(), run.source, run.lines.tolist(), run.began) for run in sample.runs] == [
        ([3.0, 1.0], "FTP.log", [1, 2], None),
        ([2.0], "b.log", [3], None),
    ]


def test_ten_runs_are_in_order_of_their_number():
    (sample,) = samples(table(*[rows("A", [float(run)], run=run) for run in range(1, 12)]))
    assert sample.seconds.tolist() == [float(run) for run in range(1, 12)]


def test_resolution_is_the_median_width():
    transfers = table(rows("A", [1.0], resolution=0.1), rows("A", [1.0, 1.0], first=2, resolution=0.3))
    assert samples(transfers)[0].resolution == pytest.approx(0.3)


def test_resolution_as_printed_is_what_the_digits_hide():
    fine = [0.0112, 0.0121, 0.0084]
    alike = table(rows("A", fine, seconds_printed=0.01))
    apart = table(rows("A", [0.052, 0.091, 0.0512]))
    apart = apart.with_columns(seconds_printed=pl.col("seconds").round(2))
    whole = table(rows("A", fine, seconds_printed=0.0))
    cut = table(rows("A", [0.2, 0.9], seconds_printed=0.0))  # whole seconds, not rounded
    fine = table(rows("A", [8.8e-05, 1.0]))
    for printed, resolution in ((alike, 0.01), (apart, 0.01), (whole, 1.0), (cut, 1.8), (fine, 1e-6)):
        assert samples(printed, as_printed=True)[0].resolution == pytest.approx(resolution)


def test_a_clock_that_stood_still_counts_as_printed_only():
    transfers = table(rows("A", [1.0]), rows("A", [0.0], first=2, seconds=None, seconds_printed=0.0))
    assert samples(transfers)[0].untimed == 1
    assert samples(transfers, as_printed=True)[0].seconds.tolist() == [1.0, 0.0]


# --- attempts that did not complete -----------------------------------------------------------------------------


def test_in_a_run_of_one_size_a_failure_meant_that_size():
    assert counted(table(rows("A", [1.0, None, 1.1]))) == {("A", KB100, "download"): (2, 0, 1)}


def test_what_arrived_of_a_broken_transfer_is_not_its_size():
    broken = rows("A", [0.3], first=2, size=MB30, completion="partial")
    assert counted(table(rows("A", [1.0], size=MB100), broken)) == {("A", MB100, "download"): (1, 1, 0)}


def test_a_size_that_the_server_announced_is_believed():
    transfers = table(rows("A", [1.0, 1.0]), rows("A", [None], first=3, bytes=KB100), rows("A", [None], bytes=MB10))
    assert counted(transfers) == {("A", KB100, "download"): (2, 0, 1), ("A", MB10, "download"): (0, 0, 1)}


def test_in_a_session_of_several_sizes_a_failure_meant_the_one_that_is_missing():
    sizes = (KB100, MB10, MB100)
    lacking = [*session(2, (KB100, MB100)), *rows("A", [0.1], first=2, size=4096, completion="partial")]
    assert counted(table(session(1, sizes), lacking)) == {
        ("A", KB100, "download"): (2, 0, 0),
        ("A", MB10, "download"): (1, 1, 0),
        ("A", MB100, "download"): (2, 0, 0),
    }


def test_a_session_that_failed_counts_for_each_size():
    transfers = table(session(1, (KB100, MB10)), rows("A", [None], first=2), session(3, (KB100, MB10)))
    assert counted(transfers) == {("A", KB100, "download"): (2, 0, 1), ("A", MB10, "download"): (2, 0, 1)}


def test_a_completed_transfer_of_unknown_size_is_no_size_that_a_failure_meant():
    transfers = table(rows("A", [1.0, 1.0, None, None]), rows("A", [1.0], first=5, bytes=None))
    assert counted(transfers) == {("A", KB100, "download"): (2, 0, 2), ("A", None, "download"): (1, 0, 0)}


def test_where_an_iteration_is_one_transfer_a_failure_counts_once():
    transfers = table(rows("A", [1.0]), rows("A", [2.0], first=2, size=MB10), rows("A", [None, None], first=3))
    found = counted(transfers)
    assert found["A", None, None] == (0, 0, 2)
    assert sum(failed for _, _, failed in found.values()) == 2


def test_a_broken_upload_is_no_failed_download():
    broken = {"direction": "upload", "completion": "partial"}
    transfers = table(*[[*session(i, (KB100,)), *rows("A", [0.1], size=4096, first=i, **broken)] for i in range(1, 6)])
    assert counted(transfers) == {("A", None, "upload"): (0, 5, 0), ("A", KB100, "download"): (5, 0, 0)}


def test_a_broken_upload_meant_the_size_that_is_uploaded_elsewhere():
    both = [[*session(i, (KB100,)), *rows("A", [1.0], first=i, direction="upload")] for i in (1, 2)]
    broken = rows("A", [0.1], size=4096, first=3, direction="upload", completion="partial")
    assert counted(table(*both, session(3, (KB100,)), broken)) == {
        ("A", KB100, "download"): (3, 0, 0),
        ("A", KB100, "upload"): (2, 1, 0),
    }


def test_what_an_iteration_completed_is_not_what_failed_in_it():
    transfers = table(*[[*session(i, (KB100,)), *rows("A", [None], first=i)] for i in (1, 2, 3)])
    assert counted(transfers) == {("A", KB100, "download"): (3, 0, 0), ("A", None, None): (0, 0, 3)}


def one_to_an_iteration(*failures):
    """A run whose iterations take turns between three sizes, as `run --order interleaved` logs it."""
    sizes = [KB100, MB10, MB100] * 4
    return [rows("A", [1.0], size=size, first=i) for i, size in enumerate(sizes, 1)] + list(failures)


def test_sessions_without_a_label_are_sessions_too():
    transfers = table(session(1, (KB100, MB10), label=None), rows(None, [None], first=2))
    assert counted(transfers) == {(None, KB100, "download"): (1, 0, 1), (None, MB10, "download"): (1, 0, 1)}


@pytest.mark.parametrize("repeated", [False, True])
def test_a_failure_counts_once_where_an_iteration_is_one_of_several_sizes(repeated):
    again = rows("A", [1.0], first=5, size=MB10) if repeated else []
    found = counted(table(*one_to_an_iteration(rows("A", [None], first=13), again)))
    assert found == {
        ("A", KB100, "download"): (4, 0, 0),
        ("A", MB10, "download"): (4 + repeated, 0, 0),
        ("A", MB100, "download"): (4, 0, 0),
        ("A", None, None): (0, 0, 1),
    }


def test_a_failure_of_announced_size_is_one_of_that_size_and_its_direction():
    found = counted(table(*one_to_an_iteration(rows("A", [None], first=13, bytes=MB10))))
    assert found["A", MB10, "download"] == (4, 0, 1)
    assert sum(failed for _, _, failed in found.values()) == 1


def test_sessions_that_mostly_lack_a_size_are_still_sessions():
    failing = [[*session(i, (KB100,)), *rows("A", [None], first=i)] for i in range(2, 6)]
    assert counted(table(session(1, (KB100, MB10)), *failing)) == {
        ("A", KB100, "download"): (5, 0, 0),
        ("A", MB10, "download"): (1, 0, 4),
    }


def test_two_failures_of_one_session_count_once_and_as_the_worse():
    broken = rows("A", [0.1], first=2, size=4096, completion="partial")
    transfers = table(session(1, (KB100, MB10)), session(2, (KB100,)), broken, rows("A", [None], first=2))
    assert counted(transfers)["A", MB10, "download"] == (1, 0, 1)


def test_an_attempt_repeated_with_success_is_still_counted():
    broken = rows("A", [0.1], first=1, size=4096, completion="partial")
    found = counted(table(broken, session(1, (KB100, MB10))))
    assert found["A", None, "download"] == (0, 1, 0)
    assert sum(sum(counts) for counts in found.values()) == 3


def test_runs_are_planned_each_for_itself():
    transfers = table(
        rows("A", [1.0, None]), rows("A", [5.0, None], run=2, size=MB10), rows("B", [2.0, None], size=MB100)
    )
    assert counted(transfers) == {
        ("A", KB100, "download"): (1, 0, 1),
        ("A", MB10, "download"): (1, 0, 1),
        ("B", MB100, "download"): (1, 0, 1),
    }


def test_a_run_that_completes_nothing_has_no_size():
    transfers = table(rows("A", [1.0]), rows("B", [None, None]))
    assert counted(transfers) == {("A", KB100, "download"): (1, 0, 0), ("B", None, None): (0, 0, 2)}


def test_failures_without_label_or_header_stay():
    transfers = table(rows(None, [1.0, None], iteration=None))
    assert counted(transfers) == {(None, KB100, "download"): (1, 0, 1)}


def test_a_broken_transfer_is_never_analysed():
    transfers = table(rows("A", [1.0, 1.1]), rows("A", [0.1], first=3, completion="partial"))
    (sample,) = samples(transfers)
    assert sample.seconds.tolist() == [1.0, 1.1]


def test_reported_transfers_are_analysed():
    assert counted(table(rows("A", [1.0, 1.1], completion="reported"))) == {("A", KB100, "download"): (2, 0, 0)}


def test_transfers_without_a_time_are_counted_apart():
    (sample,) = samples(table(rows("A", [1.0]), rows("A", [1.0], first=2, seconds=None)))
    assert (sample.untimed, len(sample.seconds), sample.failed) == (1, 1, 0)


@pytest.mark.parametrize(("column", "printed"), [("seconds", False), ("seconds", True), ("seconds_printed", True)])
@pytest.mark.parametrize("seconds", [1e100, 1e300, math.inf, math.nan])
def test_what_no_transfer_takes_is_no_time(seconds, column, printed):
    # A log of 200 nines is a number, and its square is not.
    transfers = table(rows("A", [1.0, 1.2, 1.1]))
    transfers = transfers.with_columns(pl.when(pl.col("seconds") == 1.2).then(seconds).otherwise(column).alias(column))
    (sample,) = samples(transfers, as_printed=printed)
    assert (sample.seconds.tolist(), sample.untimed) == ([1.0, 1.1], 1)


def test_the_size_filter_sees_planned_sizes():
    transfers = table(session(1, (KB100, MB10)), rows("A", [None], first=2))
    assert counted(transfers, sizes=[MB10]) == {("A", MB10, "download"): (1, 0, 1)}


def test_nothing_left_says_what_there_is():
    with pytest.raises(SelectionError, match=r"^no transfer of 10 MB; there are: 100 KB$"):
        samples(table(rows("A", [1.0])), sizes=[MB10])
    with pytest.raises(SelectionError, match="the size of no transfer is known"):
        samples(table(rows("A", [None])), sizes=[MB10])


@pytest.mark.parametrize("options", [{}, {"sizes": [KB100]}])
def test_where_there_are_only_warm_ups_it_says_so(options):
    transfers = table(rows("A", [1.0, 1.1], first=-1), rows("B", [1.0]))
    with pytest.raises(SelectionError, match=r"^no transfers of A but warm-ups \(iteration 0 and below\)$"):
        samples(transfers, ["A"], **options)
    with pytest.raises(SelectionError, match=r"^no transfers but warm-ups \(iteration 0 and below\)$"):
        samples(transfers.filter(pl.col("label") == "A"), **options)


# --- clients ----------------------------------------------------------------------------------------------------


MIXED = table(
    rows("A", [1.0, None, 2.0]),
    rows("A", [3.0, None], run=2, client="curl"),
    rows("A", [None], run=3),
    rows("B", [4.0], client="curl"),
)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (["netkit-debian"], {"A": (2, 0, 2)}),
        (["CURL"], {"A": (1, 0, 2), "B": (1, 0, 0)}),
        (["curl", "netkit-debian"], {"A": (3, 0, 3), "B": (1, 0, 0)}),
    ],
)
def test_a_failure_that_names_no_client_stays_where_its_run_may_be_of_those_asked_for(wanted, expected):
    found = counted(of_clients(MIXED, wanted))
    assert {label: counts for (label, _, _), counts in found.items()} == expected


def test_an_unknown_client_lists_those_there_are():
    with pytest.raises(SelectionError, match=r"^no client 'wget'; there are: curl, netkit-debian$"):
        of_clients(MIXED, ["curl", "wget"])
    with pytest.raises(SelectionError, match=r"^no client 'wget': the client of no transfer is known$"):
        of_clients(table(rows("A", [None])), ["wget"])


def test_more_sizes_than_anybody_could_read_are_refused():
    many = table(*(rows("A", [1.0], first=size, size=size) for size in range(1, 5002)))
    with pytest.raises(SelectionError, match=r"^5,001 file sizes .* `ftpstats throughput` .* --where picks some$"):
        samples(many)
    assert len(samples(many, sizes=[1, 2])) == 2
