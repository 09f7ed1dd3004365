"""People: who may log in, their role and record rules, and the link by which somebody chooses a first password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cefn.kernel.errors import CefnError, NotFound
from cefn.kernel.transactions import run_whole
from cefn.platform.access import access_one
from cefn.platform.actors import actor_for_user
from cefn.platform.models import Membership, User
from cefn.platform.permissions import ROLE_PERMISSIONS, permission_label, permission_require
from cefn.platform.users import (
    MembershipDraft,
    UserDraft,
    access_memberships,
    memberships_remove,
    memberships_set,
    user_password_link_allow,
    user_password_set,
    users_create,
    users_switch,
)
from cefn.web import reads
from cefn.web.access import PUBLIC, ScreenRequest, screen
from cefn.web.errors import LinkSpent
from cefn.web.forms import form_take_faults
from cefn.web.lists import list_response
from cefn.web.people_forms import NewPasswordForm, PersonForm, RoleForm
from cefn.web.people_list import PEOPLE
from cefn.web.timeline import entries_of


@screen("users.view")
@require_http_methods(["GET", "POST"])
def users(request: ScreenRequest) -> HttpResponseBase:
    """Show the people who may log in."""
    return list_response(request, PEOPLE)


def first_password_link(request: HttpRequest, user: User) -> str:
    """Return the address by which a person without a password chooses one: good once, for three days."""
    path = reverse("web:first_password", args=[user.pk, default_token_generator.make_token(user)])
    return request.build_absolute_uri(path)


def _link_allowed(request: ScreenRequest, user_id: int) -> User:
    return run_whole(lambda: user_password_link_allow(user_id=user_id, actor=request.actor))


@screen("users.manage")
@require_http_methods(["GET", "POST"])
def person_new(request: ScreenRequest) -> HttpResponseBase:
    """Let somebody in: with a password, or with a link by which they choose their own."""
    form = PersonForm(request.POST or None, actor=request.actor)
    link = ""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        draft = UserDraft(
            email=typed["email"],
            name=typed["name"],
            password=typed["password"],
            role=typed["role"],
            language=typed["language"],
            warehouse_codes=tuple(typed["warehouses"]),
            channel_codes=tuple(typed["channels"]),
        )
        try:
            (user,) = run_whole(lambda: users_create(users=[draft], actor=request.actor))
        except CefnError as error:
            form_take_faults(form, error)
        else:
            messages.success(request, _("%(name)s may come in.") % {"name": user.name})
            if typed["password"]:
                return redirect("web:person", user_id=user.pk)
            link = first_password_link(request, _link_allowed(request, user.pk))
    context = {"place": "users", "form": form, "link": link}
    return render(request, "web/people/new.html", context, status=422 if form.errors else 200)


def _roles_explained() -> list[tuple[str, list[str]]]:
    return [(role, sorted(permission_label(code) for code in codes)) for role, codes in ROLE_PERMISSIONS.items()]


def _role_save(request: ScreenRequest, member: Membership, form: RoleForm) -> None:
    typed = form.cleaned_data
    draft = MembershipDraft(
        user_id=member.user_id,
        role=typed["role"],
        warehouse_codes=tuple(typed["warehouses"]),
        channel_codes=tuple(typed["channels"]),
    )
    run_whole(lambda: memberships_set(memberships=[draft], actor=request.actor))


def _steer(request: ScreenRequest, member: Membership, action: str) -> str:
    """Do what one of the person's buttons says; return what to say."""
    keys = [member.user_id]
    name = {"name": member.user.name}
    if action in ("on", "off"):
        users_switch(user_ids=keys, is_active=action == "on", actor=request.actor)
        return _("%(name)s may log in.") % name if action == "on" else _("%(name)s may no longer log in.") % name
    if action == "remove":
        memberships_remove(user_ids=keys, actor=request.actor)
        return _("%(name)s has no role here any more.") % name
    raise NotFound(thing=_("action"), name=action[:40])


@screen("users.view")
@require_http_methods(["GET", "POST"])
def person(request: ScreenRequest, user_id: int) -> HttpResponseBase:
    """Show a person; change their role, rules or password, or stop them from logging in."""
    member = access_one(access_memberships(request.actor), thing=_("person"), name=str(user_id), user_id=user_id)
    start = {"role": member.role, "warehouses": member.warehouse_codes, "channels": member.channel_codes}
    which = request.POST.get("form", "")
    role = RoleForm(request.POST if which == "role" else None, actor=request.actor, initial=start)
    password = NewPasswordForm(request.POST if which == "password" else None)
    link = ""
    if request.method == "POST":
        permission_require(request.actor, "users.manage")
        action = request.POST.get("action", "")
        if action == "link":
            link = first_password_link(request, _link_allowed(request, user_id))
        elif action:
            messages.success(request, _steer(request, member, action))
            return redirect("web:users") if action == "remove" else redirect("web:person", user_id=user_id)
        elif _form_save(request, member, role if which == "role" else password):
            messages.success(request, _("Saved."))
            return redirect("web:person", user_id=user_id)
    context = {
        "place": "users",
        "member": member,
        "role": role,
        "password": password,
        "link": link,
        "roles": _roles_explained(),
        "entries": entries_of(reads.timeline_events(request.actor, [f"user:{user_id}"], limit=20)),
    }
    return render(request, "web/people/person.html", context, status=422 if role.errors or password.errors else 200)


def _form_save(request: ScreenRequest, member: Membership, form: Any) -> bool:
    """Save the role or the password; tell whether it was saved, else the form holds why not."""
    if not form.is_valid():
        return False
    try:
        if isinstance(form, RoleForm):
            _role_save(request, member, form)
        else:
            user_password_set(user_id=member.user_id, password=form.cleaned_data["password"], actor=request.actor)
    except CefnError as error:
        form_take_faults(form, error)
        return False
    return True


@screen(PUBLIC)
@require_http_methods(["GET", "POST"])
def first_password(request: HttpRequest, user_id: int, token: str) -> HttpResponseBase:
    """Let the bearer of an unspent link choose the person's password."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not default_token_generator.check_token(user, token):
        raise LinkSpent
    member = Membership.objects.filter(user=user).order_by("id").first()
    if member is None:
        raise LinkSpent
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = actor_for_user(user, member.company_id)
        try:
            user_password_set(user_id=user.pk, password=form.cleaned_data["password"], actor=actor)
        except CefnError as error:
            form_take_faults(form, error)
        else:
            messages.success(request, _("The password is set. Log in with it."))
            return redirect("web:log_in")
    return render(
        request,
        "web/people/first_password.html",
        {"form": form, "email": user.email},
        status=422 if form.errors else 200,
    )
