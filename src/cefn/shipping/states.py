"""States of labels and manifests."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cefn.kernel.states import StateMap


class LabelStatus(models.TextChoices):
    """States of a label. `requested` may last: until the carrier has said what became of the purchase."""

    REQUESTED = "requested", pgettext_lazy("label", "requested")
    BOUGHT = "bought", pgettext_lazy("label", "bought")
    FAILED = "failed", pgettext_lazy("label", "refused")
    VOIDED = "voided", pgettext_lazy("label", "given back")


LABEL_MOVES = StateMap(
    LabelStatus,
    {
        LabelStatus.REQUESTED: {LabelStatus.BOUGHT, LabelStatus.FAILED},
        LabelStatus.BOUGHT: {LabelStatus.VOIDED},
        LabelStatus.FAILED: set(),
        LabelStatus.VOIDED: set(),
    },
    start={LabelStatus.REQUESTED},
)


class ManifestStatus(models.TextChoices):
    """States of a manifest."""

    REQUESTED = "requested", pgettext_lazy("manifest", "requested")
    CLOSED = "closed", pgettext_lazy("manifest", "closed")
    FAILED = "failed", pgettext_lazy("manifest", "refused")


MANIFEST_MOVES = StateMap(
    ManifestStatus,
    {
        ManifestStatus.REQUESTED: {ManifestStatus.CLOSED, ManifestStatus.FAILED},
        ManifestStatus.CLOSED: set(),
        ManifestStatus.FAILED: set(),
    },
    start={ManifestStatus.REQUESTED},
)


class TrackingStatus(models.TextChoices):
    """Where a parcel is; the values are those of the carrier port."""

    ANNOUNCED = "announced", pgettext_lazy("parcel", "announced")
    COLLECTED = "collected", pgettext_lazy("parcel", "collected")
    IN_TRANSIT = "in_transit", pgettext_lazy("parcel", "on its way")
    OUT_FOR_DELIVERY = "out_for_delivery", pgettext_lazy("parcel", "out for delivery")
    DELIVERED = "delivered", pgettext_lazy("parcel", "delivered")
    EXCEPTION = "exception", pgettext_lazy("parcel", "held up")
    RETURNED = "returned", pgettext_lazy("parcel", "coming back")


class LabelFormatChoice(models.TextChoices):
    """What a label comes as; the values are those of the carrier port."""

    PDF = "pdf", _("PDF")
    ZPL = "zpl", _("ZPL")
