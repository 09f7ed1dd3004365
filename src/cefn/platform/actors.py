"""Who is acting: the value every service takes, and the doors by which an actor comes in."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cefn.kernel import clock
from cefn.kernel.errors import CefnError
from cefn.platform.models import ApiToken, Membership, User
from cefn.platform.permissions import EVERYTHING, Role, role_permissions

SYSTEM_ROLE = "system"
TOKEN_START = "cefn"  # noqa: S105
USED_EVERY = timedelta(minutes=1)


class NotMember(CefnError):
    """The person has no role in this company."""

    code = "CEFN-PLATFORM-010"
    status = 403
    sentence = _("%(name)s has no role in this company.")
    remedy = _("Ask an owner to add them under Settings, Users.")


class TokenRefused(CefnError):
    """The access token is unknown, expired or revoked, or its person may no longer come in."""

    code = "CEFN-PLATFORM-011"
    status = 401
    sentence = _("The access token is not valid: it is unknown, has expired or was revoked.")
    remedy = _("Make a new token under Settings, Access tokens, and send it as a Bearer token.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person or a machine acting for one company.

    `permissions` is what the role grants; `warehouse_codes` and `channel_codes` are record rules (empty: all).
    `via` is the door: "screen", "api", "cli", "job" or "import".
    """

    company_id: int
    user_id: int | None
    name: str
    role: str
    via: str
    permissions: frozenset[str]
    warehouse_codes: frozenset[str] = frozenset()
    channel_codes: frozenset[str] = frozenset()


def system_actor(company_id: int, via: str = "job") -> Actor:
    """Return the machine itself, which may do everything: for jobs, imports by command line, and tests."""
    return Actor(
        company_id=company_id,
        user_id=None,
        name="Cefn",
        role=SYSTEM_ROLE,
        via=via,
        permissions=frozenset({EVERYTHING}),
    )


def actor_for_membership(membership: Membership, via: str = "screen", scopes: Iterable[str] | None = None) -> Actor:
    """Return the actor of a membership that was loaded with its user; `scopes` (permission codes) narrow it."""
    permissions = role_permissions(membership.role)
    if scopes is not None:
        permissions &= frozenset(scopes)
    return Actor(
        company_id=membership.company_id,
        user_id=membership.user_id,
        name=membership.user.name,
        role=membership.role,
        via=via,
        permissions=permissions,
        warehouse_codes=frozenset(membership.warehouse_codes),
        channel_codes=frozenset(membership.channel_codes),
    )


def actor_for_user(user: User, company_id: int, via: str = "screen") -> Actor:
    """Return `user` acting for a company; raises NotMember if they have no role there or were switched off."""
    membership = Membership.objects.select_related("user").filter(company_id=company_id, user_id=user.pk).first()
    if membership is None or not membership.user.is_active:
        raise NotMember(name=user.name)
    return actor_for_membership(membership, via)


def actors_for_users(company_id: int, user_ids: Iterable[int], via: str = "job") -> dict[int, Actor]:
    """Return user id -> actor for those of `user_ids` who may come into the company; two queries at most."""
    found = Membership.objects.select_related("user").filter(
        company_id=company_id, user_id__in=list(user_ids), user__is_active=True
    )
    return {membership.user_id: actor_for_membership(membership, via) for membership in found}


def token_text_new() -> tuple[str, str]:
    """Return (prefix, whole token): the prefix may be shown, the whole is told once."""
    prefix = secrets.token_hex(5)
    return prefix, f"{TOKEN_START}_{prefix}_{secrets.token_urlsafe(32)}"


def token_hash(text: str) -> str:
    """Return the SHA-256 of a token, hexadecimal. Its 256 random bits need no slow hash."""
    return hashlib.sha256(text.encode()).hexdigest()


def actor_for_token(text: str) -> Actor:
    """Return the actor of an access token, limited to its scopes; raises TokenRefused.

    The moment of use is written at most once a minute.
    """
    parts = text.split("_", 2)
    if len(parts) != 3 or parts[0] != TOKEN_START:
        raise TokenRefused
    now = clock.now()
    token = ApiToken.objects.select_related("user").filter(prefix=parts[1]).first()
    if token is None or not secrets.compare_digest(token.token_hash, token_hash(text)):
        raise TokenRefused
    if token.revoked_at is not None or (token.expires_at is not None and token.expires_at <= now):
        raise TokenRefused
    membership = (
        Membership.objects.select_related("user")
        .filter(company_id=token.company_id, user_id=token.user_id, user__is_active=True)
        .first()
    )
    if membership is None:
        raise TokenRefused
    if token.last_used_at is None or token.last_used_at < now - USED_EVERY:
        unused = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_EVERY)
        ApiToken.objects.filter(unused, pk=token.pk).update(last_used_at=now)
    return actor_for_membership(membership, "api", token.scopes)


def is_owner(actor: Actor) -> bool:
    """Tell whether the actor is an owner or the machine itself."""
    return actor.role in (Role.OWNER, SYSTEM_ROLE)
