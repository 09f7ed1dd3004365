"""The import wizard's view of a file: what it seems to be, what can be changed about that, and which column is what."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from cefn.channels.options import FLAGS, TEXTS, wishes_of
from cefn.channels.profiles.base import Profile
from cefn.channels.profiles.registry import profile_find, profile_named, profiles_of
from cefn.channels.tables.encodings import ENCODINGS
from cefn.channels.tables.faults import TableError
from cefn.channels.tables.sniff import DELIMITERS, table_sniff
from cefn.channels.tables.table import column_key
from cefn.kernel.money import CURRENCY_DECIMALS

MAP = "map-"


@dataclass(frozen=True, slots=True)
class Mapped:
    """A field of the format: its usual name, whether it must be there, and the column it is read from."""

    field: str
    name: str
    is_needed: bool
    column: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A select of the reading form: its name, label, (value, label) pairs and the value now."""

    name: str
    label: str
    options: list[tuple[str, str]]
    value: str


def _found_in(profile: Profile, header: list[str], mapping: Mapping[str, str]) -> list[Mapped]:
    known = {column_key(name): name for name in header if name}
    fields = []
    for item in profile.columns:
        chosen = mapping.get(item.field)
        names = item.names if chosen is None else ((chosen,) if chosen else ())
        column = next((known[column_key(name)] for name in names if column_key(name) in known), "")
        fields.append(Mapped(item.field, item.names[0], item.needed, column))
    return fields


def fields_mapped(kind: str, format_name: str, header: list[str], mapping: Mapping[str, str]) -> list[Mapped]:
    """Return the fields of a format with the column each is read from, the needed ones first."""
    fields = _found_in(profile_named(kind, format_name or "generic"), header, mapping)
    return sorted(fields, key=lambda one: (not one.is_needed, not one.column))


def header_peeked(path: Path, kind: str, options: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return (format, column names) of a file that could not be taken as it is; no names where it is no table."""
    try:
        sniff = table_sniff(path, wishes_of(options).sniff)
    except TableError:
        return "", []
    try:
        return profile_find(kind, sniff).name, list(sniff.header)
    except TableError:
        return "generic", list(sniff.header)


def choices_of(kind: str, sniff: Mapping[str, Any], options: Mapping[str, Any], format_now: str) -> list[Choice]:
    """Return the selects over how a file is read, each with what was found or wished."""
    auto = ("", _("as found"))
    names = {"\t": _("tab"), ",": _("comma"), ";": _("semicolon"), "|": _("bar")}
    found = {"\t": "tab", "|": "bar", ",": "comma", ";": "semicolon"}
    is_book = sniff.get("container") == "xlsx"
    rows = [
        Choice(
            "format",
            _("Format"),
            [(profile.name, str(profile.label)) for profile in profiles_of(kind)],
            str(options.get("format") or format_now),
        )
    ]
    if is_book:
        sheets = [(name, name) for name in sniff.get("sheets", [])]
        rows.append(Choice("sheet", _("Sheet"), sheets, str(options.get("sheet") or sniff.get("sheet", ""))))
    else:
        encoding = str(options.get("encoding", ""))
        rows.append(
            Choice(
                "encoding",
                _("Encoding: %(found)s") % {"found": sniff.get("encoding", "")},
                [auto, *((name, name) for name in ENCODINGS)],
                encoding,
            )
        )
        delimiter = str(sniff.get("delimiter", ""))
        rows.append(
            Choice(
                "delimiter",
                _("Between values: %(found)s") % {"found": names.get(delimiter, delimiter)},
                [auto, *((found[sign], names[sign]) for sign in DELIMITERS)],
                found.get(str(options.get("delimiter", "")), ""),
            )
        )
    rows += [
        Choice(
            "decimal",
            _("Decimal sign: %(found)s") % {"found": sniff.get("decimal", "")},
            [auto, (".", "1,234.56"), (",", "1.234,56")],
            str(options.get("decimal", "")),
        ),
        Choice(
            "date_order",
            _("Order of dates: %(found)s") % {"found": sniff.get("date_order", "")},
            [auto, ("dmy", "31/12/2026"), ("mdy", "12/31/2026")],
            str(options.get("date_order", "")),
        ),
    ]
    return rows


def flags_of(kind: str, options: Mapping[str, Any]) -> list[Choice]:
    """Return the choices over what is done with the rows."""
    yes_no = [("", _("as the format says")), ("yes", _("yes")), ("no", _("no"))]
    labels = {"prices_include_tax": _("Prices include tax")}
    if kind == "orders":
        labels |= {
            "create_products": _("Make products that are not there yet"),
            "keep_duplicate_lines": _("Keep a line that stands twice"),
            "record_payments": _("Book payments too"),
            "hold": _("Put the orders on hold"),
        }
    said: dict[Any, str] = {True: "yes", False: "no"}
    return [Choice(name, label, yes_no, said.get(options.get(name), "")) for name, label in labels.items()]


def options_read(data: QueryDict) -> dict[str, Any]:
    """Return the options that a form sent; names that it does not have are left alone."""
    options: dict[str, Any] = {
        name: value for name in sorted(TEXTS) if (value := data.get(name, "").replace("\x00", "").strip())
    }
    for name in sorted(FLAGS):
        if data.get(name) in ("yes", "no"):
            options[name] = data[name] == "yes"
    line = data.get("header_line", "")
    if line.isascii() and line.isdigit() and 0 < len(line) < 6 and int(line):
        options["header_line"] = int(line)
    currency = options.get("currency", "").upper()
    if currency in CURRENCY_DECIMALS:
        options["currency"] = currency
    return options


def mapping_read(data: QueryDict, fields: list[Mapped]) -> dict[str, str]:
    """Return field -> column for what was chosen otherwise than found by itself."""
    mapping = {}
    for one in fields:
        wanted = data.get(f"{MAP}{one.field}")
        if wanted is not None and wanted != one.column:
            mapping[one.field] = wanted
    return mapping
