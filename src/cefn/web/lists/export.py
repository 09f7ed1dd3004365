"""Export of what a list shows: the same rows, order and columns as on the screen, as CSV or XLSX.

The file is spooled and beyond a few megabytes lies on disk, so memory stays flat whatever the number of rows.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase
from django.utils import timezone
from django.utils.html import strip_tags

from cefn.channels.tables.writers import Cell, csv_write, xlsx_write
from cefn.platform.actors import Actor
from cefn.web.errors import WrongListQuestion
from cefn.web.lists.paging import rows_streamed
from cefn.web.lists.question import Question

SPOOL_BYTES = 4 * 1024 * 1024
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Writer = Callable[[IO[bytes], Sequence[str], Iterator[list[Cell]]], int]
WRITERS: dict[str, tuple[Writer, str]] = {"csv": (csv_write, CSV_TYPE), "xlsx": (xlsx_write, XLSX_TYPE)}


def cell_plain(value: Any) -> Cell:
    """Return a value as a file's cell: moments in the company's time, days as ISO, the rest as it is."""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int) else str(value)


def _cells(question: Question, actor: Actor, rows: QuerySet[Any]) -> Iterator[list[Cell]]:
    for chunk in rows_streamed(rows, question):
        if question.spec.prepare:
            question.spec.prepare(actor, chunk)
        for row in chunk:
            yield [
                cell_plain(column.export(row)) if column.export else strip_tags(str(column.cell(row)))
                for column in question.columns
            ]


def export_response(question: Question, actor: Actor, rows: QuerySet[Any], file_format: str) -> HttpResponseBase:
    """Return the file. Raises WrongListQuestion for a format that is neither csv nor xlsx."""
    if file_format not in WRITERS:
        raise WrongListQuestion(name="format", value=file_format[:40])
    write, media_type = WRITERS[file_format]
    spool = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115
    write(spool, [str(column.label) for column in question.columns], _cells(question, actor, rows))
    spool.seek(0)
    name = f"{question.spec.area}-{timezone.localdate():%Y-%m-%d}.{file_format}"
    return FileResponse(spool, as_attachment=True, filename=name, content_type=media_type)
