"""SipHash of many numbers at once, against the published values and a plain implementation of the paper."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ftpstats.store.siphash import siphash

MASK = (1 << 64) - 1


def test_the_published_value():
    """Of the key 00 01 .. 0f and the message 00 .. 07: `vectors_sip64[8]` of the authors' reference implementation."""
    assert siphash(np.array([0x0706050403020100], dtype=np.uint64), bytes(range(16)))[0] == 0x93F5F5799A932462


def turned(word, bits):
    return (word << bits | word >> (64 - bits)) & MASK


def plain(number, key):
    """As section 2 of the paper has it, for a message of eight bytes."""
    k0, k1 = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def rounds(count):
        for _ in range(count):
            v[0] = (v[0] + v[1]) & MASK
            v[2] = (v[2] + v[3]) & MASK
            v[1], v[3] = turned(v[1], 13) ^ v[0], turned(v[3], 16) ^ v[2]
            v[0] = turned(v[0], 32)
            v[2] = (v[2] + v[1]) & MASK
            v[0] = (v[0] + v[3]) & MASK
            v[1], v[3] = turned(v[1], 17) ^ v[2], turned(v[3], 21) ^ v[0]
            v[2] = turned(v[2], 32)

    for word in (number, 8 << 56):
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xFF
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


@given(st.lists(st.integers(0, MASK), max_size=20), st.binary(min_size=16, max_size=16))
def test_many_at_once_are_each_by_itself(numbers, key):
    found = siphash(np.array(numbers, dtype=np.uint64), key)
    assert found.tolist() == [plain(number, key) for number in numbers]
