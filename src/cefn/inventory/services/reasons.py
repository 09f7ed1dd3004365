"""The reasons for adjusting stock, beyond those a company starts with."""

from collections.abc import Sequence
from dataclasses import dataclass

from cefn.inventory.models import AdjustmentReason
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.permissions import permission_require


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonDraft:
    """A reason to make or change, found by its code; `account_code` bears the value."""

    code: str
    name: str
    account_code: str
    name_cy: str = ""


def adjustment_reasons_save(*, actor: Actor, reasons: Sequence[ReasonDraft]) -> int:
    """Make reasons or change those whose code exists; return how many. NotAllowed without `settings.edit`."""
    permission_require(actor, "settings.edit")
    for draft in reasons:
        AdjustmentReason.objects.update_or_create(
            company_id=actor.company_id,
            code=draft.code,
            defaults={"name": draft.name, "name_cy": draft.name_cy, "account_code": draft.account_code},
        )
    events = [
        AuditDraft(f"adjustment-reason:{draft.code}", "saved", {"name": draft.name, "account": draft.account_code})
        for draft in reasons
    ]
    audit_record(actor=actor, events=events)
    return len(reasons)
