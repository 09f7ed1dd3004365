"""Verbs that write customers and suppliers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from cefn.kernel import clock
from cefn.kernel.errors import NotFound
from cefn.parties.models import Address, Customer, Supplier
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.numbering import numbers_take


@dataclass(slots=True)
class AddressDraft:
    """An address as it is written down; `country` is an ISO 3166-1 alpha-2 code or empty."""

    kind: str = "shipping"
    name: str = ""
    company_name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""

    def as_copy(self) -> dict[str, str]:
        """Return the address as the copy that a document keeps."""
        return {key: value for key, value in asdict(self).items() if value and key != "kind"}


@dataclass(slots=True)
class CustomerDraft:
    """A customer to make; `reference` is its key where it comes from, e.g. "shopify:7153" (empty: none)."""

    name: str
    reference: str = ""
    email: str = ""
    phone: str = ""
    is_business: bool = False
    vat_number: str = ""
    language: str = "en"
    addresses: Sequence[AddressDraft] = field(default_factory=list)


@dataclass(slots=True)
class SupplierDraft:
    """A supplier to make."""

    name: str
    reference: str = ""
    email: str = ""
    phone: str = ""
    vat_number: str = ""
    currency: str = "GBP"
    lead_time_days: int = 14
    addresses: Sequence[AddressDraft] = field(default_factory=list)


def customers_require(*, company_id: int, customer_ids: Sequence[int]) -> None:
    """Raise NotFound unless every one of these customers is the company's."""
    wanted = set(customer_ids)
    if not wanted:
        return
    found = set(Customer.objects.filter(company_id=company_id, id__in=wanted).values_list("id", flat=True))
    for missing in sorted(wanted - found):
        raise NotFound(thing="customer", name=missing)


def customers_create(*, actor: Actor, customers: Sequence[CustomerDraft]) -> list[Customer]:
    """Make customers with their addresses; return them in order."""
    if not customers:
        return []
    company_id, now = actor.company_id, clock.now()
    numbers = numbers_take(company_id=company_id, series="customer", count=len(customers))
    made = Customer.objects.bulk_create(
        [
            Customer(
                company_id=company_id, number=number, reference=d.reference, name=d.name[:200], email=d.email,
                phone=d.phone, is_business=d.is_business, vat_number=d.vat_number, language=d.language, created_at=now,
            )
            for number, d in zip(numbers, customers, strict=True)
        ],
        batch_size=500,
    )  # fmt: skip
    Address.objects.bulk_create(
        [
            Address(company_id=company_id, customer=customer, **asdict(address))
            for customer, d in zip(made, customers, strict=True)
            for address in d.addresses
        ],
        batch_size=500,
    )
    audit_record(actor=actor, events=[AuditDraft(f"customer:{customer.number}", "created") for customer in made])
    return made


def suppliers_create(*, actor: Actor, suppliers: Sequence[SupplierDraft]) -> list[Supplier]:
    """Make suppliers with their addresses; return them in order."""
    if not suppliers:
        return []
    company_id, now = actor.company_id, clock.now()
    numbers = numbers_take(company_id=company_id, series="supplier", count=len(suppliers))
    made = Supplier.objects.bulk_create(
        [
            Supplier(
                company_id=company_id, number=number, reference=d.reference, name=d.name[:200], email=d.email,
                phone=d.phone, vat_number=d.vat_number, currency=d.currency, lead_time_days=d.lead_time_days,
                created_at=now,
            )
            for number, d in zip(numbers, suppliers, strict=True)
        ],
        batch_size=500,
    )  # fmt: skip
    Address.objects.bulk_create(
        [
            Address(company_id=company_id, supplier=supplier, **asdict(address))
            for supplier, d in zip(made, suppliers, strict=True)
            for address in d.addresses
        ],
        batch_size=500,
    )
    audit_record(actor=actor, events=[AuditDraft(f"supplier:{supplier.number}", "created") for supplier in made])
    return made
