"""Whatever the numbers: every public function answers with nothing that is NaN, or says whose mistake it is."""

import inspect
import math
import pkgutil
from importlib import import_module

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ftpstats import stats
from ftpstats.stats import (
    bootstrap,
    changes,
    components,
    contrast,
    correlogram,
    density,
    describe,
    drift,
    equivalence,
    fit,
    means,
    normality,
    paired,
    quantiles,
    ranks,
    ratio,
    segments,
    serial,
    shift,
    size_line,
    stack,
    transfers_line,
    two_sample,
)
from tests.analysis.rows import assert_known

# Ticks of a clock, nothing at all, what hardly differs, and what is as small as float64 or as large as `as_sample` let
# it be: a sum of ten is still a sample.
TICKS = st.sampled_from([0.0, 0.01, 0.02])
EXTREMES = st.sampled_from([0.0, 5e-324, 1e-300, 1e-160, 1e-9, 0.3, math.nextafter(0.3, 1), 1.0, 1e9, 1e149, -1e149])
SAMPLES = st.sampled_from([TICKS, EXTREMES, st.floats(1e-6, 1e6)]).flatmap(
    lambda values: st.lists(values, min_size=1, max_size=25)
)
GROUPS = st.lists(SAMPLES, min_size=2, max_size=4)


def two_means(call, *arguments, **options):
    """Of runs and of pairs alike: what a decision calls."""

    def of_both(runs):
        each = min(map(len, runs[:2]))
        partners = paired.means_in_alternation(runs[0][:each], runs[1][:each])
        for both in ([means.mean_of_runs([run]) for run in runs[:2]], partners):
            assert_known(call(*both, *arguments, **options))
        return call(means.mean_of_runs(runs), means.mean_of_runs(runs[1:], 0.005), *arguments, **options)

    return of_both


def line_of(call):
    """A line of these runs as sizes one, two, three …: all that follows from it, or that no time is above 0."""

    def of_runs(runs):
        try:
            line = call(np.arange(1, len(runs) + 1), runs)
        except ValueError as error:
            if "a line needs a time above 0" not in str(error):
                raise
            return None
        if not isinstance(line, size_line.SizeLine):
            return line
        return [size_line.interval_of(line.combine(*each)) for each in ((1, 0), (0, 1), (1, 1.5))]

    return of_runs


def in_order(runs):
    """The transfers of runs of one size each, as one series."""
    return np.repeat(np.arange(1, len(runs) + 1), [len(one) for one in runs]), np.concatenate(
        [*map(describe.as_sample, runs)]
    )


def of_each(call):
    return lambda runs: [call(alike) for _, alike in stack.stacks(runs)]


def first(call):
    return lambda runs: call(runs[0])


def first_two(call):
    return lambda runs: call(runs[0], runs[1])


def as_mean(run):
    return means.mean_of_runs([run])


# What takes samples, by its name, and how it takes them.
CALLS = {
    "describe": first(describe.describe),
    "as_sample": first(describe.as_sample),
    "mean": lambda runs: describe.mean(describe.as_sample(runs[0])),
    "variance": lambda runs: describe.variance(describe.as_sample(runs[0])),
    "shapiro_wilk": first(normality.shapiro_wilk),
    "dagostino": first(normality.dagostino),
    "anderson_darling": first(normality.anderson_darling),
    "normal_quantiles": first(quantiles.normal_quantiles),
    "density": first(density.density),
    "correlogram": correlogram.correlogram,
    "long_run_variance": first(serial.long_run_variance),
    "lag1": first(serial.lag1),
    "variance_inflation": first(serial.variance_inflation),
    "trend": first(drift.trend),
    "halves": first(drift.halves),
    "warm_up": first(drift.warm_up),
    "level_shift": first(shift.level_shift),
    "level_changes": first(changes.level_changes),
    "levels_of": lambda runs: changes.levels_of(runs[0], [len(runs[0]) // 2] if len(runs[0]) > 1 else []),
    "residuals": lambda runs: changes.residuals(runs[0], [len(runs[0]) // 2] if len(runs[0]) > 1 else []),
    "drift_of": lambda runs: changes.drift_of(runs[0], [len(runs[0]) // 2] if len(runs[0]) > 1 else []),
    "rank_scores": lambda runs: segments.rank_scores(describe.as_sample(runs[0])),
    "as_stack": first(stack.as_stack),
    "stacks": stack.stacks,
    "means": of_each(lambda alike: stack.means(alike.values)),
    "long_run_variances": of_each(
        lambda alike: serial.long_run_variances(alike.deviations) if alike.values.shape[1] >= serial.SMALLEST else None
    ),
    "lag1_by_run": of_each(serial.lag1_by_run),
    "variance_inflation_by_run": of_each(serial.variance_inflation_by_run),
    "trend_by_run": of_each(drift.trend_by_run),
    "halves_by_run": of_each(drift.halves_by_run),
    "warm_up_by_run": of_each(drift.warm_up_by_run),
    "level_shift_by_run": of_each(shift.level_shift_by_run),
    "components_of_stacks": lambda runs: components.components_of_stacks([alike for _, alike in stack.stacks(runs)]),
    "precision": lambda runs: means.precision(describe.as_sample(runs[0]), in_order=True),
    "independent_mean": first(means.independent_mean),
    "mean_of_runs": means.mean_of_runs,
    "contrast": two_means(contrast.contrast, 1.05),
    "difference": two_means(contrast.difference),
    "ratio_interval": two_means(ratio.ratio_interval),
    "equivalence_p": two_means(equivalence.equivalence_p, ratio_margin=0.05),
    "not_slower_p": two_means(equivalence.not_slower_p, ratio_margin=0.05),
    "slower_by_margin_p": two_means(equivalence.slower_by_margin_p, absolute_margin=0.05),
    "smallest_margin": two_means(equivalence.smallest_margin),
    "line_of_means": line_of(lambda sizes, runs: size_line.line_of_means(sizes, [*map(as_mean, runs)])),
    "line_of_runs": line_of(
        lambda sizes, runs: size_line.line_of_runs(sizes, [[*map(np.mean, map(describe.as_sample, runs))]] * 2)
    ),
    "line_of_transfers": line_of(lambda _, runs: transfers_line.line_of_transfers(*in_order(runs), [*map(len, runs)])),
    "bend_p": line_of(lambda _, runs: transfers_line.bend_p(*in_order(runs))),
    "interval_of": first(lambda run: size_line.interval_of(as_mean(run))),
    "combination": lambda runs: size_line.combination([*map(as_mean, runs)], [(-1) ** i for i in range(len(runs))]),
    "lack_of_fit_p": lambda runs: fit.lack_of_fit_p([*range(len(runs))], [*map(as_mean, runs)]),
    "equal_ratios_p": lambda runs: fit.equal_ratios_p([(as_mean(one), as_mean(runs[0])) for one in runs]),
    "means_in_alternation": lambda runs: paired.means_in_alternation(runs[0], runs[0][::-1]),
    "means_of_blocks": lambda runs: paired.means_of_blocks([[run] for run in runs], [[run] for run in runs[::-1]]),
    "mean_of_blocks": lambda runs: means.mean_of_blocks([runs[:1], runs]),
    "means_of_rounds": lambda runs: paired.means_of_rounds(runs, runs[::-1]),
    "welch": first_two(two_sample.welch),
    "mann_whitney": first_two(two_sample.mann_whitney),
    "hodges_lehmann": first_two(two_sample.hodges_lehmann),
    "is_exact": first_two(two_sample.is_exact),
    "hedges_g": first_two(two_sample.hedges_g),
    "brunner_munzel": first_two(ranks.brunner_munzel),
    "quantile_differences": lambda runs: bootstrap.quantile_differences(runs, runs[1:]),
    "dunn": ranks.dunn,
    "variance_components": components.variance_components,
}
# What takes no sample; bad numbers are tried where each is tested.
OTHERS = {
    *(
        "check_confidence",
        "t_critical",
        "cosines",
        "block_length",
        "normal_scores",
        "holm",
        "fisher_exact",
        "rate_difference",
    ),
    *("interval_needed", "found_share", "runs_for_step", "step_found"),
    *("transfers_needed", "runs_needed", "variance_at_most", "half_width", "least_variance", "rounding_slack"),
    "known_sum",  # parts
    *("scan", "refined", "p_of"),  # scores of a series
    *("johansen_p", "relative_span", "line_rows", "relative_weights"),  # estimates; a line
    *("quantile_bounds", "occupancy", "union", "spread", "block_means", "rate_difference"),
    *("published_mean", "published_mean_of_runs", "sd_bounds", "sd_of_half_width"),
}


def test_none_is_left_out():
    modules = [import_module(f"{stats.__name__}.{module.name}") for module in pkgutil.iter_modules(stats.__path__)]
    public = {name for module in modules for name in module.__all__ if inspect.isfunction(getattr(module, name))}
    assert public == CALLS.keys() | OTHERS


@pytest.fixture(scope="module", autouse=True)
def few_replicates():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "_REPLICATES", 50)
        yield


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=25)
@given(runs=GROUPS)
@example(runs=[[0.3], [0.3]])
@example(runs=[[0.3] * 20, [0.3] * 20])
@example(runs=[[0.3] * 20, [0.4] * 20])
@example(runs=[[0.3] * 24 + [math.nextafter(0.3, 1)], [0.3, math.nextafter(0.3, 1)]])
@example(runs=[[0.0, 0.01], [0.0, 1e-160]])
@example(runs=[[1e-9, 2e-9], [5e-324, 1e-323]])
@example(runs=[[5e-324] * 24 + [1e-300], [1e149] * 24 + [-1e149]])
@example(runs=[[0.0, 0.0, 0.0, 5e-324, 1e-160], [0.0, 0.0, 0.0, 5e-324, 1e9]])
def test_any_numbers_give_a_known_answer(name, runs):
    assert_known(CALLS[name](runs))


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("bad", [[], [math.nan], [math.inf], [1.0] * 30 + [-math.inf], [1e150], [[1.0, 2.0]]])
def test_what_is_no_sample_is_said(name, bad):
    with pytest.raises(ValueError, match=r"a sample|every value"):
        CALLS[name]([bad, [1.0, 2.0, 3.0]])
