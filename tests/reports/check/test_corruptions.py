"""Each invariant speaks up when it is broken, names the rows, and is the only one to do so."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from cefn.reports.check import INVARIANTS, CheckReport, check_run
from tests.builders import BusyShop, busy_shop, order_place, shop_open
from tests.reports.check.plants import PLANTS, Plant

Shops = tuple[BusyShop, BusyShop]


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Open the database once for all tests here, in a transaction that is taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def shops(db: None) -> Shops:
    """Build two companies once for all tests here."""
    shop = busy_shop("busy")
    other = shop_open("other", tax_rounding="document")
    order_place(other, "new", {0: 3, 1: 1}, postage=True)
    if connection.vendor == "postgresql":
        # What foreign keys still have to check would forbid changes of tables; check it now.
        _run(["SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"])
    return shop, other


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _unguard(table: str) -> None:
    """Take away what keeps a table good: its checks and its unique constraints."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql LIKE '%%UNIQUE%%'",
                [table],
            )
            names = [row[0] for row in cursor.fetchall()]
            _run([f'DROP INDEX "{name}"' for name in names])
            return
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'u')", [table]
        )
        _run([f'ALTER TABLE {table} DROP CONSTRAINT "{row[0]}"' for row in cursor.fetchall()])
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = %s AND indexdef LIKE '%%UNIQUE%%WHERE%%'", [table]
        )
        _run([f'DROP INDEX "{row[0]}"' for row in cursor.fetchall()])


@pytest.fixture
def corrupted(shops: Shops, request: pytest.FixtureRequest) -> Iterator[CheckReport]:
    """Return what the check finds after the corruption was planted; it is taken back afterwards."""
    planted: Plant = request.param
    with transaction.atomic():
        for table in planted.guards:
            _unguard(table)
        _run(planted.sql(*shops))
        try:
            yield check_run()
        finally:
            transaction.set_rollback(True)
    if connection.vendor == "sqlite":
        _run(["PRAGMA ignore_check_constraints = OFF"])


def _pairs() -> list[Any]:
    return [
        pytest.param(p, p, id=f"{p.invariant} {p.name}", marks=[getattr(pytest.mark, p.only)] if p.only else [])
        for p in PLANTS
    ]


@pytest.mark.parametrize(("corrupted", "planted"), _pairs(), indirect=["corrupted"])
def test_corruption_is_seen(corrupted: CheckReport, planted: Plant) -> None:
    assert corrupted.violated == sorted({planted.invariant} | planted.also)
    assert {
        listed.probe.code for result in corrupted.results for listed in result.listed if not listed.probe.is_warning
    } == planted.probes
    for result in corrupted.results:
        for listed in result.listed:
            assert listed.count >= len(listed.breaks) > 0
            assert all(found.subject and found.expected != found.found for found in listed.breaks)
    assert bool(planted.also) == bool(planted.why)


def test_good_database_is_clean(shops: Shops) -> None:
    report = check_run()
    assert report.violated == []
    assert [result.status for result in report.results] == ["ok"] * len(INVARIANTS)


def test_every_invariant_has_two_corruptions_on_each_database() -> None:
    for vendor in ("sqlite", "postgres"):
        counted = Counter(p.invariant for p in PLANTS if p.only in ("", vendor))
        assert [i.id for i in INVARIANTS if counted[i.id] < 2] == []


def test_every_probe_has_a_corruption() -> None:
    planted = {code for p in PLANTS for code in p.probes}
    assert planted == {p.code for i in INVARIANTS for p in i.probes if not p.is_warning}
