"""App configuration of ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger app."""

    name = "cefn.ledger"
    label = "ledger"
    verbose_name = "Ledger"
