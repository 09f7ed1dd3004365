"""The audit log as a list, declared."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cefn.platform.audit import access_audit
from cefn.platform.models import AuditEvent
from cefn.web.documents import document_url
from cefn.web.formats import digits_grouped, moment_html
from cefn.web.lists import ChoiceFilter, Column, DayFilter, Empty, HeadLink, ListSpec, TextFilter

VIA = [
    ("screen", _("screen")),
    ("api", _("API")),
    ("cli", _("command line")),
    ("job", _("job")),
    ("import", _("import")),
]


def _data(event: AuditEvent) -> str:
    return ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in event.data.items())[:160]


def event_url(event: Any) -> str:
    """Return the document that an event is about, else the log itself narrowed to it."""
    return document_url(event.subject) or f"{reverse('web:audit')}?subject={event.subject}"


AUDIT = ListSpec(
    area="audit",
    place="audit",
    title=_("Audit log"),
    url_name="web:audit",
    counted=lambda n: ngettext("%(n)s event", "%(n)s events", n) % {"n": digits_grouped(str(n))},
    rows=access_audit,
    columns=(
        Column(key="subject", label=_("About"), cell=lambda e: e.subject, card="title"),
        Column(key="verb", label=_("What"), cell=lambda e: e.verb.replace("_", " ").replace("-", " "), card="line"),
        Column(key="who", label=_("Who"), cell=lambda e: e.actor_name, card="line"),
        Column(key="via", label=_("By way of"), cell=lambda e: str(dict(VIA).get(e.via, e.via)), card="end"),
        Column(key="data", label=_("Details"), cell=_data),
        Column(
            key="at", label=_("When"), cell=lambda e: moment_html(e.at), export=lambda e: e.at, sort="id", card="side"
        ),
        Column(
            key="link",
            label=_("Link in the chain"),
            cell=lambda e: digits_grouped(str(e.chain_number)) if e.chain_number else _("not sealed yet"),
            is_number=True,
        ),
    ),
    row_url=event_url,
    default_sort="-at",
    filters=(
        TextFilter("subject", _("About"), "subject"),
        TextFilter("verb", _("What"), "verb"),
        TextFilter("who", _("Who"), "actor_name"),
        ChoiceFilter("via", _("By way of"), "via", VIA),
        DayFilter("at", _("When"), "at"),
    ),
    search=lambda actor, rows, text: rows.filter(subject__iendswith=text),
    search_hint=_("Document number"),
    links=(
        HeadLink(label=_("Verify the chain"), url_name="web:audit_verify", permission="audit.view", icon="lock"),
        HeadLink(
            label=_("Check the books"),
            url_name="web:check",
            permission="audit.view",
            icon="circle-check",
            is_primary=False,
        ),
    ),
    empty=Empty(icon="history", title=_("Nothing happened yet"), sentence=_("Who did what, and when, is listed here.")),
    row_name=lambda event: event.subject,
    has_peek=False,
)
