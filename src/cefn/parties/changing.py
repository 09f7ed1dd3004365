"""Verbs that change customers and suppliers that exist."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from cefn.parties.models import Address, Customer, Supplier
from cefn.parties.services import AddressDraft
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record

CUSTOMER_FIELDS = frozenset({"name", "email", "phone", "is_business", "vat_number", "language", "note", "is_archived"})
SUPPLIER_FIELDS = frozenset(
    {"name", "email", "phone", "vat_number", "currency", "lead_time_days", "note", "is_archived"}
)


@dataclass(slots=True)
class PartyChange:
    """New values of a customer or supplier, and a new first address if one is given."""

    id: int
    values: dict[str, Any] = field(default_factory=dict)
    address: AddressDraft | None = None


def customers_change(*, actor: Actor, customers: Sequence[PartyChange]) -> None:
    """Set fields of customers; KeyError for a field that can't be set. Ids of other companies are ignored."""
    _set(actor, Customer, CUSTOMER_FIELDS, "customer", customers)


def suppliers_change(*, actor: Actor, suppliers: Sequence[PartyChange]) -> None:
    """Set fields of suppliers; KeyError for a field that can't be set. Ids of other companies are ignored."""
    _set(actor, Supplier, SUPPLIER_FIELDS, "supplier", suppliers)


def _set(
    actor: Actor,
    model: type[Customer] | type[Supplier],
    allowed: frozenset[str],
    kind: str,
    changes: Sequence[PartyChange],
) -> None:
    unknown = {name for change in changes for name in change.values} - allowed
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    wanted = {change.id: change for change in changes}
    rows = list(model.objects.filter(company_id=actor.company_id, id__in=wanted))
    for row in rows:
        for name, value in wanted[row.pk].values.items():
            setattr(row, name, value)
    names = sorted({name for change in changes for name in change.values})
    if names:
        model.objects.bulk_update(rows, names, batch_size=200)
    _addresses(actor.company_id, kind, {row.pk: wanted[row.pk].address for row in rows})
    audit_record(
        actor=actor,
        events=[
            AuditDraft(f"{kind}:{row.number}", "changed", {"fields": sorted(wanted[row.pk].values)}) for row in rows
        ],
    )


def _addresses(company_id: int, kind: str, drafts: dict[int, AddressDraft | None]) -> None:
    given = {key: draft for key, draft in drafts.items() if draft is not None}
    if not given:
        return
    first: dict[int, Address] = {}
    for address in Address.objects.filter(company_id=company_id, **{f"{kind}_id__in": given}).order_by("id"):
        first.setdefault(getattr(address, f"{kind}_id"), address)
    fresh = []
    for key, draft in given.items():
        values = asdict(draft)
        address = first.get(key) or Address(company_id=company_id, **{f"{kind}_id": key})
        for name, value in values.items():
            setattr(address, name, value)
        if key not in first:
            fresh.append(address)
    Address.objects.bulk_update(list(first.values()), [*asdict(AddressDraft())], batch_size=200)
    Address.objects.bulk_create(fresh, batch_size=500)
