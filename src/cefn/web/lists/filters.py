"""Kinds of filter: each reads its part of the address, narrows the rows, and says itself as a chip."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cefn.web.errors import WrongListQuestion
from cefn.web.formats import day_text

Words = str | Promise
Choices = Sequence[tuple[str, Words]]


class Filter(Protocol):
    """What every kind of filter can do. `names` are the parameters it owns."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> Words: ...

    @property
    def kind(self) -> str: ...

    @property
    def names(self) -> tuple[str, ...]: ...

    def narrow(self, rows: QuerySet[Any], values: Mapping[str, str]) -> QuerySet[Any]: ...

    def chip(self, values: Mapping[str, str]) -> str: ...


@dataclass(frozen=True, slots=True)
class ChoiceFilter:
    """One or several of a few values: `?status=confirmed,processing`. `choices` may be a function, read when asked."""

    key: str
    label: Words
    field: str
    choices: Choices | Callable[[], Choices]
    kind: str = "choice"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key,)

    def options(self) -> Choices:
        return self.choices() if callable(self.choices) else self.choices

    def _picked(self, values: Mapping[str, str]) -> list[str]:
        return [value for value in values[self.key].split(",") if value]

    def narrow(self, rows: QuerySet[Any], values: Mapping[str, str]) -> QuerySet[Any]:
        known = {value for value, _label in self.options()}
        picked = self._picked(values)
        for value in picked:
            if value not in known:
                raise WrongListQuestion(name=self.key, value=value)
        return rows.filter(**{f"{self.field}__in": picked})

    def chip(self, values: Mapping[str, str]) -> str:
        labels = {value: str(label) for value, label in self.options()}
        return ", ".join(labels.get(value, value) for value in self._picked(values))


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """A yes or no: `?late=yes`. `condition` is made anew each time, so that it may name this moment."""

    key: str
    label: Words
    condition: Callable[[], Q]
    kind: str = "flag"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key,)

    def narrow(self, rows: QuerySet[Any], values: Mapping[str, str]) -> QuerySet[Any]:
        if values[self.key] not in ("yes", "no"):
            raise WrongListQuestion(name=self.key, value=values[self.key])
        return rows.filter(self.condition()) if values[self.key] == "yes" else rows.exclude(self.condition())

    def chip(self, values: Mapping[str, str]) -> str:
        return _("yes") if values[self.key] == "yes" else _("no")


@dataclass(frozen=True, slots=True)
class TextFilter:
    """A text that a field begins with: `?postcode=LL`."""

    key: str
    label: Words
    field: str
    kind: str = "text"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key,)

    def narrow(self, rows: QuerySet[Any], values: Mapping[str, str]) -> QuerySet[Any]:
        return rows.filter(**{f"{self.field}__istartswith": values[self.key]})

    def chip(self, values: Mapping[str, str]) -> str:
        return values[self.key]


@dataclass(frozen=True, slots=True)
class DayFilter:
    """From a day to a day, both included, in the company's time: `?placed_from=2026-11-01&placed_to=2026-11-30`.

    The days may also be `today`, or a number of days ago such as `30d`. `is_date`: the field holds days, not moments.
    """

    key: str
    label: Words
    field: str
    is_date: bool = False
    kind: str = "day"

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    def _day(self, name: str, values: Mapping[str, str]) -> date | None:
        text = values.get(name, "")
        if not text:
            return None
        today = timezone.localdate()
        if text == "today":
            return today
        if text.endswith("d") and text[:-1].isascii() and text[:-1].isdigit() and len(text) <= 5:
            return today - timedelta(days=int(text[:-1]))
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise WrongListQuestion(name=name, value=text) from error

    def _moment(self, day: date) -> date | datetime:
        return day if self.is_date else timezone.make_aware(datetime.combine(day, time.min))

    def narrow(self, rows: QuerySet[Any], values: Mapping[str, str]) -> QuerySet[Any]:
        first, last = (self._day(name, values) for name in self.names)
        try:
            if first:
                rows = rows.filter(**{f"{self.field}__gte": self._moment(first)})
            if last:
                rows = rows.filter(**{f"{self.field}__lt": self._moment(last + timedelta(days=1))})
        except OverflowError as error:
            raise WrongListQuestion(name=self.key, value=f"{first}..{last}") from error
        return rows

    def chip(self, values: Mapping[str, str]) -> str:
        first, last = (self._day(name, values) for name in self.names)
        if first and last:
            return day_text(first) if first == last else f"{day_text(first)} – {day_text(last)}"
        return _("since %(day)s") % {"day": day_text(first)} if first else _("until %(day)s") % {"day": day_text(last)}
