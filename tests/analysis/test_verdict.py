"""The rule table: which word follows from which evidence."""

import pytest

from ftpstats.analysis.verdict import Evidence, verdict

CASES = [
    # difference, p, equivalence p, word
    (+0.2, 0.001, 0.900, "slower"),
    (-0.2, 0.001, 0.900, "faster"),
    (+0.2, 0.001, 0.001, "equivalent"),  # different from zero, but inside the margin
    (-0.2, 0.900, 0.001, "equivalent"),
    (+0.2, 0.900, 0.900, "inconclusive"),
    (+0.2, 0.050, 0.050, "inconclusive"),  # α itself shows nothing
    (+0.2, 0.049, 0.050, "slower"),
    (+0.2, None, None, "inconclusive"),
    (+0.0, None, None, "inconclusive"),
    (+0.0, 1.000, 0.001, "equivalent"),
    (-0.2, 0.001, None, "faster"),
    (-0.2, None, 0.001, "equivalent"),
]


@pytest.mark.parametrize(("difference", "p", "equivalence_p", "word"), CASES)
def test_verdict(difference, p, equivalence_p, word):
    assert verdict(Evidence(difference, p, equivalence_p, alpha=0.05)) == word


def test_alpha_is_read():
    assert verdict(Evidence(0.2, 0.02, 0.9, alpha=0.05)) == "slower"
    assert verdict(Evidence(0.2, 0.02, 0.9, alpha=0.01)) == "inconclusive"
