"""The exceptions that a user may see: one line each, naming what is wrong and what to do.

Whose fault it is decides the class. A caller's mistake is a `ValueError`, with the sentence that the command line
prints; anything else that escapes is a bug of ours and deserves its traceback.
"""

import re

__all__ = ["SECRETS_OF_URLS", "FtpstatsError", "InputError", "MachineError", "SelectionError", "UsageError", "masked"]

# url        ::= "//" user? ":" secret "@" | (?i) "http" "s"? "://" token "@"
# parameter  ::= [?&;#] name "=" secret   /* of a name with one of the words below in it: X-Amz-Signature, api_key */
# A password ends with the last "@" of the word, for it may hold one.
_WORDS = "token|sig|key|pass|pwd|secret|auth|credential|session|jwt"
SECRETS_OF_URLS = (  # what stands before one, and behind it
    (r"(//[^/\s:@]*:)\S*@", "@"),
    (r"(?i)(https?://)[^/\s:@]+@", "@"),
    (rf"(?i)([?&;#](?:[\w.%-]*)(?:{_WORDS})[\w.%-]*=)[^&;#\s\"'’”<>]+", ""),
)


def masked(text: str) -> str:
    """Return a message without the passwords and tokens of the URLs in it, which somebody may have given as a name."""
    for pattern, behind in SECRETS_OF_URLS:
        text = re.sub(pattern, rf"\1********{behind}", text)
    return text


class FtpstatsError(Exception):
    """Base of every error that the command line turns into one line on standard error."""

    def __init__(self, *said: object) -> None:
        super().__init__(*(masked(one) if isinstance(one, str) else one for one in said))


class InputError(FtpstatsError):
    """The input's fault: an unreadable, empty, binary or malformed file."""


class SelectionError(FtpstatsError, ValueError):
    """The question's fault: the data hold no such label, size or direction."""


class UsageError(FtpstatsError, ValueError):
    """The command's fault: options that contradict each other; exit status 2."""


class MachineError(FtpstatsError):
    """The machine's fault: a full disk, no permission, a missing program."""
