"""What the tests of records share: reading a text as a log of records."""

import pytest

from ftpstats.logs.reader import read_log
from ftpstats.logs.records import Options


@pytest.fixture
def read(tmp_path):
    """Read text as a log: its rows as dictionaries, and the account of its lines."""

    def read_text(text, name="server.log", label=None, time_zone="UTC", format_of=None, log_format=None):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        rows, account = read_log(str(path), label, options=Options(time_zone, format_of, log_format))
        return rows.to_dicts(), account

    return read_text
