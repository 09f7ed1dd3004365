"""`cefn demo` as it is called, and the labels that it has printed: outside any transaction, as in real life."""

from datetime import UTC, datetime

import pytest

from cefn.cli import demo as demo_command
from cefn.cli.main import main
from cefn.flows.demo.make import demo_create
from cefn.flows.demo.parcels import LABELS, labels_print
from cefn.platform.actors import system_actor
from cefn.shipping.models import Label
from cefn.warehouse.models import Shipment

NOW = datetime(2026, 6, 18, 13, 20, tzinfo=UTC)
PASSWORD = "llwy-garu-4711"


@pytest.mark.django_db(transaction=True)
def test_the_command_tells_how_to_log_in_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--orders", "40", "--seed", "3"]) == 0
    told = capsys.readouterr().out
    assert "owner@cefn.example" in told
    assert "password" in told
    assert main(["demo", "--orders", "40"]) == 1
    assert "CEFN-DEMO-001" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_today_s_parcels_have_labels_of_the_simulated_carrier() -> None:
    shop = demo_create(seed=4, orders=150, password=PASSWORD, now=NOW)
    actor = system_actor(shop.company_id)
    printed = labels_print(actor)
    assert 0 < printed <= LABELS
    labels = Label.objects.filter(company_id=shop.company_id, status="bought")
    assert labels.count() == printed
    assert set(labels.values_list("tracking_number", flat=True)) == set(
        Shipment.objects.filter(company_id=shop.company_id)
        .exclude(tracking_number="")
        .values_list("tracking_number", flat=True)
    )
    bought = set(labels.values_list("id", flat=True))
    labels_print(actor)
    assert bought <= set(Label.objects.filter(company_id=shop.company_id, status="bought").values_list("id", flat=True))


@pytest.mark.parametrize("text", ["0", "-5", "1.5", "１２", "1_000", "lots", "200001"])
def test_the_command_refuses_what_is_no_number(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["demo", f"--orders={text}"])
    assert "1" in capsys.readouterr().err
    assert demo_command.EXAMPLE.startswith("cefn demo")
