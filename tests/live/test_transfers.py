"""Every client downloads from every server and uploads to it."""

import hashlib
import math
import os
import platform
import re
import subprocess
from contextlib import nullcontext

import pytest

from ftpstats.experiment.environment import client_used
from ftpstats.experiment.integrity import piped
from ftpstats.manifest import FileUsed
from tests.live.faults import Script, scripted

SIZES = {"100KB": 102400, "10MB": 10 * 1024**2}


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def content(request):
    return os.urandom(request.param)


def check(client, outcome, read, direction, content):
    """One transfer, done, timed, and nothing in its log that nobody understands."""
    assert outcome.trouble is None, outcome.text
    row, account = read(outcome)
    if client.name == "lftp" and row["seconds"] is None:  # it was faster than whoever looks on, who then does not guess
        assert row["completion"] == "confirmed", outcome.text
        return
    assert (row["completion"], row["direction"], row["bytes"]) == ("confirmed", direction, len(content)), outcome.text
    assert 0 < row["seconds"] <= outcome.seconds
    assert math.isfinite(row["seconds"])
    assert account.unparsed == ()


def test_a_download(client, server, content, ask, read, work):
    (server.root / "a.img").write_bytes(content)
    outcome = client.transfer(ask(server))
    check(client, outcome, read, "download", content)
    assert {path.name: path.read_bytes() == content for path in work.iterdir()} == {"local.img": True}


def test_an_upload(client, server, content, ask, read, work):
    (work / "local.img").write_bytes(content)
    check(client, client.transfer(ask(server, upload=True)), read, "upload", content)
    assert {path.name: path.read_bytes() == content for path in server.root.iterdir()} == {"a.img": True}
    assert [path.name for path in work.iterdir()] == ["local.img"]


def test_an_upload_which_is_deleted_again(client, server, ask, read, work, tmp_path):
    content = os.urandom(102400)
    kept = tmp_path / "kept"  # another name of the file that is overwritten, which stays when the first is deleted
    kept.write_bytes(b"old")
    (server.root / "up.img").hardlink_to(kept)
    (work / "local.img").write_bytes(content)
    outcome = client.transfer(ask(server, remote="up.img", upload=True, delete=True))
    check(client, outcome, read, "upload", content)
    assert kept.read_bytes() == content
    assert list(server.root.iterdir()) == []
    assert [path.name for path in work.iterdir()] == ["local.img"]


def test_a_download_into_a_pipe(client, server, ask, read, work):
    """As files go that are too large to be kept."""
    content = os.urandom(SIZES["10MB"])
    (server.root / "a.img").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    with piped(work / "local.img", FileUsed("a.img", len(content), digest, is_ours=False)) as drain:
        outcome = client.transfer(ask(server))
        assert drain.verdict() == ""
    check(client, outcome, read, "download", content)


@pytest.mark.parametrize("through", ["file", "pipe"])
def test_a_server_that_knows_no_sizes(client, through, ask, read, work):
    content = os.urandom(102400)
    expected = FileUsed("a.img", len(content), None, is_ours=False)
    arriving = piped(work / "local.img", expected) if through == "pipe" else nullcontext()
    with scripted(Script(content=content, replies={"SIZE": b"502 No.\r\n"})) as port, arriving:
        outcome = client.transfer(ask(port))
    check(client, outcome, read, "download", content)


def test_the_version_of_a_client_is_that_of_its_package(client):
    told = re.search(r"\d[\d.]*", client_used(client).version)
    if client.name == "builtin":
        assert told[0] == platform.python_version()
    else:
        asked = ["dpkg-query", "--show", "--showformat", "${source:Upstream-Version}", client.package]
        packed = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        assert packed.startswith(told[0]), (packed, told)
