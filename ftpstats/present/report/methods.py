"""How the numbers of a report are computed, with references: paragraphs as data. docs/statistics.md has the rest."""

from dataclasses import dataclass

__all__ = ["METHODS", "Method", "Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """A reference, and its DOI where there is one."""

    citation: str
    doi: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """One paragraph."""

    heading: str
    text: str
    sources: tuple[Source, ...] = ()


METHODS = (
    Method(
        "Verdicts",
        "Equivalent: two one-sided tests at level α show that neither mean exceeds the other by more than the margin, "
        "even if the difference is significant. Faster or slower: otherwise, the difference is significantly different "
        "from zero at level α. Inconclusive: otherwise; that is no evidence of equality.",
        (
            Source(
                "Schuirmann, A comparison of the two one-sided tests procedure and the power approach for assessing "
                "the equivalence of average bioavailability, J. Pharmacokinet. Biopharm. 15 (1987) 657–680",
                "10.1007/BF01068419",
            ),
        ),
    ),
    Method(
        "One run of each label",
        "Consecutive transfers are similar. The standard error is computed from the long-run variance by equally "
        "weighted cosines, which accounts for autocorrelation. Transfers that were interleaved, or made at "
        "the same moment, are compared in pairs. Of labels at the same moment, nothing is equivalent unless solo "
        "transfers show that neither takes longer by the margin or more for the other (non-inferiority).",
        (
            Source(
                "Lazarus, Lewis, Stock & Watson, HAR inference: recommendations for practice, J. Bus. Econ. Stat. 36 "
                "(2018) 541–559",
                "10.1080/07350015.2018.1506926",
            ),
        ),
    ),
    Method(
        "Several runs",
        "The means of runs are compared, so that variation between runs counts; runs in rounds are compared round by "
        "round. Where labels are in several logs, like days, the log is the unit: three or more that hold both are "
        "compared log by log.",
        (
            Source(
                "Kalibera & Jones, Rigorous benchmarking in reasonable time, ISMM 2013, 63–74",
                "10.1145/2491894.2464160",
            ),
        ),
    ),
    Method(
        "Small samples",
        "Below 30 transfers in one run, a verdict must also be significant by Welch's test (or the paired t test), "
        "which ignores autocorrelation but has a valid small-sample error rate without it.",
        (
            Source(
                "Welch, The generalization of “Student's” problem when several different population variances are "
                "involved, Biometrika 34 (1947) 28–35",
                "10.1093/biomet/34.1-2.28",
            ),
        ),
    ),
    Method(
        "Difference in per cent",
        "The interval contains every ratio of means from which the measured one is not significantly different. Where "
        "the reference's mean is uncertain, it has no end.",
        (
            Source(
                "Fieller, Some problems in interval estimation, J. R. Stat. Soc. B 16 (1954) 175–185",
                "10.1111/j.2517-6161.1954.tb00159.x",
            ),
        ),
    ),
    Method(
        "Several comparisons",
        "P-values are adjusted for the number of comparisons; intervals are not.",
        (Source("Holm, A simple sequentially rejective multiple test procedure, Scand. J. Stat. 6 (1979) 65–70"),),
    ),
    Method(
        "Resolution",
        "A printed time stands for an interval of times; where the client prints a rate too, both narrow it down. "
        "Where more than half of a sample prints one value, intervals are widened by half the resolution.",
    ),
    Method(
        "Influence of the file size",
        "Time is latency plus size over throughput, fitted by least squares with weights in inverse proportion to the "
        "square of the time, between the sizes measured. Whether time is linear in size is tested.",
        (
            Source(
                "Johansen, The Welch–James approximation to the distribution of the residual sum of squares in a "
                "weighted linear regression, Biometrika 67 (1980) 85–92",
                "10.1093/biomet/67.1.85",
            ),
        ),
    ),
    Method(
        "Failures",
        "Failures are outcomes: they count in every table, and verdicts cover completed transfers only. Failure rates "
        "are compared by Fisher's exact test, with Newcombe's interval (method 10) of their difference. An attempt "
        "that failed before its size was known counts under the planned one. Times of transfers that timed out are "
        "censored, and in no mean.",
        (
            Source(
                "Newcombe, Interval estimation for the difference between independent proportions: comparison of "
                "eleven methods, Stat. Med. 17 (1998) 873–890"
            ),
        ),
    ),
    Method(
        "Summaries",
        "The interval of a single mean is Student's t interval, which assumes independent transfers. Quartiles are by "
        "linear interpolation (type 7). Shapiro–Wilk can show non-normality, never normality.",
        (
            Source(
                "Hyndman & Fan, Sample quantiles in statistical packages, Am. Stat. 50 (1996) 361–365",
                "10.1080/00031305.1996.10473566",
            ),
            Source(
                "Royston, Remark AS R94: a remark on algorithm AS 181, the W-test for normality, J. R. Stat. Soc. C 44 "
                "(1995) 547–551",
            ),
        ),
    ),
    Method(
        "Differences of quantiles",
        "Their intervals are from a moving-block bootstrap, which keeps the order of transfers within blocks.",
        (
            Source(
                "Künsch, The jackknife and the bootstrap for general stationary observations, Ann. Stat. 17 (1989) "
                "1217–1241",
                "10.1214/aos/1176347265",
            ),
        ),
    ),
    Method(
        "Order of transfers",
        "Each run is tested for slow first transfers, a trend, a difference between its halves, and a shift to another "
        "level. The p-values account for autocorrelation.",
    ),
)
