"""What the platform promises: each message once, an audit log that is whole, keys that answer once (INV-21, 27, 30)."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from cefn.kernel import sql
from cefn.platform.audit_chain import audit_verify
from cefn.reports.check.orders import ORDER_TWICE, RETURN_TWICE
from cefn.reports.check.probe import LISTED, Break, Found, Invariant, Probe, Scope

MESSAGE_LATE = timedelta(minutes=15)
MOST_BREAKS = 1_000
DIGEST_LENGTH = 64

MESSAGE_WAITS = """
SELECT m.company_id, m.source || ' ' || m.external_key AS subject, m.id AS row_id, m.received_at AS expected,
    m.state AS found FROM platform_inboxmessage AS m WHERE m.state = 'received' AND m.received_at < %s
"""

PARKED_WITHOUT_REASON = """
SELECT m.company_id, m.source || ' ' || m.external_key AS subject, m.id AS row_id, 'a reason' AS expected,
    m.state AS found FROM platform_inboxmessage AS m WHERE m.state = 'parked' AND m.reason = ''
"""

MESSAGE_TWICE = """
SELECT m.company_id, m.source || ' ' || m.external_key AS subject, MAX(m.id) AS row_id, 1 AS expected, COUNT(*) AS found
FROM platform_inboxmessage AS m GROUP BY m.company_id, m.source, m.external_key HAVING COUNT(*) > 1
"""

KEY_TWICE = """
SELECT k.company_id, k.scope || ' ' || k.key AS subject, MAX(k.id) AS row_id, 1 AS expected, COUNT(*) AS found
FROM platform_idempotencykey AS k GROUP BY k.company_id, k.scope, k.key HAVING COUNT(*) > 1
"""

KEY_WITHOUT_ANSWER = """
SELECT k.company_id, k.scope || ' ' || k.key AS subject, k.id AS row_id, 'an answer' AS expected, '-' AS found
FROM platform_idempotencykey AS k WHERE k.result IS NULL
"""

KEY_WITHOUT_BODY = """
SELECT k.company_id, k.scope || ' ' || k.key AS subject, k.id AS row_id, 'SHA-256' AS expected, k.body_hash AS found
FROM platform_idempotencykey AS k WHERE length(k.body_hash) <> %s OR ltrim(k.body_hash, '0123456789abcdef') <> ''
"""


def _companies(scope: Scope) -> list[int]:
    if scope.company_id is not None:
        return [scope.company_id]
    return [row[0] for row in sql.fetch("SELECT id FROM platform_company ORDER BY id")]


def _first_number(company_id: int, scope: Scope) -> int:
    """Return the chain number to read from: the first event of the scope."""
    if not scope.first_id:
        return 1
    rows = sql.fetch(
        "SELECT MIN(chain_number) FROM platform_auditevent WHERE company_id = %s AND id >= %s",
        [company_id, scope.first_id],
    )
    return int(rows[0][0] or 1)


def audit_find(scope: Scope) -> Found:
    """Read the audit chains again and find where they are not whole."""
    count, breaks = 0, []
    for company_id in _companies(scope):
        report = audit_verify(company_id, from_number=_first_number(company_id, scope), most_breaks=MOST_BREAKS)
        count += len(report.breaks)
        breaks += [
            Break(company_id, f"{found.subject or 'head'} #{found.chain_number}", found.event_id, "whole", found.kind)
            for found in report.breaks[:LISTED]
        ]
    return Found(count, breaks[:LISTED])


INBOX = Invariant(
    "INV-21",
    _("A channel's order exists once, and no message waits unseen"),
    (
        Probe("order-once", _("the channel's order is here twice"), ORDER_TWICE),
        Probe("return-once", _("the channel's return is here twice"), RETURN_TWICE),
        Probe("message-once", _("the sender's message is here twice"), MESSAGE_TWICE),
        Probe("message-handled", _("a message has waited for more than 15 minutes"), MESSAGE_WAITS,
              params=lambda scope: [scope.now - MESSAGE_LATE], is_whole=True),
        Probe("parked-has-reason", _("a message is parked without a reason"), PARKED_WITHOUT_REASON),
    ),
)  # fmt: skip

PLATFORM = (
    INBOX,
    Invariant(
        "INV-27",
        _("The audit log is whole, from its first row to its head"),
        (Probe("audit-chain", _("the audit log is not what it was"), find=audit_find),),
    ),
    Invariant(
        "INV-30",
        _("A caller's key has one body and one answer"),
        (
            Probe("key-once", _("the key is here twice"), KEY_TWICE),
            Probe("key-answered", _("the key was taken and never answered"), KEY_WITHOUT_ANSWER),
            Probe(
                "key-has-body",
                _("the key does not know what it came with"),
                KEY_WITHOUT_BODY,
                params=lambda _scope: [DIGEST_LENGTH],
            ),
        ),
    ),
)
