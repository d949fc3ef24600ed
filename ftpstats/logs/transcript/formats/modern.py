"""lftp on a terminal, and the line that `ftpstats run` writes for clients that print none."""

from ftpstats.logs.resolution import as_shown, significant, whole
from ftpstats.logs.transcript.formats.base import ENGLISH, GIB, KIB, MIB, Format, StoppedClock, units

__all__ = ["MODERN"]

# What lftp 4.9 says in cs, de, es, fr, ja, pl, ru and uk; in its other languages this line is English.
_MOVED = (
    "bytes? transferred in|Bytes? übertragen in|octets? transférés? en|bytes? transferidos en|bajt\\w* přenes\\w* za|"
    "bajt\\w* przesłan\\w* w ciągu|байт\\w* (?:перемещен\\w* )?за|バイト転送済、"
)
_SECONDS = "seconds?|Sekunden?|secondes?|segundos?\\.|sekund\\w*|секунд\\w*|秒経過"

MODERN: tuple[Format, ...] = (
    Format(
        name="lftp",
        # line ::= bytes moved seconds noun " (" rate " "? unit ")"   /* moved, noun: in the language of the terminal */
        # An old one has no blank before its unit: "(63.8K/s)".
        layout=rf"(?:Передано )?{{bytes}} ?(?:{_MOVED}) ?{{seconds}} ?(?:{_SECONDS}) \({{rate}} ?{{unit}}\)",
        directions={},
        seconds=whole(),
        rates=units(as_shown(), B__s=1, KiB__s=KIB, MiB__s=MIB, GiB__s=GIB, b__s=1, K__s=KIB, M__s=MIB, G__s=GIB)
        | units(as_shown(), б__с=1, Киб__с=KIB, Миб__с=MIB, Б__с=1, КіБ__с=KIB, МіБ__с=MIB),
        stopped=None,  # below a second it prints no time
        single_precision=False,
        evidence="source",
        samples=(
            "10485760 bytes transferred in 4 seconds (2.47 MiB/s)",
            "261324 bytes transferred in 4 seconds (63.8K/s)",
            "10485760 Bytes übertragen in 2 Sekunden (4.76 MiB/s)",
            "10485760 octets transférés en 2 secondes (4.71 MiB/s)",
            "10485760 bytes transferidos en 2 segundos. (4.85 MiB/s)",
            "10485760 bajtů přeneseno za 2 sekundy (4.75 MiB/s)",
            "10485760 bajtów przesłanych w ciągu 2 sekund (4.69 MiB/s)",
            "10485760 байтов перемещено за 2 секунды (4.58 Миб/с)",
            "Передано 10485760 байтів за 2 секунди (4.74 МіБ/с)",
            "10485760 バイト転送済、2 秒経過 (4.70 MiB/s)",
        ),
    ),
    Format(
        name="lftp-short",  # below one second; behind anything but a prompt, a frame or a clock it is a sentence
        # line  ::= front bytes " bytes transferred" EOL
        # front ::= start | (CR | [>#%|*] | "]") WS* | h ":" mm ":" ss ([.,] DIGIT+)? "Z"? WS+
        # `grammar.PREFIX` is too generous here: "job finished, 204800 bytes transferred" and "rsync: 102400 bytes
        # transferred" are no results.
        layout=r"(?:^|[\r>\]#%|*]\s*|\d\d:\d\d:\d\d(?:[.,]\d+)?Z?\s+){bytes} bytes transferred$",
        directions={},
        seconds=None,
        rates={},
        stopped=None,
        single_precision=False,
        evidence="source",
        samples=("102400 bytes transferred",),
    ),
    Format(
        name="ftpstats",  # what `ftpstats run` writes for curl, lftp and its own client, which print no such line
        # line ::= bytes " bytes " ("received" | "sent") " in " seconds " secs (" rate " kB/s)"
        # netkit's words, which the thesis's scripts read, with six decimals or more: netkit has two beside kB/s.
        layout=r"{bytes} bytes {direction} in {seconds} secs \({rate} {unit}\)",
        directions=ENGLISH,
        seconds=as_shown(least=6),
        rates=units(significant(3), kB__s=KIB),
        stopped=StoppedClock(1.0, None, "102400 bytes received in 0.000000 secs (100 kB/s)"),
        single_precision=False,
        evidence="recorded",
        samples=(
            "102400 bytes received in 0.011433000 secs (8.75e+03 kB/s)",
            "10485760 bytes sent in 0.104210 secs (9.83e+04 kB/s)",
            "314 bytes received in 0.306641 secs (1 kB/s)",
        ),
    ),
)
