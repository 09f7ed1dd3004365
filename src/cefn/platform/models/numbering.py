"""Counters of human numbers, and the keys that make a write repeatable."""

from typing import ClassVar

from django.db import models

from cefn.kernel.models import CefnModel
from cefn.platform.models.company import company_key


class NumberSeries(CefnModel):
    """One gap-free counter: the row is locked in the posting transaction, taken last."""

    company = company_key()
    code = models.CharField(max_length=32)
    prefix = models.CharField(max_length=16)
    next_number = models.BigIntegerField(default=1)
    width = models.PositiveSmallIntegerField(default=6)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.prefix}{self.next_number}"


class IdempotencyKey(CefnModel):
    """A caller's key, the hash of what it came with, and what was answered."""

    company = company_key()
    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    result = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "scope", "key"], name="idempotency_key_once")
        ]

    def __str__(self) -> str:
        return f"{self.scope}:{self.key}"
