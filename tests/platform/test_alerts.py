"""What waits for a person is counted, and told to those who can help, in their own language."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.functional import lazy
from django.utils.translation import get_language

from cefn.kernel import clock
from cefn.kernel.errors import NotAllowed
from cefn.platform.actors import Actor
from cefn.platform.alerts import alerts_due, alerts_job
from cefn.platform.inbox import InboxDraft, inbox_receive
from cefn.platform.jobs import JobDraft, jobs_enqueue
from cefn.platform.models import Company, InboxMessage, Job, Notification
from cefn.platform.notifications import NotificationDraft, notifications_send
from cefn.platform.selectors import inbox_late, machine_counts, outbox_late


@pytest.fixture
def trouble(company: Company, other_company: Company, machine: Actor) -> None:
    now = clock.now()
    drafts = [JobDraft(kind="label.buy") for _ in range(3)]
    late = [JobDraft(kind="outbox.mail", run_at=now - timedelta(minutes=minutes)) for minutes in (14, 16)]
    ids = jobs_enqueue(company_id=company.id, jobs=[*drafts, *late, JobDraft(kind="mend")], actor=machine)
    Job.objects.filter(pk__in=ids[:2]).update(state="dead", finished_at=now)
    Job.objects.filter(pk=ids[2]).update(state="failed", finished_at=now)
    jobs_enqueue(company_id=other_company.id, jobs=late, actor=machine)
    inbox_receive(
        messages=[InboxDraft(source="shop:main", external_key=str(n), payload="") for n in range(4)], actor=machine
    )
    InboxMessage.objects.filter(external_key__in=["0", "1"]).update(state="parked", reason="Unknown SKU.")
    InboxMessage.objects.filter(external_key="2").update(received_at=now - timedelta(minutes=16))


@pytest.mark.usefixtures("trouble")
def test_counts_and_lateness(company: Company, machine: Actor, person: Any, query_count: Any) -> None:
    with query_count(exactly=2):
        counts = machine_counts(machine)
    assert counts.jobs == {"dead": 2, "failed": 1, "ready": 4}
    assert counts.messages == {"parked": 2, "received": 2}
    assert counts.need_a_person == 5
    assert [job.kind for job in outbox_late(company.id)] == ["outbox.mail"]
    assert [message.external_key for message in inbox_late(company.id)] == ["2"]
    with pytest.raises(NotAllowed):
        machine_counts(person("accountant")[1])


@pytest.mark.usefixtures("trouble")
def test_told_once_a_day_to_those_who_can_help(company: Company, machine: Actor, person: Any) -> None:
    person("manager", "Owain")
    person("clerk", "Mair")
    run: Any = type("Run", (), {"company_id": company.id, "actor": machine})()
    assert alerts_job(run) == {"told": 4}
    assert alerts_job(run) == {"told": 0}
    told = Notification.objects.order_by("user__name", "title").values_list("user__name", "title", "level")
    assert list(told) == [
        ("Mair", "2 messages from shop:main wait for a person", "urgent"),
        ("Owain", "2 jobs and messages are more than 15 minutes late", "urgent"),
        ("Owain", "2 messages from shop:main wait for a person", "urgent"),
        ("Owain", "3 jobs of kind label.buy could not be done", "urgent"),
    ]


def test_where_all_is_well_there_is_no_news(company: Company) -> None:
    assert list(alerts_due(company.id)) == []


def test_each_in_their_own_language(machine: Actor, person: Any) -> None:
    mair, _actor = person("clerk", "Mair")
    type(mair).objects.filter(pk=mair.pk).update(language="cy")
    person("clerk", "Ann")
    # Instead of a translation, a lazy text that names the language it is written in.
    title = lazy(lambda: f"{get_language()} %(n)s", str)()
    draft = NotificationDraft(unique_key="x", title=title, facts={"n": 3}, permission="orders.view")
    notifications_send(notifications=[draft], actor=machine)
    titles = dict(Notification.objects.values_list("user__name", "title"))
    assert titles == {"Ann": "en 3", "Mair": "cy 3"}
