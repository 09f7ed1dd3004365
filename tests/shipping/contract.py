"""What every carrier adapter must do. Subclass `CarrierContract` and give it the three fixtures."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from cefn.shipping.carriers.base import (
    Carrier,
    CarrierAddress,
    LabelFormat,
    LabelRequest,
    Parcel,
    RateRequest,
    TrackingCode,
)
from cefn.shipping.errors import CarrierBroken, CarrierRefused, CarrierUnreachable

SENDER = CarrierAddress(
    name="Siop y Cwm", line1="14 Heol y Bont", city="Aberystwyth", postcode="SY23 1AB", country="GB"
)
RECEIVER = CarrierAddress(name="Gwenllian Llŷr", line1="Tŷ Newydd", city="Y Bala", postcode="LL23 7AA", country="GB")
ABROAD = CarrierAddress(name="Jörg", line1="Hauptstraße 1", city="Berlin", postcode="10623", country="DE")


def request(key: str = "k1", **more: object) -> LabelRequest:
    """Return a purchase that every carrier accepts."""
    given = LabelRequest(
        key=key, service_code="TRACKED24", sender=SENDER, receiver=RECEIVER, parcel=Parcel(weight_g=1_200),
        sent_on=date(2026, 11, 23), reference="SO-1 / SH-1",
    )  # fmt: skip
    return replace(given, **more)  # type: ignore[arg-type]


class CarrierContract:
    """Fixtures: `carrier`; `plant(operation, fault)`; `account()` -> (pence charged and kept, labels ever charged)."""

    def test_rates_are_cheapest_first_and_only_where_the_service_goes(self, carrier: Carrier) -> None:
        rates = carrier.rates(RateRequest(sender=SENDER, receiver=RECEIVER, parcels=(Parcel(weight_g=1_200),)))
        costs = [rate.cost_minor for rate in rates]
        assert costs == sorted(costs)
        assert all(cost > 0 for cost in costs)
        assert {rate.currency for rate in rates} == {"GBP"}
        two = carrier.rates(RateRequest(sender=SENDER, receiver=RECEIVER, parcels=(Parcel(weight_g=1_200),) * 2))
        assert [rate.cost_minor for rate in two] == [2 * cost for cost in costs]
        abroad = carrier.rates(RateRequest(sender=SENDER, receiver=ABROAD, parcels=(Parcel(weight_g=500),)))
        assert not {rate.service_code for rate in rates} & {rate.service_code for rate in abroad}
        assert carrier.rates(RateRequest(sender=SENDER, receiver=RECEIVER, parcels=(Parcel(weight_g=10**6),))) == []

    def test_a_label_costs_what_was_quoted(self, carrier: Carrier, account: Callable[[], tuple[int, int]]) -> None:
        rates = carrier.rates(RateRequest(sender=SENDER, receiver=RECEIVER, parcels=(Parcel(weight_g=1_200),)))
        quoted = {rate.service_code: rate.cost_minor for rate in rates}
        bought = carrier.buy_label(request())
        assert bought.cost_minor == quoted["TRACKED24"]
        assert account() == (bought.cost_minor, 1)
        assert bought.document.startswith(b"%PDF-")
        assert carrier.buy_label(request("k2", format=LabelFormat.ZPL)).document.startswith(b"^XA")

    def test_a_key_buys_once(self, carrier: Carrier, account: Callable[[], tuple[int, int]]) -> None:
        first, again = carrier.buy_label(request()), carrier.buy_label(request())
        assert again == first
        assert account()[1] == 1
        other = carrier.buy_label(request("k2"))
        assert other.tracking_number != first.tracking_number
        assert account()[1] == 2

    def test_a_purchase_is_found_by_its_key(self, carrier: Carrier) -> None:
        assert carrier.find_label("k1") is None
        bought = carrier.buy_label(request())
        assert carrier.find_label("k1") == bought
        assert carrier.find_label("k") is None
        odd = carrier.buy_label(request("a b/c?d=&é"))
        assert carrier.find_label("a b/c?d=&é") == odd

    @pytest.mark.parametrize(
        "more",
        [
            {"service_code": "NOPE"},
            {"parcel": Parcel(weight_g=10**6)},
            {"parcel": Parcel(weight_g=0)},
            {"receiver": replace(RECEIVER, postcode="")},
            {"receiver": ABROAD},
        ],
    )
    def test_a_refusal_costs_nothing(
        self, carrier: Carrier, account: Callable[[], tuple[int, int]], more: dict[str, object]
    ) -> None:
        with pytest.raises(CarrierRefused):
            carrier.buy_label(request(**more))
        assert account() == (0, 0)
        assert carrier.find_label("k1") is None

    @pytest.mark.parametrize(
        ("fault", "error", "charged"),
        [
            ("time_out", CarrierUnreachable, 0),
            ("charge_then_silence", CarrierUnreachable, 1),
            ("slow", CarrierUnreachable, 1),
            ("server_error", CarrierBroken, 0),
            ("charge_then_error", CarrierBroken, 1),
            ("nonsense", CarrierBroken, 1),
            ("refuse", CarrierRefused, 0),
        ],
    )
    def test_an_error_says_whether_the_outcome_is_known_and_the_key_tells_it(
        self,
        carrier: Carrier,
        plant: Callable[[str, str], None],
        account: Callable[[], tuple[int, int]],
        fault: str,
        error: type[Exception],
        charged: int,
    ) -> None:
        plant("buy", fault)
        with pytest.raises(error):
            carrier.buy_label(request())
        assert account()[1] == charged
        assert (carrier.find_label("k1") is not None) is bool(charged)
        carrier.buy_label(request())
        assert account()[1] == 1

    def test_a_request_delivered_twice_is_charged_once(
        self, carrier: Carrier, plant: Callable[[str, str], None], account: Callable[[], tuple[int, int]]
    ) -> None:
        plant("buy", "twice")
        carrier.buy_label(request())
        assert account()[1] == 1

    def test_a_label_can_be_given_back_and_again(
        self, carrier: Carrier, account: Callable[[], tuple[int, int]]
    ) -> None:
        bought = carrier.buy_label(request())
        carrier.void_label(bought.tracking_number)
        carrier.void_label(bought.tracking_number)
        assert account() == (0, 1)
        found = carrier.find_label("k1")
        assert found is not None
        assert found.is_voided
        with pytest.raises(CarrierRefused):
            carrier.void_label("CY999")

    def test_what_was_handed_over_is_not_given_back(self, carrier: Carrier) -> None:
        bought = [carrier.buy_label(request(key)) for key in ("k1", "k2")]
        numbers = [label.tracking_number for label in bought]
        closed = carrier.manifest("m1", numbers, date(2026, 11, 23))
        assert closed.tracking_numbers == tuple(numbers)
        assert carrier.manifest("m1", numbers, date(2026, 11, 23)) == closed
        with pytest.raises(CarrierRefused):
            carrier.void_label(numbers[0])
        with pytest.raises(CarrierRefused):
            carrier.manifest("m2", numbers[:1], date(2026, 11, 23))
        with pytest.raises(CarrierRefused):
            carrier.manifest("m3", ["CY999"], date(2026, 11, 23))

    def test_a_refused_manifest_takes_nothing_over(self, carrier: Carrier) -> None:
        bought = carrier.buy_label(request())
        with pytest.raises(CarrierRefused):
            carrier.manifest("m1", [bought.tracking_number, "CY999"], date(2026, 11, 23))
        assert carrier.manifest("m2", [bought.tracking_number], date(2026, 11, 23)).reference

    def test_tracking_tells_all_in_order_and_leaves_strangers_out(self, carrier: Carrier) -> None:
        bought = [carrier.buy_label(request(key)) for key in ("k1", "k2")]
        numbers = [label.tracking_number for label in bought]
        carrier.manifest("m1", numbers[:1], date(2026, 11, 23))
        updates = carrier.track([*numbers, "CY999"])
        assert {update.tracking_number for update in updates} == set(numbers)
        first = [update.code for update in updates if update.tracking_number == numbers[0]]
        assert first == [TrackingCode.ANNOUNCED, TrackingCode.COLLECTED]
        assert len({update.event_id for update in updates}) == 3
        assert [update.happened_at for update in updates] == sorted(update.happened_at for update in updates)
        assert all(update.happened_at.utcoffset() is not None for update in updates)
        assert carrier.track([]) == []
