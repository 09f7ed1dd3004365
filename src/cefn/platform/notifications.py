"""The bell: one line for each person whom a piece of news concerns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise

from cefn.kernel import clock, sql
from cefn.kernel.ids import new_id
from cefn.platform.actors import Actor
from cefn.platform.models import Membership, Notification, NotificationLevel, Role
from cefn.platform.permissions import BY_CODE, role_permissions


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationDraft:
    """News: to the people in `user_ids`, or to all whose role has `permission`. The same `unique_key` comes once.

    A lazy `title` and `body` are written in each person's language and filled with `facts`.
    """

    unique_key: str
    title: str | Promise
    body: str | Promise = ""
    facts: dict[str, Any] = field(default_factory=dict)
    level: str = NotificationLevel.INFO
    subject: str = ""
    link: str = ""
    user_ids: tuple[int, ...] = ()
    permission: str = ""


def access_notifications(actor: Actor) -> QuerySet[Notification]:
    """Return the actor's own notifications, newest first."""
    return Notification.objects.filter(company_id=actor.company_id, user_id=actor.user_id).order_by("-id")


def notifications_send(*, notifications: Sequence[NotificationDraft], actor: Actor) -> int:
    """Put news under people's bells and return how many lines were new; two statements, whatever the number."""
    roles = {draft.permission: _roles(draft.permission) for draft in notifications if draft.permission}
    found = Membership.objects.filter(company_id=actor.company_id, user__is_active=True).order_by("user_id")
    members: list[tuple[int, str, str]] = list(found.values_list("user_id", "role", "user__language"))
    rows = []
    for draft in notifications:
        wanted = roles.get(draft.permission, frozenset())
        for user_id, role, language in members:
            if user_id in draft.user_ids or role in wanted:
                rows.append(_row(draft, user_id, language))
    if not rows:
        return 0
    return sql.run(
        "INSERT INTO platform_notification"
        " (id, company_id, user_id, level, title, body, subject, link, unique_key, created_at)"
        " SELECT v.id, %s, v.user_id, v.level, v.title, v.body, v.subject, v.link, v.unique_key, %s FROM {v} WHERE true"
        " ON CONFLICT (company_id, user_id, unique_key) DO NOTHING",
        [actor.company_id, clock.now()],
        v=sql.Rows(
            "id bigint, user_id bigint, level text, title text, body text, subject text, link text, unique_key text",
            rows,
        ),
    )


def _row(draft: NotificationDraft, user_id: int, language: str) -> tuple[Any, ...]:
    with translation.override(language):
        title, body = (_text(part, draft.facts) for part in (draft.title, draft.body))
    return new_id(), user_id, str(draft.level), title[:200], body, draft.subject, draft.link, draft.unique_key


def _text(part: str | Promise, facts: dict[str, Any]) -> str:
    return str(part) % facts if isinstance(part, Promise) else part


def _roles(permission: str) -> frozenset[str]:
    BY_CODE[permission]
    return frozenset(role for role in Role.values if permission in role_permissions(role))


def notifications_read(*, actor: Actor, notification_ids: Sequence[int] | None = None) -> int:
    """Mark the actor's notifications as read, those named or all; return how many were unread."""
    unread = access_notifications(actor).filter(read_at=None)
    if notification_ids is not None:
        unread = unread.filter(pk__in=list(notification_ids))
    return unread.order_by().update(read_at=clock.now())
