"""Freeing the outside number of cancelled orders, so that a mended one can come in under it."""

from collections.abc import Sequence

from cefn.kernel import sql
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record


def orders_detach(*, actor: Actor, order_ids: Sequence[int], mark: str) -> int:
    """Append "~mark" to the external id of cancelled orders; returns how many. Orders that live are left alone."""
    rows = sql.fetch(
        "SELECT o.id, o.number, o.external_id FROM {v} JOIN orders_salesorder AS o ON o.id = v.k"
        " WHERE o.company_id = %s AND o.status = 'cancelled' AND o.external_id <> '' ORDER BY o.id",
        [actor.company_id],
        v=sql.Rows("k bigint", [(key,) for key in sorted(set(order_ids))]),
    )
    renamed = [(key, f"{external[: 119 - len(mark)]}~{mark}") for key, _number, external in rows]
    changed = sql.run(
        "UPDATE orders_salesorder AS t SET external_id = v.x FROM {v} WHERE t.id = v.k",
        v=sql.Rows("k bigint, x text", renamed),
    )
    audit_record(
        actor=actor,
        events=[AuditDraft(f"sales-order:{number}", "detached", {"mark": mark}) for _key, number, _external in rows],
    )
    return changed
