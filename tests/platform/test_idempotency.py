"""The caller's key: the same request twice is one write and one answer."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.idempotency import KeyReused, body_digest, key_claim, key_settle
from cefn.platform.models import AuditEvent, Company, IdempotencyKey


def write(company: Company, machine: Actor, key: str, body: Any) -> Any:
    """Place an order under a key and return the answer, as an entrance does."""
    with transaction.atomic():
        earlier = key_claim(company_id=company.id, scope="orders", key=key, body_hash=body_digest(body))
        if earlier is not None:
            return earlier
        audit_record(actor=machine, events=[AuditDraft("sales-order:SO-1", "placed")])
        answer = {"number": "SO-1", "lines": body["lines"]}
        key_settle(company_id=company.id, scope="orders", key=key, result=answer)
        return answer


def placed() -> int:
    return AuditEvent.objects.filter(verb="placed").count()


def test_again_gives_the_first_answer_and_writes_nothing(company: Company, machine: Actor) -> None:
    first = write(company, machine, "k1", {"lines": 2, "sku": "A"})
    again = write(company, machine, "k1", {"sku": "A", "lines": 2})
    assert first == again == {"number": "SO-1", "lines": 2}
    assert placed() == 1


def test_another_body_under_the_same_key_is_refused(company: Company, machine: Actor) -> None:
    write(company, machine, "k1", {"lines": 2})
    with pytest.raises(KeyReused) as caught:
        write(company, machine, "k1", {"lines": 3})
    assert caught.value.status == 409
    assert placed() == 1


def test_keys_belong_to_a_company_and_a_scope(company: Company, other_company: Company, machine: Actor) -> None:
    write(company, machine, "k1", {"lines": 2})
    write(other_company, machine, "k1", {"lines": 3})
    with transaction.atomic():
        assert key_claim(company_id=company.id, scope="payments", key="k1", body_hash="x") is None
    assert placed() == 2


def test_a_failed_write_frees_its_key(company: Company, machine: Actor) -> None:
    with pytest.raises(KeyError):
        write(company, machine, "k1", {})
    assert not IdempotencyKey.objects.exists()
    assert write(company, machine, "k1", {"lines": 1}) == {"number": "SO-1", "lines": 1}


@pytest.mark.parametrize("result", [{}, [], "", 0, False])
def test_an_empty_answer_is_an_answer(company: Company, result: Any) -> None:
    key = {"company_id": company.id, "scope": "s", "key": "k"}
    with transaction.atomic():
        assert key_claim(**key, body_hash="h") is None
        key_settle(**key, result=result)
    with transaction.atomic():
        assert key_claim(**key, body_hash="h") == result


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_write_once(company: Company, machine: Actor) -> None:
    barrier, answers, errors = threading.Barrier(8), [], []

    def send() -> None:
        try:
            barrier.wait()
            answers.append(write(company, machine, "k1", {"lines": 2}))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert answers == [{"number": "SO-1", "lines": 2}] * 8
    assert placed() == 1
