"""Times as throughput: bytes over mean seconds. The same contrast in other words, its interval the transformed one."""

__all__ = ["percent_of_throughput", "throughput"]


def throughput(size: int | None, seconds: float | None) -> float | None:
    """Return bytes per second; None where either is unknown, and for no time, where it is unbounded."""
    return None if size is None or seconds is None or seconds <= 0 else size / seconds


def percent_of_throughput(percent: float | None) -> float | None:
    """
    Return by how much throughput differs where the mean time differs by so many per cent.

    An interval's ends change places: the end with the longer time is the end with the lower throughput.

    Parameters
    ----------
    percent : float or None
        (mean / mean_reference − 1)·100.

    Returns
    -------
    float or None
        None where it is unknown, or unbounded: for no time at all.

    Examples
    --------
    >>> percent_of_throughput(25.0), percent_of_throughput(-50.0), percent_of_throughput(-100.0)
    (-20.0, 100.0, None)
    """
    return None if percent is None or percent <= -100 else (1 / (1 + percent / 100) - 1) * 100
