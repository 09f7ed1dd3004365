"""What each role may do: one table, default deny.

An owner may do everything. Everybody else may do exactly what a row of PERMISSIONS gives their role; a permission that
is in no row does not exist, and asking for it is an error in the program, not a refusal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from cefn.platform.actors import Actor

EVERYTHING = "*"


class Role(models.TextChoices):
    """What a person is in a company."""

    OWNER = "owner", _("owner")
    MANAGER = "manager", _("manager")
    CLERK = "clerk", _("order clerk")
    WAREHOUSE = "warehouse", _("warehouse worker")
    BUYER = "buyer", _("buyer")
    ACCOUNTANT = "accountant", _("accountant")
    CASHIER = "cashier", _("cashier")
    AUDITOR = "auditor", _("auditor")
    READ_ONLY = "read_only", _("read only")


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that may be done: `code` as "area.verb", its name, and the roles besides owner that have it."""

    code: str
    label: str | Promise
    roles: str


ALL = "manager clerk warehouse buyer accountant cashier auditor read_only"
OFFICE = "manager clerk buyer accountant auditor read_only"

PERMISSIONS: tuple[Permission, ...] = (
    Permission("dashboard.view", _("see today's figures"), ALL),
    Permission("orders.view", _("see orders"), ALL),
    Permission("orders.edit", _("make and change orders"), "manager clerk cashier"),
    Permission("orders.hold", _("hold and release orders"), "manager clerk accountant"),
    Permission("orders.cancel", _("cancel orders"), "manager clerk"),
    Permission("returns.view", _("see returns"), ALL),
    Permission("returns.edit", _("authorise and change returns"), "manager clerk cashier"),
    Permission("returns.receive", _("receive and grade returns"), "manager clerk warehouse cashier"),
    Permission("catalog.view", _("see products"), ALL),
    Permission("catalog.edit", _("make and change products"), "manager buyer"),
    Permission("prices.edit", _("change prices and discounts"), "manager"),
    Permission("costs.view", _("see costs and margins"), "manager buyer accountant auditor"),
    Permission("customers.view", _("see customers"), "manager clerk accountant cashier auditor read_only"),
    Permission("customers.edit", _("make and change customers"), "manager clerk accountant cashier"),
    Permission("customers.erase", _("erase a person's data"), "manager"),
    Permission("suppliers.view", _("see suppliers"), "manager warehouse buyer accountant auditor read_only"),
    Permission("suppliers.edit", _("make and change suppliers"), "manager buyer accountant"),
    Permission("stock.view", _("see stock"), ALL),
    Permission("stock.move", _("move stock between places"), "manager warehouse"),
    Permission("stock.adjust", _("adjust stock with a reason"), "manager warehouse"),
    Permission("stock.count", _("count stock"), "manager warehouse"),
    Permission("stock.approve", _("approve counts and adjustments"), "manager"),
    Permission("warehouse.view", _("see warehouse work"), "manager clerk warehouse buyer auditor read_only"),
    Permission("warehouse.work", _("receive, put away, pick and pack"), "manager warehouse"),
    Permission("warehouse.release", _("release orders to be picked"), "manager clerk warehouse"),
    Permission("warehouse.setup", _("change warehouses and locations"), "manager"),
    Permission("shipping.view", _("see shipments and tracking"), ALL),
    Permission("shipping.ship", _("buy labels and ship"), "manager clerk warehouse"),
    Permission("shipping.setup", _("change carriers and services"), "manager"),
    Permission("purchasing.view", _("see purchase orders"), "manager warehouse buyer accountant auditor read_only"),
    Permission("purchasing.edit", _("make and change purchase orders"), "manager buyer"),
    Permission("purchasing.approve", _("approve purchase orders"), "manager"),
    Permission("purchasing.receive", _("book goods in"), "manager warehouse buyer"),
    Permission("manufacturing.view", _("see work orders"), "manager warehouse buyer accountant auditor read_only"),
    Permission("manufacturing.edit", _("make and change work orders"), "manager warehouse buyer"),
    Permission(
        "invoices.view", _("see invoices and credit notes"), "manager clerk accountant cashier auditor read_only"
    ),
    Permission("invoices.edit", _("make invoices and credit notes"), "manager clerk accountant cashier"),
    Permission("bills.view", _("see bills"), "manager buyer accountant auditor read_only"),
    Permission("bills.edit", _("enter and match bills"), "manager buyer accountant"),
    Permission("payments.view", _("see payments"), "manager clerk accountant cashier auditor read_only"),
    Permission("payments.record", _("record payments"), "manager clerk accountant cashier"),
    Permission("payments.refund", _("pay refunds"), "manager accountant"),
    Permission("bank.view", _("see bank statements and payouts"), "manager accountant auditor"),
    Permission("bank.edit", _("match bank statements and payouts"), "manager accountant"),
    Permission("ledger.view", _("see the ledger"), "manager accountant auditor"),
    Permission("ledger.post", _("post to the ledger by hand"), "accountant"),
    Permission("ledger.close", _("close and open periods"), "accountant"),
    Permission("tax.view", _("see tax returns"), "manager accountant auditor"),
    Permission("tax.edit", _("prepare and file tax returns"), "accountant"),
    Permission("till.use", _("sell at the till"), "manager cashier"),
    Permission("till.manage", _("open, close and count tills"), "manager accountant"),
    Permission("reports.view", _("see reports"), OFFICE),
    Permission("planning.view", _("see forecasts and proposals"), "manager buyer auditor read_only"),
    Permission("planning.edit", _("change reorder rules and plans"), "manager buyer"),
    Permission("channels.view", _("see channels and listings"), OFFICE),
    Permission("channels.edit", _("connect and change channels"), "manager"),
    Permission("imports.view", _("see imports"), OFFICE),
    Permission("imports.run", _("import files"), "manager clerk buyer accountant"),
    Permission("imports.undo", _("undo imports"), "manager"),
    Permission("exports.run", _("export what they may see"), "manager clerk warehouse buyer accountant auditor"),
    Permission("tasks.view", _("see tasks and the calendar"), ALL),
    Permission("tasks.edit", _("make and finish tasks"), "manager clerk warehouse buyer accountant cashier"),
    Permission("rules.view", _("see automation rules"), "manager clerk auditor"),
    Permission("rules.edit", _("change automation rules"), "manager"),
    Permission("jobs.view", _("see what the machine is doing"), "manager clerk accountant auditor"),
    Permission("jobs.manage", _("repeat and cancel jobs"), "manager"),
    Permission("inbox.view", _("see what came in from outside"), "manager clerk auditor"),
    Permission("inbox.manage", _("repeat and ignore what came in"), "manager clerk"),
    Permission("audit.view", _("see who did what"), "manager accountant auditor"),
    Permission("settings.view", _("see the settings"), "manager accountant auditor"),
    Permission("settings.edit", _("change the settings"), "manager"),
    Permission("users.view", _("see who may log in"), "manager auditor"),
    Permission("users.manage", _("let people in and change their roles"), ""),
    Permission("tokens.manage", _("make and revoke access tokens"), "manager"),
)

BY_CODE: dict[str, Permission] = {permission.code: permission for permission in PERMISSIONS}
"""Permission code -> its row."""


def _grants() -> dict[str, frozenset[str]]:
    grants: dict[str, set[str]] = {role: set() for role in Role.values}
    for permission in PERMISSIONS:
        grants[Role.OWNER].add(permission.code)
        for role in permission.roles.split():
            grants[role].add(permission.code)
    return {role: frozenset(codes) for role, codes in grants.items()}


ROLE_PERMISSIONS: dict[str, frozenset[str]] = _grants()
"""Role -> the codes it may use; made once from the table."""


def role_permissions(role: str) -> frozenset[str]:
    """Return what a role may do; nothing for a role that does not exist."""
    return ROLE_PERMISSIONS.get(role, frozenset())


def permission_label(code: str) -> str:
    """Return what a permission is called in the active language; KeyError for one that is not in the table."""
    return str(BY_CODE[code].label)


def permission_has(actor: "Actor", permission: str) -> bool:
    """Tell whether `actor` may do `permission`; KeyError for one that is not in the table."""
    BY_CODE[permission]
    return permission in actor.permissions or EVERYTHING in actor.permissions


def permission_require(actor: "Actor", permission: str) -> None:
    """Raise NotAllowed (403), in plain words, unless `actor` may do `permission`."""
    if not permission_has(actor, permission):
        raise NotAllowed(permission=permission_label(permission))


def scopes_expand(scopes: Iterable[str]) -> frozenset[str]:
    """Return the permission codes that scopes name: a code, "area.*", or "*". Unknown scopes raise KeyError."""
    codes: set[str] = set()
    for scope in scopes:
        if scope == EVERYTHING:
            codes.update(BY_CODE)
        elif scope.endswith(".*"):
            found = {code for code in BY_CODE if code.startswith(scope[:-1])}
            if not found:
                raise KeyError(scope)
            codes.update(found)
        else:
            codes.add(BY_CODE[scope].code)
    return frozenset(codes)
