"""Warnings, each once, with the files that they are about."""

from dataclasses import replace

from ftpstats.analysis.warnings import Warning
from ftpstats.present.notes import warning_lines, warning_notes
from tests.analysis.rows import KB100, MB10
from tests.present.examples import comparison


def warned(size, *warnings):
    return comparison(bytes=size) if not warnings else replace(comparison(bytes=size), warnings=warnings)


def test_warnings_are_listed_once_with_their_sizes():
    coarse, also, runs = (Warning(code, f"{code} found", f"mend {code[:4]}") for code in ("coarse", "coarser", "runs"))
    (text,) = warning_lines([warned(KB100, coarse, runs), warned(MB10, runs), warned(MB10, also, also)])
    assert text.splitlines() == [
        "! 100 KB download: coarse found",
        "  mend coar",
        "! runs found",
        "  mend runs",
        "! 10 MB download: coarser found",
    ]
    assert warning_lines([warned(KB100)]) == []
    assert warning_notes([warned(KB100, coarse), warned(MB10, coarse, runs)]) == [
        "coarse found; mend coar.",
        "10 MB download: runs found; mend runs.",
    ]
    assert warning_lines([warned(KB100, coarse, also), warned(MB10, coarse)], without=["coarser"]) == [
        "! coarse found\n  mend coar"
    ]
