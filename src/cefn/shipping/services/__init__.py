"""Verbs that write shipping's tables, by what they are about: accounts, labels, manifests, tracking."""

from cefn.shipping.services.accounts import (
    CarrierAccountDraft,
    CarrierServiceDraft,
    carrier_accounts_save,
    carrier_services_save,
)
from cefn.shipping.services.labels import (
    LabelOrder,
    LabelOutcome,
    labels_buy,
    labels_settle,
    labels_void,
)
from cefn.shipping.services.manifests import ManifestOrder, manifests_close
from cefn.shipping.services.rates import RateQuote, rates_quote
from cefn.shipping.services.tracking import tracking_fetch, tracking_record

__all__ = [
    "CarrierAccountDraft",
    "CarrierServiceDraft",
    "LabelOrder",
    "LabelOutcome",
    "ManifestOrder",
    "RateQuote",
    "carrier_accounts_save",
    "carrier_services_save",
    "labels_buy",
    "labels_settle",
    "labels_void",
    "manifests_close",
    "rates_quote",
    "tracking_fetch",
    "tracking_record",
]
