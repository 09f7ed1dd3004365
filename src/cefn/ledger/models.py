"""The money ledger: accounts, entries that balance and never change, and the periods that close over them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cefn.kernel.models import CefnModel
from cefn.platform.models import company_key


class AccountType(models.TextChoices):
    """Where an account stands in the reports."""

    ASSET = "asset", _("asset")
    LIABILITY = "liability", _("liability")
    EQUITY = "equity", _("equity")
    INCOME = "income", _("income")
    EXPENSE = "expense", _("expense")


class Account(CefnModel):
    """A line of the chart; control accounts (debtors, stock) are written by their own sub-ledger only."""

    company = company_key()
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=120)
    name_cy = models.CharField(max_length=120, blank=True, default="")
    type = models.CharField(max_length=12, choices=AccountType)
    vat_role = models.CharField(max_length=16, blank=True, default="")
    is_control = models.BooleanField(default=False)
    is_archived = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="account_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Journal(CefnModel):
    """A book of entries: sales, cash, stock, general."""

    company = company_key()
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=80)
    name_cy = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="journal_once")]

    def __str__(self) -> str:
        return self.name


class PeriodState(models.TextChoices):
    """Whether entries may still be posted."""

    OPEN = "open", _("open")
    SOFT_CLOSED = "soft_closed", _("soft closed")
    CLOSED = "closed", _("closed")


class Period(CefnModel):
    """A month of the books; `closed_at` is when it was shut."""

    company = company_key()
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=12, choices=PeriodState, default=PeriodState.OPEN)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "starts_on"], name="period_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="period_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m}"


class JournalEntry(CefnModel):
    """A balanced set of lines for one business fact; `source` and `purpose` together exist once."""

    company = company_key()
    number = models.CharField(max_length=32)
    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+", db_index=False)
    posted_on = models.DateField()
    source = models.CharField(max_length=80)
    purpose = models.CharField(max_length=48)
    memo = models.CharField(max_length=255, blank=True, default="")
    currency = models.CharField(max_length=3)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    actor_name = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "journal entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="entry_number_once"),
            models.UniqueConstraint(fields=["company", "source", "purpose"], name="entry_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "posted_on", "id"], name="entry_by_day")]

    def __str__(self) -> str:
        return self.number


class JournalLine(CefnModel):
    """One side of an entry: `amount_minor` is positive for debit, negative for credit."""

    company = company_key()
    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines", db_index=False)
    posted_on = models.DateField()
    amount_minor = models.BigIntegerField()
    partner = models.CharField(max_length=48, blank=True, default="")
    memo = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(amount_minor=0), name="journal_line_not_nil")]
        indexes: ClassVar = [models.Index(fields=["company", "account", "posted_on"], name="line_by_account")]

    def __str__(self) -> str:
        return str(self.amount_minor)
