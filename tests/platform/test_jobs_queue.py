"""Asking for work: inside the caller's transaction, once for each key."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from cefn.kernel import clock
from cefn.kernel.errors import NotAllowed
from cefn.platform.actors import Actor
from cefn.platform.jobs import (
    JobDraft,
    JobHandler,
    JobRefused,
    JobRun,
    access_jobs,
    jobs_cancel,
    jobs_drain,
    jobs_enqueue,
    jobs_retry,
)
from cefn.platform.jobs.claim import back_off, job_settle, jobs_claim, leases_expire, leases_extend
from cefn.platform.models import AuditEvent, Company, Job


def enqueue(actor: Actor, *drafts: JobDraft) -> list[int]:
    return jobs_enqueue(company_id=actor.company_id, jobs=drafts, actor=actor)


def states(ids: list[int]) -> list[str]:
    found = dict(Job.objects.filter(pk__in=ids).values_list("id", "state"))
    return [found[one] for one in ids]


def claim(worker: str = "w1", count: int = 10, seconds: int = 60, later: int = 0) -> list[Any]:
    now = clock.now() + timedelta(seconds=later)
    return jobs_claim(worker=worker, kinds=["mend", "paint"], count=count, lease_seconds=seconds, now=now)


def test_a_job_exists_if_and_only_if_its_transaction_commits(company: Company, machine: Actor) -> None:
    with transaction.atomic():
        enqueue(machine, JobDraft(kind="mend"), JobDraft(kind="mend", unique_key="k"))
        assert Job.objects.filter(kind="mend").count() == 2
        transaction.set_rollback(True)
    assert Job.objects.filter(kind="mend").count() == 0


def test_two_statements_whatever_the_number(machine: Actor, query_count: Callable[..., Any]) -> None:
    with query_count(exactly=1):
        enqueue(machine, *[JobDraft(kind="mend", payload={"n": n}) for n in range(300)])
    with query_count(at_most=2):
        enqueue(machine, *[JobDraft(kind="mend", unique_key=f"k{n}") for n in range(300)])
    assert Job.objects.filter(kind="mend").count() == 600


def test_the_same_key_is_the_same_job(machine: Actor, other_company: Company) -> None:
    first = enqueue(machine, JobDraft(kind="mend", unique_key="a"), JobDraft(kind="mend", unique_key="b"))
    again = enqueue(
        machine, JobDraft(kind="mend", unique_key="b"), JobDraft(kind="mend"), JobDraft(kind="mend", unique_key="c"),
        JobDraft(kind="mend", unique_key="c"),
    )  # fmt: skip
    assert again[0] == first[1]
    assert again[2] == again[3]
    assert len({*first, *again}) == 4
    assert Job.objects.filter(kind="mend").count() == 4
    job = Job.objects.get(pk=first[0])
    assert (job.state, job.attempts, job.payload, job.created_by_name) == ("ready", 0, {}, "Cefn")


def test_claim_by_priority_then_time_and_never_early(machine: Actor) -> None:
    now = clock.now()
    slow, soon, urgent, later = enqueue(
        machine,
        JobDraft(kind="mend", priority=5),
        JobDraft(kind="mend", run_at=now - timedelta(seconds=5)),
        JobDraft(kind="paint", priority=-5, payload={"colour": "coch"}),
        JobDraft(kind="mend", run_at=now + timedelta(hours=1)),
    )
    enqueue(machine, JobDraft(kind="unheard.of"))
    taken = claim()
    assert [job.job_id for job in taken] == [urgent, soon, slow]
    assert taken[0].payload == {"colour": "coch"}
    assert states([slow, later]) == ["leased", "ready"]
    assert claim("w2") == []


def test_a_lease_that_runs_out_is_taken_again_and_the_first_holder_is_fenced_off(machine: Actor) -> None:
    (job_id,) = enqueue(machine, JobDraft(kind="mend", max_attempts=3))
    first = claim("w1", seconds=10)[0]
    assert leases_expire(now=clock.now() + timedelta(seconds=9)) == 0
    assert leases_expire(now=clock.now() + timedelta(seconds=11)) == 1
    second = claim("w2")[0]
    assert (first.attempts, second.attempts) == (1, 2)
    assert leases_extend(worker="w1", held=[(job_id, 1, 5, 9)], lease_seconds=60, now=clock.now()) == {}
    assert not job_settle(worker="w1", job=first, state="done")
    assert leases_extend(worker="w2", held=[(job_id, 2, 5, 9)], lease_seconds=60, now=clock.now()) == {job_id: False}
    assert job_settle(worker="w2", job=second, state="done", result={"n": 1})
    assert not job_settle(worker="w2", job=second, state="done")
    job = Job.objects.get(pk=job_id)
    assert (job.state, job.result, job.lease_until, job.leased_by) == ("done", {"n": 1}, None, "")


def test_one_worker_may_not_settle_with_its_own_earlier_taking(machine: Actor) -> None:
    enqueue(machine, JobDraft(kind="mend"))
    first = claim("w1", seconds=1)[0]
    leases_expire(now=clock.now() + timedelta(seconds=2))
    second = claim("w1")[0]
    assert not job_settle(worker="w1", job=first, state="done")
    assert job_settle(worker="w1", job=second, state="done")


def test_a_job_that_kills_its_workers_is_given_up(machine: Actor) -> None:
    (job_id,) = enqueue(machine, JobDraft(kind="mend", max_attempts=2))
    for turn in range(2):
        assert len(claim("w1", seconds=1, later=10 * turn)) == 1
        leases_expire(now=clock.now() + timedelta(seconds=10 * turn + 5))
    job = Job.objects.get(pk=job_id)
    assert (job.state, job.attempts) == ("dead", 2)
    assert "did not come back" in job.last_error
    assert job.finished_at is not None


def test_back_off_grows_and_stays() -> None:
    assert 1.5 <= back_off(1).total_seconds() <= 2.5
    assert 7.5 <= back_off(2).total_seconds() <= 12.5
    assert 2700 <= back_off(40).total_seconds() <= 4500


def test_repeat_and_cancel_by_hand(machine: Actor, person: Any, handlers: Any) -> None:
    def refuse(run: JobRun) -> None:
        raise JobRefused(reason="The printer is out of paper.")

    handlers({"mend": JobHandler(refuse)})
    failed, waiting = enqueue(
        machine, JobDraft(kind="mend"), JobDraft(kind="mend", run_at=clock.now() + timedelta(hours=1))
    )  # fmt: skip
    assert jobs_drain() == 1
    assert states([failed, waiting]) == ["failed", "ready"]
    assert "CEFN-PLATFORM-020 The printer is out of paper." in Job.objects.get(pk=failed).last_error
    with pytest.raises(NotAllowed):
        jobs_retry(job_ids=[failed], actor=person("clerk")[1])
    _user, manager = person("manager")
    assert jobs_retry(job_ids=[failed, waiting], actor=manager) == 1
    assert jobs_cancel(job_ids=[failed, waiting], actor=manager) == 2
    assert states([failed, waiting]) == ["cancelled", "cancelled"]
    assert jobs_cancel(job_ids=[failed], actor=manager) == 0
    verbs = AuditEvent.objects.filter(subject=f"job:{failed}").order_by("id").values_list("verb", "actor_name")
    assert list(verbs) == [("job-repeated", "Manager"), ("job-cancelled", "Manager")]


def test_cancelling_a_running_job_asks_it_to_stop(machine: Actor) -> None:
    (job_id,) = enqueue(machine, JobDraft(kind="mend"))
    claim("w1", seconds=5)
    assert jobs_cancel(job_ids=[job_id], actor=machine) == 1
    assert leases_extend(worker="w1", held=[(job_id, 1, 0, 0)], lease_seconds=5, now=clock.now()) == {job_id: True}
    leases_expire(now=clock.now() + timedelta(seconds=60))
    assert states([job_id]) == ["cancelled"]


def test_other_companies_jobs_are_out_of_reach(machine: Actor, other_company: Company, person: Any) -> None:
    (theirs,) = jobs_enqueue(company_id=other_company.id, jobs=[JobDraft(kind="mend")], actor=machine)
    _user, manager = person("manager")
    assert jobs_cancel(job_ids=[theirs], actor=manager) == 0
    assert states([theirs]) == ["ready"]
    assert not access_jobs(manager).filter(pk=theirs).exists()
    with pytest.raises(NotAllowed):
        access_jobs(person("warehouse")[1])
