"""Transfers at the same moment: which make pairs, and that a shared link makes nothing equivalent."""

import re
from dataclasses import replace

import numpy as np
import pytest

from ftpstats.analysis.duet import paired, solos_of
from ftpstats.analysis.select import samples
from ftpstats.analysis.verdict import Margin
from ftpstats.stats.contrast import difference
from ftpstats.stats.equivalence import equivalence_p, not_slower_p
from ftpstats.stats.paired import means_in_alternation
from tests.analysis.rows import MB10, codes, compare, rows, table

LABELS = ["A", "B"]
SOLOS = ["A solo", "B solo"]


def duet(both, solos, **columns):
    """Pairs and solo transfers, in turn, as `run --order duet` logs them; None is a transfer that failed."""
    parts = []
    for number, (pair, alone) in enumerate(zip(both, solos, strict=True), 1):
        way = slice(None, None, -1 if number % 2 == 0 else 1)
        for label, value in [*list(zip(LABELS, pair, strict=True))[way], *list(zip(SOLOS, alone, strict=True))[way]]:
            parts.append(rows(label, [value], first=number, **columns))
    return parts


def verdict(*parts, **options):
    transfers = table(*parts)
    (found,) = compare(transfers, LABELS, solos=samples(transfers, SOLOS), **options)
    return found


def noisy(rng, n, a, b, spread=0.01):
    """Both labels feel the same noise of the host."""
    host = 1 + 0.05 * rng.normal(size=n)
    return np.column_stack([level * host * (1 + spread * rng.normal(size=n)) for level in (a, b)]).tolist()


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_pairs_at_the_same_moment_go_through_the_contrast_of_pairs(rng):
    both, solos = noisy(rng, 60, 1.0, 1.1), noisy(rng, 60, 1.0, 1.1)
    found = verdict(*duet(both, solos))
    a, b = np.array(both).T
    expected = difference(*means_in_alternation(b, a))
    assert (found.difference, found.p, found.df) == (expected.estimate, expected.p, expected.df)
    assert (found.verdict, found.design, found.scope) == ("slower", "duet", "session")
    assert ("one-duet" in codes(found), "competing" in codes(found)) == (True, False)


def test_what_the_same_moment_costs_is_that_of_either_label_against_its_solo_transfers(rng):
    both, solos = noisy(rng, 60, 1.3, 1.2), noisy(rng, 60, 1.0, 1.0)
    found = verdict(*duet(both, solos))
    for side, cost in enumerate(found.competition):
        means = means_in_alternation(np.array(both)[:, side], np.array(solos)[:, side])
        assert (cost.label, cost.n, cost.n_solo) == (LABELS[side], 60, 60)
        assert cost.percent == pytest.approx(100 * (means[0].mean / means[1].mean - 1))
        assert cost.percent_low < cost.percent < cost.percent_high
        assert cost.not_slower_p == not_slower_p(*means, ratio_margin=0.05)


@pytest.mark.parametrize(
    ("cost", "word", "scope"), [(1.0, "equivalent", "session"), (1.2, "inconclusive", "session-competing")]
)
@pytest.mark.parametrize("whose", [(True, True), (True, False), (False, True)])
def test_nothing_is_equivalent_unless_neither_slows_the_other(cost, word, scope, whose, rng):
    a, b = (cost if is_slowed else 1.0 for is_slowed in whose)
    both = noisy(rng, 60, 1.0, 1.0)
    solos = noisy(rng, 60, 1.0 / a, 1.0 / b)
    found = verdict(*duet(both, solos))
    assert (found.verdict, found.scope) == (word, scope)
    assert found.equivalence_p < 0.001
    assert ("competing" in codes(found)) == (word == "inconclusive")
    assert "welch-decides" not in codes(found)
    assert (found.not_slower_p < 0.05) == (word == "equivalent")
    assert found.transfers_needed is None or word == "equivalent"


def test_a_difference_that_is_seen_all_the_same_keeps_its_word(rng):
    found = verdict(*duet(noisy(rng, 60, 1.5, 1.8), noisy(rng, 60, 1.0, 1.2)))
    assert (found.verdict, found.scope) == ("slower", "session-competing")
    assert found.slower_by_margin_p < 0.05


def test_a_link_that_is_too_slow_for_both_hides_a_difference_and_says_so(rng):
    """A link of 1.5 times A's own rate: B needs 10 % more time alone, and as much as A beside it."""
    found = verdict(*duet(noisy(rng, 100, 1.36, 1.37), noisy(rng, 100, 1.0, 1.1)))
    assert (found.verdict, found.percent < 2) == ("inconclusive", True)
    (warning,) = [one for one in found.warnings if one.code == "competing"]
    assert re.fullmatch(
        r"transfers at the same moment against solo ones: A \+3\d\.\d % \(\+3\d\.\d to \+3\d\.\d %\) and "
        r"B \+2\d\.\d % \(.*\); less than 5 % longer is not shown of both",
        warning.message,
    )


def test_the_margin_of_the_size_is_that_of_the_cost_too(rng):
    parts = duet(noisy(rng, 60, 1.1, 1.1), noisy(rng, 60, 1.0, 1.0))
    assert verdict(*parts, margin=Margin(0.2, relative=True)).verdict == "equivalent"
    assert verdict(*parts, margin=Margin(0.2, relative=False)).verdict == "equivalent"
    assert verdict(*parts, margin=Margin(0.05, relative=False)).scope == "session-competing"


@pytest.mark.parametrize("relative", [True, False])
def test_from_the_smallest_margin_on_it_is_equivalent(relative, rng):
    """Equal pairs would be within less; what the same moment costs B, a fifth, decides."""
    parts = duet(noisy(rng, 60, 1.0, 1.0), noisy(rng, 60, 1.0, 1 / 1.2))
    smallest = verdict(*parts, margin=Margin(0.05, relative=relative)).smallest_margin
    for factor, word in ((0.999, "inconclusive"), (1.001, "equivalent")):
        found = verdict(*parts, margin=Margin(factor * smallest, relative=relative))
        assert (found.verdict, found.smallest_margin) == (word, smallest)


def test_no_margin_does_where_nothing_is_known_of_solo_transfers(rng):
    found = verdict(*duet(noisy(rng, 60, 1.0, 1.0), [(a, None) for a, _ in noisy(rng, 60, 1.0, 1.0)]))
    assert (found.verdict, found.smallest_margin) == ("inconclusive", None)


def test_a_transfer_whose_partner_failed_makes_no_pair(rng):
    both, solos = noisy(rng, 40, 1.0, 1.0), noisy(rng, 40, 1.0, 1.0)
    for number, side in ((3, 0), (4, 1), (5, 1), (20, 0), (21, 0)):
        both[number][side] = None
    found = verdict(*duet(both, solos))
    whole = np.array([pair for pair in both if None not in pair])
    expected = difference(*means_in_alternation(whole[:, 1], whole[:, 0]))
    assert (found.n, found.n_reference, found.design) == (35, 35, "duet")
    assert found.difference == expected.estimate
    assert (found.attempts, found.failed) == (40, 2)


def test_half_a_pair_at_the_end_of_a_log_counts_for_nothing(rng):
    parts = duet(noisy(rng, 40, 1.0, 1.0), noisy(rng, 40, 1.0, 1.0))
    found = verdict(*parts, rows("B", [9.0], first=41))
    assert (found.n, found.difference) == (40, verdict(*parts).difference)


@pytest.mark.parametrize(("lost", "word"), [("none", "equivalent"), ("one", "inconclusive"), ("both", "inconclusive")])
def test_without_completed_solo_transfers_of_a_size_nothing_is_equivalent(lost, word, rng):
    alone = noisy(rng, 40, 1.0, 1.0)
    for pair in alone:
        pair[:] = {"none": pair, "one": [pair[0], None], "both": [None, None]}[lost]
    solos = [*duet(noisy(rng, 40, 1.0, 1.0), alone), *rows_of_solos()]
    found = verdict(*solos)
    assert found.verdict == word
    said = " ".join(one.message for one in found.warnings)
    assert ("B completed no solo transfer" in said) == (lost != "none")


def rows_of_solos():
    """Of another size: the labels have solo transfers."""
    return [rows(label, [1.0, 1.1], size=MB10, first=100) for label in SOLOS]


def test_solo_labels_are_found_in_any_case_and_only_with_the_size():
    transfers = table(
        *(rows(label, [1.0, 1.1]) for label in LABELS), rows("a SOLO", [2.0]), rows("B solo", [3.0], size=MB10)
    )
    a, b = samples(transfers, LABELS)
    solos = samples(transfers, ["a SOLO", "B solo"])
    own, others = solos_of(b, a, solos)
    assert (own, others.label) == (None, "a SOLO")
    assert solos_of(b, a, solos[:1]) is None
    assert solos_of(replace(b, label=None), a, solos) is None


@pytest.mark.parametrize(
    "order", ["A" * 40 + "B" * 40, ("A" * 4 + "B" * 4) * 10], ids=["one after the other", "by fours"]
)
def test_what_does_not_alternate_is_no_duet(order, rng):
    count, parts = dict.fromkeys("AB", 0), []
    for label in order:
        count[label] += 1
        parts.append(rows(label, [1 + 0.01 * rng.normal()], first=count[label]))
    parts += [rows(label, [1.0, 1.01, 1.02]) for label in SOLOS]
    found = verdict(*parts)
    assert (found.competition, found.design) == ((), "run")
    assert paired(*samples(table(*parts), LABELS)) is None


def test_without_solo_transfers_pairs_are_what_they_always_were(rng):
    transfers = table(*duet(noisy(rng, 40, 1.0, 1.0), noisy(rng, 40, 1.0, 1.0)))
    (found,) = compare(transfers, LABELS)
    assert (found.design, found.competition) == ("alternation", ())


@pytest.mark.parametrize(("cost", "scope"), [(1.0, "labels"), (1.3, "session-competing")])
def test_several_runs_of_a_duet_are_rounds_and_have_to_show_it_too(cost, scope, rng):
    parts = [
        part
        for run in range(1, 9)
        for part in turned(duet(noisy(rng, 20, 1.0, 1.0), noisy(rng, 20, 1 / cost, 1 / cost), run=run), run)
    ]
    found = verdict(*parts)
    assert (found.design, found.scope, found.verdict == "equivalent") == ("rounds", scope, cost == 1.0)


def turned(parts, run):
    """Let the other label start first in every other run, as `run` does."""
    if run % 2:
        return parts
    return [parts[at] for start in range(0, len(parts), 4) for at in (start + 1, start, start + 3, start + 2)]


def test_the_decisive_p_value_is_the_largest_of_all_that_has_to_be_shown(rng):
    both, solos = noisy(rng, 60, 1.0, 1.0), noisy(rng, 60, 0.97, 0.98)
    found = verdict(*duet(both, solos))
    a, b = np.array(both).T
    own = equivalence_p(*means_in_alternation(b, a), ratio_margin=0.05)
    assert found.equivalence_p == own
    assert found.equivalence_p_adjusted == max(own, *(cost.not_slower_p for cost in found.competition))
