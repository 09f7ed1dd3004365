"""The fixtures of this suite do what they promise."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection

from cefn.platform.models import Company

Counter = Callable[..., AbstractContextManager[Any]]


@pytest.mark.django_db
def test_a_query_beyond_the_budget_fails_and_is_shown(query_count: Counter) -> None:
    def two_statements() -> None:
        with query_count(at_most=1):
            Company.objects.count()
            Company.objects.exists()

    with pytest.raises(pytest.fail.Exception, match="2 statements, at most 1 allowed"):
        two_statements()


@pytest.mark.django_db
def test_transaction_control_is_not_counted(query_count: Counter) -> None:
    with query_count(exactly=1) as counted, connection.cursor() as cursor:
        cursor.execute("SAVEPOINT here")
        cursor.execute("SELECT 1")
        cursor.execute("RELEASE SAVEPOINT here")
    assert counted.count == 1


def test_other_processes_see_this_tests_database(process_environment: dict[str, str], vendor: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE seen_elsewhere (n integer)")
        cursor.execute("INSERT INTO seen_elsewhere VALUES (41)")
    code = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "cursor = connection.cursor()\n"
        "cursor.execute('UPDATE seen_elsewhere SET n = n + 1')\n"
        "print(connection.vendor)"
    )
    try:
        shown = subprocess.check_output([sys.executable, "-c", code], env=process_environment, text=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT n FROM seen_elsewhere")
            assert cursor.fetchone() == (42,)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE seen_elsewhere")
    assert shown.strip() == {"sqlite": "sqlite", "postgres": "postgresql"}[vendor]
