"""What a row or a group of rows says, in Cefn's words: the same records whatever channel the file came from.

Amounts are minor units, unit prices millionths, quantities whole smallest units, moments UTC; None means "not stated".
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from cefn.channels.tables.faults import RowFault
from cefn.kernel.money import extend_minor


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """A postal address; `country` is alpha-2 or empty."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""

    @property
    def filled(self) -> bool:
        """Whether anything but the name is stated."""
        return bool(self.line1 or self.city or self.postcode or self.country)


@dataclass(frozen=True, slots=True)
class VariantRecord:
    """One SKU of a product."""

    line: int
    sku: str
    name: str = ""
    options: tuple[tuple[str, str], ...] = ()
    barcode: str = ""
    price_micro: int | None = None
    cost_micro: int | None = None
    weight_g: int | None = None
    low_stock_at: int | None = None
    hs_code: str = ""
    origin_country: str = ""
    quantity: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """A product with its variants; `number` is its code in the file (a handle, an id, or its SKU)."""

    number: str
    name: str
    variants: tuple[VariantRecord, ...]
    description: str = ""
    brand: str = ""
    category: str = ""
    is_service: bool = False
    tax_category: str = ""
    unit: str = ""
    supplier: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class StockRecord:
    """How much of a SKU lies in a warehouse; `location` is a bin, empty for the warehouse's own choice."""

    line: int
    sku: str
    quantity: int
    warehouse: str = ""
    location: str = ""
    unit_cost_micro: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """A customer or a supplier; `reference` is the key in the file, empty for guests."""

    reference: str = ""
    name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    vat_number: str = ""
    is_business: bool = False
    currency: str = ""
    lead_time_days: int | None = None
    language: str = ""
    note: str = ""
    address: AddressRecord = field(default_factory=AddressRecord)


@dataclass(frozen=True, slots=True)
class OrderLineRecord:
    """One line: `amount_minor` is what the file says for the whole line, before `discount_minor`."""

    line: int
    sku: str
    name: str
    quantity: int
    unit_price_micro: int
    amount_minor: int
    discount_minor: int = 0
    tax_minor: int | None = None
    is_service: bool = False
    external_id: str = ""

    @property
    def content(self) -> tuple[str, int, int, int]:
        """What makes two lines of one order the same."""
        return (self.sku.casefold(), self.quantity, self.unit_price_micro, self.discount_minor)


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order as the channel tells it. `prices_include_tax` says what the amounts are; `total_minor` what it claims.

    `payment` is a PaymentStatus value, `fulfilment` a FulfilmentStatus value; `sign` is -1 for a credit document.
    """

    external_id: str
    placed_at: datetime
    currency: str
    customer: PartyRecord
    lines: tuple[OrderLineRecord, ...]
    ship_to: AddressRecord = field(default_factory=AddressRecord)
    bill_to: AddressRecord = field(default_factory=AddressRecord)
    prices_include_tax: bool = True
    shipping_minor: int = 0
    discount_minor: int = 0
    tax_minor: int | None = None
    total_minor: int | None = None
    payment: str = "unpaid"
    payment_method: str = ""
    paid_at: datetime | None = None
    refunded_minor: int = 0
    fulfilment: str = "unfulfilled"
    shipping_method: str = ""
    ship_by_on: date | None = None
    is_cancelled: bool = False
    note: str = ""
    row_lines: tuple[int, ...] = ()

    @property
    def goods_minor(self) -> int:
        """The sum of the lines before order discounts and shipping."""
        return sum(line.amount_minor - line.discount_minor for line in self.lines)


Record = ProductRecord | StockRecord | PartyRecord | OrderRecord | OrderLineRecord


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record or why there is none: `key` names it to the user, `lines` are the physical lines it came from."""

    key: str
    lines: tuple[int, ...]
    record: Record | None
    faults: tuple[RowFault, ...] = ()

    @property
    def refusals(self) -> tuple[RowFault, ...]:
        """The faults that refuse it."""
        return tuple(fault for fault in self.faults if not fault.note)


def line_amount(quantity: int, unit_price_micro: int, currency: str) -> int:
    """Return a line's amount in minor units from its unit price."""
    return extend_minor(quantity=quantity, unit_price_micro=unit_price_micro, currency=currency)
