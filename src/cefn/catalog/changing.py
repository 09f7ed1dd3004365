"""Verbs that change products and variants that exist."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cefn.catalog.errors import BarcodeTaken
from cefn.catalog.models import Barcode, Product, Variant
from cefn.catalog.services import barcode_kind
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record

PRODUCT_FIELDS = frozenset({"name", "name_cy", "description", "category", "brand", "status"})
VARIANT_FIELDS = frozenset(
    {
        "name", "options", "status", "price_micro", "cost_micro", "weight_g", "length_mm", "width_mm", "height_mm",
        "hs_code", "origin_country", "low_stock_at",
    }
)  # fmt: skip


@dataclass(slots=True)
class Change:
    """New values of one product's or variant's fields."""

    id: int
    values: dict[str, Any] = field(default_factory=dict)


def products_change(*, actor: Actor, products: Sequence[Change], variants: Sequence[Change]) -> None:
    """Set fields of products and variants; KeyError for a field that can't be set. Other companies' ids are ignored."""
    _set(Product, PRODUCT_FIELDS, actor.company_id, products)
    _set(Variant, VARIANT_FIELDS, actor.company_id, variants)
    named = dict(
        Variant.objects.filter(company_id=actor.company_id, id__in=[change.id for change in variants]).values_list(
            "id", "product__number"
        )
    ) | {-key: number for key, number in _numbers(actor.company_id, products).items()}
    events: dict[str, dict[str, Any]] = {}
    for change in products:
        if -change.id in named:
            events.setdefault(named[-change.id], {}).update(change.values)
    for change in variants:
        if change.id in named:
            events.setdefault(named[change.id], {})[f"variant {change.id}"] = sorted(change.values)
    audit_record(
        actor=actor,
        events=[
            AuditDraft(f"product:{number}", "changed", {"fields": sorted(values)}) for number, values in events.items()
        ],
    )


def _numbers(company_id: int, products: Sequence[Change]) -> dict[int, str]:
    ids = [change.id for change in products]
    return dict(Product.objects.filter(company_id=company_id, id__in=ids).values_list("id", "number"))


def _set(
    model: type[Product] | type[Variant], allowed: frozenset[str], company_id: int, changes: Sequence[Change]
) -> None:
    unknown = {name for change in changes for name in change.values} - allowed
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    wanted = {change.id: change.values for change in changes if change.values}
    for names in sorted({tuple(sorted(values)) for values in wanted.values()}):
        rows = list(
            model.objects.filter(
                company_id=company_id, id__in=[k for k, v in wanted.items() if tuple(sorted(v)) == names]
            )
        )
        for row in rows:
            for name in names:
                setattr(row, name, wanted[row.pk][name])
        model.objects.bulk_update(rows, list(names), batch_size=200)


def barcodes_add(*, actor: Actor, barcodes: Sequence[tuple[int, str]]) -> None:
    """Give variants further barcodes: (variant id, code). Raises BarcodeInvalid or BarcodeTaken and writes nothing."""
    codes = [code for _variant, code in barcodes]
    taken = Barcode.objects.filter(company_id=actor.company_id, code__in=codes).values_list("code", flat=True).first()
    if taken is not None:
        raise BarcodeTaken(code=taken)
    Barcode.objects.bulk_create(
        [
            Barcode(company_id=actor.company_id, variant_id=variant, code=code, kind=barcode_kind(code=code))
            for variant, code in barcodes
        ],
        batch_size=500,
    )


def barcodes_remove(*, actor: Actor, codes: Sequence[str]) -> int:
    """Take barcodes away, so that they can be given again; return how many there were."""
    return Barcode.objects.filter(company_id=actor.company_id, code__in=codes).delete()[0]
