"""SipHash-2-4 of many numbers at once: a keyed hash, whose values tell nobody without the key of what they are.

J.-P. Aumasson and D. J. Bernstein, SipHash: a fast short-input PRF, INDOCRYPT 2012.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["siphash"]

_Words = NDArray[np.uint64]
_START = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)
_LENGTH = np.uint64(8 << 56)  # bytes of a message, in the last word's last byte


def siphash(numbers: _Words, key: bytes) -> _Words:
    """
    Hash numbers, each a message of eight bytes, the lowest first.

    Parameters
    ----------
    numbers : array of uint64, shape (n,)
    key : bytes
        Sixteen.

    Examples
    --------
    >>> hex(siphash(np.array([0x0706050403020100], dtype=np.uint64), bytes(range(16)))[0])
    '0x93f5f5799a932462'
    """
    halves = np.frombuffer(key, dtype="<u8").astype(np.uint64)
    state = [np.full(len(numbers), np.uint64(word) ^ halves[at % 2]) for at, word in enumerate(_START)]
    for word in (numbers, np.full(len(numbers), _LENGTH)):
        state[3] ^= word
        _rounds(state, 2)
        state[0] ^= word
    state[2] ^= np.uint64(0xFF)
    _rounds(state, 4)
    found: _Words = state[0] ^ state[1] ^ state[2] ^ state[3]
    return found


def _rounds(state: list[_Words], count: int) -> None:
    """Mix the four words of each state, in place: two by two, then crosswise."""
    for _ in range(count):
        _mix(state, 0, 1, 13)
        state[0] = _turned(state[0], 32)
        _mix(state, 2, 3, 16)
        _mix(state, 0, 3, 21)
        _mix(state, 2, 1, 17)
        state[2] = _turned(state[2], 32)


def _mix(state: list[_Words], to: int, of: int, bits: int) -> None:
    state[to] += state[of]
    state[of] = _turned(state[of], bits)
    state[of] ^= state[to]


def _turned(words: _Words, bits: int) -> _Words:
    return (words << np.uint64(bits)) | (words >> np.uint64(64 - bits))
