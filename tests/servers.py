"""A real FTP server for real clients: pyftpdlib on a free port of 127.0.0.1, in a thread of its own.

It is made for one client at a time: where it is throttled, it pauses by sleeping.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# First: it imports asyncore with Python 3.11's warning about it silenced; the modules below do not.
from pyftpdlib.ioloop import IOLoop

# isort: split
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import DTPHandler, FTPHandler
from pyftpdlib.servers import FTPServer

__all__ = ["Throttle", "ftp_server"]

# Without a handler of its own, pyftpdlib would configure logging to standard error.
logging.getLogger("pyftpdlib").addHandler(logging.NullHandler())

_POLL_SECONDS = 0.02  # how long the thread may take to notice that it should end; traffic wakes it at once


@dataclass(frozen=True)
class Throttle:
    """
    How slowly downloads leave the server.

    pyftpdlib's own ThrottledDTPHandler counts whole seconds: a file smaller than one second's ration is not
    slowed at all, a larger one comes in bursts. This one holds its pace from chunk to chunk of 64 KiB.
    """

    opening_seconds: float  # between the data connection's opening and its first byte
    bytes_per_second: float


@contextmanager
def ftp_server(
    root: Path, *, throttle: Throttle | None = None, user: str = "tester", password: str = "secret"
) -> Iterator[tuple[str, int]]:
    """Serve `root`, to be read and written, to one user; give the address as (host, port)."""
    server = FTPServer(("127.0.0.1", 0), _handler(root, throttle, user, password), ioloop=IOLoop())
    address = server.address
    stop = threading.Event()
    thread = threading.Thread(target=_serve, args=(server, stop), name=f"ftp-server-{address[1]}")
    thread.start()
    try:
        yield address
    finally:
        stop.set()
        thread.join()


def _serve(server: FTPServer, stop: threading.Event) -> None:
    """Poll until told to stop; serve_forever(blocking=False) would log a start line at every poll."""
    with server:  # closes the server's sockets and those of its clients
        while not stop.is_set():
            server.ioloop.loop(timeout=_POLL_SECONDS, blocking=False)


def _handler(root: Path, throttle: Throttle | None, user: str, password: str) -> type[FTPHandler]:
    """Return a class per server, because pyftpdlib keeps a server's settings in class attributes."""
    users = DummyAuthorizer()
    users.add_user(user, password, str(root), perm="elradfmw")

    class Handler(FTPHandler):  # type: ignore[misc]
        authorizer = users
        auth_failed_timeout = 0  # a wrong password is refused at once, not after 3 s

    if throttle is not None:
        Handler.dtp_handler = _throttled(throttle)
        Handler.use_sendfile = False  # the kernel would send behind the back of send()
    return Handler


def _throttled(throttle: Throttle) -> type[DTPHandler]:
    class Throttled(DTPHandler):  # type: ignore[misc]
        def send(self, data: bytes) -> int:
            if self.tot_bytes_sent == 0:
                time.sleep(throttle.opening_seconds)
                self.started = time.monotonic()
            sent: int = super().send(data)
            due = self.started + self.tot_bytes_sent / throttle.bytes_per_second
            time.sleep(max(0.0, due - time.monotonic()))
            return sent

    return Throttled
