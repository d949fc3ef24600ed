"""Routers and switches: Huawei's VRP, H3C's Comware. What they print at elapsed 0 nobody has told."""

from ftpstats.logs.resolution import as_shown, fixed
from ftpstats.logs.transcript.formats.base import KB, KIB, MB, MIB, Format, units

__all__ = ["DEVICES"]

# line ::= ((?i) "ftp" " "? ": ")? bytes " byte(s) " direction " in " seconds " second(s)" ","? " " rate " "? unit
# direction ::= "receive" "d"? | "sent" | "send"   /* V8 writes "12386115 byte(s) send" */
# The brackets are printed as they stand. Switches with H3C's Comware print such a line, or `heimdal`'s.
_LAYOUT = r"(?:(?i:ftp) ?: )?{bytes} byte\(s\) {direction} in {seconds} second\(s\),? {rate} ?{unit}"
_WORDS = {"download": "received?", "upload": "sent|send"}

DEVICES: tuple[Format, ...] = (
    Format(
        name="huawei",  # VRP, and Comware where it prints the same; rates are cut off, and have no digit below 1
        layout=_LAYOUT,
        directions=_WORDS,
        seconds=as_shown(least=2, most=6),
        rates=units(
            as_shown(least=1, most=6, cut=True),
            **{"byte(s)/sec": 1, "Kbyte(s)/sec": KB, "K byte(s)/sec": KB, "Mbyte(s)/sec": MB},
        ),
        stopped=None,
        single_precision=False,
        evidence="source",
        samples=(
            "FTP: 1127 byte(s) received in 0.156 second(s) 7.22Kbyte(s)/sec.",
            "FTP: 2263 byte(s) sent in 0.180 second(s) 12.57Kbyte(s)/sec.",
            "FTP: 64 byte(s) received in 0.236 second(s) 270.88byte(s)/sec.",
            "FTP: 4 byte(s) received in 8.190 second(s) .48byte(s)/sec.",
        ),
    ),
    Format(
        name="huawei-v8",  # CE and NE; the rate is of a time that was cut to milliseconds
        layout=_LAYOUT,
        directions=_WORDS,
        seconds=fixed(9),
        rates=units(fixed(3), **{"byte(s)/sec": 1, "Kbyte(s)/sec": KIB, "Mbyte(s)/sec": MIB}),
        stopped=None,
        single_precision=False,
        evidence="source",
        samples=("FTP: 12386115 byte(s) send in 2.431549000 second(s) 4975.654Kbyte(s)/sec.",),
        rate_cut=1e-3,
    ),
)
