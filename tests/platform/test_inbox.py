"""What comes in from outside: once, kept raw, handled together, parked alone."""

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from cefn.kernel import clock
from cefn.kernel.errors import Conflict, Fault, InvalidInput, NotAllowed
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.housekeeping import JOBS
from cefn.platform.inbox import (
    InboxDraft,
    InboxReceipt,
    InboxResult,
    inbox_handle,
    inbox_handlers_register,
    inbox_ignore,
    inbox_receive,
    inbox_replay,
)
from cefn.platform.jobs import jobs_drain
from cefn.platform.models import AuditEvent, Company, InboxMessage, Job


def draft(key: str, payload: str = "good", source: str = "shop:main") -> InboxDraft:
    return InboxDraft(source=source, external_key=key, payload=payload)


@pytest.fixture
def shop(handlers: Any) -> Iterator[list[int]]:
    """Handle messages of `shop`: "bad" ones are refused, "broken" ones crash, "old" ones are ignored."""
    handlers(JOBS)
    sizes: list[int] = []

    def handle(messages: Sequence[InboxMessage], actor: Actor) -> list[InboxResult]:
        sizes.append(len(messages))
        results = []
        for message in messages:
            audit_record(actor=actor, events=[AuditDraft(f"order:{message.external_key}", "placed")])
            if message.payload == "bad":
                raise InvalidInput(faults=[Fault("lines.1.sku", "X", "There is no SKU X.", "Make it first.")])
            if message.payload == "broken":
                raise KeyError("lines")
            if message.payload == "twice":
                InboxMessage.objects.bulk_create([message])
            old = "It is older than what is here." if message.payload == "old" else ""
            results.append(InboxResult(document=f"sales-order:{message.external_key}", ignored_because=old))
        return results

    inbox_handlers_register({"shop": handle})
    yield sizes
    inbox_handlers_register({})


def states(company: Company) -> dict[str, str]:
    return dict(InboxMessage.objects.filter(company=company).values_list("external_key", "state"))


def placed() -> list[str]:
    return sorted(AuditEvent.objects.filter(verb="placed").values_list("subject", flat=True))


def test_five_times_is_once(company: Company, machine: Actor, shop: list[int]) -> None:
    first = inbox_receive(messages=[draft("1"), draft("2"), draft("1")], actor=machine)
    assert [receipt.is_new for receipt in first] == [True, True, False]
    again = [inbox_receive(messages=[draft("1", "other")], actor=machine)[0] for _ in range(4)]
    assert again[0] == InboxReceipt(first[0].message_id, False, True)
    jobs_drain()
    assert states(company) == {"1": "handled", "2": "handled"}
    assert placed() == ["order:1", "order:2"]
    message = InboxMessage.objects.get(external_key="1")
    assert (message.payload, message.repeats, message.document, message.attempts) == ("good", 5, "sales-order:1", 1)
    assert jobs_drain() == 0


def test_keys_belong_to_a_source_and_a_company(company: Company, other_company: Company, machine: Actor) -> None:
    theirs = Actor(**{**{f: getattr(machine, f) for f in Actor.__slots__}, "company_id": other_company.id})
    receipts = [
        *inbox_receive(messages=[draft("1"), draft("1", source="shop:second")], actor=machine),
        *inbox_receive(messages=[draft("1")], actor=theirs),
    ]
    assert [receipt.is_new for receipt in receipts] == [True, True, True]


def test_the_message_and_its_job_are_one_transaction(machine: Actor) -> None:
    inbox_receive(messages=[draft(str(n)) for n in range(1200)], actor=machine)
    jobs = Job.objects.filter(kind="platform.inbox_handle")
    assert sorted(len(job.payload["ids"]) for job in jobs) == [200, 500, 500]


def test_poisoned_messages_are_parked_with_their_reason_and_the_rest_go_in(
    company: Company, machine: Actor, shop: list[int]
) -> None:
    payloads = ["good"] * 20
    payloads[3], payloads[11], payloads[17], payloads[12] = "bad", "broken", "old", "twice"
    inbox_receive(messages=[draft(f"{n:02}", payload) for n, payload in enumerate(payloads)], actor=machine)
    jobs_drain()
    found = states(company)
    assert [key for key, state in found.items() if state == "parked"] == ["03", "11", "12"]
    assert found["17"] == "ignored"
    assert placed() == [f"order:{n:02}" for n in range(20) if n not in {3, 11, 12}]
    assert shop[0] == 20
    assert len(shop) < 25, "halving should need few turns"
    bad, broken, twice = (InboxMessage.objects.get(external_key=key) for key in ("03", "11", "12"))
    assert "lines.1.sku: 'X': There is no SKU X. Make it first." in bad.reason
    assert bad.reason_code == "CEFN-KERNEL-002"
    assert "KeyError" in broken.reason
    assert broken.reason_code == "CEFN-PLATFORM-041"
    assert "IntegrityError" in twice.reason


def test_a_message_nobody_understands_is_parked(machine: Actor, handlers: Any) -> None:
    handlers(JOBS)
    inbox_receive(messages=[draft("1", source="pigeon:post")], actor=machine)
    jobs_drain()
    message = InboxMessage.objects.get(external_key="1")
    assert (message.state, message.reason_code) == ("parked", "CEFN-PLATFORM-040")
    assert "pigeon:post" in message.reason


def test_parked_can_be_repeated_or_ignored_by_those_who_may(
    company: Company, machine: Actor, shop: list[int], person: Any
) -> None:
    inbox_receive(messages=[draft("1", "bad"), draft("2", "bad"), draft("3")], actor=machine)
    jobs_drain()
    one, two, three = InboxMessage.objects.order_by("id")
    with pytest.raises(NotAllowed):
        inbox_replay(message_ids=[one.id], actor=person("warehouse")[1])
    _user, clerk = person("clerk")
    InboxMessage.objects.filter(pk=one.pk).update(payload="good")
    assert inbox_replay(message_ids=[one.id, three.id], actor=clerk) == 1
    assert inbox_ignore(message_ids=[two.id, three.id], reason="A test of theirs.", actor=clerk) == 1
    jobs_drain()
    assert states(company) == {"1": "handled", "2": "ignored", "3": "handled"}
    assert placed() == ["order:1", "order:3"]
    assert list(AuditEvent.objects.filter(subject=f"inbox:{two.id}").values_list("verb", "data")) == [
        ("message-ignored", {"reason": "A test of theirs."})
    ]


def test_handling_twice_is_harmless(company: Company, machine: Actor, shop: list[int]) -> None:
    receipts = inbox_receive(messages=[draft("1"), draft("2")], actor=machine)
    ids = [receipt.message_id for receipt in receipts]
    assert inbox_handle(message_ids=ids, actor=machine) == {"handled": 2, "ignored": 0, "parked": 0}
    assert inbox_handle(message_ids=ids, actor=machine) == {"handled": 0, "ignored": 0, "parked": 0}
    assert placed() == ["order:1", "order:2"]


def test_what_was_left_is_swept_up(company: Company, machine: Actor, shop: list[int]) -> None:
    inbox_receive(messages=[draft("1"), draft("2")], actor=machine)
    Job.objects.filter(kind="platform.inbox_handle").delete()
    InboxMessage.objects.filter(external_key="1").update(received_at=clock.now() - timedelta(minutes=11))
    run = type("Run", (), {"company_id": company.id, "actor": machine})()
    assert JOBS["platform.inbox_sweep"].run(run) == {"handled": 1, "ignored": 0, "parked": 0}
    assert states(company) == {"1": "handled", "2": "received"}


@pytest.mark.django_db(transaction=True)
def test_the_same_message_from_many_at_once(company: Company, machine: Actor, shop: list[int]) -> None:
    barrier, new, errors = threading.Barrier(6), [], []

    def receive() -> None:
        try:
            barrier.wait()
            receipts = inbox_receive(messages=[draft(str(n)) for n in range(20)], actor=machine)
            new.append(sum(receipt.is_new for receipt in receipts))
            inbox_handle(message_ids=[receipt.message_id for receipt in receipts], actor=machine)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=receive) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert sum(new) == 20
    assert set(states(company).values()) == {"handled"}
    assert placed() == sorted(f"order:{n}" for n in range(20))


def test_an_empty_key_is_refused(machine: Actor) -> None:
    with pytest.raises(InvalidInput):
        inbox_receive(messages=[draft("")], actor=machine)
    assert InboxMessage.objects.count() == 0


def test_a_conflict_is_parked_like_any_refusal(company: Company, machine: Actor, handlers: Any) -> None:
    def refuse(messages: Sequence[InboxMessage], actor: Actor) -> list[InboxResult]:
        raise Conflict(document="SO-1")

    handlers(JOBS)
    inbox_handlers_register({"shop": refuse})
    inbox_receive(messages=[draft("1")], actor=machine)
    jobs_drain()
    inbox_handlers_register({})
    assert states(company) == {"1": "parked"}
