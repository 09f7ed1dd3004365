"""Access tokens for programs: made once, shown once, limited by scopes and by the role of the person behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cefn.kernel import clock
from cefn.kernel.errors import Fault, InvalidInput, NotAllowed
from cefn.kernel.ids import new_ids
from cefn.kernel.transactions import run_whole
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor, actors_for_users, token_hash, token_text_new
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.models import ApiToken
from cefn.platform.permissions import permission_has, permission_label, permission_require, scopes_expand


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenDraft:
    """A token to be made for a person; `scopes` are permission codes, "area.*" or "*". `expires_at` None: never."""

    user_id: int
    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TokenMade:
    """A new token: `text` is told now and never again."""

    token: ApiToken
    text: str


def access_tokens(actor: Actor) -> QuerySet[ApiToken]:
    """Return the company's tokens for those who may manage them."""
    return access_rows(actor, ApiToken.objects.select_related("user"), permission="tokens.manage")


def _faults(at: int, draft: TokenDraft) -> list[Fault]:
    found = []
    if not draft.name.strip():
        remedy = _("Name the program that will use it.")
        found.append(Fault(f"tokens.{at}.name", draft.name, _("The name is missing."), remedy))
    if not draft.scopes:
        remedy = _("Name at least one permission, such as orders.view.")
        found.append(Fault(f"tokens.{at}.scopes", "", _("The token would be allowed nothing."), remedy))
    for scope in draft.scopes:
        try:
            scopes_expand([scope])
        except KeyError:
            remedy = _("Use a permission such as orders.view, an area such as orders.*, or * for all.")
            found.append(Fault(f"tokens.{at}.scopes", scope, _("There is no such permission."), remedy))
    if draft.expires_at is not None and draft.expires_at <= clock.now():
        remedy = _("Give a moment to come.")
        found.append(Fault(f"tokens.{at}.expires_at", draft.expires_at.isoformat(), _("This is in the past."), remedy))
    return found


def tokens_create(*, tokens: Sequence[TokenDraft], actor: Actor) -> list[TokenMade]:
    """Make tokens and return them with their text, in order.

    A token may do no more than the person it is for, and its maker may give nothing that they lack themselves.
    Raises InvalidInput naming the fields, NotMember-like NotAllowed for a person without a role.
    """
    permission_require(actor, "tokens.manage")
    faults = [fault for at, draft in enumerate(tokens) for fault in _faults(at, draft)]
    if faults:
        raise InvalidInput(faults=faults)
    persons = actors_for_users(actor.company_id, [draft.user_id for draft in tokens])
    made = []
    for token_id, draft in zip(new_ids(len(tokens)), tokens, strict=True):
        person = persons.get(draft.user_id)
        if person is None:
            raise NotAllowed(permission=_("a token for somebody without a role here"))
        scopes = scopes_expand(draft.scopes) & person.permissions
        beyond = sorted(code for code in scopes if not permission_has(actor, code))
        if beyond:
            raise NotAllowed(permission=permission_label(beyond[0]))
        prefix, text = token_text_new()
        token = ApiToken(
            id=token_id, company_id=actor.company_id, user_id=draft.user_id, name=draft.name.strip(), prefix=prefix,
            token_hash=token_hash(text), scopes=sorted(scopes), created_at=clock.now(), expires_at=draft.expires_at,
        )  # fmt: skip
        made.append(TokenMade(token, text))

    def create() -> None:
        ApiToken.objects.bulk_create([one.token for one in made])
        audit_record(
            actor=actor,
            events=[
                AuditDraft(f"token:{one.token.prefix}", "token-created", {"scopes": one.token.scopes}) for one in made
            ],
        )

    run_whole(create)
    return made


def tokens_revoke(*, token_ids: Sequence[int], actor: Actor) -> int:
    """Revoke tokens at once; return how many were valid until now."""
    permission_require(actor, "tokens.manage")

    def revoke() -> int:
        found = access_tokens(actor).filter(pk__in=list(token_ids), revoked_at=None).order_by("id")
        prefixes = list(found.values_list("prefix", flat=True))
        ApiToken.objects.filter(prefix__in=prefixes, revoked_at=None).update(revoked_at=clock.now())
        audit_record(actor=actor, events=[AuditDraft(f"token:{prefix}", "token-revoked") for prefix in prefixes])
        return len(prefixes)

    return run_whole(revoke)
