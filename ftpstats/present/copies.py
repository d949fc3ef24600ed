"""Logs that are copies of others, logs that may be, and what was assumed of any, in a line each."""

from collections.abc import Collection, Iterable, Sequence

from ftpstats.logs.identity import Copies, Why, natural

__all__ = ["assumptions_said", "copies_said", "doubts_said", "reason"]

_REASONS: dict[Why, str] = {
    "results": "it contains the same results",
    "identical": "the same bytes",
    "grown": "it has grown since",
    "filtered": "filtered from it",
    "table": "a table and the log that it names",
    "said": "by --same",
}


def reason(why: Why) -> str:
    """Return in words what makes a log a copy."""
    return _REASONS[why]


def copies_said(names: Sequence[str], found: Copies) -> list[str]:
    """
    Return which logs count once, and which count twice because the evidence is insufficient.

    Parameters
    ----------
    names : sequence of str
        Of the logs, as `found` numbers them.
    found : Copies

    Returns
    -------
    list of str
        A line for copies of logs of another name, a line for doubts; none where there is nothing to say.
    """
    told = [copy for copy in found.copies if names[copy.log] != names[copy.of]]
    lines = []
    if told:
        copy, others = told[0], len(told) - 1
        first = f"{names[copy.log]} is a copy of {names[copy.of]} ({reason(copy.why)})"
        lines.append(f"{first}{_with(others, 'copies')}: each transfer counts once")
    return [*lines, *doubts_said([(names[doubt.log], names[doubt.of]) for doubt in found.doubts])]


def doubts_said(pairs: Collection[tuple[str, str]]) -> list[str]:
    """Return a line for pairs of logs of which the one may be a copy of the other; none where there are none."""
    if not pairs:
        return []
    log, of = min(pairs, key=lambda pair: (natural(pair[0]), natural(pair[1])))
    first = f"{log} may be a copy of {of}{_with(len(pairs) - 1, 'such pairs')}"
    return [f"{first}: too few different results to decide, so both count; use --same or --distinct"]


def assumptions_said(assumed: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    """
    Return what was assumed of logs, a line for each assumption.

    Parameters
    ----------
    assumed : iterable of (str, sequence of str)
        Each log's name, and the assumptions about it as sentences.
    """
    logs: dict[str, list[str]] = {}
    for name, sentences in assumed:
        for sentence in sentences:
            logs.setdefault(sentence, []).append(name)
    return [f"{names[0]}{_with(len(names) - 1, 'logs')}: {sentence}" for sentence, names in logs.items()]


def _with(others: int, what: str) -> str:
    return f", one of {others + 1} {what}" if others else ""
