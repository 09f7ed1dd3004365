"""What happened, who did it, and the hash chain that proves nothing was taken away."""

from typing import ClassVar

from django.db import models

from cefn.kernel.models import CefnModel
from cefn.platform.models.company import company_key


class AuditEvent(CefnModel):
    """One fact about one document; the events of a document are its timeline.

    `data` is hashed. `personal` holds what may have to be erased, with its salt; in the hash it is only present as a
    salted digest, so that erasing it keeps the chain valid. `person` says whose it is, such as `customer:C-000017`.
    Neither `person` nor `actor_name` is hashed. The chain fields are filled when the event is sealed, outside the
    writing transaction.
    """

    company = company_key()
    subject = models.CharField(max_length=80)
    verb = models.CharField(max_length=48)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=120)
    via = models.CharField(max_length=12)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    person = models.CharField(max_length=80, blank=True, default="")
    personal = models.JSONField(null=True)
    personal_digest = models.CharField(max_length=64, blank=True, default="")
    content_hash = models.CharField(max_length=64)
    chain_number = models.BigIntegerField(null=True)
    chain_hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "subject", "id"], name="audit_by_subject"),
            models.Index(fields=["company", "person"], name="audit_by_person", condition=~models.Q(person="")),
            models.Index(fields=["company", "id"], name="audit_unsealed", condition=models.Q(chain_number=None)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "chain_number"],
                name="audit_chain_once",
                condition=models.Q(chain_number__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.verb}"


class AuditHead(CefnModel):
    """The end of a company's chain; the sealer locks this row."""

    company = models.OneToOneField("platform.Company", on_delete=models.PROTECT, related_name="+")
    chain_number = models.BigIntegerField(default=0)
    chain_hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return str(self.chain_number)
