"""Files that people sent or the house made: a row for each name, one content on disk for each hash."""

from typing import ClassVar

from django.db import models

from cefn.kernel.models import CefnModel
from cefn.platform.models.company import company_key


class StoredFile(CefnModel):
    """A file's name and who may read it; the content lies under its SHA-256."""

    company = company_key()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    permission = models.CharField(max_length=48)
    subject = models.CharField(max_length=80, blank=True, default="")
    created_by_id = models.BigIntegerField(null=True, blank=True)
    created_by_name = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "subject"], name="file_by_subject"),
            models.Index(fields=["sha256"], name="file_by_content"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(size_bytes__gte=0), name="file_size_not_negative")
        ]

    def __str__(self) -> str:
        return self.name
