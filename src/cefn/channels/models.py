"""Tables of imports: what was sent, what is wrong with it, what it made, and saved column mappings."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cefn.channels.states import ImportState, RowAction
from cefn.kernel.models import CefnModel
from cefn.platform.models import company_key


class ImportRun(CefnModel):
    """One file sent to be imported, from the upload to the undo.

    `options` is what the user wished, `sniff` what the file seems to be; `counts` has rows, new, changed, same,
    refused, skipped; `fault` is what ended the reading of the file, if anything did.
    """

    company = company_key()
    number = models.CharField(max_length=32)
    kind = models.CharField(max_length=24)
    format = models.CharField(max_length=32, blank=True, default="")
    file = models.ForeignKey("platform.StoredFile", on_delete=models.PROTECT, related_name="+", db_index=False)
    companion = models.ForeignKey(
        "platform.StoredFile", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.UPLOADED)
    options = models.JSONField(default=dict)
    sniff = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    fault = models.JSONField(null=True)
    is_partial_allowed = models.BooleanField(default=False)
    job_id = models.BigIntegerField(null=True)
    created_by_name = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="import_number_once"),
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-created_at", "-id"], name="import_by_day")]

    def __str__(self) -> str:
        return self.number


class ImportRow(CefnModel):
    """A record of the file that is not the same as what is here: what it would change, or why it is refused.

    `diff` maps a field to [before, after]; `faults` are what `RowFault.as_json` stores, refusals and notes alike.
    """

    company = company_key()
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows", db_index=False)
    line = models.IntegerField()
    key = models.CharField(max_length=255)
    action = models.CharField(max_length=12, choices=RowAction)
    faults = models.JSONField(default=list)
    diff = models.JSONField(default=dict)
    lines = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["run", "action", "line"], name="import_row_by_action")]

    def __str__(self) -> str:
        return f"{self.line}"


class ImportedDocument(CefnModel):
    """Something an import made or changed: how the same file is known again, and what an undo must take back.

    `kind` and `document_id` name the row, `number` shows it; `key` is the outside key (channel and order number) with a
    digest of each field in `content`; `before` holds the values that a change replaced, empty for what is new.
    """

    company = company_key()
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=16)
    document_id = models.BigIntegerField()
    number = models.CharField(max_length=64)
    key = models.CharField(max_length=255, blank=True, default="")
    content = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    is_undone = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "kind", "document_id"], name="imported_once_a_run"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "kind", "key"], name="imported_by_key", condition=~Q(key="")),
            models.Index(fields=["company", "kind", "document_id"], name="imported_by_document"),
        ]

    def __str__(self) -> str:
        return self.number


class MappingProfile(CefnModel):
    """A user's saved mapping: field -> column name, over a format, with the options to read such files."""

    company = company_key()
    kind = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    format = models.CharField(max_length=32)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    created_by_name = models.CharField(max_length=120, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "kind", "name"], name="mapping_name_once")]

    def __str__(self) -> str:
        return self.name
