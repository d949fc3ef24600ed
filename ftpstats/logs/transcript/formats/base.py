"""What an entry of the registry says: how a client's result line looks, and what its numbers are worth."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ftpstats.logs.resolution import Digits
from ftpstats.units import KIB, MIB

__all__ = ["ENGLISH", "GIB", "KB", "KIB", "MB", "MIB", "TIB", "Evidence", "Format", "Rate", "StoppedClock", "units"]

KB, MB = 1000, 1000**2
GIB, TIB = KIB**3, KIB**4

ENGLISH = {"download": "received", "upload": "sent"}

Evidence = Literal["recorded", "source"]


@dataclass(frozen=True, slots=True)
class Rate:
    """What a printed rate is worth: bytes per unit, likeliest first where one label serves two, and its digits."""

    scales: tuple[float, ...]
    digits: Digits


@dataclass(frozen=True, slots=True)
class StoppedClock:
    """
    What a client prints when its clock did not advance.

    Attributes
    ----------
    divisor : float
        The seconds that it divides the bytes by instead of 0.
    tick : float or None
        What its clock counts in, where that is coarser than a microsecond: the transfer took less. None: less than
        what prints as 0.
    line : str
        Such a line, recorded or computed from `divisor`. It is a test.
    """

    divisor: float
    tick: float | None
    line: str


@dataclass(frozen=True)
class Format:
    """
    One client's result line.

    Attributes
    ----------
    name : str
        The client, as the column ``client`` shows it.
    layout : str
        Regular expression with the fields {bytes} {direction} {seconds} {rate} {unit}.
    directions : Mapping[str, str]
        The client's words for download and upload, as regular expressions; empty where it says neither.
    seconds : Digits or None
        How it prints the time, or None where it does not.
    rates : Mapping[str, Rate]
        Unit text to what it is worth; empty where it prints no rate.
    stopped : StoppedClock or None
        None where nobody knows.
    single_precision : bool
        True where it computes in 32-bit floats.
    evidence : "recorded" or "source"
        Recorded from the running program, or read from its source or documentation.
    samples : tuple[str, ...]
        Lines that it prints. They are tests.
    rate_cut : float
        The rate is computed from a time that was cut to multiples of so many seconds; 0: from the time itself.
    """

    name: str
    layout: str
    directions: Mapping[str, str]
    seconds: Digits | None
    rates: Mapping[str, Rate]
    stopped: StoppedClock | None
    single_precision: bool
    evidence: Evidence
    samples: tuple[str, ...]
    rate_cut: float = 0.0

    @cached_property
    def pattern(self) -> str:
        """The layout with its fields filled in: a regular expression with named groups."""
        # bytes ::= "-"? DIGIT+                     /* with a minus where a counter of 32 bits overflowed */
        # rate  ::= digits of any of its units | "-"? ("inf" | "nan")     /* where a client divides by a time of 0 */
        # unit  ::= one of the entry's, letter by letter: it tells k of 1024 from k of 1000
        rate_patterns = "|".join(dict.fromkeys(rate.digits.pattern for rate in self.rates.values()))
        fields = {
            "bytes": "-?[0-9]+",
            "direction": "|".join(f"(?P<{way}>{words})" for way, words in self.directions.items()),
            "seconds": self.seconds.pattern if self.seconds else "",
            "rate": rf"{rate_patterns}|-?inf|-?nan",
            "unit": "|".join(re.escape(unit) for unit in self.rates),
        }
        return self.layout.format(**{name: f"(?P<{name}>{field})" for name, field in fields.items()})


def units(digits: Digits, **scales: float | tuple[float, ...]) -> dict[str, Rate]:
    """Return rates that share their digits; ``kB__s`` stands for ``kB/s``."""
    return {
        unit.replace("__", "/"): Rate(scale if isinstance(scale, tuple) else (scale,), digits)
        for unit, scale in scales.items()
    }
