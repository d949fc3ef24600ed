"""Where a textbook test would say otherwise than the verdict: that it is said, and why."""

import numpy as np
import pytest

from tests.analysis.rows import compare, rows, table


def said(*parts, labels=("A", "B"), **options):
    """The messages of all comparisons; None where tests and verdict agree."""
    return [
        next((warning.message for warning in found.warnings if warning.code == "tests-disagree"), None)
        for found in compare(table(*parts), labels, **options)
    ]


def correlated(n, phi, seed, mean=1.0):
    stream = np.random.default_rng(seed)
    values = [0.0]
    for noise in stream.normal(0, 0.02, n + 50):
        values.append(phi * values[-1] + noise)
    return [mean + value for value in values[-n:]]


def test_neighbours_that_are_alike():
    (message,) = said(rows("A", correlated(100, 0.9, 0)), rows("B", correlated(100, 0.9, 5)))
    assert message.startswith("Welch's test (p < 0.0001)")
    assert (
        "would find a significant difference: transfers are assumed independent; here autocorrelation makes " in message
    )


def test_whole_runs():
    order = [("A", 1, 1.0), ("A", 2, 1.2), ("B", 1, 1.15), ("B", 2, 1.35), ("A", 3, 1.0)]
    parts = [rows(label, correlated(40, 0, run, mean), run=run) for label, run, mean in order]
    (message,) = said(*parts)
    assert message.endswith("all transfers are assumed independent; the verdict uses the variation between runs")


def test_the_number_of_comparisons():
    noise = np.random.default_rng(3).normal(0, 0.05, 40)
    noise -= noise.mean()
    others = [rows(label, (1 + noise * (1 + i / 50)).tolist()) for i, label in enumerate("BCDEFGHIJ")]
    messages = said(rows("A", (1.035 - noise).tolist()), *others, labels=list("ABCDEFGHIJ"))
    assert any(
        message and message.endswith("without adjustment for the 9 comparisons made here") for message in messages
    )


def test_ranks_see_typical_times_and_the_mean_sees_all():
    fast, slow = np.linspace(1, 1.1, 60), np.linspace(1.02, 1.12, 60)
    fast[::6] += 2 * np.linspace(0.1, 1, 10)
    (message,) = said(rows("A", slow.tolist()), rows("B", np.random.default_rng(1).permutation(fast).tolist()))
    assert message is None or "ranks are compared, not means" in message


def test_turns_cancel_what_moves_both():
    load = np.sin(np.arange(40) / 6)
    small = np.random.default_rng(5).normal(0, 0.01, 40)
    parts = [
        part
        for i in range(40)
        for part in (
            rows("A", [2 + load[i]], first=i + 1),
            rows("B", [2.2 + load[i] + small[i]], first=i + 1),
        )
    ]
    (message,) = said(*parts)
    assert message.endswith("the pairing is ignored, so changes that affect both labels do not cancel")


def test_agreement_and_equivalence_say_nothing():
    a, b = correlated(60, 0, 1), correlated(60, 0, 2, 2.0)
    assert said(rows("A", a), rows("B", b)) == [None]
    inside = [value * 1.01 for value in a]
    (found,) = compare(table(rows("A", a), rows("B", inside)), ["A", "B"])
    assert (found.verdict, said(rows("A", a), rows("B", inside))) == ("equivalent", [None])


@pytest.mark.parametrize("values", [[1.0], [1.0] * 30])
def test_what_cannot_be_tested_disagrees_with_nothing(values):
    assert said(rows("A", values), rows("B", [2.0] * len(values))) == [None]
