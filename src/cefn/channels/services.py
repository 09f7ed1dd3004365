"""Verbs that write imports and column mappings."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cefn.channels.errors import FileRefused, ImportBusy
from cefn.channels.models import ImportedDocument, ImportRow, ImportRun, MappingProfile
from cefn.channels.options import kind_check, options_clean, wishes_of
from cefn.channels.profiles.registry import Source, source_open
from cefn.channels.states import IMPORT_MOVES, ImportState
from cefn.channels.tables.faults import TableError
from cefn.kernel import clock, sql
from cefn.kernel.ids import new_ids
from cefn.kernel.transactions import run_whole
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.company_facts import company_facts
from cefn.platform.files import FileDraft, content_path, files_save
from cefn.platform.jobs import JobDraft, jobs_enqueue
from cefn.platform.models import StoredFile
from cefn.platform.numbering import numbers_take
from cefn.platform.permissions import permission_require

PERMISSIONS = {
    "products": "catalog.edit",
    "stock": "stock.adjust",
    "customers": "customers.edit",
    "suppliers": "suppliers.edit",
    "orders": "orders.edit",
}
APPLY_JOB = "imports.apply"
APPLY_ATTEMPTS = 3
TEXT_TYPE, BOOK_TYPE = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROW_COLUMNS = ("id", "company_id", "run_id", "line", "key", "action", "faults", "diff", "lines")
DOCUMENT_COLUMNS = (
    "id", "company_id", "run_id", "kind", "document_id", "number", "key", "content", "before", "is_undone",
)  # fmt: skip


def import_permission(*, actor: Actor, kind: str) -> None:
    """Raise NotAllowed unless the actor may import files of this kind."""
    permission_require(actor, "imports.run")
    permission_require(actor, PERMISSIONS[kind_check(kind)])


def source_of(
    *, company_id: int, kind: str, path: Path, options: Mapping[str, Any], companion: Path | None = None, name: str = ""
) -> Source:
    """Return a file ready to be read with the company's currency and zone; raises FileRefused."""
    company = company_facts(company_id)
    try:
        return source_open(
            path, kind, wishes_of(options), currency=company.currency, zone=company.timezone, companion=companion
        )
    except TableError as error:
        raise FileRefused.of(name or path.name, error.fault) from error


def imports_create(
    *,
    actor: Actor,
    kind: str,
    path: Path,
    name: str,
    options: Mapping[str, Any] | None = None,
    companion: Path | None = None,
) -> ImportRun:
    """Look at a file and, if it can be read, keep it as an import to be previewed or applied.

    `companion` is the second file of a format that has one (Northwind's order_details). Raises FileRefused,
    KindUnknown, OptionInvalid, NotAllowed; nothing is kept then.
    """
    import_permission(actor=actor, kind=kind)
    clean = options_clean(options or {})
    source = source_of(company_id=actor.company_id, kind=kind, path=path, options=clean, companion=companion, name=name)

    def create() -> ImportRun:
        paths = [(path, name), *([(companion, companion.name)] if companion else [])]
        files = [_store(actor, file, label) for file, label in paths]
        number = numbers_take(company_id=actor.company_id, series="import_run", count=1)[0]
        run: ImportRun = ImportRun.objects.create(
            company_id=actor.company_id,
            number=number,
            kind=kind,
            format=source.profile.name,
            file=files[0],
            companion=files[1] if companion else None,
            options=clean,
            sniff=source.sniff.as_json(),
            created_by_name=actor.name,
            created_at=clock.now(),
        )
        audit_record(actor=actor, events=[AuditDraft(f"import:{number}", "uploaded", {"kind": kind, "name": name})])
        return run

    return run_whole(create)


def _store(actor: Actor, path: Path, name: str) -> StoredFile:
    with path.open("rb") as content:
        media = BOOK_TYPE if content.read(2) == b"PK" else TEXT_TYPE
        content.seek(0)
        draft = FileDraft(name=name, media_type=media, content=content, permission="imports.view")
        return files_save(files=[draft], actor=actor)[0]


def run_source(*, run: ImportRun) -> Source:
    """Return the stored file of an import, ready to be read; raises FileRefused."""
    companion = content_path(run.companion.sha256) if run.companion else None
    return source_of(
        company_id=run.company_id,
        kind=run.kind,
        path=content_path(run.file.sha256),
        options={"format": run.format, **run.options},
        companion=companion,
        name=run.file.name,
    )


def import_options_set(*, actor: Actor, run: ImportRun, options: Mapping[str, Any]) -> ImportRun:
    """Change how the file is read before it is applied: raises FileRefused, OptionInvalid, NotAllowed."""
    import_permission(actor=actor, kind=run.kind)
    IMPORT_MOVES.require(run.number, run.state, ImportState.PREVIEWED)
    clean = options_clean(options)
    source = source_of(
        company_id=run.company_id,
        kind=run.kind,
        path=content_path(run.file.sha256),
        options=clean,
        companion=content_path(run.companion.sha256) if run.companion else None,
        name=run.file.name,
    )
    run.options, run.format, run.sniff = clean, source.profile.name, source.sniff.as_json()
    run.save(update_fields=["options", "format", "sniff"])
    return run


def import_move(*, run: ImportRun, target: ImportState, **values: Any) -> None:
    """Move an import to a state and set values with it; raises IllegalMove, or ImportBusy if it moved meanwhile."""
    IMPORT_MOVES.require(run.number, run.state, target)
    rows = ImportRun.objects.filter(pk=run.pk, state__in=IMPORT_MOVES.sources(target))
    if not rows.update(state=target, **values):
        raise ImportBusy(number=run.number)
    run.state = target
    for name, value in values.items():
        setattr(run, name, value)


def import_rows_replace(
    *, run: ImportRun, rows: Sequence[tuple[int, str, str, list[Any], dict[str, Any], list[int]]]
) -> None:
    """Store what was found, instead of what was there: (line, key, action, faults, diff, lines)."""
    ImportRow.objects.filter(run_id=run.pk).delete()
    sql.insert_rows(
        ImportRow,
        ROW_COLUMNS,
        [(row_id, run.company_id, run.pk, *row) for row_id, row in zip(new_ids(len(rows)), rows, strict=True)],
    )


def documents_record(
    *, run: ImportRun, documents: Iterable[tuple[str, int, str, str, dict[str, Any], dict[str, Any]]]
) -> None:
    """Store what an import made: (kind, document id, number, key, content, before)."""
    rows = list(documents)
    sql.insert_rows(
        ImportedDocument,
        DOCUMENT_COLUMNS,
        [
            (row_id, run.company_id, run.pk, *document, False)
            for row_id, document in zip(new_ids(len(rows)), rows, strict=True)
        ],
    )


def documents_undone(*, run: ImportRun) -> None:
    """Mark all documents of an import as taken back."""
    ImportedDocument.objects.filter(run_id=run.pk).update(is_undone=True)


def imports_start(*, actor: Actor, run: ImportRun, good_rows: bool = False) -> int:
    """Have a worker apply an import; return the job's id. Raises IllegalMove, ImportBusy, NotAllowed."""
    import_permission(actor=actor, kind=run.kind)

    def start() -> int:
        payload = {"run": str(run.pk), "good_rows": good_rows, "user_id": str(actor.user_id or "")}
        job_id = jobs_enqueue(
            company_id=run.company_id,
            jobs=[JobDraft(kind=APPLY_JOB, payload=payload, max_attempts=APPLY_ATTEMPTS)],
            actor=actor,
        )[0]
        import_move(run=run, target=ImportState.RUNNING, job_id=job_id, is_partial_allowed=good_rows, fault=None)
        return job_id

    return run_whole(start)


def mapping_save(
    *,
    actor: Actor,
    kind: str,
    name: str,
    format: str,
    mapping: Mapping[str, str],
    options: Mapping[str, Any] | None = None,
) -> MappingProfile:
    """Save a column mapping under a name, replacing the one of that name."""
    import_permission(actor=actor, kind=kind)
    saved: MappingProfile
    saved, _created = MappingProfile.objects.update_or_create(
        company_id=actor.company_id,
        kind=kind,
        name=name.strip()[:80],
        defaults={
            "format": format,
            "mapping": {str(field): str(column) for field, column in mapping.items()},
            "options": options_clean(options or {}),
            "created_by_name": actor.name,
            "changed_at": clock.now(),
        },
    )
    audit_record(actor=actor, events=[AuditDraft(f"mapping:{kind}/{saved.name}", "saved")])
    return saved


def mapping_delete(*, actor: Actor, mapping: MappingProfile) -> None:
    """Delete a saved mapping."""
    import_permission(actor=actor, kind=mapping.kind)
    audit_record(actor=actor, events=[AuditDraft(f"mapping:{mapping.kind}/{mapping.name}", "deleted")])
    mapping.delete()
