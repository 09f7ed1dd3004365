"""Every area of the API, mounted."""

from cefn.api import (
    imports,
    invoices,
    jobs,
    me,
    orders,
    parties,
    payments,
    picks,
    products,
    reports,
    returns,
    shipments,
    stock,
)
from cefn.api.house import api_make

AREAS = (
    me, products, stock, parties, orders, shipments, picks, returns, invoices, payments, imports, reports, jobs,
)  # fmt: skip

api = api_make()
for _area in AREAS:
    api.add_router("", _area.router)

__all__ = ["AREAS", "api"]
