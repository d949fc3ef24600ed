"""Programs run to their end, and all that they print."""

import subprocess

from ftpstats.experiment import programs as process
from ftpstats.experiment.programs import Programs


def test_what_is_printed_while_nobody_listens_is_read(tmp_path, monkeypatch):
    # Whoever asks whether the program has ended is slow: it prints, and ends, in between.
    monkeypatch.setattr(subprocess.Popen, "poll", lambda self: self.wait(10))
    monkeypatch.setattr(process, "_LOOK_AGAIN", 0.0)
    finished = Programs().run(["sh", "-c", "sleep 0.2; echo done"], folder=tmp_path, timeout=10)
    assert (finished.output, finished.status, finished.timed_out) == (b"done\n", 0, False)
