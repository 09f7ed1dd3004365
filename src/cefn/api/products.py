"""Products and variants: list, get, make, change, archive, barcodes."""

from typing import Annotated, Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from cefn.api.door import actor_of
from cefn.api.paging import Page, Paging, page
from cefn.api.shapes import PRICE_MOST_MICRO, QUANTITY_MOST, Country, Id, IdIn, In, Moment, Out, choice, fits
from cefn.api.writing import once
from cefn.catalog.changing import Change, barcodes_add, barcodes_remove, products_change
from cefn.catalog.models import Barcode, Product, ProductStatus, Variant
from cefn.catalog.selectors import access_products, access_variants
from cefn.catalog.services import ProductDraft, VariantDraft, products_archive, products_create, variants_add
from cefn.catalog.skus import sku_key
from cefn.platform.access import access_one
from cefn.platform.permissions import permission_has, permission_require

router = Router(tags=["products"])

Micro = Annotated[int, Field(ge=0, le=PRICE_MOST_MICRO, description="Millionths of the company's currency.")]
Grams = Annotated[int, Field(ge=0, le=QUANTITY_MOST)]
Millimetres = Annotated[int, Field(ge=0, le=10**6)]
Code = Annotated[str, fits(Barcode, "code", 1)]
Options = dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=120)]]


class VariantOut(Out):
    """A SKU. `cost_micro` is null for those who may not see costs."""

    id: Id
    product_id: Id
    sku: str
    name: str
    options: dict[str, str]
    status: Annotated[str, *choice(ProductStatus)]
    is_stocked: bool
    price_micro: int
    cost_micro: int | None
    quantity_decimals: int
    weight_g: int
    length_mm: int
    width_mm: int
    height_mm: int
    hs_code: str
    origin_country: str
    low_stock_at: int
    barcodes: list[str]
    created_at: Moment

    @staticmethod
    def resolve_cost_micro(obj: Any, context: dict[str, Any]) -> int | None:
        """Return the cost, for those who may see it."""
        return obj.cost_micro if permission_has(context["request"].actor, "costs.view") else None

    @staticmethod
    def resolve_options(obj: Any) -> dict[str, str]:
        """Return the options with their values as text."""
        return {str(name): str(value) for name, value in obj.options.items()}

    @staticmethod
    def resolve_barcodes(obj: Any) -> list[str]:
        """Return the barcodes, sorted."""
        return sorted(barcode.code for barcode in obj.barcodes.all())


class ProductOut(Out):
    """A product with its variants."""

    id: Id
    number: str
    name: str
    name_cy: str
    description: str
    kind: str
    status: Annotated[str, *choice(ProductStatus)]
    category: str
    brand: str
    unit: str
    tax_category: str
    created_at: Moment
    variants: list[VariantOut]

    @staticmethod
    def resolve_unit(obj: Any) -> str:
        """Return the unit's code."""
        return str(obj.unit.code)

    @staticmethod
    def resolve_tax_category(obj: Any) -> str:
        """Return the tax category's code."""
        return str(obj.tax_category.code)


class VariantIn(In):
    """A SKU to make."""

    sku: Annotated[str, fits(Variant, "sku", 1), Field(pattern=r"\S")]
    name: Annotated[str, fits(Variant, "name")] = ""
    options: Annotated[Options, Field(max_length=10)] = {}
    price_micro: Micro = 0
    cost_micro: Micro = 0
    barcodes: Annotated[list[Code], Field(max_length=20)] = []
    weight_g: Grams = 0
    length_mm: Millimetres = 0
    width_mm: Millimetres = 0
    height_mm: Millimetres = 0
    hs_code: Annotated[str, fits(Variant, "hs_code")] = ""
    origin_country: Country | None = None
    low_stock_at: Annotated[int, Field(ge=0, le=QUANTITY_MOST)] = 0

    def draft(self) -> VariantDraft:
        """Return what the service takes."""
        values = self.model_dump()
        return VariantDraft(**{**values, "origin_country": values["origin_country"] or ""})


class ProductIn(In):
    """A product to make, with its variants; without `number` the next of the series is taken."""

    name: Annotated[str, fits(Product, "name", 1)]
    variants: Annotated[list[VariantIn], Field(min_length=1, max_length=200)]
    number: Annotated[str, fits(Product, "number")] = ""
    name_cy: Annotated[str, fits(Product, "name_cy")] = ""
    description: Annotated[str, fits(Product, "description")] = ""
    kind: Annotated[str, *choice(("goods", "service"))] = "goods"
    category: Annotated[str, fits(Product, "category")] = ""
    brand: Annotated[str, fits(Product, "brand")] = ""
    unit: Annotated[str, Field(min_length=1, max_length=12)] = "each"
    tax_category: Annotated[str, Field(min_length=1, max_length=24)] = "standard"


class ProductsIn(In):
    """Products to make: all of them or none."""

    products: Annotated[list[ProductIn], Field(min_length=1, max_length=200)]


class ProductsOut(Out):
    """Products, in the order asked for."""

    items: list[ProductOut]


class ProductChange(In):
    """New values; what is left out stays."""

    name: Annotated[str, fits(Product, "name", 1)] | None = None
    name_cy: Annotated[str, fits(Product, "name_cy")] | None = None
    description: Annotated[str, fits(Product, "description")] | None = None
    category: Annotated[str, fits(Product, "category")] | None = None
    brand: Annotated[str, fits(Product, "brand")] | None = None
    status: Annotated[str, *choice(ProductStatus)] | None = None


class VariantChange(In):
    """New values; what is left out stays. Prices need the permission prices.edit."""

    name: Annotated[str, fits(Variant, "name")] | None = None
    options: Annotated[Options, Field(max_length=10)] | None = None
    status: Annotated[str, *choice(ProductStatus)] | None = None
    price_micro: Micro | None = None
    cost_micro: Micro | None = None
    weight_g: Grams | None = None
    length_mm: Millimetres | None = None
    width_mm: Millimetres | None = None
    height_mm: Millimetres | None = None
    hs_code: Annotated[str, fits(Variant, "hs_code")] | None = None
    origin_country: Country | None = None
    low_stock_at: Annotated[int, Field(ge=0, le=QUANTITY_MOST)] | None = None


class BarcodesIn(In):
    """Barcodes to add; digits of GTIN length must carry the right check digit."""

    codes: Annotated[list[Code], Field(min_length=1, max_length=20)]


class ProductFilters(Paging):
    """Filters of the list of products."""

    status: Annotated[str, *choice(ProductStatus)] | None = None
    number: Annotated[str, Field(max_length=64)] | None = None
    name: Annotated[str, Field(max_length=255, description="Part of the name.")] | None = None
    category: Annotated[str, Field(max_length=120)] | None = None


class VariantFilters(Paging):
    """Filters of the list of variants."""

    sku: Annotated[str, Field(max_length=64, description="The SKU in any letter case.")] | None = None
    barcode: Annotated[str, Field(max_length=48)] | None = None
    status: Annotated[str, *choice(ProductStatus)] | None = None
    product_id: IdIn | None = None


def products_whole(request: HttpRequest) -> QuerySet[Product]:
    """Return the products that the caller may see, with all that is shown of them."""
    variants = Variant.objects.order_by("id").prefetch_related("barcodes")
    rows = access_products(actor_of(request)).select_related("unit", "tax_category")
    return rows.prefetch_related(Prefetch("variants", queryset=variants))


def variants_whole(request: HttpRequest) -> QuerySet[Variant]:
    """Return the variants that the caller may see, with their barcodes."""
    return access_variants(actor_of(request)).prefetch_related("barcodes")


def product_one(request: HttpRequest, product_id: int) -> Product:
    """Return a product; raises NotFound."""
    return access_one(products_whole(request), thing=_("product"), name=str(product_id), id=product_id)


def variant_one(request: HttpRequest, variant_id: int) -> Variant:
    """Return a variant; raises NotFound."""
    return access_one(variants_whole(request), thing=_("variant"), name=str(variant_id), id=variant_id)


@router.get("/products", response=Page[ProductOut], summary="List products")
def products_list(request: HttpRequest, filters: Query[ProductFilters]) -> JsonResponse:
    """Newest first. Permission: catalog.view."""
    rows = products_whole(request)
    if filters.status:
        rows = rows.filter(status=filters.status)
    if filters.number is not None:
        rows = rows.filter(number=filters.number)
    if filters.category is not None:
        rows = rows.filter(category=filters.category)
    if filters.name:
        rows = rows.filter(name__icontains=filters.name)
    return page(request, rows, filters, ProductOut)


@router.get("/products/{product_id}", response=ProductOut, summary="Get a product")
def product_get(request: HttpRequest, product_id: IdIn) -> Product:
    """Permission: catalog.view."""
    return product_one(request, product_id)


@router.post("/products", response={201: ProductsOut}, summary="Make products")
@once("catalog.edit", ProductsOut, 201)
def products_make(request: HttpRequest, body: ProductsIn) -> dict[str, Any]:
    """All of them or none. Permission: catalog.edit."""
    drafts = [
        ProductDraft(
            **product.model_dump(exclude={"variants"}), variants=[variant.draft() for variant in product.variants]
        )
        for product in body.products
    ]
    made = products_create(actor=actor_of(request), products=drafts)
    rows = products_whole(request).in_bulk([product.pk for product in made])
    return {"items": [rows[product.pk] for product in made]}


@router.patch("/products/{product_id}", response=ProductOut, summary="Change a product")
@once("catalog.edit", ProductOut)
def product_change(request: HttpRequest, product_id: IdIn, body: ProductChange) -> Product:
    """Fields that are left out or null stay as they are. Permission: catalog.edit."""
    product = product_one(request, product_id)
    values = body.model_dump(exclude_none=True)
    products_change(actor=actor_of(request), products=[Change(product.pk, values)], variants=[])
    return product_one(request, product_id)


@router.post("/products/{product_id}/archive", response=ProductOut, summary="Archive a product")
@once("catalog.edit", ProductOut)
def product_archive(request: HttpRequest, product_id: IdIn) -> Product:
    """It can no longer be ordered; what exists of it stays. Permission: catalog.edit."""
    product = product_one(request, product_id)
    products_archive(actor=actor_of(request), product_ids=[product.pk])
    return product_one(request, product_id)


@router.post("/products/{product_id}/variants", response={201: VariantOut}, summary="Add a variant")
@once("catalog.edit", VariantOut, 201)
def variant_add(request: HttpRequest, product_id: IdIn, body: VariantIn) -> Variant:
    """Permission: catalog.edit."""
    product = product_one(request, product_id)
    (made,) = variants_add(actor=actor_of(request), additions=[(product, body.draft())])
    return variant_one(request, made.pk)


@router.get("/variants", response=Page[VariantOut], summary="List variants")
def variants_list(request: HttpRequest, filters: Query[VariantFilters]) -> JsonResponse:
    """Newest first; by `sku` or `barcode` it finds the one that a label names. Permission: catalog.view."""
    rows = variants_whole(request)
    if filters.sku is not None:
        rows = rows.filter(sku_key=sku_key(filters.sku))
    if filters.barcode is not None:
        rows = rows.filter(barcodes__code=filters.barcode)
    if filters.status:
        rows = rows.filter(status=filters.status)
    if filters.product_id is not None:
        rows = rows.filter(product_id=filters.product_id)
    return page(request, rows, filters, VariantOut)


@router.get("/variants/{variant_id}", response=VariantOut, summary="Get a variant")
def variant_get(request: HttpRequest, variant_id: IdIn) -> Variant:
    """Permission: catalog.view."""
    return variant_one(request, variant_id)


@router.patch("/variants/{variant_id}", response=VariantOut, summary="Change a variant")
@once("catalog.edit", VariantOut)
def variant_change(request: HttpRequest, variant_id: IdIn, body: VariantChange) -> Variant:
    """Fields that are left out or null stay as they are. Permission: catalog.edit; for prices also prices.edit."""
    values = body.model_dump(exclude_none=True)
    if "price_micro" in values:
        permission_require(actor_of(request), "prices.edit")
    variant = variant_one(request, variant_id)
    products_change(actor=actor_of(request), products=[], variants=[Change(variant.pk, values)])
    return variant_one(request, variant_id)


@router.post("/variants/{variant_id}/barcodes", response={201: VariantOut}, summary="Add barcodes")
@once("catalog.edit", VariantOut, 201)
def variant_barcodes_add(request: HttpRequest, variant_id: IdIn, body: BarcodesIn) -> Variant:
    """Permission: catalog.edit."""
    variant = variant_one(request, variant_id)
    barcodes_add(actor=actor_of(request), barcodes=[(variant.pk, code) for code in body.codes])
    return variant_one(request, variant_id)


@router.post("/variants/{variant_id}/barcodes/remove", response=VariantOut, summary="Take barcodes away")
@once("catalog.edit", VariantOut)
def variant_barcodes_remove(request: HttpRequest, variant_id: IdIn, body: BarcodesIn) -> Variant:
    """Codes that this variant does not carry are passed over. Permission: catalog.edit."""
    variant = variant_one(request, variant_id)
    own = {barcode.code for barcode in variant.barcodes.all()}
    barcodes_remove(actor=actor_of(request), codes=sorted(own & set(body.codes)))
    return variant_one(request, variant_id)
