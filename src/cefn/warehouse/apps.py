"""App configuration of warehouse."""

from django.apps import AppConfig


class WarehouseConfig(AppConfig):
    """The warehouse app."""

    name = "cefn.warehouse"
    label = "warehouse"
    verbose_name = "Warehouse"
