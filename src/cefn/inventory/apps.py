"""App configuration of inventory."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """The inventory app."""

    name = "cefn.inventory"
    label = "inventory"
    verbose_name = "Inventory"
