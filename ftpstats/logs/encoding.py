"""Which encoding a log is in, from what its lines say; bytes in, UTF-8 with LF out.

UTF-8 and UTF-16 tell themselves. A console's code page does not, but its client's words do: only in cp866 do these
bytes read "байт". Where no word tells, letters do: what one code page shows as a letter is a sign in another.
"""

import codecs
import re

import numpy as np

__all__ = ["Recoder"]

# The clients' words for "bytes", "received" and the like, likeliest first where they are the same bytes.
_WORDS = {
    "cp866": ("байт",),
    "cp1251": ("байт",),
    "koi8-r": ("байт",),
    "cp932": ("バイト",),
    "cp936": ("字节",),
    "cp949": ("바이트",),
    "cp950": ("位元組",),
    "cp850": ("reçus", "envoyés", "secondes à"),
    "cp437": ("reçus", "envoyés", "secondes à"),
    "cp1252": ("reçus", "envoyés", "secondes à"),
}
_WESTERN = ("cp1252", "latin-1", "cp850", "cp437")
_CONSOLES = _WESTERN[2:] + _WESTERN[:2]  # where Windows's client wrote the log, and letters alone do not tell
# result ::= (?i) "ftp" " "? ": " DIGIT+ " " ("bytes" | "octets") " "   /* of ftp.exe: ASCII in all code pages */
_WINDOWS = re.compile(rb"(?i)\bftp ?: \d+ (?:bytes|octets) ")
_PROBE = 1 << 20
_BEYOND_ASCII = 128
# Above this share of control characters a file is no text. A log of a terminal session stays far below it.
_BINARY_SHARE = 0.05
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\r\x08\x1b") + b"\x7f"


class Recoder:
    """
    Turns one log into UTF-8, in two steps: its bytes as they come, then blocks of whole lines.

    Parameters
    ----------
    start : bytes
        How the log begins.
    encoding : str, optional
        The log's; UTF-16 where `start` is that, else what its lines say.

    Attributes
    ----------
    is_text : bool
        False for a binary file.
    """

    def __init__(self, start: bytes, encoding: str | None) -> None:
        encoding = encoding or _utf16(start)
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace") if encoding else None
        text = start.decode(encoding, errors="replace").encode() if encoding else start
        control = len(text) - len(text.translate(None, _CONTROL))
        self.is_text = control <= _BINARY_SHARE * len(text)
        self._end = b"\r" if b"\r" in text and b"\n" not in text else b"\n"  # CR where nothing else ends a line
        self._code_page: str | None = None

    @property
    def is_as_found(self) -> bool:
        """Whether all blocks so far are the log's bytes as they stand."""
        return self._decoder is None and self._end == b"\n" and self._code_page is None

    def text(self, chunk: bytes, *, last: bool = False) -> bytes:
        """Return the next bytes with LF; UTF-16, or an encoding that was named, as UTF-8."""
        if self._decoder is not None:
            chunk = self._decoder.decode(chunk, last).encode()
        return chunk if self._end == b"\n" else chunk.replace(self._end, b"\n")

    def utf8(self, block: bytes) -> bytes:
        """
        Return a block as UTF-8; the first one that is none settles how the others are read.

        Parameters
        ----------
        block : bytes
            Whole lines, each in UTF-8 or in the log's code page: logs of several machines may have been joined.
        """
        if np.frombuffer(block, dtype=np.uint8).max(initial=0) < _BEYOND_ASCII:  # several times as fast as isascii
            return block
        try:
            block.decode()
        except UnicodeDecodeError:
            page = self._code_page = self._code_page or _code_page(block)
            return b"\n".join(_line(line, page) for line in block.split(b"\n"))
        return block


def _line(line: bytes, page: str) -> bytes:
    try:
        line.decode()
    except UnicodeDecodeError:
        return line.decode(page, errors="replace").encode()
    return line


def _code_page(text: bytes) -> str:
    """Return the code page in which the clients' words read as such, else the one with the most letters."""
    foreign = b"\n".join(line for line in text.split(b"\n") if not line.isascii())[:_PROBE]
    words = {page: _count(foreign.decode(page, errors="ignore"), known) for page, known in _WORDS.items()}
    best = max(words, key=lambda page: words[page])
    western = _CONSOLES if _WINDOWS.search(text) else _WESTERN
    return best if words[best] else max(western, key=lambda page: _letters(foreign, page))


def _count(text: str, words: tuple[str, ...]) -> int:
    return sum(text.count(word) for word in words)


def _letters(text: bytes, page: str) -> int:
    """Return how many more of the bytes beyond ASCII are letters than are not."""
    signs = [sign for sign in text.decode(page, errors="replace") if not sign.isascii()]
    return sum(1 if sign.isalpha() else -1 for sign in signs)


def _utf16(start: bytes) -> str | None:
    """Return UTF-16 by its mark, or by every second byte being NUL, as ASCII text has it; None where it is none."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = len(start) // 2
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if half > 4 and start[offset::2].count(0) > 0.9 * half > start[1 - offset :: 2].count(0) * 9:
            return encoding
    return None
