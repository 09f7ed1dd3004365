import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest

from cefn.shipping.carriers.depot import Depot
from cefn.shipping.carriers.http_simulator import HttpSimulatorCarrier
from cefn.shipping.carriers.registry import ADAPTERS, carrier_connect
from cefn.shipping.carriers.simulator import SimulatorCarrier
from cefn.shipping.carriers.simulator_server import CarrierServer
from cefn.shipping.errors import AdapterUnknown, CarrierRefused, CarrierSettingsWrong, CarrierUnreachable
from tests.shipping.contract import CarrierContract, request


class _InProcess(CarrierContract):
    honours_keys = True

    @pytest.fixture
    def depot(self):
        depot = Depot(honours_keys=self.honours_keys)
        yield depot
        depot.close()

    @pytest.fixture
    def carrier(self, depot):
        return SimulatorCarrier(depot)

    @pytest.fixture
    def plant(self, depot):
        return depot.fault_plant

    @pytest.fixture
    def account(self, depot):
        return lambda: (depot.charged_minor(), depot.label_count())


class TestInProcess(_InProcess):
    pass


class TestInProcessAndForgetful(_InProcess):
    """A carrier that charges a repeated key again: its adapter looks before it buys."""

    honours_keys = False

    def test_a_request_delivered_twice_is_charged_once(self, carrier, plant, account):
        plant("buy", "twice")
        carrier.buy_label(request())
        assert account()[1] == 2  # nothing on our side can stop the network from doing this; the key finds the first


class _Http(_InProcess):
    @pytest.fixture
    def server(self, depot):
        server = CarrierServer(depot, api_key="s3cret", slow_seconds=2)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
        server.server_close()

    @pytest.fixture
    def carrier(self, server):
        return HttpSimulatorCarrier(
            url=server.url, api_key="s3cret", timeout_seconds=1, looks_first=not self.honours_keys
        )


class TestHttp(_Http):
    def test_a_wrong_key_is_a_refusal(self, server):
        with pytest.raises(CarrierRefused, match="the key is wrong"):
            HttpSimulatorCarrier(url=server.url, api_key="wrong").find_label("k1")

    @pytest.mark.parametrize(
        ("path", "body"), [("/v1/labels", b"[]"), ("/v1/labels", b"{"), ("/v1/labels", b"{}"), ("/test/faults", b"{}")]
    )
    def test_a_bad_request_is_told_so(self, server, path, body):
        call = urllib.request.Request(server.url + path, data=body, headers={"Authorization": "Bearer s3cret"})
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(call, timeout=5)
        with caught.value as answer:
            assert answer.code == 400
            assert "bad request" in json.load(answer)["error"]

    def test_a_forgetful_carrier_is_asked_first(self, server, depot):
        depot.honours_keys = False
        carrier = HttpSimulatorCarrier(url=server.url, api_key="s3cret", looks_first=True)
        assert carrier.buy_label(request()) == carrier.buy_label(request())
        assert depot.label_count() == 1

    def test_nobody_there(self):
        with pytest.raises(CarrierUnreachable):
            HttpSimulatorCarrier(url="http://127.0.0.1:9", api_key="").find_label("k1")


def test_the_simulator_runs_as_a_process_of_its_own_and_remembers(tmp_path, repository):
    state = tmp_path / "carrier.sqlite3"
    command = [sys.executable, "-m", "cefn.shipping.carriers.simulator", "--port", "0", "--state", str(state)]
    environment = {**os.environ, "PYTHONPATH": str(repository / "src")}
    numbers = []
    for _ in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            url = process.stdout.readline().strip()
            numbers.append(HttpSimulatorCarrier(url=url, api_key="").buy_label(request()).tracking_number)
            process.kill()
    assert numbers[0] == numbers[1]
    depot = Depot(str(state))
    assert depot.label_count() == 1
    depot.close()


def test_two_connections_to_one_state_buy_a_key_once(tmp_path):
    depots = [Depot(str(tmp_path / "carrier.sqlite3")) for _ in range(4)]
    found = []
    threads = [
        threading.Thread(target=lambda depot=depot: found.append(SimulatorCarrier(depot).buy_label(request())))
        for depot in depots
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len({label.tracking_number for label in found}) == 1
    assert depots[0].label_count() == 1
    for depot in depots:
        depot.close()


def test_adapters_say_which_setting_does_not_fit():
    assert set(ADAPTERS) == {"simulator", "simulator-http"}
    with pytest.raises(AdapterUnknown, match="simulator, simulator-http"):
        carrier_connect(adapter="pigeon", account="A", settings={})
    for settings, reason in [
        ({"url": "http://h"}, "api_key is missing"),
        ({"url": "ftp://h", "api_key": ""}, "not an http address"),
        ({"url": "http://h", "api_key": "", "timeout_seconds": "0"}, "timeout_seconds"),
        ({"url": "http://h", "api_key": "", "timeout_seconds": "٣"}, "timeout_seconds"),
    ]:
        with pytest.raises(CarrierSettingsWrong, match=reason):
            carrier_connect(adapter="simulator-http", account="A", settings=settings)


def test_a_fault_that_does_not_exist_is_not_planted():
    depot = Depot()
    with pytest.raises(ValueError, match="not one of"):
        depot.fault_plant("buy", "meteor")
    depot.close()
