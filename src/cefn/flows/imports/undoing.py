"""Undoing a whole import by compensating documents: orders cancelled, adjustments reversed, products archived.

Nothing is deleted. What can't be taken back because something later depends on it is named, and nothing is undone.
"""

from collections import defaultdict

from cefn.channels.errors import ImportNotDone, ImportNotUndoable
from cefn.channels.models import ImportedDocument, ImportRun
from cefn.channels.services import documents_undone, import_move
from cefn.channels.states import ImportState
from cefn.flows.imports.orders import customers_unused, orders_blockers, orders_undo
from cefn.flows.imports.parties import parties_blockers, parties_undo
from cefn.flows.imports.products import products_blockers, products_undo
from cefn.flows.imports.stock import stock_blockers, stock_undo
from cefn.kernel import clock
from cefn.kernel.errors import CefnError
from cefn.kernel.transactions import run_whole
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.permissions import permission_require

NAMED = 20


def imports_undo(*, actor: Actor, run: ImportRun) -> ImportRun:
    """Take back everything an import made or changed. Undoing one that is undone does nothing.

    Raises ImportNotDone, or ImportNotUndoable naming up to twenty documents in the way; nothing is undone then.
    """
    permission_require(actor, "imports.undo")
    if run.state == ImportState.UNDONE:
        return run
    if run.state != ImportState.DONE:
        raise ImportNotDone(number=run.number, state=run.get_state_display())
    run_whole(lambda: _undo(actor, run))
    return run


def _undo(actor: Actor, run: ImportRun) -> None:
    kinds: dict[str, list[ImportedDocument]] = defaultdict(list)
    for document in ImportedDocument.objects.filter(run_id=run.pk).order_by("-id"):
        kinds[document.kind].append(document)
    with_orders = bool(kinds["order"])
    blockers = orders_blockers(run.company_id, kinds["order"]) if with_orders else []
    blockers += stock_blockers(run.company_id, kinds["adjustment"]) if kinds["adjustment"] else []
    if not with_orders:
        blockers += products_blockers(run.company_id, kinds["product"]) if kinds["product"] else []
        blockers += parties_blockers(run.company_id, kinds["customer"] + kinds["supplier"])
    _require_free(run, blockers)
    try:
        if with_orders:
            orders_undo(actor, kinds["order"], run.number)
            kinds["customer"] = customers_unused(run.company_id, kinds["customer"])
            _require_free(run, products_blockers(run.company_id, kinds["product"]) if kinds["product"] else [])
        if kinds["adjustment"]:
            stock_undo(actor, kinds["adjustment"], run.number)
        if kinds["product"]:
            products_undo(actor, kinds["product"])
        parties_undo(actor, kinds["customer"] + kinds["supplier"])
    except ImportNotUndoable:
        raise
    except CefnError as error:
        raise ImportNotUndoable(number=run.number, documents=error.message()) from error
    documents_undone(run=run)
    import_move(run=run, target=ImportState.UNDONE, undone_at=clock.now(), undone_by_name=actor.name)
    audit_record(actor=actor, events=[AuditDraft(f"import:{run.number}", "undone")])


def _require_free(run: ImportRun, blockers: list[str]) -> None:
    if blockers:
        named = ", ".join(blockers[:NAMED])
        more = f" (+{len(blockers) - NAMED})" if len(blockers) > NAMED else ""
        raise ImportNotUndoable(number=run.number, documents=named + more)
