"""How each FTP client is asked for one transfer, and what it prints. One entry of CLIENTS per program.

The classic clients print the thesis's result line themselves; for curl and lftp, which print none that is exact, it is
made from what they say.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import dropwhile

from ftpstats.errors import MachineError, UsageError
from ftpstats.experiment.clients.base import Client, Request, Tls, Version
from ftpstats.experiment.clients.builtin import builtin_command
from ftpstats.experiment.programs import Finished
from ftpstats.experiment.transcript import OUR_WORDS, replies, result_line

__all__ = ["CLIENTS", "best_client", "bsd_word", "find_client", "require_tls"]

# --- the classic clients ----------------------------------------------------------------------------------------


def _bsd(*options: str) -> Callable[[str, Request], Sequence[str]]:
    return lambda program, request: [program, *options, "-n", "-i", "-v", request.host, str(request.port)]


def _bsd_script(request: Request) -> str:
    move = f"put {request.local.name} {request.remote}" + (f"\ndelete {request.remote}" if request.delete else "")
    return (
        f"quote USER {bsd_word(request.user)}\nquote PASS {bsd_word(request.password)}\nbinary\n"
        f"{move if request.upload else f'get {request.remote} {request.local.name}'}\nquit\n"
    )


def bsd_word(text: str) -> str:
    """Quote for the classic clients' command lines: a backslash in front, because quotes do not nest."""
    return re.sub(r"([^A-Za-z0-9_.@+-])", r"\\\1", text)


def _with_result(text: bytes, size: int, seconds: float, *, upload: bool) -> bytes:
    """Put a result line where the classic clients do: behind the reply that ends the transfer."""
    line = result_line(size, seconds, upload=upload, decimals=6).encode() + b"\n"
    done = _DONE.search(text)
    at = done.end() if done else len(text)
    return text[:at] + line + text[at:]


def _as_printed(_request: Request, finished: Finished) -> bytes:
    return finished.output


# --- curl -------------------------------------------------------------------------------------------------------

_DONE = re.compile(rb"^1[25][05][ -](?:.*\n)*?(?:226|250) .*\n", re.MULTILINE)
_SIZE_REPLY = re.compile(rb"^213 (\d+)|^1[25][05] .*\((\d+) bytes\)", re.MULTILINE)
_NO_SIZE = re.compile(rb"^> SIZE .*\n< [45]\d\d .*\n(?=(?:.*\n)*?< 1[25][05] )", re.MULTILINE)
_CURL_TIMES = re.compile(rb"^ftpstats-times (\d+) (\d+) ([\d.]+) ([\d.]+)$", re.MULTILINE)
_CURL_ERROR = re.compile(rb"^curl: .*", re.MULTILINE)


def _curl(program: str, _request: Request) -> Sequence[str]:
    return [program, "-q", "--config", "-", "--silent", "--show-error", "--verbose", "--fail-early"]


def _curl_script(request: Request) -> str:
    path = re.sub("^/", "%2F", request.remote.replace("%", "%25"))
    host = f"[{request.host}]" if ":" in request.host else request.host
    server = f"ftp://{host}:{request.port}/"
    common = {"user": f"{request.user}:{request.password}", "ftp-method": "nocwd", **_curl_tls(request.tls)}
    move = {
        "url": server + path,
        "upload-file" if request.upload else "output": request.local.name,
        "write-out": "\nftpstats-times %{size_download} %{size_upload} %{time_pretransfer} %{time_total}\n",
    }
    # A request of its own: else the transfer's time would have that of deleting in it.
    delete = {"url": server, "head": None, "quote": f"DELE {request.remote}"}
    return _curl_config(common | move) + (f"next\n{_curl_config(common | delete)}" if request.delete else "")


def _curl_tls(tls: Tls | None) -> dict[str, str | None]:
    if tls is None:
        return {}
    trusted: dict[str, str | None] = {"cacert": tls.certificate} if tls.certificate else {}
    return {"ssl-reqd": None, **trusted, **({} if tls.checked else {"insecure": None})}


def _curl_config(settings: Mapping[str, str | None]) -> str:
    """Return options as curl's configuration has them; those without a value are switches."""
    escapes = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})
    return "".join(
        f"{name}\n" if value is None else f'{name} = "{value.translate(escapes)}"\n' for name, value in settings.items()
    )


def _curl_transcript(request: Request, finished: Finished) -> bytes:
    # A refusal is a transfer that failed; but where there is one, curl has only asked for its size in vain.
    text = replies(_NO_SIZE.sub(b"", finished.output), b"< ")
    times = _CURL_TIMES.search(finished.output)
    if times:
        size = int(times[2] if request.upload else times[1])
        seconds = float(times[4]) - float(times[3])
        if size and seconds > 0:
            text = _with_result(text, size, seconds, upload=request.upload)
    return text + b"".join(OUR_WORDS.encode() + error + b"\n" for error in _CURL_ERROR.findall(finished.output))


# --- lftp -------------------------------------------------------------------------------------------------------


def _lftp_script(request: Request) -> str:
    tls = request.tls
    settings = {
        "cmd:fail-exit": "yes",
        "net:max-retries": "1",  # and one more where it had got somewhere: see _first_session
        "net:persist-retries": "0",
        "net:reconnect-interval-base": "1",
        "xfer:disk-full-fatal": "yes",
        "net:timeout": f"{max(int(request.timeout), 1)}",
        "ftp:use-feat": "no",
        "ftp:use-site-utime": "no",
        "ftp:use-site-utime2": "no",
        "ftp:use-mdtm": "no",
        "xfer:clobber": "yes",
        "xfer:use-temp-file": "no",
        "ftp:ssl-force": "yes" if tls else "no",
        "ftp:ssl-allow": "yes" if tls else "no",
        "ftp:ssl-protect-data": "yes",
        "ssl:verify-certificate": "yes" if tls is None or tls.checked else "no",
        "ssl:check-hostname": "yes" if tls is None or tls.checked else "no",
    }
    if tls and tls.certificate:
        settings["ssl:ca-file"] = tls.certificate
    lines = [f"set {name} {_lftp_word(value)}" for name, value in settings.items()]
    lines += [
        "debug 5",
        f"open -p {request.port} {_lftp_word(request.host)}",
        f"user {_lftp_word(request.user)} {_lftp_word(request.password)}",
    ]
    remote, local = _lftp_word(request.remote), _lftp_word(request.local.name)
    lines.append(f"put {local} -o {remote}" if request.upload else f"get {remote} -o {local}")
    if request.delete:
        lines.append(f"rm {remote}")
    return "".join(f"{line}\n" for line in lines)


def _lftp_word(text: str) -> str:
    return '"{}"'.format(re.sub(r'(["\\])', r"\\\1", text))


def _lftp_transcript(request: Request, finished: Finished) -> bytes:
    """
    Time what lftp does not: from its showing the 150 reply to its showing the 226.

    Without a terminal lftp prints no time, and with one, whole seconds. It may show both at once: then the time is 0,
    as of a clock that did not move, and the log's readers know of none.
    """
    lines = list(_first_session(_timed_lines(finished)))
    text = replies(b"\n".join(line for _, line in lines), b"<--- ")
    seen = [(at, line[5:8]) for at, line in lines if line.startswith(b"<--- ")]
    transfer = list(dropwhile(lambda reply: reply[1] not in {b"150", b"125"}, seen))
    end = next((at for at, code in transfer if code in {b"226", b"250"}), None)
    size = _lftp_size(request, text)
    if end is not None and size:
        text = _with_result(text, size, end - transfer[0][0], upload=request.upload)
    complaints = (line for _, line in _timed_lines(finished) if line.startswith((b"get: ", b"put: ", b"**** ")))
    said = list(dict.fromkeys(complaints))[:5]
    return text + b"".join(OUR_WORDS.encode() + b"lftp: " + line.removeprefix(b"**** ") + b"\n" for line in said)


_LFTP_OPENED = (b"<--- 150", b"<--- 125")
_LFTP_BEGINS = (*_LFTP_OPENED, b"<--- 227", b"<--- 229")  # it asks for a data connection before it opens one


def _first_session(lines: Sequence[tuple[float, bytes]]) -> Iterator[tuple[float, bytes]]:
    """
    Leave out what lftp does when it connects or begins again: that is another transfer, of what the first one lacked.

    A second address is tried when the first has not answered, and is no other transfer.
    """
    answered = opened = False
    for at, line in lines:
        if (answered and line.startswith(b"---- Connecting to ")) or (opened and line.startswith(_LFTP_BEGINS)):
            return
        answered = answered or line.startswith(b"<--- ")
        opened = opened or line.startswith(_LFTP_OPENED)
        yield at, line


def _lftp_size(request: Request, text: bytes) -> int:
    """How much there is; of what went through a pipe, what the server said beforehand."""
    if request.local.is_file():
        return request.local.stat().st_size
    told = _SIZE_REPLY.search(text)
    return int(told[1] or told[2]) if told else 0


def _timed_lines(finished: Finished) -> list[tuple[float, bytes]]:
    """Each line, and when its end was read."""
    lines, begun = [], b""
    for at, piece in finished.printed:
        *whole, begun = (begun + piece).split(b"\n")
        lines += [(at, line) for line in whole]
    return [*lines, (finished.printed[-1][0], begun)] if begun else lines


# --- the registry -----------------------------------------------------------------------------------------------


def _builtin_script(request: Request) -> str:
    return json.dumps(asdict(request) | {"local": request.local.name})


CLIENTS: Mapping[str, Client] = {
    client.name: client
    for client in (
        Client("inetutils", ("inetutils-ftp", "ftp"), "inetutils-ftp", _bsd("-p"), _bsd_script, _as_printed, False,
               Version(), "inetutils"),
        Client("netkit", ("ftp-ssl",), "ftp-ssl", _bsd("-z", "nossl", "-p"), _bsd_script, _as_printed, False,
               Version(r"netkit-ftp-[\w.]+", in_file=True), ""),
        Client("tnftp", ("tnftp",), "tnftp", _bsd(), _bsd_script, _as_printed, False,
               Version("(?<=Version: ).+", ("-n",), "status\n"), ""),
        Client("lftp", ("lftp",), "lftp", lambda program, _: [program, "--norc"], _lftp_script, _lftp_transcript, True,
               Version(), ""),
        Client("curl", ("curl",), "curl", _curl, _curl_script, _curl_transcript, True, Version(), ""),
        Client("builtin", (sys.executable,), "python3", lambda program, _: builtin_command(program), _builtin_script,
               _as_printed, True, Version(), ""),
    )
}  # fmt: skip
_BEST = ("inetutils", "netkit", "tnftp", "curl", "lftp", "builtin")


def find_client(name: str) -> Client:
    """
    Return a client that is installed.

    Raises
    ------
    MachineError
        If it is not; the message names the package that has it.
    """
    client = CLIENTS[name]
    if client.program() is None:
        raise MachineError(f"the client {name} is not installed: apt-get install {client.package}")
    return client


def require_tls(client: Client) -> None:
    """
    Refuse FTPS where a client does not speak it.

    Raises
    ------
    UsageError
        The message names those that do.
    """
    if not client.has_tls:
        able = ", ".join(known.name for known in CLIENTS.values() if known.has_tls)
        raise UsageError(f"the client {client.name} does not support TLS; {able} do")


def best_client(*, tls: bool = False) -> Client:
    """Return the client nearest to the thesis's that is installed."""
    fit = (CLIENTS[name] for name in _BEST if CLIENTS[name].has_tls or not tls)
    return next(client for client in fit if client.program())
