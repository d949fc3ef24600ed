"""Arguments as people write them, text or numbers, to base units; a `UsageError` where they cannot be read."""

import codecs
import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, TypeGuard

from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin, Margins, SizedMargins
from ftpstats.errors import UsageError
from ftpstats.places import Place, is_url
from ftpstats.units import parse_rate, parse_seconds, parse_size

if TYPE_CHECKING:
    from ftpstats.analysis.subset import Selection
    from ftpstats.logs.records import Options

__all__ = [
    "Columns", "Limits", "Names", "Rates", "Sizes", "as_count", "as_encoding", "as_factor", "as_file", "as_files",
    "as_flag", "as_key", "as_label", "as_level", "as_list", "as_margin", "as_margins", "as_optional_text", "as_options",
    "as_paces", "as_rate", "as_seconds", "as_selection", "as_share", "as_share_between", "as_sizes", "as_text",
    "as_wait", "one_of", "refuse_unknown",
]  # fmt: skip

Sizes = str | int | Iterable[str | int] | None
Names = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
Columns = str | Iterable[str] | Mapping[str, str] | None
Limits = str | float | Margin | SizedMargins | Iterable[str] | Mapping[str | int | None, str | float]
Rates = str | float | Iterable[str] | Mapping[str, str | float] | None


def as_margin(value: str | float | Margin, name: str = "margin") -> Margin:
    """
    Return a margin: ``5%`` of the mean, ``0.2s``, ``20ms``; a number is a share of the mean.

    Raises
    ------
    UsageError
        If it is neither, or not above 0.

    Examples
    --------
    >>> as_margin("5%"), as_margin(0.05) == as_margin("5%"), as_margin("20ms")
    (Margin(value=0.05, relative=True), True, Margin(value=0.02, relative=False))
    """
    if isinstance(value, Margin):
        return value
    try:
        found = _margin(value)
    except (TypeError, ValueError):
        found = None
    if found is None or not 0 < found.value < math.inf or (found.value >= 1 and not isinstance(value, str)):
        shown = f"{name}{value}" if name.endswith("=") else f"{name} {value}"
        raise UsageError(f"{shown}: write it like 5%, 0.2s, 20ms or 50us, above 0")
    return found


def as_margins(given: Limits, name: str = "margin") -> Margins:
    """
    Return the margin of every size, or several: ``100KB=20%`` is that of one size, ``5%`` that of all others.

    Raises
    ------
    UsageError
        If one is no margin, a size is no size, or one is named twice.

    Examples
    --------
    >>> as_margins(["100KB=20%", "5ms"]).of(102400), as_margins({"100KB": 0.2}).of(None)
    (Margin(value=0.2, relative=True), Margin(value=0.05, relative=True))
    """
    if isinstance(given, Margin | SizedMargins):
        return given
    margins: dict[int | None, Margin] = {}
    for size, value in _sized_margins(given, name):
        key = None if size is None else as_sizes(size, f"{name} {size}={value}")[0]
        if key in margins:
            whom = "every size" if key is None else size
            raise UsageError(f"{name} {value}: there is already one for {whom}; name each once, like 100KB=20%")
        margins[key] = as_margin(value, name if size is None else f"{name} {size}=")
    default = margins.pop(None, FIVE_PER_CENT)
    return (
        SizedMargins(default, tuple((size, margins[size]) for size in sorted(filter(None, margins))))
        if margins
        else default
    )


def _sized_margins(given: Limits, name: str) -> list[tuple[Any, Any]]:
    """Return each margin with the size that it is for; None for all sizes."""
    if isinstance(given, Mapping):
        return list(given.items())
    if not isinstance(given, str) and not isinstance(given, Iterable):
        return [(None, given)]
    parts = [text.rpartition("=") for text in as_list(given, name)]
    return [(size if has_size else None, value) for size, has_size, value in parts]


def _margin(value: str | float) -> Margin:
    if not isinstance(value, str):
        return Margin(float(value), relative=True)
    if value.endswith("%"):
        return Margin(float(value.removesuffix("%")) / 100, relative=True)
    if value[-1:].isdigit():  # of a number alone nobody knows whether it is seconds or per cent
        raise ValueError
    return Margin(parse_seconds(value), relative=False)


def as_level(value: str | float, name: str) -> float:
    """Return a probability of one half and above: 0.95, ``0.95`` or ``95%``."""
    found = _fraction(value)
    if not 0.5 <= found <= 0.9999:
        raise UsageError(f"{name} {value}: write it like 0.95 or 95%, from 50% to 99.99%")
    return found


def as_share(value: str | float, name: str) -> float:
    """Return a share below one: 0.05, ``0.05`` or ``5%``."""
    found = _fraction(value)
    if not 0 <= found < 1:
        raise UsageError(f"{name} {value}: write it like 5% or 0.05, from 0% to below 100%")
    return found


def as_share_between(value: str | float, name: str, least: float, most: float) -> float:
    """Return a share between two others, as `as_share` reads it."""
    found = _fraction(value)
    if not least <= found <= most:
        raise UsageError(f"{name} {value}: write it like 1% or 0.01, from {100 * least:g}% to {100 * most:g}%")
    return found


def _fraction(value: str | float) -> float:
    text = str(value)
    try:
        return float(text.removesuffix("%") + "e-2" if text.endswith("%") else text)
    except ValueError:
        return math.nan


def as_seconds(value: str | float | None, name: str) -> float | None:
    """Return a duration above 0 in seconds: a number of them, or ``2ms``; None stays None."""
    return None if value is None else _above_zero(value, name, parse_seconds)


def as_factor(value: str | float | None, name: str) -> float | None:
    """Return a number above 0; None stays None."""
    return None if value is None else _above_zero(value, name, _number)


def as_rate(value: str | float, name: str) -> float:
    """Return a rate above 0 in bytes per second: a number of them, or ``20MB/s``."""
    return _above_zero(value, name, parse_rate)


def as_wait(value: str | float, name: str, least: float = 0.0, most: float = math.inf) -> float:
    """Return a duration in seconds: a number of them, ``60``, ``60s`` or ``5ms``."""
    found = _parsed(value, name, parse_seconds)
    if not least <= found <= most or math.isinf(found):
        raise UsageError(f"{name} {value}: must be from {least:g} s" + (f" to {most:g} s" if most < math.inf else ""))
    return found


def _above_zero(value: str | float, name: str, parse: Callable[[str], float]) -> float:
    found = _parsed(value, name, parse)
    if not 0 < found < math.inf:
        raise UsageError(f"{name} {value}: must be above 0")
    return found


def _parsed(value: str | float, name: str, parse: Callable[[str], float]) -> float:
    """Return a number in base units, or the one that text stands for."""
    if _is_number(value):
        return float(value)
    if not isinstance(value, str):
        raise UsageError(f"{name} {value!r}: must be a number or text")
    try:
        return parse(value)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from error


def _is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a number of Python or NumPy, and not True or False."""
    return isinstance(value, Real) and not isinstance(value, bool)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"'{text}' is not a number") from error


def as_sizes(value: Sizes, name: str = "size") -> tuple[int, ...]:
    """
    Return file sizes in bytes: one or several, each text like ``100KB`` or a number of bytes; none for all.

    Raises
    ------
    UsageError
        If one is no size.

    Examples
    --------
    >>> as_sizes("100KB"), as_sizes([1024, "10 MiB"]), as_sizes(None)
    ((102400,), (1024, 10485760), ())
    """
    if value is None:
        return ()
    several = [value] if isinstance(value, str) or _is_number(value) else _several(value, name)
    if not several:
        raise UsageError(f"{name}: name at least one, or leave it out for all")
    try:
        return tuple(parse_size(str(one)) for one in several)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from error


def as_paces(given: Rates) -> dict[str | None, float]:
    """Return rates like ``slow=20MB/s``, bytes per second by label; by None, one without a label, like ``20MB/s``."""
    paces: dict[str | None, float] = {}
    for label, rate in _labelled_rates(given):
        text = rate if label is None else f"{label}={rate}"
        if label in paces:
            whom = "every label" if label is None else label
            raise UsageError(
                f"--throttle {text}: there is already a rate for {whom}; name each once, like LABEL=20MB/s"
            )
        try:
            paces[label] = as_rate(rate, "throttle")
        except UsageError as error:
            raise UsageError(f"--throttle {text}: write it like LABEL=20MB/s or 20MB/s") from error
    return paces


def _labelled_rates(given: Rates) -> list[tuple[str | None, str | float]]:
    if isinstance(given, Mapping):
        return list(given.items())
    if not (given is None or isinstance(given, Iterable)):
        return [(None, given)]
    parts = [text.rpartition("=") for text in as_list(given, "throttle")]
    return [(label if has_label else None, rate) for label, has_label, rate in parts]


def as_text(value: str, name: str) -> str:
    """Return text."""
    if not isinstance(value, str):
        raise UsageError(f"{name} {value!r}: must be text")
    return value


def as_optional_text(value: str | None, name: str) -> str | None:
    """Return text; None stays None."""
    return None if value is None else as_text(value, name)


def as_label(value: str | None, name: str = "label") -> str | None:
    """Return a label without blanks around it; None stays None."""
    label = as_optional_text(value, name)
    if label is not None and not label.strip():
        raise UsageError(f"{name}: the label is empty")
    return None if label is None else label.strip()


_SHORTEST_KEY = 16  # bytes: a key that can be guessed protects nothing


def as_key(value: str | bytes, name: str) -> bytes:
    """Return a key as bytes. No message repeats it."""
    key = value.encode() if isinstance(value, str) else value
    if not isinstance(key, bytes):
        raise UsageError(f"{name}: the key must be text or bytes")
    if len(key) < _SHORTEST_KEY:
        raise UsageError(f"{name}: the key has {len(key)} bytes; it needs {_SHORTEST_KEY} or more, like a random one")
    return key


def as_encoding(value: str | None, name: str = "encoding") -> str | None:
    """Return the name of an encoding of text that can be read piece by piece; None stays None."""
    encoding = as_optional_text(value, name)
    if encoding is None:
        return None
    try:
        "".encode(encoding)
        codecs.getincrementaldecoder(encoding)
    except (LookupError, ValueError):
        raise UsageError(f"{name} {value}: unknown encoding; write it like utf-8, cp866, cp932 or utf-16") from None
    return encoding


def as_options(
    time_zone: str | None, format_of: str | None, log_format: str | None, columns: Columns = None
) -> "Options":
    """Return how records and tables are read."""
    from ftpstats.logs.records import Options
    from ftpstats.logs.records.stamps import as_zone
    from ftpstats.logs.tables.columns import as_columns

    options = Options(
        as_optional_text(time_zone, "time-zone"),
        as_optional_text(format_of, "format-of"),
        as_optional_text(log_format, "log-format"),
        _pairs(columns),
    )
    as_zone(options.time_zone)
    if (options.format_of, options.log_format) != (None, None):
        from ftpstats.logs.records.registry import entries

        entries(options)
    as_columns(options.columns)
    if options.columns is not None and (options.format_of, options.log_format) != (None, None):
        raise UsageError("columns are those of tables; --format-of and --log-format read no table")
    return options


def _pairs(columns: Columns) -> str | None:
    """Return names of columns as text, TIDY=THEIRS with commas between them; None where none are given."""
    given = [f"{tidy}={theirs}" for tidy, theirs in columns.items()] if isinstance(columns, Mapping) else columns
    return ",".join(as_list(given, "columns")) or None


def as_selection(where: str | None, label_from: str | None, by: str | None = None) -> "Selection":
    """Return which transfers are meant, and what column their labels are of."""
    from ftpstats.analysis.subset import selection

    as_optional_text(where, "where"), as_optional_text(label_from, "label-from"), as_optional_text(by, "by")
    return selection(where, label_from, by)


def as_flag(value: bool, name: str) -> bool:
    """Return a value that is true or false."""
    if not isinstance(value, bool):
        raise UsageError(f"{name} {value!r}: must be True or False")
    return value


def as_file(value: str | os.PathLike[str] | Place, name: str) -> str:
    """Return the name of a file or folder, which may be a glob, or ``-``."""
    text = str(value) if is_url(value) else os.fspath(value) if isinstance(value, str | os.PathLike) else None
    if not isinstance(text, str) or "\0" in text:
        raise UsageError(f"{name} {value!r}: must be a path, as text or Path")
    return text


def as_files(value: Names, name: str) -> list[str]:
    """Return the name of one file or folder, or of several, as a list."""
    several: list[Any] = [value] if isinstance(value, str | os.PathLike) or is_url(value) else _several(value, name)
    return [as_file(one, name) for one in several]


def as_count(value: int, name: str, least: int, most: int | None = None) -> int:
    """Return a whole number that is in a range."""
    if not _is_whole(value):
        raise UsageError(f"{name} {value}: must be a whole number")
    if value < least or (most is not None and value > most):
        raise UsageError(f"{name} {value}: must be {least} or more{'' if most is None else f', up to {most}'}")
    return int(value)


def as_workers(workers: int | None, cluster: str | None) -> tuple[str | None, int | None]:
    """Return the address of a cluster, or a number of workers of this machine; neither is this process."""
    if workers is not None and cluster is not None:
        raise UsageError("workers and cluster: name one of them; a cluster has its own workers")
    return as_optional_text(cluster, "cluster"), None if workers is None else as_count(workers, "workers", 1)


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, Integral) and not isinstance(value, bool)


def refuse_unknown(given: Iterable[str], known: Iterable[str], function: str) -> None:
    """Refuse a keyword that a function does not have, as Python does where the keywords are in its signature."""
    for name in given:
        if name not in set(known):
            raise TypeError(f"{function}() got an unexpected keyword argument '{name}'")


def as_list(value: str | Iterable[str] | None, name: str) -> list[str]:
    """Return one text or several as a list; None is an empty one."""
    several = [] if value is None else [value] if isinstance(value, str) else _several(value, name)
    return [as_text(one, name) for one in several]


def _several(value: object, name: str) -> list[Any]:
    """Return what an iterable gives; bytes and mappings give nothing that an argument may be."""
    if not isinstance(value, Iterable) or isinstance(value, bytes | Mapping):
        raise UsageError(f"{name} {value!r}: must be one value or a list of them")
    return list(value)


def one_of(value: str, words: Sequence[str], name: str) -> str:
    """Return a word if it is one of these."""
    if value not in words:
        raise UsageError(f"{name} {value}: choose from {', '.join(words)}")
    return value
