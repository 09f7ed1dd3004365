"""The first pass over a history: which SKUs there are, what they sold for, and how much stock they must have had.

Stock levels and costs are not in the data. Opening stock is what was sold plus ten per cent, or all that ever left if
more was written off than that; cost is 55 per cent of the median price.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from cefn.catalog.skus import sku_key
from cefn.flows.history.read import Row, is_service

COST_PER_CENT = 55


@dataclass(slots=True)
class SkuSurvey:
    """What a history says of a SKU."""

    sku: str
    name: str = ""
    sold: int = 0
    written_off: int = 0
    prices: Counter[int] = field(default_factory=Counter)

    @property
    def opening(self) -> int:
        """Units to open with."""
        return max(self.sold + -(-self.sold // 10), self.sold + self.written_off)

    @property
    def median_price_micro(self) -> int:
        """The lower median of the prices above zero that it sold for; zero if there was none."""
        total = sum(self.prices.values())
        seen = 0
        for price in sorted(self.prices):
            seen += self.prices[price]
            if 2 * seen >= total:
                return price
        return 0

    @property
    def cost_micro(self) -> int:
        """The unit cost assumed."""
        return self.median_price_micro * COST_PER_CENT // 100


@dataclass(slots=True)
class Survey:
    """All SKUs by key, all customers with their first country, and when it all began."""

    skus: dict[str, SkuSurvey] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)
    first_at: datetime | None = None
    rows: int = 0
    net_micro: int = 0


def survey_take(rows: Iterable[Row], survey: Survey) -> None:
    """Add rows to a survey."""
    for row in rows:
        survey.rows += 1
        if survey.first_at is None or row.placed_at < survey.first_at:
            survey.first_at = row.placed_at
        if row.customer:
            survey.customers.setdefault(row.customer, row.country)
        key = sku_key(row.sku)
        known = survey.skus.get(key)
        if known is None:
            known = survey.skus[key] = SkuSurvey(row.sku)
        if row.price_micro > 0:
            known.prices[row.price_micro] += 1
            if not known.name:
                known.name = row.description
        if is_service(row.sku) or is_bad_debt(row) or row.price_micro < 0:
            continue
        if row.quantity > 0:
            known.sold += row.quantity
        elif row.price_micro == 0 and not row.invoice.upper().startswith("C"):
            known.written_off -= row.quantity


def is_bad_debt(row: Row) -> bool:
    """Tell whether a row adjusts bad debt rather than selling something."""
    return row.invoice.upper().startswith("A")
