"""Lines of time against size: what they are fitted to, what is withheld, how labels are compared, and warnings."""

import numpy as np
import pytest

import ftpstats
from ftpstats.analysis.scaling import pictures_of, scalings
from ftpstats.analysis.size_lines import measured, require_two_sizes
from ftpstats.errors import SelectionError
from ftpstats.stats.contrast import difference
from ftpstats.stats.fit import equal_ratios_p, lack_of_fit_p
from ftpstats.stats.means import mean_of_runs
from ftpstats.stats.paired import means_of_rounds
from ftpstats.stats.size_line import interval_of, line_of_means, line_of_runs
from ftpstats.stats.transfers_line import bend_p, line_of_transfers
from tests.analysis.rows import KB100, MB10, MB100, assert_known, codes, rows, table

SIZES = (KB100, MB10, MB100)
MIB = 2**20


def seconds(rng, size, n=30, latency=0.01, cost=1e-8, spread=0.1):
    return ((latency + cost * size) * rng.lognormal(0, spread, n)).tolist()


def one_run_of_each(rng, label="A", sizes=SIZES, n=30, **line):
    return [rows(label, seconds(rng, size, n, **line), run=run, size=size) for run, size in enumerate(sizes, 1)]


def all_in_turn(rng, label="A", run=1, sizes=SIZES, n=10, factor=1.0, **line):
    """One run in which every iteration transfers each size."""
    of_size = {size: [factor * one for one in seconds(rng, size, n, **line)] for size in sizes}
    return [rows(label, [of_size[size][i]], run=run, size=size, first=i + 1) for i in range(n) for size in sizes]


def asked(parts, labels=None, sizes=(), at=(), **options):
    found = measured(table(*parts), labels, sizes, **{"as_printed": False} | options)
    require_two_sizes(found)
    return found, scalings(found, 0.95, at)


def ends(interval):
    return interval.estimate, interval.low, interval.high


def latency_of(one):
    return one.latency, one.latency_low, one.latency_high


@pytest.fixture
def rng():
    return np.random.default_rng(7)


# --- what a line is fitted to


def test_of_runs_that_hold_one_size_it_is_fitted_to_means(rng):
    parts = one_run_of_each(rng)
    _, (one,) = asked(parts)
    means = [mean_of_runs([[row["seconds"] for row in part]]) for part in parts]
    line = line_of_means(SIZES, means)
    assert (one.fitted, one.sizes, one.n, one.runs, one.smallest, one.largest) == ("sizes", 3, 90, 3, KB100, MB100)
    assert latency_of(one) == pytest.approx(ends(interval_of(line.latency)))
    cost = interval_of(line.cost)
    assert (one.throughput, one.throughput_low, one.throughput_high) == pytest.approx(
        (1 / cost.estimate, 1 / cost.high, 1 / cost.low)
    )
    assert one.linear_p == pytest.approx(lack_of_fit_p(SIZES, means))
    assert one.is_linear
    assert [point.seconds for point in one.points] == pytest.approx([mean.mean for mean in means])


def test_of_runs_that_hold_all_sizes_it_is_the_mean_of_their_lines(rng):
    parts = [part for run in range(1, 6) for part in all_in_turn(rng, run=run, factor=1 + run / 10)]
    (found,), (one,) = asked(parts)
    by_run = [
        [
            np.mean([row["seconds"] for part in parts for row in part if (row["run"], row["bytes"]) == (run, size)])
            for size in SIZES
        ]
        for run in range(1, 6)
    ]
    assert one.fitted == "runs"
    assert latency_of(one) == pytest.approx(ends(interval_of(line_of_runs(SIZES, by_run).latency)))
    assert found.rounds == [1, 2, 3, 4, 5]


def test_of_one_run_that_holds_all_sizes_it_is_fitted_to_transfers_in_order(rng):
    parts = all_in_turn(rng, n=40)
    every = [row for part in parts for row in part]
    size, time = ([row[name] for row in every] for name in ("bytes", "seconds"))
    (found,), (one,) = asked(parts)
    assert one.fitted == "transfers"
    assert latency_of(one) == pytest.approx(ends(interval_of(line_of_transfers(size, time).latency)))
    assert one.linear_p == pytest.approx(min(1, 2 * min(bend_p(size, time), lack_of_fit_p(SIZES, found.means))))


def test_mixed_sizes_are_fitted_as_transfers_and_runs_are_their_units():
    rng = np.random.default_rng(1)
    size = np.rint(10 ** rng.uniform(4, 8, 120)).astype(int).tolist()
    time = [seconds(rng, one, 1)[0] for one in size]
    parts = [
        rows("A", [t], size=s, run=1 + i // 40, iteration=None) for i, (s, t) in enumerate(zip(size, time, strict=True))
    ]
    _, (one,) = asked(parts)
    line = line_of_transfers(size, time, [40, 40, 40])
    assert (one.fitted, one.points, one.runs) == ("transfers", (), 3)
    assert latency_of(one) == pytest.approx(ends(interval_of(line.latency)), rel=1e-3)  # digits widen it by 1 µs
    assert codes(one) == ["sizes-observed"]


def test_directions_are_kept_apart(rng):
    down, up = one_run_of_each(rng), one_run_of_each(rng, latency=0.1)
    up = [[{**row, "direction": "upload", "run": row["run"] + 3} for row in part] for part in up]
    _, found = asked([*down, *up])
    assert [(one.direction, one.reference, one.n) for one in found] == [("download", None, 90), ("upload", None, 90)]
    assert found[1].latency == pytest.approx(0.1, rel=0.2)


# --- what is withheld


def test_a_bend_withholds_latency_and_throughput(rng):
    parts = one_run_of_each(rng)
    bent = [parts[0], [{**row, "seconds": 2 * row["seconds"]} for row in parts[1]], parts[2]]
    _, found = asked([*bent, *one_run_of_each(rng, "B")], at=[MIB])
    one, other = found
    assert (one.is_linear, *latency_of(one), one.throughput, one.predictions[0].seconds) == (False, *[None] * 5)
    assert "not-linear" in codes(one)
    assert (other.is_linear, other.latency_difference, other.throughput_ratio) == (True, None, None)
    assert other.ratio_p < 0.05


def test_two_sizes_cannot_show_a_bend(rng):
    _, (one,) = asked(one_run_of_each(rng, sizes=(KB100, MB100)))
    assert (one.linear_p, one.is_linear, one.latency is None) == (None, None, False)
    assert codes(one)[0] == "two-sizes"


def test_a_time_is_predicted_between_the_sizes_measured_only(rng):
    _, (one,) = asked(one_run_of_each(rng), at=[MIB, KB100, 1, MB100 + 1])
    inside, at_end, below, above = one.predictions
    assert inside.low < 0.01 + 1e-8 * MIB < inside.high
    assert at_end.seconds == pytest.approx(one.points[0].seconds, rel=0.01)
    assert (below.seconds, above.seconds) == (None, None)
    log = table(*one_run_of_each(rng))
    with pytest.raises(
        ValueError, match="at 1 GB: a line holds only between the sizes measured, from 100 KB to 100 MB"
    ):
        ftpstats.scaling(log, "A", at="1GB")


def test_one_size_is_said_and_of_all_labels_refused(rng):
    _, found = asked([*one_run_of_each(rng), *one_run_of_each(rng, "B", sizes=(MB10,))])
    assert codes(found[1])[0] == "one-size"
    assert (found[1].latency, found[1].scope) == (None, "runs")
    with pytest.raises(
        SelectionError, match="no label has completed transfers of two sizes in one direction; there are"
    ):
        asked(one_run_of_each(rng), sizes=[MB10])
    with pytest.raises(SelectionError, match=r"two sizes in one direction$"):
        asked([rows("A", [None, None])])


# --- two labels


def test_labels_are_compared_by_the_contrast(rng):
    parts = [*one_run_of_each(rng), *one_run_of_each(rng, "B", latency=0.02, cost=2e-8)]
    (a, b), (reference, other) = asked(parts)
    found = difference(b.line.latency, a.line.latency)
    assert (other.reference, other.scope) == ("A", "runs")
    assert (other.latency_difference, other.latency_difference_low, other.latency_difference_high, other.latency_p) == (
        pytest.approx((found.estimate, found.low, found.high, found.p))
    )
    assert other.throughput_ratio == pytest.approx(other.throughput / reference.throughput)
    assert other.throughput_ratio_low < 0.5 < other.throughput_ratio_high
    assert other.throughput_p < 1e-6
    assert other.ratio_p == pytest.approx(equal_ratios_p(list(zip(b.means, a.means, strict=True))))


def test_rounds_are_compared_round_by_round(rng):
    parts = []
    for run, factor in enumerate((1.0, 1.3, 0.8, 1.5, 1.1, 0.9), 1):
        pair = [all_in_turn(rng, label, run=run, factor=factor, spread=0.01) for label in "AB"]
        parts += [part for side in (pair if run % 2 else pair[::-1]) for part in side]
    (a, b), (_, other) = asked(parts, ["A", "B"])
    assert other.scope == "labels"
    paired = difference(*means_of_rounds(b.line.rounds[:, [0]], a.line.rounds[:, [0]]))
    assert (other.latency_difference, other.latency_difference_high) == pytest.approx((paired.estimate, paired.high))
    apart = difference(b.line.latency, a.line.latency)
    assert other.latency_difference_high - other.latency_difference_low < (apart.high - apart.low) / 5


def test_logs_that_hold_both_labels_are_compared_log_by_log(rng):
    """Each day has a run of its own for each size, and a speed of its own."""
    parts = []
    for day, factor in enumerate((1.0, 1.5, 0.7, 1.2, 0.9)):
        of_day = [one_run_of_each(rng, label, spread=0.01) for label in "AB"]
        parts += [
            [
                {**row, "source": f"{day}.log", "run": 3 * day + row["run"], "seconds": factor * row["seconds"]}
                for row in part
            ]
            for side in (of_day if day % 2 else of_day[::-1])
            for part in side
        ]
    (a, b), (_, other) = asked(parts, ["A", "B"])
    assert (other.fitted, other.runs, other.scope) == ("logs", 15, "labels")
    assert a.rounds == b.rounds == [f"{day}.log" for day in range(5)]
    assert a.line.latency.df == 4
    assert a.line.rounds[:, 0] == pytest.approx([0.01 * factor for factor in (1.0, 1.5, 0.7, 1.2, 0.9)], rel=0.02)
    paired = difference(*means_of_rounds(b.line.rounds[:, [0]], a.line.rounds[:, [0]]))
    assert (other.latency_difference, other.latency_difference_low) == pytest.approx((paired.estimate, paired.low))
    _, (_, fewer) = asked(
        [part for part in parts if (part[0]["label"], part[0]["source"]) != ("B", "3.log")], ["A", "B"]
    )
    assert fewer.latency_difference_high - fewer.latency_difference_low < 0.0005


def test_mixed_sizes_of_two_labels_are_compared_by_their_lines(rng):
    parts = [
        rows(label, seconds(rng, size, 1, latency=latency), size=size, iteration=None)
        for label, latency in (("A", 0.01), ("B", 0.05))
        for size in np.rint(10 ** rng.uniform(4, 8, 150)).astype(int).tolist()
    ]
    _, (_, other) = asked(parts)
    assert (other.scope, other.fitted) == ("observational", "transfers")
    assert other.ratio_p < 0.001
    assert {"sizes-observed", "observational"} <= set(codes(other))


# --- warnings


def test_one_run_of_each_size_is_said(rng):
    assert codes(asked(one_run_of_each(rng))[1][0]) == ["size-confounded"]
    twice = [
        *one_run_of_each(rng),
        *[[{**row, "run": row["run"] + 3} for row in part] for part in one_run_of_each(rng)],
    ]
    assert "size-confounded" not in codes(asked(twice)[1][0])


def test_a_latency_below_zero_and_a_throughput_without_end_are_said(rng):
    convex = [
        rows("A", [0.001 * t for t in (1.0, 1.1, 1.2)], run=1, size=MIB),
        rows("A", [1.0, 1.1, 1.2], run=2, size=10 * MIB),
    ]
    _, (one,) = asked(convex)
    assert one.latency_high < 0
    assert "below-zero" in codes(one)
    level = [rows("A", [1.0, 1.2, 0.9, 1.1], run=run, size=size) for run, size in ((1, KB100), (2, MB10))]
    _, (one,) = asked(level)
    assert (one.throughput, one.throughput_low > 0, one.throughput_high) == (None, True, None)
    assert "throughput-unbounded" in codes(one)


@pytest.mark.parametrize("cost", [2e-8, 0.0])
def test_times_on_a_line_are_not_called_bent_and_have_no_interval(cost):
    """What the rounding of floats leaves of no residual is no evidence."""
    exact = {"resolution": 0, "seconds_low": None, "seconds_high": None}
    one_run = table(*[rows("A", [0.02 + cost * size] * 20, size=size, **exact) for size in (10**5, 10**6, 10**7)])
    found = measured(one_run, None, (), as_printed=False)
    (one,) = scalings(found, 0.95)
    assert (one.fitted, one.linear_p, one.is_linear) == ("transfers", None, None)
    assert latency_of(one) == (pytest.approx(0.02), None, None)
    assert one.throughput == (pytest.approx(1 / cost) if cost else None)
    assert "all times lie on the line" in "".join(each.message for each in one.warnings)
    assert ("throughput-unbounded" in codes(one)) is (not cost)


def test_times_that_fall_with_size_are_said(rng):
    falls = rows("A", [0.1 - size / 1e9 * rng.normal(1, 0.02) for size in SIZES[:2] * 20], size=None)
    parts = [{**row, "bytes": SIZES[i % 2]} for i, row in enumerate(falls)]
    _, (one,) = asked([parts])
    assert (one.throughput, one.throughput_low, one.throughput_high) == (None, None, None)
    assert "throughput-falls" in codes(one)
    assert "throughput-unbounded" not in codes(one)


def test_of_few_transfers_no_interval_is_said(rng):
    _, (one,) = asked([rows("A", seconds(rng, size, 1), size=size, first=i) for i, size in enumerate(SIZES, 1)])
    assert "fewer than 8 transfers in one run" in "".join(each.message for each in one.warnings)


def test_a_single_transfer_of_a_size_has_no_part_where_others_were_repeated(rng):
    parts = [*one_run_of_each(rng), rows("A", [5.0], run=4, size=MIB)]
    _, (one,) = asked(parts)
    assert (one.sizes, one.n, one.latency) == (3, 91, asked(parts[:3])[1][0].latency)
    assert "sizes-left-out" in codes(one)


def test_coarse_digits_widen_the_interval(rng):
    parts = [
        rows("A", [0.01 * (1 + size // MB10)] * 30, run=run, size=size, resolution=0.01)
        for run, size in ((1, KB100), (2, MB10), (3, MB100))
    ]
    _, (one,) = asked(parts)
    assert one.latency_low < 0.005
    assert one.latency_high > 0.015
    assert codes(one).count("no-spread") == 3
    assert (one.warnings[1].label, one.is_linear) == ("A 100 KB", True)


def test_nothing_is_nan_whatever_there_is(rng):
    for parts in (
        [rows("A", [1.0], size=1), rows("A", [2.0], size=2)],
        [rows("A", [1.0], size=0), rows("A", [1.0], size=2), rows("A", [None, None])],
        [rows("A", [1.0] * 9, size=KB100), rows("A", [1.0] * 9, size=MB10, run=2)],
        [rows("A", [1.0, 1.0], size=1, resolution=0), rows("A", [2.0, 2.0], size=2, run=2, resolution=0)],
    ):
        found, results = asked([*parts, *[[{**row, "label": "B"} for row in part] for part in parts]])
        assert_known(results)
        assert all(one.n for one in pictures_of(found, results, 0.95))


# --- what was put in comes out


@pytest.mark.parametrize("client", ["inetutils", "netkit", "tnftp"])
def test_the_emulated_platforms_give_back_what_they_were_made_of(client):
    """Xen: 30 ms and 90 MiB/s; VMware: 8 ms and 75 MiB/s; above it, each pays for connecting and for the machine."""
    xen, vmware = ftpstats.scaling(f"sample_logs/{client}/FTP.log", "xen", "vmware")
    assert xen.latency == pytest.approx(0.0308, abs=0.0003)
    assert 0.008 < vmware.latency < 0.013
    assert xen.throughput / MIB == pytest.approx(90, rel=0.005)
    assert vmware.throughput / MIB == pytest.approx(75, rel=0.01)
    assert vmware.throughput_ratio_low - 0.015 < 75 / 90 < vmware.throughput_ratio_high + 0.001
    assert (xen.is_linear, vmware.is_linear, vmware.ratio_p < 0.001) == (True, True, True)
