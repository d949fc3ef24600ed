"""How records are to be read, where their lines do not say it."""

from dataclasses import dataclass

__all__ = ["AS_FOUND", "Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """
    What a person says of the records of a log.

    Attributes
    ----------
    time_zone : str or None
        The zone of its local times, see `stamps.as_zone`; None for this machine's.
    format_of : str or None
        The entry that is insisted on, or ``transcript``; None for whichever the lines match.
    log_format : str or None
        The LogFormat of ProFTPD's ExtendedLog, as in the server's configuration.
    """

    time_zone: str | None
    format_of: str | None
    log_format: str | None


AS_FOUND = Options(None, None, None)
