"""Companies: making one with its number series and daily housekeeping, and changing its facts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from cefn.kernel import clock
from cefn.kernel.errors import Conflict, Fault, InvalidInput
from cefn.kernel.money import CURRENCY_DECIMALS
from cefn.kernel.transactions import run_whole
from cefn.platform.actors import Actor, system_actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.company_facts import company_facts_forget
from cefn.platform.jobs.schedules import ScheduleDraft, schedules_reset, schedules_set
from cefn.platform.models import Company, CostingMethod, TaxRounding
from cefn.platform.numbering import series_create
from cefn.platform.permissions import permission_require

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")

HOUSEKEEPING: tuple[ScheduleDraft, ...] = (
    ScheduleDraft(code="audit-seal", kind="platform.audit_seal", every_seconds=60),
    ScheduleDraft(code="inbox-sweep", kind="platform.inbox_sweep", every_seconds=300),
    ScheduleDraft(code="alerts", kind="platform.alerts", every_seconds=300),
    ScheduleDraft(code="housekeeping", kind="platform.housekeeping", cron="20 3 * * *"),
)
"""What comes round in every company; the handlers are in `platform.housekeeping`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyDraft:
    """A company to be made; `code` is its short name in addresses and commands: small letters, digits, hyphens."""

    code: str
    name: str
    legal_name: str = ""
    currency: str = "GBP"
    country: str = "GB"
    timezone: str = "Europe/London"
    language: str = "en"
    vat_number: str = ""
    company_number: str = ""
    address_lines: list[str] = field(default_factory=list)
    postcode: str = ""
    email: str = ""
    phone: str = ""
    prices_include_tax: bool = True
    tax_rounding: str = TaxRounding.LINE
    costing_method: str = CostingMethod.FIFO
    gs1_prefix: str = ""
    is_demo: bool = False


def _faults(at: int, draft: CompanyDraft) -> list[Fault]:
    found = []
    if not CODE.fullmatch(draft.code):
        remedy = _("Use small letters, digits and hyphens, at most 32.")
        found.append(Fault(f"companies.{at}.code", draft.code, _("This is no company code."), remedy))
    if not draft.name.strip():
        found.append(
            Fault(f"companies.{at}.name", draft.name, _("The name is missing."), _("Give the company a name."))
        )
    if draft.currency not in CURRENCY_DECIMALS:
        remedy = _("Use a code such as GBP or EUR.")
        found.append(Fault(f"companies.{at}.currency", draft.currency, _("This currency is not known."), remedy))
    if draft.timezone not in available_timezones():
        remedy = _("Use a name such as Europe/London.")
        found.append(Fault(f"companies.{at}.timezone", draft.timezone, _("This time zone is not known."), remedy))
    return found


def companies_create(*, companies: Sequence[CompanyDraft]) -> list[Company]:
    """Make companies with their number series and housekeeping schedules, and return them in order.

    Raises InvalidInput naming the fields, or Conflict if a code is taken.
    """
    faults = [fault for at, draft in enumerate(companies) for fault in _faults(at, draft)]
    if faults:
        raise InvalidInput(faults=faults)

    def create() -> list[Company]:
        taken = set(Company.objects.filter(code__in=[draft.code for draft in companies]).values_list("code", flat=True))
        if taken:
            raise Conflict(document=", ".join(sorted(taken)))
        now = clock.now()
        made = [
            Company(
                code=draft.code, name=draft.name.strip(), legal_name=draft.legal_name, currency=draft.currency,
                country=draft.country, timezone=ZoneInfo(draft.timezone).key, language=draft.language,
                vat_number=draft.vat_number, company_number=draft.company_number, address_lines=draft.address_lines,
                postcode=draft.postcode, email=draft.email, phone=draft.phone,
                prices_include_tax=draft.prices_include_tax, tax_rounding=draft.tax_rounding,
                costing_method=draft.costing_method, gs1_prefix=draft.gs1_prefix, is_demo=draft.is_demo,
                created_at=now,
            )
            for draft in companies
        ]  # fmt: skip
        Company.objects.bulk_create(made)
        for company in made:
            actor = system_actor(company.id, "cli")
            series_create(company_id=company.id)
            schedules_set(schedules=HOUSEKEEPING, actor=actor)
            audit_record(actor=actor, events=[AuditDraft(f"company:{company.code}", "company-created")])
        return made

    return run_whole(create)


CHANGEABLE = frozenset(CompanyDraft.__dataclass_fields__) - {"code", "currency", "costing_method", "is_demo"}
"""What may change later; currency and costing method would change the meaning of what is posted already."""


def company_change(*, changes: dict[str, Any], actor: Actor) -> Company:
    """Change facts of the actor's company (names of CompanyDraft) and return it.

    Raises InvalidInput naming each field that is unknown, fixed or malformed, and NotAllowed without `settings.edit`.
    """
    permission_require(actor, "settings.edit")
    fixed = sorted(set(changes) - CHANGEABLE)
    if fixed:
        remedy = _("Leave it as it is; make a new company instead.")
        raise InvalidInput(
            faults=[Fault(name, str(changes[name]), _("This can't be changed."), remedy) for name in fixed]
        )

    def change() -> Company:
        company: Company = Company.objects.select_for_update().get(pk=actor.company_id)
        names = CompanyDraft.__dataclass_fields__
        draft = CompanyDraft(**({name: getattr(company, name) for name in names} | changes))
        faults = _faults(0, draft)
        if faults:
            raise InvalidInput(faults=faults)
        before = {name: getattr(company, name) for name in sorted(changes)}
        for name in changes:
            setattr(company, name, getattr(draft, name))
        company.save(update_fields=sorted(changes))
        if "timezone" in changes:
            schedules_reset(actor=actor)
        moved = {
            name: {"before": before[name], "after": changes[name]} for name in before if before[name] != changes[name]
        }
        audit_record(actor=actor, events=[AuditDraft(f"company:{company.code}", "company-changed", moved)])
        transaction.on_commit(lambda: company_facts_forget(company.id))
        return company

    return run_whole(change)
