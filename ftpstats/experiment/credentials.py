"""User and password of a server: from the environment, from netrc, or asked at the terminal.

A resumed experiment uses the users that it was started with.
"""

import getpass
import netrc
import os
import sys
from dataclasses import replace
from pathlib import Path

from ftpstats.errors import UsageError
from ftpstats.experiment.names import check_secret
from ftpstats.manifest import Manifest
from ftpstats.schedule import remaining, steps

__all__ = ["PASSWORD", "as_user", "find_credentials", "has_password_in_environment"]

_ANONYMOUS = "anonymous"

PASSWORD = "FTPSTATS_PASSWORD"  # noqa: S105 - the name of the variable that holds it


def find_credentials(host: str, user: str | None) -> tuple[str, str]:
    """
    Return user and password for a host.

    Raises
    ------
    UsageError
        If there is no password, netrc cannot be used, or a client cannot take them.
    """
    entry = _netrc(host)
    name = user if user is not None else entry[0] if entry else _ANONYMOUS
    check_secret("user name", name)
    if name == _ANONYMOUS:
        return name, "ftp-test@"
    password = os.environ.get(PASSWORD)
    if password is None and entry and entry[0] == name:
        password = entry[1]
    if password is None and sys.stdin.isatty():
        password = getpass.getpass(f"Password of {name} on {host}: ")
    if password is None:
        raise UsageError(f"no password for {name} on {host}: set {PASSWORD}, or add the host to ~/.netrc")
    return name, check_secret("password", password)


def _netrc(host: str) -> tuple[str, str] | None:
    try:
        entry = netrc.netrc().authenticators(host)
    except FileNotFoundError:
        return None
    except (OSError, netrc.NetrcParseError) as error:
        raise UsageError(f"~/.netrc cannot be used: {error}") from error
    return (entry[0], entry[2] or "") if entry else None


def has_password_in_environment(manifest: Manifest, user: str | None) -> bool:
    """Return whether the password of an experiment's users, those recorded or else `user`, is in the environment."""
    users = {server.user or user for server in manifest.servers if server.host is not None}
    return bool(users - {None, _ANONYMOUS}) and PASSWORD in os.environ


def as_user(manifest: Manifest, user: str, log: Path) -> Manifest:
    """
    Return the manifest of an experiment that continues as another user, where that corrects it and contradicts nothing.

    Parameters
    ----------
    manifest : Manifest
        As it was left.
    user : str
        As whom it is to go on. It takes the place of those recorded for labels that have completed nothing as them: a
        name that was mistyped. Labels of which nothing is left keep theirs.
    log : Path
        Its FTP.log.

    Raises
    ------
    UsageError
        If a label has been measured as somebody else: its transfers would not be of one kind.
    """
    others = {server.label for server in manifest.servers if server.user not in {None, user}}
    others &= {step.label for step in remaining(steps(manifest), manifest.attempts)}
    measured = completed_labels(log) if others else set()
    for server in manifest.servers:
        if server.label in others & measured:
            raise UsageError(
                f"--user {user}: {server.label} has been measured as {server.user}; leave --user out, or begin another "
                "experiment by --output"
            )
    servers = (replace(server, user=user) if server.label in others else server for server in manifest.servers)
    return replace(manifest, servers=tuple(servers))


def completed_labels(log: Path) -> set[str]:
    """Return the labels of which a log has completed transfers."""
    from ftpstats.logs.reader import read_log
    from ftpstats.schema import COMPLETED

    if not log.is_file() or not log.stat().st_size:
        return set()
    rows, _ = read_log(str(log))
    return set(rows.filter(rows["completion"].is_in(COMPLETED))["label"])
