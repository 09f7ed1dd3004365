"""People and their roles: create, change roles, set passwords, switch off, erase.

Only an owner may let people in; nobody may leave a company without an owner.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cefn.kernel import clock, sql
from cefn.kernel.errors import CefnError, Fault, InvalidInput, NotFound
from cefn.kernel.ids import new_id
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor
from cefn.platform.apart import run_apart
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.models import ApiToken, AuditEvent, Membership, Role, User
from cefn.platform.permissions import permission_require

ERASED_NAME = "—"


class LastOwner(CefnError):
    """The company would be left without an owner who can log in."""

    code = "CEFN-PLATFORM-012"
    status = 409
    sentence = gettext_lazy("%(name)s is the only owner.")
    remedy = gettext_lazy("Make somebody else an owner first.")


class EmailTaken(CefnError):
    """Somebody has this address already."""

    code = "CEFN-PLATFORM-013"
    status = 409
    sentence = gettext_lazy("%(email)s has a log-in already.")
    remedy = gettext_lazy("Give that person a role instead, or use another address.")


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDraft:
    """A person to be let in; without a password they can't log in until one is set."""

    email: str
    name: str
    password: str = ""
    role: str = Role.READ_ONLY
    language: str = "en"
    warehouse_codes: tuple[str, ...] = ()
    channel_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipDraft:
    """A role for a person, with record rules; empty code lists mean all."""

    user_id: int
    role: str
    warehouse_codes: tuple[str, ...] = ()
    channel_codes: tuple[str, ...] = ()


def _password_faults(field: str, password: str, user: User) -> list[Fault]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        remedy = _("Choose a longer, rarer password.")
        return [Fault(field, "", sentence, remedy) for sentence in error.messages]
    return []


def _draft_faults(at: int, draft: UserDraft) -> list[Fault]:
    found = []
    try:
        validate_email(draft.email.strip())
    except ValidationError:
        remedy = _("Write it like name@example.com.")
        found.append(Fault(f"users.{at}.email", draft.email, _("This is no e-mail address."), remedy))
    if not draft.name.strip():
        remedy = _("Give the name that others know this person by.")
        found.append(Fault(f"users.{at}.name", draft.name, _("The name is missing."), remedy))
    if draft.password:
        found += _password_faults(f"users.{at}.password", draft.password, User(email=draft.email, name=draft.name))
    return found + _role_faults(f"users.{at}.role", draft.role)


def _role_faults(field: str, role: str) -> list[Fault]:
    if role in Role.values:
        return []
    return [Fault(field, role, _("There is no such role."), _("Choose one of: ") + ", ".join(Role.values))]


def users_create(*, users: Sequence[UserDraft], actor: Actor) -> list[User]:
    """Make log-ins with a role in the actor's company and return them in order.

    Raises InvalidInput naming the fields, EmailTaken, and NotAllowed without `users.manage`.
    """
    permission_require(actor, "users.manage")
    faults = [fault for at, draft in enumerate(users) for fault in _draft_faults(at, draft)]
    if faults:
        raise InvalidInput(faults=faults)
    made = [
        User(
            email=draft.email.strip().lower(), name=draft.name.strip(), language=draft.language,
            password=make_password(draft.password or None), created_at=clock.now(),
        )
        for draft in users
    ]  # fmt: skip

    def create() -> list[User]:
        emails = [user.email for user in made]
        taken = sorted(set(User.objects.filter(email__in=emails).values_list("email", flat=True)))
        doubled = sorted({email for email in emails if emails.count(email) > 1})
        if taken or doubled:
            raise EmailTaken(email=", ".join(taken or doubled))
        User.objects.bulk_create(made)
        drafts = [
            MembershipDraft(
                user_id=user.id,
                role=draft.role,
                warehouse_codes=draft.warehouse_codes,
                channel_codes=draft.channel_codes,
            )
            for user, draft in zip(made, users, strict=True)
        ]
        memberships_set(memberships=drafts, actor=actor)
        return made

    return run_apart(create)


def memberships_set(*, memberships: Sequence[MembershipDraft], actor: Actor) -> None:
    """Give people roles in the actor's company, or change those they have.

    Raises InvalidInput for an unknown role, LastOwner, and NotAllowed without `users.manage`.
    """
    permission_require(actor, "users.manage")
    faults = [
        fault for at, draft in enumerate(memberships) for fault in _role_faults(f"memberships.{at}.role", draft.role)
    ]
    if faults:
        raise InvalidInput(faults=faults)
    rows = [
        (new_id(), draft.user_id, draft.role, sql.json_text(list(draft.warehouse_codes)),
         sql.json_text(list(draft.channel_codes)))
        for draft in memberships
    ]  # fmt: skip

    def change() -> None:
        owners = _owners_locked(actor.company_id)
        sql.run(
            "INSERT INTO platform_membership"
            " (id, company_id, user_id, role, warehouse_codes, channel_codes, created_at)"
            " SELECT v.id, %s, v.user_id, v.role, v.warehouses, v.channels, %s FROM {v} WHERE true"
            " ON CONFLICT (company_id, user_id) DO UPDATE SET role = excluded.role,"
            " warehouse_codes = excluded.warehouse_codes, channel_codes = excluded.channel_codes",
            [actor.company_id, clock.now()],
            v=sql.Rows("id bigint, user_id bigint, role text, warehouses jsonb, channels jsonb", rows),
        )
        _owner_keep(actor, owners)
        audit_record(
            actor=actor,
            events=[
                AuditDraft(
                    f"user:{draft.user_id}",
                    "role-set",
                    {
                        "role": str(draft.role),
                        "warehouses": sorted(draft.warehouse_codes),
                        "channels": sorted(draft.channel_codes),
                    },
                )
                for draft in memberships
            ],
        )

    run_apart(change)


def memberships_remove(*, user_ids: Sequence[int], actor: Actor) -> int:
    """Take away people's roles in the actor's company and revoke their tokens; return how many had one."""
    permission_require(actor, "users.manage")

    def remove() -> int:
        owners = _owners_locked(actor.company_id)
        found = Membership.objects.filter(company_id=actor.company_id, user_id__in=list(user_ids))
        gone = sorted(found.values_list("user_id", flat=True))
        found.delete()
        _tokens_revoke(gone, actor.company_id)
        _owner_keep(actor, owners)
        audit_record(actor=actor, events=[AuditDraft(f"user:{user_id}", "role-removed") for user_id in gone])
        return len(gone)

    return run_apart(remove)


def _owners_locked(company_id: int) -> set[int]:
    """Return the ids of active owners; two changes of roles in one company wait for each other on the company's row."""
    sql.fetch("SELECT id FROM platform_company WHERE id = %s {for_update}", [company_id])
    return _owners(company_id)


def _owners(company_id: int) -> set[int]:
    found = Membership.objects.filter(company_id=company_id, role=Role.OWNER, user__is_active=True)
    return set(found.values_list("user_id", flat=True))


def _owner_keep(actor: Actor, before: set[int]) -> None:
    """Raise LastOwner if there were owners before and there is none now."""
    if before and not _owners(actor.company_id):
        names = User.objects.filter(pk__in=before).order_by("id").values_list("name", flat=True)
        raise LastOwner(name=", ".join(names))


def _tokens_revoke(user_ids: Sequence[int], company_id: int | None) -> None:
    tokens = ApiToken.objects.filter(user_id__in=list(user_ids), revoked_at=None)
    if company_id is not None:
        tokens = tokens.filter(company_id=company_id)
    tokens.update(revoked_at=clock.now())


def access_users(actor: Actor) -> QuerySet[User]:
    """Return the people who have a role in the actor's company, for those who may see who may log in."""
    return access_rows(actor, User.objects.all(), permission="users.view", company="memberships__company_id")


def access_memberships(actor: Actor) -> QuerySet[Membership]:
    """Return the roles in the actor's company, for those who may see who may log in."""
    return access_rows(actor, Membership.objects.select_related("user"), permission="users.view")


def _member(user_id: int, actor: Actor) -> User:
    user = User.objects.filter(pk=user_id, memberships__company_id=actor.company_id).first()
    if user is None:
        raise NotFound(thing=_("person"), name=user_id)
    return user


def user_password_set(*, user_id: int, password: str, actor: Actor) -> None:
    """Set a person's password: one's own, or anybody's with `users.manage`.

    Raises InvalidInput when it is too weak. The caller keeps the person's own session alive, others end.
    """
    if actor.user_id != user_id:
        permission_require(actor, "users.manage")
    user = _member(user_id, actor)
    faults = _password_faults("password", password, user)
    if faults:
        raise InvalidInput(faults=faults)

    def change() -> None:
        User.objects.filter(pk=user_id).update(password=make_password(password))
        audit_record(actor=actor, events=[AuditDraft(f"user:{user_id}", "password-set")])

    run_apart(change)


def user_preferences_set(*, user_id: int, name: str, language: str, theme: str, actor: Actor) -> None:
    """Set how a person is called and how the screens look to them; one's own, or anybody's with `users.manage`."""
    if actor.user_id != user_id:
        permission_require(actor, "users.manage")
    if not name.strip():
        remedy = _("Give the name that others know this person by.")
        raise InvalidInput(faults=[Fault("name", name, _("The name is missing."), remedy)])
    _member(user_id, actor)
    User.objects.filter(pk=user_id).update(name=name.strip(), language=language, theme=theme)


def users_switch(*, user_ids: Sequence[int], is_active: bool, actor: Actor) -> int:
    """Let people log in, or no longer; return how many changed. Raises LastOwner."""
    permission_require(actor, "users.manage")

    def change() -> int:
        owners = _owners_locked(actor.company_id)
        found = User.objects.filter(
            pk__in=list(user_ids), memberships__company_id=actor.company_id, is_active=not is_active
        )
        changed = sorted(found.values_list("id", flat=True))
        User.objects.filter(pk__in=changed).update(is_active=is_active)
        _owner_keep(actor, owners)
        verb = "user-switched-on" if is_active else "user-switched-off"
        audit_record(actor=actor, events=[AuditDraft(f"user:{user_id}", verb) for user_id in changed])
        return len(changed)

    return run_apart(change)


def users_erase(*, user_ids: Sequence[int], actor: Actor) -> int:
    """Erase people's names and addresses, here and in the audit log, and end their access; return how many.

    What they did stays, under their number. Raises LastOwner.
    """
    permission_require(actor, "users.manage")

    def erase() -> int:
        owners = _owners_locked(actor.company_id)
        found = sorted(
            User.objects.filter(pk__in=list(user_ids), memberships__company_id=actor.company_id).values_list(
                "id", flat=True
            )
        )
        for user_id in found:
            User.objects.filter(pk=user_id).update(
                email=f"erased-{user_id}@invalid", name=ERASED_NAME, is_active=False, password=make_password(None)
            )
        _tokens_revoke(found, None)
        AuditEvent.objects.filter(actor_id__in=found).update(actor_name=ERASED_NAME)
        _owner_keep(actor, owners)
        audit_record(actor=actor, events=[AuditDraft(f"user:{user_id}", "personal-data-erased") for user_id in found])
        return len(found)

    return run_apart(erase)
