"""Rows without personal data: a keyed hash in place of each file's name and each peer, and no text of others."""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import PurePath

import numpy as np
import polars as pl

from ftpstats.logs.records.keys import UNENDED
from ftpstats.logs.records.rows import OWN_NOTES as OF_RECORDS
from ftpstats.logs.transcript.rows import OWN_NOTES as OF_TRANSCRIPTS
from ftpstats.manifest import Manifest
from ftpstats.store.siphash import siphash

__all__ = ["Anonymizer", "names_somebody"]

_HEX = 16  # digits: 64 bits, so that a store would need billions of names for two to share one
_HASHED = ("file", "peer")
_WAY = "2"  # of hashing: where it changes, so does the mark, and no store mixes two
_BITS = 2  # as in `keys.record_keys`: a key is below UNENDED

# note ::= reason ("; " reason)*   /* all of them ours */
_OWN = "|".join((*OF_TRANSCRIPTS, *OF_RECORDS))
_OWN_NOTE = rf"^(?:{_OWN})(?:; (?:{_OWN}))*$"
# personal ::= IPv4 | IPv6 | mail address | host "." domain "." top
_PERSONAL = re.compile(
    r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*|\S+@\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)+\.[a-z]{2,}",
    re.IGNORECASE,
)
_CODE = r"^([1-5][0-9]{2})[ -]"
_LEFT_OUT = "text left out"


def names_somebody(label: str | None) -> bool:
    """Whether a label, which nothing hashes, looks like an address or a host's name."""
    return label is not None and _PERSONAL.fullmatch(label) is not None


@dataclass(frozen=True)
class Anonymizer:
    """
    What hashes by one key. Equal values have equal hashes, and nobody without the key can tell of which.

    Attributes
    ----------
    key : bytes
        The user's. It is in nothing that this returns.
    """

    key: bytes = field(repr=False)

    @property
    def mark(self) -> str:
        """What tells one key from another, and is kept in the store."""
        return self._hash("key", _WAY)

    def digest(self, digest: str) -> str:
        """Return what stands for the SHA-256 of a log: that of a short one would tell a guess of its names."""
        return self._hash("log", digest, digits=64)

    def rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        """
        Return rows with hashed names: ``file-0123456789abcdef``, ``peer-…``; and notes without the text of others.

        Of a note that quotes a reply or a line its code is kept. Keys of records are hashed too.
        """
        hashed = [
            _each(rows[name], lambda text, name=name: f"{name}-{self._hash(name, text)}").alias(name)
            for name in _HASHED
        ]
        return rows.with_columns(*hashed, note=_own_notes(), element=self._elements(rows["element"]))

    def manifest(self, manifest: Manifest) -> Manifest:
        """Return an experiment with hashed names of hosts, users and files, and without its user's commands."""
        servers = [
            replace(
                server,
                host=self._named("peer", server.host),
                user=self._named("user", server.user),
                banner=None if server.banner is None else _LEFT_OUT,
            )
            for server in manifest.servers
        ]
        files = [replace(file, name=f"file-{self._hash('file', file.name)}") for file in manifest.files]
        host = replace(manifest.host, name=f"peer-{self._hash('peer', manifest.host.name)}")
        client = replace(manifest.client, program=PurePath(manifest.client.program).name)
        settings = manifest.settings
        settings = replace(
            settings,
            before=settings.before and _LEFT_OUT,
            after=settings.after and _LEFT_OUT,
            certificate=settings.certificate and _LEFT_OUT,
        )
        return replace(
            manifest, servers=tuple(servers), files=tuple(files), host=host, client=client, settings=settings
        )

    def _named(self, what: str, value: str | None) -> str | None:
        return None if value is None else f"{what}-{self._hash(what, value)}"

    def _hash(self, what: str, text: str, digits: int = _HEX) -> str:
        # What it is of is a part: a file that is named like a host has another hash.
        message = f"{what}\0{text}".encode(errors="surrogatepass")
        return hmac.digest(self.key, message, "sha256").hex()[:digits]

    def _elements(self, elements: pl.Series) -> pl.Series:
        """Return the keys of records, which are hashes of their names too, hashed; the places of others as they are."""
        given = elements.to_numpy()
        key = hmac.digest(self.key, b"record", "sha256")[:16]
        hashed = siphash(given.astype(np.int64).view(np.uint64), key) >> np.uint64(_BITS)
        return pl.Series(elements.name, np.where(given < UNENDED, UNENDED - 1 - hashed.astype(np.int64), given))


def _each(values: pl.Series, hashed: Callable[..., object]) -> pl.Series:
    """Return a column with each distinct value replaced; null stays null."""
    distinct = values.drop_nulls().unique()
    table = pl.DataFrame(
        {"value": distinct, "hashed": pl.Series([hashed(one) for one in distinct], dtype=values.dtype)}
    )
    return values.to_frame("value").join(table, on="value", how="left", maintain_order="left")["hashed"]


def _own_notes() -> pl.Expr:
    note = pl.col("note")
    code = pl.concat_str(note.str.extract(_CODE), pl.lit(_LEFT_OUT), separator=" ", ignore_nulls=True)
    return pl.when(note.str.contains(_OWN_NOTE)).then(note).when(note.is_not_null()).then(code)
