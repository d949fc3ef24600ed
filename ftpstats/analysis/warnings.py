"""The closed list of warnings: what to say, and what to do about it. Data, not prose scattered through the code.

Several commands show the same warning, so each has to be true wherever it stands.
"""

from dataclasses import dataclass

__all__ = ["WARNINGS", "Warning", "warn"]


@dataclass(frozen=True, slots=True)
class Warning:
    """One warning: a stable code, what was found, and advice."""

    code: str
    message: str
    advice: str


# code: (message, advice). The fields in braces are given to `warn`.
WARNINGS: dict[str, tuple[str, str]] = {
    "unfinished": (
        "{label}: {unfinished} of {attempts} transfers failed or broke off",
        "only completed transfers are analysed; `ftpstats check` says why the others did not complete",
    ),
    "empty-run": (
        "run {run} of {label}: none of its {attempts} completed",
        "its attempts count as failed, and it is in no mean; mend what makes them fail, and repeat it",
    ),
    "unsized": (
        "{label}: {count} failed before anything told their size",
        "they count as failed at each size of their label; `ftpstats check` says why they did not complete",
    ),
    "failures-differ": (
        "transfers failed more often with one label: {counts} (Fisher's exact test: p = {p})",
        "the verdict is among completed transfers; that fewer complete may matter more than how long they take",
    ),
    "many-failures": (
        "many transfers failed: {counts}",
        "the verdict is among completed transfers; mend what makes them fail, and measure again",
    ),
    "untimed": (
        "{label}: {untimed} without a usable time",
        "left out; `ftpstats check` shows what was printed",
    ),
    "single": (
        "{label}: one transfer has no spread",
        "nothing can be said about its uncertainty; measure at least 30",
    ),
    "no-spread": (
        "{label}: all {n} transfers read {value}: between {low} and {high}",
        "a verdict takes one of them to have read the next value; use a client that prints more, or larger files",
    ),
    "no-resolution": (
        "{label}: all {n} transfers read {value}, and how exactly is unknown",
        "nothing can be said about the uncertainty of their mean; use a client whose digits are known",
    ),
    "coarse": (
        "{label}: {share:.0%} of the transfers read {value}",
        "the digits hide part of the spread (`compare` allows for it); use a client that prints more, or larger files",
    ),
    "resolution-limited": (
        "{label}: the printed digits resolve {resolution}, the standard deviation is {sd}",
        "Shapiro–Wilk and the quartiles reflect the rounding as much as the transfers",
    ),
    "autocorrelated": (
        "{label}: the order of transfers matters: it makes the variance of the mean {inflation:.1f} times as large",
        "`compare` allows for it, t intervals do not; several runs tell more than a longer one",
    ),
    "warm-up": (
        "{label}: {run}the first {transfers} slower than those that follow",
        "warming up raises the mean; measure anew with warm-ups, logged and not analysed (`ftpstats run --warm-up`)",
    ),
    "trend": (
        "{label}: {run}times {direction} by {size} from transfer to transfer (p = {p})",
        "the mean is of no steady state; find what drifts, or let the labels take turns, so that it meets all alike",
    ),
    "halves-differ": (
        "{label}: {run}the second half is {size} {direction} than the first (p = {p})",
        "the mean is of no steady state; find what drifts, or let the labels take turns, so that it meets all alike",
    ),
    "level-shift": (
        "{label}: {run}times {direction} by {size} after transfer {after} and stay there (p = {p})",
        "something changed there, and may have changed between the labels too; several runs in mixed order tell",
    ),
    "runs-differ": (
        "{label}: runs differ more than their transfers explain: by {between} (standard deviation; p = {p})",
        "more runs make the mean more precise; longer ones only help with what varies within them",
    ),
    "few-transfers": (
        "fewer than 30 transfers in one run",
        "from so few a verdict may err three or four times as often as it should; measure at least 30, better 100",
    ),
    "few-runs": (
        "{runs} runs of {labels} tell little of how runs vary",
        "a verdict from so few needs a large difference, and may change with the next run; measure five or more",
    ),
    "clients-differ": (
        "{clients}",
        "clients stop their clocks at different moments; measure all labels with one client",
    ),
    "clients-mixed": (
        "{label} was measured with several clients: {clients}",
        "clients stop their clocks at different moments; `--client NAME` picks the transfers of one",
    ),
    "settings-differ": (
        "measured in experiments that differ: {settings}",
        "whatever else differs may be what the times show; measure all labels in one experiment",
    ),
    "not-compared": (
        "no comparison of {kind}: {counts}",
        "no verdict speaks of it; `ftpstats check` says what failed, and `--fail-on missing` makes it an error",
    ),
    "one-run": (
        "one run of {labels}",
        "the verdict is about these runs: nothing in such a log tells the platform from the hour it was measured in. "
        "Measure each several times, in mixed order",
    ),
    "one-session": (
        "one session, in which {labels} took turns",
        "whatever changed meanwhile met both alike, so the verdict is about the platforms in that session; several "
        "sessions tell how far it carries",
    ),
    "confounded": (
        "all runs of one label come before all of the other, or the log does not tell their order",
        "a drift of the machine would look the same; measure in mixed order",
    ),
    "welch-decides": (
        "fewer than 30 transfers: {test} has to agree, and does not",
        "measure at least 30",
    ),
    "tests-disagree": (
        "{tests} would {word}: {reason}",
        "the verdict rests on the contrast, which allows for the order of transfers and for runs",
    ),
    "holm-decides": (
        "taken alone this would be decided; after allowing for {tested} comparisons (Holm) it is not",
        "measure more, or choose beforehand fewer labels or sizes to compare",
    ),
    "runs-unknown": (
        "{what} tells nothing about how runs differ",
        "measure three short runs of each first, in mixed order (`ftpstats run --runs 3`), and plan from these: only "
        "several runs make a verdict one about the platforms",
    ),
    "assumed-inflation": (
        "assumed: neighbouring transfers multiply the variance of a mean by {factor:.3g}",
        "measured logs have had factors from 1 to 6; `ftpstats plan --from FILE` takes it from a short log",
    ),
    "rough-spread": (
        "{df:.0f} degrees of freedom tell little of the spread: the number needed may be {times:.1f} times as large",
        "with a chance of one in ten it is larger still; plan from more transfers or runs",
    ),
    "below-resolution": (
        "the printed digits may hide {hidden} of a difference, which is no less than {margin}",
        "no number of transfers can show it; use a client that prints more, larger files, or a wider margin",
    ),
    "transfers-out-of-reach": (
        "more than 10¹² transfers would be needed to show {margin}",
        "a wider margin or a steadier machine needs fewer",
    ),
    "runs-out-of-reach": (
        "more than 10¹² runs would be needed to show {margin}",
        "a wider margin or a steadier machine needs fewer",
    ),
}


def warn(code: str, **fields: object) -> Warning:
    """
    Fill in one warning of the list.

    Parameters
    ----------
    code : str
        A key of WARNINGS.
    **fields
        What its message has in braces, each as the format behind it wants it.

    Raises
    ------
    KeyError
        If there is no such code, or a field is missing: a mistake of ours.
    """
    message, advice = WARNINGS[code]
    return Warning(code, message.format(**fields), advice)
