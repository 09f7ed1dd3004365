"""Customers and suppliers: list, get, make, change."""

from typing import Annotated, Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from cefn.api.door import actor_of
from cefn.api.paging import Page, Paging, page
from cefn.api.shapes import TEXT_MOST, AddressOut, Country, Flag, Id, IdIn, In, Moment, Out, choice, fits
from cefn.api.writing import once
from cefn.parties.changing import PartyChange, customers_change, suppliers_change
from cefn.parties.models import Address, AddressKind, Customer, Supplier
from cefn.parties.selectors import access_customers, access_suppliers
from cefn.parties.services import AddressDraft, CustomerDraft, SupplierDraft, customers_create, suppliers_create
from cefn.platform.access import access_one

router = Router(tags=["customers and suppliers"])

Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217, such as GBP.")]
Language = Annotated[str, *choice(("en", "cy"))]
Email = Annotated[str, fits(Customer, "email")]
Phone = Annotated[str, fits(Customer, "phone")]
Vat = Annotated[str, fits(Customer, "vat_number")]
Note = Annotated[str, Field(max_length=TEXT_MOST)]
Days = Annotated[int, Field(ge=0, le=3650)]


class PartyAddressIn(In):
    """An address in a customer's or supplier's book."""

    kind: Annotated[str, *choice(AddressKind)] = "shipping"
    name: Annotated[str, fits(Address, "name")] = ""
    company_name: Annotated[str, fits(Address, "company_name")] = ""
    line1: Annotated[str, fits(Address, "line1")] = ""
    line2: Annotated[str, fits(Address, "line2")] = ""
    city: Annotated[str, fits(Address, "city")] = ""
    region: Annotated[str, fits(Address, "region")] = ""
    postcode: Annotated[str, fits(Address, "postcode")] = ""
    country: Country | None = None
    phone: Annotated[str, fits(Address, "phone")] = ""

    def draft(self) -> AddressDraft:
        """Return what the service takes."""
        values = self.model_dump()
        return AddressDraft(**{**values, "country": values["country"] or ""})


class PartyAddressOut(AddressOut):
    """An address in a customer's or supplier's book."""

    id: Id
    kind: str


class PartyOut(Out):
    """What customers and suppliers have in common."""

    id: Id
    number: str
    reference: str
    name: str
    email: str
    phone: str
    vat_number: str
    note: str
    is_archived: bool
    created_at: Moment
    addresses: list[PartyAddressOut]


class CustomerOut(PartyOut):
    """A person or firm that buys."""

    is_business: bool
    language: str


class SupplierOut(PartyOut):
    """A firm that we buy from."""

    currency: str
    lead_time_days: int


class CustomerIn(In):
    """A customer to make; `reference` is its key in your system and exists once."""

    name: Annotated[str, fits(Customer, "name", 1)]
    reference: Annotated[str, fits(Customer, "reference")] = ""
    email: Email = ""
    phone: Phone = ""
    is_business: bool = False
    vat_number: Vat = ""
    language: Language = "en"
    addresses: Annotated[list[PartyAddressIn], Field(max_length=20)] = []


class CustomersIn(In):
    """Customers to make: all of them or none."""

    customers: Annotated[list[CustomerIn], Field(min_length=1, max_length=200)]


class CustomersOut(Out):
    """Customers, in the order asked for."""

    items: list[CustomerOut]


class CustomerChange(In):
    """New values; what is left out or null stays. `address` replaces the first address."""

    name: Annotated[str, fits(Customer, "name", 1)] | None = None
    email: Email | None = None
    phone: Phone | None = None
    is_business: bool | None = None
    vat_number: Vat | None = None
    language: Language | None = None
    note: Note | None = None
    is_archived: bool | None = None
    address: PartyAddressIn | None = None


class SupplierIn(In):
    """A supplier to make."""

    name: Annotated[str, fits(Supplier, "name", 1)]
    reference: Annotated[str, fits(Supplier, "reference")] = ""
    email: Email = ""
    phone: Phone = ""
    vat_number: Vat = ""
    currency: Currency = "GBP"
    lead_time_days: Days = 14
    addresses: Annotated[list[PartyAddressIn], Field(max_length=20)] = []


class SuppliersIn(In):
    """Suppliers to make: all of them or none."""

    suppliers: Annotated[list[SupplierIn], Field(min_length=1, max_length=200)]


class SuppliersOut(Out):
    """Suppliers, in the order asked for."""

    items: list[SupplierOut]


class SupplierChange(In):
    """New values; what is left out or null stays. `address` replaces the first address."""

    name: Annotated[str, fits(Supplier, "name", 1)] | None = None
    email: Email | None = None
    phone: Phone | None = None
    vat_number: Vat | None = None
    currency: Currency | None = None
    lead_time_days: Days | None = None
    note: Note | None = None
    is_archived: bool | None = None
    address: PartyAddressIn | None = None


class PartyFilters(Paging):
    """Filters of the lists of customers and suppliers."""

    number: Annotated[str, Field(max_length=32)] | None = None
    reference: Annotated[str, Field(max_length=120)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    name: Annotated[str, Field(max_length=200, description="Part of the name.")] | None = None
    is_archived: Flag | None = None


def _filtered(rows: Any, filters: PartyFilters) -> Any:
    exact = {
        "number": filters.number, "reference": filters.reference, "email": filters.email,
        "is_archived": filters.is_archived,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    return rows.filter(name__icontains=filters.name) if filters.name else rows


def _change(party_id: int, body: CustomerChange | SupplierChange) -> PartyChange:
    address = body.address.draft() if body.address is not None else None
    return PartyChange(party_id, body.model_dump(exclude_none=True, exclude={"address"}), address)


def _customers(request: HttpRequest) -> Any:
    return access_customers(actor_of(request)).prefetch_related("addresses")


def _suppliers(request: HttpRequest) -> Any:
    return access_suppliers(actor_of(request)).prefetch_related("addresses")


def customer_one(request: HttpRequest, customer_id: int) -> Customer:
    """Return a customer; raises NotFound."""
    found: Customer = access_one(_customers(request), thing=_("customer"), name=str(customer_id), id=customer_id)
    return found


def supplier_one(request: HttpRequest, supplier_id: int) -> Supplier:
    """Return a supplier; raises NotFound."""
    found: Supplier = access_one(_suppliers(request), thing=_("supplier"), name=str(supplier_id), id=supplier_id)
    return found


@router.get("/customers", response=Page[CustomerOut], summary="List customers")
def customers_list(request: HttpRequest, filters: Query[PartyFilters]) -> JsonResponse:
    """Permission: customers.view."""
    return page(request, _filtered(_customers(request), filters), filters, CustomerOut)


@router.get("/customers/{customer_id}", response=CustomerOut, summary="Get a customer")
def customer_get(request: HttpRequest, customer_id: IdIn) -> Customer:
    """Permission: customers.view."""
    return customer_one(request, customer_id)


@router.post("/customers", response={201: CustomersOut}, summary="Make customers")
@once("customers.edit", CustomersOut, 201)
def customers_make(request: HttpRequest, body: CustomersIn) -> dict[str, Any]:
    """All of them or none. Permission: customers.edit."""
    drafts = [
        CustomerDraft(**one.model_dump(exclude={"addresses"}), addresses=[address.draft() for address in one.addresses])
        for one in body.customers
    ]
    made = customers_create(actor=actor_of(request), customers=drafts)
    rows = _customers(request).in_bulk([one.pk for one in made])
    return {"items": [rows[one.pk] for one in made]}


@router.patch("/customers/{customer_id}", response=CustomerOut, summary="Change a customer")
@once("customers.edit", CustomerOut)
def customer_change(request: HttpRequest, customer_id: IdIn, body: CustomerChange) -> Customer:
    """Permission: customers.edit."""
    found = customer_one(request, customer_id)
    customers_change(actor=actor_of(request), customers=[_change(found.pk, body)])
    return customer_one(request, customer_id)


@router.get("/suppliers", response=Page[SupplierOut], summary="List suppliers")
def suppliers_list(request: HttpRequest, filters: Query[PartyFilters]) -> JsonResponse:
    """Permission: suppliers.view."""
    return page(request, _filtered(_suppliers(request), filters), filters, SupplierOut)


@router.get("/suppliers/{supplier_id}", response=SupplierOut, summary="Get a supplier")
def supplier_get(request: HttpRequest, supplier_id: IdIn) -> Supplier:
    """Permission: suppliers.view."""
    return supplier_one(request, supplier_id)


@router.post("/suppliers", response={201: SuppliersOut}, summary="Make suppliers")
@once("suppliers.edit", SuppliersOut, 201)
def suppliers_make(request: HttpRequest, body: SuppliersIn) -> dict[str, Any]:
    """All of them or none. Permission: suppliers.edit."""
    drafts = [
        SupplierDraft(**one.model_dump(exclude={"addresses"}), addresses=[address.draft() for address in one.addresses])
        for one in body.suppliers
    ]
    made = suppliers_create(actor=actor_of(request), suppliers=drafts)
    rows = _suppliers(request).in_bulk([one.pk for one in made])
    return {"items": [rows[one.pk] for one in made]}


@router.patch("/suppliers/{supplier_id}", response=SupplierOut, summary="Change a supplier")
@once("suppliers.edit", SupplierOut)
def supplier_change(request: HttpRequest, supplier_id: IdIn, body: SupplierChange) -> Supplier:
    """Permission: suppliers.edit."""
    found = supplier_one(request, supplier_id)
    suppliers_change(actor=actor_of(request), suppliers=[_change(found.pk, body)])
    return supplier_one(request, supplier_id)
