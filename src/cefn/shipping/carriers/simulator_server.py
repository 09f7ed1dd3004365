"""The simulated carrier behind HTTP: JSON in, JSON out, a bearer key, and faults on request.

POST /v1/rates /v1/labels /v1/manifests /v1/track, GET /v1/labels?key=..., DELETE /v1/labels/TRACKING
POST /test/faults {"operation": "buy", "fault": "time_out"}, POST /test/advance {...}, GET /test/account
"""

import argparse
import json
import secrets
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cefn.shipping.carriers.depot import Depot, DepotRefusal

BODY_MOST = 1 << 20
NONSENSE = b"<html>upstream</html>"


class CarrierServer(ThreadingHTTPServer):
    """Serves one Depot on 127.0.0.1. `slow_seconds` is how late slow and lost answers are."""

    daemon_threads = True

    def __init__(self, depot: Depot, *, port: int = 0, api_key: str = "", slow_seconds: int = 5) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.depot = depot
        self.api_key = api_key
        self.slow_seconds = slow_seconds

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: CarrierServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: who runs it sees the account at /test/account."""

    def _body(self) -> dict[str, Any]:
        length = min(int(self.headers.get("Content-Length") or 0), BODY_MOST)
        data = json.loads(self.rfile.read(length) or b"{}")
        if not isinstance(data, dict):
            raise TypeError("the body is not a JSON object")
        return data

    def _answer(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _json(self, status: HTTPStatus, data: object) -> None:
        self._answer(status, json.dumps(data).encode())

    def _serve(self, operation: str, work: Callable[[], object]) -> None:
        """Do `work` with whatever fault is planted for `operation`."""
        fault = self.server.depot.fault_take(operation)
        if fault == "time_out":
            time.sleep(self.server.slow_seconds)
            self.close_connection = True
            return
        if fault == "server_error":
            self._json(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "internal error"})
            return
        if fault == "refuse":
            self._json(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": "the address is not known"})
            return
        try:
            answer = work()
            if fault == "twice":
                answer = work()
        except DepotRefusal as error:
            self._json(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": str(error)})
            return
        if fault in {"charge_then_silence", "slow"}:
            time.sleep(self.server.slow_seconds)
        if fault == "charge_then_silence":
            self.close_connection = True
        elif fault == "charge_then_error":
            self._json(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "internal error"})
        elif fault == "nonsense":
            self._answer(HTTPStatus.OK, NONSENSE)
        else:
            self._json(HTTPStatus.OK, answer)

    def _guarded(self, route: Callable[[], None]) -> None:
        try:
            if not secrets.compare_digest(self.headers.get("Authorization", ""), f"Bearer {self.server.api_key}"):
                self._json(HTTPStatus.UNAUTHORIZED, {"error": "the key is wrong"})
            else:
                route()
        except (KeyError, TypeError, ValueError) as error:
            self._json(HTTPStatus.BAD_REQUEST, {"error": f"bad request: {error}"})
        except ConnectionError:
            self.close_connection = True

    def do_POST(self) -> None:
        self._guarded(self._post)

    def do_GET(self) -> None:
        self._guarded(self._get)

    def do_DELETE(self) -> None:
        self._guarded(self._delete)

    def _post(self) -> None:
        depot, data = self.server.depot, self._body()
        match self.path:
            case "/v1/rates":
                self._serve("rates", lambda: depot.rates(country=data["country"], weights_g=data["weights_g"]))
            case "/v1/labels":
                self._serve("buy", lambda: depot.buy(data))
            case "/v1/manifests":
                self._serve("manifest", lambda: depot.manifest(data["key"], data["tracking_numbers"]))
            case "/v1/track":
                self._serve("track", lambda: depot.track(data["tracking_numbers"]))
            case "/test/faults":
                depot.fault_plant(data["operation"], data["fault"])
                self._json(HTTPStatus.OK, {})
            case "/test/advance":
                depot.advance(**data)
                self._json(HTTPStatus.OK, {})
            case _:
                self._json(HTTPStatus.NOT_FOUND, {"error": "no such address"})

    def _get(self) -> None:
        address = urlsplit(self.path)
        depot = self.server.depot
        if address.path == "/v1/labels":
            key = parse_qs(address.query)["key"][0]
            self._serve("find", lambda: depot.find(key))
        elif address.path == "/test/account":
            self._json(HTTPStatus.OK, {"charged_minor": depot.charged_minor(), "labels": depot.label_count()})
        else:
            self._json(HTTPStatus.NOT_FOUND, {"error": "no such address"})

    def _delete(self) -> None:
        self._body()
        prefix, _, tracking = self.path.rpartition("/")
        if prefix == "/v1/labels":
            self._serve("void", lambda: self.server.depot.void(unquote(tracking)))
        else:
            self._json(HTTPStatus.NOT_FOUND, {"error": "no such address"})


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted; prints the address on the first line."""
    parser = argparse.ArgumentParser(
        prog="python -m cefn.shipping.carriers.simulator",
        description="A simulated carrier behind HTTP on 127.0.0.1.",
        epilog="example: python -m cefn.shipping.carriers.simulator --port 8099 --state carrier.sqlite3",
    )
    parser.add_argument("--port", type=int, default=8099, help="0 takes a free one")
    parser.add_argument("--state", default=":memory:", help="file that keeps the carrier's state")
    parser.add_argument("--api-key", default="", help="what callers must send as their bearer key")
    parser.add_argument("--forgets-keys", action="store_true", help="charge again when a purchase is repeated")
    parser.add_argument("--slow-seconds", type=int, default=5, help="how late slow and lost answers are")
    options = parser.parse_args(arguments)
    depot = Depot(options.state, honours_keys=not options.forgets_keys)
    server = CarrierServer(depot, port=options.port, api_key=options.api_key, slow_seconds=options.slow_seconds)
    print(server.url, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.shutdown()
    finally:
        server.server_close()
        depot.close()
