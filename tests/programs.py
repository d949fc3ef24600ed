"""The programs that tests start, the Debian packages they come in, and what happens where one is missing.

Run as a script, it prints the packages that this machine lacks, one per line.
"""

import os
import shutil

import pytest

__all__ = ["missing_packages", "require"]

_PACKAGES = {
    "inetutils-ftp": "inetutils-ftp",
    "ftp-ssl": "ftp-ssl",  # netkit's client, as the thesis's was: ftp-ssl -z nossl
    "tnftp": "tnftp",
    "bash": "bash",
    "busybox": "busybox",
    "curl": "curl",
    "dash": "dash",
    "mawk": "mawk",
}


def missing_packages() -> list[str]:
    """Return the packages of the programs that are not on the path."""
    return [package for program, package in _PACKAGES.items() if shutil.which(program) is None]


def require(program: str) -> str:
    """Return the program's path. Where it is missing, skip the test; in CI, where it must be there, fail."""
    path = shutil.which(program)
    if path is None:
        outcome = pytest.fail if os.environ.get("CI") else pytest.skip
        raise outcome.Exception(f"needs {program}: apt-get install {_PACKAGES[program]}")
    return path


if __name__ == "__main__":
    print(*missing_packages(), sep="\n")
