"""The chain: sealed by many at once, whole when untouched, broken where touched."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from cefn.kernel import sql
from cefn.platform import audit_chain
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.audit_chain import audit_head, audit_seal, audit_seal_all, audit_verify, link_hash
from cefn.platform.models import AuditEvent, AuditHead, Company


def record(actor: Actor, count: int, start: int = 0) -> None:
    audit_record(
        actor=actor,
        events=[
            AuditDraft(f"sales-order:SO-{n}", "placed", {"n": n}, person="customer:C-1", personal={"name": f"P{n}"})
            for n in range(start, start + count)
        ],
    )


@pytest.fixture
def chain(machine: Actor) -> Actor:
    """Return the actor of a company with a sealed chain of at least thirty events."""
    record(machine, 30)
    audit_seal(machine.company_id)
    return machine


def breaks(actor: Actor, **options: Any) -> list[tuple[str, int]]:
    found = audit_verify(actor.company_id, **options).breaks
    return [(one.kind, one.chain_number) for one in found]


def test_sealing_links_in_order_and_only_once(machine: Actor) -> None:
    before = AuditEvent.objects.filter(company_id=machine.company_id).count()
    record(machine, 7)
    assert audit_seal(machine.company_id) == before + 7
    assert audit_seal(machine.company_id) == 0
    rows = list(AuditEvent.objects.order_by("chain_number").values_list("chain_number", "content_hash", "chain_hash"))
    previous = ""
    for at, (number, content, link) in enumerate(rows, start=1):
        assert number == at
        assert link == link_hash(previous, number, content)
        previous = link
    assert audit_head(machine.company_id) == f"{len(rows)}:{previous}"
    report = audit_verify(machine.company_id)
    assert (report.rows, report.is_whole, report.head) == (before + 7, True, f"{len(rows)}:{previous}")


def test_batches_and_pages(machine: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_chain, "SEAL_BATCH", 10)
    monkeypatch.setattr(audit_chain, "VERIFY_PAGE", 7)
    record(machine, 25)
    total = AuditEvent.objects.filter(company_id=machine.company_id).count()
    assert audit_seal(machine.company_id) == total
    record(machine, 16, start=100)
    report = audit_verify(machine.company_id)
    assert (report.rows, report.breaks) == (total + 16, ())


def test_companies_have_chains_of_their_own(chain: Actor, other_company: Company) -> None:
    assert audit_seal_all() > 0
    assert audit_verify(other_company.id).is_whole
    assert AuditEvent.objects.filter(company_id=other_company.id).order_by("chain_number")[0].chain_number == 1
    assert breaks(chain) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE platform_auditevent SET verb = 'cancelled' WHERE chain_number = 12", [("altered", 12)]),
        ("UPDATE platform_auditevent SET subject = 'sales-order:SO-X' WHERE chain_number = 12", [("altered", 12)]),
        ("UPDATE platform_auditevent SET actor_id = 77 WHERE chain_number = 12", [("altered", 12)]),
        ("UPDATE platform_auditevent SET via = 'api' WHERE chain_number = 12", [("altered", 12)]),
        ("UPDATE platform_auditevent SET data = '{\"n\":99}' WHERE chain_number = 12", [("altered", 12)]),
        ("UPDATE platform_auditevent SET at = '2020-01-01 00:00:00+00' WHERE chain_number = 12", [("altered", 12)]),
        ("UPDATE platform_auditevent SET personal_digest = '' WHERE chain_number = 12",
         [("altered", 12), ("personal", 12)]),
        ("UPDATE platform_auditevent SET personal = '{\"salt\":\"0\",\"facts\":{}}' WHERE chain_number = 12",
         [("personal", 12)]),
        ("UPDATE platform_auditevent SET chain_hash = content_hash WHERE chain_number = 12",
         [("link", 12), ("link", 13)]),
        ("DELETE FROM platform_auditevent WHERE chain_number = 12", [("hole", 13)]),
        ("DELETE FROM platform_auditevent WHERE chain_number = 1", [("hole", 2)]),
        ("DELETE FROM platform_auditevent WHERE chain_number BETWEEN 5 AND 9", [("hole", 10)]),
    ],
)  # fmt: skip
def test_whatever_is_changed_shows_and_says_where(
    chain: Actor, statement: Any, expected: list[tuple[str, int]]
) -> None:
    assert breaks(chain) == []
    sql.run(statement)
    assert breaks(chain) == expected


def test_a_row_rehashed_after_the_change_breaks_the_link(chain: Actor) -> None:
    event = AuditEvent.objects.get(chain_number=12)
    record(chain, 1, start=500)
    forged = AuditEvent.objects.get(chain_number=None)
    AuditEvent.objects.filter(pk=event.pk).delete()
    AuditEvent.objects.filter(pk=forged.pk).update(chain_number=12, chain_hash=event.chain_hash)
    assert breaks(chain) == [("link", 12)]


def test_a_chain_cut_at_its_end_shows_at_the_head(chain: Actor) -> None:
    last = AuditHead.objects.get(company_id=chain.company_id).chain_number
    AuditEvent.objects.filter(company_id=chain.company_id, chain_number__gt=last - 3).delete()
    assert breaks(chain) == [("head", last)]


def test_a_head_set_back_shows_the_rows_beyond_it(chain: Actor) -> None:
    last = AuditHead.objects.get(company_id=chain.company_id).chain_number
    earlier = AuditEvent.objects.get(company_id=chain.company_id, chain_number=last - 2)
    AuditHead.objects.filter(company_id=chain.company_id).update(
        chain_number=last - 2, chain_hash=earlier.chain_hash
    )  # fmt: skip
    assert breaks(chain) == [("link", last - 1), ("link", last)]


def test_unsealed_rows_are_held_against_their_own_hash(chain: Actor) -> None:
    record(chain, 2, start=900)
    sql.run("UPDATE platform_auditevent SET verb = 'paid' WHERE subject = 'sales-order:SO-901'")
    assert breaks(chain) == [("altered", 0)]


def test_verifying_from_a_later_row(chain: Actor) -> None:
    sql.run("UPDATE platform_auditevent SET verb = 'cancelled' WHERE chain_number = 12")
    assert breaks(chain, from_number=13) == []
    assert breaks(chain, from_number=12) == [("altered", 12)]
    sql.run("DELETE FROM platform_auditevent WHERE chain_number = 20")
    assert breaks(chain, from_number=15) == [("hole", 21)]


def test_at_most_so_many_breaks(chain: Actor) -> None:
    sql.run("UPDATE platform_auditevent SET verb = 'cancelled'")
    assert len(breaks(chain, most_breaks=4)) == 4


def test_verification_writes_nothing_and_reads_in_few_statements(chain: Actor, query_count: Callable[..., Any]) -> None:
    with query_count(at_most=6) as counted:
        audit_verify(chain.company_id)
    assert all(statement.lstrip().startswith("SELECT") for statement in counted.statements)


@pytest.mark.django_db(transaction=True)
def test_writers_and_sealers_at_once(machine: Actor) -> None:
    barrier, errors = threading.Barrier(6), []

    def work(at: int) -> None:
        try:
            barrier.wait()
            for turn in range(10):
                if at < 3:
                    record(machine, 5, start=at * 1000 + turn * 10)
                else:
                    audit_seal(machine.company_id)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(at,)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    audit_seal(machine.company_id)
    report = audit_verify(machine.company_id)
    assert report.breaks == ()
    assert AuditEvent.objects.filter(company_id=machine.company_id, verb="placed").count() == 150
    assert AuditHead.objects.get(company_id=machine.company_id).chain_number == report.rows
