"""Sizes, rates and durations: text to base units and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.units import (
    fixed,
    format_seconds,
    format_size,
    parse_rate,
    parse_seconds,
    parse_size,
    seconds_unit,
    significant,
)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0), ("1", 1), ("102400", 102400), ("100KB", 102400), ("100 KiB", 102400), ("100kb", 102400),
        ("100K", 102400), (" 10 MB ", 10485760), ("1.5M", 1572864), ("2G", 2**31), ("1TB", 2**40), ("7 bytes", 7),
        ("1 byte", 1), ("0.5KB", 512),
    ],
)  # fmt: skip
def test_sizes_are_binary(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "KB", "-1", "1e3", "100 XB", "1.3", "0.1KB", "nan", "100KB/s", "1,5M"])
def test_what_is_no_size_is_refused_and_quoted(text):
    with pytest.raises(ValueError, match="^'" + text.replace(".", r"\.")):
        parse_size(text)


@given(st.integers(0, 2**60))
def test_a_size_shown_reads_back_exactly(size):
    assert parse_size(format_size(size)) == size or size >= 2**53  # beyond, the decimals of a float end


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1 KB"), (1536, "1536 B"), (104857600, "100 MB"), (2**50, "1024 TB")],
)  # fmt: skip
def test_a_size_is_shown_in_the_largest_unit_without_a_fraction(size, text):
    assert format_size(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (1, "1.000 s"), (0.0114331, "11.43 ms"), (0.00044, "440.0 µs"), (1e-9, "0.001000 µs"),
     (-0.25, "−250.0 ms"), (12345.6, "12346 s"), (-0.0, "0 s")],
)  # fmt: skip
def test_a_duration_is_shown_in_the_unit_that_suits_it(seconds, text):
    assert format_seconds(seconds) == text
    assert seconds_unit(seconds)[1] == text.split()[1]
    assert format_seconds(0.99996) == "1.000 s"  # never 1000 ms


@given(st.floats(1e-6, 1e6) | st.floats(-1e6, -1e-6), st.integers(1, 8))
def test_significant_digits_do_not_vary_and_mean_what_was_measured(value, digits):
    text = significant(value, digits)
    shown = text.replace("−", "").replace(".", "").lstrip("0")
    assert len(shown) == max(digits, len(text.replace("−", "").partition(".")[0].lstrip("0")))
    assert float(text.replace("−", "-")) == pytest.approx(value, rel=0.51 * 10 ** (1 - digits))


@given(st.floats(-1e6, 1e6), st.integers(0, 3), st.booleans())
def test_what_rounds_to_zero_has_no_sign(value, decimals, signed):
    text = fixed(value, decimals, signed=signed)
    assert "-" not in text
    assert (text[0] in "+−") == (float(text.replace("−", "-")) != 0 and (signed or value < 0))


@pytest.mark.parametrize(
    ("text", "rate"),
    [("20MB/s", 20 * 2**20), ("1.5 KiB/s", 1536), ("0.3B/s", 0.3), (" 1G/s ", 2**30), ("7/s", 7), ("2kb/S", 2048)],
)  # fmt: skip
def test_rates_are_binary(text, rate):
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    "text", ["", "/s", "20MB", "0MB/s", "-1B/s", "20Mbit/s", "20MB/min", "20MB/s/s", "nan/s", "1e3/s"]
)
def test_what_is_no_rate_is_refused_and_quoted(text):
    with pytest.raises(ValueError, match=f"^'{text}' is not a rate"):
        parse_rate(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5ms", 0.005), ("0.2s", 0.2), ("0s", 0), ("30 s", 30), (" 250µs ", 0.00025), ("1.5ms", 0.0015),
     ("60", 60), ("0.25", 0.25)],
)  # fmt: skip
def test_durations_become_seconds(text, seconds):
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "-5", "-5ms", "5min", "5MS", "5m", "1,5s", "inf s", "5ms5"])
def test_what_is_no_duration_is_refused_and_quoted(text):
    with pytest.raises(ValueError, match=f"^'{text}' is not a duration"):
        parse_seconds(text)
