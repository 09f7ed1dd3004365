"""Tables of the platform, one file a subject."""

from cefn.platform.models.access import ApiToken, Membership
from cefn.platform.models.audit import AuditEvent, AuditHead
from cefn.platform.models.company import Company, CostingMethod, TaxRounding, company_key
from cefn.platform.models.desk import Notification, NotificationLevel, SavedView, Setting
from cefn.platform.models.files import StoredFile
from cefn.platform.models.inbox import InboxMessage, InboxState
from cefn.platform.models.jobs import Job, JobState, Schedule
from cefn.platform.models.numbering import IdempotencyKey, NumberSeries
from cefn.platform.models.user import User
from cefn.platform.permissions import Role

__all__ = [
    "ApiToken",
    "AuditEvent",
    "AuditHead",
    "Company",
    "CostingMethod",
    "IdempotencyKey",
    "InboxMessage",
    "InboxState",
    "Job",
    "JobState",
    "Membership",
    "Notification",
    "NotificationLevel",
    "NumberSeries",
    "Role",
    "SavedView",
    "Schedule",
    "Setting",
    "StoredFile",
    "TaxRounding",
    "User",
    "company_key",
]
