"""App configuration of the flows: wires the bus when the program starts."""

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    """The flows app."""

    name = "cefn.flows"
    label = "flows"
    verbose_name = "Flows"

    def ready(self) -> None:
        from cefn.flows.wiring import WIRING
        from cefn.kernel.bus import bus

        bus.wire(WIRING)
