"""Human numbers without gaps.

The counter row is locked by the UPDATE until the posting transaction ends, so a number is only used up when its
document is: call this last.
"""

from django.utils.translation import gettext_lazy as _

from cefn.kernel import sql
from cefn.kernel.errors import CefnError
from cefn.kernel.ids import new_id


class SeriesUnknown(CefnError):
    """Nobody made this number series."""

    code = "CEFN-PLATFORM-001"
    status = 409
    sentence = _("The number series %(series)s does not exist.")
    remedy = _("Make it in Settings, Numbers.")


SERIES = {
    "sales_order": "SO-",
    "shipment": "SH-",
    "pick_batch": "PB-",
    "package": "PK-",
    "invoice": "INV-",
    "credit_note": "CN-",
    "payment": "PAY-",
    "return_order": "RMA-",
    "adjustment": "ADJ-",
    "journal_entry": "JE-",
    "customer": "C-",
    "supplier": "S-",
    "product": "P-",
    "import_run": "IMP-",
    "manifest": "MAN-",
    "goods_receipt": "GRN-",
    "transfer_order": "TO-",
}
"""Series code -> prefix, made for each new company."""


def series_create(*, company_id: int) -> None:
    """Make the counters of a new company; those it already has stay."""
    sql.run(
        "INSERT INTO platform_numberseries (id, company_id, code, prefix, next_number, width)"
        " SELECT v.id, %s, v.code, v.prefix, 1, 6 FROM {v} WHERE true ON CONFLICT (company_id, code) DO NOTHING",
        [company_id],
        v=sql.Rows("id bigint, code text, prefix text", [(new_id(), code, prefix) for code, prefix in SERIES.items()]),
    )


def numbers_take(*, company_id: int, series: str, count: int) -> list[str]:
    """Return the next `count` numbers of a series, formatted; one statement. Raises SeriesUnknown."""
    if count == 0:
        return []
    rows = sql.fetch(
        "UPDATE platform_numberseries SET next_number = next_number + %s WHERE company_id = %s AND code = %s"
        " RETURNING prefix, next_number, width",
        [count, company_id, series],
    )
    if not rows:
        raise SeriesUnknown(series=series)
    prefix, after, width = rows[0]
    return [f"{prefix}{number:0{width}d}" for number in range(after - count, after)]
