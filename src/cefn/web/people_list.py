"""The list of people who may log in, declared."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cefn.platform.models import Membership
from cefn.platform.permissions import Role
from cefn.platform.users import access_memberships
from cefn.web.formats import digits_grouped, moment_html
from cefn.web.lists import ChoiceFilter, Column, Empty, HeadLink, ListSpec
from cefn.web.statuses import state_html


def person_url(member: Membership) -> str:
    """Return the address of a person."""
    return reverse("web:person", args=[member.user_id])


PEOPLE = ListSpec(
    area="people",
    place="users",
    title=_("Users"),
    url_name="web:users",
    counted=lambda n: ngettext("%(n)s person", "%(n)s people", n) % {"n": digits_grouped(str(n))},
    rows=access_memberships,
    columns=(
        Column(key="name", label=_("Name"), cell=lambda m: m.user.name, sort="user__name", card="title"),
        Column(key="email", label=_("E-mail"), cell=lambda m: m.user.email, sort="user__email", card="line"),
        Column(key="role", label=_("Role"), cell=lambda m: m.get_role_display(), sort="role", card="side"),
        Column(
            key="rules",
            label=_("Sees only"),
            cell=lambda m: ", ".join([*m.warehouse_codes, *m.channel_codes]) or "\u2013",
        ),
        Column(
            key="state",
            label=_("State"),
            cell=lambda m: state_html("active") if m.user.is_active else state_html("cancelled", label=str(_("off"))),
            card="end",
        ),
        Column(
            key="seen",
            label=_("Last log-in"),
            cell=lambda m: moment_html(m.user.last_login),
            export=lambda m: m.user.last_login,
            sort="user__last_login",
            is_nullable=True,
        ),
    ),
    row_url=person_url,
    default_sort="name",
    filters=(ChoiceFilter("role", _("Role"), "role", Role.choices),),
    search=lambda actor, rows, text: rows.filter(Q(user__name__icontains=text) | Q(user__email__icontains=text)),
    search_hint=_("Name, e-mail"),
    links=(HeadLink(label=_("Let somebody in"), url_name="web:person_new", permission="users.manage", key="n"),),
    empty=Empty(icon="users", title=_("Nobody yet"), sentence=_("People who may log in are listed here.")),
    row_name=lambda member: member.user.name,
)
