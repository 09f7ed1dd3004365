"""Carrier accounts and their services; the account's settings are sealed before they are written."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cefn.kernel import clock
from cefn.kernel.transactions import run_whole
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.permissions import permission_require
from cefn.platform.secrets import secret_open, secret_seal
from cefn.shipping.carriers.base import Carrier
from cefn.shipping.carriers.registry import carrier_connect
from cefn.shipping.errors import ServiceUnknown
from cefn.shipping.models import CarrierAccount, CarrierService

PURPOSE = "carrier-account"
SETUP = "shipping.setup"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierAccountDraft:
    """An account to make or change, found by its code. `settings` None keeps those that are stored."""

    code: str
    name: str
    adapter: str
    settings: Mapping[str, str] | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierServiceDraft:
    """A service to make or change, found by account code and service code."""

    account: str
    code: str
    name: str
    weight_most_g: int | None = None
    priority: int = 10
    is_active: bool = True


def carrier_accounts_save(*, accounts: Sequence[CarrierAccountDraft], actor: Actor) -> list[CarrierAccount]:
    """Make or change accounts. Raises AdapterUnknown or CarrierSettingsWrong before anything is written."""
    permission_require(actor, SETUP)
    return run_whole(lambda: [_account_save(draft, actor) for draft in accounts])


def _account_save(draft: CarrierAccountDraft, actor: Actor) -> CarrierAccount:
    row = CarrierAccount.objects.filter(company_id=actor.company_id, code=draft.code).first()
    if row is None:
        row = CarrierAccount(company_id=actor.company_id, code=draft.code, created_at=clock.now(), settings_sealed="")
    settings = draft.settings
    if settings is None:
        settings = account_settings(account=row) if row.settings_sealed else {}
    carrier_connect(adapter=draft.adapter, account=draft.code, settings=settings)
    row.name, row.adapter, row.is_active = draft.name, draft.adapter, draft.is_active
    row.settings_sealed = secret_seal(text=json.dumps(dict(settings)), purpose=PURPOSE)
    is_new = row._state.adding
    row.save()
    audit_record(
        actor=actor,
        events=[
            AuditDraft(
                subject=f"carrier-account:{row.code}",
                verb="created" if is_new else "changed",
                data={"adapter": row.adapter, "settings": sorted(settings), "is_active": row.is_active},
            )
        ],
    )
    return row


def carrier_services_save(*, services: Sequence[CarrierServiceDraft], actor: Actor) -> list[CarrierService]:
    """Make or change services of accounts; raises ServiceUnknown for an account that the company does not have."""
    permission_require(actor, SETUP)
    return run_whole(lambda: [_service_save(draft, actor) for draft in services])


def _service_save(draft: CarrierServiceDraft, actor: Actor) -> CarrierService:
    account = CarrierAccount.objects.filter(company_id=actor.company_id, code=draft.account).first()
    if account is None:
        raise ServiceUnknown(service=f"{draft.account}:{draft.code}")
    row = CarrierService.objects.filter(account=account, code=draft.code).first()
    if row is None:
        row = CarrierService(company_id=actor.company_id, account=account, code=draft.code)
    row.name, row.weight_most_g = draft.name, draft.weight_most_g
    row.priority, row.is_active = draft.priority, draft.is_active
    row.save()
    return row


def account_settings(*, account: CarrierAccount) -> dict[str, str]:
    """Return an account's settings in the clear, for its adapter alone. Raises SecretNotReadable."""
    settings: dict[str, str] = json.loads(secret_open(sealed=account.settings_sealed, purpose=PURPOSE))
    return settings


def account_connect(*, account: CarrierAccount) -> Carrier:
    """Return a connection to the account's carrier. Raises SecretNotReadable, AdapterUnknown, CarrierSettingsWrong."""
    return carrier_connect(adapter=account.adapter, account=account.code, settings=account_settings(account=account))
