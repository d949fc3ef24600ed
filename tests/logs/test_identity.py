"""Copies of logs: each transfer once, whatever overlaps, and none lost where logs only look alike."""

import functools
import gzip
import itertools
import json
import random
import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftpstats.errors import InputError
from ftpstats.logs.identity import find_copies, natural
from ftpstats.logs.reader import LogReader
from ftpstats.logs.skeleton import _stretches, find_stretches, is_header, labels_of
from ftpstats.logs.together import as_log, each_once, read_logs
from ftpstats.schema import SCHEMA

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests/data/cases"
FOLDERS = (ROOT / "tests/data/recordings", ROOT / "sample_logs")
RECORDINGS = {
    path.read_bytes(): str(path.relative_to(ROOT)) for folder in FOLDERS for path in sorted(folder.rglob("*.log"))
}
# Each once. Records are told one by one, and their label is the name of the log: see records/test_identity.py.
RECORDINGS = {name: data for data, name in RECORDINGS.items() if "/server-" not in name and "/vsftpd/" not in name}
GIVEN = pytest.mark.parametrize("label", [None, "one"])
EACH = pytest.mark.parametrize("name", RECORDINGS)


@functools.lru_cache(maxsize=512)
def entry(data, name, label=None):
    """A log and its rows, as read from a file of that name; None where it holds no transfer."""
    with tempfile.NamedTemporaryFile(suffix=".log") as file:
        file.write(data)
        file.flush()
        reader = LogReader(file.name, label, digest=True)
        try:
            pieces = list(reader.pieces_with_transfers())
        except InputError:
            return None
    rows = pl.concat([piece.rows for piece in pieces]).with_columns(source=pl.lit(name, SCHEMA["source"]))
    skeleton = np.concatenate([piece.skeleton for piece in pieces])
    return as_log(name, label, reader.account, skeleton, rows), rows


def together(*entries, on_doubt="say"):
    """Rows of several logs, each transfer once; and what was found."""
    known = [one for one in entries if one is not None]
    logs = [log for log, _ in known]
    found = find_copies(logs, on_doubt)
    numbered = [rows.with_columns(log=pl.lit(number, pl.Int64)) for number, (_, rows) in enumerate(known)]
    return each_once(pl.concat(numbered), logs, found).drop("log"), found


def alone(one):
    return one[1].select(SCHEMA.names())


def filtered(data):
    """RESULT.log: what the thesis's script keeps."""
    lines = data.splitlines(keepends=True)
    return b"".join(line for line in lines if line.startswith(b"FTP-TEST") or b" secs" in line or b" seconds" in line)


# Over all recordings


@GIVEN
@EACH
def test_a_log_cut_at_any_byte_beside_the_whole_under_the_same_name_changes_nothing(name, label):
    data = RECORDINGS[name]
    whole = entry(data, name, label)
    randomly = random.Random(name)
    cuts = {randomly.randrange(len(data)) for _ in range(6)} | {data.rfind(b"\n", 0, -1), len(data) - 1}
    for cut in sorted(cuts):
        early = entry(data[:cut], name, label)
        for order in ((early, whole), (whole, early)):
            rows, found = together(*order)
            assert rows.equals(alone(whole)), (cut, found)
            assert not found.doubts


@EACH
def test_a_cut_log_under_another_name_counts_once_or_is_told_of(name):
    data = RECORDINGS[name]
    whole = entry(data, name)
    randomly = random.Random(name)
    for cut in {randomly.randrange(len(data)) for _ in range(4)}:
        early = entry(data[:cut], "early/FTP.log")
        if early is None or not _has_results(early):
            continue
        rows, found = together(early, whole)
        assert found.doubts or rows.equals(alone(whole)), cut


def _has_results(one):
    return one[1]["client"].is_not_null().any()


MADE = {
    "the same file": lambda data: data,
    "with other line ends": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "as UTF-16": lambda data: data.decode(errors="replace").encode("utf-16"),
    "with a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "without its last line end": lambda data: data.rstrip(b"\n"),
    "filtered": filtered,
}


@GIVEN
@pytest.mark.parametrize("made", MADE)
def test_a_copy_however_made_counts_once_or_is_told_of(made, label):
    told = 0
    for name, data in RECORDINGS.items():
        whole, copy = entry(data, name, label), entry(MADE[made](data), f"copies/{made}", label)
        if copy is None or not _has_results(copy) or copy[0].skeleton.tobytes() not in whole[0].skeleton.tobytes():
            continue  # filtered, a log of a client that says "sec" is empty
        for order in ((copy, whole), (whole, copy)):
            rows, found = together(*order)
            told += len(found.doubts)
            assert found.doubts or rows.drop("source", "line").equals(alone(whole).drop("source", "line")), (
                name,
                found,
            )
            same, _ = together(*order, on_doubt="same")
            assert same.drop("source", "line").equals(alone(whole).drop("source", "line")), name
    assert (told == 0) == (made == "the same file")


@GIVEN
def test_no_two_recordings_are_taken_for_one_but_a_transcript_and_what_was_filtered_from_it(label):
    logs = {name: entry(data, name, label) for name, data in RECORDINGS.items()}
    for one, other in itertools.combinations(logs, 2):
        rows, found = together(logs[one], logs[other])
        names = (Path(one).name, Path(other).name)
        if {"FTP.log", "RESULT.log"} == set(names) and Path(one).parent == Path(other).parent:
            assert rows.height == alone(logs[one]).height
        elif names == ("netkit-debian-loop100-get-100k.log", "thesis-RESULT-netkit-debian.log"):
            assert set(rows["completion"]) == {"confirmed"}
        else:
            assert not found.copies, (one, other)
            assert rows.height == logs[one][1].height + logs[other][1].height


@GIVEN
def test_logs_put_behind_each_other_count_once_beside_their_parts(label):
    randomly = random.Random(12)
    names = [name for name, data in RECORDINGS.items() if data.startswith(b"FTP-TEST") and data.endswith(b"\n")]
    for _ in range(40):
        parts = randomly.sample(names, 2)
        whole = entry(b"".join(RECORDINGS[name] for name in parts), "all.log", label)
        logs = [whole, *(entry(RECORDINGS[name], name, label) for name in parts)]
        randomly.shuffle(logs)
        rows, found = together(*logs)
        told = sum(
            log.height for number, (_, log) in enumerate(logs) if number in {doubt.log for doubt in found.doubts}
        )
        silent = [one for one in logs if not _has_results(one)]
        assert rows.height == whole[1].height + told + sum(one[1].height for one in silent), (parts, found)


@GIVEN
@EACH
def test_a_log_split_where_attempts_begin_counts_once_beside_its_parts(name, label):
    data = RECORDINGS[name]
    lines = data.splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if line.startswith(b"FTP-TEST")]
    if len(starts) < 3:
        return
    middle = random.Random(name).choice(starts[1:])
    parts = [entry(b"".join(part), f"part-{n}.log", label) for n, part in enumerate((lines[:middle], lines[middle:]))]
    whole = entry(data, name, label)
    for order in itertools.permutations([whole, *parts]):
        rows, found = together(*order)
        said = [part for part in parts if not _has_results(part) or order.index(part) in {d.log for d in found.doubts}]
        assert rows.height == whole[1].height + sum(part[1].height for part in said), found
        assert said or rows.equals(alone(whole))


# Look-alikes


COARSE = st.lists(
    st.tuples(st.lists(st.sampled_from(["0.01", "0.02"]), min_size=1, max_size=60), st.booleans()),
    min_size=2,
    max_size=5,
)


def coarse(times, *, replied):
    """A log of a clock of 10 ms."""
    replies = "150 Opening (102400 bytes).\n226 Done.\n" if replied else ""
    return "".join(
        f"FTP-TEST {i} Xen\n{replies}102400 bytes received in {time} secs (1e+04 Kbytes/s)\n"
        for i, time in enumerate(times, 1)
    ).encode()


@settings(deadline=None, max_examples=100)
@given(days=COARSE)
def test_days_of_a_coarse_clock_lose_nothing_that_is_not_the_same_bytes_or_told_of(days):
    texts = [coarse(times, replied=replied) for times, replied in days]
    logs = [entry(text, f"day{number}/FTP.log") for number, text in enumerate(texts)]
    rows, found = together(*logs)
    backwards, _ = together(*logs[::-1])
    assert rows.equals(backwards)
    lost = sum(len(times) for times, _ in days) - rows.height
    proven = {copy.log for copy in found.copies}
    assert lost == sum(len(days[number][0]) for number in proven)
    for copy in found.copies:
        changes = sum(a != b for a, b in itertools.pairwise(days[copy.log][0]))
        assert texts[copy.log] == texts[copy.of] or changes >= 19  # at least: two values in equal shares
    distinct, _ = together(*logs, on_doubt="distinct")
    assert distinct.height >= rows.height


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("twice", [None, 0, 1, 2])
def test_the_three_coarse_days_are_150_transfers_and_3_runs(order, twice, tmp_path):
    (case,) = [
        one for one in map(json.loads, (CASES / "cases.jsonl").read_text().splitlines()) if one["id"] == "coarse-days"
    ]
    names = [str(CASES / case["files"][number]) for number in order]
    if twice is not None:
        copy = tmp_path / "copy.log"
        copy.write_bytes((CASES / case["files"][twice]).read_bytes())
        names.append(str(copy))
    rows = read_logs([(name, None) for name in names]).rows
    assert (rows.height, rows["run"].n_unique()) == (case["expect"]["n"], case["expect"]["runs"])


def test_one_time_over_and_over_is_no_evidence(tmp_path):
    for day, times in (("day1", 30), ("day2", 40)):
        (tmp_path / day).mkdir()
        (tmp_path / day / "RESULT.log").write_bytes(coarse(["0.01"] * times, replied=False))
    names = [(str(tmp_path / day / "RESULT.log"), None) for day in ("day1", "day2")]
    expected = {"say": 70, "same": 40, "distinct": 70}
    for on_doubt, height in expected.items():
        found = read_logs(names, on_doubt=on_doubt)
        assert found.rows.height == height
        assert len(found.copies.doubts) == (on_doubt == "say")


# What tells where the times do not


@pytest.mark.parametrize("n", [1, 5, 40])
def test_a_coarse_log_filtered_from_a_transcript_in_its_folder_is_its_copy(n):
    text = coarse(["0.01"] * n, replied=True)
    logs = [entry(text, "d/FTP.log"), entry(filtered(text), "d/RESULT.log"), entry(filtered(text), "e/RESULT.log")]
    rows, found = together(*logs[:2])
    assert set(rows["completion"]) == {"confirmed"}
    assert [copy.why for copy in found.copies] == ["filtered"]
    rows, found = together(logs[0], logs[2])
    assert rows.height == 2 * n
    assert len(found.doubts) == 1


def test_replies_that_differ_tell_logs_apart_that_print_the_same():
    text = coarse([f"0.{i}" for i in range(10, 60)], replied=True)
    broken = text.replace(b"226 Done.", b"426 Aborted.", 1)
    for logs in itertools.permutations([entry(text, "a.log"), entry(broken, "b.log")]):
        rows, found = together(*logs)
        assert (rows.height, found.copies, found.doubts) == (100, (), ())


def test_times_that_differ_tell_logs_apart_that_print_the_same():
    log, rows = entry(coarse([f"0.{i}" for i in range(10, 60)], replied=False), "a.log")
    stamped = []
    for name, hour in (("a.log", 10), ("b.log", 11)):
        began = rows.with_columns(
            time=pl.datetime(2026, 1, 1, hour, pl.col("iteration") % 60, time_zone="UTC"),
            source=pl.lit(name).cast(SCHEMA["source"]),
        )
        stamped.append((as_log(name, None, _account(log), log.skeleton, began), began))
    rows, found = together(*stamped[::-1])
    assert (rows.height, found.copies) == (100, ())
    assert rows["source"].cast(pl.String).unique(maintain_order=True).to_list() == ["a.log", "b.log"]


def _account(log):
    return SimpleNamespace(size=log.size, digest=log.digest)


def test_labels_that_were_given_and_differ_are_never_copies():
    data = RECORDINGS["sample_logs/recordings/netkit-debian-loop100-get-100k.log"]
    rows, found = together(entry(data, "a.log", "one"), entry(data, "b.log", "other"))
    assert (rows.height, found.copies) == (600, ())
    headers = filtered(data).replace(b" Baseline", b" Xen").replace(b" VMware", b" Xen")
    rows, found = together(entry(headers, "a.log", "Xen"), entry(headers, "b.log"))  # given what it says itself
    assert rows.height == 300


# Which row of a copy counts


def transcript(label, runs=1, times=5, start=0):
    """FTP.log of so many runs; every time printed is another."""
    return "".join(
        f"FTP-TEST {i} {label}\n200 PORT command successful.\n150 Opening (102400 bytes).\n226 Transfer complete.\n"
        f"102400 bytes received in 0.01 secs ({8000 + start + 100 * run + i}.{len(label)} kB/s)\n"
        for run in range(runs)
        for i in range(1, times + 1)
    ).encode()


def runs_of(rows):
    return rows.group_by("label", "run", maintain_order=True).len().rows()


def of_texts(*texts):
    return together(*(entry(text, f"{number}.log") for number, text in enumerate(texts)))[0]


BOTH_WAYS = pytest.mark.parametrize("backwards", [False, True])


@BOTH_WAYS
def test_a_log_that_grows_by_a_platform_each_time_holds_each_transfer_once(backwards):
    texts = [transcript(label, times=8) for label in ("Baseline", "Xen", "VMware")]
    grown = [b"".join(texts[: n + 1]) for n in range(3)]
    rows = of_texts(*(grown[::-1] if backwards else grown))
    assert runs_of(rows) == [(label, 1, 8) for label in ("Baseline", "Xen", "VMware")]


@BOTH_WAYS
def test_the_copy_with_replies_wins(backwards):
    full = transcript("Xen", runs=2)
    texts = [filtered(full), full]
    rows = of_texts(*(texts[::-1] if backwards else texts))
    assert set(rows["completion"]) == {"confirmed"}
    assert runs_of(rows) == [("Xen", 1, 5), ("Xen", 2, 5)]


@BOTH_WAYS
def test_a_filtered_copy_that_has_grown_further_lends_only_what_is_new(backwards):
    full = transcript("Xen", times=18)
    texts = [b"".join(full.splitlines(keepends=True)[: 5 * 15]), filtered(full)]
    rows = of_texts(*(texts[::-1] if backwards else texts))
    assert rows["completion"].to_list() == ["confirmed"] * 15 + ["reported"] * 3
    assert runs_of(rows) == [("Xen", 1, 18)]


@BOTH_WAYS
@pytest.mark.parametrize("cut", range(5 * 17, 5 * 18))
def test_a_transcript_read_in_the_middle_of_a_transfer_lends_no_failure_to_a_filtered_log(cut, backwards):
    full = transcript("Xen", times=19)
    texts = [b"".join(full.splitlines(keepends=True)[:cut]), filtered(full)]
    rows = of_texts(*(texts[::-1] if backwards else texts))
    assert rows["completion"].to_list() == ["confirmed"] * 17 + ["reported"] * 2
    assert runs_of(rows) == [("Xen", 1, 19)]


def test_a_transcript_of_the_last_run_lends_its_replies_to_that_run():
    full = transcript("Xen", runs=3, times=9)
    last = b"".join(full.splitlines(keepends=True)[5 * 18 :])
    rows = of_texts(filtered(full), last)
    assert rows["completion"].to_list() == ["reported"] * 18 + ["confirmed"] * 9
    assert runs_of(rows) == [("Xen", 1, 9), ("Xen", 2, 9), ("Xen", 3, 9)]


def test_a_failure_that_the_longer_copy_shows_too_is_kept():
    early = transcript("Xen", times=9) + b"FTP-TEST 10 Xen\n200 PORT ok\n550 Failed to open file.\n"
    rows = of_texts(early, early + b"FTP-TEST 11 Xen\n102400 bytes received in 0.01 secs (8107.3 kB/s)\n")
    assert rows["completion"].to_list() == ["confirmed"] * 9 + ["failed", "reported"]
    assert runs_of(rows) == [("Xen", 1, 11)]


@BOTH_WAYS
def test_a_part_for_each_label_of_labels_in_alternation_is_a_copy(backwards):
    labels = {label: transcript(label, times=9).splitlines(keepends=True) for label in ("Xen", "VMware")}
    full = b"".join(b"".join(lines[5 * i : 5 * i + 5]) for i in range(9) for lines in labels.values())
    texts = [full, *(b"".join(lines) for lines in labels.values())]
    rows = of_texts(*(texts[::-1] if backwards else texts))
    assert sorted(runs_of(rows)) == [("VMware", 1, 9), ("Xen", 1, 9)]


def test_a_copy_of_a_copy_is_one_of_the_whole():
    full = transcript("Xen", times=20)
    lines = full.splitlines(keepends=True)
    rows = of_texts(
        b"".join(lines[: 5 * 8]), filtered(b"".join(lines[: 5 * 14])), full, gzip.decompress(gzip.compress(full))
    )
    assert runs_of(rows) == [("Xen", 1, 20)]
    assert set(rows["completion"]) == {"confirmed"}


# Runs over all logs


def test_no_logs_give_an_empty_table():
    assert read_logs([]).rows.schema == SCHEMA


def test_runs_in_several_logs_are_numbered_over_all_of_them_in_the_natural_order_of_names():
    logs = [
        entry(transcript("Xen", start=start, times=times), name)
        for name, start, times in (("day10.log", 1000, 5), ("day2.log", 0, 4), ("day9.log", 2000, 3))
    ]
    for order in itertools.permutations(logs):
        assert runs_of(together(*order)[0]) == [("Xen", 1, 4), ("Xen", 2, 3), ("Xen", 3, 5)]


def test_names_sort_as_people_do():
    names = ["xen10.log", "xen2.log", "xen2b.log", "10", "9", "a"]
    assert sorted(names, key=natural) == ["9", "10", "a", "xen2.log", "xen2b.log", "xen10.log"]


def test_labels_that_are_unknown_are_one_group():
    rows = of_texts(*(f"102400 bytes received in 0.01 secs (874{n}.3 kB/s)\n".encode() for n in (6, 7)))
    assert rows["label"].null_count() == rows.height == 2
    assert rows["run"].to_list() == [1, 2]


@pytest.mark.parametrize("label", [None, "Xen"])
@pytest.mark.parametrize("header", ["FTP-TEST 1 Xen", "FTP-TEST 1"])
def test_attempts_that_fail_the_same_way_are_counted_each(label, header):
    rows, _ = together(entry(f"{header}\nftp: connect: Connection refused\n".encode() * 3, "refused.log", label))
    assert (rows.height, rows["run"].max()) == (3, 3)


def test_two_logs_of_nothing_but_the_same_failures_are_told_of():
    text = b"FTP-TEST 1 Xen\nftp: connect: Connection refused\n" * 3
    rows, found = together(entry(text, "a.log"), entry(text, "b.log"))
    assert (rows.height, len(found.doubts)) == (6, 1)
    rows, _ = together(entry(text, "a.log"), entry(text, "b.log"), on_doubt="same")
    assert rows.height == 3


@pytest.mark.parametrize("distinct", [3, 50, 100_000])
@pytest.mark.parametrize("seed", range(8))
def test_what_a_few_attempts_rule_out_is_no_stretch(seed, distinct):
    """Long logs are sampled first: nothing that a search through all of them finds is lost by that."""
    rng = np.random.default_rng(seed)

    def log(labels, attempts):
        label = rng.integers(0, labels, attempts)
        headers = (np.arange(attempts) % 500 << 13 | (label + 1) << 1 | 1).astype(np.uint32)
        results = (rng.integers(0, distinct, attempts) * 2654435761 & ~1).astype(np.uint32)
        is_there = np.stack([np.ones(attempts, dtype=bool), rng.random(attempts) < 0.9], axis=1)
        return np.stack([headers, results], axis=1)[is_there]

    wholes = [log(labels, 900) for labels in (1, 1, 2, 3)]
    parts = []
    for whole in wholes:
        first, last = sorted(rng.choice(np.flatnonzero(is_header(whole)), 2, replace=False))
        parts += [whole[first:], whole[: last + 1], whole[labels_of(whole) == 1]]
    skeletons = list(dict.fromkeys(one.tobytes() for one in wholes + parts))
    skeletons = [np.frombuffer(one, dtype=np.uint32) for one in skeletons if len(one) > 2000]
    found, everything = find_stretches(skeletons), _stretches(skeletons)
    assert [(one.part, one.whole, one.places.tolist()) for one in found] == [
        (one.part, one.whole, one.places.tolist()) for one in everything
    ]
    assert found
