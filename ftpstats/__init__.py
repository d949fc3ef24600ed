"""ftpstats: from a transfer client's log to a verdict that a careful statistician would sign."""

__version__ = "0.1.0"
