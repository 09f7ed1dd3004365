"""Model fields that the whole house shares."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from cefn.kernel.ids import new_id


class IdField(models.BigIntegerField):  # type: ignore[type-arg]
    """A time-ordered 64-bit primary key; on SQLite it is the row id itself, so no second index is kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["primary_key"] = True
        kwargs["default"] = new_id
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for key in ("primary_key", "default", "editable"):
            kwargs.pop(key, None)
        return name, path, args, kwargs

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "integer" if connection.vendor == "sqlite" else "bigint"

    def rel_db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "bigint"
