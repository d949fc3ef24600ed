"""The experiments: which servers are measured, over which link, how often. Data; nothing is run here."""

from dataclasses import dataclass

from reenactment.network import Link
from reenactment.platforms import PLATFORMS

__all__ = ["EXPERIMENTS", "SMOKE", "Experiment", "Server"]

SMOKE = "smoke"
_SIZES = ("--size=100KB", "--size=10MB", "--size=100MB")
_MEMORY = 128  # MB: the thesis's guests


@dataclass(frozen=True)
class Server:
    """A label's: a platform, and its guest's memory in MB."""

    label: str
    platform: str
    memory: int = _MEMORY


@dataclass(frozen=True)
class Experiment:
    """
    An experiment.

    Attributes
    ----------
    what : str
        What it is for, in words.
    servers : tuple of Server
        In the order of the thesis.
    options : tuple of str
        Of ``ftpstats run``, besides servers and output.
    link : {"unshaped", "100mbit"}
        Between client and servers.
    """

    what: str
    servers: tuple[Server, ...]
    options: tuple[str, ...]
    link: Link = "unshaped"


def _in_rounds(times: int, *options: str, runs: int = 6) -> tuple[str, ...]:
    """Return the options of runs, each in a boot of its own, in balanced rounds."""
    return (f"--runs={runs}", f"--times={times}", "--order=balanced", "--seed=2008", *options)


def _platforms(names: str, suffix: str = "") -> tuple[Server, ...]:
    return tuple(Server(name + suffix, name) for name in names.split())


EXPERIMENTS = {
    "platforms": Experiment(
        "questions 1 and 2: which platform is faster, at which size",
        _platforms(" ".join(PLATFORMS)),
        _in_rounds(30, *_SIZES, "--client=legacy"),
    ),
    "memory": Experiment(
        "question 3: what a guest's memory does",
        tuple(Server(f"para-{memory}", "para", memory) for memory in (96, 128, 256, 512)),
        _in_rounds(20, *_SIZES, "--client=legacy"),
    ),
    "memory-64": Experiment(
        "question 3: whether 64 MB boot at all",
        (Server("para-64", "para", 64),),
        _in_rounds(20, *_SIZES, "--client=legacy"),
    ),
    "large": Experiment(
        "a file above 1 GB",
        _platforms("baseline para"),
        _in_rounds(3, "--file=2GiB.img", "--client=legacy"),
    ),
    "100mbit": Experiment(
        "question 1 over a link of 100 Mbit/s",
        _platforms(" ".join(PLATFORMS)),
        _in_rounds(3, *_SIZES, "--client=legacy"),
        link="100mbit",
    ),
    **{
        f"load-{clients}": Experiment(
            f"future work: {clients} at once",
            _platforms("baseline full para", f"-{clients}"),
            _in_rounds(24, "--size=10MB", "--client=inetutils", f"--parallel={clients}"),
        )
        for clients in (1, 2, 4, 8)
    },
    **{
        name: Experiment(
            f"future work: {name} FTP, by curl",
            _platforms("baseline full para", f"-{name}"),
            _in_rounds(20, "--size=10MB", "--client=curl", *options),
        )
        for name, options in {"plain": (), "tls": ("--tls", "--certificate=reenactment/build/certificate.pem")}.items()
    },
    "historical": Experiment(
        "a log as the thesis had it: one run of each platform after the other, two decimals",
        _platforms("baseline full para"),
        ("--runs=1", "--times=100", "--order=sequential", *_SIZES, "--client=netkit"),
    ),
    SMOKE: Experiment(
        "one boot, three transfers",
        _platforms("para"),
        ("--runs=1", "--times=1", *_SIZES, "--client=legacy"),
    ),
}
