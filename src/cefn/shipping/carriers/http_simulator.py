"""The simulated carrier through HTTP: what an adapter to a real carrier looks like."""

import http.client
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from cefn.shipping.carriers.base import (
    BoughtLabel,
    Carrier,
    ClosedManifest,
    LabelRequest,
    Rate,
    RateRequest,
    TrackingUpdate,
)
from cefn.shipping.carriers.wire import (
    CARRIER_NAME,
    label_from,
    manifest_from,
    rate_from,
    request_data,
    update_from,
)
from cefn.shipping.errors import CarrierBroken, CarrierRefused, CarrierUnreachable

ANSWER_MOST = 8 << 20


class HttpSimulatorCarrier(Carrier):
    """A connection by `url` and `api_key`; each call waits at most `timeout_seconds`.

    With `looks_first` each purchase begins with a search for its key: for a carrier that charges repeated keys again.
    """

    name = CARRIER_NAME

    def __init__(self, *, url: str, api_key: str, timeout_seconds: int = 15, looks_first: bool = False) -> None:
        address = urlsplit(url)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise ValueError(f"url {url!r} is not an http address")
        self._address = address
        self._api_key = api_key
        self._timeout = timeout_seconds
        self._looks_first = looks_first

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> "HttpSimulatorCarrier":
        """Connect with the settings `url`, `api_key` and, if given, `timeout_seconds` and `looks_first` ("yes")."""
        timeout = settings.get("timeout_seconds", "15")
        if not (timeout.isascii() and timeout.isdigit() and 0 < int(timeout) <= 120):
            raise ValueError("timeout_seconds is not a whole number from 1 to 120")
        return cls(
            url=settings["url"],
            api_key=settings["api_key"],
            timeout_seconds=int(timeout),
            looks_first=settings.get("looks_first") == "yes",
        )

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._address.scheme == "https" else http.client.HTTPConnection
        return kind(str(self._address.hostname), self._address.port, timeout=self._timeout)

    def _call(self, method: str, path: str, data: object = None) -> Any:
        """Return the JSON answer. What went wrong decides whether anything may have happened there."""
        connection = self._connection()
        try:
            connection.request(
                method,
                self._address.path.rstrip("/") + path,
                body=json.dumps(data).encode() if data is not None else None,
                headers={"Authorization": f"Bearer {self._api_key}", "Content-Type": "application/json"},
            )
            response = connection.getresponse()
            status, body = response.status, response.read(ANSWER_MOST)
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise CarrierUnreachable(carrier=self.name, reason=reason) from error
        finally:
            connection.close()
        if status >= 500:
            raise CarrierBroken(carrier=self.name, reason=f"HTTP {status}")
        try:
            answer = json.loads(body)
        except ValueError as error:
            raise CarrierBroken(carrier=self.name, reason="the answer is not JSON") from error
        if status >= 400:
            reason = answer.get("error", "") if isinstance(answer, dict) else ""
            raise CarrierRefused(carrier=self.name, reason=str(reason) or f"HTTP {status}")
        return answer

    def _read(self, reader: Any, data: Any) -> Any:
        try:
            return reader(data)
        except (KeyError, TypeError, ValueError) as error:
            raise CarrierBroken(carrier=self.name, reason=f"the answer lacks or garbles {error}") from error

    def rates(self, request: RateRequest) -> list[Rate]:
        weights = [parcel.weight_g for parcel in request.parcels]
        offers = self._call("POST", "/v1/rates", {"country": request.receiver.country, "weights_g": weights})
        return [self._read(rate_from, offer) for offer in offers]

    def buy_label(self, request: LabelRequest) -> BoughtLabel:
        found = self.find_label(request.key) if self._looks_first else None
        if found is not None:
            return found
        label: BoughtLabel = self._read(label_from, self._call("POST", "/v1/labels", request_data(request)))
        return label

    def find_label(self, key: str) -> BoughtLabel | None:
        found = self._call("GET", f"/v1/labels?{urlencode({'key': key})}")
        if found is None:
            return None
        label: BoughtLabel = self._read(label_from, found)
        return label

    def void_label(self, tracking_number: str) -> None:
        self._call("DELETE", f"/v1/labels/{quote(tracking_number, safe='')}")

    def track(self, tracking_numbers: Sequence[str]) -> list[TrackingUpdate]:
        answer = self._call("POST", "/v1/track", {"tracking_numbers": list(tracking_numbers)})
        return [self._read(update_from, event) for event in answer]

    def manifest(self, key: str, tracking_numbers: Sequence[str], day: date) -> ClosedManifest:
        data = {"key": key, "tracking_numbers": list(tracking_numbers), "day": day.isoformat()}
        manifest: ClosedManifest = self._read(manifest_from, self._call("POST", "/v1/manifests", data))
        return manifest
