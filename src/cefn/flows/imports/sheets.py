"""The refused rows as a sheet: the rows as they were sent, with line, reason and remedy beside them."""

from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from cefn.channels.errors import OptionInvalid
from cefn.channels.models import ImportRun
from cefn.channels.selectors import access_import_rows
from cefn.channels.services import run_source
from cefn.channels.states import RowAction
from cefn.channels.tables.faults import RowFault
from cefn.channels.tables.table import table_rows
from cefn.channels.tables.values import unescaped
from cefn.channels.tables.writers import WRITERS, Cell, number_or_text
from cefn.platform.actors import Actor

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def faults_sheet(*, actor: Actor, run: ImportRun, stream: IO[bytes], format: str = "xlsx") -> int:
    """Write the rows of refused records to `stream` and return how many; the added columns are ignored when resent."""
    if format not in WRITERS:
        raise OptionInvalid(name="format", given=format, allowed=", ".join(WRITERS))
    reasons: dict[int, list[RowFault]] = {}
    for lines, faults in (
        access_import_rows(actor).filter(run=run, action=RowAction.REFUSED).values_list("lines", "faults")
    ):
        told = [RowFault.from_json(fault) for fault in faults]
        for line in lines:
            reasons[line] = [fault for fault in told if fault.line == line or line == lines[0]]
    source = run_source(run=run)
    names = [name or f"#{at}" for at, name in enumerate(source.sniff.header, start=1)]
    header = [*names, _("Cefn: line"), _("Cefn: what is wrong"), _("Cefn: what to do")]

    def rows() -> Iterator[list[Cell]]:
        for row in table_rows(source.path, source.sniff):
            if row.line in reasons:
                told = reasons[row.line]
                yield [
                    *(number_or_text(unescaped(cell)) for cell in row.cells),
                    row.line,
                    " ".join(dict.fromkeys(_where(fault) + fault.sentence for fault in told)),
                    " ".join(dict.fromkeys(fault.remedy for fault in told)),
                ]

    return WRITERS[format](stream, header, rows())


def _where(fault: RowFault) -> str:
    return f"{fault.column}: " if fault.column else ""
