"""What was taken for a copy of another log, and what may be one, in a line each."""

from collections.abc import Sequence

from ftpstats.logs.identity import Copies, Why
from ftpstats.units import format_count

__all__ = ["copies_said", "reason"]

_REASONS: dict[Why, str] = {
    "results": "its results stand there",
    "identical": "the same bytes",
    "grown": "it has grown since",
    "filtered": "filtered from it",
    "said": "as --same says",
}


def reason(why: Why) -> str:
    """Return in words what makes a log a copy."""
    return _REASONS[why]


def copies_said(names: Sequence[str], found: Copies) -> list[str]:
    """
    Say which logs count once, and which twice in doubt.

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
        first = told[0]
        how = f"{names[first.log]} is a copy of {names[first.of]} ({reason(first.why)})"
        lines.append(f"{how}{_more(len(told), 'copy', 'copies')}: what both hold counts once")
    if found.doubts:
        doubt = found.doubts[0]
        how = f"{names[doubt.log]} may be a copy of {names[doubt.of]}"
        lines.append(
            f"{how}{_more(len(found.doubts), 'such log', 'such logs')}: too few different results tell, and both "
            "count; --same or --distinct decides"
        )
    return lines


def _more(count: int, one: str, several: str) -> str:
    return f", and {format_count(count - 1, one, several)} more" if count > 1 else ""
