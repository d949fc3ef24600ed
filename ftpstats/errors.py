"""The exceptions that a user may see: one line each, naming what is wrong and what to do.

Whose fault it is decides the class. A caller's mistake is a `ValueError`, with the sentence that the command line
prints; anything else that escapes is a bug of ours and deserves its traceback.
"""

__all__ = ["FtpstatsError", "InputError", "MachineError", "SelectionError", "UsageError"]


class FtpstatsError(Exception):
    """Base of every error that the command line turns into one line on standard error."""


class InputError(FtpstatsError):
    """The input's fault: an unreadable, empty, binary or malformed file."""


class SelectionError(FtpstatsError, ValueError):
    """The question's fault: the data hold no such label, size or direction."""


class UsageError(FtpstatsError, ValueError):
    """The command's fault: options that contradict each other; exit status 2."""


class MachineError(FtpstatsError):
    """The machine's fault: a full disk, no permission, a missing program."""
