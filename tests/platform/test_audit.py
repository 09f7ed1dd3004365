"""Recording what happened, reading it back, and erasing what is personal."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from cefn.kernel.errors import NotAllowed
from cefn.platform.actors import Actor
from cefn.platform.audit import (
    AuditDraft,
    access_audit,
    audit_persons_erase,
    audit_record,
    content_hash,
    data_text,
    moment_micros,
    timeline_events,
)
from cefn.platform.audit_chain import audit_seal, audit_verify
from cefn.platform.models import AuditEvent, Company


def test_one_statement_whatever_the_number(machine: Actor, query_count: Callable[..., Any]) -> None:
    with query_count(exactly=1):
        audit_record(actor=machine, events=[AuditDraft("sales-order:SO-1", "placed", {"n": n}) for n in range(100)])
    with query_count(exactly=0):
        audit_record(actor=machine, events=[])


def test_a_row_carries_the_hash_of_its_own_content(machine: Actor) -> None:
    moment = datetime(2026, 3, 1, 9, 30, 0, 123_457, tzinfo=UTC)
    data = {"lines": 3, "sku": "MWG-COCH ☕", "nested": {"b": [1, None, True], "a": "x"}}
    audit_record(actor=machine, events=[AuditDraft("sales-order:SO-1", "placed", data)], at=moment)
    event = AuditEvent.objects.get(subject="sales-order:SO-1")
    assert (event.data, event.at, event.via, event.actor_name, event.chain_number) == (
        data,
        moment,
        "job",
        "Cefn",
        None,
    )
    assert event.content_hash == content_hash(
        event_id=event.id, company_id=machine.company_id, subject="sales-order:SO-1", verb="placed", actor_id=None,
        via="job", at_micros=moment_micros(moment), data=data_text(data), personal_digest="",
    )  # fmt: skip


def test_it_is_part_of_the_business_transaction(machine: Actor) -> None:
    with transaction.atomic():
        audit_record(actor=machine, events=[AuditDraft("sales-order:SO-1", "placed")])
        transaction.set_rollback(True)
    assert not AuditEvent.objects.filter(subject="sales-order:SO-1").exists()


@pytest.mark.parametrize("value", [0.5, 1e30, [1, {"a": 2.0}], float("1e-9")])
def test_fractions_are_refused(machine: Actor, value: Any) -> None:
    with pytest.raises(TypeError):
        audit_record(actor=machine, events=[AuditDraft("stock:1", "moved", {"quantity": value})])


def test_texts_that_look_like_fractions_are_welcome() -> None:
    assert data_text({"price": "1.5", "note": "e+ 1.0"}) == '{"note":"e+ 1.0","price":"1.5"}'


def test_timeline_is_newest_first_and_only_for_those_who_may(
    machine: Actor, person: Any, other_company: Company
) -> None:  # fmt: skip
    for verb in ("placed", "held", "released"):
        audit_record(actor=machine, events=[AuditDraft("sales-order:SO-1", verb), AuditDraft("sales-order:SO-2", verb)])
    _user, clerk = person("clerk")
    events = timeline_events(actor=clerk, subject="sales-order:SO-1", permission="orders.view")
    assert [event.verb for event in events] == ["released", "held", "placed"]
    with pytest.raises(NotAllowed):
        timeline_events(actor=clerk, subject="journal-entry:JE-1", permission="ledger.view")
    with pytest.raises(NotAllowed):
        access_audit(clerk)
    _user, auditor = person("auditor")
    assert access_audit(auditor).exclude(company_id=machine.company_id).count() == 0


def test_erasing_a_person_leaves_data_hashes_and_chain_whole(machine: Actor, person: Any) -> None:
    def fact(who: str, name: str) -> AuditDraft:
        return AuditDraft("sales-order:SO-1", "placed", {"n": 1}, person=who, personal={"name": name, "town": "Bangor"})

    audit_record(
        actor=machine, events=[fact("customer:C-1", "Mair"), fact("customer:C-2", "Ifan"), fact("customer:C-1", "M")]
    )
    audit_seal(machine.company_id)
    digests = list(AuditEvent.objects.order_by("id").values_list("id", "personal_digest", "content_hash", "chain_hash"))
    with pytest.raises(NotAllowed):
        audit_persons_erase(persons=["customer:C-1"], actor=person("clerk")[1])
    assert audit_persons_erase(persons=["customer:C-1", "customer:C-9", ""], actor=machine) == 2
    left = AuditEvent.objects.exclude(personal=None)
    assert [event.personal["facts"]["name"] for event in left] == ["Ifan"]
    after = dict.fromkeys(AuditEvent.objects.values_list("id", "personal_digest", "content_hash", "chain_hash"))
    assert set(digests) <= set(after)
    audit_seal(machine.company_id)
    assert audit_verify(machine.company_id).is_whole
    record = AuditEvent.objects.get(subject="customer:C-1", verb="personal-data-erased")
    assert record.data == {"events": 2}


def test_the_digest_is_salted(machine: Actor) -> None:
    draft = AuditDraft("x:1", "seen", person="customer:C-1", personal={"name": "Mair"})
    audit_record(actor=machine, events=[draft, draft])
    first, second = AuditEvent.objects.filter(subject="x:1")
    assert first.personal_digest != second.personal_digest
    assert len(first.personal_digest) == 64
