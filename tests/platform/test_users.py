"""People, roles, and the rule that a company keeps an owner."""

import threading
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection

from cefn.kernel.errors import InvalidInput, NotAllowed, NotFound
from cefn.platform.actors import Actor, NotMember, actor_for_token, actor_for_user, actors_for_users, system_actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.audit_chain import audit_seal, audit_verify
from cefn.platform.models import AuditEvent, Company, Membership, User
from cefn.platform.tokens import TokenDraft, tokens_create
from cefn.platform.users import (
    BelongsElsewhere,
    EmailTaken,
    LastOwner,
    MembershipDraft,
    UserDraft,
    access_users,
    memberships_remove,
    memberships_set,
    user_password_set,
    user_preferences_set,
    users_create,
    users_erase,
    users_switch,
)

GOOD = "glaw-mawr-heno-7"


def test_create_and_act(company: Company, machine: Actor) -> None:
    drafts = [
        UserDraft(email="Mair@Example.com ", name=" Mair Jones ", role="clerk", password=GOOD, channel_codes=("web",)),
        UserDraft(email="ifan@example.com", name="Ifan", role="warehouse", warehouse_codes=("BGR", "CDF")),
    ]
    mair, ifan = users_create(users=drafts, actor=machine)
    assert (mair.email, mair.name) == ("mair@example.com", "Mair Jones")
    assert check_password(GOOD, mair.password)
    assert not User.objects.get(pk=ifan.pk).has_usable_password()
    actor = actor_for_user(ifan, company.id)
    assert (actor.role, actor.via, actor.name) == ("warehouse", "screen", "Ifan")
    assert actor.warehouse_codes == {"BGR", "CDF"}
    assert actor.channel_codes == frozenset()
    assert "stock.move" in actor.permissions
    assert "ledger.view" not in actor.permissions
    assert set(actors_for_users(company.id, [mair.id, ifan.id, 5])) == {mair.id, ifan.id}
    event = AuditEvent.objects.get(subject=f"user:{ifan.id}")
    assert (event.verb, event.data) == ("role-set", {"role": "warehouse", "warehouses": ["BGR", "CDF"], "channels": []})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "mair"}, "users.0.email"),
        ({"email": ""}, "users.0.email"),
        ({"name": "  "}, "users.0.name"),
        ({"password": "short"}, "users.0.password"),
        ({"password": "password1234"}, "users.0.password"),
        ({"role": "admin"}, "users.0.role"),
        ({"role": ""}, "users.0.role"),
    ],
)
def test_bad_drafts_are_refused_by_field(machine: Actor, change: dict[str, Any], field: str) -> None:
    whole = {"email": "mair@example.com", "name": "Mair", "password": GOOD, "role": "clerk"} | change
    with pytest.raises(InvalidInput) as caught:
        users_create(users=[UserDraft(**whole)], actor=machine)
    assert {fault.field for fault in caught.value.faults} == {field}
    assert all(fault.remedy for fault in caught.value.faults)
    assert GOOD not in str(caught.value.faults)
    assert User.objects.count() == 0


def test_an_address_is_used_once_whatever_its_case(machine: Actor) -> None:
    users_create(users=[UserDraft(email="mair@example.com", name="Mair")], actor=machine)
    with pytest.raises(EmailTaken):
        users_create(users=[UserDraft(email="MAIR@example.com", name="Mair")], actor=machine)
    with pytest.raises(EmailTaken):
        users_create(
            users=[UserDraft(email="a@example.com", name="A"), UserDraft(email="A@example.com", name="A")],
            actor=machine,
        )
    assert User.objects.count() == 1


def test_only_owners_let_people_in(machine: Actor, person: Any) -> None:
    for role in ("manager", "accountant", "auditor"):
        with pytest.raises(NotAllowed):
            users_create(users=[UserDraft(email="x@example.com", name="X")], actor=person(role)[1])
    owner = person("owner")[1]
    users_create(users=[UserDraft(email="x@example.com", name="X")], actor=owner)
    assert access_users(person("auditor", "Second")[1]).count() == 6
    with pytest.raises(NotAllowed):
        access_users(person("clerk")[1])


def test_there_is_always_an_owner(company: Company, machine: Actor, person: Any) -> None:
    first, owner = person("owner", "Owain")
    for change in (
        lambda: memberships_set(memberships=[MembershipDraft(user_id=first.id, role="clerk")], actor=owner),
        lambda: memberships_remove(user_ids=[first.id], actor=owner),
        lambda: users_switch(user_ids=[first.id], is_active=False, actor=owner),
        lambda: users_erase(user_ids=[first.id], actor=owner),
    ):
        with pytest.raises(LastOwner):
            change()
        assert actor_for_user(first, company.id).role == "owner"
    second, _actor = person("owner", "Sioned")
    memberships_set(memberships=[MembershipDraft(user_id=first.id, role="clerk")], actor=owner)
    assert actor_for_user(first, company.id).role == "clerk"
    with pytest.raises(LastOwner):
        users_switch(user_ids=[second.id], is_active=False, actor=machine)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_remove_each_other_leave_one(company: Company, machine: Actor, person: Any) -> None:
    pairs = [person("owner", name) for name in ("Owain", "Sioned")]
    barrier, refused = threading.Barrier(2), []

    def remove(at: int) -> None:
        try:
            barrier.wait()
            memberships_remove(user_ids=[pairs[1 - at][0].id], actor=pairs[at][1])
        except LastOwner:
            refused.append(at)
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(refused) == 1
    assert Membership.objects.filter(company=company, role="owner").count() == 1


def test_no_role_no_entry(company: Company, other_company: Company, machine: Actor, person: Any) -> None:
    user, _actor = person("clerk")
    with pytest.raises(NotMember):
        actor_for_user(user, other_company.id)
    users_switch(user_ids=[user.id], is_active=False, actor=machine)
    with pytest.raises(NotMember):
        actor_for_user(user, company.id)
    assert users_switch(user_ids=[user.id], is_active=False, actor=machine) == 0


def test_passwords_and_preferences_are_ones_own_or_an_owners(machine: Actor, person: Any) -> None:
    mair, clerk = person("clerk", "Mair")
    ifan, _actor = person("clerk", "Ifan")
    user_password_set(user_id=mair.id, password=GOOD, actor=clerk)
    user_preferences_set(user_id=mair.id, name="Mair J", language="cy", theme="dark", actor=clerk)
    mair.refresh_from_db()
    assert check_password(GOOD, mair.password)
    assert (mair.name, mair.language, mair.theme) == ("Mair J", "cy", "dark")
    with pytest.raises(NotAllowed):
        user_password_set(user_id=ifan.id, password=GOOD, actor=clerk)
    with pytest.raises(NotAllowed):
        user_preferences_set(user_id=ifan.id, name="I", language="cy", theme="dark", actor=clerk)
    with pytest.raises(InvalidInput):
        user_password_set(user_id=mair.id, password="mair@example.com", actor=clerk)
    with pytest.raises(NotFound):
        user_password_set(user_id=12345, password=GOOD, actor=machine)


def test_erasing_a_person_keeps_what_they_did(company: Company, machine: Actor, person: Any) -> None:
    user, clerk = person("clerk", "Mair")
    token = tokens_create(tokens=[TokenDraft(user_id=user.id, name="x", scopes=("orders.view",))], actor=machine)[0]
    assert actor_for_token(token.text).name == "Mair"
    audit_record(actor=clerk, events=[AuditDraft("sales-order:SO-1", "placed")])
    audit_seal(company.id)
    assert users_erase(user_ids=[user.id], actor=machine) == 1
    user.refresh_from_db()
    assert "mair" not in f"{user.email} {user.name}".lower()
    assert not user.is_active
    event = AuditEvent.objects.get(subject="sales-order:SO-1")
    assert (event.actor_id, event.actor_name) == (user.id, "—")
    audit_seal(company.id)
    assert audit_verify(company.id).is_whole
    with pytest.raises(Exception, match="token"):
        actor_for_token(token.text)


def test_a_role_for_nobody_is_not_found(machine: Actor) -> None:
    with pytest.raises(NotFound):
        memberships_set(memberships=[MembershipDraft(user_id=12345, role="clerk")], actor=machine)


def test_a_shared_person_is_no_way_into_another_company(
    company: Company, other_company: Company, machine: Actor, person: Any
) -> None:
    shared, _clerk = person("clerk", "Mair")
    owner_user, owner = person("owner", "Owain")
    there = system_actor(other_company.id)
    memberships_set(memberships=[MembershipDraft(user_id=shared.id, role="owner")], actor=there)
    for change in (
        lambda: user_password_set(user_id=shared.id, password=GOOD, actor=owner),
        lambda: user_preferences_set(user_id=shared.id, name="X", language="en", theme="auto", actor=owner),
        lambda: users_switch(user_ids=[shared.id], is_active=False, actor=owner),
        lambda: users_erase(user_ids=[shared.id], actor=owner),
    ):
        with pytest.raises(BelongsElsewhere):
            change()
    with pytest.raises(LastOwner):
        users_switch(user_ids=[shared.id], is_active=False, actor=machine)
    memberships_set(memberships=[MembershipDraft(user_id=owner_user.id, role="owner")], actor=there)
    user_password_set(user_id=shared.id, password=GOOD, actor=owner)
    assert users_switch(user_ids=[shared.id], is_active=False, actor=owner) == 1
    assert memberships_remove(user_ids=[shared.id], actor=owner) == 1
    assert Membership.objects.filter(user=shared, company=other_company).exists()
