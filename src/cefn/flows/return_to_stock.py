"""From returned goods to stock, credit and refund.

returns_receive ─ ReturnsReceived ─> returns_book: credit note, and the cost back where it belongs
"""

from cefn.books.services import adjustments_book, returns_credit
from cefn.inventory.events import StockAdjusted
from cefn.orders.events import ReturnsReceived


def returns_book(event: ReturnsReceived) -> None:
    """Credit what came back and put its cost back."""
    returns_credit(actor=event.actor, event=event)


def adjustments_post(event: StockAdjusted) -> None:
    """Post what adjustments did to the value of the stock."""
    adjustments_book(event=event)
