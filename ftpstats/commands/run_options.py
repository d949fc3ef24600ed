"""The options of `ftpstats run` and `ftpstats serve` alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ftpstats.commands.options import one_of, read_by
from ftpstats.errors import UsageError
from ftpstats.manifest import MAX_FAILURES
from ftpstats.units import KIB, MIB, parse_rate, parse_seconds, parse_size

DEFAULT_SIZES = (100 * KIB, 10 * MIB, 100 * MIB)  # the thesis's
# As the experiment knows them; named here, because it is not imported for --help.
CLIENT_NAMES = ("auto", "legacy", "inetutils", "netkit", "tnftp", "lftp", "curl", "builtin")
ORDERS = ("sequential", "rounds", "interleaved", "random")

# --- of the experiment ------------------------------------------------------------------------------------------------

Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[LABEL[=HOST[:PORT]]]...", help="Servers to measure; a label alone is a server that ftpstats starts."
    ),
]
ClientName = Annotated[
    str,
    typer.Option(
        "--client",
        metavar="CLIENT",
        parser=one_of("--client", CLIENT_NAMES),
        help=f"{', '.join(CLIENT_NAMES)}; legacy is the thesis's script, auto takes it or what there is.",
    ),
]
Times = Annotated[int, typer.Option("--times", min=1, help="Transfers of each file from each server, in each run.")]
Runs = Annotated[
    int,
    typer.Option("--runs", min=1, help="Runs of each label; several, in rounds, let a verdict reach beyond one run."),
]
TestSizes = Annotated[
    list[int] | None,
    typer.Option(
        "--size",
        metavar="SIZE",
        parser=read_by("--size", parse_size),
        help="ftp-test-SIZE.img; 100KB, 10MB, 100MB unless given.",
    ),
]
RemoteFiles = Annotated[
    list[str] | None, typer.Option("--file", metavar="NAME", help="A file on your servers; or yours, to upload.")
]
Upload = Annotated[bool, typer.Option("--upload", help="Send files instead of fetching them.")]
WarmUp = Annotated[int, typer.Option("--warm-up", min=0, help="Transfers of each file before each run, not analysed.")]
Pause = Annotated[float, typer.Option("--pause", min=0, metavar="SECONDS", help="Between sub-experiments.")]
Before = Annotated[str | None, typer.Option("--before", metavar="COMMAND", help="Run before each sub-experiment.")]
After = Annotated[str | None, typer.Option("--after", metavar="COMMAND", help="Run after each sub-experiment.")]
Order = Annotated[
    str | None,
    typer.Option(
        "--order",
        metavar="ORDER",
        parser=one_of("--order", ORDERS),
        help=f"{', '.join(ORDERS)}. sequential, label after label, is the thesis's and the default of one run; rounds, "
        "each with every label once, shuffled, is that of several, and advised; in interleaved, servers take turns "
        "within a run.",
    ),
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Of --order rounds and random; it is recorded.")]
Timeout = Annotated[float, typer.Option("--timeout", min=0.1, max=604800, metavar="SECONDS", help="For each transfer.")]
Parallel = Annotated[int, typer.Option("--parallel", min=1, max=256, help="Clients at once.")]
WithTls = Annotated[bool, typer.Option("--tls", help="Explicit FTPS, with curl, lftp or builtin.")]
Certificate = Annotated[
    Path | None, typer.Option("--certificate", metavar="FILE", help="PEM of whom to trust, else whom the system does.")
]
Insecure = Annotated[bool, typer.Option("--insecure", help="Do not check certificates.")]
User = Annotated[
    str | None,
    typer.Option("--user", help="Else by ~/.netrc, else anonymous. FTPSTATS_PASSWORD holds the password, or ask."),
]
Keep = Annotated[bool, typer.Option("--keep", help="Keep what was downloaded.")]
MaxFailures = Annotated[
    int | None,
    typer.Option(
        "--max-failures",
        min=0,
        help=f"Stop a label after so many failures in a row, {MAX_FAILURES} unless given; 0 for never. Others go on.",
    ),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Finish the experiment in --output, with its settings and its users.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan and how long it may take.")]
Throttles = Annotated[
    list[str] | None,
    typer.Option(
        "--throttle",
        metavar="[LABEL=]RATE",
        help="Pace of the servers that ftpstats starts, like 20MB/s; of one of them, like slow=5MB/s.",
    ),
]
Folder = Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Where FTP.log and RESULT.log go.")]

# --- of the server ----------------------------------------------------------------------------------------------------

Host = Annotated[str, typer.Option("--host", metavar="HOST", help="Address to listen on.")]
Port = Annotated[
    int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="Port to listen on; 0 takes any free one.")
]
Root = Annotated[Path | None, typer.Option("--root", metavar="DIR", help="Serve this folder, not files made for it.")]
ServerUser = Annotated[str, typer.Option("--user", metavar="NAME", help="The one user who may log in.")]
Writable = Annotated[bool, typer.Option("--writable", help="Let clients upload, change and delete.")]
ServerTls = Annotated[bool, typer.Option("--tls", help="Demand TLS (AUTH TLS), with a certificate made for it.")]
Throttle = Annotated[
    float | None,
    typer.Option(
        "--throttle",
        metavar="RATE",
        parser=read_by("--throttle", parse_rate),
        help="Pace of each transfer, like 20MB/s.",
    ),
]
Latency = Annotated[
    float | None,
    typer.Option(
        "--latency",
        metavar="TIME",
        parser=read_by("--latency", parse_seconds),
        help="Wait before each reply and before the first byte of data, like 5ms.",
    ),
]


def parse_throttles(texts: Sequence[str]) -> dict[str | None, float]:
    """
    Read paces like ``slow=20MB/s``: bytes per second by label; by None, what has none, like ``20MB/s``.

    Raises
    ------
    UsageError
        If a text is none, or two are for the same.
    """
    paces: dict[str | None, float] = {}
    for text in texts:
        name, given, rate = text.rpartition("=")
        label = name if given else None
        if label in paces:
            whom = "every label" if label is None else label
            raise UsageError(
                f"--throttle {text}: there is a pace for {whom} already; name each once, like LABEL=20MB/s"
            )
        try:
            paces[label] = parse_rate(rate)
        except ValueError as error:
            raise UsageError(f"--throttle {text}: write it like LABEL=20MB/s or 20MB/s") from error
    return paces


def check_tls(tls: bool, certificate: Path | None, insecure: bool) -> None:
    """
    Check the options of TLS against each other.

    Raises
    ------
    UsageError
        If they are without --tls, or the certificate is no file.
    """
    if (certificate or insecure) and not tls:
        raise UsageError("--certificate and --insecure are about TLS; ask for it with --tls")
    if certificate and not certificate.is_file():
        raise UsageError(f"--certificate {certificate}: there is no such file")
