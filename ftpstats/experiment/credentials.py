"""Who asks a server, and with which password: from the environment, from netrc, or from who sits at the terminal."""

import getpass
import netrc
import os
import sys

from ftpstats.errors import UsageError
from ftpstats.experiment.names import check_secret

__all__ = ["PASSWORD", "find_credentials"]

PASSWORD = "FTPSTATS_PASSWORD"  # noqa: S105 - the name of the variable that holds it


def find_credentials(host: str, user: str | None) -> tuple[str, str]:
    """
    Return user and password for a host.

    Raises
    ------
    UsageError
        If there is no password, netrc cannot be used, or a client could not be told them.
    """
    entry = _netrc(host)
    name = user or (entry[0] if entry else "anonymous")
    check_secret("user name", name)
    if name == "anonymous":
        return name, "ftp-test@"
    password = os.environ.get(PASSWORD)
    if password is None and entry and entry[0] == name:
        password = entry[1]
    if password is None and sys.stdin.isatty():
        password = getpass.getpass(f"Password of {name} on {host}: ")
    if password is None:
        raise UsageError(f"no password of {name} on {host}: set {PASSWORD}, or add the host to ~/.netrc")
    return name, check_secret("password", password)


def _netrc(host: str) -> tuple[str, str] | None:
    try:
        entry = netrc.netrc().authenticators(host)
    except FileNotFoundError:
        return None
    except (OSError, netrc.NetrcParseError) as error:
        raise UsageError(f"~/.netrc cannot be used: {error}") from error
    return (entry[0], entry[2] or "") if entry else None
