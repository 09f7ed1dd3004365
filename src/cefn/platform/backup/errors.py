"""What can keep a backup or a restore from happening; in each case nothing was changed."""

from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError


class BackupExists(CefnError):
    """There is a file of that name."""

    code = "CEFN-BACKUP-001"
    status = 409
    sentence = _("%(name)s is there already.")
    remedy = _("Choose another name, or say --overwrite.")


class BackupDamaged(CefnError):
    """The file is cut off, altered, or no backup at all."""

    code = "CEFN-BACKUP-002"
    status = 400
    sentence = _("%(name)s can't be restored: %(reason)s.")
    remedy = _("Nothing was changed. Use another copy of the backup.")


class BackupTooNew(CefnError):
    """The backup was made by a newer Cefn, or the target has tables of another version."""

    code = "CEFN-BACKUP-003"
    status = 409
    sentence = _("The backup's tables are of another version: %(migrations)s.")
    remedy = _("Nothing was changed. Install the version of Cefn that made it, or restore into an empty database.")


class DatabaseNotEmpty(CefnError):
    """The target already holds something."""

    code = "CEFN-BACKUP-004"
    status = 409
    sentence = _("The database is not empty: %(tables)s.")
    remedy = _("Nothing was changed. To throw away what is there and put the backup in its place, say --yes-replace.")


class RestoreFailed(CefnError):
    """What was read does not fit together; the transaction was taken back."""

    code = "CEFN-BACKUP-005"
    status = 500
    sentence = _("The backup could not be restored: %(reason)s.")
    remedy = _("The database is as it was before. Report this with the backup's manifest.")
