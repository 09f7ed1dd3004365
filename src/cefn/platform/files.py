"""Stored files: written once under their content's SHA-256, found again by a row with a name and a permission.

    stored = files_save(files=[FileDraft(name="orders.csv", media_type="text/csv", content=stream,
                                         permission="imports.view")], actor=actor)[0]
    with file_open(file_id=stored.id, actor=actor) as content: ...

The content is complete on disk, flushed and in its place, before the row is written; a crash leaves at most a content
without a row, which `files_sweep` removes.
"""

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cefn.kernel import clock, sql
from cefn.kernel.errors import CefnError, NotFound
from cefn.kernel.ids import new_ids
from cefn.platform.actors import Actor
from cefn.platform.models import StoredFile
from cefn.platform.permissions import BY_CODE, permission_has

CHUNK_BYTES = 1 << 20
NAME_CHARACTERS = 200
COLUMNS = (
    "id",
    "company_id",
    "name",
    "media_type",
    "size_bytes",
    "sha256",
    "permission",
    "subject",
    "created_by_id",
    "created_by_name",
    "created_at",
)


class FileTooLarge(CefnError):
    """More bytes than this kind of file may have."""

    code = "CEFN-PLATFORM-030"
    status = 413
    sentence = _("The file %(name)s is larger than %(limit)s MiB.")
    remedy = _("Split it, or ask for the limit to be raised.")


class FileDamaged(CefnError):
    """The content on disk is gone or is not what was stored."""

    code = "CEFN-PLATFORM-031"
    status = 500
    sentence = _("The content of the file %(name)s is missing or damaged.")
    remedy = _("Restore the folder of stored files from a backup.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDraft:
    """A file to keep: `permission` is what a person needs to read it, `subject` the document it belongs to."""

    name: str
    media_type: str
    content: bytes | BinaryIO
    permission: str
    subject: str = ""
    max_bytes: int = 512 << 20


def files_folder() -> Path:
    """Return the folder of contents, under CEFN_HOME."""
    return Path(settings.CEFN_HOME) / "files"


def content_path(sha256: str) -> Path:
    """Return where the content of this hash lies."""
    return files_folder() / sha256[:2] / sha256[2:4] / sha256


def name_clean(name: str) -> str:
    """Return a file name without folders or control characters, at most 200 characters, its ending kept."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip(" .") or "file"
    if len(clean) <= NAME_CHARACTERS:
        return clean
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending) > 16:
        return clean[:NAME_CHARACTERS]
    return f"{stem[: NAME_CHARACTERS - len(ending) - 1]}.{ending}"


def content_write(content: bytes | BinaryIO, *, name: str, max_bytes: int) -> tuple[str, int]:
    """Write a content under its hash and return (sha256, bytes); the same content twice is one file.

    Raises FileTooLarge, leaving nothing behind.
    """
    folder = files_folder()
    folder.mkdir(parents=True, exist_ok=True)
    stream = BytesIO(content) if isinstance(content, bytes) else content
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(prefix="incoming-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as out:
            while chunk := stream.read(CHUNK_BYTES):
                size += len(chunk)
                if size > max_bytes:
                    raise FileTooLarge(name=name, limit=max_bytes >> 20)
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        target = content_path(digest.hexdigest())
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(temporary).replace(target)
        _folder_sync(target.parent)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size


def _folder_sync(folder: Path) -> None:
    """Flush a folder's entries, so that the new name survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def files_save(*, files: Sequence[FileDraft], actor: Actor) -> list[StoredFile]:
    """Keep files and return their rows, in order; KeyError for a permission that does not exist.

    Call it outside or inside a transaction: a rollback takes the rows back, the contents wait for the sweep.
    """
    now = clock.now()
    stored = []
    for file_id, draft in zip(new_ids(len(files)), files, strict=True):
        BY_CODE[draft.permission]
        name = name_clean(draft.name)
        sha256, size = content_write(draft.content, name=name, max_bytes=draft.max_bytes)
        stored.append(
            StoredFile(
                id=file_id, company_id=actor.company_id, name=name, media_type=draft.media_type, size_bytes=size,
                sha256=sha256, permission=draft.permission, subject=draft.subject, created_by_id=actor.user_id,
                created_by_name=actor.name, created_at=now,
            )
        )  # fmt: skip
    sql.insert_rows(StoredFile, COLUMNS, [[getattr(row, column) for column in COLUMNS] for row in stored])
    return stored


def access_files(actor: Actor) -> QuerySet[StoredFile]:
    """Return the company's files that the actor's permissions let them read."""
    allowed = [code for code in BY_CODE if permission_has(actor, code)]
    return StoredFile.objects.filter(company_id=actor.company_id, permission__in=allowed)


def file_get(*, file_id: int, actor: Actor) -> StoredFile:
    """Return a file's row; raises NotFound if there is none or it is not for this actor."""
    stored = access_files(actor).filter(pk=file_id).first()
    if stored is None:
        raise NotFound(thing=_("file"), name=file_id)
    return stored


def file_open(*, file_id: int, actor: Actor) -> BinaryIO:
    """Open a file's content for reading; raises NotFound (also when it is not for this actor) or FileDamaged."""
    return content_open(file_get(file_id=file_id, actor=actor))


def content_open(stored: StoredFile) -> BinaryIO:
    """Open the content of a row that an access selector gave; raises FileDamaged."""
    path = content_path(stored.sha256)
    if not path.is_file() or path.stat().st_size != stored.size_bytes:
        raise FileDamaged(name=stored.name)
    return path.open("rb")


def files_verify(*, company_id: int) -> Iterator[StoredFile]:
    """Read every content again and yield the rows whose content is missing or is not what its hash says."""
    for stored in StoredFile.objects.filter(company_id=company_id).order_by("id").iterator(chunk_size=500):
        path = content_path(stored.sha256)
        if not path.is_file():
            yield stored
            continue
        with path.open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != stored.sha256:
                yield stored


def files_sweep(*, older_than: timedelta = timedelta(days=1)) -> int:
    """Remove contents that no row names and that are older than a day; return how many."""
    folder, removed = files_folder(), 0
    before = (clock.now() - older_than).timestamp()
    for path in list(folder.glob("incoming-*")) + list(folder.glob("??/??/*")):
        if path.stat().st_mtime < before and not StoredFile.objects.filter(sha256=path.name).exists():
            removed += _sweep_one(path, folder / f"incoming-swept-{path.name}", before)
    return removed


def _sweep_one(path: Path, aside: Path, before: float) -> int:
    """Remove one content, unless the same content was saved again meanwhile: then it is young, and is put back."""
    path.replace(aside)
    if aside.stat().st_mtime >= before:
        aside.replace(path)
        return 0
    aside.unlink()
    return 1
