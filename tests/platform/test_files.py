"""Stored files: once on disk, whole or not at all, read only by those who may."""

import hashlib
import os
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from cefn.kernel.errors import NotFound
from cefn.platform.actors import Actor
from cefn.platform.files import (
    FileDamaged,
    FileDraft,
    FileTooLarge,
    access_files,
    content_path,
    file_get,
    file_open,
    files_folder,
    files_save,
    files_sweep,
    files_verify,
    name_clean,
)
from cefn.platform.models import Company, StoredFile


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.CEFN_HOME = tmp_path
    return tmp_path


def draft(content: Any = b"sku,quantity\n", **options: Any) -> FileDraft:
    whole = {"name": "stock.csv", "media_type": "text/csv", "permission": "imports.view"} | options
    return FileDraft(content=content, **whole)


def contents() -> list[Path]:
    return [path for path in files_folder().rglob("*") if path.is_file()]


def test_save_and_read_back(machine: Actor) -> None:
    body = os.urandom(3 << 20)
    stored, text = files_save(files=[draft(BytesIO(body), subject="import-run:IMP-1"), draft(b"")], actor=machine)
    assert (stored.size_bytes, stored.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    with file_open(file_id=stored.id, actor=machine) as content:
        assert content.read() == body
    with file_open(file_id=text.id, actor=machine) as content:
        assert content.read() == b""
    row = StoredFile.objects.get(subject="import-run:IMP-1")
    assert (row.name, row.created_by_name, row.id) == ("stock.csv", "Cefn", stored.id)


def test_the_same_content_lies_there_once(machine: Actor) -> None:
    files_save(files=[draft(), draft(name="again.csv")], actor=machine)
    assert len(contents()) == 1
    assert StoredFile.objects.count() == 2


def test_too_large_leaves_nothing(machine: Actor) -> None:
    with pytest.raises(FileTooLarge) as caught:
        files_save(files=[draft(BytesIO(b"x" * (3 << 20)), max_bytes=2 << 20)], actor=machine)
    assert caught.value.status == 413
    assert "2 MiB" in str(caught.value)
    assert contents() == []
    assert StoredFile.objects.count() == 0


def test_a_reader_that_breaks_leaves_nothing(machine: Actor) -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        files_save(files=[draft(Broken())], actor=machine)
    assert contents() == []


def test_permission_decides_and_a_refusal_does_not_tell(machine: Actor, other_company: Company, person: Any) -> None:
    stored = files_save(files=[draft(permission="ledger.view")], actor=machine)[0]
    _user, accountant = person("accountant")
    assert file_get(file_id=stored.id, actor=accountant).name == "stock.csv"
    theirs = Actor(**{**{name: getattr(machine, name) for name in Actor.__slots__}, "company_id": other_company.id})
    for actor in (person("clerk")[1], theirs):
        with pytest.raises(NotFound):
            file_open(file_id=stored.id, actor=actor)
        assert access_files(actor).count() == 0
    with pytest.raises(KeyError):
        files_save(files=[draft(permission="ledger.look")], actor=machine)


def test_damage_is_seen(company: Company, machine: Actor) -> None:
    gone, cut, swapped, good = files_save(
        files=[draft(b"one"), draft(b"two!"), draft(b"three"), draft(b"four")], actor=machine
    )  # fmt: skip
    content_path(gone.sha256).unlink()
    content_path(cut.sha256).write_bytes(b"tw")
    content_path(swapped.sha256).write_bytes(b"THREE")
    for stored in (gone, cut):
        with pytest.raises(FileDamaged):
            file_open(file_id=stored.id, actor=machine)
    assert [stored.id for stored in files_verify(company_id=company.id)] == [gone.id, cut.id, swapped.id]
    assert good.size_bytes == 4


def test_the_sweep_takes_what_no_row_names(machine: Actor) -> None:
    kept = files_save(files=[draft(b"kept")], actor=machine)[0]
    with transaction.atomic():
        files_save(files=[draft(b"rolled back")], actor=machine)
        transaction.set_rollback(True)
    (files_folder() / "incoming-crashed").write_bytes(b"half")
    assert files_sweep() == 0
    old = time.time() - timedelta(days=2).total_seconds()
    for path in contents():
        os.utime(path, (old, old))
    assert files_sweep() == 2
    assert contents() == [content_path(kept.sha256)]


def test_the_sweep_puts_back_what_was_saved_again_meanwhile(machine: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    path = content_path(files_save(files=[draft(b"again")], actor=machine)[0].sha256)
    StoredFile.objects.all().delete()
    old = time.time() - timedelta(days=2).total_seconds()
    os.utime(path, (old, old))
    replace = Path.replace

    def saved_first(self: Path, target: Path) -> Path:
        if self == path:
            os.utime(path)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", saved_first)
    assert files_sweep() == 0
    assert contents() == [path]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\shop\\stock.xlsx", "stock.xlsx"),
        ("a\x00b\r\n.csv", "ab.csv"),
        ("...", "file"),
        ("", "file"),
        ("caff\u0069\u0302.csv", "caffî.csv"),
        ("x" * 300 + ".csv", "x" * 196 + ".csv"),
        ("y" * 300, "y" * 200),
        ("\u202egpj.exe", "gpj.exe"),
    ],
)
def test_names(given: str, kept: str) -> None:
    assert name_clean(given) == kept
