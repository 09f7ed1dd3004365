"""Real processes on the test's own database, forked: a kill or a race costs milliseconds, not an interpreter."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

FORK = multiprocessing.get_context("fork")


def fork(work: Callable[..., None], *arguments: Any) -> Any:
    """Run `work` in a process of its own with a connection of its own; return the process."""
    connection.close()

    def run() -> None:
        connection.close()
        try:
            work(*arguments)
        finally:
            connection.close()
        os._exit(0)

    process = FORK.Process(target=run)
    process.start()
    return process


def kill_after(process: Any, seconds: float) -> bool:
    """Kill a process with SIGKILL after some time; return whether it was still at work."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.is_alive():
        time.sleep(0.002)
    alive = bool(process.is_alive())
    if alive:
        os.kill(process.pid, signal.SIGKILL)
    process.join(20)
    return alive


def race(work: Callable[[int], Any], count: int) -> list[Any]:
    """Run `work(0)` ... `work(count - 1)` at once in `count` processes; return what they answered, by number.

    An exception is answered as its class name.
    """
    gate, answers = FORK.Barrier(count), FORK.Queue()

    def one(number: int) -> None:
        gate.wait(20)
        try:
            answer = work(number)
        except Exception as error:
            answer = type(error).__name__
        answers.put((number, answer))
        answers.close()
        answers.join_thread()

    processes = [fork(one, number) for number in range(count)]
    found = dict(answers.get(timeout=60) for _ in processes)
    for process in processes:
        process.join(20)
    return [found[number] for number in range(count)]
