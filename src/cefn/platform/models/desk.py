"""What makes the program a person's or a company's own: settings, saved views, and the bell."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cefn.kernel.models import CefnModel
from cefn.platform.models.company import company_key


class Setting(CefnModel):
    """A company's own value of a setting; where there is no row, the default of its kind holds."""

    company = company_key()
    code = models.CharField(max_length=80)
    value = models.JSONField()
    updated_at = models.DateTimeField()
    updated_by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="setting_once")]

    def __str__(self) -> str:
        return self.code


class SavedView(CefnModel):
    """A person's named filter of a list, kept as the query part of its address."""

    company = company_key()
    user = models.ForeignKey("platform.User", on_delete=models.PROTECT, related_name="+")
    area = models.CharField(max_length=48)
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "user", "area", "name"], name="saved_view_once")
        ]

    def __str__(self) -> str:
        return self.name


class NotificationLevel(models.TextChoices):
    """How much a notification matters."""

    INFO = "info", _("for information")
    DONE = "done", _("done")
    WAITING = "waiting", _("waits for someone")
    URGENT = "urgent", _("needs a person now")


class Notification(CefnModel):
    """One line under a person's bell; `unique_key` keeps the same news from coming twice."""

    company = company_key()
    user = models.ForeignKey("platform.User", on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=8, choices=NotificationLevel, default=NotificationLevel.INFO)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True, default="")
    subject = models.CharField(max_length=80, blank=True, default="")
    link = models.CharField(max_length=200, blank=True, default="")
    unique_key = models.CharField(max_length=160)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company", "user", "id"], name="notification_unread", condition=Q(read_at=None)),
            models.Index(fields=["company", "user", "-id"], name="notification_by_user"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "user", "unique_key"], name="notification_once")
        ]

    def __str__(self) -> str:
        return self.title
