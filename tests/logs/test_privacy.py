"""Passwords and tokens that no column holds, whatever the log; and names that are masked where they are not wanted."""

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftpstats
from ftpstats.api.tables import as_rows
from ftpstats.errors import FtpstatsError
from ftpstats.logs.privacy import mask_names, mask_secrets, mask_urls
from ftpstats.logs.records.registry import RECORDS

SECRET = "hUnter2-Zq"
URLS = {
    "user and password": f"ftp://ann:{SECRET}@ftp.example/a.iso",
    "user and password with signs": f"ftp://ann:x@/{SECRET}@ftp.example/a.iso",
    "token for a user": f"https://{SECRET}@host.example/a.iso",
    **{
        name: f"https://host.example/a.iso?x=1&{name}={SECRET}&y=2"
        for name in (
            "token", "access_token", "sig", "Signature", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token",
            "X-Goog-Signature", "key", "api_key", "apikey", "AWSAccessKeyId", "password", "passwd", "pwd", "secret",
            "client_secret", "auth", "jwt", "session_id",
        )
    },
    "fragment": f"https://host.example/a.iso#access_token={SECRET}",
    "first": f"https://host.example/a.iso?sig={SECRET}",
}  # fmt: skip


@pytest.mark.parametrize("url", URLS.values(), ids=URLS)
def test_urls_lose_their_secrets_and_nothing_else(url):
    found = mask_urls(pl.Series([url]))[0]
    assert SECRET not in found
    assert "********" in found
    assert "a.iso" in found
    assert found.startswith(url[:6])


def test_what_has_no_secret_stays():
    plain = ["http://host:80/a.iso?x=1&page=2", "ftp://ann@host/a", "/srv/a&b.txt", "a=b", None, "password list.txt"]
    assert mask_urls(pl.Series(plain)).to_list() == plain
    said = pl.Series(
        ["PASS word of blanks", "Password: x", "550 api_token=x, no", "401 Bearer x y", "550 a.token: no such"]
    )
    assert mask_secrets(said).to_list() == [
        "PASS ********", "Password: ********", "550 api_token=********, no", "401 Bearer ******** y",
        "550 a.token: no such",
    ]  # fmt: skip


def test_a_table_of_anybodys_keeps_no_secret():
    rows = pl.DataFrame({"label": "a", "seconds": [None, 1.0], "note": [f"530 PASS {SECRET}", None]})
    rows = rows.with_columns(file=pl.lit(URLS["token"]), peer=pl.lit(URLS["first"]))
    found = ftpstats.summarize(rows, details=True)
    assert SECRET not in str(found.to_json())
    assert SECRET not in as_rows(rows).write_csv()


@pytest.mark.parametrize("url", URLS.values(), ids=URLS)
def test_no_error_repeats_the_secret_of_a_url(url):
    for call in (
        lambda: ftpstats.check(url),
        lambda: ftpstats.summarize("sample_logs/inetutils/FTP.log", url),
        lambda: ftpstats.summarize("sample_logs/inetutils/FTP.log", where=f"peer = '{url}'"),
        lambda: ftpstats.Logs("x", time_zone=url),
    ):
        with pytest.raises(FtpstatsError) as caught:
            call()
        assert SECRET not in str(caught.value)
        assert "********" in str(caught.value)


SAMPLES = [(entry.name, sample) for entry in RECORDS for sample in entry.samples]


def lines_of(sample):
    return sample if isinstance(sample, str) else "\n".join(map(str, sample))


@pytest.mark.parametrize("url", [URLS["user and password"], URLS["X-Amz-Signature"]], ids=["password", "signature"])
@pytest.mark.parametrize(("name", "sample"), SAMPLES, ids=[f"{name}-{at}" for at, (name, _) in enumerate(SAMPLES)])
def test_no_format_of_records_keeps_a_secret_in_any_column(name, sample, url, tmp_path):
    """The name of the file, the peer, an error: whatever a line has a word in may hold a URL."""
    text = lines_of(sample)
    words = dict.fromkeys(re.findall(r"[\w./:-]{3,}", text))
    log = tmp_path / "x.log"
    log.write_text("".join(f"{text}\n{text.replace(word, url)}\n" for word in words))
    rows = ftpstats.read_log(log, format_of=name)
    assert SECRET not in rows.drop(columns=["source"]).to_csv()


def test_such_urls_are_read_as_names(tmp_path):
    """Else the test above would find nothing in rows that are not there."""
    log = tmp_path / "xferlog"
    log.write_text(f"Mon Nov 30 12:00:01 2026 1 ::1 15 {URLS['user and password']} b _ o a x ftp 0 * c\n")
    assert ftpstats.read_log(log)["file"].tolist() == ["ftp://ann:********@ftp.example/a.iso"]


LETTERS = st.characters(exclude_characters="&;#\"'’”<>*", exclude_categories=("Z", "C"))


@given(st.text(LETTERS, min_size=6))
def test_any_password_goes(secret):
    for url in (f"ftp://u:{secret}@h/a", f"https://h/a?token={secret}&z=1"):
        assert secret not in mask_urls(pl.Series([url]))[0].replace("********", "")


NAMED = {
    "550 missing.img: No such file or directory": "550 …: No such file or directory",
    "550 secret report: No such file or directory": "550 …: No such file or directory",
    "550 /a: No such file; the client's line was not understood: 'x y'": (
        "550 …: No such file; the client's line was not understood: …"
    ),
    "550 Failed to open file.": "550 Failed to open file.",
    "550 /srv/ann/x: Permission denied.": "550 …: Permission denied.",
    "426 Connection closed; transfer aborted.": "426 Connection closed; transfer aborted.",
    "curl: (7) Failed to connect to ftp.example port 21 after 0.5 ms: Could not connect": (
        "curl: (7) …: Could not connect"
    ),
    "curl: (78) The file does not exist": "curl: (78) The file does not exist",
    "the client's line was not understood: 'got a.iso'": "the client's line was not understood: …",
    "no reply from 10.0.0.1 or ::1 for ann@host": "no reply from … or … for …",
    "500 of 1024 bytes announced": "500 of 1024 bytes announced",
    "the clock stood still: between 0 and 1.5 ms": "the clock stood still: between 0 and 1.5 ms",
    "no 226 reply for it": "no 226 reply for it",
}


def test_names_are_masked_and_reasons_stay():
    assert mask_names(pl.Series(list(NAMED))).to_list() == list(NAMED.values())


def test_an_anonymous_users_mail_address_is_in_no_column(tmp_path):
    line = "Mon Nov 30 12:00:01 2026 1 ::1 102400 /a.img b _ o a {} ftp 0 * c\n"
    log = tmp_path / "xferlog"
    log.write_text(line.format("ann@example.org"))
    [row] = ftpstats.read_log(log).to_dict("records")
    assert row["file"] == "/a.img"
    assert "example.org" not in str(row)
