"""Verbs that write products."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stdnum import ean

from cefn.catalog.errors import BarcodeInvalid, BarcodeTaken, SkuTaken, TaxCategoryUnknown, UnitUnknown
from cefn.catalog.models import Barcode, Product, ProductKind, ProductStatus, Unit, Variant
from cefn.catalog.skus import sku_key, sku_text
from cefn.kernel import clock
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.numbering import numbers_take
from cefn.tax.models import TaxCategory

UNITS = (
    ("each", "each", "yr un", 0),
    ("kg", "kilogram", "cilogram", 3),
    ("m", "metre", "metr", 2),
    ("l", "litre", "litr", 3),
)
GTIN_LENGTHS = {8, 12, 13, 14}


@dataclass(slots=True)
class VariantDraft:
    """A SKU to make; prices and costs in micro, weights in grams, sizes in millimetres."""

    sku: str
    name: str = ""
    options: dict[str, str] = field(default_factory=dict)
    price_micro: int = 0
    cost_micro: int = 0
    barcodes: Sequence[str] = ()
    weight_g: int = 0
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    hs_code: str = ""
    origin_country: str = ""
    low_stock_at: int = 0


@dataclass(slots=True)
class ProductDraft:
    """A product to make, with its variants; `number` is given by the series when empty."""

    name: str
    variants: Sequence[VariantDraft]
    number: str = ""
    name_cy: str = ""
    description: str = ""
    kind: str = ProductKind.GOODS
    category: str = ""
    brand: str = ""
    unit: str = "each"
    tax_category: str = "standard"


def units_create(*, actor: Actor) -> None:
    """Give a company the units it starts with."""
    Unit.objects.bulk_create(
        [Unit(company_id=actor.company_id, code=c, name=n, name_cy=w, decimals=d) for c, n, w, d in UNITS]
    )


def barcode_kind(*, code: str) -> str:
    """Return "gtin" for a code of GTIN length with a right check digit, "other" for any other code.

    Raises BarcodeInvalid for digits of GTIN length whose check digit is wrong.
    """
    if not (code.isascii() and code.isdigit() and len(code) in GTIN_LENGTHS):
        return "other"
    if not ean.is_valid(code.zfill(14) if len(code) == 12 else code):
        raise BarcodeInvalid(code=code)
    return "gtin"


def products_create(*, actor: Actor, products: Sequence[ProductDraft]) -> list[Product]:
    """Make products with their variants and barcodes; return them in order.

    Raises SkuTaken, BarcodeTaken, BarcodeInvalid, UnitUnknown, TaxCategoryUnknown; nothing is written then.
    """
    if not products:
        return []
    _require_free(actor.company_id, products)
    company_id, now = actor.company_id, clock.now()
    units = {unit.code: unit for unit in Unit.objects.filter(company_id=company_id)}
    taxes = dict(TaxCategory.objects.filter(company_id=company_id).values_list("code", "id"))
    for draft in products:
        if draft.unit not in units:
            raise UnitUnknown(code=draft.unit, known=", ".join(sorted(units)))
        if draft.tax_category not in taxes:
            raise TaxCategoryUnknown(code=draft.tax_category, known=", ".join(sorted(taxes)))
    numbers = iter(
        numbers_take(company_id=company_id, series="product", count=sum(1 for draft in products if not draft.number))
    )
    made = Product.objects.bulk_create(
        [
            Product(
                company_id=company_id, number=d.number or next(numbers), name=d.name[:255], name_cy=d.name_cy[:255],
                description=d.description, kind=d.kind, category=d.category, brand=d.brand, unit=units[d.unit],
                tax_category_id=taxes[d.tax_category], created_at=now,
            )
            for d in products
        ],
        batch_size=500,
    )  # fmt: skip
    variants_add(
        actor=actor,
        additions=[(product, draft) for product, d in zip(made, products, strict=True) for draft in d.variants],
        now=now,
    )
    audit_record(
        actor=actor,
        events=[
            AuditDraft(f"product:{product.number}", "created", {"skus": [v.sku for v in draft.variants]})
            for product, draft in zip(made, products, strict=True)
        ],
    )
    return made


def variants_add(
    *, actor: Actor, additions: Sequence[tuple[Product, VariantDraft]], now: datetime | None = None
) -> list[Variant]:
    """Add variants to products that exist; return them in order."""
    company_id, moment = actor.company_id, now or clock.now()
    variants = Variant.objects.bulk_create(
        [_variant(company_id, product, draft, moment) for product, draft in additions], batch_size=500
    )
    Barcode.objects.bulk_create(
        [
            Barcode(company_id=company_id, variant=variant, code=code, kind=barcode_kind(code=code))
            for variant, (_, draft) in zip(variants, additions, strict=True)
            for code in draft.barcodes
        ],
        batch_size=500,
    )
    return variants


def _variant(company_id: int, product: Product, draft: VariantDraft, now: datetime) -> Variant:
    return Variant(
        company_id=company_id,
        product=product,
        sku=sku_text(draft.sku),
        sku_key=sku_key(draft.sku),
        name=draft.name,
        options=draft.options,
        is_stocked=product.kind == ProductKind.GOODS,
        price_micro=draft.price_micro,
        cost_micro=draft.cost_micro,
        quantity_decimals=product.unit.decimals,
        weight_g=draft.weight_g,
        length_mm=draft.length_mm,
        width_mm=draft.width_mm,
        height_mm=draft.height_mm,
        hs_code=draft.hs_code,
        origin_country=draft.origin_country,
        low_stock_at=draft.low_stock_at,
        created_at=now,
    )


def _require_free(company_id: int, products: Sequence[ProductDraft]) -> None:
    seen: set[str] = set()
    codes: set[str] = set()
    for draft in (variant for product in products for variant in product.variants):
        key = sku_key(draft.sku)
        if key in seen:
            raise SkuTaken(sku=draft.sku)
        seen.add(key)
        for code in draft.barcodes:
            barcode_kind(code=code)
            if code in codes:
                raise BarcodeTaken(code=code)
            codes.add(code)
    for sku in _present(Variant, "sku_key", company_id, seen):
        raise SkuTaken(sku=sku)
    for code in _present(Barcode, "code", company_id, codes):
        raise BarcodeTaken(code=code)


def _present(model: Any, field_name: str, company_id: int, values: set[str]) -> list[str]:
    found: list[str] = []
    ordered = sorted(values)
    for start in range(0, len(ordered), 500):
        part = {f"{field_name}__in": ordered[start : start + 500]}
        found.extend(model.objects.filter(company_id=company_id, **part).values_list(field_name, flat=True))
    return found


def products_archive(*, actor: Actor, product_ids: Sequence[int]) -> int:
    """Take products off sale; what exists of them stays. Returns how many changed."""
    Variant.objects.filter(company_id=actor.company_id, product_id__in=product_ids).update(
        status=ProductStatus.ARCHIVED
    )
    products = Product.objects.filter(company_id=actor.company_id, id__in=product_ids).exclude(
        status=ProductStatus.ARCHIVED
    )
    numbers = list(products.values_list("number", flat=True))
    products.update(status=ProductStatus.ARCHIVED)
    audit_record(actor=actor, events=[AuditDraft(f"product:{number}", "archived") for number in numbers])
    return len(numbers)
