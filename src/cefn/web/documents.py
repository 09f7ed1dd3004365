"""Where each kind of document has its page: from a source such as "shipment:SH-000001" to an address."""

from django.urls import NoReverseMatch, reverse

PAGES = {
    "sales-order": "web:order",
    "shipment": "web:shipment",
    "return-order": "web:return",
    "invoice": "web:invoice",
    "credit-note": "web:invoice",
    "payment": "web:payment",
    "adjustment": "web:adjustment",
    "journal-entry": "web:entry",
    "import": "web:import",
    "customer": "web:customer",
}
"""Kind of document -> the page that takes its number."""


def document_url(source: str) -> str:
    """Return the page of a document, or an empty text where it has none."""
    kind, _colon, number = source.partition(":")
    page = PAGES.get(kind)
    if not page or not number:
        return ""
    try:
        return reverse(page, args=[number])
    except NoReverseMatch:
        return ""
