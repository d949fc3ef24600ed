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
        "{label}: {unfinished} of {attempts} transfers failed or were aborted",
        "only completed transfers are analysed; `ftpstats check` shows why the others did not complete",
    ),
    "empty-run": (
        "run {run} of {label}: none of its {attempts} completed",
        "its attempts count as failed, and no mean includes them; remove the cause and repeat the run",
    ),
    "unsized": (
        "{label}: {count} failed before the file size was known",
        "they count as failed at each size of their label; `ftpstats check` shows why they did not complete",
    ),
    "failures-differ": (
        "failure rates differ significantly: {counts} failed (Fisher's exact test: {p})",
        "the verdict covers completed transfers only; failures may matter more than times",
    ),
    "many-failures": (
        "many transfers failed: {counts}",
        "the verdict covers completed transfers only; remove the cause and repeat the measurement",
    ),
    "untimed": (
        "{label}: {untimed} without a valid time",
        "excluded; `ftpstats check` shows what was printed",
    ),
    "single": (
        "{label}: a single transfer has no spread",
        "its uncertainty is unknown; measure at least 30 transfers",
    ),
    "no-spread": (
        "{label}: all {n} transfers read {value} (between {low} and {high})",
        "the verdict assumes that one of them read the next value; use a client that prints more digits, or larger "
        "files",
    ),
    "no-resolution": (
        "{label}: all {n} transfers read {value}, and the resolution of the client is unknown",
        "the uncertainty of their mean cannot be estimated; use a client whose resolution is known",
    ),
    "coarse": (
        "{label}: the printed resolution masks part of the variability: {share} of transfers read {value}",
        "`compare` widens its intervals accordingly; use a client that prints more digits, or larger files",
    ),
    "resolution-limited": (
        "{label}: the printed resolution is {resolution}, the standard deviation {sd}",
        "Shapiro–Wilk and the quartiles reflect the rounding as much as the transfers",
    ),
    "autocorrelated": (
        "{label}: autocorrelation: the variance of the mean is {inflation:.1f} times that of independent transfers",
        "`compare` allows for it, t intervals do not; several runs are more informative than a longer one",
    ),
    "warm-up": (
        "{label}: {run}the first {transfers} slower than the rest",
        "this raises the mean; repeat the measurement with warm-up transfers, which are logged but not analysed "
        "(`ftpstats run --warm-up`)",
    ),
    "trend": (
        "{label}: {run}times {direction} by {size} per transfer ({p})",
        "the mean describes no steady state; find the cause, or interleave the labels so that it affects all equally "
        "(`ftpstats run --order interleaved`)",
    ),
    "halves-differ": (
        "{label}: {run}the second half is {size} {direction} than the first ({p})",
        "the mean describes no steady state; find the cause, or interleave the labels so that it affects all equally "
        "(`ftpstats run --order interleaved`)",
    ),
    "level-shift": (
        "{label}: {run}times {direction} by {size} after transfer {after} and stay there ({p})",
        "conditions changed there, and may have changed between the labels too; measure several runs of each in mixed "
        "order",
    ),
    "runs-differ": (
        "{label}: runs differ by more than their transfers explain: standard deviation {between} ({p})",
        "more runs make the mean more precise; longer runs reduce only the variation within runs",
    ),
    "few-transfers": (
        "fewer than 30 transfers in one run",
        "the error rate of a verdict may be more than four times the nominal one; measure at least 30, better 100",
    ),
    "few-runs": (
        "{runs} runs of {labels} are too few to estimate the variation between runs",
        "a verdict from so few needs a large difference, and may change with the next run; measure five or more",
    ),
    "clients-differ": (
        "{clients}",
        "clients start and stop their clocks at different moments; measure all labels with one client",
    ),
    "clients-mixed": (
        "{label} was measured with several clients: {clients}",
        "clients start and stop their clocks at different moments; `--client NAME` selects the transfers of one",
    ),
    "settings-differ": (
        "measured in experiments that differ: {settings}",
        "these differences may cause a difference in time; measure all labels in one experiment",
    ),
    "not-compared": (
        "no comparison of {kind}: {counts}",
        "no verdict covers it; `ftpstats check` shows what failed, and `--fail-on missing` makes it an error",
    ),
    "one-run": (
        "one run of {labels}: platform and time of measurement are confounded",
        "the verdict holds for these runs only; measure several runs of each in mixed order",
    ),
    "one-session": (
        "one session, in which {labels} were interleaved",
        "changes during the session affected both equally, so the verdict holds for the platforms in that session; "
        "several sessions show how far it generalises",
    ),
    "confounded": (
        "all runs of one label precede all runs of the other, or their order is unknown",
        "a drift of the machine would look the same; measure in mixed order",
    ),
    "welch-decides": (
        "fewer than 30 transfers: {test} must agree, and does not",
        "measure at least 30",
    ),
    "tests-disagree": (
        "{tests} would {word}: {reason}",
        "the verdict rests on the contrast, which accounts for autocorrelation and for runs",
    ),
    "holm-decides": (
        "conclusive on its own, but not after adjustment for {tested} comparisons (Holm)",
        "measure more, or choose fewer labels or sizes before the measurement",
    ),
    "runs-unknown": (
        "{what} gives no information about the variation between runs",
        "first measure three short runs of each in mixed order (`ftpstats run --runs 3`) and plan from these: only "
        "several runs support a verdict about the platforms",
    ),
    "assumed-inflation": (
        "assumed: autocorrelation multiplies the variance of a mean by {factor:.3g}",
        "measured logs have had factors from 1 to 6; `ftpstats plan --from FILE` estimates it from a short log",
    ),
    "rough-spread": (
        "the spread is estimated with only {df:.0f} degrees of freedom: the number needed may be {times:.1f} times as "
        "large",
        "with a probability of 10 % it is larger still; plan from more transfers or runs",
    ),
    "below-resolution": (
        "the printed resolution may hide a difference of {hidden}, which is no less than {margin}",
        "no number of transfers can show it; use a client that prints more digits, larger files, or a wider margin",
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
