"""What a question is about, and the questions of each label: summarize, textbook. A command asks one of them.

Each parses its arguments, finds the transfers, lets `analysis` answer, and returns `results`.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeAlias

from ftpstats.api.arguments import (
    Limits,
    Sizes,
    as_flag,
    as_level,
    as_list,
    as_margins,
    as_selection,
    as_sizes,
    as_workers,
    one_of,
)
from ftpstats.api.sources import Found, Transfers, look
from ftpstats.errors import InputError, UsageError
from ftpstats.schedule import solo_label
from ftpstats.units import UNITS

if TYPE_CHECKING:
    from ftpstats.analysis.concurrency import AtOnce
    from ftpstats.analysis.sample import Sample
    from ftpstats.analysis.settings import Source
    from ftpstats.analysis.subset import Selection
    from ftpstats.analysis.summary import Described, Summary
    from ftpstats.analysis.textbook import TextbookTest
    from ftpstats.analysis.verdict import Margins
    from ftpstats.api.results import Summaries, TextbookTests
    from ftpstats.manifest import Manifest

__all__ = [
    "About", "Asked", "Facts", "Question", "Summarized", "about", "answerable", "ask", "facts_of", "question",
    "summarize", "summarized", "textbook",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of which transfers, beside their labels: values that another process can be told."""

    sizes: tuple[int, ...]
    clients: tuple[str, ...]
    where: str | None
    label_from: str | None
    by: str | None
    as_printed: bool

    @property
    def selected(self) -> Selection:
        """Which transfers are meant."""
        return as_selection(self.where, self.label_from, self.by)


def question(  # noqa: PLR0913 - its options, by name
    size: Sizes,
    client: str | Iterable[str] | None,
    *,
    as_printed: bool,
    where: str | None = None,
    label_from: str | None = None,
    by: str | None = None,
) -> Question:
    """Return a question: see `compare` and `summarize` for the parameters."""
    sizes, printed = as_sizes(size), as_flag(as_printed, "as-printed")
    as_selection(where, label_from, by)
    return Question(sizes, tuple(as_list(client, "client")), where, label_from, by, printed)


@dataclass(frozen=True, slots=True)
class Facts:
    """What summaries are made of: small, and of parts of the labels it adds up."""

    described: tuple[Described, ...]
    means: Mapping[str | None, AtOnce]
    sources: tuple[Source, ...]

    def summaries(self, manifests: Mapping[str, Manifest]) -> list[Summary]:
        """Warn where the clients or experiments of what is shown together, or the numbers at once, differ."""
        from ftpstats.analysis.concurrency import with_means
        from ftpstats.analysis.settings import with_sources
        from ftpstats.analysis.summary import warned_together

        everyone = [one.summary.label for one in self.described]
        found = with_means(warned_together(self.described), lambda _: everyone, self.means)
        return with_sources(found, lambda _: everyone, self.sources, manifests)


def facts_of(samples: Sequence[Sample], found: Found, confidence: float, *, is_all: bool) -> Facts:
    """Describe samples of some transfers: of all labels, or of some."""
    from ftpstats.analysis.concurrency import means_at_once
    from ftpstats.analysis.settings import sources_of
    from ftpstats.analysis.summary import described

    are_compared = not is_all or len({one.label for one in samples}) > 1
    return Facts(
        tuple(described(sample, confidence) for sample in samples),
        means_at_once(found.rows, is_all=is_all) if are_compared else {},
        sources_of(found.rows, found.manifests),
    )


@dataclass(frozen=True)
class Asked:
    """The transfers that a question is about, and what it names of them: labels as the table writes them, sizes."""

    found: Found
    labels: list[str] | None
    sizes: tuple[int, ...]
    as_printed: bool

    @cached_property
    def samples(self) -> list[Sample]:
        """The transfers by label, size and direction."""
        from ftpstats.analysis.select import samples

        return samples(self.found.rows, self.labels, self.sizes, as_printed=self.as_printed)

    @cached_property
    def solos(self) -> list[Sample]:
        """The solo transfers of the labels, where at least two of them have any: see `analysis.duet`."""
        from ftpstats.analysis.select import all_labels, samples

        known = [label for label in all_labels(self.found.rows) if label is not None]
        wanted = {solo_label(label).casefold() for label in self.labels or known}
        there = [label for label in known if label.casefold() in wanted]
        return samples(self.found.rows, there, (), as_printed=self.as_printed) if len(there) > 1 else []

    @property
    def to_compare(self) -> list[str]:
        """The labels that are compared: those named; else all, without solo transfers, which go with their label."""
        from ftpstats.analysis.select import all_labels

        solos = {solo.label for solo in self.solos}
        return self.labels or [one for one in all_labels(self.found.rows) if one is not None and one not in solos]

    def at_least_two(self, command: str, labels: list[str]) -> list[str]:
        """
        Return the labels that a command compares.

        Raises
        ------
        UsageError
            If they are fewer, naming those that there are.
        """
        if len(labels) >= 2:
            return labels
        from ftpstats.analysis.select import all_labels

        there = [label for label in all_labels(self.found.rows) if label is not None]
        pair = " ".join(map(shlex.quote, (labels + [one for one in there if one not in labels])[:2]))
        example = f", like `ftpstats {command} {pair}`" if len(there) > 1 else ""
        named = f"; there are: {', '.join(there)}" if there else "; the transfers have none"
        raise UsageError(f"name at least two labels, the reference first{example}{named}")

    def summaries(self, confidence: float) -> list[Summary]:
        """Describe the samples, and warn where the experiments that they are of, or the numbers at once, differ."""
        return facts_of(self.samples, self.found, confidence, is_all=True).summaries(self.found.manifests)

    def boxes(self) -> dict[tuple[str | None, int | None, str | None], tuple[float, ...]]:
        """Return the five numbers of each label, size and direction."""
        return {(one.label, one.bytes, one.direction): one.five_numbers for one in self.samples}

    def tests(self, confidence: float, margin: Margins | None, *, together: bool) -> tuple[TextbookTest, ...]:
        """Make every textbook test, of all samples of one size and direction together or of each alone."""
        from ftpstats.analysis.select import by_kind, usable
        from ftpstats.analysis.textbook import textbook_tests

        kinds = [list(alike.values()) for alike in by_kind(usable(self.samples))]
        parts = kinds if together else [[sample] for kind in kinds for sample in kind]
        return tuple(test for part in parts for test in textbook_tests(part, confidence=confidence, margin=margin))


def ask(  # noqa: PLR0913 - the question's options, by name
    transfers: Transfers,
    labels: Sequence[str],
    size: Sizes,
    client: str | Iterable[str] | None,
    *,
    as_printed: bool,
    where: str | None = None,
    label_from: str | None = None,
    by: str | None = None,
) -> Asked:
    """Return a question about transfers: see `compare` and `summarize` for the parameters."""
    asking = question(size, client, as_printed=as_printed, where=where, label_from=label_from, by=by)
    return answerable(transfers, labels, asking)


def answerable(transfers: Transfers, labels: Sequence[str], asking: Question) -> Asked:
    """Return what is asked of transfers, where there are some: see `ask`."""
    selected = asking.selected
    found, told = look(transfers, labels, asking.clients, selected, asking.sizes)
    names = told.require(labels, asking.clients, selected) or None
    if asking.by is None:
        return Asked(found, names, asking.sizes, asking.as_printed)
    from ftpstats.analysis.subset import split_by

    rows, groups = split_by(found.rows, names, asking.by)
    return Asked(replace(found, rows=rows), groups, asking.sizes, asking.as_printed)


def summarize(  # noqa: PLR0913 - the question's options, by name
    transfers: Transfers,
    *labels: str,
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    where: str | None = None,
    label_from: str | None = None,
    by: str | None = None,
    confidence: str | float = 0.95,
    as_printed: bool = False,
    unit: str = "s",
    details: bool = False,
    all_tests: bool = False,
    workers: int | None = None,
    cluster: str | None = None,
) -> Summaries:
    """
    Describe each label and file size: mean with its interval, spread, five numbers, normality.

    Parameters
    ----------
    transfers, size, client, where, label_from, confidence, as_printed
        As for `compare`.
    *labels : str
        The labels. Default: all.
    by : str, optional
        Describe each value of this column of the tidy table, like ``peer``, on its own. The results' labels are the
        values; of several labels ``LABEL, VALUE``.
    unit : {"s", "MB/s", "MiB/s", "Mbit/s"}
        The unit of throughput in tables; MiB/s for ``s``.
    details : bool
        Whether to show shape, warm-up, trend and level shifts; each `Summary` contains them in any case.
    all_tests : bool
        Whether to show every textbook test of normality.
    workers : int, optional
        Let so many processes of this machine share the labels of a store. Default: this one does all. Labels that a log
        has in common stay together, and so do all with `by`, `label_from` or `all_tests`. Needs ``ftpstats[cluster]``,
        and in a script the usual ``if __name__ == "__main__":``.
    cluster : str, optional
        Let the workers of a Dask cluster share them: the address of its scheduler, like ``tcp://scheduler:8786``. They
        have to see the same store, at a URL or on a shared disk.

    Returns
    -------
    Summaries
        One `Summary` per label, size and direction. The interval is Student's t, which assumes independent
        transfers.

    Raises
    ------
    ValueError
        If an argument is wrong, or there is no such label, size or client.
    InputError
        If a log or the store cannot be read.
    MachineError
        If the cluster is gone, or a worker ended.

    See Also
    --------
    compare : the verdict, which accounts for autocorrelation.

    Examples
    --------
    >>> import ftpstats
    >>> print(ftpstats.summarize("sample_logs/inetutils/FTP.log", "xen", size="10MB"))
    10 MB download, Xen: mean 141.97 ± 0.23 ms (95 % t interval, n = 100).
    """
    from ftpstats.api.results import Summaries
    from ftpstats.present.answers import summary_answer

    level, shown_in = as_level(confidence, "confidence"), one_of(unit, tuple(UNITS), "unit")
    as_flag(details, "details"), as_flag(all_tests, "all-tests")
    asking = question(size, client, as_printed=as_printed, where=where, label_from=label_from, by=by)
    crew = as_workers(workers, cluster)
    if any(crew):
        from ftpstats.api.by_workers import summarized_by

        found = summarized_by(crew, transfers, labels, asking, level, all_tests=all_tests)
    else:
        found = summarized(transfers, labels, asking, level, all_tests=all_tests)
    answer = partial(summary_answer, found.summaries, found.tests, level, shown_in, details=details)
    return Summaries(found.summaries, answer, *found.about)


About: TypeAlias = tuple[tuple[str, ...], tuple[str, ...], tuple[InputError, ...]]


@dataclass(frozen=True, slots=True)
class Summarized:
    """Summaries, all tests where these were asked for, and what results say of where they come from."""

    summaries: tuple[Summary, ...]
    tests: tuple[TextbookTest, ...] | None
    about: About


def summarized(
    transfers: Transfers, labels: Sequence[str], asking: Question, confidence: float, *, all_tests: bool
) -> Summarized:
    """Answer in one process: see `summarize`."""
    asked = answerable(transfers, labels, asking)
    found = asked.summaries(confidence)
    tests = asked.tests(confidence, None, together=False) if all_tests else None
    return Summarized(tuple(found), tests, about(asked.found))


def about(found: Found) -> About:
    """Return what results say of where they come from: inputs, notes and errors."""
    return found.inputs, found.notes, found.errors


def textbook(  # noqa: PLR0913 - the question's options, by name
    transfers: Transfers,
    *labels: str,
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    where: str | None = None,
    label_from: str | None = None,
    confidence: str | float = 0.95,
    margin: Limits = "5%",
    as_printed: bool = False,
) -> TextbookTests:
    """
    Compute every textbook test of normality, spread and location. They ignore order, and no verdict uses them.

    Parameters
    ----------
    transfers, size, client, where, label_from, confidence, margin, as_printed
        As for `compare`.
    *labels : str
        The labels, the reference first. Default: all.

    Returns
    -------
    TextbookTests
        By size and direction: the tests of each sample, of each pair, and of three or more samples together.

    Raises
    ------
    ValueError
        If an argument is wrong, or there is no such label, size or client.
    InputError
        If a log or the store cannot be read.

    Notes
    -----
    pingouin computes them (Vallat, "Pingouin: statistics in Python", JOSS 3 (2018) 1026).

    Examples
    --------
    >>> import ftpstats
    >>> found = ftpstats.textbook("sample_logs/inetutils/FTP.log", "xen", "vmware", size="10MB")
    >>> [f"{test.test}: p = {test.p:.4f}" for test in found if test.test == "Welch t"]
    ['Welch t: p = 0.0068']
    """
    from ftpstats.api.results import TextbookTests
    from ftpstats.present.answers import textbook_answer

    level, limit = as_level(confidence, "confidence"), as_margins(margin)
    asked = ask(transfers, labels, size, client, as_printed=as_printed, where=where, label_from=label_from)
    found = asked.tests(level, limit, together=True)
    return TextbookTests(found, partial(textbook_answer, found, level), *about(asked.found))
