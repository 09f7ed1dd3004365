"""The base of every table."""

from typing import ClassVar

from django.db import models

from cefn.kernel.fields import IdField


class CefnModel(models.Model):
    """A row with a time-ordered identifier made before it is written."""

    id = IdField()

    objects: ClassVar[models.Manager] = models.Manager()  # type: ignore[type-arg]

    class Meta:
        abstract = True
