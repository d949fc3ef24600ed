"""Warnings, each once, with the files that they are about."""

from dataclasses import replace

from ftpstats.analysis.warnings import warn
from ftpstats.present.notes import footnotes, warning_lines, warning_notes
from tests.analysis.rows import KB100, MB10
from tests.present.examples import comparison


def warned(size, *warnings):
    return comparison(bytes=size) if not warnings else replace(comparison(bytes=size), warnings=warnings)


def test_warnings_are_listed_once_with_their_sizes_the_most_important_first():
    coarse, runs = warn("coarse", label="A", share="50 %", value="1 s"), warn("confounded")
    shift = warn("coarse", label="B", share="60 %", value="2 s")
    found = [warned(KB100, coarse, runs), warned(MB10, runs, shift, shift)]
    assert warning_lines(found) == [
        f"! {runs.message}\n  {runs.advice}",
        f"! 100 KB: {coarse.message}\n  {coarse.advice}",
        f"! 10 MB: {shift.message}",
    ]
    assert warning_lines([warned(KB100)]) == []
    assert footnotes([warned(KB100)]) == []
    assert warning_notes([warned(KB100, coarse), warned(MB10, coarse, runs)]) == [
        f"10 MB: {runs.message}; {runs.advice}.",
        f"{coarse.message}; {coarse.advice}.",
    ]
    assert len(warning_lines(found, without=["coarse"])) == 1


def test_a_footnote_says_what_is_alike_once():
    coarse = [warn("coarse", label=label, share="50 %", value="1 s") for label in "AB"]
    runs = warn("one-run", labels="A and B")
    (found,) = footnotes([warned(KB100, coarse[0], runs), warned(MB10, *coarse, runs)])
    assert [(note.brief, note.limits) for note in found.notes] == [
        (runs.message, True),
        ("the printed resolution masks part of the variability: 100 KB A; 10 MB A, B", True),
    ]
    (alone,) = footnotes([warned(KB100, coarse[0]), warned(MB10)])
    assert alone.notes[0].brief == f"100 KB: {coarse[0].message}"


def test_what_is_about_all_names_none_of_them():
    runs = [warn("one-run", labels=labels) for labels in ("A and B", "A and C")]
    (found,) = footnotes([warned(KB100, runs[0]), warned(MB10, runs[1])])
    assert found.notes[0].brief == "one run each: platform and time of measurement are confounded"


def test_of_many_warnings_that_differ_in_their_numbers_only_the_first_are_shown():
    many = [warned(size, warn("not-compared", kind=f"{size} B", counts="A has none")) for size in range(9)]
    (found,) = footnotes(many)
    assert [note.brief for note in found.notes] == [
        *(f"no comparison of {size} B: A has none" for size in range(3)), "... and 6 more like this",
    ]  # fmt: skip
    assert all(note.limits for note in found.notes)
    assert found.full.count("no comparison of") == 9
    assert len(footnotes(many[:4])[0].notes) == 4
