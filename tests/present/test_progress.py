"""Progress on a terminal: legible at 80 columns whatever a label is, unseen where it is short, gone when it ends."""

import io
import re
import time

import pytest

from ftpstats.present import progress
from ftpstats.present.progress import Waiting


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("LANG", "C.UTF-8")
    return Terminal()


def plain(stream):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())


def test_bar_and_count_stay_however_long_the_words_are(terminal):
    with progress._bar(terminal) as (bar, task):  # what `watching` draws with
        bar.update(task, completed=1234, total=10000, description="1 min 5 s left; " + "a-label-without-an-end-" * 9)
        bar.refresh()
        shown = plain(terminal)
    line = next(line for line in reversed(shown.replace("\r", "\n").splitlines()) if "1234" in line)
    assert len(line.rstrip()) <= 80
    assert "1234/10000" in line
    assert "1 min 5 s left; a-label" in line
    assert line.rstrip().endswith("…")


def wait_until(condition):
    for _ in range(500):
        if condition():
            return True
        time.sleep(0.01)  # as long as a thread of the line's takes, and no longer
    return False


def test_what_takes_long_is_named_and_gone_at_the_end(terminal, monkeypatch):
    monkeypatch.setattr(progress, "_SECONDS_UNSEEN", 0.0)
    waiting = Waiting(terminal, lambda: "FTP.log: 12 % read " + "x" * 200)
    assert wait_until(lambda: "FTP.log: 12 % read" in terminal.getvalue())
    waiting.end()
    waiting.end()
    before = terminal.getvalue()
    assert before.endswith("\x1b[2K")  # the line is erased
    assert max(map(len, plain(terminal).replace("\r", "\n").splitlines())) <= 80


def test_what_is_short_or_no_terminal_shows_nothing(terminal):
    Waiting(terminal, lambda: "never seen").end()
    pipe = io.StringIO()
    waiting = Waiting(pipe, lambda: "never seen")
    assert not waiting._timer.is_alive()
    waiting.end()
    assert (terminal.getvalue(), pipe.getvalue()) == ("", "")
