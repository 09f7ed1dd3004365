"""The one door to rows: company, permission, record rules."""

from dataclasses import replace

import pytest

from cefn.kernel.errors import NotAllowed, NotFound
from cefn.platform.access import access_one, access_rows
from cefn.platform.actors import Actor, system_actor
from cefn.platform.models import Company, StoredFile
from cefn.platform.permissions import role_permissions


@pytest.fixture
def rows(company: Company, other_company: Company, machine: Actor) -> None:
    # Any table with a text and a company does: the subject stands for the code of a warehouse.
    for at, (owner, code) in enumerate(
        [(company, "BGR"), (company, "CDF"), (company, ""), (other_company, "BGR")]
    ):  # fmt: skip
        StoredFile.objects.create(
            company=owner, name=f"f{at}", media_type="text/csv", size_bytes=1, sha256="0" * 64, permission="stock.view",
            subject=code, created_at=owner.created_at,
        )  # fmt: skip


def names(actor: Actor, **options: str) -> list[str]:
    found = access_rows(actor, StoredFile.objects.all(), permission="stock.view", **options)
    return sorted(found.values_list("name", flat=True))


@pytest.mark.usefixtures("rows")
def test_rows_of_the_company_and_of_the_rules(company: Company, other_company: Company) -> None:
    machine = system_actor(company.id)
    assert names(machine) == ["f0", "f1", "f2"]
    assert names(system_actor(other_company.id)) == ["f3"]
    worker = replace(
        machine, role="warehouse", permissions=role_permissions("warehouse"), warehouse_codes=frozenset({"BGR"})
    )  # fmt: skip
    assert names(worker) == ["f0", "f1", "f2"]
    assert names(worker, warehouse_code="subject") == ["f0"]
    assert names(replace(worker, warehouse_codes=frozenset({"BGR", "CDF"})), warehouse_code="subject") == ["f0", "f1"]
    assert names(worker, channel_code="subject") == ["f0", "f1", "f2"]
    assert names(replace(worker, channel_codes=frozenset({"CDF"})), channel_code="subject") == ["f1"]
    assert (
        names(replace(worker, channel_codes=frozenset({"X"})), channel_code="subject", warehouse_code="subject") == []
    )


@pytest.mark.usefixtures("rows")
def test_without_the_permission_there_is_no_door(company: Company) -> None:
    nobody = replace(system_actor(company.id), permissions=frozenset())
    with pytest.raises(NotAllowed):
        names(nobody)


@pytest.mark.usefixtures("rows")
def test_one_row_or_not_found(company: Company, other_company: Company) -> None:
    theirs = StoredFile.objects.get(company=other_company)
    door = access_rows(system_actor(company.id), StoredFile.objects.all(), permission="stock.view")
    assert access_one(door, thing="file", name="f1", subject="CDF").name == "f1"
    with pytest.raises(NotFound) as caught:
        access_one(door, thing="file", name=str(theirs.id), pk=theirs.pk)
    assert caught.value.status == 404
    assert str(theirs.id) in str(caught.value)
