"""Which records are the same: a number for each, of its stamp and of all that is printed beside it."""

import numpy as np
import numpy.typing as npt
import polars as pl

from ftpstats.logs.skeleton import mixed

__all__ = ["UNENDED", "is_record", "record_keys"]

# In the place of an element of the skeleton, which a stamped record has none of: its key, below this; and this where
# its line has no end yet, so that some of it may be missing.
UNENDED = -2
_BITS = np.uint64(2)
_TEXTS, _NUMBERS = ("form", "file", "peer", "completion"), ("bytes", "seconds_printed", "rate", "reply_code")
_LONGEST = 4096  # bytes of a text that tell it from others


def is_record() -> pl.Expr:
    """Whether a row is a stamped record, by its place."""
    return pl.col("element") <= UNENDED


def record_keys(rows: pl.DataFrame) -> npt.NDArray[np.int64]:
    """
    Return the key of each stamped record: the same wherever and by whichever release it is read.

    Parameters
    ----------
    rows : DataFrame
        With the tidy columns that a line gives, and ``form``, the entry that it matched. Only what is printed counts,
        not what was concluded from the whole log.
    """
    parts = [rows["time"].to_physical().fill_null(-1).to_numpy()]
    parts += [rows[name].fill_null(-1).to_numpy() for name in _NUMBERS]
    parts += [_hashes(rows[name].cast(pl.String).fill_null("")) for name in _TEXTS]
    return UNENDED - 1 - (mixed(*parts) >> _BITS).astype(np.int64)


def _hashes(texts: pl.Series) -> npt.NDArray[np.uint64]:
    """Return a hash of each text: the sum of its bytes, each times an odd number of its place."""
    distinct = texts.unique()
    if len(distinct) < len(texts) / 4:
        table = pl.DataFrame({"text": distinct, "hash": _sums(distinct)})
        return texts.to_frame("text").join(table, on="text", how="left", maintain_order="left")["hash"].to_numpy()
    return _sums(texts)


def _sums(texts: pl.Series) -> npt.NDArray[np.uint64]:
    lengths = texts.str.len_bytes().to_numpy().astype(np.int64)
    letters = np.frombuffer("".join(texts).encode(), dtype=np.uint8)
    ends = np.cumsum(lengths)
    place = np.arange(len(letters)) - np.repeat(ends - lengths, lengths)
    sums = np.concatenate(([np.uint64(0)], np.cumsum((letters + np.uint64(1)) * _WEIGHTS[place % _LONGEST])))
    return np.asarray(sums[ends] - sums[ends - lengths], dtype=np.uint64)


_WEIGHTS = mixed(np.arange(_LONGEST)) | np.uint64(1)
