"""Saved views and the bell."""

from datetime import timedelta
from typing import Any

import pytest

from cefn.kernel import clock
from cefn.kernel.errors import InvalidInput, NotAllowed
from cefn.platform.actors import Actor
from cefn.platform.housekeeping import JOBS
from cefn.platform.jobs import JobDraft, jobs_enqueue
from cefn.platform.models import Company, IdempotencyKey, Job, Notification, SavedView
from cefn.platform.notifications import (
    NotificationDraft,
    access_notifications,
    notifications_read,
    notifications_send,
)
from cefn.platform.saved_views import access_saved_views, saved_view_keep, saved_views_remove


def test_views_are_kept_changed_shared_and_removed(machine: Actor, person: Any) -> None:
    _mair, clerk = person("clerk", "Mair")
    _owain, manager = person("manager", "Owain")
    saved_view_keep(area="orders", name=" Late ", query="?late=1", actor=clerk)
    saved_view_keep(area="orders", name="Held", query="hold=1", actor=clerk)
    saved_view_keep(area="orders", name="Late", query="late=1&paid=1", actor=clerk)
    shared = saved_view_keep(area="orders", name="Today", query="day=today", is_shared=True, actor=manager)
    assert [(view.name, view.query, view.position) for view in access_saved_views(clerk)] == [
        ("Late", "late=1&paid=1", 1), ("Today", "day=today", 1), ("Held", "hold=1", 2),
    ]  # fmt: skip
    assert [view.name for view in access_saved_views(manager)] == ["Today"]
    assert saved_views_remove(view_ids=[shared.id], actor=clerk) == 0
    assert saved_views_remove(view_ids=[shared.id], actor=manager) == 1


def test_views_that_may_not_be(machine: Actor, person: Any) -> None:
    _mair, clerk = person("clerk", "Mair")
    with pytest.raises(NotAllowed):
        saved_view_keep(area="orders", name="All", query="", is_shared=True, actor=clerk)
    with pytest.raises(NotAllowed):
        saved_view_keep(area="orders", name="All", query="", actor=machine)
    for name in ("", "  ", "x" * 81):
        with pytest.raises(InvalidInput):
            saved_view_keep(area="orders", name=name, query="", actor=clerk)
    assert SavedView.objects.count() == 0


def test_news_reaches_those_whom_it_concerns_once(machine: Actor, person: Any, query_count: Any) -> None:
    mair, clerk = person("clerk", "Mair")
    _ann, books = person("accountant", "Ann")
    _owain, owner = person("owner", "Owain")
    news = [
        NotificationDraft(unique_key="import:1", title="IMP-1 is done", user_ids=(mair.id, 999)),
        NotificationDraft(unique_key="period:1", title="March can be closed", permission="ledger.close"),
    ]
    with query_count(exactly=2):
        assert notifications_send(notifications=news, actor=machine) == 3
    assert notifications_send(notifications=news, actor=machine) == 0
    titles = [[one.title for one in access_notifications(actor)] for actor in (clerk, books, owner)]
    assert titles == [["IMP-1 is done"], ["March can be closed"], ["March can be closed"]]
    assert notifications_read(actor=clerk, notification_ids=[one.id for one in access_notifications(books)]) == 0
    assert notifications_read(actor=clerk) == 1
    assert notifications_read(actor=clerk) == 0
    assert access_notifications(books).filter(read_at=None).count() == 1
    with pytest.raises(KeyError):
        notifications_send(
            notifications=[NotificationDraft(unique_key="x", title="x", permission="a.b")], actor=machine
        )


def test_housekeeping_removes_only_what_is_over_and_old(
    company: Company, other_company: Company, machine: Actor, person: Any, tmp_path: Any, settings: Any
) -> None:
    settings.CEFN_HOME = tmp_path
    now, old = clock.now(), clock.now() - timedelta(days=100)
    names = ["done", "failed", "dead", "cancelled", "ready", "young", "schedule:a:1", "schedule:a:2"]
    ids = dict(zip(names, jobs_enqueue(
        company_id=company.id, jobs=[JobDraft(kind="mend", unique_key=name) for name in names], actor=machine
    ), strict=True))  # fmt: skip
    for name in names[:4]:
        Job.objects.filter(pk=ids[name]).update(state=name, finished_at=old)
    Job.objects.filter(pk=ids["young"]).update(state="done", finished_at=now - timedelta(days=29))
    Job.objects.filter(pk=ids["schedule:a:1"]).update(state="done", finished_at=now - timedelta(days=3))
    Job.objects.filter(pk=ids["schedule:a:2"]).update(state="done", finished_at=now - timedelta(days=1))
    (theirs,) = jobs_enqueue(company_id=other_company.id, jobs=[JobDraft(kind="mend")], actor=machine)
    Job.objects.filter(pk=theirs).update(state="done", finished_at=old)
    for at, moment in enumerate((old, now)):
        IdempotencyKey.objects.create(company=company, scope="s", key=str(at), body_hash="", created_at=moment)
    user, _actor = person("clerk")
    for at, read in enumerate((None, old)):
        Notification.objects.create(
            company=company, user=user, title="x", unique_key=str(at), created_at=old, read_at=read
        )  # fmt: skip
    run = type("Run", (), {"company_id": company.id})()
    counts = JOBS["platform.housekeeping"].run(run)
    assert counts == {"scheduled_jobs": 1, "jobs": 2, "keys": 1, "notifications": 1, "files": 0}
    left = set(Job.objects.filter(company=company, kind="mend").values_list("unique_key", flat=True))
    assert left == {"failed", "dead", "ready", "young", "schedule:a:2"}
    assert Job.objects.filter(pk=theirs).exists()
    assert Notification.objects.get().read_at is None
