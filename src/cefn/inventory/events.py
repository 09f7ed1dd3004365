"""News from the stock ledger."""

from dataclasses import dataclass
from datetime import datetime

from cefn.kernel.bus import Event


@dataclass(frozen=True, slots=True)
class AdjustedValue:
    """One adjustment's effect on the value of the stock: account that bears it, minor units (positive: gained)."""

    number: str
    account_code: str
    occurred_at: datetime
    value_minor: int
    memo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAdjusted(Event):
    """Adjustments were posted."""

    adjustment_ids: tuple[int, ...]
    values: tuple[AdjustedValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockArrived(Event):
    """Sellable stock of these variants grew: waiting orders may be served."""

    variant_ids: tuple[int, ...]
