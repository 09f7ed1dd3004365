"""The adapters that are installed: adapter code -> how a connection is made from an account's settings."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from cefn.shipping.carriers.base import Carrier
from cefn.shipping.carriers.http_simulator import HttpSimulatorCarrier
from cefn.shipping.carriers.simulator import SimulatorCarrier
from cefn.shipping.errors import AdapterUnknown, CarrierSettingsWrong

Factory = Callable[[Mapping[str, str]], Carrier]

ADAPTERS: dict[str, Factory] = {
    "simulator": SimulatorCarrier.from_settings,
    "simulator-http": HttpSimulatorCarrier.from_settings,
}


def adapter_require(adapter: str) -> Factory:
    """Return the factory of an adapter; raises AdapterUnknown, naming those there are."""
    try:
        return ADAPTERS[adapter]
    except KeyError as error:
        raise AdapterUnknown(adapter=adapter, known=", ".join(sorted(ADAPTERS))) from error


def carrier_connect(*, adapter: str, account: str, settings: Mapping[str, str]) -> Carrier:
    """Return a connection; raises AdapterUnknown, or CarrierSettingsWrong when a setting is missing or unfit."""
    factory = adapter_require(adapter)
    try:
        return factory(settings)
    except KeyError as error:
        raise CarrierSettingsWrong(
            account=account, reason=_("%(name)s is missing") % {"name": error.args[0]}
        ) from error
    except ValueError as error:
        raise CarrierSettingsWrong(account=account, reason=str(error)) from error
