"""Which transfers a question is about, and by what column they are grouped: rows in, rows out."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from ftpstats.analysis.condition import Condition, parse_condition, plain_columns
from ftpstats.errors import SelectionError, UsageError
from ftpstats.schema import SCHEMA

__all__ = ["EVERYTHING", "Selection", "selection", "split_by"]


@dataclass(frozen=True, slots=True)
class Selection:
    """
    Which transfers are meant, and what their labels are.

    Attributes
    ----------
    where : Condition or None
        Only transfers that meet it.
    label_from : str or None
        The column of the tidy table whose values are the labels; None keeps those of the logs.
    by : str or None
        The column that groups are split by.
    """

    where: Condition | None = None
    label_from: str | None = None
    by: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        named = (self.label_from, self.by)
        return (*(self.where.columns if self.where else ()), *(name for name in named if name))

    def of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """
        Return the transfers that are meant, with their labels.

        Raises
        ------
        UsageError
            If the condition cannot be computed.
        SelectionError
            If no transfer meets it.
        """
        found = self.within(rows)
        self.require(rows.height, found.height)
        return found

    def within(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return what `of` does, where there may be none."""
        if self.where is not None:
            rows = rows.filter(self.where.holds(rows))
        return rows if self.label_from is None else _relabelled(rows, _values(rows, self.label_from))

    def require(self, read: int, met: int) -> None:
        """Refuse a condition that none of those that were read meets: see `of`."""
        if self.where is not None and not met:
            hours = "; its hours and days are in UTC" if self.where.in_utc else ""
            raise SelectionError(f"where {self.where.text}: no transfer of {read:,} meets it{hours}")


EVERYTHING = Selection()


def selection(where: str | None, label_from: str | None, by: str | None = None) -> Selection:
    """
    Return which transfers are meant, from text.

    Raises
    ------
    UsageError
        If the condition cannot be read, or there is no such column.
    """
    for option, column in {"label-from": label_from, "by": by}.items():
        if column is not None and column not in SCHEMA:
            raise UsageError(f"{option}: no column '{column}'; there are: {', '.join(SCHEMA)}")
    return Selection(None if where is None else parse_condition(where), label_from, by)


def split_by(rows: pl.DataFrame, labels: Sequence[str] | None, column: str) -> tuple[pl.DataFrame, list[str]]:
    """
    Give each label's transfers the values of a column as labels of their own.

    Parameters
    ----------
    rows : DataFrame
        With the columns of `schema.SCHEMA`.
    labels : sequence of str, optional
        Only these; all unless given.
    column : str
        Of the tidy table.

    Returns
    -------
    DataFrame, list of str
        The rows, and their labels: by label, then in the order of the values. A label is the value, ``10.0.0.1``; of
        several labels ``Xen, 10.0.0.1``; where the value is unknown, ``no peer``.
    """
    if labels is not None:
        rows = rows.filter(pl.col("label").cast(pl.String).is_in(labels))
    own = rows["label"].cast(pl.String).fill_null("(no label)")
    value = _values(rows, column).fill_null(f"no {column}")
    named = value if column == "label" or own.n_unique() <= 1 else own + ", " + value
    order = pl.DataFrame({"label": own, "value": plain_columns(rows, [column]).to_series(), "name": named})
    first = {label: place for place, label in enumerate(labels or own.unique(maintain_order=True))}
    order = order.with_columns(place=pl.col("label").replace_strict(first, return_dtype=pl.Int64))
    names = order.sort("place", "value", nulls_last=True)["name"].unique(maintain_order=True).to_list()
    return _relabelled(rows, named), names


def _values(rows: pl.DataFrame, column: str) -> pl.Series:
    """Return the values of a column as text."""
    values = plain_columns(rows, [column]).to_series()
    return values.dt.to_string("%Y-%m-%dT%H:%M:%SZ") if values.dtype == pl.Datetime else values.cast(pl.String)


_OLD, _NEW = ["old", "run"], ["label", "old", "run"]


def _relabelled(rows: pl.DataFrame, label: pl.Series) -> pl.DataFrame:
    """
    Give transfers other labels. A run is one of each label that it has transfers of; by begin, else by place.

    ``by_chance`` are those of a run that falls into several labels: nobody scheduled these, unless each of its
    iterations has a transfer of each.
    """
    marked = rows.with_columns(old="label", label=label.cast(SCHEMA["label"])).with_row_index("at")
    known = pl.col("label").drop_nulls().n_unique()
    split, whole = known.over(_OLD), known.over([*_OLD, "iteration"])
    before = pl.col("by_chance") if "by_chance" in rows.columns else pl.lit(value=False)  # where it was done twice
    marked = marked.with_columns(by_chance=before | ((split > 1) & (whole < split).any().over(_OLD)))
    runs = marked.group_by(_NEW).agg(pl.col("time").min(), pl.col("at").min())
    begin = pl.when(pl.col("time").is_not_null().all().over("label")).then("time")
    ordered = runs.sort("label", begin, "at").with_columns(number=pl.col("at").cum_count().over("label").cast(pl.Int64))
    numbered = marked.join(
        ordered.select(*_NEW, "number"), on=_NEW, how="left", nulls_equal=True, maintain_order="left"
    )
    return numbered.with_columns(run="number").drop("at", "old", "number")
