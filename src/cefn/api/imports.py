"""Imports: send a file, see what it would do, apply it, take it back."""

import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router
from ninja.files import UploadedFile
from ninja.params import functions as parameters
from pydantic import Field

from cefn.api.bodies import json_read, text_check
from cefn.api.door import actor_of
from cefn.api.paging import Page, Paging, page
from cefn.api.shapes import Id, IdIn, In, Moment, Out, choice
from cefn.api.writing import once, rows_lock
from cefn.channels.errors import OptionInvalid
from cefn.channels.models import ImportRow, ImportRun
from cefn.channels.profiles.registry import KINDS
from cefn.channels.selectors import access_import_rows, access_imports
from cefn.channels.services import imports_create, imports_start
from cefn.channels.states import ImportState, RowAction
from cefn.channels.tables.faults import RowFault
from cefn.flows.imports.applying import imports_preview
from cefn.flows.imports.undoing import imports_undo
from cefn.kernel.errors import NotFound
from cefn.platform.access import access_one

router = Router(tags=["imports"])

OptionsText = Annotated[str, Field(max_length=20_000, description="A JSON object: format, mapping and more.")]
OPTIONS: Any = parameters.Form("{}")


class ImportOut(Out):
    """A file on its way in: `counts` by what its rows do, `sniff` what the file seems to be, `fault` what ended it."""

    id: Id
    number: str
    kind: str
    format: str
    file_name: str
    state: Annotated[str, *choice(ImportState)]
    options: dict[str, Any]
    sniff: dict[str, Any]
    counts: dict[str, int]
    fault: dict[str, Any] | None
    is_partial_allowed: bool
    job_id: Id | None
    created_by_name: str
    created_at: Moment
    finished_at: Moment | None
    undone_at: Moment | None

    @staticmethod
    def resolve_file_name(obj: Any) -> str:
        """Return the name of the file as it was sent."""
        return str(obj.file.name)

    @staticmethod
    def resolve_fault(obj: Any) -> dict[str, Any] | None:
        """Return the fault in the caller's language."""
        return fault_shown(obj.fault) if obj.fault else None


class ImportRowOut(Out):
    """A record of the file that is not the same as what is here: what it changes, or why it is refused."""

    id: Id
    line: int
    key: str
    action: Annotated[str, *choice(RowAction)]
    faults: list[dict[str, Any]]
    diff: dict[str, Any]

    @staticmethod
    def resolve_faults(obj: Any) -> list[dict[str, Any]]:
        """Return the faults in the caller's language."""
        return [fault_shown(fault) for fault in obj.faults]


class ImportApply(In):
    """All or nothing; with `good_rows` the rows that are not refused."""

    good_rows: bool = False


class ImportFilters(Paging):
    """Filters of the list of imports."""

    number: Annotated[str, Field(max_length=32)] | None = None
    kind: Annotated[str, *choice(KINDS)] | None = None
    state: Annotated[str, *choice(ImportState)] | None = None


class ImportRowFilters(Paging):
    """Filters of the rows of an import."""

    action: Annotated[str, *choice(RowAction)] | None = None


def fault_shown(fault: dict[str, Any]) -> dict[str, Any]:
    """Return a stored fault as it goes out, in the active language."""
    found = RowFault.from_json(fault)
    return {
        "line": found.line, "column": found.column, "value": found.value, "code": found.code,
        "sentence": found.sentence, "remedy": found.remedy,
    }  # fmt: skip


def _imports(request: HttpRequest) -> QuerySet[ImportRun]:
    return access_imports(actor_of(request))


def import_one(request: HttpRequest, import_id: int) -> ImportRun:
    """Return an import; raises NotFound."""
    return access_one(_imports(request), thing=_("import"), name=str(import_id), id=import_id)


def import_lock(request: HttpRequest, import_id: int) -> ImportRun:
    """Return an import locked until the transaction ends; raises NotFound."""
    found = rows_lock(_imports(request).filter(id=import_id))
    if not found:
        raise NotFound(thing=_("import"), name=import_id)
    run: ImportRun = found[0]
    return run


@router.get("/imports", response=Page[ImportOut], summary="List imports")
def imports_list(request: HttpRequest, filters: Query[ImportFilters]) -> JsonResponse:
    """Newest first. Permission: imports.view."""
    values = filters.model_dump(exclude={"cursor", "limit"}, exclude_none=True)
    return page(request, _imports(request).filter(**values), filters, ImportOut)


@router.get("/imports/{import_id}", response=ImportOut, summary="Get an import")
def import_get(request: HttpRequest, import_id: IdIn) -> ImportRun:
    """Permission: imports.view."""
    return import_one(request, import_id)


@router.get("/imports/{import_id}/rows", response=Page[ImportRowOut], summary="List what an import's rows do")
def import_rows_list(request: HttpRequest, import_id: IdIn, filters: Query[ImportRowFilters]) -> JsonResponse:
    """Rows that change nothing are left out. Permission: imports.view."""
    run = import_one(request, import_id)
    rows: QuerySet[ImportRow] = access_import_rows(actor_of(request)).filter(run=run)
    if filters.action is not None:
        rows = rows.filter(action=filters.action)
    return page(request, rows, filters, ImportRowOut)


@router.post("/imports", response={201: ImportOut}, summary="Send a file to be imported")
@once("imports.run", ImportOut, 201)
def import_make(
    request: HttpRequest,
    kind: Form[Annotated[str, *choice(KINDS)]],
    file: File[UploadedFile],
    options: OptionsText = OPTIONS,
) -> ImportRun:
    """CSV or XLSX. The file is looked at and kept, not imported yet. Permission: imports.run and the kind's own."""
    wishes = json_read(options.encode("utf-8", "surrogatepass"))
    if not isinstance(wishes, dict):
        raise OptionInvalid(name="options", given=json.dumps(wishes)[:40], allowed="{…}")
    name = file.name or "file"
    text_check(name)
    with tempfile.TemporaryDirectory(prefix="cefn-import-") as folder:
        path = Path(folder) / "incoming"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        run = imports_create(actor=actor_of(request), kind=kind, path=path, name=name, options=wishes)
    return import_one(request, run.pk)


@router.post("/imports/{import_id}/preview", response=ImportOut, summary="See what an import would do")
@once("imports.run", ImportOut, outside=True)
def import_preview(request: HttpRequest, import_id: IdIn) -> ImportRun:
    """Reads the file to its end and stores what each row would do; nothing is imported. Permission: imports.run."""
    return imports_preview(actor=actor_of(request), run=import_one(request, import_id))


@router.post("/imports/{import_id}/apply", response={202: ImportOut}, summary="Apply an import")
@once("imports.run", ImportOut, 202)
def import_apply(request: HttpRequest, import_id: IdIn, body: ImportApply) -> ImportRun:
    """A worker does it; ask for the import again until it is done or refused. Permission: imports.run."""
    run = import_lock(request, import_id)
    imports_start(actor=actor_of(request), run=run, good_rows=body.good_rows)
    return import_one(request, import_id)


@router.post("/imports/{import_id}/undo", response=ImportOut, summary="Take a whole import back")
@once("imports.undo", ImportOut)
def import_undo(request: HttpRequest, import_id: IdIn) -> ImportRun:
    """By compensating documents; refused when something later depends on it. Permission: imports.undo."""
    imports_undo(actor=actor_of(request), run=import_lock(request, import_id))
    return import_one(request, import_id)
