"""The rows of a sample to its resolution: how much of a time the printed digits leave open."""

import math

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["resolution_of"]

_MOST_PLACES, _ROUNDING = 9, 1e-12  # decimals of a printed time, and the share that scaling may have changed of it


def resolution_of(timed: pl.DataFrame, *, as_printed: bool) -> float | None:
    """
    Median width of the intervals that the digits allow.

    As printed, it is one unit of the last decimal place that any of the values shows; more where rates show that the
    client cuts digits off.
    """
    if timed.is_empty():
        return None
    if as_printed:
        hidden = (timed["seconds"] - timed["seconds_printed"]).abs().max()
        return float(np.fmax(_last_place(timed["seconds_printed"].to_numpy()), 2 * _number(hidden)))
    width = _number((timed["seconds_high"] - timed["seconds_low"]).median())
    return width if math.isfinite(width) else None


def _number(value: object) -> float:
    return math.nan if value is None else float(value)  # type: ignore[arg-type]


def _last_place(values: npt.NDArray[np.float64]) -> float:
    for places in range(_MOST_PLACES):
        scaled = values * 10.0**places
        if np.allclose(scaled, np.round(scaled), rtol=_ROUNDING, atol=0.0):
            return 10.0**-places
    return 10.0**-_MOST_PLACES
