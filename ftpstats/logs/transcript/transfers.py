"""Which lines make a transfer: facts about lines in, spans of lines out.

A transfer is a result line and what leads up to it; or a data connection that was set up and came to nothing that the
client would print; or a header with neither behind it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ftpstats.logs.transcript.classify import Facts
from ftpstats.logs.transcript.lines import Kind, Role
from ftpstats.logs.transcript.segments import Segments, openings

__all__ = ["Transfers", "find_transfers"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Transfers:
    """
    Attempted transfers, in the log's order.

    Attributes
    ----------
    spans : Segments
        The m stretches of lines that speak of each; they do not overlap, but need not touch.
    at : array of int64, shape (m,)
        Index of the line that each stands for: its result, else the first of its span.
    has_result : array of bool, shape (m,)
        Whether it has a result line.
    """

    spans: Segments
    at: Ints
    has_result: Bools

    @classmethod
    def joined(cls, *parts: "Transfers") -> "Transfers":
        """Several sets as one, in the log's order."""
        parts = tuple(part for part in parts if len(part.at)) or parts[:1]
        if len(parts) == 1:  # in a filtered log all are results, and there is nothing to sort
            return parts[0]
        at = np.concatenate([part.at for part in parts])
        order = np.argsort(at, kind="stable")
        starts = np.concatenate([part.spans.starts for part in parts])[order]
        ends = np.concatenate([part.spans.ends for part in parts])[order]
        has_result = np.concatenate([part.has_result for part in parts])[order]
        return cls(Segments(starts, ends), at[order], has_result)


def find_transfers(facts: Facts) -> Transfers:
    """
    Return the results, the transfers without one, and the headers that nothing follows, in the log's order.

    Parameters
    ----------
    facts : Facts
        Of n > 0 lines.

    Returns
    -------
    Transfers
        One for each result line, and at least one for each header, up to the next.
    """
    role, is_header = facts.role, facts.is_header
    is_result, opens = facts.kind == Kind.RESULT, openings(role, is_header)
    after_result = np.concatenate(([False], is_result[:-1]))
    segments = Segments.beginning_at(is_header | opens | after_result)
    ends_in_result = is_result[segments.ends - 1]
    results = _with_lent_reply(segments, ends_in_result, is_header | opens, role == Role.DONE)
    happened = segments.count((role == Role.START) | (role == Role.FAILED)) > 0
    mute = opens[segments.starts] & ~ends_in_result & happened & (segments.count(facts.listing) == 0)
    starts = segments.starts[mute]
    without = Transfers(Segments(starts, segments.ends[mute]), starts, np.zeros(len(starts), dtype=bool))
    return Transfers.joined(results, without, _empty_attempts(facts, np.concatenate((results.at, starts))))


def _with_lent_reply(segments: Segments, ends_in_result: Bools, begins: Bools, done: Bools) -> Transfers:
    """Results, each with its segment; one that lacks its 226 takes in the lines behind it, up to what begins next."""
    follows = np.append(~begins[segments.starts[1:]] & ~ends_in_result[1:], [False])
    lends = follows & (segments.count(done) == 0)
    spans_end = np.where(lends, np.append(segments.ends[1:], segments.ends[-1:]), segments.ends)
    spans = Segments(segments.starts[ends_in_result], spans_end[ends_in_result])
    at = segments.ends[ends_in_result] - 1
    return Transfers(spans, at, np.ones(len(at), dtype=bool))


def _empty_attempts(facts: Facts, at: Ints) -> Transfers:
    """Headers without any transfer behind them."""
    begins = np.flatnonzero(facts.is_header)
    ends = np.append(begins[1:], len(facts.is_header))
    used = np.bincount(facts.attempt[at], minlength=len(begins) + 1)[1:] > 0
    return Transfers(Segments(begins[~used], ends[~used]), begins[~used], np.zeros((~used).sum(), dtype=bool))
