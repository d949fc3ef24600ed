"""What is made of a client's output, as it was recorded where the live tests meet it but now and then."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from ftpstats.experiment.clients.base import Request
from ftpstats.experiment.clients.registry import CLIENTS
from ftpstats.experiment.programs import Finished
from ftpstats.experiment.transcript import tidy
from ftpstats.logs.reader import read_text

REQUEST = Request(
    host="127.0.0.1", port=21, user="tester", password="secret", remote="a.img", local=Path("local.img"),
    upload=False, delete=False, tls=None, timeout=60,
)  # fmt: skip

# lftp 4.9.2 and ProFTPD 1.3.8 with a full disk: lftp looks how much has arrived, and begins again before it gives up.
GIVES_UP_LATE = b"""\
---- Connecting to 127.0.0.1 (127.0.0.1) port 38193
<--- 220 ProFTPD Server (ProFTPD) [127.0.0.1]
---> TYPE I
<--- 200 Type set to I
---> PASV
<--- 227 Entering Passive Mode (127,0,0,1,167,1).
---- Connecting data socket to (127.0.0.1) port 42753
---> STOR a.img
<--- 150 Opening BINARY mode data connection for a.img
<--- 452 Transfer aborted. No space left on device
---> SIZE a.img
<--- 550 a.img: not a regular file
---> PASV
<--- 227 Entering Passive Mode (127,0,0,1,149,17).
put: local.img: Fatal error: max-retries exceeded
"""


@pytest.mark.parametrize("secret", ["0", "102400", "226", "ftp"])
def test_a_password_of_digits_hides_nothing_that_the_log_is_read_by(secret):
    said = b"150 Opening.\n226 0 of 102400 ftp\nftpstats: no 0\n102400 bytes received in 0.001000 secs (1e+05 kB/s)\n"
    text = tidy(said, secret)
    (row,) = read_text(b"FTP-TEST 1 Label\n" + text.encode()).to_dicts()
    assert (row["bytes"], row["seconds"], row["reply_code"]) == (102400, pytest.approx(0.001), 226)
    assert "ftpstats: no" in text
    assert secret not in text.splitlines()[1][4:]


AT_ONCE = b"""\
---- Connecting to 127.0.0.1 (127.0.0.1) port 38193
<--- 220 Welcome.
<--- 227 Entering Passive Mode (127,0,0,1,167,1).
---> RETR a.img
<--- 150 Opening BINARY mode data connection for a.img (102400 bytes).
<--- 226 Transfer complete.
"""


@pytest.mark.parametrize("pieces", [[AT_ONCE], AT_ONCE.partition(b"<--- 226")[::2]])
def test_what_lftp_shows_at_once_is_complete_and_has_no_time(pieces, tmp_path):
    request = replace(REQUEST, local=tmp_path / "local.img")
    request.local.write_bytes(bytes(102400))
    printed = tuple(zip((1.0, 1.25), [pieces[0], *(b"<--- 226" + rest for rest in pieces[1:])], strict=False))
    text = CLIENTS["lftp"].transcript(request, Finished(printed, 0, 0.4, False))
    (row,) = read_text(b"FTP-TEST 1 Label\n" + text).to_dicts()
    assert (row["completion"], row["bytes"], row["direction"]) == ("confirmed", 102400, "download")
    assert row["seconds"] == (None if len(pieces) == 1 else pytest.approx(0.25))


def test_what_lftp_puts_into_a_pipe_has_the_size_that_the_server_told(tmp_path):
    request = replace(REQUEST, local=tmp_path / "local.img")
    os.mkfifo(request.local)
    printed = ((1.0, AT_ONCE.partition(b"<--- 226")[0]), (1.25, b"<--- 226 Transfer complete.\n"))
    text = CLIENTS["lftp"].transcript(request, Finished(printed, 0, 0.4, False))
    assert b"102400 bytes received in 0.250000 secs" in text


def test_what_lftp_begins_again_is_no_other_transfer(tmp_path: Path):
    request = replace(REQUEST, local=tmp_path / "local.img", upload=True)
    request.local.write_bytes(bytes(102400))
    text = CLIENTS["lftp"].transcript(request, Finished(((1.0, GIVES_UP_LATE),), 1, 0.4, False))
    (row,) = read_text(b"FTP-TEST 1 Label\n" + text).to_dicts()
    assert row["completion"] == "failed"
    assert b"max-retries exceeded" in text
