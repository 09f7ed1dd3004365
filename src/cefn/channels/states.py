"""States of an import, and which may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cefn.kernel.states import StateMap


class ImportState(models.TextChoices):
    """Where an import is. `refused`: the file or a row is at fault, nothing was saved; `failed`: the machine is."""

    UPLOADED = "uploaded", _("uploaded")
    PREVIEWED = "previewed", _("previewed")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")
    UNDONE = "undone", _("undone")


IMPORT_MOVES = StateMap(
    ImportState,
    {
        ImportState.UPLOADED: {ImportState.PREVIEWED, ImportState.REFUSED, ImportState.RUNNING, ImportState.DONE},
        ImportState.PREVIEWED: {ImportState.PREVIEWED, ImportState.REFUSED, ImportState.RUNNING, ImportState.DONE},
        ImportState.RUNNING: {ImportState.DONE, ImportState.REFUSED, ImportState.FAILED},
        ImportState.DONE: {ImportState.UNDONE},
        ImportState.REFUSED: {ImportState.PREVIEWED, ImportState.REFUSED, ImportState.RUNNING, ImportState.DONE},
        ImportState.FAILED: {ImportState.PREVIEWED, ImportState.REFUSED, ImportState.RUNNING, ImportState.DONE},
        ImportState.UNDONE: set(),
    },
    start={ImportState.UPLOADED},
)


class RowAction(models.TextChoices):
    """What an import does, or would do, with a row."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    SAME = "same", _("same")
    REFUSED = "refused", _("refused")
    SKIPPED = "skipped", _("left out")
