"""Create people, reset passwords, make access tokens, list who may log in.

A password is read from the terminal, or from the first line of standard input with --password-stdin; it is never an
argument, where other programs could see it. A token is shown once.
"""

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from cefn.kernel import clock
from cefn.kernel.errors import Fault, InvalidInput, NotFound
from cefn.platform.actors import Actor, system_actor
from cefn.platform.models import Company, Role, User
from cefn.platform.tokens import TokenDraft, tokens_create
from cefn.platform.users import UserDraft, access_memberships, user_password_set, users_create

EXAMPLE = "cefn user create --email mair@example.com --name 'Mair Jones' --role clerk"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, summary: str) -> argparse.ArgumentParser:
        one = actions.add_parser(name, help=summary, description=summary)
        one.add_argument("--company", metavar="CODE", help="which company (not needed where there is only one)")
        one.add_argument("--json", action="store_true", help="answer with one JSON object")
        return one

    create = action("create", "let a person in")
    create.add_argument("--email", required=True)
    create.add_argument("--name", required=True)
    create.add_argument("--role", required=True, choices=Role.values)
    create.add_argument("--language", default="en", choices=["en", "cy"])
    create.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    reset = action("reset-password", "set a person's password")
    reset.add_argument("--email", required=True)
    reset.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    token = action("token", "make an access token that acts for a person")
    token.add_argument("--email", required=True)
    token.add_argument("--name", required=True, help="the program that will use it")
    token.add_argument(
        "--scope", action="append", required=True, help="orders.view, orders.* or *; may be given several times"
    )
    token.add_argument("--days", type=int, metavar="N", help="valid for so many days (default: until revoked)")
    action("list", "list who may log in")


def run(options: argparse.Namespace) -> int:
    """Run the command; exit 0 when done."""
    actor = system_actor(_company(options.company).id, "cli")
    actions: dict[str, Callable[[argparse.Namespace, Actor], dict[str, Any]]] = {
        "create": _create,
        "reset-password": _reset,
        "token": _token,
        "list": _list,
    }
    answer = actions[options.action](options, actor)
    if options.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        _show(answer)
    return 0


def _show(answer: dict[str, Any]) -> None:
    for user in answer.get("users", []):
        rest = "" if user["is_active"] else "  " + _("(switched off)")
        print(f"{user['email']:<40} {user['role']:<12} {user['name']}{rest}")
    if "sentence" in answer:
        print(answer["sentence"])
    if "token" in answer:
        print(answer["token"])


def _company(code: str | None) -> Company:
    if code is not None:
        found: Company | None = Company.objects.filter(code=code).first()
        if found is None:
            raise NotFound(thing=_("company"), name=code)
        return found
    companies: list[Company] = list(Company.objects.order_by("code")[:2])
    if not companies:
        raise NotFound(thing=_("company"), name="")
    if len(companies) > 1:
        codes = ", ".join(Company.objects.order_by("code").values_list("code", flat=True))
        remedy = _("Name one with --company: %(codes)s.") % {"codes": codes}
        raise InvalidInput(faults=[Fault("company", "", _("There are several companies."), remedy)])
    return companies[0]


def _user(email: str, actor: Actor) -> User:
    clean = email.strip().lower()
    membership = access_memberships(actor).filter(user__email=clean).first()
    if membership is None:
        raise NotFound(thing=_("person"), name=email)
    return membership.user


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(_("Password: "))
    if first != getpass.getpass(_("Again: ")):
        remedy = _("Type the same password twice.")
        raise InvalidInput(faults=[Fault("password", "", _("The two passwords differ."), remedy)])
    return first


def _create(options: argparse.Namespace, actor: Actor) -> dict[str, Any]:
    draft = UserDraft(
        email=options.email,
        name=options.name,
        role=options.role,
        language=options.language,
        password=_password(options.password_stdin),
    )
    user = users_create(users=[draft], actor=actor)[0]
    sentence = _("%(name)s can log in as %(email)s.") % {"name": user.name, "email": user.email}
    return {"id": str(user.id), "email": user.email, "role": options.role, "sentence": sentence}


def _reset(options: argparse.Namespace, actor: Actor) -> dict[str, Any]:
    user = _user(options.email, actor)
    user_password_set(user_id=user.id, password=_password(options.password_stdin), actor=actor)
    sentence = _("The password of %(name)s is set.") % {"name": user.name}
    return {"id": str(user.id), "email": user.email, "sentence": sentence}


def _token(options: argparse.Namespace, actor: Actor) -> dict[str, Any]:
    user = _user(options.email, actor)
    expires_at = None if options.days is None else clock.now() + timedelta(days=options.days)
    draft = TokenDraft(user_id=user.id, name=options.name, scopes=tuple(options.scope), expires_at=expires_at)
    made = tokens_create(tokens=[draft], actor=actor)[0]
    sentence = _("This token is shown once; keep it where only the program can read it.")
    return {
        "id": str(made.token.id),
        "prefix": made.token.prefix,
        "scopes": made.token.scopes,
        "expires_at": None if expires_at is None else expires_at.isoformat(),
        "token": made.text,
        "sentence": sentence,
    }


def _list(options: argparse.Namespace, actor: Actor) -> dict[str, Any]:
    found = access_memberships(actor).order_by("user__email")
    return {
        "users": [
            {
                "id": str(membership.user_id),
                "email": membership.user.email,
                "name": membership.user.name,
                "role": membership.role,
                "is_active": membership.user.is_active,
                "warehouses": membership.warehouse_codes,
                "channels": membership.channel_codes,
            }
            for membership in found
        ]
    }
