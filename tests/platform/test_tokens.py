"""Access tokens: hashed, scoped, never more than the person behind them."""

from datetime import timedelta
from typing import Any

import pytest

from cefn.kernel import clock
from cefn.kernel.errors import InvalidInput, NotAllowed
from cefn.platform.actors import Actor, TokenRefused, actor_for_token
from cefn.platform.models import ApiToken, Company
from cefn.platform.permissions import role_permissions
from cefn.platform.tokens import TokenDraft, access_tokens, tokens_create, tokens_revoke
from cefn.platform.users import MembershipDraft, memberships_remove, memberships_set, users_switch


def make(actor: Actor, user_id: int, *scopes: str, **options: Any) -> str:
    draft = TokenDraft(user_id=user_id, name="warehouse robot", scopes=scopes, **options)
    return tokens_create(tokens=[draft], actor=actor)[0].text


def test_a_token_acts_for_its_person_within_its_scopes(machine: Actor, person: Any) -> None:
    user, _actor = person("clerk", "Mair", channel_codes=("web",))
    text = make(machine, user.id, "orders.*", "stock.view")
    actor = actor_for_token(text)
    assert (actor.user_id, actor.name, actor.via, actor.role) == (user.id, "Mair", "api", "clerk")
    assert actor.permissions == {"orders.view", "orders.edit", "orders.hold", "orders.cancel", "stock.view"}
    assert actor.channel_codes == {"web"}


def test_only_its_hash_is_kept(machine: Actor, person: Any) -> None:
    text = make(machine, person("clerk")[0].id, "orders.view")
    token = ApiToken.objects.get()
    assert text.startswith(f"cefn_{token.prefix}_")
    assert text.split("_", 2)[2] not in str(ApiToken.objects.values().get())
    assert len(text) > 50


def test_never_more_than_the_role_at_the_moment_of_use(company: Company, machine: Actor, person: Any) -> None:
    user, _actor = person("manager")
    text = make(machine, user.id, "*")
    assert actor_for_token(text).permissions == role_permissions("manager")
    memberships_set(memberships=[MembershipDraft(user_id=user.id, role="read_only")], actor=machine)
    assert actor_for_token(text).permissions == role_permissions("read_only")
    memberships_set(memberships=[MembershipDraft(user_id=user.id, role="owner")], actor=machine)
    assert actor_for_token(text).permissions == role_permissions("manager")


def test_nobody_gives_what_they_lack(machine: Actor, person: Any) -> None:
    accountant, _actor = person("accountant")
    _user, manager = person("manager")
    with pytest.raises(NotAllowed):
        make(manager, accountant.id, "ledger.post")
    make(manager, accountant.id, "ledger.view")
    with pytest.raises(NotAllowed):
        make(person("clerk")[1], accountant.id, "ledger.view")
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    "change", ["revoked", "expired", "switched off", "removed", "altered", "prefix", "nonsense", ""]
)
def test_refused(machine: Actor, person: Any, change: str) -> None:
    user, _actor = person("clerk")
    text = make(machine, user.id, "orders.view", expires_at=clock.now() + timedelta(hours=1))
    actor_for_token(text)
    if change == "revoked":
        assert tokens_revoke(token_ids=[ApiToken.objects.get().id], actor=machine) == 1
        assert tokens_revoke(token_ids=[ApiToken.objects.get().id], actor=machine) == 0
    elif change == "expired":
        ApiToken.objects.update(expires_at=clock.now())
    elif change == "switched off":
        users_switch(user_ids=[user.id], is_active=False, actor=machine)
    elif change == "removed":
        memberships_remove(user_ids=[user.id], actor=machine)
    elif change == "altered":
        text = text[:-1] + ("A" if text[-1] != "A" else "B")
    elif change == "prefix":
        text = text.replace("cefn_", "cefm_")
    else:
        text = change
    with pytest.raises(TokenRefused) as caught:
        actor_for_token(text)
    assert caught.value.status == 401


def test_the_moment_of_use_is_written_once_a_minute(machine: Actor, person: Any, query_count: Any) -> None:
    text = make(machine, person("clerk")[0].id, "orders.view")
    with query_count(exactly=3):
        actor_for_token(text)
    with query_count(exactly=2):
        actor_for_token(text)
    first = ApiToken.objects.get().last_used_at
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    actor_for_token(text)
    assert ApiToken.objects.get().last_used_at >= first


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "tokens.0.name"),
        ({"scopes": ()}, "tokens.0.scopes"),
        ({"scopes": ("orders.fly",)}, "tokens.0.scopes"),
        ({"expires_at": clock.now() - timedelta(days=1)}, "tokens.0.expires_at"),
    ],
)
def test_bad_drafts(machine: Actor, person: Any, change: dict[str, Any], field: str) -> None:
    whole = {"user_id": person("clerk")[0].id, "name": "robot", "scopes": ("orders.view",)} | change
    with pytest.raises(InvalidInput) as caught:
        tokens_create(tokens=[TokenDraft(**whole)], actor=machine)
    assert [fault.field for fault in caught.value.faults] == [field]


def test_tokens_of_other_companies_are_out_of_reach(machine: Actor, other_company: Company, person: Any) -> None:
    user, _actor = person("clerk")
    make(machine, user.id, "orders.view")
    theirs = Actor(**{**{name: getattr(machine, name) for name in Actor.__slots__}, "company_id": other_company.id})
    assert access_tokens(theirs).count() == 0
    assert tokens_revoke(token_ids=[ApiToken.objects.get().id], actor=theirs) == 0
    with pytest.raises(NotAllowed):
        make(theirs, user.id, "orders.view")
