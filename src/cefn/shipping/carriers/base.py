"""The carrier port: what any carrier must be able to do for us, and the plain data that pass through it.

Rules that every adapter keeps (tests/shipping/contract.py holds them to it):

1. `buy_label` names each purchase by `key`. Asked again with the same key, it returns the same label and costs nothing
   more. A carrier that does not offer this gets it from the adapter, by looking for the key first.
2. `find_label(key)` says what became of a purchase whose answer was lost; None means that nothing was bought.
3. CarrierRefused means that nothing happened and won't. CarrierUnreachable and CarrierBroken mean that nobody knows.
4. `void_label` and `manifest` may be repeated without harm.
5. No adapter touches the database, and none is called inside a transaction.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class LabelFormat(StrEnum):
    """What a label comes as."""

    PDF = "pdf"
    ZPL = "zpl"


class TrackingCode(StrEnum):
    """Where a parcel is, in words that all carriers share."""

    ANNOUNCED = "announced"
    COLLECTED = "collected"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierAddress:
    """An address as carriers take it; `country` is ISO 3166 alpha-2."""

    name: str
    country: str
    company_name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""

    def lines(self) -> tuple[str, ...]:
        """Return the printed lines without postcode and country; empty ones left out."""
        parts = (self.name, self.company_name, self.line1, self.line2, self.city, self.region)
        return tuple(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One parcel: grams and millimetres; 0 where a size is not known."""

    weight_g: int
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    sscc: str = ""
    number: int = 1
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRequest:
    """What would it cost?"""

    sender: CarrierAddress
    receiver: CarrierAddress
    parcels: tuple[Parcel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One service's offer for all parcels of a request; minor units of `currency`."""

    service_code: str
    service_name: str
    cost_minor: int
    currency: str
    transit_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRequest:
    """Buy one label, once. `key` names this purchase for ever."""

    key: str
    service_code: str
    sender: CarrierAddress
    receiver: CarrierAddress
    parcel: Parcel
    sent_on: date
    reference: str = ""
    format: LabelFormat = LabelFormat.PDF
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoughtLabel:
    """A label that exists at the carrier and was charged; `document` is what is printed."""

    key: str
    tracking_number: str
    reference: str
    service_code: str
    cost_minor: int
    currency: str
    format: LabelFormat
    document: bytes
    is_voided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingUpdate:
    """One thing that happened to a parcel; `event_id` is the carrier's own and never repeats."""

    event_id: str
    tracking_number: str
    code: TrackingCode
    description: str
    happened_at: datetime
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedManifest:
    """What the carrier took over at the end of the day."""

    key: str
    reference: str
    tracking_numbers: tuple[str, ...]
    document: bytes = b""


class Carrier(ABC):
    """A connection to one carrier with one account's settings."""

    name: str

    @abstractmethod
    def rates(self, request: RateRequest) -> list[Rate]:
        """Return what each service would cost, cheapest first; an empty list when none goes there."""

    @abstractmethod
    def buy_label(self, request: LabelRequest) -> BoughtLabel:
        """Buy a label, or return the one that this key has bought already."""

    @abstractmethod
    def find_label(self, key: str) -> BoughtLabel | None:
        """Return what `key` has bought, voided or not; None when nothing."""

    @abstractmethod
    def void_label(self, tracking_number: str) -> None:
        """Give a label back; one that was given back already is no error. CarrierRefused once it was collected."""

    @abstractmethod
    def track(self, tracking_numbers: Sequence[str]) -> list[TrackingUpdate]:
        """Return all that happened to these parcels, oldest first; numbers the carrier does not know are left out."""

    @abstractmethod
    def manifest(self, key: str, tracking_numbers: Sequence[str], day: date) -> ClosedManifest:
        """Hand parcels over for collection; the same key again returns the same manifest."""
