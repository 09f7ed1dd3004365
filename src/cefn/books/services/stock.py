"""What happens to the value of the stock, in the books."""

from cefn.books.posting import adjustment_entry
from cefn.inventory.events import StockAdjusted
from cefn.ledger.services import post_entries
from cefn.platform.company_facts import company_facts


def adjustments_book(*, event: StockAdjusted) -> None:
    """Post the value of adjustments."""
    company = company_facts(event.company_id)
    post_entries(
        actor=event.actor,
        entries=[
            adjustment_entry(
                source=f"adjustment:{fact.number}",
                on=company.day(fact.occurred_at),
                account=fact.account_code,
                value=fact.value_minor,
                memo=fact.memo,
            )
            for fact in event.values
        ],
    )
