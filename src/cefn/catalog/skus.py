"""What makes two SKUs the same."""

import unicodedata

SKU_LENGTH = 64


def sku_text(sku: str) -> str:
    """Return a SKU as it is stored and shown: NFC, trimmed."""
    return unicodedata.normalize("NFC", sku).strip()


def sku_key(sku: str) -> str:
    """Return the form in which SKUs are compared: NFC, trimmed, without regard to letter case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", sku).strip().casefold())
