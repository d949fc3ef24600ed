"""The p-values of many questions made honest about their number."""

from collections.abc import Sequence

__all__ = ["holm"]


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """
    Adjust p-values so that the chance of any false claim among them stays at the level of one test.

    Parameters
    ----------
    p_values : sequence of float or None, length m ≥ 0
        One per comparison; None where none could be made.

    Returns
    -------
    list of float or None
        In the order given, never below the p-value put in. None stays None and counts for nothing.

    Raises
    ------
    ValueError
        If a p-value is NaN or not between 0 and 1.

    Notes
    -----
    Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6 (1979) 65–70; as R's
    `p.adjust(p, "holm")`. It holds under any dependence between the tests. Ours, because every verdict reads it and
    pingouin's takes seconds to import; the tests compare the two.

    Examples
    --------
    >>> holm([0.01, 0.04, None, 0.03])
    [0.03, 0.06, None, 0.06]
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    if not all(0 <= p <= 1 for p, _ in known):
        raise ValueError("a p-value lies between 0 and 1")
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, place) in enumerate(known):
        largest = max(largest, min(1.0, (len(known) - rank) * p))
        adjusted[place] = largest
    return adjusted
