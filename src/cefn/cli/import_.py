"""Bring in products, stock, customers, suppliers or orders from a CSV, TSV or XLSX file.

What the file seems to be (encoding, delimiter, decimals, dates, format) is found and shown; options correct it. With
--dry-run nothing is written but the preview. All rows go in or none, unless --good-rows is given. The same file twice
changes nothing.

Exit codes: 0 imported (or a clean dry run); 1 something is refused, nothing was imported; 2 the file can't be opened.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from cefn.channels.errors import FileRefused, ImportRefused
from cefn.channels.models import ImportRow, ImportRun
from cefn.channels.profiles.registry import KINDS, PROFILES
from cefn.channels.services import imports_create
from cefn.channels.states import RowAction
from cefn.channels.tables.faults import RowFault
from cefn.cli.companies import company_named
from cefn.flows.imports.applying import imports_apply, imports_preview
from cefn.flows.imports.sheets import faults_sheet
from cefn.platform.actors import Actor, system_actor

EXAMPLE = "cefn import orders shopify_orders_export.csv --dry-run"
SHOWN = 20
BAR = 30
DONE, REFUSED, COULD_NOT_RUN = 0, 1, 2
SWITCHES = {
    "keep_duplicate_lines": "add an identical line of an order a second time instead of reporting it",
    "create_products": "make products for SKUs that are not there yet (orders)",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    formats = sorted({profile.name for profile in PROFILES})
    parser.add_argument("kind", metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--format", metavar="NAME", help=f"found by itself unless given: {', '.join(formats)}")
    parser.add_argument("--lines", type=Path, metavar="FILE", help="second file with the order lines (northwind)")
    parser.add_argument("--company", metavar="CODE", help="which company (not needed where there is only one)")
    parser.add_argument("--dry-run", action="store_true", help="show what would happen")
    parser.add_argument("--good-rows", action="store_true", help="import the good rows although others are refused")
    parser.add_argument(
        "--faults", type=Path, metavar="FILE", help="write the refused rows to this .xlsx, .csv or .json"
    )
    parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help="read a field from a column")
    for name in ("encoding", "delimiter", "sheet", "currency", "zone", "warehouse", "channel", "reason"):
        parser.add_argument(f"--{name}", metavar=name.upper())
    parser.add_argument("--header-line", type=int, metavar="N", help="the line that holds the column names")
    parser.add_argument("--decimal", choices=[".", ","], help="the decimal mark")
    parser.add_argument("--date-order", choices=["dmy", "mdy"], help="what comes first in 03/04/2026")
    parser.add_argument("--tax", choices=["included", "on-top"], help="whether prices include tax")
    for name, summary in SWITCHES.items():
        parser.add_argument(f"--{name.replace('_', '-')}", action="store_true", help=summary)
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")


def _options(options: argparse.Namespace) -> dict[str, Any]:
    names = ("format", "encoding", "delimiter", "sheet", "currency", "zone", "warehouse", "channel", "reason")
    given: dict[str, Any] = {name: getattr(options, name) for name in names}
    given |= {"decimal": options.decimal, "date_order": options.date_order, "header_line": options.header_line}
    given |= {name: True for name in SWITCHES if getattr(options, name)}
    if options.tax:
        given["prices_include_tax"] = options.tax == "included"
    mapping = dict(pair.split("=", 1) for pair in options.map if "=" in pair)
    if mapping:
        given["mapping"] = mapping
    return given


def run(options: argparse.Namespace) -> int:
    """Run the command; see the exit codes above."""
    for path in (options.file, options.lines):
        if path is not None and not path.is_file():
            missing = _("There is no file %(name)s.") % {"name": path}
            print(f"cefn import: {missing}", file=sys.stderr)
            return COULD_NOT_RUN
    actor = system_actor(company_named(options.company, make=True).id, "import")
    started = time.monotonic()
    run_ = imports_create(
        actor=actor,
        kind=options.kind,
        path=options.file,
        name=options.file.name,
        options=_options(options),
        companion=options.lines,
    )
    error = _work(actor, run_, options)
    run_.refresh_from_db()
    refused = error is not None or (run_.counts.get("refused", 0) and not options.good_rows)
    if options.faults and run_.counts.get("refused"):
        _faults_write(actor, run_, options.faults)
    if options.json:
        print(json.dumps(_answer(run_, error, started), ensure_ascii=False))
    else:
        _show(run_, error)
    return REFUSED if refused else DONE


def _work(actor: Actor, run_: ImportRun, options: argparse.Namespace) -> Exception | None:
    """Preview or apply; return the refusal, if there is one."""
    bar = _bar if sys.stderr.isatty() and not options.json else _no_bar
    try:
        if options.dry_run:
            imports_preview(actor=actor, run=run_, progress=bar)
        else:
            imports_apply(actor=actor, run=run_, good_rows=options.good_rows, progress=bar)
    except (FileRefused, ImportRefused) as error:
        return error
    finally:
        if bar is _bar:
            print(file=sys.stderr)
    return None


def _bar(done: int, total: int) -> None:
    filled = BAR * done // max(total, 1)
    print(f"\r{'█' * filled}{'░' * (BAR - filled)} {done:,}", end="", file=sys.stderr, flush=True)


def _no_bar(done: int, total: int) -> None:
    """Show nothing: the answer goes to a program."""


def _faults_write(actor: Actor, run_: ImportRun, path: Path) -> None:
    with path.open("wb") as stream:
        faults_sheet(actor=actor, run=run_, stream=stream, format=path.suffix.removeprefix(".") or "csv")


def _faults(run_: ImportRun, limit: int | None) -> list[tuple[str, RowFault]]:
    rows = ImportRow.objects.filter(run=run_).order_by("line", "id").values_list("action", "faults")
    found = [(action, RowFault.from_json(fault)) for action, faults in rows for fault in faults]
    found.sort(key=lambda pair: pair[0] != RowAction.REFUSED)
    return found[:limit]


def _answer(run_: ImportRun, error: Exception | None, started: float) -> dict[str, Any]:
    return {
        "import": run_.number,
        "kind": run_.kind,
        "format": run_.format,
        "state": run_.state,
        **run_.counts,
        "sniff": {name: value for name, value in run_.sniff.items() if name != "sample"},
        "error": str(error) if error else "",
        "faults": [
            {
                "line": fault.line,
                "column": fault.column,
                "value": fault.value,
                "code": fault.code,
                "sentence": fault.sentence,
                "remedy": fault.remedy,
                "refused": action == RowAction.REFUSED,
            }
            for action, fault in _faults(run_, 1_000)
        ],
        "seconds": round(time.monotonic() - started, 3),
    }


def _show(run_: ImportRun, error: Exception | None) -> None:
    sniff = run_.sniff
    what = sniff["sheet"] if sniff["container"] == "xlsx" else f"{sniff['encoding']} {sniff['delimiter']!r}"
    print(f"{run_.number}  {run_.kind}/{run_.format}  {what}  {run_.get_state_display()}")
    if run_.counts:
        print("  " + "  ".join(f"{name} {run_.counts[name]:,}" for name in ("rows", *RowAction.values)))
    told = _faults(run_, SHOWN + 1)
    for action, fault in told[:SHOWN]:
        print(f"  {'!' if action == RowAction.REFUSED else '·'} {fault}")
    if len(told) > SHOWN:
        print("  …")
    if error:
        print(f"cefn: {error}", file=sys.stderr)
