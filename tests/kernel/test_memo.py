"""Memories: loaded once, forgotten on demand or after their time; nothing is remembered of what is not there."""

import pytest

from cefn.kernel import memo as module
from cefn.kernel.memo import Memo, forget_everything


class Source:
    """Answers and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.facts = {"a": 1}

    def load(self, key: str) -> int | None:
        self.asked.append(key)
        return self.facts.get(key)


def test_a_fact_is_loaded_once() -> None:
    source = Source()
    memo = Memo(source.load)
    assert (memo.get("a"), memo.get("a")) == (1, 1)
    assert source.asked == ["a"]
    source.facts["a"] = 2
    memo.forget("a")
    assert memo.get("a") == 2


def test_absence_is_not_remembered() -> None:
    source = Source()
    memo = Memo(source.load)
    assert memo.get("b") is None
    source.facts["b"] = 7
    assert memo.get("b") == 7


def test_a_fact_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000_000]
    monkeypatch.setattr(module.time, "monotonic_ns", lambda: now[0])
    source = Source()
    memo = Memo(source.load, seconds=10)
    memo.get("a")
    now[0] += 9_999_999_999
    memo.get("a")
    assert source.asked == ["a"]
    now[0] += 1
    memo.get("a")
    assert source.asked == ["a", "a"]


def test_everything_can_be_forgotten() -> None:
    source = Source()
    memo = Memo(source.load)
    memo.get("a")
    forget_everything()
    memo.get("a")
    assert source.asked == ["a", "a"]
