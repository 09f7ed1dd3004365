"""Forms of the screens. They check the shape of what was typed; rules are the services'."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cefn.kernel.errors import CefnError
from cefn.web.errors import faults_by_field
from cefn.web.shell import THEMES


def form_take_faults(form: forms.Form, error: CefnError) -> None:
    """Put a service's faults beside the fields they name, the rest above the form."""
    placed = faults_by_field(error)
    for path, faults in placed.items():
        name = path.rsplit(".", 1)[-1]
        for fault in faults:
            form.add_error(name if name in form.fields else None, f"{fault.sentence} {fault.remedy}".strip())
    if not placed:
        form.add_error(None, str(error))


class LogInForm(forms.Form):
    """E-mail and password."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """The six digits of an authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )


class WelcomeForm(forms.Form):
    """The first run: the company and its owner."""

    company = forms.CharField(label=_("Company"), max_length=200, widget=forms.TextInput(attrs={"autofocus": True}))
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in ("GBP", "EUR", "USD")])
    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        help_text=_("At least ten characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class PreferencesForm(forms.Form):
    """How a person is called and how the screens look to them."""

    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(label=_("Theme"), choices=list(THEMES.items()))


class PasswordForm(forms.Form):
    """A new password, given by somebody who knows the old one."""

    old = forms.CharField(
        label=_("Password now"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=256,
        help_text=_("At least ten characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_old(self) -> str:
        old = str(self.cleaned_data["old"])
        if not self.user.check_password(old):
            raise forms.ValidationError(_("That is not the password."))
        return old
