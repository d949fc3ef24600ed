"""Anybody's table of transfers: what is taken, and what is refused."""

import io
import json

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import ftpstats
from ftpstats.api.tables import as_rows, to_pandas
from ftpstats.logs.reader import read_log
from ftpstats.schema import SCHEMA, plain_text

LOG = "sample_logs/inetutils/FTP.log"
HALF = pl.DataFrame({"label": ["a", "a", "b"], "seconds": [1.0, None, 2.0]})


class Capsule:
    """Nothing but the Arrow PyCapsule interface."""

    def __init__(self, table):
        self._table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self._table.__arrow_c_stream__(requested_schema)


def by_csv(rows):
    """Read with Python's floats: those of pandas before 3 lose the last digit."""
    text = io.StringIO(to_pandas(rows).to_csv(index=False))
    numbers = rows.select(pl.selectors.float()).columns
    return pd.read_csv(text, converters=dict.fromkeys(numbers, lambda field: float(field or "nan")))


FORMS = {
    "pandas": to_pandas,
    "pandas with Arrow": lambda rows: to_pandas(rows).convert_dtypes(dtype_backend="pyarrow"),
    "pandas by CSV": by_csv,
    "pandas, another index": lambda rows: to_pandas(rows).set_index(pd.Index(range(1, rows.height + 1))),
    "Polars": lambda rows: rows,
    "Polars, lazy": lambda rows: rows.lazy(),
    "PyArrow": lambda rows: plain_text(rows).to_arrow(),
    "a capsule": lambda rows: Capsule(plain_text(rows).to_arrow()),
    "other columns too": lambda rows: rows.with_columns(weather=pl.lit("fine")),
}


@pytest.fixture(scope="module")
def rows():
    return read_log(LOG)[0].select(SCHEMA.names())


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_table_is_the_same_table(form, rows):
    assert plain_text(as_rows(FORMS[form](rows))).equals(plain_text(rows))
    assert (
        ftpstats.compare(FORMS[form](rows), "xen", "vmware").to_json()
        == ftpstats.compare(LOG, "xen", "vmware").to_json()
    )


def test_two_columns_are_enough():
    found = as_rows(HALF)
    assert found.columns == SCHEMA.names()
    assert found["run"].to_list() == [1, 1, 1]
    assert found["completion"].to_list() == ["reported", "failed", "reported"]
    assert found["seconds_printed"].to_list() == [1.0, None, 2.0]
    assert found["bytes"].null_count() == 3


def test_times_alone_can_be_compared():
    table = pd.DataFrame(
        {"label": ["old"] * 8 + ["new"] * 8, "seconds": [3.1, 3.3, 3.0, 3.2, 3.1, 3.4, 3.2, 3.1] + [2.0] * 8}
    )
    found = ftpstats.compare(table, "old", "new")
    assert (found.verdict, found[0].bytes, found[0].n) == ("faster", None, 8)
    assert "new is faster than old" in str(found)
    assert len(ftpstats.textbook(table, "old", "new")) > 5
    assert ftpstats.sample_size(table, "old", "new")[0].transfers_needed


REFUSED = {
    "no label": (HALF.drop("label"), "the table has no column 'label'"),
    "no time": (HALF.drop("seconds"), "the table has no column 'seconds'"),
    "a time that is text": (HALF.with_columns(seconds=pl.lit("fast")), "column 'seconds' cannot be read as seconds"),
    "an odd completion": (
        HALF.with_columns(completion=pl.lit("done")),
        "'completion' cannot be read as one of confirmed",
    ),
    "a negative time": (HALF.with_columns(seconds=pl.lit(-1.0)), "column 'seconds' holds -1.0"),
    "an endless time": (HALF.with_columns(seconds=pl.lit(float("inf"))), "column 'seconds' holds inf"),
    "a size that is not whole": (
        HALF.with_columns(bytes=pl.lit(100.5)),
        "column 'bytes' holds a number that is not whole",
    ),
    "true and false": (HALF.with_columns(seconds=pl.lit(value=True)), "column 'seconds' holds true and false"),
    "one text among numbers": (
        pd.DataFrame({"label": ["a", "b"], "seconds": [1.0, "x"]}),
        "the table cannot be read: ",
    ),
    "a column alone": (pd.Series([1.0]), "Series is not a table"),
    "no table": ([1, 2], "list is not a table"),
    "no rows": (HALF.clear(), "^the table is empty: it needs a row per transfer$"),
    "no times": (
        HALF.with_columns(seconds=pl.lit(None, pl.Float64)),
        "'seconds' holds no time: give seconds; NaN stands for a failed transfer",
    ),
    "no labels": (HALF.with_columns(label=pl.lit(None, pl.String)), "no label 'a': the transfers have none; set one"),
    "nothing": (None, "NoneType is not a table"),
}


@pytest.mark.parametrize(("table", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_table_of_transfers_is_refused(table, said):
    with pytest.raises(ValueError, match=said):
        ftpstats.compare(table, "a", "b")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            {"size": "10MB"},
            "no transfer of 10 MB: the size of no transfer is known; leave out the size, or add a column",
        ),
        ({"client": "curl"}, "no client 'curl': the client of no transfer is known"),
    ],
)
def test_a_table_without_the_column_that_is_asked_for_says_so(asked, said):
    with pytest.raises(ValueError, match=f"^{said}"):
        ftpstats.summarize(HALF, **asked)


def test_one_transfer_twice_is_refused():
    log = ftpstats.read_log(LOG)
    with pytest.raises(ValueError, match=r"holds a transfer twice \(sample_logs/inetutils/FTP.log:\d+\)"):
        ftpstats.compare(pd.concat([log, log]), "xen", "vmware")


def test_a_log_and_its_copy_are_refused():
    both = pd.concat([ftpstats.read_log(f"sample_logs/inetutils/{name}.log") for name in ("FTP", "RESULT")])
    with pytest.raises(ValueError, match=r"holds transfers twice \(.*FTP\.log and .*RESULT\.log\)"):
        ftpstats.compare(both, "xen", "vmware")


def test_the_order_of_the_rows_of_logs_does_not_matter(rows):
    log = to_pandas(rows)
    mixed = log.sample(frac=1, random_state=1)
    assert ftpstats.compare(mixed, "xen", "vmware").to_json() == ftpstats.compare(log, "xen", "vmware").to_json()


def test_runs_of_sources_stay_apart_without_iterations():
    day = pl.DataFrame({"label": "a", "run": 1, "seconds": [1.0, 1.1, 1.2]})
    together = pl.concat([day.with_columns(source=pl.lit(name)) for name in ("Monday", "Tuesday")])
    assert as_rows(together)["run"].to_list() == [1] * 3 + [2] * 3


def test_runs_of_logs_put_together_stay_apart(tmp_path):
    logs = []
    for day in (1, 2):
        results = [f"102400 bytes received in 0.{day}{i} secs ({10000 / (10 * day + i):.1f} kB/s)" for i in (1, 2)]
        lines = [f"FTP-TEST {i} {label}\n{result}\n" for label in "ab" for i, result in enumerate(results, 1)]
        (tmp_path / f"day{day}.log").write_text("".join(lines))
        logs.append(ftpstats.read_log(tmp_path / f"day{day}.log"))
    together = as_rows(pd.concat(logs)).with_columns(pl.col("source", "label").cast(pl.String))
    runs = together.select("source", "label", "run").unique().sort("source", "label")["run"]
    assert runs.to_list() == [1, 1, 2, 2]
    assert [one.runs for one in ftpstats.summarize(pd.concat(logs))] == [2, 2]


def test_experiments_stay_known_in_a_table(tmp_path):
    made = ftpstats.run("a", folder=tmp_path / "e", client="builtin", times=2, size="1KB")
    table = made.transfers()
    assert list(table.attrs["experiments"]) == [str(made.log)]
    assert json.loads(table.attrs["experiments"][str(made.log)])["attempts"] == []
    copied = table.sort_values("seconds")
    assert copied.attrs == table.attrs
    assert ftpstats.summarize(copied).to_json() == ftpstats.summarize(made.log).to_json()
    assert isinstance(pa.table(copied), pa.Table)
