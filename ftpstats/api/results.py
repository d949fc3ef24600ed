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
    from ftpstats.analysis.history import History
    from ftpstats.analysis.history_size import HistorySize  # noqa: F401
    from ftpstats.analysis.rates import Throughput
    from ftpstats.analysis.sample_size import SampleSize  # noqa: F401
    from ftpstats.analysis.scaling import Scaling  # noqa: F401
    from ftpstats.analysis.scaling_size import ScalingSize  # noqa: F401
    from ftpstats.analysis.summary import Summary  # noqa: F401
    from ftpstats.analysis.textbook import TextbookTest
    from ftpstats.analysis.verdict import Verdict
    from ftpstats.analysis.warnings import Warning
    from ftpstats.errors import InputError
    from ftpstats.logs.inspection import Inspection  # noqa: F401
    from ftpstats.present.answers import Answer

__all__ = [
    "Comparisons", "Histories", "HistorySizes", "Inspections", "Results", "SampleSizes", "ScalingSizes", "Scalings",
    "SelfComparisons", "StoredLogs", "Summaries", "TextbookTests", "Throughputs",
]  # fmt: skip

Item_co = TypeVar("Item_co", covariant=True)


class Results(Sequence[Item_co], Generic[Item_co]):
    """
    An immutable sequence of results, which shows itself as sentences or, in a notebook, as tables.

    Parameters
    ----------
    items : iterable
        The results.
    answer : callable
        Returns the `Answer`; called when a result is first shown.
    inputs : sequence of str
        The logs that the results are about.
    notes : sequence of str
        Which of them are copies, or may be, a sentence each.
    errors : sequence of InputError
        The errors of logs that were left out.

    Attributes
    ----------
    inputs, notes : tuple of str
    errors : tuple of InputError

    Examples
    --------
    >>> import ftpstats
    >>> found = ftpstats.summarize("sample_logs/inetutils/FTP.log", "xen")
    >>> len(found), found[0].label, found.inputs, found.notes, found.errors
    (3, 'Xen', ('sample_logs/inetutils/FTP.log',), (), ())
    >>> found.answer.sentences[1]
    '10 MB download, Xen: mean 141.97 ± 0.23 ms (95 % t interval, n = 100).'
    >>> [warning.code for warning in found.warnings]
    ['warm-up', 'coarse', 'coarse']
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
        """The tables, sentences and warnings that every form of the results is made from."""
        return self._answer()

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """The warnings of all results, each once: code, message and advice."""
        return tuple(dict.fromkeys(warning for item in self for warning in getattr(item, "warnings", ())))

    def to_frame(self) -> pd.DataFrame:
        """
        Return the results as a table in full precision.

        Returns
        -------
        DataFrame
            One row per result (pandas): times in seconds, sizes in bytes; unknown is NA.

        Examples
        --------
        >>> import ftpstats
        >>> found = ftpstats.compare("sample_logs/inetutils/FTP.log", "xen", "vmware", size="100MB")
        >>> found.to_frame()[["label", "n", "verdict"]].values.tolist()
        [['VMware', 100, 'slower']]
        """
        import pandas as pd

        from ftpstats.present.export import flat_rows

        rows = flat_rows(self.answer.records)
        whole = {
            name: "Int64"
            for name in (rows[0] if rows else ())
            if all(type(row[name]) in {int, type(None)} for row in rows) and any(row[name] is not None for row in rows)
        }
        return pd.DataFrame(rows).astype(whole)

    def to_markdown(self, *, notes: bool = True) -> str:
        """
        Return the results as Markdown.

        Parameters
        ----------
        notes : bool
            Whether sentences and warnings stand below the tables.

        Returns
        -------
        str
            Tables of rounded numbers, then sentences and warnings.

        Examples
        --------
        >>> import ftpstats
        >>> found = ftpstats.compare("sample_logs/inetutils/FTP.log", "xen", "vmware", size="100MB")
        >>> found.to_markdown(notes=False).splitlines()[0].startswith("| label ")
        True
        """
        return self._document("markdown", has_notes=notes)

    def to_latex(self, *, notes: bool = True) -> str:
        """
        Return the results for LaTeX with the package booktabs, each table a `tabular` as wide as a `table*`.

        Parameters
        ----------
        notes : bool
            Whether sentences and warnings stand below the tables, in small type.

        Returns
        -------
        str
            Tables of rounded numbers, then sentences and warnings.

        Examples
        --------
        >>> import ftpstats
        >>> found = ftpstats.compare("sample_logs/inetutils/FTP.log", "xen", "vmware", size="100MB")
        >>> found.to_latex().count("toprule")
        1
        """
        return self._document("latex", has_notes=notes)

    def to_json(self) -> str:
        """
        Return the JSON document that ``--format json`` writes.

        Returns
        -------
        str
            Full precision: times in seconds, sizes in bytes; unknown is null.

        Examples
        --------
        >>> import ftpstats
        >>> found = ftpstats.compare("sample_logs/inetutils/FTP.log", "xen", "vmware", size="100MB")
        >>> import json
        >>> json.loads(found.to_json())["comparisons"][0]["verdict"]
        'slower'
        """
        return self._document("json")

    def _document(self, form: str, *, has_notes: bool = True) -> str:
        from ftpstats.present.export import answer_text

        return answer_text(form, self.answer, self.inputs, has_notes=has_notes)

    def _repr_html_(self) -> str:
        return self._document("html")

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
        All textbook tests, with ``all_tests=True``.
    matches : tuple of str
        What matched `fail_on` or `max_failure_rate`, a sentence each.
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
        """
        The verdict of the only comparison: ``equivalent``, ``faster``, ``slower`` or ``inconclusive``.

        Raises
        ------
        ValueError
            If there are several comparisons, or none.

        Examples
        --------
        >>> import ftpstats
        >>> found = ftpstats.compare("sample_logs/inetutils/FTP.log", "xen", "vmware", size="100MB")
        >>> found.verdict
        'slower'
        """
        return self._only("a verdict").verdict

    def to_github(self) -> str:
        """
        Return annotations for GitHub Actions: what ``--format github`` writes.

        Returns
        -------
        str
            A workflow command per line: an error per match of a gate, and a notice per other comparison.

        Examples
        --------
        >>> import ftpstats
        >>> log = "sample_logs/inetutils/FTP.log"
        >>> found = ftpstats.compare(log, "xen", "vmware", size="100MB", fail_on="slower")
        >>> found.to_github()[:70]
        '::error title=--fail-on slower::100 MB download, VMware against Xen: +'
        """
        return self._document("github")

    def to_junit(self) -> str:
        """
        Return JUnit XML, which services that build software show as tests: what ``--format junit`` writes.

        Returns
        -------
        str
            A test case per comparison, which fails where a gate matched it and is skipped where the verdict is
            inconclusive; and one per match of ``failures``, ``missing`` and `max_failure_rate`.

        Examples
        --------
        >>> import ftpstats
        >>> log = "sample_logs/inetutils/FTP.log"
        >>> found = ftpstats.compare(log, "xen", "vmware", size="100MB", fail_on="slower")
        >>> print(found.to_junit().splitlines()[1])
        <testsuite name="ftpstats compare" tests="1" failures="1" errors="0" skipped="0" time="0">
        """
        return self._document("junit")


class Throughputs(Results["Throughput"]):
    """
    One `Throughput` per group of each label's transfers.

    Attributes
    ----------
    labels : tuple of Throughput
        Each label as a whole.
    """

    def __init__(  # noqa: PLR0913 - as every sequence of results, and one more
        self,
        items: Iterable[Throughput],
        answer: Callable[[], Answer],
        inputs: Sequence[str] = (),
        notes: Sequence[str] = (),
        errors: Sequence[InputError] = (),
        *,
        labels: tuple[Throughput, ...],
    ) -> None:
        super().__init__(items, answer, inputs, notes, errors)
        self.labels = labels


class Histories(Results["History"]):
    """
    One `History` per label, size and direction; the table, `to_frame` too, has a row per level.

    Attributes
    ----------
    matches : tuple of str
        What matched `fail_on`, a sentence each.
    """

    def __init__(  # noqa: PLR0913 - as every sequence of results, and one more
        self,
        items: Iterable[History],
        answer: Callable[[], Answer],
        inputs: Sequence[str] = (),
        notes: Sequence[str] = (),
        errors: Sequence[InputError] = (),
        *,
        matches: tuple[str, ...] = (),
    ) -> None:
        super().__init__(items, answer, inputs, notes, errors)
        self.matches = matches


class Scalings(Results["Scaling"]):
    """One `Scaling` per direction and label: the first label of a direction is the reference of the others."""


class SelfComparisons(Results["SelfComparison"]):
    """One `SelfComparison` per label, size and direction: its runs compared with each other."""


class SampleSizes(Results["SampleSize"]):
    """One sample size per size, direction and pair of labels."""


class ScalingSizes(Results["ScalingSize"]):
    """One `ScalingSize` per direction and label: what makes its latency and throughput precise."""


class HistorySizes(Results["HistorySize"]):
    """One `HistorySize` per label, size and direction: how many runs show a step."""


class TextbookTests(Results["TextbookTest"]):
    """One `TextbookTest` per test of a sample, of a pair, or of all samples of a size."""


class Inspections(Results["Inspection"]):
    """One `Inspection` per log: what its lines are, and what is unusual."""


class StoredLogs(Results[dict[str, Any]]):
    """One dict per log in a store; see `TransferStore.logs`."""
