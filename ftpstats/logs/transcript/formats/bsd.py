"""Descendants of 4.2BSD's ftp: netkit, inetutils, NetBSD, OpenBSD, the commercial Unixes, Kerberos, Heimdal."""

from collections.abc import Mapping

from ftpstats.logs.resolution import DURATION, Digits, fixed, significant, truncated, whole
from ftpstats.logs.transcript.formats.base import (
    ENGLISH,
    GIB,
    KB,
    KIB,
    MIB,
    TIB,
    Evidence,
    Format,
    Rate,
    StoppedClock,
    units,
)

__all__ = ["BSD"]

# seconds-line ::= bytes " byte" "s"? " " direction " in " seconds " second" "s"? " (" rate " "? unit ")"
# secs-line    ::= bytes " byte" "s"? " " direction " in " seconds " sec" "s"? " (" rate " "? unit ")"
# direction    ::= "received" | "sent"
# Of these clients only netkit writes "secs". Two layouts, so that telling them apart is not left to units and digits.
_SECONDS = r"{bytes} bytes? {direction} in {seconds} seconds? \({rate} ?{unit}\)"
_SECS = r"{bytes} bytes? {direction} in {seconds} secs? \({rate} ?{unit}\)"


def _classic(  # noqa: PLR0913, PLR0917 - what an entry says
    name: str,
    layout: str,
    seconds: Digits,
    rates: Mapping[str, Rate],
    evidence: Evidence,
    stopped: str,
    *samples: str,
) -> Format:
    """
    Return an entry with English words, 32-bit floats, and `nz`, 4.2BSD's macro that takes elapsed 0 for one second.

    `stopped` is the line that it then prints: so many bytes a second as there are bytes.
    """
    clock = StoppedClock(1.0, None, stopped)
    return Format(name, layout, ENGLISH, seconds, rates, clock, True, evidence, samples)


BSD: tuple[Format, ...] = (
    _classic(
        "netkit-debian-old",
        _SECS,
        fixed(2),
        units(fixed(1), kB__s=KIB),
        "source",
        "102400 bytes received in 0.00 secs (100.0 kB/s)",
        "102400 bytes received in 0.01 secs (8746.3 kB/s)",
        "10485760 bytes sent in 1.02 secs (10052.1 kB/s)",
        "102400 bytes received in -0.05 secs (-2000.0 kB/s)",
    ),
    _classic(
        "netkit-debian",
        _SECS,
        fixed(2),
        units(fixed(4), kB__s=KIB, MB__s=MIB),
        "recorded",
        "102400 bytes received in 0.00 secs (100.0000 kB/s)",
        "314 bytes received in 0.00 secs (350.4464 kB/s)",
        "102400 bytes received in 0.00 secs (280.6214 MB/s)",
        "2684354560 bytes received in 0.92 secs (2796.0020 MB/s)",
    ),
    _classic(
        "netkit-upstream",
        _SECS,
        significant(3),
        units(significant(2), Kbytes__sec=(KIB, KB)),
        "recorded",
        "102400 bytes received in 0 secs (1e+02 Kbytes/sec)",
        "10485760 bytes received in 0.0184 secs (5.6e+05 Kbytes/sec)",
        "10485760 bytes received in 0.00316 secs (3.2e+03 Kbytes/sec)",
    ),
    _classic(
        "netkit-redhat",
        _SECS,
        significant(3),
        units(fixed(2), Kbytes__sec=(KB, KIB)),
        "source",
        "10240 bytes received in 0 secs (10.24 Kbytes/sec)",
        "10240 bytes received in 8e-05 secs (125000.00 Kbytes/sec)",
        "1048576 bytes sent in 0.0915 secs (11459.85 Kbytes/sec)",
    ),
    _classic(
        "inetutils",
        _SECONDS,
        significant(3),
        units(significant(3), bytes__s=1, kbytes__s=KIB, Mbytes__s=MIB),
        "recorded",
        "102400 bytes received in 0 seconds (100 kbytes/s)",
        "102400 bytes received in 0.000402 seconds (243 Mbytes/s)",
        "102400 bytes received in 0,000183 seconds (534 Mbytes/s)",
        "104857600 bytes received in 0.281 seconds (356 Mbytes/s)",
        "512 bytes sent in 1.01 seconds (507 bytes/s)",
    ),
    _classic(
        "bsd44",  # 4.4BSD and inetutils 1.3 to 1.9.2
        _SECONDS,
        significant(3),
        units(whole(least=4), bytes__s=1),
        "source",
        "102400 bytes received in 0 seconds (102400 bytes/s)",
        "11 bytes received in 0.000225 seconds (48888 bytes/s)",
        "10485760 bytes received in 120 seconds (87381 bytes/s)",
    ),
    _classic(
        "inetutils-new",
        _SECONDS,
        fixed(4),
        units(fixed(4), bytes__s=1, kbytes__s=KIB, Mbytes__s=MIB),
        "source",
        "102400 bytes received in 0.0000 seconds (100.0000 kbytes/s)",
        "2501210 bytes received in 3.0102 seconds (811.4376 kbytes/s)",
    ),
    Format(
        name="tnftp",  # NetBSD's and macOS's; what `ftp` is on Debian 12. A fetched URL is "retrieved".
        # line ::= bytes " byte" "s"? " " ("received" | "retrieved" | "sent") " in " clock " (" rate " " unit ")"
        # A clock names no unit of time: "102400 bytes received in 00:00 (488.28 MiB/s)".
        layout=r"{bytes} bytes? {direction} in {seconds} \({rate} {unit}\)",
        directions={"download": "received|retrieved", "upload": "sent"},
        seconds=DURATION,
        # Before 2009 it wrote KB/s for what it now writes KiB/s. It computes in whole numbers of 1/1024 of the unit.
        rates=units(
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
        stopped=StoppedClock(1.0, None, "102400 bytes received in 00:00 (100.00 KiB/s)"),
        single_precision=False,
        evidence="recorded",
        samples=(
            "102400 bytes received in 00:00 (488.28 MiB/s)",
            "1 byte received in 00:00 (2.68 KiB/s)",
            "104857600 bytes sent in 1:02:03 (27.50 KiB/s)",
            "2684354560 bytes received in 1 day  9:22:28 (21.81 KiB/s)",
            "102400 bytes received in 00:00 (488.28 KB/s)",
            "3516153 bytes retrieved in 00:11 (305.60 KiB/s)",
        ),
    ),
    _classic(
        "openbsd",
        _SECONDS,
        fixed(2),
        units(fixed(2), KB__s=KIB, MB__s=MIB, GB__s=GIB),
        "source",
        "102400 bytes received in 0.00 seconds (100.00 KB/s)",
        "102400 bytes received in 0.01 seconds (9.77 MB/s)",
        "102400 bytes received in 10.00 seconds (10.00 KB/s)",
    ),
    _classic(
        "solaris",
        _SECONDS,
        significant(2),
        units(fixed(2), Kbytes__s=KIB),
        "source",
        "102400 bytes received in 0 seconds (100.00 Kbytes/s)",
        "102400 bytes received in 0.012 seconds (8333.33 Kbytes/s)",
    ),
    _classic(
        "bsd43",  # 4.3BSD and MIT Kerberos
        _SECONDS,
        significant(2),
        units(significant(2), Kbytes__s=KIB),
        "source",
        "102400 bytes received in 0 seconds (1e+02 Kbytes/s)",
        "9493 bytes received in 8.8e-05 seconds (1.1e+05 Kbytes/s)",
        "2573621 bytes received in 0.69 seconds (3.6e+03 Kbytes/s)",
    ),
    _classic(
        "bsd42",
        _SECONDS,
        truncated(2),
        units(truncated(1), Kbytes__s=KIB),
        "source",
        "102400 bytes received in 0.00 seconds (100.0 Kbytes/s)",
        "1048576 bytes received in 0.12 seconds (8533.3 Kbytes/s)",
    ),
    _classic(
        "aix",
        _SECONDS,
        significant(4),
        units(significant(4, least=3), Kbytes__s=KIB),
        "source",
        "102400 bytes received in 0 seconds (100 Kbytes/s)",
        "299878400 bytes sent in 65.95 seconds (4441 Kbytes/s)",
    ),
    _classic(
        "heimdal",  # KTH, Heimdal, H3C switches
        _SECONDS,
        significant(3),
        {
            "Mbyte/s": Rate((MIB,), fixed(2)),
            "kbyte/s": Rate((KIB,), fixed(1)),
            "byte/s": Rate((1,), whole()),
        },
        "source",
        "102400 bytes received in 0 seconds (100.0 kbyte/s)",
        "1569 bytes received in 0.0104 seconds (147.2 kbyte/s)",
        "10485760 bytes sent in 4.65 seconds (2.15 Mbyte/s)",
        "314 bytes received in 1.2 seconds (262 byte/s)",
    ),
)
