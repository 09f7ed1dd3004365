"""What would it cost? Offers of all active accounts for shipments."""

from collections.abc import Sequence
from dataclasses import dataclass

from cefn.kernel.errors import CefnError, NotFound
from cefn.platform.actors import Actor
from cefn.platform.models import Company
from cefn.platform.permissions import permission_require
from cefn.shipping.carriers.base import RateRequest
from cefn.shipping.models import CarrierAccount
from cefn.shipping.parcels import (
    network_require_no_transaction,
    packages_load,
    parcels_of,
    receiver_of,
    sender_of,
    shipments_load,
)
from cefn.shipping.services.accounts import account_connect


@dataclass(frozen=True, slots=True, kw_only=True)
class RateQuote:
    """One service's offer for a shipment, in minor units of `currency`; or the error of an account that gave none."""

    shipment_id: int
    account_code: str
    service_code: str = ""
    service_name: str = ""
    cost_minor: int = 0
    currency: str = ""
    transit_days: int = 0
    error: CefnError | None = None


def rates_quote(*, shipment_ids: Sequence[int], actor: Actor) -> list[RateQuote]:
    """Return the offers for shipments, cheapest first within each; only services that the company has switched on.

    An account that does not answer stands in the list with its error. Raises NotFound for a shipment that is not
    there or not the actor's, NetworkInTransaction inside a transaction.
    """
    permission_require(actor, "shipping.view")
    network_require_no_transaction()
    ids = list(shipment_ids)
    shipments = shipments_load(shipment_ids=ids, actor=actor)
    missing = [shipment_id for shipment_id in ids if shipment_id not in shipments]
    if missing:
        raise NotFound(thing="shipment", name=missing[0])
    packages = packages_load(shipment_ids=ids)
    company = Company.objects.get(id=actor.company_id)
    accounts = list(
        CarrierAccount.objects.prefetch_related("services").filter(company_id=actor.company_id, is_active=True)
    )
    quotes: list[RateQuote] = []
    for shipment_id in ids:
        shipment = shipments[shipment_id]
        request = RateRequest(
            sender=sender_of(company, shipment.warehouse),
            receiver=receiver_of(shipment),
            parcels=tuple(parcel for _package, parcel in parcels_of(shipment, packages[shipment_id])),
        )
        offers = [quote for account in accounts for quote in _quotes_of(account, shipment_id, request)]
        quotes.extend(sorted(offers, key=lambda offer: (offer.error is not None, offer.cost_minor, offer.service_code)))
    return quotes


def _quotes_of(account: CarrierAccount, shipment_id: int, request: RateRequest) -> list[RateQuote]:
    switched_on = {service.code for service in account.services.all() if service.is_active}
    try:
        rates = account_connect(account=account).rates(request)
    except CefnError as error:
        return [RateQuote(shipment_id=shipment_id, account_code=account.code, error=error)]
    return [
        RateQuote(
            shipment_id=shipment_id,
            account_code=account.code,
            service_code=rate.service_code,
            service_name=rate.service_name,
            cost_minor=rate.cost_minor,
            currency=rate.currency,
            transit_days=rate.transit_days,
        )
        for rate in rates
        if rate.service_code in switched_on
    ]
