"""`cefn user`: people and tokens from the command line."""

import io
import json
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password

from cefn.cli.main import main
from cefn.platform.actors import actor_for_token
from cefn.platform.companies import CompanyDraft, companies_create
from cefn.platform.models import AuditEvent, Membership, User

GOOD = "glaw-mawr-heno-7"


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    companies_create(companies=[CompanyDraft(code="gwynt", name="Gwynt a Glaw")])


@pytest.fixture
def cefn(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a runner: arguments and standard input -> exit code, output, complaints."""

    # Django is set up already; a second time would tie the logs to this test's own output.
    monkeypatch.setattr("django.setup", lambda: None)

    def run(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(["user", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def create(cefn: Any, email: str = "mair@example.com", role: str = "clerk", *more: str) -> tuple[int, str, str]:
    found: tuple[int, str, str] = cefn(
        "create", "--email", email, "--name", "Mair Jones", "--role", role, "--password-stdin", *more, typed=f"{GOOD}\n"
    )
    return found


def test_create_reset_and_list(cefn: Any) -> None:
    assert create(cefn) == (0, "Mair Jones can log in as mair@example.com.\n", "")
    user = User.objects.get()
    assert check_password(GOOD, user.password)
    assert Membership.objects.get(user=user).role == "clerk"
    assert AuditEvent.objects.get(subject=f"user:{user.id}").via == "cli"
    code, out, _err = cefn("reset-password", "--email", "MAIR@example.com", "--password-stdin", typed=f"new-{GOOD}\r\n")
    assert (code, out) == (0, "The password of Mair Jones is set.\n")
    user.refresh_from_db()
    assert check_password(f"new-{GOOD}", user.password)
    code, out, _err = cefn("list", "--json")
    assert [(one["email"], one["role"], one["is_active"]) for one in json.loads(out)["users"]] == [
        ("mair@example.com", "clerk", True)
    ]


def test_a_token_works_at_once(cefn: Any) -> None:
    create(cefn)
    code, out, _err = cefn(
        "token", "--email", "mair@example.com", "--name", "robot", "--scope", "orders.view", "--scope", "stock.*",
        "--days", "30", "--json",
    )  # fmt: skip
    answer = json.loads(out)
    assert code == 0
    actor = actor_for_token(answer["token"])
    assert actor.permissions == {"orders.view", "stock.view"}
    assert answer["scopes"] == ["orders.view", "stock.view"]


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (["create", "--email", "mair", "--name", "M", "--role", "clerk", "--password-stdin"], GOOD, "users.0.email"),
        (["create", "--email", "m@e.com", "--name", "M", "--role", "clerk", "--password-stdin"], "x",
         "users.0.password"),
        (["reset-password", "--email", "nobody@example.com", "--password-stdin"], GOOD, "CEFN-KERNEL-003"),
        (["token", "--email", "nobody@example.com", "--name", "x", "--scope", "orders.view"], "", "CEFN-KERNEL-003"),
        (["list", "--company", "eira"], "", "CEFN-KERNEL-003"),
    ],
)  # fmt: skip
def test_refusals_name_what_is_wrong(cefn: Any, arguments: list[str], typed: str, said: str) -> None:
    code, _out, err = cefn(*arguments, typed=typed)
    assert code == 1
    assert said in err
    assert User.objects.count() == 0


def test_with_several_companies_one_must_be_named(cefn: Any) -> None:
    companies_create(companies=[CompanyDraft(code="eira", name="Eira")])
    code, _out, err = create(cefn)
    assert code == 1
    assert "eira, gwynt" in err
    assert create(cefn, "mair@example.com", "clerk", "--company", "eira")[0] == 0
    assert Membership.objects.get().company.code == "eira"


def test_two_passwords_that_differ(cefn: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter([GOOD, "another"])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    code, _out, err = cefn("create", "--email", "m@example.com", "--name", "M", "--role", "clerk")
    assert code == 1
    assert "two passwords differ" in err
    assert User.objects.count() == 0
