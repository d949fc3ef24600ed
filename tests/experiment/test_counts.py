"""Which attempts are refused log-ins, after which one a label is stopped, and how counts show themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.experiment.counts import REFUSALS, Counts, Stop
from ftpstats.manifest import FileUsed
from ftpstats.schedule import Step

DONE = (
    "230 Welcome.\n150 Opening data connection (1024 bytes).\n226 Done.\n1024 bytes received in 0.01 secs (100 kB/s)\n"
)
MISSING = "230 Welcome.\n227 Entering Passive Mode (127,0,0,1,5,30).\n550 No such file.\n"
REFUSED = "331 Password?\n530 Login incorrect.\n530 Please login with USER and PASS.\n"
SIZE = 1024


def step_of(label="Xen", *, warm_up=False):
    return Step(0, label, 1, FileUsed("a.img", SIZE, None, is_ours=False), 100, warm_up)


def given_up(*texts, max_failures=0, label="Xen"):
    """Return after how many of these attempts a label is given up, and why; None if it is not."""
    counts = Counts(max_failures)
    for number, text in enumerate(texts, 1):
        counts.add(step_of(label), text)
        if not counts.allowed(label, 1):
            return number, counts.stops[label]
    return None


# How clients and servers say that a log-in was refused: as recorded, one of each kind.
REFUSALS_SEEN = {
    "the classic clients go on": REFUSED,
    "LPSV has the last word": REFUSED + '500 Command "LPSV" not understood.\nPassive mode refused.\n221 Goodbye.\n',
    "asked to log in by 503": "331 Password?\n530 User cannot log in.\n503 Login first.\n503 Login first.\n221 Bye.\n",
    "at USER already": "530 This FTP server is anonymous only.\n503 Login with USER first.\n221 Goodbye.\n",
    "of several lines": "331 Password?\n530-Sorry.\n530 Not today.\n221 Goodbye.\n",
    "lftp": "331 Password?\n530 No such user.\nftpstats: lftp: get: a.img: Login failed: 530 No such user.\n",
    "curl": "331 Password?\n530 Login incorrect.\nftpstats: curl: (67) Access denied: 530\n",
    "the client's words alone": "Login failed.\n",
    "the client's other words": "Login incorrect.\n",
}
OTHERWISE = {
    "completed": DONE,
    "completed, 530 bytes in a banner": f"220 530 files served\n{DONE}",
    "missing": MISSING,
    "no server": "ftp: connect: Connection refused\n",
    "530 of the bytes": "230 In.\n150 Opening.\n226 Done.\nftpstats: 530 of 1024 bytes arrived\n"
    "530 bytes received in 0.01 secs (100 kB/s)\n",
    "too many": "421 Too many connections (530 of 530).\n",
}


@pytest.mark.parametrize("text", REFUSALS_SEEN.values(), ids=REFUSALS_SEEN)
def test_a_refused_log_in_is_told_by_what_the_reader_says_of_it(text):
    number, stop = given_up(*[text] * 10)
    assert (number, stop.refused, stop.attempts) == (3, True, 3)


@pytest.mark.parametrize("text", OTHERWISE.values(), ids=OTHERWISE)
def test_no_other_outcome_is_a_refused_log_in(text):
    assert given_up(*[text] * 30) is None


def test_a_label_is_given_up_for_the_commonest_of_its_failures():
    texts = [DONE, REFUSED, REFUSED, MISSING, "ftp: connect: Connection refused\n", MISSING, MISSING]
    assert given_up(*texts, max_failures=6) == (7, Stop("Xen", 6, refused=False, reason="550 No such file."))


def expected_stop(outcomes, max_failures):
    """Return after how many outcomes a label is given up, and whether for refused log-ins: counted one by one."""
    failed = refused = 0
    for number, outcome in enumerate(outcomes, 1):
        failed = 0 if outcome is DONE else failed + 1
        refused = refused + 1 if outcome is REFUSED else 0
        if refused == REFUSALS:
            return number, True
        if max_failures and failed == max_failures:
            return number, False
    return None


@given(
    st.dictionaries(
        st.sampled_from("ab"), st.lists(st.sampled_from([DONE, MISSING, REFUSED]), max_size=40), min_size=1
    ),
    st.integers(0, 6),
    st.booleans(),
)
def test_each_label_is_given_up_after_the_very_attempt_that_is_one_too_many(outcomes, max_failures, warm_up):
    """However the labels take turns, and though attempts are read some at a time."""
    counts, made = Counts(max_failures), dict.fromkeys(outcomes, 0)
    for at in range(max(map(len, outcomes.values()))):
        for label, texts in outcomes.items():
            if at < len(texts) and counts.allowed(label, 1):
                counts.add(step_of(label, warm_up=warm_up), texts[at])
                made[label] += 1
    counts.read()
    for label, texts in outcomes.items():
        expected = expected_stop(texts, max_failures)
        stop = counts.stops.get(label)
        assert (expected and expected[1]) == (stop and stop.refused)
        assert made[label] == (expected[0] if expected else len(texts))


@given(st.lists(st.sampled_from([DONE, MISSING, REFUSED]), max_size=12), st.integers(0, 6), st.integers(1, 50))
def test_no_more_are_allowed_at_once_than_may_fail_unless_the_last_was_completed(texts, max_failures, wanted):
    counts = Counts(max_failures)
    for text in texts:
        if counts.allowed("Xen", 1):
            counts.add(step_of(), text)
    allowed = counts.allowed("Xen", wanted)
    assert allowed <= wanted
    assert (allowed == 0) == ("Xen" in counts.stops)
    if not counts.stops and not (texts and texts[-1] is DONE):
        assert allowed == min(
            wanted, 3 - trailing(texts, {REFUSED}), (max_failures or 99) - trailing(texts, {MISSING, REFUSED})
        )
    elif not counts.stops:
        assert allowed == wanted


def trailing(texts, kinds):
    count = 0
    for text in reversed(texts):
        if text not in kinds:
            break
        count += 1
    return count


def test_a_label_without_a_completed_transfer_is_fruitless_whatever_its_warm_ups_did():
    counts = Counts(0)
    for label, warm_up, text in (("a", True, DONE), ("a", False, MISSING), ("b", False, DONE), ("c", True, MISSING)):
        counts.add(step_of(label, warm_up=warm_up), text)
    counts.read()
    assert counts.fruitless == ["a", "c"]


def test_they_show_themselves_in_a_line():
    counts = Counts(0)
    assert repr(counts) == "0 transfers: 0 completed, 0 failed"
    for step, text in ((step_of(), DONE), (step_of(), MISSING), (step_of(warm_up=True), MISSING)):
        counts.add(step, text)
    counts.read()
    assert str(counts) == "2 transfers: 1 completed, 1 failed; 1 warm-up transfer failed"
