"""Tables as logs: what is recognised, what is refused, and that what `parse` writes is read back as it was."""

import bz2
import gzip
import json
import lzma
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftpstats.api.tables import as_rows
from ftpstats.errors import InputError, UsageError
from ftpstats.logs import source
from ftpstats.logs.identity import Copy
from ftpstats.logs.inspection import inspect_log
from ftpstats.logs.reader import read_log
from ftpstats.logs.records import Options
from ftpstats.logs.tables.columns import as_columns
from ftpstats.logs.together import read_logs
from ftpstats.logs.transcript.lines import Kind
from ftpstats.present.export import write_rows
from ftpstats.schema import SCHEMA

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
LOG_FORMATS = json.loads((DATA / "records" / "log-formats.json").read_text())
OTHERS = {".md", ".json", ".jsonl"}
FORMATS = ("csv", "json", "jsonl", "parquet")
UTC_OPTIONS = Options("UTC", None, None)


def _has_transfers(path):
    try:
        read_log(str(path), options=options_of(path))
    except InputError:
        return False
    return True


def options_of(path):
    return Options("UTC", None, LOG_FORMATS.get(path.name))


RECORDINGS = [
    path
    for folder in (DATA / "recordings", DATA / "records", DATA / "cases", ROOT / "sample_logs")
    for path in sorted(folder.rglob("*"))
    if path.is_file() and path.suffix not in OTHERS | {".py", ".ipynb"} and _has_transfers(path)
]


def named(path):
    return path.relative_to(ROOT).as_posix()


def put(path, rows, form):
    with path.open("wb") as target:
        write_rows(iter([rows]), form, "a test", target)
    return str(path)


@pytest.fixture
def table(tmp_path):
    """Write text as a table and read it: its rows as dictionaries, and the account of its lines."""

    def read(text, columns=None, *, name="t.csv", time_zone="UTC", label=None, encoding=None):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        how = Options(time_zone, None, None, columns)
        rows, account = read_log(str(path), label, encoding=encoding, options=how)
        return rows.to_dicts(), account

    return read


@pytest.mark.parametrize("log", RECORDINGS, ids=named)
def test_what_parse_writes_is_read_back_as_it_was(log, tmp_path):
    rows, _ = read_log(str(log), options=options_of(log))
    alone = read_logs([(str(log), None)], options=options_of(log)).rows
    for form in FORMATS:
        name = put(tmp_path / f"t.{form}", rows, form)
        again, account = read_log(name, options=UTC_OPTIONS)
        assert again.equals(rows), form
        assert account.unparsed_lines == 0
        found = read_logs([(name, None)], options=UTC_OPTIONS).rows
        assert found.drop("source").equals(alone.drop("source")), form


@pytest.mark.parametrize("log", [log for log in RECORDINGS if log.name not in LOG_FORMATS], ids=named)
def test_a_log_and_its_table_count_once(log, tmp_path):
    rows, _ = read_log(str(log), options=UTC_OPTIONS)
    name = put(tmp_path / "t.csv", rows, "csv")
    alone = read_logs([(str(log), None)], options=UTC_OPTIONS).rows
    for logs in ([str(log), name], [name, str(log)], [name, name, str(log)]):
        found = read_logs([(one, None) for one in dict.fromkeys(logs)], options=UTC_OPTIONS)
        assert found.rows.height == alone.height
        assert found.copies.doubts == ()


def test_a_table_of_several_logs_is_these_logs(tmp_path):
    logs = [str(ROOT / "sample_logs" / "inetutils" / name) for name in ("FTP.log", "RESULT.log")]
    rows = pl.concat([read_log(log)[0] for log in logs])
    found = read_logs([(put(tmp_path / "t.csv", rows, "csv"), None)])
    assert found.rows.height == 900
    assert [isinstance(copy, Copy) for copy in found.copies.copies] == [True]
    assert found.names == tuple(f"{tmp_path}/t.csv:{log}" for log in logs)
    assert [name for name, _ in found.accounts] == [f"{tmp_path}/t.csv"]


def test_days_that_look_alike_stay_two_in_a_table(tmp_path):
    logs = [str(DATA / "cases" / f"coarse-day{day}.log") for day in (1, 2)]
    rows = pl.concat([read_log(log)[0] for log in logs])
    expected, found = (
        read_logs(names) for names in ([(log, None) for log in logs], [(put(tmp_path / "t.csv", rows, "csv"), None)])
    )
    assert found.rows.drop("source").equals(expected.rows.drop("source"))
    assert len(found.copies.doubts) == len(expected.copies.doubts)


def test_a_table_in_another_order_is_the_same_log(tmp_path):
    rows, _ = read_log(str(ROOT / "sample_logs" / "tnftp" / "FTP.log"))
    mixed = rows.sample(fraction=1.0, shuffle=True, seed=1)
    one, other = (read_logs([(put(tmp_path / "t.csv", part, "csv"), None)]).rows for part in (rows, mixed))
    assert one.equals(other)


def test_what_is_not_said_is_as_in_anybodys_table(table):
    rows = [{"label": "a", "seconds": 1.0, "bytes": 5}, {"label": "b", "seconds": None, "bytes": None}]
    found, _ = table("\n".join(map(json.dumps, rows)))
    expected = as_rows(pl.DataFrame(rows)).with_columns(source=pl.lit("x"), line=pl.Series([1, 2])).to_dicts()
    assert [{**row, "source": "x"} for row in found] == expected
    assert {row["client"] for row in found} == {None}


SHAPES = {
    "CSV": "label,seconds\nxen,0.1\nxen,NA\n",
    "no end": "label,seconds\nxen,0.1\nxen,NA",
    "semicolons": "label;seconds\nxen;0.1\nxen;NaN\n",
    "tabs": "label\tseconds\nxen\t0.1\nxen\t\n",
    "CR LF": "label,seconds\r\nxen,0.1\r\nxen,null\r\n",
    "a mark": b"\xef\xbb\xbfseconds,label\n0.1,xen\n,xen\n",
    "UTF-16": "label,seconds\nxen,0.1\nxen,NA\n".encode("utf-16"),
    "quotes": '"label","seconds"\n"xen","0.1"\n"xen",""\n',
    "blank lines": "label,seconds\nxen,0.1\n\nxen,NA\n\n",
    "blanks": "label, seconds\nxen, 0.1\nxen, na\n",
    "exponents": "label,seconds\nxen,1e-1\nxen,\n",
    "JSON lines": '{"label":"xen","seconds":0.1}\n{"label":"xen","seconds":null}\n',
    "text in JSON": '{"label":"xen","seconds":"0.1"}\n{"label":"xen","seconds":"NaN"}\n',
    "NaN in JSON": '{"label":"xen","seconds":0.1}\n{"label":"xen","seconds":NaN}\n',
    "a list": '[\n{"label":"xen","seconds":0.1},\n{"label":"xen","seconds":null}\n]\n',
    "a list on a line": '[{"label":"xen","seconds":0.1},{"label":"xen"}]',
    "as jq prints": '{\n  "label": "xen",\n  "seconds": 0.1\n}\n{\n  "label": "xen",\n  "seconds": null\n}\n',
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_every_shape_is_the_same_table(text, table):
    rows, account = table(text)
    assert [(row["label"], row["seconds"], row["completion"]) for row in rows] == [
        ("xen", 0.1, "reported"),
        ("xen", None, "failed"),
    ]
    assert account.lines == len(account_lines(text))
    assert account.unparsed_lines == 0


def account_lines(text):
    text = (
        text
        if isinstance(text, str)
        else text.decode("utf-16" if text.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    )
    return text.removesuffix("\n").split("\n")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, source.zstd.compress])
@pytest.mark.parametrize("form", FORMATS)
def test_tables_may_be_compressed(pack, form, tmp_path):
    rows, _ = read_log(str(ROOT / "sample_logs" / "tnftp" / "RESULT.log"))
    plain = Path(put(tmp_path / "t", rows, form))
    packed = tmp_path / "packed"
    packed.write_bytes(pack(plain.read_bytes()))
    assert read_log(str(packed))[0].equals(rows)


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_a_table_is_read_in_parts(form, tmp_path, monkeypatch):
    rows, _ = read_log(str(DATA / "records" / "curl-v.log"))
    rows = rows.with_columns(note=pl.lit('a "note",\nof two lines'))
    name = put(tmp_path / "t", pl.concat([rows] * 20), form)
    whole, account = read_log(name)
    monkeypatch.setattr(source, "BLOCK_SIZE", 500)
    parts, counted = read_log(name)
    assert parts.equals(whole)
    assert (counted.counts, counted.size) == (account.counts, account.size)


def test_a_row_knows_its_line(table):
    rows, account = table('label,seconds,note\na,1,"two\nlines"\n\nb,2,\n')
    assert [row["line"] for row in rows] == [2, 5]
    assert account.counts == {
        **dict.fromkeys(Kind, 0), Kind.HEADER: 1, Kind.RESULT: 2, Kind.CHATTER: 1, Kind.BLANK: 1,
    }  # fmt: skip


REFUSED = {
    "negative": ("seconds\n0.1\n-1\n", None, ":3: column 'seconds' holds -1.0: must be finite, 0 or more"),
    "endless": ("seconds\ninf\n", None, ":2: column 'seconds' holds inf: must"),
    "a word": ("seconds\n0.1\nfast\n", None, ":3: column 'seconds' cannot be read as seconds: 'fast'; write a number"),
    "a comma": ("seconds;label\n0,1;a\n", None, ":2: column 'seconds' cannot be read as seconds: '0,1'"),
    "cut": ("label,seconds\na,1\nb\n", None, ":3: 1 field, and the header has 2; the row is cut"),
    "too long": ('label,seconds\na,1\n"b",2,3\n', None, ":3: 3 fields, and the header has 2"),
    "an open quote": ('label,seconds\na,1\n"b,2\n', None, ":3: 1 field, and the header has 2"),
    "a fraction": ("seconds,bytes\n1,1.5\n", None, ":2: column 'bytes' holds a number that is not whole: 1.5"),
    "a size too large": ("seconds,bytes\n1,99999999999999999999\n", None, ":2: column 'bytes' holds a number beyond"),
    "a direction": ("seconds,direction\n1,up\n", None, ":2: column 'direction' cannot be read as download or upload"),
    "a time": ("seconds,time\n1,noon\n", None, ":2: column 'time' cannot be read as a time: 'noon'; write it in ISO"),
    "milliseconds": ('{"seconds":1,"time":1795996901000}', None, ":1: column 'time' cannot be read as a time: 1795"),
    "true": ('{"seconds":true}', None, ": column 'seconds' holds true and false, not numbers"),
    "a list": ('{"seconds":1}\n{"seconds":[1]}', None, ":2: column 'seconds' cannot be read as seconds"),
    "no object": ('{"seconds":1}\n5\n', None, ":2: not a JSON object: 5; each transfer is one"),
    "JSON cut": ('{"seconds":1}\n{"seconds":2', None, ':2: not a JSON object: {"seconds":2;'),
    "twice": ("seconds,seconds\n1,2\n", None, ": a table with two columns 'seconds'"),
    "their name": ("t,a\n1,2\n1,x\n", "seconds=t,bytes=a", ":3: column 'a' cannot be read as a whole number: "),
    "no such column": ("t,a\n1,2\n", "seconds=t,label=b", ": a table with no column 'b' for label, as "),
    "no seconds": ('{"t":1}', "label=t", ": a table with no column 'seconds'; --columns seconds=NAME names it"),
    "no table": ("t,a\n1,2\n", "seconds=u", ": no table with a column 'u', and no transfer in its 2 lines"),
    "outside its interval": (
        "seconds,seconds_low,seconds_high\n1,1,2\n5,1,2\n",
        None,
        ":3: column 'seconds' holds 5.0, which is more than seconds_high, 2.0: seconds is from seconds_low to",
    ),
    "below its interval": (
        "seconds,seconds_low\n1,1.5\n", None, ":2: column 'seconds_low' holds 1.5, which is more than seconds, 1.0: ",
    ),
    "no interval": (
        "seconds,seconds_low,seconds_high\n,2,1\n",
        None,
        ":2: column 'seconds_low' holds 2.0, which is more than seconds_high, 1.0: ",
    ),
    "fewer bytes": (
        "seconds,bytes,bytes_low\n1,5,6\n", None, ":2: column 'bytes_low' holds 6, which is more than bytes, 5: ",
    ),
    "no rows": ("label,seconds\n", None, ": no transfer in its 1 line"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "columns", "said"), REFUSED.values(), ids=REFUSED)
def test_a_row_that_cannot_be_is_named(text, columns, said, table, tmp_path):
    with pytest.raises(InputError) as caught:
        table(text, columns)
    assert str(caught.value).startswith(f"{tmp_path}/t.csv{said}")
    assert "\n" not in str(caught.value)


def test_a_damaged_parquet_file_is_named(tmp_path):
    name = put(tmp_path / "t", read_log(str(ROOT / "sample_logs" / "tnftp" / "RESULT.log"))[0], "parquet")
    Path(name).write_bytes(Path(name).read_bytes()[:1000])
    with pytest.raises(InputError, match=r"t: a damaged Parquet file .*; fetch it again$"):
        read_log(name)


TIMES = {
    "2026-11-30T12:00:00Z": (12, 0), "2026-11-30 12:00:00.000000+0000": (12, 0), "2026-11-30T12:00:00+01:00": (11, 0),
    "2026-11-30T12:00:00": (11, 0), "2026-11-30 12:00": (11, 0), "2026-11-30T12:00-05": (17, 0),
    "2026-11-30 12:00:00 UTC": (12, 0), "1796040000": (12, 0), "1796040000.0": (12, 0),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TIMES.items())
def test_times_are_iso_or_seconds_since_1970(text, expected, table):
    rows, account = table(f"seconds,time\n1,{text}\n", time_zone="Europe/Berlin")
    assert rows[0]["time"] == datetime(2026, 11, 30, *expected, tzinfo=UTC)
    assert account.assumed == ()


def test_a_zone_that_nobody_named_is_said(table):
    _, account = table("seconds,time\n1,2026-11-30T12:00:00Z\n1,2026-11-30T12:00:00\n", time_zone=None)
    assert ["machine's time zone" in said for _, said in account.assumed] == [True]


def test_numbers_are_times_in_json_and_parquet(table, tmp_path):
    assert table('{"seconds":1,"time":1796040000.5}')[0][0]["time"] == datetime(2026, 11, 30, 12, 0, 0, 500000, UTC)
    naive = pl.DataFrame({"seconds": [1.0], "time": [datetime(2026, 11, 30, 12)]})
    naive.write_parquet(tmp_path / "t.parquet")
    rows, _ = read_log(str(tmp_path / "t.parquet"), options=Options("+02:00", None, None))
    assert rows["time"].to_list() == [datetime(2026, 11, 30, 10, tzinfo=UTC)]


def test_columns_have_their_names(table):
    text = '{"time_total":0.012,"size_download":1024,"host":"h","label":"no","speed":1}'
    rows, account = table(text, "seconds=time_total,bytes=size_download, label = host")
    assert [(row["seconds"], row["bytes"], row["label"]) for row in rows] == [(0.012, 1024, "h")]
    assert account.assumed == ((1, "2 columns are ignored: label, speed"),)


@pytest.mark.parametrize("text", ["seconds", "seconds=", "=a", "second=a", "seconds=a,seconds=b", ""])
def test_columns_that_are_no_pairs_are_refused(text):
    with pytest.raises(UsageError, match=r"^columns "):
        as_columns(text)


def test_check_says_that_a_log_is_a_table(tmp_path):
    (tmp_path / "t.csv").write_text("label,seconds,weather\na,1,fine\na,NA,rain\n")
    found = inspect_log(str(tmp_path / "t.csv"))
    assert (found.table, found.lines, found.headers, found.results, found.unparsed) == ("CSV", 3, 1, 2, 0)
    assert found.contents["completion"].to_list() == ["reported", "failed"]
    assert [what for _, what, _ in found.odd] == ["a column is ignored: weather"]


@pytest.mark.parametrize(
    "text",
    [
        "102400 bytes received in 0.01 seconds (9.77 MB/s)\n",
        "`a' at 0 (0%), seconds\r1048576 bytes transferred in 3 seconds (341.3 KiB/s)\n",
        "FTP-TEST 1 seconds\n102400 bytes received in 0.01 secs (8746.3 kB/s)\n",
        (DATA / "records" / "curl-w-json.log").read_text(),
    ],
)
def test_other_logs_are_no_tables(text, table):
    assert table(text)[1].form is None


def test_a_format_that_is_insisted_on_is_no_table(tmp_path):
    (tmp_path / "t.csv").write_text("seconds\n0.1\n")
    with pytest.raises(InputError, match="no transfer in its 2 lines"):
        read_log(str(tmp_path / "t.csv"), options=Options(None, "xferlog", None))


def test_passwords_in_names_are_hidden(table):
    rows, _ = table("seconds,file\n1,ftp://me:secret@example.org/a\n")
    assert "secret" not in rows[0]["file"]


def test_a_label_that_is_given_counts_runs_under_it(tmp_path):
    log = str(ROOT / "sample_logs" / "tnftp" / "FTP.log")
    name = put(tmp_path / "t.csv", read_log(log)[0], "csv")
    assert read_log(name, "x")[0].equals(read_log(log, "x")[0])
    one, other = (read_logs([(each, "x")]).rows.drop("source") for each in (log, name))
    assert one.equals(other)


def test_runs_of_one_day_stay_apart(tmp_path):
    (tmp_path / "t.csv").write_text(
        "label,run,seconds,time\n" + "".join(f"a,{r},1,179604000{r}\n" for r in (1, 1, 2, 2))
    )
    assert read_logs([(str(tmp_path / "t.csv"), None)], options=UTC_OPTIONS).rows["run"].to_list() == [1, 1, 2, 2]


def test_a_source_without_lines_is_no_log(tmp_path):
    (tmp_path / "t.csv").write_text("label,source,seconds\na,x,1\na,y,1\na,x,2\n")
    found = read_logs([(str(tmp_path / "t.csv"), None)])
    assert (found.names, found.copies.doubts) == ((str(tmp_path / "t.csv"),), ())
    expected = as_rows(pl.read_csv(tmp_path / "t.csv"))
    assert found.rows["run"].to_list() == expected["run"].to_list() == [1, 2, 1]


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",;\n'), min_size=1, max_size=12)
LABEL = TEXT.map(str.strip).filter(bool)  # as of any log: without blanks around it
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "label": st.none() | LABEL, "file": st.none() | TEXT, "note": st.none() | TEXT.map(lambda text: f"{text}."),
            "seconds": st.none() | st.floats(0, 1e9), "bytes": st.none() | st.integers(0, 2**63 - 1),
            "run": st.integers(1, 9), "iteration": st.none() | st.integers(-3, 9),
            "completion": st.sampled_from(["confirmed", "reported", "partial", "failed"]),
        }
    ),
    min_size=1,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, form=st.sampled_from(FORMATS))
def test_any_tidy_rows_come_back(rows, form, tmp_path_factory):
    folder = tmp_path_factory.mktemp("any")
    frame = pl.DataFrame(rows, schema={name: SCHEMA[name] for name in rows[0]})
    lacking = {name: pl.lit(None, dtype) for name, dtype in SCHEMA.items() if name not in frame.columns}
    frame = frame.with_columns(**lacking).with_columns(
        source=pl.lit("a.log", SCHEMA["source"]), line=pl.int_range(1, pl.len() + 1)
    )
    frame = frame.select(SCHEMA.names())
    frame = frame.with_columns(note=pl.col("note").str.strip_chars())
    assert read_log(put(folder / "t", frame, form))[0].equals(frame)


def test_times_in_an_hour_that_is_there_twice_or_never_are_said(table):
    text = "seconds,time\n1,2026-10-25 02:10:00\n2,2026-03-29 02:10\n3,2026-03-29T02:10:00Z\n,\n"
    _, account = table(text, time_zone="Europe/Berlin")
    assert [(line, said[:10]) for line, said in account.assumed] == [(3, "2026-03-29"), (2, "2026-10-25")]
    assert table(text, time_zone="UTC")[1].assumed == ()


SPACED = {
    "header": ("seconds, label, file\n1, a, b c\n", "b c"),
    "quotes": ('seconds, label, file\n1, "a","b, c"\n', "b, c"),
    "quotes keep theirs": ('seconds, label, file\n1, a, " b"\n', " b"),
    "rows only": ("seconds,label,file\n1, a , b\n", " b"),
    "quotes without blanks": ('seconds,label,file\n1,"a"," b\n"\n', " b\n"),
}


@pytest.mark.parametrize("name", SPACED)
def test_blanks_behind_separators_are_no_part_of_a_label(table, name):
    text, file = SPACED[name]
    [row], _ = table(text)
    assert (row["label"], row["file"]) == ("a", file)


def test_a_row_that_is_there_twice_counts_once_and_is_said(table):
    text = "source,line,label,seconds\na.log,1,x,1\na.log,2,x,1\na.log,1,x,1\nb.log,1,x,1\na.log,1,x,2\n"
    rows, account = table(text)
    assert [(row["source"], row["line"], row["seconds"]) for row in rows] == [
        ("a.log", 1, 1.0), ("a.log", 2, 1.0), ("b.log", 1, 1.0), ("a.log", 1, 2.0),
    ]  # fmt: skip
    assert account.assumed == (
        (4, "a row is there twice, with its source and line; from here on such rows count once"),
    )
    rows, account = table(text.replace("source,line", "host,place"))
    assert len(rows) == 5
    assert not any("twice" in said for _, said in account.assumed)


def test_a_row_that_is_there_in_another_part_counts_once(table, monkeypatch):
    monkeypatch.setattr("ftpstats.logs.source.BLOCK_SIZE", 200)
    text = "source,line,label,seconds\n" + 2 * "".join(f"a.log,{line},x,1\n" for line in range(1, 101))
    assert len(table(text)[0]) == 100
