"""A company's settings: typed, with defaults, and every change told."""

from typing import Any

import pytest

from cefn.kernel.errors import InvalidInput, NotAllowed
from cefn.platform.actors import Actor
from cefn.platform.models import AuditEvent, Company, Setting
from cefn.platform.settings import (
    SettingKind,
    setting_read,
    settings_read,
    settings_register,
    settings_registered,
    settings_set,
)

DAYS = SettingKind("stock.low_days", int, 14, "days of cover", least=1, most=365)
COLOUR = SettingKind("shop.colour", str, "coch", "colour", choices=("coch", "glas"))
LOUD = SettingKind("scan.loud", bool, True, "sound")
NAMES = SettingKind("orders.tags", list, [], "tags")


@pytest.fixture(autouse=True)
def kinds() -> Any:
    before = list(settings_registered().values())
    settings_register([DAYS, COLOUR, LOUD, NAMES])
    yield
    settings_register(before)


def test_default_until_chosen(company: Company, other_company: Company, machine: Actor, query_count: Any) -> None:
    assert setting_read(company.id, DAYS) == 14
    settings_set(values={"stock.low_days": 30, "scan.loud": False, "orders.tags": ["vip"]}, actor=machine)
    with query_count(exactly=1):
        assert settings_read(company.id, [DAYS, COLOUR, LOUD, NAMES]) == {
            "stock.low_days": 30,
            "shop.colour": "coch",
            "scan.loud": False,
            "orders.tags": ["vip"],
        }
    assert setting_read(other_company.id, DAYS) == 14


def test_changes_are_told_with_before_and_after(machine: Actor) -> None:
    settings_set(values={"stock.low_days": 30, "scan.loud": True}, actor=machine)
    settings_set(values={"stock.low_days": 31}, actor=machine)
    events = AuditEvent.objects.filter(verb="setting-changed").order_by("id").values_list("subject", "data")
    assert list(events) == [
        ("setting:stock.low_days", {"before": 14, "after": 30}),
        ("setting:stock.low_days", {"before": 30, "after": 31}),
    ]
    assert Setting.objects.filter(code="stock.low_days").count() == 1


@pytest.mark.parametrize(
    ("code", "value", "remedy"),
    [
        ("stock.low_days", 0, "Give a whole number from 1 to 365."),
        ("stock.low_days", 366, "Give a whole number from 1 to 365."),
        ("stock.low_days", "14", "Give a whole number from 1 to 365."),
        ("stock.low_days", True, "Give a whole number from 1 to 365."),
        ("stock.low_days", None, "Give a whole number from 1 to 365."),
        ("scan.loud", 1, "Give a value such as true."),
        ("shop.colour", "gwyrdd", "Choose one of: coch, glas"),
        ("shop.colours", "coch", "Look at the list of settings."),
    ],
)
def test_what_does_not_fit_is_refused_whole(
    company: Company, machine: Actor, code: str, value: Any, remedy: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        settings_set(values={"orders.tags": ["x"], code: value}, actor=machine)
    assert [(fault.field, fault.remedy) for fault in caught.value.faults] == [(code, remedy)]
    assert not Setting.objects.exists()


def test_only_those_who_may(person: Any) -> None:
    with pytest.raises(NotAllowed):
        settings_set(values={"stock.low_days": 30}, actor=person("accountant")[1])
    settings_set(values={"stock.low_days": 30}, actor=person("manager")[1])
    assert Setting.objects.get().value == 30


def test_an_old_value_that_no_longer_fits_gives_way(company: Company, machine: Actor) -> None:
    settings_set(values={"stock.low_days": 30}, actor=machine)
    Setting.objects.update(value="thirty")
    assert setting_read(company.id, DAYS) == 14


def test_a_wrong_table_does_not_start() -> None:
    for wrong in ([DAYS, DAYS], [SettingKind("x.y", int, 500, "x", most=5)], [SettingKind("x.y", bool, 1, "x")]):  # type: ignore[list-item]
        with pytest.raises(ValueError, match="setting"):
            settings_register(wrong)
    assert set(settings_registered()) == {"stock.low_days", "shop.colour", "scan.loud", "orders.tags"}
