"""Who may import what, and how a file is read again with other options."""

from dataclasses import replace

import pytest

from cefn.catalog.models import Variant
from cefn.channels.errors import FileRefused, OptionInvalid
from cefn.channels.models import ImportRun, MappingProfile
from cefn.channels.selectors import access_mappings, import_get
from cefn.channels.services import import_options_set, mapping_delete, mapping_save
from cefn.flows.imports.applying import imports_apply, imports_preview
from cefn.flows.imports.undoing import imports_undo
from cefn.kernel.errors import NotAllowed, NotFound
from tests.flows.imports.conftest import Shop
from tests.flows.imports.test_applying import ORDERS, PRODUCTS

GERMAN = "Artikel;Bezeichnung;Preis\nA-1;Tasse;1,50\n"
MAPPING = {"sku": "Artikel", "title": "Bezeichnung", "price": "Preis"}


def test_a_kind_needs_its_own_permission(shop: Shop) -> None:
    clerk = replace(shop.actor, permissions=frozenset({"imports.run", "imports.view", "orders.edit"}))
    shop.apply("products", PRODUCTS)
    with pytest.raises(NotAllowed):
        replace(shop, actor=clerk).create("products", PRODUCTS)
    run = replace(shop, actor=clerk).apply("orders", ORDERS)
    with pytest.raises(NotAllowed):
        imports_undo(actor=clerk, run=run)


def test_a_channel_rule_holds_in_imports(shop: Shop) -> None:
    shop.apply("products", PRODUCTS)
    bound = replace(shop, actor=replace(shop.actor, channel_codes=frozenset({"shopify"})))
    with pytest.raises(NotAllowed):
        bound.apply("orders", ORDERS)
    assert bound.apply("orders", ORDERS, channel="shopify").counts["new"] == 2


def test_imports_of_another_company_are_not_there(shop: Shop) -> None:
    run = shop.create("products", PRODUCTS)
    stranger = replace(shop.actor, company_id=shop.actor.company_id + 1)
    for key in (run.number, str(run.pk)):
        assert import_get(actor=shop.actor, key=key).pk == run.pk
        with pytest.raises(NotFound):
            import_get(actor=stranger, key=key)


def test_a_mapping_is_saved_used_and_deleted(shop: Shop) -> None:
    mapping_save(actor=shop.actor, kind="products", name="Lieferant", format="generic", mapping={"sku": "Nummer"})
    mapping_save(actor=shop.actor, kind="products", name="Lieferant", format="generic", mapping=MAPPING)
    saved = access_mappings(shop.actor).get()
    shop.apply("products", GERMAN, format=saved.format, mapping=saved.mapping)
    assert Variant.objects.get().price_micro == 1_500_000
    mapping_delete(actor=shop.actor, mapping=saved)
    assert MappingProfile.objects.count() == 0


def test_a_file_is_read_again_with_other_options(shop: Shop) -> None:
    run = shop.create("products", "sku,name,price\nA-1,Mug,1.234\n")
    with pytest.raises(FileRefused):
        import_options_set(actor=shop.actor, run=run, options={"delimiter": "semicolon", "format": "shopify"})
    run = ImportRun.objects.get()
    assert (run.options, run.format) == ({}, "generic")
    import_options_set(actor=shop.actor, run=run, options={"decimal": "."})
    imports_preview(actor=shop.actor, run=run)
    assert (run.state, run.counts["new"]) == ("previewed", 1)
    imports_apply(actor=shop.actor, run=run)
    assert Variant.objects.get().price_micro == 1_234_000


@pytest.mark.parametrize(
    "options", [{"colour": "red"}, {"header_line": -1}, {"header_line": True}, {"zone": "Mars"}, {"currency": "X"}]
)
def test_options_are_checked(shop: Shop, options: dict[str, object]) -> None:
    with pytest.raises(OptionInvalid):
        shop.create("products", PRODUCTS, **options)
    assert ImportRun.objects.count() == 0
