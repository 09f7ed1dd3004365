"""Schedules become jobs: once a round, by one of many workers."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from cefn.kernel import clock
from cefn.kernel.errors import NotAllowed
from cefn.platform.actors import Actor
from cefn.platform.jobs import CronInvalid, ScheduleDraft, schedules_fire, schedules_set, schedules_switch
from cefn.platform.models import AuditEvent, Job, Schedule

DAILY = ScheduleDraft(code="daily", kind="mend", cron="30 6 * * *", payload={"deep": True})
OFTEN = ScheduleDraft(code="often", kind="paint", every_seconds=60)


def due(code: str, ago: timedelta) -> datetime:
    moment = clock.now() - ago
    Schedule.objects.filter(code=code).update(next_run_at=moment)
    return moment


def test_set_is_repeatable_and_keeps_the_next_moment(machine: Actor) -> None:
    assert schedules_set(schedules=[DAILY, OFTEN], actor=machine) == 2
    first = Schedule.objects.get(code="often").next_run_at
    assert schedules_set(schedules=[DAILY, OFTEN], actor=machine) == 0
    assert Schedule.objects.get(code="often").next_run_at == first
    assert schedules_set(schedules=[ScheduleDraft(code="often", kind="paint", every_seconds=5)], actor=machine) == 1
    assert Schedule.objects.get(code="often").next_run_at < first
    daily = Schedule.objects.get(code="daily")
    assert daily.payload == {"deep": True}
    assert daily.next_run_at.astimezone(UTC).minute == 30


def test_a_due_schedule_makes_one_job_and_missed_rounds_are_run_once(machine: Actor) -> None:
    schedules_set(schedules=[DAILY, OFTEN], actor=machine)
    planned = due("often", timedelta(hours=3))
    due("daily", timedelta(days=9))
    now = clock.now()
    assert schedules_fire(now=now) == 2
    assert schedules_fire(now=now) == 0
    often = Job.objects.get(kind="paint")
    assert often.unique_key == f"schedule:often:{int(planned.timestamp())}"
    assert Job.objects.get(kind="mend").payload == {"deep": True}
    assert Schedule.objects.get(code="often").next_run_at == now + timedelta(seconds=60)
    assert Schedule.objects.get(code="daily").next_run_at > now


def test_switched_off_it_rests(machine: Actor, person: Any) -> None:
    schedules_set(schedules=[OFTEN], actor=machine)
    assert schedules_switch(codes=["often"], is_active=False, actor=person("manager")[1]) == 1
    due("often", timedelta(hours=1))
    assert schedules_fire(now=clock.now()) == 0
    assert schedules_switch(codes=["often"], is_active=True, actor=machine) == 1
    assert schedules_fire(now=clock.now()) == 0
    verbs = AuditEvent.objects.filter(subject="schedule:often").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["schedule-set", "schedule-switched-off", "schedule-switched-on"]


def test_bad_schedules_are_refused(machine: Actor, person: Any) -> None:
    for draft in (
        ScheduleDraft(code="x", kind="mend"),
        ScheduleDraft(code="x", kind="mend", every_seconds=5, cron="* * * * *"),
        ScheduleDraft(code="x", kind="mend", cron="whenever"),
    ):
        with pytest.raises(CronInvalid):
            schedules_set(schedules=[draft], actor=machine)
    with pytest.raises(NotAllowed):
        schedules_set(schedules=[OFTEN], actor=person("clerk")[1])
    assert not Schedule.objects.filter(code__in=["x", "often"]).exists()


@pytest.mark.django_db(transaction=True)
def test_many_workers_fire_a_round_once(machine: Actor) -> None:
    schedules_set(schedules=[OFTEN], actor=machine)
    due("often", timedelta(seconds=5))
    now, barrier, fired = clock.now(), threading.Barrier(6), []

    def fire() -> None:
        barrier.wait()
        try:
            fired.append(schedules_fire(now=now))
        finally:
            connection.close()

    threads = [threading.Thread(target=fire) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(fired) == [0, 0, 0, 0, 0, 1]
    assert Job.objects.filter(kind="paint").count() == 1
