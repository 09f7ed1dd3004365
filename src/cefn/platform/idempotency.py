"""The caller's key makes a write repeatable: same key and body, same answer; same key and other body, an error."""

import hashlib
import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from cefn.kernel import clock, sql
from cefn.kernel.errors import CefnError
from cefn.kernel.ids import new_id


class KeyReused(CefnError):
    """The key came before with another body."""

    code = "CEFN-PLATFORM-002"
    status = 409
    sentence = _("The key %(key)s was already used for something else.")
    remedy = _("Send a new key with a new request; repeat a key only with the very same body.")


def body_digest(body: Any) -> str:
    """Return the SHA-256 of a body as canonical JSON, hexadecimal."""
    return hashlib.sha256(sql.json_text(body).encode()).hexdigest()


def key_claim(*, company_id: int, scope: str, key: str, body_hash: str) -> Any | None:
    """Claim a key inside the writing transaction; return the earlier result if this is a repeat, else None.

    A second writer with the same key waits for the first to commit. Raises KeyReused if the body differs.
    """
    rows = sql.fetch(
        "INSERT INTO platform_idempotencykey (id, company_id, scope, key, body_hash, result, created_at)"
        " VALUES (%s, %s, %s, %s, %s, NULL, %s)"
        " ON CONFLICT (company_id, scope, key) DO UPDATE SET key = excluded.key"
        " RETURNING body_hash, result",
        [new_id(), company_id, scope, key, body_hash, clock.now()],
    )
    stored_hash, result = rows[0]
    if stored_hash != body_hash:
        raise KeyReused(key=key)
    if result is None:
        return None
    return json.loads(result) if isinstance(result, str) else result


def key_settle(*, company_id: int, scope: str, key: str, result: Any) -> None:
    """Store what was answered, in the same transaction as the write itself; `result` is plain JSON, never None."""
    if result is None:
        raise TypeError("an answer of None can't be told from a key without an answer; store an empty map")
    sql.run(
        "UPDATE platform_idempotencykey SET result = %s WHERE company_id = %s AND scope = %s AND key = %s",
        [sql.json_text(result), company_id, scope, key],
    )
