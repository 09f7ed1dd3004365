"""Who may do what: the table, and that nothing is allowed by accident."""

import pytest

from cefn.kernel.errors import NotAllowed
from cefn.platform.actors import Actor, system_actor
from cefn.platform.permissions import (
    BY_CODE,
    PERMISSIONS,
    Role,
    permission_has,
    permission_require,
    role_permissions,
    scopes_expand,
)


def actor(role: str) -> Actor:
    return Actor(
        company_id=1, user_id=2, name="Mair", role=role, via="screen", permissions=role_permissions(role)
    )  # fmt: skip


def test_codes_are_once_and_roles_are_known() -> None:
    codes = [permission.code for permission in PERMISSIONS]
    assert len(codes) == len(set(codes))
    assert all(code.count(".") == 1 for code in codes)
    named = {role for permission in PERMISSIONS for role in permission.roles.split()}
    assert named <= set(Role.values) - {Role.OWNER.value}


def test_owner_may_everything_and_nobody_nothing() -> None:
    assert role_permissions("owner") == set(BY_CODE)
    assert role_permissions("") == frozenset()
    assert role_permissions("administrator") == frozenset()


def test_auditor_and_read_only_change_nothing() -> None:
    assert {code.split(".")[1] for code in role_permissions("read_only")} == {"view"}
    assert {code for code in role_permissions("auditor") if not code.endswith(".view")} == {"exports.run"}


@pytest.mark.parametrize(
    ("role", "code", "allowed"),
    [
        ("clerk", "orders.edit", True),
        ("clerk", "stock.adjust", False),
        ("clerk", "costs.view", False),
        ("warehouse", "warehouse.work", True),
        ("warehouse", "customers.view", False),
        ("warehouse", "ledger.view", False),
        ("buyer", "purchasing.edit", True),
        ("buyer", "purchasing.approve", False),
        ("accountant", "ledger.post", True),
        ("manager", "ledger.post", False),
        ("cashier", "till.use", True),
        ("cashier", "payments.refund", False),
        ("manager", "users.manage", False),
        ("read_only", "ledger.view", False),
    ],
)
def test_roles_by_example(role: str, code: str, allowed: bool) -> None:
    assert permission_has(actor(role), code) is allowed


def test_refusal_is_403_and_says_what() -> None:
    with pytest.raises(NotAllowed) as caught:
        permission_require(actor("clerk"), "ledger.close")
    assert caught.value.status == 403
    assert "close and open periods" in str(caught.value)


def test_a_permission_that_is_not_in_the_table_is_a_mistake_in_the_program() -> None:
    with pytest.raises(KeyError):
        permission_require(system_actor(1), "orders.everything")


def test_scopes() -> None:
    assert scopes_expand(["orders.*", "stock.view"]) == {
        "orders.view", "orders.edit", "orders.hold", "orders.cancel", "stock.view",
    }  # fmt: skip
    assert scopes_expand(["*"]) == set(BY_CODE)
    for wrong in ("orders", "order.*", "", "orders.view "):
        with pytest.raises(KeyError):
            scopes_expand([wrong])
