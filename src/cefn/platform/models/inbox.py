"""What came in from outside, kept raw before anybody looks at it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cefn.kernel.models import CefnModel
from cefn.platform.models.company import company_key


class InboxState(models.TextChoices):
    """What became of a message. A parked one waits for a person, with its reason."""

    RECEIVED = "received", _("received")
    HANDLED = "handled", _("handled")
    PARKED = "parked", _("parked")
    IGNORED = "ignored", _("ignored")


class InboxMessage(CefnModel):
    """One message from one source; `external_key` is the sender's own name for it, so that it comes in once."""

    company = company_key()
    source = models.CharField(max_length=64)
    external_key = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80, default="application/json")
    payload = models.TextField()
    payload_hash = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    repeats = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=InboxState, default=InboxState.RECEIVED)
    reason_code = models.CharField(max_length=32, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    document = models.CharField(max_length=80, blank=True, default="")
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "state", "id"], name="inbox_by_state"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "source", "external_key"], name="inbox_once"),
            models.CheckConstraint(condition=Q(state__in=InboxState.values), name="inbox_state_known"),
            models.CheckConstraint(condition=~Q(state="parked") | ~Q(reason=""), name="inbox_parked_why"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_key}"
