"""Timelines: what people, the machine and channels did to a document, with before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cefn.platform.models import AuditEvent

VERBS: dict[str, str | Promise] = {
    "placed": gettext_lazy("placed the order"),
    "imported": gettext_lazy("brought the order in"),
    "allocated": gettext_lazy("allocated stock"),
    "deallocated": gettext_lazy("gave stock back"),
    "routed": gettext_lazy("chose the warehouse"),
    "held": gettext_lazy("put it on hold"),
    "released": gettext_lazy("released it"),
    "hold_released": gettext_lazy("let it go"),
    "picked": gettext_lazy("picked"),
    "packed": gettext_lazy("packed"),
    "shipped": gettext_lazy("shipped"),
    "delivered": gettext_lazy("delivered"),
    "invoiced": gettext_lazy("invoiced"),
    "paid": gettext_lazy("recorded a payment"),
    "refunded": gettext_lazy("refunded"),
    "returned": gettext_lazy("took goods back"),
    "cancelled": gettext_lazy("cancelled"),
    "created": gettext_lazy("created it"),
    "changed": gettext_lazy("changed it"),
    "archived": gettext_lazy("archived it"),
    "posted": gettext_lazy("posted it"),
    "adjusted": gettext_lazy("adjusted stock"),
    "credited": gettext_lazy("credited"),
    "released_to_pick": gettext_lazy("released it to be picked"),
    "backordered": gettext_lazy("put it on backorder"),
}
"""Audit verb -> what it says after a name."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline."""

    who: str
    is_person: bool
    icon: str
    what: str
    at: datetime
    changes: tuple[Change, ...]
    facts: tuple[tuple[str, str], ...]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{_words(str(key))} {_plain(one)}" for key, one in value.items())
    return _("yes") if value is True else _("no") if value is False else str(value)


def _read(data: dict[str, Any]) -> tuple[tuple[Change, ...], tuple[tuple[str, str], ...]]:
    changes, facts = [], []
    for key, value in data.items():
        is_pair = isinstance(value, dict) and set(value) == {"before", "after"}
        if is_pair:
            changes.append(Change(_words(key), _plain(value["before"]), _plain(value["after"])))
        elif value not in (None, "", [], {}) and not key.endswith("_id"):
            facts.append((_words(key), _plain(value)))
    return tuple(changes), tuple(facts)


def entries_of(events: Iterable[AuditEvent]) -> list[Entry]:
    """Return audit events as timeline entries."""
    icons = {"screen": "user", "api": "affiliate", "import": "upload", "cli": "keyboard", "job": "robot"}
    entries = []
    for event in events:
        changes, facts = _read(event.data)
        what = str(VERBS.get(event.verb, _words(event.verb)))
        is_person = event.actor_id is not None and event.via == "screen"
        entries.append(
            Entry(event.actor_name, is_person, icons.get(event.via, "robot"), what, event.at, changes, facts)
        )
    return entries
