"""The import wizard: a file, what it seems to be, which column is what, the dry run, the import, the way back."""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cefn.channels.errors import FileRefused, ImportRefused
from cefn.channels.models import ImportRun
from cefn.channels.options import kind_check, options_clean
from cefn.channels.profiles.registry import KINDS
from cefn.channels.selectors import access_import_rows, access_imported_documents, access_mappings, import_get
from cefn.channels.services import import_options_set, imports_create, imports_start, mapping_save
from cefn.channels.states import RowAction
from cefn.channels.tables.faults import RowFault
from cefn.flows.imports.applying import imports_preview
from cefn.flows.imports.sheets import MEDIA_TYPES, faults_sheet
from cefn.flows.imports.undoing import imports_undo
from cefn.kernel.errors import NotFound
from cefn.kernel.transactions import run_whole
from cefn.platform.models import Job
from cefn.platform.permissions import permission_require
from cefn.web.access import ScreenRequest, screen
from cefn.web.downloads import file_response
from cefn.web.import_reading import (
    choices_of,
    fields_mapped,
    flags_of,
    header_peeked,
    mapping_read,
    options_read,
)
from cefn.web.imports_list import IMPORTS, KIND_NAMES, kind_name
from cefn.web.lists import list_response
from cefn.web.typed import whole_read

ROWS_SHOWN = 100
OPEN_STATES = ("uploaded", "previewed", "refused", "failed")


@screen("imports.view")
@require_http_methods(["GET", "POST"])
def imports(request: ScreenRequest) -> HttpResponseBase:
    """Show the list of imports."""
    return list_response(request, IMPORTS)


@screen("imports.run")
@require_http_methods(["GET", "POST"])
def import_new(request: ScreenRequest) -> HttpResponseBase:
    """Take a file, or say what is wrong with it and let its columns be named while the form keeps the file."""
    kind = request.POST.get("kind") or request.GET.get("kind") or "orders"
    context: dict[str, Any] = {
        "place": "imports",
        "kinds": [(key, KIND_NAMES[key]) for key in KINDS],
        "kind": kind,
        "fault": "",
    }
    if request.method != "POST":
        return render(request, "web/imports/new.html", context)
    upload = request.FILES.get("file")
    if upload is None:
        context["fault"] = _("No file was chosen.")
        return _new_again(request, context)
    with tempfile.TemporaryDirectory(prefix="cefn-import-") as folder:
        path = _file_keep(upload, Path(folder), "incoming")
        second = request.FILES.get("companion")
        companion = _file_keep(second, Path(folder), "lines") if second else None
        options = options_read(request.POST)
        try:
            run = _create(request, kind_check(kind), (path, upload.name or "file", companion), options)
        except FileRefused as error:
            format_name, header = header_peeked(path, kind, options)
            context["fault"] = str(error)
            if header:
                chosen = options.get("format") or format_name
                context |= {
                    "header": header,
                    "format": chosen,
                    "fields": fields_mapped(kind, chosen, header, _mapping_sent(request)),
                }
            return _new_again(request, context)
    url = reverse("web:import", args=[run.number])
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = url
        return response
    return redirect(url)


def _mapping_sent(request: ScreenRequest) -> dict[str, str]:
    return {key[4:]: value for key, value in request.POST.items() if key.startswith("map-") and isinstance(value, str)}


def _create(
    request: ScreenRequest, kind: str, files: tuple[Path, str, Path | None], options: dict[str, Any]
) -> ImportRun:
    """Make the import of (file, its name, second file or None)."""
    path, name, companion = files
    mapping = {field: column for field, column in _mapping_sent(request).items() if column}
    if mapping:
        options = options | {"mapping": mapping}
    return imports_create(actor=request.actor, kind=kind, path=path, name=name, options=options, companion=companion)


def _new_again(request: ScreenRequest, context: dict[str, Any]) -> HttpResponse:
    """Answer with what is wrong: for htmx only that part, so that the chosen file stays in the form."""
    if request.headers.get("HX-Request"):
        return render(request, "web/imports/new_fault.html", context)
    return render(request, "web/imports/new.html", context, status=422)


def _file_keep(upload: "UploadedFile[Any]", folder: Path, name: str) -> Path:
    path = folder / name
    with path.open("wb") as target:
        for chunk in upload.chunks():
            target.write(chunk)
    return path


def _options_change(request: ScreenRequest, run: ImportRun) -> str:
    """Read the file another way; a saved mapping that was chosen goes in whole."""
    header = [str(name) for name in run.sniff.get("header", [])]
    options = options_read(request.POST)
    saved = request.POST.get("saved", "")
    if saved:
        found = access_mappings(request.actor).filter(kind=run.kind, pk=whole_key(saved)).first()
        if found is None:
            raise NotFound(thing=_("saved mapping"), name=saved[:40])
        options = options | found.options | {"format": found.format, "mapping": found.mapping}
    else:
        plain = fields_mapped(run.kind, options.get("format", run.format), header, {})
        mapping = mapping_read(request.POST, plain)
        if mapping:
            options["mapping"] = mapping
    import_options_set(actor=request.actor, run=run, options=options_clean(options))
    name = request.POST.get("mapping_name", "").replace("\x00", "").strip()
    if name and options.get("mapping"):
        rest = {key: value for key, value in options.items() if key not in ("mapping", "format")}
        mapping_save(
            actor=request.actor, kind=run.kind, name=name, format=run.format, mapping=options["mapping"], options=rest
        )
    imports_preview(actor=request.actor, run=run)
    return _("Read again. Nothing is imported yet.")


def whole_key(text: str) -> int:
    """Return an identifier that a form sent, nought where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _preview(request: ScreenRequest, run: ImportRun) -> str:
    imports_preview(actor=request.actor, run=run)
    return _("This is what would happen. Nothing is imported yet.")


def _apply(request: ScreenRequest, run: ImportRun) -> str:
    imports_start(actor=request.actor, run=run, good_rows=request.POST.get("good_rows") == "yes")
    return _("The import runs. You may leave this page.")


def _undo(request: ScreenRequest, run: ImportRun) -> str:
    permission_require(request.actor, "imports.undo")
    run_whole(lambda: imports_undo(actor=request.actor, run=run))
    return _("%(number)s is taken back.") % {"number": run.number}


DOERS: dict[str, Callable[[ScreenRequest, ImportRun], str]] = {
    "options": _options_change,
    "preview": _preview,
    "apply": _apply,
    "undo": _undo,
}


@screen("imports.view")
@require_http_methods(["GET", "POST"])
def import_run(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Show an import at whatever step it is, or take the next step."""
    run = import_get(actor=request.actor, key=number)
    fault = ""
    if request.method == "POST":
        do = DOERS.get(request.POST.get("action", ""))
        if do is None:
            raise NotFound(thing=_("action"), name=request.POST.get("action", "")[:40])
        try:
            messages.success(request, do(request, run))
        except (FileRefused, ImportRefused) as error:
            fault = str(error)
            run.refresh_from_db()
        else:
            return redirect("web:import", number=run.number)
    context = _context(request, run) | {"fault": fault}
    return render(request, "web/imports/run.html", context, status=422 if fault else 200)


def _context(request: ScreenRequest, run: ImportRun) -> dict[str, Any]:
    header = [str(name) for name in run.sniff.get("header", [])]
    asked = request.GET.get("show", "")
    action = asked if asked in RowAction.values else _worth_showing(run)
    context = {
        "place": "imports",
        "run": run,
        "kind_name": kind_name(run.kind),
        "can_change": run.state in OPEN_STATES,
        "tabs": _tabs(run, action),
        "action": action,
        "rows": _rows(request, run, action),
        "stored_fault": _fault_shown(run.fault),
        "good": sum(run.counts.get(name, 0) for name in ("new", "changed")),
        "saved": list(access_mappings(request.actor).filter(kind=run.kind)),
    }
    if context["can_change"]:
        mapping = run.options.get("mapping", {})
        context |= {
            "choices": choices_of(run.kind, run.sniff, run.options, run.format),
            "flags": flags_of(run.kind, run.options),
            "header": header,
            "fields": fields_mapped(run.kind, run.format, header, mapping),
        }
    if run.state in ("done", "undone"):
        found = access_imported_documents(request.actor).filter(run=run).order_by()
        context["documents"] = list(found.values("kind").annotate(n=Count("id")).order_by("kind"))
    if run.state == "running":
        context["job"] = _job(run)
    return context


def _job(run: ImportRun) -> Job | None:
    return Job.objects.filter(company_id=run.company_id, pk=run.job_id).first() if run.job_id else None


def _worth_showing(run: ImportRun) -> str:
    """Return the kind of rows to be seen first: what is refused, else what changes, else what is new."""
    return next((name for name in ("refused", "changed", "new") if run.counts.get(name)), "")


def _tabs(run: ImportRun, now: str) -> list[dict[str, Any]]:
    return [
        {"key": key, "label": label, "n": run.counts.get(key, 0), "is_now": key == now}
        for key, label in RowAction.choices
        if key != "same"
    ]


def _fault_shown(fault: dict[str, Any] | None) -> RowFault | None:
    return RowFault.from_json(fault) if fault else None


def _rows(request: ScreenRequest, run: ImportRun, action: str) -> list[dict[str, Any]]:
    if not action:
        return []
    offset = whole_read(request.GET.get("offset", ""))
    found = access_import_rows(request.actor).filter(run=run, action=action)[offset : offset + ROWS_SHOWN]
    return [
        {
            "line": row.line,
            "key": row.key,
            "diff": [(name.replace("_", " "), values[0], values[1]) for name, values in row.diff.items()],
            "faults": [RowFault.from_json(fault) for fault in row.faults],
        }
        for row in found
    ]


@screen("imports.view")
@require_safe
def import_progress(request: ScreenRequest, number: str) -> HttpResponseBase:
    """Return how far a running import is; when it has ended, tell the page to load itself again."""
    run = import_get(actor=request.actor, key=number)
    if run.state != "running":
        response = HttpResponse(status=204)
        response.headers["HX-Refresh"] = "true"
        return response
    return render(request, "web/imports/progress.html", {"run": run, "job": _job(run)})


@screen("imports.view")
@require_safe
def import_faults(request: ScreenRequest, number: str, format_name: str) -> HttpResponseBase:
    """Return the refused rows as a sheet, to be mended and sent again."""
    run = import_get(actor=request.actor, key=number)
    stream = io.BytesIO()
    faults_sheet(actor=request.actor, run=run, stream=stream, format=format_name)
    media = MEDIA_TYPES.get(format_name, "application/octet-stream")
    return file_response(stream.getvalue(), f"{run.number}-refused.{format_name}", media)
