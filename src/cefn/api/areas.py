"""Every area of the API, mounted."""

from cefn.api import products
from cefn.api.house import api

AREAS = (products.router,)

for _area in AREAS:
    api.add_router("", _area)

__all__ = ["AREAS", "api"]
