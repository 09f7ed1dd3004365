"""Time-ordered 64-bit identifiers, made in Python so that whole object graphs can be written in a few statements.

Layout of the 63 usable bits, high to low: 41 bits of milliseconds since 2024-01-01 UTC, 13 bits that tell processes
apart, 9 bits of sequence. A process that makes more than 512 a millisecond borrows from the milliseconds to come, so
identifiers of one process always ascend. Two processes that drew the same 13 bits could only meet in the same
millisecond and sequence; the primary key then refuses the second write and the use case is run again.
"""

import os
import secrets
import threading
import time

EPOCH_MS = 1_704_067_200_000
PROCESS_BITS = 13
SEQUENCE_BITS = 9
SEQUENCE_SIZE = 1 << SEQUENCE_BITS
PROCESS_SHIFT = SEQUENCE_BITS
TIME_SHIFT = PROCESS_BITS + SEQUENCE_BITS


class IdMaker:
    """Makes ascending identifiers; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reseed()

    def reseed(self) -> None:
        """Draw new process bits: at start and after a fork."""
        self._lock = threading.Lock()
        self._process = secrets.randbits(PROCESS_BITS) << PROCESS_SHIFT
        self._ticks = 0

    def take(self, count: int) -> list[int]:
        """Return `count` new identifiers in ascending order."""
        now = (time.time_ns() // 1_000_000 - EPOCH_MS) << SEQUENCE_BITS
        with self._lock:
            first = max(now, self._ticks)
            self._ticks = first + count
        process = self._process
        mask = SEQUENCE_SIZE - 1
        return [
            ((tick >> SEQUENCE_BITS) << TIME_SHIFT) | process | (tick & mask) for tick in range(first, first + count)
        ]


_maker = IdMaker()
os.register_at_fork(after_in_child=_maker.reseed)


def new_id() -> int:
    """Return one new identifier."""
    return _maker.take(1)[0]


def new_ids(count: int) -> list[int]:
    """Return `count` new identifiers in ascending order."""
    return _maker.take(count)
