"""WooCommerce product exports: simple, variable and variation rows; a variation names its parent by SKU or "id:NN"."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from cefn.channels.profiles.base import Keys, Profile, column, parsed, short_key
from cefn.channels.records import Parsed, ProductRecord, VariantRecord
from cefn.channels.tables.faults import CHOICE_WRONG, PARENT_UNKNOWN, TYPE_SKIPPED, CellFault
from cefn.channels.tables.sniff import SniffOptions
from cefn.channels.tables.table import Reading, RowReader

COLUMNS = (
    column("id", "ID"),
    column("type", "Type", needed=True),
    column("sku", "SKU", needed=True),
    column("name", "Name", needed=True),
    column("published", "Published"),
    column("summary", "Short description"),
    column("description", "Description"),
    column("tax_status", "Tax status"),
    column("tax_class", "Tax class"),
    column("quantity", "Stock"),
    column("low", "Low stock amount"),
    column("weight", "Weight (kg)"),
    column("price", "Regular price", needed=True),
    column("category", "Categories"),
    column("brand", "Brands"),
    column("barcode", "GTIN, UPC, EAN, or ISBN"),
    column("parent", "Parent"),
    *(column(f"option{at}_name", f"Attribute {at} name") for at in (1, 2, 3)),
    *(column(f"option{at}", f"Attribute {at} value(s)") for at in (1, 2, 3)),
)
SOLD = frozenset({"simple", "variable", "variation"})
LEFT_OUT = frozenset({"grouped", "external"})
TAX_CLASSES = {"reduced-rate": "reduced", "reduced rate": "reduced", "zero-rate": "zero", "zero rate": "zero"}


def _types(row: RowReader) -> frozenset[str]:
    return frozenset(word.strip().casefold() for word in row.raw("type").split(",") if word.strip())


def parse_products(rows: Iterator[RowReader], reading: Reading) -> Iterator[Parsed]:
    """Yield the products. Rows are held until the end of the file, because a variation may stand before its parent."""
    keys = Keys()
    heads: dict[str, list[RowReader]] = {}
    ids: dict[str, str] = {}
    children: list[RowReader] = []
    for row in rows:
        types = _types(row)
        if types & LEFT_OUT:
            kind = next(iter(types & LEFT_OUT))
            note = CellFault(TYPE_SKIPPED, {"kind": kind}).at(row.line, "Type", row.raw("type"))
            yield Parsed(row.raw("sku").strip(), (row.line,), None, (*row.faults, note))
        elif not types & SOLD:
            row.fault("type", CHOICE_WRONG, allowed=", ".join(sorted(SOLD)))
            yield parsed(row.raw("sku").strip(), [row], None)
        elif "variation" in types:
            children.append(row)
        else:
            key = row.raw("sku").strip().casefold() or f"id:{row.raw('id').strip()}"
            keys.check(row, "sku", row.raw("sku").strip())
            heads.setdefault(key, []).append(row)
            ids[f"id:{row.raw('id').strip()}"] = key
    for row in children:
        parent = row.raw("parent").strip().casefold()
        key = ids.get(parent, parent)
        if key in heads:
            heads[key].append(row)
        else:
            row.fault("parent", PARENT_UNKNOWN, key=row.raw("parent").strip() or "-")
            yield parsed(row.raw("sku").strip(), [row], None)
    for group in heads.values():
        yield _product(group, keys)


def _options(row: RowReader) -> tuple[tuple[str, str], ...]:
    return tuple(
        (row.text(f"option{at}_name", longest=60), row.text(f"option{at}", longest=120))
        for at in (1, 2, 3)
        if row.filled(f"option{at}_name") and row.filled(f"option{at}")
    )


def _variant(row: RowReader, keys: Keys, child: bool) -> VariantRecord:
    sku = row.sku("sku")
    keys.check(row, "sku", sku)
    pairs = _options(row) if child else ()
    return VariantRecord(
        line=row.line,
        sku=sku,
        name=" / ".join(value for _name, value in pairs),
        options=pairs,
        barcode=row.barcode("barcode"),
        price_micro=row.micro("price"),
        weight_g=row.quantity("weight", decimals=3, default=0) or None,
        low_stock_at=row.quantity("low", default=0) or None,
        quantity=row.quantity("quantity", negative=True) if row.filled("quantity") else None,
        active=row.raw("published").strip() not in {"0", "-1"},
    )


def _product(group: list[RowReader], keys: Keys) -> Parsed:
    head = group[0]
    types = _types(head)
    sku = head.raw("sku").strip()
    if "variable" in types and len(group) == 1:
        note = CellFault(TYPE_SKIPPED, {"kind": "variable (0)"}).at(head.line, "Type", head.raw("type"))
        return Parsed(sku, (head.line,), None, (*head.faults, note))
    selling = group[1:] if "variable" in types else group
    tax_class = head.raw("tax_class").strip().casefold()
    product = ProductRecord(
        number=short_key(head.text("sku") or head.text("id")),
        name=head.text("name", needed=True),
        variants=tuple(_variant(row, keys, row is not head) for row in selling),
        description=head.text("description", longest=65_535) or head.text("summary", longest=65_535),
        brand=head.text("brand", longest=120),
        category=head.text("category", longest=500).split(",")[0].strip()[:120],
        is_service=bool(types & {"virtual", "downloadable"}),
        tax_category="zero" if head.raw("tax_status").strip() == "none" else TAX_CLASSES.get(tax_class, ""),
        active=head.raw("published").strip() not in {"0", "-1"},
    )
    return parsed(product.number, group, product)


PROFILES = (
    Profile(
        "woocommerce", "products", _("WooCommerce products"), COLUMNS, parse_products,
        ("Type", "SKU", "Regular price", "Parent"), SniffOptions(decimal="."),
    ),
)  # fmt: skip
