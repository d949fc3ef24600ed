"""What a server serves, to whom and how slowly; and where it is reached."""

from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Address", "ServerSettings"]


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What is served, to whom, and how slowly."""

    root: Path
    user: str
    password: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 0  # any free one
    writable: bool = False
    bytes_per_second: float | None = None  # pace of each transfer, in either direction
    latency_seconds: float = 0.0  # before each reply, and before the first byte of data
    tls: bool = False  # demanded on the control connection and on the data connections


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is reached, and with TLS the certificate (PEM) that a client has to trust."""

    host: str
    port: int
    certificate: Path | None
