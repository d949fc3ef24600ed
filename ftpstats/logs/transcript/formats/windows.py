"""
Windows's ftp.exe in several languages: milliseconds behind a time of two decimals, and k is 1000.

At 0 ms it divides by a microsecond: the rate is then 1000 times the bytes, and the rate that equals the bytes is a
true millisecond. The accents and the letters arrive in the console's code page, see `ftpstats.logs.encoding`.
"""

from collections.abc import Mapping

from ftpstats.logs.resolution import fixed
from ftpstats.logs.transcript.formats.base import ENGLISH, KB, Format, Rate, StoppedClock

__all__ = ["WINDOWS"]

_TICK, _DIVISOR = 1e-3, 1e-6


def _windows(name: str, layout: str, directions: Mapping[str, str], unit: str, stopped: str, *samples: str) -> Format:
    """Return the entry of one language; `stopped` is the line of a clock that did not advance."""
    rates = {unit: Rate((KB,), fixed(2))}
    clock = StoppedClock(_DIVISOR, _TICK, stopped)
    return Format(name, layout, directions, fixed(2), rates, clock, False, "source", samples)


# A line in any of the languages; what differs is below, with its samples.
#   line ::= (?i) "ftp" " "? ":" " " bytes " " word " " direction " " word " " seconds " "? word " " rate " "? unit
# French has a blank before the colon; between a number and its word stands one or none, by language. What follows the
# unit is free: a stop, a bracket that nothing opened (Italian), "85Mb Av" (an old one).
WINDOWS: tuple[Format, ...] = (
    _windows(
        "windows",  # an old one wrote no "ftp: ", and an average behind the rate
        r"(?:(?i:ftp) ?: )?{bytes} bytes {direction} in {seconds} ?[Ss]econds {rate} ?{unit}",
        ENGLISH,
        "Kbytes/sec",
        "ftp: 45 bytes received in 0.00Seconds 45000.00Kbytes/sec.",
        "ftp: 4333168 bytes sent in 10.63Seconds 407.48Kbytes/sec.",
        "ftp: 102400 bytes received in 0.00Seconds 102400.00Kbytes/sec.",
        "524288000 bytes sent in 49.34Seconds 10625.16Kbytes/sec. 85Mb Av",
    ),
    _windows(
        "windows-nt4",
        # In brackets as BSD's, but its clock stops as Windows's does: 1000 times the bytes at 0 ms.
        r"{bytes} bytes {direction} in {seconds} seconds \({rate} {unit}\)",
        ENGLISH,
        "Kbytes/sec",
        "36 bytes sent in 0.00 seconds (36000.00 Kbytes/sec)",
        "287232 bytes sent in 1.10 seconds (260.88 Kbytes/sec)",
    ),
    _windows(
        "windows-de",
        r"(?i:ftp) ?: {bytes} Bytes {direction} in {seconds} ?Sekunden {rate} ?{unit}",
        {"download": "empfangen", "upload": "gesendet"},
        "KB/s",
        "FTP: 45 Bytes empfangen in 0,00Sekunden 45000,00KB/s",
        "FTP: 1489 Bytes empfangen in 0,01Sekunden 297,80KB/s",
    ),
    _windows(
        "windows-fr",
        # Text that went through a wrong code page has one or two characters of any kind for each accent.
        r"(?i:ftp) ?: {bytes} octets {direction} en {seconds} ?secondes .{{1,2}} ?{rate} ?{unit}",
        {"download": "re.{1,2}us", "upload": "envoy.{1,2}s"},
        "Ko/s",
        "ftp : 45 octets reçus en 0.00 secondes à 45000.00 Ko/s.",
        "ftp : 67 octets reçus en 0.00 secondes à 67.00 Ko/s.",
        "ftp : 102400 octets envoyés en 0.05 secondes à 2048.00 Ko/s.",
    ),
    _windows(
        "windows-es",  # the preposition "a" clings to the rate: "45000.00a KB/s"
        r"(?i:ftp) ?: {bytes} bytes {direction} en {seconds} ?segundos {rate} ?a ?{unit}",
        {"download": "recibidos", "upload": "enviados"},
        "KB/s",
        "ftp: 45 bytes recibidos en 0.00segundos 45000.00a KB/s.",
        "ftp: 126 bytes recibidos en 0.00segundos 42.00a KB/s.",
    ),
    _windows(
        "windows-it",  # only half of it is translated: "51 bytes received in 0,00secondi"
        r"(?i:ftp) ?: {bytes} bytes {direction} in {seconds} ?secondi {rate} ?{unit}",
        {"download": "received|ricevuti", "upload": "sent|inviati"},
        "Kbyte/sec",
        "ftp: 51 bytes received in 0,00secondi 51000,00Kbyte/sec)",
        "ftp: 102400 bytes received in 0,05secondi 2048,00Kbyte/sec)",
    ),
    _windows(
        "windows-ru",
        r"(?i:ftp) ?: {bytes} байт {direction} за {seconds} ?\(сек\) со скоростью {rate} ?{unit}",
        {"download": "получено", "upload": "отправлено"},
        "(КБ/сек)",
        "ftp: 7 байт отправлено за 0.00 (сек) со скоростью 7000.00 (КБ/сек).",
        "ftp: 75820306 байт получено за 2.94 (сек) со скоростью 25771.69 (КБ/сек).",
    ),
    _windows(
        "windows-ja",
        r"(?i:ftp) ?: {bytes} ?バイトが{direction} ?{seconds} ?秒 ?{rate} ?{unit}",
        {"download": "受信されました", "upload": "送信されました"},
        "KB/秒",
        "ftp: 45 バイトが受信されました 0.00秒 45000.00KB/秒。",
        "ftp: 369098752 バイトが送信されました 178.33秒 2069.76KB/秒。",
    ),
    _windows(
        "windows-zh",  # the direction comes first; comma and stop are full-width or plain
        r"(?i:ftp) ?: ?{direction} ?{bytes} ?字节[，,] ?用时 ?{seconds} ?秒 ?{rate} ?{unit}",
        {"download": "收到", "upload": "发送"},
        "千字节/秒",
        "ftp: 收到 981 字节，用时 0.00秒 981000.00千字节/秒。",
        "ftp: 收到 981 字节，用时 0.02秒 61.31千字节/秒.",
        "ftp: 发送 4333168 字节，用时 10.63秒 407.48千字节/秒.",
    ),
)
