"""Carrier accounts and their services, labels bought once, what happens to parcels, and end-of-day manifests."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cefn.kernel.models import CefnModel
from cefn.platform.models import company_key
from cefn.shipping.states import LabelFormatChoice, LabelStatus, ManifestStatus, TrackingStatus


class CarrierAccount(CefnModel):
    """A contract with a carrier. `settings_sealed` holds keys and passwords, readable by this installation alone."""

    company = company_key()
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=120)
    adapter = models.CharField(max_length=32)
    settings_sealed = models.TextField()
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="carrier_account_once")]

    def __str__(self) -> str:
        return self.name


class CarrierService(CefnModel):
    """A way of sending that an account offers; `code` is the carrier's own. `priority`: lower first."""

    company = company_key()
    account = models.ForeignKey(CarrierAccount, on_delete=models.PROTECT, related_name="services")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    weight_most_g = models.PositiveIntegerField(null=True)
    priority = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "code"], name="carrier_service_once")]

    def __str__(self) -> str:
        return self.name


class Manifest(CefnModel):
    """The list of parcels that a carrier takes over from a warehouse on a day."""

    company = company_key()
    number = models.CharField(max_length=32)
    account = models.ForeignKey(CarrierAccount, on_delete=models.PROTECT, related_name="manifests")
    warehouse = models.ForeignKey("inventory.Warehouse", on_delete=models.PROTECT, related_name="+", db_index=False)
    day_on = models.DateField()
    status = models.CharField(max_length=12, choices=ManifestStatus, default=ManifestStatus.REQUESTED)
    label_count = models.PositiveIntegerField(default=0)
    carrier_reference = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=255, blank=True, default="")
    file = models.ForeignKey(
        "platform.StoredFile", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    requested_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="manifest_number_once"),
            models.UniqueConstraint(
                fields=["account", "warehouse"], name="manifest_open_once", condition=Q(status="requested")
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | ~Q(status="closed"), name="manifest_closed_has_moment"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-day_on"], name="manifest_by_day")]

    def __str__(self) -> str:
        return self.number


class Label(CefnModel):
    """The purchase of one label, for a package or (without packages) for a whole shipment.

    The row is written before the carrier is called, with the key that names this purchase there; so a purchase whose
    answer was lost can be looked for. `called_at` is when a call began whose outcome is not recorded yet.
    `tracking_code` is where the parcel was last seen. Cost in minor units of `currency`.
    """

    company = company_key()
    shipment = models.ForeignKey("warehouse.Shipment", on_delete=models.PROTECT, related_name="labels")
    package = models.ForeignKey("warehouse.Package", null=True, on_delete=models.PROTECT, related_name="labels")
    account = models.ForeignKey(CarrierAccount, on_delete=models.PROTECT, related_name="labels", db_index=False)
    service_code = models.CharField(max_length=40)
    purchase_key = models.CharField(max_length=64)
    status = models.CharField(max_length=12, choices=LabelStatus, default=LabelStatus.REQUESTED)
    format = models.CharField(max_length=4, choices=LabelFormatChoice, default=LabelFormatChoice.PDF)
    tracking_number = models.CharField(max_length=64, blank=True, default="")
    carrier_reference = models.CharField(max_length=64, blank=True, default="")
    cost_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True, default="")
    file = models.ForeignKey(
        "platform.StoredFile", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    manifest = models.ForeignKey(Manifest, null=True, on_delete=models.PROTECT, related_name="labels")
    reason = models.CharField(max_length=255, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_by = models.CharField(max_length=120)
    requested_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    bought_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    tracking_code = models.CharField(max_length=20, choices=TrackingStatus, blank=True, default="")
    tracked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "purchase_key"], name="label_bought_once"),
            models.UniqueConstraint(
                fields=["company", "account", "tracking_number"],
                name="label_tracking_once",
                condition=~Q(tracking_number=""),
            ),
            models.UniqueConstraint(
                fields=["package"],
                name="label_one_for_package",
                condition=Q(package__isnull=False, status__in=["requested", "bought"]),
            ),
            models.UniqueConstraint(
                fields=["shipment"],
                name="label_one_for_shipment",
                condition=Q(package__isnull=True, status__in=["requested", "bought"]),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["requested", "failed"])
                | (~Q(tracking_number="") & Q(bought_at__isnull=False, cost_minor__gte=0) & ~Q(currency="")),
                name="label_bought_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "requested_at"], name="label_open", condition=Q(status="requested")),
            models.Index(
                fields=["company", "account"],
                name="label_to_manifest",
                condition=Q(status="bought", manifest__isnull=True),
            ),
            models.Index(
                fields=["company", "account", "id"],
                name="label_on_its_way",
                condition=Q(status="bought") & ~Q(tracking_code__in=["delivered", "returned"]),
            ),
        ]

    def __str__(self) -> str:
        return self.tracking_number or self.purchase_key


class TrackingEvent(CefnModel):
    """One thing that happened to a parcel, as the carrier tells it; the same event twice is one row."""

    company = company_key()
    label = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="tracking_events", db_index=False)
    carrier_event_id = models.CharField(max_length=80)
    code = models.CharField(max_length=20, choices=TrackingStatus)
    description = models.CharField(max_length=255, blank=True, default="")
    place = models.CharField(max_length=120, blank=True, default="")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["label", "carrier_event_id"], name="tracking_event_once")
        ]
        ordering: ClassVar = [F("happened_at"), F("id")]

    def __str__(self) -> str:
        return f"{self.code} {self.happened_at:%Y-%m-%d %H:%M}"
