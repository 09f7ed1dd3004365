"""A carrier to try everything against, in this process or as one of its own.

    python -m cefn.shipping.carriers.simulator --port 8099 --state carrier.sqlite3 --api-key secret

In this process: adapter "simulator" with the setting `state` (a file that several processes share; without it the
carrier lives in memory and forgets). As its own process: adapter "simulator-http", see http_simulator.py.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TypeVar

from cefn.shipping.carriers.base import (
    BoughtLabel,
    Carrier,
    ClosedManifest,
    LabelRequest,
    Rate,
    RateRequest,
    TrackingUpdate,
)
from cefn.shipping.carriers.depot import Depot, DepotRefusal
from cefn.shipping.carriers.simulator_server import main
from cefn.shipping.carriers.wire import (
    CARRIER_NAME,
    label_from,
    manifest_from,
    rate_from,
    request_data,
    update_from,
)
from cefn.shipping.errors import CarrierBroken, CarrierRefused, CarrierUnreachable

Answer = TypeVar("Answer")


@lru_cache(maxsize=32)
def _shared_depot(path: str) -> Depot:
    return Depot(path)


class SimulatorCarrier(Carrier):
    """The simulated carrier without a network; planted faults look as they would through one."""

    name = CARRIER_NAME

    def __init__(self, depot: Depot) -> None:
        self.depot = depot
        self._looks_first = not depot.honours_keys

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> "SimulatorCarrier":
        """Connect to the carrier whose state is the file `state`; one in memory without it."""
        return cls(_shared_depot(settings.get("state", ":memory:")))

    def _call(self, operation: str, work: Callable[[], Answer]) -> Answer:
        fault = self.depot.fault_take(operation)
        if fault == "time_out":
            raise CarrierUnreachable(carrier=self.name, reason="no answer within the time limit")
        if fault == "server_error":
            raise CarrierBroken(carrier=self.name, reason="HTTP 500")
        if fault == "refuse":
            raise CarrierRefused(carrier=self.name, reason="the address is not known")
        try:
            answer = work()
            if fault == "twice":
                answer = work()
        except DepotRefusal as error:
            raise CarrierRefused(carrier=self.name, reason=str(error)) from error
        if fault in {"charge_then_silence", "slow"}:
            raise CarrierUnreachable(carrier=self.name, reason="no answer within the time limit")
        if fault in {"charge_then_error", "nonsense"}:
            raise CarrierBroken(carrier=self.name, reason="HTTP 500")
        return answer

    def rates(self, request: RateRequest) -> list[Rate]:
        weights = [parcel.weight_g for parcel in request.parcels]
        offers = self._call("rates", lambda: self.depot.rates(country=request.receiver.country, weights_g=weights))
        return [rate_from(offer) for offer in offers]

    def buy_label(self, request: LabelRequest) -> BoughtLabel:
        found = self.find_label(request.key) if self._looks_first else None
        if found is not None:
            return found
        return label_from(self._call("buy", lambda: self.depot.buy(request_data(request))))

    def find_label(self, key: str) -> BoughtLabel | None:
        found = self._call("find", lambda: self.depot.find(key))
        return label_from(found) if found else None

    def void_label(self, tracking_number: str) -> None:
        self._call("void", lambda: self.depot.void(tracking_number))

    def track(self, tracking_numbers: Sequence[str]) -> list[TrackingUpdate]:
        return [update_from(event) for event in self._call("track", lambda: self.depot.track(tracking_numbers))]

    def manifest(self, key: str, tracking_numbers: Sequence[str], day: date) -> ClosedManifest:
        return manifest_from(self._call("manifest", lambda: self.depot.manifest(key, tracking_numbers)))


if __name__ == "__main__":
    main()
