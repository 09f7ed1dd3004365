"""How each state is shown: its word, and one of five tones that also has a shape of its own.

Tones: good (done), busy (in progress), wait (waits for someone), bad (needs a person now), off (nothing to do).
"""

from typing import Any

from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

TONES: dict[str, str] = {
    **dict.fromkeys(
        (
            "done",
            "full",
            "fulfilled",
            "paid",
            "delivered",
            "received",
            "posted",
            "packed",
            "shipped",
            "handled",
            "active",
            "available",
            "restock",
            "sent",
            "approved",
            "ready_to_ship",
            "settled",
            "bought",
        ),
        "good",
    ),
    **dict.fromkeys(
        (
            "processing",
            "partial",
            "released",
            "picking",
            "picked",
            "counting",
            "receiving",
            "in_transit",
            "leased",
            "running",
            "partially_received",
            "authorised",
            "allocated",
            "arrived",
            "counted",
            "inspected",
            "confirmed",
        ),
        "busy",
    ),
    **dict.fromkeys(
        (
            "draft",
            "quoted",
            "held",
            "on_hold",
            "unpaid",
            "requested",
            "submitted",
            "review",
            "recount",
            "expected",
            "planned",
            "parked",
            "backordered",
            "quarantine",
            "previewed",
            "uploaded",
            "partly_refunded",
            "soft_closed",
        ),
        "wait",
    ),
    **dict.fromkeys(
        ("exception", "failed", "dead", "overdue", "late", "refused", "damaged", "recalled", "overpaid"), "bad"
    ),
}
"""State value -> tone; what is not here is "off"."""

LABELS: dict[str, Any] = {
    "none": _("none"),
    "partial": _("partial"),
    "full": _("full"),
    "unfulfilled": _("unfulfilled"),
    "fulfilled": _("fulfilled"),
    "unpaid": _("unpaid"),
    "paid": _("paid"),
    "held": _("on hold"),
    "late": _("late"),
    "overdue": _("overdue"),
    "active": _("active"),
    "archived": _("archived"),
    "failed": _("failed"),
    "dead": _("given up"),
}
"""Words for states that have no choices of their own to name them."""


def state_tone(value: str) -> str:
    """Return the tone of a state value."""
    return TONES.get(value, "off")


def state_label(value: str, choices: type[models.TextChoices] | None = None) -> str:
    """Return a state's word in the active language: from its choices, else from LABELS, else the value in words."""
    if choices is not None and value in choices.values:
        return str(choices(value).label)
    return str(LABELS.get(value, value.replace("_", " ")))


def state_html(value: str, choices: type[models.TextChoices] | None = None, label: str = "") -> SafeString:
    """Return a state as a small shape and a word."""
    tone = state_tone(value)
    half = " half" if tone == "busy" and value.startswith("partial") else ""
    return format_html('<span class="state {}{}">{}</span>', tone, half, label or state_label(value, choices))
