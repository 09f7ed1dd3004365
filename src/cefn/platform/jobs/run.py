"""One job in the hands of a worker: what its handler sees."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cefn.platform.actors import Actor, system_actor
from cefn.platform.jobs.claim import Taken
from cefn.platform.jobs.errors import JobCancelled, LeaseLost, WorkerStopping


@dataclass(slots=True)
class JobRun:
    """What a handler is given. `progress` and `check` are cheap: call them in every turn of a long loop.

    The figures of `progress` are written with the next sign of life (about every second), outside the handler's own
    transaction, so that people see them while it runs.
    """

    taken: Taken
    stopping: Callable[[], bool] = lambda: False
    done: int = 0
    total: int = 0
    lost: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)

    @property
    def job_id(self) -> int:
        """The job's id."""
        return self.taken.job_id

    @property
    def company_id(self) -> int:
        """The company that it works for."""
        return self.taken.company_id

    @property
    def payload(self) -> dict[str, Any]:
        """What was asked for."""
        return self.taken.payload

    @property
    def unique_key(self) -> str:
        """The key under which this work happens once, or an empty text."""
        return self.taken.unique_key

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1."""
        return self.taken.attempts

    @property
    def actor(self) -> Actor:
        """The machine, acting for the job's company."""
        return system_actor(self.taken.company_id, "job")

    def progress(self, done: int, total: int) -> None:
        """Say how far the work is."""
        self.done, self.total = done, total

    def check(self) -> None:
        """Raise LeaseLost, JobCancelled or WorkerStopping if the work should not go on."""
        if self.lost.is_set():
            raise LeaseLost(job=self.job_id)
        if self.cancelled.is_set():
            raise JobCancelled(job=self.job_id)
        if self.stopping():
            raise WorkerStopping(job=self.job_id)
