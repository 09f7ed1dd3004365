"""Prove every invariant on this database. Writes nothing; exit 0 clean, 1 violations (each names its rows), 2 could not
run."""

import argparse
import json
import sys
from datetime import UTC, datetime

from django.db import DatabaseError

from cefn.cli.main import COULD_NOT_RUN, DONE, REFUSED
from cefn.cli.migrate import migrations_waiting
from cefn.platform.models import Company
from cefn.reports.check import CheckReport, Result, check_run

EXAMPLE = "cefn check --since 2026-01-31 --json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    parser.add_argument(
        "--since",
        metavar="WHEN",
        type=_moment,
        help="look only at documents made since then (a day or a moment, UTC unless it says otherwise); "
        "balances are always checked whole",
    )
    parser.add_argument("--company", metavar="CODE", help="keep to one company")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        shapes = "a day such as 2026-01-31 or a moment such as 2026-01-31T08:00"
        raise argparse.ArgumentTypeError(f"{text!r} is not {shapes}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _progress(at: int, count: int, invariant: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{at}/{count} {invariant}", end="" if at < count else "\r\033[K", file=sys.stderr, flush=True)


def _result_show(result: Result, report: CheckReport) -> None:
    sign = {"ok": "ok      ", "warning": "warning ", "violated": "VIOLATED"}[result.status]
    print(f"{result.invariant.id}  {sign}  {result.invariant.title}")
    for listed in result.listed:
        print(f"          {listed.count} x {listed.probe.sentence}")
        for found in listed.breaks:
            company = report.companies.get(found.company_id or 0, "")
            place = f"{company} {found.subject} (id {found.row_id})"
            print(f"            {place}: expected {found.expected}, found {found.found}")
        if listed.count > len(listed.breaks):
            print(f"            ... and {listed.count - len(listed.breaks)} more")


def _refuse(options: argparse.Namespace, reason: str) -> int:
    if options.json:
        print(json.dumps({"clean": None, "error": reason}, ensure_ascii=False))
    else:
        print(f"cefn check: could not run: {reason}", file=sys.stderr)
    return COULD_NOT_RUN


def _company_id(code: str | None) -> int | None:
    if code is None:
        return None
    return int(Company.objects.values_list("id", flat=True).get(code=code))


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    try:
        waiting = migrations_waiting()
        if waiting:
            return _refuse(options, f"{len(waiting)} migrations are waiting; run `cefn migrate` first")
        report = check_run(_company_id(options.company), options.since, progress=_progress)
    except Company.DoesNotExist:
        known = ", ".join(Company.objects.order_by("code").values_list("code", flat=True)) or "none"
        return _refuse(options, f"there is no company {options.company!r}; the companies are: {known}")
    except DatabaseError as error:
        return _refuse(options, str(error).strip())
    if options.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        for result in report.results:
            _result_show(result, report)
        violated = ", ".join(report.violated)
        verdict = f"Violated: {violated}." if violated else "Clean: every invariant holds."
        print(f"{verdict} {len(report.results)} invariants, {report.seconds:.1f} s.")
        for code, head in report.heads.items():
            print(f"audit head of {code}: {head}")
    return DONE if report.is_clean else REFUSED
