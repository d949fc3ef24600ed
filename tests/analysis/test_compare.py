"""Tables to comparisons: the design behind each verdict, its scope, and what no data may do to it."""

from itertools import permutations, product
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from ftpstats.analysis.select import samples
from ftpstats.analysis.summary import summarise
from ftpstats.analysis.verdict import Margin
from ftpstats.errors import SelectionError, UsageError
from ftpstats.logs.reader import read_log
from ftpstats.logs.together import read_logs
from ftpstats.stats.contrast import difference
from ftpstats.stats.equivalence import equivalence_p
from ftpstats.stats.means import independent_mean, mean_of_runs
from ftpstats.stats.multiplicity import holm
from ftpstats.stats.power import transfers_needed
from ftpstats.stats.ratio import ratio_interval
from ftpstats.stats.two_sample import hedges_g, mann_whitney, welch
from ftpstats.units import format_seconds
from tests.analysis.rows import KB100, MB10, MB100, assert_known, codes, compare, rows, table

ROOT = Path(__file__).parents[2]
MIRROR = {"faster": "slower", "slower": "faster", "equivalent": "equivalent", "inconclusive": "inconclusive"}


def normal(n, mean=1.0, sd=0.05, seed=1):
    return np.random.default_rng(seed).normal(mean, sd, n).tolist()


def runs(*parts, **columns):
    """One log with runs in this order: ("A", seconds), … numbered within their label."""
    numbers, found = {}, []
    for label, seconds in parts:
        numbers[label] = numbers.get(label, 0) + 1
        found.append(rows(label, seconds, run=numbers[label], **columns))
    return table(*found)


def one(transfers, labels=("A", "B"), **options):
    (found,) = compare(transfers, labels, **options)
    assert_known(found)
    return found


@pytest.fixture(scope="module")
def sample_logs():
    return read_log(str(ROOT / "sample_logs/inetutils/FTP.log"))[0]


# --- recorded logs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", ["netkit-debian", "inetutils"])
def test_one_server_under_three_names_is_not_called_different(client):
    log = ROOT / f"tests/data/recordings/{client}-loop100-get-100k.log"
    transfers = read_log(str(log))[0]
    labels = transfers["label"].unique()
    pairs = [compare(transfers, pair) for pair in permutations(labels, 2)]
    for found in pairs + [compare(transfers, order) for order in permutations(labels)]:
        assert {c.verdict for c in found} <= {"inconclusive", "equivalent"}
        assert {c.scope for c in found} == {"runs"}
        assert all("one-run" in codes(c) for c in found)


def test_sample_logs_say_three_different_things(sample_logs):
    found = compare(sample_logs, ["Xen", "VMware"])
    assert [(c.bytes, c.verdict) for c in found] == [(KB100, "faster"), (MB10, "equivalent"), (MB100, "slower")]
    assert {(c.n, c.n_reference, c.runs, c.failed, c.scope) for c in found} == {(100, 100, 1, 0, "runs")}
    for c in found:
        assert_known(c)


def test_swapped_sample_logs_mirror(sample_logs):
    there, back = compare(sample_logs, ["Xen", "VMware"]), compare(sample_logs, ["VMware", "Xen"])
    assert [MIRROR[c.verdict] for c in there] == [c.verdict for c in back]


# --- the design behind the numbers ------------------------------------------------------------------------------


def test_one_run_each_is_the_contrast_of_the_runs():
    a, b = normal(40, 1.0), normal(50, 1.1, seed=2)
    found = one(runs(("A", a), ("B", b)))
    means = mean_of_runs([b]), mean_of_runs([a])
    expected, ratio = difference(*means), ratio_interval(*means)
    assert (found.difference, found.standard_error, found.df) == (expected.estimate, expected.se, expected.df)
    assert (found.difference_low, found.difference_high, found.p) == (expected.low, expected.high, expected.p)
    percent = [100 * (value - 1) for value in (ratio.estimate, ratio.low, ratio.high)]
    assert [found.percent, found.percent_low, found.percent_high] == pytest.approx(percent, rel=1e-12)
    assert found.equivalence_p == equivalence_p(*means, ratio_margin=0.05)
    assert (found.welch_p, found.hedges_g) == (welch(b, a).p, hedges_g(b, a))
    assert found.mann_whitney_p == mann_whitney(b, a).p
    assert found.p_adjusted == found.p  # one comparison, and no few transfers
    assert (found.verdict, found.scope) == ("slower", "runs")


def test_several_runs_count_by_their_means():
    a = [normal(10, 1.0 + 0.2 * i, 0.001, seed=i) for i in range(3)]
    b = [normal(25, 1.1 + 0.2 * i, 0.001, seed=9 + i) for i in range(3)]
    found = one(runs(("A", a[0]), ("A", a[1]), ("B", b[0]), ("A", a[2]), ("B", b[1]), ("B", b[2])))  # no rounds
    expected = difference(mean_of_runs(b), mean_of_runs(a))
    assert (found.n, found.n_reference, found.runs, found.runs_reference) == (75, 30, 3, 3)
    assert found.mean == np.mean([np.mean(run) for run in b]).item()
    assert (found.difference, found.p, found.df) == (expected.estimate, expected.p, pytest.approx(4, abs=0.1))
    # B would differ significantly from A if its transfers were independent; three runs can't tell.
    assert found.welch_p < 0.01
    assert found.p > 0.3
    assert (found.verdict, found.scope) == ("inconclusive", "labels")


def test_runs_of_few_transfers_need_no_welch():
    a, b = [[1.0, 1.4], [1.01, 1.41], [0.99, 1.39]], [[1.1, 1.5], [1.11, 1.51], [1.09, 1.49]]
    found = one(runs(("A", a[0]), ("A", a[1]), ("B", b[0]), ("A", a[2]), ("B", b[1]), ("B", b[2])))
    assert found.welch_p > 0.05 > found.p == found.p_adjusted
    assert found.verdict == "slower"


SCOPES = [
    ("AB", "runs"),
    ("ABA", "runs"),
    ("ABAB", "labels"),
    ("ABBA", "labels"),
    ("AABAB", "labels"),
    ("AABB", "labels-confounded"),
    ("BBAA", "labels-confounded"),
]


@pytest.mark.parametrize(("order", "scope"), SCOPES)
def test_scope_follows_the_order_of_runs(order, scope):
    found = one(runs(*[(label, normal(10, seed=i)) for i, label in enumerate(order)]))
    assert found.scope == scope
    assert ("one-run" in codes(found), "confounded" in codes(found)) == (scope == "runs", scope == "labels-confounded")


def test_runs_in_different_logs_are_confounded():
    parts = [rows(label, normal(10, seed=i), run=i // 2 + 1) for i, label in enumerate("ABAB")]
    assert one(table(*parts)).scope == "labels"
    for row, log in [(row, log) for part, log in zip(parts, "abcd", strict=True) for row in part]:
        row["source"] = log  # by name they alternate, but a name is no time
    assert one(table(*parts)).scope == "labels-confounded"


def test_the_one_run_warning_names_only_labels_with_one_run():
    found = one(runs(("A", normal(10)), ("B", normal(10, seed=2)), ("A", normal(10, seed=3))))
    (message,) = [warning.message for warning in found.warnings if warning.code == "one-run"]
    assert message == "one run of B: platform and time of measurement are confounded"


def test_times_of_different_things_are_warned_of():
    parts = rows("A", normal(10), timed="whole"), rows("B", normal(10, seed=2), timed="server")
    (warning,) = [warning for warning in one(table(*parts)).warnings if warning.code == "timed-differ"]
    assert warning.message == "A was timed with connecting and log-in, B was timed by the server's own clock"
    alike = rows("A", normal(10), timed="whole"), rows("B", normal(10, seed=2), timed="whole")
    assert "timed-differ" not in codes(one(table(*alike)))


# --- what the verdict reads -------------------------------------------------------------------------------------


def test_holm_is_over_sizes_and_labels():
    labels, sizes = ["A", "B", "C"], (KB100, MB10)
    transfers = table(
        *[
            rows(label, normal(40, 1 + 0.02 * i, seed=10 * i + j), size=size, run=1)
            for (i, label), (j, size) in product(enumerate(labels), enumerate(sizes))
        ]
    )
    found = compare(transfers, labels)
    assert [(c.bytes, c.label) for c in found] == list(product(sizes, "BC"))
    assert [c.p_adjusted for c in found] == holm([c.p for c in found]) != [c.p for c in found]
    assert [c.equivalence_p_adjusted for c in found] == holm([c.equivalence_p for c in found])
    (alone,) = compare(transfers, ["A", "B"], [KB100])
    assert alone.p_adjusted == alone.p == found[0].p


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("shift", [0.0, 0.03, 0.2])
def test_swapping_labels_mirrors_everything(seed, shift):
    transfers = runs(("A", normal(40, 1.0, seed=seed)), ("B", normal(40, 1 + shift, seed=100 + seed)))
    there, back = one(transfers, ["A", "B"]), one(transfers, ["B", "A"])
    assert back.verdict == MIRROR[there.verdict]
    assert back.difference == -there.difference
    assert (back.p, back.equivalence_p, back.welch_p) == (there.p, there.equivalence_p, there.welch_p)
    assert (1 + back.percent_low / 100) * (1 + there.percent_high / 100) == pytest.approx(1, rel=1e-9)


MARGINS = [
    (Margin(0.05, relative=True), "faster"),
    (Margin(0.2, relative=True), "equivalent"),
    (Margin(0.05, relative=False), "faster"),
    (Margin(0.2, relative=False), "equivalent"),
]


@pytest.mark.parametrize(("margin", "word"), MARGINS)
def test_margin(margin, word):
    found = one(runs(("A", normal(100, 1.0)), ("B", normal(100, 0.9, seed=2))), margin=margin)
    assert found.verdict == word
    means = mean_of_runs([normal(100, 0.9, seed=2)]), mean_of_runs([normal(100, 1.0)])
    bound = {"ratio_margin": margin.value} if margin.relative else {"absolute_margin": margin.value}
    assert found.equivalence_p == equivalence_p(*means, **bound)


def test_an_absolute_margin_is_in_seconds():
    # 0.1 s apart at 10 s: 1 %, far inside 5 %, and outside 50 ms.
    transfers = runs(("A", normal(100, 10.0)), ("B", normal(100, 10.1, seed=2)))
    assert one(transfers).verdict == "equivalent"
    assert one(transfers, margin=Margin(0.05, relative=False)).verdict == "slower"


def test_confidence_sets_interval_and_level():
    transfers = runs(("A", normal(40)), ("B", normal(40, 1.025, seed=2)))
    margin = Margin(0.001, relative=True)
    wide, narrow = one(transfers, confidence=0.9999, margin=margin), one(transfers, confidence=0.8, margin=margin)
    assert wide.difference_low < narrow.difference_low
    assert wide.p == narrow.p
    assert 0.0001 < wide.p < 0.2
    assert (wide.verdict, narrow.verdict) == ("inconclusive", "slower")


def held(found):
    """What kept the contrast from deciding."""
    return [code for code in codes(found) if code in {"welch-decides", "holm-decides"}]


def alternating(n, mean):
    """A run whose neighbours undo each other, so that its mean varies far less than Welch believes."""
    return [mean + (0.3 if i % 2 else -0.3) + 0.001 * (i % 3) for i in range(n)]


@pytest.mark.parametrize(("n", "word"), [(20, "inconclusive"), (29, "inconclusive"), (30, "slower")])
def test_below_30_transfers_welch_has_to_agree(n, word):
    found = one(runs(("A", alternating(n, 1.0)), ("B", alternating(n, 1.1))))
    assert found.p < 0.01
    assert found.welch_p > 0.05
    assert found.verdict == word
    assert found.p_adjusted == (found.p if n == 30 else pytest.approx(found.welch_p))
    assert ("welch-decides" in codes(found)) == (n < 30)


def test_below_30_transfers_welch_has_to_agree_on_equivalence():
    found = one(runs(("A", alternating(20, 1.0)), ("B", alternating(20, 1.0))))
    means = independent_mean(alternating(20, 1.0)), independent_mean(alternating(20, 1.0))
    assert found.equivalence_p < 0.05 < found.equivalence_p_adjusted
    assert found.equivalence_p_adjusted == equivalence_p(*means, ratio_margin=0.05)
    assert found.verdict == "inconclusive"
    assert "welch-decides" in codes(found)


def test_where_only_holm_decides_welch_is_not_blamed():
    a, b = normal(20, sd=0.03), normal(20, 1.018, sd=0.03, seed=2)
    transfers = table(
        *[rows(label, values, size=size) for size in (1, 2, 3, 4) for label, values in (("A", a), ("B", b))]
    )
    for found in compare(transfers, ["A", "B"], margin=Margin(0.001, relative=True)):
        assert found.p < 0.05 < found.p_adjusted
        assert found.welch_p < 0.05
        assert "welch-decides" not in codes(found)
        assert [w.message for w in found.warnings if w.code == "holm-decides"] == [
            "conclusive on its own, but not after adjustment for 4 comparisons (Holm)"
        ]


def test_nothing_held_a_verdict_back_that_was_reached():
    found = one(runs(("A", alternating(20, 1.0)), ("B", alternating(20, 1.1))), margin=Margin(0.9, relative=True))
    assert found.p < 0.05 < found.p_adjusted
    assert (found.verdict, held(found)) == ("equivalent", [])


# --- coarse clocks ----------------------------------------------------------------------------------------------


def clock(n, share, step=0.01):
    """A coarse clock: this share reads one step, the others two, well mixed."""
    return [step if (i * 7) % n < share * n else 2 * step for i in range(n)]


@pytest.mark.parametrize(("share", "rounding"), [(0.5, 0.0), (0.52, 0.005), (0.9, 0.005)])
def test_more_than_half_on_one_value_widens_the_interval(share, rounding):
    a, b = clock(50, share), clock(50, 0.5)[::-1]
    found = one(table(rows("A", a, resolution=0.01), rows("B", b, resolution=0.01)))
    expected = difference(mean_of_runs([b], rounding), mean_of_runs([a], rounding))  # both, though one is coarse
    assert (found.difference_low, found.p) == (pytest.approx(expected.low), pytest.approx(expected.p))
    assert ("coarse" in codes(found)) == (rounding > 0)


def test_a_warning_about_normality_belongs_to_the_summary():
    a = normal(50)
    transfers = table(rows("A", a, resolution=0.04), rows("B", normal(50, seed=2)))
    assert "resolution-limited" in codes(summarise(samples(transfers, ["A"])[0]))
    assert "resolution-limited" not in codes(one(transfers))


def test_as_printed_takes_the_printed_digits():
    fine = normal(40, 0.014, 0.002)
    printed = [round(value, 2) for value in fine]
    other = table(rows("B", normal(40, 0.014, 0.002, seed=2)))
    transfers = pl.concat([table(rows("A", fine)).with_columns(seconds_printed=pl.Series(printed)), other])
    assert one(transfers).mean_reference == pytest.approx(np.mean(fine), rel=1e-15)
    found = one(transfers, as_printed=True)
    assert found.mean_reference == pytest.approx(np.mean(printed), rel=1e-15)
    assert "coarse" in codes(found)
    (sample,) = samples(transfers, ["A"], as_printed=True)
    assert sample.resolution == pytest.approx(0.01)


def test_as_printed_leaves_out_what_was_not_printed():
    transfers = table(
        rows("A", normal(40), seconds_printed=None), rows("A", [1.0, 1.1], first=41), rows("B", normal(9))
    )
    found = one(transfers, as_printed=True)
    assert found.n_reference == 2
    assert "untimed" in codes(found)


# --- answers where there is little to tell ----------------------------------------------------------------------


@pytest.mark.parametrize(("a", "b"), [([1.0], [1.1]), ([1.0], normal(40)), (normal(40), [1.0])])
def test_one_transfer_has_no_p_value(a, b):
    found = one(runs(("A", a), ("B", b)))
    assert (found.verdict, found.p, found.standard_error, found.equivalence_p) == ("inconclusive", None, None, None)
    assert (found.difference_low, found.percent_low, found.welch_p, found.hedges_g) == (None,) * 4
    assert "single" in codes(found)


# Samples that print one value: 30 ms against this many, at a resolution of 0.1 ms. The p-values are those of
# L = (difference − 0.1 ms)/SE with SE² = 2·(0.1 ms / n)² and Welch's degrees of freedom, by hand.
STEADY = [
    (40.0, 40, "slower", 2.96e-25),
    (20.0, 40, "faster", 2.96e-25),
    (40.0, 3, "slower", 3.08e-9),
    (30.2, 40, "equivalent", 2.64e-9),
    (30.1, 40, "equivalent", 1.0),
    (30.0, 40, "equivalent", 1.0),
]


@pytest.mark.parametrize(("other", "n", "word", "p"), STEADY)
def test_samples_that_print_one_value_are_told_apart_where_their_digits_are(other, n, word, p):
    found = one(table(*(rows(s, [ms / 1e3] * n, resolution=1e-4) for s, ms in (("A", 30.0), ("B", other)))))
    assert (found.verdict, found.p) == (word, pytest.approx(p, rel=0.01))
    assert found.percent == pytest.approx(100 * (other / 30 - 1))
    assert codes(found).count("no-spread") == 2


@pytest.mark.parametrize("margin", [0.9, 1.2])
def test_equal_values_are_equivalent_where_the_margin_is_wider_than_their_digits(margin):
    found = one(table(*(rows(s, [0.03] * 40, resolution=1e-4) for s in "AB")), margin=Margin(margin / 1e4, False))
    assert (found.verdict, found.p) == ("equivalent" if margin > 1 else "inconclusive", 1.0)


@pytest.mark.parametrize("design", ["ABABAB", "AABBABAB", "AABBB", 40, 10])
def test_samples_of_one_value_are_told_apart_in_every_design(design):
    steady = {"A": [0.03] * 40, "B": [0.04] * 40}
    if isinstance(design, int):  # so many pairs in turns
        transfers = table(
            *(rows(s, [0.03 if s == "A" else 0.04], resolution=1e-4, first=i + 1) for i in range(design) for s in "AB")
        )
    else:
        transfers = runs(*((label, steady[label]) for label in design), resolution=1e-4)
    found = one(transfers)
    assert (found.verdict, found.percent_low > 32, found.percent_high < 35) == ("slower", True, True)


def test_where_the_resolution_is_unknown_one_value_decides_nothing():
    transfers = runs(("A", [0.03] * 40), ("B", [0.04] * 40)).with_columns(seconds_low=None, seconds_high=None)
    found = one(transfers)
    assert (found.verdict, found.p, found.standard_error) == ("inconclusive", None, 0.0)
    assert codes(found).count("no-resolution") == 2


def test_one_transfer_decides_nothing():
    found = one(table(rows("A", [0.03] * 40, resolution=1e-4), rows("B", [0.04], resolution=1e-4)))
    assert (found.verdict, found.p, found.standard_error) == ("inconclusive", None, None)


@settings(max_examples=80, deadline=None)
@given(
    n=st.integers(2, 60),
    gap=st.integers(-6, 6),
    moved=st.tuples(st.floats(0, 0.24), st.floats(0, 0.24)),
    far=st.integers(1, 3),
    turns=st.booleans(),
    seed=st.integers(0, 9),
)
def test_less_spread_never_gives_less_of_a_verdict(n, gap, moved, far, turns, seed):
    """Of a tick of 0.1 ms; some values move up by `far` ticks and as many down, so that the means stay."""
    rng = np.random.default_rng(seed)
    steady = {"A": np.full(n, 300), "B": np.full(n, 300 + gap)}
    varied = {label: values.copy() for label, values in steady.items()}
    for values, share in zip(varied.values(), moved, strict=True):
        places = rng.permutation(n)[: 2 * int(share * n)]
        values[places[::2]] += far
        values[places[1::2]] -= far

    def found(ticks):
        series = {label: (values / 1e4).tolist() for label, values in ticks.items()}
        if not turns:
            return one(table(*(rows(s, series[s], resolution=1e-4) for s in "AB")))
        pairs = zip(*series.values(), strict=True)
        return one(
            table(
                *(
                    rows(s, [v], resolution=1e-4, first=i)
                    for i, p in enumerate(pairs, 1)
                    for s, v in zip("AB", p, strict=True)
                )
            )
        )

    less, more = found(steady), found(varied)
    assert more.verdict in {"inconclusive", less.verdict}


def test_a_spread_in_one_sample_is_enough():
    found = one(table(rows("A", [0.01] * 50, resolution=1e-4), rows("B", normal(50, 0.03, 0.001))))
    assert found.verdict == "slower"


def test_equal_run_means_decide_nothing():
    found = one(runs(*[(label, [mean, mean + 0.2]) for _ in range(3) for label, mean in (("A", 1.0), ("B", 2.0))]))
    assert (found.verdict, found.p, found.scope) == ("inconclusive", None, "labels")


SECONDS = st.sampled_from([0.0, 0.01, 0.02, 1e-9, 1.0, 3600.0]) | st.floats(0, 1e6)
RUNS = st.lists(st.lists(SECONDS, min_size=1, max_size=12), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)  # SciPy is imported in the first
@given(a=RUNS, b=RUNS, printed=st.booleans(), relative=st.booleans())
def test_no_data_gives_nan_or_a_runtime_warning(a, b, printed, relative):
    transfers = runs(*[("A", run) for run in a], *[("B", run) for run in b])
    found = one(transfers, as_printed=printed, margin=Margin(0.05, relative=relative))
    assert found.verdict in MIRROR
    assert not held(found) or found.verdict == "inconclusive" != found.unadjusted_verdict(0.05)
    if found.difference_low is not None:
        assert found.difference_low <= found.difference <= found.difference_high
    for sample in samples(transfers, as_printed=printed):
        assert_known(summarise(sample))


# --- what is compared with what ---------------------------------------------------------------------------------


def test_a_label_named_twice_is_refused():
    with pytest.raises(UsageError, match="'A' is named twice"):
        compare(runs(("A", normal(9)), ("B", normal(9))), ["A", "B", "A"])


def test_size_filter():
    transfers = table(
        *[rows(label, normal(9, seed=i), size=size) for i, label in enumerate(["A", "B"]) for size in (KB100, MB10)]
    )
    assert [c.bytes for c in compare(transfers, ["A", "B"], [MB10])] == [MB10]
    with pytest.raises(SelectionError, match="no transfer of 100 MB; there are: 100 KB, 10 MB"):
        compare(transfers, ["A", "B"], [MB100])


def test_directions_are_kept_apart():
    up = [rows(label, normal(40, 3.0, seed=i), direction="upload") for i, label in enumerate(["A", "B"])]
    down = [rows(label, normal(40, 1.0 + i, seed=i)) for i, label in enumerate(["A", "B"])]
    found = compare(table(*up, *down), ["A", "B"])
    assert [(c.direction, c.verdict) for c in found] == [("download", "slower"), ("upload", "equivalent")]


def test_a_label_without_completed_transfers_is_an_error_that_says_so():
    with pytest.raises(SelectionError) as raised:
        compare(runs(("A", normal(9)), ("B", [None] * 9)), ["A", "B"])
    assert str(raised.value) == (
        "no size in common to compare: A has completed transfers of 100 KB download; "
        "none of B's 9 transfers completed with a valid size and time; see `ftpstats check FILE`"
    )
    sizes = table(rows("A", normal(9)), rows("B", normal(9), size=MB10))
    with pytest.raises(SelectionError, match=r"A has completed transfers of 100 KB download; B has none$"):
        compare(sizes, ["A", "B"], [KB100])


def test_labels_without_a_common_size_are_an_error():
    with pytest.raises(SelectionError, match="no size in common"):
        compare(table(rows("A", normal(9)), rows("B", normal(9), size=MB10)), ["A", "B"])


def test_a_size_that_only_one_label_completed_is_told():
    both = [rows(label, normal(40, seed=i)) for i, label in enumerate(["A", "B"])]
    found = one(table(*both, rows("A", normal(40), size=MB10), rows("B", [None] * 40, bytes=MB10)))
    assert [w.message for w in found.warnings if w.code == "not-compared"] == [
        "no comparison of 10 MB download: A completed 40 of 40 and B completed 0 of 40"
    ]
    assert "not-compared" not in codes(one(table(*both)))


def test_failures_are_counted_for_both_labels():
    found = one(runs(("A", [*normal(20), None]), ("B", [None, *normal(20, seed=2), None])))
    assert (found.failed_reference, found.failed, found.n_reference, found.n) == (1, 2, 20, 20)
    assert codes(found).count("unfinished") == 2


def test_different_clients_are_told():
    found = one(table(rows("A", normal(9)), rows("B", normal(9), client="tnftp")))
    (message,) = [w.message for w in found.warnings if w.code == "clients-differ"]
    assert message == "A was measured with netkit-debian, B with tnftp"


def test_overlapping_logs_count_a_transfer_once(sample_logs):
    both = read_logs([(str(ROOT / f"sample_logs/inetutils/{name}.log"), None) for name in ("FTP", "RESULT")]).rows
    assert compare(both, ["Xen", "VMware"]) == compare(sample_logs, ["Xen", "VMware"])


@pytest.mark.parametrize(
    ("failed", "code"), [((0, 0), None), ((1, 1), None), ((3, 3), "many-failures"), ((0, 8), "failures-differ")]
)
def test_failures_are_outcomes(failed, code):
    parts = [[*normal(42, 1.0, seed=i), *[None] * count] for i, count in enumerate(failed)]
    found = one(runs(("A", parts[0]), ("B", parts[1])))
    attempts = [len(part) for part in parts]
    assert found.failure_p == pytest.approx(
        scipy.stats.fisher_exact([[failed[1], attempts[1] - failed[1]], [failed[0], attempts[0] - failed[0]]]).pvalue
    )
    assert {"many-failures", "failures-differ"} & {*codes(found)} == ({code} if code else set())


def test_what_would_decide_follows_from_the_spread_alone():
    a, b = normal(100, 1.0, 0.1, seed=1), normal(100, 1.0, 0.1, seed=2)
    found = one(runs(("A", a), ("B", b)))
    spreads = [mean_of_runs([part]).variance * 100 for part in (b, a)]
    assert found.transfers_needed == transfers_needed(spreads, 0.05 * np.mean(a).item())
    assert found.runs_needed is None
    # A hundred times the difference, and the same spread: as many.
    assert one(runs(("A", a), ("B", np.add(b, 1.0)))).transfers_needed == found.transfers_needed
    parts = [normal(20, 1.0, 0.05, seed=seed) for seed in range(6)]
    several = one(runs(*zip("AABABB", parts, strict=True)))
    assert several.transfers_needed is None
    assert several.runs_needed > 1


def test_what_the_digits_hide_no_number_of_transfers_shows():
    parts = [[0.4] * 30 + normal(20, 0.4, 0.004, seed=seed) for seed in range(2)]
    values = [np.random.default_rng(5).permutation(part).tolist() for part in parts]
    coarse = table(*(rows(label, part, resolution=0.01) for label, part in zip("AB", values, strict=True)))
    spreads = [mean_of_runs([part]).variance * 50 for part in values[::-1]]
    wide, narrow = one(coarse, margin=Margin(0.015, relative=False)), one(coarse, margin=Margin(0.01, relative=False))
    assert wide.transfers_needed == transfers_needed(spreads, 0.005)
    assert narrow.transfers_needed is None


def test_without_a_spread_no_number_would_decide_where_the_resolution_is_unknown():
    transfers = runs(("A", [1.0] * 20), ("B", [1.0] * 20))
    assert one(transfers.with_columns(seconds_low=None, seconds_high=None)).transfers_needed is None
    assert one(transfers).transfers_needed == 30


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.99])
@pytest.mark.parametrize(("n", "n_reference"), [(2, 9), (40, 30), (100, 300)])
def test_events_of_the_unseen_share_are_missed_with_probability_alpha(n, n_reference, confidence):
    transfers = table(
        rows("A", [1.0 + i / 1000 for i in range(n_reference)]), rows("B", [1.0 + i / 1000 for i in range(n)])
    )
    (found,) = compare(transfers, ["A", "B"], confidence=confidence)
    assert (1 - found.unseen_share) ** min(n, n_reference) == pytest.approx(1 - confidence)


def test_the_unseen_share_at_95_per_cent_is_close_to_the_rule_of_three():
    (found,) = compare(table(rows("A", list(range(1, 301))), rows("B", list(range(1, 301)))), ["A", "B"])
    assert found.unseen_share == pytest.approx(3 / 300, rel=0.01)


# --- timeouts: times that are known to be longer ---------------------------------------------------------------------


def stopped(label, count, note="ftpstats: timed out after 60 s; the client was killed"):
    return rows(label, [None] * count, run=1, first=41, bytes=KB100, direction="download", note=note)


NOTES = [
    ("ftpstats: timed out after 60 s; the client was killed", (60.0,)),
    ("curl: (28) Operation timed out after 5001 milliseconds with 0 out of 0 bytes received", (5.001,)),
    ("Connection timed out", (None,)),
    ("transfer-status timeout", (None,)),
    ("450 Timeout after 300 seconds", (300.0,)),
    ("426 Connection closed; transfer aborted.", ()),
    ("425 No timeouts here", ()),
]


@pytest.mark.parametrize(("note", "after"), NOTES)
def test_a_timeout_says_after_how_long_if_the_log_tells(note, after):
    (sample,) = samples(table(rows("A", [1.0]), stopped("A", 1, note)))
    assert sample.timeouts == after


def test_timeouts_that_may_turn_the_verdict_are_said_with_the_time_from_which_they_would():
    slow, fast = normal(40, 1.1, 0.01, seed=1), normal(40, 1.0, 0.01, seed=2)
    even = np.mean(slow) + (np.mean(slow) - np.mean(fast)) * 40 / 2
    for after, said in (
        ("transfer timed out", f"2 transfers timed out: at {format_seconds(even, 3)} or more on average"),
        (
            "timed out after 2 s",
            f"2 transfers timed out, after 2.00 s or more: at {format_seconds(even, 3)} or more on average",
        ),
        ("timed out after 60 s", "2 transfers timed out, after 60.0 s or more: counted with that time"),
    ):
        (found,) = compare(table(rows("A", slow), rows("B", fast), stopped("B", 2, after)), ["A", "B"])
        assert found.verdict == "faster"
        (warning,) = (one for one in found.warnings if one.code == "timed-out")
        assert warning.message == f"B: {said}, the verdict would not hold"
    # With that time each, the means are equal.
    assert (np.sum(fast) + 2 * even) / 42 == pytest.approx(np.mean(slow))


@pytest.mark.parametrize(
    ("mean", "label", "is_said"),
    [(1.0, "A", True), (1.0, "B", True), (1.2, "A", True), (1.2, "B", False), (0.8, "A", False), (0.8, "B", True)],
)
def test_timeouts_of_the_slower_label_turn_nothing(mean, label, is_said):
    transfers = table(
        rows("A", normal(40, 1.0, 0.01, seed=1)), rows("B", normal(40, mean, 0.01, seed=2)), stopped(label, 1)
    )
    (found,) = compare(transfers, ["A", "B"])
    assert ("timed-out" in codes(found)) == is_said


def test_the_difference_of_failure_rates_has_an_interval():
    transfers = table(
        rows("A", normal(100, 1.0, 0.01, seed=1)), rows("B", normal(93, 1.0, 0.01, seed=2)), stopped("B", 7)
    )
    (found,) = compare(transfers, ["A", "B"])
    ends = found.failure_difference_low, found.failure_difference, found.failure_difference_high
    assert ends == pytest.approx((0.0186, 0.07, 0.1375), abs=5e-4)
