"""A company, its owner, and the machine, for the tests of the platform."""

from collections.abc import Callable, Iterator

import pytest

from cefn.platform.actors import Actor, actor_for_user, system_actor
from cefn.platform.companies import CompanyDraft, companies_create
from cefn.platform.jobs import handlers_register, handlers_registered
from cefn.platform.models import Company, User
from cefn.platform.users import UserDraft, users_create


@pytest.fixture
def company(db: None) -> Company:
    return companies_create(companies=[CompanyDraft(code="gwynt", name="Gwynt a Glaw")])[0]


@pytest.fixture
def other_company(db: None) -> Company:
    return companies_create(companies=[CompanyDraft(code="eira", name="Eira")])[0]


@pytest.fixture
def machine(company: Company) -> Actor:
    return system_actor(company.id)


@pytest.fixture
def person(company: Company, machine: Actor) -> Callable[..., tuple[User, Actor]]:
    """Return a maker of people: `person("clerk")` gives the user and their actor."""

    def make(role: str, name: str = "", **rules: tuple[str, ...]) -> tuple[User, Actor]:
        called = name or role.title()
        draft = UserDraft(email=f"{called.lower()}@example.com", name=called, role=role, **rules)
        user = users_create(users=[draft], actor=machine)[0]
        return user, actor_for_user(user, company.id)

    return make


@pytest.fixture
def handlers() -> Iterator[Callable[..., None]]:
    """Return `handlers_register`; the table of before comes back after the test."""
    before = dict(handlers_registered())
    yield handlers_register
    handlers_register(before)
