"""`ftpstats report`: the file that it names, its formats, and the browser that it opens."""

import re

import pytest

WHICH = ["xen", "vmware", "--from", "FTP.log", "--size", "10MB"]


def test_it_writes_a_page_and_prints_its_name(run, folder):
    done = run("report", *WHICH)
    assert (done.stdout, done.stderr, done.status) == ("report.html\n", "", 0)
    page = (folder / "report.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert f"ftpstats report {' '.join(WHICH)}" in page


def test_quiet_prints_nothing(run, folder):
    done = run("report", *WHICH, "--quiet", "--output", "r.htm")
    assert (done.stdout, done.stderr) == ("", "")
    assert (folder / "r.htm").exists()


def test_markdown_is_printed_and_a_page_may_be(run, folder):
    assert run("report", *WHICH, "--format", "markdown").stdout.startswith("# VMware compared with Xen\n")
    assert run("report", *WHICH, "--output", "-").stdout.startswith("<!DOCTYPE html>")
    assert not (folder / "report.html").exists()


def test_the_title_is_the_users(run):
    done = run("report", *WHICH, "--title", "Monday", "--format", "markdown")
    assert done.stdout.startswith("# Monday\n")


def test_it_opens_the_page_where_that_is_asked_for(run, folder, monkeypatch):
    browser = folder / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {folder}/opened\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    assert run("report", *WHICH, "--open", "--quiet").status == 0
    assert (folder / "opened").read_text() == (folder / "report.html").resolve().as_uri()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--open", "--output", "-"], "--open opens a file"),
        (["--output", "report.pdf"], r"the suffixes are .*\.html"),
        (["--format", "json"], "this command writes html, markdown"),
        (["--output", "FTP.log", "--format", "html"], "is one of the input logs"),
    ],
)
def test_what_cannot_be_is_refused(run, words, said):
    done = run("report", *WHICH, *words)
    assert done.status == 2
    assert re.search(said, done.stderr)


def test_a_log_that_cannot_be_read_is_named_in_the_report_and_fails(run, folder):
    done = run("report", "xen", "vmware", "--from", "FTP.log", "--from", "empty.log", "--size", "10MB")
    assert done.status == 1
    assert "empty.log" in done.stderr
    assert "Left out:" in (folder / "report.html").read_text()


def test_a_log_from_standard_input_is_read_once(execute, folder):
    log = (folder / "missing.log").read_bytes()
    done = execute("report", "--from", "-", "--format", "markdown", stdin=log)
    assert done.status == 0
    assert "completed transfers" in done.stdout
