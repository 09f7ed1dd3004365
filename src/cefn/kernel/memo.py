"""Small per-process memories of facts that don't change: codes and their identifiers.

Only what can never be edited once made (a location's warehouse, an account's id) or what may be some seconds old
(a company's settings) belongs here.
"""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_all: list["Memo[object, object]"] = []


class Memo(Generic[Key, Value]):
    """Remembers what `load(key)` returned, for `seconds` if given; a `None` answer is not remembered."""

    def __init__(self, load: Callable[[Key], Value], *, seconds: int | None = None) -> None:
        self._load = load
        self._seconds = seconds
        self._known: dict[Key, tuple[Value, int]] = {}
        _all.append(self)  # type: ignore[arg-type]

    def get(self, key: Key) -> Value:
        """Return the fact for `key`, loading it at most once while it is fresh."""
        known = self._known.get(key)
        now = time.monotonic_ns() if self._seconds else 0
        if known is not None and (not self._seconds or now - known[1] < self._seconds * 1_000_000_000):
            return known[0]
        value = self._load(key)
        if value is not None:
            self._known[key] = (value, now)
        return value

    def forget(self, key: Key) -> None:
        """Drop one fact."""
        self._known.pop(key, None)

    def clear(self) -> None:
        """Drop everything."""
        self._known.clear()


def forget_everything() -> None:
    """Empty every memory of this process: after the database was replaced under it."""
    for memo in _all:
        memo.clear()
