"""How far verdicts on published summaries hold: up to which inflation, and which standard deviation between runs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from ftpstats.analysis.published import PublishedSample
from ftpstats.analysis.verdict import Margin, Verdict

__all__ = ["Assumed", "Limits", "PublishedPair", "limits_of"]

_MOST = 1000.0  # times what is assumed, or 1: beyond it a verdict holds whatever is assumed
_LEAST_SHARE, _LEAST_SECONDS = 1e-4, 1e-9  # of a standard deviation between runs, where the search begins
_HALVINGS = 8  # of a doubling: to 0.4 %; comparisons share most of the values that are tried


@dataclass(frozen=True, slots=True)
class Assumed:
    """
    What published numbers do not tell.

    Attributes
    ----------
    inflation : float
        The factor by which autocorrelation multiplies the variance of a mean.
    run_sd : Margin or None
        The standard deviation between runs beyond what transfers explain: a share of each mean, or seconds.
    """

    inflation: float
    run_sd: Margin | None


class Limits(NamedTuple):
    """Up to what a verdict holds, one assumption at a time; see `Published`."""

    inflation: float | None
    run_sd: Margin | None


PublishedPair = tuple[PublishedSample, PublishedSample]  # the other and the reference
Words = Callable[[Assumed], tuple[Verdict, ...]]


def limits_of(place: int, pair: PublishedPair, words: Words, assumed: Assumed) -> Limits:
    """
    Return up to what a verdict holds.

    Parameters
    ----------
    place : int
        Where it is among all verdicts.
    pair : tuple of PublishedSample
        What it is on.
    words : callable
        Gives all verdicts under what is assumed: Holm's adjustment is over all of them.
    assumed : Assumed
        What is.
    """
    return Limits(_largest_inflation(place, pair, words, assumed), _largest_run_sd(place, pair, words, assumed))


def _largest_inflation(place: int, pair: PublishedPair, words: Words, assumed: Assumed) -> float | None:
    """Return up to which assumed inflation the verdict holds."""
    if all(one.run_sd is not None or one.inflation is not None for one in pair):
        return None
    word = words(assumed)[place]
    return _largest(
        lambda factor: words(replace(assumed, inflation=factor))[place] == word, word, assumed.inflation, 1.0
    )


def _largest_run_sd(place: int, pair: PublishedPair, words: Words, assumed: Assumed) -> Margin | None:
    """Return up to which assumed standard deviation between runs the verdict holds."""
    if all(one.run_sd is not None for one in pair):
        return None
    word, relative = words(assumed)[place], assumed.run_sd is None or assumed.run_sd.relative
    found = _largest(
        lambda value: words(replace(assumed, run_sd=Margin(value, relative=relative)))[place] == word,
        word,
        assumed.run_sd.value if assumed.run_sd else 0.0,
        _LEAST_SHARE if relative else _LEAST_SECONDS,
    )
    return None if found is None else Margin(found, relative=relative)


def _largest(holds: Callable[[float], bool], word: Verdict, assumed: float, least: float) -> float | None:
    """
    Return the largest value at which a verdict holds that holds at what is assumed.

    More uncertainty never brings a verdict back, because every p-value grows with it.
    """
    if word == "inconclusive":
        return None
    inside, outside = assumed, max(2 * assumed, least)
    while holds(outside):
        inside, outside = outside, 2 * outside
        if outside > _MOST * max(assumed, 1.0):
            return None
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return inside
