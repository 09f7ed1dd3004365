"""The ways to pay, beyond those a company starts with."""

from collections.abc import Sequence
from dataclasses import dataclass

from cefn.books.models import PaymentMethod
from cefn.books.services.payments import payment_methods_forget
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.permissions import permission_require


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodDraft:
    """A way to pay to make or change, found by its code; its money lands on `account_code`."""

    code: str
    name: str
    account_code: str
    name_cy: str = ""


def payment_methods_save(*, actor: Actor, methods: Sequence[MethodDraft]) -> int:
    """Make methods or change those whose code exists; return how many. NotAllowed without `settings.edit`."""
    permission_require(actor, "settings.edit")
    for draft in methods:
        PaymentMethod.objects.update_or_create(
            company_id=actor.company_id,
            code=draft.code,
            defaults={"name": draft.name, "name_cy": draft.name_cy, "account_code": draft.account_code},
        )
    payment_methods_forget(company_id=actor.company_id)
    events = [
        AuditDraft(f"payment-method:{draft.code}", "saved", {"name": draft.name, "account": draft.account_code})
        for draft in methods
    ]
    audit_record(actor=actor, events=events)
    return len(methods)
