"""What the server does on its connections: pyftpdlib's handlers, slowed where the settings say so.

Nothing here sleeps. A connection that has to wait leaves the event loop, which serves the others, and comes back.
"""

import logging
import select
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

# First: it imports asyncore with Python 3.11's warning about it silenced; the modules below do not.
from pyftpdlib.ioloop import IOLoop, timer

# isort: split
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import DTPHandler, FTPHandler
from pyftpdlib.servers import FTPServer

from ftpstats.experiment.server.pacing import Pace, chunk_size

if TYPE_CHECKING:
    from OpenSSL.SSL import Context

    from ftpstats.experiment.server.settings import ServerSettings

__all__ = ["make_server"]

# Without a handler of its own, pyftpdlib would configure logging to standard error.
_LOGGER = logging.getLogger("pyftpdlib")
_LOGGER.addHandler(logging.NullHandler())
_LOGGER.setLevel(logging.CRITICAL)

_READ_ONLY, _WRITABLE = "elr", "elradfmw"
_BUFFER_BYTES = 1024 * 1024  # at most so many in one turn of the loop
_FINE_SECONDS = 0.01
_AFTER_TRANSFER = ("226", "426")  # the replies that follow a transfer's end, not a command


def make_server(settings: "ServerSettings", listening: socket.socket, tls: "Context | None") -> FTPServer:
    """Make a server for an open socket, in an event loop of its own."""
    return FTPServer(listening, _handler(settings, tls), ioloop=_FineLoop(), backlog=100)


class _FineLoop(IOLoop):  # type: ignore[misc]
    """An event loop that ends a short wait when it is over: epoll itself counts whole milliseconds."""

    def poll(self, timeout: float | None) -> None:
        if timeout is not None and 0 < timeout < _FINE_SECONDS:
            select.select([self], [], [], timeout)
            timeout = 0
        super().poll(timeout)


def _handler(settings: "ServerSettings", tls: "Context | None") -> type[FTPHandler]:
    """Return a class per server, because pyftpdlib keeps a server's settings in class attributes."""
    control, data = (FTPHandler, DTPHandler) if tls is None else _encrypted()
    users = DummyAuthorizer()
    perm = _WRITABLE if settings.writable else _READ_ONLY
    users.add_user(settings.user, settings.password, str(settings.root), perm=perm)
    shaped = settings.bytes_per_second is not None or settings.latency_seconds > 0
    attributes = {
        "authorizer": users,
        "auth_failed_timeout": 0,  # a wrong password is refused at once, not after 3 s
        "banner": "ftpstats server ready.",
        "dtp_handler": _shaped(data, settings) if shaped else _fast(data),
        "use_sendfile": not shaped,  # the kernel would send behind the back of the pace
        "ssl_context": tls,
        "tls_control_required": True,
        "tls_data_required": True,
        "latency_seconds": settings.latency_seconds,
    }
    return type("Handler", (_LateReplies, control) if settings.latency_seconds > 0 else (control,), attributes)


def _encrypted() -> tuple[type[FTPHandler], type[DTPHandler]]:
    from pyftpdlib.handlers import TLS_DTPHandler, TLS_FTPHandler

    return TLS_FTPHandler, TLS_DTPHandler


def _fast(data: type[DTPHandler]) -> type[DTPHandler]:
    return type("Data", (data,), {"ac_in_buffer_size": _BUFFER_BYTES, "ac_out_buffer_size": _BUFFER_BYTES})


def _shaped(data: type[DTPHandler], settings: "ServerSettings") -> type[DTPHandler]:
    pace = settings.bytes_per_second or float("inf")
    chunk = chunk_size(pace)
    attributes = {
        "bytes_per_second": pace,
        "latency_seconds": settings.latency_seconds,
        "ac_in_buffer_size": chunk,
        "ac_out_buffer_size": chunk,
    }
    return type("ShapedData", (_Shaped, data), attributes)


class _Shaped(DTPHandler):  # type: ignore[misc]
    """A data connection that waits before its first byte and between its chunks."""

    bytes_per_second: float
    latency_seconds: float

    def __init__(self, sock: socket.socket, control: FTPHandler) -> None:
        self._pace: Pace | None = None
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a chunk leaves when it is due
        super().__init__(sock, control)

    def initiate_send(self) -> None:
        """Leave the first chunk, too, to the event loop; pyftpdlib would send it as soon as there is one."""
        if self._pace is not None:
            super().initiate_send()

    def handle_read_event(self) -> None:
        self._handle(super().handle_read_event)

    def handle_write_event(self) -> None:
        self._handle(super().handle_write_event)

    def _handle(self, event: Callable[[], None]) -> None:
        if self._pace is None:
            seconds = self.latency_seconds
            self._pace = Pace(self.bytes_per_second, timer() + seconds)
        else:
            event()
            seconds = self._pace.wait(self.get_transmitted_bytes(), timer())
        if seconds > 0 and not self._closed:
            self.del_channel()
            self.ioloop.call_later(seconds, self._resume, _errback=self.handle_error)

    def _resume(self) -> None:
        if not self._closed:
            self.add_channel(events=self._wanted_io_events)


class _LateReplies(FTPHandler):  # type: ignore[misc]
    """A control connection that answers each command late, and greets late."""

    latency_seconds: float
    _in_buffer: list[bytes]

    def handle(self) -> None:
        self.call_later(self.latency_seconds, super().handle)

    def found_terminator(self) -> None:
        # The command waits rather than its reply: what follows the reply, as TLS after AUTH or the end after QUIT,
        # must not overtake it.
        self.call_later(self.latency_seconds, self._execute, self._in_buffer)
        self._in_buffer, self._in_buffer_len = [], 0

    def _execute(self, command: list[bytes]) -> None:
        begun, begun_len = self._in_buffer, self._in_buffer_len  # of the next command
        self._in_buffer = command
        super().found_terminator()
        self._in_buffer, self._in_buffer_len = begun, begun_len

    def respond(self, resp: str, logfun: Callable[[str], None] = _LOGGER.debug) -> None:
        if resp.startswith(_AFTER_TRANSFER) and not self._quit_pending:
            self.call_later(self.latency_seconds, super().respond, resp, logfun)
        else:
            super().respond(resp, logfun)
