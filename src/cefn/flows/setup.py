"""Making a company that can work: books, tax, units, places, numbers, reasons and ways to pay."""

from collections.abc import Sequence

from django.db import transaction

from cefn.books.services import payment_methods_create
from cefn.catalog.services import units_create
from cefn.inventory.models import Warehouse
from cefn.inventory.services import adjustment_reasons_create, warehouses_create
from cefn.inventory.services.places import WarehouseDraft, virtual_locations_create
from cefn.ledger.services import chart_create
from cefn.platform.actors import Actor, system_actor
from cefn.platform.companies import CompanyDraft, companies_create
from cefn.platform.jobs import schedules_set
from cefn.platform.models import Company
from cefn.shipping.jobs import SCHEDULES
from cefn.tax.services import uk_rates_create

FIRST_BINS = tuple(f"{aisle}-{rack:02d}" for aisle in "ABC" for rack in range(1, 11))
"""Bins of a first warehouse, in walking order; more are made in Settings."""


def company_open(
    *, company: CompanyDraft, warehouses: Sequence[WarehouseDraft], via: str = "cli"
) -> tuple[Company, list[Warehouse], Actor]:
    """Make a company with everything it needs for its first order.

    Returns the company, its warehouses and an actor for it. Raises what `companies_create` raises; nothing is made
    then.
    """
    with transaction.atomic():
        (made,) = companies_create(companies=[company])
        actor = system_actor(made.id, via)
        uk_rates_create(actor=actor)
        units_create(actor=actor)
        chart_create(actor=actor)
        virtual_locations_create(actor=actor)
        adjustment_reasons_create(actor=actor)
        payment_methods_create(actor=actor)
        schedules_set(schedules=SCHEDULES, actor=actor)
        buildings = warehouses_create(actor=actor, warehouses=warehouses)
    return made, buildings, actor


def company_first() -> Company:
    """Return the company that a bare database is given when a command needs one: `main`, with one warehouse."""
    made, _, _ = company_open(
        company=CompanyDraft(code="main", name="My shop"),
        warehouses=[WarehouseDraft(code="MAIN", name="Main warehouse", bins=FIRST_BINS)],
    )
    return made
