"""Options of a user to an experiment that can run: targets, credentials, files, manifest, own servers."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ftpstats import __version__
from ftpstats.errors import InputError, UsageError
from ftpstats.experiment.clients.base import Endpoint, Tls
from ftpstats.experiment.clients.legacy import LEGACY
from ftpstats.experiment.clients.registry import CLIENTS, best_client, find_client, require_tls
from ftpstats.experiment.credentials import find_credentials
from ftpstats.experiment.environment import banner, client_used, file_sizes, this_host
from ftpstats.experiment.files import file_name, make_files, temporary_files
from ftpstats.experiment.integrity import PIPED_ABOVE
from ftpstats.experiment.journal import now
from ftpstats.experiment.names import check_name
from ftpstats.experiment.server.process import running
from ftpstats.experiment.server.settings import ServerSettings
from ftpstats.manifest import MANIFEST_VERSION, ClientUsed, FileUsed, Manifest, ServerUsed, Settings
from ftpstats.schedule import DUET, is_solo, solo_label

__all__ = ["Ready", "Wanted", "check_duet", "find_targets", "new_manifest", "ready"]

_LABEL_LENGTH = 100
_HOST = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.%]+)\]|(?P<name>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?))(?::(?P<port>\d+))?"
)
_FTP_PORT = 21


# --- servers --------------------------------------------------------------------------------------------------------


def find_targets(texts: Sequence[str], paces: Mapping[str | None, float]) -> tuple[ServerUsed, ...]:
    """
    Read what is to be measured.

    Parameters
    ----------
    texts : sequence of str
        ``LABEL`` for a server that ftpstats starts, ``LABEL=HOST`` or ``LABEL=HOST:PORT`` for any other.
    paces : Mapping
        Bytes per second of the own server of a label; by None, for each label that has no rate here.

    Raises
    ------
    UsageError
        If a label or a host is invalid, a label is repeated, or a rate is for no server that ftpstats starts.
    """
    servers = tuple(_target(text, paces) for text in texts)
    labels = [server.label.casefold() for server in servers]
    for server in servers:
        if labels.count(server.label.casefold()) > 1:
            raise UsageError(f"the label {server.label} is named twice; one label is one server")
    ours = {server.label for server in servers if server.host is None}
    for label in paces.keys() - ours - {None}:
        raise UsageError(f"--throttle {label}: ftpstats starts no server with this label")
    if None in paces and not ours:
        raise UsageError("--throttle: ftpstats starts no server here; name a label without =HOST for one")
    return servers


def _target(text: str, paces: Mapping[str | None, float]) -> ServerUsed:
    label, given, address = text.partition("=")
    label = check_label(label)
    if not given:
        return ServerUsed(label, None, None, None, paces.get(label, paces.get(None)), None)
    match = _HOST.fullmatch(address)
    port = int(match["port"] or _FTP_PORT) if match else 0
    if match is None or not 0 < port < 65536:
        raise UsageError(f"{text!a}: write LABEL=HOST or LABEL=HOST:PORT, like xen=192.168.1.3 or xen=[::1]:2121")
    return ServerUsed(label, match["six"] or match["name"], port, None, None, None)


def check_label(text: str) -> str:
    """
    Return a label as the log's headers show it.

    Raises
    ------
    UsageError
        If a header could not hold it: it is empty, too long, or has control characters.
    """
    label = text.strip()
    if not 0 < len(label) <= _LABEL_LENGTH or not label.isprintable():
        shown = ascii(text if len(text) <= 60 else text[:60] + "…")
        raise UsageError(
            f"label {shown}: a label is 1 to {_LABEL_LENGTH} characters, without line ends or other controls"
        )
    return label


def check_duet(servers: Sequence[ServerUsed], parallel: int) -> None:
    """
    Refuse what is no duet.

    Raises
    ------
    UsageError
        If there are not two labels, several clients at once are wanted, or solo transfers have no label of their own.
    """
    if len(servers) != 2:
        raise UsageError(f"--order duet transfers from two labels at the same moment, not {len(servers)}")
    if parallel > 1:
        raise UsageError("--order duet runs one client of each label at once; leave out --parallel")
    for server in servers:
        if is_solo(server.label):
            raise UsageError(f"label '{server.label}': in --order duet such a label is that of solo transfers")
        check_label(solo_label(server.label))


# --- the manifest ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be transferred, by which client: as options say it."""

    client: str
    sizes: tuple[int, ...]
    files: tuple[str, ...]
    settings: Settings


def new_manifest(servers: tuple[ServerUsed, ...], wanted: Wanted) -> Manifest:
    """
    Return the manifest of an experiment that begins now.

    Raises
    ------
    UsageError
        If what is wanted cannot be done.
    MachineError
        If the client is not installed.
    """
    files = _files(servers, wanted)
    client = _client(wanted, files)
    return Manifest(
        version=MANIFEST_VERSION,
        ftpstats_version=__version__,
        start=now(),
        end=None,
        host=this_host(),
        client=client,
        servers=servers,
        files=files,
        settings=wanted.settings,
        attempts=(),
    )


def _files(servers: tuple[ServerUsed, ...], wanted: Wanted) -> tuple[FileUsed, ...]:
    """Return the files by their names on the servers."""
    if wanted.files and not wanted.settings.upload and any(server.host is None for server in servers):
        raise UsageError("--file names a file on your own server; use --size for servers that ftpstats starts")
    ours = [FileUsed(file_name(size), size, None, is_ours=True) for size in wanted.sizes]
    theirs = [
        _to_upload(name) if wanted.settings.upload else FileUsed(check_name(name), None, None, is_ours=False)
        for name in wanted.files
    ]
    files = (*ours, *theirs)
    if len({Path(file.name).name for file in files}) < len(files):
        raise UsageError("two files have the same name; name each once")
    return files


def _to_upload(name: str) -> FileUsed:
    path = Path(name)
    check_name(path.name)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileUsed(name, path.stat().st_size, digest, is_ours=False)
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror}") from error


def _client(wanted: Wanted, files: Sequence[FileUsed]) -> ClientUsed:
    """Return the client asked for, or the nearest to the thesis's that can do what is wanted."""
    settings = wanted.settings
    too_much = _beyond_legacy(settings, files)
    if wanted.client == LEGACY:
        _refuse(too_much)
    inetutils = CLIENTS["inetutils"].program()
    if wanted.client == LEGACY or (wanted.client == "auto" and inetutils and not too_much):
        return replace(client_used(find_client("inetutils")), name=LEGACY)
    client = best_client(tls=settings.tls) if wanted.client == "auto" else find_client(wanted.client)
    if settings.tls:
        require_tls(client)
    return client_used(client)


def _beyond_legacy(settings: Settings, files: Sequence[FileUsed]) -> list[str]:
    """Return what the thesis's script cannot do of what is wanted."""
    return [
        reason
        for reason, holds in (
            ("uploads", settings.upload),
            ("TLS", settings.tls),
            ("several clients at once", settings.parallel > 1 or settings.order == DUET),
            ("files above 4 GiB", any((file.bytes or 0) > PIPED_ABOVE for file in files)),
            ("files in folders", any("/" in file.name for file in files)),
        )
        if holds
    ]


def _still_able(manifest: Manifest, files: Sequence[FileUsed], any_client: bool) -> ClientUsed:
    """Return the client, or another one if that will do, when the sizes of the files on the servers are known."""
    client = manifest.client
    too_much = _beyond_legacy(manifest.settings, files) if client.name == LEGACY else []
    if not any_client:
        _refuse(too_much)
    return replace(client, name="inetutils") if too_much else client


def _refuse(too_much: Sequence[str]) -> None:
    if too_much:
        raise UsageError(f"the legacy script does not support {', '.join(too_much)}; use --client inetutils")


# --- who asks, and where --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """What an experiment needs: its manifest, complete; each label's endpoint; what an upload of each file sends."""

    manifest: Manifest
    endpoints: Mapping[str, Endpoint]
    sources: Mapping[str, Path]


@contextmanager
def ready(manifest: Manifest, user: str | None, *, any_client: bool = False) -> Iterator[Ready]:
    """
    Find the credentials, make the test files, and start own servers, until the block ends.

    Parameters
    ----------
    manifest : Manifest
        What is to be done.
    user : str or None
        The user, where the manifest has none; None for that of netrc, or anonymous.
    any_client : bool
        Another client than that of the manifest will do.

    Raises
    ------
    UsageError
        If there is no password for a server, or the client cannot do what is wanted.
    MachineError
        If a file cannot be made, or an own server does not start.
    """
    settings = manifest.settings
    tls = Tls(settings.certificate, settings.checked) if settings.tls else None
    found = {
        server.label: Endpoint(server.host, server.port, *find_credentials(server.host, server.user or user), tls, None)
        for server in manifest.servers
        if server.host is not None and server.port is not None
    }
    ours = [file.bytes for file in manifest.files if file.is_ours and file.bytes is not None]
    with ExitStack() as stack:
        root = stack.enter_context(temporary_files(()))
        made = make_files(root, ours)
        servers = []
        for server in manifest.servers:
            if server.label not in found:
                found[server.label] = stack.enter_context(_our_server(server, settings, root))
            endpoint = found[server.label]
            asking = None if server.host is None else endpoint.user
            servers.append(replace(server, banner=banner(endpoint.host, endpoint.port), user=asking))
        unknown = [file.name for file in manifest.files if file.bytes is None]
        found = {label: replace(endpoint, sizes=file_sizes(endpoint, unknown)) for label, endpoint in found.items()}
        files = tuple(
            made[file.bytes or 0] if file.is_ours else _with_size(file, found.values()) for file in manifest.files
        )
        sources = {file.name: root / file.name if file.is_ours else Path(file.name) for file in files}
        for file in files:
            if settings.upload and not file.is_ours and _to_upload(file.name) != file:
                raise InputError(f"{file.name}: has changed since the experiment started")
        client = _still_able(manifest, files, any_client)
        yield Ready(replace(manifest, client=client, servers=tuple(servers), files=files), found, sources)


def _with_size(file: FileUsed, servers: Iterable[Endpoint]) -> FileUsed:
    """Return a file with the size that the servers say it has: those that say it, if they agree."""
    sizes = {server.sizes[file.name] for server in servers if file.name in server.sizes}
    return replace(file, bytes=sizes.pop()) if len(sizes) == 1 else file


@contextmanager
def _our_server(server: ServerUsed, settings: Settings, root: Path) -> Iterator[Endpoint]:
    password = secrets.token_urlsafe(16)
    asked = ServerSettings(
        root,
        "ftpstats",
        password,
        writable=settings.upload,
        bytes_per_second=server.bytes_per_second,
        tls=settings.tls,
    )
    with running(asked) as address:
        tls = Tls(str(address.certificate), checked=True) if address.certificate else None
        yield Endpoint(address.host, address.port, "ftpstats", password, tls, root)
