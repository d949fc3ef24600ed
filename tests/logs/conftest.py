"""What the tests of the parser share: reading a text, and the recordings of real clients."""

from pathlib import Path

import pytest

from ftpstats.logs.reader import read_log

RECORDINGS = Path(__file__).parents[1] / "data" / "recordings"


@pytest.fixture(scope="session")
def read(tmp_path_factory):
    """Read text or bytes as a log: its rows as dictionaries, and the account of its lines."""
    path = tmp_path_factory.mktemp("read") / "FTP.log"

    def read_text(text, label=None):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        rows, account = read_log(str(path), label)
        return rows.to_dicts(), account

    return read_text


@pytest.fixture(scope="session")
def recording():
    """Read a recording by name: its rows as dictionaries, and the account of its lines."""

    def read_recording(name):
        rows, account = read_log(str(RECORDINGS / name))
        return rows.to_dicts(), account

    return read_recording
