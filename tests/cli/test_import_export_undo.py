"""The commands that bring files in, write them out and take an import back."""

import json
from pathlib import Path

import openpyxl
import pytest

from cefn.catalog.models import Variant
from cefn.channels.models import ImportRun
from cefn.cli.main import main
from cefn.orders.models import SalesOrder
from tests.flows.imports.conftest import Shop, make_shop
from tests.flows.imports.test_applying import ORDERS, PRODUCTS, STOCK


@pytest.fixture
def shop(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    # Django is set up already; a second time would tie the logs to this test's own output.
    monkeypatch.setattr("django.setup", lambda: None)
    return make_shop(tmp_path)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_import_dry_run_then_import_then_undo(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(shop.file(PRODUCTS))
    code, told = answer(capsys, "import", "products", path, "--dry-run")
    assert (code, told["state"], told["new"], told["format"]) == (0, "previewed", 2, "generic")
    assert Variant.objects.count() == 0
    code, told = answer(capsys, "import", "products", path)
    assert (code, told["state"], told["new"], told["error"]) == (0, "done", 2, "")
    assert told["sniff"]["encoding"] == "utf-8"  # type: ignore[index]
    code, undone = answer(capsys, "undo", str(told["import"]))
    assert (code, undone["state"], undone["documents"]) == (0, "undone", 2)
    assert main(["undo", "IMP-999999"]) == 1


def test_refused_rows_are_told_and_written_to_a_file(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "products", str(shop.file(PRODUCTS))]) == 0
    bad = shop.file(ORDERS + "9,2011-02-30,,,TEA,１,4,,,,,\n", "orders.csv")
    capsys.readouterr()
    faults = shop.folder / "faults.xlsx"
    code, told = answer(capsys, "import", "orders", str(bad), "--faults", str(faults))
    assert (code, told["state"], told["refused"], told["new"]) == (1, "refused", 1, 2)
    assert [(f["line"], f["column"], f["value"], f["code"]) for f in told["faults"]] == [  # type: ignore[attr-defined]
        (5, "quantity", "１", "CEFN-IMP-205"),
        (5, "date", "2011-02-30", "CEFN-IMP-218"),
    ]
    assert SalesOrder.objects.count() == 0
    sheet = openpyxl.load_workbook(faults).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["order", "9"]
    assert main(["import", "orders", str(bad), "--good-rows"]) == 0
    assert SalesOrder.objects.count() == 2


def test_files_that_can_not_be_read(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "orders", str(shop.folder / "nothing.csv")]) == 2
    assert main(["import", "orders", str(shop.file(b"%PDF-1.7"))]) == 1
    assert "it looks like PDF" in capsys.readouterr().err
    assert main(["import", "widgets", str(shop.file(PRODUCTS))]) == 1
    assert main(["import", "products", str(shop.file(PRODUCTS)), "--delimiter", "@"]) == 1
    assert ImportRun.objects.count() == 0


def test_mapping_columns_by_hand(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(shop.file("Artikel;Bezeichnung;Preis\nA-1;Tasse;1.234,50\n"))
    maps = ["--map", "sku=Artikel", "--map", "title=Bezeichnung", "--map", "price=Preis", "--format", "generic"]
    assert main(["import", "products", path, *maps]) == 0
    assert Variant.objects.get().price_micro == 1_234_500_000
    assert main(["import", "products", path, "--map", "sku=Nummer", "--format", "generic"]) == 1
    assert "Nummer" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["products", "stock", "customers"])
@pytest.mark.parametrize("format_name", ["csv", "xlsx"])
def test_what_is_exported_comes_in_again_as_the_same(
    shop: Shop, capsys: pytest.CaptureFixture[str], kind: str, format_name: str
) -> None:
    main(["import", "products", str(shop.file(PRODUCTS.replace("Te Cymreig", "=SUM(1;2)x").replace("=S", "'=S")))])
    main(["import", "stock", str(shop.file(STOCK))])
    main(["import", "customers", str(shop.file("reference,name,phone,city\nA1,Ann,+44 7700 900001,Bangor\n"))])
    path = shop.folder / f"out.{format_name}"
    assert main(["export", kind, "-o", str(path)]) == 0
    capsys.readouterr()
    code, told = answer(capsys, "import", kind, str(path))
    assert (code, told["error"], told["new"], told["changed"]) == (0, "", 0, 0)
    assert told["same"] == {"products": 2, "stock": 3, "customers": 1}[kind]


def test_exports_to_standard_output(shop: Shop, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    main(["import", "products", str(shop.file(PRODUCTS))])
    capfdbinary.readouterr()
    assert main(["export", "products"]) == 0
    lines = capfdbinary.readouterr().out.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("sku,product,name,")
    assert lines[1].startswith("MUG-1,MUG,Mug,,,Kitchen,,goods,2000010133000,4.95,2.10,")
