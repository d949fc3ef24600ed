"""The client that ftpstats brings along: one transfer with ftplib, for machines that have no FTP client.

Run as a program, ``python -m ftpstats.experiment.clients.builtin``: it reads one JSON object on standard input, and
prints the server's replies and a classic result line; where no local file is named it only asks for the size of the
other one.
Like the classic clients it times the data connection, from its opening behind the 150 reply to its end, with the
monotonic clock.
"""

import ftplib
import json
import re
import socket
import ssl
import sys
import time
from contextlib import suppress
from typing import Any

from ftpstats.experiment.transcript import OUR_WORDS, result_line

__all__ = ["builtin_command", "main"]

_REPLY = re.compile(r"[1-5]\d\d(?:[ -]|$)")
_CHUNK = 1024**2


class _Shown:
    """Prints every reply as it comes."""

    def getmultiline(self) -> str:
        reply: str = super().getmultiline()  # type: ignore[misc]
        if not _REPLY.match(reply):  # printed as it is, it could read as a result of ours
            raise ftplib.error_proto(f"no reply: {reply}")
        print(reply, flush=True)
        return reply


class _Ftp(_Shown, ftplib.FTP):
    pass


class _Ftps(_Shown, ftplib.FTP_TLS):
    """FTPS; the data connection resumes the session of the control connection, as servers ask for."""

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
        return self.context.wrap_socket(connection, server_hostname=self.host, session=session), size


def builtin_command(python: str) -> list[str]:
    """Return what runs this as a program."""
    return [
        python,
        "-P",
        "-m",
        "ftpstats.experiment.clients.builtin",
    ]  # -P: nothing is imported from the working folder


def main() -> int:
    """Do what standard input asks for; return the exit status."""
    request = json.load(sys.stdin)
    try:
        with _connected(request) as ftp:
            _transfer(ftp, request)
    except (OSError, EOFError, ftplib.Error) as error:
        # A reply has been printed already; anything else is known to us alone.
        if not isinstance(error, (ftplib.error_perm, ftplib.error_temp)):
            print(f"{OUR_WORDS}{' '.join(str(error).split()) or type(error).__name__}")
        return 1
    return 0


def _connected(request: dict[str, Any]) -> ftplib.FTP:
    if request["tls"] is None:
        ftp: ftplib.FTP = _Ftp(timeout=request["timeout"])
    else:
        ftp = _Ftps(timeout=request["timeout"], context=_tls_context(**request["tls"]))
    ftp.connect(request["host"], request["port"])
    return ftp


def _tls_context(certificate: str | None, checked: bool) -> ssl.SSLContext:
    """Return TLS settings: a trusted CA certificate (PEM) or the system's; without checks, any certificate will do."""
    context = ssl.create_default_context(cafile=certificate)
    if not checked:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _transfer(ftp: ftplib.FTP, request: dict[str, Any]) -> None:
    ftp.login(request["user"], request["password"])
    if isinstance(ftp, ftplib.FTP_TLS):
        ftp.prot_p()
    ftp.voidcmd("TYPE I")
    if request["local"] is None:
        ftp.size(request["remote"])
        return
    if request["upload"]:
        with open(request["local"], "rb") as file, ftp.transfercmd(f"STOR {request['remote']}") as data:  # noqa: PTH123
            size, seconds = _timed(_send, data, file)
    else:
        command = f"RETR {request['remote']}"
        with open(request["local"], "wb", buffering=0) as file, ftp.transfercmd(command) as data:  # noqa: PTH123
            size, seconds = _timed(_receive, data, file)
    # The classic clients print the reply first; without it they print the result all the same.
    try:
        ftp.voidresp()
    finally:
        print(result_line(size, seconds, upload=request["upload"], decimals=9), flush=True)
    if request["delete"]:
        ftp.delete(request["remote"])
    with suppress(ftplib.Error, OSError, EOFError):
        ftp.quit()


def _timed(move: Any, data: socket.socket, file: Any) -> tuple[int, float]:  # noqa: ANN401
    begin = time.perf_counter_ns()
    size = move(data, file)
    return size, (time.perf_counter_ns() - begin) / 1e9


def _receive(data: socket.socket, file: Any) -> int:  # noqa: ANN401
    chunk = memoryview(bytearray(_CHUNK))
    size = 0
    while received := data.recv_into(chunk):
        file.write(chunk[:received])
        size += received
    return size


def _send(data: socket.socket, file: Any) -> int:  # noqa: ANN401
    size = data.sendfile(file)
    if isinstance(data, ssl.SSLSocket):
        with suppress(OSError):  # some servers close without a goodbye
            data.unwrap()
    data.close()
    return size


if __name__ == "__main__":
    sys.exit(main())
