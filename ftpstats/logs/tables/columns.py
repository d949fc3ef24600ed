"""Which column of a table holds which of the tidy table's: by its name, or as `--columns` says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ftpstats.errors import UsageError
from ftpstats.schema import SCHEMA

__all__ = ["NEEDED", "Columns", "MissingColumnError", "as_columns"]

NEEDED = "seconds"


class MissingColumnError(ValueError):
    """A table lacks a column that it needs, or has one twice; the words are those of the error."""


@dataclass(frozen=True, slots=True)
class Columns:
    """
    Names of columns.

    Attributes
    ----------
    theirs : Mapping[str, str]
        By the name in the tidy table, the name in the file, of those that somebody named.
    """

    theirs: Mapping[str, str]

    @property
    def needed(self) -> str:
        """The column by which a table is recognised."""
        return self.theirs.get(NEEDED, NEEDED)

    def among(self, names: Sequence[str]) -> dict[str, str]:
        """
        Return which columns are read: by the name in the tidy table, the name in the file.

        Parameters
        ----------
        names : sequence of str
            All that the file has.

        Raises
        ------
        MissingColumnError
            If one that was named is missing, or seconds are; or if a column that is read is there twice.
        """
        for tidy, theirs in self.theirs.items():
            if theirs not in names:
                raise MissingColumnError(f"no column '{theirs}' for {tidy}, as --columns says; it has {_some(names)}")
        if self.needed not in names:
            raise MissingColumnError(f"no column '{NEEDED}'; --columns {NEEDED}=NAME names it; it has {_some(names)}")
        taken = set(self.theirs.values())
        own = {name: name for name in SCHEMA if name in names and name not in taken and name not in self.theirs}
        found = own | dict(self.theirs)
        for theirs in found.values():
            if names.count(theirs) > 1:
                raise MissingColumnError(f"two columns '{theirs}'; give one of them another name")
        return {name: found[name] for name in SCHEMA if name in found}


_SHOWN = 12


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def as_columns(text: str | None) -> Columns:
    """
    Return the columns that are named as ``seconds=time_total,bytes=size_download``; none for None.

    Raises
    ------
    UsageError
        If a part is no pair, the tidy table has no such column, or one is named twice.

    Examples
    --------
    >>> as_columns("seconds=time_total,bytes=size_download").theirs
    {'seconds': 'time_total', 'bytes': 'size_download'}
    """
    theirs: dict[str, str] = {}
    for pair in text.split(",") if text is not None else ():
        tidy, equals, name = (part.strip() for part in pair.partition("="))
        if not (equals and tidy and name):
            raise UsageError(f"columns {pair.strip() or text}: write them like seconds=time_total,bytes=size")
        if tidy not in SCHEMA:
            raise UsageError(
                f"columns {tidy}={name}: the tidy table has no column '{tidy}'; it has {', '.join(SCHEMA)}"
            )
        if tidy in theirs:
            raise UsageError(f"columns {tidy}={name}: {tidy} is {theirs[tidy]} already; name each once")
        theirs[tidy] = name
    return Columns(theirs)
