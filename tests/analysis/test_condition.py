"""Conditions that people write: what they select, and that nothing else passes."""

import polars as pl
import pytest

from ftpstats.analysis.condition import parse_condition
from ftpstats.errors import UsageError
from ftpstats.schema import SCHEMA

ROWS = pl.DataFrame(
    {
        "time": ["2026-11-01T10:00:00", "2026-11-02T10:00:00", None],
        "direction": ["upload", "download", "upload"],
        "peer": ["10.0.0.1", "h", None],
        "bytes": [1, 2, None],
        "seconds": [0.5, 2.0, 3.0],
        "note": ["it's", "x", "time >= 'y'"],
    }
).select(
    (pl.col(name).str.to_datetime(time_unit="us", time_zone="UTC") if name == "time" else pl.col(name)).cast(
        SCHEMA[name]
    )
    for name in ("time", "direction", "peer", "bytes", "seconds", "note")
)

HOLDS = {
    "direction = 'upload'": "101",
    "direction = 'sideways'": "000",
    "NOT direction = 'upload'": "010",
    "Direction <> 'upload' and BYTES>=2": "010",
    '"bytes" IN (1, 2)': "110",
    "bytes NOT IN (1)": "010",  # what is unknown is false, and so is its opposite
    "bytes IS NULL OR seconds < 1": "101",
    "peer LIKE '10.%'": "100",
    "peer ~ '^10[.]'": "100",
    "upper(peer) = 'H'": "010",
    "note = 'it''s'": "100",
    "note = 'time >= ''y'''": "001",
    "note = '2026-11-01' or bytes / 2 > 0.4": "110",
    "time >= '2026-11-02'": "010",
    "time < '2026-11-01 10:00:01'": "100",
    "time = '2026-11-01T10:00Z'": "100",
    "time = '2026-11-01T12:00+02:00'": "100",
    "'2026-11-02' <= time": "010",
    "time BETWEEN '2026-11-01' AND '2026-11-02' and peer = '10.0.0.1'": "100",
    "time not between '2026-11-01' and '2026-11-02'": "010",
    "time in ('2026-11-01 09:00', '2026-11-01 10:00')": "100",
    "hour(time) = 10 and extract(isodow from time) = 7": "100",
    "date_part('hour', time) = 10 and strftime(time, '%d') = '02'": "010",
    "day(time) = 2 or left(peer, 1) = '1'": "110",
    "CASE WHEN bytes = 1 THEN TRUE ELSE FALSE END": "100",
    "bytes > -1e3": "110",
    "bytes IN (" + ", ".join(map(str, range(2, 3000))) + ")": "010",
}


@pytest.mark.parametrize(("text", "meets"), HOLDS.items(), ids=[text[:60] for text in HOLDS])
def test_a_condition_selects_what_it_says(text, meets):
    assert "".join("01"[one] for one in parse_condition(text).holds(ROWS)) == meets


REFUSED = {
    "": "names no column; there are: source, line, label, ",
    "1 = 1": "names no column",
    "TRUE": "names no column",
    "bytes": "neither true nor false",
    "size > 1": "no column 'size'; there are: source, line, label, ",
    'direction = "upload"': "no column 'upload'; write text as 'upload'",
    "direction = upload": "no column 'upload'",
    "bytes > 10KB": "cannot be read at 10KB; text is in single quotes, and sizes are bytes",
    "bytes = peer": "cannot be computed: cannot compare string with numeric type",
    "bytes = '1'": "cannot be computed: cannot compare string with numeric type",
    "peer ~ '('": "cannot be computed: regex error",
    "time > 5": "a time is compared with a number; write it like time >= '2026-11-01 13:30'",
    "5 <= (time)": "a time is compared with a number",
    "time = bytes": "a time is compared with a number",
    "NOT time between 1 and 2": "a time is compared with a number",
    "peer = 'h' OR time IN (5, 6)": "a time is compared with a number",
    "time - time > 5": "a time is compared with a number",
    "day = 3": "'day' is no column but a function, day(time); write a condition like",
    "bytes > 1 AND hour > 5": "'hour' is no column but a function, hour(time)",
    "length > 5": "'length' is no column but a function, length(...)",
    "time > 'yesterday'": "'yesterday' is no time; write it like '2026-11-01'",
    "time > '2026-13-01'": "'2026-13-01' is no time",
    "peer LIKE": "cannot be read",
    "bytes > 1 peer": "cannot be read",
    "bytes > 1 AS peer": "no column 'AS'",
    "peer = 'x": "cannot be read at 'x",
    "bytes > 1; bytes > 2": "cannot be read at ;",
    "bytes > 1 -- all": "no column 'all'",
    "bytes > 1 --": "cannot be read",
    "bytes > 1 /* all */": "no column 'all'",
    "SELECT 1": "no column 'SELECT'",
    "bytes > 1 FROM bytes": "cannot be read",
    "bytes IN (SELECT 1)": "no column 'SELECT'",
    "bytes IN (SELECT bytes FROM read_csv('/etc/passwd'))": "no column 'SELECT'",
    "bytes = (SELECT 1)": "no column 'SELECT'",
    "EXISTS (SELECT 1)": "no function 'exists'",
    "bytes IN (TABLE x)": "no column 'TABLE'",
    "read_csv('/etc/passwd') = peer": "no function 'read_csv'",
    "read_parquet (peer)": "no function 'read_parquet'",
    "sum(bytes) > 1": "no function 'sum'",
    "count(*) > bytes": "no function 'count'",
    "bytes > 1 OVER (ORDER BY bytes)": "no function 'over'",
    "bytes(1) > 1": "no function 'bytes'",
    "bytes::int > 1": "cannot be read at ::int",
    "peer = $1": "cannot be read at $1",
    "note = `x`": "cannot be read at `x`",
    "self.bytes > 1": "no column 'self'",
    "(bytes, peer) = (1, 'h')": "cannot be read",
    "(" * 100 + "bytes" + ")" * 100 + " > 1": "too long",
    "(" * 90 + "bytes" + ")" * 90 + " > 1": "cannot be read",
    " OR ".join(["bytes = 1"] * 1000): "too long: at most 200 words and signs",
}


@pytest.mark.parametrize(("text", "said"), REFUSED.items(), ids=[text[:60] for text in REFUSED])
def test_anything_else_is_refused_in_one_line(text, said):
    with pytest.raises(UsageError) as caught:
        parse_condition(text).holds(ROWS)
    assert said in str(caught.value)
    assert str(caught.value).startswith("where ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 450


def test_every_column_can_be_named():
    for name in SCHEMA:
        assert parse_condition(f"{name} IS NOT NULL").columns == (name,)
        assert parse_condition(f'{name.upper()} IS NULL OR "{name}" IS NULL').columns == (name,)
