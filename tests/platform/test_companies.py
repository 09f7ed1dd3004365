"""Making companies."""

from typing import Any

import pytest

from cefn.kernel.errors import Conflict, InvalidInput, NotAllowed
from cefn.platform.actors import Actor
from cefn.platform.companies import HOUSEKEEPING, CompanyDraft, companies_create, company_change
from cefn.platform.company_facts import company_facts
from cefn.platform.housekeeping import JOBS
from cefn.platform.jobs import jobs_drain, schedules_fire
from cefn.platform.models import AuditEvent, AuditHead, Company, Job, NumberSeries, Schedule


def test_a_company_is_ready_to_work(company: Company, handlers: Any) -> None:
    assert (company.currency, company.timezone, company.costing_method) == ("GBP", "Europe/London", "fifo")
    assert NumberSeries.objects.filter(company=company).count() > 10
    schedules = Schedule.objects.filter(company=company)
    assert sorted(schedules.values_list("code", flat=True)) == sorted(draft.code for draft in HOUSEKEEPING)
    assert {draft.kind for draft in HOUSEKEEPING} <= set(JOBS)
    assert AuditEvent.objects.filter(subject="company:gwynt", verb="company-created").count() == 1


def test_its_housekeeping_runs(company: Company, handlers: Any, tmp_path: Any, settings: Any) -> None:
    settings.CEFN_HOME = tmp_path
    handlers(JOBS)
    latest = max(Schedule.objects.values_list("next_run_at", flat=True))
    assert schedules_fire(now=latest) == len(HOUSEKEEPING)
    Job.objects.update(run_at=company.created_at)
    assert jobs_drain() == len(HOUSEKEEPING)
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert AuditHead.objects.get(company=company).chain_number == AuditEvent.objects.count()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "Gwynt"}, "companies.0.code"),
        ({"code": ""}, "companies.0.code"),
        ({"code": "a" * 33}, "companies.0.code"),
        ({"name": " "}, "companies.0.name"),
        ({"currency": "XXX"}, "companies.0.currency"),
        ({"timezone": "Cymru/Bangor"}, "companies.0.timezone"),
        ({"timezone": "../../etc/passwd"}, "companies.0.timezone"),
    ],
)
def test_bad_drafts(db: None, change: dict[str, str], field: str) -> None:
    whole = {"code": "gwynt", "name": "Gwynt"} | change
    with pytest.raises(InvalidInput) as caught:
        companies_create(companies=[CompanyDraft(**whole)])
    assert [fault.field for fault in caught.value.faults] == [field]
    assert Company.objects.count() == 0


def test_a_code_is_used_once(company: Company) -> None:
    with pytest.raises(Conflict):
        companies_create(companies=[CompanyDraft(code="new", name="New"), CompanyDraft(code="gwynt", name="Again")])
    assert Company.objects.count() == 1


def test_change_is_told_forgets_what_was_remembered_and_moves_the_schedules(
    company: Company, machine: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    assert company_facts(company.id).timezone == "Europe/London"
    before = Schedule.objects.get(code="housekeeping").next_run_at
    with django_capture_on_commit_callbacks(execute=True):
        company_change(changes={"timezone": "Asia/Kathmandu", "name": "Gwynt"}, actor=machine)
    assert company_facts(company.id).timezone == "Asia/Kathmandu"
    assert Schedule.objects.get(code="housekeeping").next_run_at != before
    event = AuditEvent.objects.get(verb="company-changed")
    assert event.data == {
        "name": {"before": "Gwynt a Glaw", "after": "Gwynt"},
        "timezone": {"before": "Europe/London", "after": "Asia/Kathmandu"},
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"costing_method": "average"}, "costing_method"),
        ({"code": "new"}, "code"),
        ({"id": 1}, "id"),
        ({"timezone": "Mars"}, "companies.0.timezone"),
        ({"name": ""}, "companies.0.name"),
    ],
)
def test_what_may_not_change(company: Company, machine: Actor, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        company_change(changes={"email": "x@example.com"} | changes, actor=machine)
    assert [fault.field for fault in caught.value.faults] == [field]
    assert Company.objects.get().email == ""


def test_only_those_who_may_change_it(company: Company, person: Any) -> None:
    with pytest.raises(NotAllowed):
        company_change(changes={"name": "X"}, actor=person("clerk")[1])
