"""Two means and a margin to p-values: of equivalence, of not being slower by more, of being slower by more."""

import math

from scipy.special import stdtr

from ftpstats.stats.contrast import contrast, difference, rounding_slack
from ftpstats.stats.means import SampleMean
from ftpstats.stats.ratio import ratio_interval

__all__ = ["equivalence_p", "not_slower_p", "slower_by_margin_p", "smallest_margin"]


def equivalence_p(
    sample: SampleMean,
    reference: SampleMean,
    *,
    ratio_margin: float | None = None,
    absolute_margin: float | None = None,
) -> float | None:
    """
    P-value of the claim that neither mean exceeds the other by the margin.

    Parameters
    ----------
    sample, reference : SampleMean
        Independent of each other, in seconds.
    ratio_margin : float, optional
        m > 0, a share: the claims are x̄ < (1 + m)·x̄ᵣ and x̄ᵣ < (1 + m)·x̄.
    absolute_margin : float, optional
        δ > 0, in seconds: the claims are x̄ − x̄ᵣ < δ and x̄ᵣ − x̄ < δ. Exactly one margin is to be given.

    Returns
    -------
    float or None
        The larger of the two claims' one-sided p-values, the same for swapped samples; None where the spread
        of the difference is unknown or none. Both samples' `rounding` is added against each claim.

    Raises
    ------
    ValueError
        If not exactly one margin is given, or it is not positive and finite.

    Notes
    -----
    The intersection–union test of Berger and Hsu (1996) on two contrasts; with an absolute margin, the two
    one-sided tests of Schuirmann (1987), at the level α where the 1 − 2α interval lies within ± δ.

    Examples
    --------
    >>> from ftpstats.stats.means import mean_of_runs
    >>> one, two = mean_of_runs([[1.10, 1.20, 1.30]]), mean_of_runs([[1.11, 1.19, 1.31]])
    >>> print(f"{equivalence_p(one, two, ratio_margin=0.5):.4f}")
    0.0034
    """
    margins = {"ratio_margin": ratio_margin, "absolute_margin": absolute_margin}
    one, other = not_slower_p(sample, reference, **margins), not_slower_p(reference, sample, **margins)
    return None if one is None or other is None else max(one, other)


def not_slower_p(
    sample: SampleMean,
    reference: SampleMean,
    *,
    ratio_margin: float | None = None,
    absolute_margin: float | None = None,
) -> float | None:
    """
    P-value of the claim that the mean does not exceed the reference's by the margin: non-inferiority.

    Parameters
    ----------
    sample, reference, ratio_margin, absolute_margin
        As for `equivalence_p`, of whose two claims this is the first.

    Returns
    -------
    float or None
        One-sided; None where the spread of the difference is unknown or none.

    Raises
    ------
    ValueError
        If not exactly one margin is given, or it is not positive and finite.

    Notes
    -----
    The contrast of x̄ − (1 + m)·x̄ᵣ, or of x̄ − x̄ᵣ − δ, with 0. For the ratio: Hauschke, Kieser, Diletti and Burke,
    "Sample size determination for proving equivalence based on the ratio of two means for normally distributed data",
    Statistics in Medicine 18 (1999) 93–105.

    Examples
    --------
    >>> from ftpstats.stats.means import mean_of_runs
    >>> one, two = mean_of_runs([[1.10, 1.20, 1.30]]), mean_of_runs([[1.11, 1.19, 1.31]])
    >>> print(f"{not_slower_p(one, two, ratio_margin=0.5):.4f}")
    0.0034
    """
    return _p_of_side(sample, reference, ratio_margin, absolute_margin, is_below=True)


def slower_by_margin_p(
    sample: SampleMean,
    reference: SampleMean,
    *,
    ratio_margin: float | None = None,
    absolute_margin: float | None = None,
) -> float | None:
    """
    P-value of the claim that the mean exceeds the reference's by more than the margin.

    Parameters
    ----------
    sample, reference, ratio_margin, absolute_margin
        As for `not_slower_p`, whose opposite this claims.

    Returns
    -------
    float or None
        One-sided; None where the spread of the difference is unknown or none. With coarse samples, whose `rounding` is
        added against either claim, this and `not_slower_p` sum to more than 1.

    Raises
    ------
    ValueError
        If not exactly one margin is given, or it is not positive and finite.

    Examples
    --------
    >>> from ftpstats.stats.means import mean_of_runs
    >>> one, two = mean_of_runs([[2.20, 2.40, 2.60]]), mean_of_runs([[1.11, 1.19, 1.31]])
    >>> print(f"{slower_by_margin_p(one, two, ratio_margin=0.5):.4f}")
    0.0085
    """
    return _p_of_side(sample, reference, ratio_margin, absolute_margin, is_below=False)


def smallest_margin(
    sample: SampleMean,
    reference: SampleMean,
    alpha: float = 0.05,
    *,
    relative: bool = True,
    either_way: bool = True,
) -> float | None:
    """
    Find the margin from which on `equivalence_p` is below `alpha`.

    Parameters
    ----------
    sample, reference : SampleMean
        Independent of each other, or the two partners of a paired design, in seconds.
    alpha : float
        Level of either one-sided test, above 0 and at most 0.25.
    relative : bool
        A share of the mean, or else seconds.
    either_way : bool
        Of equivalence; or else of `not_slower_p`, where it may be 0: then any margin does.

    Returns
    -------
    float or None
        None where no margin would do, and where the spread is unknown or none.

    Raises
    ------
    ValueError
        If the level is out of range.

    Notes
    -----
    The farther end of the 1 − 2α interval: of the difference from 0, or of the ratio from 1, either way round
    (Schuirmann, 1987). A margin that is chosen after it was seen proves nothing: this says what the data could show.

    Examples
    --------
    >>> from ftpstats.stats.means import mean_of_runs
    >>> one, two = mean_of_runs([[1.10, 1.20, 1.30]]), mean_of_runs([[1.11, 1.19, 1.31]])
    >>> print(f"{smallest_margin(one, two):.3f}, or {smallest_margin(one, two, relative=False):.3f} s")
    0.161, or 0.178 s
    """
    if not 0 < alpha <= 0.25:
        raise ValueError(f"a level of {alpha} is not above 0 and at most 0.25")
    if relative:
        ratio = ratio_interval(sample, reference, 1 - 2 * alpha)
        low, high = None if ratio.low is None else 1 - 1 / ratio.low, None if ratio.high is None else ratio.high - 1
    else:
        found = difference(sample, reference, 1 - 2 * alpha)
        low, high = found.low, found.high
    if either_way:
        return None if low is None or high is None else max(-low, high)
    return None if high is None else max(high, 0.0)


def _claim(ratio_margin: float | None, absolute_margin: float | None) -> tuple[float, float]:
    """Return the c and b that a margin stands for: L(c) is compared with b."""
    match ratio_margin, absolute_margin:
        case (margin, None) if margin is not None and 0 < margin < math.inf:
            return 1 + margin, 0.0
        case (None, margin) if margin is not None and 0 < margin < math.inf:
            return 1.0, margin
    raise ValueError(f"one margin above 0 is needed, not ratio {ratio_margin} and absolute {absolute_margin}")


def _p_of_side(
    sample: SampleMean,
    reference: SampleMean,
    ratio_margin: float | None,
    absolute_margin: float | None,
    *,
    is_below: bool,
) -> float | None:
    """One-sided p-value of the claim L(c) < b, or L(c) > b, of the c and b that a margin stands for."""
    c, bound = _claim(ratio_margin, absolute_margin)
    found = contrast(sample, reference, c)
    if contrast(sample, reference, 1.0).df is None:  # what has no spread as a difference is not lent one by a margin
        return None
    if found.se is None or found.df is None:
        return None
    beyond = found.estimate - bound
    return float(stdtr(found.df, ((beyond if is_below else -beyond) + rounding_slack(sample, reference, c)) / found.se))
