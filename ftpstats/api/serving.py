"""A server to measure against: from a notebook while a block lasts, or in this process until it is interrupted."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack
from urllib.parse import quote

from ftpstats.api.arguments import (
    Sizes,
    as_count,
    as_file,
    as_flag,
    as_optional_text,
    as_rate,
    as_sizes,
    as_text,
    as_wait,
    refuse_unknown,
)
from ftpstats.api.measuring import DEFAULT_SIZES
from ftpstats.errors import UsageError

if TYPE_CHECKING:
    from ftpstats.experiment.server.settings import Address, ServerSettings

__all__ = ["PASSWORD", "Served", "Serving", "serve", "serve_here"]

PASSWORD = "FTPSTATS_PASSWORD"  # noqa: S105 - the name of a variable of the environment


class Serving(TypedDict, total=False):
    """The keywords of `serve`, which documents them."""

    size: Sizes
    root: str | Path | None
    user: str
    password: str | None
    host: str
    port: int
    writable: bool
    tls: bool
    throttle: str | float | None
    latency: str | float | None


@dataclass(frozen=True, slots=True)
class Served:
    """
    A running FTP server.

    Attributes
    ----------
    host : str
        The address that it listens on.
    port : int
        The port that it listens on.
    user, password : str
        The only accepted log-in.
    certificate : Path or None
        With TLS, the certificate (PEM) that clients must trust.
    root : Path
        The folder that is served.
    writable : bool
        Whether clients may upload, change and delete files.

    Examples
    --------
    >>> import ftpstats
    >>> with ftpstats.serve(size=["1KB", "2KB"]) as server:
    ...     [file.name for file in server.files]
    ['ftp-test-1KB.img', 'ftp-test-2KB.img']
    """

    host: str
    port: int
    user: str
    password: str
    certificate: Path | None
    root: Path
    writable: bool

    def url(self, password: str | None = None) -> str:
        """
        Return the URL of the server.

        Parameters
        ----------
        password : str, optional
            Text to show in the place of the password. Default: the password.

        Returns
        -------
        str
            The URL with user and password.

        Examples
        --------
        >>> import ftpstats
        >>> with ftpstats.serve(size="1KB", user="me", password="secret") as server:
        ...     server.url() == f"ftp://me:secret@127.0.0.1:{server.port}/", server.url("***").partition("@")[0]
        (True, 'ftp://me:***')
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        secret = quote(self.password, safe="") if password is None else password
        return f"ftp://{quote(self.user, safe='')}:{secret}@{host}:{self.port}/"

    @property
    def files(self) -> list[Path]:
        """The paths of the files that are served, small ones first."""
        return sorted((file for file in self.root.iterdir() if file.is_file()), key=lambda file: file.stat().st_size)


@contextmanager
def serve(**serving: Unpack[Serving]) -> Iterator[Served]:
    """
    Serve files by FTP from a separate process while a ``with`` block lasts.

    Parameters
    ----------
    size : str, int or iterable of them
        The sizes of the test files to serve, like ``10MB`` or in bytes. Default: 100KB, 10MB and 100MB.
    root : str or Path
        The folder to serve instead of test files.
    user : str
        The only user who may log in. Default: ``ftpstats``.
    password : str
        The password. Default: that of the environment variable FTPSTATS_PASSWORD, else a random one.
    host : str
        The address to listen on. Default: 127.0.0.1.
    port : int
        The port to listen on. Default: 0, any free port.
    writable : bool
        Whether clients may upload, change and delete files. Default: False.
    tls : bool
        Whether to require TLS, with a new self-signed certificate for the host. Default: False.
    throttle : str or float
        The rate limit of each transfer, like ``20MB/s`` or in bytes per second. Default: none.
    latency : str or float
        The delay of each reply and of the first byte of data, like ``5ms`` or in seconds. Default: 0.

    Yields
    ------
    Served
        The running server: its address, log-in and files.

    Raises
    ------
    ValueError
        If an argument is wrong.
    MachineError
        If the server cannot start: the port is in use, or the folder does not exist.

    Examples
    --------
    >>> import ftplib, ftpstats
    >>> with ftpstats.serve(size="1KB") as server, ftplib.FTP() as client:
    ...     _ = client.connect(server.host, server.port), client.login(server.user, server.password)
    ...     client.nlst()
    ['ftp-test-1KB.img']
    """
    from ftpstats.experiment.server.process import running

    refuse_unknown(serving, Serving.__annotations__, "serve")
    asked = _settings(serving)  # before files are made, which takes time
    with _folder(serving) as root:
        settings = replace(asked, root=root)
        with running(settings) as address:
            yield _served(settings, address)


def serve_here(started: Callable[[Served], None], **serving: Unpack[Serving]) -> None:
    """
    Serve from this process until SIGTERM or Ctrl-C.

    Parameters
    ----------
    started : callable
        Called with the running server.
    **serving
        The keywords of `serve`.
    """
    from ftpstats.experiment.server.process import serve as serve_files
    from ftpstats.experiment.server.process import until_terminated

    asked = _settings(serving)
    with until_terminated(), _folder(serving) as root:
        settings = replace(asked, root=root)
        serve_files(settings, lambda address: started(_served(settings, address)))


@contextmanager
def _folder(serving: Serving) -> Iterator[Path]:
    """Give the folder to serve: the user's, or one of files that are made for it."""
    from ftpstats.experiment.files import temporary_files

    root, sizes = serving.get("root"), as_sizes(serving.get("size"))
    if root is not None and sizes:
        raise UsageError("--size makes test files, --root serves existing ones; use one of them")
    given = None if root is None else Path(as_file(root, "root"))
    with temporary_files(sizes or DEFAULT_SIZES) if given is None else nullcontext(given) as folder:
        yield folder


def _settings(serving: Serving) -> ServerSettings:
    """Return the settings that are asked for; the folder is not known yet."""
    from ftpstats.experiment.server.settings import ServerSettings

    throttle, latency = serving.get("throttle"), serving.get("latency")
    password = as_optional_text(serving.get("password"), "password")
    return ServerSettings(
        root=Path(),
        user=as_text(serving.get("user", "ftpstats"), "user"),
        password=password or os.environ.get(PASSWORD) or secrets.token_urlsafe(9),
        host=as_text(serving.get("host", "127.0.0.1"), "host"),
        port=as_count(serving.get("port", 0), "port", 0, 65535),
        writable=as_flag(serving.get("writable", False), "writable"),
        bytes_per_second=None if throttle is None else as_rate(throttle, "throttle"),
        latency_seconds=0.0 if latency is None else as_wait(latency, "latency"),
        tls=as_flag(serving.get("tls", False), "tls"),
    )


def _served(settings: ServerSettings, address: Address) -> Served:
    return Served(
        address.host,
        address.port,
        settings.user,
        settings.password,
        address.certificate,
        settings.root,
        settings.writable,
    )
