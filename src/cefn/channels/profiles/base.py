"""What a file format is: its columns, its quirks, and how its rows become records.

A format is a `Profile`; a saved mapping of the user may point any field at another column.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from cefn.channels.records import (
    AddressRecord,
    OrderLineRecord,
    OrderRecord,
    Parsed,
    PartyRecord,
)
from cefn.channels.tables.faults import (
    COLUMNS_MISSING,
    DUPLICATE_LINE,
    KEY_TWICE,
    ROWS_DISAGREE,
    TOTAL_DIFFERS,
    VALUE_MISSING,
    CellFault,
    RowFault,
    refuse,
)
from cefn.channels.tables.rows import Row
from cefn.channels.tables.sniff import SniffOptions
from cefn.channels.tables.table import Reading, RowReader, column_key
from cefn.kernel.money import minor_text

Parse = Callable[[Iterator[RowReader], Reading], Iterator[Parsed]]


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the format: the header names it goes by, first the usual one, and whether it must be there."""

    field: str
    names: tuple[str, ...]
    needed: bool = False


def column(name: str, *names: str, needed: bool = False) -> Column:
    """Return the column of the field `name`, called `names` in files."""
    return Column(name, names, needed)


@dataclass(frozen=True, slots=True)
class Profile:
    """A format of one kind of file. `signature` are header names that prove the format when all are there.

    `group_by` is the field that several rows of one record share; `companion` describes a second file with the lines.
    """

    name: str
    kind: str
    label: str | Promise
    columns: tuple[Column, ...]
    parse: Parse
    signature: tuple[str, ...] = ()
    options: SniffOptions = field(default_factory=SniffOptions)
    currency: str = ""
    zone: str = ""
    prices_include_tax: bool = True
    keep_duplicate_lines: bool = False
    group_by: str = ""
    companion: "Profile | None" = None

    @property
    def key(self) -> str:
        """The name under which the format is stored: kind and name."""
        return f"{self.kind}/{self.name}"

    def matches(self, header: Mapping[str, int]) -> bool:
        """Tell whether the header proves this format."""
        return bool(self.signature) and all(column_key(name) in header for name in self.signature)

    def resolve(
        self, header: Mapping[str, int], names: tuple[str, ...], line: int, mapping: Mapping[str, str] | None = None
    ) -> tuple[dict[str, int], dict[str, str]]:
        """Return field -> position and field -> header name; raises TableError naming the needed columns not found.

        `mapping` is the user's: field -> header name, an empty name for "leave this field out".
        """
        places: dict[str, int] = {}
        missing: list[str] = []
        for item in self.columns:
            chosen = (mapping or {}).get(item.field)
            candidates = item.names if chosen is None else ((chosen,) if chosen else ())
            found = next((header[column_key(name)] for name in candidates if column_key(name) in header), None)
            if found is not None:
                places[item.field] = found
            elif item.needed or chosen:
                missing.append(chosen or item.names[0])
        if missing:
            present = ", ".join(name for name in names if name)
            raise refuse(COLUMNS_MISSING, line=line, missing=", ".join(missing), present=present)
        return places, {name: names[at] for name, at in places.items()}


def readers(
    rows: Iterator[Row], places: Mapping[str, int], names: Mapping[str, str], reading: Reading
) -> Iterator[RowReader]:
    """Yield a cell reader for each row."""
    for row in rows:
        yield RowReader(row, places, names, reading)


def split_keys(rows: Iterator[Row], place: int | None) -> frozenset[str]:
    """Return the keys at `place` whose rows are not all neighbours, so that `grouped` can hold them back."""
    if place is None:
        return frozenset()
    seen: set[str] = set()
    split: set[str] = set()
    last = ""
    for row in rows:
        key = row.cells[place].strip()
        if key and key != last:
            if key in seen:
                split.add(key)
            seen.add(key)
            last = key
    return frozenset(split)


def grouped(rows: Iterator[RowReader], name: str) -> Iterator[tuple[str, list[RowReader]]]:
    """Yield (key, rows) for the rows whose cell `name` is the same; an empty cell continues the group before it.

    Groups come in file order, except that those in the reading's `split_keys` come last, whole.
    """
    held: dict[str, list[RowReader]] = {}
    key = ""
    group: list[RowReader] = []
    for row in rows:
        found = row.raw(name).strip()
        if found in row.reading.split_keys:
            held.setdefault(found, []).append(row)
            if group:
                yield key, group
            key, group = found, []
            continue
        if not found and not group and key in held:
            held[key].append(row)
            continue
        if group and found and found != key:
            yield key, group
            group = []
        if not group:
            key = found
            if not found:
                row.fault(name, VALUE_MISSING)
        group.append(row)
    if group:
        yield key, group
    yield from held.items()


def short_key(text: str, longest: int = 64) -> str:
    """Return a key that fits: a longer one is cut and told apart by eight digits of its SHA-256."""
    if len(text) <= longest:
        return text
    return f"{text[: longest - 9]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def collected(group: list[RowReader]) -> list[RowFault]:
    """Return the faults of all rows of a group, in line order."""
    return [fault for row in group for fault in row.faults]


def parsed(key: str, group: list[RowReader], record: Any, extra: list[RowFault] | None = None) -> Parsed:
    """Return the record, or the faults that refuse it."""
    faults = (*collected(group), *(extra or ()))
    refused = any(not fault.note for fault in faults)
    return Parsed(key, tuple(row.line for row in group), None if refused else record, faults)


class Keys:
    """Keys seen in a file that must be there once."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def check(self, row: RowReader, name: str, key: str) -> None:
        """Note a fault at `name` if `key` stood on an earlier line."""
        if not key:
            return
        other = self._seen.setdefault(key.casefold(), row.line)
        if other != row.line:
            row.fault(name, KEY_TWICE, key=key, other=other)


def lines_once(lines: list[OrderLineRecord], reading: Reading) -> tuple[list[OrderLineRecord], list[RowFault]]:
    """Drop identical lines of one order, each reported, unless the reading keeps them."""
    if reading.keep_duplicate_lines:
        return lines, []
    kept: dict[tuple[Any, ...], OrderLineRecord] = {}
    notes: list[RowFault] = []
    for line in lines:
        first = kept.setdefault(line.content, line)
        if first is not line:
            notes.append(CellFault(DUPLICATE_LINE, {"other": first.line}).at(line.line, "", line.sku))
    return list(kept.values()), notes


def same_in_group(group: list[RowReader], *names: str) -> None:
    """Note a fault where rows of one order disagree about a cell that belongs to the order; empty cells don't count."""
    first = group[0]
    for row in group[1:]:
        for name in names:
            cell = row.raw(name).strip()
            if cell and cell != first.raw(name).strip():
                row.fault(name, ROWS_DISAGREE, first=first.raw(name).strip() or "-", second=cell)


def total_note(order: OrderRecord, row: RowReader, name: str, tax_on_top: int = 0) -> list[RowFault]:
    """Return a note when lines, shipping and discounts don't add up to the total the file states."""
    if order.total_minor is None:
        return []
    computed = order.goods_minor + order.shipping_minor - order.discount_minor + tax_on_top
    if computed == order.total_minor:
        return []
    facts = {
        "computed": minor_text(computed, order.currency),
        "stated": minor_text(order.total_minor, order.currency),
    }
    row.fault(name, TOTAL_DIFFERS, **facts)
    return [row.faults.pop()]


def address(row: RowReader, prefix: str) -> AddressRecord:
    """Return the address whose fields are called `prefix`_line1 and so on."""
    return AddressRecord(
        name=row.plain(f"{prefix}_name", longest=200),
        company=row.plain(f"{prefix}_company", longest=200),
        line1=row.plain(f"{prefix}_line1", longest=200),
        line2=row.plain(f"{prefix}_line2", longest=200),
        city=row.plain(f"{prefix}_city", longest=120),
        region=row.plain(f"{prefix}_region", longest=120),
        postcode=row.plain(f"{prefix}_postcode", longest=24),
        country=row.country(f"{prefix}_country"),
        phone=row.plain(f"{prefix}_phone", longest=40),
    )


def address_columns(prefix: str, **names: str | tuple[str, ...]) -> tuple[Column, ...]:
    """Return address columns: `address_columns("ship", line1="Shipping Address1")`."""
    return tuple(
        Column(f"{prefix}_{part}", (found,) if isinstance(found, str) else found) for part, found in names.items()
    )


def buyer(row: RowReader, at: AddressRecord, *, reference: str = "") -> PartyRecord:
    """Return the customer of an order from the fields customer_name, email and phone, and its address."""
    email = row.email("email")
    return PartyRecord(
        reference=reference,
        name=row.plain("customer_name", longest=200) or at.name or at.company,
        company=at.company,
        email=email,
        phone=row.plain("phone", longest=40) or at.phone,
        is_business=bool(at.company),
        address=at,
    )
