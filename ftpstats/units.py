"""Byte sizes, rates and durations: text to base units and back; how numbers are written; names of kinds and labels.

Inside ftpstats everything is bytes, seconds and bytes per second. A size in text is binary, as in the thesis:
100KB = 100 KiB = 102400 bytes. Nothing here knows which client prints which unit; that is in `logs.formats`.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "KIB",
    "MIB",
    "UNITS",
    "Unit",
    "fixed",
    "format_count",
    "format_kind",
    "format_seconds",
    "format_size",
    "format_throughput",
    "kind_order",
    "label_name",
    "listed",
    "p_equals",
    "p_text",
    "parse_rate",
    "parse_seconds",
    "parse_size",
    "seconds_unit",
    "significant",
    "size_text",
]

KIB = 1024
MIB = 1024**2

_SMALLEST_POWER = -9
_MINUS = "−"  # only where output is typeset; nothing here is written to CSV or JSON
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B|bytes?)?\s*", re.IGNORECASE)
_RATE = re.compile(_SIZE.pattern + r"/s\s*", re.IGNORECASE)
_SECONDS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:([mµu]?)s)?\s*")
_SECONDS_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


@dataclass(frozen=True, slots=True)
class Unit:
    """
    What elapsed times are shown in: time itself, or the throughput that a file of known size makes of it.

    Attributes
    ----------
    name : str
    bytes_per_second : float or None
        In one unit; None for time.
    """

    name: str
    bytes_per_second: float | None

    @property
    def is_throughput(self) -> bool:
        """Whether more is better."""
        return self.bytes_per_second is not None


# How an answer may be given: in seconds, or as throughput.
UNITS = {
    unit.name: unit for unit in (Unit("s", None), Unit("MB/s", 1e6), Unit("MiB/s", float(MIB)), Unit("Mbit/s", 1e6 / 8))
}


def significant(value: float, digits: int = 4) -> str:
    """
    Return a number with so many significant digits: trailing zeros kept, a true minus sign.

    Digits before the decimal point are never rounded away. Below 1e-9, which is rounding of floats, there is an
    exponent. Zero is 0, without a sign.

    Examples
    --------
    >>> significant(142.0), significant(-0.25, 2), significant(99999.7), significant(-0.0)
    ('142.0', '−0.25', '100000', '0')
    """
    power = int(f"{value:.{digits - 1}e}".partition("e")[2])
    if value == 0:
        return "0"
    form = f".{digits - 1}e" if power < _SMALLEST_POWER else f".{max(digits - 1 - power, 0)}f"
    return format(value, form).replace("-", _MINUS)


def size_text(size: float) -> str:
    """Return a number of bytes with three digits, in the unit that suits it: 1 KB is 1024 bytes."""
    units = ("B", "KB", "MB", "GB", "TB", "PB")
    power = 0
    while power < len(units) - 1 and round(size / KIB**power) >= KIB:
        power += 1
    return f"{size} B" if power == 0 else f"{significant(size / KIB**power, 3)} {units[power]}"


def fixed(value: float, decimals: int, *, signed: bool = False) -> str:
    """
    Return a number with so many decimals and a true minus sign; what rounds to zero has no sign.

    Examples
    --------
    >>> fixed(-55.21, 1, signed=True), fixed(2.17, 1, signed=True), fixed(-0.04, 1, signed=True), fixed(-0.5, 2)
    ('−55.2', '+2.2', '0.0', '−0.50')
    """
    text = f"{value:{'+' if signed else ''}.{decimals}f}"
    return (text if float(text) else text.lstrip("+-")).replace("-", _MINUS)


def p_text(p: float | None) -> str:
    """
    Return a p-value to two significant digits, as every table, message and figure writes it.

    Examples
    --------
    >>> p_text(0.4), p_text(0.0264), p_text(6e-05), p_text(1), p_text(None)
    ('0.40', '0.026', '< 0.0001', '1.0', '–')
    """
    if p is None:
        return "–"
    return "< 0.0001" if p < 1e-4 else f"{p:#.2g}"


def p_equals(p: float | None) -> str:
    """
    Return a p-value as a sentence has it.

    Examples
    --------
    >>> p_equals(0.4), p_equals(6e-05)
    ('p = 0.40', 'p < 0.0001')
    """
    text = p_text(p)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def format_count(number: int, one: str, many: str | None = None) -> str:
    """
    Return a number of things.

    Examples
    --------
    >>> format_count(1, "line"), format_count(0, "line"), format_count(2, "reply", "replies")
    ('1 line', '0 lines', '2 replies')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def parse_size(text: str) -> int:
    """
    Bytes in a size as people write it.

    Parameters
    ----------
    text : str
        A number and an optional unit: ``102400``, ``100KB``, ``100 KiB``, ``1.5M``. One kilo is 1024.

    Returns
    -------
    int
        The size in bytes.

    Raises
    ------
    ValueError
        If the text is no size, or not a whole number of bytes.

    Examples
    --------
    >>> parse_size("100KB"), parse_size("10 MiB"), parse_size("102400")
    (102400, 10485760, 102400)
    """
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is not a file size; write it like 100KB, 10MB or 102400")
    size = float(match[1]) * KIB ** _POWERS[match[2].upper()]
    if not size.is_integer():
        raise ValueError(f"'{text}' is not a whole number of bytes")
    return int(size)


def parse_rate(text: str) -> float:
    """
    Bytes per second in a rate as people write it: a size and ``/s``.

    Raises
    ------
    ValueError
        If the text is no rate, or not above 0.

    Examples
    --------
    >>> parse_rate("20MB/s"), parse_rate("1.5 KiB/s")
    (20971520.0, 1536.0)
    """
    match = _RATE.fullmatch(text)
    if match is None or float(match[1]) == 0:
        raise ValueError(f"'{text}' is not a rate; write it like 20MB/s or 500KB/s")
    return float(match[1]) * float(KIB ** _POWERS[match[2].upper()])


def parse_seconds(text: str) -> float:
    """
    Seconds in a duration as people write it: with a unit (s, ms, us, µs), or a plain number of seconds.

    Raises
    ------
    ValueError
        If the text is no duration.

    Examples
    --------
    >>> parse_seconds("60"), parse_seconds("0.2s"), parse_seconds("5 ms"), parse_seconds("0s")
    (60.0, 0.2, 0.005, 0.0)
    """
    match = _SECONDS.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is not a duration; write it like 60, 0.2s, 5ms or 20us")
    return float(match[1]) / {"": 1, "m": 1000, "µ": 1_000_000, "u": 1_000_000}[match[2] or ""]


def format_size(size: int) -> str:
    """
    Return a size as the thesis writes it, exactly: the largest unit that needs no fraction.

    Examples
    --------
    >>> format_size(102400), format_size(104857600), format_size(1000), format_size(0)
    ('100 KB', '100 MB', '1000 B', '0 B')
    """
    power = 0
    while power < 4 and size and size % KIB ** (power + 1) == 0:
        power += 1
    unit = ("B", "KB", "MB", "GB", "TB")[power]
    return f"{size // KIB**power} {unit}"


def format_kind(size: int | None, direction: str | None) -> str:
    """
    Return a file size and a direction as every message, table and figure names them.

    Examples
    --------
    >>> format_kind(102400, "download"), format_kind(0, None), format_kind(None, None)
    ('100 KB download', '0 B', 'size unknown')
    """
    return f"{'size unknown' if size is None else format_size(size)} {direction or ''}".rstrip()


def kind_order(size: int | None, direction: str | None) -> tuple[float, str]:
    """
    Return where a file size and a direction stand in every table and figure: what is unknown comes last.

    Examples
    --------
    >>> sorted([(None, None), (1, None), (1, "upload"), (0, "upload")], key=lambda kind: kind_order(*kind))
    [(0, 'upload'), (1, 'upload'), (1, None), (None, None)]
    """
    return math.inf if size is None else size, direction or "~"


def label_name(label: str | None) -> str:
    """
    Return a label as every message, table and figure names it.

    Examples
    --------
    >>> label_name("Xen 3.2"), label_name(None)
    ('Xen 3.2', '(no label)')
    """
    return "(no label)" if label is None else label


def listed(names: Sequence[str], most: int = 6, between: str = ", ") -> str:
    """
    Return names in one line; of many the first, and how many more there are.

    Examples
    --------
    >>> listed(["1 MB", "2 MB"]), listed(["a", "b", "c", "d"], most=2)
    ('1 MB, 2 MB', 'a, b and 2 more')
    """
    shown = between.join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"


def seconds_unit(seconds: float) -> tuple[float, str]:
    """
    Return the unit in which a duration reads best, as (seconds per unit, symbol).

    Examples
    --------
    >>> seconds_unit(0.00044), seconds_unit(0.13), seconds_unit(12)
    ((1e-06, 'µs'), (0.001, 'ms'), (1.0, 's'))
    """
    for scale, symbol in _SECONDS_UNITS:
        if abs(seconds) >= scale:
            return scale, symbol
    return _SECONDS_UNITS[-1] if seconds else _SECONDS_UNITS[0]


def format_seconds(seconds: float, digits: int = 4) -> str:
    """
    Return a duration with so many significant digits, in the unit that suits it.

    Examples
    --------
    >>> format_seconds(0.142), format_seconds(1.34702), format_seconds(0)
    ('142.0 ms', '1.347 s', '0 s')
    """
    scale, symbol = seconds_unit(float(f"{seconds:.{digits}g}"))  # rounded first: never 1000 ms
    return f"{significant(seconds / scale, digits)} {symbol}"


def format_throughput(bytes_per_second: float | None, unit: str = "MiB/s", digits: int = 3) -> str:
    """
    Return a throughput in a unit of UNITS, which is not written; "–" where it is unknown.

    Examples
    --------
    >>> format_throughput(10485760 / 0.142), format_throughput(10485760 / 0.142, "Mbit/s"), format_throughput(None)
    ('70.4', '591', '–')
    """
    scale = UNITS[unit].bytes_per_second
    return "–" if bytes_per_second is None or scale is None else significant(bytes_per_second / scale, digits)
