"""What a user may say about an import, as plain JSON: checked here, turned into what the readers take."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from cefn.channels.errors import KindUnknown, OptionInvalid
from cefn.channels.profiles.registry import KINDS, Wishes
from cefn.channels.tables.sniff import SniffOptions
from cefn.kernel.money import CURRENCY_DECIMALS

TEXTS = frozenset(
    {
        "format", "encoding", "delimiter", "sheet", "decimal", "date_order", "currency", "zone", "warehouse", "channel",
        "reason",
    }
)  # fmt: skip
FLAGS = frozenset(
    {"quoting", "keep_duplicate_lines", "prices_include_tax", "create_products", "record_payments", "hold"}
)
DELIMITER_NAMES = {"tab": "\t", "comma": ",", "semicolon": ";", "bar": "|", "\\t": "\t"}


def kind_check(kind: str) -> str:
    """Return the kind; raises KindUnknown."""
    if kind not in KINDS:
        raise KindUnknown(kind=kind, kinds=", ".join(KINDS))
    return kind


def options_clean(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that say something, checked; raises OptionInvalid for an unknown name or a wrong type."""
    clean: dict[str, Any] = {}
    for name, value in options.items():
        if value is None or value == "":
            continue
        if name in TEXTS and isinstance(value, str):
            clean[name] = DELIMITER_NAMES.get(value, value) if name == "delimiter" else value
        elif (name in FLAGS and isinstance(value, bool)) or (
            name == "header_line" and type(value) is int and value > 0
        ):
            clean[name] = value
        elif name == "mapping" and isinstance(value, Mapping):
            clean[name] = {str(field): str(column) for field, column in value.items()}
        else:
            allowed = ", ".join(sorted(TEXTS | FLAGS | {"header_line", "mapping"}))
            raise OptionInvalid(name=name, given=str(value)[:80], allowed=allowed)
    if clean.get("currency", "GBP") not in CURRENCY_DECIMALS:
        raise OptionInvalid(name="currency", given=clean["currency"], allowed=", ".join(sorted(CURRENCY_DECIMALS)))
    if clean.get("zone", "UTC") not in available_timezones():
        raise OptionInvalid(name="zone", given=clean["zone"], allowed="Europe/London, UTC, …")
    return clean


def wishes_of(options: Mapping[str, Any]) -> Wishes:
    """Return clean options as the readers take them."""
    return Wishes(
        format=options.get("format", ""),
        sniff=SniffOptions(
            encoding=options.get("encoding", ""),
            delimiter=options.get("delimiter", ""),
            quoting=options.get("quoting"),
            sheet=options.get("sheet", ""),
            header_line=options.get("header_line", 0),
            decimal=options.get("decimal", ""),
            date_order=options.get("date_order", ""),
        ),
        mapping=options.get("mapping", {}),
        currency=options.get("currency", ""),
        zone=options.get("zone", ""),
        warehouse=options.get("warehouse", ""),
        keep_duplicate_lines=options.get("keep_duplicate_lines"),
        prices_include_tax=options.get("prices_include_tax"),
    )
