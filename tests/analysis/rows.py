"""Hand-made tidy rows, as `schema.SCHEMA` has them, and what no answer may hold."""

import math
from dataclasses import fields, is_dataclass
from itertools import chain

import numpy as np
import polars as pl

from ftpstats.analysis.compare import asked_pairs, compare_samples
from ftpstats.analysis.select import samples
from ftpstats.analysis.verdict import FIVE_PER_CENT
from ftpstats.schema import SCHEMA

KB100, MB10, MB100 = 102400, 10485760, 104857600


def rows(label, seconds, /, *, run=1, size=KB100, resolution=1e-6, first=1, **columns):
    """One row per time, iterations counted from `first`; None is an attempt that failed. `columns` overrule."""
    return [
        {
            "source": "FTP.log",
            "label": label,
            "run": run,
            "iteration": iteration,
            "client": "netkit-debian" if value is not None else None,
            "direction": "download" if value is not None else None,
            "bytes": size if value is not None else None,
            "seconds": value,
            "seconds_low": value if value is None else value - resolution / 2,
            "seconds_high": value if value is None else value + resolution / 2,
            "seconds_printed": value,
            "completion": "confirmed" if value is not None else "failed",
            **columns,
        }
        for iteration, value in enumerate(seconds, first)
    ]


def table(*parts):
    """Put parts into one table, in the order of measurement."""
    numbered = [{"line": line, **row} for line, row in enumerate(chain(*parts), 1)]
    return pl.DataFrame(numbered, schema=SCHEMA)


def compare(transfers, labels, sizes=(), *, margin=FIVE_PER_CENT, as_printed=False, all_pairs=False, **options):
    """Compare labels as the table writes them: each with the first, or every two."""
    every = samples(transfers, labels, sizes, as_printed=as_printed)
    pairs = asked_pairs(labels, all_pairs=all_pairs)
    return compare_samples(
        every, pairs, **{"confidence": 0.95, "details": False, "may_lack": False} | options, margin=margin
    )


def codes(result):
    return [warning.code for warning in result.warnings]


def assert_known(result):
    """Nothing in an answer is NaN or infinite, at any depth; unknown is None."""
    if is_dataclass(result):
        for field in fields(result):
            assert_known(getattr(result, field.name))
    elif isinstance(result, tuple | list):
        for part in result:
            assert_known(part)
    elif isinstance(result, np.ndarray):
        assert np.isfinite(result).all()
    else:
        assert result is None or type(result) in {str, int, float, bool}, f"{result!r} is {type(result)}"
        assert not isinstance(result, float) or math.isfinite(result)
