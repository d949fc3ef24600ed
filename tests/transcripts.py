"""Logs of the thesis's script that tests write."""

__all__ = ["transcript"]


def transcript(label, times, first):
    """A run of so many downloads of 100 KiB, whose rates begin with this one and tell one log from another."""
    return "".join(
        f"FTP-TEST {i} {label}\n102400 bytes received in 0.01 secs ({first + i}.{len(label)} kB/s)\n"
        for i in range(1, times + 1)
    )
