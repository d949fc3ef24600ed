"""Which records are the same: a number for each, of its stamp and of all that is printed beside it."""

import hashlib

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.logs.skeleton import mixed

__all__ = ["UNENDED", "has_key", "is_record", "record_keys"]

# In the place of an element of the skeleton, which a stamped record has none of: its key, below this; and this where
# its line has no end yet, so that some of it may be missing.
UNENDED = -2
_BITS = np.uint64(2)
_NUMBERS = ("form", "completion", "bytes", "seconds_printed", "rate", "reply_code")
_TEXTS = ("file", "peer")
_WIDE = {"form": pl.Int64, "bytes": pl.Int64, "reply_code": pl.Int64}


def is_record() -> pl.Expr:
    """Whether a row is a stamped record, by its place."""
    return pl.col("element") <= UNENDED


def has_key(rows: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """
    Whether a transfer is told by a key, not by its place: one with a stamp, and beside these what has no number.

    Every client leaves such a failure, so its place would make unlike logs copies of each other.
    """
    stamped = rows["time"].is_not_null().to_numpy()
    if not stamped.any():
        return stamped
    printed = rows.select(pl.any_horizontal(pl.col("bytes", "seconds_printed", "rate").is_not_null()))
    return np.asarray(stamped | ~printed.to_series().to_numpy())


def record_keys(rows: pl.DataFrame) -> npt.NDArray[np.int64]:
    """
    Return the key of each stamped record: the same wherever and by whichever release it is read.

    Parameters
    ----------
    rows : DataFrame
        With the tidy columns that a line gives, and ``form``, see `form_key`. Only what is printed counts, not what was
        concluded from the whole log.
    """
    parts = [rows["time"].to_physical().fill_null(-1).to_numpy()]
    parts += [rows[name].to_physical().cast(_WIDE.get(name, pl.Float64)).fill_null(-1).to_numpy() for name in _NUMBERS]
    parts += [_hashes(rows[name].fill_null("")) for name in _TEXTS]
    return UNENDED - 1 - (mixed(*parts) >> _BITS).astype(np.int64)


def form_key(name: str) -> int:
    """Return a number for the entry that a line matched: two servers' lines may have the same fields."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little") >> 1


def _hashes(texts: pl.Series) -> npt.NDArray[np.uint64]:
    """Return a hash of each text; where they are a few over and over, of each once."""
    distinct = texts.unique()
    if len(distinct) > len(texts) / 2:
        return _sums(texts)
    table = pl.DataFrame({"text": distinct, "hash": _sums(distinct)})
    return texts.to_frame("text").join(table, on="text", how="left", maintain_order="left")["hash"].to_numpy()


def _sums(texts: pl.Series) -> npt.NDArray[np.uint64]:
    """
    Return of each text the sum of its bytes, each times the power of an odd number that its place is, modulo 2⁶⁴.

    The sums are differences of one running sum over all texts, divided by the power where the text begins.
    """
    places = np.concatenate(([0], np.cumsum(texts.str.len_bytes().to_numpy().astype(np.int64))))
    letters = np.frombuffer((texts.str.join("").item() or "").encode(), dtype=np.uint8)
    rows = len(letters) // _STRIDE + 1
    padded = np.zeros(rows * _STRIDE, dtype=np.uint8)
    padded[: len(letters)] = letters
    weighted = (padded.reshape(rows, _STRIDE) + np.uint64(1)) * _powers(_ODD, _STRIDE)
    within = np.cumsum(weighted, axis=1, out=weighted)
    large = _powers(pow(_ODD, _STRIDE, 1 << 64), rows)
    before = np.concatenate(([np.uint64(0)], np.cumsum(within[:-1, -1] * large[:-1])))
    row, column = places // _STRIDE, places % _STRIDE
    running = before[row] + large[row] * np.where(column > 0, within[row, column - 1], np.uint64(0))
    inverse = _powers(_INVERSE, _STRIDE)[column] * _powers(pow(_INVERSE, _STRIDE, 1 << 64), rows)[row]
    return np.asarray((running[1:] - running[:-1]) * inverse[:-1], dtype=np.uint64)


_ODD = int(mixed(np.arange(1))[0]) | 1
_INVERSE = pow(_ODD, -1, 1 << 64)
_STRIDE = 1 << 12  # a power is the product of one below this, and one of a multiple of it


def _powers(base: int, count: int) -> npt.NDArray[np.uint64]:
    """Return the powers 0 to count − 1 of a number, modulo 2⁶⁴."""
    factors = np.full(count, base, dtype=np.uint64)
    factors[:1] = 1
    return np.cumprod(factors)
