"""Mainframes and minicomputers: z/OS, IBM i, OpenVMS, NonStop. What they print at elapsed 0 nobody has told."""

from ftpstats.logs.resolution import clock, fixed, whole
from ftpstats.logs.transcript.formats.base import ENGLISH, GIB, KB, KIB, MB, MIB, Format, units

__all__ = ["MAINFRAME"]

# zos, ibm-i ::= ("EZA1617I " )? bytes " bytes transferred in " seconds " seconds. " " "* "Transfer rate " rate " " unit
# openvms    ::= bytes " byte" "s"? " " direction " in " clock " second" "s"? " (" rate " " unit ")"
# nonstop    ::= bytes " bytes transferred in " seconds " second" "s"? " (" " "? rate " "? unit ")"
# Neither z/OS, IBM i nor NonStop says which way: the command does. z/OS and IBM i are told apart by unit and
# decimals, OpenVMS by a clock with a fraction, and lftp from NonStop by its units (MiB/s; here MB/s).
MAINFRAME: tuple[Format, ...] = (
    Format(
        name="zos",
        layout=r"(?:EZA1617I )?{bytes} bytes transferred in {seconds} seconds\. +Transfer rate {rate} {unit}",
        directions={},
        seconds=fixed(3),
        rates=units(fixed(2), Kbytes__sec=KB),
        stopped=None,
        single_precision=False,
        evidence="source",
        samples=("EZA1617I 24 bytes transferred in 0.076 seconds. Transfer rate 0.32 Kbytes/sec.",),
    ),
    Format(
        name="ibm-i",
        layout=r"{bytes} bytes transferred in {seconds} seconds\. +Transfer rate {rate} {unit}",
        directions={},
        seconds=fixed(3),
        rates=units(fixed(3), KB__sec=KB, MB__sec=MB),
        stopped=None,
        single_precision=False,
        evidence="source",
        samples=("2356992 bytes transferred in 0.721 seconds. Transfer rate 3270.406 KB/sec.",),
    ),
    Format(
        name="openvms",  # TCP/IP Services
        layout=r"{bytes} bytes? {direction} in {seconds} seconds? \({rate} {unit}\)",
        directions=ENGLISH,
        seconds=clock(2),
        rates=units(fixed(2), bytes__s=1, Kbytes__s=KIB, Mbytes__s=MIB),
        stopped=None,
        single_precision=False,
        evidence="source",
        samples=("3296 bytes received in 00:00:00.28 seconds (11.14 Kbytes/s)",),
    ),
    Format(
        name="nonstop",  # HP NonStop's SFTP
        layout=r"{bytes} bytes transferred in {seconds} seconds? \( ?{rate} ?{unit}\)",
        directions={},
        seconds=whole(),
        rates=units(fixed(1), KB__s=KIB, MB__s=MIB, GB__s=GIB),
        stopped=None,
        single_precision=False,
        evidence="source",
        samples=("165527760 bytes transferred in 86 seconds ( 1.8MB/s)",),
    ),
)
