"""`cefn check` tells by its exit code, and names rows."""

import json

import pytest

from cefn.cli.main import main
from cefn.inventory.models import StockLevel
from tests.builders import BusyShop, shop_open

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db: None) -> BusyShop:
    return shop_open("siop")


def test_clean_database(shop: BusyShop, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["clean"] is True
    assert {row["status"] for row in found["invariants"]} == {"ok"}
    assert main(["check"]) == 0
    assert "Clean: every invariant holds." in capsys.readouterr().out


def test_violation_names_its_row(shop: BusyShop, capsys: pytest.CaptureFixture[str]) -> None:
    level = StockLevel.objects.get(variant=shop.variants[0], warehouse=shop.warehouses[0])
    StockLevel.objects.filter(pk=level.pk).update(on_hand=61)
    assert main(["check", "--json", "--company", "siop"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in found["invariants"] if row["violations"]] == ["INV-03"]
    (row,) = next(result["rows"] for result in found["invariants"] if result["id"] == "INV-03")
    assert (row["subject"], row["id"], row["expected"], row["found"]) == ("MUG-0 / CF", str(level.pk), "60", "61")
    assert main(["check"]) == 1
    assert "MUG-0 / CF" in capsys.readouterr().out


def test_since_keeps_to_later_documents(shop: BusyShop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.variants[0].levels.filter(warehouse=shop.warehouses[0]).update(on_hand=61)
    assert main(["check", "--since", "2999-01-01"]) == 1, "balances are always checked whole"
    assert "INV-03" in capsys.readouterr().out


def test_what_could_not_run(shop: BusyShop, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--company", "nobody"]) == 2
    assert "siop" in capsys.readouterr().err
    assert main(["check", "--company", "nobody", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["clean"] is None
    with pytest.raises(SystemExit) as left:
        main(["check", "--since", "yesterday"])
    assert left.value.code == 2
