"""Previewing and applying an import: one reading of the file, one transaction, one outcome.

Applying runs in a single transaction, chunk by chunk, so memory stays flat and a crash at any moment leaves
nothing; the job that was running it starts again from the beginning. All or nothing by default: the first refused
record rolls everything back and the refusals are listed. With `good_rows` the refused records are left out and the rest
goes in.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cefn.channels.errors import FileRefused, ImportRefused
from cefn.channels.models import ImportRun
from cefn.channels.profiles.registry import Source
from cefn.channels.selectors import import_get
from cefn.channels.services import (
    APPLY_ATTEMPTS,
    documents_record,
    import_move,
    import_permission,
    import_rows_replace,
    run_source,
)
from cefn.channels.states import ImportState, RowAction
from cefn.channels.tables.faults import ROW_REFUSED, TOO_MANY_FAULTS, RowFault, TableError, file_fault, refuse
from cefn.flows.imports.orders import Orders
from cefn.flows.imports.parties import Customers, Suppliers
from cefn.flows.imports.planning import Batch, Kind, Made, Plan, chunks
from cefn.flows.imports.products import Products
from cefn.flows.imports.stock import Stock
from cefn.kernel import clock, sql
from cefn.kernel.errors import CefnError, NotAllowed
from cefn.kernel.transactions import run_whole
from cefn.platform.actors import Actor, actors_for_users
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.company_facts import company_facts
from cefn.platform.jobs import JobCancelled, JobRun, LeaseLost, WorkerStopping

WRITERS: Mapping[str, Kind] = {
    "products": Products(),
    "stock": Stock(),
    "customers": Customers(),
    "suppliers": Suppliers(),
    "orders": Orders(),
}
INTERRUPTIONS = (JobCancelled, LeaseLost, WorkerStopping)
MOST_REFUSED = 100_000
MOST_ROWS_SHOWN = 20_000
Progress = Callable[[int, int], None]
StoredRow = tuple[int, str, str, list[Any], dict[str, Any], list[int]]

MANY_ROWS = 1000


@dataclass(slots=True)
class Tally:
    """What was found so far: counts by action, the rows to keep, and how many records were read."""

    counts: Counter[str] = field(default_factory=Counter)
    rows: list[StoredRow] = field(default_factory=list)

    def add(self, plan: Plan) -> None:
        """Count a plan and keep it if it is worth showing."""
        self.counts["rows"] += 1
        self.counts[plan.action] += 1
        shown = plan.action in {RowAction.REFUSED, RowAction.SKIPPED} or bool(plan.faults)
        if plan.action is RowAction.REFUSED and self.counts[RowAction.REFUSED] > MOST_REFUSED:
            raise refuse(TOO_MANY_FAULTS, line=plan.parsed.lines[0], limit=MOST_REFUSED)
        if not shown and (plan.action is RowAction.SAME or len(self.rows) >= MOST_ROWS_SHOWN):
            return
        self.rows.append(
            (
                plan.parsed.lines[0] if plan.parsed.lines else 0,
                plan.parsed.key[:255],
                plan.action.value,
                [fault.as_json() for fault in plan.faults],
                plan.diff,
                list(plan.parsed.lines),
            )
        )

    def as_json(self) -> dict[str, int]:
        """Return the counts of all actions, zeros included."""
        return {name: self.counts[name] for name in ("rows", *RowAction.values)}


class _Refused(Exception):
    """A record is at fault and all-or-nothing was asked."""


def _batch(actor: Actor, run: ImportRun, source: Source) -> Batch:
    options = {**run.options, "company_currency": company_facts(run.company_id).currency}
    return Batch(actor, run, source.profile.name, source.reading, options)


def _read(
    actor: Actor,
    run: ImportRun,
    source: Source,
    tally: Tally,
    each: Callable[[Batch, list[Plan]], None],
    progress: Progress,
) -> None:
    """Plan the file chunk by chunk and hand each chunk on."""
    batch, kind = _batch(actor, run, source), WRITERS[run.kind]
    expected = int(run.counts.get("rows", 0))
    for items in chunks(source.records()):
        plans = kind.plan(batch, items)
        for plan in plans:
            tally.add(plan)
        each(batch, plans)
        progress(tally.counts["rows"], max(expected, tally.counts["rows"]))


def _quiet(done: int, total: int) -> None:
    """Show no progress."""


def imports_preview(*, actor: Actor, run: ImportRun, progress: Progress = _quiet) -> ImportRun:
    """Find out what an import would do, row by row, without doing it; the findings are stored with the import.

    Raises FileRefused when the file can't be read to its end (the import is then refused, with the fault stored).
    """
    import_permission(actor=actor, kind=run.kind)
    tally = Tally()
    try:
        source = run_source(run=run)
        _read(actor, run, source, tally, lambda batch, plans: None, progress)
    except TableError as error:
        _store_refusal(run, tally, error.fault)
        raise FileRefused.of(run.file.name, error.fault) from error

    def store() -> None:
        import_rows_replace(run=run, rows=tally.rows)
        import_move(
            run=run, target=ImportState.PREVIEWED, counts=tally.as_json(), fault=None, sniff=source.sniff.as_json()
        )

    run_whole(store)
    return run


def _store_refusal(run: ImportRun, tally: Tally, fault: RowFault | None) -> None:
    def store() -> None:
        import_rows_replace(run=run, rows=tally.rows)
        import_move(
            run=run,
            target=ImportState.REFUSED,
            counts=tally.as_json(),
            fault=fault.as_json() if fault else None,
            finished_at=clock.now(),
        )

    run_whole(store)


def imports_apply(*, actor: Actor, run: ImportRun, good_rows: bool = False, progress: Progress = _quiet) -> ImportRun:
    """Apply an import: everything or nothing, or with `good_rows` what is not refused. A done one is left alone.

    Raises FileRefused, ImportRefused (the refused rows are stored with the import), or the error of a service that
    refused; nothing is imported then.
    """
    import_permission(actor=actor, kind=run.kind)
    run.refresh_from_db(fields=["state"])
    if run.state == ImportState.DONE:
        return run
    tally = Tally()
    try:
        run_whole(lambda: _apply(actor, run, tally, good_rows, progress))
    except TableError as error:
        _store_refusal(run, tally, error.fault)
        raise FileRefused.of(run.file.name, error.fault) from error
    except _Refused:
        tally = _count_all(actor, run)
        _store_refusal(run, tally, None)
        raise ImportRefused(
            number=run.number, refused=tally.counts[RowAction.REFUSED], rows=tally.counts["rows"], faults=()
        ) from None
    except INTERRUPTIONS:
        raise
    except CefnError as error:
        _store_refusal(run, Tally(), file_fault(ROW_REFUSED, why=str(error)))
        raise
    if tally.counts["rows"] >= MANY_ROWS:
        sql.statistics_refresh()
    return run


def _count_all(actor: Actor, run: ImportRun) -> Tally:
    """Read the file to its end, for the list of all that is wrong with it."""
    tally = Tally()
    _read(actor, run, run_source(run=run), tally, lambda batch, plans: None, _quiet)
    return tally


def _apply(actor: Actor, run: ImportRun, tally: Tally, good_rows: bool, progress: Progress) -> None:
    tally.counts.clear()
    tally.rows.clear()
    kind = WRITERS[run.kind]
    state = ImportRun.objects.filter(pk=run.pk).values_list("state", flat=True).get()

    def write(batch: Batch, plans: list[Plan]) -> None:
        if not good_rows and any(plan.action is RowAction.REFUSED for plan in plans):
            raise _Refused
        made = _once(kind.write(batch, plans))
        documents_record(
            run=run,
            documents=[(m.kind, m.document_id, m.number, m.key, m.content, m.before) for m in made],
        )

    _read(actor, run, run_source(run=run), tally, write, progress)
    import_rows_replace(run=run, rows=tally.rows)
    run.state = state
    import_move(
        run=run,
        target=ImportState.DONE,
        counts=tally.as_json(),
        fault=None,
        is_partial_allowed=good_rows,
        finished_at=clock.now(),
    )
    audit_record(actor=actor, events=[AuditDraft(f"import:{run.number}", "imported", tally.as_json())])


def _once(made: list[Made]) -> list[Made]:
    seen: dict[tuple[str, int], Made] = {}
    for item in made:
        seen.setdefault((item.kind, item.document_id), item)
    return list(seen.values())


def imports_apply_job(job: JobRun) -> dict[str, Any]:
    """Apply an import in the background; refusals are its result, not its failure. Running it again is safe."""
    run = import_get(actor=job.actor, key=str(job.payload["run"]))

    def progress(done: int, total: int) -> None:
        job.progress(done, total)
        job.check()

    try:
        actor = _job_actor(job)
        imports_apply(actor=actor, run=run, good_rows=bool(job.payload.get("good_rows")), progress=progress)
    except (LeaseLost, WorkerStopping):
        raise
    except JobCancelled as error:
        import_move(run=run, target=ImportState.FAILED, fault=file_fault(ROW_REFUSED, why=str(error)).as_json())
        raise
    except CefnError as error:
        if run.state == ImportState.RUNNING:
            import_move(run=run, target=ImportState.FAILED, fault=file_fault(ROW_REFUSED, why=str(error)).as_json())
        return {"import": run.number, "state": run.state, "why": str(error)}
    except Exception as error:
        if job.attempt >= APPLY_ATTEMPTS and run.state == ImportState.RUNNING:
            why = f"{type(error).__name__}: {error}"
            import_move(run=run, target=ImportState.FAILED, fault=file_fault(ROW_REFUSED, why=why).as_json())
        raise
    return {"import": run.number, "state": run.state, **run.counts}


def _job_actor(job: JobRun) -> Actor:
    """Return the person who started it; raises NotAllowed when they may no longer come in."""
    user_id = str(job.payload.get("user_id") or "")
    if not user_id:
        return job.actor
    found = actors_for_users(job.company_id, [int(user_id)], "import").get(int(user_id))
    if found is None:
        raise NotAllowed(permission="imports.run")
    return found
