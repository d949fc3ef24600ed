"""Arguments as people write them, text or numbers, to base units; a `UsageError` where they cannot be read."""

import codecs
import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from ftpstats.analysis.verdict import Margin
from ftpstats.errors import UsageError
from ftpstats.units import parse_rate, parse_seconds, parse_size

__all__ = [
    "Sizes", "as_count", "as_encoding", "as_factor", "as_label", "as_level", "as_list", "as_margin", "as_paces",
    "as_rate", "as_seconds", "as_share", "as_sizes", "as_wait", "one_of", "refuse_unknown",
]  # fmt: skip

Sizes = str | int | Iterable[str | int] | None


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
        raise UsageError(f"{name} {value}: write it like 5%, 0.2s, 20ms or 50us, above 0")
    return found


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


def _fraction(value: str | float) -> float:
    text = str(value)
    try:
        return float(text.removesuffix("%") + "e-2" if text.endswith("%") else text)
    except ValueError:
        return math.nan


def as_seconds(value: str | float | None, name: str) -> float | None:
    """Return a duration above 0 in seconds: a number of them, or ``2ms``; None stays None."""
    return _above_zero(value, name, parse_seconds)


def as_factor(value: str | float | None, name: str) -> float | None:
    """Return a number above 0; None stays None."""
    return _above_zero(value, name, _number)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"'{text}' is not a number") from error


def _above_zero(value: str | float | None, name: str, parse: Callable[[str], float]) -> float | None:
    if value is None:
        return None
    try:
        found = parse(value) if isinstance(value, str) else float(value)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from error
    if not 0 < found < math.inf:
        raise UsageError(f"{name} {value}: must be above 0")
    return found


def as_wait(value: str | float, name: str, least: float = 0.0, most: float = math.inf) -> float:
    """Return a duration in seconds: a number of them, ``60``, ``60s`` or ``5ms``."""
    try:
        found = value if isinstance(value, int | float) else parse_seconds(value)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from error
    if not least <= found <= most:
        raise UsageError(f"{name} {value}: must be from {least:g} s" + (f" to {most:g} s" if most < math.inf else ""))
    return float(found)


def as_rate(value: str | float, name: str) -> float:
    """Return a rate above 0 in bytes per second: a number of them, or ``20MB/s``."""
    try:
        found = parse_rate(value) if isinstance(value, str) else float(value)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from error
    if not 0 < found < math.inf:
        raise UsageError(f"{name} {value}: must be above 0")
    return found


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
    several = [value] if isinstance(value, str | int | float) else list(value)
    if not several:
        raise UsageError(f"{name}: name at least one, or leave it out for all")
    try:
        return tuple(parse_size(str(one)) for one in several)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from error


def as_paces(given: str | Iterable[str] | Mapping[str, str] | None) -> dict[str | None, float]:
    """Return paces like ``slow=20MB/s``, bytes per second by label; by None, what has none, like ``20MB/s``."""
    if isinstance(given, Mapping):
        given = [f"{label}={rate}" for label, rate in given.items()]
    paces: dict[str | None, float] = {}
    for text in as_list(given):
        name, has_name, rate = text.rpartition("=")
        label = name if has_name else None
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


def as_label(value: str | None, name: str = "label") -> str | None:
    """Return a label without blanks around it; None stays None."""
    if value is not None and not value.strip():
        raise UsageError(f"{name}: the label is empty")
    return None if value is None else value.strip()


def as_encoding(value: str | None, name: str = "encoding") -> str | None:
    """Return the name of an encoding of text that can be read piece by piece; None stays None."""
    if value is None:
        return None
    try:
        "".encode(value)
        codecs.getincrementaldecoder(value)
    except (LookupError, UnicodeError):
        raise UsageError(f"{name} {value}: unknown encoding; write it like utf-8, cp866, cp932 or utf-16") from None
    return value


def as_count(value: int, name: str, least: int, most: int | None = None) -> int:
    """Return a whole number that is in a range."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise UsageError(f"{name} {value}: must be a whole number")
    if value < least or (most is not None and value > most):
        raise UsageError(f"{name} {value}: must be {least} or more{'' if most is None else f', up to {most}'}")
    return value


def refuse_unknown(given: Iterable[str], known: Iterable[str], function: str) -> None:
    """Refuse a keyword that a function does not have, as Python does where the keywords are in its signature."""
    for name in given:
        if name not in set(known):
            raise TypeError(f"{function}() got an unexpected keyword argument '{name}'")


def as_list(value: str | Iterable[str] | None) -> list[str]:
    """Return one text or several as a list."""
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def one_of(value: str, words: Sequence[str], name: str) -> str:
    """Return a word if it is one of these."""
    if value not in words:
        raise UsageError(f"{name} {value}: choose from {', '.join(words)}")
    return value
