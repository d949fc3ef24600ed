"""Letters to fonts: the one that comes with matplotlib, and for what it lacks those that the machine has."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache

__all__ = ["FONT", "fonts_for", "lacking", "silent_search"]

FONT = "DejaVu Sans"  # comes with matplotlib: the same glyphs on every machine
_BOXES = ("Last Resort", "LastResort")  # have a box for every letter there is


def fonts_for(texts: Iterable[str | None]) -> tuple[str, ...]:
    """
    Return the families in which texts are written: a letter is of the first of them that has it.

    Parameters
    ----------
    texts : iterable of str or None
        Labels, titles and captions.

    Returns
    -------
    tuple of str
        `FONT`, and others of this machine for the letters that it lacks.
    """
    return _families(frozenset("".join(filter(None, texts))) - _letters_of(FONT))


def lacking(texts: Iterable[str | None]) -> str:
    """Return the letters of texts that no font of this machine has, each once: they are drawn as boxes."""
    texts = list(texts)
    known = frozenset[str]().union(*map(_letters_of, fonts_for(texts)))
    return "".join(letter for letter in dict.fromkeys("".join(filter(None, texts))) if letter not in known)


@cache
def _families(missing: frozenset[str]) -> tuple[str, ...]:
    """Return `FONT` and, letter by letter, the family that has most of those that are still missing."""
    found = [FONT]
    missing = frozenset(letter for letter in missing if letter.isprintable() and not letter.isspace())
    while missing:
        best = max(_known_families(), key=lambda name: len(missing & _letters_of(name)))
        if not missing & _letters_of(best):
            break
        found.append(best)
        missing -= _letters_of(best)
    return tuple(found)


@cache
def _known_families() -> tuple[str, ...]:
    from matplotlib.font_manager import fontManager

    return tuple(sorted({entry.name for entry in fontManager.ttflist if not entry.name.lstrip(".").startswith(_BOXES)}))


@cache
def _letters_of(family: str) -> frozenset[str]:
    """Return the letters that a family's plain face has; none where its file cannot be read."""
    from matplotlib.font_manager import FontProperties, fontManager, get_font

    try:
        with silent_search():
            return frozenset(map(chr, get_font(fontManager.findfont(FontProperties(family=[family]))).get_charmap()))
    except (OSError, RuntimeError, ValueError):  # a broken file among the machine's fonts is not the figure's fault
        return frozenset()


@contextmanager
def silent_search() -> Iterator[None]:
    """Keep matplotlib from saying which weights a family lacks: it takes the nearest."""
    logger = logging.getLogger("matplotlib.font_manager")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
