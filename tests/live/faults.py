"""Servers that fail, each in its own way: a port nobody listens on, and sockets that follow a script."""

import select
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import chain, repeat

__all__ = ["Script", "nobody", "scripted", "silent"]

_HOST = "127.0.0.1"
_CHUNK = 65536


@contextmanager
def nobody() -> Iterator[int]:
    """Give a port that refuses connections: it is bound, so that no one else gets it, and does not listen."""
    with socket.socket() as holder:
        holder.bind((_HOST, 0))
        yield holder.getsockname()[1]


@dataclass(frozen=True, slots=True)
class Script:
    """
    What a server says and does.

    Attributes
    ----------
    replies : Mapping[str, bytes]
        Raw replies in place of the usual ones, by command; ``220``, ``150`` and ``226`` name those that answer none.
    content : bytes
        The only file, whatever its name.
    gives_up_after : int or None
        Bytes of the file after which both connections are closed without a word; None to go on to the end.
    mends : bool
        It gives up on its first client only.
    hangs_up : bool
        It closes after its greeting.
    """

    replies: Mapping[str, bytes] = field(default_factory=dict)
    content: bytes = b""
    gives_up_after: int | None = None
    mends: bool = False
    hangs_up: bool = False


def _usual(script: Script) -> Mapping[str, bytes]:
    return {
        "220": b"220 Ready.\r\n",
        "USER": b"331 Password?\r\n",
        "PASS": b"230 Welcome.\r\n",
        "SYST": b"215 UNIX Type: L8\r\n",
        "TYPE": b"200 Type set.\r\n",
        "PWD": b'257 "/" is where you are.\r\n',
        "CWD": b"250 Fine.\r\n",
        "SIZE": b"213 %d\r\n" % len(script.content),
        "150": b"150 Opening data connection (%d bytes).\r\n" % len(script.content),
        "226": b"226 Done.\r\n",
        "DELE": b"250 Deleted.\r\n",
        "QUIT": b"221 Goodbye.\r\n",
        **script.replies,
    }


@contextmanager
def scripted(script: Script) -> Iterator[int]:
    """Serve every client according to the script; give the port."""
    following = repeat(replace(script, gives_up_after=None) if script.mends else script)
    scripts = chain([script], following)
    with _served(lambda control: _Session(control, next(scripts)).run()) as port:
        yield port


@contextmanager
def silent() -> Iterator[int]:
    """Accept every client, and never say anything; give the port."""
    with _served(_drain) as port:
        yield port


@contextmanager
def _served(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve one client after the other in a thread, which ends with everything it waits for."""
    open_sockets: set[socket.socket] = set()

    def accept() -> None:
        with suppress(OSError):  # shut down, below
            while True:
                control = listener.accept()[0]
                with closing(control), suppress(OSError):
                    open_sockets.add(control)
                    serve(control)
                open_sockets.discard(control)

    with socket.create_server((_HOST, 0)) as listener:
        thread = threading.Thread(target=accept, name=f"scripted-server-{listener.getsockname()[1]}")
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            for each in (listener, *open_sockets):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            thread.join()


def _drain(connection: socket.socket) -> int:
    """Read until the other side closes; return how much it was."""
    size = 0
    while received := len(connection.recv(_CHUNK)):
        size += received
    return size


class _Session:
    """One client's control connection."""

    def __init__(self, control: socket.socket, script: Script) -> None:
        self._control = control
        self._script = script
        self._replies = _usual(script)
        self._passive: socket.socket | None = None

    def run(self) -> None:
        try:
            self._say("220")
            if self._script.hangs_up:
                return
            with self._control.makefile("rb") as lines:
                for line in lines:
                    if not self._obey(line.split(b" ")[0].strip().decode("latin-1").upper()):
                        return
        finally:
            self._close_passive()

    def _say(self, what: str) -> None:
        self._control.sendall(self._replies[what])

    def _obey(self, command: str) -> bool:
        """Answer a command; say whether the session goes on."""
        if command in {"PASV", "EPSV"} and command not in self._script.replies:
            self._listen(command)
        elif command in {"RETR", "STOR"} and command not in self._script.replies:
            return self._move(command)
        elif command in self._replies:
            self._say(command)
        else:
            self._control.sendall(b"502 Not here.\r\n")
        return command != "QUIT"

    def _listen(self, command: str) -> None:
        self._close_passive()
        self._passive = socket.create_server((_HOST, 0))
        port = self._passive.getsockname()[1]
        extended = f"229 Extended passive mode (|||{port}|)\r\n"
        classic = f"227 Passive mode (127,0,0,1,{port // 256},{port % 256})\r\n"
        self._control.sendall((extended if command == "EPSV" else classic).encode())

    def _move(self, command: str) -> bool:
        if self._passive is None:
            self._control.sendall(b"425 Passive mode, please.\r\n")
            return True
        self._say("150")
        ready = select.select([self._passive, self._control], [], [])[0]
        if self._passive not in ready:  # the client has gone, or the test is over
            return False
        data = self._passive.accept()[0]
        self._close_passive()
        limit = self._script.gives_up_after
        with closing(data):
            if command == "RETR":
                data.sendall(self._script.content[:limit])
            elif limit is None:
                _drain(data)
            else:
                data.recv(min(limit, _CHUNK))
            if limit is not None:
                return False
        self._say("226")
        return True

    def _close_passive(self) -> None:
        if self._passive:
            self._passive.close()
            self._passive = None
