"""Products from files: by product number and SKU; what a file does not state stays as it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cefn.catalog.changing import Change, barcodes_add, barcodes_remove, products_change
from cefn.catalog.models import Barcode, Product, ProductStatus, Unit, Variant
from cefn.catalog.services import ProductDraft, VariantDraft, products_archive, products_create, variants_add
from cefn.catalog.skus import sku_key
from cefn.channels.models import ImportedDocument
from cefn.channels.records import Parsed, ProductRecord, VariantRecord
from cefn.channels.states import RowAction
from cefn.channels.tables.faults import BARCODE_TAKEN, CHOICE_WRONG, SKU_TAKEN
from cefn.flows.imports.planning import Batch, Made, Plan, changed, start_plan
from cefn.inventory.models import StockLevel
from cefn.kernel import clock
from cefn.orders.models import SalesOrderLine
from cefn.platform.actors import Actor
from cefn.tax.models import TaxCategory

STANDARD = "standard"
EACH = "each"


@dataclass(slots=True)
class Target:
    """The product a record belongs to and what would be set on it."""

    product: Product | None = None
    product_values: dict[str, Any] = field(default_factory=dict)
    variant_values: dict[int, dict[str, Any]] = field(default_factory=dict)
    additions: list[VariantRecord] = field(default_factory=list)
    barcodes: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Here:
    """What the catalogue knows of a batch's numbers, SKUs and barcodes."""

    products: dict[str, Product]
    variants: dict[str, Variant]
    barcodes: dict[str, Variant]
    codes_of: dict[int, set[str]]
    taxes: set[str]
    units: set[str]


class Products:
    """Plans and writes products."""

    def plan(self, batch: Batch, items: list[Parsed]) -> list[Plan]:
        """Return the plans of some products."""
        plans = [start_plan(item) for item in items]
        records = [plan.parsed.record for plan in plans if isinstance(plan.parsed.record, ProductRecord)]
        here = _here(batch.actor.company_id, records)
        for plan in plans:
            record = plan.parsed.record
            if plan.action is RowAction.NEW and isinstance(record, ProductRecord):
                _plan(plan, record, here)
        return plans

    def write(self, batch: Batch, plans: list[Plan]) -> list[Made]:
        """Make the new products and change the others."""
        fresh = [plan for plan in plans if plan.action is RowAction.NEW and plan.target.product is None]
        changes = [plan for plan in plans if plan.target is not None and plan.target.product is not None]
        made = products_create(actor=batch.actor, products=[_draft(plan.parsed.record) for plan in fresh])
        archived = [p.id for p, plan in zip(made, fresh, strict=True) if not plan.parsed.record.active]  # type: ignore[union-attr]
        if archived:
            products_archive(actor=batch.actor, product_ids=archived)
        return [Made("product", product.id, product.number) for product in made] + _change(batch.actor, changes)


def _here(company_id: int, records: list[ProductRecord]) -> Here:
    keys = {sku_key(variant.sku) for record in records for variant in record.variants}
    codes = {variant.barcode for record in records for variant in record.variants if variant.barcode}
    numbers = {record.number for record in records}
    variants = {variant.sku_key: variant for variant in _found(Variant, "sku_key", company_id, keys, "product")}
    owned: dict[int, set[str]] = {}
    barcodes = {}
    for barcode in _found(Barcode, "code", company_id, codes, "variant"):
        barcodes[barcode.code] = barcode.variant
        owned.setdefault(barcode.variant_id, set()).add(barcode.code)
    return Here(
        {product.number: product for product in _found(Product, "number", company_id, numbers)},
        variants,
        barcodes,
        owned,
        set(TaxCategory.objects.filter(company_id=company_id).values_list("code", flat=True)),
        set(Unit.objects.filter(company_id=company_id).values_list("code", flat=True)),
    )


def _found(model: Any, name: str, company_id: int, values: Iterable[str], *related: str) -> list[Any]:
    ordered, found = sorted(values), []
    for start in range(0, len(ordered), 500):
        rows = model.objects.filter(company_id=company_id, **{f"{name}__in": ordered[start : start + 500]})
        found.extend(rows.select_related(*related) if related else rows)
    return found


def _plan(plan: Plan, record: ProductRecord, here: Here) -> None:
    if record.tax_category and record.tax_category not in here.taxes:
        plan.refuse(CHOICE_WRONG, value=record.tax_category, allowed=", ".join(sorted(here.taxes)))
    if record.unit and record.unit not in here.units:
        plan.refuse(CHOICE_WRONG, value=record.unit, allowed=", ".join(sorted(here.units)))
    known = {sku_key(v.sku): here.variants[sku_key(v.sku)] for v in record.variants if sku_key(v.sku) in here.variants}
    product = next((variant.product for variant in known.values()), None) or here.products.get(record.number)
    target = Target(product=product)
    for item in record.variants:
        variant = known.get(sku_key(item.sku))
        owner = here.barcodes.get(item.barcode) if item.barcode else None
        if variant is not None and product is not None and variant.product_id != product.id:
            plan.refuse(SKU_TAKEN, line=item.line, value=item.sku, product=variant.product.number)
        if owner is not None and (variant is None or owner.id != variant.id):
            plan.refuse(BARCODE_TAKEN, line=item.line, value=item.barcode, sku=owner.sku)
        if product is None or plan.action is RowAction.REFUSED:
            continue
        if variant is None:
            target.additions.append(item)
            plan.diff[item.sku] = [None, "+"]
        else:
            _variant_diff(plan, target, item, variant, here)
    if product is not None and plan.action is not RowAction.REFUSED:
        _product_diff(plan, target, record, product)
        plan.action = RowAction.CHANGED if plan.diff else RowAction.SAME
    plan.target = target


def _variant_diff(plan: Plan, target: Target, item: VariantRecord, variant: Variant, here: Here) -> None:
    stated = {
        "name": item.name,
        "options": dict(item.options) or None,
        "price_micro": item.price_micro,
        "cost_micro": item.cost_micro,
        "weight_g": item.weight_g,
        "low_stock_at": item.low_stock_at,
        "hs_code": item.hs_code,
        "origin_country": item.origin_country,
        "status": ProductStatus.ACTIVE.value if item.active else ProductStatus.ARCHIVED.value,
    }
    diff = changed({name: getattr(variant, name) for name in stated}, stated)
    if diff:
        target.variant_values[variant.id] = {name: pair[1] for name, pair in diff.items()}
        plan.diff |= {f"{variant.sku} {name}": pair for name, pair in diff.items()}
    if item.barcode and item.barcode not in here.codes_of.get(variant.id, set()):
        target.barcodes.append((variant.id, item.barcode))
        plan.diff[f"{variant.sku} barcode"] = [None, item.barcode]


def _product_diff(plan: Plan, target: Target, record: ProductRecord, product: Product) -> None:
    stated = {
        "name": record.name,
        "description": record.description,
        "brand": record.brand,
        "category": record.category,
        "status": ProductStatus.ACTIVE.value if record.active else ProductStatus.ARCHIVED.value,
    }
    diff = changed({name: getattr(product, name) for name in stated}, stated)
    target.product_values = {name: pair[1] for name, pair in diff.items()}
    plan.diff |= diff


def _draft(record: Any) -> ProductDraft:
    return ProductDraft(
        name=record.name,
        number=record.number,
        description=record.description,
        kind="service" if record.is_service else "goods",
        category=record.category,
        brand=record.brand,
        unit=record.unit or EACH,
        tax_category=record.tax_category or STANDARD,
        variants=[_variant_draft(item) for item in record.variants],
    )


def _variant_draft(item: VariantRecord) -> VariantDraft:
    return VariantDraft(
        sku=item.sku,
        name=item.name,
        options=dict(item.options),
        price_micro=item.price_micro or 0,
        cost_micro=item.cost_micro or 0,
        barcodes=[item.barcode] if item.barcode else [],
        weight_g=item.weight_g or 0,
        hs_code=item.hs_code,
        origin_country=item.origin_country,
        low_stock_at=item.low_stock_at or 0,
    )


def _change(actor: Actor, plans: list[Plan]) -> list[Made]:
    targets = [plan.target for plan in plans if plan.action is RowAction.CHANGED]
    if not targets:
        return []
    variant_ids = [key for target in targets for key in target.variant_values]
    old = Variant.objects.in_bulk(variant_ids)
    made = [_before(target, old) for target in targets]
    products_change(
        actor=actor,
        products=[Change(t.product.id, t.product_values) for t in targets if t.product_values],
        variants=[Change(key, values) for t in targets for key, values in t.variant_values.items()],
    )
    additions = [(t.product, _variant_draft(item)) for t in targets for item in t.additions]
    owners = [document for document, t in zip(made, targets, strict=True) for _item in t.additions]
    for document, variant in zip(owners, variants_add(actor=actor, additions=additions, now=clock.now()), strict=True):
        document.before["added"].append(variant.id)
    barcodes_add(actor=actor, barcodes=[pair for t in targets for pair in t.barcodes])
    return made


def _before(target: Target, old: dict[int, Variant]) -> Made:
    product: Any = target.product
    return Made(
        "product",
        product.id,
        product.number,
        before={
            "product": {name: [getattr(product, name), value] for name, value in target.product_values.items()},
            "variants": {
                str(key): {name: [getattr(old[key], name), value] for name, value in values.items()}
                for key, values in target.variant_values.items()
            },
            "added": [],
            "barcodes": [code for _variant, code in target.barcodes],
        },
    )


def products_blockers(company_id: int, documents: list[ImportedDocument]) -> list[str]:
    """Return what hinders an undo: products with stock, with orders, or changed again since."""
    made = [document for document in documents if not document.before]
    by_id = {document.document_id: document.number for document in made}
    added = [key for document in documents for key in document.before.get("added", [])]
    blockers = set()
    stocked = StockLevel.objects.filter(company_id=company_id).exclude(on_hand=0, allocated=0)
    for product_id, sku in [
        *stocked.filter(variant__product_id__in=by_id).values_list("variant__product_id", "variant__sku"),
        *stocked.filter(variant_id__in=added).values_list("variant__product_id", "variant__sku"),
    ]:
        blockers.add(f"stock:{sku}" if product_id else sku)
    open_lines = SalesOrderLine.objects.filter(company_id=company_id).exclude(order__status="cancelled")
    blockers.update(open_lines.filter(variant__product_id__in=by_id).values_list("order__number", flat=True)[:50])
    blockers.update(open_lines.filter(variant_id__in=added).values_list("order__number", flat=True)[:50])
    blockers.update(_changed_since(documents))
    return sorted(blockers)


def _changed_since(documents: list[ImportedDocument]) -> list[str]:
    changes = [document for document in documents if document.before]
    products = Product.objects.in_bulk([document.document_id for document in changes])
    variants = Variant.objects.in_bulk([int(key) for document in changes for key in document.before["variants"]])
    found = []
    for document in changes:
        rows: list[tuple[Any, dict[str, list[Any]]]] = [(products[document.document_id], document.before["product"])]
        rows += [(variants[int(key)], values) for key, values in document.before["variants"].items()]
        if any(getattr(row, name) != pair[1] for row, values in rows for name, pair in values.items()):
            found.append(f"product:{document.number}")
    return found


def products_undo(actor: Actor, documents: list[ImportedDocument]) -> None:
    """Archive what was made and put back what was changed."""
    made = [document.document_id for document in documents if not document.before]
    changes = [document for document in documents if document.before]
    products_archive(actor=actor, product_ids=made)
    codes = Barcode.objects.filter(company_id=actor.company_id, variant__product_id__in=made).values_list(
        "code", flat=True
    )
    barcodes_remove(actor=actor, codes=[*codes, *(code for item in changes for code in item.before["barcodes"])])
    products_change(
        actor=actor,
        products=[
            Change(item.document_id, {name: pair[0] for name, pair in item.before["product"].items()})
            for item in changes
        ],
        variants=[
            *(
                Change(int(key), {name: pair[0] for name, pair in values.items()})
                for item in changes
                for key, values in item.before["variants"].items()
            ),
            *(Change(key, {"status": ProductStatus.ARCHIVED}) for item in changes for key in item.before["added"]),
        ],
    )
