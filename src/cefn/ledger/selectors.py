"""Questions about the money ledger; every row goes through an access function."""

from django.db.models import QuerySet

from cefn.ledger.models import Account, JournalEntry, Period
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor

VIEW = "ledger.view"


def access_accounts(actor: Actor) -> QuerySet[Account]:
    """Return the company's chart of accounts."""
    return access_rows(actor, Account.objects.all(), permission=VIEW)


def access_entries(actor: Actor) -> QuerySet[JournalEntry]:
    """Return the company's journal entries."""
    return access_rows(actor, JournalEntry.objects.all(), permission=VIEW)


def access_periods(actor: Actor) -> QuerySet[Period]:
    """Return the company's periods."""
    return access_rows(actor, Period.objects.all(), permission=VIEW)
