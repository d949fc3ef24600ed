"""The options of `ftpstats run` and `ftpstats serve` alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from ftpstats.manifest import MAX_FAILURES

# As the experiment knows them; named here, because it is not imported for --help.
CLIENT_NAMES = ("auto", "legacy", "inetutils", "netkit", "tnftp", "lftp", "curl", "builtin")
ORDERS = ("sequential", "rounds", "interleaved", "random")

# --- of the experiment ------------------------------------------------------------------------------------------------

Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="LABEL[=HOST[:PORT]]", help="Servers to measure; a label alone is a server that ftpstats starts."
    ),
]
ClientName = Annotated[
    str,
    typer.Option(
        "--client",
        metavar="CLIENT",
        help=f"{', '.join(CLIENT_NAMES)}; legacy is the thesis's script, auto takes it or what there is.",
    ),
]
Times = Annotated[int, typer.Option("--times", min=1, help="Transfers of each file from each server, in each run.")]
Runs = Annotated[
    int,
    typer.Option("--runs", min=1, help="Runs of each label; several, in rounds, let a verdict reach beyond one run."),
]
TestSizes = Annotated[
    list[str] | None,
    typer.Option(
        "--size",
        metavar="SIZE",
        help="ftp-test-SIZE.img; 100KB, 10MB, 100MB unless given.",
    ),
]
RemoteFiles = Annotated[
    list[str] | None, typer.Option("--file", metavar="NAME", help="A file on your servers; or yours, to upload.")
]
Upload = Annotated[bool, typer.Option("--upload", help="Send files instead of fetching them.")]
WarmUp = Annotated[int, typer.Option("--warm-up", min=0, help="Transfers of each file before each run, not analysed.")]
Pause = Annotated[str, typer.Option("--pause", metavar="TIME", help="Between sub-experiments, like 60s.")]
Before = Annotated[str | None, typer.Option("--before", metavar="COMMAND", help="Run before each sub-experiment.")]
After = Annotated[str | None, typer.Option("--after", metavar="COMMAND", help="Run after each sub-experiment.")]
Order = Annotated[
    str | None,
    typer.Option(
        "--order",
        metavar="ORDER",
        help=f"{', '.join(ORDERS)}. sequential, label after label, is the thesis's and the default of one run; rounds, "
        "each with every label once, shuffled, is that of several, and advised; in interleaved, servers take turns "
        "within a run.",
    ),
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Of --order rounds and random; it is recorded.")]
Timeout = Annotated[str, typer.Option("--timeout", metavar="TIME", help="For each transfer, like 600s.")]
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


@dataclass(frozen=True)
class Design:
    """How an experiment is made; see `ftpstats.run`."""

    client: ClientName = "auto"
    times: Times = 100
    runs: Runs = 1
    size: TestSizes = None
    file: RemoteFiles = None
    upload: Upload = False
    warm_up: WarmUp = 0
    pause: Pause = "0s"
    before: Before = None
    after: After = None
    order: Order = None
    seed: Seed = None
    timeout: Timeout = "600s"
    parallel: Parallel = 1
    tls: WithTls = False
    certificate: Certificate = None
    insecure: Insecure = False
    throttle: Throttles = None
    keep: Keep = False
    max_failures: MaxFailures = None


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
    str | None,
    typer.Option(
        "--throttle",
        metavar="RATE",
        help="Pace of each transfer, like 20MB/s.",
    ),
]
Latency = Annotated[
    str | None,
    typer.Option(
        "--latency",
        metavar="TIME",
        help="Wait before each reply and before the first byte of data, like 5ms.",
    ),
]


@dataclass(frozen=True)
class Serving:
    """What is served, to whom and how slowly; see `ftpstats.serve`."""

    host: Host = "127.0.0.1"
    port: Port = 2121
    size: TestSizes = None
    root: Root = None
    user: ServerUser = "ftpstats"
    writable: Writable = False
    tls: ServerTls = False
    throttle: Throttle = None
    latency: Latency = None
