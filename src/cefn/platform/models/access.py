"""Who may come in: memberships with roles and record rules, and tokens for programs."""

from typing import ClassVar

from django.db import models

from cefn.kernel.models import CefnModel
from cefn.platform.models.company import company_key
from cefn.platform.permissions import Role


class Membership(CefnModel):
    """A person's role in a company; the code lists are record rules, empty for all."""

    company = company_key()
    user = models.ForeignKey("platform.User", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    warehouse_codes = models.JSONField(default=list, blank=True)
    channel_codes = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "user"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class ApiToken(CefnModel):
    """A program's key. Only its SHA-256 is kept; `prefix` is what people see and what finds the row.

    The token acts for `user` and can never do more than that person's role at the moment of use.
    """

    company = company_key()
    user = models.ForeignKey("platform.User", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=16, unique=True)
    token_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "user"], name="token_by_user")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"
