"""An FTP server to measure against: settings go in, an address comes out, and it is gone when the block ends.

As a program of its own (`python -m ftpstats.experiment.server.process`) it reads its settings as one JSON line from
standard input, answers with its address as one JSON line, and serves until standard input ends.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from ftpstats.errors import MachineError
from ftpstats.experiment.programs import Terminated, terminable
from ftpstats.experiment.server.settings import Address, ServerSettings

if TYPE_CHECKING:
    from OpenSSL.SSL import Context
    from pyftpdlib.servers import FTPServer

__all__ = ["running", "serve", "until_terminated"]

_PROGRAM = "ftpstats.experiment.server.process"
_STOP_SECONDS = 10.0  # what a server that does not end by itself is given before it is killed
_STDIN, _STDOUT = 0, 1


@contextmanager
def running(settings: ServerSettings) -> Iterator[Address]:
    """
    Serve from a process of its own, so that nothing here disturbs what clients measure, until the block ends.

    Raises
    ------
    MachineError
        If the server cannot start: a port in use, a folder that is not there.
    """
    with tempfile.TemporaryFile() as complaints, _child(complaints.fileno()) as child:
        try:
            yield _address(child, settings)
        except _NoAnswerError as error:
            child.wait()
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip().rpartition("\n")[2]
            raise MachineError(f"the server ended with status {child.returncode}: {said}") from error


def serve(settings: ServerSettings, started: Callable[[Address], None]) -> None:
    """
    Serve from this process, after telling the address, until SIGTERM; Ctrl-C is a KeyboardInterrupt, as ever.

    Raises
    ------
    MachineError
        If the server cannot start.
    """
    with until_terminated(), _bound(settings) as (server, address):
        started(address)
        server.ioloop.loop()


@contextmanager
def until_terminated() -> Iterator[None]:
    """Let SIGTERM end the block, so that nothing is left behind; then go on after it."""
    with suppress(Terminated), terminable():
        yield


# --- the parent's end ---------------------------------------------------------------------------------------------


class _NoAnswerError(Exception):
    """The child ended before it could say anything."""


@contextmanager
def _child(complaints: int) -> Iterator[subprocess.Popen[bytes]]:
    """Start the program, and see to it that it ends."""
    with subprocess.Popen(
        [sys.executable, "-m", _PROGRAM],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        cwd=Path(__file__).parents[3],  # -m looks here first: it finds this ftpstats, and nothing of the user's
        start_new_session=True,  # a Ctrl-C is for the parent, which may have a transfer to finish
    ) as child:
        try:
            yield child
        finally:
            cast("IO[bytes]", child.stdin).close()
            try:
                child.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()


def _address(child: subprocess.Popen[bytes], settings: ServerSettings) -> Address:
    """Tell the child its settings and hear where it serves."""
    told = asdict(settings) | {"root": str(settings.root.absolute())}
    try:
        cast("IO[bytes]", child.stdin).write(json.dumps(told).encode() + b"\n")
    except BrokenPipeError as error:
        raise _NoAnswerError from error
    line = cast("IO[bytes]", child.stdout).readline()
    if not line:
        raise _NoAnswerError
    answer = json.loads(line)
    if "error" in answer:
        raise MachineError(answer["error"])
    certificate = answer["certificate"]
    return Address(answer["host"], answer["port"], None if certificate is None else Path(certificate))


# --- the server's end ---------------------------------------------------------------------------------------------


@contextmanager
def _bound(settings: ServerSettings) -> Iterator[tuple["FTPServer", Address]]:
    """Give a server that listens; when the block ends, close its connections and remove its certificate."""
    from ftpstats.experiment.server.handlers import make_server

    try:
        os.scandir(settings.root).close()
    except OSError as error:
        raise MachineError(f"{settings.root}: cannot be served: {error.strerror}") from error
    with ExitStack() as stack:
        listening = stack.enter_context(_listening(settings.host, settings.port))
        tls, certificate = stack.enter_context(_tls(settings.host)) if settings.tls else (None, None)
        server = stack.enter_context(make_server(settings, listening, tls))
        host, port = listening.getsockname()[:2]
        yield server, Address(host, port, certificate)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = str(getattr(error, "strerror", None) or error).partition(" (while")[0]
        raise MachineError(f"{host}:{port}: cannot be listened on: {reason}") from error


@contextmanager
def _tls(host: str) -> Iterator[tuple["Context", Path]]:
    """Give TLS settings with a certificate made for the host, and its file. The key stays in memory."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from OpenSSL import SSL

    from ftpstats.experiment.server.certificate import make_certificate

    certificate, key = make_certificate(host)
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.use_certificate(certificate)
    context.use_privatekey(key)
    with tempfile.TemporaryDirectory(prefix="ftpstats-") as folder:
        path = Path(folder, "certificate.pem")
        path.write_bytes(certificate.public_bytes(Encoding.PEM))
        yield context, path


class _Input:
    """Standard input in the event loop: its end is the parent's, however that ended."""

    _fileno = _STDIN  # the loop closes its members in this order

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def handle_read_event(self) -> None:
        if not os.read(_STDIN, 4096):
            raise Terminated

    handle_close = handle_read_event
    handle_error = handle_read_event

    def close(self) -> None:
        pass


def _main() -> None:
    """Serve as a child; what goes wrong is an answer, too."""

    def started(address: Address) -> None:
        _answer(host=address.host, port=address.port, certificate=address.certificate and str(address.certificate))

    told = json.loads(sys.stdin.readline())
    settings = ServerSettings(**(told | {"root": Path(told["root"])}))
    try:
        with until_terminated(), _bound(settings) as (server, address):
            server.ioloop.register(_STDIN, _Input(), server.ioloop.READ)
            started(address)
            server.ioloop.loop()
    except MachineError as error:
        _answer(error=str(error))


def _answer(**answer: Any) -> None:  # noqa: ANN401 - whatever JSON can say
    os.write(_STDOUT, json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    _main()
