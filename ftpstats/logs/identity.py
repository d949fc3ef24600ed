"""What makes two rows the same transfer: a hash of their run, as printed, up to and including them.

Each header and each result line is an *element*, a 64-bit number made of what it says. A row's id is the sum (modulo
2⁶⁴) of its run's elements up to its own. A sum needs no look at earlier text, so blocks can be read side by side; the
iteration, and the ordinal within an attempt, are part of each element, so order counts all the same. Runs of one log
that begin with the same attempt are told apart by their order (`runs`). Among ten million
transfers the chance that any two share an id by accident is about one in 400,000.
"""

import hashlib

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["Hashes", "hex_ids", "label_hashes", "mixed"]

Hashes = npt.NDArray[np.uint64]


def mixed(*parts: npt.NDArray[np.generic]) -> Hashes:
    """
    One hash per row from the bits of its numbers, order of the parts included.

    The finaliser of SplitMix64 (Steele, Lea & Flood 2014), which changes half of the bits for each bit of its input.
    """
    state = np.zeros(len(parts[0]), dtype=np.uint64)
    for part in parts:
        bits = part.astype(part.dtype.newbyteorder("="), copy=False).view(np.uint64)
        state ^= bits  # in place: a temporary for each step takes as long as the arithmetic
        state += np.uint64(0x9E3779B97F4A7C15)
        state ^= state >> np.uint64(30)
        state *= np.uint64(0xBF58476D1CE4E5B9)
        state ^= state >> np.uint64(27)
        state *= np.uint64(0x94D049BB133111EB)
        state ^= state >> np.uint64(31)
    return state


def label_hashes(labels: pl.Series) -> Hashes:
    """Return a hash of each label, given as Categorical; an unknown label has its own."""
    codes, distinct = _codes(labels), labels.unique()
    hashes = np.zeros(codes.max(initial=0) + 2, dtype=np.uint64)  # the last, which -1 means, is that of the unknown
    hashes[_codes(distinct)] = [_text_hash(label) if label is not None else 0 for label in distinct]
    return hashes[codes]


def _codes(labels: pl.Series) -> npt.NDArray[np.int64]:
    return labels.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()


def _text_hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def hex_ids(keys: Hashes) -> pl.Series:
    """Return each key as 16 hexadecimal digits."""
    bits = pl.Series("id", keys.astype(">u8").view(np.uint8).reshape(-1, 8))
    return bits.cast(pl.List(pl.UInt8)).cast(pl.Binary).bin.encode("hex")
