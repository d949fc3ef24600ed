"""The verdict: numbers in, word out. One rule table, tried from the top."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = [
    "FIVE_PER_CENT", "GATE_NAMES", "REQUIREMENTS", "Evidence", "Margin", "Margins", "Scope", "SizedMargins", "Verdict",
    "verdict",
]  # fmt: skip

Verdict = Literal["equivalent", "faster", "slower", "inconclusive"]

# What a verdict generalises to. labels: several runs each, in mixed order. labels-confounded: several runs each, but
# all of one label first, or in an unknown order. session: one run with interleaved transfers, or with pairs at the same
# moment. session-competing: such pairs, where it is not shown that the labels do not slow each other. runs: one run of
# each, so the verdict holds for these runs. observational: no schedule is known, as in a server's log: whatever decided
# who transferred what, and when, is in the difference.
Scope = Literal["labels", "labels-confounded", "session", "session-competing", "runs", "observational"]


# What `--fail-on` takes; what each looks at is in `gates`.
GATE_NAMES = (*get_args(Verdict), "slower-by-margin", "failures", "missing")
# What `--require` takes.
REQUIREMENTS = ("not-slower",)


@dataclass(frozen=True, slots=True)
class Margin:
    """The difference that does not matter: a share of the mean (``relative``), or seconds."""

    value: float
    relative: bool

    @property
    def sizes(self) -> tuple[tuple[int, "Margin"], ...]:
        """The margins of single sizes: none."""
        return ()

    def of(self, size: int | None) -> "Margin":  # noqa: ARG002 - the same for every size
        """Return the margin of a file size."""
        return self


@dataclass(frozen=True, slots=True)
class SizedMargins:
    """Margins of file sizes in bytes, and that of all other sizes."""

    default: Margin
    sizes: tuple[tuple[int, Margin], ...]

    def of(self, size: int | None) -> Margin:
        """Return the margin of a file size."""
        return next((margin for each, margin in self.sizes if each == size), self.default)


Margins = Margin | SizedMargins

FIVE_PER_CENT = Margin(0.05, relative=True)


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What a verdict rests on: the difference in seconds, both p-values as adjusted, and the level α.

    `is_hidden`: the difference lies within the margin, in a duet whose labels may slow each other and so hide a larger.
    """

    difference: float
    p: float | None
    equivalence_p: float | None
    alpha: float
    is_hidden: bool = False

    @property
    def different(self) -> bool:
        """Whether the difference is significantly different from zero."""
        return self.p is not None and self.p < self.alpha

    @property
    def equivalent(self) -> bool:
        """Whether the difference is shown to lie inside the margin."""
        return self.equivalence_p is not None and self.equivalence_p < self.alpha


_RULES: tuple[tuple[Verdict, Callable[[Evidence], bool]], ...] = (
    ("inconclusive", lambda evidence: evidence.is_hidden),
    ("equivalent", lambda evidence: evidence.equivalent),
    ("slower", lambda evidence: evidence.different and evidence.difference > 0),
    ("faster", lambda evidence: evidence.different),
    ("inconclusive", lambda _: True),
)


def verdict(evidence: Evidence) -> Verdict:
    """
    Return the word for what the evidence shows of a label against its reference.

    Examples
    --------
    >>> verdict(Evidence(difference=0.2, p=0.001, equivalence_p=0.9, alpha=0.05))
    'slower'
    >>> verdict(Evidence(difference=0.2, p=None, equivalence_p=None, alpha=0.05))
    'inconclusive'
    """
    return next(word for word, holds in _RULES if holds(evidence))
