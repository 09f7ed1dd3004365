"""Customers and suppliers from files: by reference, which the format prefixes with its name."""

from dataclasses import asdict
from typing import Any

from cefn.books.models import Invoice, Payment
from cefn.channels.models import ImportedDocument
from cefn.channels.records import AddressRecord, Parsed, PartyRecord
from cefn.channels.states import RowAction
from cefn.flows.imports.planning import Batch, Made, Plan, changed, start_plan
from cefn.orders.models import SalesOrder
from cefn.parties.changing import PartyChange, customers_change, suppliers_change
from cefn.parties.models import Address, Customer, Supplier
from cefn.parties.services import (
    AddressDraft,
    CustomerDraft,
    SupplierDraft,
    customers_create,
    suppliers_create,
)
from cefn.platform.actors import Actor

OWN_FORMAT = "generic"
REFERENCE_LENGTH = 120


def reference_key(format_name: str, reference: str) -> str:
    """Return the reference under which a party of a format is kept: "shopify:7153", bare for Cefn's own layout."""
    if not reference or format_name == OWN_FORMAT:
        return reference[:REFERENCE_LENGTH]
    return f"{format_name}:{reference}"[:REFERENCE_LENGTH]


def address_draft(record: AddressRecord, kind: str = "shipping") -> AddressDraft:
    """Return an address as the services take it."""
    return AddressDraft(
        kind=kind,
        name=record.name,
        company_name=record.company,
        line1=record.line1,
        line2=record.line2,
        city=record.city,
        region=record.region,
        postcode=record.postcode,
        country=record.country,
        phone=record.phone,
    )


class Customers:
    """Plans and writes customers."""

    model: type[Customer] | type[Supplier] = Customer
    kind = "customer"

    def plan(self, batch: Batch, items: list[Parsed]) -> list[Plan]:
        """Return the plans of some parties."""
        plans = [start_plan(item) for item in items]
        wanted = {
            reference_key(batch.format, plan.parsed.record.reference)
            for plan in plans
            if isinstance(plan.parsed.record, PartyRecord)
        }
        company_id = batch.actor.company_id
        here: dict[str, Any] = {}
        for part in (sorted(wanted)[start : start + 500] for start in range(0, len(wanted), 500)):
            here |= {row.reference: row for row in self.model.objects.filter(company_id=company_id, reference__in=part)}
        addresses = self._addresses(company_id, [row.id for row in here.values()])
        for plan in plans:
            record = plan.parsed.record
            if plan.action is RowAction.NEW and isinstance(record, PartyRecord):
                row = here.get(reference_key(batch.format, record.reference))
                plan.target = row
                if row is not None:
                    self._compare(plan, record, row, addresses.get(row.id))
        return plans

    def _addresses(self, company_id: int, ids: list[int]) -> dict[int, Address]:
        first: dict[int, Address] = {}
        owner = f"{self.kind}_id"
        for address in Address.objects.filter(company_id=company_id, **{f"{owner}__in": ids}).order_by("id"):
            first.setdefault(getattr(address, owner), address)
        return first

    def stated(self, record: PartyRecord) -> dict[str, Any]:
        """Return the fields that the file states."""
        return {
            "name": record.name,
            "email": record.email,
            "phone": record.phone,
            "vat_number": record.vat_number,
            "is_business": record.is_business,
            "language": record.language,
            "note": record.note,
            "is_archived": False,
        }

    def _compare(self, plan: Plan, record: PartyRecord, row: Any, address: Address | None) -> None:
        stated = self.stated(record)
        plan.diff = changed({name: getattr(row, name) for name in stated}, stated)
        if record.address.filled:
            draft = asdict(address_draft(record.address))
            old = {name: getattr(address, name) for name in draft} if address else {}
            plan.diff |= {f"address.{name}": pair for name, pair in changed(old, draft).items() if name != "kind"}
        plan.action = RowAction.CHANGED if plan.diff else RowAction.SAME

    def write(self, batch: Batch, plans: list[Plan]) -> list[Made]:
        """Make the new parties and change the others."""
        fresh = [plan.parsed.record for plan in plans if plan.action is RowAction.NEW]
        made = self.create(batch, [record for record in fresh if isinstance(record, PartyRecord)])
        changes = [plan for plan in plans if plan.action is RowAction.CHANGED]
        self.change(
            batch.actor,
            [
                PartyChange(
                    plan.target.id,
                    {name: pair[1] for name, pair in plan.diff.items() if not name.startswith("address.")},
                    address_draft(plan.parsed.record.address)  # type: ignore[union-attr]
                    if any(name.startswith("address.") for name in plan.diff)
                    else None,
                )
                for plan in changes
            ],
        )
        return [Made(self.kind, row.id, row.number, row.reference) for row in made] + [
            Made(self.kind, plan.target.id, plan.target.number, plan.target.reference, before=dict(plan.diff))
            for plan in changes
        ]

    def create(self, batch: Batch, records: list[PartyRecord]) -> list[Any]:
        """Make customers."""
        return list(
            customers_create(
                actor=batch.actor,
                customers=[
                    CustomerDraft(
                        name=record.name or record.email or record.reference,
                        reference=reference_key(batch.format, record.reference),
                        email=record.email,
                        phone=record.phone,
                        is_business=record.is_business,
                        vat_number=record.vat_number,
                        language=record.language or "en",
                        addresses=[address_draft(record.address)] if record.address.filled else [],
                    )
                    for record in records
                ],
            )
        )

    def change(self, actor: Actor, changes: list[PartyChange]) -> None:
        """Change customers."""
        if changes:
            customers_change(actor=actor, customers=changes)


class Suppliers(Customers):
    """Plans and writes suppliers."""

    model = Supplier
    kind = "supplier"

    def stated(self, record: PartyRecord) -> dict[str, Any]:
        """Return the fields that the file states."""
        return {
            "name": record.name,
            "email": record.email,
            "phone": record.phone,
            "vat_number": record.vat_number,
            "currency": record.currency,
            "lead_time_days": record.lead_time_days,
            "note": record.note,
            "is_archived": False,
        }

    def create(self, batch: Batch, records: list[PartyRecord]) -> list[Any]:
        """Make suppliers."""
        return list(
            suppliers_create(
                actor=batch.actor,
                suppliers=[
                    SupplierDraft(
                        name=record.name,
                        reference=reference_key(batch.format, record.reference),
                        email=record.email,
                        phone=record.phone,
                        vat_number=record.vat_number,
                        currency=record.currency or batch.reading.currency,
                        lead_time_days=14 if record.lead_time_days is None else record.lead_time_days,
                        addresses=[address_draft(record.address)] if record.address.filled else [],
                    )
                    for record in records
                ],
            )
        )

    def change(self, actor: Actor, changes: list[PartyChange]) -> None:
        """Change suppliers."""
        if changes:
            suppliers_change(actor=actor, suppliers=changes)


def parties_blockers(company_id: int, documents: list[ImportedDocument]) -> list[str]:
    """Return what hinders an undo: live orders, invoices and payments of the customers made, later changes."""
    made = [document.document_id for document in documents if not document.before and document.kind == "customer"]
    orders = SalesOrder.objects.filter(company_id=company_id, customer_id__in=made).exclude(status="cancelled")
    found = set(orders.values_list("number", flat=True)[:50])
    found.update(
        Invoice.objects.filter(company_id=company_id, customer_id__in=made).values_list("number", flat=True)[:50]
    )
    found.update(
        Payment.objects.filter(company_id=company_id, customer_id__in=made).values_list("number", flat=True)[:50]
    )
    for model, kind in ((Customer, "customer"), (Supplier, "supplier")):
        changes = {item.document_id: item for item in documents if item.before and item.kind == kind}
        rows: dict[int, Any] = model.objects.in_bulk(list(changes))
        found.update(
            f"{kind}:{item.number}"
            for key, item in changes.items()
            for name, pair in item.before.items()
            if not name.startswith("address.") and getattr(rows[key], name) != pair[1]
        )
    return sorted(found)


def parties_undo(actor: Actor, documents: list[ImportedDocument]) -> None:
    """Archive what was made and put back what was changed."""
    for kind in ("customer", "supplier"):
        own = [document for document in documents if document.kind == kind]
        changes = [
            PartyChange(
                item.document_id,
                {name: pair[0] for name, pair in item.before.items() if not name.startswith("address.")}
                if item.before
                else {"is_archived": True},
                _old_address(item, kind),
            )
            for item in own
        ]
        if changes and kind == "customer":
            customers_change(actor=actor, customers=changes)
        elif changes:
            suppliers_change(actor=actor, suppliers=changes)


def _old_address(item: ImportedDocument, kind: str) -> AddressDraft | None:
    old = {name.removeprefix("address."): pair[0] for name, pair in item.before.items() if name.startswith("address.")}
    if not old:
        return None
    address = Address.objects.filter(**{f"{kind}_id": item.document_id}).order_by("id").first()
    draft = AddressDraft()
    if address is not None:
        draft = AddressDraft(**{name: getattr(address, name) for name in asdict(draft)})
    for name, value in old.items():
        setattr(draft, name, value or "")
    return draft
