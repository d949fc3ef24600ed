"""Headers, results and replies put together: which transfers there were, and how each ended."""

import pytest

from ftpstats.logs.transcript.lines import Kind

RESULT = "102400 bytes received in 0.01 secs (8746.3 kB/s)"
SENT = "102400 bytes sent in 0.02 secs (5000.0 kB/s)"
LOGIN = "Connected to 192.168.1.3.\n220 ready\n331 password?\n230 ok\n200 Type set to I.\n"
PORT = "200 PORT command successful."
START = "150 Opening BINARY mode data connection for f (102400 bytes)."
DONE = "226 Transfer complete."


def attempt(*lines, header="FTP-TEST 1 Xen"):
    return "\n".join((header, *lines, "221 Goodbye.")) + "\n"


def said(rows, *columns):
    return [tuple(row[column] for column in columns) for row in rows]


# Headers, runs and labels


def test_a_run_is_new_where_its_iteration_does_not_grow(read):
    iterations = [1, 2, 3, 1, 2, 2, 5, 7]
    rows, _ = read("".join(f"FTP-TEST {i} Xen\n{RESULT}\n" for i in iterations))
    assert [row["iteration"] for row in rows] == iterations
    assert [row["run"] for row in rows] == [1, 1, 1, 2, 2, 3, 3, 3]


def test_runs_are_counted_for_each_label_by_itself(read):
    headers = ["1 Xen", "1 VMware", "2 Xen", "2 VMware", "1 VMware", "3 Xen", "1 Xen"]
    rows, _ = read("".join(f"FTP-TEST {header}\n{RESULT}\n" for header in headers))
    assert said(rows, "label", "run") == [
        ("Xen", 1), ("VMware", 1), ("Xen", 1), ("VMware", 1), ("VMware", 2), ("Xen", 1), ("Xen", 2),
    ]  # fmt: skip


def test_warm_up_iterations_are_kept(read):
    rows, _ = read("".join(f"FTP-TEST {i} Xen\n{RESULT}\n" for i in (-1, 0, 1, 2)))
    assert said(rows, "iteration", "run") == [(-1, 1), (0, 1), (1, 1), (2, 1)]


def test_labels_may_hold_blanks_and_any_letters(read):
    rows, _ = read(f"FTP-TEST 1 Xen 3.2 / Größe\n{RESULT}\nFTP-TEST 2   Xen 3.2 / Größe \n{RESULT}\n")
    assert {row["label"] for row in rows} == {"Xen 3.2 / Größe"}
    assert {row["run"] for row in rows} == {1}


def test_a_label_given_stands_in_for_all(read):
    text = f"{RESULT}\nFTP-TEST 1 Xen\n{RESULT}\nFTP-TEST 1 VMware\n{RESULT}\n"
    rows, _ = read(text, label="mine")
    assert said(rows, "label", "run") == [("mine", 1), ("mine", 1), ("mine", 2)]


def test_a_header_without_a_label_is_noted_unless_a_label_is_given(read):
    text = f"{RESULT}\nFTP-TEST 1\n{RESULT}\nFTP-TEST 2 Xen\n{RESULT}\n"
    assert [row["note"] for row in read(text)[0]] == [None, "its header has no label", None]
    assert [row["note"] for row in read(text, label="mine")[0]] == [None, None, None]


@pytest.mark.parametrize("size", ["-1024", "99999999999999999999"])
def test_a_byte_count_that_cannot_be_is_noted(read, size):
    ((row,), _) = read(f"FTP-TEST 1 Xen\n{RESULT.replace('102400', size)}\n")
    assert row["bytes"] is None
    assert row["note"] == "a negative byte count, or one too large: the size is unknown"


def test_several_results_in_one_block_share_its_header(read):
    rows, _ = read(f"FTP-TEST 4 Xen\n{RESULT}\n{SENT}\n{RESULT}\n")
    assert said(rows, "iteration", "direction", "line") == [(4, "download", 2), (4, "upload", 3), (4, "download", 4)]


def test_results_before_any_header_have_no_label_and_no_iteration(read):
    rows, _ = read(f"{RESULT}\nFTP-TEST 1 Xen\n{RESULT}\n")
    assert said(rows, "label", "iteration", "run") == [(None, None, 1), ("Xen", 1, 1)]


# Completion


# What terminals, loggers and clients put in front of a reply.
FRONTS = (
    "2026-11-30 03:23:14,123 INFO ", "2026-11-30 03:23:14,123 - ftp - INFO - ", "INFO: ", "INFO:root:",
    "[main] INFO - ",
    "[03:23:14]", "03:23:14|", "12: ", "   12\t", "FTP.log:12:", "ftp_1  | ", "2026-11-30T03:23:14Z stdout F ",
    "Mon Nov 30 03:23:14 2026 ", "Mon Nov 30 03:23:14 UTC 2026: ", "1764473000 ", "20261130 03:23:14 ",
    "20261130-032314 ", "2026-11-30_03:23:14 ", "30/Nov/2026:03:23:14 +0000 ", "30-NOV-2026 03:23:14.12 ",
    "+", '"', "// ",
    "- ", "[12:45:33] ", "2010-07-20T12:16:29+0200 ", "2010-07-20T12:16:29.123+02:00 ", "2010-07-20 12:16:29: ",
    "07/20/2010 12:16:29 PM ", "20.7.2010 12:16:29 ", "Jul 20 12:16:29 ", "Jul  2 12:16:29 host ftp[123]: ",
    "(12:16:29) ", "12:16:29: ", "1279621000.123456 ", "<--- ",
)  # fmt: skip

COMPLETIONS = {
    "a result in a log without replies": ([RESULT], "reported", None),
    "226, then the result": ([PORT, START, DONE, RESULT], "confirmed", 226),
    "250 instead of 226": ([PORT, START, "250 Requested file action okay.", RESULT], "confirmed", 250),
    "the result, then 226": ([PORT, START, RESULT, DONE], "confirmed", 226),
    "226 in several lines": ([PORT, START, "226-Quota: none", "226 Transfer complete.", RESULT], "confirmed", 226),
    "226 glued in front": ([PORT, START, f"{DONE}{RESULT}"], "confirmed", 226),
    "226 behind tick frames": (
        [PORT, START, f"\rBytes transferred: 1024\rBytes transferred: 102400{DONE}", RESULT],
        "confirmed",
        226,
    ),
    "226 behind a prompt": ([PORT, START, f"ftp> {DONE}", RESULT], "confirmed", 226),
    "226 behind a clock": ([f"[12:00:01] {START}", f"[12:00:02] {DONE}", f"[12:00:02] {RESULT}"], "confirmed", 226),
    "125 without a size": (
        [PORT, "125 Data connection already open. Transfer starting.", DONE, RESULT],
        "confirmed",
        226,
    ),
    "150 in two lines": (
        [PORT, "150-Accepted data connection", "150 100.0 kbytes to download", DONE, RESULT],
        "confirmed",
        226,
    ),
    "pure-ftpd's clock in the 226": (
        [PORT, START, "226-Transferred", "226 0.1 seconds (measured here), 9 Mbytes per second", RESULT],
        "confirmed",
        226,
    ),
    "passive": (["229 Entering Extended Passive Mode (|||6311|)", START, DONE, RESULT], "confirmed", 226),
    "EPSV refused before PASV": (
        ["500 EPSV not understood", "disabling epsv4 for this connection", "227 Entering Passive Mode (1,2,3,4,5,6)",
         START, DONE, RESULT],
        "confirmed",
        226,
    ),
    "no 226": ([PORT, START, RESULT], "partial", 150),
    "replies, but none for the transfer": (["220 ready", RESULT], "partial", None),
    "server gone": ([PORT, START, "421 Service not available", RESULT], "partial", 421),
    "aborted": ([PORT, START, "426 Failure writing network stream.", DONE, RESULT], "partial", 226),
    "aborted, by the client": ([PORT, START, "receive aborted", DONE, RESULT], "partial", 226),
    "no room": ([PORT, START, "452 Insufficient storage", RESULT], "partial", 452),
    "fewer bytes than announced": (
        [PORT, "150 Opening BINARY mode data connection for f (204800 bytes).", DONE, RESULT],
        "partial",
        226,
    ),
    "more bytes than announced": (
        [PORT, "150 Opening ASCII mode data connection for f (100000 bytes).", DONE, RESULT],
        "confirmed",
        226,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "completion", "code"), COMPLETIONS.values(), ids=COMPLETIONS)
def test_completion_comes_from_replies_and_byte_counts(read, lines, completion, code):
    (row,), _ = read("FTP-TEST 1 Xen\n" + "\n".join(lines) + "\n")
    assert (row["completion"], row["reply_code"]) == (completion, code)
    assert row["bytes"] == 102400
    assert (row["note"] is None) == (completion in {"confirmed", "reported"} and "100000" not in "".join(lines))


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize(("reply", "completion"), [(DONE, "confirmed"), ("426 Connection closed.", "partial")])
def test_a_reply_is_found_behind_whatever_a_logger_puts_in_front(read, front, reply, completion):
    lines = (PORT, START, reply, RESULT, "221 Goodbye.")
    (row,), account = read("".join(f"{front}{line}\n" for line in ("FTP-TEST 1 Xen", *lines)))
    assert (row["completion"], row["label"]) == (completion, "Xen")
    assert account.counts[Kind.UNPARSED] == 0


NOTES = {
    "server gone": "421 Service not available",
    "aborted": "426 Failure writing network stream.",
    "fewer bytes than announced": "102400 of 204800 bytes announced",
    "more bytes than announced": "more bytes than announced: was it an ASCII transfer?",
    "no 226": "no 226 reply for it",
}


@pytest.mark.parametrize(("case", "note"), NOTES.items(), ids=NOTES)
def test_the_note_says_why(read, case, note):
    (row,), _ = read("FTP-TEST 1 Xen\n" + "\n".join(COMPLETIONS[case][0]) + "\n")
    assert note in row["note"]


def test_replies_of_one_transfer_do_not_count_for_the_next(read):
    rows, _ = read(attempt(PORT, START, DONE, RESULT, PORT, START, "426 gone", SENT, PORT, START, DONE, RESULT))
    assert [row["completion"] for row in rows] == ["confirmed", "partial", "confirmed"]


def test_a_failure_before_the_transfer_is_not_its_own(read):
    (row,), _ = read(attempt("500 Unknown SITE command.", PORT, START, DONE, RESULT))
    assert row["completion"] == "confirmed"


def test_a_reply_behind_the_result_belongs_to_it_in_each_of_several_transfers(read):
    rows, _ = read(attempt(PORT, START, RESULT, DONE, PORT, START, SENT, DONE))
    assert [row["completion"] for row in rows] == ["confirmed", "confirmed"]


@pytest.mark.parametrize(
    "line",
    [
        "Segmentation fault",
        "Segmentation fault (core dumped)",
        "Killed",
        '/tmp/my test/ftp-test.sh: line 71: 19450 Aborted                 (core dumped) $FTP -n -i -v "$SERVER" <<EOF',
    ],
)
def test_a_client_that_crashed_is_a_failure_in_the_words_of_the_shell(line, read):
    (row,), _ = read(attempt(PORT, START, line))
    assert row["completion"] == "failed"
    assert row["note"].startswith(line[:40])


@pytest.mark.parametrize("line", ["Aborted transfers can be resumed.", "Killed by admin", "aborted", "Bus error 7 km"])
def test_words_that_only_begin_like_those_of_a_shell_are_no_failure(line, read):
    (row,), _ = read(attempt(PORT, START, line, DONE, RESULT))
    assert row["completion"] == "confirmed"


# Transfers without a result line


def test_a_file_of_no_bytes_is_confirmed_and_its_time_unknown(read):
    (row,), _ = read(attempt(PORT, "150 Opening BINARY mode data connection for f (0 bytes).", DONE))
    assert (row["completion"], row["bytes"], row["seconds"], row["line"]) == ("confirmed", 0, None, 1)


def test_an_empty_upload_whose_size_nobody_announced_is_confirmed(read):
    (row,), _ = read(attempt(PORT, "150 Ok to send data.", DONE))
    assert (row["completion"], row["bytes"]) == ("confirmed", 0)


def test_a_header_that_nothing_follows_is_a_failed_attempt(read):
    rows, _ = read(f"FTP-TEST 1 Xen\nFTP-TEST 2 Xen\n{RESULT}\nFTP-TEST 3 Xen")
    assert said(rows, "iteration", "completion", "line", "bytes") == [
        (1, "failed", 1, None), (2, "reported", 3, 102400), (3, "failed", 4, None),
    ]  # fmt: skip
    assert rows[0]["note"] == "the client printed no result line"


def test_a_result_line_of_an_unknown_client_is_named_as_the_reason(read):
    (row,), _ = read("FTP-TEST 1 Xen\nmoved 102400 octets, quickly\n")
    assert (row["completion"], row["note"]) == (
        "failed",
        "the client's line was not understood: 'moved 102400 octets, quickly'",
    )


def test_a_missing_file_among_several_transfers_is_one_failed_transfer(read):
    rows, _ = read(attempt(PORT, START, DONE, RESULT, PORT, "550 Failed to open file.", PORT, START, DONE, RESULT))
    assert said(rows, "completion", "reply_code", "line") == [
        ("confirmed", 226, 5),
        ("failed", 550, 1),
        ("confirmed", 226, 11),
    ]
    assert rows[1]["note"] == "550 Failed to open file."


def test_a_transfer_that_died_without_a_result_keeps_its_announced_size(read):
    (row,), _ = read(attempt(PORT, START, "421 Timeout."))
    assert (row["completion"], row["bytes"], row["reply_code"]) == ("failed", 102400, 421)


LISTINGS = {
    "vsftpd": ["150 Here comes the directory listing.", "226 Directory send OK."],
    "proftpd": ["150 Opening ASCII mode data connection for file list", DONE],
    "wu-ftpd": ["150 Opening ASCII mode data connection for /bin/ls.", DONE],
    "pyftpdlib": ["125 Data connection already open.", "-rw-r--r--   1 root root 5 Nov 01 10:00 a", DONE],
    "pure-ftpd": ["150 Accepted data connection", "drwxr-xr-x   2 0 0 4096 Nov  1 10:00 d", "226-Options: -l", DONE],
}  # fmt: skip


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=LISTINGS)
def test_a_listing_between_transfers_is_no_transfer(read, listing):
    rows, account = read(attempt(PORT, START, DONE, RESULT, PORT, *listing, PORT, START, DONE, SENT))
    assert said(rows, "completion", "direction") == [("confirmed", "download"), ("confirmed", "upload")]
    assert account.unparsed == ()


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=LISTINGS)
def test_a_session_that_only_lists_has_transferred_nothing(read, listing):
    (row,), _ = read(attempt(PORT, *listing))
    assert (row["completion"], row["bytes"]) == ("failed", None)


# Kinds of logs that were read wrongly once: what stands in each, and the transfers in it

GET_WIN = ["ftp> get f", PORT, START, DONE, "ftp: 102400 bytes received in 0.02Seconds 5120.00Kbytes/sec."]
WIN = "ftp: 102400 bytes received in 0.02Seconds 5120.00Kbytes/sec."
LISTED_WIN = "ftp: 64 bytes received in 0.00Seconds 64.00Kbytes/sec."
TNFTP = "102400 bytes received in 00:00 (488.28 MiB/s)"
HUAWEI = "FTP: 102400 byte(s) received in 0.150 second(s) 682.66Kbyte(s)/sec."
VSFTPD_LS = "150 Here comes the directory listing."
GONE = "421 Timeout."
UNIX, DOS = "-rw-r--r--   1 0 0 102400 Nov 01 10:00 f", "08-29-99  08:11PM               102400 f"

KINDS = {
    # What a server says is no result.
    "bytes in the 226": ([PORT, START, "226 Transfer complete. 102400 bytes transferred", RESULT], ["confirmed"]),
    "bytes in the first line of the 226": (
        [PORT, START, "226-102400 bytes received", "226 Done.", RESULT],
        ["confirmed"],
    ),
    "a result in a line of the 226": ([PORT, START, "226-Transferred:", RESULT, "226 Done.", RESULT], ["confirmed"]),
    "a result behind the code": ([PORT, START, f"226 {RESULT}", RESULT], ["confirmed"]),
    "a result in the banner": (["220-Welcome.", RESULT, "220 ready", PORT, START, DONE, RESULT], ["confirmed"]),
    "bytes behind a logger": (
        [PORT, START, "[12:00:01] 226 102400 bytes transferred", RESULT],
        ["confirmed"],
    ),
    "226- without its end": ([PORT, START, "226-Transferred.", RESULT, PORT, START, DONE, RESULT], ["confirmed"] * 2),
    "a filter kept the first lines of the 226": (["226-Done.", RESULT, "226-Done.", RESULT], ["confirmed"] * 2),
    "226 bytes are no reply": ([PORT, START, DONE, "226 bytes sent in 0.02 secs (11.0 kB/s)"], ["partial"]),
    "a 150 in three lines": (
        [PORT, "150-Accepted.", "Not connected.", "150-102400 bytes", START, DONE, RESULT],
        ["confirmed"],
    ),
    "a 150 without its end": ([PORT, "150-Accepted", "150-f (102400 bytes)", DONE, RESULT], ["confirmed"]),
    "a listing in the second line of the 150": (
        [PORT, "150-Accepted", "150 Here comes the directory listing.", DONE,
         "64 bytes received in 0.01 secs (6.2 kB/s)", PORT, START, DONE, RESULT],
        ["confirmed"],
    ),
    "a listing in the third line of the 150": (
        [PORT, "150-Accepted", "150-please wait", "150 Here comes the directory listing.", DONE,
         "64 bytes received in 0.01 secs (6.2 kB/s)", PORT, START, DONE, RESULT],
        ["confirmed"],
    ),
    # What comes later undoes nothing.
    "421 at the prompt": ([PORT, START, DONE, RESULT, "ftp> ", GONE], ["confirmed"]),
    "421 before the result": ([PORT, START, DONE, GONE, RESULT], ["confirmed"]),
    "426 before the 226": ([PORT, START, "426 gone", DONE, RESULT], ["partial"]),
    "550 of a cd": ([PORT, START, DONE, RESULT, "ftp> cd x", "550 No such directory."], ["confirmed"]),
    "a get met the 421": (
        ["local: f remote: f", PORT, START, DONE, RESULT, "local: g remote: g", GONE],
        ["confirmed", "failed"],
    ),
    "two gets met it": (
        ["ftp> get f", PORT, START, DONE, WIN, "ftp> get g", GONE, "ftp> get h", "Not connected."],
        ["confirmed", "failed", "failed"],
    ),
    "a put was refused": (["ftp> put f", PORT, "553 Could not create file.", "ftp> quit"], ["failed"]),
    "Solaris names files before the result": (
        ["ftp> get f", PORT, START, DONE, "local: f remote: f", RESULT, "ftp> cd x", "550 no"],
        ["confirmed"],
    ),
    "AIX names files behind the result": ([PORT, START, DONE, RESULT, "local: f remote: f", GONE], ["confirmed"]),
    "a get at the prompt, and words that nobody knows": (
        ["ftp> get g", "Nicht verbunden.", "ftp> get f", PORT, START, DONE, WIN],
        ["failed", "confirmed"],
    ),
    "fewer bytes than Serv-U announced": (
        [PORT, "150 Opening BINARY mode data connection for f (204,800 Bytes).", DONE, RESULT],
        ["partial"],
    ),
    # Listings.
    "OpenVMS's ls": (
        ["FTP> ls", "150 Opening.", "A.TXT;1", DONE, LISTED_WIN, "FTP> get f", START, DONE, WIN],
        ["confirmed"],
    ),
    "SunOS announces the size of its listing": (
        [PORT, "150 ASCII data connection for /bin/ls (192.0.2.1,32788) (0 bytes).", DONE, LISTED_WIN,
         PORT, START, DONE, WIN],
        ["confirmed"],
    ),
    "DOS lines with another date": (
        [PORT, "125 Open.", "30.11.2020  10:11             2 365 a.txt", DONE, LISTED_WIN, PORT, START, DONE, WIN],
        ["confirmed"],
    ),
    "Windows's dir": (["ftp> dir", PORT, "125 Open.", DOS, DONE, LISTED_WIN, *GET_WIN], ["confirmed"]),
    "Windows's ls": (["ftp> ls", PORT, "125 Open.", "f", DONE, LISTED_WIN, *GET_WIN], ["confirmed"]),
    "DOS lines without a prompt": ([PORT, "125 Open.", DOS, DONE, LISTED_WIN, PORT, START, DONE, WIN], ["confirmed"]),
    "tnftp's ls": (
        ["229 Passive (|||6311|)", VSFTPD_LS, UNIX, "226 Directory send OK.", "64 bytes received in 00:00 (9.00 KiB/s)",
         "local: f remote: f", "229 Passive (|||6312|)", START, DONE, TNFTP],
        ["confirmed"],
    ),
    "Huawei's dir": (
        ["[R2-ftp]dir", PORT, "150 Opening ASCII mode data connection for *.", DONE,
         "FTP: 64 byte(s) received in 0.070 second(s) 0.91Kbyte(s)/sec.", "[R2-ftp]get f", PORT, START, DONE, HUAWEI],
        ["confirmed"],
    ),
    "NLST in a log of commands": (
        ["---> PORT 1,2,3,4,5,6", PORT, "---> NLST", "150 Opening.", DONE, LISTED_WIN,
         "---> PORT 1,2,3,4,5,7", PORT, "---> RETR f", START, DONE, WIN],
        ["confirmed"],
    ),
    "the 226 of a listing": (
        [PORT, "150 ok", "226 Directory send OK.", LISTED_WIN, PORT, START, DONE, WIN],
        ["confirmed"],
    ),
    "a file named directory": (
        [PORT, "150 Opening BINARY mode data connection for directory (102400 bytes).", DONE, RESULT],
        ["confirmed"],
    ),
    "a file named listing.txt": (
        [PORT, "150 Opening BINARY mode data connection for listing.txt.", DONE, RESULT],
        ["confirmed"],
    ),
    "get a file named list": (
        ["ftp> get list", PORT, "150 Opening BINARY mode data connection for file list.", DONE, RESULT],
        ["confirmed"],
    ),
    "mget": (
        ["ftp> mget *", PORT, "150 Opening for file list.", DONE, "mget f? y", PORT, START, DONE, WIN,
         PORT, START, DONE, WIN],
        ["confirmed"] * 2,
    ),
    # One transfer, however its data connection came about.
    "behind a firewall": (
        ["229 Passive (|||6311|)", "ftp: Can't connect to `192.0.2.7:6311': Connection timed out",
         "200 EPRT command successful.", START, DONE, TNFTP],
        ["confirmed"],
    ),
    "EPSV, then PASV": (["500 EPSV?", "227 Passive (1,2,3,4,5,6)", START, DONE, RESULT], ["confirmed"]),
    "EPRT, then PORT": (["local: f remote: f", "500 EPRT?", PORT, START, DONE, RESULT], ["confirmed"]),
    "EPSV not for IPv4": (["522 Network protocol not supported.", PORT, START, DONE, RESULT], ["confirmed"]),
    "SIZE refused first": (["local: f remote: f", "550 SIZE not allowed.", PORT, START, DONE, RESULT], ["confirmed"]),
    "no firewall was passed": (
        ["local: f remote: f", "229 Passive (|||6311|)", "ftp: Can't connect to `192.0.2.7:6311': Connection timed out",
         "local: g remote: g", "229 Passive (|||6312|)", START, DONE, TNFTP],
        ["failed", "confirmed"],
    ),
    # A 226, and a line that nobody knows.
    "an unknown result": ([PORT, START, DONE, "102400 octets moved, quickly"], ["confirmed"]),
    "no result": ([PORT, START, DONE], ["confirmed"]),
}  # fmt: skip


@pytest.mark.parametrize("headed", [True, False], ids=["headed", "a session alone"])
@pytest.mark.parametrize(("lines", "completions"), KINDS.values(), ids=KINDS)
def test_every_attempt_is_counted_once_and_where_it_belongs(read, lines, completions, headed):
    rows, account = read("\n".join(["FTP-TEST 1 Xen", *lines] if headed else lines) + "\n")
    assert [row["completion"] for row in rows] == completions
    assert account.lines == len(lines) + headed
    for row in rows:
        assert row["bytes"] in ({102400, 226} if row["completion"] != "failed" else {None, 102400})
        assert row["reply_code"] in (
            {226, 150} if row["completion"] in {"confirmed", "partial"} else {421, 553, 229, None}
        )


def test_a_226_whose_result_nobody_knows_keeps_what_was_announced_and_shows_the_line(read):
    (row,), _ = read(attempt(PORT, START, DONE, "102400 octets moved, quickly, PASS hunter2"))
    assert (row["completion"], row["bytes"], row["seconds"]) == ("confirmed", 102400, None)
    assert row["note"] == "the client's line was not understood: '102400 octets moved, quickly, PASS ********'"


def test_an_odd_line_in_front_of_the_start_is_no_result(read):
    (row,), _ = read("\n".join(["ftp> put f", "Overwrite it, Dave?", PORT, "150 Ok to send data.", DONE]))
    assert (row["completion"], row["bytes"], row["note"]) == ("confirmed", 0, "the client printed no result line")


def test_what_nothing_announced_and_nobody_understood_has_no_size(read):
    (row,), _ = read(attempt(PORT, "150 Ok to send data.", DONE, "it went well"))
    assert (row["completion"], row["bytes"]) == ("confirmed", None)


def test_a_result_that_names_no_direction_has_that_of_the_command(read):
    moved = "2356992 bytes transferred in 0.721 seconds. Transfer rate 3270.406 KB/sec."
    start = "125 Data connection already open. Transfer starting."
    log = [
        line
        for command in ("put a", "get b", "ftp> PUT c", "---> RETR d", "EZA1701I >>> STOR e", "site x")
        for line in (command, "229 Passive (|||21344|).", start, DONE, moved)
    ]
    rows, _ = read("\n".join(log))
    assert [row["direction"] for row in rows] == ["upload", "download", "upload", "download", "upload", None]


def test_results_of_listings_are_accounted_for_as_such(read):
    _, account = read("\n".join(KINDS["Windows's ls"][0]))
    assert (account.counts[Kind.LISTING], account.counts[Kind.RESULT], account.unparsed) == (1, 1, ())


@pytest.mark.parametrize(
    "line", ["FTP-TEST +5 Xen", "FTP-TEST 1234567890123456789 Xen", "FTP-TEST 5\tXen", "FTP-TEST  5 Xen"]
)
def test_a_header_means_the_same_whatever_other_lines_the_log_has(read, line):
    alone, _ = read(f"{line}\n{RESULT}\n")
    beside, _ = read(f"{line}\n{RESULT}\n> FTP-TEST 6 Xen\n{RESULT}\nFTP-TEST 7\n")
    assert said(alone, "label", "iteration") == said(beside[:1], "label", "iteration")


# Recordings of real clients


KILLED = {"inetutils": 421, "netkit-debian": 421, "tnftp": 421}


@pytest.mark.parametrize("client", KILLED)
def test_a_server_killed_in_mid_transfer_leaves_a_partial_one_despite_the_normal_result_line(recording, client):
    (row,), account = recording(f"{client}-get-server-killed.log")
    assert (row["completion"], row["bytes"], row["reply_code"]) == ("partial", 31457280, 421)
    assert row["note"].startswith("421 Service not available")
    assert account.unparsed == ()


FAILURES = {
    "inetutils-missing-550": (550, "550 Failed to open file."),
    "netkit-debian-missing-550": (550, "550 Failed to open file."),
    "inetutils-refused": (None, "Connection refused"),
    "netkit-debian-refused": (None, "Connection refused"),
    "netkit-debian-badpass-530": (530, "530 Authentication failed."),
}


@pytest.mark.parametrize(("name", "expected"), FAILURES.items(), ids=FAILURES)
def test_a_recorded_failure_is_one_failed_attempt_between_two_confirmed_ones(recording, name, expected):
    rows, account = recording(f"{name}.log")
    assert said(rows, "iteration", "completion") == [(1, "confirmed"), (2, "failed"), (3, "confirmed")]
    assert rows[1]["reply_code"] == expected[0]
    assert expected[1] in rows[1]["note"]
    assert rows[1]["seconds"] is None
    assert account.unparsed == ()


def test_recorded_sizes_of_0_1_15_and_more_than_2_to_the_31_bytes(recording):
    rows, _ = recording("netkit-debian-sizes-0-1-15-2.5G.log")
    assert [row["bytes"] for row in rows] == [0, 1, 15, 2684354560, 0]
    assert {row["completion"] for row in rows} == {"confirmed"}
    assert [row["seconds"] is None for row in rows] == [True, False, False, False, True]


def test_recorded_in_german(recording):
    rows, account = recording("inetutils-locale-de_DE.log")
    assert said(rows, "direction", "completion", "seconds_printed") == [
        ("download", "confirmed", 0.000183), ("upload", "confirmed", 0.000471), (None, "failed", None),
    ]  # fmt: skip
    assert account.unparsed == ()


LOOPS = ["inetutils-loop100-get-100k.log", "netkit-debian-loop100-get-100k.log"]


@pytest.mark.parametrize("name", LOOPS)
def test_the_thesiss_loop_is_three_labels_of_a_hundred_confirmed_downloads(recording, name):
    rows, account = recording(name)
    assert len(rows) == 300
    assert {(row["completion"], row["direction"], row["bytes"], row["run"], row["note"]) for row in rows} == {
        ("confirmed", "download", 102400, 1, None)
    }
    assert [row["iteration"] for row in rows] == [*range(1, 101)] * 3
    assert account.counts[Kind.HEADER] == account.counts[Kind.RESULT] == 300
    assert account.unparsed == ()


def test_the_filtered_log_is_the_transcript_without_its_replies(recording):
    transcript, _ = recording("netkit-debian-loop100-get-100k.log")
    filtered, _ = recording("thesis-RESULT-netkit-debian.log")
    shown = ("label", "run", "iteration", "bytes", "seconds", "rate")
    assert said(filtered, *shown) == said(transcript, *shown)
    assert {row["completion"] for row in filtered} == {"reported"}


def test_three_sizes_in_one_session(recording):
    rows, account = recording("vm/FTP-tap-n100.log")
    assert {row["bytes"] for row in rows} == {102400, 10485760, 104857600}
    assert {row["completion"] for row in rows} == {"confirmed"}
    assert len(rows) == 900
    assert account.unparsed == ()
