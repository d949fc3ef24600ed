"""Pipes that files arrive in: what they wait for, what they do not, and what they tell."""

import hashlib
import os
import time

import pytest

from ftpstats.errors import MachineError
from ftpstats.experiment.integrity import piped
from ftpstats.manifest import FileUsed

CONTENT = os.urandom(3 * 1024**2 + 1)
FILE = FileUsed("a.img", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), is_ours=True)


def test_who_reads_never_sleeps_before_the_first_byte(tmp_path):
    waits = []
    with piped(tmp_path / "a.img", FILE) as drain:
        drain._over.wait = waits.append
        time.sleep(0.2)  # a client that logs in
        assert waits == []
        (tmp_path / "a.img").write_bytes(CONTENT)
        assert drain.verdict() == ""


def test_a_pipe_may_be_opened_more_than_once(tmp_path):
    with piped(tmp_path / "a.img", FILE) as drain:
        for piece in (b"", CONTENT[:1000], CONTENT[1000:]):
            (tmp_path / "a.img").write_bytes(piece)
        assert drain.verdict() == ""


def test_nothing_is_wrong_where_nobody_opened_it(tmp_path):
    with piped(tmp_path / "a.img", FILE) as drain:
        assert drain.verdict() == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("content", "said"), [(b"", "0 of"), (CONTENT[:-1], f"{len(CONTENT) - 1} of")])
def test_what_is_missing_is_told(content, said, tmp_path):
    with piped(tmp_path / "a.img", FILE) as drain:
        (tmp_path / "a.img").write_bytes(content)
        assert drain.verdict() == f"ftpstats: {said} {len(CONTENT)} bytes arrived\n"


def test_a_writer_that_outlives_the_client_is_not_waited_for(tmp_path):
    with piped(tmp_path / "a.img", FILE) as drain:
        left_open = os.open(tmp_path / "a.img", os.O_WRONLY)
        os.write(left_open, CONTENT[:1000])
        assert drain.verdict() == f"ftpstats: 1000 of {len(CONTENT)} bytes arrived\n"
    os.close(left_open)


def test_a_file_system_without_pipes_is_told(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(1, "Operation not permitted", path)

    monkeypatch.setattr(os, "mkfifo", refuse)
    with pytest.raises(MachineError, match="cannot hold a pipe: Operation not permitted; --keep needs none"):
        piped(tmp_path / "a.img", FILE).__enter__()
