"""
Result lines of clients that nobody listed: the classic orders of words, with digits taken as they are shown.

A script's own `printf`, a reformatted log, or Windows in a language without an entry. Such a line is only believed
where k of 1024 or of 1000 makes bytes, time and rate agree: `results` sees to that.
"""

from itertools import product

from ftpstats.logs.resolution import as_shown, clock
from ftpstats.logs.transcript.formats.base import KB, KIB, Format, Rate, StoppedClock

__all__ = ["DIRECTION_WORDS", "LOOK_ALIKES", "UNKNOWN", "UNLISTED"]

UNKNOWN = "unknown"

# other ::= bytes " bytes transferred in " seconds " sec" "s"? " (" rate " bytes/sec)"   /* dd */
#         | "bytes copied in " | "bytes sent, " DIGIT+ " bytes received"                 /* Cisco; Ncat */
#         | ^ program                      /* a program that says its own name first */
#         | ^ "Completed: " | DIGIT "K bytes transferred" | "K bits/sec"                 /* Aspera */
# What other programs print in the same order of words. By name, for their numbers agree as well as a client's do.
LOOK_ALIKES = (
    r"bytes transferred in [0-9.,]+ secs? \([0-9.,]+ bytes/sec\)"
    r"|bytes copied in |bytes sent, [0-9]+ bytes received"
    r"|^(?:iperf3?|curl|wget|nc|ncat|rsync|scp|sx|\[tftp\])\b"
    r"|^Completed: |[0-9]K bytes transferred|[0-9.]K bits/sec"
)

# Stems: a line in any grammatical form. Only "sent" and "send" need their bounds, for "absent" holds one of them.
# ".{1,2}" is an accented letter that a wrong code page may have made two characters of any kind.
DIRECTION_WORDS = {
    "download": r"(?i)receiv|retriev|download|empfangen|re.{1,2}us|recibid|recebid|ricevut|ontvangen|odebran|получен|"
    "受信|收到|接收|받",
    "upload": r"(?i)\bsent\b|\bsend\b|upload|gesendet|envoy|enviad|inviat|verzonden|wys.{1,2}an|отправлен|"
    "送信|发送|傳送|보",
}
# The words of the line are a closed list: "N bytes … in T" alone is a sentence that many programs print.
_VERBS = (
    r"(?i:received?|sent|send|retrieved|transferred|uploaded|downloaded|empfangen|gesendet|übertragen|re.{{1,2}}us|"
    r"envoy.{{1,2}}s|recibidos|enviados|ricevuti|inviati|получено|отправлено|受信されました|送信されました|收到|发送)"
)
_BYTES = r"(?i:bytes?|octets?|байт|バイト|字节)(?:\(s\))?"
_IN = r"(?i:in|en|dans|за)"
_TIME = r"(?i:s|secs?|seconds?|sekunden?|secondes?|segundos?|secondi|сек|秒)\.?"

_PREFIXES = {"": 0, "k": 1, "K": 1, "M": 2, "G": 3}
_BYTE_WORDS = ("B", "b", "byte", "bytes", "Byte", "Bytes", "BYTES", "byte(s)", "o", "octets")
_BIT_WORDS = ("bit", "bits", "Bit", "Bits")
_PER = ("/s", "/sec", "/second", "/S", "/Sec", "/SEC", "/сек", "/秒")


def _rates() -> dict[str, Rate]:
    """Every unit of a rate that is understood; where it does not say i, its k may be 1024 or 1000."""
    found = {}
    for (prefix, power), word, per in product(_PREFIXES.items(), _BYTE_WORDS + _BIT_WORDS, _PER):
        size = 1 / 8 if word in _BIT_WORDS else 1
        scales = (size * KIB**power, size * KB**power)
        found[prefix + word + per] = Rate(scales if power else scales[:1], as_shown())
        if power:
            found[f"{prefix}i{word}{per}"] = Rate(scales[:1], as_shown())
    return found


# classic ::= bytes " " byte-word " " verb " " in " " seconds " "? time-word " (" " "? rate " "? unit ")"
# clock   ::= bytes " " byte-word " " verb " " in " " clock (" "? time-word)? " (" " "? rate " "? unit ")"
# Two, because a plain number needs its word, and h:m:s none.
_CLASSIC = rf"{{bytes}} {_BYTES} {_VERBS} {_IN} {{seconds}} ?{_TIME} \( ?{{rate}} ?{{unit}}\)"
_CLOCK = rf"{{bytes}} {_BYTES} {_VERBS} {_IN} {{seconds}}(?: ?{_TIME})? \( ?{{rate}} ?{{unit}}\)"
# windows ::= (?i) "ftp" " "? ":" words bytes words seconds words rate words unit "/" words EOL
# words   ::= [^0-9/]*?
# In any language, but with numbers only where they belong, and a rate per something at the end.
_WINDOWS = r"(?i:ftp) ?: ?[^\d/]*?{bytes} ?[^\d/]+?{seconds} ?[^\d/]+?{rate} ?[^\d/]*?{unit}/[^\d/]*$"

UNLISTED: tuple[Format, ...] = (
    Format(
        name=UNKNOWN,
        layout=_CLASSIC,
        directions={},
        seconds=as_shown(),
        rates=_rates(),
        stopped=StoppedClock(1.0, None, "1048576 bytes received in 0.000000 seconds (1024.0000 kbytes/s)"),
        single_precision=False,
        evidence="source",
        samples=(
            "1048576 bytes received in 0.104400 seconds (9808.4291 kbytes/s)",
            "1048576 bytes downloaded in 0.1044 s (10.0438 MB/s)",
            "1048576 Bytes empfangen in 0,104 Sekunden (76,92 MiBit/s)",
        ),
    ),
    Format(
        name=UNKNOWN,
        layout=_CLOCK,
        directions={},
        seconds=clock(None),
        rates=_rates(),
        stopped=None,
        single_precision=False,
        evidence="source",
        samples=("1048576 bytes uploaded in 0:00:01.044 (980.8 KB/s)", "104857600 bytes sent in 1:02 (1.6 MB/s)"),
    ),
    Format(
        name=UNKNOWN,
        layout=_WINDOWS,
        directions={},
        seconds=as_shown(),
        rates={"": Rate((KB, KIB), as_shown())},
        stopped=StoppedClock(1e-6, 1e-3, "ftp: 45 bytes recebidos em 0,00Segundos 45000,00Kbytes/s."),
        single_precision=False,
        evidence="source",
        samples=(
            "ftp: 102400 bytes recebidos em 0,05Segundos 2048,00Kbytes/s.",
            "ftp: odebrano 102400 bajtów w czasie 0,05Sekund 2048,00KB/s.",
        ),
    ),
)
