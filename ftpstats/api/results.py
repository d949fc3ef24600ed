"""What questions give: sequences of frozen results that know how to be shown. Each is an `Answer` in several forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from ftpstats.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    # Some stand in quotes among the bases below, where ruff does not see them.
    from ftpstats.analysis.aa import SelfComparison  # noqa: F401
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.sample_size import SampleSize  # noqa: F401
    from ftpstats.analysis.summary import Summary  # noqa: F401
    from ftpstats.analysis.textbook import TextbookTest
    from ftpstats.analysis.verdict import Verdict
    from ftpstats.analysis.warnings import Warning
    from ftpstats.errors import InputError
    from ftpstats.logs.inspection import Inspection  # noqa: F401
    from ftpstats.present.answers import Answer

__all__ = [
    "Comparisons", "Inspections", "Results", "SampleSizes", "SelfComparisons", "StoredLogs", "Summaries",
    "TextbookTests",
]  # fmt: skip

Item_co = TypeVar("Item_co", covariant=True)


class Results(Sequence[Item_co], Generic[Item_co]):
    """
    An immutable sequence of results.

    Parameters
    ----------
    items : iterable
    answer : callable
        Gives the `Answer`, when it is to be shown.
    inputs, notes : sequence of str
        The logs that the results are about; which of them were taken for copies.
    errors : sequence of InputError
        What was wrong with logs that were left out.

    Attributes
    ----------
    inputs, notes : tuple of str
    errors : tuple of InputError
    """

    def __init__(
        self,
        items: Iterable[Item_co],
        answer: Callable[[], Answer],
        inputs: Sequence[str] = (),
        notes: Sequence[str] = (),
        errors: Sequence[InputError] = (),
    ) -> None:
        self._items: tuple[Item_co, ...] = tuple(items)
        self._answer = answer
        self.inputs, self.notes, self.errors = tuple(inputs), tuple(notes), tuple(errors)

    @overload
    def __getitem__(self, index: int) -> Item_co: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Item_co, ...]: ...
    def __getitem__(self, index: int | slice) -> Item_co | tuple[Item_co, ...]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    @cached_property
    def answer(self) -> Answer:
        """The answer that all forms are made from: tables, sentences and warnings."""
        return self._answer()

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """What to be careful about, each once."""
        return tuple(dict.fromkeys(warning for item in self for warning in getattr(item, "warnings", ())))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per result as a pandas DataFrame: full precision, seconds, unknown is NA."""
        import pandas as pd

        from ftpstats.present.export import flat_rows

        rows = flat_rows(self.answer.records)
        whole = {
            name: "Int64"
            for name in (rows[0] if rows else ())
            if all(type(row[name]) in {int, type(None)} for row in rows) and any(row[name] is not None for row in rows)
        }
        return pd.DataFrame(rows).astype(whole)

    def to_markdown(self) -> str:
        """Return the tables, rounded, with sentences and warnings below them, as Markdown."""
        return self._document("markdown")

    def to_latex(self) -> str:
        """Return the tables, rounded, with sentences and warnings below them, for LaTeX with the package booktabs."""
        return self._document("latex")

    def to_json(self) -> str:
        """Return the document that ``--format json`` writes: full precision, seconds, unknown is null."""
        return self._document("json")

    def _document(self, form: str) -> str:
        from ftpstats.present.export import answer_text

        return answer_text(form, self.answer, self.inputs)

    def _repr_html_(self) -> str:
        from ftpstats.present.export import answer_text

        return answer_text("html", self.answer, self.inputs)

    def __str__(self) -> str:
        return "\n".join(self.answer.sentences)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)}>\n{self}"

    def _only(self, what: str) -> Item_co:
        """Return the one result; of several, say how to ask for one."""
        if len(self) == 1:
            return self[0]
        raise UsageError(f"there are {len(self)} results, and each has {what} of its own: choose one, by size= or [0]")


class Summaries(Results["Summary"]):
    """One `Summary` per label, size and direction."""


class Comparisons(Results["Comparison"]):
    """
    One `Comparison` per size, direction and pair of labels.

    Attributes
    ----------
    tests : tuple of TextbookTest or None
        All textbook tests, where they were asked for.
    matches : tuple of str
        What `fail_on` or `max_failure_rate` found that is not accepted, a sentence each.
    """

    def __init__(  # noqa: PLR0913 - as every sequence of results, and two more
        self,
        items: Iterable[Comparison],
        answer: Callable[[], Answer],
        inputs: Sequence[str] = (),
        notes: Sequence[str] = (),
        errors: Sequence[InputError] = (),
        *,
        tests: tuple[TextbookTest, ...] | None = None,
        matches: tuple[str, ...] = (),
    ) -> None:
        super().__init__(items, answer, inputs, notes, errors)
        self.tests, self.matches = tests, matches

    @property
    def verdict(self) -> Verdict:
        """The verdict of the only comparison: equivalent, faster, slower or inconclusive."""
        return self._only("a verdict").verdict


class SelfComparisons(Results["SelfComparison"]):
    """One `SelfComparison` per label, size and direction: its runs compared with each other."""


class SampleSizes(Results["SampleSize"]):
    """One sample size per size, direction and pair of labels."""


class TextbookTests(Results["TextbookTest"]):
    """One `TextbookTest` per test, and sample, pair, or all samples of a size."""


class Inspections(Results["Inspection"]):
    """One `Inspection` per log: what each line is, and what is odd."""


class StoredLogs(Results[dict[str, Any]]):
    """One record per log in a store."""
