"""A log's skeleton: what it prints of headers and results, in order, as one array of 32-bit elements.

It is what two logs of the same transfers share, whatever else each of them holds: replies, other encodings, line ends.
`identity` says what follows from it.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = [
    "Elements", "Stretch", "begins_attempt", "changes", "collision", "elements_of", "find_stretches", "header_elements",
    "is_header", "label_hash", "labels_of", "mixed", "result_elements",
]  # fmt: skip

Elements = npt.NDArray[np.uint32]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

# The lowest bit tells a header from a result. A header has 12 bits of its label's hash above it, then its iteration.
_HEADER = np.uint32(1)
_LABEL_BITS, _ITERATION_BITS = 12, 19
_LABEL = np.uint32((1 << _LABEL_BITS) - 1)
_LABEL_PART = _LABEL << np.uint32(1)


def mixed(*parts: npt.NDArray[np.generic]) -> npt.NDArray[np.uint64]:
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


def elements_of(headers: pl.DataFrame, printed: pl.DataFrame, row: Ints) -> Elements:
    """
    Return the elements of headers and results in the order of a log.

    Parameters
    ----------
    headers : DataFrame
        ``label`` and ``iteration`` of each header, see `header_elements`.
    printed : DataFrame
        The results that differ, see `result_elements`.
    row : array of int64, shape (n,)
        The number of each result in `printed`, -1 for a header.
    """
    elements = np.append(result_elements(printed), _HEADER)[row]
    elements[row < 0] = header_elements(headers["label"], headers["iteration"])
    return elements


def header_elements(labels: pl.Series, iterations: pl.Series) -> Elements:
    """
    Return the elements of headers.

    Parameters
    ----------
    labels : Series of Categorical, shape (n,)
        As the log writes them, null where there is none.
    iterations : Series of Int64, shape (n,)
    """
    codes, distinct = _codes(labels), labels.unique()
    hashes = np.zeros(codes.max(initial=-1) + 2, dtype=np.uint32)  # the last, which -1 means, is that of no label
    hashes[_codes(distinct)] = [label_hash(label) if label is not None else 0 for label in distinct]
    low = (iterations.to_numpy() & ((1 << _ITERATION_BITS) - 1)).astype(np.uint32)
    return low << np.uint32(_LABEL_BITS + 1) | hashes[codes] << np.uint32(1) | _HEADER


def _codes(labels: pl.Series) -> Ints:
    return labels.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()


def label_hash(text: str) -> int:
    """Return a hash of a label that the elements of its headers hold; 0 is no label's."""
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return 1 + int.from_bytes(digest, "little") % int(_LABEL)


def result_elements(printed: pl.DataFrame) -> Elements:
    """
    Return the elements of results.

    Parameters
    ----------
    printed : DataFrame, shape (n, 3)
        Bytes, seconds and rate, each as printed; null where it is not printed. The rate is in bytes/s as if the
        client's unit had its first meaning: so it does not depend on what else the log holds.
    """
    numbers = mixed(*(column.fill_null(-1).to_numpy() for column in printed))
    return numbers.astype(np.uint32) & ~_HEADER


def is_header(elements: Elements) -> Bools:
    """Whether each element is a header's."""
    return (elements & _HEADER).astype(bool)


def begins_attempt(elements: Elements) -> Bools:
    """Whether an attempt begins with each element: a header's, or that of a result without a header of its own."""
    headers = is_header(elements)
    return headers | np.concatenate(([True], ~headers[:-1]))[: len(headers)]


def labels_of(elements: Elements) -> npt.NDArray[np.int16]:
    """Return a hash of the label that each element stands under: -1 before any header, 0 for none."""
    headers = is_header(elements)
    latest = np.maximum.accumulate(np.where(headers, np.arange(len(elements)), -1))
    hashes = (elements >> np.uint32(1) & _LABEL).astype(np.int16)
    return np.where(latest >= 0, hashes[latest], np.int16(-1))


def collision(skeleton: Elements) -> float:
    """Chance that two results of a log are the same: Σ pᵥ²."""
    _, times = np.unique(skeleton[~is_header(skeleton)], return_counts=True)
    return float(np.sum((times / times.sum()) ** 2))


def changes(skeleton: Elements) -> int:
    """How many results differ from the one before them."""
    return int(np.count_nonzero(np.diff(skeleton[~is_header(skeleton)])))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where one skeleton is a contiguous stretch of another: numbers of the two, and the place of each element."""

    part: int
    whole: int
    places: Ints


@dataclass(frozen=True, slots=True)
class _Text:
    """What is searched: a skeleton, or what it says of one of its labels; `places` are those in the skeleton."""

    whole: int
    elements: Elements
    places: Ints


def find_stretches(skeletons: Sequence[Elements]) -> list[Stretch]:
    """
    Find every skeleton that is a contiguous stretch of another, or of what another says of its one label.

    Parameters
    ----------
    skeletons : sequence of array of uint32
        No two alike. One without a result is a stretch of none.

    Returns
    -------
    list of Stretch
        By part, whole and place. A stretch begins where an attempt of the whole begins. Of a part that a whole holds
        often, the first places only.

    Notes
    -----
    Rolling hashes (Karp & Rabin 1987) from prefix sums: that of any stretch is a difference of two. A part's first 2ᵏ
    elements, at least half of it, are looked for in all texts at once; what is found is compared with all of it. Most
    logs have nothing in common, which a few of their attempts tell before.
    """
    kept = _related(skeletons)
    found = _stretches([skeletons[number] for number in kept])
    return [Stretch(kept[one.part], kept[one.whole], one.places) for one in found]


def _stretches(skeletons: Sequence[Elements]) -> list[Stretch]:
    """Find the stretches among skeletons that may have some."""
    texts = [_Text(number, skeleton, np.arange(len(skeleton))) for number, skeleton in enumerate(skeletons)]
    texts += _of_single_labels(skeletons)
    hashes = _RollingHashes([text.elements for text in texts])
    lengths = np.array([len(skeleton) if (~is_header(skeleton)).any() else 0 for skeleton in skeletons], dtype=np.int64)
    found = []
    for size in np.unique(2 ** np.log2(lengths[lengths > 0]).astype(np.int64)):
        parts = np.flatnonzero((lengths >= size) & (lengths < 2 * size))
        found += [_first_places(pairs) for pairs in hashes.occurrences(parts, lengths, int(size))]
    pairs = _first_places(pl.concat([_NO_PAIRS, *found])).sort("part", "text", "start")
    return [
        Stretch(part, texts[text].whole, texts[text].places[start : start + lengths[part]])
        for part, text, start in pairs.iter_rows()
        if np.array_equal(skeletons[part], texts[text].elements[start : start + lengths[part]])
        and texts[text].whole != part
    ]


def _related(skeletons: Sequence[Elements]) -> list[int]:
    """
    Return the skeletons that may be a stretch of another, or may hold one.

    A whole holds each attempt of its stretch. Attempts are sampled by what they say, so that both sample the same, and
    the first few of each log are looked for in the others.
    """
    attempts = [_attempts(skeleton) for skeleton in skeletons]
    fewest = min((len(one) for one, own in zip(attempts, skeletons, strict=True) if (~is_header(own)).any()), default=0)
    if fewest < _SAMPLED * _LEAST_SHARE:  # too many would have to be sampled to find some of the shortest log
        return [*range(len(skeletons))]
    limit = np.uint64((2**64 - 1) * _SAMPLED // fewest)
    sampled = [np.unique(one[one < limit]) for one in attempts]
    number = np.repeat(np.arange(len(sampled)), [len(one) for one in sampled])
    known = pl.DataFrame({"whole": number, "hash": np.concatenate(sampled)})
    sought = known.group_by("whole", maintain_order=True).head(_SOUGHT).rename({"whole": "part"})
    both = sought.join(known, on="hash").filter(pl.col("part") != pl.col("whole")).group_by("part", "whole").len()
    found = both.join(sought.group_by("part").len("sought"), on="part").filter(pl.col("len") == pl.col("sought"))
    untold = [place for place, one in enumerate(sampled) if not len(one)]  # by chance
    return [*range(len(skeletons))] if untold else sorted({*found["part"], *found["whole"]})


_SAMPLED = 32  # attempts of the shortest log, about
_LEAST_SHARE = 4  # … of so many times as many
_SOUGHT = 4
_FACTORS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93))


def _attempts(skeleton: Elements) -> npt.NDArray[np.uint64]:
    """Return a hash of each header with the result behind it."""
    headers = is_header(skeleton)
    at = np.flatnonzero(headers[:-1] & ~headers[1:])
    hashes = skeleton[at] * _FACTORS[0]
    hashes += skeleton[at + 1] * _FACTORS[1]
    hashes ^= hashes >> np.uint64(32)
    hashes *= _FACTORS[0]
    return hashes


_NO_PAIRS = pl.DataFrame(schema={"part": pl.Int64(), "text": pl.Int64(), "start": pl.Int64()})
_PLACES = 8  # of a part in a whole; a log that holds it more often repeats itself
_AT_ONCE = 65_536  # places; each may be that of many parts that begin alike


def _first_places(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.group_by("part", "text", maintain_order=True).head(_PLACES).select(_NO_PAIRS.columns)


def _of_single_labels(skeletons: Sequence[Elements]) -> list[_Text]:
    """Return what logs of several labels in alternation say of those labels that other logs hold alone."""
    labels_alone = {_only_label(skeleton) for skeleton in skeletons} - {None}
    found = []
    for number, skeleton in enumerate(skeletons):
        if _only_label(skeleton) is not None:
            continue
        labels = labels_of(skeleton)
        for label in sorted(set(labels.tolist()).intersection(labels_alone)):
            places = np.flatnonzero(labels == label)
            if places[-1] - places[0] >= len(places):  # else it is a stretch of the whole
                found.append(_Text(number, skeleton[places], places))
    return found


def _only_label(skeleton: Elements) -> int | None:
    """Return the hash of the one label that all elements stand under; None where there are several, or none."""
    headers = skeleton[is_header(skeleton)] & _LABEL_PART
    if not len(headers) or not is_header(skeleton[:1])[0] or (headers != headers[0]).any():
        return None
    return int(headers[0] >> np.uint32(1))


class _RollingHashes:
    """Hashes of all stretches of some texts."""

    _BASE = 0xD1342543DE82EF95  # odd, so that its powers have inverses modulo 2⁶⁴

    def __init__(self, texts: Sequence[Elements]) -> None:
        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        elements = np.concatenate([np.empty(0, np.uint32), *texts])
        self._start = np.cumsum(lengths) - lengths
        self._end = self._start + lengths
        begins = begins_attempt(elements)
        begins[self._start[lengths > 0]] = True
        self._at = np.flatnonzero(begins)
        self._text = np.searchsorted(self._end, self._at, side="right")
        count = len(elements) + 1
        powers, self._inverse = (_powers(base, count) for base in (self._BASE, pow(self._BASE, -1, 2**64)))
        self._sums = np.zeros(count, dtype=np.uint64)
        np.cumsum(elements * powers[:-1], out=self._sums[1:])

    def _of(self, at: Ints, length: Ints | int) -> npt.NDArray[np.uint64]:
        found: npt.NDArray[np.uint64] = (self._sums[at + length] - self._sums[at]) * self._inverse[at]
        return found

    def occurrences(self, parts: Ints, lengths: Ints, size: int) -> Iterator[pl.DataFrame]:
        """Yield part, text and start of all places of parts, themselves texts, that are no shorter than the size."""
        begins = self._start[parts]
        sought = pl.DataFrame({"part": parts, "hash": self._of(begins, size)})
        whole = np.zeros(len(lengths), dtype=np.uint64)
        whole[parts] = self._of(begins, lengths[parts])
        long_enough = self._at + size <= self._end[self._text]
        candidates, texts = self._at[long_enough], self._text[long_enough]
        for first in range(0, len(candidates), _AT_ONCE):
            at, text = candidates[first : first + _AT_ONCE], texts[first : first + _AT_ONCE]
            pairs = pl.DataFrame({"at": at, "text": text, "hash": self._of(at, size)}).join(sought, on="hash")
            pairs = pairs.filter(pl.col("text") != pl.col("part"))
            place, text, part = (pairs[name].to_numpy() for name in ("at", "text", "part"))
            fits = place + lengths[part] <= self._end[text]
            place, text, part = place[fits], text[fits], part[fits]
            same = self._of(place, lengths[part]) == whole[part]
            place, text, part = place[same], text[same], part[same]
            yield pl.DataFrame(
                {"part": part, "text": text, "start": place - self._start[text]}, schema=_NO_PAIRS.schema
            )


def _powers(base: int, count: int) -> npt.NDArray[np.uint64]:
    powers = np.full(count, base, dtype=np.uint64)
    powers[0] = 1
    return np.cumprod(powers, dtype=np.uint64)
