"""Who the token is."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router

from cefn.api.door import actor_of
from cefn.api.shapes import Id, Out, choice
from cefn.platform.company_facts import company_facts
from cefn.platform.models import Company, Role

router = Router(tags=["me"])


class CompanyOut(Out):
    """The company that the token works for."""

    id: Id
    code: str
    name: str
    currency: str
    timezone: str
    prices_include_tax: bool


class MeOut(Out):
    """Who acts, for which company, and what they may do. Empty code lists mean all."""

    name: str
    role: Annotated[str, *choice(Role)]
    permissions: list[str]
    warehouse_codes: list[str]
    channel_codes: list[str]
    company: CompanyOut


@router.get("/me", response=MeOut, summary="Who am I")
def me(request: HttpRequest) -> MeOut:
    """Needs no permission."""
    actor = actor_of(request)
    company = Company.objects.get(id=actor.company_id)
    facts = company_facts(actor.company_id)
    return MeOut(
        name=actor.name,
        role=actor.role,
        permissions=sorted(actor.permissions),
        warehouse_codes=sorted(actor.warehouse_codes),
        channel_codes=sorted(actor.channel_codes),
        company=CompanyOut(
            id=company.pk, code=company.code, name=company.name, currency=facts.currency, timezone=company.timezone,
            prices_include_tax=facts.prices_include_tax,
        ),
    )  # fmt: skip
