"""The worker: success, refusal, repetition, giving up, stopping, losing its lease."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from cefn.kernel import clock, sql
from cefn.kernel.errors import Conflict, InvalidInput
from cefn.kernel.transactions import run_whole
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.jobs import (
    JobCancelled,
    JobDraft,
    JobHandler,
    JobRun,
    LeaseLost,
    Worker,
    WorkerStopping,
    jobs_cancel,
    jobs_drain,
    jobs_enqueue,
)
from cefn.platform.jobs.claim import Taken, jobs_claim, jobs_waiting, leases_expire
from cefn.platform.models import AuditEvent, Job


def enqueue(actor: Actor, *drafts: JobDraft) -> list[int]:
    return jobs_enqueue(company_id=actor.company_id, jobs=drafts, actor=actor)


def note(run: JobRun) -> dict[str, int]:
    audit_record(actor=run.actor, events=[AuditDraft(f"job:{run.job_id}", "noted")])
    run.progress(3, 3)
    return {"n": 3}


def noted(job_id: int) -> int:
    return AuditEvent.objects.filter(subject=f"job:{job_id}", verb="noted").count()


def wait_for(what: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_done_with_result_and_progress(machine: Actor, handlers: Any) -> None:
    handlers({"mend": JobHandler(note), "paint": JobHandler(note, atomic=False)})
    ids = enqueue(machine, JobDraft(kind="mend"), JobDraft(kind="paint"))
    assert jobs_drain() == 2
    for job in Job.objects.filter(pk__in=ids):
        assert (job.state, job.result, job.progress_done, job.progress_total) == ("done", {"n": 3}, 3, 3)
        assert job.attempts == 1
        assert job.finished_at is not None
        assert noted(job.id) == 1
    assert jobs_drain() == 0


def test_a_failure_waits_and_leaves_nothing_then_is_given_up(machine: Actor, handlers: Any) -> None:
    def fail(run: JobRun) -> None:
        note(run)
        raise RuntimeError("the label printer caught fire")

    handlers({"mend": JobHandler(fail)})
    (job_id,) = enqueue(machine, JobDraft(kind="mend", max_attempts=2))
    before = clock.now()
    assert jobs_drain() == 1
    job = Job.objects.get(pk=job_id)
    assert (job.state, job.attempts, noted(job_id)) == ("ready", 1, 0)
    assert "caught fire" in job.last_error
    assert before + timedelta(seconds=1.5) <= job.run_at <= clock.now() + timedelta(seconds=2.5)
    assert jobs_drain() == 0
    Job.objects.filter(pk=job_id).update(run_at=before)
    assert jobs_drain() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, noted(job_id)) == ("dead", 2, 0)
    assert job.finished_at is not None


@pytest.mark.parametrize(("error", "state"), [(InvalidInput(), "failed"), (Conflict(document="SO-1"), "ready")])
def test_bad_input_is_refused_at_once_and_a_race_is_tried_again(
    machine: Actor, handlers: Any, error: Exception, state: str
) -> None:
    def fail(run: JobRun) -> None:
        raise error

    handlers({"mend": JobHandler(fail, atomic=False)})
    (job_id,) = enqueue(machine, JobDraft(kind="mend"))
    assert jobs_drain() == 1
    job = Job.objects.get(pk=job_id)
    assert (job.state, job.attempts) == (state, 1)
    assert str(error) in job.last_error


def test_a_lost_lease_undoes_the_work_of_an_atomic_handler(machine: Actor, handlers: Any) -> None:
    def slow(run: JobRun) -> None:
        note(run)
        Job.objects.filter(pk=run.job_id).update(attempts=2, leased_by="another")

    handlers({"mend": JobHandler(slow)})
    (job_id,) = enqueue(machine, JobDraft(kind="mend"))
    assert jobs_drain(most=1) == 1
    assert noted(job_id) == 0
    job = Job.objects.get(pk=job_id)
    # The thief was part of the same transaction, so it is undone too; what counts is that nothing was noted.
    assert (job.state, job.attempts) == ("leased", 1)


def test_a_handler_whose_lease_was_lost_changes_nothing_of_the_job(machine: Actor, handlers: Any) -> None:
    def lose(run: JobRun) -> None:
        Job.objects.filter(pk=run.job_id).update(attempts=7, leased_by="another")
        run.lost.set()
        run.check()

    handlers({"mend": JobHandler(lose, atomic=False)})
    (job_id,) = enqueue(machine, JobDraft(kind="mend"))
    jobs_drain(most=1)
    job = Job.objects.get(pk=job_id)
    assert (job.state, job.attempts, job.leased_by, job.last_error) == ("leased", 7, "another", "")


@pytest.mark.django_db(transaction=True)
def test_threads_run_jobs_at_once_and_stop_gracefully(machine: Actor, handlers: Any) -> None:
    met = threading.Barrier(2, timeout=10)

    def meet(run: JobRun) -> None:
        met.wait()

    handlers({"mend": JobHandler(meet, atomic=False), "paint": JobHandler(note)})
    ids = enqueue(machine, *[JobDraft(kind="mend") for _ in range(2)], *[JobDraft(kind="paint") for _ in range(10)])
    stop = threading.Event()
    worker = Worker(stop=stop, concurrency=2, poll_seconds=0.05)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        wait_for(lambda: Job.objects.filter(pk__in=ids, state="done").count() == 12)
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
    assert worker.jobs_run == 12
    assert [noted(one) for one in ids[2:]] == [1] * 10


@pytest.mark.django_db(transaction=True)
def test_a_stopping_worker_gives_long_work_back_without_counting_it(machine: Actor, handlers: Any) -> None:
    started = threading.Event()

    def long(run: JobRun) -> None:
        started.set()
        while True:
            run.check()
            time.sleep(0.02)

    handlers({"mend": JobHandler(long, atomic=False)})
    (job_id,) = enqueue(machine, JobDraft(kind="mend"))
    stop = threading.Event()
    thread = threading.Thread(target=Worker(stop=stop, poll_seconds=0.05).run)
    thread.start()
    assert started.wait(10)
    stop.set()
    thread.join(10)
    job = Job.objects.get(pk=job_id)
    assert (job.state, job.attempts, job.leased_by) == ("ready", 0, "")


@pytest.mark.django_db(transaction=True)
def test_signs_of_life_keep_the_lease_show_progress_and_bring_the_wish_to_cancel(
    machine: Actor, handlers: Any
) -> None:  # fmt: skip
    def long(run: JobRun) -> None:
        while True:
            run.progress(run.done + 1, 1000)
            run.check()
            time.sleep(0.02)

    handlers({"mend": JobHandler(long, atomic=False)})
    (job_id,) = enqueue(machine, JobDraft(kind="mend"))
    stop = threading.Event()
    thread = threading.Thread(target=Worker(stop=stop, poll_seconds=0.05, lease_seconds=2).run)
    thread.start()
    try:
        wait_for(lambda: Job.objects.get(pk=job_id).progress_done > 0)
        seen = Job.objects.get(pk=job_id)
        assert (seen.state, seen.progress_total) == ("leased", 1000)
        wait_for(lambda: Job.objects.get(pk=job_id).lease_until > seen.lease_until + timedelta(seconds=1))
        assert jobs_cancel(job_ids=[job_id], actor=machine) == 1
        wait_for(lambda: Job.objects.get(pk=job_id).state == "cancelled")
    finally:
        stop.set()
        thread.join(10)
    assert Job.objects.get(pk=job_id).attempts == 1


def test_check_says_why_to_stop() -> None:
    run = JobRun(Taken(1, 2, "mend", {}, "", 1, 8, None))
    run.check()
    for flag, error in ((run.cancelled, JobCancelled), (run.lost, LeaseLost)):
        flag.set()
        with pytest.raises(error):
            run.check()
    stopping = JobRun(run.taken, stopping=lambda: True)
    with pytest.raises(WorkerStopping):
        stopping.check()


def test_nothing_is_open_after_draining(machine: Actor, handlers: Any) -> None:
    handlers({})
    enqueue(machine, JobDraft(kind="mend"))
    assert jobs_drain() == 0
    assert Job.objects.get(kind="mend").state == "ready"
    assert connection.is_usable()


@pytest.mark.django_db(transaction=True)
def test_many_claim_at_once_and_no_job_is_taken_twice(machine: Actor) -> None:
    ids = enqueue(machine, *[JobDraft(kind="mend") for _ in range(200)])
    barrier, taken = threading.Barrier(6), []

    def claim(name: str) -> None:
        try:
            barrier.wait()
            while found := run_whole(
                lambda: jobs_claim(worker=name, kinds=["mend"], count=7, lease_seconds=60, now=clock.now())
            ):
                taken.extend([(job.job_id, job.attempts) for job in found])
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=(f"w{at}",)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == [(job_id, 1) for job_id in ids]


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_grace_is_over_leaves_its_job_to_the_next(machine: Actor, handlers: Any) -> None:
    started, release = threading.Event(), threading.Event()

    def stubborn(run: JobRun) -> None:
        started.set()
        release.wait(20)

    handlers({"mend": JobHandler(stubborn, atomic=False)})
    (job_id,) = enqueue(machine, JobDraft(kind="mend"))
    stop = threading.Event()
    worker = Worker(stop=stop, poll_seconds=0.05, grace_seconds=0.2, lease_seconds=2)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        assert started.wait(10)
        stop.set()
        thread.join(5)
        assert not thread.is_alive()
        assert Job.objects.get(pk=job_id).state == "leased"
        assert leases_expire(now=clock.now() + timedelta(seconds=3)) == 1
        assert Job.objects.get(pk=job_id).state == "ready"
    finally:
        release.set()
        wait_for(lambda: not any(one.name == "job-0" for one in threading.enumerate()))
    assert Job.objects.get(pk=job_id).state == "ready", "who comes back late may not settle it"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_is_waited_for(
    machine: Actor, handlers: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    away = iter([True, True, False])

    def waiting(**facts: Any) -> bool:
        if next(away, False):
            raise OperationalError("the server closed the connection")
        return jobs_waiting(**facts)

    monkeypatch.setattr("cefn.platform.jobs.worker.jobs_waiting", waiting)
    handlers({"mend": JobHandler(note)})
    (job_id,) = enqueue(machine, JobDraft(kind="mend"))
    stop = threading.Event()
    thread = threading.Thread(target=Worker(stop=stop, poll_seconds=0.05).run)
    thread.start()
    try:
        wait_for(lambda: Job.objects.get(pk=job_id).state == "done")
    finally:
        stop.set()
        thread.join(10)
    assert noted(job_id) == 1
    assert sum("can't reach the database" in record.getMessage() for record in caplog.records) == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_connections_that_the_server_cuts_are_made_again(machine: Actor, handlers: Any) -> None:
    handlers({"mend": JobHandler(note)})
    stop = threading.Event()
    thread = threading.Thread(target=Worker(stop=stop, concurrency=2, poll_seconds=0.05).run)
    thread.start()
    try:
        for _ in range(3):
            ids = enqueue(machine, *[JobDraft(kind="mend") for _ in range(20)])
            sql.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            # What was cut between the taking and the note waits for its lease; the next one takes it.
            wait_for(lambda: Job.objects.filter(pk__in=ids, state="ready").count() == 0)  # noqa: B023
            leases_expire(now=clock.now() + timedelta(minutes=2))
            wait_for(lambda: Job.objects.filter(pk__in=ids, state="done").count() == 20)  # noqa: B023
            assert [noted(one) for one in ids] == [1] * 20
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
