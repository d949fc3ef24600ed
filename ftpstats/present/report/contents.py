"""What a report is made of: answers, figures, accounts of logs, experiments. Only data; `page` and `issue` show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.reasons import Failure
    from ftpstats.analysis.summary import Summary
    from ftpstats.logs.inspection import Inspection
    from ftpstats.manifest import Manifest
    from ftpstats.present.answers import Answer
    from ftpstats.present.figures.matter import Matter
    from ftpstats.present.verdicts import Terms

__all__ = ["Contents", "Origin"]


@dataclass(frozen=True, slots=True)
class Origin:
    """
    Where the transfers come from, and the report.

    Attributes
    ----------
    inputs : tuple of str
        The logs.
    notes, errors : tuple of str
        Which logs are copies, and what was wrong with those that were left out.
    accounts : sequence of Mapping
        By log, how many lines there are, and how many of each kind.
    inspections : sequence of Inspection
        Logs with what is odd about them; none of a store, of a table and of standard input.
    stored : sequence of Mapping
        The logs of a store, as it lists them.
    experiments : Mapping of str to Manifest
        By log, the experiment that it is of.
    command : str
        What made the report.
    made : datetime
        When.
    """

    inputs: tuple[str, ...]
    notes: tuple[str, ...]
    errors: tuple[str, ...]
    accounts: Sequence[Mapping[str, Any]]
    inspections: Sequence[Inspection]
    stored: Sequence[Mapping[str, Any]]
    experiments: Mapping[str, Manifest]
    command: str
    made: datetime

    @property
    def by_experiment(self) -> list[tuple[Manifest, tuple[str, ...]]]:
        """Each experiment once, with its logs."""
        found: dict[tuple[object, ...], tuple[Manifest, list[str]]] = {}
        for log, manifest in self.experiments.items():
            # Not by all that it holds: that may be a million attempts.
            found.setdefault((manifest.start, manifest.host, manifest.servers), (manifest, []))[1].append(log)
        return [(manifest, tuple(logs)) for manifest, logs in found.values()]


@dataclass(frozen=True, slots=True)
class Contents:
    """
    What a report says.

    Attributes
    ----------
    title : str
    terms : Terms
        Margin, confidence and unit.
    comparisons : sequence of Comparison
        Each label against the first; none of one label.
    comparison : Answer or None
        Them, shown; None of one label.
    summaries : sequence of Summary
    summary : Answer
        Them, shown with details.
    scaling : Answer or None
        How time grows with size, shown; None where no label has two sizes.
    failures : sequence of Failure
        Attempts that did not complete, by reason.
    matter : Matter
        What figures are made of.
    origin : Origin
    """

    title: str
    terms: Terms
    comparisons: Sequence[Comparison]
    comparison: Answer | None
    summaries: Sequence[Summary]
    summary: Answer
    scaling: Answer | None
    failures: Sequence[Failure]
    matter: Matter
    origin: Origin

    @property
    def has_completed(self) -> bool:
        """Whether any transfer completed."""
        return any(one.n for one in self.summaries)

    @property
    def results(self) -> list[Comparison | Summary]:
        """Everything that has warnings."""
        return [*self.comparisons, *self.summaries]
