"""How records and tables are to be read, where they do not say it."""

from dataclasses import dataclass

__all__ = ["AS_FOUND", "Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """
    What a person says of the records of a log, or of a table.

    Attributes
    ----------
    time_zone : str or None
        The zone of its local times, see `stamps.as_zone`; None for this machine's.
    format_of : str or None
        The entry that is insisted on, or ``transcript``; None for whichever the lines match.
    log_format : str or None
        The LogFormat of ProFTPD's ExtendedLog, as in the server's configuration.
    columns : str or None
        Which column of a table holds which of the tidy table's, see `tables.columns.as_columns`; None where the names
        are the same.
    """

    time_zone: str | None
    format_of: str | None
    log_format: str | None
    columns: str | None = None


AS_FOUND = Options(None, None, None)
