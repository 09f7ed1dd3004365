"""The layers: one list, and a check that sees foreign keys."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from cefn.config.checks import foreign_keys_check
from cefn.config.layers import LAYERS, layer_height
from cefn.platform.models import Company


def test_the_packaged_list_is_the_import_contract(repository: Path) -> None:
    contract = tomllib.loads((repository / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    assert contract["exhaustive"] is True
    written = tuple(tuple(re.findall(r"\w+", line)) for line in contract["layers"])
    assert written == LAYERS


def test_heights() -> None:
    assert layer_height("kernel") == 0
    assert layer_height("orders") == layer_height("purchasing") > layer_height("inventory") > layer_height("catalog")
    with pytest.raises(KeyError):
        layer_height("elsewhere")


def test_cefns_own_keys_all_point_down() -> None:
    assert foreign_keys_check() == []


@pytest.fixture
def upward() -> Iterator[type[models.Model]]:
    """A table of the platform that points to a table of orders, as nobody may write it."""
    with isolate_apps("cefn.platform", "cefn.orders"):

        class Basket(models.Model):
            class Meta:
                app_label = "orders"

        class Remark(models.Model):
            basket = models.ForeignKey(Basket, on_delete=models.CASCADE)
            baskets = models.ManyToManyField(Basket, related_name="+")

            class Meta:
                app_label = "platform"

        yield Remark


def test_a_key_that_points_up_is_named(upward: type[models.Model]) -> None:
    found = foreign_keys_check([upward._meta.app_config])
    messages = sorted(str(message.msg) for message in found)
    assert {message.id for message in found} == {"cefn.E001"}
    assert "platform.Remark.basket points from platform to orders, which is not below it." in messages
    assert "platform.Remark.baskets points from platform to orders, which is not below it." in messages


def test_a_key_between_neighbours_is_refused() -> None:
    with isolate_apps("cefn.inventory", "cefn.ledger"):

        class Shelf(models.Model):
            class Meta:
                app_label = "inventory"

        class Ledgered(models.Model):
            shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)

            class Meta:
                app_label = "ledger"

        found = foreign_keys_check([Ledgered._meta.app_config])
    assert [message.id for message in found] == ["cefn.E001"]


def test_keys_that_point_down_pass() -> None:
    assert Company._meta.app_config in apps.get_app_configs()
    orders = apps.get_app_config("orders")
    assert foreign_keys_check([orders]) == []
