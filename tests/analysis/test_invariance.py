"""What may not change an answer: the unit, a common shift, which label is named first, where one stands in a log."""

from dataclasses import fields, is_dataclass
from itertools import count

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from ftpstats.analysis.contrasts import contrast_pair
from ftpstats.analysis.select import samples
from ftpstats.analysis.verdict import FIVE_PER_CENT, Margin
from ftpstats.stats import bootstrap as resample
from tests.analysis.rows import compare, rows, table

MIRROR = {"faster": "slower", "slower": "faster", "equivalent": "equivalent", "inconclusive": "inconclusive"}
DESIGNS = ("AB", "ABC", "AABB", "ABBAAB", "ABAAB", "turns")
# Every way to a verdict: levels that differ clearly, hardly and not at all, on fine and on coarse clocks.
DATA = st.fixed_dictionaries(
    {
        "design": st.sampled_from(DESIGNS),
        "n": st.integers(2, 40),
        "gap": st.sampled_from([0.0, 0.02, 0.05, 0.4]),
        "step": st.sampled_from([1e-6, 0.125]),
        "alike": st.sampled_from([0.0, 0.9]),
        "seed": st.integers(0, 10**6),
    }
)


def measured(design, n, gap, step, alike, seed):
    """Seconds by run, in the order of measurement, on a clock of that step; neighbours are alike with label A."""
    rng, order = np.random.default_rng(seed), "AB" if design == "turns" else design
    levels = {label: 1 + place * gap for place, label in enumerate("ABC")}
    noise = [lfilter([0.08], [1, -alike * (label == "A")], rng.normal(0, 1, n)) for label in order]
    return [
        (label, np.round((levels[label] + part) / step) * step) for label, part in zip(order, noise, strict=True)
    ], step


def logged(parts, step, *, turns=False, scale=1.0, shift=0.0):
    numbers = {label: count(1) for label, _ in parts}
    runs = [
        rows(label, (scale * values + shift).tolist(), run=next(numbers[label]), resolution=scale * step)
        for label, values in parts
    ]
    return table([row for pair in zip(*runs, strict=True) for row in pair]) if turns else table(*runs)


@pytest.fixture(scope="module", autouse=True)
def few_replicates():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resample, "_REPLICATES", 50)
        yield


def assert_near(found, expected, rel=1e-9):
    """Both unknown, or alike."""
    assert found is None if expected is None else found == pytest.approx(expected, rel=rel, abs=1e-9)


def said(comparison):
    """What is said of the companions, and of what may be wrong with the data, in any order of labels."""
    return {warning.message for warning in comparison.warnings if warning.code in {"tests-disagree", "holm-decides"}}


@settings(max_examples=20)
@given(DATA, st.sampled_from([FIVE_PER_CENT, Margin(0.05, relative=False)]))
def test_swapped_labels_mirror_every_decision(data, margin):
    transfers = logged(*measured(**data), turns=data["design"] == "turns")
    (there,), (back,) = (compare(transfers, labels, margin=margin, details=True) for labels in (["A", "B"], ["B", "A"]))
    assert back.verdict == MIRROR[there.verdict]
    assert (back.scope, back.design, said(back)) == (there.scope, there.design, said(there))
    assert {w.code for w in back.warnings} == {w.code for w in there.warnings}
    same = ("p", "p_adjusted", "equivalence_p", "equivalence_p_adjusted", "standard_error", "df", "welch_p",
            "failure_p", "mann_whitney_p", "smallest_margin", "intervals_overlap", "unseen_share")  # fmt: skip
    for name in same:
        assert_near(getattr(back, name), getattr(there, name))
    assert back.difference == -there.difference
    assert back.difference_low is None or back.difference_low == -there.difference_high
    assert there.hedges_g is None or back.hedges_g == pytest.approx(-there.hedges_g)
    mine, theirs = back.details, there.details
    assert mine.shift.estimate == pytest.approx(-theirs.shift.estimate, abs=1e-9)
    assert mine.superiority.probability == pytest.approx(1 - theirs.superiority.probability)
    assert (mine.components, mine.components_reference) == (theirs.components_reference, theirs.components)
    for one, other in zip(mine.quantiles, theirs.quantiles, strict=True):
        assert one.estimate == pytest.approx(-other.estimate, abs=1e-9)
        assert one.low is None or one.low == pytest.approx(-other.high, abs=1e-9)


# Of a comparison, what is in seconds or their squares.
SECONDS = {"mean", "mean_reference", "difference", "standard_error", "difference_low", "difference_high", "shift",
           "estimate", "low", "high"}  # fmt: skip
PER_SECOND = {"throughput", "throughput_reference"}
SQUARES = {"run_mean", "within", "explained", "between"}
TEXT = {"warnings"}


def assert_scaled(before, after, unit, name=""):
    """The same answer in another unit, a power of two, to the last bit but for the rounding of a root."""
    if is_dataclass(before):
        for field in fields(before):
            if field.name not in TEXT:
                inner = 1 if field.name == "superiority" else unit
                assert_scaled(getattr(before, field.name), getattr(after, field.name), inner, field.name)
    elif isinstance(before, tuple):
        for one, other in zip(before, after, strict=True):
            assert_scaled(one, other, unit, name)
    elif isinstance(before, float):
        factor = unit if name in SECONDS else unit**2 if name in SQUARES else 1 / unit if name in PER_SECOND else 1
        assert after == pytest.approx(factor * before, rel=1e-9), name
    else:
        assert after == before, name


@settings(max_examples=20)
@given(DATA, st.sampled_from([-20, -3, 5, 20]))
def test_an_answer_knows_no_unit(data, exponent):
    parts, step = measured(**data)
    before, after = (logged(parts, step, turns=data["design"] == "turns", scale=unit) for unit in (1.0, 2.0**exponent))
    (one,), (other,) = (compare(transfers, ["A", "B"], details=True) for transfers in (before, after))
    assert_scaled(one, other, 2.0**exponent)
    assert [w.code for w in other.warnings] == [w.code for w in one.warnings]


@settings(max_examples=20)
@given(DATA, st.floats(0.5, 100))
def test_a_common_shift_moves_no_difference(data, shift):
    parts, step = measured(**data)
    assume(step < 0.01)  # a shifted clock does not tick at the same places
    margin, turns = Margin(0.05, relative=False), data["design"] == "turns"
    (before,), (after,) = (
        compare(logged(parts, step, turns=turns, shift=moved), ["A", "B"], margin=margin) for moved in (0.0, shift)
    )
    assume(before.p is not None and min(abs(p / 0.05 - 1) for p in (before.p, before.equivalence_p)) > 1e-5)
    assert after.verdict == before.verdict
    for name in ("difference", "difference_low", "difference_high", "p", "equivalence_p", "smallest_margin", "welch_p"):
        assert_near(getattr(after, name), getattr(before, name), 1e-6)


@settings(max_examples=12)
@given(DATA, st.permutations("ABC"))
def test_every_two_labels_are_compared_alike_however_they_are_named(data, order):
    parts, step = measured(**{**data, "design": "ABC"})
    one, other = (compare(logged(parts, step), labels, all_pairs=True) for labels in (["A", "B", "C"], order))
    found = {frozenset((c.label, c.reference)): c for c in one}
    assert len(found) == len(other) == 3
    for c in other:
        match = found[frozenset((c.label, c.reference))]
        assert_near(c.p_adjusted, match.p_adjusted)
        assert_near(c.equivalence_p_adjusted, match.equivalence_p_adjusted)
        assert c.verdict == (match.verdict if c.label == match.label else MIRROR[match.verdict])


@settings(max_examples=12)
@given(DATA, st.permutations(range(3)))
def test_where_one_run_stands_in_the_log_does_not_count(data, order):
    parts, step = measured(**{**data, "design": "ABC"})
    before, after = logged(parts, step), logged([parts[place] for place in order], step)
    one, other = (compare(transfers, ["A", "B", "C"], all_pairs=True) for transfers in (before, after))
    assert one == other


@settings(max_examples=12)
@given(DATA)
def test_a_run_read_backwards_has_the_same_contrast(data):
    parts, step = measured(**{**data, "design": "AB"})
    pairs = []
    for turn in (1, -1):
        other, reference = samples(logged([(label, values[::turn]) for label, values in parts], step), ["B", "A"])
        pairs.append(contrast_pair(other, reference, 0.95, FIVE_PER_CENT))
    there, back = pairs
    for name in ("decisive_p", "decisive_equivalence_p", "transfers_needed"):
        assert_near(getattr(back, name), getattr(there, name), 1e-6)


@settings(max_examples=12)
@given(DATA, st.randoms(use_true_random=False))
def test_order_within_several_runs_does_not_count(data, random):
    parts, step = measured(**{**data, "design": "ABBAAB"})
    shuffled = [(label, np.array(random.sample(values.tolist(), len(values)))) for label, values in parts]
    (one,), (other,) = (compare(logged(part, step), ["A", "B"]) for part in (parts, shuffled))
    assert (other.verdict, other.p, other.equivalence_p) == (one.verdict, one.p, one.equivalence_p)
    for name in ("welch_p", "mann_whitney_p", "hedges_g"):
        assert_near(getattr(other, name), getattr(one, name))
