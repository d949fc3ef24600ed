"""The options of `ftpstats run` and `ftpstats serve` alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from ftpstats.manifest import MAX_FAILURES
from ftpstats.places import Place, place

# As the experiment knows them; named here, because it is not imported for --help.
CLIENT_NAMES = ("auto", "legacy", "inetutils", "netkit", "tnftp", "lftp", "curl", "builtin")
ORDERS = ("sequential", "rounds", "balanced", "interleaved", "random", "duet")

# --- of the experiment ------------------------------------------------------------------------------------------------

Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="LABEL[=HOST[:PORT]]",
        help="Servers to measure, like xen=192.168.1.3; a label alone is a server that ftpstats starts.",
    ),
]
ClientName = Annotated[
    str,
    typer.Option(
        "--client",
        metavar="CLIENT",
        help=f"Use this client: {', '.join(CLIENT_NAMES)}; legacy is the thesis's script, auto uses it or another "
        "installed client.",
    ),
]
Times = Annotated[int, typer.Option("--times", min=1, help="Make so many transfers of each file in each run.")]
Runs = Annotated[
    int,
    typer.Option("--runs", min=1, help="Make so many runs of each label; several support a verdict about platforms."),
]
TestSizes = Annotated[
    list[str] | None,
    typer.Option(
        "--size",
        metavar="SIZE",
        help="Use the test file ftp-test-SIZE.img, like 10MB; repeatable; default: 100KB, 10MB and 100MB.",
    ),
]
RemoteFiles = Annotated[
    list[str] | None,
    typer.Option("--file", metavar="NAME", help="Fetch this file of your servers, or upload this local one."),
]
Upload = Annotated[bool, typer.Option("--upload", help="Upload files instead of downloading them.")]
WarmUp = Annotated[
    int, typer.Option("--warm-up", min=0, help="Make so many transfers of each file before each run, not analysed.")
]
Pause = Annotated[str, typer.Option("--pause", metavar="TIME", help="Wait so long between sub-experiments, like 60s.")]
Before = Annotated[
    str | None, typer.Option("--before", metavar="COMMAND", help="Run this command before each sub-experiment.")
]
After = Annotated[
    str | None, typer.Option("--after", metavar="COMMAND", help="Run this command after each sub-experiment.")
]
Order = Annotated[
    str | None,
    typer.Option(
        "--order",
        metavar="ORDER",
        help="Measure in this order: sequential (label after label; default of one run), rounds (every label once per "
        "round, shuffled; default of several runs), balanced (rounds in which each of every two labels comes first "
        "equally often), interleaved (labels alternate within a run), random, duet (two labels at the same moment, "
        "then each alone).",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option("--seed", min=0, help="Set the seed of --order rounds, balanced and random; it is recorded."),
]
Timeout = Annotated[
    str,
    typer.Option("--timeout", metavar="TIME", help="Stop a transfer that takes longer, like 60s; it counts as failed."),
]
Parallel = Annotated[int, typer.Option("--parallel", min=1, max=256, help="Run so many clients at once.")]
WithTls = Annotated[bool, typer.Option("--tls", help="Use explicit FTPS, with curl, lftp or builtin.")]
Certificate = Annotated[
    Path | None,
    typer.Option("--certificate", metavar="FILE", help="Trust this CA certificate (PEM); default: the system's."),
]
Insecure = Annotated[bool, typer.Option("--insecure", help="Do not check certificates.")]
User = Annotated[
    str | None,
    typer.Option(
        "--user",
        help="Log in as this user, with the password in FTPSTATS_PASSWORD or ~/.netrc, or asked for; default: "
        "~/.netrc, else anonymous.",
    ),
]
Keep = Annotated[bool, typer.Option("--keep", help="Keep the downloaded files.")]
MaxFailures = Annotated[
    int | None,
    typer.Option(
        "--max-failures",
        min=0,
        help=f"Stop a label after so many consecutive failures; default: {MAX_FAILURES}; 0: never.",
    ),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Continue the experiment in --output, with its settings and users.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show the schedule and its approximate duration, and measure nothing.")
]
Throttles = Annotated[
    list[str] | None,
    typer.Option(
        "--throttle",
        metavar="[LABEL=]RATE",
        help="Limit the servers that ftpstats starts to this rate, like 20MB/s, or one of them, like slow=5MB/s.",
    ),
]
DEFAULT_FOLDER = place("ftp-experiment")
Folder = Annotated[
    Place,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR",
        parser=place,
        help="Write FTP.log, RESULT.log and FTP.json to this folder or URL.",
    ),
]


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

Host = Annotated[str, typer.Option("--host", metavar="HOST", help="Listen on this address.")]
Port = Annotated[
    int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="Listen on this port; 0: any free port.")
]
Root = Annotated[Path | None, typer.Option("--root", metavar="DIR", help="Serve this folder instead of test files.")]
ServerUser = Annotated[str, typer.Option("--user", metavar="NAME", help="Accept only this user.")]
Writable = Annotated[bool, typer.Option("--writable", help="Allow clients to upload, change and delete files.")]
ServerTls = Annotated[bool, typer.Option("--tls", help="Require TLS (AUTH TLS), with a new self-signed certificate.")]
Throttle = Annotated[
    str | None,
    typer.Option(
        "--throttle",
        metavar="RATE",
        help="Limit each transfer to this rate, like 20MB/s.",
    ),
]
Latency = Annotated[
    str | None,
    typer.Option(
        "--latency",
        metavar="TIME",
        help="Delay each reply and the first byte of data by this time, like 5ms.",
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
