"""Use cases run whole: again after a deadlock, not after anything else, and what waits is written once at the end."""

import time
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from cefn.kernel.transactions import ATTEMPTS, run_inside, run_whole, write_last


class Deadlock(Exception):
    """What the driver says when two transactions wait for each other."""

    sqlstate = "40P01"


def deadlock() -> OperationalError:
    error = OperationalError("database is locked")
    error.__cause__ = Deadlock()
    return error


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_is_run_again() -> None:
    tries: list[bool] = []

    def use_case() -> str:
        tries.append(connection.in_atomic_block)
        if len(tries) < 3:
            raise deadlock()
        return "done"

    assert run_whole(use_case) == "done"
    assert tries == [True, True, True]


@pytest.mark.django_db(transaction=True)
def test_it_gives_up_in_the_end() -> None:
    tries: list[int] = []

    def use_case() -> None:
        tries.append(1)
        raise deadlock()

    with pytest.raises(OperationalError):
        run_whole(use_case)
    assert len(tries) == ATTEMPTS


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [OperationalError("server closed the connection"), ValueError("no"), KeyError("x")])
def test_other_errors_are_not_repeated(error: Exception) -> None:
    tries: list[int] = []

    def use_case() -> None:
        tries.append(1)
        raise error

    with pytest.raises(type(error)):
        run_whole(use_case)
    assert tries == [1]


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_only_the_outermost_repeats() -> None:
    tries: list[int] = []

    def use_case() -> None:
        tries.append(1)
        raise deadlock()

    with pytest.raises(OperationalError), transaction.atomic():
        run_whole(use_case)
    assert tries == [1]


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_written_once_at_the_end_and_not_after_a_failure() -> None:
    written: list[list[Any]] = []

    def write(rows: Sequence[Any]) -> None:
        assert connection.in_atomic_block
        written.append(list(rows))

    tries: list[int] = []

    def use_case() -> None:
        tries.append(1)
        write_last(write, ["a"])
        if len(tries) == 1:
            raise deadlock()
        write_last(write, ["b"])
        assert written == []

    run_whole(use_case)
    assert written == [["a", "b"]]


@pytest.mark.django_db(transaction=True)
def test_a_part_that_fails_takes_what_it_left_waiting_with_it() -> None:
    written: list[list[Any]] = []

    def write(rows: Sequence[Any]) -> None:
        written.append(list(rows))

    def part(row: str) -> None:
        write_last(write, [row])
        if row == "bad":
            raise ValueError(row)

    def use_case() -> None:
        run_inside(lambda: part("first"))
        with pytest.raises(ValueError, match="bad"):
            run_inside(lambda: part("bad"))
        run_inside(lambda: part("last"))

    run_whole(use_case)
    assert written == [["first", "last"]]
