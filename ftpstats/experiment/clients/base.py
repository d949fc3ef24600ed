"""One transfer by one FTP client: what is asked of it, and what becomes of it, as text for the log.

How each program is asked, and what it prints, is in `clients`.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ftpstats.errors import MachineError, UsageError
from ftpstats.experiment.programs import Finished, Programs
from ftpstats.experiment.transcript import OUR_WORDS, tidy

__all__ = ["Client", "Endpoint", "Outcome", "Request", "Tls", "Version", "was_killed"]


@dataclass(frozen=True, slots=True)
class Tls:
    """Explicit FTPS: trusted CA certificate (PEM), None for the system's; and whether certificates are checked."""

    certificate: str | None
    checked: bool


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    Where a label's server is reached, and as whom.

    `root` is the folder that it serves, where it is ours; `sizes` are those that it reports of other files.
    """

    host: str
    port: int
    user: str
    password: str
    tls: Tls | None
    root: Path | None
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """
    One transfer by one client process.

    Attributes
    ----------
    host, port, user, password
        The server, and who asks.
    remote : str
        The file's name on the server.
    local : Path
        Where a download goes, or what an upload sends. Its folder is the client's working folder.
    upload : bool
        Send the file.
    delete : bool
        Delete it from the server when it has been sent.
    tls : Tls or None
        Explicit FTPS.
    timeout : float
        Seconds for the whole process.
    """

    host: str
    port: int
    user: str
    password: str
    remote: str
    local: Path
    upload: bool
    delete: bool
    tls: Tls | None
    timeout: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What became of it.

    Attributes
    ----------
    text : str
        Lines for the log: replies and result line; no password, no control characters.
    seconds : float
        The process from its start to its end.
    trouble : str or None
        What was wrong with the client itself: it hung, crashed or did not start.
    """

    text: str
    seconds: float
    trouble: str | None

    @classmethod
    def ended(cls, text: str, seconds: float, trouble: str | None) -> "Outcome":
        """Return an outcome whose last line says what was wrong with the client."""
        return cls(text + (f"{OUR_WORDS}{trouble}\n" if trouble else ""), seconds, trouble)


@dataclass(frozen=True, slots=True)
class Version:
    """Where a version is found: in what a program prints, or, where it never prints it, in the program's file."""

    pattern: str = ".+"  # the first match is it
    arguments: tuple[str, ...] = ("--version",)
    script: str = ""  # on standard input
    in_file: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """
    One client program.

    Attributes
    ----------
    name : str
        As ``--client`` has it.
    programs : tuple of str
        Names that the program has, the likeliest first.
    package : str
        The Debian package that brings it.
    command : callable
        Program and Request to arguments.
    script : callable
        Request to what the client reads on its standard input. Passwords go there, never into arguments.
    transcript : callable
        Request and Finished to lines of a log, as bytes.
    has_tls : bool
        It speaks FTPS.
    version : Version
        How its version is found.
    is_kind : str
        What the name of the program behind a link holds, where several share one; empty where none does.
    """

    name: str
    programs: tuple[str, ...]
    package: str
    command: Callable[[str, Request], Sequence[str]]
    script: Callable[[Request], str]
    transcript: Callable[[Request, Finished], bytes]
    has_tls: bool
    version: Version
    is_kind: str

    def program(self) -> str | None:
        """Return the path of the program, None where it is not installed."""
        found = (shutil.which(name) for name in self.programs)
        return next((path for path in found if path and self._is_it(path)), None)

    def _is_it(self, path: str) -> bool:
        """Tell apart the programs that are all called ftp: Debian's alternatives link to the real one."""
        return not self.is_kind or self.is_kind in Path(path).resolve().name

    def transfer(self, request: Request, programs: Programs | None = None) -> Outcome:
        """
        Do one transfer.

        Raises
        ------
        MachineError
            If the client is not installed.
        UsageError
            If it cannot do what is asked for.
        """
        program = self.program()
        if program is None:
            raise MachineError(f"the client {self.name} is not installed: apt-get install {self.package}")
        if request.tls is not None and not self.has_tls:
            raise UsageError(f"the client {self.name} does not support TLS")
        try:
            finished = (programs or Programs()).run(
                self.command(program, request),
                script=self.script(request).encode(),
                folder=request.local.parent,
                timeout=request.timeout,
            )
        except InterruptedError:
            raise
        except OSError as error:
            return Outcome.ended("", 0.0, f"{program} cannot be started: {error.strerror}")
        text = tidy(self.transcript(request, finished), "" if request.user == "anonymous" else request.password)
        return Outcome.ended(text, finished.seconds, _trouble(finished, request.timeout))


def _trouble(finished: Finished, timeout: float) -> str | None:
    if finished.timed_out:
        return was_killed(timeout)
    return f"the client was ended by signal {-finished.status}" if finished.status < 0 else None


def was_killed(timeout: float) -> str:
    """Return the words for a client that took longer than it may."""
    return f"timed out after {timeout:g} s; the client was killed"
