"""A small shop to import into."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cefn.channels.models import ImportRun
from cefn.channels.services import imports_create
from cefn.flows.imports.applying import imports_apply
from cefn.flows.setup import company_open
from cefn.inventory.models import Warehouse
from cefn.inventory.services.places import WarehouseDraft
from cefn.platform.actors import Actor
from cefn.platform.companies import CompanyDraft
from cefn.platform.models import Company


@dataclass
class Shop:
    """A company with two warehouses, and short ways to import text into it."""

    company: Company
    warehouses: list[Warehouse]
    actor: Actor
    folder: Path

    def file(self, text: str | bytes, name: str = "file.csv") -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def create(self, kind: str, text: str | bytes | Path, **options: Any) -> ImportRun:
        path = text if isinstance(text, Path) else self.file(text)
        return imports_create(actor=self.actor, kind=kind, path=path, name=path.name, options=options)

    def apply(self, kind: str, text: str | bytes | Path, *, good_rows: bool = False, **options: Any) -> ImportRun:
        return imports_apply(actor=self.actor, run=self.create(kind, text, **options), good_rows=good_rows)


@pytest.fixture
def shop(db: None, tmp_path: Path) -> Shop:
    return make_shop(tmp_path)


def make_shop(folder: Path) -> Shop:
    company, warehouses, actor = company_open(
        company=CompanyDraft(code="siop", name="Siop"),
        warehouses=[
            WarehouseDraft(code="CDF", name="Warws Caerdydd", bins=["A-01", "A-02"], priority=1),
            WarehouseDraft(code="BGR", name="Siop Bangor", bins=["B-01"], priority=2),
        ],
        via="import",
    )
    return Shop(company, warehouses, actor, folder)


@pytest.fixture
def counts() -> Callable[[ImportRun], tuple[int, ...]]:
    """Return (new, changed, same, refused, skipped) of an import."""
    return lambda run: tuple(run.counts[name] for name in ("new", "changed", "same", "refused", "skipped"))
