"""What matched a gate, each kind with its numbers: data, for `gates`. No words here."""

from dataclasses import dataclass

from ftpstats.analysis.comparison import Comparison
from ftpstats.analysis.outcomes import Outcomes

__all__ = [
    "EmptyRunMatch", "FailureRate", "Match", "Missing", "MoreFailures", "NotShown", "OfComparison", "SlowerByMargin",
    "UnpairedLog", "UnpairedRun", "VerdictMatch",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class VerdictMatch:
    """A verdict that is not accepted."""

    comparison: Comparison


@dataclass(frozen=True, slots=True)
class SlowerByMargin:
    """A label that is shown to be slower by more than the margin, adjusted for all comparisons (Holm)."""

    comparison: Comparison


@dataclass(frozen=True, slots=True)
class NotShown:
    """
    A label that is not shown to be no slower than the margin allows.

    All comparisons have to be shown, so none is adjusted for the others: the intersection–union test of Berger (1982).
    """

    comparison: Comparison


@dataclass(frozen=True, slots=True)
class MoreFailures:
    """A label that fails more often than the reference; p is one-sided, and allows for all comparisons."""

    bytes: int | None
    direction: str | None
    other: Outcomes
    reference: Outcomes
    p: float


@dataclass(frozen=True, slots=True)
class FailureRate:
    """A label of whose attempts a larger share failed than may."""

    bytes: int | None
    direction: str | None
    outcomes: Outcomes
    limit: float


@dataclass(frozen=True, slots=True)
class Missing:
    """A label without a completed transfer of one size, or of any (`is_all`)."""

    bytes: int | None
    direction: str | None
    outcomes: Outcomes
    is_all: bool


@dataclass(frozen=True, slots=True)
class EmptyRunMatch:
    """A run in which nothing completed."""

    label: str
    run: int
    attempts: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class UnpairedRun:
    """A run that has no partner, where runs are compared round by round."""

    label: str
    run: int
    partner: str
    bytes: int | None
    direction: str | None


OfComparison = VerdictMatch | SlowerByMargin | NotShown


@dataclass(frozen=True, slots=True)
class UnpairedLog:
    """A log that holds only one of two labels, where another holds both."""

    label: str
    log: str
    partner: str
    bytes: int | None
    direction: str | None


Match = OfComparison | MoreFailures | FailureRate | Missing | EmptyRunMatch | UnpairedRun | UnpairedLog
