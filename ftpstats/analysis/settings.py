"""Differences between the experiments of labels. Results and manifests in, results with a warning out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import polars as pl

from ftpstats.analysis.warnings import warn
from ftpstats.manifest import Manifest, settings_that_differ

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.history import History
    from ftpstats.analysis.sample_size import SampleSize
    from ftpstats.analysis.summary import Summary

__all__ = ["Source", "sources_of", "with_settings", "with_sources"]

Source: TypeAlias = tuple[str | None, str]  # a label, and the source of some of its transfers

_Result = TypeVar("_Result", bound="Summary | Comparison | SampleSize | History")


def with_settings(
    results: Sequence[_Result],
    labels_of: Callable[[_Result], Collection[str | None]],
    transfers: pl.DataFrame,
    manifests: Mapping[str, Manifest],
) -> list[_Result]:
    """
    Warn where compared labels were measured with different clients or settings.

    Parameters
    ----------
    results : sequence of Summary, of Comparison, of SampleSize, or of History
        What is shown.
    labels_of : callable
        The labels that a result compares.
    transfers : DataFrame
        The transfers that they are of: columns ``label`` and ``source``.
    manifests : Mapping
        By source, the known experiments; other logs give no warning.
    """
    return with_sources(results, labels_of, sources_of(transfers, manifests), manifests)


def sources_of(transfers: pl.DataFrame, manifests: Mapping[str, Manifest]) -> tuple[Source, ...]:
    """Return of which known experiments each label has transfers, in the order of these."""
    if not manifests:
        return ()
    pairs = transfers.select(pl.col("label", "source").cast(pl.String)).unique(maintain_order=True).rows()
    return tuple((label, source) for label, source in pairs if source in manifests)


def with_sources(
    results: Sequence[_Result],
    labels_of: Callable[[_Result], Collection[str | None]],
    pairs: Sequence[Source],
    manifests: Mapping[str, Manifest],
) -> list[_Result]:
    """Warn as `with_settings` does, by what `sources_of` gives."""
    if not pairs:
        return list(results)
    found: list[_Result] = []
    for result in results:
        labels = labels_of(result)
        sources = dict.fromkeys(source for label, source in pairs if label in labels)
        differing = settings_that_differ(manifests[source] for source in sources)
        said = [warn("settings-differ", settings="; ".join(differing))] if differing else []
        found.append(replace(result, warnings=(*result.warnings, *said)))
    return found
