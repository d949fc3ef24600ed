"""File names, users and passwords that every client can be given, and that none takes for a command."""

import re

from ftpstats.errors import UsageError

__all__ = ["check_name", "check_secret"]

# The classic clients run `get |command` and `!command`, take a leading - for standard output, and split at blanks.
_NAME = re.compile(r"/?[A-Za-z0-9_][A-Za-z0-9._+,=@%~-]*(?:/[A-Za-z0-9_][A-Za-z0-9._+,=@%~-]*)*")
_NAME_LENGTH = 150  # the oldest clients read lines of 200 characters
_SECRET_LENGTH = 120


def check_name(name: str) -> str:
    """
    Return a file's name on a server, if every client can be asked for it and none takes it for a command.

    Raises
    ------
    UsageError
        If not.
    """
    if len(name) > _NAME_LENGTH or _NAME.fullmatch(name) is None:
        shown = ascii(name if len(name) <= 60 else name[:60] + "…")
        raise UsageError(
            f"file name {shown}: letters, digits and . _ + , = @ % ~ - are safe with every client, "
            f"up to {_NAME_LENGTH} of them; give the file such a name on the server"
        )
    return name


def check_secret(what: str, text: str) -> str:
    """
    Return a user name or password that every client can be given.

    Raises
    ------
    UsageError
        If it is empty, too long, or holds a control character. The text is not repeated.
    """
    if not 0 < len(text) <= _SECRET_LENGTH or not text.isprintable():
        raise UsageError(f"the {what} is empty, longer than {_SECRET_LENGTH} characters, or has a control character")
    return text
