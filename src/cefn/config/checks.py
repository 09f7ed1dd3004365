"""System checks that hold the shape of the house.

cefn.E001   a foreign key points up or sideways: a lower layer would know a higher one
cefn.E002   an app's tables lie outside the list of layers
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.db import models

from cefn.config.layers import layer_height

PREFIX = "cefn."


def _module_of(model: type[models.Model]) -> str | None:
    """Return the layer module (`orders`) that a model lives in, or None for tables that are not Cefn's."""
    name = model._meta.app_config.name
    return name.removeprefix(PREFIX).split(".")[0] if name.startswith(PREFIX) else None


def _key_faults(model: type[models.Model], module: str) -> Iterable[checks.CheckMessage]:
    for field in model._meta.get_fields():
        if not isinstance(field, models.ForeignKey | models.ManyToManyField):
            continue
        target_module = _module_of(field.related_model)
        if target_module is None or target_module == module:
            continue
        if layer_height(target_module) >= layer_height(module):
            yield checks.Error(
                f"{model._meta.label}.{field.name} points from {module} to {target_module}, which is not below it.",
                hint="Store a text reference such as `sales-order:SO-1042`, or put the key on the other table.",
                obj=model,
                id="cefn.E001",
            )


def foreign_keys_check(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Return an error for each foreign key of Cefn's tables that does not point to a lower layer or its own app."""
    found: list[checks.CheckMessage] = []
    for config in app_configs or apps.get_app_configs():
        for model in config.get_models(include_auto_created=True):
            module = _module_of(model)
            if module is None:
                continue
            try:
                layer_height(module)
            except KeyError:
                found.append(
                    checks.Error(
                        f"{model._meta.label} lives in {config.name}, which is in no layer.",
                        hint="Add the module to the layers in pyproject.toml and cefn/config/layers.py.",
                        obj=model,
                        id="cefn.E002",
                    )
                )
                continue
            found.extend(_key_faults(model, module))
    return found
