"""A published row, as text or numbers, to a sample's summary in base units; what cannot be of one sample is a fault.

Nothing is compared here, and no file is read.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ftpstats.stats.describe import t_critical
from ftpstats.stats.published import sd_bounds, sd_of_half_width
from ftpstats.units import format_kind, format_seconds, parse_seconds, parse_size

__all__ = ["COLUMNS", "MOST_INFLATION", "PublishedSample", "RowFault", "published_sample"]

_BOX = ("min", "q1", "median", "q3", "max")
COLUMNS = (
    "label", "size", "direction", "n", "mean", "sd", "k1s", "ci_low", "ci_high", "ci_confidence", *_BOX, "inflation",
    "runs", "run_sd",
)  # fmt: skip

MOST_INFLATION = 1000.0
_FOREVER = 1e9  # seconds, and no transfer takes so long
_UNKNOWN = {"", "-", "–", "na", "n/a", "nan", "null", "none"}
# By how much rounded numbers may contradict each other: a share of the standard deviation, and of the mean.
_ROUNDED_SD, _ROUNDED_MEAN = 0.05, 0.001
_LOPSIDED = 0.2  # of half the width: an interval that is so far from symmetrical is no t interval, or much rounded
_FAR = 0.7  # standard deviations between mean and median, from which on few slow transfers make the mean
_ENOUGH = 8  # values, below which the rules for quartiles differ too much to tell anything from them


class RowFault(ValueError):  # noqa: N818 - what is wrong with a row; who reads the table says which
    """What is wrong with a row, in words."""


@dataclass(frozen=True, slots=True)
class PublishedSample:
    """
    What a paper says of one label at one file size. Times in seconds; None is unknown.

    Attributes
    ----------
    label : str
    bytes : int
    direction : str or None
    n : int
        Transfers, 2 or more.
    mean : float
    sd : float or None
        Standard deviation of transfers; None where only that of runs is known.
    inflation : float or None
        The factor by which autocorrelation multiplies the variance of the mean, where the row has it.
    runs : int
    run_sd : float or None
        Standard deviation of the means of runs.
    box : tuple of float or None
        Minimum, quartiles and maximum.
    doubts : tuple of str
        What hardly goes together.
    """

    label: str
    bytes: int
    direction: str | None
    n: int
    mean: float
    sd: float | None
    inflation: float | None
    runs: int
    run_sd: float | None
    box: tuple[float | None, ...]
    doubts: tuple[str, ...]

    @property
    def kind(self) -> tuple[int, str | None]:
        """Size and direction."""
        return self.bytes, self.direction

    @property
    def kind_name(self) -> str:
        """Size and direction as messages name them."""
        return format_kind(self.bytes, self.direction)

    def half_width(self, confidence: float) -> float | None:
        """Return half the width of the t interval: the thesis's k1·s."""
        return None if self.sd is None else t_critical(confidence, self.n - 1) * self.sd / math.sqrt(self.n)


def published_sample(row: Mapping[str, Any], confidence: float) -> PublishedSample:
    """
    Return the summary that a row has.

    Parameters
    ----------
    row : Mapping
        Text or numbers by COLUMNS. Times are seconds, or text with a unit like ``31.7ms``; sizes are bytes, or like
        ``100KB``.
    confidence : float
        Of k1s and of the interval, where the row has no ``ci_confidence``.

    Raises
    ------
    RowFault
        If something is missing, cannot be read, or is impossible beside the rest.

    Examples
    --------
    >>> found = published_sample({"label": "Xen", "size": "10MB", "mean": "142ms", "n": 100, "k1s": "0.2ms"}, 0.95)
    >>> found.bytes, found.mean, round(found.sd, 5)
    (10485760, 0.142, 0.00101)
    """
    given = {name: _known(row.get(name)) for name in COLUMNS}
    label, size, direction = given["label"], _read(given, "size", _size), given["direction"]
    if label is None or size is None:
        raise RowFault(f"no {'label' if label is None else 'size'}")
    if direction not in {None, "download", "upload"}:
        raise RowFault(f"direction {direction}: is download, upload or unknown")
    n, mean = _needed(given, "n", _whole), _needed(given, "mean", _seconds)
    runs = _read(given, "runs", _whole) or 1
    sd, run_sd, lopsided = _spread(given, mean, n, runs, confidence)
    box = tuple(_read(given, name, _seconds) for name in _BOX)
    _check_numbers(mean, n, runs, sd)
    _check_box(box, mean, sd, n)
    return PublishedSample(
        label=str(label),
        bytes=size,
        direction=direction,
        n=n,
        mean=mean,
        sd=sd,
        inflation=_read(given, "inflation", _factor),
        runs=runs,
        run_sd=run_sd,
        box=box,
        doubts=(*lopsided, *_skew(box[2], mean, sd)),
    )


# --- cells ------------------------------------------------------------------------------------------------------------


def _known(value: object) -> Any:  # noqa: ANN401 - text or a number
    text = str(value).strip()
    return None if value is None or text.lower() in _UNKNOWN else text


def _read(given: Mapping[str, str | None], name: str, read: Callable[[str], Any]) -> Any:  # noqa: ANN401
    """Return a cell in base units; None where it is unknown."""
    text = given[name]
    if text is None:
        return None
    try:
        return read(text)
    except ValueError as error:
        raise RowFault(f"{name} {text}: {error}") from error


def _needed(given: Mapping[str, str | None], name: str, read: Callable[[str], Any]) -> Any:  # noqa: ANN401
    if given[name] is None:
        raise RowFault(f"no {name}")
    return _read(given, name, read)


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        raise ValueError("is no number") from None
    if not math.isfinite(found):
        raise ValueError("is not finite")
    return found


def _seconds(text: str) -> float:
    if text.endswith("/s"):
        raise ValueError("is a rate, and the mean of rates is not the rate of the mean time; give times")
    try:
        found = _number(text)
    except ValueError:
        try:
            found = parse_seconds(text)
        except ValueError:
            raise ValueError("is no time; write seconds, or a unit like 31.7ms") from None
    if found < 0:
        raise ValueError("is negative")
    if found > _FOREVER:
        raise ValueError("is longer than any transfer")
    return found


def _whole(text: str) -> int:
    found = _number(text)
    if not found.is_integer() or found < 1:
        raise ValueError("is not a whole number from 1")
    return int(found)


def _size(text: str) -> int:
    try:
        return parse_size(text.removesuffix(".0"))  # a column of pandas with an unknown size has no whole numbers
    except ValueError:
        raise ValueError("is no file size; write it like 100KB, 10MB or 102400") from None


def _factor(text: str) -> float:
    found = _number(text)
    if not 0 < found <= MOST_INFLATION:
        raise ValueError(f"is not above 0, and at most {MOST_INFLATION:.0f}")
    return found


def _level(text: str) -> float:
    found = _number(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0.5 <= found < 1:
        raise ValueError("is no confidence; write it like 0.95 or 95%")
    return found


# --- numbers that belong together -------------------------------------------------------------------------------------


def _spread(
    given: Mapping[str, str | None], mean: float, n: int, runs: int, confidence: float
) -> tuple[float | None, float | None, Iterator[str]]:
    """Return the standard deviation of transfers and of the means of runs, and what is doubtful about an interval."""
    sd, half, low, high, run_sd = (
        _read(given, name, _seconds) for name in ("sd", "k1s", "ci_low", "ci_high", "run_sd")
    )
    if (low is None) != (high is None):
        raise RowFault("ci_low and ci_high are needed together")
    if sum(one is not None for one in (sd, half, low)) > 1:
        raise RowFault("more than one of sd, k1s, and ci_low with ci_high; give one")
    if (sd, half, low, run_sd) == (None,) * 4:
        raise RowFault("no spread; give sd, k1s, or ci_low with ci_high")
    if n < 2:
        raise RowFault("n 1: a single transfer has no spread")
    if run_sd is not None and runs < 2:
        raise RowFault("run_sd is that of the means of runs, and needs runs, 2 or more")
    if low is not None and high is not None:
        if not low <= mean <= high:
            raise RowFault(f"the mean {format_seconds(mean)} lies outside of its interval")
        half = (high - low) / 2
    if half is not None:
        sd = sd_of_half_width(half, n, _read(given, "ci_confidence", _level) or confidence)
    return sd, run_sd, _lopsided(mean, low, high)


def _lopsided(mean: float, low: float | None, high: float | None) -> Iterator[str]:
    if low is not None and high is not None and abs((low + high) / 2 - mean) > _LOPSIDED * (high - low) / 2:
        yield "its interval is not symmetrical about the mean, as a t interval is, or is much rounded"


def _skew(median: float | None, mean: float, sd: float | None) -> Iterator[str]:
    if median is not None and sd and abs(mean - median) > _FAR * sd:
        share = abs(mean - median) / sd
        yield f"mean and median are {share:.1f} standard deviations apart: few transfers may make the mean"


def _check_numbers(mean: float, n: int, runs: int, sd: float | None) -> None:
    if mean == 0:
        raise RowFault("the mean is 0")
    most = mean * math.sqrt(n)  # where all times but one are 0
    if sd is not None and sd > (1 + _ROUNDED_SD) * most:
        raise RowFault(
            f"the standard deviation is {format_seconds(sd, 3)}, and at most {format_seconds(most, 3)} with this mean "
            "and n, because no time is below 0; are the units right?"
        )
    if runs > n:
        raise RowFault(f"{runs} runs, and only {n} transfers")


def _check_box(box: tuple[float | None, ...], mean: float, sd: float | None, n: int) -> None:
    """Refuse box-plot numbers that no sample of this mean and standard deviation has."""
    known = [(name, value) for name, value in zip(_BOX, box, strict=True) if value is not None]
    for (smaller, one), (larger, two) in pairwise(known):
        if one > two:
            raise RowFault(f"{smaller} {format_seconds(one)} is above {larger} {format_seconds(two)}")
    low, q1, median, q3, high = box
    slack = _ROUNDED_MEAN * mean
    if (low is not None and mean < low - slack) or (high is not None and mean > high + slack):
        raise RowFault(f"the mean {format_seconds(mean)} lies outside of min to max")
    if sd is None:
        return
    if median is not None and abs(mean - median) > (1 + _ROUNDED_SD) * sd + slack:
        raise RowFault("mean and median are more than a standard deviation apart, which no sample has")
    if low is not None and high is not None:
        quartiles = {"q1": q1, "q3": q3} if n >= _ENOUGH else {}
        _check_sd(sd, *sd_bounds(n, low=low, high=high, **quartiles), slack)


def _check_sd(sd: float, least: float, most: float, slack: float) -> None:
    if sd > most * (1 + _ROUNDED_SD) + slack:
        raise RowFault(
            f"the standard deviation is {format_seconds(sd, 3)}, and at most {format_seconds(most, 3)} from min to max"
        )
    if sd < least * (1 - _ROUNDED_SD) - slack:
        raise RowFault(
            f"the standard deviation is {format_seconds(sd, 3)}, and at least {format_seconds(least, 3)} with these "
            "quartiles, min and max; a standard error is not one"
        )
