"""What `--all-tests` and `--aa` show, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from ftpstats.present.tables import MISSING, Columns, Table, columns_table, grouped_table, number, p_text, shown_label
from ftpstats.units import format_kind

if TYPE_CHECKING:
    from ftpstats.analysis.aa import SelfComparison
    from ftpstats.analysis.textbook import Companion

__all__ = ["companions_table", "self_table"]


def companions_table(found: Sequence[Companion]) -> Table:
    """
    Return one row per test, by size and direction.

    Parameters
    ----------
    found : sequence of Companion
        One at least, those of one size and direction together.
    """
    columns: Columns[Companion] = (
        ("test", False, lambda c: f"  {c.test}"),
        ("of", False, lambda c: ", ".join(shown_label(label) for label in c.labels)),
        ("statistic", True, lambda c: number(c.statistic)),
        ("df", True, lambda c: ", ".join(f"{df:.4g}" for df in c.df)),
        ("p", True, lambda c: p_text(c.p)),
        ("a small p speaks against", False, _against),
    )
    groups = [
        (format_kind(*kind), columns, list(tests))
        for kind, tests in groupby(found, lambda companion: (companion.bytes, companion.direction))
    ]
    return grouped_table("all tests; each takes the transfers as independent, and none decides", groups)


def _against(c: Companion) -> str:
    return c.question if c.adjusted_for == 1 else f"{c.question}, allowing for {c.adjusted_for} pairs"


def self_table(found: Sequence[SelfComparison], confidence: float) -> Table:
    """Return one row per label and size: how often its own runs would be called different."""
    columns: Columns[SelfComparison] = (
        ("file", False, lambda s: format_kind(s.bytes, s.direction)),
        ("label", False, lambda s: shown_label(s.label)),
        ("runs", True, lambda s: str(s.runs)),
        ("pairs of runs", True, lambda s: str(s.pairs)),
        ("called different", True, lambda s: str(s.different)),
        ("share", True, lambda s: MISSING if s.share is None else f"{100 * s.share:.0f} %"),
    )
    title = f"each label against itself, run by run; by chance {100 * (1 - confidence):.3g} % would be called different"
    return columns_table(title, columns, found)
