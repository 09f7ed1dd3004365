"""Forms of people who may log in."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cefn.inventory.models import Warehouse
from cefn.orders.models import SalesOrder
from cefn.platform.actors import Actor
from cefn.platform.permissions import Role


def warehouse_choices(actor: Actor) -> list[tuple[str, str]]:
    """Return the company's warehouses as (code, name)."""
    rows = Warehouse.objects.filter(company_id=actor.company_id).order_by("priority", "code")
    return list(rows.values_list("code", "name"))


def channel_choices(actor: Actor) -> list[tuple[str, str]]:
    """Return the channels that orders have come from, at most a hundred."""
    rows = SalesOrder.objects.filter(company_id=actor.company_id).order_by().values_list("channel", flat=True)
    return [(name, name) for name in sorted(rows.distinct()[:100]) if name]


class RoleForm(forms.Form):
    """What a person is in the company, and which rows they see."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.READ_ONLY)
    warehouses = forms.MultipleChoiceField(
        label=_("Only these warehouses"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None picked: all."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Only these channels"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None picked: all."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouses"].choices = warehouse_choices(actor)  # type: ignore[attr-defined]
        self.fields["channels"].choices = channel_choices(actor)  # type: ignore[attr-defined]


class PersonForm(RoleForm):
    """Somebody new."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        required=False,
        max_length=256,
        help_text=_("Empty: a link is shown by which they choose their own."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    field_order = ("email", "name", "language", "role", "warehouses", "channels", "password")


class NewPasswordForm(forms.Form):
    """A password for somebody."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=256,
        help_text=_("At least ten characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
