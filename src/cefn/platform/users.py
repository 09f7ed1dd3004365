"""People and their roles: create, change roles, set passwords, switch off, erase.

Only an owner may let people in; nobody may leave a company without an owner. A log-in is one for all companies: who
changes it, beyond a role in their own company, must own every company that the person belongs to.
"""

from collections.abc import Iterable, Sequence
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
from cefn.platform.actors import SYSTEM_ROLE, Actor
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


class BelongsElsewhere(CefnError):
    """The person also has a role in a company that the actor does not own."""

    code = "CEFN-PLATFORM-014"
    status = 409
    sentence = gettext_lazy("%(name)s also has a role in another company.")
    remedy = gettext_lazy("Take away their role here instead; an owner of the other company decides about the log-in.")


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
        owners = _owners_locked([actor.company_id])
        wanted = {draft.user_id for draft in memberships}
        known = set(User.objects.filter(pk__in=wanted).values_list("id", flat=True))
        if wanted - known:
            raise NotFound(thing=_("person"), name=min(wanted - known))
        sql.run(
            "INSERT INTO platform_membership"
            " (id, company_id, user_id, role, warehouse_codes, channel_codes, created_at)"
            " SELECT v.id, %s, v.user_id, v.role, v.warehouses, v.channels, %s FROM {v} WHERE true"
            " ON CONFLICT (company_id, user_id) DO UPDATE SET role = excluded.role,"
            " warehouse_codes = excluded.warehouse_codes, channel_codes = excluded.channel_codes",
            [actor.company_id, clock.now()],
            v=sql.Rows("id bigint, user_id bigint, role text, warehouses jsonb, channels jsonb", rows),
        )
        _owner_keep(owners)
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
        owners = _owners_locked([actor.company_id])
        found = Membership.objects.filter(company_id=actor.company_id, user_id__in=list(user_ids))
        gone = sorted(found.values_list("user_id", flat=True))
        found.delete()
        _tokens_revoke(gone, actor.company_id)
        _owner_keep(owners)
        audit_record(actor=actor, events=[AuditDraft(f"user:{user_id}", "role-removed") for user_id in gone])
        return len(gone)

    return run_apart(remove)


Owners = dict[int, set[int]]
"""Company -> its owners who can log in."""


def _owners_locked(company_ids: Iterable[int]) -> Owners:
    """Return the owners of companies; changes of roles in one company wait for each other on the company's row."""
    rows = sql.Rows("company_id bigint", [(company_id,) for company_id in sorted(set(company_ids))])
    sql.fetch(
        "SELECT id FROM platform_company WHERE id IN (SELECT company_id FROM {v}) ORDER BY id {for_update}", v=rows
    )
    return _owners(company_ids)


def _owners(company_ids: Iterable[int]) -> Owners:
    found = Membership.objects.filter(company_id__in=list(company_ids), role=Role.OWNER, user__is_active=True)
    owners: Owners = {}
    for company_id, user_id in found.values_list("company_id", "user_id"):
        owners.setdefault(company_id, set()).add(user_id)
    return owners


def _owner_keep(before: Owners) -> None:
    """Raise LastOwner if a company had owners before and has none now."""
    now = _owners(before)
    for company_id, user_ids in before.items():
        if company_id not in now:
            names = User.objects.filter(pk__in=user_ids).order_by("id").values_list("name", flat=True)
            raise LastOwner(name=", ".join(names))


def _companies_of(user_ids: Sequence[int], actor: Actor) -> list[int]:
    """Return the companies of people whose log-in itself is to be changed.

    Raises BelongsElsewhere if the actor is not an owner of each: whoever owns one company must not come into another by
    way of a shared person.
    """
    held = list(
        Membership.objects.filter(user_id__in=list(user_ids)).values_list("company_id", "user__name").order_by("id")
    )
    companies = sorted({company_id for company_id, _name in held})
    if actor.role != SYSTEM_ROLE:
        owned = Membership.objects.filter(user_id=actor.user_id, role=Role.OWNER).values_list("company_id", flat=True)
        foreign = set(companies) - set(owned) - {actor.company_id}
        names = [name for company_id, name in held if company_id in foreign]
        if names:
            raise BelongsElsewhere(name=names[0])
    return companies


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
        _companies_of([user_id], actor)
    user = _member(user_id, actor)
    faults = _password_faults("password", password, user)
    if faults:
        raise InvalidInput(faults=faults)

    def change() -> None:
        User.objects.filter(pk=user_id).update(password=make_password(password))
        audit_record(actor=actor, events=[AuditDraft(f"user:{user_id}", "password-set")])

    run_apart(change)


def user_password_link_allow(*, user_id: int, actor: Actor) -> User:
    """Return a person for whom a link to choose a password may be made, and note that it was.

    Raises NotFound, BelongsElsewhere for somebody who also has a role in a company that the actor does not own, and
    NotAllowed without `users.manage`.
    """
    permission_require(actor, "users.manage")
    _companies_of([user_id], actor)
    user = _member(user_id, actor)
    audit_record(actor=actor, events=[AuditDraft(f"user:{user_id}", "password-link-made")])
    return user


def user_preferences_set(*, user_id: int, name: str, language: str, theme: str, actor: Actor) -> None:
    """Set how a person is called and how the screens look to them; one's own, or anybody's with `users.manage`."""
    if actor.user_id != user_id:
        permission_require(actor, "users.manage")
        _companies_of([user_id], actor)
    if not name.strip():
        remedy = _("Give the name that others know this person by.")
        raise InvalidInput(faults=[Fault("name", name, _("The name is missing."), remedy)])
    _member(user_id, actor)
    User.objects.filter(pk=user_id).update(name=name.strip(), language=language, theme=theme)


def users_switch(*, user_ids: Sequence[int], is_active: bool, actor: Actor) -> int:
    """Let people log in, or no longer; return how many changed. Raises LastOwner."""
    permission_require(actor, "users.manage")

    def change() -> int:
        owners = _owners_locked(_companies_of(user_ids, actor))
        found = User.objects.filter(
            pk__in=list(user_ids), memberships__company_id=actor.company_id, is_active=not is_active
        )
        changed = sorted(found.values_list("id", flat=True))
        User.objects.filter(pk__in=changed).update(is_active=is_active)
        _owner_keep(owners)
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
        owners = _owners_locked(_companies_of(user_ids, actor))
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
        _owner_keep(owners)
        audit_record(actor=actor, events=[AuditDraft(f"user:{user_id}", "personal-data-erased") for user_id in found])
        return len(found)

    return run_apart(erase)
