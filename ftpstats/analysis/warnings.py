"""The closed list of warnings: what to say, and what to do about it. Data, not prose scattered through the code.

Several commands show the same warning, so each has to be true wherever it stands.
"""

from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["WARNINGS", "Kind", "Warning", "warn"]


@dataclass(frozen=True, slots=True)
class Warning:
    """One warning: a stable code, what was found, advice, and the label that it is about, if it is one."""

    code: str
    message: str
    advice: str
    label: str | None


class Kind(NamedTuple):
    """
    One entry of the list.

    Attributes
    ----------
    brief : str
        What was found, for several labels or file sizes at once; empty where each has to be said.
    message : str
        What was found, of one.
    advice : str
    limits : bool
        Whether it limits the scope or the resolution of a verdict: such a warning is always shown.
    mark : str
        What stands in a table where it applies, and in front of it below.
    names_file : bool
        Whether the message says which file it is about, whatever result it is found with.
    """

    brief: str
    message: str
    advice: str
    limits: bool = False
    mark: str = ""
    names_file: bool = False


# In order of importance. The fields in braces are given to `warn`.
WARNINGS: dict[str, Kind] = {
    "assumed-independent": Kind(
        "transfers are assumed independent",
        "assumed: transfers are independent, so autocorrelation does not increase the variance of a mean (inflation 1)",
        "measured logs have had factors from 1 to 6, and with 3 one verdict in four on equal platforms would be wrong: "
        "see up to which inflation each verdict holds, or give `--inflation`",
        limits=True,
    ),
    "assumed-one-level": Kind(
        "runs are assumed to differ by their transfers only",
        "assumed: another run of the same label would have the same mean, but for its transfers",
        "nothing published tells how much runs differ: see up to which standard deviation between runs each verdict "
        "holds, or give `--run-sd`, like 3%",
        limits=True,
    ),
    "assumed-run-sd": Kind(
        "the variation between runs is assumed",
        "assumed: the means of runs vary with a standard deviation of {spread}, beyond what transfers explain",
        "the verdict rests on it; measure several runs of each in mixed order",
        limits=True,
    ),
    "doubtful-summary": Kind(
        "",
        "{label}: {doubt}",
        "check the row against the paper",
        limits=True,
    ),
    "mixed-sizes": Kind(
        "",
        "mixed sizes: {few} of {completed} completed transfers are of sizes that {whom} completed fewer than {least} "
        "times; `ftpstats scaling` shows how time grows with size, `ftpstats throughput` describes transfers of all "
        "sizes",
        "results by size say little about them: pick sizes by --size or --where, or ask `scaling` or `throughput`",
        limits=True,
        names_file=True,
    ),
    "not-compared": Kind(
        "",
        "no comparison of {kind}: {counts}",
        "no verdict covers it; `ftpstats check` shows what failed, and `--fail-on missing` makes it an error",
        limits=True,
        names_file=True,
    ),
    "one-size": Kind(
        "one file size: no line of time against size",
        "{label}: all completed transfers are of {size}: no line of time against size",
        "measure three sizes or more, each several times as large as the one before",
        limits=True,
        names_file=True,
    ),
    "not-linear": Kind(
        "time is not linear in size: no latency and no throughput hold for all sizes",
        "{label}: time is not linear in size from {low} to {high} ({p}): no latency and no throughput hold for all "
        "sizes",
        "choose sizes between which it is, by --size or --where; or compare size by size, by `compare`",
        limits=True,
        names_file=True,
    ),
    "two-sizes": Kind(
        "two sizes: a line fits them exactly, so that nothing shows whether time is linear in size",
        "{label}: two sizes, {low} and {high}: a line fits them exactly, so that nothing shows whether time is linear "
        "in size",
        "latency and throughput are right if it is; measure three sizes or more",
        limits=True,
        names_file=True,
    ),
    "size-confounded": Kind(
        "each size was measured in a run of its own: size and time of measurement are confounded",
        "{label}: one run of each size: size and time of measurement are confounded",
        "what changed from run to run looks like an effect of size, and the intervals do not hold it; measure all "
        "sizes in each of several runs (`ftpstats run --size 100KB --size 10MB --size 100MB --runs 5`)",
        limits=True,
        names_file=True,
    ),
    "sizes-observed": Kind(
        "no schedule is known: whatever decided which sizes were transferred, and when, is part of their effect",
        "{label}: no schedule is known: whatever decided which sizes were transferred, and when, is part of their "
        "effect",
        "the line describes these transfers only; measure by `ftpstats run` to learn what size does",
        limits=True,
        names_file=True,
    ),
    "below-zero": Kind(
        "the latency is below zero, which no transfer can be",
        "{label}: the latency is {latency}: below zero, which no transfer can be",
        "small files take less time than the line says, or hardly any: measure smaller files, and more sizes",
        limits=True,
        names_file=True,
    ),
    "line-without-spread": Kind(
        "no interval: the spread about the line is unknown or none",
        "{label}: no interval: {why}",
        "measure at least 30 transfers of each size, by a client that prints more digits where all times are alike",
        limits=True,
        names_file=True,
    ),
    "throughput-falls": Kind(
        "time falls with size: there is no throughput",
        "{label}: time falls with size: there is no throughput",
        "something else than size decides these times: look for it, and measure larger files",
        limits=True,
        names_file=True,
    ),
    "throughput-unbounded": Kind(
        "time hardly grows with size: the throughput has no upper limit",
        "{label}: time hardly grows with size: the throughput has no upper limit",
        "measure larger files, or more transfers",
        limits=True,
        names_file=True,
    ),
    "sizes-left-out": Kind(
        "sizes that were transferred once have no part in the line",
        "{label}: {sizes}: transferred once, no part of the line",
        "other sizes were repeated, and a single transfer has no spread; --size chooses sizes",
        names_file=True,
    ),
    "failures-differ": Kind(
        "",
        "failure rates differ significantly: {counts} failed (Fisher's exact test: {p})",
        "the verdict covers completed transfers only; failures may matter more than times",
        limits=True,
    ),
    "many-failures": Kind(
        "",
        "many transfers failed: {counts}",
        "the verdict covers completed transfers only; remove the cause and repeat the measurement",
        limits=True,
    ),
    "timed-out": Kind(
        "",
        "{label}: {stopped}, the verdict would not hold",
        "how long they would have taken is not known, and no mean includes them; repeat with a longer --timeout",
        limits=True,
    ),
    "empty-run": Kind(
        "a run in which no transfer completed",
        "run {run} of {label}: none of its {attempts} completed",
        "its attempts count as failed, and no mean includes them; remove the cause and repeat the run",
        limits=True,
    ),
    "single": Kind(
        "a single transfer has no spread",
        "{label}: a single transfer has no spread",
        "its uncertainty is unknown; measure at least 30 transfers",
        limits=True,
    ),
    "no-resolution": Kind(
        "all transfers read the same, with unknown resolution",
        "{label}: all {n} transfers read {value}, and the resolution of the client is unknown",
        "the uncertainty of their mean cannot be estimated; use a client whose resolution is known",
        limits=True,
    ),
    "no-spread": Kind(
        "all transfers read the same",
        "{label}: all {n} transfers read {value} (between {low} and {high})",
        "the verdict assumes that one of them read the next value; use a client that prints more digits, or "
        "larger files",
        limits=True,
    ),
    "below-resolution": Kind(
        "the printed resolution may hide the difference",
        "the printed resolution may hide a difference of {hidden}, which is no less than {margin}",
        "no number of transfers can show it; use a client that prints more digits, larger files, or a wider margin",
        limits=True,
    ),
    "runs-unknown": Kind(
        "the variation between runs is unknown",
        "{what} gives no information about the variation between runs",
        "first measure three short runs of each in mixed order (`ftpstats run --runs 3`) and plan from "
        "these: only several runs support a verdict about the platforms",
        limits=True,
    ),
    "transfers-out-of-reach": Kind(
        "more than 10¹² transfers would be needed",
        "more than 10¹² transfers would be needed to show {margin}",
        "a wider margin or a steadier machine needs fewer",
        limits=True,
    ),
    "runs-out-of-reach": Kind(
        "more than 10¹² runs would be needed",
        "more than 10¹² runs would be needed to show {margin}",
        "a wider margin or a steadier machine needs fewer",
        limits=True,
    ),
    "logs-out-of-reach": Kind(
        "more than 10¹² logs would be needed",
        "more than 10¹² logs would be needed to show {margin}",
        "a wider margin or a steadier machine needs fewer",
        limits=True,
    ),
    "one-run": Kind(
        "one run each: platform and time of measurement are confounded",
        "one run of {labels}: platform and time of measurement are confounded",
        "the verdict holds for these runs only; measure several runs of each in mixed order",
        limits=True,
    ),
    "confounded": Kind(
        "the runs of one label precede those of the other, or their order is unknown",
        "all runs of one label precede all runs of the other, or their order is unknown",
        "a drift of the machine would look the same; measure in mixed order",
        limits=True,
    ),
    "observational": Kind(
        "no schedule is known: whatever decided who transferred what, and when, is part of the difference",
        "no schedule is known for these transfers: whatever decided who transferred what, and when, is part of the "
        "difference",
        "the verdict holds for these transfers only; measure by `ftpstats run` to compare platforms",
        limits=True,
    ),
    "one-session": Kind(
        "one session, in which labels were interleaved",
        "one session, in which {labels} were interleaved",
        "changes during the session affected both equally, so the verdict holds for the platforms in that "
        "session; several sessions show how far it generalises",
        limits=True,
    ),
    "one-duet": Kind(
        "one session, in which labels transferred at the same moment",
        "one session, in which {labels} transferred at the same moment",
        "changes during the session affected both equally, so the verdict holds for the platforms in that "
        "session; where each has a host of its own, swap the hosts and repeat",
        limits=True,
    ),
    "competing": Kind(
        "",
        "transfers at the same moment against solo ones: {said}; less than {margin} longer is not shown of both",
        "the verdict is about labels that may compete: what they share, like the link, hides a difference, so nothing "
        "is equivalent; limit both rates, use a faster link, or `ftpstats run --order interleaved`",
        limits=True,
    ),
    "few-runs": Kind(
        "too few runs to estimate the variation between runs",
        "{count} runs of {labels} are too few to estimate the variation between runs",
        "a verdict from so few needs a large difference, and may change with the next run; measure five or more",
        limits=True,
    ),
    "one-first": Kind(
        "",
        "{label} came first in {where}",
        "what changes within a log would look the same; let each label come first equally often "
        "(`ftpstats run --order random`)",
        limits=True,
    ),
    "logs-left-out": Kind(
        "logs with only one of both labels are not used",
        "not used: {alone} of {logs} logs, with only one of {labels}",
        "labels are compared within each log that holds both, so that its day cancels; measure both in every log",
        limits=True,
    ),
    "few-logs": Kind(
        "too few logs to estimate the variation between them",
        "{count} logs of {labels} are too few to estimate the variation between logs",
        "the log is the unit, because its runs share the conditions of a day; measure on five days or more, or select "
        "one log by `--source`",
        limits=True,
    ),
    "few-transfers": Kind(
        "fewer than 30 transfers of a size in one run",
        "fewer than 30 transfers of a size in one run",
        "the error rate of a verdict may be more than four times the nominal one; measure at least 30, better 100",
        limits=True,
    ),
    "settings-differ": Kind(
        "",
        "measured in experiments that differ: {settings}",
        "these differences may cause a difference in time; measure all labels in one experiment",
        limits=True,
    ),
    "clients-differ": Kind(
        "",
        "{clients}",
        "clients start and stop their clocks at different moments; measure all labels with one client",
        limits=True,
    ),
    "timed-differ": Kind(
        "",
        "{said}",
        "such times are not of the same thing, and their difference is not the platforms'; measure all labels alike",
        limits=True,
    ),
    "overlap-differs": Kind(
        "",
        "different numbers of transfers ran at once, on average: {said}",
        "transfers that run at once share the link, and each is slower; compare labels under the same load, or their "
        "aggregate throughput (`ftpstats throughput --by label`)",
        limits=True,
        names_file=True,
    ),
    "rates-hidden": Kind(
        "",
        "{label}: the clock of {clients} hides the rates of {hidden} of {rated} transfers, which took less than "
        "{longest}",
        '`–` stands where it hides a quantile of the rates too; `--where "seconds >= 10"` shows longer transfers only, '
        "which selects slow ones",
        limits=True,
        names_file=True,
    ),
    "no-rate": Kind(
        "transfers without a valid time, or without bytes, have no rate",
        "{label}: {count} without a valid time, or without bytes: no rate",
        "they count as transfers; `ftpstats check` shows what the log says",
        limits=True,
        names_file=True,
    ),
    "clients-mixed": Kind(
        "measured with several clients",
        "{label} was measured with several clients: {clients}",
        "clients start and stop their clocks at different moments; `--client NAME` selects the transfers of one",
        limits=True,
    ),
    "coarse": Kind(
        "the printed resolution masks part of the variability",
        "{label}: the printed resolution masks part of the variability: {share} of transfers read {value}",
        "`compare` widens its intervals accordingly; use a client that prints more digits, or larger files",
        limits=True,
    ),
    "welch-decides": Kind(
        "a test that ignores order must agree below 30 transfers, and does not",
        "fewer than 30 transfers: {test} must agree, and does not",
        "measure at least 30",
        limits=True,
    ),
    "holm-decides": Kind(
        "conclusive alone, but not after adjustment (Holm)",
        "conclusive on its own, but not after adjustment for {tested} comparisons (Holm)",
        "measure more, or choose fewer labels or sizes before the measurement",
        limits=True,
    ),
    "tests-disagree": Kind(
        "other tests disagree",
        "{tests} would {word}: {reason}",
        "the verdict rests on the contrast, which accounts for autocorrelation and for runs",
        limits=True,
        mark="†",
    ),
    "unfinished": Kind(
        "transfers failed or were aborted",
        "{label}: {unfinished} of {attempts} transfers failed or were aborted",
        "only completed transfers are analysed; `ftpstats check` shows why the others did not complete",
    ),
    "unsized": Kind(
        "transfers of unknown file size failed or were aborted",
        "{label}: {count} of unknown file size failed or were aborted",
        "they count as failed at each size of their label; `ftpstats check` shows why they did not complete",
    ),
    "untimed": Kind(
        "transfers without a valid time",
        "{label}: {untimed} without a valid time",
        "excluded; `ftpstats check` shows what was printed",
    ),
    "level-shift": Kind(
        "times shift to another level",
        "{label}: {run}times {direction} by {size} after transfer {after} and stay there ({p})",
        "conditions changed there, and may have changed between the labels too; measure several runs of each "
        "in mixed order",
    ),
    "trend": Kind(
        "times change steadily",
        "{label}: {run}times {direction} by {size} per transfer ({p})",
        "the mean describes no steady state; find the cause, or interleave the labels so that it affects all "
        "equally (`ftpstats run --order interleaved`)",
    ),
    "halves-differ": Kind(
        "the second half differs from the first",
        "{label}: {run}the second half is {size} {direction} than the first ({p})",
        "the mean describes no steady state; find the cause, or interleave the labels so that it affects all "
        "equally (`ftpstats run --order interleaved`)",
    ),
    "runs-differ": Kind(
        "runs differ by more than their transfers explain",
        "{label}: runs differ by more than their transfers explain: standard deviation {between} ({p})",
        "more runs make the mean more precise; longer runs reduce only the variation within runs",
    ),
    "few-points": Kind(
        "too few points to find every step",
        "{label}: {points} are few: a step in their middle is found with a chance of at most about {chance:.0f} %, "
        "however large it is",
        "measure more runs; `ftpstats plan --for history` estimates how many",
        limits=True,
    ),
    "level-without-spread": Kind(
        "levels without spread: a change has no interval",
        "{label}: the points before and after {point} do not vary: the change has no interval, and its verdict is "
        "inconclusive",
        "look at the means themselves; a client that prints more digits shows their spread",
        limits=True,
    ),
    "beyond-simulated": Kind(
        "neighbouring runs correlate by more than 0.5: the numbers are too small",
        "{label}: neighbouring runs correlate by {correlation:.2f}: the numbers hold up to 0.5, and are too small",
        "a machine that wanders slowly shows changes without a cause, and hides others: look for what moves it, or "
        "take days as points",
        limits=True,
    ),
    "wandering": Kind(
        "the machine wanders: changes may have no cause",
        "{label}: {points} wander: neighbours correlate by {correlation:.2f} about their levels",
        "a machine that wanders slowly shows changes without a cause, more often than the rate of false alarms says: "
        "look for a cause at each place",
        limits=True,
    ),
    "not-corroborated": Kind(
        "another test does not find a change",
        "{label}: the change after {point} is not found by the test for one shift ({p})",
        "a machine that wanders slowly shows such changes without a cause; look for one at that place",
        limits=True,
    ),
    "autocorrelated": Kind(
        "autocorrelation increases the variance of the mean",
        "{label}: autocorrelation: the variance of the mean is {inflation:.1f} times that of independent transfers",
        "`compare` allows for it, t intervals do not; several runs are more informative than a longer one",
    ),
    "warm-up": Kind(
        "the first transfers are slower than the rest",
        "{label}: {run}the first {transfers} slower than the rest",
        "this raises the mean; repeat the measurement with warm-up transfers, which are logged but not "
        "analysed (`ftpstats run --warm-up`)",
    ),
    "resolution-limited": Kind(
        "the printed resolution affects Shapiro–Wilk and the quartiles",
        "{label}: the printed resolution is {resolution}, the standard deviation {sd}",
        "Shapiro–Wilk and the quartiles reflect the rounding as much as the transfers",
    ),
    "assumed-inflation": Kind(
        "the autocorrelation is assumed",
        "assumed: autocorrelation multiplies the variance of a mean by {factor:.3g}",
        "measured logs have had factors from 1 to 6; `ftpstats plan --from FILE` estimates it from a short log",
    ),
    "rough-spread": Kind(
        "the spread is estimated with few degrees of freedom",
        "the spread is estimated with only {df:.0f} degrees of freedom: the number needed may be {times:.1f} "
        "times as large",
        "with a probability of 10 % it is larger still; plan from more transfers or runs",
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
    kind = WARNINGS[code]
    label = fields.get("label")
    return Warning(code, kind.message.format(**fields), kind.advice, None if label is None else str(label))
