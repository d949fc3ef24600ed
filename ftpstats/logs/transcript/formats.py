"""The registry of result lines: one entry for each client, with sample lines that are its tests.

To read one more client, add one entry here; no other module changes. Entries are tried in order and none may
match another's samples. A line is found wherever it stands: layouts are not anchored.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ftpstats.logs.digits import DURATION, Digits, as_shown, fixed, significant, truncated, whole
from ftpstats.units import KIB, MIB

__all__ = ["FORMATS", "PREFILTER", "Format", "Rate"]

KB, MB = 1000, 1000**2
GIB, TIB = KIB**3, KIB**4

# What every sample holds: the cheap question asked of each line before any entry is tried.
PREFILTER = "[Bb]yte|octet"


@dataclass(frozen=True, slots=True)
class Rate:
    """What a printed rate is worth: bytes per unit, likeliest first where one label serves two, and its digits."""

    scales: tuple[int, ...]
    digits: Digits


@dataclass(frozen=True, slots=True)
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
    zero_elapsed : float or None
        The seconds that it divides by when its clock did not advance; None where unknown.
    single_precision : bool
        True where it computes in 32-bit floats.
    evidence : "recorded" or "source"
        Recorded from the running program, or read from its source or documentation.
    samples : tuple[str, ...]
        Lines that it prints. They are tests.
    """

    name: str
    layout: str
    directions: Mapping[str, str]
    seconds: Digits | None
    rates: Mapping[str, Rate]
    zero_elapsed: float | None
    single_precision: bool
    evidence: Literal["recorded", "source"]
    samples: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """The layout with its fields filled in: a regular expression with named groups."""
        rate_patterns = "|".join(dict.fromkeys(rate.digits.pattern for rate in self.rates.values()))
        fields = {
            "bytes": "-?[0-9]+",
            "direction": "|".join(f"(?P<{way}>{words})" for way, words in self.directions.items()),
            "seconds": self.seconds.pattern if self.seconds else "",
            "rate": rf"{rate_patterns}|-?inf|-?nan",
            "unit": "|".join(re.escape(unit) for unit in self.rates),
        }
        return self.layout.format(**{name: f"(?P<{name}>{field})" for name, field in fields.items()})


_ENGLISH = {"download": "received", "upload": "sent"}
_CLASSIC = r"{bytes} bytes? {direction} in {seconds} seconds? \({rate} ?{unit}\)"
_CLASSIC_SECS = r"{bytes} bytes? {direction} in {seconds} secs? \({rate} ?{unit}\)"


def _classic(
    name: str,
    layout: str,
    seconds: Digits,
    rates: Mapping[str, Rate],
    evidence: Literal["recorded", "source"],
    *samples: str,
) -> Format:
    """Return a descendant of 4.2BSD's ftp: English words, 32-bit floats, elapsed 0 taken for one second."""
    return Format(name, layout, _ENGLISH, seconds, rates, 1.0, True, evidence, samples)


def _windows(name: str, layout: str, directions: Mapping[str, str], unit: str, *samples: str) -> Format:
    """Return Windows's ftp in one language: k is 1000, and a clock that stood still counts a thousandth of a second."""
    return Format(name, layout, directions, fixed(2), {unit: Rate((KB,), fixed(2))}, 0.001, False, "source", samples)


def _units(digits: Digits, **scales: int | tuple[int, ...]) -> dict[str, Rate]:
    """Return rates that share their digits; ``kB__s`` stands for ``kB/s``."""
    return {
        unit.replace("__", "/"): Rate((scale,) if isinstance(scale, int) else scale, digits)
        for unit, scale in scales.items()
    }


FORMATS: tuple[Format, ...] = (
    _classic(
        "netkit-debian-old",
        _CLASSIC_SECS,
        fixed(2),
        _units(fixed(1), kB__s=KIB),
        "source",
        "102400 bytes received in 0.01 secs (8746.3 kB/s)",
        "10485760 bytes sent in 1.02 secs (10052.1 kB/s)",
        "102400 bytes received in 0.00 secs (100.0 kB/s)",
        "102400 bytes received in -0.05 secs (-2000.0 kB/s)",
    ),
    _classic(
        "netkit-debian",
        _CLASSIC_SECS,
        fixed(2),
        _units(fixed(4), kB__s=KIB, MB__s=MIB),
        "recorded",
        "314 bytes received in 0.00 secs (350.4464 kB/s)",
        "102400 bytes received in 0.00 secs (280.6214 MB/s)",
        "2684354560 bytes received in 0.92 secs (2796.0020 MB/s)",
    ),
    _classic(
        "netkit-upstream",
        _CLASSIC_SECS,
        significant(3),
        _units(significant(2), Kbytes__sec=(KIB, KB)),
        "recorded",
        "10485760 bytes received in 0.0184 secs (5.6e+05 Kbytes/sec)",
        "10485760 bytes received in 0.00316 secs (3.2e+03 Kbytes/sec)",
    ),
    _classic(
        "netkit-redhat",
        _CLASSIC_SECS,
        significant(3),
        _units(fixed(2), Kbytes__sec=(KB, KIB)),
        "source",
        "10240 bytes received in 8e-05 secs (125000.00 Kbytes/sec)",
        "1048576 bytes sent in 0.0915 secs (11459.85 Kbytes/sec)",
    ),
    _classic(
        "inetutils",
        _CLASSIC,
        significant(3),
        _units(significant(3), bytes__s=1, kbytes__s=KIB, Mbytes__s=MIB),
        "recorded",
        "102400 bytes received in 0.000402 seconds (243 Mbytes/s)",
        "102400 bytes received in 0,000183 seconds (534 Mbytes/s)",
        "104857600 bytes received in 0.281 seconds (356 Mbytes/s)",
        "512 bytes sent in 1.01 seconds (507 bytes/s)",
    ),
    _classic(
        "bsd44",  # 4.4BSD and inetutils 1.3 to 1.9.2
        _CLASSIC,
        significant(3),
        _units(whole(least=4), bytes__s=1),
        "source",
        "11 bytes received in 0.000225 seconds (48888 bytes/s)",
        "10485760 bytes received in 120 seconds (87381 bytes/s)",
    ),
    _classic(
        "inetutils-new",
        _CLASSIC,
        fixed(4),
        _units(fixed(4), bytes__s=1, kbytes__s=KIB, Mbytes__s=MIB),
        "source",
        "2501210 bytes received in 3.0102 seconds (811.4376 kbytes/s)",
    ),
    Format(
        name="tnftp",
        layout=r"{bytes} bytes? {direction} in {seconds} \({rate} {unit}\)",
        directions=_ENGLISH,
        seconds=DURATION,
        # Before 2009 it wrote KB/s for what it now writes KiB/s. It computes in whole numbers of 1/1024 of the unit.
        rates=_units(
            truncated(2, cut_before=1 / KIB),
            B__s=1,
            KiB__s=KIB,
            MiB__s=MIB,
            GiB__s=GIB,
            TiB__s=TIB,
            KB__s=KIB,
            MB__s=MIB,
            GB__s=GIB,
        ),
        zero_elapsed=1.0,
        single_precision=False,
        evidence="recorded",
        samples=(
            "102400 bytes received in 00:00 (488.28 MiB/s)",
            "1 byte received in 00:00 (2.68 KiB/s)",
            "104857600 bytes sent in 1:02:03 (27.50 KiB/s)",
            "2684354560 bytes received in 1 day  9:22:28 (21.81 KiB/s)",
            "102400 bytes received in 00:00 (488.28 KB/s)",
        ),
    ),
    _classic(
        "openbsd",
        _CLASSIC,
        fixed(2),
        _units(fixed(2), KB__s=KIB, MB__s=MIB, GB__s=GIB),
        "source",
        "102400 bytes received in 0.01 seconds (9.77 MB/s)",
        "102400 bytes received in 10.00 seconds (10.00 KB/s)",
    ),
    _classic(
        "solaris",
        _CLASSIC,
        significant(2),
        _units(fixed(2), Kbytes__s=KIB),
        "source",
        "102400 bytes received in 0.012 seconds (8333.33 Kbytes/s)",
    ),
    _classic(
        "bsd43",  # 4.3BSD and MIT Kerberos
        _CLASSIC,
        significant(2),
        _units(significant(2), Kbytes__s=KIB),
        "source",
        "9493 bytes received in 8.8e-05 seconds (1.1e+05 Kbytes/s)",
        "2573621 bytes received in 0.69 seconds (3.6e+03 Kbytes/s)",
    ),
    _classic(
        "bsd42",
        _CLASSIC,
        truncated(2),
        _units(truncated(1), Kbytes__s=KIB),
        "source",
        "1048576 bytes received in 0.12 seconds (8533.3 Kbytes/s)",
    ),
    _classic(
        "aix",
        _CLASSIC,
        significant(4),
        _units(significant(4, least=3), Kbytes__s=KIB),
        "source",
        "299878400 bytes sent in 65.95 seconds (4441 Kbytes/s)",
    ),
    _classic(
        "heimdal",  # KTH, Heimdal, H3C switches
        _CLASSIC,
        significant(3),
        {
            "Mbyte/s": Rate((MIB,), fixed(2)),
            "kbyte/s": Rate((KIB,), fixed(1)),
            "byte/s": Rate((1,), whole()),
        },
        "source",
        "1569 bytes received in 0.0104 seconds (147.2 kbyte/s)",
        "10485760 bytes sent in 4.65 seconds (2.15 Mbyte/s)",
        "314 bytes received in 1.2 seconds (262 byte/s)",
    ),
    _windows(
        "windows",
        r"(?i:ftp): {bytes} bytes {direction} in {seconds} ?[Ss]econds {rate} ?{unit}",
        _ENGLISH,
        "Kbytes/sec",
        "ftp: 4333168 bytes sent in 10.63Seconds 407.48Kbytes/sec.",
        "ftp: 102400 bytes received in 0.00Seconds 102400.00Kbytes/sec.",
    ),
    _windows(
        "windows-de",
        r"(?i:ftp): {bytes} Bytes {direction} in {seconds} ?Sekunden {rate} ?{unit}",
        {"download": "empfangen", "upload": "gesendet"},
        "KB/s",
        "FTP: 1489 Bytes empfangen in 0,01Sekunden 297,80KB/s",
    ),
    _windows(
        "windows-fr",
        # The cedilla and the accents arrive in any code page, so one or two characters of any kind stand for each.
        r"(?i:ftp) ?: {bytes} octets {direction} en {seconds} ?secondes .{{1,2}} ?{rate} ?{unit}",
        {"download": "re.{1,2}us", "upload": "envoy.{1,2}s"},
        "Ko/s",
        "ftp : 67 octets reçus en 0.00 secondes à 67.00 Ko/s.",
        "ftp : 102400 octets envoyés en 0.05 secondes à 2048.00 Ko/s.",
    ),
    _windows(
        "windows-es",
        r"(?i:ftp): {bytes} bytes {direction} en {seconds} ?segundos {rate} ?a ?{unit}",
        {"download": "recibidos", "upload": "enviados"},
        "KB/s",
        "ftp: 126 bytes recibidos en 0.00segundos 42.00a KB/s.",
    ),
    Format(
        name="zos",
        layout=r"EZA1617I {bytes} bytes transferred in {seconds} seconds\. +Transfer rate {rate} {unit}",
        directions={},
        seconds=fixed(3),
        rates=_units(fixed(2), Kbytes__sec=KB),
        zero_elapsed=None,
        single_precision=False,
        evidence="source",
        samples=("EZA1617I 24 bytes transferred in 0.076 seconds. Transfer rate 0.32 Kbytes/sec.",),
    ),
    Format(
        name="lftp",
        layout=r"{bytes} bytes transferred in {seconds} seconds? \({rate} ?{unit}\)",
        directions={},
        seconds=whole(),
        rates=_units(as_shown(), B__s=1, KiB__s=KIB, MiB__s=MIB, GiB__s=GIB, b__s=1, K__s=KIB, M__s=MIB, G__s=GIB),
        zero_elapsed=None,
        single_precision=False,
        evidence="source",
        samples=(
            "10485760 bytes transferred in 4 seconds (2.47 MiB/s)",
            "261324 bytes transferred in 4 seconds (63.8K/s)",
        ),
    ),
    Format(
        name="lftp-short",  # lftp says no time below one second
        layout=r"(?:^|[\r>\]#\s]){bytes} bytes transferred$",
        directions={},
        seconds=None,
        rates={},
        zero_elapsed=None,
        single_precision=False,
        evidence="source",
        samples=("102400 bytes transferred",),
    ),
    Format(
        name="ftpstats",  # what `ftpstats run` writes for curl, lftp and its own client, which print no such line
        layout=r"{bytes} bytes {direction} in {seconds} secs \({rate} {unit}\)",
        directions=_ENGLISH,
        seconds=as_shown(least=6),
        rates=_units(significant(3), kB__s=KIB),
        zero_elapsed=1.0,
        single_precision=False,
        evidence="recorded",
        samples=(
            "102400 bytes received in 0.011433000 secs (8.75e+03 kB/s)",
            "10485760 bytes sent in 0.104210 secs (9.83e+04 kB/s)",
            "314 bytes received in 0.306641 secs (1 kB/s)",
        ),
    ),
)
