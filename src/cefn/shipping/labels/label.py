"""What stands on a shipping label."""

from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import pgettext

from cefn.platform.papers.formats import date_text, weight_text
from cefn.platform.papers.wrapping import one_line

SSCC_IDENTIFIER = "00"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingLabel:
    """One label. Address lines come ready to print; the receiver's postcode stands apart as sorters read it.

    `tracking_number` is printable ASCII; `sscc` has 18 digits or is empty.
    """

    carrier: str
    service: str
    tracking_number: str
    sender: tuple[str, ...]
    receiver: tuple[str, ...]
    postcode: str
    country: str
    weight_g: int = 0
    reference: str = ""
    sscc: str = ""
    routing: str = ""
    package_number: int = 1
    package_count: int = 1
    sent_on: date | None = None
    note: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelWords:
    """The words of a label in its language, and its facts as (name, value) pairs."""

    sender: str
    receiver: str
    tracking: str
    facts: tuple[tuple[str, str], ...]


def label_words(label: ShippingLabel) -> LabelWords:
    """Return the words of `label`; facts without a value are left out."""
    with translation.override(label.language):
        parcel = pgettext("shipping label", "%(number)s of %(count)s") % {
            "number": label.package_number,
            "count": label.package_count,
        }
        facts = (
            (pgettext("shipping label", "Reference"), one_line(label.reference)),
            (
                pgettext("shipping label", "Weight"),
                weight_text(label.weight_g, label.language) if label.weight_g else "",
            ),
            (pgettext("shipping label", "Parcel"), parcel),
            (pgettext("shipping label", "Sent on"), date_text(label.sent_on, label.language)),
        )
        return LabelWords(
            sender=pgettext("shipping label", "From"),
            receiver=pgettext("shipping label", "Deliver to"),
            tracking=pgettext("shipping label", "Tracking"),
            facts=tuple((name, value) for name, value in facts if value),
        )


def sscc_written(sscc: str) -> str:
    """Return an SSCC as people read it: "(00) 1 0614141 234567890 8" without the prefix's length known."""
    return f"({SSCC_IDENTIFIER}) {sscc[:1]} {sscc[1:-1]} {sscc[-1:]}"


def tracking_written(number: str) -> str:
    """Return a tracking number in groups of four, as it is read out on the telephone."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
