"""FTP.json: machine, client, servers, files and settings of an experiment. Written beside FTP.log, read with the log.

The thesis's tables 1 to 4 for one experiment: the machine, the client, the servers, the files, and how they were
taken; and when each transfer was made.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ftpstats.errors import InputError
from ftpstats.places import Place, place, remote_faults

if TYPE_CHECKING:
    from pydantic import ValidationError

__all__ = [
    "LOG", "MANIFEST", "MANIFEST_VERSION", "MAX_FAILURES", "RESULT", "Attempt", "ClientUsed", "FileUsed", "Host",
    "Manifest", "ServerUsed", "Settings", "manifest_beside", "parse_manifest", "read_manifest", "runs_of",
    "settings_that_differ",
]  # fmt: skip

MANIFEST, LOG, RESULT = "FTP.json", "FTP.log", "RESULT.log"
MANIFEST_VERSION = 3
MAX_FAILURES = 20  # of one label in a row, after which its transfers stop, unless said otherwise
# 1: the first.
# 2: `runs` in the settings; before, every label had one run.
# 3: `user` of each server, unknown before; `max_failures` in the settings; before, it was given each time.
_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: lambda document: document | {"settings": {"runs": 1} | document["settings"]},
    2: lambda document: (
        document
        | {
            "settings": {"max_failures": MAX_FAILURES} | document["settings"],
            "servers": [{"user": None} | server for server in document["servers"]],
        }
    ),
}


class _Exact:
    """Pydantic is to take no key that is not there. A plain dictionary, so that it need not be imported for it."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Host(_Exact):
    """The machine that the client ran on; what it does not tell is None."""

    name: str
    system: str
    kernel: str
    cpu: str | None
    cores: int | None
    memory_bytes: int | None
    virtualisation: str | None


@dataclass(frozen=True, slots=True)
class ClientUsed(_Exact):
    """The FTP client: the adapter's name, the program's path, and what it says of its version."""

    name: str
    program: str
    version: str | None


@dataclass(frozen=True, slots=True)
class ServerUsed(_Exact):
    """
    One label's server: its address (None: an own server), its 220 greeting, the rate set for an own server, the user.

    The user is who logs in (None: an own server, or an FTP.json from before version 3). No password is ever kept.
    """

    label: str
    host: str | None
    port: int | None
    banner: str | None
    bytes_per_second: float | None
    user: str | None


@dataclass(frozen=True, slots=True)
class FileUsed(_Exact):
    """One file: its name on the server, size and SHA-256 where they are known, and whether ftpstats makes it."""

    name: str
    bytes: int | None
    sha256: str | None
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Settings(_Exact):
    """How the transfers were taken; times in seconds. After `max_failures` in a row a label stops; 0 is never."""

    times: int
    runs: int
    warm_up: int
    order: str
    seed: int
    upload: bool
    parallel: int
    tls: bool
    certificate: str | None
    checked: bool
    timeout: float
    pause: float
    before: str | None
    after: str | None
    keep: bool
    max_failures: int


@dataclass(frozen=True, slots=True)
class Attempt(_Exact):
    """One logged attempt: step of the plan, header, when it began (ISO 8601, UTC), and where the log ends with it."""

    step: int
    label: str
    iteration: int
    time: str
    end: int


@dataclass(frozen=True, slots=True)
class Manifest(_Exact):
    """One experiment. `end` is None until it is over."""

    version: int
    ftpstats_version: str
    start: str
    end: str | None
    host: Host
    client: ClientUsed
    servers: tuple[ServerUsed, ...]
    files: tuple[FileUsed, ...]
    settings: Settings
    attempts: tuple[Attempt, ...]

    def to_json(self) -> str:
        """Return the document."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def read_manifest(path: Place) -> Manifest:
    """
    Read an FTP.json.

    Raises
    ------
    InputError
        If it cannot be read, is damaged, or was written by a newer ftpstats.
    """
    try:
        return parse_manifest(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a manifest of an experiment ({error}); move it away") from error


def parse_manifest(text: str, name: str) -> Manifest:
    """
    Read the text of an FTP.json.

    Parameters
    ----------
    text : str
        The document.
    name : str
        Where it is from, for messages.

    Raises
    ------
    InputError
        If it is damaged, or was written by a newer ftpstats.
    """
    from pydantic import ValidationError

    try:
        document = json.loads(text)
        if document["version"] > MANIFEST_VERSION:
            raise InputError(f"{name}: written by a newer ftpstats; upgrade ftpstats")
        for version in range(document["version"], MANIFEST_VERSION):
            document = _MIGRATIONS[version](document) | {"version": version + 1}
        return _validated(document)
    except ValidationError as error:
        raise InputError(f"{name}: not a manifest of an experiment ({_first(error)}); move it away") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{name}: not a manifest of an experiment ({error}); move it away") from error


def _validated(document: object) -> Manifest:
    """Build a manifest from what JSON has; a value of another type, too many or too few are errors."""
    from pydantic import TypeAdapter

    # As JSON again: there an object may be a dataclass, and an array a tuple, however strictly types are taken.
    return TypeAdapter(Manifest).validate_json(json.dumps(document), strict=True)


def _first(error: "ValidationError") -> str:
    """Return the first of what is wrong: where, what is there, and what should be."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    is_there = "" if first["type"] == "missing" else f" is {first['input']!a}"
    return f"{where}{is_there}: {first['msg']}"


def manifest_beside(log: str) -> Manifest | None:
    """
    Return the manifest of the experiment that a log belongs to, None where there is none.

    Parameters
    ----------
    log : str
        Path of an FTP.log or RESULT.log, compressed or not.

    Raises
    ------
    InputError
        If there is one, but it cannot be used.
    """
    path = place(log)
    if not path.name.startswith((LOG, RESULT)):
        return None
    manifest = path.with_name(MANIFEST)
    try:
        with remote_faults(manifest):
            return read_manifest(manifest) if manifest.is_file() else None
    except OSError as error:
        raise InputError(f"{manifest}: cannot be read: {error.strerror}") from error


def runs_of(attempts: Iterable[Attempt]) -> list[int]:
    """
    Return each attempt's run, as readers of the log number it: a label's next begins where its iteration does not grow.

    Parameters
    ----------
    attempts : iterable of Attempt
        In the order of the log.
    """
    latest: dict[str, tuple[int, int]] = {}
    found = []
    for attempt in attempts:
        run, iteration = latest.get(attempt.label, (0, attempt.iteration))
        run += attempt.iteration <= iteration
        latest[attempt.label] = run, attempt.iteration
        found.append(run)
    return found


def settings_that_differ(manifests: Iterable[Manifest]) -> list[str]:
    """
    Say in which settings experiments differ, one phrase each.

    Parameters
    ----------
    manifests : iterable of Manifest
        The experiments that labels were measured in.
    """
    compared: dict[str, Callable[[Manifest], object]] = {
        "client": lambda m: f"{m.client.name} {m.client.version or ''}".strip(),
        "host": lambda m: m.host.name,
        "kernel": lambda m: m.host.kernel,
        "direction": lambda m: "upload" if m.settings.upload else "download",
        "order": lambda m: m.settings.order,
        "clients at once": lambda m: m.settings.parallel,
        "TLS": lambda m: "on" if m.settings.tls else "off",
        "warm-up": lambda m: m.settings.warm_up,
        "pause": lambda m: f"{m.settings.pause:g} s",
        "before": lambda m: m.settings.before or "nothing",
        "after": lambda m: m.settings.after or "nothing",
    }
    known = tuple(manifests)
    found = ((what, list(dict.fromkeys(str(read(m)) for m in known))) for what, read in compared.items())
    return [f"{what}: {' / '.join(values)}" for what, values in found if len(values) > 1]
