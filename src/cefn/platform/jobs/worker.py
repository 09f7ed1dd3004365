"""The worker: takes jobs, runs them, and survives being killed at any moment.

Each thread takes one job at a time, so nothing waits in memory. One more thread gives a sign of life for the jobs in
hand, takes back what dead workers held, and makes jobs of schedules that are due. A worker that is killed leaves its
leases behind; when they run out the jobs are taken again, and the count of takings fences off a worker that was only
slow.
"""

import logging
import os
import secrets
import socket
import threading
import time
import traceback
from collections.abc import Callable

from django.db import DatabaseError, connection

from cefn.kernel import clock
from cefn.kernel.errors import CefnError
from cefn.kernel.transactions import run_whole
from cefn.platform.apart import run_apart
from cefn.platform.jobs.claim import (
    Taken,
    back_off,
    job_settle,
    jobs_claim,
    jobs_waiting,
    leases_expire,
    leases_extend,
    leases_late,
)
from cefn.platform.jobs.errors import PERMANENT, JobCancelled, LeaseLost, WorkerStopping
from cefn.platform.jobs.queue import JobHandler, handlers_registered
from cefn.platform.jobs.run import JobRun
from cefn.platform.jobs.schedules import schedules_fire
from cefn.platform.models import JobState

log = logging.getLogger(__name__)

LEASE_SECONDS = 60
POLL_SECONDS = 0.5
LAST_ERROR_CHARACTERS = 8000


def worker_name() -> str:
    """Return a name for this process that no other worker has: host, process id, and a draw."""
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(3)}"


class Worker:
    """One process's worker; `run` blocks until `stop` is set and the jobs in hand have ended or the grace is over."""

    def __init__(
        self,
        *,
        stop: threading.Event,
        concurrency: int = 1,
        lease_seconds: int = LEASE_SECONDS,
        poll_seconds: float = POLL_SECONDS,
        grace_seconds: float = 20,
    ) -> None:
        self.stop = stop
        self.concurrency = concurrency
        self.lease_seconds = lease_seconds
        self.poll_seconds = poll_seconds
        self.grace_seconds = grace_seconds
        self.name = worker_name()
        self.held: dict[int, JobRun] = {}
        self.finished = threading.Event()
        self.busy = threading.Event()
        self.jobs_run = 0

    def run(self) -> int:
        """Work until told to stop; return how many jobs were taken."""
        threads = [
            threading.Thread(target=self._guarded, args=(self._work,), name=f"job-{at}", daemon=True)
            for at in range(self.concurrency)
        ]
        pulse = threading.Thread(target=self._guarded, args=(self._pulse,), name="job-pulse", daemon=True)
        pulse.start()
        for thread in threads:
            thread.start()
        while not self.stop.is_set() and any(thread.is_alive() for thread in threads):
            self.stop.wait(0.1)
        deadline = time.monotonic() + self.grace_seconds
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self.finished.set()
        pulse.join(5)
        return self.jobs_run

    def _guarded(self, turn: Callable[[], bool]) -> None:
        """Repeat `turn` until it returns False; a database that is away is waited for, not died of."""
        pause = self.poll_seconds
        try:
            while True:
                try:
                    if not turn():
                        return
                    pause = self.poll_seconds
                except DatabaseError:
                    log.exception("worker %s can't reach the database; trying again in %.1f s", self.name, pause)
                    connection.close()
                    if self.finished.wait(pause) or self.stop.is_set():
                        return
                    pause = min(pause * 2, 30.0)
        finally:
            connection.close()

    def _work(self) -> bool:
        """Take and run one job, or wait a little; return whether to go on."""
        if self.stop.is_set():
            return False
        handlers = handlers_registered()
        # An idle worker only reads: on SQLite a claim would take the one write lock at every look.
        if self.busy.is_set() or jobs_waiting(kinds=handlers, now=clock.now()):
            taken = run_whole(
                lambda: jobs_claim(
                    worker=self.name, kinds=handlers, count=1, lease_seconds=self.lease_seconds, now=clock.now()
                )
            )
            if taken:
                self.busy.set()
                self._take(taken[0], handlers[taken[0].kind])
                return True
        self.busy.clear()
        self.stop.wait(self.poll_seconds)
        return True

    def _take(self, job: Taken, handler: JobHandler) -> None:
        run = JobRun(job, stopping=self.stop.is_set)
        self.held[job.job_id] = run
        self.jobs_run += 1
        try:
            job_run_once(worker=self.name, run=run, handler=handler)
        finally:
            self.held.pop(job.job_id, None)

    def _pulse(self) -> bool:
        """Give a sign of life, take back what dead workers held, fire due schedules; return whether to go on."""
        if self.finished.wait(min(1.0, self.lease_seconds / 4)):
            return False
        held = dict(self.held)
        if held:
            alive = leases_extend(
                worker=self.name,
                held=[(job_id, run.attempt, run.done, run.total) for job_id, run in held.items()],
                lease_seconds=self.lease_seconds,
                now=clock.now(),
            )
            for job_id, run in held.items():
                if job_id not in alive:
                    run.lost.set()
                elif alive[job_id]:
                    run.cancelled.set()
        now = clock.now()
        if leases_late(now=now):
            run_whole(lambda: leases_expire(now=now))
        if not self.stop.is_set():
            schedules_fire(now=now)
        return True


def job_run_once(*, worker: str, run: JobRun, handler: JobHandler) -> str:
    """Run one taken job and settle it; return the state it went to, or "lost" when another worker has it.

    An exception of the handler never gets out: it becomes the job's `last_error`, and the job waits for its next
    attempt, is refused, or is given up.
    """
    job = run.taken
    try:
        if handler.atomic:
            run_apart(lambda: _finish(worker, run, handler.run(run)))
        else:
            result = handler.run(run)
            run_apart(lambda: _finish(worker, run, result))
    except LeaseLost:
        log.warning("job %s %s: the lease was lost", job.kind, job.job_id)
        return "lost"
    except WorkerStopping:
        return _settle(worker, run, JobState.READY, attempts=job.attempts - 1)
    except JobCancelled as error:
        return _settle(worker, run, JobState.CANCELLED, str(error))
    except PERMANENT as error:
        return _settle(worker, run, JobState.FAILED, f"{error.code} {error}")
    except Exception as error:
        log.exception("job %s %s: attempt %s failed", job.kind, job.job_id, job.attempts)
        text = f"{error.code} {error}" if isinstance(error, CefnError) else traceback.format_exc()
        dead = job.attempts >= job.max_attempts
        return _settle(worker, run, JobState.DEAD if dead else JobState.READY, text)
    return JobState.DONE.value


def _finish(worker: str, run: JobRun, result: object) -> None:
    """Note that it is done; in an atomic handler's transaction this also undoes the work of one who lost the lease."""
    done = max(run.done, run.total)
    if not job_settle(worker=worker, job=run.taken, state=JobState.DONE, result=result, progress=(done, run.total)):
        raise LeaseLost(job=run.job_id)


def _settle(worker: str, run: JobRun, state: JobState, error: str = "", attempts: int | None = None) -> str:
    job = run.taken
    run_at = None
    if state == JobState.READY:
        run_at = clock.now() if attempts is not None else clock.now() + back_off(job.attempts)
    settled = run_whole(
        lambda: job_settle(
            worker=worker,
            job=job,
            state=state,
            error=error[-LAST_ERROR_CHARACTERS:],
            run_at=run_at,
            attempts=attempts,
            progress=(run.done, run.total),
        )
    )
    return state.value if settled else "lost"


def worker_run(
    stop: threading.Event,
    concurrency: int = 1,
    *,
    lease_seconds: int = LEASE_SECONDS,
    poll_seconds: float = POLL_SECONDS,
    grace_seconds: float = 20,
) -> int:
    """Work until `stop` is set, with `concurrency` jobs at once; return how many jobs were taken.

    Stopping is graceful: no new job is taken, those in hand may end within `grace_seconds`; what does not end in time
    is taken again by the next worker when its lease runs out.
    """
    return Worker(
        stop=stop,
        concurrency=concurrency,
        lease_seconds=lease_seconds,
        poll_seconds=poll_seconds,
        grace_seconds=grace_seconds,
    ).run()


def jobs_drain(*, most: int = 10_000) -> int:
    """Run every due job here and now, in this thread, and return how many: for tests, commands and the demo shop.

    Jobs that the jobs themselves enqueue are run too; those that wait for a later moment stay.
    """
    worker, count = worker_name(), 0
    while count < most:
        handlers = handlers_registered()
        taken = run_whole(
            lambda: jobs_claim(worker=worker, kinds=handlers, count=1, lease_seconds=LEASE_SECONDS, now=clock.now())  # noqa: B023
        )
        if not taken:
            return count
        job_run_once(worker=worker, run=JobRun(taken[0]), handler=handlers[taken[0].kind])
        count += 1
    return count
