"""The wiring table and the table of jobs."""

import pytest

from cefn.flows.wiring import JOBS
from cefn.platform.models import Schedule
from tests.shop import shop_make


@pytest.mark.django_db
def test_whatever_a_new_company_schedules_can_be_done() -> None:
    kinds = set(Schedule.objects.filter(company_id=shop_make().company_id).values_list("kind", flat=True))
    assert {"platform.audit_seal", "shipping.labels_settle", "shipping.tracking_fetch"} <= kinds
    assert kinds - set(JOBS) == set()


def test_every_job_says_what_it_is() -> None:
    assert [kind for kind, handler in JOBS.items() if not str(handler.label)] == []
