"""Logs in which a line, or a few, is a transfer. The kinds of them are in `registry`, which no transcript needs."""

from ftpstats.logs.records.options import AS_FOUND, Options

__all__ = ["AS_FOUND", "Options"]
