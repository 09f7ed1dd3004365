"""App configuration of catalog."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """The catalog app."""

    name = "cefn.catalog"
    label = "catalog"
    verbose_name = "Catalog"
