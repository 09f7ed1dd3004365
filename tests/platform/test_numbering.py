"""Human numbers: 1..n without gap or double, whoever takes them and whatever is rolled back."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from cefn.platform.actors import Actor
from cefn.platform.models import AuditEvent, Company, NumberSeries
from cefn.platform.numbering import SERIES, SeriesUnknown, numbers_take, series_create

PROCESSES = 8
TIMES = 15


def take(company: Company, count: int = 1, series: str = "invoice") -> list[str]:
    return numbers_take(company_id=company.id, series=series, count=count)


def test_a_new_company_has_every_series_once(company: Company) -> None:
    take(company, 4)
    series_create(company_id=company.id)
    found = dict(NumberSeries.objects.filter(company=company).values_list("code", "prefix"))
    assert found == SERIES
    assert take(company) == ["INV-000005"]


def test_in_order_and_each_company_for_itself(company: Company, other_company: Company, query_count: Any) -> None:
    with query_count(exactly=1):
        assert take(company, 3) == ["INV-000001", "INV-000002", "INV-000003"]
    assert take(other_company) == ["INV-000001"]
    assert take(company, series="sales_order") == ["SO-000001"]
    assert take(company) == ["INV-000004"]
    with query_count(exactly=0):
        assert take(company, 0) == []


def test_a_rollback_gives_its_numbers_back(company: Company) -> None:
    take(company, 2)
    with transaction.atomic():
        assert take(company, 5)[-1] == "INV-000007"
        transaction.set_rollback(True)
    assert take(company) == ["INV-000003"]


def test_beyond_the_width(company: Company) -> None:
    NumberSeries.objects.filter(company=company, code="invoice").update(next_number=999_999)
    assert take(company, 2) == ["INV-999999", "INV-1000000"]


def test_a_series_nobody_made(company: Company) -> None:
    with pytest.raises(SeriesUnknown) as caught:
        take(company, series="tickets")
    assert "tickets" in str(caught.value)


@pytest.mark.django_db(transaction=True)
def test_eight_processes_leave_no_gap(
    company: Company, machine: Actor, process_environment: dict[str, str], repository: Path
) -> None:
    command = [sys.executable, "-m", "tests.platform.number_process", str(company.id), str(TIMES)]
    environment = process_environment | {"PYTHONPATH": f"{process_environment['PYTHONPATH']}:{repository}"}
    processes = [
        subprocess.Popen(
            command, env=environment, cwd=repository, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(PROCESSES)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            process.communicate(timeout=60)
            assert process.returncode == 0
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.communicate()
    kept = [turn for turn in range(TIMES) if turn % 3]
    expected = PROCESSES * sum(3 if turn % 5 == 0 else 1 for turn in kept)
    posted = sorted(AuditEvent.objects.filter(verb="posted").values_list("subject", flat=True))
    assert posted == [f"invoice:INV-{number:06}" for number in range(1, expected + 1)]
    assert NumberSeries.objects.get(company=company, code="invoice").next_number == expected + 1
