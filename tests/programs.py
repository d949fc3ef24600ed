"""The programs that tests start, the Debian packages they come in, and what happens where one is missing.

Clients and the browser are installed. Servers are unpacked into a folder instead, with the libraries they need:
Debian's exclude each other, and each would be started for all the world to log in.

Run as a script, it prints what this machine lacks, one package per line: ``install lftp``, ``unpack vsftpd``.
"""

import os
import shutil
from pathlib import Path

import pytest

__all__ = ["missing_packages", "require", "require_server"]

_PACKAGES = {
    "inetutils-ftp": "inetutils-ftp",
    "ftp-ssl": "ftp-ssl",  # netkit's client, as the thesis's was: ftp-ssl -z nossl
    "tnftp": "tnftp",
    "lftp": "lftp",
    "curl": "curl",
    "bash": "bash",
    "busybox": "busybox",
    "dash": "dash",
    "ip": "iproute2",
    "jq": "jq",
    "mawk": "mawk",
    "pdflatex": "texlive-latex-recommended",  # booktabs too, and by what it needs texlive-latex-base
    "chromium": "chromium",  # opens reports
    "pdftotext": "poppler-utils",
}
_SERVER_PACKAGES = {
    "vsftpd": "vsftpd",
    "proftpd": "proftpd-core",
    "pure-ftpd": "pure-ftpd",
    "pure-pw": "pure-ftpd",  # makes the list of users of Pure-FTPd
}
_UNPACKED = Path(__file__).parents[1] / ".cache" / "servers"


def missing_packages() -> list[str]:
    """Return what to do with the packages of the programs that are not here."""
    clients = [package for program, package in _PACKAGES.items() if shutil.which(program) is None]
    servers = {package for program, package in _SERVER_PACKAGES.items() if _server_command(program) is None}
    return [f"install {package}" for package in clients] + [f"unpack {package}" for package in sorted(servers)]


def require(program: str) -> str:
    """Return the program's path. Where it is missing, skip the test; in CI, where it must be there, fail."""
    path = shutil.which(program)
    if path is None:
        raise _lacking(f"needs {program}: apt-get install {_PACKAGES[program]}")
    return path


def require_server(program: str) -> list[str]:
    """Return the beginning of the server's command line, or do as `require` does."""
    command = _server_command(program)
    if command is None:
        raise _lacking(f"needs {program}: tools/install-programs.sh")
    return command


def _server_command(program: str) -> list[str] | None:
    """Return how to call the server that is installed, or else the one that is unpacked, with its own libraries."""
    installed = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
    if installed:
        return [installed]
    folder = _UNPACKED / _SERVER_PACKAGES[program]
    path = next(folder.glob(f"usr/*bin/{program}"), folder)
    libraries = sorted({str(library.parent) for library in folder.rglob("lib*.so.*")})
    return ["env", f"LD_LIBRARY_PATH={':'.join(libraries)}", str(path)] if path != folder else None


def _lacking(message: str) -> BaseException:
    outcome = pytest.fail if os.environ.get("CI") else pytest.skip
    return outcome.Exception(message)


if __name__ == "__main__":
    print(*missing_packages(), sep="\n")
