"""Test files: what they hold, which are kept, and which are not."""

import hashlib

import pytest

from ftpstats.errors import MachineError
from ftpstats.experiment import files
from ftpstats.experiment.files import make_files, temporary_files
from ftpstats.manifest import FileUsed
from ftpstats.units import KIB, MIB


def state(path):
    return path.stat().st_ino, path.stat().st_mtime_ns


def test_files_are_named_after_their_sizes_and_hold_what_their_hashes_say(tmp_path):
    made = make_files(tmp_path, [0, 1000, 100 * KIB, 3 * MIB, 1000])
    assert [(size, file.bytes, file.name) for size, file in made.items()] == [
        (0, 0, "ftp-test-0B.img"),
        (1000, 1000, "ftp-test-1000B.img"),
        (102400, 102400, "ftp-test-100KB.img"),
        (3145728, 3145728, "ftp-test-3MB.img"),
    ]
    contents = {file.name: (tmp_path / file.name).read_bytes() for file in made.values()}
    assert [len(content) for content in contents.values()] == list(made)
    assert [hashlib.sha256(content).hexdigest() for content in contents.values()] == [
        file.sha256 for file in made.values()
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(contents)


def test_the_content_is_the_same_on_every_machine(tmp_path):
    digest = "124bf930b5e3e6e849b249c6cfc616ec8ac98da72e75e19c0e67d84d028cd1d1"
    assert make_files(tmp_path, [102400])[102400] == FileUsed("ftp-test-100KB.img", 102400, digest, is_ours=True)


def test_beyond_the_random_bytes_there_is_a_hole(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_RANDOM_BYTES", MIB + 5)
    size = 40 * MIB + 7
    (file,) = make_files(tmp_path, [size]).values()
    content = (tmp_path / file.name).read_bytes()
    assert len(content) == size
    assert content[MIB + 5 :] == bytes(size - MIB - 5)
    assert 0 not in (content[:4096].strip(b"\0")[:1], len(content[: MIB + 5].rstrip(b"\0")))
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert (tmp_path / file.name).stat().st_blocks * 512 < 4 * MIB


def test_the_right_file_is_kept_and_a_wrong_one_made_anew(tmp_path):
    right = make_files(tmp_path, [100 * KIB])
    path = tmp_path / "ftp-test-100KB.img"
    before = state(path)
    assert make_files(tmp_path, [100 * KIB]) == right
    assert state(path) == before
    for wrong in (bytes(100 * KIB), b"", path.read_bytes() + b"x"):
        path.write_bytes(wrong)
        assert make_files(tmp_path, [100 * KIB]) == right
        assert hashlib.sha256(path.read_bytes()).hexdigest() == right[100 * KIB].sha256


def test_what_cannot_be_made_is_one_line(tmp_path):
    with pytest.raises(MachineError, match=r"/nowhere/ftp-test-1KB\.img: cannot be made: No such file or directory$"):
        make_files(tmp_path / "nowhere", [KIB])
    with pytest.raises(ValueError, match="-1 bytes"):
        make_files(tmp_path, [-1])


def test_temporary_files_go_away_with_their_folder():
    with temporary_files([KIB, 0]) as folder:
        assert sorted(path.name for path in folder.iterdir()) == ["ftp-test-0B.img", "ftp-test-1KB.img"]
    assert not folder.exists()
